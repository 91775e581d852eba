"""Deposits: asked for at signature or later, arrhes or acompte, per VAT rate, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from stdnum import iso11649

from ledger.domain.advances import (
    available_split,
    default_kind,
    interest_on_advance,
    reference_of,
    split_of_payment,
)
from ledger.domain.commands.common import InstalmentInput
from ledger.domain.commands.parties import CloseSeries
from ledger.domain.commands.payments import RecordPayment, RefundPayment, ReversePayment
from ledger.domain.commands.quotes import CancelQuote, ReachMilestone, RecordDelivery
from ledger.domain.commands.sales import CancelDeposit, RequestDeposit, SettleDeposit
from ledger.domain.decision import Emit
from ledger.domain.events.deposits import (
    DepositApplied,
    DepositCancelled,
    DepositForfeited,
    DepositInvoiced,
    DepositRefundDue,
    DepositReleased,
    DepositRequested,
)
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import Allocation, DepositUnpaid
from ledger.domain.events.quotes import DepositAttached, MilestoneReached, QuoteInvoiced, QuoteIssued
from ledger.domain.regimes.fr.interest import LegalRate
from ledger.domain.streams.deposit import DEPOSIT
from tests.domain.sales import OTHER_ID, QUOTE_ID, deposit_state, pay, quote, quote_state, share, signed, works
from tests.domain.world import BUSINESS, CONSUMER, PROFILE, SERIES, FixedWorld, only, opened

INVOICE = "eeeeeeee-0000-4000-8000-000000000001"
NOTE = "eeeeeeee-0000-4000-8000-000000000002"


def first_deposit(world: FixedWorld) -> str:
    """Give the id of the contract's first deposit."""
    return quote_state(world).deposits[0].deposit


def requested(world: FixedWorld) -> DepositRequested:
    """Give the newest request."""
    return world.last(DepositRequested)


# --- asked for at signature


def test_signing_asks_for_the_deposit_split_over_the_rates() -> None:
    world = opened()
    answer = signed(world, quote(schedule=(share(3000),)))
    asked = requested(world)
    assert answer["deposits"] == [first_deposit(world)]
    assert (asked.number, asked.amount_cents, asked.kind, asked.automatic) == ("P-00001", 51000, "arrhes", True)
    assert [(each.rate_bp, each.net_cents, each.vat_cents, each.gross_cents) for each in asked.split] == [
        (1000, 30000, 3000, 33000),
        (2000, 15000, 3000, 18000),
    ]
    assert world.last(DepositAttached).instalment == 1
    assert iso11649.is_valid(asked.reference)


def test_only_what_falls_due_at_signature_is_asked_for_then() -> None:
    world = opened()
    schedule = (
        share(2000),
        share(2000, trigger="date", due_on="2027-01-15"),
        share(2000, trigger="milestone", milestone="gros-oeuvre"),
        share(2000, trigger="delivery"),
    )
    signed(world, quote(schedule=schedule))
    assert len(world.all_of(DepositRequested)) == 1
    world.play(ReachMilestone(quote=QUOTE_ID, milestone="gros-oeuvre"))
    assert world.last(MilestoneReached).on == "2026-11-23"
    assert requested(world).instalment == 3
    world.play(RecordDelivery(about=QUOTE_ID, about_kind="quote", on="2026-11-23"))
    assert requested(world).instalment == 4
    world.play(RequestDeposit(quote=QUOTE_ID, instalment=2))
    assert (requested(world).due_on, requested(world).automatic) == ("2027-01-15", False)
    assert sum(link.amount_cents for link in quote_state(world).deposits) == 136000


def test_a_milestone_is_planned_and_reached_once() -> None:
    world = opened()
    reach = ReachMilestone(quote=QUOTE_ID, milestone="toit")
    assert world.refusal(reach).code == "REFERENCE_UNKNOWN"
    world.play(quote(schedule=(share(2000, trigger="milestone", milestone="toit"),)))
    assert world.refusal(reach).code == "QUOTE_NOT_SIGNED"
    world = opened()
    signed(world, quote(schedule=(share(2000, trigger="milestone", milestone="toit"),)))
    assert world.refusal(replace(reach, milestone="cave")).code == "MILESTONE_UNKNOWN"
    assert world.refusal(replace(reach, on="2026-12-24")).code == "DATE_IN_FUTURE"
    world.play(reach)
    assert world.refusal(reach).code == "MILESTONE_UNKNOWN"


