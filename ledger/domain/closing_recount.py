"""Recounts every closure from the entries alone: its totals, its bounds, what it covers, and that none is missing.

It is a fold that `sceau verify` runs beside the recount of numbers. What counts is added up as it comes, by the
business day of its `at`; a closure is made again from that and compared, member by member. What it says of the chain
(head, root, the closure before, where its day ends) is compared at the end with what the audit computed. Nothing in a
body is believed: after a difference the count goes on from what the closure says, so that one lie is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta, tzinfo
from typing import Final, NamedTuple, Protocol

from ledger.domain import codec
from ledger.domain.closing import Asked, Covered, closure_of_day, closure_of_month, closure_of_year
from ledger.domain.events.ledger import LedgerClosed, LedgerOpened
from ledger.domain.events.periods import PeriodClosed, YearEndSet
from ledger.domain.periods import BusinessDays, Periods
from ledger.domain.register import Register
from ledger.domain.streams.period import PERIOD_STREAM, PeriodState, evolve, start
from ledger.domain.tally import COUNTED, Tally
from ledger.kernel.canonical import Json
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import Malformed
from ledger.kernel.merkle import Frontier
from ledger.kernel.stretch import Finding

CODES: Final = frozenset({"closure_late_entry", "closure_missing", "closure_totals"})
"""Codes of the findings made here; `docs/verify.md` says what each means."""

TYPES: Final = frozenset(each.TYPE for each in (LedgerOpened, LedgerClosed, PeriodClosed, YearEndSet))
"""Types of entries that are facts of closing by themselves."""
GATHERED: Final = COUNTED | {PeriodClosed.TYPE}
"""Types of entries that `DaySums` adds up, and the one that ends a sum."""

_FREE: Final = frozenset({"closed_at", "automatic", "last_seq", "entries", "head", "root", "peaks", "previous"})
"""Members that are compared otherwise than by making the closure again."""
_COMPARED: Final = tuple(each.name for each in fields(PeriodClosed) if each.name not in _FREE)


class Told(NamedTuple):
    """An entry that opens, closes or sets a period."""

    at: str
    type: str
    stream: str
    body: Mapping[str, Json]


class DayPart(NamedTuple):
    """What entries `first` to `last` of one business day add up to, between two closures of one stretch."""

    day: str
    first: int
    last: int
    tally: Tally
    fault: int | None = None  # the first entry that cannot be read


class DaySums:
    """Adds up one stretch by business days, cut at closures: `segment.Gather`, safe to run in another process."""

    def __init__(self, zone: tzinfo, cut_off: timedelta, currency: str) -> None:
        """Begin a stretch of a ledger whose days these are."""
        self._days = BusinessDays(zone, cut_off)
        self._currency = currency
        self._from = self._to = ""  # bounds of the day in hand, as `at` writes them
        self._day = ""
        self._tally: Tally | None = None
        self._first = self._last = 0
        self._fault: int | None = None

    def __call__(self, seq: int, type_name: str, body: Mapping[str, Json], at: str) -> Sequence[tuple[int, DayPart]]:
        """Take an entry; give the sum that ends before it."""
        done: Sequence[tuple[int, DayPart]] = ()
        if type_name == PeriodClosed.TYPE:
            return self.end()
        if not self._from <= at < self._to:
            done = self.end()
            self._turn(at)
        if self._tally is None:
            self._tally, self._first = Tally(self._currency), seq
        self._last = seq
        try:
            self._tally.add(type_name, body)
        except Malformed:
            self._fault = self._fault or seq
        return done

    def end(self) -> Sequence[tuple[int, DayPart]]:
        """Give the sum in hand."""
        if self._tally is None:
            return ()
        part = DayPart(self._day, self._first, self._last, self._tally, self._fault)
        self._tally, self._fault = None, None
        return ((self._last, part),)

    def _turn(self, at: str) -> None:
        """Take the day of `at` in hand."""
        try:
            day = self._days.of(parse_at(at))
            bounds = format_at(self._days.begins(day)), format_at(self._days.ends(day))
        except (ValueError, OverflowError):  # at the end of the calendar: a day of its own
            self._day, self._from, self._to = at[:10], at, at
            return
        self._day, (self._from, self._to) = day.isoformat(), bounds


class Known(Protocol):
    """What the audit knows of the entries that `watched` named, and of trees of the sizes that it named."""

    def fingerprint(self, seq: int) -> str | None: ...  # noqa: D102 - as in `Audit`
    def at(self, seq: int) -> str | None: ...  # noqa: D102 - as in `Audit`
    def root(self, size: int) -> str | None: ...  # noqa: D102 - as in `Audit`
    def hidden(self, seq: int) -> bool: ...  # noqa: D102 - as in `Audit`


def select(seq: int, type_name: str, stream: str, body: Mapping[str, Json], at: str) -> Told:
    """Take an entry that is a fact by itself; safe to run in another process."""
    del seq
    return Told(at, type_name, stream, body)


def watched(places: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the entries to watch and the sizes of trees, of closures as (seq of the entry, its `last_seq`)."""
    seqs: set[int] = set()
    sizes: set[int] = set()
    for seq, last in places:
        seqs |= {seq, last, last + 1}
        sizes.add(last)
    return tuple(sorted(each for each in seqs if each > 0)), tuple(sorted(each for each in sizes if each > 0))


