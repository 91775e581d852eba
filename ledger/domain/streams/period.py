"""The period stream: the last closure of each kind, and those that the next month and year will add up.

The state rests on the closures since the last one of each longer kind, never on the whole history: `of_tail` makes it
from the end of the stream.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.periods import PeriodClosed, PeriodKind, YearEndSet
from ledger.kernel.frozen import frozen


@frozen
class Closed:
    """A closure and its version in the stream."""

    version: int
    event: PeriodClosed


@frozen
class PeriodState:
    """Where closing stands: `days` since the month opened, `months` since the year opened, oldest first."""

    events: int = 0
    day: Closed | None = None
    month: Closed | None = None
    year: Closed | None = None
    days: tuple[PeriodClosed, ...] = ()
    months: tuple[PeriodClosed, ...] = ()

    def last(self, kind: PeriodKind) -> Closed | None:
        """Give the last closure of a kind."""
        return self.day if kind == "day" else self.month if kind == "month" else self.year


def start() -> PeriodState:
    """Give the state before the first event."""
    return _START


def evolve(state: PeriodState, event: EventRecord) -> PeriodState:
    """Give the state after one event."""
    version = state.events + 1
    if isinstance(event, PeriodClosed):
        return _closed(state, Closed(version, event))
    if isinstance(event, YearEndSet):  # the register keeps the bounds of what is open
        return PeriodState(version, state.day, state.month, state.year, state.days, state.months)
    return state


def _closed(state: PeriodState, last: Closed) -> PeriodState:
    version, event = last.version, last.event
    if event.period == "day":
        return PeriodState(version, last, state.month, state.year, (*state.days, event), state.months)
    if event.period == "month":
        return PeriodState(version, state.day, last, state.year, (), (*state.months, event))
    return PeriodState(version, state.day, state.month, last, state.days, ())


def of_tail(version: int, newest_first: Iterable[Closed]) -> PeriodState:
    """Give the state from the stream's closures read backwards, as few as it takes; `version` is the stream's last.

    It equals the fold of the whole stream.
    """
    last: dict[str, Closed] = {}
    days: list[PeriodClosed] = []
    months: list[PeriodClosed] = []
    for each in newest_first:
        kind = each.event.period
        last.setdefault(kind, each)
        if kind == "day" and "month" not in last:
            days.append(each.event)
        if kind == "month" and "year" not in last:
            months.append(each.event)
        if len(last) == len(_KINDS):
            break
    return PeriodState(
        version, last.get("day"), last.get("month"), last.get("year"), tuple(reversed(days)), tuple(reversed(months))
    )


_KINDS = ("day", "month", "year")
_START = PeriodState()

PERIOD: StreamKind[PeriodState] = StreamKind("period", start, evolve)
"""Closures of days, months and years."""
PERIOD_STREAM = PERIOD.stream("self")
"""A ledger has one such stream."""
