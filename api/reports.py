"""Reports over real ledgers: the desk they are made at, how one is asked for, and the entries behind a figure.

What HTTP and the command line share. A report is as of the ledger's end: what its rows miss is caught up first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

import orjson

from api.jobs.registering import RegisterView
from api.windows import PROMISES, told_windows
from ledger.domain.events.parties import CustomerRegistered, CustomerUpdated, ProfileSet
from ledger.kernel.entry import parse_at
from ledger.shell.closing import days_of as business_days_of
from ledger.shell.errors import StreamPurged
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow, Line
from projections.documents.sources import Recorded, StoreSources
from projections.engine.contract import Entry, View
from projections.engine.days import Days, days_of
from projections.engine.engine import Engine
from projections.engine.rows.memory import MemoryRows
from projections.reports.contract import Asked, Facts, Report, Table, Unanchored
from projections.reports.shapes import find_row

Known = Callable[[str], str | None]
"""Gives a customer's name from what is at hand; None: look in the ledger."""

_ONE_BY_ONE: Final = 200
"""So many names are looked up by themselves; who asks for more gets all of them read in one pass."""
_CHUNK: Final = 500
_NAMED: Final = (CustomerRegistered.TYPE, CustomerUpdated.TYPE)

MOST_TOLD: Final = 1_000
"""Entries that one explanation tells at most, unless more are asked for."""


