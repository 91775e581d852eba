"""Days put into periods, and the parameters by which reports ask for them.

Weeks are those of ISO 8601 (Monday to Sunday, `2026-W48`); a financial year is named by the day it begins on.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from typing import Final, Literal

from ledger.kernel.frozen import frozen
from projections.reports.common import FROM, TO
from projections.reports.contract import Asked, Desk, Parameter, Words

Every = Literal["day", "week", "month", "quarter", "year", "financial_year"]

EVERY: Final = ("day", "week", "month", "quarter", "year", "financial_year")
BY_PERIOD: Final = Parameter("every", "code", Words("par période", "period by period"), "month", choices=EVERY)

__all__ = [
    "BY_PERIOD",
    "EVERY",
    "FROM",
    "TO",
    "Every",
    "Finder",
    "Span",
    "begin",
    "bounds",
    "label",
    "month_end",
    "months_after",
    "spans",
]

_DAY: Final = timedelta(days=1)
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@frozen
class Span:
    """One period: its label and its days, both included."""

    label: str
    first: str
    last: str


def bounds(desk: Desk, asked: Asked) -> tuple[date, date]:
    """Give the first and last day asked for: without any, the twelve months up to today's."""
    last = date.fromisoformat(asked["to"]) if asked.get("to") else desk.today
    if asked.get("from"):
        return date.fromisoformat(asked["from"]), last
    return months_after(last.replace(day=1), -11), last


def months_after(day: date, months: int) -> date:
    """Give the first day of the month that lies so many months after a day's (before it, when negative)."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def month_end(day: date) -> date:
    """Give the last day of a day's month."""
    return months_after(day, 1) - _DAY


def spans(first: date, last: date, every: str, year_start: str = "01-01") -> tuple[Span, ...]:
    """Cut the days from `first` to `last`, both included, into periods; the outer ones may be cut short."""
    made: list[Span] = []
    start = begin(first, every, year_start)
    while start <= last:
        after = _next(start, every)
        made.append(Span(label(start, every), max(start, first).isoformat(), min(after - _DAY, last).isoformat()))
        start = after
    return tuple(made)


def begin(day: date, every: str, year_start: str = "01-01") -> date:
    """Give the first day of the period that a day belongs to."""
    if every == "day":
        return day
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "financial_year":
        start = date(day.year, int(year_start[:2]), int(year_start[3:]))
        return start if start <= day else start.replace(year=day.year - 1)
    months = _MONTHS[every]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def label(start: date, every: str) -> str:
    """Name the period that begins on a day: `2026-11-22`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`."""
    if every == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if every == "month":
        return start.isoformat()[:7]
    if every == "quarter":
        return f"{start.year:04d}-Q{(start.month + 2) // 3}"
    return f"{start.year:04d}" if every == "year" else start.isoformat()


def _next(start: date, every: str) -> date:
    if every == "day":
        return start + _DAY
    if every == "week":
        return start + timedelta(days=7)
    if every == "financial_year":
        return start.replace(year=start.year + 1)
    return months_after(start, _MONTHS[every])


class Finder:
    """Finds the period of a day among ordered periods."""

    def __init__(self, found: tuple[Span, ...]) -> None:
        """Keep the periods, oldest first."""
        self._spans = found
        self._firsts = [each.first for each in found]

    def rank(self, day: str) -> int | None:
        """Give the place of a day's period, or None outside all of them."""
        at = bisect_right(self._firsts, day) - 1
        return at if at >= 0 and day <= self._spans[at].last else None
