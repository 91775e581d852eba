"""The FEC, byte by byte: columns, separators, numbers, characters, its description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.accounts.check import check_fec
from projections.accounts.fec import AMOUNT_COLUMNS, COLUMNS, FecEncoding, FecForm, Separator, fec_bytes, fec_name
from projections.accounts.journals import JournalEntry, JournalLine, Told, customer_code
from projections.accounts.notice import About, columns_described, notice
from projections.accounts.texts import Encoding, amount, one_line
from tests.projections.accounts.books import CHART, MARIE, YEAR, Book, sale

NAME = "123456782FEC20261231.txt"


def written(book: Book, form: FecForm | None = None, **members: Any) -> bytes:
    """Write a book's year."""
    return b"".join(fec_bytes(book.journals(**members).of_year(YEAR), form))


def test_the_law_example_is_written_line_by_line() -> None:
    code = customer_code(MARIE)
    lines = written(sale(), name_of={MARIE: "Élodie Exemple"}.get).decode("iso8859-15").split("\r\n")
    assert lines[0].split("\t") == list(COLUMNS)
    assert [line.split("\t") for line in lines[1:5]] == [
        ["BQ", "Journal de banque", "1", "20260302", "512000", "Banques", "", "", "AC-1", "20260302",
         "Acompte reçu carte AC-1", "360,00", "0,00", "", "", "20260302", "", ""],
        ["BQ", "Journal de banque", "1", "20260302", "419100", "Clients - Avances et acomptes reçus sur commandes",
         code, "Élodie Exemple", "AC-1", "20260302", "Acompte reçu carte AC-1", "0,00", "360,00", "AAA", "20260320",
         "20260302", "", ""],
        ["BQ", "Journal de banque", "1", "20260302", "445875", "TVA sur acomptes reçus", "", "", "AC-1", "20260302",
         "Acompte reçu carte AC-1", "60,00", "0,00", "", "", "20260302", "", ""],
        ["BQ", "Journal de banque", "1", "20260302", "4457120", "TVA collectée 20 %", "", "", "AC-1", "20260302",
         "Acompte reçu carte AC-1", "0,00", "60,00", "", "", "20260302", "", ""],
    ]  # fmt: skip
    assert lines[-1] == ""
    assert len(lines) == 1 + 4 + 3 + 3 + 2 + 1


def test_what_is_written_passes_the_check_in_every_form() -> None:
    for separator in get_args(Separator):
        for encoding in get_args(FecEncoding):
            for sides in (False, True):
                form = FecForm(separator, encoding, sides)
                checked = check_fec(written(sale(), form, name_of={MARIE: "Zoé Exemple"}.get), NAME)
                assert checked.findings == ()
                assert (checked.lines, checked.entries, checked.debit) == (12, 4, checked.credit)


def test_amounts_and_sides_stand_for_debit_and_credit() -> None:
    lines = written(sale(), FecForm("|", "iso8859-15", sides=True)).decode("iso8859-15").split("\r\n")
    assert lines[0].split("|") == list(AMOUNT_COLUMNS)
    assert [line.split("|")[11:13] for line in lines[1:3]] == [["360,00", "D"], ["360,00", "C"]]


def test_a_files_name_is_the_siren_and_the_years_last_day() -> None:
    assert fec_name("123456782", "2026-12-31") == NAME


def test_names_and_labels_bear_no_separator_and_break_no_line() -> None:
    nasty = "Le\tGrand|Café\r\nde la\u2028Gare\u00a0!\x00"
    checked = check_fec(written(sale(), name_of={MARIE: nasty}.get), NAME)
    assert checked.findings == ()
    assert b"Le Grand Caf\xe9 de la Gare !" in written(sale(), name_of={MARIE: nasty}.get)


