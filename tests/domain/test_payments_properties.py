"""Whatever happens to money, in whatever order, nothing is lost and nothing is counted twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.advances import split_rows
from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import (
    AllocatePayment,
    RecordPayment,
    RefundPayment,
    ReversePayment,
)
from ledger.domain.decision import Decision
from ledger.domain.events.payments import (
    Allocation,
    PayableKind,
    PaymentRefunded,
    RefundPaid,
    Settlement,
    Unsettlement,
)
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.payment import PAYMENT
from tests.domain.documents import a_credit, a_deposit, an_invoice, credited_by, row
from tests.domain.world import FixedWorld, opened

INVOICES = tuple(f"cccccccc-0000-4000-8000-00000000000{n}" for n in (1, 2))
DEPOSITS = tuple(f"dddddddd-0000-4000-8000-00000000000{n}" for n in (1, 2))
PAYMENTS = tuple(f"eeeeeeee-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
PAID = PAYMENTS[3]  # came before the story begins
NOTE = "cccccccc-0000-4000-8000-000000000009"
DOCUMENTS: Mapping[str, PayableKind] = {
    **dict.fromkeys(INVOICES, "invoice"),
    **dict.fromkeys(DEPOSITS, "deposit"),
}

cents = st.integers(1, 500) | st.integers(1, 15_000)
payments = st.sampled_from(PAYMENTS)
part = st.builds(
    lambda about, amount: Allocation(about=about, about_kind=DOCUMENTS[about], amount_cents=amount),
    st.sampled_from(tuple(DOCUMENTS)),
    cents,
)
one = part.map(lambda each: (each,))
parts = st.lists(part, max_size=3).map(tuple)
grounds = st.sampled_from([(None, None), (NOTE, "credit_note"), *DOCUMENTS.items()])

commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        lambda identifier, extra, allocations: RecordPayment(
            id=identifier,
            means="card",
            amount_cents=extra + sum(each.amount_cents for each in allocations),
            allocations=allocations,
        ),
        payments,
        cents,
        parts,
    ),
    st.builds(lambda p, put: AllocatePayment(payment=p, allocations=put), payments, one),
    st.builds(lambda p, free, put: AllocatePayment(payment=p, free=free, allocations=put), payments, one, parts),
    st.builds(
        lambda p, amount: ReversePayment(payment=p, cause="unpaid", amount_cents=amount),
        payments,
        st.none() | cents,
    ),
    st.builds(
        lambda p, amount, ground: RefundPayment(
            means="card", amount_cents=amount, payment=p, about=ground[0], about_kind=ground[1]
        ),
        st.none() | payments,
        cents,
        grounds,
    ),
)


def shop() -> FixedWorld:
    return _shop().copy()


@cache
def _shop() -> FixedWorld:
    """Two invoices, the second paid and then credited by half; two deposits, one of arrhes, one banned for now."""
    sale = opened()
    sale.given_in(INVOICES[0], an_invoice(row(4_999), row(3_001, 550), row(1_000, 1000, goods=True)))
    sale.given_in(INVOICES[1], an_invoice(n=2))
    whole = Allocation(about=INVOICES[1], about_kind="invoice", amount_cents=12_000)
    sale.play(RecordPayment(id=PAID, means="card", amount_cents=12_000, allocations=(whole,)))
    credit = a_credit(INVOICES[1], row(5_000), refund_cents=6_000, whole=False)
    sale.given_in(NOTE, credit).given_in(INVOICES[1], credited_by(NOTE, credit))
    sale.given_in(DEPOSITS[0], a_deposit(row(2_345), row(777, 550)))
    sale.given_in(DEPOSITS[1], a_deposit(kind="acompte", n=2, payable_from="2027-01-01"))
    return sale


@settings(deadline=None)  # a busy machine is no fault of the rules
@given(st.lists(commands, max_size=12))
def test_nothing_is_lost_whatever_happens_to_money(asked: list[Command]) -> None:
    sale = shop()
    for command in asked:
        outcome = sale.when(command)
        if isinstance(outcome, Decision):
            sale.given(*outcome.events)
            check(sale)


def check(sale: FixedWorld) -> None:
    for identifier in PAYMENTS:
        state = sale.state(PAYMENT, identifier)
        if state is not None:
            check_payment(sale, identifier)
    for identifier in INVOICES:
        invoice = sale.state(INVOICE, identifier)
        assert invoice is not None
        assert 0 <= invoice.paid_cents <= invoice.due_cents - invoice.settled_cents
        assert invoice.paid_cents == sum(
            payment_to(sale, each, identifier) + through_note(sale, each, identifier) for each in PAYMENTS
        )
        assert sum(each.gross_cents for each in invoice.paid_splits) == invoice.paid_cents
        for paid in split_rows(invoice.paid_splits):
            (whole,) = (each for each in invoice.issued.vat if each.rate_bp == paid.rate_bp)
            assert 0 <= paid.base_cents <= whole.base_cents
            assert 0 <= paid.vat_cents <= whole.vat_cents
        if invoice.paid_cents == 0:
            assert all(each.base_cents == each.vat_cents == 0 for each in split_rows(invoice.paid_splits))
    for identifier in DEPOSITS:
        deposit = sale.state(DEPOSIT, identifier)
        assert deposit is not None
        assert 0 <= deposit.available_cents <= deposit.amount_cents
        assert deposit.available_cents == sum(payment_to(sale, each, identifier) for each in PAYMENTS)


def payment_to(sale: FixedWorld, payment: str, about: str) -> int:
    state = sale.state(PAYMENT, payment)
    return state.allocated_to(about) if state is not None else 0


def check_payment(sale: FixedWorld, identifier: str) -> None:
    """Amount = what settles documents + what settles nothing + reversed + given back; the documents say the same."""
    state = sale.state(PAYMENT, identifier)
    assert state is not None
    assert state.left_cents == state.allocated_cents + state.unallocated_cents
    assert min(state.left_cents, state.unallocated_cents, state.reversed_cents, state.refunded_cents) >= 0
    for about, kind in DOCUMENTS.items():
        events = sale.events(f"{kind}:{about}")
        came = (each for each in events if isinstance(each, Settlement) and each.payment == identifier)
        gone = (each for each in events if isinstance(each, Unsettlement) and each.payment == identifier)
        left = sum(each.amount_cents for each in came) - sum(each.amount_cents for each in gone)
        assert left == state.allocated_to(about) + through_note(sale, identifier, about)


def through_note(sale: FixedWorld, payment: str, about: str) -> int:
    """What a credit note gave back of a payment: the payment no longer settles, the invoice stays paid."""
    refunds = (each for each in sale.events(f"payment:{payment}") if isinstance(each, PaymentRefunded))
    freed = sum(part.amount_cents for each in refunds for part in each.freed if part.about == about)
    events = sale.events(f"{DOCUMENTS[about]}:{about}")
    unpaid = (each for each in events if isinstance(each, Unsettlement) and each.payment == payment)
    return freed - sum(each.amount_cents for each in unpaid if each.cause == "refunded")


@settings(deadline=None)
@given(st.lists(cents, min_size=1, max_size=6))
def test_every_refund_is_recorded_whole(amounts: list[int]) -> None:
    sale = shop()
    for amount in amounts:
        sale.play(RefundPayment(means="card", amount_cents=amount, about=NOTE, about_kind="credit_note"))
    assert [each.amount_cents for each in sale.all_of(RefundPaid)] == amounts
    flagged = [bool(each.flags) for each in sale.all_of(RefundPaid)]
    assert flagged == sorted(flagged)  # once nothing more is due, every further refund says so
    assert any(flagged) == (sum(amounts) > 6_000)
