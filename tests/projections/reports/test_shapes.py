"""A table in its three shapes: what a program reads back, what a spreadsheet does not run, what a terminal shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.book.posting import Cause, DueBy
from projections.reports.contract import Chart, Column, Series, Table, Words
from projections.reports.shapes import (
    cell,
    decimal_of,
    find_row,
    in_words,
    printable,
    to_csv,
    to_json,
    to_text,
    width_of,
)
from projections.reports.words import words_of

COLUMNS = (
    Column("name", "text", Words("Client", "Customer")),
    Column("state", "code", Words("État", "State")),
    Column("on", "day", Words("Le", "On")),
    Column("open_cents", "cents", Words("Dû", "Due"), total=True),
    Column("share_bp", "bp", Words("Part", "Share")),
    Column("late", "flag", Words("En retard", "Late")),
    Column("customer", "id", Words("Identifiant", "Id")),
)


def table(*rows: Mapping[str, Any]) -> Table:
    return Table(
        report="sample",
        title=Words("Qui doit quoi ?", "Who owes what?"),
        columns=COLUMNS,
        rows=tuple({"key": f"k{rank}", "seq": rank, **row} for rank, row in enumerate(rows, 1)),
        totals={"open_cents": sum(row.get("open_cents", 0) for row in rows)},
        as_of_seq=1234,
        as_of_day="2026-12-01",
    )


def rows_of(made: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(to_csv(made)).decode(), newline="")))


def test_csv_is_that_of_rfc_4180() -> None:
    made = table({"name": 'Roseau, "Camille"\nRennes', "state": "open", "open_cents": -123_405, "share_bp": 550})
    data = b"".join(to_csv(made))
    assert data == (
        b"key,name,state,on,open_cents,share_bp,late,customer\r\n"
        b'k1,"Roseau, ""Camille""\nRennes",open,,-1234.05,5.50,,\r\n'
    )


def test_csv_in_words_names_columns_and_codes_for_people() -> None:
    data = b"".join(to_csv(table({"name": "Lou", "state": "open", "late": True}), "fr")).decode()
    assert data.splitlines() == ["Client,État,Le,Dû,Part,En retard,Identifiant", "Lou,ouvert,,,,true,"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", " =", "\u00a0=", "＝"])
def test_no_text_is_a_formula_for_a_spreadsheet(first: str) -> None:
    (row,) = rows_of(table({"name": f"{first}HYPERLINK(1)"}))
    assert row["name"].startswith("'")
    assert row["name"][1:] == f"{first}HYPERLINK(1)"


def test_a_negative_amount_is_a_number_and_not_a_text() -> None:
    (row,) = rows_of(table({"open_cents": -5}))
    assert row["open_cents"] == "-0.05"


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(-(10**13), 10**13)), max_size=20))
def test_csv_gives_back_what_was_put_in(rows: list[tuple[str, int]]) -> None:
    made = table(*({"name": name, "open_cents": cents} for name, cents in rows))
    back = rows_of(made)
    assert len(back) == len(rows)
    for (name, cents), row in zip(rows, back, strict=True):
        assert row["name"] in (name, f"'{name}")
        assert row["name"].lstrip(" \u00a0")[:1] not in set("=+-@\t\r\n") or not row["name"].strip()
        assert int(row["open_cents"].replace(".", "")) == cents


@given(st.integers(-(10**15), 10**15))
def test_a_decimal_has_two_places_and_loses_nothing(cents: int) -> None:
    text = decimal_of(cents)
    assert text[-3] == "."
    assert int(text.replace(".", "")) == cents


def test_json_holds_cents_and_both_languages() -> None:
    told = orjson.loads(orjson.dumps(to_json(table({"name": "Lou", "open_cents": 5}))))
    assert told["title"] == {"fr": "Qui doit quoi ?", "en": "Who owes what?"}
    assert told["rows"] == [{"key": "k1", "seq": 1, "name": "Lou", "open_cents": 5}]
    assert told["as_of"] == {"seq": 1234, "day": "2026-12-01"}
    assert told["totals"] == {"open_cents": 5}


def test_a_terminal_shows_aligned_columns_in_french() -> None:
    made = table(
        {"name": "Ville de Saint-Fougère", "state": "open", "on": "2026-10-05", "open_cents": 123_456_789},
        {"name": "田中", "state": "paid", "on": "2026-11-01", "open_cents": -5, "share_bp": 550},
    )
    lines = list(to_text(made, "fr"))
    assert lines == [
        "Qui doit quoi ?",
        "",
        "Client                  État    Le                      Dû   Part",
        "----------------------  ------  ----------  --------------  -----",
        "Ville de Saint-Fougère  ouvert  05/10/2026  1\u00a0234\u00a0567,89\u00a0€",
        "田中                    payé    01/11/2026         -0,05\u00a0€  5,5\u00a0%",
        "----------------------  ------  ----------  --------------  -----",
        "Total                                       1\u00a0234\u00a0567,84\u00a0€",
        "",
        "À l'écriture n° 1\u00a0234 du registre, journée du 01/12/2026.",
    ]


def test_a_terminal_shows_the_same_in_english() -> None:
    lines = list(to_text(table({"name": "Lou", "open_cents": 123_456}), "en"))
    assert lines[4] == "Lou       €1,234.56"
    assert lines[-1] == "As of entry 1,234, day 1\u00a0December\u00a02026."


def test_an_empty_table_says_so() -> None:
    assert "Rien à montrer." in list(to_text(table(), "fr"))


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u202eabc", "a\u200bb", "line\nbreak", "\x9b31m"])
def test_a_name_moves_no_cursor(hostile: str) -> None:
    text = "\n".join(to_text(table({"name": hostile, "open_cents": 1}), "fr"))
    assert hostile not in text
    assert printable(hostile) in text


@given(st.text(max_size=30))
def test_a_width_is_never_below_zero_and_plain_text_has_its_length(text: str) -> None:
    assert width_of(text) >= 0
    if text.isascii():
        assert width_of(printable(text)) == len(text)


def test_a_row_is_found_by_key_and_by_a_number_that_one_row_bears() -> None:
    made = table({"number": "F-1"}, {"number": "F-2"}, {"number": "F-2"})
    assert find_row(made, "k2") is made.rows[1]
    assert find_row(made, "F-1") is made.rows[0]
    assert find_row(made, "F-2") is None
    assert find_row(made, "F-3") is None


def test_labels_that_are_codes_are_drawn_in_words() -> None:
    chart = Chart("bars", "cents", ("open", "2026-11"), (Series(Words("a", "b"), (1, 2)),))
    assert in_words(chart, "fr").labels == ("ouvert", "2026-11")


@pytest.mark.parametrize(
    ("code", "fr", "en"),
    [
        ("S-2000", "20\u00a0%", "20%"),
        ("S-550", "5,5\u00a0%", "5.5%"),
        ("E-0", "exonéré", "exempt"),
        ("AE-0", "autoliquidation", "reverse charge"),
        ("X-0", "X-0", "X-0"),
        ("", "", ""),
    ],
)
def test_a_rate_is_told_in_words(code: str, fr: str, en: str) -> None:
    assert words_of(code, "rate") == Words(fr, en)


def test_every_reason_and_cause_has_words_and_a_code_means_what_its_column_says() -> None:
    for column, codes in (("due_by", get_args(DueBy)), ("cause", get_args(Cause))):
        for code in codes:
            words = words_of(code, column)
            assert words.fr not in (code, words.en), (column, code)
    assert words_of("receipt", "due_by").fr == "à l'encaissement"
    assert words_of("receipt", "kind").fr == words_of("receipt").fr == "reçu"
    reason = Column("due_by", "code", Words("Exigibilité", "Due by"))
    assert cell(reason, "credit", "fr") == "régularisation"
    assert cell(reason, "debit", "en") == "on debits"
