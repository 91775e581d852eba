"""The periods that VAT is returned for, by regime: month, quarter, year, or any days.

CGI art. 287: monthly, quarterly where the tax of the year is small, once a year under the simplified regime, which
ends on 1 January 2027: its businesses are quarterly from the first financial year that begins then or later.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal

from ledger.domain.days import LAST_DAY
from ledger.domain.types import VatRegime
from ledger.kernel.frozen import frozen

PeriodKind = Literal["month", "quarter", "year", "days"]

_TEXT = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = LAST_DAY.year
"""Years that a period may be named by: before the first, nobody keeps books here; the last is the calendar's."""

KIND_OF_REGIME: dict[VatRegime, PeriodKind] = {
    "normal_monthly": "month",
    "normal_quarterly": "quarter",
    "simplified": "year",
    "franchise": "year",
}
"""How long the returns of each regime are."""


SIMPLIFIED_UNTIL: Final = "2027-01-01"
"""The simplified regime is no more for financial years that begin on this day or later: returns are quarterly then.

Loi 2025-127 (LF 2025) art. 38, as accountants' pages quote it (known: quoted).
"""


@frozen
class Period:
    """Days from `from_on` to `to_on`, both included, as `YYYY-MM-DD`; `name` is what people call it."""

    kind: PeriodKind
    from_on: str
    to_on: str
    name: str

    def holds(self, on: str) -> bool:
        """Tell whether a day lies in it."""
        return self.from_on <= on <= self.to_on


def period_named(text: str, year_start: str = "01-01") -> Period | None:
    """Read `2026-11`, `2026-Q4` or `2026`; None for any other text.

    A year begins on `year_start` (`MM-DD`), and is named by the calendar year in which it begins.
    """
    match = _TEXT.fullmatch(text)
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    year = int(match[1])
    if match[3]:
        return _months("month", year, int(match[3]), 1, text)
    if match[2]:
        return _months("quarter", year, 3 * int(match[2]) - 2, 3, text)
    first = date(year, int(year_start[:2]), int(year_start[3:]))
    last = date(year + 1, first.month, first.day) - timedelta(days=1)
    return Period("year", first.isoformat(), last.isoformat(), text)


def days_between(from_on: str, to_on: str) -> Period:
    """Give any days; the caller has checked that they are days in order."""
    return Period("days", from_on, to_on, f"{from_on}/{to_on}")


def named_days(from_on: str, to_on: str) -> Period:
    """Give any days, by the name of their month, quarter or calendar year where they are one."""
    first = date.fromisoformat(from_on)
    for name in (f"{from_on[:7]}", f"{first.year}-Q{(first.month + 2) // 3}", f"{first.year}"):
        found = period_named(name)
        if found is not None and (found.from_on, found.to_on) == (from_on, to_on):
            return found
    return days_between(from_on, to_on)


def last_ended(regime: VatRegime, today: date, year_start: str = "01-01") -> Period:
    """Give the newest period of a regime that has ended before today: the one to be returned next."""
    kind = KIND_OF_REGIME[regime]
    if regime == "simplified":
        quarter = last_ended("normal_quarterly", today, year_start)
        if _year_of(quarter.to_on, year_start).from_on >= SIMPLIFIED_UNTIL:
            return quarter
    if kind == "year":
        this = period_named(str(today.year), year_start)
        before = today.year - (1 if this is not None and this.from_on <= today.isoformat() else 2)
        return _known(period_named(str(before), year_start))
    count = 1 if kind == "month" else 3
    begins = date(today.year, today.month - (today.month - 1) % count, 1)
    ended = begins - timedelta(days=1)
    name = f"{ended:%Y-%m}" if kind == "month" else f"{ended.year}-Q{(ended.month + 2) // 3}"
    return _known(period_named(name))


def _year_of(day: str, year_start: str) -> Period:
    year = int(day[:4]) - (0 if day[5:] >= year_start else 1)
    return _known(period_named(str(year), year_start))


def _months(kind: PeriodKind, year: int, month: int, count: int, name: str) -> Period:
    end = month + count - 1
    last = date(year + end // 12, end % 12 + 1, 1) - timedelta(days=1)
    return Period(kind, f"{year:04d}-{month:02d}-01", last.isoformat(), name)


def _known(period: Period | None) -> Period:
    if period is None:
        raise ValueError("no such period")
    return period
