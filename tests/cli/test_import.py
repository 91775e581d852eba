"""`sceau import`: the how-to of docs/import.md carried out, and calls that cannot be."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.running import sceau, told
from tests.cli.test_command_line import INVOICE, lines

PAGE = Path(__file__).resolve().parents[2] / "docs" / "import.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "atelier", "--training", "--profile", "profile.json")
    assert opened.returncode == 0, opened.stderr
    (tmp_path / "mapping.toml").write_text(block("toml"), encoding="utf-8")
    (tmp_path / "documents.csv").write_text(block("csv"), encoding="utf-8")
    return tmp_path


def test_the_how_to_runs_as_it_is_printed(shop: Path) -> None:
    looked, written = (line.removeprefix("$ sceau ") for line in block("console").splitlines() if line.strip())
    before = told(shop, "show")["ledgers"][0]["entries"]
    run = sceau(shop, *shlex.split(looked))
    assert run.returncode == 1
    assert "31/04" not in run.stdout
    assert "row 5: day_malformed (Date)" in run.stdout
    assert told(shop, "show")["ledgers"][0]["entries"] == before
    run = sceau(shop, *shlex.split(written))
    assert run.returncode == 0, run.stderr
    assert "3 documents sealed" in run.stdout
    with (shop / "refused.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["row"], row["reason"], row["column"]) for row in csv.DictReader(file)] == [
            ("5", "day_malformed", "Date")
        ]
    assert told(shop, "show")["ledgers"][0]["entries"] == before + 1 + 3 + 1 + 1
    assert told(shop, "verify", "--ledger", "atelier")["ok"] is True


def test_the_same_file_a_second_time_is_refused_and_adds_nothing(shop: Path) -> None:
    words = ("import", "documents.csv", "--mapping", "mapping.toml", "--ledger", "atelier")
    first = told(shop, *words)
    assert (first["documents"], first["refused"], first["written"], first["before"]) == (3, 1, True, 0)
    assert first["kinds"] == {"credit_note": 1, "invoice": 2}
    entries = told(shop, "show")["ledgers"][0]["entries"]
    run = sceau(shop, *words)
    assert run.returncode == 1
    assert "HISTORY_ALREADY_IMPORTED" in run.stderr
    assert told(shop, "show")["ledgers"][0]["entries"] == entries


def test_what_was_taken_in_is_no_invoice_of_the_ledger_and_moves_no_number(shop: Path) -> None:
    told(shop, "import", "documents.csv", "--mapping", "mapping.toml", "--ledger", "atelier")
    done = sceau(shop, "apply", "-", "--ledger", "atelier", given=lines(INVOICE))
    assert done.returncode == 0, done.stderr
    types = sceau(shop, "show", "atelier").stdout
    assert types.count("history.document_imported/1") == 3
    assert types.count("invoice.issued/1") == 1


def test_a_fec_of_purchases_alone_is_no_fault(shop: Path) -> None:
    names = (
        "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|"
        "EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise\n"
    )
    rows = "".join(
        f"HA|Achats|1|20240301|{account}|x|||A1|20240301|Bois|{debit}|{credit}|||20240331||\n"
        for account, debit, credit in (("607000", "50,00", "0,00"), ("401000", "0,00", "50,00"))
    )
    (shop / "fec.txt").write_text(names + rows)
    done = told(shop, "import", "fec.txt", "--format", "fec", "--check")
    assert (done["documents"], done["reasons"]) == (0, {"not_a_sale": 1})


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("documents.csv",), "--mapping"),
        (("documents.csv", "--mapping", "mapping.toml", "--format", "fec"), "--mapping"),
        (("documents.csv", "--mapping", "mapping.toml"), "--ledger"),
        (("documents.csv", "--mapping", "mapping.toml", "--ledger", "nobody"), "nobody"),
        (("documents.csv", "--mapping", "missing.toml", "--check"), "missing.toml"),
        (("missing.csv", "--mapping", "mapping.toml", "--check"), "cannot be read"),
        (("mapping.toml", "--mapping", "mapping.toml", "--check"), "Numéro"),
        (("documents.csv", "--format", "fec", "--check"), "not a FEC"),
        (("documents.csv", "--mapping", "mapping.toml", "--check", "--refused", "profile.json"), "exists"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told_in_words(shop: Path, words: tuple[str, ...], hint: str) -> None:
    run = sceau(shop, "import", *words)
    assert run.returncode == 2
    assert hint in run.stderr
    assert "Traceback" not in run.stderr