@pytest.mark.parametrize(
    ("text", "written_as"),
    [
        ("Œuvre à 12 €", "Œuvre à 12 €"),
        ("L’atelier – « Ça »", "L'atelier - « Ça »"),
        ("Łódź", "Lódz"),
        ("Nguyễn", "Nguyên"),
        ("Ⅳ", "IV"),
        ("中", "[U+4E2D]"),
        ("\ud83d", "[U+D83D]"),
        ("ﬁn", "fin"),
        ("a" + "\u0301", "á"),
        ("x" + "\u0301", "x"),
        ("´", "[U+00B4]"),
        ("  a \t b  ", "a b"),
    ],
)
def test_characters_that_the_encoding_lacks_are_written_with_others(text: str, written_as: str) -> None:
    assert one_line(text, "iso8859-15") == written_as


@given(st.text(max_size=40), st.sampled_from(["iso8859-15", "utf-8", "cp1252", "ascii"]))
def test_no_text_is_lost_silently_raises_or_breaks_a_line(text: str, encoding: Encoding) -> None:
    made = one_line(text, encoding)
    assert not set(made) & set("\t|\r\n\x00")
    made.encode(encoding)
    assert made == one_line(made, encoding)
    if any(each.isalnum() for each in text):
        assert made


@given(st.integers(-(10**15), 10**15))
def test_amounts_have_a_comma_and_two_decimals(cents: int) -> None:
    euros, _, rest = amount(cents).partition(",")
    assert len(rest) == 2
    assert int(euros + rest) == cents


def test_a_regenerated_file_has_the_same_bytes_whatever_came_later() -> None:
    book = sale()
    upto = book.seq
    first = written(book)
    book.entry().move("reversal", "2026-04-02", ("bank", -84000, {"means": "credit_transfer"}), ("client", 84000),
                      settles="invoice:i", number="F-1", issued_on="2026-03-20")  # fmt: skip
    assert written(book, upto_seq=upto) == first
    assert written(book) != first


def test_only_an_erased_name_changes_a_regenerated_file() -> None:
    named = written(sale(), name_of={MARIE: "Marie Exemple"}.get)
    erased = written(sale())
    assert named != erased
    assert named.replace(b"Marie Exemple", f"Client {customer_code(MARIE)}".encode()) == erased


def test_a_file_of_no_entry_is_its_header() -> None:
    assert written(Book()).decode() == "\t".join(COLUMNS) + "\r\n"


def test_entries_are_written_as_they_come() -> None:
    seen = 0

    def entries() -> Iterator[JournalEntry]:
        nonlocal seen
        line = JournalLine("512000", "Banques", "", "", 100, 0, "", "")
        for number in range(1, 10_001):
            seen = number
            yield JournalEntry(
                number, 1, "payment", "BQ", "Banque", number, "2026-01-01", "E1", "2026-01-01", "x", "2026-01-01",
                (line, line._replace(number="411000", debit_cents=0, credit_cents=100)),
            )  # fmt: skip

    pieces = fec_bytes(entries())
    next(pieces)
    next(pieces)
    assert seen < 1_000


def _notice(form: FecForm, told: Told, kind: str = "live") -> str:
    about = About(NAME, "123456782", "ledger-id", kind, YEAR, 42, "EUR", "sceau 0.1")
    return notice(about, form, CHART, "ttc", told)


def test_the_description_says_what_the_file_is_and_is_not() -> None:
    told = Told()
    list(sale().journals().of_year(YEAR, told))
    text = _notice(FecForm(), told)
    assert "journaux partiels" in text
    assert "n'est pas à lui seul le fichier des" in text
    assert "n'a pas d'à-nouveaux" in text
    assert "entrées 1 à 42" in text
    assert "4 écritures, 12 lignes, débit 2460,00 EUR, crédit 2460,00 EUR" in text
    assert "Journal BQ : Journal de banque." in text
    assert "Compte 445874" in text
    assert "FACTICE" not in text
    assert "FACTICE" in _notice(FecForm(), told, "training")


def test_the_description_describes_the_columns_of_its_file() -> None:
    assert columns_described(FecForm()) == list(COLUMNS)
    assert columns_described(FecForm(sides=True)) == list(AMOUNT_COLUMNS)


def test_the_description_tells_what_was_left_out() -> None:
    assert "NON COMPRIS : 2 mouvement(s) en CHF" in _notice(FecForm(), Told(other_currencies={"CHF": 2}))
