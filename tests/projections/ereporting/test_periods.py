"""Periods and due days by regime, written out day by day."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.regimes.fr.ereporting import RHYTHMS, STARTS, Flow, ReportPeriod
from ledger.domain.types import VatRegime
from projections.ereporting.periods import Situation, Situations, calendar, period_of, situations
from tests.projections.ereporting.postings import days, firm


def spans(regime: VatRegime, flow: Flow, first: str, last: str) -> list[tuple[date, ...]]:
    found = calendar(firm(regime), flow, date.fromisoformat(first), date.fromisoformat(last))
    return [(each.from_on, each.to_on, each.due_on) for each in found]


def test_a_monthly_filer_sends_transactions_every_ten_days() -> None:
    assert spans("normal_monthly", "10.3", "2027-09-01", "2027-09-30") == [
        days("2027-09-01", "2027-09-10", "2027-09-20"),
        days("2027-09-11", "2027-09-20", "2027-09-30"),
        days("2027-09-21", "2027-09-30", "2027-10-10"),
    ]


def test_in_february_the_second_period_is_due_on_its_last_day() -> None:
    assert spans("normal_monthly", "10.3", "2028-02-11", "2028-02-20") == [
        days("2028-02-11", "2028-02-20", "2028-02-29")
    ]
    assert spans("normal_monthly", "10.3", "2029-02-15", "2029-02-15") == [
        days("2029-02-11", "2029-02-20", "2029-02-28")
    ]


def test_in_a_month_of_31_days_the_second_period_is_due_on_the_30th() -> None:
    assert spans("normal_monthly", "10.3", "2027-12-11", "2027-12-12") == [
        days("2027-12-11", "2027-12-20", "2027-12-30")
    ]


@pytest.mark.parametrize(
    ("regime", "flow"),
    [("normal_monthly", "10.4"), ("normal_quarterly", "10.3"), ("normal_quarterly", "10.4"), ("simplified", "10.3")],
)
def test_the_others_send_by_month_by_the_tenth_of_the_next(regime: VatRegime, flow: Flow) -> None:
    assert spans(regime, flow, "2027-12-01", "2028-01-31") == [
        days("2027-12-01", "2027-12-31", "2028-01-10"),
        days("2028-01-01", "2028-01-31", "2028-02-10"),
    ]


@pytest.mark.parametrize("flow", ["10.3", "10.4"])
def test_the_franchise_sends_every_two_months_by_the_end_of_the_next(flow: Flow) -> None:
    assert spans("franchise", flow, "2027-10-15", "2028-01-15") == [
        days("2027-09-01", "2027-10-31", "2027-11-30"),
        days("2027-11-01", "2027-12-31", "2028-01-31"),
        days("2028-01-01", "2028-02-29", "2028-03-31"),
    ]


def test_firms_start_by_their_size() -> None:
    assert {size: row.value.isoformat() for size, row in STARTS.items()} == {
        "large": "2026-09-01",
        "mid": "2026-09-01",
        "sme": "2027-09-01",
        "micro": "2027-09-01",
    }


def test_who_leaves_the_franchise_in_the_middle_of_two_months_closes_the_first_alone() -> None:
    changing = Situations(
        (
            Situation("2027-01-01", "franchise", "micro", False),
            Situation("2027-11-20", "normal_quarterly", "micro", False),
        )
    )
    found = calendar(changing, "10.3", date(2027, 11, 1), date(2027, 12, 31))
    assert [(one.from_on, one.to_on) for one in found] == [
        days("2027-11-01", "2027-11-30"),
        days("2027-12-01", "2027-12-31"),
    ]


def test_who_comes_to_the_franchise_in_an_even_month_begins_with_it_alone() -> None:
    changing = Situations(
        (
            Situation("2027-01-01", "normal_monthly", "micro", False),
            Situation("2027-09-15", "franchise", "micro", False),
        )
    )
    found = calendar(changing, "10.4", date(2027, 9, 1), date(2027, 12, 31))
    assert [(one.from_on, one.to_on) for one in found] == [
        days("2027-09-01", "2027-09-30"),
        days("2027-10-01", "2027-10-31"),
        days("2027-11-01", "2027-12-31"),
    ]


def test_of_two_profiles_of_one_day_the_last_counts_and_the_first_of_all_counts_before_it() -> None:
    first, second = (
        Situation("2027-01-10", "franchise", "micro", False),
        Situation("2027-01-10", "normal_monthly", "sme", True),
    )
    known = situations([first, second])
    assert known.on("2027-01-01") == second
    assert known.debits_on("2027-02-01")


REGIMES = st.sampled_from(sorted({regime for regime, _ in RHYTHMS}))


@given(
    changes=st.lists(st.tuples(st.integers(0, 900), REGIMES), min_size=1, max_size=5),
    flow=st.sampled_from(["10.3", "10.4"]),
    start=st.integers(0, 700),
    length=st.integers(0, 400),
)
def test_whatever_the_regimes_periods_meet_last_more_than_a_day_and_are_due_after_they_end(
    changes: list[tuple[int, VatRegime]], flow: Flow, start: int, length: int
) -> None:
    zero = date(2026, 9, 1)
    changing = situations(
        [Situation((zero + timedelta(days)).isoformat(), regime, "micro", False) for days, regime in sorted(changes)]
    )
    first = zero + timedelta(start)
    last = first + timedelta(length)
    found: list[ReportPeriod] = list(calendar(changing, flow, first, last))
    assert found[0].holds(first)
    assert found[-1].holds(last)
    for one, after in itertools.pairwise(found):
        assert after.from_on == one.to_on + timedelta(1)
    for one in found:
        assert one.to_on > one.from_on  # G6.25
        assert one.due_on > one.to_on
        assert period_of(changing, flow, one.to_on) == one