def test_off_premises_the_request_says_from_when_it_may_be_paid() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),), channel="off_premises"))
    assert (requested(world).payable_from, requested(world).due_on) == ("2026-12-01", "2026-12-01")


def test_off_premises_no_deposit_is_asked_for_within_seven_days() -> None:
    world = opened()
    signed(world, quote(channel="off_premises"))
    refusal = world.refusal(RequestDeposit(quote=QUOTE_ID, share_bp=1000, due_on="2026-11-30"))
    assert (refusal.code, refusal.place) == ("PAYMENT_WITHIN_SEVEN_DAYS", "/due_on")
    assert "01/12/2026" in refusal.words
    world.play(RequestDeposit(quote=QUOTE_ID, share_bp=1000, due_on="2026-12-01"))


@pytest.mark.parametrize(
    ("instalment", "code"),
    [
        (InstalmentInput(), "QUOTE_INSTALMENT_AMBIGUOUS"),
        (InstalmentInput(share_bp=1000, amount_cents=100), "QUOTE_INSTALMENT_AMBIGUOUS"),
        (InstalmentInput(share_bp=1000, trigger="date"), "QUOTE_INSTALMENT_TRIGGER"),
        (InstalmentInput(share_bp=1000, trigger="milestone"), "QUOTE_INSTALMENT_TRIGGER"),
        (InstalmentInput(share_bp=1000, trigger="date", due_on="2027-02-30"), "DATE_MALFORMED"),
        (InstalmentInput(amount_cents=170001), "QUOTE_SCHEDULE_TOO_LARGE"),
    ],
)
def test_an_instalment_is_a_share_or_an_amount_with_its_trigger(instalment: InstalmentInput, code: str) -> None:
    assert opened().refusal(quote(schedule=(instalment,))).code == code


def test_shares_above_the_whole_are_refused() -> None:
    refusal = opened().refusal(quote(schedule=(share(6000), share(4001))))
    assert refusal.code == "QUOTE_SCHEDULE_TOO_LARGE"
    cent = quote(works("0.01", 2000), schedule=(share(5000), share(5001)))
    assert opened().refusal(cent).code == "QUOTE_SCHEDULE_TOO_LARGE"


def test_the_deposit_is_a_share_of_the_total_as_signed() -> None:
    world = opened()
    option = works("500", 2000, choice="option")
    signed(world, quote(works("1000", 2000), option, schedule=(share(3000),)), chosen=(2,))
    assert requested(world).amount_cents == 54000


# --- what the money is


def test_what_a_consumer_pays_in_advance_is_arrhes_unless_the_contract_says_otherwise() -> None:
    assert default_kind("consumer", special_order=False) == "arrhes"
    assert default_kind("consumer", special_order=True) == "acompte"
    assert default_kind("business", special_order=False) == "acompte"
    world = opened()
    signed(world, quote(schedule=(share(3000, kind="acompte"),)))
    assert requested(world).kind == "acompte"


def test_an_instalment_once_work_has_begun_is_an_acompte_unless_the_contract_says_otherwise() -> None:
    world = opened()
    schedule = (
        share(2000, trigger="delivery"),
        share(1000, trigger="milestone", milestone="toit"),
        share(1000, trigger="milestone", milestone="pignon", kind="arrhes"),
        share(1000),
        share(1000, trigger="date", due_on="2027-01-15"),
    )
    world.play(quote(schedule=schedule))
    issued = world.last(QuoteIssued)
    assert [each.kind for each in issued.schedule] == ["acompte", "acompte", "arrhes", "arrhes", "arrhes"]
    assert {"ARRHES", "ACOMPTE"} & set(issued.mentions) == {"ARRHES"}


def test_nothing_is_left_to_give_up_at_delivery() -> None:
    refusal = opened().refusal(quote(schedule=(share(1000), share(9000, trigger="delivery", kind="arrhes"))))
    assert (refusal.code, refusal.place) == ("ARRHES_AFTER_PERFORMANCE", "/schedule/1/kind")