@dataclass(slots=True)
class _Day:
    """What counts on one business day, and between which entries it stands."""

    tally: Tally
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """A closure to be compared with the audit."""

    seq: int
    event: PeriodClosed
    before: int  # seq of the closure of its kind before it; 0 for the first
    covered: tuple[str, str] | None  # head and root of the last day, for a month or year


class ClosingRecount:
    """The closures as the entries make them, and what is wrong with those that are there."""

    def __init__(self, days: BusinessDays | None = None) -> None:
        """Begin before entry 1 of a ledger whose days these are; None where entry 1 does not say."""
        self._register = Register()
        self._days = days
        self._state: PeriodState = start()
        self._open: dict[str, _Day] = {}
        self._claims: list[_Claim] = []
        self._seqs: dict[str, int] = {}
        self._told_missing = False
        self._hidden: list[int] = []  # seqs of what counts, since the last closed day, whose lines a purge took

    def __call__(self, seq: int, fact: object) -> Iterable[Finding]:
        """Take the next fact in order."""
        if isinstance(fact, DayPart):
            return self._add(fact)
        if not isinstance(fact, Told):
            return ()
        try:
            return self._take(seq, fact)
        except (Malformed, ValueError, OverflowError):
            return (Finding("closure_totals", seq, "what opens or closes a period cannot be read"),)

    def _take(self, seq: int, fact: Told) -> Iterable[Finding]:
        if fact.type == PeriodClosed.TYPE:
            return self._closure(seq, fact)
        event = codec.decode(fact.type, fact.body, {})
        self._register = self._register.evolve(fact.stream, event)
        if isinstance(event, YearEndSet):
            self._state = evolve(self._state, event)
        if isinstance(event, LedgerOpened) and self._days is None:
            return (Finding("closure_totals", seq, "what a day is cannot be read: no closure can be made again"),)
        return ()

    def hide(self, seq: int, type_name: str) -> None:
        """Take an entry that a purge took: what its day added up to is the closure's word."""
        if type_name in COUNTED:
            self._hidden.append(seq)

    @property
    def open_cents(self) -> int:
        """What the entries weigh that no closure counts yet (`Register.open_cents`)."""
        return sum(day.tally.weight_cents for day in self._open.values())

    def _add(self, part: DayPart) -> Iterable[Finding]:
        """Take the sum of a part of a day."""
        day = self._open.get(part.day)
        if day is None:
            day = self._open[part.day] = _Day(Tally(self._register.currency), part.first, part.first)
        day.last = part.last
        day.tally.absorb(part.tally)
        if part.fault is not None:
            return (Finding("closure_totals", part.fault, "what counts in a closure cannot be read"),)
        return self._left_open(part)

    def _left_open(self, part: DayPart) -> Iterable[Finding]:
        """An entry of a later day closes the days before it first; told once until they are."""
        if self._register.kind == "register" or self._told_missing:
            return ()
        if any(each < part.day for each in self._open) or self._register.periods.next_of_calendar(part.day):
            self._told_missing = True
            return (Finding("closure_missing", part.first, "a period that had ended was not closed before it"),)
        return ()

    def _closure(self, seq: int, fact: Told) -> Iterable[Finding]:
        said = codec.decode(PeriodClosed.TYPE, fact.body, {})
        if not isinstance(said, PeriodClosed) or self._days is None or fact.stream != PERIOD_STREAM:
            return (Finding("closure_totals", seq, "a closure that is none of this ledger's"),)
        late, due = self._again(said)
        if said.period == "day":
            if any(said.first_seq <= each <= said.last_seq for each in self._hidden):
                due = self._believed(said)
            self._hidden = [each for each in self._hidden if each > said.last_seq]
        wrong = next((name for name in _COMPARED if getattr(due, name) != getattr(said, name)), None)
        wrong = wrong or self._misplaced(seq, said, fact.at)
        newest = self._state.day.event if self._state.day is not None else None
        covered = (newest.head, newest.root) if newest is not None and said.period != "day" else None
        self._claims.append(_Claim(seq, said, self._seqs.get(said.period, 0), covered))
        self._seqs[said.period] = seq
        self._state = evolve(self._state, said)
        self._register = self._register.evolve(fact.stream, said)
        self._told_missing = False
        if wrong is None:
            return late
        return (*late, Finding("closure_totals", seq, f"/{wrong} is not what the entries make it"))

    def _again(self, said: PeriodClosed) -> tuple[tuple[Finding, ...], PeriodClosed]:
        """Make the closure again; with it, the entries that stand where they cannot be."""
        days, state = self._days, self._state
        assert days is not None  # noqa: S101 - the caller has looked
        asked = Asked(said.closed_at, said.automatic)
        if said.period == "day":
            on = said.to_on
            day = self._open.pop(on, None) or _Day(Tally(self._register.currency), said.first_seq, said.first_seq)
            late = tuple(
                Finding("closure_late_entry", one.last, "an entry stands in a closed day, or beyond the day it is of")
                for one in (*(self._open.pop(each) for each in sorted(self._open) if each < on), day)
                if one is not day or not said.first_seq <= one.first <= one.last <= said.last_seq
            )
            covered = Covered(said.last_seq, said.head, said.root, said.peaks, day.tally)
            return late, closure_of_day(date.fromisoformat(on), covered, self._register, state, None, days, asked)
        if state.day is None:
            return (), replace(said, rank=said.rank + 1)  # before any day: no closure of ours
        longer = closure_of_month if said.period == "month" else closure_of_year
        return (), longer(self._register, state, None, days, asked)

    def _believed(self, said: PeriodClosed) -> PeriodClosed:
        """Give what a day's closure must say by itself, where what it adds up is not shown."""
        last = self._state.day.event if self._state.day is not None else None
        if last is None:
            return said
        return replace(
            said,
            rank=last.rank + 1,
            gross_cents=said.net_cents + said.vat_cents,
            perpetual_cents=last.perpetual_cents + said.gross_cents,
            perpetual_absolute_cents=last.perpetual_absolute_cents + said.absolute_cents,
        )

    def _misplaced(self, seq: int, said: PeriodClosed, at: str) -> str | None:
        """Name the member by which a closure does not stand where it says."""
        periods: Periods = self._register.periods
        parts = self._state.days if said.period == "month" else self._state.months
        if said.period != "day":
            last = parts[-1].last_seq if parts else said.first_seq - 1
            if said.last_seq != last:
                return "last_seq"
        elif said.to_on <= periods.day_to or not said.first_seq <= said.last_seq < seq:
            return "last_seq"
        if said.entries != said.last_seq - said.first_seq + 1:
            return "entries"
        return "closed_at" if said.closed_at != at or at < said.ended_at else None

    def compare(self, known: Known) -> Iterable[Finding]:
        """Compare what closures say of the chain with what the audit computed."""
        for claim in self._claims:
            wrong = _wrong(claim, known)
            if wrong is not None:
                yield Finding("closure_totals", claim.seq, f"/{wrong} is not what the entries make it")


def _wrong(claim: _Claim, known: Known) -> str | None:
    """Name the first member that the chain contradicts."""
    event = claim.event
    if event.previous != (known.fingerprint(claim.before) if claim.before else None):
        return "previous"
    if claim.covered is not None:
        return None if (event.head, event.root) == claim.covered else "head"
    if event.head != known.fingerprint(event.last_seq):
        return "head"
    if event.root != known.root(event.last_seq) or not _peaks_fit(event):
        return "root"
    last, following = known.at(event.last_seq), known.at(event.last_seq + 1)
    ends = known.hidden(event.last_seq) or (last is not None and event.opened_at <= last < event.ended_at)
    begins = known.hidden(event.last_seq + 1) or (following is not None and following >= event.ended_at)
    return None if ends and begins else "last_seq"


def _peaks_fit(event: PeriodClosed) -> bool:
    """Whether the full subtrees that the next closure goes on from are those of the root."""
    try:
        return Frontier(event.last_seq, [bytes.fromhex(peak) for peak in event.peaks]).root().hex() == event.root
    except ValueError:
        return False
