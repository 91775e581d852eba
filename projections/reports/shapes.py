"""A table as JSON for programs, CSV (RFC 4180) for spreadsheets, and aligned text for terminals."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from projections.documents.paper import Language
from projections.documents.words import formats
from projections.documents.words.formats import NBSP
from projections.reports.contract import Chart, Column, Table, Words
from projections.reports.words import CODES, words_of

_FIGURES: Final = frozenset({"cents", "count", "days", "bp", "seq"})
"""Kinds that are written flush right."""

_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection)."""

_CHUNK: Final = 500


def said(words: Words, language: Language) -> str:
    """Give words in one language."""
    return words.fr if language == "fr" else words.en


# --- JSON


def to_json(table: Table, language: Language | None = None) -> dict[str, Any]:
    """Give a table as JSON: amounts in cents, codes as they are; a member without a value is left out.

    `language` chooses the words; both are given without it.
    """

    def both(words: Words) -> Any:
        return {"fr": words.fr, "en": words.en} if language is None else said(words, language)

    given: dict[str, Any] = {
        "report": table.report,
        "title": both(table.title),
        "as_of": {"seq": table.as_of_seq, "day": table.as_of_day},
        "columns": [
            {"name": each.name, "kind": each.kind, "words": both(each.words), "total": each.total}
            for each in table.columns
        ],
        "rows": table.rows,
        "totals": dict(table.totals),
        "notes": [both(each) for each in table.notes],
    }
    return given


# --- CSV


def to_csv(table: Table, language: Language | None = None) -> Iterator[bytes]:
    """Give a table as CSV in UTF-8, a piece at a time: commas, CR LF, quotes where needed (RFC 4180).

    The first line names the columns (in words when a language is given). Amounts are decimals with a point, shares in
    percent. A text that a spreadsheet would run as a formula is kept from it by an apostrophe before it.
    """
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\r\n")
    heads = [each.name if language is None else said(each.words, language) for each in table.columns]
    writer.writerow(["key", *heads] if language is None else heads)
    cells = [(each.name, _csv_cell(each, language)) for each in table.columns]
    for rank, row in enumerate(table.rows, 1):
        written = ["" if (value := row.get(name)) is None else write(value) for name, write in cells]
        writer.writerow([_harmless(str(row.get("key", ""))), *written] if language is None else written)
        if rank % _CHUNK == 0:
            yield kept.getvalue().encode()
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue().encode()


def _csv_cell(column: Column, language: Language | None) -> Callable[[Any], str]:
    """Say how a column's values are written."""
    match column.kind:
        case "cents" | "bp":
            return decimal_of
        case "flag":
            return _true_or_false
        case "count" | "days" | "seq" | "day" | "id":
            return str
        case "code" if language is not None:
            return lambda value: _harmless(said(words_of(str(value), column.name), language))
        case _:
            return lambda value: _harmless(str(value))


def _true_or_false(value: Any) -> str:
    return "true" if value else "false"


def decimal_of(hundredths: int) -> str:
    """Write cents or basis points as a decimal: `-12.05`."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def _harmless(text: str) -> str:
    """Keep a text from being run as a formula; leading blanks do not hide it."""
    return f"'{text}" if text.lstrip(f" {NBSP}")[:1] in _FORMULA and text.strip() else text


# --- text


def cell(column: Column, value: Any, language: Language, currency: str = "EUR") -> str:
    """Write one value as people read it."""
    if value is None:
        return ""
    match column.kind:
        case "cents":
            return formats.money(value, currency, language)
        case "bp":
            return formats.percent(value, language)
        case "count" | "days" | "seq":
            return formats.number(value, language)
        case "day":
            return formats.day(str(value), language)
        case "instant":
            text = str(value)
            return f"{formats.day(text[:10], language)} {text[11:16]} UTC"
        case "flag":
            return said(_YES if value else _NO, language)
        case "code":
            return printable(said(words_of(str(value), column.name), language))
        case _:
            return printable(str(value))


_YES: Final = Words("oui", "yes")
_NO: Final = Words("non", "no")
_TOTAL: Final = Words("Total", "Total")
_EMPTY: Final = Words("Rien à montrer.", "Nothing to show.")


def printable(text: str) -> str:
    """Leave out what would move a terminal's cursor or turn its writing around."""
    if text.isprintable():
        return text
    return "".join(each if unicodedata.category(each)[0] != "C" else "\ufffd" for each in text)


_SINGLE: Final = re.compile("[\x20-\u02ff\u2000-\u20cf]*")
"""Letters of western Europe, their punctuation and currencies: each takes one place."""


def width_of(text: str) -> int:
    """Count the places that a text takes on a terminal: wide letters take two, combining marks none."""
    if _SINGLE.fullmatch(text):
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def to_text(table: Table, language: Language, *, currency: str = "EUR", ids: bool = False) -> Iterator[str]:
    """Give a table as aligned lines; columns without any value are left out, and ids unless asked for."""
    shown = [each for each in table.columns if (ids or each.kind != "id") and _any(table, each)]
    yield said(table.title, language)
    if table.rows:
        yield ""
        yield from _grid(table, shown, language, currency)
    else:
        yield said(_EMPTY, language)
    yield ""
    for note in table.notes:
        yield said(note, language)
    seq, day = formats.number(table.as_of_seq, language), formats.day(table.as_of_day, language)
    as_of = Words(f"À l'écriture n° {seq} du registre, journée du {day}.", f"As of entry {seq}, day {day}.")
    yield said(as_of, language)


def _any(table: Table, column: Column) -> bool:
    return any(row.get(column.name) not in (None, "") for row in table.rows)


def _grid(table: Table, shown: list[Column], language: Language, currency: str) -> Iterator[str]:
    heads = [said(each.words, language) for each in shown]
    lines = [[cell(each, row.get(each.name), language, currency) for each in shown] for row in table.rows]
    foot = _foot(table, shown, language, currency)
    every = [heads, *lines, *([foot] if foot else [])]
    widths = [max(width_of(line[at]) for line in every) for at in range(len(shown))]

    def laid(line: Iterable[str]) -> str:
        cells = []
        for text, column, width in zip(line, shown, widths, strict=True):
            blank = " " * (width - width_of(text))
            cells.append(blank + text if column.kind in _FIGURES else text + blank)
        return "  ".join(cells).rstrip()

    yield laid(heads)
    yield "  ".join("-" * width for width in widths)
    for line in lines:
        yield laid(line)
    if foot:
        yield "  ".join("-" * width for width in widths)
        yield laid(foot)


def _foot(table: Table, shown: list[Column], language: Language, currency: str) -> list[str]:
    if not table.totals or not shown:
        return []
    foot = [
        cell(each, table.totals[each.name], language, currency) if each.name in table.totals else "" for each in shown
    ]
    if not foot[0]:
        foot[0] = said(_TOTAL, language)
    return foot if any(foot[1:]) else []


# --- charts


def in_words(chart: Chart, language: Language) -> Chart:
    """Give a chart whose labels that are codes are words."""
    labels = tuple(said(CODES[each], language) if each in CODES else each for each in chart.labels)
    return replace(chart, labels=labels)


def find_row(table: Table, key: str) -> Mapping[str, Any] | None:
    """Give the row of a key, or the only one that bears this printed number."""
    numbered = []
    for row in table.rows:
        if row.get("key") == key:
            return row
        if row.get("number") == key:
            numbered.append(row)
    return numbered[0] if len(numbered) == 1 else None
