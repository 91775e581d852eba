"""Deadlines to the day, and legal interest to the cent."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.regimes.fr.deadlines import (
    KEEPING,
    add_months,
    consumer_credit_may_apply,
    financial_year_end,
    invoice_kept_until,
    is_working_day,
    kept_until,
    next_working_day,
    payment_allowed_from,
    public_holidays,
    refund_last_day,
    withdrawal_function_due,
    withdrawal_last_day,
)
from ledger.domain.regimes.fr.interest import (
    LEGAL_RATES,
    LegalRate,
    advance_interest,
    default_due_date,
    late_penalty_cents,
    legal_rate,
    penalty_floor_bp,
)

DAYS = st.dates(date(2008, 1, 1), date(2099, 12, 31))


def test_public_holidays_are_those_of_an_independent_calendar() -> None:
    for year in range(2008, 2100):  # before, that calendar drops Whit Monday in the three years it was worked
        assert public_holidays(year) == frozenset(holidays.country_holidays("FR", years=year)), year


def test_seven_full_days_pass_before_a_payment_may_be_taken() -> None:
    assert payment_allowed_from(date(2026, 11, 22)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 11, 9), date(2026, 11, 23)),  # a Monday
        (date(2026, 11, 6), date(2026, 11, 20)),  # a Friday
        (date(2026, 11, 7), date(2026, 11, 23)),  # would end on Saturday 21
        (date(2026, 11, 8), date(2026, 11, 23)),  # would end on Sunday 22
        (date(2026, 12, 11), date(2026, 12, 28)),  # would end on Christmas, a Friday
        (date(2026, 4, 17), date(2026, 5, 4)),  # would end on Friday 1 May
        (date(2026, 4, 30), date(2026, 5, 15)),  # would end on Ascension Day
        (date(2026, 3, 22), date(2026, 4, 7)),  # would end on Easter Sunday; Monday is a holiday
    ],
)
def test_fourteen_days_to_withdraw_end_on_a_working_day(starts_on: date, last_day: date) -> None:
    assert withdrawal_last_day(starts_on) == last_day


@given(DAYS)
def test_no_withdrawal_period_is_shorter_than_fourteen_days(starts_on: date) -> None:
    last = withdrawal_last_day(starts_on)
    assert is_working_day(last)
    assert timedelta(days=14) <= last - starts_on <= timedelta(days=14 + 4)
    assert next_working_day(last) == last


def test_a_consumer_who_was_not_told_has_twelve_months_more() -> None:
    assert withdrawal_last_day(date(2026, 1, 5), informed=False) == date(2027, 1, 19)
    assert withdrawal_last_day(date(2026, 1, 2), informed=False) == date(2027, 1, 18)  # not Saturday 16
    told_later = withdrawal_last_day(date(2026, 1, 5), informed=False, informed_on=date(2026, 3, 2))
    assert told_later == date(2026, 3, 16)
    too_late = withdrawal_last_day(date(2026, 1, 5), informed=False, informed_on=date(2027, 1, 18))
    assert too_late == date(2027, 1, 19)


def test_a_withdrawal_is_refunded_within_fourteen_days() -> None:
    assert refund_last_day(date(2026, 11, 22)) == date(2026, 12, 6)


def test_months_end_on_the_last_day_there_is() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 12) == date(2027, 12, 15)


# --- keeping


def test_invoices_are_kept_ten_years_from_the_end_of_their_financial_year() -> None:
    assert financial_year_end(date(2026, 11, 22)) == date(2026, 12, 31)
    assert financial_year_end(date(2026, 6, 30), "07-01") == date(2026, 6, 30)
    assert financial_year_end(date(2026, 7, 1), "07-01") == date(2027, 6, 30)
    assert invoice_kept_until(date(2026, 11, 22)) == date(2036, 12, 31)
    assert invoice_kept_until(date(2026, 11, 22), "07-01") == date(2037, 6, 30)


def test_each_kind_of_thing_has_its_own_time() -> None:
    day = date(2026, 11, 22)
    assert kept_until("tax", day) == date(2032, 11, 22)
    assert kept_until("electronic_contract", day) == date(2036, 11, 22)
    assert kept_until("note", day) == date(2028, 11, 22)
    assert kept_until("prospect", day) == date(2029, 11, 22)
    assert len({keeping.kind for keeping in KEEPING}) == len(KEEPING)
    with pytest.raises(KeyError):
        kept_until("diary", day)


# --- dated duties


def test_the_withdrawal_function_is_due_since_19_june_2026() -> None:
    assert not withdrawal_function_due(True, True, date(2026, 6, 18))
    assert withdrawal_function_due(True, True, date(2026, 6, 19))
    assert not withdrawal_function_due(False, True, date(2026, 6, 19))
    assert not withdrawal_function_due(True, False, date(2026, 6, 19))


def test_deferred_payment_offered_to_a_consumer_is_flagged_since_20_november_2026() -> None:
    offered, delivered = date(2026, 11, 20), date(2026, 12, 1)
    assert consumer_credit_may_apply(True, date(2027, 2, 1), delivered, offered)
    assert not consumer_credit_may_apply(True, delivered, delivered, offered)
    assert not consumer_credit_may_apply(False, date(2027, 2, 1), delivered, offered)
    assert not consumer_credit_may_apply(True, date(2027, 2, 1), delivered, date(2026, 11, 19))
    assert not consumer_credit_may_apply(True, None, delivered, offered)


# --- interest


def test_an_advance_earns_nothing_for_three_months() -> None:
    assert advance_interest(100_000, date(2025, 1, 10), date(2025, 4, 10)).cents == 0
    one_day = advance_interest(100_000, date(2025, 1, 10), date(2025, 4, 11))
    assert (one_day.days, one_day.cents) == (1, 20)  # 1 000.00 at 7.21 % for one day: 0.1975


def test_each_half_year_counts_at_its_own_rate() -> None:
    interest = advance_interest(100_000, date(2024, 12, 31), date(2025, 8, 1))
    assert interest.from_on == date(2025, 3, 31)
    # 92 days of the first half at 7.21 %, 31 days of the second at 6.65 %
    assert interest.cents == round((100_000 * 721 * 92 + 100_000 * 665 * 31) / 3_650_000)
    assert interest.estimated_since is None


def test_a_half_year_without_a_published_rate_is_counted_at_the_last_one_and_says_so() -> None:
    interest = advance_interest(100_000, date(2026, 1, 1), date(2026, 11, 22))
    assert interest.estimated_since == date(2026, 7, 1)
    known = (*LEGAL_RATES, LegalRate(date(2026, 7, 1), 900, 300, "Arrêté de juin 2026"))
    later = advance_interest(100_000, date(2026, 1, 1), date(2026, 11, 22), known)
    assert later.estimated_since is None
    assert later.cents > interest.cents


@given(st.integers(0, 10**9), DAYS, st.integers(0, 2000), st.integers(0, 2000))
def test_interest_only_grows(amount: int, paid_on: date, days: int, more: int) -> None:
    first = advance_interest(amount, paid_on, paid_on + timedelta(days=days))
    second = advance_interest(amount, paid_on, paid_on + timedelta(days=days + more))
    assert 0 <= first.cents <= second.cents


def test_the_table_of_rates_has_every_half_year_once_in_order() -> None:
    starts = [rate.since for rate in LEGAL_RATES]
    assert starts == [add_months(starts[0], 6 * index) for index in range(len(starts))]
    assert legal_rate(date(2023, 7, 1)).private_bp == 682
    assert legal_rate(date(2023, 6, 30)).private_bp == 447
    assert legal_rate(date(2010, 1, 1)) == LEGAL_RATES[0]


def test_business_penalties_are_at_least_three_times_the_legal_rate() -> None:
    assert penalty_floor_bp(date(2026, 3, 1)) == 786
    assert penalty_floor_bp(date(2025, 12, 31)) == 828
    assert late_penalty_cents(100_000, 1215, 30) == 999
    assert late_penalty_cents(100_000, 1215, -3) == 0
    assert default_due_date(date(2026, 11, 22), 30) == date(2026, 12, 22)