class StoreDesk:
    """A `Desk` over one ledger of a store, as of the position of its views. For one report, in one thread."""

    def __init__(
        self,
        service: Service,
        row: LedgerRow,
        views: Mapping[str, View],
        *,
        names: bool = True,
        known: Known | None = None,
    ) -> None:
        """Read `row`'s ledger through `views`; without `names`, nobody is named. `known` is asked for names first."""
        self._service, self._store, self._row, self._views = service, service.store, row, views
        self._shows_names, self._known = names, known
        self._names: dict[str, str | None] = {}
        self._all_named = False
        self._days: Days = days_of(self._store, row.ledger)
        self._unanchored: tuple[Unanchored, ...] | None = None
        self.position = min((view.position for view in views.values()), default=0)
        self._register = service.register(row.ledger)
        self._latest = StoreSources(self._store, row.ledger)
        self._facts: Facts | None = None
        self._today: date | None = None
        self.beyond_entries = False  # whether the report read what may change without an entry or a new day

    @property
    def facts(self) -> Facts:
        """See `Desk`."""
        if self._facts is None:
            register = self._register
            head = next(iter(self._store.lines(self._row.ledger, self.position - 1, self.position)))
            self._facts = Facts(
                ledger=self._row.ledger,
                name=self._row.name,
                kind=self._row.kind,
                currency=register.currency,
                zone=register.time_zone,
                year_start=register.year_start,
                opened_on=self._entry(next(iter(self._store.lines(self._row.ledger, 0, 1)))).day,
                head_seq=self.position,
                head_at=_at(head),
                profile=self._profile(),
            )
        return self._facts

    @property
    def today(self) -> date:
        """See `Desk`; a ledger with a simulated clock, and one looked back at, stands at its last entry."""
        if self._today is None:
            head = self._store.head(self._row.ledger)
            at = parse_at(self.facts.head_at)
            past = head is not None and self.position < head.seq
            now = at if past or self._register.clock == "simulated" else max(self._service.clock.now(), at)
            self._today = business_days_of(self._register).of(now)
        return self._today

    @property
    def lag(self) -> int:
        """How many entries the ledger has that this report does not know of."""
        head = self._store.head(self._row.ledger)
        return 0 if head is None else max(0, head.seq - self.position)

    def view(self, projection: str) -> View:
        """See `Desk`."""
        return self._views[projection]

    def name_of(self, customer: str) -> str | None:
        """See `Desk`."""
        if not self._shows_names:
            return None
        if customer not in self._names:
            known = None if self._known is None else self._known(customer)
            if known is not None:
                return known
            if len(self._names) >= _ONE_BY_ONE and not self._all_named:
                self._read_all_names()
            if customer not in self._names:
                self._names[customer] = self._name(customer)
        return self._names[customer]

    def trail(self, stream: str) -> Sequence[Entry]:
        """See `Desk`."""
        lines = self._store.stream(self._row.ledger, stream)
        return [self._entry(line) for line in lines if line.seq <= self.position]

    def unanchored(self) -> Sequence[Unanchored]:
        """See `Desk`."""
        self.beyond_entries = True
        if self._unanchored is None:
            now = max(self._service.clock.now(), parse_at(self.facts.head_at))
            view = RegisterView(self._store)
            both = told_windows(self._store, self._row.ledger, self.position, now, view)
            told = []
            for promise in PROMISES:
                window = getattr(both, promise)
                last = window.last
                told.append(
                    Unanchored(
                        promise,
                        window.entries,
                        window.minutes,
                        min(last.size, self.position) if last is not None else 0,
                        last.at if last is not None else None,
                        last.place if last is not None else None,
                    )
                )
            self._unanchored = tuple(told)
        return self._unanchored

    def papers(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """See `Desk`."""
        self.beyond_entries = True
        found: list[Mapping[str, Any]] = []
        after = ""
        while page := self._store.side().drafts(self._row.ledger, kind, after, _CHUNK):
            for one in page:
                body = orjson.loads(one.body)
                found.append({"id": one.draft, "updated_at": one.updated_at, **body})
            after = page[-1].draft
        return found

    def entries(self, seqs: Iterable[int]) -> Iterator[Entry]:
        """Give these entries, in the order asked."""
        for seq in seqs:
            line = next(iter(self._store.lines(self._row.ledger, seq - 1, seq)), None)
            if line is not None:
                yield self._entry(line)

    def _entry(self, line: Line) -> Entry:
        if not line.line:  # purged: its columns are all that is left
            return Entry(line.seq, "", "", line.fingerprint, line.stream, line.version, line.type, "", {})
        value = orjson.loads(line.line)
        at, entry = value["chain"]["at"], value["entry"]
        return Entry(
            line.seq, at, self._days.of(at), line.fingerprint, line.stream, line.version, line.type,
            entry.get("actor", ""), entry["body"],
        )  # fmt: skip

    def _profile(self) -> ProfileSet | None:
        found = StoreSources(self._store, self._row.ledger, self.position).stream("issuer:self")
        return next((one.event for one in reversed(found) if isinstance(one.event, ProfileSet)), None)

    def _name(self, customer: str) -> str | None:
        try:
            found = self._latest.stream(f"customer:{customer}")
        except StreamPurged:
            return None
        return next((name for one in reversed(found) if (name := _name_in(one)) is not _OTHER), None)

    def _read_all_names(self) -> None:
        """Read every customer's latest name in one pass."""
        self._all_named = True
        for one in self._latest.of_types(_NAMED):
            self._names[one.stream.partition(":")[2]] = _name_in(one)


_OTHER: Final = ""


def _name_in(one: Recorded) -> str | None:
    """Give the name that an entry gives a customer; None when it was erased, `_OTHER` when it gives none."""
    event = one.event
    if not isinstance(event, CustomerRegistered | CustomerUpdated):
        return _OTHER
    return event.party.name if event.party is not None else None


def _at(line: Line) -> str:
    at: str = orjson.loads(line.line)["chain"]["at"] if line.line else ""
    return at


@contextmanager
def desk_of(
    service: Service,
    engine: Engine,
    row: LedgerRow,
    report: Report,
    *,
    names: bool = True,
    at_least: int | None = None,
    upto: int | None = None,
    known: Known | None = None,
) -> Iterator[StoreDesk]:
    """Give the desk at which a report of this ledger is made.

    Args:
        service: the ledgers.
        engine: their projections.
        row: the ledger.
        report: which report; its projections are caught up, all to one entry.
        names: whether customers are named.
        at_least: an entry that it must know of; more is not waited for. Without it, the ledger's end.
        upto: look back: rows are made anew in memory up to this entry, which costs the ledger.
        known: what is asked for a customer's name first; hundreds of names are read from the store otherwise.

    Raises:
        What `Engine.fresh` raises.
    """
    if upto is not None:
        engine = Engine(service.store, MemoryRows(), service.clock.now, tuple(engine.projections.values()))
        at_least = upto
    with engine.fresh(row.ledger, report.uses, at_least=at_least) as views:
        yield StoreDesk(service, row, views, names=names, known=known)


# --- the entries behind a figure


@dataclass(frozen=True, slots=True)
class Told:
    """One entry behind a figure: `share_cents` is what it brought to it, where the figure is a sum of such shares."""

    seq: int
    day: str
    type: str
    stream: str
    number: str | None
    amount_cents: int | None
    share: int | None

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON; a member without a value is left out."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure and the entries behind it; `more` entries follow that are not told here."""

    table: Table
    key: str
    column: str
    value: Any
    entries: tuple[Told, ...]
    more: int
    adds_up: bool | None  # None where the figure is no sum of its entries

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        given: dict[str, Any] = {
            "report": self.table.report,
            "key": self.key,
            "column": self.column,
            "as_of": {"seq": self.table.as_of_seq, "day": self.table.as_of_day},
            "entries": [one.as_json() for one in self.entries],
            "more": self.more,
        }
        if self.value is not None:
            given["value"] = self.value
        if self.adds_up is not None:
            given["adds_up"] = self.adds_up
        return given


def explain(
    desk: StoreDesk, report: Report, asked: Asked, key: str, column: str, most: int = MOST_TOLD
) -> Explained | None:
    """Take one figure of a report back to its entries; None when there is no such row or column.

    `key` is a row's key, or the printed number of the only row that bears it.
    """
    table = report.make(desk, asked)
    row = find_row(table, key)
    if row is None or column not in {each.name for each in table.columns}:
        return None
    own: str = row["key"]
    seqs = iter(report.explain(desk, asked, own, column))
    chosen = list(islice(seqs, most))
    more = sum(1 for _ in seqs)
    shares = report.shares(desk, asked, own, column) if report.shares is not None else None
    value = row.get(column)
    if not _is_figure(value) and (value is not None or any((shares or {}).values())):
        shares = None  # words, or an empty cell: nothing adds up to it
    adds_up = None if shares is None else sum(shares.values()) == (value or 0)
    numbers: dict[str, str | None] = {}
    told = tuple(_told(desk, entry, numbers, shares or {}) for entry in desk.entries(chosen))
    return Explained(table, own, column, value, told, more, adds_up)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _told(desk: StoreDesk, entry: Entry, numbers: dict[str, str | None], shares: Mapping[int, int]) -> Told:
    number = entry.body.get("number")
    if number is None:
        if entry.stream not in numbers:
            numbers[entry.stream] = next(
                (one.body["number"] for one in desk.trail(entry.stream)[:1] if "number" in one.body), None
            )
        number = numbers[entry.stream]
    return Told(entry.seq, entry.day, entry.type, entry.stream, number, amount_in(entry), shares.get(entry.seq))


def amount_in(entry: Entry) -> int | None:
    """Give the amount that an entry itself states, in cents, without a sign of its own; None where it states none."""
    body = entry.body
    for value in (body.get("amount_cents"), body.get("gross_cents"), (body.get("totals") or {}).get("gross_cents")):
        if value is not None:
            cents: int = value
            return cents
    return None
