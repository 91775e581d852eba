"""Recurring billing: periods, their ends, pauses, changes; none is invoiced twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.sales import (
    ChangeSubscription,
    CreditInvoice,
    InvoiceSubscription,
    PauseSubscription,
    StartSubscription,
    StopSubscription,
)
from ledger.domain.deciders.subscriptions import next_due_on
from ledger.domain.events.common import Discount
from ledger.domain.events.invoices import InvoiceIssued, SubscriptionInvoiced, SubscriptionStopped
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.refusals import Refusal
from ledger.domain.streams.subscription import SUBSCRIPTION, SubscriptionState, index_of, nth_start
from tests.domain.world import BUSINESS, CONSUMER, CUSTOMERS, PROFILE, FixedWorld, opened

SUB = "eeeeeeee-0000-4000-8000-000000000001"
BILL = InvoiceSubscription(subscription=SUB)


def upkeep(unit_price: str = "31") -> LineInput:
    return LineInput(label="Entretien de la chaudière", unit_price=unit_price, nature="services")


def start(**more: Any) -> StartSubscription:
    members: dict[str, Any] = {
        "id": SUB,
        "customer": CONSUMER,
        "basis": "net",
        "every": "month",
        "starts_on": "2026-12-01",
        "lines": (upkeep(),),
    }
    return StartSubscription(**{**members, **more})


def state(sale: FixedWorld) -> SubscriptionState:
    found = sale.state(SUBSCRIPTION, SUB)
    assert found is not None
    return found


def bill(sale: FixedWorld, on: str) -> InvoiceIssued:
    sale.on(on).play(BILL)
    return sale.last(InvoiceIssued)


def test_the_first_period_is_invoiced_on_its_first_day_and_says_its_days() -> None:
    sale = opened()
    answer = sale.play(start())
    assert (answer["next_due_on"], answer["gross_cents"]) == ("2026-12-01", 3_720)
    refusal = sale.refusal(BILL)
    assert (refusal.code, dict(refusal.facts)) == ("SUBSCRIPTION_NOT_DUE", {"from_on": "2026-12-01"})
    event = bill(sale, "2026-12-01")
    assert (event.kind, event.period_start, event.period_end) == ("recurring", "2026-12-01", "2026-12-31")
    assert (event.totals.gross_cents, event.subscription, event.due_on) == (3_720, SUB, "2026-12-01")


def test_no_period_is_invoiced_twice() -> None:
    sale = opened()
    sale.play(start())
    bill(sale, "2026-12-01")
    refusal = sale.refusal(BILL)
    assert (refusal.code, dict(refusal.facts)) == ("SUBSCRIPTION_NOT_DUE", {"from_on": "2027-01-01"})


def test_periods_that_were_forgotten_are_invoiced_one_by_one() -> None:
    sale = opened()
    sale.play(start())
    sale.on("2027-02-15")
    starts = []
    while not isinstance(sale.when(BILL), Refusal):
        sale.play(BILL)
        starts.append(sale.last(InvoiceIssued).period_start)
    assert starts == ["2026-12-01", "2027-01-01", "2027-02-01"]


def test_in_arrears_a_period_is_invoiced_on_its_last_day() -> None:
    sale = opened()
    assert sale.play(start(billed="in_arrears"))["next_due_on"] == "2026-12-31"
    sale.on("2026-12-30")
    assert sale.refusal(BILL).code == "SUBSCRIPTION_NOT_DUE"
    assert bill(sale, "2026-12-31").period_end == "2026-12-31"


def test_a_month_that_begins_on_the_31st_ends_right_in_every_month() -> None:
    begins = date(2027, 1, 31)
    starts = [nth_start(begins, "month", index).isoformat() for index in range(5)]
    assert starts == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert nth_start(date(2028, 2, 29), "year", 1) == date(2029, 2, 28)
    assert nth_start(date(2028, 2, 29), "year", 4) == date(2032, 2, 29)
    assert nth_start(date(2026, 11, 30), "quarter", 1) == date(2027, 2, 28)
    assert nth_start(date(2026, 12, 28), "week", 1) == date(2027, 1, 4)


@given(
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.integers(0, 60),
)
def test_periods_follow_one_another_without_hole_or_overlap(begins: date, every: str, index: int) -> None:
    here, following = nth_start(begins, every, index), nth_start(begins, every, index + 1)
    assert here < following
    assert index_of(begins, every, here) == index


def test_other_lines_hold_for_the_periods_that_begin_from_a_day_on() -> None:
    sale = opened()
    sale.play(start())
    bill(sale, "2026-12-01")
    change = ChangeSubscription(subscription=SUB, from_on="2027-01-15", lines=(upkeep("40"),))
    refusal = sale.refusal(replace(change, from_on="2026-12-31"))
    assert (refusal.code, dict(refusal.facts)) == ("SUBSCRIPTION_PERIOD_INVOICED", {"upto_on": "2026-12-31"})
    sale.play(change)
    assert bill(sale, "2027-01-01").totals.net_cents == 3_100
    assert bill(sale, "2027-02-01").totals.net_cents == 4_000


def test_the_last_change_for_a_day_holds() -> None:
    sale = opened()
    sale.play(start())
    for price in ("40", "50"):
        sale.play(ChangeSubscription(subscription=SUB, from_on="2026-12-01", lines=(upkeep(price),)))
    assert bill(sale, "2026-12-01").totals.net_cents == 5_000


def test_a_term_inside_a_period_bills_its_days_pro_rata_and_ends_the_billing() -> None:
    sale = opened()
    sale.play(start(ends_on="2027-01-10"))
    bill(sale, "2026-12-01")
    event = bill(sale, "2027-01-01")  # 10 of 31 days of 31.00
    assert (event.period_start, event.period_end, event.totals.net_cents) == ("2027-01-01", "2027-01-10", 1_000)
    assert event.discount == Discount(amount_cents=2_100, reason="pro_rata")
    assert (sale.last(SubscriptionStopped).by, sale.last(SubscriptionStopped).on) == ("term", "2027-01-10")
    assert sale.on("2027-03-01").refusal(BILL).code == "SCHEDULE_ENDED"


def test_a_usual_discount_goes_before_the_days_without_service() -> None:
    sale = opened()
    sale.play(start(ends_on="2026-12-10", discount=Discount(amount_cents=310)))
    event = bill(sale, "2026-12-01")  # (31.00 - 3.10) x 10 / 31
    assert event.totals.net_cents == 900


def test_a_stop_is_the_last_day_and_days_paid_in_advance_ask_for_a_credit_note() -> None:
    sale = opened()
    sale.play(start())
    bill(sale, "2026-12-01")
    sale.on("2026-12-10").play(StopSubscription(subscription=SUB, by="client"))
    assert sale.last(TaskOpened).code == "credit_unused_days"
    assert sale.on("2027-01-01").refusal(BILL).code == "SCHEDULE_ENDED"
    assert sale.refusal(StopSubscription(subscription=SUB, by="client")).code == "SCHEDULE_ENDED"
    assert sale.refusal(PauseSubscription(subscription=SUB, paused=True)).code == "SCHEDULE_ENDED"
    change = ChangeSubscription(subscription=SUB, from_on="2027-02-01", lines=(upkeep(),))
    assert sale.refusal(change).code == "SCHEDULE_ENDED"


def test_a_stop_before_the_first_day_leaves_nothing_to_invoice() -> None:
    sale = opened()
    sale.play(start())
    sale.play(StopSubscription(subscription=SUB, by="client", on="2026-11-30"))
    assert sale.on("2027-01-01").refusal(BILL).code == "SCHEDULE_ENDED"


def test_a_pause_passes_periods_over_and_the_one_it_ends_in_is_billed_for_its_days() -> None:
    sale = opened()
    sale.play(start())
    bill(sale, "2026-12-01")
    sale.play(PauseSubscription(subscription=SUB, paused=True, on="2027-01-01"))
    refusal = sale.on("2027-02-10").refusal(BILL)
    assert (refusal.code, dict(refusal.facts)) == ("SUBSCRIPTION_PAUSED", {"since_on": "2027-01-01"})
    assert next_due_on(state(sale)) is None
    sale.on("2027-03-12").play(PauseSubscription(subscription=SUB, paused=False))
    assert next_due_on(state(sale)) == date(2027, 3, 12)
    event = bill(sale, "2027-03-12")  # 20 of March's 31 days
    assert (event.period_start, event.totals.net_cents) == ("2027-03-01", 2_000)
    assert bill(sale, "2027-04-01").totals.net_cents == 3_100


def test_a_pause_of_days_already_paid_asks_for_a_credit_note() -> None:
    sale = opened()
    sale.play(start())
    bill(sale, "2026-12-01")
    sale.on("2026-12-15").play(PauseSubscription(subscription=SUB, paused=True))
    assert sale.last(TaskOpened).code == "credit_unused_days"
    assert sale.refusal(PauseSubscription(subscription=SUB, paused=True)).code == "NOTHING_TO_CHANGE"


def test_a_pause_that_outlasts_the_term_leaves_nothing_to_invoice() -> None:
    sale = opened()
    sale.play(start(ends_on="2027-02-28"))
    bill(sale, "2026-12-01")
    sale.play(PauseSubscription(subscription=SUB, paused=True, on="2027-01-01"))
    sale.on("2027-03-05").play(PauseSubscription(subscription=SUB, paused=False))
    assert sale.refusal(BILL).code == "SCHEDULE_ENDED"


def test_a_pause_does_not_end_before_it_began() -> None:
    sale = opened()
    sale.play(start())
    sale.play(PauseSubscription(subscription=SUB, paused=True, on="2027-01-10"))
    early = PauseSubscription(subscription=SUB, paused=False, on="2027-01-09")
    assert sale.refusal(early).code == "SUBSCRIPTION_ENDS_BEFORE"


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(2026, 12, 1), date(2027, 1, 31)),
    st.integers(0, 200),
    st.integers(1, 90),
    st.one_of(st.none(), st.integers(30, 250)),
    st.sampled_from(["in_advance", "in_arrears"]),
)
def test_each_day_in_service_is_billed_once(
    begins: date, pause_after: int, pause_days: int, end_after: int | None, billed: str
) -> None:
    sale = opened()
    ends = (begins + timedelta(days=end_after)).isoformat() if end_after is not None else None
    sale.play(start(starts_on=begins.isoformat(), ends_on=ends, billed=billed))
    paused = begins + timedelta(days=pause_after)
    for on, flag in ((paused, True), (paused + timedelta(days=pause_days), False)):
        sale.play(PauseSubscription(subscription=SUB, paused=flag, on=on.isoformat()))
    sale.on(begins + timedelta(days=400))
    while not isinstance(sale.when(BILL), Refusal):
        sale.play(BILL)
    invoices = sale.all_of(SubscriptionInvoiced)
    starts = [each.period_start for each in invoices]
    assert len(starts) == len(set(starts))
    served = sum(state(sale).period(index_of(begins, "month", date.fromisoformat(on))).served for on in starts)
    last = begins + timedelta(days=end_after) if end_after is not None else None
    days = (begins + timedelta(days=n) for n in range(500))
    upto = max((date.fromisoformat(each.period_end) for each in invoices), default=begins - timedelta(days=1))
    in_service = sum(
        day <= upto and (last is None or day <= last) and not paused <= day < paused + timedelta(days=pause_days)
        for day in days
    )
    assert served == in_service


def test_the_invoice_uses_the_client_and_the_vat_of_its_own_day() -> None:
    sale = opened()
    sale.play(start(customer=BUSINESS))
    assert bill(sale, "2026-12-01").due_on == "2026-12-31"
    sale.given_in("self", replace(PROFILE, vat_regime="franchise"))
    refusal = sale.on("2027-01-01").refusal(BILL)
    assert (refusal.code, refusal.place) == ("VAT_UNDER_FRANCHISE", "/subscription")
    sale.play(ChangeSubscription(subscription=SUB, from_on="2027-01-01", lines=(upkeep(),)))
    assert bill(sale, "2027-01-01").totals.vat_cents == 0


def test_an_erased_customer_is_not_billed() -> None:
    sale = opened()
    sale.play(start())
    sale.given_in(CONSUMER, replace(CUSTOMERS[CONSUMER], party=None))
    assert sale.on("2026-12-01").refusal(BILL).code == "CUSTOMER_ERASED"


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"ends_on": "2026-11-30"}, "SUBSCRIPTION_ENDS_BEFORE", "/ends_on"),
        ({"starts_on": "2026-02-30"}, "DATE_MALFORMED", "/starts_on"),
        ({"lines": ()}, "LINES_MISSING", "/lines"),
        ({"customer": SUB}, "CUSTOMER_UNKNOWN", "/customer"),
        ({"quote": SUB}, "REFERENCE_UNKNOWN", "/quote"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(more: dict[str, Any], code: str, place: str) -> None:
    refusal = opened().refusal(start(**more))
    assert (refusal.code, refusal.place) == (code, place)


def test_a_period_credited_whole_may_be_replaced_and_not_invoiced_again() -> None:
    sale = opened()
    sale.play(start())
    event = bill(sale, "2026-12-01")
    assert event.texts is not None
    sale.play(CreditInvoice(invoice=sale.last(SubscriptionInvoiced).invoice, cause="error"))
    assert sale.refusal(BILL).code == "SUBSCRIPTION_NOT_DUE"
