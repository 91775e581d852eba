"""The customer stream: who they are, how they are treated, what they agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord, Party
from ledger.domain.events.parties import ConsentRecorded, CustomerRegistered, CustomerUpdated
from ledger.domain.types import CustomerKind


@dataclass(frozen=True, slots=True)
class CustomerState:
    """One customer. `party` is None once their data were erased: no document can name them any more."""

    kind: CustomerKind = "consumer"
    country: str = "FR"
    tax_resident: str = "FR"
    small_business: bool = False
    risk: Literal["low", "normal", "high"] = "normal"
    payment_days: int | None = None
    language: Literal["fr", "en"] = "fr"
    party: Party | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)  # by subject, as last recorded

    def agrees(self, subject: Literal["electronic_invoice", "messages"]) -> bool:
        """Tell whether the customer's last recorded word on a subject is yes."""
        return self.consents.get(subject, False)


def start() -> CustomerState:
    """Give the state before the first event."""
    return CustomerState()


def evolve(state: CustomerState, event: EventRecord) -> CustomerState:
    """Give the state after one event."""
    match event:
        case CustomerRegistered() | CustomerUpdated():
            return CustomerState(
                kind=event.kind,
                country=event.country,
                tax_resident=event.tax_resident,
                small_business=event.small_business,
                risk=event.risk,
                payment_days=event.payment_days,
                language=event.language,
                party=event.party,
                consents=state.consents,
            )
        case ConsentRecorded():
            return replace(state, consents={**state.consents, event.subject: event.given})
        case _:
            return state


CUSTOMER: StreamKind[CustomerState] = StreamKind("customer", start, evolve)
"""Customers."""
