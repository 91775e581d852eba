"""What later decisions need of one subscription: its lines by date, its pauses and the next period to invoice.

Periods are counted from the first day: the n-th begins n weeks, months, quarters or years after it, on the same day of
the month or on the month's last day where there is none (31 January, 28 February, 31 March).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import Discount, EventRecord, Line, Texts
from ledger.domain.events.invoices import (
    SubscriptionChanged,
    SubscriptionInvoiced,
    SubscriptionPaused,
    SubscriptionStarted,
    SubscriptionStopped,
)

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Content:
    """The lines that are billed for periods beginning on a day or later."""

    from_on: str
    lines: tuple[Line, ...]
    discount: Discount | None
    texts: Texts | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which nothing is billed, the first included, the last (`to_on`) not; None: until further notice."""

    from_on: str
    to_on: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of recurring billing: its days, both included, and how many of them are in service."""

    index: int
    start: date
    end: date
    days: int
    served: int


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """One subscription; `next_index` counts the periods invoiced or passed over."""

    document: SubscriptionStarted | None = None
    contents: tuple[Content, ...] = ()
    pauses: tuple[Pause, ...] = ()
    last_on: str | None = None  # last day of service, by its term or by a stop
    stopped: bool = False
    next_index: int = 0

    @property
    def started(self) -> SubscriptionStarted:
        """The event it began with; a stream that has an event has one."""
        assert self.document is not None, "begins with subscription.started"  # noqa: S101 - says so to mypy
        return self.document

    @property
    def paused(self) -> bool:
        """Whether billing is suspended until further notice."""
        return bool(self.pauses) and self.pauses[-1].to_on is None

    def content_on(self, day: date) -> Content:
        """Give what is billed for a period that begins on a day; later changes of the same day win."""
        text = day.isoformat()
        return max(
            (each for each in self.contents if each.from_on <= text),
            key=lambda each: each.from_on,
            default=self.contents[0],
        )

    def period(self, index: int) -> Period:
        """Give one period, cut at the last day of service."""
        begins = date.fromisoformat(self.started.starts_on)
        start = nth_start(begins, self.started.every, index)
        end = nth_start(begins, self.started.every, index + 1) - _DAY
        days = (end - start).days + 1
        if self.last_on is not None:
            end = min(end, date.fromisoformat(self.last_on))
        return Period(index, start, end, days, self._served(start, end))

    def next_period(self, horizon: date) -> Period | None:
        """Give the next period with a day in service that begins by `horizon`, or None; skips whole pauses."""
        index = self.next_index
        while True:
            period = self.period(index)
            if period.start > horizon or period.end < period.start:
                return None
            if period.served:
                return period
            index += 1

    def due_on(self, period: Period) -> date:
        """Say from which day a period can be invoiced: its first served day, or its last in arrears."""
        if self.started.billed == "in_arrears":
            return period.end
        day = period.start
        while self._paused_on(day):
            day += _DAY
        return day

    def _served(self, start: date, end: date) -> int:
        if end < start:
            return 0
        if not self.pauses:
            return (end - start).days + 1
        days = ((start + timedelta(days=n)) for n in range((end - start).days + 1))
        return sum(not self._paused_on(day) for day in days)

    def _paused_on(self, day: date) -> bool:
        text = day.isoformat()
        return any(one.from_on <= text and (one.to_on is None or text < one.to_on) for one in self.pauses)


def nth_start(begins: date, every: str, index: int) -> date:
    """Give the first day of the n-th period (from 0) of billing that begins on a day."""
    if every == "week":
        return begins + timedelta(days=7 * index)
    months = begins.month - 1 + index * _MONTHS[every]
    year, month = begins.year + months // 12, months % 12 + 1
    return date(year, month, min(begins.day, monthrange(year, month)[1]))


def index_of(begins: date, every: str, start: date) -> int:
    """Say which period (from 0) begins on this day."""
    if every == "week":
        return (start - begins).days // 7
    return ((start.year - begins.year) * 12 + start.month - begins.month) // _MONTHS[every]


def start() -> SubscriptionState:
    """Give the state of a subscription before its first event."""
    return _START


def evolve(state: SubscriptionState, event: EventRecord) -> SubscriptionState:
    """Give the state after one event; an event of another kind of stream changes nothing."""
    if isinstance(event, SubscriptionInvoiced):
        begins = date.fromisoformat(state.started.starts_on)
        return replace(
            state,
            next_index=index_of(begins, state.started.every, date.fromisoformat(event.period_start)) + 1,
        )
    if isinstance(event, SubscriptionStarted):
        content = Content(event.starts_on, event.lines, event.discount, event.texts)
        return SubscriptionState(document=event, contents=(content,), last_on=event.ends_on)
    if isinstance(event, SubscriptionChanged):
        later = Content(event.from_on, event.lines, event.discount, event.texts)
        kept = tuple(one for one in state.contents if one.from_on < event.from_on)
        return replace(state, contents=(*kept, later))
    if isinstance(event, SubscriptionPaused):
        return replace(state, pauses=_paused(state.pauses, event))
    if isinstance(event, SubscriptionStopped):
        last_on = event.on if state.last_on is None else min(event.on, state.last_on)
        return replace(state, last_on=last_on, stopped=True)
    return state


def _paused(pauses: tuple[Pause, ...], event: SubscriptionPaused) -> tuple[Pause, ...]:
    if event.paused:
        return (*pauses, Pause(event.on))
    return (*pauses[:-1], replace(pauses[-1], to_on=event.on)) if pauses else pauses


_START = SubscriptionState()

SUBSCRIPTION: StreamKind[SubscriptionState] = StreamKind("subscription", start, evolve)
"""Subscriptions: `world.state(SUBSCRIPTION, uuid)`."""
