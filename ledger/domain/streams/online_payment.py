"""The online payment stream: a collection that a payment provider was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.payments import OnlinePaymentEnded, OnlinePaymentOpened


@dataclass(frozen=True, slots=True)
class OnlinePaymentState:
    """One collection; `outcome` is "open" until the provider says how it ended."""

    about: str = ""
    about_kind: str = ""
    amount_cents: int = 0
    provider: str = ""
    outcome: Literal["open", "paid", "failed", "expired", "cancelled"] = "open"
    payment: str | None = None


def start() -> OnlinePaymentState:
    """Give the state before the first event."""
    return OnlinePaymentState()


def evolve(state: OnlinePaymentState, event: EventRecord) -> OnlinePaymentState:
    """Give the state after one event."""
    match event:
        case OnlinePaymentOpened():
            return OnlinePaymentState(event.about, event.about_kind, event.amount_cents, event.provider)
        case OnlinePaymentEnded():
            return replace(state, outcome=event.outcome, payment=event.payment)
        case _:
            return state


ONLINE_PAYMENT: StreamKind[OnlinePaymentState] = StreamKind("online_payment", start, evolve)
"""Collections by payment providers."""
