"""Closures asked for, the end of the financial year, and what comes late for a closed period.

Whatever has ended is closed before any command is decided (`ledger.domain.closing`): asking can only be too early.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from ledger.domain.commands.common import Command
from ledger.domain.commands.periods import ClosePeriod, SetYearEnd
from ledger.domain.days import read_any_day
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Flagged
from ledger.domain.events.periods import PeriodKind, YearEndSet
from ledger.domain.periods import Periods, longest_year_end, month_end, year_end, year_start_after
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.period import PERIOD

LATE: Final[dict[PeriodKind, Flagged]] = {
    "day": Flagged(code="closed_day"),
    "month": Flagged(code="closed_month", remedy="check_vat_return"),
    "year": Flagged(code="closed_year", remedy="check_accounts"),
}
"""What a fact of a closed period is flagged with, and the task that it opens."""


def late(world: World, *days: str | None) -> tuple[Flagged, ...]:
    """Flag a fact of these days by the widest closed period that one of them lies in."""
    periods = world.register.periods
    found = {periods.closed(day) for day in days if day is not None}
    return next(((LATE[kind],) for kind in ("year", "month", "day") if kind in found), ())


def codes(flags: Sequence[Flagged]) -> dict[str, list[str]]:
    """Give the flags as the member of an answer; none when there are none."""
    return {"flags": [each.code for each in flags]} if flags else {}


def decide_close(command: ClosePeriod, world: World) -> Outcome:
    """Say up to which day each kind of period is closed; refuse where the period asked for has not ended."""
    periods = world.register.periods
    if command.upto is not None:
        upto = read_any_day(command.upto, "/upto")
        if isinstance(upto, Refusal):
            return upto
        ends_on = _end_of(command.period, upto.isoformat(), periods, world)
        if ends_on >= world.today.isoformat():
            return refuse("PERIOD_NOT_ENDED", "/upto", ends_on=date.fromisoformat(ends_on))
    return Plan(world).done(**_closed_to(periods))


def _end_of(kind: PeriodKind, day: str, periods: Periods, world: World) -> str:
    """Give the last day of the period of a kind that a day lies in."""
    if kind == "day":
        return day
    first, last = (periods.month_from, periods.month_to) if kind == "month" else (periods.year_from, periods.year_to)
    if day <= last:
        return last if first <= day else day  # of a period that is closed, or before the ledger began
    return month_end(day, _NEVER) if kind == "month" else year_end(day, world.register.year_start)


_NEVER: Final = "9999-12-31"


def _closed_to(periods: Periods) -> dict[str, str]:
    """Give the last closed day of each kind that has one."""
    found = {"day": periods.day_to}
    if periods.month_from > periods.since:
        found["month"] = _day_before(periods.month_from)
    if periods.year_from > periods.since:
        found["year"] = _day_before(periods.year_from)
    return {kind: day for kind, day in found.items() if day}


def _day_before(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()


def decide_year_end(command: SetYearEnd, world: World) -> Outcome:
    """Set the last day of the open financial year (C. com. L123-12: the business declares its year)."""
    periods = world.register.periods
    ends_on = read_any_day(command.ends_on, "/ends_on")
    if isinstance(ends_on, Refusal):
        return ends_on
    if ends_on < world.today or command.ends_on < periods.month_from:
        return refuse("PERIOD_CLOSED", "/ends_on")
    began = date.fromisoformat(periods.year_from) if periods.year_from else world.today
    last = longest_year_end(began)
    if ends_on > last:
        return refuse("YEAR_TOO_LONG", "/ends_on", last_on=last)
    year_start = year_start_after(ends_on)
    if year_start == "02-29":
        return refuse("YEAR_START_MALFORMED", "/ends_on")
    due = periods.year_to or year_end(began.isoformat(), world.register.year_start)
    if (due, world.register.year_start) == (command.ends_on, year_start):
        return refuse("NOTHING_TO_CHANGE", "/ends_on")
    plan = Plan(world)
    plan.emit(PERIOD, "self", YearEndSet(ends_on=command.ends_on, year_start=year_start))
    return plan.done(ends_on=command.ends_on, year_start=year_start)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (ClosePeriod, decide_close),
    (SetYearEnd, decide_year_end),
)
"""Periods."""
