"""The deposit stream: a request for money in advance, what came in for it, and where that money went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord, RateSplit
from ledger.domain.events.deposits import (
    DepositApplied,
    DepositCancelled,
    DepositForfeited,
    DepositInvoiced,
    DepositReceipted,
    DepositRefundDue,
    DepositReleased,
    DepositRequested,
)
from ledger.domain.events.payments import DepositPaid, DepositUnpaid
from ledger.domain.types import Means

DepositPhase = Literal[
    "none", "requested", "partly_paid", "paid", "applied", "forfeited", "refund_due", "refunded", "cancelled"
]


@dataclass(frozen=True, slots=True)
class DepositPayment:
    """Money that came in for a deposit, less what was reversed or moved to another document."""

    payment: str
    amount_cents: int
    means: Means
    received_on: str
    split: tuple[RateSplit, ...] = ()


@dataclass(frozen=True, slots=True)
class DepositUse:
    """What one invoice deducted, with the interest it allowed."""

    invoice: str
    amount_cents: int
    interest_cents: int


@dataclass(frozen=True, slots=True)
class DepositState:
    """One deposit. All amounts are gross (TTC).

    `payments` holds what came in, oldest first, less what was reversed or moved away; `refunds` what went back.
    """

    events: int = 0
    request: DepositRequested | None = None
    requested_at: int = 0
    cancelled: bool = False
    payments: tuple[DepositPayment, ...] = ()
    refunds: tuple[DepositUnpaid, ...] = ()
    uses: tuple[DepositUse, ...] = ()
    forfeited_cents: int = 0
    refund_asked_cents: int = 0
    indemnity_asked_cents: int = 0
    indemnity_paid_cents: int = 0
    invoices: tuple[str, ...] = ()  # deposit invoices (386)
    receipts: tuple[tuple[str, str, int], ...] = ()  # receipt, payment, cents

    @property
    def asked(self) -> DepositRequested:
        """The request; the stream of a deposit always begins with one."""
        if self.request is None:
            raise AssertionError("a deposit stream begins with a request")
        return self.request

    @property
    def amount_cents(self) -> int:
        """What was asked for."""
        return self.asked.amount_cents

    @property
    def split(self) -> tuple[RateSplit, ...]:
        """The amount asked for, per VAT rate."""
        return self.asked.split

    @property
    def paid_cents(self) -> int:
        """What came in and was neither reversed nor moved; refunds are not taken off."""
        return sum(each.amount_cents for each in self.payments)

    @property
    def applied_cents(self) -> int:
        """What invoices deduct now."""
        return sum(use.amount_cents for use in self.uses)

    @property
    def refunded_cents(self) -> int:
        """What went back to the client, the indemnity of doubled arrhes not counted."""
        return sum(each.amount_cents for each in self.refunds)

    @property
    def available_cents(self) -> int:
        """What is held for the client and can be deducted: paid less applied, forfeited and refunded."""
        return self.paid_cents - self.applied_cents - self.forfeited_cents - self.refunded_cents

    @property
    def to_refund_cents(self) -> int:
        """What must still go back to the client, the indemnity not counted."""
        return max(0, min(self.refund_asked_cents - self.refunded_cents, self.available_cents))

    @property
    def indemnity_due_cents(self) -> int:
        """What must still be paid on top: the second half of doubled arrhes, legal interest."""
        return max(0, self.indemnity_asked_cents - self.indemnity_paid_cents)

    @property
    def deductible_cents(self) -> int:
        """What a final invoice may deduct: available, and not to be given back."""
        return max(0, self.available_cents - self.to_refund_cents)

    @property
    def to_pay_cents(self) -> int:
        """What the client still has to pay on this request; nothing once it is cancelled or settled.

        What was given back without being asked to (money taken within the seven days) has to be paid again.
        """
        if self.cancelled or self.forfeited_cents or self.refund_asked_cents:
            return 0
        return max(0, self.amount_cents - self.paid_cents + self.refunded_cents)

    @property
    def phase(self) -> DepositPhase:
        """Where the deposit stands, in one word."""
        if self.request is None:
            return "none"
        if self.to_refund_cents or self.indemnity_due_cents:
            return "refund_due"
        if self.forfeited_cents:
            return "forfeited"
        if self.applied_cents and not self.available_cents:
            return "applied"
        if self.refunded_cents and not self.available_cents and not self.to_pay_cents:
            return "refunded"
        if self.cancelled and not self.available_cents:
            return "cancelled"
        if self.to_pay_cents == 0:
            return "paid"
        return "partly_paid" if self.paid_cents > self.refunded_cents else "requested"


def start() -> DepositState:
    """Give the state before the first event."""
    return DepositState()


def evolve(state: DepositState, event: EventRecord) -> DepositState:
    """Give the state after one event."""
    return _evolve(replace(state, events=state.events + 1), event)


def _evolve(state: DepositState, event: EventRecord) -> DepositState:
    match event:
        case DepositRequested():
            return replace(state, request=event, requested_at=state.events)
        case DepositPaid():
            return replace(state, payments=_paid(state.payments, event))
        case DepositUnpaid(cause="refunded"):
            return replace(
                state,
                refunds=(*state.refunds, event),
                indemnity_paid_cents=state.indemnity_paid_cents + event.indemnity_cents,
            )
        case DepositUnpaid():
            return replace(state, payments=_taken_off(state.payments, event))
        case DepositApplied():
            use = DepositUse(event.invoice, event.amount_cents, event.interest_cents)
            return replace(state, uses=(*state.uses, use))
        case DepositReleased():
            return replace(state, uses=_released(state.uses, event))
        case _:
            return _settle(state, event)


def _settle(state: DepositState, event: EventRecord) -> DepositState:
    match event:
        case DepositForfeited():
            return replace(state, forfeited_cents=state.forfeited_cents + event.amount_cents)
        case DepositRefundDue():
            return replace(
                state,
                refund_asked_cents=state.refund_asked_cents + event.paid_cents,
                indemnity_asked_cents=state.indemnity_asked_cents + event.indemnity_cents + event.interest_cents,
            )
        case DepositCancelled():
            return replace(state, cancelled=True)
        case DepositInvoiced():
            return replace(state, invoices=(*state.invoices, event.invoice))
        case DepositReceipted():
            return replace(state, receipts=(*state.receipts, (event.receipt, event.payment, event.amount_cents)))
        case _:
            return state


def _paid(payments: tuple[DepositPayment, ...], event: DepositPaid) -> tuple[DepositPayment, ...]:
    """Add money; several parts of one payment are one, so that what is taken off it again finds all its rates."""
    known = next((rank for rank, each in enumerate(payments) if each.payment == event.payment), None)
    if known is None:
        paid = DepositPayment(event.payment, event.amount_cents, event.means, event.received_on, event.split)
        return (*payments, paid)
    one = payments[known]
    turned = tuple(
        replace(
            each,
            net_cents=-each.net_cents,
            vat_cents=-each.vat_cents,
            gross_cents=-each.gross_cents,
            goods_gross_cents=-each.goods_gross_cents,
        )
        for each in event.split
    )
    here = {(each.category, each.rate_bp, each.exemption) for each in one.split}
    new = tuple(each for each in event.split if (each.category, each.rate_bp, each.exemption) not in here)
    split = (*subtract_split(one.split, turned), *new)
    merged = replace(one, amount_cents=one.amount_cents + event.amount_cents, split=split)
    return (*payments[:known], merged, *payments[known + 1 :])


def _taken_off(payments: tuple[DepositPayment, ...], event: DepositUnpaid) -> tuple[DepositPayment, ...]:
    """Take a reversed or moved amount off the payment it came from; what is left keeps its rates."""
    left: list[DepositPayment] = []
    amount = event.amount_cents
    for each in payments:
        if each.payment != event.payment or amount == 0:
            left.append(each)
            continue
        off = min(amount, each.amount_cents)
        amount -= off
        if off < each.amount_cents:
            split = subtract_split(each.split, event.split)
            left.append(replace(each, amount_cents=each.amount_cents - off, split=split))
    return tuple(left)


def subtract_split(whole: tuple[RateSplit, ...], part: tuple[RateSplit, ...]) -> tuple[RateSplit, ...]:
    """Take one split off another, rate by rate; rates of nothing are left out."""
    off = {(each.category, each.rate_bp, each.exemption): each for each in part}
    left = []
    for each in whole:
        less = off.get((each.category, each.rate_bp, each.exemption))
        if less is None:
            left.append(each)
            continue
        row = replace(
            each,
            net_cents=each.net_cents - less.net_cents,
            vat_cents=each.vat_cents - less.vat_cents,
            gross_cents=each.gross_cents - less.gross_cents,
            goods_gross_cents=each.goods_gross_cents - less.goods_gross_cents,
        )
        if row.gross_cents:
            left.append(row)
    return tuple(left)


def _released(uses: tuple[DepositUse, ...], event: DepositReleased) -> tuple[DepositUse, ...]:
    """Give back what a credit note freed of one invoice's deduction."""
    left: list[DepositUse] = []
    for use in uses:
        if use.invoice != event.invoice:
            left.append(use)
        elif use.amount_cents > event.amount_cents:
            left.append(replace(use, amount_cents=use.amount_cents - event.amount_cents))
    return tuple(left)


DEPOSIT: StreamKind[DepositState] = StreamKind("deposit", start, evolve)
"""Requests for money in advance, and plain payment requests."""
