"""Closing what has ended, out of a store: which period is due, the entries of its day read once, the closure to append.

A closure reads the entries of its day and the end of the period stream, never the history. What it reads it does not
believe: every line is hashed and its link followed from the closure before, so that an entry altered in the database is
found instead of summed. The rules are `ledger.domain.closing`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

import orjson

from ledger.domain import codec
from ledger.domain.closing import (
    UPKEEP,
    Asked,
    Covered,
    closure_of_day,
    closure_of_month,
    closure_of_year,
    next_kind,
)
from ledger.domain.events.periods import PeriodClosed, PeriodKind
from ledger.domain.periods import BusinessDays, parse_cut_off
from ledger.domain.register import Register
from ledger.domain.streams.period import PERIOD_STREAM, Closed, PeriodState, evolve, of_tail, start
from ledger.domain.tally import COUNTED, Tally, fits
from ledger.kernel.chain import check_links
from ledger.kernel.entry import NO_PREVIOUS, format_at, parse_at
from ledger.kernel.errors import Break, Malformed
from ledger.kernel.merkle import Frontier
from ledger.shell.store import Head, Line, Store

_AT: Final = slice(16, 43)  # of an entry's line: `{"chain":{"at":"` has 16 bytes
_UPKEEP: Final = frozenset(UPKEEP)
_FEW: Final = 8
_MANY: Final = 512
_PAGE: Final = 64
_DAY: Final = b'"period":"day"'


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A closure as it stands in the chain."""

    seq: int
    fingerprint: str
    version: int
    event: PeriodClosed


