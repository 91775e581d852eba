"""Given a sale, when something happens to money, then these are the postings: one test per entry that posts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ledger.domain import codec
from ledger.domain.commands.payments import (
    AllocatePayment,
    CorrectMeans,
    RecordPayment,
    RefundPayment,
    ReversePayment,
)
from ledger.domain.commands.quotes import AcceptWork, CancelQuote, RecordDelivery
from ledger.domain.commands.sales import (
    ChargePenalty,
    CreditInvoice,
    CreditLine,
    InvoiceDeposit,
    IssueFinalInvoice,
    IssueInvoice,
    RequestDeposit,
    SettleDeposit,
    WriteOffInvoice,
)
from ledger.domain.decision import Emit
from ledger.domain.events.payments import Allocation, ProviderPaidOut, ProviderPayoutReturned
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.book.reading import postings, postings_recorded
from tests.documents.selling import (
    BUILDER,
    QUOTE_ID,
    Sale,
    a_quote,
    an_invoice,
    deposits_of,
    goods,
    pay,
    sign,
    works,
)
from tests.domain.world import BUSINESS, CONSUMER, PROFILE
from tests.projections import kit
from tests.projections.book.checking import balance_differences, state_differences
from tests.projections.playing import SALES, Folded, entries_of, played

TODAY = "2026-11-23"

Line = tuple[Any, ...]


def book(sale: Sale) -> list[Posting]:
    """The whole book; it balances and agrees with the ledger's states, whatever the test asks for."""
    found = list(postings_recorded(Folded(BOOK, entries_of(sale))))
    assert balance_differences(found) == []
    assert state_differences(sale.world, found) == []
    return found


def last(sale: Sale, type_: str) -> list[Posting]:
    """The postings of the newest entry of a type."""
    seq = max(one.seq for one in sale.entries if type_ == one.event.TYPE)
    return [each for each in book(sale) if each.seq == seq]


def short(found: list[Posting]) -> list[Line]:
    """Account and amount; for turnover and VAT their base and rate, for VAT that is due why."""
    made: list[Line] = []
    for each in found:
        if each.rate_bp is None:
            made.append((each.account, each.amount_cents))
        elif each.due_by is None:
            made.append((each.account, each.amount_cents, each.base_cents, each.rate_bp))
        else:
            made.append((each.account, each.amount_cents, each.base_cents, each.rate_bp, each.due_by))
    return made


def moves(found: list[Posting]) -> list[tuple[str, str, list[Line]]]:
    """Cause, effective day and lines of each move."""
    numbers = sorted({each.move for each in found})
    told: list[tuple[str, str, list[Line]]] = []
    for number in numbers:
        lines = [each for each in found if each.move == number]
        told.append((lines[0].cause, lines[0].on, short(lines)))
    return told


def services(**more: Any) -> IssueInvoice:
    return an_invoice(works("1000", 2000), **{"supplied_on": None, **more})


def sold_goods(**more: Any) -> IssueInvoice:
    return an_invoice(goods("1000"), **{"supplied_on": None, **more})


def invoiced(command: IssueInvoice, **sale: Any) -> tuple[Sale, str]:
    played_sale = Sale(**{"profile": PROFILE, **sale})
    return played_sale, str(played_sale.play(command)["invoice"])


# --- the sale and its VAT


def test_vat_on_services_waits_until_they_are_paid() -> None:
    sale, invoice = invoiced(services())
    assert moves(last(sale, "invoice.issued/1")) == [
        ("invoice", TODAY, [
            ("client", 120_000), ("sales", -100_000, -100_000, 2000), ("vat_waiting", -20_000, -100_000, 2000),
        ])
    ]  # fmt: skip
    pay(sale, invoice, "invoice", 30_000)
    pay(sale, invoice, "invoice", 90_000, means="card")
    assert short(last(sale, "invoice.paid/1")) == [
        ("bank", 90_000), ("client", -90_000),
        ("vat_waiting", 15_000, 75_000, 2000), ("vat_collected", -15_000, -75_000, 2000, "receipt"),
    ]  # fmt: skip
    (bank,) = [each for each in last(sale, "invoice.paid/1") if each.account == "bank"]
    assert (bank.means, bank.settles, bank.number, bank.customer) == ("card", f"invoice:{invoice}", "F-00001", CONSUMER)


