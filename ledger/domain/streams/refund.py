"""The refund stream: money that went back to the client."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.payments import RefundPaid


@dataclass(frozen=True, slots=True)
class RefundState:
    """One refund."""

    amount_cents: int = 0
    payment: str | None = None
    about: str | None = None


def start() -> RefundState:
    """Give the state before the first event."""
    return RefundState()


def evolve(state: RefundState, event: EventRecord) -> RefundState:
    """Give the state after one event."""
    return RefundState(event.amount_cents, event.payment, event.about) if isinstance(event, RefundPaid) else state


REFUND: StreamKind[RefundState] = StreamKind("refund", start, evolve)
"""Refunds."""
