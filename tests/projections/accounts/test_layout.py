"""Layouts for accounting software: shipped ones are whole, the writer cuts only what may be cut."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from projections.accounts.chart import Chart, load_chart
from projections.accounts.fault import Fault
from projections.accounts.journals import JournalEntry, customer_code
from projections.accounts.layout import SHIPPED, Layout, TooLong, load_layout, shipped_layout
from tests.projections.accounts.books import MARIE, YEAR, Book, sale

FOLDER = files("projections.accounts.layouts")
TEXT = (FOLDER / "ebp.toml").read_text()


def layout(name: str) -> Layout:
    """A shipped layout."""
    found = shipped_layout(name)
    assert found is not None
    return found


def entries(name: str | None = "Zoé Exemple") -> list[JournalEntry]:
    """The entries of the example of the law."""
    return list(sale().journals(name_of=lambda _: name).of_year(YEAR))


def rows(name: str, customer: str | None = "Zoé Exemple") -> list[str]:
    """The lines of a layout."""
    one = layout(name)
    text = b"".join(one.bytes_of(entries(customer))).decode(one.encoding)
    assert text.endswith(one.end)
    return text.split(one.end)[:-1]


def test_every_file_in_the_folder_is_shipped_and_names_its_source() -> None:
    found = {each.name.removesuffix(".toml") for each in FOLDER.iterdir() if each.name.endswith(".toml")}
    assert found == set(SHIPPED)
    for name in SHIPPED:
        assert layout(name).name == name
        assert len(layout(name).source) > 10
        assert not layout(name).recalled


def test_a_name_that_is_not_shipped_is_none() -> None:
    assert shipped_layout("../charts/fr-pcg") is None
    assert shipped_layout("") is None


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_layout_writes_each_line_once(name: str) -> None:
    one = layout(name)
    lines = rows(name)
    assert len(lines) == 12 + one.header
    if one.separator:
        assert len({line.count(one.separator) for line in lines}) == 1
    else:
        assert {len(line) for line in lines} == {sum(column.width for column in one.columns)}


def test_ebp_is_written_as_its_source_says() -> None:
    code = customer_code(MARIE)
    assert rows("ebp")[:2] == [
        '1,02032026,BQ,512000,"Acompte reçu carte AC-1","AC-1",360.00,D,02032026',
        '2,02032026,BQ,419100,"Acompte reçu carte AC-1","AC-1",360.00,C,02032026',
    ]
    assert rows("ebp")[4] == f'5,20032026,VE,{code},"Facture F-1","F-1",840.00,D,20032026'


def test_quadratus_is_written_in_its_fixed_columns() -> None:
    line = rows("quadratus")[4]
    assert line[:1] == "M"
    assert line[1:9] == "411000  ", "our codes of customers are too long for it: the general account"
    assert line[9:11] == "VE"
    assert line[14:20] == "200326"
    assert line[21:41].rstrip() == "Facture F-1"
    assert (line[41], line[42], line[43:55]) == ("D", "+", "000000084000")


def test_ciel_is_written_in_its_fixed_columns() -> None:
    line = rows("ciel-sage50")[0]
    assert (line[:5], line[5:7], line[7:15]) == ("1    ", "BQ", "20260302")
    assert line[35:46].strip() == "512000"
    assert (line[71:84].strip(), line[84]) == ("360,00", "D")
    assert line.endswith("O2003")


def test_advances_never_stand_on_the_customers_own_account() -> None:
    for line in rows("openconcerto"):
        assert line.split(";")[2] != customer_code(MARIE) or "Facture" in line or "Encaissement" in line


def test_the_generic_layout_is_a_table_of_everything() -> None:
    import csv

    read = list(csv.DictReader(rows("generic", 'Zoé "L\'Été"; Exemple'), delimiter=";"))
    assert len(read) == 12
    assert read[1]["auxiliaire_libelle"] == 'Zoé "L\'Été"; Exemple'
    assert sum(int(row["debit"].replace(",", "")) for row in read) == 246_000


def test_a_name_is_no_formula_for_a_spreadsheet() -> None:
    assert not any('"=' in line for line in rows("generic", "=1+1"))
    assert not any(";=" in line for line in rows("isacompta", "=1+1"))


def test_a_separator_in_a_name_breaks_no_line() -> None:
    assert len({line.count(";") for line in rows("isacompta", "a;b;c")}) == 1


def test_an_amount_is_never_cut() -> None:
    narrow = load_layout(TEXT.replace('value = "amount"', 'value = "amount"\nwidth = 5').encode())
    assert isinstance(narrow, Layout)
    with pytest.raises(TooLong) as raised:
        b"".join(narrow.bytes_of(entries()))
    assert raised.value.column == "montant"


def test_an_account_is_never_cut() -> None:
    text = (files("projections.accounts.charts") / "fr-pcg.toml").read_text()
    chart = load_chart(text.replace('number = "512000"', 'number = "512000000001"').encode())
    assert isinstance(chart, Chart)
    book = Book().entry().move("payment", "2026-02-01", ("bank", 100, {"means": "card"}), ("client", -100))
    with pytest.raises(TooLong):
        b"".join(layout("quadratus").bytes_of(book.journals(chart=chart).of_year(YEAR)))


def test_what_an_encoding_lacks_is_written_with_other_letters() -> None:
    one = replace(layout("cogilog"), columns=(replace(layout("cogilog").columns[0], value="auxiliary_label"),))
    text = b"".join(one.bytes_of(entries("Łukasz 中"))).decode(one.encoding)
    assert "Lukasz [U+4E2D]" in text


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("[layout]", "[lay]", ""),
        ('source = "', 'sorce = "', "layout"),
        ('encoding = "cp1252"', 'encoding = "ebcdic"', "layout.encoding"),
        ('separator = "comma"', 'separator = "#"', "layout.separator"),
        ('date = "JJMMAAAA"', 'date = "MMJJ"', "layout.date"),
        ('value = "row"', 'value = "rows"', "columns[0].value"),
        ('title = "ligne"', "", "columns[0].title"),
        ("width = 40", "width = -1", "columns[4].width"),
        ("width = 40", 'width = "40"', "columns[4].width"),
        ("quote = true", "quote = 1", "columns[4].quote"),
        ("width = 40", 'fill = "ab"', "columns[4]"),
        ("width = 40", "lenght = 40", "columns[4]"),
        ('separator = "comma"', 'separator = "none"', "columns[0].width"),
    ],
)
def test_what_is_wrong_with_a_layout_is_said_with_its_place(before: str, after: str, place: str) -> None:
    changed = TEXT.replace(before, after, 1)
    assert changed != TEXT
    found = load_layout(changed.encode())
    assert isinstance(found, Fault)
    assert found.place == place