def test_under_the_debits_option_vat_on_services_falls_due_with_the_invoice() -> None:
    sale, invoice = invoiced(services(), profile=replace(PROFILE, debits_option=True))
    assert ("vat_collected", -20_000, -100_000, 2000, "debit") in short(last(sale, "invoice.issued/1"))
    pay(sale, invoice, "invoice", 120_000)
    assert short(last(sale, "invoice.paid/1")) == [("bank", 120_000), ("client", -120_000)]


def test_vat_on_goods_falls_due_with_the_invoice_where_no_day_is_told() -> None:
    sale, _ = invoiced(sold_goods())
    assert short(last(sale, "invoice.issued/1")) == [
        ("client", 120_000), ("sales", -100_000, -100_000, 2000),
        ("vat_collected", -20_000, -100_000, 2000, "delivery"),
    ]  # fmt: skip


@pytest.mark.parametrize("supplied", ["2026-10-30", "2026-12-04"])
def test_vat_on_goods_that_come_on_another_day_falls_due_on_that_day(supplied: str) -> None:
    sale, _ = invoiced(sold_goods(supplied_on=supplied))
    assert moves(last(sale, "invoice.issued/1")) == [
        ("invoice", TODAY, [
            ("client", 120_000), ("sales", -100_000, -100_000, 2000), ("vat_waiting", -20_000, -100_000, 2000),
        ]),
        ("delivery", supplied, [
            ("vat_waiting", 20_000, 100_000, 2000), ("vat_collected", -20_000, -100_000, 2000, "delivery"),
        ]),
    ]  # fmt: skip


def test_money_for_goods_before_their_delivery_is_a_prepayment() -> None:
    sale, invoice = invoiced(sold_goods(supplied_on="2026-12-04"))
    payment = pay(sale, invoice, "invoice", 30_000)
    prepaid = [
        ("payment", TODAY, [("bank", 30_000), ("client", -30_000)]),
        ("payment", TODAY, [("vat_waiting", 5_000, 25_000, 2000), ("vat_collected", -5_000, -25_000, 2000, "deposit")]),
        ("delivery", "2026-12-04", [
            ("vat_waiting", -5_000, -25_000, 2000), ("vat_collected", 5_000, 25_000, 2000, "delivery"),
        ]),
    ]  # fmt: skip
    assert moves(last(sale, "invoice.paid/1")) == prepaid
    sale.play(ReversePayment(payment=payment, cause="unpaid"))
    assert [each.amount_cents for each in last(sale, "invoice.unpaid/1")] == [
        -30_000,
        30_000,
        -5_000,
        5_000,
        5_000,
        -5_000,
    ]
    due = {each.on: 0 for each in book(sale)}
    for each in book(sale):
        due[each.on] += each.amount_cents if each.account == "vat_collected" else 0
    assert due == {TODAY: 0, "2026-12-04": -20_000}


def test_a_delivery_on_another_day_than_supposed_takes_the_vat_there() -> None:
    sale, invoice = invoiced(sold_goods())
    sale.on("2026-12-02")
    pay(sale, invoice, "invoice", 30_000)
    sale.on("2026-12-10").play(RecordDelivery(about=invoice, about_kind="invoice", on="2026-12-09", complete=True))
    collected: dict[str, int] = {}
    for each in book(sale):
        if each.account == "vat_collected":
            collected[each.on] = collected.get(each.on, 0) - each.amount_cents
    assert collected == {TODAY: 0, "2026-12-02": 5_000, "2026-12-09": 15_000}
    sale.play(RecordDelivery(about=invoice, about_kind="invoice", on="2026-12-10", complete=True))
    assert last(sale, "invoice.delivered/1") == []  # the first complete delivery is the delivery


