"""What later decisions need of one invoice: the document, what was paid, credited and given up of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord, RateSplit, VatRow
from ledger.domain.events.invoices import (
    EarlyDiscountLost,
    EarlyDiscountTaken,
    InvoiceCredited,
    InvoiceDelivered,
    InvoiceDisputed,
    InvoiceIssued,
    InvoiceReplaced,
    InvoiceSent,
    InvoiceViewed,
    LineCredit,
    PenaltyCharged,
    WrittenOff,
)
from ledger.domain.events.payments import InvoicePaid, InvoiceUnpaid
from ledger.domain.money import div_half_up
from ledger.domain.totals import subtract_rows
from ledger.kernel.frozen import frozen

InvoiceWord = Literal["open", "part_paid", "paid", "credited", "replaced", "written_off"]


@frozen
class Received:
    """One movement of money on an invoice: above zero came in, below zero was taken off again."""

    on: str
    amount_cents: int


@frozen
class InvoiceState:
    """One invoice and what happened to it.

    `document` is the event that issued it (its client and texts may have been erased since). The money of a deposit
    invoice (386) runs on its deposit, never here: nothing is ever open on it (docs/decisions/deposit-invoices.md).
    """

    document: InvoiceIssued | None = None
    received: tuple[Received, ...] = ()
    paid_cents: int = 0
    paid_splits: tuple[RateSplit, ...] = ()  # of payments, in cents TTC per rate; a payment taken off counts minus
    credited_cents: int = 0  # TTC, by credit notes
    settled_cents: int = 0  # part of it that was still due
    refund_cents: int = 0  # part of it that goes back to the client
    credited_lines: tuple[LineCredit, ...] = ()
    credited_rows: tuple[VatRow, ...] = ()
    credit_notes: tuple[str, ...] = ()
    whole_credited: bool = False  # credit notes have undone all of it
    early_discount_cents: int = 0
    written_off_cents: int = 0
    penalty_cents: int = 0
    indemnity_cents: int = 0
    penalised_upto: str | None = None  # last day that penalties were claimed for
    disputed: bool = False
    sent: bool = False
    viewed: bool = False
    delivered_on: str | None = None  # the last complete delivery or acceptance
    replaced_by: str | None = None

    @property
    def issued(self) -> InvoiceIssued:
        """The document; a stream that has an event has one."""
        assert self.document is not None, "an invoice stream begins with invoice.issued"  # noqa: S101 - says so to mypy
        return self.document

    @property
    def gross_cents(self) -> int:
        """Total TTC of the document."""
        return self.issued.totals.gross_cents

    @property
    def due_cents(self) -> int:
        """What the document asked for: gross less deposits and interest."""
        return self.issued.due_cents

    @property
    def pays_deposit(self) -> str | None:
        """The deposit that a payment of this document goes to instead (386), or None."""
        document = self.issued
        return document.deposit if document.kind == "deposit" else None

    @property
    def open_cents(self) -> int:
        """What is still to be paid; zero or more."""
        document = self.issued
        if document.kind == "deposit":
            return 0
        settled = self.settled_cents + self.early_discount_cents + self.written_off_cents
        return max(0, document.due_cents - self.paid_cents - settled)

    @property
    def creditable_cents(self) -> int:
        """What credit notes may still undo, TTC: the ceiling is the gross (CGI 289 I-5)."""
        return self.issued.totals.gross_cents - self.credited_cents

    @property
    def state(self) -> InvoiceWord:
        """One word for where it stands."""
        if self.replaced_by is not None:
            return "replaced"
        if self.whole_credited:
            return "credited"
        if self.written_off_cents:
            return "written_off"
        if self.open_cents == 0:
            return "paid"
        return "part_paid" if self.paid_cents or self.settled_cents else "open"

    def creditable_rows(self) -> tuple[VatRow, ...]:
        """What credit notes may still undo, per rate."""
        return subtract_rows(self.issued.vat, self.credited_rows) if self.credited_rows else self.issued.vat

    def open_rows(self) -> tuple[VatRow, ...]:
        """What of each rate was neither prepaid, paid nor credited: where a payment's VAT is taken from.

        The sum is `open_cents` plus interest and early discount, and less what is to be refunded.
        """
        prepaid = tuple(row_of(split) for each in self.issued.prepaid for split in each.split)
        paid = tuple(row_of(split) for split in self.paid_splits)
        return subtract_rows(self.issued.vat, prepaid, paid, self.credited_rows)


def row_of(split: RateSplit) -> VatRow:
    """Write the split of a payment or deposit as a VAT row; goods get their share of base and VAT pro rata.

    The goods' part of a split is known TTC only; its VAT is found by proportion, so that base and VAT of the goods add
    up to it.
    """
    goods_vat = 0
    if split.gross_cents:
        sign = 1 if split.gross_cents > 0 else -1
        goods_vat = sign * div_half_up(split.vat_cents * split.goods_gross_cents, abs(split.gross_cents))
    return VatRow(
        category=split.category,
        rate_bp=split.rate_bp,
        exemption=split.exemption,
        base_cents=split.net_cents,
        vat_cents=split.vat_cents,
        goods_base_cents=split.goods_gross_cents - goods_vat,
        goods_vat_cents=goods_vat,
    )


def _minus(split: RateSplit) -> RateSplit:
    return RateSplit(
        category=split.category,
        rate_bp=split.rate_bp,
        exemption=split.exemption,
        net_cents=-split.net_cents,
        vat_cents=-split.vat_cents,
        gross_cents=-split.gross_cents,
        goods_gross_cents=-split.goods_gross_cents,
    )


def start() -> InvoiceState:
    """Give the state of an invoice before its first event."""
    return _START


def evolve(state: InvoiceState, event: EventRecord) -> InvoiceState:
    """Give the state after one event; an event of another kind of stream changes nothing."""
    apply = _APPLY.get(type(event))
    return state if apply is None else apply(state, event)


def _issued(_: InvoiceState, event: InvoiceIssued) -> InvoiceState:
    return InvoiceState(document=event)


def _paid(state: InvoiceState, event: InvoicePaid) -> InvoiceState:
    # Written out, because this is the fold of every payment and `replace` costs three times as much; a test holds
    # that no member is forgotten.
    return InvoiceState(
        document=state.document,
        received=(*state.received, Received(event.received_on, event.amount_cents)),
        paid_cents=state.paid_cents + event.amount_cents,
        paid_splits=(*state.paid_splits, *event.split),
        credited_cents=state.credited_cents,
        settled_cents=state.settled_cents,
        refund_cents=state.refund_cents,
        credited_lines=state.credited_lines,
        credited_rows=state.credited_rows,
        credit_notes=state.credit_notes,
        whole_credited=state.whole_credited,
        early_discount_cents=state.early_discount_cents,
        written_off_cents=state.written_off_cents,
        penalty_cents=state.penalty_cents,
        indemnity_cents=state.indemnity_cents,
        penalised_upto=state.penalised_upto,
        disputed=state.disputed,
        sent=state.sent,
        viewed=state.viewed,
        delivered_on=state.delivered_on,
        replaced_by=state.replaced_by,
    )


def _unpaid(state: InvoiceState, event: InvoiceUnpaid) -> InvoiceState:
    return replace(
        state,
        received=(*state.received, Received(event.on, -event.amount_cents)),
        paid_cents=state.paid_cents - event.amount_cents,
        paid_splits=(*state.paid_splits, *map(_minus, event.split)),
    )


def _credited(state: InvoiceState, event: InvoiceCredited) -> InvoiceState:
    return replace(
        state,
        credited_cents=state.credited_cents + event.gross_cents,
        settled_cents=state.settled_cents + event.settles_cents,
        refund_cents=state.refund_cents + event.refund_cents,
        credited_lines=(*state.credited_lines, *event.lines),
        credited_rows=(*state.credited_rows, *event.vat),
        credit_notes=(*state.credit_notes, event.credit_note),
        whole_credited=state.whole_credited or event.whole,
    )


def _replaced(state: InvoiceState, event: InvoiceReplaced) -> InvoiceState:
    return replace(state, replaced_by=event.by)


def _sent(state: InvoiceState, _: InvoiceSent) -> InvoiceState:
    return replace(state, sent=True)


def _viewed(state: InvoiceState, _: InvoiceViewed) -> InvoiceState:
    return replace(state, viewed=True)


def _delivered(state: InvoiceState, event: InvoiceDelivered) -> InvoiceState:
    return replace(state, delivered_on=event.on) if event.complete else state


def _disputed(state: InvoiceState, event: InvoiceDisputed) -> InvoiceState:
    return replace(state, disputed=event.state == "opened")


def _discount_taken(state: InvoiceState, event: EarlyDiscountTaken) -> InvoiceState:
    return replace(state, early_discount_cents=state.early_discount_cents + event.amount_cents)


def _discount_lost(state: InvoiceState, event: EarlyDiscountLost) -> InvoiceState:
    return replace(state, early_discount_cents=state.early_discount_cents - event.amount_cents)


def _penalty(state: InvoiceState, event: PenaltyCharged) -> InvoiceState:
    return replace(
        state,
        penalty_cents=state.penalty_cents + event.penalty_cents,
        indemnity_cents=state.indemnity_cents + event.indemnity_cents,
        penalised_upto=event.upto,
    )


def _written_off(state: InvoiceState, event: WrittenOff) -> InvoiceState:
    return replace(state, written_off_cents=state.written_off_cents + event.amount_cents)


_START = InvoiceState()

_APPLY: Mapping[type[EventRecord], Callable[[InvoiceState, Any], InvoiceState]] = {
    InvoiceIssued: _issued,
    InvoicePaid: _paid,
    InvoiceUnpaid: _unpaid,
    InvoiceCredited: _credited,
    InvoiceReplaced: _replaced,
    InvoiceSent: _sent,
    InvoiceViewed: _viewed,
    InvoiceDelivered: _delivered,
    InvoiceDisputed: _disputed,
    EarlyDiscountTaken: _discount_taken,
    EarlyDiscountLost: _discount_lost,
    PenaltyCharged: _penalty,
    WrittenOff: _written_off,
}

INVOICE: StreamKind[InvoiceState] = StreamKind("invoice", start, evolve)
"""Invoices: `world.state(INVOICE, uuid)`."""
