"""The provider stream: one payout of a payment provider."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.payments import ProviderPaidOut, ProviderPayoutReturned


@dataclass(frozen=True, slots=True)
class ProviderState:
    """One payout: what reached the bank, in cents of its currency (below zero: left it), when, whether it went back."""

    paid_cents: int = 0
    currency: str = ""
    paid_on: str = ""
    returned: bool = False


def payout_id(provider: str, reference: str) -> str:
    """Give the id of a payout: from the provider and its own reference, in the form of a UUIDv4."""
    made = sha256(f"sceau-payout/1\n{provider}\n{reference}".encode()).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def start() -> ProviderState:
    """Give the state before the first event."""
    return ProviderState()


def evolve(state: ProviderState, event: EventRecord) -> ProviderState:
    """Give the state after one event."""
    match event:
        case ProviderPaidOut():
            return ProviderState(event.gross_cents - event.fee_cents, event.currency, event.paid_on)
        case ProviderPayoutReturned():
            return replace(state, returned=True)
        case _:
            return state


PROVIDER: StreamKind[ProviderState] = StreamKind("provider", start, evolve)
"""Payouts of payment providers."""
