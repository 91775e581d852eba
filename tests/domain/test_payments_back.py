"""Money that did not stay, and money given back."""

from __future__ import annotations

import pytest

from ledger.domain.commands.payments import RecordPayment, RefundPayment, ReversePayment
from ledger.domain.events.deposits import DepositApplied, DepositRefundDue
from ledger.domain.events.invoices import EarlyDiscountLost, EarlyDiscountTaken
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import (
    Allocation,
    CreditNoteRefunded,
    DepositPaid,
    DepositUnpaid,
    InvoicePaid,
    InvoiceUnpaid,
    PaymentRefunded,
    PaymentReversed,
    RefundPaid,
)
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.payment import PAYMENT, PaymentState
from tests.domain.documents import a_credit, a_deposit, an_invoice, credited_by, row
from tests.domain.world import BUSINESS, FixedWorld, opened

INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
OTHER = "cccccccc-0000-4000-8000-000000000002"
NOTE_ID = "cccccccc-0000-4000-8000-000000000003"
DEPOSIT_ID = "dddddddd-0000-4000-8000-000000000001"
PAYMENT_ID = "eeeeeeee-0000-4000-8000-000000000001"
SECOND = "eeeeeeee-0000-4000-8000-000000000002"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"


def pay(
    cents: int, *allocations: tuple[str, int], identifier: str = PAYMENT_ID, on: str | None = None
) -> RecordPayment:
    return RecordPayment(
        id=identifier,
        means="card",
        amount_cents=cents,
        received_on=on,
        allocations=tuple(
            Allocation(about=about, about_kind="deposit" if about == DEPOSIT_ID else "invoice", amount_cents=part)
            for about, part in allocations
        ),
    )


def codes(sale: FixedWorld) -> list[str]:
    return [each.code for each in sale.all_of(TaskOpened)]


def payment(sale: FixedWorld, identifier: str = PAYMENT_ID) -> PaymentState:
    state = sale.state(PAYMENT, identifier)
    assert state is not None
    return state


def invoice(sale: FixedWorld, identifier: str = INVOICE_ID) -> InvoiceState:
    state = sale.state(INVOICE, identifier)
    assert state is not None
    return state


def deposit(sale: FixedWorld) -> DepositState:
    state = sale.state(DEPOSIT, DEPOSIT_ID)
    assert state is not None
    return state


@pytest.fixture
def sale() -> FixedWorld:
    """Two invoices of 120.00, the first at two rates."""
    two_rates = an_invoice(row(5_000), row(5_450, 1000))  # 60.00 + 59.95
    return opened().given_in(INVOICE_ID, two_rates).given_in(OTHER, an_invoice(n=2))


# --- reversed


def test_a_reversed_payment_opens_its_invoice_again_with_the_same_vat(sale: FixedWorld) -> None:
    sale.play(pay(11_995, (INVOICE_ID, 11_995)))
    sale.play(ReversePayment(payment=PAYMENT_ID, cause="unpaid", reference="CHQ 12"))
    event = sale.last(InvoiceUnpaid)
    assert (event.cause, event.amount_cents) == ("reversed", 11_995)
    assert event.split == tuple(sorted(sale.last(InvoicePaid).split, key=lambda each: each.rate_bp))
    assert invoice(sale).open_cents == 11_995
    assert payment(sale).phase == "reversed"
    assert sale.refusal(ReversePayment(payment=PAYMENT_ID, cause="unpaid")).code == "PAYMENT_ALREADY_REVERSED"


def test_a_part_reversal_takes_what_settles_nothing_first_then_the_newest_document(sale: FixedWorld) -> None:
    sale.play(pay(25_000, (INVOICE_ID, 11_995), (OTHER, 12_000)))
    sale.play(ReversePayment(payment=PAYMENT_ID, cause="chargeback", amount_cents=2_000))
    reversal = sale.last(PaymentReversed)
    assert [(each.about, each.amount_cents) for each in reversal.freed] == [(OTHER, 995)]
    assert (invoice(sale).open_cents, invoice(sale, OTHER).open_cents) == (0, 995)
    assert (payment(sale).unallocated_cents, payment(sale).left_cents) == (0, 23_000)