def test_money_asked_by_hand_after_delivery_is_an_acompte() -> None:
    world = opened()
    signed(world, quote(schedule=()))
    world.play(RecordDelivery(about=QUOTE_ID, about_kind="quote", on=world.today.isoformat(), complete=True))
    by_hand = RequestDeposit(quote=QUOTE_ID, share_bp=1000)
    assert world.refusal(replace(by_hand, kind="arrhes")).code == "ARRHES_AFTER_PERFORMANCE"
    world.play(by_hand)
    assert requested(world).kind == "acompte"


def test_an_acompte_at_delivery_stipulates_nothing_for_money_in_advance() -> None:
    world = opened()
    signed(world, quote(schedule=(share(2000, trigger="delivery"),)))
    by_hand = RequestDeposit(quote=QUOTE_ID, share_bp=1000)
    assert world.refusal(replace(by_hand, kind="acompte")).code == "DEPOSIT_KIND_NOT_STIPULATED"
    world.play(by_hand)
    assert requested(world).kind == "arrhes"


def test_a_special_order_on_quote_has_no_arrhes_by_default() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),), special_order=True))
    assert (requested(world).kind, requested(world).special_order) == ("acompte", True)


def test_a_company_pays_an_acompte_with_a_deposit_invoice() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),), customer=BUSINESS))
    assert (requested(world).kind, requested(world).invoice_at) == ("acompte", "receipt")


def test_an_acompte_that_the_contract_does_not_stipulate_is_not_asked_of_a_consumer() -> None:
    world = opened()
    signed(world)
    refusal = world.refusal(RequestDeposit(quote=QUOTE_ID, share_bp=3000, kind="acompte"))
    assert (refusal.code, refusal.place) == ("DEPOSIT_KIND_NOT_STIPULATED", "/kind")
    world.play(RequestDeposit(quote=QUOTE_ID, share_bp=3000))
    assert requested(world).kind == "arrhes"


def test_a_deposit_asked_for_later_is_of_the_kind_that_was_stipulated() -> None:
    world = opened()
    signed(world, quote(schedule=(share(1000, kind="acompte"),)))
    world.play(RequestDeposit(quote=QUOTE_ID, amount_cents=10000))
    assert requested(world).kind == "acompte"
    planned = opened()
    signed(planned, quote(schedule=(share(1000, trigger="date", due_on="2027-01-01"),)))
    wrong = RequestDeposit(quote=QUOTE_ID, instalment=1, kind="acompte")
    assert planned.refusal(wrong).code == "DEPOSIT_KIND_NOT_STIPULATED"


# --- asked for later


def test_deposits_stay_within_what_is_left_to_pay() -> None:
    world = opened()
    signed(world, quote(schedule=(share(9000),)))
    refusal = world.refusal(RequestDeposit(quote=QUOTE_ID, amount_cents=17001))
    assert refusal.code == "DEPOSIT_ABOVE_CONTRACT"
    assert dict(refusal.facts) == {"open_cents": 17000}
    world.play(RequestDeposit(quote=QUOTE_ID, amount_cents=17000))
    world.play(CancelDeposit(deposit=quote_state(world).deposits[1].deposit))
    world.play(RequestDeposit(quote=QUOTE_ID, amount_cents=17000))


def test_what_an_invoice_has_deducted_counts_once() -> None:
    world = opened()
    deposit = paid_deposit(world)
    world.given_in(QUOTE_ID, QuoteInvoiced(invoice=INVOICE, kind="progress", gross_cents=60000))
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=51000)))
    refusal = world.refusal(RequestDeposit(quote=QUOTE_ID, amount_cents=110001))
    assert dict(refusal.facts) == {"open_cents": 110000}
    world.play(RequestDeposit(quote=QUOTE_ID, amount_cents=110000))


