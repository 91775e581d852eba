"""Closing a period: which is next, and the closure that says what it added up to. Pure; docs/closures.md is the page.

The writer asks `next_kind` before it decides anything on a later day, and appends what `closure_of_day`,
`closure_of_month` and `closure_of_year` give, one period per transaction.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.events.ledger import (
    ClockStepped,
    HeadNoted,
    IntegrityFailed,
    LedgerRegistered,
    SoftwareChanged,
    StoreRestored,
)
from ledger.domain.events.periods import (
    AnchorFailed,
    AnchorPlaced,
    ArchiveCreated,
    ArchiveKeyDestroyed,
    ArchiveVerified,
    CheckpointMade,
    EntriesPurged,
    PeriodClosed,
    PeriodKind,
    Restored,
)
from ledger.domain.periods import BusinessDays
from ledger.domain.register import Register
from ledger.domain.streams.period import PeriodState
from ledger.domain.tally import Tally
from ledger.kernel.entry import format_at
from ledger.kernel.frozen import frozen

UPKEEP: Final[tuple[str, ...]] = (
    PeriodClosed.TYPE,
    CheckpointMade.TYPE,
    AnchorPlaced.TYPE,
    AnchorFailed.TYPE,
    ArchiveCreated.TYPE,
    ArchiveVerified.TYPE,
    ArchiveKeyDestroyed.TYPE,
    EntriesPurged.TYPE,
    Restored.TYPE,
    StoreRestored.TYPE,
    SoftwareChanged.TYPE,
    IntegrityFailed.TYPE,
    ClockStepped.TYPE,
    LedgerRegistered.TYPE,
    HeadNoted.TYPE,
)
"""Types of entries that alone never make a day need closing: a closure brings them about, or a job of ours."""


@frozen
class Covered:
    """The entries of a day as they were read: where they end, the tree up to there, and what they add up to."""

    last_seq: int
    head: str
    root: str
    peaks: tuple[str, ...]
    tally: Tally


@frozen
class Asked:
    """How a closure comes about: when, and whether by itself."""

    at: str
    automatic: bool


def next_kind(register: Register, open_day: str | None, today: str) -> PeriodKind | None:
    """Name the period to close next, or None.

    Args:
        register: the ledger-wide facts.
        open_day: the business day of the first entry, upkeep apart, that is in no closure; None when there is none.
        today: the current business day.
    """
    if register.kind == "register":  # a server's register of ledgers sells nothing
        return None
    periods = register.periods
    of_calendar = periods.next_of_calendar(today)
    if register.closed and periods.year_from > periods.day_to:  # nothing stands in the open year, nor ever will
        of_calendar = None
    if open_day is not None and open_day < today and (not periods.since or open_day <= periods.month_to):
        return "day" if of_calendar != "year" else "year"
    return of_calendar


def closure_of_day(
    day: date,
    covered: Covered,
    register: Register,
    state: PeriodState,
    previous: str | None,
    days: BusinessDays,
    asked: Asked,
) -> PeriodClosed:
    """Close one day: its own entries, and the totals carried on from the day before."""
    last = state.day.event if state.day is not None else None
    sums = covered.tally.sums()
    gross, absolute = sums["gross_cents"], sums["absolute_cents"]
    on = day.isoformat()
    return PeriodClosed(
        period="day",
        rank=1 if last is None else last.rank + 1,
        from_on=on,
        to_on=on,
        opened_at=format_at(days.begins(day)),
        ended_at=format_at(days.ends(day)),
        closed_at=asked.at,
        first_seq=1 if last is None else last.last_seq + 1,
        last_seq=covered.last_seq,
        entries=covered.last_seq - (0 if last is None else last.last_seq),
        head=covered.head,
        root=covered.root,
        peaks=covered.peaks,
        previous=previous,
        currency=register.currency,
        **sums,
        year_gross_cents=_year_gross(state) + gross,
        perpetual_cents=(covered.tally.brought_cents if last is None else last.perpetual_cents) + gross,
        perpetual_absolute_cents=absolute
        + (covered.tally.brought_absolute_cents if last is None else last.perpetual_absolute_cents),
        automatic=asked.automatic,
        training=register.kind == "training",
    )


def closure_of_month(
    register: Register, state: PeriodState, previous: str | None, days: BusinessDays, asked: Asked
) -> PeriodClosed:
    """Close the open month: the sum of its days, of which there may be none."""
    bounds = (register.periods.month_from, register.periods.month_to)
    return _longer("month", state.days, bounds, register, state, previous, days, asked)


def closure_of_year(
    register: Register, state: PeriodState, previous: str | None, days: BusinessDays, asked: Asked
) -> PeriodClosed:
    """Close the open financial year: the sum of its months."""
    bounds = (register.periods.year_from, register.periods.year_to)
    return _longer("year", state.months, bounds, register, state, previous, days, asked)


def _longer(
    kind: PeriodKind,
    parts: tuple[PeriodClosed, ...],
    bounds: tuple[str, str],
    register: Register,
    state: PeriodState,
    previous: str | None,
    days: BusinessDays,
    asked: Asked,
) -> PeriodClosed:
    assert state.day is not None  # noqa: S101 - the day of entry 1 is closed before any month
    newest = state.day.event
    before = state.last(kind)
    first_seq = 1 if before is None else before.event.last_seq + 1
    last_seq = parts[-1].last_seq if parts else first_seq - 1
    tally = Tally(register.currency)
    for part in parts:
        tally.merge(part)
    from_on, to_on = bounds
    return PeriodClosed(
        period=kind,
        rank=1 if before is None else before.event.rank + 1,
        from_on=from_on,
        to_on=to_on,
        opened_at=format_at(days.begins(date.fromisoformat(from_on))),
        ended_at=format_at(days.ends(date.fromisoformat(to_on))),
        closed_at=asked.at,
        first_seq=first_seq,
        last_seq=last_seq,
        entries=last_seq - first_seq + 1,
        head=newest.head,
        root=newest.root,
        previous=previous,
        currency=register.currency,
        **tally.sums(),
        year_gross_cents=_year_gross(state),
        perpetual_cents=newest.perpetual_cents,
        perpetual_absolute_cents=newest.perpetual_absolute_cents,
        automatic=asked.automatic,
        training=register.kind == "training",
    )


def _year_gross(state: PeriodState) -> int:
    """Turnover since the open financial year began, up to the last day closed."""
    if state.day is None or (state.year is not None and state.day.event.to_on <= state.year.event.to_on):
        return 0
    return state.day.event.year_gross_cents
