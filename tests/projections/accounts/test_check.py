"""The check of a FEC: each rule finds its one fault, and no file, however bad, makes it raise."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.accounts.check import check_fec
from projections.accounts.check_rules import RULES
from projections.accounts.check_values import read_number, wrong_with_date
from projections.accounts.fec import AMOUNT_COLUMNS, COLUMNS, FecForm, fec_bytes
from tests.projections.accounts.books import YEAR, sale

NAME = "123456782FEC20261231.txt"
GOOD = b"".join(fec_bytes(sale().journals().of_year(YEAR)))
SIDES = b"".join(fec_bytes(sale().journals().of_year(YEAR), FecForm(sides=True)))

Mutation = Callable[[bytes], bytes]


def cell(line: int, column: str, value: str, columns: tuple[str, ...] = COLUMNS) -> Mutation:
    """Put a value into one cell; lines count from 1, the header."""

    def change(data: bytes) -> bytes:
        lines = data.split(b"\r\n")
        cells = lines[line - 1].split(b"\t")
        cells[columns.index(column)] = value.encode("iso8859-15")
        lines[line - 1] = b"\t".join(cells)
        return b"\r\n".join(lines)

    return change


def line(rank: int, change: Mutation) -> Mutation:
    """Change one whole line."""

    def changed(data: bytes) -> bytes:
        lines = data.split(b"\r\n")
        lines[rank - 1] = change(lines[rank - 1])
        return b"\r\n".join(lines)

    return changed


def column(name: str, new: bytes) -> Mutation:
    """Name a column of the header otherwise."""
    return line(1, lambda header: header.replace(name.encode(), new))


def every(number: int, to: int) -> Mutation:
    """Give an accounting entry another number."""
    return lambda data: data.replace(b"\t%d\t2026" % number, b"\t%d\t2026" % to)


FAULTS: list[tuple[str, Mutation]] = [
    ("empty", lambda data: data.split(b"\r\n")[0] + b"\r\n"),
    ("empty", lambda _: b""),
    ("xml", lambda _: b'<?xml version="1.0"?>\r\n<comptabilite/>\r\n'),
    ("separator", lambda data: data.replace(b"\t", b";")),
    ("two_separators", cell(3, "EcritureLib", "a|b")),
    ("bom", lambda data: b"\xef\xbb\xbf" + data),
    ("trailing_separator", lambda data: data.replace(b"\r\n", b"\t\r\n")),
    ("column_missing", column("JournalLib", b"Truc")),
    ("column_unknown", lambda data: data.replace(b"\r\n", b"\tTruc\r\n")),
    ("column_double", column("PieceRef", b"EcritureLib")),
    ("column_order", line(1, lambda header: header.replace(b"Debit\tCredit", b"Credit\tDebit"))),
    ("line_blank", line(4, lambda _: b"")),
    ("line_too_long", cell(4, "EcritureLib", "x" * (2 << 20))),
    ("fields", line(4, lambda text: text + b"\tmore")),
    ("fields", line(4, lambda text: text.rpartition(b"\t")[0])),
    ("characters", cell(4, "EcritureLib", "a\x92b")),
    ("characters", cell(4, "EcritureLib", "a\x00b")),
    ("value_missing", cell(4, "EcritureNum", "")),
    ("value_missing", cell(4, "EcritureDate", "")),
    ("value_missing", cell(4, "CompteNum", "")),
    ("value_missing", cell(4, "CompteLib", "   ")),
    ("value_missing", cell(4, "EcritureLib", "")),
    ("data_absent", cell(4, "JournalCode", "")),
    ("data_absent", cell(4, "JournalLib", "")),
    ("data_absent", cell(4, "PieceRef", "")),
    ("data_absent", cell(4, "PieceDate", "")),
    ("data_absent", cell(4, "ValidDate", "")),
    ("account_digits", cell(4, "CompteNum", "44A587")),
    ("number_point", cell(4, "Debit", "60.00")),
    ("number_thousands", cell(4, "Debit", "1 060,00")),
    ("number_thousands", cell(4, "Debit", "1\u00a0060,00")),
    ("number_thousands", cell(4, "Debit", "1,060,00")),
    ("number_format", cell(4, "Debit", "60 €")),
    ("number_format", cell(4, "Montantdevise", "abc")),
    ("date_format", cell(4, "EcritureDate", "2 mars 2026")),
    ("date_format", cell(4, "EcritureDate", "00000000")),
    ("date_calendar", cell(4, "ValidDate", "20261932")),
    ("date_calendar", cell(4, "PieceDate", "20261301")),
    ("date_period", cell(4, "PieceDate", "18991231")),
    ("date_written", cell(4, "PieceDate", "2026-03-02")),
    ("date_written", cell(4, "DateLet", "02/03/2026")),
    ("date_impossible", cell(4, "PieceDate", "20260231")),
    ("debit_credit", cell(4, "Credit", "60,00")),
    ("debit_credit", cell(4, "Debit", "0,00")),
    ("entry_unbalanced", cell(4, "Debit", "60,01")),
    ("entry_journals", cell(4, "JournalCode", "VE")),
    ("entry_dates", cell(4, "EcritureDate", "20260303")),
    ("entry_pieces", cell(4, "PieceRef", "AC-2")),
    ("entry_piece_dates", cell(4, "PieceDate", "20260303")),
    ("entry_letters", cell(4, "EcritureLet", "ZZZ")),
    ("number_gap", every(4, 5)),
    ("number_gap", every(1, 0)),
    ("number_unjudged", cell(4, "EcritureNum", "un")),
    ("validation_order", cell(4, "ValidDate", "20260401")),
]
ALSO = {
    "empty", "separator", "data_absent", "fields", "entry_piece_dates", "entry_dates", "entry_unbalanced",
    "entry_pieces", "entry_journals", "column_missing", "debit_credit", "number_format", "validation_order",
    "column_unknown", "date_written", "column_order",
}  # fmt: skip
"""What another fault may bring with it."""


def test_a_good_file_has_no_finding() -> None:
    assert check_fec(GOOD, NAME).findings == ()
    assert check_fec(SIDES, NAME).findings == ()
    assert check_fec(GOOD, NAME).conforms


@pytest.mark.parametrize(("code", "change"), FAULTS, ids=[f"{code}-{rank}" for rank, (code, _) in enumerate(FAULTS)])
def test_each_fault_is_found_by_its_rule(code: str, change: Mutation) -> None:
    changed = change(GOOD)
    assert changed != GOOD
    found = check_fec(changed, NAME)
    assert code in found.codes
    assert found.codes - {code} <= ALSO


@pytest.mark.parametrize("side", ["", "X", "1", "Debit"])
def test_a_side_that_is_none_is_an_error(side: str) -> None:
    assert "side" in check_fec(cell(3, "Sens", side, AMOUNT_COLUMNS)(SIDES), NAME).codes


@pytest.mark.parametrize(("before", "after"), [(b"\tD\t", b"\t+1\t"), (b"\tC\t", b"\t-1\t"), (b"\tC\t", b"\tc\t")])
def test_sides_may_be_letters_or_numbers(before: bytes, after: bytes) -> None:
    assert check_fec(SIDES.replace(before, after), NAME).findings == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (NAME, None),
        ("123456782fec20261231.TXT", None),
        ("123456782FEC20261231_2.txt", None),
        ("FEC20261231.txt", "name"),
        ("123456782FEC2026.txt", "name"),
        ("123456782FEC19991231.txt", "name"),
        ("123456782FEC20262131.txt", "name"),
        ("atelierFEC20261231.txt", "name_siren"),
    ],
)
def test_a_files_name_is_judged_as_the_tool_does(name: str, code: str | None) -> None:
    assert check_fec(GOOD, name).codes == ({code} if code else set())


def test_every_rule_has_a_fault_that_it_finds() -> None:
    assert {rule.code for rule in RULES} == {code for code, _ in FAULTS} | {"name", "name_siren", "side"}
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_errors_and_absent_data_do_not_conform_and_alerts_do() -> None:
    assert not check_fec(cell(4, "Debit", "60.00")(GOOD), NAME).conforms
    assert not check_fec(cell(4, "PieceRef", "")(GOOD), NAME).conforms
    assert check_fec(cell(4, "Debit", "60,01")(GOOD), NAME).conforms


def test_a_finding_says_where_and_how_often() -> None:
    data = GOOD
    for rank in range(2, 14):
        data = cell(rank, "Debit", "1.00")(data)
    found = next(one for one in check_fec(data, NAME).findings if one.code == "number_point")
    assert (found.column, found.times, found.lines, found.example) == ("Debit", 12, (2, 3, 4, 5, 6), "1.00")


def test_a_findings_example_never_shows_a_label() -> None:
    found = check_fec(cell(4, "CompAuxLib", "Marie Exemple|")(GOOD), NAME)
    assert "Marie" not in repr(found)


def test_lines_of_one_entry_may_stand_far_apart() -> None:
    lines = GOOD.split(b"\r\n")
    moved = b"\r\n".join([lines[0], lines[2], *lines[3:13], lines[1], b""])
    assert "entry_unbalanced" not in check_fec(moved, NAME).codes


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_lines_may_end_otherwise(end: bytes) -> None:
    assert check_fec(GOOD.replace(b"\r\n", end), NAME).findings == ()


def test_headers_are_read_without_regard_to_case_and_accents() -> None:
    assert check_fec(column("PieceRef", "PIÈCEREF".encode("iso8859-15"))(GOOD), NAME).findings == ()


def test_a_sign_may_stand_last_and_numbers_may_be_scientific() -> None:
    assert str(read_number("12,50-")[0]) == "-12.50"
    assert read_number("1E3")[1] == ()
    assert read_number("") == (Decimal(0), ())
    assert read_number("1E999999999")[1] == ("number_format",)
    assert read_number("9" * 5000)[1] == ("number_format",)


def test_an_empty_date_is_right_where_it_may_be() -> None:
    assert wrong_with_date("", required=False) == ()
    assert wrong_with_date("--", required=True) == ("date_format",)


def test_a_file_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(GOOD)
    assert check_fec(path).findings == ()


@given(st.binary(max_size=3000))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    check_fec(data, "x")
    check_fec("\t".join(COLUMNS).encode() + b"\r\n" + data)


@given(st.lists(st.lists(st.text(max_size=8), min_size=17, max_size=19), max_size=6), st.sampled_from("\t|"))
def test_no_cells_make_it_raise(rows: list[list[str]], separator: str) -> None:
    data = "\n".join(separator.join(row) for row in [list(COLUMNS), *rows]).encode("utf-8", "surrogatepass")
    check_fec(data, NAME)


def test_a_line_without_end_costs_little() -> None:
    class Endless(io.RawIOBase):
        left = 64 << 20

        def readable(self) -> bool:
            return True

        def readinto(self, room: memoryview) -> int:  # type: ignore[override] # any buffer will do
            size = min(len(room), self.left)
            room[:size] = b"x" * size
            self.left -= size
            return size

    start = time.monotonic()
    assert "separator" in check_fec(io.BufferedReader(Endless(), 1 << 16)).codes
    assert time.monotonic() - start < 20
