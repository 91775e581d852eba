"""`sceau fec`, `sceau fec check` and `sceau journal`, as a business and its accountant use them."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.running import sceau, told
from tests.cli.test_close import shop
from tests.projections.accounts.test_chart import TEXT

__all__ = ["shop"]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that nothing is written to."""
    folder = tmp_path_factory.mktemp("standing")
    (folder / "profile.json").write_text(sceau(folder, "init", "--template").stdout)
    assert sceau(folder, "init", "shop", "--training", "--profile", "profile.json").returncode == 0
    return folder


def test_a_years_fec_is_written_described_recorded_once_and_passes(shop: Path) -> None:
    made = told(shop, "fec", "--ledger", "shop")
    path, described = (Path(name) for name in made["files"])
    assert path.name.endswith("1231-FACTICE.txt")
    data = path.read_bytes()
    assert sha256(data).hexdigest() == made["digest"]
    assert made["debit_cents"] == made["credit_cents"] > 0
    assert data.count(b"\r\n") == made["lines"] + 1
    assert "journaux partiels" in described.read_text()
    (event,) = [one for one in told(shop, "show", "shop")["entries"] if one["type"] == "export.made/1"]
    assert event["seq"] == made["recorded"]
    again = told(shop, "fec", "--ledger", "shop", "--upto-seq", str(made["upto_seq"]), "--replace")
    assert (again["recorded"], path.read_bytes()) == (made["recorded"], data)
    run = sceau(shop, "fec", "check", path.name)
    assert run.returncode == 0, run.stdout
    assert "structure conforms" in run.stdout


def test_words_say_what_the_file_is_not(shop: Path) -> None:
    run = sceau(shop, "fec", "--ledger", "shop", "--separator", "pipe", "--encoding", "utf-8", "--sides")
    assert run.returncode == 0, run.stderr
    assert "recorded in entry" in run.stdout
    assert "not the company's FEC by itself" in run.stderr
    (path,) = shop.glob("*FACTICE.txt")
    assert path.read_bytes().startswith(b"JournalCode|JournalLib|")
    assert b"|Montant|Sens|" in path.read_bytes()


def test_a_file_is_not_written_over_unless_asked(shop: Path) -> None:
    assert sceau(shop, "fec", "--ledger", "shop").returncode == 0
    refused = sceau(shop, "fec", "--ledger", "shop")
    assert refused.returncode == 2
    assert "--replace" in refused.stderr


def test_the_folder_of_the_files_is_made_and_not_for_a_refusal(shop: Path) -> None:
    assert sceau(shop, "fec", "--ledger", "shop", "--year", "1999", "--out", "for/accountant").returncode == 2
    assert not (shop / "for").exists()
    made = told(shop, "fec", "--ledger", "shop", "--out", "for/accountant")
    assert sorted(path.name for path in (shop / "for" / "accountant").iterdir()) == sorted(
        Path(name).name for name in made["files"]
    )