class Closing:
    """What is due of one ledger, and its next closure. Used by one thread at a time."""

    def __init__(self, store: Store, ledger: str, days: BusinessDays) -> None:
        """Look at `ledger`, whose days are `days`."""
        self._store = store
        self._ledger = ledger
        self._days = days
        self._known: tuple[int, PeriodState] = (0, start())
        self.quiet_until = datetime.min.replace(tzinfo=UTC)
        """Until then nothing is due, as long as every append closes first what is."""

    def due(self, at: datetime, head: Head, register: Register) -> PeriodKind | None:
        """Name the period to close before an entry at `at` is appended to `head`, or None."""
        if not register.kind or at < self.quiet_until:
            return None
        today = self._days.of(at)
        open_day = None
        if parse_at(head.at) < self._days.begins(today):
            first = self._first_open(register)
            open_day = self._day_of(first).isoformat() if first is not None else None
        found = next_kind(register, open_day, today.isoformat())
        if found is None:
            self.quiet_until = self._days.ends(today)
        return found

    def make(self, kind: PeriodKind, at: datetime, register: Register, *, automatic: bool) -> PeriodClosed:
        """Give the closure of the period that `due` named.

        Raises:
            Break: an entry of the period is not the one that was written, or a sum is larger than an entry can hold.
        """
        event = self._made(kind, at, register, automatic)
        if not fits(event):
            raise Break("totals_range", "the sums of a period pass what an entry can hold: go on in another ledger")
        return event

    def _made(self, kind: PeriodKind, at: datetime, register: Register, automatic: bool) -> PeriodClosed:
        state = self.state()
        last = state.last(kind)
        previous = self._fingerprint(last.version) if last is not None else None
        asked = Asked(format_at(at), automatic)
        if kind == "month":
            return closure_of_month(register, state, previous, self._days, asked)
        if kind == "year":
            return closure_of_year(register, state, previous, self._days, asked)
        first = self._first_open(register)
        if first is None:
            raise Break("head_differs", "the entries of the open day have gone: run `sceau verify`")
        day = self._day_of(first)
        covered = self._cover(state, register, format_at(self._days.ends(day)).encode())
        return closure_of_day(day, covered, register, state, previous, self._days, asked)

    def state(self) -> PeriodState:
        """Give the state of the period stream as the store has it, read from its end."""
        newest = next(self._store.stream(self._ledger, PERIOD_STREAM, desc=True, limit=1), None)
        version = newest.version if newest is not None else 0
        known, state = self._known
        if version != known:
            near = 0 < known < version <= known + _FEW
            self._known = (version, self._go_on(state, version) if near else of_tail(version, self._closures()))
        return self._known[1]

    def _go_on(self, state: PeriodState, version: int) -> PeriodState:
        """Give the state at `version` from one a little before it."""
        for line in self._store.stream(self._ledger, PERIOD_STREAM, gt=state.events, lte=version):
            if line.type == PeriodClosed.TYPE:
                state = evolve(replace(state, events=line.version - 1), closure_in(line))
        return replace(state, events=version)

    def _closures(self) -> Iterator[Closed]:
        """Give the stream's closures backwards, without the days that a month has summed; the last day always."""
        day = month = False
        for line in backwards(self._store, self._ledger):
            is_day = _DAY in line.line
            if line.type != PeriodClosed.TYPE or (is_day and day and month):
                continue
            closed = closure_in(line)
            day, month = day or is_day, month or closed.period == "month"
            yield Closed(line.version, closed)

    def _fingerprint(self, version: int) -> str:
        line = next(self._store.stream(self._ledger, PERIOD_STREAM, gt=version - 1, lte=version), None)
        if line is None:
            raise Break("deleted", "a closure is missing: run `sceau verify`")
        return line.fingerprint

    def _first_open(self, register: Register) -> Line | None:
        """Give the first entry, upkeep apart, that no closure covers."""
        after, limit = register.periods.day_seq, _FEW
        while lines := list(self._store.lines(self._ledger, after, limit=limit)):
            found = next((line for line in lines if line.type not in _UPKEEP), None)
            if found is not None:
                return found
            after, limit = lines[-1].seq, _MANY
        return None

    def _day_of(self, line: Line) -> date:
        return self._days.of(parse_at(line.line[_AT].decode()))

    def _cover(self, state: PeriodState, register: Register, ended: bytes) -> Covered:
        """Read the entries of the open day: follow their links, grow the tree, add up what counts."""
        last = state.day.event if state.day is not None else None
        seq, prev = (last.last_seq, last.head) if last is not None else (0, NO_PREVIOUS)
        tree = _frontier(last)
        tally = Tally(register.currency)
        for chunk in self._store.rows(self._ledger, seq):
            for row_seq, fingerprint, _, _, type_name, line in chunk:
                if line[_AT] >= ended:
                    return _covered(tree, prev, tally)
                prev = self._follow(line, row_seq, tree.size + 1, prev)
                if prev != fingerprint:
                    raise Break("fingerprint", "an entry is not the one that was written: run `sceau verify`", row_seq)
                tree.append(bytes.fromhex(prev))
                if type_name in COUNTED:
                    _add(tally, type_name, line, row_seq)
        return _covered(tree, prev, tally)

    def _follow(self, line: bytes, seq: int, due: int, prev: str) -> str:
        links = check_links((line,), due, prev)
        if seq != due or links.broken_at is not None or links.ledger != self._ledger:
            raise Break("link", "an entry of the day is not the one that was written: run `sceau verify`", due)
        return links.head


def _frontier(last: PeriodClosed | None) -> Frontier:
    """Give the tree as the last day closure left it."""
    if last is None:
        return Frontier()
    try:
        return Frontier(last.last_seq, [bytes.fromhex(peak) for peak in last.peaks])
    except ValueError:
        raise Break("closure_totals", "the last closure's tree is none: run `sceau verify`") from None


def _covered(tree: Frontier, head: str, tally: Tally) -> Covered:
    return Covered(tree.size, head, tree.root().hex(), tuple(peak.hex() for peak in tree.peaks), tally)


