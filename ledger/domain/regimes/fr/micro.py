"""What small businesses watch: the ceilings of the micro regimes, and when the VAT exemption of small businesses ends.

Turnover is counted per calendar year. The ceilings are those of CGI 50-0 (BIC) and 102 ter (BNC); the VAT thresholds
themselves stand in `ledger.domain.regimes.fr.vat.THRESHOLDS`. In the first year a yearly limit is reduced to the days
from the first day of business on, over 365 (366).
"""

from __future__ import annotations

from calendar import isleap
from datetime import date
from typing import Final, Literal

from ledger.domain.money import div_half_up
from ledger.domain.regimes.fr.dated import Dated, in_force
from ledger.domain.regimes.fr.vat import THRESHOLDS

Activity = Literal["goods", "services"]
"""`goods`: sales, and lodging; the ceiling for all turnover together. `services`: what is not."""

_OVERVIEW: Final = "CGI art. 50-0 et 102 ter"

MICRO_CEILINGS: Final[tuple[Dated[tuple[Activity, int]], ...]] = (
    Dated(("goods", 18_870_000), date(2023, 1, 1), date(2025, 12, 31), f"{_OVERVIEW} ; décret 2023-422", "quoted"),
    Dated(("services", 7_770_000), date(2023, 1, 1), date(2025, 12, 31), f"{_OVERVIEW} ; décret 2023-422", "quoted"),
    Dated(("goods", 20_310_000), date(2026, 1, 1), None, _OVERVIEW, "quoted"),
    Dated(("services", 8_360_000), date(2026, 1, 1), None, _OVERVIEW, "quoted"),
)
"""The highest yearly turnover of the micro regimes, without VAT, in cents.

Those of 2026 were read as the URSSAF announced them on 20 February 2026; the text that sets them was not seen, and they
are revised every three years, so that they should hold for 2026 to 2028 (recalled).
"""

RETAIL_CENTS: Final = 7_600
"""Retail sales and services to individuals up to this price may be written together, day by day (CGI 286 I 3°)."""

DAILY_TOTALS: Final = "CGI art. 286 I 3° ; BOI-BIC-DECLA-30-30 § 30"
"""Where that is said."""


def micro_ceiling(activity: Activity, year: int) -> int | None:
    """Give a year's ceiling in cents, or None where none is known."""
    found = (row.value for row in in_force(MICRO_CEILINGS, date(year, 1, 1)))
    return next((cents for of, cents in found if of == activity), None)


def franchise_thresholds(activity: Activity, year: int) -> tuple[int, int] | None:
    """Give a year's threshold and raised threshold of the VAT exemption, in cents, or None where none is known."""
    found = (row.value for row in in_force(THRESHOLDS, date(year, 1, 1)))
    return next(((base, raised) for of, base, raised in found if of == activity), None)


def reduced(limit_cents: int, started_on: date | None, year: int) -> int:
    """Reduce a yearly limit to the days from the first day of business on, where that day is in the year.

    The days count from that day to 31 December, both included, over the days of the year (CGI 50-0 1; 293 D II:
    recalled).
    """
    if started_on is None or started_on.year < year:
        return limit_cents
    days = 366 if isleap(year) else 365
    open_days = (date(year, 12, 31) - started_on).days + 1 if started_on.year == year else 0
    return div_half_up(limit_cents * open_days, days)


def franchise_ends(crossed_base_on: date | None, crossed_raised_on: date | None) -> date | None:
    """Say from which day the VAT exemption no longer holds: from the day the raised threshold is passed, else from
    1 January after the year in which the threshold is; None while neither is.

    As it reads since 1 January 2025 (CGI 293 B; LF 2024 art. 82): supplies from that very day on bear VAT.
    """
    if crossed_raised_on is not None:
        return crossed_raised_on
    return date(crossed_base_on.year + 1, 1, 1) if crossed_base_on is not None else None


def micro_ends(over: bool, over_the_year_before: bool, year: int) -> date | None:
    """Say from which day the micro regime no longer holds: 1 January after a second year above the ceiling."""
    return date(year + 1, 1, 1) if over and over_the_year_before else None
