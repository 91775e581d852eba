"""The delivery stream: goods handed over, or work accepted, for a contract or an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.quotes import DeliveryRecorded, WorkAccepted


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """One delivery or acceptance."""

    about: str = ""
    about_kind: Literal["quote", "invoice"] = "quote"
    kind: Literal["delivery", "acceptance"] = "delivery"
    on: str = ""


def start() -> DeliveryState:
    """Give the state before the first event."""
    return DeliveryState()


def evolve(state: DeliveryState, event: EventRecord) -> DeliveryState:
    """Give the state after one event."""
    match event:
        case DeliveryRecorded():
            return DeliveryState(event.about, event.about_kind, "delivery", event.on)
        case WorkAccepted():
            return DeliveryState(event.about, event.about_kind, "acceptance", event.on)
        case _:
            return state


DELIVERY: StreamKind[DeliveryState] = StreamKind("delivery", start, evolve)
"""Deliveries and acceptances."""
