"""Who owes what, and how late is it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.documents import DOCUMENT, sort_of
from projections.engine.contract import Row
from projections.reports import behind
from projections.reports.common import (
    CUSTOMER,
    DUE_ON,
    ISSUED_ON,
    LAST,
    LATE_DAYS,
    NAME,
    NUMBER,
    OF_CUSTOMER,
    OPEN,
    finish,
    late_days,
    merged,
    named,
)
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words
from projections.reports.words import CODES

AGES: Final = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90")
"""How late money is, from the due day to today."""

COUNTER: Final = "counter"
"""The key of what is owed by nobody named: sales over the counter."""

_BY_AGE: Final = tuple(Column(f"{age}_cents", "cents", CODES[age], total=True) for age in AGES)
_AGED: Final = frozenset(each.name for each in _BY_AGE)
_DISPUTED: Final = Column("disputed_cents", "cents", Words("dont contesté", "of which disputed"), total=True)
_PENALTY: Final = Column("penalty_cents", "cents", Words("Pénalités en sus", "Penalties on top"), total=True)

_OF_CUSTOMERS: Final = (
    NAME,
    Column("customer_kind", "code", Words("Nature", "Kind")),
    Column("documents", "count", Words("Factures", "Invoices"), total=True),
    OPEN,
    *_BY_AGE,
    LATE_DAYS,
    _DISPUTED,
    _PENALTY,
    CUSTOMER,
)
_OF_DOCUMENTS: Final = (
    NUMBER,
    NAME,
    ISSUED_ON,
    DUE_ON,
    LATE_DAYS,
    Column("gross_cents", "cents", Words("TTC", "Gross"), total=True),
    OPEN,
    *_BY_AGE,
    Column("disputed", "flag", Words("Contestée", "Disputed")),
    _PENALTY,
    CUSTOMER,
)


def age_of(days: int) -> str:
    """Name the age of money by the days since it was due; today it is not late yet."""
    return AGES[0 if days <= 0 else 1 if days <= 30 else 2 if days <= 60 else 3 if days <= 90 else 4]


def _open(desk: Desk, asked: Asked) -> Iterator[Row]:
    """Give the invoices of which something is still to be paid: a few, however many there are."""
    view = desk.view("documents")
    for state in ("open", "part_paid"):
        for row in view.rows(
            DOCUMENT, sort_from=sort_of("invoice", state, ""), sort_to=sort_of("invoice", state, LAST)
        ):
            if asked.get("customer") in (None, row.body.get("customer")):
                yield row


def _make(desk: Desk, asked: Asked) -> Table:
    lines = sorted((_line(desk, row) for row in _open(desk, asked)), key=_oldest)
    if asked["by"] == "document":
        return finish(RECEIVABLES, desk, _OF_DOCUMENTS, lines, chart=_chart(lines))
    rows = sorted(_added(lines).values(), key=_largest)
    return finish(RECEIVABLES, desk, _OF_CUSTOMERS, rows, chart=_chart(lines))


def _oldest(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["due_on"], row["key"]


def _largest(row: Mapping[str, Any]) -> tuple[int, str]:
    return -row["open_cents"], row["key"]


def _line(desk: Desk, row: Row) -> dict[str, Any]:
    body = row.body
    late = late_days(desk, body["due_on"])
    out: dict[str, Any] = {"key": row.key, "seq": row.seq, "late_days": late}
    members = ("number", "issued_on", "due_on", "gross_cents", "open_cents", "penalty_cents", "customer", "disputed",
               "customer_kind")  # fmt: skip
    out |= {name: body[name] for name in members if name in body}
    out[f"{age_of(late)}_cents"] = body["open_cents"]
    name = named(desk, body)
    return out if name is None else out | {"name": name}


def _added(lines: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Add the invoices of each customer up."""
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        key = line.get("customer", COUNTER)
        row = rows.get(key)
        if row is None:
            row = rows[key] = {"key": key, "seq": 0, "documents": 0, "open_cents": 0, "late_days": 0}
            row |= {name: line[name] for name in ("customer", "name", "customer_kind") if name in line}
        row["documents"] += 1
        row["seq"] = max(row["seq"], line["seq"])
        row["late_days"] = max(row["late_days"], line["late_days"])
        for name in ("open_cents", "penalty_cents", *_AGED):
            if name in line:
                row[name] = row.get(name, 0) + line[name]
        if line.get("disputed"):
            row["disputed_cents"] = row.get("disputed_cents", 0) + line["open_cents"]
    return rows


def _chart(lines: Iterable[Mapping[str, Any]]) -> Chart | None:
    sums = [0] * len(AGES)
    for line in lines:
        sums[AGES.index(age_of(line["late_days"]))] += line["open_cents"]
    return Chart("bars", "cents", AGES, (Series(OPEN.words, tuple(sums)),)) if any(sums) else None


def _behind(desk: Desk, key: str, column: str) -> list[Mapping[str, Any]]:
    """Give the invoices that a cell adds up."""
    if key.startswith("invoice:"):
        row = desk.view("documents").get(DOCUMENT, key)
        return [] if row is None else [_line(desk, row)]
    asked = {} if key == COUNTER else {"customer": key}
    lines: list[Mapping[str, Any]] = [_line(desk, row) for row in _open(desk, asked)]
    if key == COUNTER:
        lines = [line for line in lines if "customer" not in line]
    if column == "disputed_cents":
        return [line for line in lines if line.get("disputed")]
    if column == "late_days":
        most = max((line["late_days"] for line in lines), default=0)
        return [line for line in lines if line["late_days"] == most]
    return [line for line in lines if column in line] if column in _AGED else lines


def _explain(desk: Desk, _: Asked, key: str, column: str) -> Iterable[int]:
    of = {"late_days": "gross_cents", "documents": "gross_cents"}.get(column, _measure(column))
    found = (behind.entries_of(desk.trail(line["key"]), of) for line in _behind(desk, key, column))
    return sorted({seq for seqs in found for seq in seqs})


def _measure(column: str) -> str:
    return "open_cents" if column in _AGED or column == "disputed_cents" else column


def _shares(desk: Desk, _: Asked, key: str, column: str) -> Mapping[int, int] | None:
    if column not in _AGED | {"open_cents", "disputed_cents", "penalty_cents", "gross_cents"}:
        return None
    return merged(behind.shares_of(desk.trail(line["key"]), _measure(column)) for line in _behind(desk, key, column))


RECEIVABLES: Final = Report(
    name="receivables",
    question=Words("Qui me doit combien, et depuis quand ?", "Who owes what, and how late is it?"),
    parameters=(
        Parameter(
            "by", "code", Words("par client ou par facture", "by customer or by document"),
            default="customer", choices=("customer", "document"),
        ),
        OF_CUSTOMER,
    ),
    uses=("documents",),
    make=_make,
    explain=_explain,
    shares=_shares,
)  # fmt: skip
"""Receivables by age and customer."""
