"""The receipt stream: a numbered receipt for money received."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.deposits import ReceiptIssued


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """One receipt."""

    number: str = ""
    issued_on: str = ""
    payment: str = ""
    deposit: str | None = None
    amount_cents: int = 0


def start() -> ReceiptState:
    """Give the state before the first event."""
    return ReceiptState()


def evolve(state: ReceiptState, event: EventRecord) -> ReceiptState:
    """Give the state after one event."""
    if isinstance(event, ReceiptIssued):
        return ReceiptState(event.number, event.issued_on, event.payment, event.deposit, event.amount_cents)
    return state


RECEIPT: StreamKind[ReceiptState] = StreamKind("receipt", start, evolve)
"""Receipts."""
