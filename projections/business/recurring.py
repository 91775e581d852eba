"""Recurring revenue: what subscriptions bring in a month (MRR) and a year (ARR), and what changed it.

A subscription counts at the end of a month with its price without VAT, brought to one month (a week x 52/12, a
quarter / 3, a year / 12, half-up), while it is in service and not paused on that day. docs/projections/recurring.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from ledger.domain.money import div_half_up
from projections.business.spans import FROM, TO, Span, bounds, month_end, months_after, spans
from projections.business.types import others
from projections.engine.contract import Body, Change, Entry, Get, Handler, Projection
from projections.reports.common import finish
from projections.reports.contract import Asked, Chart, Column, Desk, Report, Series, Table, Words

NAME: Final = "subscriptions"

_PER_MONTH: Final[Mapping[str, tuple[int, int]]] = {
    "week": (52, 12),
    "month": (1, 1),
    "quarter": (1, 3),
    "year": (1, 12),
}


def monthly(net_cents: int, every: str) -> int:
    """Bring the price of one period to one month, in cents, half-up."""
    times, over = _PER_MONTH[every]
    return div_half_up(net_cents * times, over)


# ---- rows


def _started(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {
        "customer_kind": body["customer_kind"],
        "every": body["every"],
        "starts_on": body["starts_on"],
        "last_on": body.get("ends_on"),
        "contents": [[body["starts_on"], body["totals"]["net_cents"], entry.seq]],
        "pauses": [],
        "seqs": [entry.seq],
    }
    return (Change("subscription", entry.about, row, body["starts_on"]),)


def _handle(change: Any) -> Handler:
    def handle(get: Get, entry: Entry) -> Iterable[Change]:
        found = get("subscription", entry.about)
        if found is None:
            return ()
        row = {**found, **change(found, entry), "seqs": [*found["seqs"], entry.seq]}
        return (Change("subscription", entry.about, row, row["starts_on"]),)

    return handle


def _changed(row: Body, entry: Entry) -> dict[str, Any]:
    """From its day on the new price counts; later changes noted before fall with it."""
    kept = [each for each in row["contents"] if each[0] < entry.body["from_on"]]
    return {"contents": [*kept, [entry.body["from_on"], entry.body["totals"]["net_cents"], entry.seq]]}


def _paused(row: Body, entry: Entry) -> dict[str, Any]:
    if entry.body["paused"]:
        return {"pauses": [*row["pauses"], [entry.body["on"], None, entry.seq]]}
    if not row["pauses"]:
        return {}
    begun = row["pauses"][-1]
    return {"pauses": [*row["pauses"][:-1], [begun[0], entry.body["on"], entry.seq]]}


def _stopped(row: Body, entry: Entry) -> dict[str, Any]:
    on = entry.body["on"]
    return {"last_on": on if row["last_on"] is None else min(on, row["last_on"])}


_HANDLES: Final[Mapping[str, Handler]] = {
    "subscription.started/1": _started,
    "subscription.changed/1": _handle(_changed),
    "subscription.paused/1": _handle(_paused),
    "subscription.stopped/1": _handle(_stopped),
}

SUBSCRIPTIONS: Final = Projection(
    name=NAME, version=1, tables=("subscription",), handles=_HANDLES, ignores=others(_HANDLES)
)
"""Subscriptions by their first day: prices by date, pauses, last day of service."""

# ---- the report

MOVES: Final = ("new", "grown", "shrunk", "paused", "resumed", "lost")
"""Why recurring revenue changed from one month end to the next: each change of one subscription has one reason."""

_SIGNS: Final = {"new": 1, "grown": 1, "shrunk": -1, "paused": -1, "resumed": 1, "lost": -1}


def on_day(row: Body, day: str) -> tuple[str, int]:
    """Say how a subscription stands on a day: `before`, `active`, `paused` or `over`, and what it brings in a month."""
    if day < row["starts_on"]:
        return "before", 0
    if row["last_on"] is not None and day > row["last_on"]:
        return "over", 0
    if any(start <= day and (end is None or day < end) for start, end, _ in row["pauses"]):
        return "paused", 0
    net = next((net for start, net, _ in reversed(row["contents"]) if start <= day), row["contents"][0][1])
    return "active", monthly(net, row["every"])


def move_of(before: tuple[str, int], after: tuple[str, int], was_active: bool) -> tuple[str, int] | None:
    """Name what happened between two month ends, and by how much (above zero); None for nothing.

    `was_active` says whether the subscription had counted at any month end before.
    """
    if before[0] == after[0] == "active":
        if after[1] == before[1]:
            return None
        return ("grown", after[1] - before[1]) if after[1] > before[1] else ("shrunk", before[1] - after[1])
    if after[0] == "active":
        return ("resumed" if was_active else "new", after[1])
    if before[0] == "active":
        return ("paused" if after[0] == "paused" else "lost", before[1])
    return None


def movements(row: Body, months: tuple[Span, ...], before: str) -> Iterator[tuple[int, int, tuple[str, int] | None]]:
    """Give, month by month, its rank, what the subscription brings at its end, and what changed.

    `before` is the last day before the first month.
    """
    state, was_active = on_day(row, before), _counted_before(row, before)
    for rank, month in enumerate(months):
        now = on_day(row, month.last)
        yield rank, now[1], move_of(state, now, was_active)
        was_active = was_active or now[0] == "active"
        state = now


def _counted_before(row: Body, upto: str) -> bool:
    """Tell whether a subscription counted at some month end up to a day."""
    if row["starts_on"] > upto:
        return False
    day, last = month_end(date.fromisoformat(row["starts_on"])), date.fromisoformat(upto)
    while day <= last:
        if on_day(row, day.isoformat())[0] == "active":
            return True
        day = month_end(months_after(day, 1))
    return False


_COLUMNS: Final = (
    Column("period", "code", Words("Mois", "Month")),
    Column("start_cents", "cents", Words("Au début", "At the start")),
    Column("new_cents", "cents", Words("Nouveaux", "New"), total=True),
    Column("grown_cents", "cents", Words("En hausse", "Grown"), total=True),
    Column("shrunk_cents", "cents", Words("En baisse", "Shrunk"), total=True),
    Column("paused_cents", "cents", Words("Suspendus", "Paused"), total=True),
    Column("resumed_cents", "cents", Words("Repris", "Resumed"), total=True),
    Column("lost_cents", "cents", Words("Perdus", "Lost"), total=True),
    Column("mrr_cents", "cents", Words("Revenu récurrent mensuel HT", "Monthly recurring revenue")),
    Column("arr_cents", "cents", Words("Sur un an", "Annual recurring revenue")),
    Column("active", "count", Words("Abonnements en cours", "Active subscriptions")),
    Column("churn_bp", "bp", Words("Attrition", "Churn")),
)


def _months(desk: Desk, asked: Asked) -> tuple[tuple[Span, ...], str]:
    """Give the months asked for, whole (the running one up to today), and the last day before them."""
    first, last = bounds(desk, asked)
    last = min(month_end(last), desk.today) if last >= desk.today.replace(day=1) else month_end(last)
    months = spans(first.replace(day=1), last, "month")
    return months, month_end(months_after(first.replace(day=1), -1)).isoformat()


def _recurring(desk: Desk, asked: Asked) -> Table:
    months, before = _months(desk, asked)
    cells: list[dict[str, int]] = [dict.fromkeys((*MOVES, "mrr", "active", "seq"), 0) for _ in months]
    start = 0
    for row in desk.view(NAME).rows("subscription", sort_from="", sort_to="9"):
        start += on_day(row.body, before)[1]
        for rank, brings, move in movements(row.body, months, before):
            cells[rank]["mrr"] += brings
            cells[rank]["active"] += on_day(row.body, months[rank].last)[0] == "active"
            if move is not None:
                cells[rank][move[0]] += move[1]
                cells[rank]["seq"] = max(cells[rank]["seq"], row.seq)
    rows: list[dict[str, Any]] = []
    for month, cell in zip(months, cells, strict=True):
        made: dict[str, Any] = {
            "key": month.label,
            "seq": cell["seq"],
            "period": month.label,
            "start_cents": start,
            **{f"{name}_cents": cell[name] for name in MOVES},
            "mrr_cents": cell["mrr"],
            "arr_cents": 12 * cell["mrr"],
            "active": cell["active"],
        }
        if start:
            made["churn_bp"] = div_half_up((cell["lost"] + cell["shrunk"]) * 10_000, start)
        rows.append(made)
        start = cell["mrr"]
    return finish(
        RECURRING,
        desk,
        title=Words("Revenu récurrent des abonnements", "Recurring revenue of subscriptions"),
        columns=_COLUMNS,
        rows=tuple(rows),
        totals={f"{name}_cents": sum(cell[name] for cell in cells) for name in MOVES},
        notes=(
            Words(
                "Prix HT ramenés au mois, en fin de mois (ce mois : aujourd'hui). Début + nouveaux + hausses + "
                "reprises − baisses − suspensions − pertes = fin. Attrition : (pertes + baisses) ÷ début.",
                "Prices without VAT brought to a month, at month end (this month: today). Start + new + grown + "
                "resumed − shrunk − paused − lost = end. Churn: (lost + shrunk) ÷ start.",
            ),
        ),
        chart=Chart(
            "line",
            "cents",
            tuple(month.label for month in months),
            (
                Series(
                    Words("Revenu récurrent mensuel", "Monthly recurring revenue"), tuple(each["mrr"] for each in cells)
                ),
            ),
        ),
    )


def _shares(desk: Desk, asked: Asked, key: str, column: str) -> tuple[dict[int, int], set[int]]:
    """Give what each subscription brought to a figure, by the entry that it rests on, and all entries behind it."""
    months, before = _months(desk, asked)
    shares: dict[int, int] = {}
    behind: set[int] = set()
    name = column.removesuffix("_cents")
    for row in desk.view(NAME).rows("subscription", sort_from="", sort_to="9"):
        for rank, brings, move in movements(row.body, months, before):
            if key not in (months[rank].label, "total"):
                continue
            if name in MOVES:
                value = move[1] if move is not None and move[0] == name else 0
            elif name in ("start", "churn_bp"):
                value = on_day(row.body, months[rank - 1].last if rank else before)[1]
            elif name == "active":
                value = int(on_day(row.body, months[rank].last)[0] == "active")
            else:
                value = brings * (12 if name == "arr" else 1)
            if value:
                shares[row.body["seqs"][0]] = shares.get(row.body["seqs"][0], 0) + value
                behind.update(row.body["seqs"])
    return shares, behind


def _explain(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return sorted(_shares(desk, asked, key, column)[1])


def _share(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return None if column == "churn_bp" else _shares(desk, asked, key, column)[0]


RECURRING: Final = Report(
    name="recurring",
    question=Words(
        "Que rapportent les abonnements, et qu'est-ce qui a changé ?", "What do subscriptions bring, and what changed?"
    ),
    parameters=(FROM, TO),
    uses=(NAME,),
    make=_recurring,
    explain=_explain,
    shares=_share,
)
"""Monthly and annual recurring revenue, with what changed it."""
