"""Somebody else's file: read exactly or refused in words, in bounded memory, each document once."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.history_import import run
from archive.history_import.cells import ROW_REASONS, Wrong, cents, day, text
from archive.history_import.fec import COLUMNS, WITH_SIDE
from archive.history_import.mapping import FecReading, MappingRefused, Reading, check_mapping, digest_of, read_mapping
from archive.history_import.rows import Refused
from archive.history_import.run import Imported, Survey, fec_reading, survey, write
from archive.history_import.source import FILE_REASONS, MOST_LINE, FileRefused, Reader
from ledger.domain.commands.common import Command
from ledger.domain.commands.history import AddHistory, HistoryDocument
from ledger.domain.events.ledger import HistoryDocumentImported
from ledger.domain.refusals import Refusal
from ledger.domain.streams.history import IMPORT
from ledger.shell.calls import Answer
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from tests.shell.business import answered, invoice, opened, service_over

TODAY = date(2026, 11, 22)
NAMES = "Numéro;Date;HT;TVA;TTC;Client\n"
GOOD = "FA-1;15/03/2024;100,00;20,00;120,00;Camille Roseau\n"
PLAIN: dict[str, Any] = {
    "source": "ancien",
    "kind": "invoice",
    "columns": {
        "reference": "Numéro", "issued_on": "Date", "net": "HT", "vat": "TVA", "gross": "TTC", "client": "Client",
    },
}  # fmt: skip


def reading(**members: Any) -> Reading:
    return check_mapping({**PLAIN, **members})


def file_of(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "documents.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(folder: Path, content: str | bytes, **members: Any) -> tuple[Survey, list[Refused]]:
    told: list[Refused] = []
    return survey(file_of(folder, content), reading(**members), TODAY, told.append), told


def documents(path: Path, how: Reading | FecReading) -> list[HistoryDocument]:
    found = run._documents(path, Reader(path), how, TODAY)
    return [one for one in found if isinstance(one, HistoryDocument)]


# --- cells


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "value"),
    [
        ("1 234,56", ",", " ", 123_456),
        ("1\u202f234\u202f567,8", ",", " ", 123_456_780),
        ("1\u00a0234", ",", " ", 123_400),
        ("-1234.5", ".", "", -123_450),
        ("1234,50-", ",", "", -123_450),
        ("+0,05", ",", "", 5),
        ("12,500", ",", "", 1_250),
        ("1.234.567,89", ",", ".", 123_456_789),
        ("120,00 €", ",", "", 12_000),
        ("7,", ",", "", 700),
    ],
)
def test_an_amount_is_read_to_the_cent(cell: str, decimal: str, thousands: str, value: int) -> None:
    assert cents(cell, "HT", decimal, thousands) == value


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "amount_missing"),
        ("1,234", "amount_too_precise"),
        ("12 34,00", "amount_malformed"),
        ("1 234,00", "amount_malformed"),
        ("1.5", "amount_malformed"),
        ("1e3", "amount_malformed"),
        ("=1+1", "amount_malformed"),
        ("-5-", "amount_malformed"),
        ("١٢", "amount_malformed"),
        ("NaN", "amount_malformed"),
        ("9" * 16, "amount_too_large"),
        ("999999999999999", "amount_too_large"),
    ],
)
def test_what_is_no_amount_is_refused_by_its_reason(cell: str, reason: str) -> None:
    with pytest.raises(Wrong) as wrong:
        cents(cell, "HT")
    assert (wrong.value.reason, wrong.value.column) == (reason, "HT")


@given(st.integers(-(10**13), 10**13))
def test_every_amount_that_is_written_is_read_back(value: int) -> None:
    sign, rest = "-" if value < 0 else "", abs(value)
    for decimal, thousands in ((",", " "), (".", ","), (",", ".")):
        written = f"{sign}{rest // 100:,}".replace(",", thousands) + f"{decimal}{rest % 100:02d}"
        assert cents(written, "x", decimal, thousands) == value


@pytest.mark.parametrize(
    ("cell", "form", "reason"),
    [
        ("", "DD/MM/YYYY", "day_missing"),
        ("2024-03-01", "DD/MM/YYYY", "day_malformed"),
        ("31/04/2024", "DD/MM/YYYY", "day_malformed"),
        ("23/11/2026", "DD/MM/YYYY", "day_in_future"),
        ("01/01/1899", "DD/MM/YYYY", "day_too_old"),
        ("20241301", "YYYYMMDD", "day_malformed"),
    ],
)
def test_what_is_no_day_is_refused_by_its_reason(cell: str, form: str, reason: str) -> None:
    with pytest.raises(Wrong) as wrong:
        day(cell, "Date", form, TODAY)
    assert wrong.value.reason == reason


def test_a_time_behind_the_day_is_left_aside() -> None:
    assert day("2024-03-01T09:30:00Z", "Date", "YYYY-MM-DD", TODAY) == "2024-03-01"
    assert day("1/3/2024 09:30", "Date", "DD/MM/YYYY", TODAY) == "2024-03-01"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('=HYPERLINK("http://x")', "formula"),
        ("@SUM(A1)", "formula"),
        ("+cmd|' /C calc'!A0", "formula"),
        ("-A1", "formula"),
        ("x" * 301, "text_too_long"),
        ("a\u202eb", "text_forbidden"),
        ("a\x1b[31mb", "text_forbidden"),
        ("a\ufffe", "text_forbidden"),
    ],
)
def test_a_text_that_would_do_harm_is_refused(cell: str, reason: str) -> None:
    with pytest.raises(Wrong) as wrong:
        text(cell, "Client")
    assert wrong.value.reason == reason


@pytest.mark.parametrize("cell", ["+33 2 99 00 00 00", "-5 % de remise", "L'Atelier & Fils", "Œuvre – n° 3"])
def test_honest_texts_pass(cell: str) -> None:
    assert text(cell, "x") == cell
    assert text(" \t ", "x") is None


# --- a file


def test_a_file_is_counted_to_the_cent_and_written_nowhere_by_a_survey(tmp_path: Path) -> None:
    found, told = read(tmp_path, NAMES + GOOD + "FA-2;16/03/2024;-50,00;-10,00;-60,00;\n")
    assert (found.documents, found.refused, told) == (2, 0, [])
    assert (found.net_cents, found.gross_cents) == (5_000, 6_000)
    assert dict(found.kinds) == {"invoice": 2}


@pytest.mark.parametrize(
    ("content", "encoding", "members"),
    [
        (NAMES + GOOD, "utf-8", {}),
        ("\ufeff" + NAMES + GOOD, "utf-8", {}),
        (NAMES + GOOD, "cp1252", {"encoding": "cp1252"}),
        (NAMES + GOOD, "iso-8859-15", {"encoding": "iso-8859-15"}),
        (NAMES + GOOD, "utf-16", {"encoding": "utf-16"}),
        ((NAMES + GOOD).replace("\n", "\r\n"), "utf-8", {}),
        ((NAMES + GOOD).replace("\n", "\r"), "utf-8", {}),
        (NAMES + "\n\n" + GOOD.rstrip("\n"), "utf-8", {}),
        ((NAMES + GOOD).replace(";", "\t"), "utf-8", {"delimiter": "\t"}),
    ],
)
def test_every_honest_form_of_the_file_gives_the_same_document(
    tmp_path: Path, content: str, encoding: str, members: dict[str, Any]
) -> None:
    (one,) = documents(file_of(tmp_path, content, encoding), reading(**members))
    assert (one.reference, one.issued_on, one.net_cents, one.vat_cents) == ("FA-1", "2024-03-15", 10_000, 2_000)
    assert one.client is not None
    assert one.client.name == "Camille Roseau"


@pytest.mark.parametrize(
    ("content", "reason", "line", "members"),
    [
        (b"", "empty", 0, {}),
        (b"\n\n", "empty", 0, {}),
        ((NAMES + GOOD).encode() + b"FA-2;\xe9;\n", "encoding", 3, {}),
        ((NAMES + GOOD).encode("cp1252"), "encoding", 1, {}),
        ((NAMES + GOOD).encode() + b"\x81;\n", "encoding", 3, {"encoding": "cp1252"}),
        ((NAMES + GOOD).encode("utf-16"), "encoding_mark", 1, {}),
        (("\ufeff" + NAMES).encode(), "encoding_mark", 1, {"encoding": "cp1252"}),
        ((NAMES + GOOD).encode("utf-16-le"), "encoding_no_mark", 0, {"encoding": "utf-16"}),
        ((NAMES + GOOD).encode("utf-16-le"), "encoding", 1, {}),
        ((NAMES + "FA\x00;").encode(), "nul", 2, {}),
        ((NAMES + GOOD + '"FA-2;15/03/2024\n').encode(), "quotes", 3, {}),
        ((NAMES + '"FA"x;15/03/2024\n').encode(), "quotes", 2, {}),
        ((NAMES + '"' + "a\n" * 2000).encode(), "record_too_long", 2, {}),
        ((NAMES + ";" * 5000 + "\n").encode(), "record_too_long", 2, {}),
        ((NAMES + "x" * (MOST_LINE + 1) + "\n").encode(), "line_too_long", 2, {}),
        ("Numéro;Date;HT;TVA;TTC\n".encode(), "column_missing", 1, {}),
        ("Numéro;Date;HT;TVA;TTC;Client;HT\n".encode(), "column_twice", 1, {}),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_with_its_line(
    tmp_path: Path, content: bytes, reason: str, line: int, members: dict[str, Any]
) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content, **members)
    assert (refused.value.reason, refused.value.line) == (reason, line)
    assert "FA" not in str(refused.value)


def test_every_reason_has_words_and_every_one_is_met_somewhere() -> None:
    here = Path(__file__).read_text("utf-8") + Path(__file__).parents[1].joinpath("cli/test_import.py").read_text(
        "utf-8"
    )
    assert [reason for reason in (*ROW_REASONS, *FILE_REASONS) if f'"{reason}"' not in here] == []


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "documents.csv"
    with path.open("wb") as file:
        file.write(NAMES.encode())
        file.seek(1 << 30)  # a hole of a gigabyte: NUL characters without a line end
        file.write(b"x")
    tracemalloc.start()
    with pytest.raises(FileRefused) as refused:
        survey(path, reading(), TODAY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.reason == "nul"
    assert peak < 32 << 20
    with path.open("wb") as file:
        file.write(NAMES.encode() + b"y" * (8 << 20))
    with pytest.raises(FileRefused) as longer:
        survey(path, reading(), TODAY)
    assert longer.value.reason == "line_too_long"


def test_a_long_file_is_read_in_flat_memory(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = file_of(tmp_path, NAMES + "".join(GOOD.replace("FA-1", f"FA-{row}") for row in range(rows)))
        tracemalloc.start()
        assert survey(path, reading(), TODAY).documents == rows
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(30_000) < peak(10_000) + (1 << 20)


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        survey(tmp_path / "missing.csv", reading(), TODAY)
    assert refused.value.reason == "unreadable"


# --- rows


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("FA-1;15/03/2024;100,00;20,00\n", "columns", ""),
        (";15/03/2024;100,00;20,00;120,00;x\n", "reference_missing", "Numéro"),
        ("FA#1;15/03/2024;100,00;20,00;120,00;x\n", "reference_malformed", "Numéro"),
        ("FA-1;;100,00;20,00;120,00;x\n", "day_missing", "Date"),
        ("FA-1;32/03/2024;100,00;20,00;120,00;x\n", "day_malformed", "Date"),
        ("FA-1;15/03/2044;100,00;20,00;120,00;x\n", "day_in_future", "Date"),
        ("FA-1;15/03/1844;100,00;20,00;120,00;x\n", "day_too_old", "Date"),
        ("FA-1;15/03/2024;;20,00;120,00;x\n", "amount_missing", "HT"),
        ("FA-1;15/03/2024;100,00;20,00;120.00;x\n", "amount_malformed", "TTC"),
        ("FA-1;15/03/2024;100,005;20,00;120,00;x\n", "amount_too_precise", "HT"),
        ("FA-1;15/03/2024;100,00;20,00;121,00;x\n", "totals_disagree", "TTC"),
        ("FA-1;15/03/2024;100,00;20,00;120,00;=x\n", "formula", "Client"),
        ("FA-1;15/03/2024;100,00;20,00;120,00;" + "x" * 400 + "\n", "text_too_long", "Client"),
        ("FA-1;15/03/2024;100,00;20,00;120,00;a\u202eb\n", "text_forbidden", "Client"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_the_others_are_taken(
    tmp_path: Path, row: str, reason: str, column: str
) -> None:
    found, told = read(tmp_path, NAMES + row + GOOD.replace("FA-1", "FA-2"))
    assert told == [Refused(2, reason, column)]
    assert (found.documents, found.refused, dict(found.reasons)) == (1, 1, {reason: 1})


def test_a_reference_stands_once_and_payments_may_share_one(tmp_path: Path) -> None:
    assert read(tmp_path, NAMES + GOOD + GOOD)[1] == [Refused(3, "reference_twice")]
    assert read(tmp_path, NAMES + GOOD + GOOD, kind="payment")[1] == []


def test_a_cleaned_reference_keeps_its_original_beside(tmp_path: Path) -> None:
    content = NAMES + GOOD.replace("FA-1", "N°1 / été")
    (one,) = documents(file_of(tmp_path, content), reading(clean_references=True))
    assert one.reference == "N-1 / -t-"
    assert one.texts is not None
    assert one.texts.notes == "Référence d'origine : N°1 / été"


def test_the_missing_amount_follows_from_the_others(tmp_path: Path) -> None:
    columns = {"reference": "Numéro", "issued_on": "Date"}
    for names in (("net", "vat"), ("net", "gross"), ("vat", "gross")):
        heads = {"net": "HT", "vat": "TVA", "gross": "TTC"}
        how = reading(columns={**columns, **{name: heads[name] for name in names}})
        (one,) = documents(file_of(tmp_path, NAMES + GOOD), how)
        assert (one.net_cents, one.vat_cents, one.gross_cents) == (10_000, 2_000, 12_000)
    (free,) = documents(file_of(tmp_path, NAMES + GOOD), reading(vat_free=True, columns={**columns, "gross": "TTC"}))
    assert (free.net_cents, free.vat_cents, free.gross_cents) == (12_000, 0, 12_000)


def test_kinds_and_currencies_come_from_their_columns(tmp_path: Path) -> None:
    columns = {**PLAIN["columns"], "kind": "Type", "currency": "Devise"}
    how = {"kind": None, "columns": columns, "kinds": {"Facture": "invoice", "Avoir émis": "credit_note"}}
    head = NAMES.replace("\n", ";Type;Devise\n")
    rows = [
        GOOD.replace("\n", f";{kind};{currency}\n").replace("FA-1", f"FA-{place}")
        for place, (kind, currency) in enumerate(
            [("Facture", ""), ("Avoir émis", "chf"), ("Bon", "EUR"), ("Facture", "€")]
        )
    ]
    members = {name: value for name, value in PLAIN.items() if name != "kind"} | {
        name: value for name, value in how.items() if value is not None
    }
    path = file_of(tmp_path, head + "".join(rows))
    told: list[Refused] = []
    survey(path, check_mapping(members), TODAY, told.append)
    assert told == [Refused(4, "kind_unknown", "Type"), Refused(5, "currency_malformed", "Devise")]
    assert [(one.kind, one.currency) for one in documents(path, check_mapping(members))] == [
        ("invoice", "EUR"),
        ("credit_note", "CHF"),
    ]


def test_lines_of_one_document_are_added_up_and_one_that_is_wrong_refuses_it_whole(tmp_path: Path) -> None:
    rows = (
        GOOD
        + GOOD.replace("100,00;20,00;120,00", "10,00;0,55;10,55")
        + GOOD.replace("FA-1", "FA-2")
        + GOOD.replace("FA-1", "FA-2").replace("120,00", "abc")
        + GOOD.replace("FA-1", "FA-3")
        + GOOD.replace("FA-1", "FA-3").replace("15/03", "16/03")
        + GOOD
    )
    path = file_of(tmp_path, NAMES + rows)
    told: list[Refused] = []
    survey(path, reading(rows="lines"), TODAY, told.append)
    assert told == [
        Refused(4, "amount_malformed", "TTC"),
        Refused(6, "lines_disagree"),
        Refused(8, "reference_twice"),
    ]
    (one,) = documents(path, reading(rows="lines"))
    assert (one.row, one.net_cents, one.vat_cents, one.gross_cents) == (2, 11_000, 2_055, 13_055)


def test_a_document_of_endless_lines_is_refused_and_not_kept_in_memory(tmp_path: Path) -> None:
    assert read(tmp_path, NAMES + GOOD * 2500, rows="lines")[1] == [Refused(2, "lines_too_many")]


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.lists(st.lists(_CELLS, min_size=1, max_size=8), max_size=12))
def test_any_table_is_read_or_refused_and_every_record_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    made = io.StringIO()
    csv.writer(made, delimiter=";", lineterminator="\n").writerows(rows)
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes((NAMES + made.getvalue()).encode())
    try:
        found = survey(path, reading(), TODAY)
    except FileRefused:
        return  # a carriage return inside a cell, say: told, and nothing was taken
    assert sum(found.reasons.values()) == found.refused
    blank = [row for row in rows if len(row) == 1 and not row[0].strip("\r")]  # no quotes: an empty line of the file
    assert found.documents + found.refused == sum(any(row) for row in rows if row not in blank)
    assert set(found.reasons) <= set(ROW_REASONS)


# --- mappings


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"source": "à l'ancienne"}, "source"),
        ({"decimals": ","}, "decimals"),
        ({"thousands": ","}, "cannot be the same sign"),
        ({"kind": None}, "kind"),
        ({"kinds": {"Facture": "invoice"}}, "go together"),
        ({"columns": {"reference": "N", "issued_on": "D", "gross": "T"}}, "two of net, vat and gross"),
        ({"encoding": "latin-1"}, "encoding"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(members: dict[str, Any], words: str) -> None:
    asked = {name: value for name, value in {**PLAIN, **members}.items() if value is not None}
    with pytest.raises(MappingRefused, match=words):
        check_mapping(asked)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"source = ", "no TOML"), (b"\xff", "not UTF-8"), (b"#" * 70_000, "longer"), (None, "cannot be read")],
)
def test_a_mapping_file_that_is_none_is_told_in_words(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "mapping.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MappingRefused, match=words):
        read_mapping(path)


def test_the_digest_of_a_mapping_changes_with_what_it_reads() -> None:
    assert digest_of(reading()) == digest_of(reading())
    assert digest_of(reading()) != digest_of(reading(decimal=".")) != digest_of(FecReading(source="ancien"))


# --- FEC


def fec(*lines: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, sign: str = "\t") -> str:
    return "\r\n".join(sign.join(line) for line in (columns, *lines)) + "\r\n"


def entry(
    number: str, *bookings: tuple[str, str, str], piece: str = "", aux: str = "", journal: str = "VT"
) -> list[tuple[str, ...]]:
    return [
        (journal, "Ventes", number, "20240315", account, "Compte", "", aux, piece or f"P{number}", "20240314",
         "Pose de parquet", debit, credit, "", "", "20240331", "", "")
        for account, debit, credit in bookings
    ]  # fmt: skip


SALE = entry(
    "1", ("411DUPRE", "1200,00", "0,00"), ("706000", "0,00", "1000,00"), ("445710", "0,00", "200,00"), aux="Dupré"
)
PAID = entry("2", ("512000", "1200,00", ""), ("411DUPRE", "", "1200,00"), piece="P1", journal="BQ")
BACK = entry("3", ("411DUPRE", "", "120,00"), ("706000", "100,00", ""), ("445710", "20,00", ""))
BOUGHT = entry("4", ("607000", "50,00", ""), ("401000", "", "50,00"), journal="HA")
DEPOSIT_TTC = entry(
    "5", ("512000", "360,00", ""), ("445870", "60,00", ""), ("419100", "", "360,00"), ("445710", "", "60,00")
)
DEPOSIT_HT = entry("6", ("512000", "360,00", ""), ("419100", "", "300,00"), ("445710", "", "60,00"))
FINAL_TTC = entry(
    "7", ("411X", "840,00", ""), ("419100", "360,00", ""), ("706000", "", "1000,00"), ("445710", "", "140,00"),
    ("445870", "", "60,00"),
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "utf-8-sig"])
@pytest.mark.parametrize("sign", ["\t", "|"])
def test_the_entries_of_a_fec_give_the_documents_they_book(tmp_path: Path, encoding: str, sign: str) -> None:
    lines = (*SALE, *PAID, *BACK, *BOUGHT, *DEPOSIT_TTC, *DEPOSIT_HT, *FINAL_TTC)
    path = file_of(tmp_path, fec(*lines, sign=sign), encoding)
    how = fec_reading(path, "ancien")
    assert how.encoding == ("iso-8859-15" if encoding == "iso-8859-15" else "utf-8")
    told: list[Refused] = []
    assert survey(path, how, TODAY, told.append).documents == 6
    assert [(one.reason, one.column) for one in told] == [("not_a_sale", "CompteNum")]
    assert [(one.kind, one.reference, one.net_cents, one.vat_cents) for one in documents(path, how)] == [
        ("invoice", "P1", 100_000, 20_000),
        ("payment", "P1", 120_000, 0),
        ("credit_note", "P3", -10_000, -2_000),
        ("deposit", "P5", 30_000, 6_000),
        ("deposit", "P6", 30_000, 6_000),
        ("invoice", "P7", 100_000, 20_000),
    ]
    first = documents(path, how)[0]
    assert first.issued_on == "2024-03-14"
    assert first.client is not None
    assert first.client.name == "Dupré"


def test_a_fec_with_amount_and_side_reads_the_same(tmp_path: Path) -> None:
    lines = [
        (*line[:11], *((line[11], "D") if line[11] not in ("", "0,00") else (line[12], "C")), *line[13:])
        for line in SALE
    ]
    path = file_of(tmp_path, fec(*lines, columns=WITH_SIDE))
    (one,) = documents(path, fec_reading(path, "ancien"))
    assert (one.kind, one.net_cents, one.vat_cents) == ("invoice", 100_000, 20_000)


def test_an_entry_that_does_not_balance_or_comes_twice_is_refused(tmp_path: Path) -> None:
    lame = entry("8", ("411X", "10,00", ""), ("706000", "", "9,00"))
    path = file_of(tmp_path, fec(*SALE, *lame, *SALE))
    told: list[Refused] = []
    survey(path, fec_reading(path, "ancien"), TODAY, told.append)
    assert [(one.row, one.reason) for one in told] == [(5, "entry_unbalanced"), (7, "entry_twice")]


@pytest.mark.parametrize("content", ["", "a;b\n", "JournalCode\tJournalLib\n", "\t".join(reversed(COLUMNS)) + "\n"])
def test_what_is_no_fec_is_told_so(tmp_path: Path, content: str) -> None:
    path = file_of(tmp_path, content)
    with pytest.raises(FileRefused) as refused:
        survey(path, fec_reading(path, "ancien"), TODAY)
    assert refused.value.reason in ("not_fec", "empty")


def test_quotes_mean_nothing_in_a_fec(tmp_path: Path) -> None:
    lines = [(*line[:10], 'Pose "sur mesure', *line[11:]) for line in SALE]
    path = file_of(tmp_path, fec(*lines))
    (one,) = documents(path, fec_reading(path, "ancien"))
    assert one.texts is not None
    assert one.texts.title == 'Pose "sur mesure'


# --- into a ledger


class Stopped(Exception):  # noqa: N818 - what happened
    """The process was killed."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_over(MemoryStore(), tmp_path / "keys") as service:
        opened(service)
        yield service


