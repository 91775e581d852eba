"""Days, months and financial years of one ledger: where each begins and ends, and which is open.

A business day runs from cut-off to cut-off, local time; a month is a calendar month cut at the financial year's bounds
and at the day of opening; a financial year is what the business declares (BOI-TVA-DECLA-30-10-30 §170; C. com.
L123-12).
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from ledger.domain.events.periods import PeriodClosed, PeriodKind, YearEndSet
from ledger.kernel.frozen import frozen

LONGEST_YEAR_MONTHS: Final = 24
"""A financial year is no longer, the first one included."""

_DAY: Final = timedelta(days=1)


class BusinessDays:
    """Which business day a moment belongs to, and when a day begins.

    Days do not overlap and leave no gap, whatever the zone does: where its clock is set back over the cut-off, the
    first passing counts; where it leaps over the cut-off, the moment of the leap; a day that a zone left out has no
    length.
    """

    __slots__ = ("_cut_off", "_known", "_zone")

    def __init__(self, zone: tzinfo, cut_off: timedelta) -> None:
        """Count days in `zone`, from `cut_off` after midnight."""
        self._zone = zone
        minutes = cut_off // timedelta(minutes=1)
        self._cut_off = time(minutes // 60, minutes % 60)
        self._known = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), date.min)

    def begins(self, day: date) -> datetime:
        """Give the moment at which a day begins, UTC."""
        return datetime.combine(day, self._cut_off, self._zone).astimezone(UTC)

    def ends(self, day: date) -> datetime:
        """Give the moment at which a day ends, UTC: the next one's begin."""
        return self.begins(day + _DAY)

    def of(self, at: datetime) -> date:
        """Give the day that a moment belongs to.

        Raises:
            OverflowError, ValueError: it is at the end of the calendar.
        """
        start, end, day = self._known
        if start <= at < end:
            return day
        day = at.astimezone(self._zone).date() + _DAY
        while (start := self.begins(day)) > at:
            day -= _DAY
        self._known = (start, self.ends(day), day)
        return day


@frozen
class Periods:
    """What of the calendar is closed and what is open, as days `YYYY-MM-DD`; empty before the first closure.

    `since` is the day the ledger was opened; `day_to` the last day closed, `day_seq` its last entry; then the bounds of
    the open month and financial year.
    """

    since: str = ""
    day_to: str = ""
    day_seq: int = 0
    month_from: str = ""
    month_to: str = ""
    year_from: str = ""
    year_to: str = ""

    def closed(self, day: str) -> PeriodKind | None:
        """Name the widest closed period that a day lies in; none before the ledger's first day."""
        if not self.since <= day <= self.day_to and not self.since <= day < self.month_from:
            return None
        return "year" if day < self.year_from else "month" if day < self.month_from else "day"

    def evolve(self, event: PeriodClosed | YearEndSet, year_start: str) -> Periods:
        """Give what is open after one event; `year_start` is the declared first day of a year, `MM-DD`.

        Raises:
            ValueError, OverflowError: a day is not of the calendar; no closure of ours names such a one.
        """
        if isinstance(event, YearEndSet):
            return self._year_end(event.ends_on)
        if event.period == "day":
            return self._day(event, year_start)
        following = (date.fromisoformat(event.to_on) + _DAY).isoformat()
        if event.period == "month":
            year_to = self.year_to if following <= self.year_to else year_end(following, year_start)
            return self._with(month_from=following, month_to=month_end(following, year_to))
        return self._with(year_from=following, year_to=year_end(following, year_start))

    def next_of_calendar(self, today: str) -> PeriodKind | None:
        """Tell whether the open month or year has ended before today; the year waits for its months."""
        if not self.since:
            return None
        if self.month_from > self.year_to:
            return "year" if self.year_to < today else None
        return "month" if self.month_to < today else None

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {name: getattr(self, name) for name in _MEMBERS}

    def _day(self, event: PeriodClosed, year_start: str) -> Periods:
        if self.since:
            return self._with(day_to=event.to_on, day_seq=event.last_seq)
        first = event.from_on
        year_to = self.year_to or year_end(first, year_start)
        return Periods(first, event.to_on, event.last_seq, first, month_end(first, year_to), first, year_to)

    def _year_end(self, ends_on: str) -> Periods:
        if not self.since:
            return self._with(year_to=ends_on)
        return self._with(year_to=ends_on, month_to=month_end(self.month_from, ends_on))

    def _with(self, **members: Any) -> Periods:
        return Periods(**{**self.to_json(), **members})


_MEMBERS: Final = tuple(member.name for member in fields(Periods))


def month_end(first: str, year_to: str) -> str:
    """Give the last day of the month that a day is in, cut at the end of the financial year."""
    day = date.fromisoformat(first)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return min((following - _DAY).isoformat(), year_to)


def year_end(first: str, year_start: str) -> str:
    """Give the last day of the financial year that begins on a day; `year_start` (`MM-DD`) is the next one's first."""
    day = date.fromisoformat(first)
    month, number = int(year_start[:2]), int(year_start[3:])
    following = date(day.year, month, number)
    if following <= day:
        following = date(day.year + 1, month, number)
    return (following - _DAY).isoformat()


def longest_year_end(first: date) -> date:
    """Give the last day that a financial year may have which begins on a day."""
    months = first.month - 1 + LONGEST_YEAR_MONTHS
    year, month = first.year + months // 12, months % 12 + 1
    last = first.day if month != 2 else min(first.day, 28)  # 29 February two years on: the 28th
    return date(year, month, last) - _DAY


def year_start_after(ends_on: date) -> str:
    """Give the first day of the years that follow one that ends on a day, `MM-DD`."""
    return f"{ends_on + _DAY:%m-%d}"


def parse_cut_off(text: str) -> timedelta:
    """Give the length of `HH:MM` since midnight."""
    hours, _, minutes = text.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def business_day(at: datetime, zone: tzinfo, cut_off: timedelta) -> date:
    """Give the day that `at` belongs to: a day runs from `cut_off` to `cut_off`, local time."""
    return BusinessDays(zone, cut_off).of(at)