def test_a_change_order_makes_room_for_more() -> None:
    world = opened()
    signed(world, quote(schedule=(share(10000),)))
    assert world.refusal(RequestDeposit(quote=QUOTE_ID, amount_cents=1)).code == "DEPOSIT_ABOVE_CONTRACT"
    signed(world, quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID, schedule=(share(5000),)))
    assert requested(world).amount_cents == 6000
    world.play(RequestDeposit(quote=QUOTE_ID, amount_cents=6000))
    assert world.refusal(RequestDeposit(quote=OTHER_ID, amount_cents=1)).code == "DEPOSIT_ABOVE_CONTRACT"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "DEPOSIT_AMOUNT_AMBIGUOUS"),
        ({"share_bp": 100, "amount_cents": 100}, "DEPOSIT_AMOUNT_AMBIGUOUS"),
        ({"share_bp": 100, "rate_bp": 2000}, "DEPOSIT_AMOUNT_AMBIGUOUS"),
        ({"share_bp": 0}, "AMOUNT_NOT_POSITIVE"),
        ({"share_bp": 100, "customer": BUSINESS}, "CUSTOMER_UNKNOWN"),
        ({"instalment": 2}, "QUOTE_INSTALMENT_UNKNOWN"),
        ({"instalment": 1}, "QUOTE_INSTALMENT_UNKNOWN"),
        ({"share_bp": 100, "due_on": "2026-11-22"}, "DUE_BEFORE_ISSUE"),
        ({"share_bp": 100, "due_on": "2027-02-30"}, "DATE_MALFORMED"),
        ({"quote": OTHER_ID, "share_bp": 100}, "REFERENCE_UNKNOWN"),
    ],
)
def test_a_request_that_does_not_stand_is_refused(change: dict[str, Any], code: str) -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    assert world.refusal(RequestDeposit(**{"quote": QUOTE_ID, **change})).code == code


def test_nothing_is_asked_for_on_a_quote_that_is_not_signed() -> None:
    world = opened()
    world.play(quote())
    assert world.refusal(RequestDeposit(quote=QUOTE_ID, share_bp=100)).code == "QUOTE_NOT_SIGNED"


# --- plain payment requests


def test_a_payment_is_asked_for_without_a_quote() -> None:
    world = opened()
    answer = world.play(RequestDeposit(customer=CONSUMER, amount_cents=36000, rate_bp=550, title="Réservation"))
    asked = requested(world)
    assert answer["number"] == "P-00001"
    assert answer["reference"] == asked.reference == reference_of("P-00001")
    assert [(each.net_cents, each.vat_cents) for each in asked.split] == [(34123, 1877)]
    assert asked.quote is None
    assert asked.client is not None


def test_without_a_rate_the_standard_one_is_taken_and_none_under_the_franchise() -> None:
    plain = RequestDeposit(amount_cents=12000)
    assert only(opened().when(plain), DepositRequested).split[0].vat_cents == 2000
    franchise = opened(profile=replace(PROFILE, vat_regime="franchise"))
    assert only(franchise.when(plain), DepositRequested).split[0].vat_cents == 0
    refusal = franchise.refusal(replace(plain, rate_bp=2000))
    assert (refusal.code, refusal.place) == ("VAT_UNDER_FRANCHISE", "/rate_bp")


def test_a_plain_request_is_an_amount() -> None:
    world = opened()
    assert world.refusal(RequestDeposit(share_bp=100)).code == "DEPOSIT_NOT_IN_CONTRACT"
    assert world.refusal(RequestDeposit(instalment=1)).place == "/instalment"
    assert world.refusal(RequestDeposit()).code == "MEMBER_MISSING"
    assert world.refusal(RequestDeposit(amount_cents=1, customer=OTHER_ID)).code == "CUSTOMER_UNKNOWN"
    world.play(RequestDeposit(id=OTHER_ID, amount_cents=1))
    assert world.refusal(RequestDeposit(id=OTHER_ID, amount_cents=1)).code == "ALREADY_EXISTS"


@pytest.mark.parametrize("number", ["P-00001", "P2026-00042", "a b+c_d/9", "ABCDEFGHIJ0123456789"])
def test_the_reference_is_a_structured_creditor_reference(number: str) -> None:
    assert iso11649.is_valid(reference_of(number))


def test_the_reference_of_the_standards_own_example() -> None:
    assert reference_of("2348231") == "RF712348231"


# --- money coming and going


def paid_deposit(world: FixedWorld, **more: Any) -> str:
    """Have a quote with 30 % in advance signed, and the deposit paid."""
    signed(world, quote(schedule=(share(3000),), **more))
    pay(world, first_deposit(world))
    return first_deposit(world)