@pytest.fixture
def many(tmp_path: Path) -> Path:
    rows = [GOOD.replace("FA-1", f"FA-{row}") if row % 7 else "wrong\n" for row in range(1, 1400)]
    return file_of(tmp_path, NAMES + "".join(rows))


def into(service: Service) -> Callable[[Command], Answer | Refusal]:
    return lambda command: service.execute("atelier", command)


def imported(service: Service) -> list[HistoryDocumentImported]:
    found = [event.record for event in service.entries("atelier", types=["history.document_imported/1"])]
    return [one for one in found if isinstance(one, HistoryDocumentImported)]


def test_every_document_of_the_file_is_sealed_once_with_its_digest_and_row(service: Service, many: Path) -> None:
    known = survey(many, reading(), TODAY)
    before = service.register("atelier")
    done = write(many, reading(), known, TODAY, into(service))
    assert isinstance(done, Imported)
    assert (done.documents, done.refused, done.before) == (1200, 199, 0)
    taken = imported(service)
    assert [one.row for one in taken] == [row + 1 for row in range(1, 1400) if row % 7]
    assert {one.source_digest for one in taken} == {known.digest}
    assert service.register("atelier") == before
    state = service.state("atelier", IMPORT, done.imported)
    assert state is not None
    assert (state.phase, state.gross_cents, state.refused) == ("finished", known.gross_cents, 199)
    lengths = Counter(event.originator_id for event in service.entries("atelier"))
    assert max(lengths.values()) <= 250