def _add(tally: Tally, type_name: str, line: bytes, seq: int) -> None:
    entry = orjson.loads(line)["entry"]
    if entry["type"] != type_name:
        raise Break("column", "an entry's type is not that of its row: run `sceau verify`", seq)
    try:
        tally.add(type_name, entry["body"])
    except Malformed:
        raise Break("body_schema", "an entry of the day is not of its schema: run `sceau verify`", seq) from None


def closure_in(line: Line) -> PeriodClosed:
    """Read the closure out of its entry.

    Raises:
        Break: it is none.
    """
    try:
        found = codec.decode(PeriodClosed.TYPE, orjson.loads(line.line)["entry"]["body"], {})
    except (Malformed, KeyError, orjson.JSONDecodeError):
        raise Break("body_schema", "a closure is not of its schema: run `sceau verify`", line.seq) from None
    return cast(PeriodClosed, found)


def days_of(register: Register) -> BusinessDays:
    """Give the business days of a ledger as it was opened."""
    return BusinessDays(ZoneInfo(register.time_zone), parse_cut_off(register.cut_off))


def backwards(store: Store, ledger: str) -> Iterator[Line]:
    """Give the period stream's entries, newest first, a few at a time."""
    before: int | None = None
    while before != 0:
        lines = list(store.stream(ledger, PERIOD_STREAM, lte=before, desc=True, limit=_PAGE))
        yield from lines
        before = lines[-1].version - 1 if lines else 0


def closure_places(store: Store, ledger: str) -> Iterator[tuple[int, int]]:
    """Give where closures stand and the last entry that each covers, as the store says; nothing of it is believed."""
    for line in backwards(store, ledger):
        if line.type == PeriodClosed.TYPE:
            try:
                last = orjson.loads(line.line)["entry"]["body"]["last_seq"]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                continue
            if type(last) is int and type(line.seq) is int and 0 <= last < line.seq:
                yield line.seq, last


def closures(store: Store, ledger: str, after: int = 0) -> Iterator[ClosedPeriod]:
    """Give closures in order, those whose version in the period stream is beyond `after`, a few at a time."""
    while lines := list(store.stream(ledger, PERIOD_STREAM, gt=after, limit=_PAGE)):
        for line in lines:
            if line.type == PeriodClosed.TYPE:
                yield ClosedPeriod(line.seq, line.fingerprint, line.version, closure_in(line))
        after = lines[-1].version


def find_closure(store: Store, ledger: str, kind: PeriodKind, to_on: str) -> ClosedPeriod | None:
    """Give the closure of the period of a kind that ends on a day, or None."""
    wanted = (f'"period":"{kind}"'.encode(), f'"to_on":"{to_on}"'.encode())
    for line in backwards(store, ledger):
        if line.type == PeriodClosed.TYPE and all(part in line.line for part in wanted):
            return ClosedPeriod(line.seq, line.fingerprint, line.version, closure_in(line))
    return None


def perpetual_totals(store: Store, ledger: str) -> tuple[int, int]:
    """Give the perpetual totals as a successor takes them over, in cents: algebraic and absolute (CGI 286 I 3° bis).

    Those of the last closed day, and what no closure counts yet, as far as it can be read: a ledger may be given up
    because it is broken.
    """
    head = store.head(ledger)
    register = Register.from_json(orjson.loads(head.register)) if head is not None else Register()
    last = Closing(store, ledger, days_of(register)).state().day
    tally = Tally(register.currency)
    with suppress(Break, Malformed, orjson.JSONDecodeError, KeyError):
        for line in store.lines(ledger, last.event.last_seq if last is not None else 0, types=sorted(COUNTED)):
            _add(tally, line.type, line.line, line.seq)
    sums = tally.sums()
    if last is None:
        return tally.brought_cents + sums["gross_cents"], tally.brought_absolute_cents + sums["absolute_cents"]
    return (
        last.event.perpetual_cents + sums["gross_cents"],
        last.event.perpetual_absolute_cents + sums["absolute_cents"],
    )