def test_a_deposit_goes_from_requested_to_paid_and_applied_and_back() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    deposit = first_deposit(world)
    assert deposit_state(world, deposit).phase == "requested"
    pay(world, deposit, 10000)
    assert deposit_state(world, deposit).phase == "partly_paid"
    pay(world, deposit)
    state = deposit_state(world, deposit)
    assert (state.phase, state.paid_cents, state.available_cents, state.to_pay_cents) == ("paid", 51000, 51000, 0)
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=51000)))
    state = deposit_state(world, deposit)
    assert (state.phase, state.applied_cents, state.available_cents) == ("applied", 51000, 0)
    world.given(Emit(DEPOSIT.stream(deposit), DepositReleased(invoice=INVOICE, credit_note=NOTE, amount_cents=51000)))
    assert deposit_state(world, deposit).phase == "paid"
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=20000)))
    world.given(Emit(DEPOSIT.stream(deposit), DepositReleased(invoice=INVOICE, credit_note=NOTE, amount_cents=5000)))
    assert deposit_state(world, deposit).applied_cents == 15000


def test_payments_in_parts_give_the_split_back_and_so_does_what_is_left_of_them() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    deposit = first_deposit(world)
    for amount in (1, 33333, 17666):
        pay(world, deposit, amount)
    assert available_split(deposit_state(world, deposit)) == requested(world).split
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=20000)))
    assert sum(each.gross_cents for each in available_split(deposit_state(world, deposit))) == 31000
    assert sum(each.gross_cents for each in available_split(deposit_state(world, deposit), 1000)) == 1000


def test_a_request_is_taken_back_while_it_is_not_paid() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    deposit = first_deposit(world)
    assert world.refusal(CancelDeposit(deposit=OTHER_ID)).code == "REFERENCE_UNKNOWN"
    world.play(CancelDeposit(deposit=deposit))
    assert world.last(DepositCancelled).cause == "asked"
    assert deposit_state(world, deposit).phase == "cancelled"
    assert deposit_state(world, deposit).to_pay_cents == 0
    assert world.refusal(CancelDeposit(deposit=deposit)).code == "DEPOSIT_NOT_OPEN"


def test_a_paid_deposit_is_refunded_not_cancelled() -> None:
    world = opened()
    deposit = paid_deposit(world)
    assert world.refusal(CancelDeposit(deposit=deposit)).code == "DEPOSIT_ALREADY_PAID"
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=51000)))
    assert world.refusal(CancelDeposit(deposit=deposit)).code == "DEPOSIT_ALREADY_APPLIED"


def test_what_was_paid_of_a_request_taken_back_waits_for_its_fate() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    deposit = first_deposit(world)
    pay(world, deposit, 10000)
    world.play(CancelDeposit(deposit=deposit))
    assert world.last(TaskOpened).code == "settle_deposit"
    assert deposit_state(world, deposit).available_cents == 10000
    world.play(SettleDeposit(deposit=deposit, outcome="refund", by="issuer"))
    due = world.last(DepositRefundDue)
    assert (due.cause, due.paid_cents, due.indemnity_cents) == ("agreed", 10000, 0)


# --- settling


def test_arrhes_are_kept_only_when_the_client_gave_up() -> None:
    world = opened()
    deposit = paid_deposit(world)
    keep = SettleDeposit(deposit=deposit, outcome="forfeit", by="client")
    assert world.refusal(keep).code == "CONTRACT_NOT_CANCELLED"
    assert world.refusal(replace(keep, by="issuer")).code == "ARRHES_FORFEIT_ONLY_BY_CLIENT"
    assert world.refusal(replace(keep, deposit=OTHER_ID)).code == "REFERENCE_UNKNOWN"


def test_an_acompte_is_never_forfeited_by_itself() -> None:
    world = opened()
    deposit = paid_deposit(world, customer=BUSINESS)
    world.play(CancelQuote(quote=QUOTE_ID, by="client"))
    assert world.last(TaskOpened).code == "settle_deposit"
    assert not world.all_of(DepositForfeited)
    assert world.refusal(SettleDeposit(deposit=deposit, outcome="forfeit", by="client")).code == "ACOMPTE_NOT_FORFEITED"
    world.play(SettleDeposit(deposit=deposit, outcome="refund", by="client"))
    assert world.last(DepositRefundDue).indemnity_cents == 0


