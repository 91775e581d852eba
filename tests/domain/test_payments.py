"""Money received: put to documents, flagged where a rule was not respected, never refused for it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from ledger.domain.commands.payments import AllocatePayment, AnnouncePayment, CorrectMeans, FailPayment, RecordPayment
from ledger.domain.commands.sales import IssueReceipt
from ledger.domain.events.common import RateSplit
from ledger.domain.events.deposits import DepositApplied, DepositCancelled, DepositReceipted, ReceiptIssued
from ledger.domain.events.invoices import EarlyDiscountTaken, InvoiceIssued
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.parties import SeriesClosed
from ledger.domain.events.payments import (
    Allocation,
    DepositPaid,
    InvoicePaid,
    InvoiceUnpaid,
    MeansCorrected,
    PaymentAllocated,
    PaymentReceived,
)
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE, InvoiceState, Received
from ledger.domain.streams.payment import PAYMENT
from tests.domain.documents import a_credit, a_deposit, an_invoice, credited_by, row
from tests.domain.world import BUSINESS, CONSUMER, CUSTOMERS, FOREIGNER, SERIES, FixedWorld, events_of, only, opened

INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
OTHER = "cccccccc-0000-4000-8000-000000000002"
DEPOSIT_ID = "dddddddd-0000-4000-8000-000000000001"
PAYMENT_ID = "eeeeeeee-0000-4000-8000-000000000001"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"


def to_invoice(cents: int, about: str = INVOICE_ID) -> Allocation:
    return Allocation(about=about, about_kind="invoice", amount_cents=cents)


def to_deposit(cents: int, about: str = DEPOSIT_ID) -> Allocation:
    return Allocation(about=about, about_kind="deposit", amount_cents=cents)


def pay(cents: int, *allocations: Allocation, **members: object) -> RecordPayment:
    filled = {"means": "card", "amount_cents": cents, "allocations": allocations, "id": PAYMENT_ID, **members}
    return RecordPayment(**filled)  # type: ignore[arg-type] # members by name, checked by the command's own schema


def codes(sale: FixedWorld) -> list[str]:
    return [each.code for each in sale.all_of(TaskOpened)]


def flags(sale: FixedWorld) -> list[str]:
    return [each.code for each in sale.last(PaymentReceived).flags]


@pytest.fixture
def sale() -> FixedWorld:
    return opened().given_in(INVOICE_ID, an_invoice())


# --- one document


def test_a_payment_settles_its_invoice_and_stands_in_both_streams(sale: FixedWorld) -> None:
    outcome = sale.when(pay(12_000, to_invoice(12_000), reference="VIR 2026-11"))
    received = only(outcome, PaymentReceived)
    assert (received.received_on, received.unallocated_cents, received.flags) == ("2026-11-23", 0, ())
    assert received.reference == "VIR 2026-11"
    paid = only(outcome, InvoicePaid)
    assert (paid.payment, paid.amount_cents, paid.means) == (PAYMENT_ID, 12_000, "card")
    assert paid.split == (
        RateSplit(
            category="S", rate_bp=2000, net_cents=10_000, vat_cents=2_000, gross_cents=12_000, goods_gross_cents=0
        ),
    )
    assert len(events_of(outcome)) == 2


def test_part_payments_add_up_to_the_invoice_at_each_rate_to_the_cent() -> None:
    rows = (row(3_333, 550), row(7_777, 2000, goods=True), row(1, 1000))
    sale = opened().given_in(INVOICE_ID, an_invoice(*rows))
    due = sum(each.base_cents + each.vat_cents for each in rows)
    parts = (1, 999, 3_000, due - 4_000)
    for rank, cents in enumerate(parts):
        sale.play(pay(cents, to_invoice(cents), id=f"eeeeeeee-0000-4000-8000-00000000000{rank}"))
    splits = [each for event in sale.all_of(InvoicePaid) for each in event.split]
    for each in rows:
        mine = [split for split in splits if split.rate_bp == each.rate_bp]
        assert sum(split.net_cents for split in mine) == each.base_cents
        assert sum(split.vat_cents for split in mine) == each.vat_cents
        assert sum(split.goods_gross_cents for split in mine) == each.goods_base_cents + each.goods_vat_cents
    assert [sum(s.gross_cents for s in event.split) for event in sale.all_of(InvoicePaid)] == list(parts)
    state = sale.state(INVOICE, INVOICE_ID)
    assert state is not None
    assert state.state == "paid"


def test_one_payment_settles_several_documents(sale: FixedWorld) -> None:
    sale.given_in(OTHER, an_invoice(row(5_000), n=2)).given_in(DEPOSIT_ID, a_deposit(kind="acompte"))
    sale.play(pay(30_000, to_invoice(12_000), to_invoice(6_000, OTHER), to_deposit(12_000)))
    assert [each.amount_cents for each in sale.all_of(InvoicePaid)] == [12_000, 6_000]
    assert [each.amount_cents for each in sale.all_of(DepositPaid)] == [12_000]
    state = sale.state(PAYMENT, PAYMENT_ID)
    assert state is not None
    assert (state.allocated_cents, state.unallocated_cents) == (30_000, 0)


def test_what_is_too_much_stays_unallocated_and_asks_to_be_placed(sale: FixedWorld) -> None:
    answer = sale.play(pay(15_000, to_invoice(15_000)))
    assert answer["unallocated_cents"] == 3_000
    assert sale.last(PaymentReceived).allocations == (to_invoice(12_000),)
    assert flags(sale) == ["overpaid"]
    assert codes(sale) == ["place_overpayment"]


def test_money_for_a_paid_invoice_is_kept_unallocated_with_a_task(sale: FixedWorld) -> None:
    sale.play(pay(12_000, to_invoice(12_000)))
    answer = sale.play(pay(12_000, to_invoice(12_000), id=OTHER))
    assert answer == {"payment": OTHER, "unallocated_cents": 12_000, "flags": ["nothing_due"]}
    assert codes(sale) == ["place_unexpected_payment"]


def test_money_for_a_credited_invoice_is_kept_unallocated_with_a_task(sale: FixedWorld) -> None:
    credit = a_credit(INVOICE_ID, refund_cents=0)
    sale.given_in(OTHER, credit).given_in(INVOICE_ID, credited_by(OTHER, credit))
    sale.play(pay(12_000, to_invoice(12_000)))
    assert sale.last(PaymentReceived).unallocated_cents == 12_000
    assert flags(sale) == ["nothing_due"]


def test_money_for_a_cancelled_deposit_is_kept_unallocated_with_a_task() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(), DepositCancelled(by="issuer", cause="asked"))
    sale.play(pay(12_000, to_deposit(12_000)))
    assert sale.all_of(DepositPaid) == ()
    assert codes(sale) == ["place_unexpected_payment"]


def test_the_same_document_named_twice_takes_no_more_than_it_leaves(sale: FixedWorld) -> None:
    sale.play(pay(20_000, to_invoice(10_000), to_invoice(10_000)))
    assert [each.amount_cents for each in sale.all_of(InvoicePaid)] == [10_000, 2_000]
    assert sale.last(PaymentReceived).unallocated_cents == 8_000


def test_a_payment_without_a_document_is_recorded_whole(sale: FixedWorld) -> None:
    answer = sale.play(pay(700, customer=CONSUMER))
    assert answer == {"payment": PAYMENT_ID, "unallocated_cents": 700, "flags": []}


def test_money_for_a_deposit_invoice_goes_to_its_deposit() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(kind="acompte", customer_kind="business", customer=BUSINESS))
    sale.given_in(INVOICE_ID, an_invoice(kind="deposit", type_code="386", deposit=DEPOSIT_ID))
    sale.play(pay(12_000, to_invoice(12_000)))
    assert sale.last(PaymentReceived).allocations == (to_deposit(12_000),)
    assert sale.last(DepositPaid).amount_cents == 12_000
    assert sale.all_of(InvoicePaid) == ()


def test_a_payment_changes_nothing_of_an_invoice_but_its_money() -> None:
    marked: dict[str, Any] = {each.name: object() for each in fields(InvoiceState)}
    marked |= {"received": (), "paid_cents": 5, "paid_splits": ()}
    paid = InvoicePaid(payment=PAYMENT_ID, amount_cents=7, means="card", received_on="2026-11-23")
    after = INVOICE.evolve(InvoiceState(**marked), paid)
    changed = {name for name, before in marked.items() if getattr(after, name) is not before and name != "paid_splits"}
    assert changed == {"received", "paid_cents"}
    assert (after.paid_cents, after.received) == (12, (Received("2026-11-23", 7),))


# --- bad input is refused, and nothing else


def test_an_unknown_document_is_refused_where_it_stands(sale: FixedWorld) -> None:
    refusal = sale.refusal(pay(12_000, to_invoice(6_000), to_invoice(6_000, UNKNOWN)))
    assert (refusal.code, refusal.place) == ("REFERENCE_UNKNOWN", "/allocations/1/about")


def test_another_currency_than_the_documents_is_refused(sale: FixedWorld) -> None:
    refusal = sale.refusal(pay(12_000, to_invoice(12_000), currency="CHF"))
    assert (refusal.code, dict(refusal.facts)) == ("CURRENCY_MISMATCH", {"expected": "EUR"})
    assert sale.refusal(pay(12_000, currency="JPY")).code == "CURRENCY_UNKNOWN"


def test_more_allotted_than_received_is_refused(sale: FixedWorld) -> None:
    refusal = sale.refusal(pay(5_000, to_invoice(5_001)))
    assert (refusal.code, dict(refusal.facts)) == ("PAYMENT_ALLOCATION_ABOVE_AMOUNT", {"open_cents": 5_000})


def test_the_value_date_may_lie_in_the_past_but_not_ahead(sale: FixedWorld) -> None:
    assert only(sale.when(pay(100, received_on="2025-02-03")), PaymentReceived).received_on == "2025-02-03"
    assert sale.refusal(pay(100, received_on="2026-11-24")).code == "DATE_IN_FUTURE"
    assert sale.refusal(pay(100, received_on="2026-02-30")).code == "DATE_MALFORMED"


def test_an_id_is_taken_once_and_a_customer_must_be_known(sale: FixedWorld) -> None:
    sale.play(pay(100))
    assert sale.refusal(pay(100)).code == "ALREADY_EXISTS"
    assert sale.refusal(pay(100, id=OTHER, customer=UNKNOWN)).code == "CUSTOMER_UNKNOWN"


# --- what the law says of money that is there


def test_payment_within_the_seven_days_is_recorded_flagged_and_to_be_given_back() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(payable_from="2026-12-01"))
    sale.play(pay(12_000, to_deposit(12_000), received_on="2026-11-23"))
    assert sale.last(DepositPaid).amount_cents == 12_000
    assert flags(sale) == ["early_payment_ban"]
    assert codes(sale) == ["give_back_early_payment"]


def test_payment_on_the_first_allowed_day_is_not_flagged() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(payable_from="2026-11-23"))
    sale.play(pay(12_000, to_deposit(12_000)))
    assert flags(sale) == []


@pytest.mark.parametrize(
    ("net_cents", "means", "customer", "expected"),
    [
        (83_333, "cash", CONSUMER, []),  # 999.996, rounds to 1 000.00: the ceiling itself is allowed
        (83_335, "cash", CONSUMER, ["cash_ceiling"]),  # 1 000.02
        (83_335, "card", CONSUMER, []),
        (250_000, "e_money", CONSUMER, []),  # 3 000.00
        (250_001, "e_money", CONSUMER, ["e_money_ceiling"]),
        (833_333, "cash", FOREIGNER, []),  # 10 000.00, a consumer domiciled abroad
        (833_335, "cash", FOREIGNER, ["cash_ceiling"]),
    ],
)
def test_cash_above_the_ceiling_of_the_debt_is_flagged(
    net_cents: int, means: str, customer: str, expected: list[str]
) -> None:
    sale = opened().given_in(INVOICE_ID, an_invoice(row(net_cents), customer=customer))
    sale.play(pay(1_000, to_invoice(1_000), means=means))  # a small part of the debt: the debt counts
    assert flags(sale) == expected


def test_cash_for_the_debt_of_a_business_is_held_to_the_lower_ceiling() -> None:
    sale = opened().given_in(INVOICE_ID, an_invoice(row(100_000), customer=BUSINESS, customer_kind="business"))
    sale.play(pay(1_000, to_invoice(1_000), means="cash"))
    assert flags(sale) == ["cash_ceiling"]
    assert codes(sale) == ["explain_cash"]


def test_cash_above_the_ceiling_with_its_reason_stays_flagged_and_asks_for_nothing() -> None:
    sale = opened().given_in(INVOICE_ID, an_invoice(row(100_000)))
    sale.play(pay(120_000, to_invoice(120_000), means="cash", cash_reason="bank_strike"))
    received = sale.last(PaymentReceived)
    assert (received.cash_reason, [each.remedy for each in received.flags]) == ("bank_strike", [None])
    assert codes(sale) == []


def test_a_cash_payment_above_the_ceiling_by_itself_is_flagged_without_any_document() -> None:
    sale = opened()
    sale.play(pay(100_001, means="cash", customer=CONSUMER))
    assert flags(sale) == ["cash_ceiling"]


def test_correcting_the_means_to_cash_looks_at_the_ceiling_again() -> None:
    sale = opened().given_in(INVOICE_ID, an_invoice(row(100_000)))
    sale.play(pay(120_000, to_invoice(120_000)))
    sale.play(CorrectMeans(payment=PAYMENT_ID, means="cash"))
    corrected = sale.last(MeansCorrected)
    assert (corrected.means_before, corrected.means) == ("card", "cash")
    assert codes(sale) == ["explain_cash"]
    assert sale.refusal(CorrectMeans(payment=PAYMENT_ID, means="cash")).code == "NOTHING_TO_CHANGE"


# --- deposits


@pytest.mark.parametrize("goods", [True, False])
def test_the_vat_of_a_deposit_falls_on_the_day_its_money_came_for_goods_as_for_services(goods: bool) -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(row(10_000, goods=goods), kind="acompte"))
    sale.play(pay(6_000, to_deposit(6_000), received_on="2026-11-20"))
    paid = sale.last(DepositPaid)
    (split,) = paid.split
    assert paid.received_on == "2026-11-20"
    assert (split.net_cents, split.vat_cents, split.goods_gross_cents) == (5_000, 1_000, 6_000 if goods else 0)


def test_arrhes_received_get_a_numbered_receipt_by_themselves() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit())
    sale.play(pay(12_000, to_deposit(12_000)))
    receipt = sale.last(ReceiptIssued)
    assert (receipt.number, receipt.n, receipt.kind, receipt.amount_cents) == ("R-00001", 1, "arrhes", 12_000)
    assert (receipt.payment, receipt.deposit) == (PAYMENT_ID, DEPOSIT_ID)
    assert receipt.split == sale.last(DepositPaid).split
    assert sale.last(DepositReceipted).amount_cents == 12_000


def test_an_acompte_gets_no_receipt_unless_asked() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(kind="acompte"))
    sale.play(pay(12_000, to_deposit(12_000)))
    assert sale.all_of(ReceiptIssued) == ()


def test_a_deposit_to_be_invoiced_at_receipt_is_invoiced_by_the_payment() -> None:
    asked = a_deposit(
        kind="acompte",
        customer=BUSINESS,
        customer_kind="business",
        invoice_at="receipt",
        client=CUSTOMERS[BUSINESS].party,
    )
    sale = opened().given_in(DEPOSIT_ID, asked)
    sale.play(pay(12_000, to_deposit(12_000)))
    invoice = sale.last(InvoiceIssued)
    assert (invoice.type_code, invoice.totals.gross_cents, invoice.due_cents) == ("386", 12_000, 0)
    assert codes(sale) == []


def test_arrhes_are_recorded_even_when_no_receipt_can_be_numbered() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit()).given_in(SERIES["receipt"], SeriesClosed(last=0))
    sale.play(pay(12_000, to_deposit(12_000)))
    assert sale.last(DepositPaid).amount_cents == 12_000
    assert codes(sale) == ["issue_receipt"]


def test_a_receipt_on_demand_covers_what_no_receipt_covers_yet() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(kind="acompte"))
    sale.play(pay(15_000, to_deposit(12_000), customer=CONSUMER))
    assert sale.play(IssueReceipt(payment=PAYMENT_ID, deposit=DEPOSIT_ID))["number"] == "R-00001"
    assert sale.last(ReceiptIssued).split == sale.last(DepositPaid).split
    again = sale.refusal(IssueReceipt(payment=PAYMENT_ID, deposit=DEPOSIT_ID))
    assert (again.code, again.place) == ("RECEIPT_ALREADY_ISSUED", "/deposit")
    sale.play(IssueReceipt(payment=PAYMENT_ID))
    rest = sale.last(ReceiptIssued)
    assert (rest.amount_cents, rest.client) == (3_000, CUSTOMERS[CONSUMER].party)
    assert sale.refusal(IssueReceipt(payment=PAYMENT_ID)).code == "RECEIPT_ALREADY_ISSUED"


def test_a_receipt_needs_money_that_is_there(sale: FixedWorld) -> None:
    assert sale.refusal(IssueReceipt(payment=UNKNOWN)).code == "REFERENCE_UNKNOWN"
    sale.play(AnnouncePayment(id=PAYMENT_ID, means="cheque", amount_cents=100))
    assert sale.refusal(IssueReceipt(payment=PAYMENT_ID)).code == "PAYMENT_NOT_OPEN"
    sale.play(pay(100, id=OTHER))
    assert sale.refusal(IssueReceipt(payment=OTHER, deposit=UNKNOWN)).place == "/deposit"


def test_money_is_its_documents_customers_unless_said_otherwise(sale: FixedWorld) -> None:
    assert only(sale.when(pay(12_000, to_invoice(12_000))), PaymentReceived).customer == CONSUMER
    said = only(sale.when(pay(12_000, to_invoice(12_000), customer=BUSINESS)), PaymentReceived)
    assert said.customer == BUSINESS


# --- early-payment discount


def discounted() -> FixedWorld:
    """2 % for payment within ten days, on 120.00 for a business."""
    offered = an_invoice(customer=BUSINESS, customer_kind="business", early_discount_bp=200, early_discount_days=10)
    return opened().given_in(INVOICE_ID, offered)


def test_payment_in_time_less_the_discount_closes_the_invoice() -> None:
    sale = discounted().on("2026-12-03")
    sale.play(pay(11_760, to_invoice(11_760)))
    taken = sale.last(EarlyDiscountTaken)
    assert (taken.amount_cents, taken.payment) == (240, PAYMENT_ID)
    assert [(each.net_cents, each.vat_cents) for each in taken.split] == [(200, 40)]
    state = sale.state(INVOICE, INVOICE_ID)
    assert state is not None
    assert (state.open_cents, state.state) == (0, "paid")


def test_a_day_late_or_a_cent_short_the_discount_is_not_taken() -> None:
    late = discounted().on("2026-12-04")
    late.play(pay(11_760, to_invoice(11_760)))
    short = discounted()
    short.play(pay(11_759, to_invoice(11_759)))
    whole = discounted()
    whole.play(pay(12_000, to_invoice(12_000)))
    assert [each.all_of(EarlyDiscountTaken) for each in (late, short, whole)] == [(), (), ()]


def test_the_value_date_decides_on_the_discount_for_every_part() -> None:
    sale = discounted().on("2026-12-20")
    sale.play(pay(6_000, to_invoice(6_000), received_on="2026-12-05"))
    sale.play(pay(5_760, to_invoice(5_760), id=OTHER, received_on="2026-11-30"))
    assert sale.all_of(EarlyDiscountTaken) == ()


# --- announced, failed


def test_an_announced_payment_pays_nothing_until_it_is_received(sale: FixedWorld) -> None:
    sale.play(
        AnnouncePayment(
            id=PAYMENT_ID, means="credit_transfer", amount_cents=12_000, about=INVOICE_ID, about_kind="invoice"
        )
    )
    state = sale.state(INVOICE, INVOICE_ID)
    assert state is not None
    assert state.open_cents == 12_000
    answer = sale.play(pay(11_000, to_invoice(11_000), id=None, announced=PAYMENT_ID))
    assert answer["payment"] == PAYMENT_ID
    refusal = sale.refusal(pay(11_000, id=None, announced=PAYMENT_ID))
    assert (refusal.code, dict(refusal.facts)) == ("PAYMENT_NOT_OPEN", {"state": "received"})


def test_an_announcement_that_failed_may_still_be_answered_by_money(sale: FixedWorld) -> None:
    sale.play(AnnouncePayment(id=PAYMENT_ID, means="cheque", amount_cents=12_000))
    sale.play(FailPayment(payment=PAYMENT_ID, cause="not_received"))
    assert sale.refusal(FailPayment(payment=PAYMENT_ID, cause="expired")).code == "PAYMENT_NOT_OPEN"
    sale.play(pay(12_000, to_invoice(12_000), id=None, announced=PAYMENT_ID))
    assert sale.last(InvoicePaid).amount_cents == 12_000


def test_announcements_name_known_things_only(sale: FixedWorld) -> None:
    unknown = AnnouncePayment(means="cheque", amount_cents=1, about=UNKNOWN, about_kind="deposit")
    assert sale.refusal(unknown).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(replace(unknown, about_kind=None)).code == "MEMBER_MISSING"
    assert sale.refusal(pay(1, id=None, announced=UNKNOWN)).code == "REFERENCE_UNKNOWN"
    assert sale.refusal(FailPayment(payment=UNKNOWN, cause="declined")).code == "REFERENCE_UNKNOWN"


# --- allotting later


def test_money_on_account_is_put_to_a_document_later(sale: FixedWorld) -> None:
    sale.play(pay(20_000, received_on="2026-11-20"))
    answer = sale.play(AllocatePayment(payment=PAYMENT_ID, allocations=(to_invoice(12_000),)))
    assert answer["unallocated_cents"] == 8_000
    assert sale.last(PaymentAllocated).allocations == (to_invoice(12_000),)
    assert sale.last(InvoicePaid).received_on == "2026-11-20"


def test_money_is_moved_from_one_document_to_another(sale: FixedWorld) -> None:
    sale.given_in(OTHER, an_invoice(n=2))
    sale.play(pay(12_000, to_invoice(12_000)))
    sale.play(AllocatePayment(payment=PAYMENT_ID, free=(to_invoice(12_000),), allocations=(to_invoice(12_000, OTHER),)))
    unpaid = sale.last(InvoiceUnpaid)
    assert (unpaid.cause, unpaid.amount_cents, unpaid.split) == ("moved", 12_000, sale.all_of(InvoicePaid)[0].split)
    first, second = sale.state(INVOICE, INVOICE_ID), sale.state(INVOICE, OTHER)
    assert first is not None
    assert second is not None
    assert (first.open_cents, second.open_cents) == (12_000, 0)


def test_allotting_later_is_a_request_and_is_held_to_what_is_there(sale: FixedWorld) -> None:
    sale.play(pay(13_000))
    above_due = sale.refusal(AllocatePayment(payment=PAYMENT_ID, allocations=(to_invoice(12_001),)))
    assert (above_due.code, dict(above_due.facts)) == ("PAYMENT_ALLOCATION_ABOVE_DUE", {"open_cents": 12_000})
    above_left = sale.refusal(AllocatePayment(payment=PAYMENT_ID, allocations=(to_invoice(13_001),)))
    assert above_left.code == "PAYMENT_ALLOCATION_ABOVE_AMOUNT"
    not_there = sale.refusal(AllocatePayment(payment=PAYMENT_ID, free=(to_invoice(1),)))
    assert (not_there.code, not_there.place) == ("PAYMENT_FREE_ABOVE_ALLOCATED", "/free/0/amount_cents")
    assert sale.refusal(AllocatePayment(payment=PAYMENT_ID)).code == "NOTHING_TO_CHANGE"
    assert sale.refusal(AllocatePayment(payment=UNKNOWN, free=(to_invoice(1),))).code == "REFERENCE_UNKNOWN"


def test_a_deposit_that_an_invoice_deducts_cannot_be_freed() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(kind="acompte"))
    sale.play(pay(12_000, to_deposit(12_000)))
    sale.given_in(DEPOSIT_ID, DepositApplied(invoice=INVOICE_ID, amount_cents=12_000))
    refusal = sale.refusal(AllocatePayment(payment=PAYMENT_ID, free=(to_deposit(1),)))
    assert refusal.code == "DEPOSIT_ALREADY_APPLIED"


def test_arrhes_allotted_later_get_their_receipt_too() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit())
    sale.play(pay(12_000))
    sale.play(AllocatePayment(payment=PAYMENT_ID, allocations=(to_deposit(12_000),)))
    assert sale.last(ReceiptIssued).amount_cents == 12_000
    deposit = sale.state(DEPOSIT, DEPOSIT_ID)
    assert deposit is not None
    assert deposit.phase == "paid"
