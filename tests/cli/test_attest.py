"""`sceau attest` and `sceau about`: the paper, its entry, and what is refused."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped] # it has no stubs
import pytest

from archive.attestation.document import MissingGlyph, render
from archive.attestation.statement import TEMPLATE, Attestation, Holder, first_part, french_day, spaced
from ledger.domain.events.common import Address
from ledger.shell.clock import SystemClock
from ledger.shell.perimeter import perimeter, software
from tests.api.scenario import RunningClock
from tests.cli.running import PASSPHRASE, sceau, told

SIGNED = ("--signed-by", "Élodie Œuvrard-Łukasz", "--capacity", "présidente")
MADE = Attestation(
    editor=TEMPLATE,
    signed_by="Élodie Œuvrard-Łukasz",
    capacity="présidente",
    place="Paris",
    holder=Holder("Menuiserie Aubépine & <Fils>", "SARL", "12345678200010", Address(lines=("3 rue",), city="Rennes")),
    licence="LIC-42",
    ledger="5b1f6a0e-9d59-8c7b-b2a1-0f4d8f1b0a11",
    software="sceau 1.2.0",
    perimeter="a" * 64,
    on=date(2026, 11, 1),
    salt="7c1f0a52c2b0443ea0a4b8a7f0f6a3de",
)


def words_of(pdf: bytes | Path) -> list[str]:
    """Read each page's words back, line ends as spaces."""
    found = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in found]
    finally:
        found.close()
    return [re.sub(r"[\s\u00a0]+", " ", page).replace("’", "'") for page in pages]


