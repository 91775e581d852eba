"""Which documents are there, and where does each stand?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.documents import DOCUMENT, KINDS, OWNED, sort_of
from projections.engine.contract import Row, View
from projections.reports import behind
from projections.reports.common import (
    CUSTOMER,
    DUE_ON,
    FROM,
    ISSUED_ON,
    LAST,
    NAME,
    NUMBER,
    OF_CUSTOMER,
    OPEN,
    STATE,
    TO,
    beginning,
    finish,
    named,
)
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words

_STATES: Final = tuple(dict.fromkeys(state for states in KINDS.values() for state in states))

_COLUMNS: Final = (
    NUMBER,
    Column("kind", "code", Words("Document", "Document")),
    STATE,
    ISSUED_ON,
    DUE_ON,
    NAME,
    Column("net_cents", "cents", Words("HT", "Net"), total=True),
    Column("vat_cents", "cents", Words("TVA", "VAT"), total=True),
    Column("gross_cents", "cents", Words("TTC", "Gross"), total=True),
    Column("prepaid_cents", "cents", Words("Acomptes déduits", "Deposits deducted"), total=True),
    Column("paid_cents", "cents", Words("Payé", "Paid"), total=True),
    Column("credited_cents", "cents", Words("Avoirs", "Credited"), total=True),
    OPEN,
    Column("refund_due_cents", "cents", Words("À rembourser", "To be refunded"), total=True),
    Column("signed_on", "day", Words("Signé le", "Signed on")),
    Column("paid_on", "day", Words("Dernier paiement", "Last payment")),
    CUSTOMER,
    Column("quote", "id", Words("Devis", "Quote")),
    Column("deposit", "id", Words("Acompte", "Deposit")),
    Column("invoice", "id", Words("Facture", "Invoice")),
)

_MEMBERS: Final = tuple(each.name for each in _COLUMNS if each.name not in ("name", "due_on"))


def chosen(view: View, asked: Asked) -> Iterator[Row]:
    """Give the rows that are asked for, by kind, state and day of issue."""
    first, last = asked.get("from", ""), asked.get("to", LAST)
    kinds = (asked["kind"],) if "kind" in asked else tuple(KINDS)
    customer = asked.get("customer")
    if customer is not None:
        owned = [view.get(DOCUMENT, key) for key in _owned(view, customer)]
        rows = [row for row in owned if row is not None and first <= row.body["issued_on"] <= last]
        for kind in kinds:
            for state in _states(kind, asked):
                yield from sorted(
                    (row for row in rows if (row.body["kind"], row.body["state"]) == (kind, state)), key=_by_sort
                )
        return
    for kind in kinds:
        for state in _states(kind, asked):
            yield from view.rows(
                DOCUMENT, sort_from=sort_of(kind, state, first), sort_to=sort_of(kind, state, f"{last}~")
            )


def _by_sort(row: Row) -> tuple[str, str]:
    return row.sort, row.key


def _states(kind: str, asked: Asked) -> tuple[str, ...]:
    states = KINDS[kind]
    return states if "state" not in asked else tuple(each for each in states if each == asked["state"])


def _owned(view: View, customer: str) -> Iterator[str]:
    first, last = beginning(f"{customer}/")
    for row in view.rows(OWNED, first=first, last=last):
        yield row.key.partition("/")[2]


def _row(desk: Desk, row: Row) -> dict[str, Any]:
    body = row.body
    out: dict[str, Any] = {"key": row.key, "seq": row.seq}
    for name in _MEMBERS:
        if name in body:
            out[name] = body[name]
    due = body.get("due_on") or body.get("valid_until")
    if due is not None:
        out["due_on"] = due
    called = named(desk, body)
    if called is not None:
        out["name"] = called
    return out


def _make(desk: Desk, asked: Asked) -> Table:
    most = int(asked["limit"]) if "limit" in asked else None
    rows: list[Mapping[str, Any]] = []
    totals = {each.name: 0 for each in _COLUMNS if each.total}
    counts: dict[str, int] = {}
    for row in chosen(desk.view("documents"), asked):
        body = row.body
        counts[body["state"]] = counts.get(body["state"], 0) + 1
        for name in totals:
            totals[name] += body.get(name, 0)
        if most is None or len(rows) < most:
            rows.append(_row(desk, row))
    left = sum(counts.values()) - len(rows)
    notes = [_KINDS_ADD] if "kind" not in asked and rows else []
    if left:
        notes.append(
            Words(f"{left} autres documents ne sont pas montrés ; les totaux les comptent.",
                  f"{left} more documents are not shown; the totals count them.")
        )  # fmt: skip
    return finish(DOCUMENTS, desk, _COLUMNS, rows, totals=totals, notes=notes, chart=_chart(counts))


_KINDS_ADD: Final = Words(
    "Les totaux additionnent des documents de plusieurs natures (un devis et sa facture) : choisissez `kind`.",
    "The totals add documents of several kinds up (a quote and its invoice): choose a `kind`.",
)


def _chart(counts: Mapping[str, int]) -> Chart | None:
    if not counts:
        return None
    labels = tuple(state for state in _STATES if state in counts)
    words = Words("Documents", "Documents")
    return Chart("bars", "count", labels, (Series(words, tuple(counts[one] for one in labels)),))


def _explain(desk: Desk, _: Asked, key: str, column: str) -> Iterable[int]:
    return behind.entries_of(desk.trail(key), column)


def _shares(desk: Desk, _: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return behind.shares_of(desk.trail(key), column)


DOCUMENTS: Final = Report(
    name="documents",
    question=Words(
        "Quels documents ai-je, et où en est chacun ?", "Which documents are there, and where do they stand?"
    ),
    parameters=(
        Parameter("kind", "code", Words("nature", "kind"), choices=tuple(KINDS)),
        Parameter("state", "code", Words("état", "state"), choices=_STATES),
        OF_CUSTOMER,
        FROM,
        TO,
        Parameter("limit", "count", Words("lignes au plus", "rows at most")),
    ),
    uses=("documents",),
    make=_make,
    explain=_explain,
    shares=_shares,
)
"""Documents by state."""
