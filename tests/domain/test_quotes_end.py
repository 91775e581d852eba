"""The end of a contract: cancelled, withdrawn from, delivered; and what becomes of the money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.domain.commands.common import TextsInput
from ledger.domain.commands.quotes import AcceptWork, CancelQuote, RecordDelivery, WithdrawQuote
from ledger.domain.commands.sales import IssueFinalInvoice, SettleDeposit
from ledger.domain.contracts import last_day_to_withdraw
from ledger.domain.events.deposits import DepositCancelled, DepositForfeited, DepositRefundDue
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.quotes import (
    DeliveryRecorded,
    QuoteCancelled,
    QuoteInvoiced,
    QuoteUninvoiced,
    QuoteWithdrawn,
    WorkAccepted,
)
from ledger.domain.events.signatures import SignatureCancelled
from tests.domain.sales import OTHER_ID, QUOTE_ID, deposit_state, goods, pay, quote, quote_state, share, signed, works
from tests.domain.test_signatures import request
from tests.domain.world import FixedWorld, opened

INVOICE = "eeeeeeee-0000-4000-8000-000000000001"
NOTE = "eeeeeeee-0000-4000-8000-000000000002"


def contract(**more: Any) -> tuple[FixedWorld, str]:
    """Give a world with a signed contract and its deposit of 30 %, paid."""
    world = opened()
    signed(world, quote(schedule=(share(3000, kind=more.pop("kind", None)),), **{"channel": "premises", **more}))
    deposit = quote_state(world).deposits[0].deposit
    pay(world, deposit)
    return world, deposit


def cancel(by: Any) -> CancelQuote:
    """Cancel the contract ready made."""
    return CancelQuote(quote=QUOTE_ID, by=by)


def withdraw(**more: Any) -> WithdrawQuote:
    """Withdraw from the contract ready made."""
    return WithdrawQuote(**{"quote": QUOTE_ID, "by": "form", **more})


def invoiced(gross_cents: int) -> QuoteInvoiced:
    """Note an invoice of the contract."""
    return QuoteInvoiced(invoice=INVOICE, kind="progress", gross_cents=gross_cents, performed_bp=(1000, 1000))


# --- cancelling


def test_a_quote_is_taken_back_before_it_is_signed() -> None:
    world = opened()
    world.play(quote())
    world.play(request())
    world.play(cancel("issuer"))
    assert world.last(SignatureCancelled).reason == "asked"
    assert world.last(QuoteCancelled).after_signature is False
    assert world.refusal(cancel("issuer")).code == "QUOTE_NOT_OPEN"


def test_the_client_who_gives_up_loses_the_arrhes() -> None:
    world, deposit = contract()
    answer = world.play(cancel("client"))
    assert (answer["forfeited_cents"], answer["refund_cents"], answer["indemnity_cents"]) == (51000, 0, 0)
    assert world.last(DepositForfeited).vat_corrected_cents == 6000
    assert deposit_state(world, deposit).phase == "forfeited"


def test_the_trader_who_gives_up_returns_the_arrhes_double() -> None:
    world, deposit = contract()
    answer = world.play(cancel("issuer"))
    assert (answer["forfeited_cents"], answer["refund_cents"], answer["indemnity_cents"]) == (0, 51000, 51000)
    due = world.last(DepositRefundDue)
    assert (due.cause, due.paid_cents, due.indemnity_cents) == ("trader_cancelled", 51000, 51000)
    assert world.last(TaskOpened).code == "refund_deposit"
    forfeit = SettleDeposit(deposit=deposit, outcome="forfeit", by="client")
    assert world.refusal(forfeit).code == "DEPOSIT_NOT_PAID"


def test_an_acompte_is_returned_by_the_trader_once_and_waits_when_the_client_gives_up() -> None:
    world, deposit = contract(kind="acompte")
    world.play(cancel("issuer"))
    assert world.last(DepositRefundDue).indemnity_cents == 0
    other, _ = contract(kind="acompte")
    answer = other.play(cancel("client"))
    assert answer["forfeited_cents"] == answer["refund_cents"] == 0
    assert other.last(TaskOpened).code == "settle_deposit"
    assert deposit_state(world, deposit).phase == "refund_due"


def test_what_was_not_paid_is_asked_for_no_more() -> None:
    world = opened()
    signed(world, quote(schedule=(share(3000),)))
    world.play(cancel("client"))
    assert world.last(DepositCancelled).cause == "contract_cancelled"
    assert not world.all_of(DepositForfeited)


def test_a_contract_that_is_invoiced_is_corrected_by_a_credit_note_first() -> None:
    world, _ = contract()
    world.given_in(QUOTE_ID, invoiced(17000))
    assert quote_state(world).performed_bp == (1000, 1000)
    assert world.refusal(cancel("issuer")).code == "QUOTE_HAS_INVOICES"
    world.given_in(QUOTE_ID, QuoteUninvoiced(invoice=INVOICE, credit_note=NOTE, gross_cents=17000, whole=True))
    assert (quote_state(world).performed_bp, quote_state(world).invoiced_cents) == ((), 0)
    world.play(cancel("issuer"))


def test_within_the_fourteen_days_giving_up_is_a_withdrawal() -> None:
    world, _ = contract(channel="distance")
    refusal = world.refusal(cancel("client"))
    assert refusal.code == "WITHDRAWAL_STILL_OPEN"
    world.on("2026-12-07")
    assert world.refusal(cancel("client")).code == "WITHDRAWAL_STILL_OPEN"
    world.on("2026-12-08").play(cancel("client"))
    assert world.all_of(DepositForfeited)


def test_change_orders_end_with_their_contract() -> None:
    world, _ = contract()
    signed(world, quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID, schedule=(share(5000),)))
    amendment = quote_state(world, OTHER_ID).deposits[0].deposit
    pay(world, amendment)
    answer = world.play(cancel("client"))
    assert answer["forfeited_cents"] == 57000
    assert quote_state(world, OTHER_ID).phase == "cancelled"


# --- withdrawing


def test_withdrawing_returns_everything_arrhes_too_within_fourteen_days() -> None:
    world, deposit = contract(channel="distance")
    answer = world.on("2026-12-01").play(withdraw())
    assert (answer["refund_cents"], answer["refund_due_on"]) == (51000, "2026-12-15")
    due = world.last(DepositRefundDue)
    assert (due.cause, due.paid_cents, due.indemnity_cents, due.due_on) == ("withdrawal", 51000, 0, "2026-12-15")
    assert quote_state(world).phase == "withdrawn"
    assert not world.all_of(DepositForfeited)
    assert world.refusal(withdraw()).code == "QUOTE_NOT_SIGNED"
    assert deposit_state(world, deposit).deductible_cents == 0


def test_a_late_withdrawal_is_refused_unless_the_trader_accepts_it() -> None:
    world, _ = contract(channel="distance")
    world.on("2026-12-08")
    refusal = world.refusal(withdraw())
    assert refusal.code == "WITHDRAWAL_LATE"
    assert "07/12/2026" in refusal.words
    world.play(withdraw(accept_late=True))
    assert world.last(QuoteWithdrawn).late
    before, _ = contract(channel="distance")
    before.on("2026-12-08").play(withdraw(notified_on="2026-12-07"))
    assert not before.last(QuoteWithdrawn).late


def test_a_withdrawal_is_notified_after_the_contract_and_not_in_the_future() -> None:
    world, _ = contract(channel="distance")
    assert world.refusal(withdraw(notified_on="2026-11-22")).code == "WITHDRAWAL_BEFORE_CONTRACT"
    assert world.refusal(withdraw(notified_on="2026-11-24")).code == "DATE_IN_FUTURE"
    assert world.refusal(withdraw(quote=OTHER_ID)).code == "REFERENCE_UNKNOWN"


@pytest.mark.parametrize("change", [{"channel": "premises"}, {"channel": "off_premises", "urgent_repair": True}])
def test_where_there_is_no_right_there_is_no_withdrawal(change: dict[str, Any]) -> None:
    world, _ = contract(**change)
    assert world.refusal(withdraw()).code == "WITHDRAWAL_NOT_APPLICABLE"


def test_a_service_fully_performed_on_request_is_not_withdrawn_from() -> None:
    world = opened()
    signed(world, quote(channel="distance"), early_start_requested=True, loss_acknowledged=True)
    world.play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-11-23"))
    assert world.refusal(withdraw()).code == "WITHDRAWAL_NOT_APPLICABLE"
    kept = opened()
    signed(kept, quote(channel="distance"), early_start_requested=True)
    kept.play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-11-23"))
    kept.play(withdraw())


def test_a_service_begun_on_request_is_paid_pro_rata() -> None:
    world = opened()
    signed(world, quote(channel="distance", schedule=(share(3000),)), early_start_requested=True)
    deposit = quote_state(world).deposits[0].deposit
    pay(world, deposit)
    assert world.refusal(withdraw(owed_cents=170001)).code == "OWED_ABOVE_CONTRACT"
    answer = world.play(withdraw(owed_cents=17000))
    assert (answer["refund_cents"], answer["still_owed_cents"]) == (34000, 0)
    state = deposit_state(world, deposit)
    assert (state.to_refund_cents, state.deductible_cents) == (34000, 17000)
    assert world.last(TaskOpened).code == "invoice_pro_rata"
    keep = SettleDeposit(deposit=deposit, outcome="forfeit", by="client")
    assert world.refusal(keep).code == "WITHDRAWAL_REFUNDS_ALL"


def test_a_withdrawal_by_the_function_asks_for_the_part_performed_only_where_an_early_start_was_asked_for() -> None:
    for asked in (True, False):
        world = opened()
        signed(world, quote(channel="distance", schedule=(share(3000),)), early_start_requested=asked)
        world.play(withdraw(by="function"))
        assert ("invoice_pro_rata" in {task.code for task in world.all_of(TaskOpened)}) == asked


def test_more_may_be_owed_than_was_paid() -> None:
    world = opened()
    signed(world, quote(channel="distance", schedule=(share(1000),)), early_start_requested=True)
    pay(world, quote_state(world).deposits[0].deposit)
    answer = world.play(withdraw(owed_cents=20000))
    assert (answer["refund_cents"], answer["still_owed_cents"]) == (0, 3000)


def test_nothing_is_owed_for_a_service_begun_without_the_clients_request() -> None:
    world, _ = contract(channel="distance")
    refusal = world.refusal(withdraw(owed_cents=1))
    assert (refusal.code, refusal.place) == ("EARLY_START_NOT_REQUESTED", "/owed_cents")


def test_withdrawing_from_an_invoiced_contract_is_recorded_and_asks_for_the_credit_note() -> None:
    world, _ = contract(channel="distance")
    world.given_in(QUOTE_ID, invoiced(17000))
    world.play(withdraw())
    assert "credit_invoices" in {task.code for task in world.all_of(TaskOpened)}


def test_a_request_not_yet_paid_ends_with_a_withdrawal() -> None:
    world = opened()
    signed(world, quote(channel="distance", schedule=(share(3000),)))
    world.play(withdraw())
    assert world.last(DepositCancelled).cause == "withdrawal"
    assert not world.all_of(DepositRefundDue)


# --- deliveries and acceptance

SALE: dict[str, Any] = {"channel": "distance", "texts": TextsInput(after_sales="Garantie légale de deux ans")}


def sale() -> FixedWorld:
    """Give a world with goods sold at a distance."""
    world = opened()
    signed(world, quote(goods(), **SALE))
    return world


def deliver(on: str, **more: Any) -> RecordDelivery:
    """Record a delivery for the contract ready made."""
    return RecordDelivery(about=QUOTE_ID, about_kind="quote", on=on, **more)


def test_for_goods_the_fourteen_days_run_from_the_last_delivery() -> None:
    world = sale()
    world.later(40)
    assert world.refusal(cancel("client")).code == "WITHDRAWAL_STILL_OPEN"
    world.play(deliver("2026-12-28", complete=False))
    world.play(deliver("2026-12-30"))
    world.play(deliver("2027-01-02"))
    assert quote_state(world).delivered_on == "2027-01-02"
    world.on("2027-01-18")
    assert world.refusal(cancel("client")).code == "WITHDRAWAL_STILL_OPEN"
    world.on("2027-01-19")
    refusal = world.refusal(withdraw())
    assert (refusal.code, dict(refusal.facts)["last_on"]) == ("WITHDRAWAL_LATE", "2027-01-18")


def test_goods_and_works_in_one_contract_have_one_period_from_the_last_delivery() -> None:
    world = opened()
    signed(world, quote(goods(), works(), **SALE))
    assert last_day_to_withdraw(quote_state(world)) is None
    world.on("2026-12-30").play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-12-28"))
    assert last_day_to_withdraw(quote_state(world)) == date(2027, 1, 11)  # accepted works hold their goods
    assert "early_start_without_request" not in {each.code for each in world.all_of(TaskOpened)}
    world.on("2027-01-02").play(deliver("2027-01-02"))
    assert last_day_to_withdraw(quote_state(world)) == date(2027, 1, 18)
    world.on("2027-01-19")
    assert world.refusal(withdraw()).code == "WITHDRAWAL_LATE"


def test_for_regular_deliveries_they_run_from_the_first() -> None:
    world = opened()
    signed(world, quote(goods(), recurring="month", **SALE))
    world.play(deliver("2026-11-23", complete=False))
    world.on("2026-12-08")
    assert world.refusal(withdraw()).code == "WITHDRAWAL_LATE"


def test_goods_may_be_given_up_before_they_are_delivered() -> None:
    world = sale()
    world.later(200).play(withdraw())
    assert quote_state(world).phase == "withdrawn"


def test_a_delivery_is_a_fact_of_the_past_about_something_that_exists() -> None:
    world = sale()
    assert world.refusal(deliver("2026-11-24")).code == "DATE_IN_FUTURE"
    assert world.refusal(replace(deliver("2026-11-23"), about=OTHER_ID)).code == "REFERENCE_UNKNOWN"
    assert world.refusal(replace(deliver("2026-11-23"), about=OTHER_ID, about_kind="invoice")).place == "/about"
    assert world.refusal(deliver("2026-11-23", lines=(2,))).place == "/lines"
    world.play(deliver("2026-11-23", lines=(1,), id=NOTE))
    assert world.last(DeliveryRecorded).lines == (1,)
    assert world.refusal(deliver("2026-11-23", id=NOTE)).code == "ALREADY_EXISTS"


def test_a_delivery_without_a_contract_is_recorded_and_asks_for_one() -> None:
    world = opened()
    world.play(quote())
    world.play(deliver("2026-11-23"))
    assert world.last(DeliveryRecorded).on == "2026-11-23"
    assert [(task.code, task.about) for task in world.all_of(TaskOpened)] == [("delivered_without_contract", QUOTE_ID)]


def test_a_delivery_is_recorded_even_after_the_contract_has_ended() -> None:
    world, _ = contract()
    world.play(cancel("issuer"))
    world.play(deliver("2026-11-23"))
    assert quote_state(world).delivered_on == "2026-11-23"


def test_reservations_at_acceptance_open_a_task_to_lift_them() -> None:
    world, _ = contract()
    accept = AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-11-23", reservations="Marche 3 à reprendre")
    world.play(accept)
    assert world.last(WorkAccepted).reservations
    assert world.last(TaskOpened).code == "lift_reservations"
    assert quote_state(world).accepted_on == "2026-11-23"


def test_works_finished_within_the_fourteen_days_without_a_request_are_flagged_not_refused() -> None:
    world, _ = contract(channel="distance")
    world.play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-11-23"))
    task = world.last(TaskOpened)
    assert (task.code, task.due_on) == ("early_start_without_request", "2026-12-07")
    last, _ = contract(channel="distance")
    last.on("2026-12-08").play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-12-07"))
    assert last.last(TaskOpened).code == "early_start_without_request"
    after, _ = contract(channel="distance")
    after.on("2026-12-08").play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-12-08"))
    assert not after.all_of(TaskOpened)


def test_a_delivery_whose_instalment_cannot_be_asked_for_is_recorded_all_the_same() -> None:
    world = opened()
    signed(world, quote(schedule=(share(10000, trigger="delivery"),)))
    world.given_in(QUOTE_ID, invoiced(17000))
    answer = world.play(deliver("2026-11-23"))
    assert answer["deposits"] == []
    assert world.last(TaskOpened).code == "request_deposit"


# --- to the final invoice


def test_the_final_invoice_bears_change_orders_and_deducts_their_deposits_too() -> None:
    world, _ = contract()
    signed(world, quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID, schedule=(share(5000),)))
    pay(world, quote_state(world, OTHER_ID).deposits[0].deposit)
    world.play(IssueFinalInvoice(quote=QUOTE_ID))
    invoice = world.last(InvoiceIssued)
    assert invoice.totals.gross_cents == 182000
    assert [each.amount_cents for each in invoice.prepaid] == [51000, 6000]
    assert invoice.due_cents == 125000


def test_the_final_invoice_takes_off_what_a_change_order_took_away() -> None:
    world, _ = contract()
    signed(world, quote(works("200", 1000, quantity="-1"), id=OTHER_ID, amends=QUOTE_ID))
    world.play(IssueFinalInvoice(quote=QUOTE_ID))
    assert world.last(InvoiceIssued).totals.gross_cents == 148000


def test_a_change_order_that_ended_is_not_invoiced() -> None:
    world, _ = contract()
    signed(world, quote(works("100", 2000), id=OTHER_ID, amends=QUOTE_ID))
    world.play(CancelQuote(quote=OTHER_ID, by="issuer"))
    world.play(IssueFinalInvoice(quote=QUOTE_ID))
    assert world.last(InvoiceIssued).totals.gross_cents == 170000