def test_numbers_go_on_as_if_nothing_had_been_taken_in(service: Service, many: Path) -> None:
    first = answered(service.execute("atelier", invoice()))
    write(many, reading(), survey(many, reading(), TODAY), TODAY, into(service))
    second = answered(service.execute("atelier", invoice()))
    assert (first.result["number"], second.result["number"]) == ("F-00001", "F-00002")


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_an_import_that_was_killed_goes_on_and_nothing_is_there_twice(service: Service, many: Path, after: int) -> None:
    known = survey(many, reading(), TODAY)
    batches = 0

    def until_killed(command: Command) -> Answer | Refusal:
        nonlocal batches
        if isinstance(command, AddHistory):
            batches += 1
        if batches > after or (after == 5 and not isinstance(command, AddHistory) and batches):
            raise Stopped
        return service.execute("atelier", command)

    with pytest.raises(Stopped):
        write(many, reading(), known, TODAY, until_killed)
    held = len(imported(service))
    assert held == min(after * 250, 1200)
    done = write(many, reading(), known, TODAY, into(service))
    assert isinstance(done, Imported)
    assert (done.documents, done.before) == (1200, held)
    rows = [one.row for one in imported(service)]
    assert len(rows) == len(set(rows)) == 1200
    again = write(many, reading(), known, TODAY, into(service))
    assert isinstance(again, Refusal)
    assert again.code == "HISTORY_ALREADY_IMPORTED"


