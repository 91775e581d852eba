"""The quote stream: the version in force, the contract it became, and what happened to that contract.

The document in force is kept whole, its private client and texts included, because invoices copy them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord, Line
from ledger.domain.events.quotes import (
    Delivered,
    DepositAttached,
    MilestoneReached,
    QuoteAmended,
    QuoteCancelled,
    QuoteDeclined,
    QuoteDocument,
    QuoteExpired,
    QuoteInvoiced,
    QuoteSent,
    QuoteSigned,
    QuoteUninvoiced,
    QuoteViewed,
    QuoteWithdrawn,
    SignatureAttached,
)
from ledger.domain.types import Side

IGNORED: tuple[type[EventRecord], ...] = (QuoteViewed,)
"""Written for the record; no decision rests on it."""

QuotePhase = Literal["none", "open", "signed", "declined", "expired", "cancelled", "withdrawn"]


@dataclass(frozen=True, slots=True)
class DepositLink:
    """A deposit request of the contract; `instalment` is the rank in the schedule, from 1."""

    deposit: str
    amount_cents: int
    instalment: int | None


@dataclass(frozen=True, slots=True)
class InvoicedPart:
    """An invoice of the contract; `undone_cents` is what credit notes took off it."""

    invoice: str
    kind: Literal["ordinary", "progress", "final"]
    gross_cents: int
    performed_bp: tuple[int, ...] = ()
    undone_cents: int = 0
    undone: bool = False  # credited whole
    covers: tuple[str, ...] = ()  # the change orders that stood when it was issued


@dataclass(frozen=True, slots=True)
class QuoteState:
    """One quote.

    `document` is the version in force; `document_at` the version of this stream (counted from 1) at which it was
    recorded: `world.recorded(QUOTE.stream(id), state.document_at)` is the fingerprint that a signature binds.
    """

    phase: QuotePhase = "none"
    events: int = 0
    document: QuoteDocument | None = None
    document_at: int = 0
    sent: bool = False
    signature: str | None = None  # the request for signatures on the version in force
    contract: QuoteSigned | None = None
    amendments: tuple[QuoteAmended, ...] = ()
    deposits: tuple[DepositLink, ...] = ()
    milestones: tuple[tuple[str, str], ...] = ()  # code and day, in order
    deliveries: tuple[Delivered, ...] = ()
    invoices: tuple[InvoicedPart, ...] = ()
    ended_by: Side | None = None  # who cancelled

    @property
    def current(self) -> QuoteDocument:
        """The version in force; the stream of a quote always begins with one."""
        if self.document is None:
            raise AssertionError("a quote stream begins with a document")
        return self.document

    @property
    def signed(self) -> bool:
        """Whether the contract stands: signed, and neither cancelled nor withdrawn from."""
        return self.phase == "signed"

    @property
    def gross_cents(self) -> int:
        """What the contract is worth with its change orders (TTC); the quote's total before signature."""
        if self.contract is None:
            return self.current.totals.gross_cents
        return self.contract.totals.gross_cents + sum(each.gross_cents for each in self.amendments)

    @property
    def invoiced_cents(self) -> int:
        """What has been invoiced of it (TTC), less credit notes."""
        return sum(part.gross_cents - part.undone_cents for part in self.invoices)

    @property
    def performed_bp(self) -> tuple[int, ...]:
        """The cumulative shares per line of the last progress invoice that stands; empty before the first."""
        for part in reversed(self.invoices):
            if part.performed_bp and not part.undone:
                return part.performed_bp
        return ()

    @property
    def delivered_on(self) -> str | None:
        """The day of the last complete delivery, if there is one."""
        days = [each.on for each in self.deliveries if each.kind == "delivery" and each.complete]
        return max(days, default=None)

    @property
    def accepted_on(self) -> str | None:
        """The day on which the client accepted the work, if they did."""
        return next((each.on for each in self.deliveries if each.kind == "acceptance"), None)

    @property
    def amended_by(self) -> tuple[str, ...]:
        """The change orders that stand; one that ended is recorded a second time, with its figures turned."""
        ids = [each.amendment for each in self.amendments]
        return tuple(each for each in dict.fromkeys(ids) if ids.count(each) % 2)

    def bills(self, amendment: str) -> bool:
        """Say whether an invoice that stands was issued while this change order did."""
        return any(amendment in part.covers and not part.undone for part in self.invoices)

    @property
    def counted(self) -> tuple[int, ...]:
        """The ranks (from 1) of the lines that count: without a choice, or chosen at signature."""
        chosen = self.contract.chosen if self.contract is not None else ()
        return counted_ranks(self.current.lines, chosen)


def counted_ranks(lines: tuple[Line, ...], chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Give the ranks (from 1) of the lines that count, in order, for a choice."""
    return tuple(rank for rank, line in enumerate(lines, 1) if line.choice is None or rank in chosen)


def start() -> QuoteState:
    """Give the state before the first event."""
    return QuoteState()


def evolve(state: QuoteState, event: EventRecord) -> QuoteState:
    """Give the state after one event."""
    return _evolve(replace(state, events=state.events + 1), event)


def _evolve(state: QuoteState, event: EventRecord) -> QuoteState:
    match event:
        case QuoteDocument():
            return replace(state, phase="open", document=event, document_at=state.events, sent=False, signature=None)
        case QuoteSent():
            return replace(state, sent=True)
        case SignatureAttached():
            return replace(state, signature=event.signature)
        case QuoteSigned():
            return replace(state, phase="signed", contract=event, signature=event.signature)
        case QuoteAmended():
            return replace(state, amendments=(*state.amendments, event))
        case DepositAttached():
            link = DepositLink(event.deposit, event.amount_cents, event.instalment)
            return replace(state, deposits=(*state.deposits, link))
        case MilestoneReached():
            return replace(state, milestones=(*state.milestones, (event.milestone, event.on)))
        case Delivered():
            return replace(state, deliveries=(*state.deliveries, event))
        case _:
            return _end_or_invoice(state, event)


def _end_or_invoice(state: QuoteState, event: EventRecord) -> QuoteState:
    match event:
        case QuoteInvoiced():
            part = InvoicedPart(
                event.invoice, event.kind, event.gross_cents, event.performed_bp, covers=state.amended_by
            )
            return replace(state, invoices=(*state.invoices, part))
        case QuoteUninvoiced():
            return replace(state, invoices=tuple(_undone(part, event) for part in state.invoices))
        case QuoteDeclined():
            return replace(state, phase="declined")
        case QuoteExpired():
            return replace(state, phase="expired")
        case QuoteCancelled():
            return replace(state, phase="cancelled", ended_by=event.by)
        case QuoteWithdrawn():
            return replace(state, phase="withdrawn", ended_by="client")
        case _:
            return state


def _undone(part: InvoicedPart, event: QuoteUninvoiced) -> InvoicedPart:
    if part.invoice != event.invoice:
        return part
    return replace(part, undone_cents=part.undone_cents + event.gross_cents, undone=part.undone or event.whole)


QUOTE: StreamKind[QuoteState] = StreamKind("quote", start, evolve)
"""Quotes and the contracts they become."""