def test_arrhes_of_a_plain_request_are_kept_or_returned_double() -> None:
    world = opened()
    world.play(RequestDeposit(id=OTHER_ID, customer=CONSUMER, amount_cents=12000))
    settle = SettleDeposit(deposit=OTHER_ID, outcome="refund", by="issuer")
    assert world.refusal(settle).code == "DEPOSIT_NOT_PAID"
    pay(world, OTHER_ID)
    assert only(world.when(replace(settle, by="client")), DepositRefundDue).indemnity_cents == 0
    assert only(world.when(replace(settle, outcome="forfeit", by="client")), DepositForfeited).amount_cents == 12000
    world.play(settle)
    due = world.last(DepositRefundDue)
    assert (due.cause, due.paid_cents, due.indemnity_cents) == ("trader_cancelled", 12000, 12000)
    state = deposit_state(world, OTHER_ID)
    assert (state.phase, state.to_refund_cents, state.indemnity_due_cents) == ("refund_due", 12000, 12000)
    assert state.deductible_cents == 0
    assert world.refusal(settle).code == "DEPOSIT_NOT_PAID"


def test_a_deposit_already_deducted_is_not_settled() -> None:
    world = opened()
    deposit = paid_deposit(world)
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=51000)))
    assert (
        world.refusal(SettleDeposit(deposit=deposit, outcome="refund", by="issuer")).code == "DEPOSIT_ALREADY_APPLIED"
    )


def test_arrhes_kept_leave_vat_and_the_vat_that_had_fallen_due_is_corrected() -> None:
    world = opened()
    deposit = paid_deposit(world)
    world.given(Emit(DEPOSIT.stream(deposit), DepositInvoiced(invoice=INVOICE)))
    world.play(CancelQuote(quote=QUOTE_ID, by="client"))
    kept = world.last(DepositForfeited)
    assert (kept.amount_cents, kept.vat_corrected_cents) == (51000, 6000)
    assert kept.split == requested(world).split
    assert world.last(TaskOpened).code == "credit_deposit_invoice"
    assert deposit_state(world, deposit).phase == "forfeited"


def test_money_received_and_given_back_through_the_real_commands() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    deposit = first_deposit(world)
    whole = Allocation(about=deposit, about_kind="deposit", amount_cents=51000)
    world.play(RecordPayment(means="card", amount_cents=51000, allocations=(whole,)))
    world.play(CancelQuote(quote=QUOTE_ID, by="issuer"))
    assert deposit_state(world, deposit).phase == "refund_due"
    world.play(
        RefundPayment(
            means="credit_transfer", amount_cents=102000, indemnity_cents=51000, about=deposit, about_kind="deposit"
        )
    )
    state = deposit_state(world, deposit)
    assert (state.phase, state.available_cents, state.indemnity_due_cents) == ("refunded", 0, 0)
    assert available_split(state) == ()


# --- interest (C. conso L214-2)

RATES = (
    LegalRate(date(2026, 7, 1), 1000, 0, "a test"),
    LegalRate(date(2027, 1, 1), 2000, 0, "a test"),
)


def test_an_advance_earns_legal_interest_from_the_end_of_three_months() -> None:
    world = opened()
    signed(world, quote(works("8333.33", 2000, quantity="1"), schedule=(InstalmentInput(amount_cents=365000),)))
    deposit = first_deposit(world)
    pay(world, deposit, on="2026-08-22")
    state = deposit_state(world, deposit)
    assert interest_on_advance(state, date(2026, 11, 22), RATES) == 0
    assert interest_on_advance(state, date(2026, 11, 23), RATES) == 100
    assert interest_on_advance(state, date(2027, 1, 1), RATES) == 40 * 100
    assert interest_on_advance(state, date(2027, 1, 11), RATES) == 40 * 100 + 10 * 200


@pytest.mark.parametrize("change", [{"special_order": True}, {"customer": BUSINESS}])
def test_a_special_order_and_a_company_earn_no_interest(change: dict[str, Any]) -> None:
    world = opened()
    deposit = paid_deposit(world, **change)
    assert interest_on_advance(deposit_state(world, deposit), date(2028, 1, 1), RATES) == 0