def test_an_acceptance_never_puts_vat_off() -> None:
    sale, invoice = invoiced(sold_goods())
    sale.on("2026-12-10").play(AcceptWork(about=invoice, about_kind="invoice", on="2026-12-09"))
    assert last(sale, "invoice.delivered/1") == []


def test_a_delivery_of_the_contract_is_one_of_its_invoices() -> None:
    sale = Sale(profile=PROFILE)
    sale.play(a_quote(goods("1000"), special_order=True))
    sign(sale)
    sale.play(IssueInvoice(quote=QUOTE_ID))
    sale.on("2026-12-10").play(RecordDelivery(about=QUOTE_ID, about_kind="quote", on="2026-12-09", complete=True))
    assert [(each.on, each.account, each.amount_cents) for each in last(sale, "quote.delivered/1")] == [
        (TODAY, "vat_waiting", -20_000), (TODAY, "vat_collected", 20_000),
        ("2026-12-09", "vat_waiting", 20_000), ("2026-12-09", "vat_collected", -20_000),
    ]  # fmt: skip


def test_a_rate_of_zero_stands_with_its_base_and_waits_like_the_others() -> None:
    sale, invoice = invoiced(services(lines=(works("1000", 0),)), profile=replace(PROFILE, vat_regime="franchise"))
    assert short(last(sale, "invoice.issued/1"))[1:] == [
        ("sales", -100_000, -100_000, 0), ("vat_waiting", 0, -100_000, 0),
    ]  # fmt: skip
    pay(sale, invoice, "invoice", 40_000)
    assert short(last(sale, "invoice.paid/1"))[2:] == [
        ("vat_waiting", 0, 40_000, 0), ("vat_collected", 0, -40_000, 0, "none"),
    ]  # fmt: skip


# --- deposits


def deposited(**more: Any) -> tuple[Sale, str]:
    """A contract of 1 000.00 at 20 % with a deposit of 30 %, paid."""
    sale = Sale(profile=PROFILE)
    deposit = deposits_of(sale, **{"lines": (works("1000", 2000),), **more})[0]
    pay(sale, deposit, "deposit", 36_000)
    return sale, deposit


RECEIVED = [
    ("bank", 36_000), ("advances", -36_000),
    ("vat_on_advances", 6_000, 30_000, 2000), ("vat_collected", -6_000, -30_000, 2000, "deposit"),
]  # fmt: skip


def test_a_deposit_owes_its_vat_on_receipt_and_the_final_invoice_takes_it_over() -> None:
    sale, deposit = deposited()
    assert short(last(sale, "deposit.paid/1")) == RECEIVED
    sale.play(IssueFinalInvoice(quote=QUOTE_ID))
    assert moves(last(sale, "invoice.issued/1")) == [
        ("invoice", TODAY, [
            ("client", 84_000), ("sales", -70_000, -70_000, 2000), ("vat_waiting", -14_000, -70_000, 2000),
        ]),
        ("deposit_applied", TODAY, [
            ("advances", 36_000), ("sales", -30_000, -30_000, 2000), ("vat_on_advances", -6_000, -30_000, 2000),
        ]),
    ]  # fmt: skip
    assert {each.settles for each in book(sale) if each.account == "advances"} == {f"deposit:{deposit}"}
    assert not sum(each.amount_cents for each in book(sale) if each.account in ("advances", "vat_on_advances"))


