"""Contested card payments, and payouts of providers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.payments import (
    AnnouncePayment,
    CloseChargeback,
    OpenChargeback,
    RecordPayment,
    RecordPayout,
    RecordPayoutReturn,
    RefundPayment,
    ReversePayment,
)
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import (
    Allocation,
    ChargebackClosed,
    ChargebackOpened,
    PaymentReversed,
    ProviderPaidOut,
    ProviderPayoutReturned,
)
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.provider import PROVIDER, payout_id
from ledger.domain.types import MAX_CENTS
from tests.domain.documents import an_invoice
from tests.domain.world import FixedWorld, opened

INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
PAYMENT_ID = "eeeeeeee-0000-4000-8000-000000000001"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"
CONTESTED = OpenChargeback(payment=PAYMENT_ID, amount_cents=12_000, provider_reference="dp_1", respond_by="2026-12-06")
LOST = CloseChargeback(payment=PAYMENT_ID, outcome="lost")
PAID = RecordPayment(
    id=PAYMENT_ID,
    means="card",
    amount_cents=12_000,
    allocations=(Allocation(about=INVOICE_ID, about_kind="invoice", amount_cents=12_000),),
)
PAYOUT = RecordPayout(provider="stripe", provider_reference="po_1", gross_cents=12_000, fee_cents=173)


@pytest.fixture
def sale() -> FixedWorld:
    sale = opened().given_in(INVOICE_ID, an_invoice())
    sale.play(PAID)
    return sale


def open_cents(sale: FixedWorld) -> int:
    state = sale.state(INVOICE, INVOICE_ID)
    assert state is not None
    return state.open_cents


def tasks(sale: FixedWorld) -> list[str]:
    return [emit.event.code for emit in sale.log if isinstance(emit.event, TaskOpened)]


def test_a_contested_payment_stays_paid_until_it_is_decided_and_asks_for_an_answer(sale: FixedWorld) -> None:
    sale.play(CONTESTED)
    assert open_cents(sale) == 0
    assert sale.last(ChargebackOpened).respond_by == "2026-12-06"
    task = sale.last(TaskOpened)
    assert (task.code, task.about, task.due_on) == ("answer_chargeback", PAYMENT_ID, "2026-12-06")


def test_a_lost_contest_reverses_the_payment_and_opens_its_invoice_again(sale: FixedWorld) -> None:
    sale.play(CONTESTED)
    assert sale.play(LOST)["reversed_cents"] == 12_000
    reversal = sale.last(PaymentReversed)
    assert (reversal.cause, reversal.reference, reversal.amount_cents) == ("chargeback", "dp_1", 12_000)
    assert open_cents(sale) == 12_000
    state = sale.state(PAYMENT, PAYMENT_ID)
    assert state is not None
    assert (state.phase, state.contested_cents) == ("reversed", 0)


def test_a_won_contest_moves_nothing(sale: FixedWorld) -> None:
    sale.play(CONTESTED)
    sale.play(replace(LOST, outcome="won"))
    assert sale.last(ChargebackClosed).outcome == "won"
    assert open_cents(sale) == 0
    assert sale.refusal(LOST).code == "CHARGEBACK_NOT_OPEN"


def test_one_contest_is_recorded_once_and_two_are_not_open_at_a_time(sale: FixedWorld) -> None:
    sale.play(CONTESTED)
    assert sale.refusal(CONTESTED).code == "CHARGEBACK_ALREADY_OPEN"
    assert sale.refusal(replace(CONTESTED, provider_reference="dp_2")).code == "CHARGEBACK_ALREADY_OPEN"
    sale.play(replace(LOST, outcome="won"))
    assert sale.refusal(CONTESTED).code == "CHARGEBACK_ALREADY_OPEN"
    sale.play(replace(CONTESTED, provider_reference="dp_2"))


def test_a_part_of_a_payment_may_be_contested_and_no_more_than_the_whole(sale: FixedWorld) -> None:
    refusal = sale.refusal(replace(CONTESTED, amount_cents=12_001))
    assert (refusal.code, dict(refusal.facts)) == ("CHARGEBACK_ABOVE_PAYMENT", {"amount_cents": 12_000})
    sale.play(replace(CONTESTED, amount_cents=5_000))
    sale.play(LOST)
    assert open_cents(sale) == 5_000


def test_money_given_back_and_lost_as_well_is_to_be_claimed(sale: FixedWorld) -> None:
    sale.play(CONTESTED)
    sale.play(RefundPayment(means="card", amount_cents=10_000, payment=PAYMENT_ID))
    assert sale.play(LOST)["reversed_cents"] == 2_000
    assert "claim_double_refund" in tasks(sale)


def test_only_money_that_came_in_is_contested(sale: FixedWorld) -> None:
    announced = "eeeeeeee-0000-4000-8000-000000000002"
    sale.play(AnnouncePayment(id=announced, means="card", amount_cents=100))
    assert sale.refusal(replace(CONTESTED, payment=announced)).code == "PAYMENT_NOT_OPEN"
    assert sale.refusal(replace(CONTESTED, payment=UNKNOWN)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(replace(LOST, payment=UNKNOWN)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(LOST).code == "CHARGEBACK_NOT_OPEN"
    sale.play(ReversePayment(payment=PAYMENT_ID, cause="rejected"))
    assert sale.refusal(CONTESTED).code == "PAYMENT_ALREADY_REVERSED"


def test_days_of_a_contest_are_days(sale: FixedWorld) -> None:
    assert sale.refusal(replace(CONTESTED, respond_by="2026-02-30")).code == "DATE_MALFORMED"
    sale.play(CONTESTED)
    assert sale.refusal(replace(LOST, decided_on="2026-11-22")).code == "DATE_BEFORE_PAYMENT"
    assert sale.refusal(replace(LOST, decided_on="2027-11-22")).code == "DATE_IN_FUTURE"


def test_a_payout_is_recorded_once_with_its_fees() -> None:
    sale = opened()
    identifier = payout_id("stripe", "po_1")
    assert sale.play(PAYOUT) == {"payout": identifier}
    assert sale.last(ProviderPaidOut).fee_cents == 173
    state = sale.state(PROVIDER, identifier)
    assert state is not None
    assert state.paid_cents == 11_827
    assert sale.refusal(PAYOUT).code == "PAYOUT_ALREADY_RECORDED"
    sale.play(replace(PAYOUT, provider="other"))


def test_a_payout_that_came_back_is_recorded_once_and_only_if_it_was_paid() -> None:
    sale = opened()
    back = RecordPayoutReturn(provider="stripe", provider_reference="po_1")
    assert sale.refusal(back).code == "PAYOUT_UNKNOWN"
    sale.play(PAYOUT)
    assert sale.refusal(replace(back, returned_on="2030-01-01")).code == "DATE_IN_FUTURE"
    assert sale.play(back) == {"payout": payout_id("stripe", "po_1"), "amount_cents": 11_827}
    told = sale.last(ProviderPayoutReturned)
    assert (told.amount_cents, told.currency) == (11_827, "EUR")
    assert sale.refusal(back).code == "PAYOUT_ALREADY_RETURNED"
    assert sale.refusal(PAYOUT).code == "PAYOUT_ALREADY_RECORDED"


@pytest.mark.parametrize(("gross", "fee"), [(-5_000, 0), (-5_000, 245), (100, 925), (0, 200)])
def test_a_payout_below_zero_is_drawn_and_its_return_undoes_it(gross: int, fee: int) -> None:
    sale = opened()
    sale.play(replace(PAYOUT, gross_cents=gross, fee_cents=fee))
    told = sale.last(ProviderPaidOut)
    assert (told.gross_cents, told.fee_cents) == (gross, fee)
    sale.play(RecordPayoutReturn(provider="stripe", provider_reference="po_1"))
    assert sale.last(ProviderPayoutReturned).amount_cents == gross - fee


def test_a_payout_is_of_something_within_bounds_and_not_ahead() -> None:
    sale = opened()
    assert sale.refusal(replace(PAYOUT, gross_cents=0, fee_cents=0)).code == "PAYOUT_OF_NOTHING"
    assert sale.refusal(replace(PAYOUT, gross_cents=-MAX_CENTS, fee_cents=1)).code == "AMOUNT_TOO_LARGE"
    assert sale.refusal(replace(PAYOUT, paid_on="2030-01-01")).code == "DATE_IN_FUTURE"
    assert sale.refusal(replace(PAYOUT, currency="XXX")).code == "CURRENCY_UNKNOWN"