def test_what_an_invoice_deducted_earns_no_more_and_the_oldest_money_goes_first() -> None:
    world = opened()
    signed(world, quote(works("8333.33", 2000), schedule=(InstalmentInput(amount_cents=730000),)))
    deposit = first_deposit(world)
    pay(world, deposit, 365000, on="2026-07-22")
    pay(world, deposit, 365000, on="2026-08-22")
    until = date(2026, 11, 23)
    assert interest_on_advance(deposit_state(world, deposit), until, RATES) == 33 * 100
    world.given(Emit(DEPOSIT.stream(deposit), DepositApplied(invoice=INVOICE, amount_cents=365000)))
    assert interest_on_advance(deposit_state(world, deposit), until, RATES) == 100


def test_a_refund_brings_the_interest_earned_until_then() -> None:
    world = opened()
    deposit = paid_deposit(world)
    world.later(365)
    world.play(CancelQuote(quote=QUOTE_ID, by="issuer"))
    due = world.last(DepositRefundDue)
    expected = interest_on_advance(
        replace(deposit_state(world, deposit), refund_asked_cents=0, indemnity_asked_cents=0), world.today
    )
    assert due.interest_cents == expected > 0
    assert deposit_state(world, deposit).indemnity_due_cents == 51000 + expected


# --- one cut, told by its parts


def test_a_split_tells_goods_from_services() -> None:
    world = opened()
    world.play(RequestDeposit(id=OTHER_ID, amount_cents=12000, nature="goods"))
    (row,) = split_of_payment(deposit_state(world, OTHER_ID), 6000)
    assert row.goods_gross_cents == row.gross_cents == 6000


def test_arrhes_are_never_asked_for_with_a_deposit_invoice() -> None:
    sale = opened()
    refused = sale.refusal(RequestDeposit(customer=CONSUMER, amount_cents=5_000, invoice_at="receipt"))
    assert (refused.code, refused.place) == ("DEPOSIT_INVOICE_FOR_ARRHES", "/invoice_at")


def test_a_deposit_invoice_that_cannot_be_made_opens_one_task() -> None:
    sale = opened()
    request = sale.play(RequestDeposit(customer=BUSINESS, amount_cents=5_000, invoice_at="receipt"))["deposit"]
    sale.play(CloseSeries(series=SERIES["deposit_invoice"]))
    part = Allocation(about=request, about_kind="deposit", amount_cents=5_000)
    sale.play(RecordPayment(means="card", amount_cents=5_000, allocations=(part,)))
    assert [task.code for task in sale.all_of(TaskOpened)] == ["issue_deposit_invoice"]


@pytest.mark.parametrize(("amount_cents", "tasks"), [(2_499, []), (2_500, ["give_note"])])
def test_a_consumer_who_pays_for_services_from_25_euros_is_to_get_the_note_first(
    amount_cents: int, tasks: list[str]
) -> None:
    sale = opened()
    sale.play(RequestDeposit(customer=CONSUMER, amount_cents=amount_cents, nature="services"))
    assert [task.code for task in sale.all_of(TaskOpened)] == tasks


def test_what_is_taken_off_a_deposit_paid_in_two_parts_of_one_payment_keeps_its_vat() -> None:
    sale = opened()
    request = sale.play(RequestDeposit(customer=CONSUMER, amount_cents=300, kind="acompte"))["deposit"]
    parts = tuple(Allocation(about=request, about_kind="deposit", amount_cents=cents) for cents in (100, 200))
    payment = sale.play(RecordPayment(means="card", amount_cents=300, allocations=parts))["payment"]
    sale.play(ReversePayment(payment=payment, cause="unpaid", amount_cents=200))
    (left,) = deposit_state(sale, request).payments
    assert (left.amount_cents, sum(each.gross_cents for each in left.split)) == (100, 100)
    sale.play(ReversePayment(payment=payment, cause="unpaid"))
    assert deposit_state(sale, request).payments == ()
    taken = sale.all_of(DepositUnpaid)
    assert [sum(each.gross_cents for each in one.split) for one in taken] == [one.amount_cents for one in taken]