def test_a_deposit_invoice_posts_nothing_and_gives_its_number_to_what_follows() -> None:
    sale, deposit = deposited(customer=BUSINESS)
    if not any(one.event.TYPE == "deposit.invoiced/1" for one in sale.entries):
        sale.play(InvoiceDeposit(deposit=deposit))
    assert last(sale, "invoice.issued/1") == []
    sale.play(RefundPayment(means="credit_transfer", amount_cents=36_000, about=deposit, about_kind="deposit"))
    assert {each.number for each in last(sale, "deposit.unpaid/1")} == {"FA-00001"}
    (invoice,) = [one.stream.partition(":")[2] for one in sale.entries if one.event.TYPE == "invoice.issued/1"]
    sale.play(CreditInvoice(invoice=invoice, cause="cancellation"))
    assert last(sale, "credit_note.issued/1") == []


def test_a_deposit_that_bounces_goes_back_with_its_vat() -> None:
    sale, _ = deposited()
    payment = next(one.stream for one in sale.entries if one.event.TYPE == "payment.received/1").partition(":")[2]
    sale.on("2026-11-30").play(ReversePayment(payment=payment, cause="unpaid", reversed_on="2026-11-27"))
    back = last(sale, "deposit.unpaid/1")
    assert short(back) == [
        ("bank", -36_000), ("advances", 36_000),
        ("vat_on_advances", -6_000, -30_000, 2000), ("vat_collected", 6_000, 30_000, 2000, "deposit"),
    ]  # fmt: skip
    assert {(each.cause, each.on, each.day) for each in back} == {("reversal", "2026-11-27", "2026-11-30")}


def test_arrhes_kept_leave_vat_and_become_other_income() -> None:
    sale = Sale(profile=PROFILE)
    sale.play(a_quote(works("1000", 2000), schedule=()))
    sign(sale)
    deposit = str(sale.play(RequestDeposit(quote=QUOTE_ID, amount_cents=36_000, kind="arrhes"))["deposit"])
    pay(sale, deposit, "deposit", 36_000)
    assert short(last(sale, "deposit.paid/1")) == RECEIVED
    sale.play(CancelQuote(quote=QUOTE_ID, by="client"))
    assert short(last(sale, "deposit.forfeited/1")) == [
        ("advances", 36_000), ("arrhes_kept", -36_000),
        ("vat_on_advances", -6_000, -30_000, 2000), ("vat_collected", 6_000, 30_000, 2000, "credit"),
    ]  # fmt: skip


def test_doubled_arrhes_cost_their_second_half_when_they_are_owed() -> None:
    sale = Sale(profile=PROFILE)
    deposit = str(
        sale.play(RequestDeposit(customer=CONSUMER, amount_cents=36_000, rate_bp=2000, kind="arrhes"))["deposit"]
    )
    pay(sale, deposit, "deposit", 36_000)
    sale.play(SettleDeposit(deposit=deposit, outcome="refund", by="issuer"))
    assert short(last(sale, "deposit.refund_due/1")) == [("indemnity", 36_000), ("client", -36_000)]
    sale.play(
        RefundPayment(
            means="credit_transfer", amount_cents=72_000, indemnity_cents=36_000, about=deposit, about_kind="deposit"
        )
    )
    assert last(sale, "refund.paid/1") == []
    assert short(last(sale, "deposit.unpaid/1"))[:3] == [("bank", -72_000), ("advances", 36_000), ("client", 36_000)]
    assert not sum(each.amount_cents for each in book(sale) if each.account in ("advances", "client", "vat_collected"))


# --- credit notes


def test_a_credit_note_takes_what_waits_first_and_what_was_paid_after() -> None:
    sale, invoice = invoiced(services())
    pay(sale, invoice, "invoice", 60_000)
    sale.play(CreditInvoice(invoice=invoice, cause="return", lines=(CreditLine(rank=1, amount_cents=75_000),)))
    assert short(last(sale, "credit_note.issued/1")) == [
        ("sales", 75_000, 75_000, 2000), ("vat_waiting", 10_000, 50_000, 2000),
        ("vat_collected", 5_000, 25_000, 2000, "credit"), ("client", -90_000),
    ]  # fmt: skip
    note = next(one.stream for one in sale.entries if one.event.TYPE == "credit_note.issued/1").partition(":")[2]
    sale.play(RefundPayment(means="cheque", amount_cents=30_000, about=note, about_kind="credit_note"))
    assert short(last(sale, "credit_note.refunded/1")) == [("bank", -30_000), ("client", 30_000)]
    assert not sum(each.amount_cents for each in book(sale) if each.account == "client")


