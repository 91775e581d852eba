"""`sceau archive`, `sceau prove` and the keys of years, as a business uses them (docs/archives.md)."""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.shell.clock import SystemClock
from tests.cli.running import sceau, told
from tests.cli.test_close import later, shop

__all__ = ["shop"]


@pytest.fixture
def month(shop: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The month of the sale, closed."""
    on = SystemClock().now()
    later(monkeypatch, 40)
    assert sceau(shop, "close", "month", "--ledger", "shop").returncode == 0
    return f"{on:%Y-%m}"


def test_an_archive_is_made_verified_copied_confirmed_and_listed(shop: Path, month: str) -> None:
    made = told(shop, "archive", "create", "--ledger", "shop", "--period", month)
    assert Path(made["file"]) == shop / f"shop-{month}.zip"
    assert Path(made["private"]).exists()
    genesis = told(shop, "keys", "pin", "shop")["genesis"]
    assert sceau(shop, "archive", "verify", made["file"], "--genesis", genesis, "--lang", "en").returncode == 0
    assert sceau(shop, "archive", "verify", made["file"], "--genesis", "0" * 64).returncode == 1
    (shop / "nas").mkdir()
    copy = str(shutil.copy(made["file"], shop / "nas"))
    found = told(shop, "archive", "confirm", copy, "--ledger", "shop", "--medium", "nas-1")
    assert found["manifest"] == made["manifest"]
    [one] = told(shop, "archive", "list", "--ledger", "shop")["archives"]
    assert (one["manifest"], one["media"], one["first_seq"]) == (made["manifest"], ["nas-1"], 1)
    assert "nas-1" in sceau(shop, "archive", "list", "--ledger", "shop").stdout


def test_one_that_is_there_is_written_over_only_when_asked(shop: Path, month: str) -> None:
    first = told(shop, "archive", "create", "--ledger", "shop", "--period", month, "--out", "a.zip")
    refused = sceau(shop, "archive", "create", "--ledger", "shop", "--period", month, "--out", "a.zip")
    assert refused.returncode == 2
    assert "exists" in refused.stderr
    again = told(shop, "archive", "create", "--ledger", "shop", "--period", month, "--out", "a.zip", "--replace")
    assert (again["manifest"], again["repeated"]) == (first["manifest"], True)


@pytest.mark.parametrize(
    ("period", "code", "words"),
    [
        ("2199", "ARCHIVE_PERIOD_OPEN", "n'est pas close"),
        ("2001", "ARCHIVE_EMPTY", "rien à archiver"),
        ("soon", "ARCHIVE_PERIOD_MALFORMED", "AAAA-MM"),
        ("2001-01-01..2009-01-01", "ARCHIVE_PERIOD_TOO_LONG", "366 jours"),
    ],
)
def test_what_cannot_be_archived_is_refused_in_words(
    shop: Path, month: str, period: str, code: str, words: str
) -> None:
    run = sceau(shop, "archive", "create", "--ledger", "shop", "--period", period, "--out", "a.zip")
    assert run.returncode == 1
    assert code in run.stderr
    assert words in run.stderr
    assert not (shop / "a.zip").exists()
    assert month


def test_the_names_open_with_the_year_s_key_and_not_before_ten_years_does_it_go(shop: Path, month: str) -> None:
    made = told(shop, "archive", "create", "--ledger", "shop", "--period", month)
    assert sceau(shop, "archive", "open", made["private"], "--out", "names.zip").returncode == 0
    with ZipFile(shop / "names.zip") as names:
        assert "disclosures.jsonl" in names.namelist()
    year = month[:4]
    hidden = sceau(shop, "keys", "archive-year", "--ledger", "shop", "--year", year)
    shown = told(shop, "keys", "archive-year", "--ledger", "shop", "--year", year, "--show")
    assert len(shown["key"]) == 64
    assert shown["key"] not in hidden.stdout
    assert sceau(shop, "keys", "destroy-year", "--ledger", "shop", "--year", year).returncode == 2
    refused = sceau(shop, "keys", "destroy-year", "--ledger", "shop", "--year", year, "--yes")
    assert refused.returncode == 1
    assert "ARCHIVE_YEAR_OPEN" in refused.stderr or "ARCHIVE_KEY_KEPT" in refused.stderr
    assert sceau(shop, "keys", "archive-year", "--ledger", "shop", "--year", "1999").returncode == 1


def test_a_document_is_proven_in_a_file_that_is_never_written_over(shop: Path, month: str) -> None:
    entries = sceau(shop, "prove", "F-00001", "--ledger", "shop", "--with-names")
    assert entries.returncode == 0, entries.stderr
    genesis = told(shop, "keys", "pin", "shop")["genesis"]
    assert sceau(shop, "archive", "verify", "F-00001.proof.json", "--genesis", genesis).returncode == 0
    assert sceau(shop, "prove", "F-00001", "--ledger", "shop").returncode == 2
    unknown = sceau(shop, "prove", "F-99999", "--ledger", "shop", "--out", "p.json")
    assert unknown.returncode == 1
    assert "DOCUMENT_UNKNOWN" in unknown.stderr
    assert month


def test_a_medium_is_a_code_and_no_sentence(shop: Path) -> None:
    run = sceau(shop, "archive", "confirm", "a.zip", "--ledger", "shop", "--medium", "chez Jean Dupont")
    assert run.returncode == 2


def test_what_is_no_archive_is_said_to_be_none(shop: Path) -> None:
    (shop / "a.zip").write_bytes(b"PK\x03\x04 not really")
    run = sceau(shop, "archive", "confirm", "a.zip", "--ledger", "shop", "--medium", "nas")
    assert run.returncode == 2
    assert "archive" in run.stderr


def test_where_no_archive_can_be_written_is_said_by_its_name_and_nothing_is_left(shop: Path, month: str) -> None:
    create = ("archive", "create", "--ledger", "shop", "--period", month, "--out")
    before = sorted(shop.iterdir())
    for out, words in (
        ("nowhere/a.zip", f"{shop}/nowhere: there is no such folder"),
        ("var", f"{shop}/var: this is a folder: name a file in it"),
        ("a" * 300, "File name too long"),
    ):
        run = sceau(shop, *create, out)
        assert run.returncode == 2
        assert words in run.stderr
        assert (".part" in run.stderr, "Errno" in run.stderr, "--:--" in run.stderr) == (False, False, False)
    assert sorted(shop.iterdir()) == before
    assert told(shop, "archive", "list", "--ledger", "shop")["archives"] == []


def test_a_name_that_is_not_utf_8_is_written_and_shown_as_well_as_can_be(shop: Path, month: str) -> None:
    name = b"\xe9t\xe9 2026.zip".decode("utf-8", "surrogateescape")
    made = told(shop, "archive", "create", "--ledger", "shop", "--period", month, "--out", name)
    assert made["file"].endswith("?t? 2026.zip")
    assert (shop / name).is_file()
    shown = sceau(shop, "archive", "create", "--ledger", "shop", "--period", month, "--out", name, "--replace")
    assert (shown.returncode, "?t? 2026.zip" in shown.stdout) == (0, True)


def test_only_a_second_file_is_opened(shop: Path, month: str) -> None:
    made = told(shop, "archive", "create", "--ledger", "shop", "--period", month)
    run = sceau(shop, "archive", "open", made["file"], "--out", "names.zip")
    assert run.returncode == 2
    assert "private.enc" in run.stderr
    assert not (shop / "names.zip").exists()