def test_no_more_is_reversed_than_is_left(sale: FixedWorld) -> None:
    sale.play(pay(100))
    refusal = sale.refusal(ReversePayment(payment=PAYMENT_ID, cause="entry_error", amount_cents=101))
    assert (refusal.code, dict(refusal.facts)) == ("REVERSAL_ABOVE_PAYMENT", {"open_cents": 100})
    sale.play(RefundPayment(means="card", amount_cents=100, payment=PAYMENT_ID))
    refusal = sale.refusal(ReversePayment(payment=PAYMENT_ID, cause="entry_error"))
    assert (refusal.code, dict(refusal.facts)) == ("REVERSAL_ABOVE_PAYMENT", {"open_cents": 0})


def test_a_reversal_is_not_dated_before_the_payment_nor_ahead(sale: FixedWorld) -> None:
    sale.play(pay(100, on="2026-11-20"))
    before = ReversePayment(payment=PAYMENT_ID, cause="unpaid", reversed_on="2026-11-19")
    ahead = ReversePayment(payment=PAYMENT_ID, cause="unpaid", reversed_on="2026-11-24")
    assert sale.refusal(before).code == "DATE_BEFORE_PAYMENT"
    assert sale.refusal(ahead).code == "DATE_IN_FUTURE"
    assert sale.refusal(ReversePayment(payment=UNKNOWN, cause="unpaid")).code == "REFERENCE_UNKNOWN"


def test_an_early_discount_falls_with_the_money_that_earned_it() -> None:
    offered = an_invoice(early_discount_bp=200, early_discount_days=10, customer_kind="business", customer=BUSINESS)
    sale = opened().given_in(INVOICE_ID, offered)
    sale.play(pay(11_760, (INVOICE_ID, 11_760)))
    sale.play(ReversePayment(payment=PAYMENT_ID, cause="rejected"))
    lost = sale.last(EarlyDiscountLost)
    assert (lost.amount_cents, lost.split) == (240, sale.last(EarlyDiscountTaken).split)
    assert invoice(sale).open_cents == 12_000


def test_a_reversed_deposit_leaves_its_receipt_and_its_final_invoice_to_be_put_right() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit())
    sale.play(pay(12_000, (DEPOSIT_ID, 12_000)))
    sale.given_in(DEPOSIT_ID, DepositApplied(invoice=INVOICE_ID, amount_cents=12_000))
    sale.play(ReversePayment(payment=PAYMENT_ID, cause="unpaid"))
    assert sale.last(DepositUnpaid).cause == "reversed"
    assert codes(sale) == ["correct_final_invoice", "take_back_receipt"]


# --- given back: credit notes


def credited(sale: FixedWorld, refund_cents: int) -> FixedWorld:
    credit = a_credit(INVOICE_ID, row(5_000), row(5_450, 1000), refund_cents=refund_cents)
    return sale.given_in(NOTE_ID, credit).given_in(INVOICE_ID, credited_by(NOTE_ID, credit))


def test_a_refund_of_a_credit_note_leaves_the_invoice_paid_and_credited(sale: FixedWorld) -> None:
    sale.play(pay(11_995, (INVOICE_ID, 11_995)))
    credited(sale, 11_995).play(
        RefundPayment(means="card", amount_cents=11_995, about=NOTE_ID, about_kind="credit_note", payment=PAYMENT_ID)
    )
    refund = sale.last(RefundPaid)
    assert (refund.flags, refund.amount_cents, refund.payment) == ((), 11_995, PAYMENT_ID)
    assert {each.rate_bp: each.gross_cents for each in refund.split} == {2000: 6_000, 1000: 5_995}
    assert sale.last(CreditNoteRefunded).amount_cents == 11_995
    assert sale.all_of(InvoiceUnpaid) == ()
    assert (payment(sale).left_cents, payment(sale).allocated_cents) == (0, 0)
    assert invoice(sale).paid_cents == 11_995


def test_parts_of_a_refund_add_up_to_the_credit_note_at_each_rate(sale: FixedWorld) -> None:
    sale.play(pay(11_995, (INVOICE_ID, 11_995)))
    credited(sale, 11_995)
    for cents in (1, 3_333, 8_661):
        sale.play(RefundPayment(means="card", amount_cents=cents, about=NOTE_ID, about_kind="credit_note"))
    splits = [each for event in sale.all_of(RefundPaid) for each in event.split]
    by_rate = {rate: [each for each in splits if each.rate_bp == rate] for rate in (2000, 1000)}
    assert {rate: sum(each.vat_cents for each in mine) for rate, mine in by_rate.items()} == {2000: 1_000, 1000: 545}
    assert {rate: sum(each.net_cents for each in mine) for rate, mine in by_rate.items()} == {2000: 5_000, 1000: 5_450}
    note = sale.state(CREDIT_NOTE, NOTE_ID)
    assert note is not None
    assert note.open_cents == 0


