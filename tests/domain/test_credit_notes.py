"""Credit notes: what may be undone, how it is written, where the money goes; all of it comes to nothing per rate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.commands.sales import CreditInvoice, CreditLine, IssueInvoice
from ledger.domain.decision import Decision
from ledger.domain.events.common import Discount
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceCredited, InvoiceIssued, InvoiceReplaced
from ledger.domain.events.payments import CreditNoteRefunded
from ledger.domain.money import parse_decimal, product_cents
from ledger.domain.parts import left_of, quantity_of
from ledger.domain.streams.credit_note import CREDIT_NOTE
from tests.domain.sales import OTHER_ID, QUOTE_ID, signed
from tests.domain.test_invoices import INVOICE_ID, invoice, invoice_state, item, pay, service
from tests.domain.world import BUSINESS, PROFILE, PUBLIC, FixedWorld, opened

WHOLE = CreditInvoice(invoice=INVOICE_ID, cause="cancellation")


def credit(*lines: CreditLine, cause: Any = "return") -> CreditInvoice:
    return CreditInvoice(invoice=INVOICE_ID, cause=cause, lines=lines)


def note(sale: FixedWorld) -> CreditNoteIssued:
    return sale.last(CreditNoteIssued)


# --- the document


def test_a_credit_note_names_the_number_and_date_of_the_invoice() -> None:
    sale = opened()
    sale.play(invoice())
    answer = sale.later(3).play(WHOLE)
    event = note(sale)
    assert (event.number, event.type_code, event.issued_on, event.whole) == ("A-00001", "381", "2026-11-26", True)
    (preceding,) = event.preceding
    assert (preceding.invoice, preceding.number, preceding.issued_on) == (INVOICE_ID, "F-00001", "2026-11-23")
    assert answer["number"] == "A-00001"


def test_amounts_of_a_credit_note_are_above_zero_and_mirror_the_invoice() -> None:
    sale = opened()
    sale.play(invoice(service("100", rate_bp=1000), item("20", quantity="3"), discount=Discount(share_bp=1000)))
    whole = sale.last(InvoiceIssued)
    sale.play(WHOLE)
    event = note(sale)
    assert event.vat == whole.vat
    assert event.totals.gross_cents == whole.totals.gross_cents
    assert [line.net_cents for line in event.lines] == [line.net_cents for line in whole.lines]
    assert event.credited_ranks == (1, 2)
    assert event.texts is not None
    assert event.texts.lines == ("Réglage d'une porte", "Gond")
    assert event.client == whole.client


def test_a_returned_quantity_is_written_at_the_invoices_price() -> None:
    sale = opened()
    sale.play(invoice(item("9.99", quantity="3"), basis="gross"))
    sale.play(credit(CreditLine(rank=1, quantity="2")))
    (line,) = note(sale).lines
    assert (line.quantity, line.unit_price, line.amount_cents, line.discount) == ("2", "9.99", 1998, None)
    assert note(sale).totals.gross_cents == 1998
    sale.play(credit(CreditLine(rank=1, quantity="1")))
    assert invoice_state(sale).state == "credited"


def test_an_amount_credited_on_a_line_is_written_once() -> None:
    sale = opened()
    sale.play(invoice(service("100"), service("50")))
    sale.play(credit(CreditLine(rank=2, amount_cents=1_050), cause="discount"))
    (line,) = note(sale).lines
    assert (line.quantity, line.unit_price, line.amount_cents) == ("1", "10.5", 1_050)
    assert (note(sale).totals.net_cents, note(sale).totals.vat_cents) == (1_050, 210)
    assert [each.amount_cents for each in left_of(invoice_state(sale))] == [10_000, 3_950]


def test_a_return_of_a_discounted_line_gives_back_what_was_paid_for_it() -> None:
    sale = opened()
    sale.play(invoice(item("10", quantity="4", discount=Discount(share_bp=2500)), discount=Discount(share_bp=1000)))
    sale.play(credit(CreditLine(rank=1, quantity="1")))
    (line,) = note(sale).lines  # 10.00 less a quarter less a tenth: 6.75
    assert (line.amount_cents, line.discount) == (675, Discount(amount_cents=325))


def test_a_deduction_inside_the_invoice_is_undone_with_the_rest() -> None:
    sale = opened()
    sale.play(invoice(service("100"), item("20", quantity="-1")))
    sale.play(WHOLE)
    assert [line.amount_cents for line in note(sale).lines] == [10_000, -2_000]
    assert invoice_state(sale).creditable_cents == 0


def test_a_credit_note_of_a_business_invoice_repeats_no_terms_of_payment() -> None:
    sale = opened()
    sale.play(invoice(customer=BUSINESS))
    sale.play(WHOLE)
    assert note(sale).mentions == ("NATURE_SERVICES",)


def test_a_credit_note_of_a_public_invoice_repeats_no_terms_of_payment() -> None:
    sale = opened(profile=replace(PROFILE, early_discount_bp=200))
    sale.play(invoice(customer=PUBLIC))
    sale.play(WHOLE)
    assert note(sale).mentions == ("NATURE_SERVICES",)


def test_the_nature_told_is_that_of_what_is_credited() -> None:
    sale = opened(profile=replace(PROFILE, debits_option=True))
    sale.play(invoice(service("100"), item("20", quantity="3"), service("50", category="AE"), customer=BUSINESS))
    assert {"NATURE_BOTH", "DEBITS_OPTION", "REVERSE_CHARGE"} <= set(sale.last(InvoiceIssued).mentions)
    sale.play(credit(CreditLine(rank=2, quantity="1")))
    assert note(sale).mentions == ("NATURE_GOODS",)
    sale.play(credit(CreditLine(rank=1)))
    assert note(sale).mentions == ("DEBITS_OPTION", "NATURE_SERVICES")
    sale.play(credit(CreditLine(rank=3)))
    assert note(sale).mentions == ("REVERSE_CHARGE", "NATURE_SERVICES")
    sale.play(credit())
    assert note(sale).mentions == ("NATURE_GOODS",)


# --- the ceiling


def test_more_than_the_line_is_refused() -> None:
    sale = opened()
    sale.play(invoice(item("20", quantity="3")))
    refusal = sale.refusal(credit(CreditLine(rank=1, quantity="4")))
    assert (refusal.code, refusal.place, dict(refusal.facts)) == (
        "CREDIT_ABOVE_INVOICE",
        "/lines/0/quantity",
        {"open_cents": 6_000},
    )
    assert refusal.law is not None
    assert "289" in refusal.law
    refusal = sale.refusal(credit(CreditLine(rank=1, amount_cents=6_001)))
    assert (refusal.code, refusal.place) == ("CREDIT_ABOVE_INVOICE", "/lines/0/amount_cents")


def test_what_was_credited_before_counts() -> None:
    sale = opened()
    sale.play(invoice(item("20", quantity="3")))
    sale.play(credit(CreditLine(rank=1, quantity="2")))
    assert sale.refusal(credit(CreditLine(rank=1, quantity="2"))).code == "CREDIT_ABOVE_INVOICE"
    sale.play(WHOLE)
    assert note(sale).totals.net_cents == 2_000
    refusal = sale.refusal(WHOLE)
    assert (refusal.code, dict(refusal.facts)) == ("INVOICE_NOT_OPEN", {"state": "credited"})


def test_lines_worth_more_than_the_invoice_are_not_credited_beyond_it() -> None:
    sale = opened()
    sale.play(invoice(service("100"), item("80", quantity="-1")))  # 20.00 net, 24.00 with tax
    refusal = sale.refusal(credit(CreditLine(rank=1)))
    assert (refusal.code, dict(refusal.facts)) == ("CREDIT_ABOVE_INVOICE", {"open_cents": 2_400})
    sale.play(WHOLE)
    assert note(sale).totals.gross_cents == 2_400


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (CreditLine(rank=2), "CREDIT_LINE_UNKNOWN"),
        (CreditLine(rank=1, quantity="1", amount_cents=100), "CREDIT_LINE_AMBIGUOUS"),
        (CreditLine(rank=1, quantity="0"), "AMOUNT_NOT_POSITIVE"),
        (CreditLine(rank=1, quantity="-1"), "AMOUNT_NOT_POSITIVE"),
    ],
)
def test_a_line_is_named_and_measured_rightly(line: CreditLine, code: str) -> None:
    sale = opened()
    sale.play(invoice())
    assert sale.refusal(credit(line)).code == code


def test_a_line_is_credited_once_per_note() -> None:
    sale = opened()
    sale.play(invoice(service("100"), service("50")))
    twice = credit(CreditLine(rank=1, amount_cents=1), CreditLine(rank=1, amount_cents=1))
    assert sale.refusal(twice).code == "CREDIT_LINE_TWICE"


def test_a_part_that_is_worth_nothing_is_refused() -> None:
    sale = opened()
    sale.play(invoice(service("100"), item("0")))
    assert sale.refusal(credit(CreditLine(rank=2))).code == "CREDIT_NOTHING"


# --- where the money goes


def test_a_credit_note_first_settles_what_was_still_due() -> None:
    sale = opened()
    sale.play(invoice(service("1000")))  # 1 200.00
    pay(sale, 90_000)
    answer = sale.play(credit(CreditLine(rank=1, amount_cents=40_000)))  # 480.00
    assert (answer["settles_cents"], answer["refund_cents"]) == (30_000, 18_000)
    assert (invoice_state(sale).open_cents, invoice_state(sale).state) == (0, "paid")
    answer = sale.play(WHOLE)
    assert (answer["settles_cents"], answer["refund_cents"]) == (0, 72_000)


def test_what_goes_back_to_the_client_is_owed_until_it_is_paid() -> None:
    sale = opened()
    sale.play(invoice())
    pay(sale, 12_000)
    answer = sale.play(WHOLE)
    identifier = str(answer["credit_note"])
    state = sale.state(CREDIT_NOTE, identifier)
    assert state is not None
    assert state.open_cents == 12_000
    sale.given_in(identifier, CreditNoteRefunded(refund=sale.fresh_id(), amount_cents=5_000, paid_on="2026-11-24"))
    state = sale.state(CREDIT_NOTE, identifier)
    assert state is not None
    assert state.open_cents == 7_000


def test_the_invoice_keeps_the_credit_note_in_its_own_stream() -> None:
    sale = opened()
    sale.play(invoice())
    answer = sale.play(credit(CreditLine(rank=1, quantity="0.5")))
    event = sale.last(InvoiceCredited)
    assert (event.credit_note, event.whole, event.gross_cents) == (answer["credit_note"], False, 6_000)
    assert [(each.rank, each.quantity, each.amount_cents) for each in event.lines] == [(1, "0.5", 5_000)]


# --- replacement


def test_an_invoice_is_replaced_in_one_step() -> None:
    sale = opened()
    sale.play(invoice(service("100"), order_reference="BC-12"))
    again = IssueInvoice(lines=(service("90"),))
    answer = sale.play(CreditInvoice(invoice=INVOICE_ID, cause="error", replacement=again))
    event = sale.last(InvoiceIssued)
    assert (event.number, event.totals.net_cents, event.customer) == ("F-00002", 9_000, invoice().customer)
    assert event.order_reference == "BC-12"
    assert event.preceding[0].number == "F-00001"
    assert sale.last(InvoiceReplaced).by == answer["replacement"]["invoice"]
    assert invoice_state(sale).state == "replaced"


def test_a_replacement_that_is_refused_leaves_the_invoice_as_it_was() -> None:
    sale = opened()
    sale.play(invoice())
    bad = IssueInvoice(lines=(service("90", rate_bp=850),))
    refusal = sale.refusal(CreditInvoice(invoice=INVOICE_ID, cause="error", replacement=bad))
    assert (refusal.code, refusal.place) == ("VAT_RATE_NOT_IN_FORCE", "/replacement/lines/0/rate_bp")
    assert invoice_state(sale).state == "open"


def test_an_invoice_typed_by_hand_may_be_replaced_by_that_of_the_contract_and_not_by_another() -> None:
    sale = opened()
    signed(sale)
    sale.play(invoice())
    whole = IssueInvoice(quote=QUOTE_ID)
    answer = sale.play(CreditInvoice(invoice=INVOICE_ID, cause="error", replacement=whole))
    event = sale.last(InvoiceIssued)
    assert (event.quote, event.totals.gross_cents, event.preceding[0].number) == (QUOTE_ID, 170_000, "F-00001")
    other = IssueInvoice(quote=OTHER_ID)
    command = CreditInvoice(invoice=str(answer["replacement"]["invoice"]), cause="error", replacement=other)
    refusal = sale.refusal(command)
    assert (refusal.code, refusal.place) == ("REPLACEMENT_NOT_OF_THIS_KIND", "/replacement/quote")


def test_an_invoice_credited_in_part_is_not_replaced() -> None:
    sale = opened()
    sale.play(invoice(service("100"), service("50")))
    command = CreditInvoice(
        invoice=INVOICE_ID,
        cause="error",
        lines=(CreditLine(rank=1),),
        replacement=IssueInvoice(lines=(service(),)),
    )
    assert sale.refusal(command).code == "REPLACEMENT_NEEDS_WHOLE_CREDIT"


# --- properties

RATES = st.sampled_from([2000, 1000, 550, 210])
LINES = st.lists(
    st.tuples(st.integers(0, 99_999), st.integers(-3, 7), RATES, st.sampled_from(["goods", "services"])),
    min_size=1,
    max_size=5,
)
PARTS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["quantity", "amount"]), st.integers(1, 9)), max_size=6)


@settings(max_examples=100, deadline=None)
@given(LINES, PARTS, st.sampled_from(["net", "gross"]), st.one_of(st.none(), st.integers(0, 9_999)))
def test_credit_notes_never_exceed_and_together_leave_nothing_at_any_rate(
    drawn: list[Any], parts: list[Any], basis: str, discount_bp: int | None
) -> None:
    sale = opened()
    lines = [
        item(f"{price // 100}.{price % 100:02d}5", quantity=str(count or 1), rate_bp=rate, nature=nature)
        for price, count, rate, nature in drawn
    ]
    command = invoice(
        *lines,
        basis=basis,
        customer=BUSINESS,
        discount=Discount(share_bp=discount_bp) if discount_bp is not None else None,
    )
    if not isinstance(sale.when(command), Decision):
        return  # a negative total: the invoice itself is refused
    sale.play(command)
    whole = sale.last(InvoiceIssued)
    for rank, how, tenths in parts:
        if rank < len(lines):
            _credit_some(sale, rank, how, tenths)
    if not invoice_state(sale).whole_credited and isinstance(sale.when(WHOLE), Decision):
        sale.play(WHOLE)
    state = invoice_state(sale)
    notes = sale.all_of(CreditNoteIssued)
    assert sum(each.totals.gross_cents for each in notes) == state.credited_cents <= whole.totals.gross_cents
    for each in notes:
        assert sum(line.net_cents for line in each.lines) == each.totals.net_cents
        assert sum(row.base_cents + row.vat_cents for row in each.vat) == each.totals.gross_cents
        for line in each.lines:
            full = product_cents(parse_decimal(line.quantity), parse_decimal(line.unit_price))
            off = line.discount.amount_cents if line.discount is not None else 0
            assert abs(full) - (off or 0) == abs(line.amount_cents)
    if whole.totals.gross_cents and all(count >= 0 for _, count, _, _ in drawn):
        assert state.whole_credited
    if state.whole_credited:
        assert all(row.base_cents == row.vat_cents == 0 for row in state.creditable_rows())
        assert all(left.amount_cents == left.net_cents == 0 for left in left_of(state))
        assert sum(each.settles_cents + each.refund_cents for each in notes) == whole.due_cents


def _credit_some(sale: FixedWorld, rank: int, how: str, tenths: int) -> None:
    left = left_of(invoice_state(sale))[rank]
    if how == "amount":
        amount = abs(left.amount_cents) * tenths // 10
        line = CreditLine(rank=rank + 1, amount_cents=amount or 1)
    else:
        line = CreditLine(rank=rank + 1, quantity=quantity_of(abs(left.millionths) * tenths // 10))
    outcome = sale.when(credit(line))
    if isinstance(outcome, Decision):
        sale.play(credit(line))
