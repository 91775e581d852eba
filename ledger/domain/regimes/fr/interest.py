"""Legal interest: its dated rates, what an advance earns a consumer, what a late business owes.

The rates are set each half-year by order (C. mon. fin. L313-2, D313-1-A): one for claims of private persons,
one for all others. A half-year that is not in the table yet is counted at the last known rate, and the answer
says from which day; a newer table may be passed in, so that an order published tomorrow needs no new version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.domain.money import BP, div_half_up
from ledger.domain.regimes.fr.deadlines import add_months

DAYS_IN_YEAR = 365
"""Simple interest counts days over 365, in leap years too (use of the courts; recalled)."""

ADVANCE_MONTHS = 3
"""Months after which an advance earns interest (C. conso L214-2)."""

RECOVERY_INDEMNITY_CENTS = 4_000
"""The lump sum a late business owes (C. com. D441-5), and a late public buyer (CCP D2192-35); never a consumer."""

PUBLIC_PENALTY_POINTS_BP = 800
"""Points above the central bank's refinancing rate that a late public buyer owes (CCP R2192-31; recalled)."""


@dataclass(frozen=True, slots=True)
class LegalRate:
    """The legal interest rates of one half-year, in basis points: claims of private persons, and all others."""

    since: date
    private_bp: int
    other_bp: int
    law: str


def _half_year(year: int, half: int, private_bp: int, other_bp: int, law: str = "") -> LegalRate:
    order = law or f"Arrêté pour le {'1er' if half == 1 else '2nd'} semestre {year}"
    return LegalRate(date(year, 1 if half == 1 else 7, 1), private_bp, other_bp, order)


LEGAL_RATES: tuple[LegalRate, ...] = (
    _half_year(2015, 1, 406, 93),
    _half_year(2015, 2, 429, 99),
    _half_year(2016, 1, 454, 101, "Arrêté du 23 décembre 2015"),
    _half_year(2016, 2, 435, 93),
    _half_year(2017, 1, 416, 90),
    _half_year(2017, 2, 394, 90),
    _half_year(2018, 1, 373, 89),
    _half_year(2018, 2, 360, 88, "Arrêté du 27 juin 2018"),
    _half_year(2019, 1, 340, 86),
    _half_year(2019, 2, 326, 87),
    _half_year(2020, 1, 315, 87),
    _half_year(2020, 2, 311, 84),
    _half_year(2021, 1, 314, 79),
    _half_year(2021, 2, 312, 76),
    _half_year(2022, 1, 313, 76),
    _half_year(2022, 2, 315, 77),
    _half_year(2023, 1, 447, 206),
    _half_year(2023, 2, 682, 422, "Arrêté du 27 juin 2023"),
    _half_year(2024, 1, 801, 507),
    _half_year(2024, 2, 816, 492, "Arrêté du 28 juin 2024"),
    _half_year(2025, 1, 721, 371),
    _half_year(2025, 2, 665, 276, "Arrêté du 19 juin 2025"),
    _half_year(2026, 1, 667, 262, "Arrêté du 15 décembre 2025"),
)
"""Legal interest rates as quoted by public pages (the first half of 2026 read in a copy of its order).

The order for the second half of 2026 was not found: add it when known.
"""


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest counted: from which day, for how many days, how much.

    `estimated_since` is the first day counted at the last known rate for want of a published one, or None.
    """

    from_on: date
    days: int
    cents: int
    estimated_since: date | None


def advance_interest(
    amount_cents: int, paid_on: date, until_on: date, rates: Sequence[LegalRate] = LEGAL_RATES
) -> Interest:
    """Count what an advance earns a consumer: the legal rate from the end of three months (C. conso L214-2).

    `until_on` is the day of delivery, performance or refund. The interest is deducted from the balance, or
    added to the refund. Special orders on quote earn none (L214-3): the caller knows. Each half-year counts
    at its own rate; the sum is rounded once.
    """
    from_on = add_months(paid_on, ADVANCE_MONTHS)
    days = (until_on - from_on).days
    if days <= 0:
        return Interest(from_on, 0, 0, None)
    earned, estimated = 0, None
    for start, end, rate, known in _half_years(from_on, until_on, rates):
        earned += amount_cents * rate.private_bp * (end - start).days
        if not known and estimated is None:
            estimated = start
    return Interest(from_on, days, div_half_up(earned, BP * DAYS_IN_YEAR), estimated)


def legal_rate(on: date, rates: Sequence[LegalRate] = LEGAL_RATES) -> LegalRate:
    """Give the rates of a day: its half-year's, else the last known before it, else the first known."""
    known = [rate for rate in rates if rate.since <= on]
    return max(known, key=lambda rate: rate.since) if known else min(rates, key=lambda rate: rate.since)


def penalty_floor_bp(on: date, rates: Sequence[LegalRate] = LEGAL_RATES) -> int:
    """Give the lowest penalty rate professionals may agree: three times the legal rate (C. com. L441-10 II)."""
    return 3 * legal_rate(on, rates).other_bp


def late_penalty_cents(amount_cents: int, rate_bp: int, days_late: int) -> int:
    """Count the penalty a late business owes, simple interest over 365 days (C. com. L441-10 II)."""
    return div_half_up(amount_cents * rate_bp * max(0, days_late), BP * DAYS_IN_YEAR)


def _half_years(start: date, until: date, rates: Sequence[LegalRate]) -> list[tuple[date, date, LegalRate, bool]]:
    """Cut a span at the half-years: from, to (not included), the rate, and whether it was published."""
    published = {rate.since for rate in rates}
    pieces = []
    while start < until:
        half = date(start.year, 1 if start.month <= 6 else 7, 1)
        end = min(until, add_months(half, 6))
        pieces.append((start, end, legal_rate(half, rates), half in published))
        start = end
    return pieces


def default_due_date(issued_on: date, payment_days: int) -> date:
    """Give the due date of a document: its day and the agreed days."""
    return issued_on + timedelta(days=payment_days)