def test_more_given_back_than_a_credit_note_owes_is_recorded_and_flagged(sale: FixedWorld) -> None:
    sale.play(pay(11_995, (INVOICE_ID, 11_995)))
    credited(sale, 11_995)
    answer = sale.play(RefundPayment(means="card", amount_cents=12_000, about=NOTE_ID, about_kind="credit_note"))
    assert answer["flags"] == ["nothing_due"]
    assert sale.last(CreditNoteRefunded).amount_cents == 11_995
    assert sale.last(RefundPaid).amount_cents == 12_000
    assert codes(sale) == ["explain_refund"]


def test_a_refund_of_the_payment_or_the_invoice_finds_the_credit_note_that_calls_for_it(sale: FixedWorld) -> None:
    sale.play(pay(11_995, (INVOICE_ID, 11_995)))
    credited(sale, 11_995)
    sale.play(RefundPayment(means="card", amount_cents=5_000, payment=PAYMENT_ID))
    sale.play(RefundPayment(means="card", amount_cents=6_995, about=INVOICE_ID, about_kind="invoice"))
    assert [each.amount_cents for each in sale.all_of(CreditNoteRefunded)] == [5_000, 6_995]
    assert [each.flags for each in sale.all_of(RefundPaid)] == [(), ()]


# --- given back: too much, or for nothing


def test_an_overpayment_is_given_back_out_of_what_settles_nothing(sale: FixedWorld) -> None:
    sale.play(pay(15_000, (OTHER, 15_000)))
    sale.play(RefundPayment(means="credit_transfer", amount_cents=3_000, about=PAYMENT_ID, about_kind="payment"))
    refunded = sale.last(PaymentRefunded)
    assert (refunded.amount_cents, refunded.freed, refunded.unallocated_cents) == (3_000, (), 0)
    assert (sale.last(RefundPaid).flags, sale.last(RefundPaid).split) == ((), ())


def test_money_given_back_that_nobody_owed_opens_the_invoice_again_and_is_flagged(sale: FixedWorld) -> None:
    sale.play(pay(12_000, (OTHER, 12_000)))
    sale.play(RefundPayment(means="card", amount_cents=5_000, payment=PAYMENT_ID))
    unpaid = sale.last(InvoiceUnpaid)
    assert (unpaid.cause, unpaid.amount_cents) == ("refunded", 5_000)
    assert sale.last(RefundPaid).split == unpaid.split
    assert [each.code for each in sale.last(RefundPaid).flags] == ["nothing_due"]
    assert invoice(sale, OTHER).open_cents == 5_000


def test_a_refund_out_of_nowhere_is_recorded_and_flagged() -> None:
    sale = opened()
    answer = sale.play(RefundPayment(means="cash", amount_cents=500))
    assert answer["flags"] == ["nothing_due"]
    assert sale.last(RefundPaid).amount_cents == 500


def test_a_refund_of_more_than_the_payment_never_takes_more_out_of_it(sale: FixedWorld) -> None:
    sale.play(pay(1_000))
    sale.play(RefundPayment(means="card", amount_cents=1_500, payment=PAYMENT_ID))
    assert sale.last(PaymentRefunded).amount_cents == 1_000
    assert [each.code for each in sale.last(RefundPaid).flags] == ["nothing_due"]


# --- given back: deposits


def test_doubled_arrhes_go_back_with_their_indemnity_outside_vat() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit())
    sale.play(pay(12_000, (DEPOSIT_ID, 12_000)))
    owed = DepositRefundDue(cause="trader_cancelled", paid_cents=12_000, indemnity_cents=12_000)
    sale.given_in(DEPOSIT_ID, owed)
    sale.play(
        RefundPayment(
            means="credit_transfer",
            amount_cents=24_000,
            indemnity_cents=12_000,
            about=DEPOSIT_ID,
            about_kind="deposit",
        )
    )
    refund = sale.last(RefundPaid)
    assert (refund.flags, refund.payment, refund.indemnity_cents) == ((), PAYMENT_ID, 12_000)
    assert sum(each.gross_cents for each in refund.split) == 12_000
    unpaid = sale.last(DepositUnpaid)
    assert (unpaid.amount_cents, unpaid.indemnity_cents) == (12_000, 12_000)
    assert deposit(sale).phase == "refunded"


