"""What a ledger's integrity rests on, as its entries tell it: closures, checkpoints, anchors, archives, findings.

What is told here is not checked: `sceau verify` is what checks. Table `closure`: key `<kind>/<last day>`; `open`: one
row, what of the calendar is open; `last`: the latest of each sort; `anchor` and `failing`: key `<kind>/<place>`;
`archive`: key its rank; `finding`: key the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ledger.domain import codec
from ledger.domain.events.periods import PeriodClosed, YearEndSet
from ledger.domain.periods import Periods
from projections.business.types import others
from projections.engine.contract import Change, Entry, Get, Handler, Projection

CLOSURE: Final = "closure"
OPEN: Final = "open"
LAST: Final = "last"
ANCHOR: Final = "anchor"
FAILING: Final = "failing"
ARCHIVE: Final = "archive"
FINDING: Final = "finding"

SELF: Final = "self"
"""The key of a table of one row."""

_CLOSURE_MEMBERS: Final = (
    "period", "rank", "from_on", "to_on", "entries", "last_seq", "closed_at", "invoices", "credit_notes", "net_cents",
    "vat_cents", "gross_cents", "year_gross_cents", "perpetual_cents", "perpetual_absolute_cents", "automatic",
)  # fmt: skip


def _opened(_: Get, entry: Entry) -> Iterable[Change]:
    periods = Periods().to_json() | {"year_start": entry.body["year_start"], "opened_on": entry.day}
    return (Change(OPEN, SELF, periods),)


def _closed(get: Get, entry: Entry) -> Iterator[Change]:
    body = entry.body
    row = {name: body[name] for name in _CLOSURE_MEMBERS if name in body} | {"on": entry.day}
    yield Change(CLOSURE, f"{body['period']}/{body['to_on']}", row, f"{body['period']}/{body['to_on']}")
    yield Change(LAST, f"closure_{body['period']}", row)
    yield from _periods(get, entry)


def _periods(get: Get, entry: Entry) -> Iterator[Change]:
    """Follow what is open, by the same steps as the register that closes."""
    row: dict[str, Any] = dict(get(OPEN, SELF) or Periods().to_json() | {"year_start": "01-01"})
    event = codec.decode(entry.type, entry.body, {})
    assert isinstance(event, PeriodClosed | YearEndSet)  # noqa: S101 - says so to mypy
    if isinstance(event, YearEndSet):
        row["year_start"] = event.year_start
    before = Periods(**{name: row[name] for name in Periods().to_json()})
    yield Change(OPEN, SELF, row | before.evolve(event, row["year_start"]).to_json())


def _checkpoint(_: Get, entry: Entry) -> Iterable[Change]:
    return (Change(LAST, "checkpoint", {"size": entry.body["size"], "at": entry.at, "cause": entry.body["cause"]}),)


def _placed(get: Get, entry: Entry) -> Iterator[Change]:
    body = entry.body
    key = f"{body['kind']}/{body['place']}"
    before = get(ANCHOR, key)
    if before is None or before["size"] <= body["size"]:
        row = {"kind": body["kind"], "place": body["place"], "size": body["size"], "at": body["at"]}
        yield Change(ANCHOR, key, row)
    failing = get(FAILING, key)
    if failing is not None and failing["size"] <= body["size"]:
        yield Change(FAILING, key, None)


def _failed(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {name: body[name] for name in ("kind", "place", "size", "cause", "attempt")} | {"at": entry.at}
    return (Change(FAILING, f"{body['kind']}/{body['place']}", row),)


def _archived(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    members = ("rank", "from_on", "to_on", "first_seq", "last_seq", "manifest", "documents")
    row = {name: body[name] for name in members} | {"on": entry.day, "media": 0}
    return (Change(ARCHIVE, body["manifest"], row, row["to_on"]), Change(LAST, "archive", row))


def _archive_verified(get: Get, entry: Entry) -> Iterator[Change]:
    row = get(ARCHIVE, entry.body["manifest"])
    if row is not None:
        yield Change(ARCHIVE, entry.body["manifest"], {**row, "media": row["media"] + 1}, row["to_on"])


def _finding(_: Get, entry: Entry) -> Iterable[Change]:
    row = {"finding": entry.body["finding"], "count": entry.body.get("count", 1), "at": entry.at, "on": entry.day}
    if "at_seq" in entry.body:
        row["at_seq"] = entry.body["at_seq"]
    return (Change(FINDING, f"{entry.seq:012d}", row),)


HANDLES: Final[Mapping[str, Handler]] = {
    "ledger.opened/1": _opened,
    "period.closed/1": _closed,
    "period.year_end_set/1": _periods,
    "checkpoint.made/1": _checkpoint,
    "anchor.placed/1": _placed,
    "anchor.failed/1": _failed,
    "archive.created/1": _archived,
    "archive.verified/1": _archive_verified,
    "integrity.failed/1": _finding,
}
"""What each event says of integrity."""

INTEGRITY: Final = Projection(
    name="integrity",
    version=1,
    tables=(CLOSURE, OPEN, LAST, ANCHOR, FAILING, ARCHIVE, FINDING),
    handles=HANDLES,
    ignores=others(HANDLES),
)
"""Closures, checkpoints, anchors, archives, findings."""