def on(monkeypatch: pytest.MonkeyPatch, start: datetime) -> None:
    """Have every clock begin at a moment, and run from there."""
    clock = RunningClock(start)
    monkeypatch.setattr(SystemClock, "now", lambda _: clock.now())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    on(monkeypatch, datetime(2026, 11, 10, 11, 0, tzinfo=UTC))
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    opened = sceau(tmp_path, "init", "atelier", "--profile", "profile.json", SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    assert opened.returncode == 0, opened.stderr
    (tmp_path / "editor.json").write_text(sceau(tmp_path, "attest", "--template").stdout)
    return tmp_path


def asked(shop: Path, *words: str) -> tuple[str, ...]:
    return ("attest", "--ledger", "atelier", "--editor", "editor.json", "--out", "paper.pdf", *words)


def test_the_paper_names_both_sides_the_version_and_the_perimeter_and_its_entry_only_the_digest(shop: Path) -> None:
    made = told(shop, *asked(shop, *SIGNED, "--licence", "LIC-42"), SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    digest = hashlib.sha256((shop / "paper.pdf").read_bytes()).hexdigest()
    assert made["result"]["document"] == digest
    first, second = words_of(shop / "paper.pdf")
    for word in ("Volet 1", "Atelier Exemple", "LIC-42", "Élodie Œuvrard-Łukasz", "présidente", software()):
        assert word in first
    assert perimeter() in first.replace(" ", "")
    assert "441-1" in first
    assert "441-1" in second
    assert "Volet 2" in second
    assert "BOI-LETTRE-000242" in second
    entry = told(shop, "show", "atelier")["entries"][-1]
    assert entry["type"] == "attestation.issued/1"
    with (shop / "var" / "sceau.db").open("rb") as database:
        stored = database.read()
    assert digest.encode() in stored
    line = re.search(
        rb'\{"actor":"cli:local","body":\{"document":"' + digest.encode() + rb".*?attestation.issued/1", stored
    )
    assert line is not None
    assert b"Exemple" not in line[0]
    assert b"uvrard" not in line[0]
    assert told(shop, "verify", "--ledger", "atelier", SCEAU_KEY_PASSPHRASE=PASSPHRASE)["ok"] is True


def test_without_a_name_that_answers_for_it_nothing_is_made(shop: Path) -> None:
    run = sceau(shop, *asked(shop), SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    assert run.returncode == 2
    assert "441-1" in run.stderr
    assert "--signed-by" in run.stderr
    assert not (shop / "paper.pdf").exists()


def test_a_training_ledger_is_not_attested(shop: Path) -> None:
    sceau(shop, "init", "ecole", "--training", "--profile", "profile.json")
    run = sceau(shop, "attest", "--ledger", "ecole", "--editor", "editor.json", "--out", "p.pdf", *SIGNED)
    assert run.returncode == 1
    assert "ATTESTATION_OF_TRAINING" in run.stderr
    assert sorted(path.name for path in shop.iterdir()) == ["editor.json", "profile.json", "var"]


def test_from_2027_on_no_paper_is_made(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, datetime(2026, 12, 31, 23, 0, tzinfo=UTC))  # midnight in Paris
    run = sceau(shop, *asked(shop, *SIGNED), SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    assert run.returncode == 1
    assert "ATTESTATION_NOT_ADMITTED" in run.stderr
    assert not (shop / "paper.pdf").exists()


def test_a_paper_is_never_written_over_another_file(shop: Path) -> None:
    (shop / "paper.pdf").write_text("mine")
    run = sceau(shop, *asked(shop, *SIGNED), SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    assert run.returncode == 2
    assert (shop / "paper.pdf").read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "hint"),
    [("{", "JSON"), ('{"name": "x"}', "legal_form"), ('{"nom": "x"}', "editor.json"), ("x" * 70_000, "longer")],
)
def test_an_editors_file_that_is_none_is_told_in_words(shop: Path, content: str, hint: str) -> None:
    (shop / "editor.json").write_text(content)
    run = sceau(shop, *asked(shop, *SIGNED), SCEAU_KEY_PASSPHRASE=PASSPHRASE)
    assert run.returncode == 2
    assert hint in run.stderr
    assert "Traceback" not in run.stderr


def test_the_same_facts_give_the_same_bytes_and_another_salt_another_digest() -> None:
    paper = render(MADE)
    assert render(MADE) == paper
    other = Attestation(**{name: getattr(MADE, name) for name in MADE.__slots__} | {"salt": "0" * 32})
    assert render(other) != paper
    assert MADE.reference == "7C1F-0A52-C2B0-443E"


def test_names_are_printed_as_they_are_and_their_signs_are_no_markup() -> None:
    first, second = words_of(render(MADE))
    assert "Menuiserie Aubépine & <Fils>" in first
    assert "Menuiserie Aubépine & <Fils>" in second
    assert "123 456 782 00010" in first
    assert "le 1er novembre 2026" in first


def test_a_name_without_glyphs_is_told_by_its_code_and_no_blank_is_printed() -> None:
    chinese = Attestation(**{name: getattr(MADE, name) for name in MADE.__slots__} | {"signed_by": "王小明"})
    with pytest.raises(MissingGlyph, match=r"U\+738B"):
        render(chinese)


def test_a_released_version_promises_its_root_and_a_development_one_only_its_fingerprint() -> None:
    assert any("racine « 1 »" in words and "Je m'engage" in words for words in first_part(MADE))
    early = Attestation(**{name: getattr(MADE, name) for name in MADE.__slots__} | {"software": "sceau 0.3.0"})
    assert any("version de développement" in words for words in first_part(early))
    assert not any("Je m'engage" in words for words in first_part(early))


def test_whoever_changes_the_code_becomes_the_editor_and_the_paper_says_so() -> None:
    assert any("en devient l'éditeur" in words for words in first_part(MADE))


def test_days_and_numbers_are_written_as_a_letter_does() -> None:
    assert (french_day(date(2026, 3, 1)), french_day(date(2026, 8, 22))) == ("1er mars 2026", "22 août 2026")
    assert (spaced("123456782"), spaced("12345678200010")) == ("123 456 782", "123 456 782 00010")


# --- about


def test_about_tells_the_version_the_perimeter_the_editor_and_the_law(tmp_path: Path) -> None:
    run = sceau(tmp_path, "about", "--on", "2026-11-22")
    assert run.returncode == 0, run.stderr
    assert software() in run.stdout
    assert perimeter() in run.stdout
    assert "devient l'éditeur" in run.stdout
    assert "CGI art. 286 I 3° bis" in run.stdout
    assert "attestation individuelle" in run.stdout


def test_about_shows_the_law_of_another_day(tmp_path: Path) -> None:
    law = told(tmp_path, "about", "--on", "2027-01-01")["law"]
    assert [row["value"] for row in law["article"]] == ["CIBS art. L. 216-40"]
    assert [row["value"] for row in law["proofs"]] == ["by_decree_not_published"]
    assert sceau(tmp_path, "about", "--on", "someday").returncode == 2


def test_about_says_what_of_each_ledger_is_not_anchored(tmp_path: Path) -> None:
    assert told(tmp_path, "about")["ledgers"] == []  # no store yet
    assert sceau(tmp_path, "about", "--store", "sqlite:///nowhere.db").returncode == 2
    sceau(tmp_path, "demo")
    url = "sqlite:///./var/sceau.db"
    (ledger,) = told(tmp_path, "about", "--store", url)["ledgers"]
    entries = ledger["entries"]
    assert entries > 10
    assert {kind: one["entries"] for kind, one in ledger["unanchored"].items()} == {
        "timestamp": entries, "witness": entries,
    }  # fmt: skip
    words = sceau(tmp_path, "about").stdout
    assert f"{entries} entrées ; sans horodatage : {entries} entrées, " in words
    (tmp_path / "var" / "sceau.db").write_bytes(b"no database")
    assert told(tmp_path, "about")["ledgers"] is None
    assert "ne peut pas être lue" in sceau(tmp_path, "about").stdout


def test_sha256sum_over_the_listed_files_is_the_fingerprint(tmp_path: Path) -> None:
    listed = sceau(tmp_path, "about", "--files").stdout
    assert hashlib.sha256(listed.encode()).hexdigest() == perimeter()
    files = told(tmp_path, "about", "--files")["perimeter"]["files"]
    assert [f"{each['path']} {each['sha256']}" for each in files] == listed.splitlines()
    assert "files" not in json.dumps(told(tmp_path, "about"))