def test_an_indemnity_may_follow_by_itself() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit())
    sale.play(pay(12_000, (DEPOSIT_ID, 12_000)))
    sale.given_in(DEPOSIT_ID, DepositRefundDue(cause="trader_cancelled", paid_cents=12_000, indemnity_cents=12_000))
    back = {"means": "card", "amount_cents": 12_000, "about": DEPOSIT_ID, "about_kind": "deposit"}
    sale.play(RefundPayment(**back))  # type: ignore[arg-type] # members by name
    assert deposit(sale).phase == "refund_due"
    sale.play(RefundPayment(**back, indemnity_cents=12_000))  # type: ignore[arg-type] # the same
    assert deposit(sale).phase == "refunded"
    assert [each.flags for each in sale.all_of(RefundPaid)] == [(), ()]
    sale.play(RefundPayment(**back, indemnity_cents=12_000))  # type: ignore[arg-type] # the same
    assert [each.code for each in sale.last(RefundPaid).flags] == ["nothing_due"]


def test_a_deposit_paid_twice_over_goes_back_the_newest_payment_first() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(kind="acompte"))
    sale.play(pay(7_000, (DEPOSIT_ID, 7_000)))
    sale.play(pay(5_000, (DEPOSIT_ID, 5_000), identifier=SECOND))
    sale.given_in(DEPOSIT_ID, DepositRefundDue(cause="agreed", paid_cents=12_000))
    sale.play(RefundPayment(means="card", amount_cents=6_000, about=DEPOSIT_ID, about_kind="deposit"))
    assert [(each.payment, each.amount_cents) for each in sale.all_of(DepositUnpaid)] == [
        (SECOND, 5_000),
        (PAYMENT_ID, 1_000),
    ]
    assert sale.last(RefundPaid).payment is None
    assert (payment(sale).left_cents, payment(sale, SECOND).left_cents) == (6_000, 0)
    assert deposit(sale).to_refund_cents == 6_000


def test_money_taken_within_the_seven_days_is_owed_back_without_being_asked_for() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit(payable_from="2026-12-01"))
    sale.play(pay(12_000, (DEPOSIT_ID, 12_000)))
    sale.play(RefundPayment(means="card", amount_cents=12_000, payment=PAYMENT_ID))
    assert sale.last(RefundPaid).flags == ()
    assert sale.last(DepositUnpaid).amount_cents == 12_000
    assert (deposit(sale).phase, deposit(sale).to_pay_cents) == ("requested", 12_000)
    sale.on("2026-12-01").play(pay(12_000, (DEPOSIT_ID, 12_000), identifier=SECOND))
    assert deposit(sale).phase == "paid"
    assert sale.last(DepositPaid).split == sale.all_of(DepositPaid)[0].split != ()


def test_a_deposit_given_back_that_nobody_owed_is_flagged() -> None:
    sale = opened().given_in(DEPOSIT_ID, a_deposit())
    sale.play(pay(12_000, (DEPOSIT_ID, 12_000)))
    sale.play(RefundPayment(means="card", amount_cents=12_000, about=DEPOSIT_ID, about_kind="deposit"))
    assert [each.code for each in sale.last(RefundPaid).flags] == ["nothing_due"]


def test_a_refund_names_known_things_only(sale: FixedWorld) -> None:
    def refused(**members: object) -> tuple[str, str]:
        refusal = sale.refusal(RefundPayment(means="card", amount_cents=1, **members))  # type: ignore[arg-type] # by name
        return refusal.code, refusal.place

    for kind in ("deposit", "invoice", "credit_note", "payment"):
        assert refused(about=UNKNOWN, about_kind=kind) == ("REFERENCE_UNKNOWN", "/about")
    assert refused(payment=UNKNOWN) == ("REFERENCE_UNKNOWN", "/payment")
    assert refused(about=INVOICE_ID) == ("MEMBER_MISSING", "/about_kind")
    assert refused(indemnity_cents=2) == ("REFUND_INDEMNITY_ABOVE_AMOUNT", "/indemnity_cents")
    assert refused(paid_on="2027-01-01") == ("DATE_IN_FUTURE", "/paid_on")
