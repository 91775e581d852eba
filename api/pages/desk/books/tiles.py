"""The tiles of the desk's first page: what each says, and how long what it says may be kept.

A tile reads reports, which read rows of projections: it costs what is open, not what was ever recorded. What it gave is
kept by ledger with the entry as of which it is, so that the page itself reads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from api.http.context import Context
from api.jobs.integrity import integrity_of
from api.pages.desk.books.watch import Watch
from api.reports import StoreDesk, desk_of
from ledger.shell.store import LedgerRow
from projections.business.stages import OPEN_QUOTES
from projections.reports.asking import Unfit, complete
from projections.reports.contract import Report, Table
from projections.reports.receivables import AGES
from projections.reports.registry import BY_NAME

_QUARTER_SECONDS: Final = 900
_MINUTE_SECONDS: Final = 60
_MOST_LINES: Final = 12
_TODAY: Final = frozenset({
    "task", "deposit_refund", "credit_note_refund", "period_to_bill", "quote_ends", "withdrawal_ends", "invoice_due",
    "deposit_due", "instalment", "year_to_close", "month_to_close",
})  # fmt: skip

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: what makes it, its template, and for how many seconds it holds while no entry comes."""

    name: str
    make: Callable[[Context, LedgerRow], Facts]
    words: str
    seconds: int = _QUARTER_SECONDS

    @property
    def template(self) -> str:
        """Its template."""
        return f"desk/books/tile_{self.name}.html"

    def stamp(self, context: Context, seq: int) -> tuple[int, int]:
        """Give what it is made of: the ledger's end, and the time as far as it matters."""
        return seq, int(context.service.clock.now().timestamp()) // self.seconds


def desk_at(context: Context, row: LedgerRow, report: Report) -> AbstractContextManager[StoreDesk]:
    """Give the desk of a report, with the names that the lists of the pages know already."""
    return desk_of(context.service, context.engine, row, report, known=context.names.known(row.ledger))


def table_of(context: Context, row: LedgerRow, name: str, asked: Mapping[str, str]) -> Table:
    """Make a report."""
    report = BY_NAME[name]
    whole = complete(report, asked)
    if isinstance(whole, Unfit):
        raise AssertionError(f"{name}: {whole.name} {whole.reason}")
    with desk_at(context, row, report) as desk:
        return report.make(desk, whole)


def _needs(context: Context, row: LedgerRow) -> Facts:
    """Give what needs somebody today: what is due by the reports, and what waits for an answer."""
    table = table_of(context, row, "next", {"days": "0"})
    lines = [line for line in table.rows if line["what"] in _TODAY]
    lines.sort(key=lambda line: (line["what"] != "task", line["on"], line["key"]))
    head = context.store.head(row.ledger)
    waiting = context.beside.fresh(row.ledger, "watch", None, Watch)
    waiting.follow(context.store, row.ledger, 0 if head is None else head.seq)
    return {"lines": lines[:_MOST_LINES], "count": len(lines), "today": table.as_of_day, **waiting.told()}


def _money(context: Context, row: LedgerRow) -> Facts:
    """Give money that came in this month, what is due, what is late, deposits waited for."""
    due = table_of(context, row, "receivables", {}).totals
    late = {age: due.get(f"{age}_cents", 0) for age in AGES[1:]}
    deposits = table_of(context, row, "deposits", {})
    waited = [one for one in deposits.rows if one["state"] in ("requested", "partly_paid") and one.get("open_cents")]
    month = f"{deposits.as_of_day[:7]}-01"
    payments = table_of(context, row, "payments", {"from": month, "to": deposits.as_of_day})
    return {
        "received_cents": sum(one["net_cents"] for one in payments.rows if one.get("currency", "EUR") == "EUR"),
        "due_cents": due.get("open_cents", 0),
        "late_cents": sum(late.values()),
        "late": late,
        "deposits": len(waited),
        "deposits_cents": sum(one["open_cents"] for one in waited),
        "month": month,
    }


def _sales(context: Context, row: LedgerRow) -> Facts:
    """Give quotes that wait for a signature, and what open sales are worth by their chances."""
    today = context.service.clock.now().date().isoformat()
    pipeline = table_of(context, row, "pipeline", {"from": today, "to": today})
    waiting = [one for one in pipeline.rows if one["key"] in OPEN_QUOTES]
    return {
        "quotes": sum(one["open"] for one in waiting),
        "quotes_cents": sum(one["value_cents"] for one in waiting),
        "quotes_weighted_cents": sum(one["weighted_cents"] for one in waiting),
        "open": pipeline.totals["open"],
        "weighted_cents": pipeline.totals["weighted_cents"],
    }


def _integrity(context: Context, row: LedgerRow) -> Facts:
    """Give both windows: what nobody outside vouches for yet."""
    found = integrity_of(context.service, row.ledger, context.service.clock.now(), context.register)
    return {
        "seq": found.head.seq,
        "windows": [
            {"name": name, "entries": one.entries, "minutes": one.minutes, "last": one.last is not None,
             "at": one.last.at if one.last else None, "place": one.last.place if one.last else None}
            for name, one in (("timestamp", found.windows.timestamp), ("witness", found.windows.witness))
        ],
        "failing": len(found.failures),
        "interval_minutes": found.policy.interval_minutes,
    }  # fmt: skip


TILES: Final[tuple[Tile, ...]] = (
    Tile("needs", _needs, "À faire aujourd'hui"),
    Tile("money", _money, "L'argent"),
    Tile("sales", _sales, "Les devis", _MINUTE_SECONDS),
    Tile("integrity", _integrity, "L'intégrité", _MINUTE_SECONDS),
)
"""Every tile, in order."""

BY_TILE: Final = {each.name: each for each in TILES}