def test_a_row_that_was_in_the_future_at_the_first_run_does_not_stop_the_second(
    service: Service, tmp_path: Path
) -> None:
    path = file_of(tmp_path, NAMES + GOOD.replace("15/03/2024", "23/11/2026") + GOOD.replace("FA-1", "FA-2"))
    first = date(2026, 11, 22)

    def killed_at_the_end(command: Command) -> Answer | Refusal:
        if type(command).__name__ == "FinishImport":
            raise Stopped
        return service.execute("atelier", command)

    with pytest.raises(Stopped):
        write(path, reading(), survey(path, reading(), first), first, killed_at_the_end)
    later = date(2026, 11, 24)
    done = write(path, reading(), survey(path, reading(), later), later, into(service))
    assert isinstance(done, Imported)
    assert (done.documents, done.refused) == (1, 1)


def test_a_file_that_changes_while_it_is_read_leaves_the_import_open(service: Service, many: Path) -> None:
    known = survey(many, reading(), TODAY)
    many.write_bytes(many.read_bytes() + GOOD.replace("FA-1", "FA-NEW").encode())
    with pytest.raises(FileRefused) as refused:
        write(many, reading(), known, TODAY, into(service))
    assert refused.value.reason == "changed"
    assert not list(service.entries("atelier", types=["history.imported/1"]))


def test_a_refused_command_ends_the_import_with_its_refusal(service: Service, many: Path) -> None:
    known = survey(many, reading(), TODAY)
    write(many, reading(), known, TODAY, into(service))
    assert isinstance(write(many, reading(decimal="."), known, TODAY, into(service)), Refusal)
