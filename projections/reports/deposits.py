"""Which deposits were asked for, planned, paid, late, held or to be given back?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.documents import DOCUMENT, INSTALMENT, KINDS, due_of_instalment, sort_of
from projections.engine.contract import Row
from projections.reports import behind
from projections.reports.common import (
    CUSTOMER,
    DUE_ON,
    FROM,
    ISSUED_ON,
    LAST,
    LATE_DAYS,
    NAME,
    NUMBER,
    OF_CUSTOMER,
    OPEN,
    STATE,
    TO,
    beginning,
    finish,
    late_days,
    named,
)
from projections.reports.contract import Asked, Chart, Column, Desk, Parameter, Report, Series, Table, Words

_STATES: Final = KINDS["deposit_request"]
_LIVE: Final = ("requested", "partly_paid", "paid", "refund_due")
"""States in which something is still waited for: money, a final invoice, a refund."""

_COLUMNS: Final = (
    NUMBER,
    Column("advance", "code", Words("Nature", "Kind")),
    STATE,
    ISSUED_ON,
    DUE_ON,
    LATE_DAYS,
    NAME,
    Column("trigger", "code", Words("Déclenchement", "Trigger")),
    Column("milestone", "code", Words("Étape", "Milestone")),
    Column("planned_cents", "cents", Words("Prévu", "Planned"), total=True),
    Column("amount_cents", "cents", Words("Demandé", "Asked for"), total=True),
    Column("paid_cents", "cents", Words("Payé", "Paid"), total=True),
    OPEN,
    Column("held_cents", "cents", Words("Détenu", "Held"), total=True),
    Column("refund_due_cents", "cents", Words("À rembourser", "To be refunded"), total=True),
    Column("quote", "id", Words("Devis", "Quote")),
    CUSTOMER,
)


def _make(desk: Desk, asked: Asked) -> Table:
    rows = [row for row in (*_requests(desk, asked), *_plans(desk, asked)) if _is_of(row, asked)]
    return finish(DEPOSITS, desk, _COLUMNS, rows, chart=_chart(rows))


def _is_of(row: Mapping[str, Any], asked: Asked) -> bool:
    return asked.get("customer") in (None, row.get("customer"))


def _requests(desk: Desk, asked: Asked) -> Iterator[dict[str, Any]]:
    states = _STATES if asked["show"] == "all" else _LIVE
    for state in states:
        bounds = (
            sort_of("deposit_request", state, asked.get("from", "")),
            sort_of("deposit_request", state, f"{asked.get('to', LAST)}~"),
        )
        for row in desk.view("documents").rows(DOCUMENT, sort_from=bounds[0], sort_to=bounds[1]):
            yield _request(desk, row)


def _request(desk: Desk, row: Row) -> dict[str, Any]:
    body = row.body
    out = {"key": row.key, "seq": row.seq, "amount_cents": body["gross_cents"], "name": named(desk, body)}
    members = (
        "number", "advance", "state", "issued_on", "due_on", "paid_cents", "open_cents", "held_cents",
        "refund_due_cents", "quote", "customer",
    )  # fmt: skip
    out |= {name: body[name] for name in members if name in body}
    if body["open_cents"]:
        out["late_days"] = late_days(desk, body["due_on"])
    return _without_nothing(out)


def _plans(desk: Desk, asked: Asked) -> Iterator[dict[str, Any]]:
    """Give the payments that contracts plan and nobody has asked for yet."""
    first, last = beginning("planned/")
    for row in desk.view("documents").rows(INSTALMENT, sort_from=first, sort_to=last):
        body, due = row.body, due_of_instalment(row.body)
        if not asked.get("from", "") <= (due or LAST) or (due is not None and due > asked.get("to", LAST)):
            continue
        yield _without_nothing(
            {
                "key": f"{INSTALMENT}:{row.key}", "seq": row.seq, "number": body.get("number"),
                "advance": body["kind"], "state": "planned", "due_on": due, "late_days": late_days(desk, due) or None,
                "name": named(desk, body), "trigger": body["trigger"], "milestone": body.get("milestone"),
                "planned_cents": body["amount_cents"], "quote": body["quote"], "customer": body.get("customer"),
            }
        )  # fmt: skip


def _without_nothing(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _chart(rows: Iterable[Mapping[str, Any]]) -> Chart | None:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["state"]] = sums.get(row["state"], 0) + row.get("amount_cents", row.get("planned_cents", 0))
    labels = tuple(state for state in ("planned", *_STATES) if sums.get(state))
    series = (Series(Words("Montant", "Amount"), tuple(sums[state] for state in labels)),)
    return Chart("bars", "cents", labels, series) if labels else None


def _explain(desk: Desk, _: Asked, key: str, column: str) -> Iterable[int]:
    if not key.startswith(f"{INSTALMENT}:"):
        return behind.entries_of(desk.trail(key), column)
    return list(behind.planned_share(desk, key.removeprefix(f"{INSTALMENT}:")) or ())


def _shares(desk: Desk, _: Asked, key: str, column: str) -> Mapping[int, int] | None:
    if not key.startswith(f"{INSTALMENT}:"):
        return behind.shares_of(desk.trail(key), column)
    return behind.planned_share(desk, key.removeprefix(f"{INSTALMENT}:")) if column == "planned_cents" else None


DEPOSITS: Final = Report(
    name="deposits",
    question=Words(
        "Quels acomptes sont prévus, demandés, payés, en retard ou à rembourser ?",
        "Which deposits are planned, asked for, paid, late or to be given back?",
    ),
    parameters=(
        Parameter(
            "show", "code", Words("en cours (live) ou tous (all)", "what is waited for (live) or all"),
            default="live", choices=("live", "all"),
        ),
        OF_CUSTOMER,
        FROM,
        TO,
    ),
    uses=("documents",),
    make=_make,
    explain=_explain,
    shares=_shares,
)  # fmt: skip
"""The deposits board."""
