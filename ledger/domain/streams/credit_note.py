"""What later decisions need of one credit note: what goes back to the client, and how much of it has gone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord, VatRow
from ledger.domain.events.invoices import CreditNoteIssued
from ledger.domain.events.payments import CreditNoteRefunded


@dataclass(frozen=True, slots=True)
class CreditNoteState:
    """One credit note."""

    number: str = ""
    issued_on: str = ""
    invoice: str = ""
    customer: str | None = None
    currency: str = ""
    gross_cents: int = 0
    vat: tuple[VatRow, ...] = ()
    refund_cents: int = 0  # to be paid back to the client
    refunded_cents: int = 0  # paid back so far

    @property
    def open_cents(self) -> int:
        """What is still to be paid back; zero or more."""
        return max(0, self.refund_cents - self.refunded_cents)


def start() -> CreditNoteState:
    """Give the state of a credit note before its first event."""
    return _START


def evolve(state: CreditNoteState, event: EventRecord) -> CreditNoteState:
    """Give the state after one event; an event of another kind of stream changes nothing."""
    if isinstance(event, CreditNoteIssued):
        return CreditNoteState(
            number=event.number,
            issued_on=event.issued_on,
            invoice=event.preceding[0].invoice,
            customer=event.customer,
            currency=event.currency,
            gross_cents=event.totals.gross_cents,
            vat=event.vat,
            refund_cents=event.refund_cents,
        )
    if isinstance(event, CreditNoteRefunded):
        return replace(state, refunded_cents=state.refunded_cents + event.amount_cents)
    return state


_START = CreditNoteState()

CREDIT_NOTE: StreamKind[CreditNoteState] = StreamKind("credit_note", start, evolve)
"""Credit notes: `world.state(CREDIT_NOTE, uuid)`."""