def test_journal_and_balance_say_of_which_days_they_are(shop: Path) -> None:
    for name in ("journal", "balance"):
        asked = sceau(shop, "report", name, "--from", "2026-02-01", "--to", "2026-02-28").stdout
        assert "Du 01/02/2026 au 28/02/2026." in asked
        english = sceau(shop, "report", name, "--lang", "en").stdout
        assert re.search(r"From 1\sJanuary\s\d{4} to 31\sDecember\s\d{4}\.", english), english


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fec"], "Usage"),
        (["fec", "--year", "2026"], "--ledger is needed"),
        (["fec", "--ledger", "shop", "--year", "1999"], "YEAR_UNKNOWN"),
        (["fec", "--ledger", "shop", "--year", "x"], "YEAR_UNKNOWN"),
        (["fec", "--ledger", "shop", "--upto-seq", "9999"], "UPTO_BEYOND_END"),
        (["fec", "--ledger", "shop", "--upto-seq", "0"], "UPTO_BEYOND_END"),
        (["fec", "--ledger", "shop", "--method", "x"], "--method is one of"),
        (["fec", "--ledger", "shop", "--separator", ","], "--separator is tab or pipe"),
        (["fec", "--ledger", "shop", "--encoding", "utf-16"], "--encoding is one of"),
        (["fec", "--ledger", "shop", "--out", "profile.json"], "is a file"),
        (["fec", "--ledger", "shop", "--chart", "nowhere.toml"], "No such file"),
        (["fec", "--ledger", "none"], "no ledger named none"),
        (["fec", "check", "nowhere.txt"], "No such file"),
        (["journal", "--ledger", "shop", "--from", "2026-02-30", "--to", "2026-03-01"], "--from is a day"),
        (["journal", "--ledger", "shop", "--from", "2026-03-02", "--to", "2026-03-01"], "--from is after --to"),
        (
            ["journal", "--ledger", "shop", "--from", "2026-03-01", "--to", "2026-03-01", "--layout", "x"],
            "LAYOUT_UNKNOWN",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_words(standing: Path, words: list[str], said: str) -> None:
    run = sceau(standing, *words)
    assert run.returncode in ((2,) if words != ["fec"] else (0, 2))
    assert said in run.stderr + run.stdout
    assert "Traceback" not in run.stderr
    assert not list(standing.glob("*FEC*"))


def test_a_chart_and_a_layout_of_ones_own_are_files(shop: Path) -> None:
    (shop / "chart.toml").write_text(TEXT.replace('"411000"', '"411999"'))
    (shop / "mine.toml").write_text(
        '[layout]\nname = "mine"\ntitle = "A nous"\nsource = "le cabinet"\n'
        '[[columns]]\ntitle = "c"\nvalue = "account"\n[[columns]]\ntitle = "m"\nvalue = "balance"\n'
    )
    span = ["--from", "2000-01-01", "--to", "2199-12-31"]
    run = sceau(shop, "journal", "--ledger", "shop", *span, "--layout", "mine.toml", "--chart", "chart.toml")
    assert run.returncode == 0, run.stderr
    assert "written from memory" in run.stderr, "a layout that names no status is taken to be recalled"
    (made,) = shop.glob("journal-mine-*.txt")
    assert "411999;" in made.read_text()
    by_setting = told(shop, "fec", "--ledger", "shop", SCEAU_CHART=str(shop / "chart.toml"))
    assert b"\t411999\t" in Path(by_setting["files"][0]).read_bytes()


def test_a_chart_at_fault_is_refused_with_its_place(shop: Path) -> None:
    (shop / "chart.toml").write_text(TEXT.replace('"411000"', '"41"'))
    run = sceau(shop, "fec", "--ledger", "shop", "--chart", "chart.toml")
    assert run.returncode == 2
    assert "accounts[0].number" in run.stderr
    assert "CHART_INVALID" in run.stderr


def test_a_journal_is_written_for_each_software_and_recorded(shop: Path) -> None:
    span = ["--from", "2000-01-01", "--to", "2199-12-31"]
    made = told(shop, "journal", "--ledger", "shop", *span, "--layout", "ebp", "--out", "ebp.txt")
    assert (made["kind"], made["files"]) == ("journal-ebp", ["ebp.txt"])
    assert len((shop / "ebp.txt").read_text("cp1252").splitlines()) == made["lines"]
    assert told(shop, "show", "shop")["entries"][-1]["seq"] == made["recorded"]


def test_a_check_ends_with_one_where_a_file_does_not_conform(shop: Path) -> None:
    (shop / "123456782FEC20261231.txt").write_text("a;b\n1;2\n")
    run = sceau(shop, "fec", "check", "123456782FEC20261231.txt")
    assert run.returncode == 1
    assert "does NOT conform" in run.stdout
    assert "the separator is neither a tab nor" in run.stdout
    (found,) = told(shop, "fec", "check", "123456782FEC20261231.txt", expect=1)
    assert found["findings"][0]["code"] == "separator"