def test_money_that_a_credit_note_sets_free_pays_the_other_rates_of_its_invoice() -> None:
    sale, invoice = invoiced(services(lines=(works("500", 2000), works("500", 1000))))
    pay(sale, invoice, "invoice", 57_500)  # half
    sale.play(CreditInvoice(invoice=invoice, cause="return", lines=(CreditLine(rank=2),)))
    waiting = {each.rate_bp: 0 for each in book(sale) if each.account == "vat_waiting"}
    for each in book(sale):
        if each.account == "vat_waiting":
            waiting[each.rate_bp] += each.amount_cents + each.base_cents
    assert waiting == {2000: -2_500, 1000: 0}  # 25.00 is still to be paid, at the rate that stands


def test_a_credit_note_for_a_lost_debt_takes_the_loss_off_again() -> None:
    sale, invoice = invoiced(services())
    pay(sale, invoice, "invoice", 60_000)
    sale.play(WriteOffInvoice(invoice=invoice))
    assert short(last(sale, "invoice.written_off/1")) == [("bad_debt", 60_000), ("client", -60_000)]
    sale.play(CreditInvoice(invoice=invoice, cause="bad_debt"))
    assert short(last(sale, "credit_note.issued/1")) == [
        ("sales", 50_000, 50_000, 2000), ("vat_waiting", 10_000, 50_000, 2000), ("bad_debt", -60_000),
    ]  # fmt: skip


def test_a_whole_credit_puts_the_deposits_back_where_they_were() -> None:
    sale, _ = deposited()
    invoice = str(sale.play(IssueFinalInvoice(quote=QUOTE_ID))["invoice"])
    sale.play(CreditInvoice(invoice=invoice, cause="cancellation"))
    assert moves(last(sale, "credit_note.issued/1")) == [
        ("credit_note", TODAY, [
            ("sales", 70_000, 70_000, 2000), ("vat_waiting", 14_000, 70_000, 2000), ("client", -84_000),
        ]),
        ("deposit_released", TODAY, [
            ("sales", 30_000, 30_000, 2000), ("vat_on_advances", 6_000, 30_000, 2000), ("advances", -36_000),
        ]),
    ]  # fmt: skip


def test_goods_credited_before_they_came_are_never_due() -> None:
    sale, invoice = invoiced(sold_goods(supplied_on="2026-12-04"))
    sale.play(CreditInvoice(invoice=invoice, cause="cancellation"))
    assert not [each for each in book(sale) if each.on != "2026-12-04" and each.account == "vat_collected"]
    assert not sum(each.amount_cents for each in book(sale) if each.account == "vat_collected")


# --- money


def test_money_put_to_no_document_stands_on_account_until_it_is() -> None:
    sale = Sale(profile=PROFILE)
    payment = str(sale.play(RecordPayment(means="cheque", amount_cents=120_000, received_on="2026-11-20"))["payment"])
    assert short(last(sale, "payment.received/1")) == [("bank", 120_000), ("on_account", -120_000)]
    invoice = str(sale.play(services())["invoice"])
    put = Allocation(about=invoice, about_kind="invoice", amount_cents=120_000)
    sale.play(AllocatePayment(payment=payment, allocations=(put,)))
    paid = last(sale, "invoice.paid/1")
    assert short(paid)[:2] == [("on_account", 120_000), ("client", -120_000)]
    assert {(each.cause, each.on) for each in paid} == {("allocation", TODAY)}  # its invoice is younger than the money


