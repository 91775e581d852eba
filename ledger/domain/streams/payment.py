"""The payment stream: money announced and received, which documents it settles, and what of it went again.

At any time: amount = allocations + unallocated + reversed + refunded. Money given back through a credit note leaves
its allocation too, while the invoice stays paid in its own stream: it is paid and credited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.payments import (
    Allocation,
    ChargebackClosed,
    ChargebackOpened,
    MeansCorrected,
    PaymentAllocated,
    PaymentAnnounced,
    PaymentFailed,
    PaymentReceipted,
    PaymentReceived,
    PaymentRefunded,
    PaymentReversed,
)
from ledger.domain.types import Means
from ledger.kernel.frozen import frozen

PaymentPhase = Literal["none", "announced", "received", "failed", "reversed"]


@frozen
class PaymentState:
    """One payment. `allocations` are what stands now, oldest first; `on` is its value date."""

    phase: PaymentPhase = "none"
    means: Means = "other"
    currency: str = ""
    amount_cents: int = 0
    on: str = ""
    customer: str | None = None
    about: str | None = None  # announced for
    allocations: tuple[Allocation, ...] = ()
    unallocated_cents: int = 0
    reversed_cents: int = 0
    refunded_cents: int = 0
    receipted_cents: int = 0  # receipts were issued for
    contested_cents: int = 0  # chargeback not decided yet
    chargebacks: tuple[str, ...] = ()  # the provider's references of all there were, the newest last

    @property
    def left_cents(self) -> int:
        """What of it is still with the business: neither reversed nor given back."""
        return self.amount_cents - self.reversed_cents - self.refunded_cents

    @property
    def allocated_cents(self) -> int:
        """What of it settles documents now."""
        return sum(each.amount_cents for each in self.allocations)

    def allocated_to(self, about: str) -> int:
        """Give what of it settles one document now, in cents."""
        return sum(each.amount_cents for each in self.allocations if each.about == about)


def start() -> PaymentState:
    """Give the state before the first event."""
    return _START


def evolve(state: PaymentState, event: EventRecord) -> PaymentState:
    """Give the state after one event."""
    apply = _APPLY.get(type(event))
    return state if apply is None else apply(state, event)


def newest_first(allocations: tuple[Allocation, ...], amount_cents: int) -> tuple[Allocation, ...]:
    """Choose which allocations an amount is taken from: the newest first, the last one in part."""
    chosen: list[Allocation] = []
    for each in reversed(allocations):
        if amount_cents <= 0:
            break
        off = min(amount_cents, each.amount_cents)
        amount_cents -= off
        chosen.append(each if off == each.amount_cents else replace(each, amount_cents=off))
    return tuple(chosen)


def without(allocations: tuple[Allocation, ...], freed: tuple[Allocation, ...]) -> tuple[Allocation, ...]:
    """Take freed amounts off allocations, document by document, the newest first."""
    if not freed:
        return allocations
    off = dict.fromkeys((each.about for each in freed), 0)
    for each in freed:
        off[each.about] += each.amount_cents
    left: list[Allocation] = []
    for each in reversed(allocations):
        less = min(off.get(each.about, 0), each.amount_cents)
        if less:
            off[each.about] -= less
        if less < each.amount_cents:
            left.append(replace(each, amount_cents=each.amount_cents - less) if less else each)
    return tuple(reversed(left))


def _announced(_: PaymentState, event: PaymentAnnounced) -> PaymentState:
    return PaymentState(
        phase="announced",
        means=event.means,
        currency=event.currency,
        amount_cents=event.amount_cents,
        on=event.announced_on,
        about=event.about,
    )


def _received(_: PaymentState, event: PaymentReceived) -> PaymentState:
    return PaymentState(
        phase="received",
        means=event.means,
        currency=event.currency,
        amount_cents=event.amount_cents,
        on=event.received_on,
        customer=event.customer,
        allocations=event.allocations,
        unallocated_cents=event.unallocated_cents,
    )


def _allocated(state: PaymentState, event: PaymentAllocated) -> PaymentState:
    left = without(state.allocations, event.freed)
    return replace(state, allocations=(*left, *event.allocations), unallocated_cents=event.unallocated_cents)


def _reversed(state: PaymentState, event: PaymentReversed) -> PaymentState:
    freed = sum(each.amount_cents for each in event.freed)
    after = replace(
        state,
        allocations=without(state.allocations, event.freed),
        unallocated_cents=max(0, state.unallocated_cents + freed - event.amount_cents),
        reversed_cents=state.reversed_cents + event.amount_cents,
    )
    return replace(after, phase="reversed") if after.left_cents <= 0 else after


def _refunded(state: PaymentState, event: PaymentRefunded) -> PaymentState:
    return replace(
        state,
        allocations=without(state.allocations, event.freed),
        unallocated_cents=event.unallocated_cents,
        refunded_cents=state.refunded_cents + event.amount_cents,
    )


def _receipted(state: PaymentState, event: PaymentReceipted) -> PaymentState:
    return replace(state, receipted_cents=state.receipted_cents + event.amount_cents)


def _failed(state: PaymentState, _: PaymentFailed) -> PaymentState:
    return replace(state, phase="failed")


def _corrected(state: PaymentState, event: MeansCorrected) -> PaymentState:
    return replace(state, means=event.means)


def _contested(state: PaymentState, event: ChargebackOpened) -> PaymentState:
    chargebacks = (*state.chargebacks, event.provider_reference)
    return replace(state, contested_cents=event.amount_cents, chargebacks=chargebacks)


def _decided(state: PaymentState, _: ChargebackClosed) -> PaymentState:
    return replace(state, contested_cents=0)


_START = PaymentState()

_APPLY: Mapping[type[EventRecord], Callable[[PaymentState, Any], PaymentState]] = {
    PaymentAnnounced: _announced,
    PaymentReceived: _received,
    PaymentAllocated: _allocated,
    PaymentReversed: _reversed,
    PaymentRefunded: _refunded,
    PaymentReceipted: _receipted,
    PaymentFailed: _failed,
    MeansCorrected: _corrected,
    ChargebackOpened: _contested,
    ChargebackClosed: _decided,
}

PAYMENT: StreamKind[PaymentState] = StreamKind("payment", start, evolve)
"""Payments."""
