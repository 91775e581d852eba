"""Invoices of a signed contract: the whole, situations, the final one; deposits deducted once; deposit invoices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.commands.common import InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.quotes import AcceptWork
from ledger.domain.commands.sales import (
    CreditInvoice,
    CreditLine,
    InvoiceDeposit,
    IssueFinalInvoice,
    IssueInvoice,
    IssueProgressInvoice,
    RequestDeposit,
)
from ledger.domain.events.common import Discount
from ledger.domain.events.deposits import DepositApplied, DepositCancelled, DepositRefundDue, DepositReleased
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import Allocation
from ledger.domain.events.quotes import QuoteInvoiced, QuoteUninvoiced
from ledger.domain.refusals import Refusal
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.totals import add_rows, subtract_rows
from tests.domain.sales import OTHER_ID, QUOTE_ID, deposit_state, goods, pay, quote, quote_state, share, signed, works
from tests.domain.world import BUSINESS, PROFILE, FixedWorld, opened

FINAL = IssueFinalInvoice(quote=QUOTE_ID)


def last(sale: FixedWorld) -> InvoiceIssued:
    return sale.last(InvoiceIssued)


def invoice_state(sale: FixedWorld, identifier: str) -> InvoiceState:
    state = sale.state(INVOICE, identifier)
    assert state is not None
    return state


def deposits(sale: FixedWorld) -> list[str]:
    return [link.deposit for link in quote_state(sale).deposits]


def with_deposit(sale: FixedWorld, share_bp: int = 3000, **more: Any) -> str:
    """Sign 1 700.00 TTC with a deposit, and let it be paid."""
    signed(sale, quote(schedule=(share(share_bp),), **more))
    (deposit,) = deposits(sale)
    pay(sale, deposit)
    return deposit


# --- the whole contract


def test_a_contract_is_invoiced_whole_from_its_signed_version() -> None:
    sale = opened()
    signed(sale)
    answer = sale.play(IssueInvoice(quote=QUOTE_ID))
    event = last(sale)
    assert (event.kind, event.totals.gross_cents, event.due_cents, event.frame) == ("ordinary", 170_000, 170_000, "S1")
    assert event.texts is not None
    assert event.texts.lines == ("Pose d'un escalier", "Reprise de maçonnerie")
    assert event.quote == QUOTE_ID
    assert sale.last(QuoteInvoiced).invoice == answer["invoice"]
    assert sale.refusal(IssueInvoice(quote=QUOTE_ID)).code == "QUOTE_FULLY_INVOICED"


def test_only_the_options_that_were_chosen_are_invoiced() -> None:
    sale = opened()
    lines = (works("100", 2000), works("40", 2000, choice="option"), works("70", 2000, choice="option"))
    signed(sale, quote(*lines), chosen=(3,))
    sale.play(FINAL)
    assert [line.net_cents for line in last(sale).lines] == [10_000, 7_000]
    assert last(sale).totals == quote_state(sale).contract.totals  # type: ignore[union-attr] # it is signed
    assert all(line.choice is None for line in last(sale).lines)


def test_a_quote_that_is_not_signed_is_not_invoiced() -> None:
    sale = opened()
    sale.play(quote())
    assert sale.refusal(FINAL).code == "QUOTE_NOT_SIGNED"
    assert sale.refusal(IssueFinalInvoice(quote=OTHER_ID)).code == "REFERENCE_UNKNOWN"


def test_the_lines_of_a_contract_are_not_typed_anew() -> None:
    sale = opened()
    signed(sale)
    command = IssueInvoice(quote=QUOTE_ID, lines=(works(),))
    assert sale.refusal(command).code == "LINES_OF_CONTRACT"


def test_a_paid_deposit_must_be_deducted() -> None:
    sale = opened()
    with_deposit(sale)
    refusal = sale.refusal(IssueInvoice(quote=QUOTE_ID))
    assert refusal.code == "DEPOSITS_NOT_DEDUCTED"
    assert dict(refusal.facts) == {"missing": 1}


def test_an_invoice_for_a_contract_made_at_home_asks_for_no_payment_in_the_first_seven_days() -> None:
    sale = opened()
    signed(sale, quote(channel="off_premises"), early_start_requested=True)
    sale.play(FINAL)
    assert last(sale).due_on == "2026-12-01"
    other = opened()
    signed(other, quote(channel="off_premises"), early_start_requested=True)
    early = replace(FINAL, due_on="2026-11-30")
    assert other.refusal(early).code == "PAYMENT_WITHIN_SEVEN_DAYS"


# --- the final invoice


def test_the_final_invoice_deducts_the_deposit_once_with_its_vat_per_rate() -> None:
    sale = opened()
    deposit = with_deposit(sale)  # 510.00: 330.00 at 10 % and 180.00 at 20 % (law 4.8)
    answer = sale.play(FINAL)
    event = last(sale)
    assert (event.totals.gross_cents, event.due_cents, event.frame) == (170_000, 119_000, "S4")
    (prepaid,) = event.prepaid
    assert (prepaid.deposit, prepaid.amount_cents, prepaid.paid_on) == (deposit, 51_000, "2026-11-23")
    assert [(each.rate_bp, each.net_cents, each.vat_cents) for each in prepaid.split] == [
        (1000, 30_000, 3_000),
        (2000, 15_000, 3_000),
    ]
    assert prepaid.number == deposit_state(sale, deposit).asked.number
    assert sale.last(DepositApplied).invoice == answer["invoice"]
    assert deposit_state(sale, deposit).phase == "applied"
    assert sale.refusal(FINAL).code == "QUOTE_FULLY_INVOICED"


def test_a_deposit_that_nobody_paid_is_not_deducted_and_no_longer_asked_for() -> None:
    sale = opened()
    signed(sale, quote(schedule=(share(3000),)))
    (deposit,) = deposits(sale)
    sale.play(FINAL)
    assert last(sale).due_cents == 170_000
    assert (sale.last(DepositCancelled).cause, deposit_state(sale, deposit).to_pay_cents) == ("invoiced", 0)


def test_a_deposit_paid_in_part_is_deducted_in_part() -> None:
    sale = opened()
    signed(sale, quote(schedule=(share(3000),)))
    (deposit,) = deposits(sale)
    pay(sale, deposit, 10_000)
    sale.play(FINAL)
    assert last(sale).due_cents == 160_000
    assert deposit_state(sale, deposit).to_pay_cents == 0


def test_arrhes_held_for_more_than_three_months_earn_interest_that_comes_off_the_balance() -> None:
    sale = opened()
    with_deposit(sale)
    sale.on("2027-04-24").play(FINAL)
    event = last(sale)
    interest = event.prepaid[0].interest_cents
    assert interest == 559  # 510.00 x 6.67 % x 60 / 365
    assert event.due_cents == 170_000 - 51_000 - interest


def test_a_special_order_earns_no_interest() -> None:
    sale = opened()
    with_deposit(sale, special_order=True)
    sale.on("2027-04-24").play(FINAL)
    assert last(sale).prepaid[0].interest_cents == 0


def test_signed_change_orders_are_part_of_the_final_invoice() -> None:
    sale = opened()
    with_deposit(sale)
    extra = quote(works("200", 2000), id=OTHER_ID, amends=QUOTE_ID)
    signed(sale, extra)
    assert sale.refusal(IssueFinalInvoice(quote=OTHER_ID)).code == "AMENDMENT_INVOICED_WITH_CONTRACT"
    sale.play(FINAL)
    event = last(sale)
    assert event.totals.gross_cents == quote_state(sale).gross_cents == 194_000
    assert event.due_cents == 194_000 - 51_000
    assert len(event.lines) == 3


def test_what_the_final_invoice_cannot_take_of_a_deposit_goes_back_to_the_client() -> None:
    sale = opened()
    deposit = with_deposit(sale, 10_000)  # all of 1 700.00 in advance
    sale.on("2027-04-24").play(FINAL)
    event = last(sale)
    interest = event.prepaid[0].interest_cents
    assert (event.due_cents, event.prepaid[0].amount_cents) == (0, 170_000 - interest)
    assert interest > 0
    assert (sale.last(DepositRefundDue).cause, sale.last(DepositRefundDue).paid_cents) == ("overpaid", interest)
    assert deposit_state(sale, deposit).to_refund_cents == interest


def test_a_document_discount_of_the_quote_stands_on_the_final_invoice() -> None:
    sale = opened()
    signed(sale, quote(discount=Discount(share_bp=1000)))
    sale.play(FINAL)
    event = last(sale)
    assert (event.discount, event.totals.discount_cents) == (Discount(share_bp=1000), 15_000)
    assert event.totals == quote_state(sale).contract.totals  # type: ignore[union-attr] # it is signed
    assert sum(line.net_cents for line in event.lines) == event.totals.net_cents


# --- progress invoices


def progress(*performed_bp: int) -> IssueProgressInvoice:
    return IssueProgressInvoice(quote=QUOTE_ID, performed_bp=performed_bp)


def test_a_progress_invoice_of_a_day_that_no_calendar_has_is_refused() -> None:
    sale = opened()
    signed(sale)
    refused = sale.refusal(replace(progress(5000, 0), supplied_on="2026-02-30"))
    assert (refused.code, refused.place) == ("DATE_MALFORMED", "/supplied_on")


def test_each_situation_is_what_is_performed_now_less_what_was_before() -> None:
    sale = opened()
    signed(sale)
    sale.play(progress(3000, 0))
    assert [line.amount_cents for line in last(sale).lines] == [30_000, 0]
    assert last(sale).totals.gross_cents == 33_000
    sale.play(progress(5000, 5000))
    assert [line.amount_cents for line in last(sale).lines] == [20_000, 25_000]
    assert [line.performed_bp for line in last(sale).lines] == [5000, 5000]
    assert len(last(sale).preceding) == 1
    sale.play(FINAL)
    assert [line.amount_cents for line in last(sale).lines] == [50_000, 25_000]
    assert sum(each.totals.gross_cents for each in sale.all_of(InvoiceIssued)) == 170_000
    assert len(last(sale).preceding) == 2


def test_a_situation_never_goes_backwards_nor_says_nothing() -> None:
    sale = opened()
    signed(sale)
    sale.play(progress(3000, 0))
    backwards = sale.refusal(progress(2000, 5000))
    assert (backwards.code, backwards.place) == ("PROGRESS_DECREASES", "/performed_bp/0")
    assert sale.refusal(progress(3000, 0)).code == "PROGRESS_NOTHING"
    assert sale.refusal(progress(3000)).code == "PROGRESS_LINES"


def test_a_situation_leaves_the_paid_deposits_to_the_final_invoice() -> None:
    sale = opened()
    with_deposit(sale)  # 510.00 of 1 700.00
    refusal = sale.refusal(progress(8000, 8000))
    assert refusal.code == "PROGRESS_LEAVES_TOO_LITTLE"
    assert dict(refusal.facts) == {"left_cents": 34_000, "deposits_cents": 51_000}
    sale.play(progress(7000, 7000))
    sale.play(FINAL)
    assert (last(sale).totals.gross_cents, last(sale).due_cents) == (51_000, 0)


def test_a_change_order_signed_between_situations_adds_its_lines() -> None:
    sale = opened()
    signed(sale, quote(works("333.33", 1000), works("99.99", 2000), discount=Discount(share_bp=333)))
    sale.play(progress(3333, 5000))
    extra = quote(works("77.77", 1000), id=OTHER_ID, amends=QUOTE_ID, discount=Discount(amount_cents=100))
    signed(sale, extra)
    assert sale.refusal(progress(5000, 5000)).code == "PROGRESS_LINES"
    sale.play(progress(5000, 5000, 1234))
    assert len(last(sale).lines) == 3
    sale.play(FINAL)
    invoices = sale.all_of(InvoiceIssued)
    assert sum(each.totals.gross_cents for each in invoices) == quote_state(sale).gross_cents
    for each in invoices:
        assert sum(line.net_cents for line in each.lines) == each.totals.net_cents


def test_situations_may_reach_the_end_of_a_contract_without_deposits() -> None:
    sale = opened()
    signed(sale)
    sale.play(progress(10_000, 10_000))
    assert last(sale).totals.gross_cents == 170_000
    assert sale.refusal(FINAL).code == "QUOTE_FULLY_INVOICED"


def test_a_situation_credited_whole_is_performed_again() -> None:
    sale = opened()
    signed(sale)
    sale.play(progress(3000, 3000))
    second = sale.play(progress(6000, 6000))
    sale.play(CreditInvoice(invoice=str(second["invoice"]), cause="error"))
    assert sale.last(QuoteUninvoiced).whole
    sale.play(progress(5000, 5000))
    assert last(sale).totals.gross_cents == 34_000
    sale.play(FINAL)
    credited = sum(each.totals.gross_cents for each in sale.all_of(CreditNoteIssued))
    assert sum(each.totals.gross_cents for each in sale.all_of(InvoiceIssued)) - credited == 170_000


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 300_000), st.sampled_from([550, 1000, 2000]), st.sampled_from(["goods", "services"])),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.lists(st.integers(0, 10_000), min_size=4, max_size=4), min_size=0, max_size=3),
    st.sampled_from(["net", "gross"]),
    st.one_of(st.none(), st.integers(0, 5_000)),
    st.integers(0, 40),
)
def test_deposits_situations_and_the_final_invoice_are_the_contract_to_the_cent(
    drawn: list[Any], steps: list[list[int]], basis: str, discount_bp: int | None, deposit_percent: int
) -> None:
    lines = [
        LineInput(label="Ouvrage", unit_price=f"{c // 100}.{c % 100:02d}5", rate_bp=rate, nature=nature)
        for c, rate, nature in drawn
    ]
    sale = opened()
    plan = (InstalmentInput(share_bp=deposit_percent * 100),) if deposit_percent else ()
    discount = Discount(share_bp=discount_bp) if discount_bp is not None else None
    signed(sale, quote(*lines, customer=BUSINESS, basis=basis, discount=discount, schedule=plan))
    for deposit in deposits(sale):
        pay(sale, deposit)
    for step in steps:
        command = progress(*step[: len(lines)])
        outcome = sale.when(command)
        if not isinstance(outcome, Refusal):
            sale.play(command)
    if not isinstance(sale.when(FINAL), Refusal):
        sale.play(FINAL)
    else:
        assert sale.refusal(FINAL).code == "QUOTE_FULLY_INVOICED"  # the situations reached the end
    invoices = sale.all_of(InvoiceIssued)
    contract = quote_state(sale).contract
    assert contract is not None
    rows = add_rows(*(each.vat for each in invoices))
    assert all(not (row.base_cents or row.vat_cents) for row in subtract_rows(contract.vat, rows))
    assert sum(each.totals.gross_cents for each in invoices) == contract.totals.gross_cents
    for each in invoices:
        assert sum(line.net_cents for line in each.lines) == each.totals.net_cents
    prepaid = sum(each.amount_cents for each in invoices[-1].prepaid)
    assert invoices[-1].due_cents + prepaid == invoices[-1].totals.gross_cents
    assert prepaid == sum(deposit_state(sale, deposit).paid_cents for deposit in deposits(sale))


# --- credit and replacement of a final invoice


def test_a_whole_credit_of_the_final_invoice_frees_its_deposit() -> None:
    sale = opened()
    deposit = with_deposit(sale)
    answer = sale.play(FINAL)
    credit = sale.play(CreditInvoice(invoice=str(answer["invoice"]), cause="error"))
    assert (credit["gross_cents"], credit["settles_cents"], credit["refund_cents"]) == (170_000, 119_000, 0)
    assert sale.last(DepositReleased).amount_cents == 51_000
    assert deposit_state(sale, deposit).deductible_cents == 51_000
    assert quote_state(sale).invoiced_cents == 0
    sale.play(FINAL)
    assert last(sale).due_cents == 119_000


def test_a_replacement_in_the_same_command_deducts_the_deposit_again() -> None:
    sale = opened()
    deposit = with_deposit(sale)
    answer = sale.play(FINAL)
    old = str(answer["invoice"])
    credit = sale.play(
        CreditInvoice(
            invoice=old, cause="error", replacement=IssueInvoice(lines=(works("1000", 2000), works("400", 2000)))
        )
    )
    event = last(sale)
    assert (event.kind, event.totals.gross_cents, event.due_cents) == ("final", 168_000, 117_000)
    assert [each.invoice for each in event.preceding] == [old]
    assert invoice_state(sale, old).state == "replaced"
    assert invoice_state(sale, old).replaced_by == credit["replacement"]["invoice"]
    assert [use.invoice for use in deposit_state(sale, deposit).uses] == [credit["replacement"]["invoice"]]
    assert sale.refusal(FINAL).code == "QUOTE_FULLY_INVOICED"


def test_a_replacement_by_the_contract_itself_needs_no_lines() -> None:
    sale = opened()
    with_deposit(sale)
    answer = sale.play(FINAL)
    words = IssueInvoice(texts=TextsInput(title="Escalier de la maison"))
    sale.play(CreditInvoice(invoice=str(answer["invoice"]), cause="error", replacement=words))
    assert (last(sale).totals.gross_cents, last(sale).due_cents) == (170_000, 119_000)
    assert last(sale).texts is not None
    assert last(sale).texts.title == "Escalier de la maison"  # type: ignore[union-attr] # as the line above says


def test_a_final_invoice_credited_in_parts_gives_each_cent_back_once() -> None:
    sale = opened()
    deposit = with_deposit(sale)
    answer = sale.play(FINAL)
    invoice = str(answer["invoice"])
    part = Allocation(about=invoice, about_kind="invoice", amount_cents=119_000)
    sale.play(RecordPayment(means="credit_transfer", amount_cents=119_000, allocations=(part,)))
    first = sale.play(CreditInvoice(invoice=invoice, cause="return", lines=(CreditLine(rank=1),)))
    second = sale.play(CreditInvoice(invoice=invoice, cause="return"))
    assert (first["gross_cents"], first["refund_cents"]) == (110_000, 110_000)
    assert (second["gross_cents"], second["refund_cents"]) == (60_000, 9_000)
    assert deposit_state(sale, deposit).deductible_cents == 51_000


# --- deposit invoices (386)


def business_deposit(sale: FixedWorld, **more: Any) -> str:
    signed(sale, quote(customer=BUSINESS, schedule=(share(3000, **more),)))
    (deposit,) = deposits(sale)
    return deposit


def pay_deposit(sale: FixedWorld, deposit: str, amount_cents: int = 51_000) -> None:
    part = Allocation(about=deposit, about_kind="deposit", amount_cents=amount_cents)
    sale.play(RecordPayment(means="credit_transfer", amount_cents=amount_cents, allocations=(part,)))


def test_a_deposit_invoice_has_a_line_per_rate_and_its_own_series() -> None:
    sale = opened()
    deposit = business_deposit(sale)
    sale.play(InvoiceDeposit(deposit=deposit))
    event = last(sale)
    assert (event.type_code, event.number, event.kind, event.frame) == ("386", "FA-00001", "deposit", "S1")
    assert [(line.rate_bp, line.amount_cents, line.net_cents) for line in event.lines] == [
        (1000, 33_000, 30_000),
        (2000, 18_000, 15_000),
    ]
    assert (event.totals.gross_cents, event.due_cents, event.vat_on) == (51_000, 51_000, "receipt")
    assert event.texts is not None
    assert event.texts.lines[0] == "Acompte sur devis D-00001, TVA 10\u00a0%"
    refusal = sale.refusal(InvoiceDeposit(deposit=deposit))
    assert (refusal.code, dict(refusal.facts)) == ("DEPOSIT_ALREADY_INVOICED", {"number": "FA-00001"})


def test_vat_on_a_deposit_for_goods_falls_due_on_receipt_too() -> None:
    sale = opened()
    signed(sale, quote(goods("1000"), customer=BUSINESS, schedule=(share(3000),)))
    sale.play(InvoiceDeposit(deposit=deposits(sale)[0]))
    assert (last(sale).vat_on, last(sale).frame) == ("receipt", "B1")


def test_a_business_deposit_is_invoiced_when_it_is_received() -> None:
    sale = opened()
    deposit = business_deposit(sale)
    assert sale.all_of(InvoiceIssued) == ()
    pay_deposit(sale, deposit)
    event = last(sale)
    assert (event.type_code, event.due_cents, event.frame) == ("386", 0, "S2")
    assert deposit_state(sale, deposit).invoices


def test_what_keeps_a_deposit_invoice_from_being_issued_never_stops_the_payment() -> None:
    sale = opened(profile=replace(PROFILE, late_penalty_bp=None))
    deposit = business_deposit(sale)
    pay_deposit(sale, deposit)
    assert sale.all_of(InvoiceIssued) == ()
    assert deposit_state(sale, deposit).phase == "paid"
    assert sale.last(TaskOpened).code == "issue_deposit_invoice"


def test_the_money_of_a_deposit_invoice_runs_on_its_deposit() -> None:
    sale = opened()
    deposit = business_deposit(sale)
    answer = sale.play(InvoiceDeposit(deposit=deposit))
    invoice = str(answer["invoice"])
    part = Allocation(about=invoice, about_kind="invoice", amount_cents=51_000)
    sale.play(RecordPayment(means="credit_transfer", amount_cents=51_000, allocations=(part,)))
    assert deposit_state(sale, deposit).phase == "paid"
    assert (invoice_state(sale, invoice).open_cents, invoice_state(sale, invoice).paid_cents) == (0, 0)


def test_the_final_invoice_names_the_deposit_invoice_and_counts_the_turnover_once() -> None:
    sale = opened()
    deposit = business_deposit(sale)
    pay_deposit(sale, deposit)
    number = last(sale).number
    sale.play(FINAL)
    event = last(sale)
    assert [each.number for each in event.preceding] == [number]
    assert event.prepaid[0].number == number
    assert (event.totals.gross_cents, event.due_cents) == (170_000, 119_000)


def test_a_deposit_invoice_is_credited_by_a_503_whose_money_runs_on_the_deposit() -> None:
    sale = opened()
    deposit = business_deposit(sale)
    pay_deposit(sale, deposit)
    invoice = deposit_state(sale, deposit).invoices[0]
    answer = sale.play(CreditInvoice(invoice=invoice, cause="cancellation"))
    note = sale.last(CreditNoteIssued)
    assert (note.type_code, note.totals.gross_cents) == ("503", 51_000)
    assert (answer["settles_cents"], answer["refund_cents"]) == (0, 0)
    assert quote_state(sale).invoiced_cents == 0
    sale.play(InvoiceDeposit(deposit=deposit))
    assert last(sale).number == "FA-00002"


def test_a_deposit_invoice_whose_deposit_was_deducted_is_not_credited() -> None:
    sale = opened()
    deposit = business_deposit(sale)
    pay_deposit(sale, deposit)
    sale.play(FINAL)
    refusal = sale.refusal(CreditInvoice(invoice=deposit_state(sale, deposit).invoices[0], cause="error"))
    assert refusal.code == "DEPOSIT_ALREADY_APPLIED"


def test_arrhes_get_a_receipt_and_no_deposit_invoice() -> None:
    sale = opened()
    deposit = with_deposit(sale)
    assert sale.refusal(InvoiceDeposit(deposit=deposit)).code == "DEPOSIT_INVOICE_FOR_ARRHES"


def test_a_plain_payment_request_may_have_a_deposit_invoice() -> None:
    sale = opened()
    answer = sale.play(
        RequestDeposit(customer=BUSINESS, amount_cents=12_000, title="Réservation", invoice_at="request")
    )
    assert last(sale).deposit == answer["deposit"]
    assert (last(sale).quote, last(sale).totals.net_cents) == (None, 10_000)


@pytest.mark.parametrize("paid", [False, True])
def test_no_refund_is_owed_by_a_deposit_that_fits(paid: bool) -> None:
    sale = opened()
    signed(sale, quote(schedule=(share(10_000),)))
    if paid:
        pay(sale, deposits(sale)[0])
    sale.play(FINAL)
    assert sale.all_of(DepositRefundDue) == ()
    assert last(sale).due_cents == (0 if paid else 170_000)


def test_the_final_invoice_bears_the_known_day_of_supply_when_it_is_another() -> None:
    sale = opened()
    signed(sale)
    sale.play(AcceptWork(about=QUOTE_ID, about_kind="quote", on="2026-11-20"))
    sale.play(FINAL)
    assert last(sale).supplied_on == "2026-11-20"
    other = opened()
    signed(other)
    other.play(FINAL)
    assert last(other).supplied_on is None  # that of the invoice (242 nonies A I 10°)