def test_a_payment_of_two_invoices_and_too_much_is_three_moves() -> None:
    sale, first = invoiced(services())
    second = str(sale.play(replace(services(), id=None))["invoice"])
    parts = tuple(Allocation(about=each, about_kind="invoice", amount_cents=120_000) for each in (first, second))
    sale.play(RecordPayment(means="card", amount_cents=250_000, allocations=parts))
    bank = [each for each in book(sale) if each.account == "bank"]
    assert [(each.amount_cents, each.settles) for each in bank[1:]] == [
        (120_000, f"invoice:{first}"), (120_000, f"invoice:{second}"),
    ]  # fmt: skip
    assert bank[0].amount_cents == 10_000
    assert len({each.payment for each in bank}) == 1


def test_an_overpayment_given_back_leaves_the_account_even() -> None:
    sale, invoice = invoiced(services())
    put = Allocation(about=invoice, about_kind="invoice", amount_cents=120_000)
    payment = str(sale.play(RecordPayment(means="card", amount_cents=150_000, allocations=(put,)))["payment"])
    sale.play(RefundPayment(means="card", amount_cents=30_000, payment=payment))
    assert short(last(sale, "payment.refunded/1")) == [("on_account", 30_000), ("bank", -30_000)]


def test_a_refund_that_nothing_called_for_is_owed_by_whoever_got_it() -> None:
    sale = Sale(profile=PROFILE)
    sale.play(RefundPayment(means="card", amount_cents=5_000))
    assert short(last(sale, "refund.paid/1")) == [("on_account", 5_000), ("bank", -5_000)]


def test_money_moved_to_another_document_goes_through_the_account() -> None:
    sale, first = invoiced(services())
    second = str(sale.play(replace(services(), id=None))["invoice"])
    payment = pay(sale, first, "invoice", 120_000)
    part = Allocation(about=first, about_kind="invoice", amount_cents=120_000)
    sale.play(AllocatePayment(payment=payment, free=(part,), allocations=(replace(part, about=second),)))
    assert short(last(sale, "invoice.unpaid/1"))[:2] == [("on_account", -120_000), ("client", 120_000)]
    assert short(last(sale, "invoice.paid/1"))[:2] == [("on_account", 120_000), ("client", -120_000)]
    assert not sum(each.amount_cents for each in book(sale) if each.account == "on_account")


def test_a_corrected_means_moves_between_means() -> None:
    sale, invoice = invoiced(services())
    payment = pay(sale, invoice, "invoice", 120_000, means="card")
    sale.play(CorrectMeans(payment=payment, means="cash"))
    found = last(sale, "payment.means_corrected/1")
    assert [(each.account, each.means, each.amount_cents) for each in found] == [
        ("bank", "cash", 120_000), ("bank", "card", -120_000),
    ]  # fmt: skip


def test_money_collected_by_a_provider_stands_there_until_it_pays_out() -> None:
    sale, invoice = invoiced(services())
    pay(sale, invoice, "invoice", 120_000, means="card", provider="stripe")
    assert short(last(sale, "invoice.paid/1"))[0] == ("provider", 120_000)
    paid_out = ProviderPaidOut(
        provider="stripe",
        provider_reference="po_1",
        currency="EUR",
        gross_cents=120_000,
        fee_cents=1_725,
        paid_on=TODAY,
    )  # fmt: skip
    sale.given(Emit("provider:99999999-0000-4000-8000-000000000001", paid_out))
    assert short(last(sale, "provider.paid_out/1")) == [("bank", 118_275), ("fees", 1_725), ("provider", -120_000)]
    returned = ProviderPayoutReturned(
        provider="stripe", provider_reference="po_1", currency="EUR", amount_cents=118_275, returned_on=TODAY
    )
    sale.given(Emit("provider:99999999-0000-4000-8000-000000000001", returned))
    assert short(last(sale, "provider.payout_returned/1")) == [("provider", 118_275), ("bank", -118_275)]
    drawn = replace(paid_out, provider_reference="po_2", gross_cents=-5_000, fee_cents=245)
    sale.given(Emit("provider:99999999-0000-4000-8000-000000000002", drawn))
    assert short(last(sale, "provider.paid_out/1")) == [("bank", -5_245), ("fees", 245), ("provider", 5_000)]
    assert [each.means for each in last(sale, "provider.paid_out/1")] == ["direct_debit", None, None]
    undone = replace(returned, provider_reference="po_2", amount_cents=-5_245)
    sale.given(Emit("provider:99999999-0000-4000-8000-000000000002", undone))
    assert short(last(sale, "provider.payout_returned/1")) == [("provider", -5_245), ("bank", 5_245)]


