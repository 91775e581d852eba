"""The calendar of closures: business days, months, financial years, and what may be set or asked for when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.closing import UPKEEP, next_kind
from ledger.domain.commands.payments import RecordPayment, RefundPayment, ReversePayment
from ledger.domain.commands.periods import ClosePeriod, SetYearEnd
from ledger.domain.commands.quotes import AcceptWork, RecordDelivery
from ledger.domain.commands.sales import CreditInvoice, IssueInvoice
from ledger.domain.deciders import DECIDERS
from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.invoices import CreditNoteIssued
from ledger.domain.events.ledger import LedgerClosed, TaskOpened
from ledger.domain.events.periods import PeriodClosed, YearEndSet
from ledger.domain.periods import BusinessDays, Periods, longest_year_end, month_end, parse_cut_off, year_end
from ledger.domain.tally import COUNTED
from tests.domain.closing import pass_to
from tests.domain.sales import goods
from tests.domain.world import CONSUMER, OPENING, FixedWorld, opened, training

ZONES = (
    "Europe/Paris", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Apia", "Pacific/Chatham", "America/Guadeloupe",
    "America/Miquelon", "America/St_Johns", "America/Havana", "America/Sao_Paulo", "Atlantic/Azores", "Indian/Reunion",
    "Asia/Gaza", "Antarctica/Troll",
)  # fmt: skip


def days(zone: str = "Europe/Paris", cut_off: str = "00:00") -> BusinessDays:
    return BusinessDays(ZoneInfo(zone), parse_cut_off(cut_off))


def hours(on: BusinessDays, day: str) -> float:
    return (on.ends(date.fromisoformat(day)) - on.begins(date.fromisoformat(day))) / timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- business days


def test_a_day_has_23_or_25_hours_when_the_clocks_change() -> None:
    assert hours(days(), "2026-03-29") == 23
    assert hours(days(), "2026-10-25") == 25
    assert hours(days(), "2026-11-22") == 24
    assert hours(days(cut_off="04:00"), "2026-03-28") == 23
    assert hours(days(cut_off="04:00"), "2026-10-24") == 25


def test_a_day_that_crosses_midnight_ends_at_its_cut_off() -> None:
    paris = days(cut_off="04:00")
    assert paris.of(at("2026-11-23T02:59:59")) == date(2026, 11, 22)
    assert paris.of(at("2026-11-23T03:00:00")) == date(2026, 11, 23)


def test_a_clock_set_back_over_the_cut_off_gives_no_day_twice() -> None:
    paris = days(cut_off="02:30")  # passed twice on 25 October 2026
    assert paris.of(at("2026-10-25T00:45:00")) == date(2026, 10, 25)  # 02:45 summer time
    assert paris.of(at("2026-10-25T01:15:00")) == date(2026, 10, 25)  # 02:15 winter time, an hour and a half later


def test_a_clock_that_leaps_over_the_cut_off_begins_the_day_at_the_leap() -> None:
    paris = days(cut_off="02:30")  # does not exist on 29 March 2026
    assert paris.begins(date(2026, 3, 29)) == at("2026-03-29T01:30:00")
    assert paris.of(at("2026-03-29T01:29:59")) == date(2026, 3, 28)


def test_a_day_that_a_zone_left_out_has_no_length() -> None:
    samoa = days("Pacific/Apia")  # from 29 to 31 December 2011 across the date line
    assert hours(samoa, "2011-12-30") == 0
    assert samoa.of(samoa.begins(date(2011, 12, 30))) == date(2011, 12, 31)


@given(
    zone=st.sampled_from(ZONES),
    cut_off=st.sampled_from(("00:00", "00:30", "01:30", "02:30", "04:00", "12:00", "23:59")),
    moment=st.integers(-(10**9), 6 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    step=st.timedeltas(timedelta(), timedelta(hours=30)),
)
def test_days_leave_no_gap_and_never_come_back(zone: str, cut_off: str, moment: datetime, step: timedelta) -> None:
    on = days(zone, cut_off)
    day = on.of(moment)
    assert on.begins(day) <= moment < on.ends(day)
    later = on.of(moment + step)
    assert later >= day
    assert days(zone, cut_off).of(moment + step) == later, "what was asked before changes the answer"


# --- months and years


def test_a_month_is_cut_at_the_financial_year() -> None:
    assert month_end("2026-11-23", "2027-04-14") == "2026-11-30"
    assert month_end("2027-04-01", "2027-04-14") == "2027-04-14"
    assert month_end("2028-02-01", "2028-12-31") == "2028-02-29"
    assert month_end("2026-12-05", "9999-12-31") == "2026-12-31"


def test_a_year_ends_on_the_eve_of_its_declared_first_day() -> None:
    assert year_end("2026-11-23", "01-01") == "2026-12-31"
    assert year_end("2027-01-01", "01-01") == "2027-12-31"
    assert year_end("2026-11-23", "03-01") == "2027-02-28"
    assert year_end("2027-03-01", "03-01") == "2028-02-29"
    assert longest_year_end(date(2028, 2, 29)) == date(2030, 2, 27)
    assert longest_year_end(date(2026, 11, 23)) == date(2028, 11, 22)


@settings(deadline=None)  # it opens a business each time
@given(
    first=st.dates(date(1990, 1, 1), date(2150, 1, 1)),
    start=st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda day: f"{day:%m-%d}"),
)
def test_months_tile_their_year_and_years_follow_each_other(first: date, start: str) -> None:
    periods = Periods().evolve(closure("day", first, first), start)
    seen = 0
    while seen < 3:
        kind = periods.next_of_calendar("9999-12-31")
        assert kind is not None
        if kind == "year":
            assert periods.month_from == _next(periods.year_to)
            bounds, seen = (periods.year_from, periods.year_to), seen + 1
        else:
            bounds = (periods.month_from, periods.month_to)
            assert bounds[0][:7] == bounds[1][:7]
            assert bounds[1] <= periods.year_to
        assert bounds[0] <= bounds[1]
        periods = periods.evolve(closure(kind, *map(date.fromisoformat, bounds)), start)
        assert (periods.month_from if kind == "month" else periods.year_from) == _next(bounds[1])
    assert periods.year_from[5:] == start


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def closure(kind: Any, from_on: date, to_on: date) -> PeriodClosed:
    world = opened(from_on)
    [made] = pass_to(world, from_on + timedelta(days=1))[:1]
    return replace(made, period=kind, from_on=from_on.isoformat(), to_on=to_on.isoformat())


# --- upkeep


def test_upkeep_is_of_real_types_and_nothing_of_it_counts() -> None:
    assert {each.TYPE for each in EVENT_TYPES} >= set(UPKEEP)
    assert len(set(UPKEEP)) == len(UPKEEP)
    assert not COUNTED & set(UPKEEP)
    assert PeriodClosed.TYPE in UPKEEP


# --- what is asked for


def test_a_period_is_closed_after_its_last_day_only() -> None:
    world = opened(date(2026, 11, 23))
    for kind, upto, ends_on in (
        ("day", "2026-11-23", "2026-11-23"), ("month", "2026-11-23", "2026-11-30"),
        ("year", "2026-11-23", "2026-12-31"), ("month", "2027-02-03", "2027-02-28"),
        ("year", "2028-02-03", "2028-12-31"),
    ):  # fmt: skip
        refusal = world.refusal(ClosePeriod(period=kind, upto=upto))  # type: ignore[arg-type] # one of the words
        assert (refusal.code, refusal.facts) == ("PERIOD_NOT_ENDED", (("ends_on", ends_on),))
    pass_to(world, date(2026, 12, 2))
    assert world.play(ClosePeriod(period="month", upto="2026-11-23")) == {"day": "2026-11-23", "month": "2026-11-30"}
    assert world.refusal(ClosePeriod(period="day", upto="2026-12-02")).code == "PERIOD_NOT_ENDED"
    assert world.refusal(ClosePeriod(period="day", upto="2026-02-30")).code == "DATE_MALFORMED"


def test_the_software_may_close_a_training_ledger_without_an_operator() -> None:
    world = training(date(2026, 11, 23))
    world.actor = "system"
    assert world.play(ClosePeriod(period="day")) == {}
    assert world.refusal(SetYearEnd(ends_on="2026-12-30")).code == "OPERATOR_MISSING"


def test_the_first_year_may_be_long_and_the_next_ones_begin_the_day_after() -> None:
    world = opened(date(2026, 11, 23))
    assert world.refusal(SetYearEnd(ends_on="2028-11-23")).code == "YEAR_TOO_LONG"
    assert world.refusal(SetYearEnd(ends_on="2026-12-31")).code == "NOTHING_TO_CHANGE"
    assert world.play(SetYearEnd(ends_on="2028-06-30")) == {"ends_on": "2028-06-30", "year_start": "07-01"}
    pass_to(world, date(2029, 7, 2))
    years = [each for each in world.all_of(PeriodClosed) if each.period == "year"]
    assert [(each.from_on, each.to_on) for each in years] == [
        ("2026-11-23", "2028-06-30"), ("2028-07-01", "2029-06-30"),
    ]  # fmt: skip
    months = [each for each in world.all_of(PeriodClosed) if each.period == "month"]
    assert len(months) == 20 + 12


def test_a_year_is_not_ended_in_the_past_nor_on_28_february_of_a_leap_year() -> None:
    world = opened(date(2026, 11, 23))
    pass_to(world, date(2026, 12, 10))
    assert world.refusal(SetYearEnd(ends_on="2026-12-09")).code == "PERIOD_CLOSED"
    assert world.refusal(SetYearEnd(ends_on="2028-02-28")).code == "YEAR_START_MALFORMED"
    assert world.play(SetYearEnd(ends_on="2028-02-29"))["year_start"] == "03-01"
    assert world.play(SetYearEnd(ends_on="2026-12-10"))["year_start"] == "12-11"
    pass_to(world, date(2026, 12, 11))
    last = world.last(PeriodClosed)
    assert (last.period, last.to_on, world.register.periods.month_to) == ("year", "2026-12-10", "2026-12-31")
    assert isinstance(world.all_of(YearEndSet)[0], YearEndSet)


def test_the_year_waits_for_its_months_and_the_month_for_its_days() -> None:
    world = opened(date(2026, 12, 30))
    register = world.register
    assert next_kind(register, None, "2027-02-01") is None, "before the first day closure nothing else is due"
    assert next_kind(register, "2026-12-30", "2026-12-30") is None, "a day that has not ended is not closed"
    assert next_kind(register, "2026-12-30", "2027-02-01") == "day"
    made = pass_to(world, date(2027, 2, 1))
    assert [each.period for each in made] == ["day", "month", "year", "month"]
    february = replace(world.register.periods, month_from="2027-02-01", month_to="2027-02-28")
    register = replace(register, periods=february)
    assert next_kind(register, "2027-03-01", "2027-03-02") == "month", "a day of March waits for February"
    assert next_kind(register, "2027-02-10", "2027-03-02") == "day", "February waits for its own days"


def test_a_register_of_ledgers_and_a_closed_ledger_close_no_further_period() -> None:
    world = opened(date(2026, 11, 23), opening=replace(OPENING, kind="register"))
    assert next_kind(world.register, "2026-11-23", "2029-01-01") is None
    world = opened(date(2026, 11, 23))
    world.given_in("self", LedgerClosed(reason="ceased"))
    assert [each.period for each in pass_to(world, date(2029, 1, 1))] == ["day", "month", "month", "year"]


# --- what comes late


def paid(world: FixedWorld, on: str | None = None) -> str:
    return str(world.play(RecordPayment(means="card", amount_cents=1_000, received_on=on))["payment"])


def test_the_widest_closed_period_of_a_day_is_named() -> None:
    world = opened(date(2026, 11, 23))
    pass_to(world, date(2027, 2, 3))
    paid(world)
    pass_to(world, date(2027, 2, 4))
    closed = world.register.periods.closed
    assert [closed(day) for day in ("2026-11-22", "2026-11-23", "2026-12-31", "2027-01-01", "2027-01-31")] == [
        None, "year", "year", "month", "month",
    ]  # fmt: skip
    assert [closed(day) for day in ("2027-02-02", "2027-02-03", "2027-02-04")] == ["day", "day", None]


def test_money_of_a_closed_period_is_recorded_today_flagged_with_its_task() -> None:
    world = opened(date(2026, 11, 23))
    first = paid(world)
    pass_to(world, date(2026, 11, 24))
    assert world.play(RecordPayment(means="card", amount_cents=1_000, received_on="2026-11-23"))["flags"] == [
        "closed_day"
    ]
    assert world.all_of(TaskOpened) == (), "money that came yesterday asks for nothing"
    pass_to(world, date(2026, 12, 1))
    late = world.play(RecordPayment(means="card", amount_cents=1_000, received_on="2026-11-30"))
    assert late["flags"] == ["closed_month"]
    assert world.last(TaskOpened).code == "check_vat_return"
    back = world.play(RefundPayment(means="card", amount_cents=10, payment=first, paid_on="2026-11-23"))
    assert "closed_month" in back["flags"]
    pass_to(world, date(2027, 1, 2))
    undone = world.play(ReversePayment(payment=first, cause="unpaid", amount_cents=1, reversed_on="2026-12-30"))
    assert undone["flags"] == ["closed_year"]
    assert world.last(TaskOpened).code == "check_accounts"
    assert "flags" not in world.play(ReversePayment(payment=first, cause="unpaid", amount_cents=1))


def test_a_delivery_of_a_closed_period_is_recorded_and_says_so() -> None:
    world = opened(date(2026, 11, 23))
    invoice = world.play(IssueInvoice(customer=CONSUMER, lines=(goods("50"),)))["invoice"]
    pass_to(world, date(2026, 12, 1))
    given_over = world.play(RecordDelivery(about=invoice, about_kind="invoice", on="2026-11-24"))
    taken_over = world.play(AcceptWork(about=invoice, about_kind="invoice", on="2026-11-24"))
    assert given_over["flags"] == taken_over["flags"] == ["closed_month"]
    assert "flags" not in world.play(RecordDelivery(about=invoice, about_kind="invoice", on="2026-12-01"))


def test_a_credit_note_on_a_closed_period_counts_in_the_open_one_and_says_so() -> None:
    world = opened(date(2026, 11, 23))
    invoice = world.play(IssueInvoice(customer=CONSUMER, lines=(goods("50"),)))["invoice"]
    same_day = world.play(IssueInvoice(customer=CONSUMER, lines=(goods("80"),)))["invoice"]
    assert "corrects_closed" not in world.play(CreditInvoice(invoice=same_day, cause="error"))
    pass_to(world, date(2026, 12, 1))
    assert world.play(CreditInvoice(invoice=invoice, cause="error"))["corrects_closed"] == "month"
    note = world.last(CreditNoteIssued)
    assert (note.corrects_closed, note.issued_on) == ("month", "2026-12-01")
    [day] = pass_to(world, date(2026, 12, 2))
    assert (day.gross_cents, day.credit_notes) == (-note.totals.gross_cents, 1)


def test_every_command_about_periods_has_its_decider() -> None:
    assert {ClosePeriod, SetYearEnd} <= set(DECIDERS)
