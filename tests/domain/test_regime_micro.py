"""The limits of small businesses, on the days on which they change."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.regimes.fr.micro import (
    MICRO_CEILINGS,
    Activity,
    franchise_ends,
    franchise_thresholds,
    micro_ceiling,
    micro_ends,
    reduced,
)
from ledger.domain.regimes.fr.vat import THRESHOLDS


@pytest.mark.parametrize(
    ("activity", "year", "cents"),
    [
        ("goods", 2022, None),
        ("goods", 2023, 18_870_000),
        ("services", 2023, 7_770_000),
        ("goods", 2025, 18_870_000),
        ("services", 2025, 7_770_000),
        ("goods", 2026, 20_310_000),
        ("services", 2026, 8_360_000),
    ],
)
def test_the_ceilings_of_the_micro_regimes_change_with_the_year(
    activity: Activity, year: int, cents: int | None
) -> None:
    assert micro_ceiling(activity, year) == cents


@pytest.mark.parametrize(
    ("activity", "year", "pair"),
    [
        ("goods", 2024, None),
        ("goods", 2025, (8_500_000, 9_350_000)),
        ("services", 2025, (3_750_000, 4_125_000)),
        ("services", 2026, (3_750_000, 4_125_000)),
    ],
)
def test_the_thresholds_of_the_vat_exemption_are_those_since_2025(
    activity: Activity, year: int, pair: tuple[int, int] | None
) -> None:
    assert franchise_thresholds(activity, year) == pair


def test_no_two_limits_of_an_activity_hold_on_one_day() -> None:
    for table in (MICRO_CEILINGS, THRESHOLDS):
        for row in table:
            others = [each for each in table if each is not row and each.value[0] == row.value[0]]
            assert not any(each.holds(row.since or date.min) for each in others)


@pytest.mark.parametrize(
    ("started_on", "cents"),
    [
        (None, 36_500),
        (date(2025, 6, 1), 36_500),
        (date(2026, 1, 1), 36_500),
        (date(2026, 7, 1), 18_400),  # 184 days
        (date(2026, 12, 31), 100),
        (date(2027, 1, 1), 0),
    ],
)
def test_a_first_year_has_its_share_of_a_limit(started_on: date | None, cents: int) -> None:
    assert reduced(36_500, started_on, 2026) == cents


def test_a_leap_year_has_366_days() -> None:
    assert reduced(36_600, date(2028, 2, 29), 2028) == 30_700


def test_the_vat_exemption_ends_on_the_day_the_raised_threshold_is_passed_else_with_the_year() -> None:
    assert franchise_ends(None, None) is None
    assert franchise_ends(date(2026, 5, 2), None) == date(2027, 1, 1)
    assert franchise_ends(date(2026, 5, 2), date(2026, 9, 8)) == date(2026, 9, 8)


def test_the_micro_regime_ends_after_two_years_above_the_ceiling() -> None:
    assert micro_ends(True, False, 2026) is None
    assert micro_ends(False, True, 2026) is None
    assert micro_ends(True, True, 2026) == date(2027, 1, 1)