def test_an_early_discount_is_a_cost_and_falls_with_its_money() -> None:
    sale, invoice = invoiced(services(customer=BUSINESS), profile=replace(PROFILE, early_discount_bp=200))
    payment = pay(sale, invoice, "invoice", 117_600)
    assert short(last(sale, "invoice.early_discount_taken/1")) == [("early_discount", 2_400), ("client", -2_400)]
    sale.play(ReversePayment(payment=payment, cause="unpaid"))
    assert short(last(sale, "invoice.early_discount_lost/1")) == [("early_discount", -2_400), ("client", 2_400)]
    assert not sum(each.amount_cents for each in book(sale) if each.account == "vat_collected")


def test_penalties_are_claimed_outside_vat_and_letter_nothing() -> None:
    sale, invoice = invoiced(services(customer=BUSINESS))
    sale.later(60).play(ChargePenalty(invoice=invoice))
    found = last(sale, "invoice.penalty_charged/1")
    assert [each.account for each in found] == ["client", "penalties"]
    assert {each.settles for each in found} == {None}


# --- the projection as such


@pytest.mark.parametrize("name", SALES)
def test_no_name_and_no_word_of_a_client_stands_in_a_row(name: str) -> None:
    sale = played(name)
    tables = Folded(BOOK, entries_of(sale)).tables
    text = json.dumps([dict(row.body) for table in tables.values() for row in table.values()], ensure_ascii=False)
    private = [value for one in sale.entries for value in _words(codec.encode(one.event)[1])]
    assert [word for word in private if len(word) > 5 and word in text] == []


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [word for each in value.values() for word in _words(each)]
    return [word for each in value for word in _words(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", ["credit_note_frees_deposits", "invoice_final_b2b"])
def test_the_book_is_pure_and_comes_out_the_same_however_it_is_built(name: str) -> None:
    kit.check(BOOK, entries_of(played(name)))


def test_postings_are_read_by_effective_day_or_as_recorded() -> None:
    sale = Sale(profile=BUILDER)
    sale.play(sold_goods(supplied_on="2026-12-04"))
    view = kit.view_of(BOOK, entries_of(sale))
    everything = list(postings_recorded(view))
    assert [each.on for each in postings(view, on_from="2026-12-01")] == ["2026-12-04"] * 2
    assert len(list(postings(view, on_to=TODAY))) == len(everything) - 2
    seq = everything[0].seq
    assert list(postings(view, upto_seq=seq - 1)) == []
    assert list(postings_recorded(view, first_seq=seq, last_seq=seq)) == everything
    assert list(postings_recorded(view, first_seq=seq + 1)) == []


@pytest.mark.parametrize("name", SALES)
@pytest.mark.parametrize("missing", [2, 3, 5])
def test_where_entries_were_purged_the_rest_is_posted_and_balances(name: str, missing: int) -> None:
    entries = [one for one in entries_of(played(name)) if one.seq % missing]
    assert balance_differences(list(postings_recorded(Folded(BOOK, entries)))) == []
