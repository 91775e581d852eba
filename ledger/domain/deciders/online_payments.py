"""Collections by a payment provider: asking for one is a request and may be refused; how it ended is a fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import EndOnlinePayment, OpenOnlinePayment
from ledger.domain.deciders.acts import take_id
from ledger.domain.deciders.settling import payable
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.payments import OnlinePaymentEnded, OnlinePaymentOpened
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.online_payment import ONLINE_PAYMENT
from ledger.domain.streams.payment import PAYMENT


def decide_open(command: OpenOnlinePayment, world: World) -> Outcome:
    """Record that a provider was asked to collect: never more than is due, never within the seven days."""
    identifier = take_id(world, ONLINE_PAYMENT, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    if command.test_mode and world.register.kind != "training":
        return refuse("TRAINING_ONLY", "/test_mode")
    target = payable(world, command.about_kind, command.about)
    if target is None:
        return refuse("REFERENCE_UNKNOWN", "/about")
    if target.payable_from is not None and world.today.isoformat() < target.payable_from:
        allowed_from = date.fromisoformat(target.payable_from)
        return refuse("PAYMENT_WITHIN_SEVEN_DAYS", "/about", allowed_from_on=allowed_from)
    if command.amount_cents > target.open_cents:
        return refuse("PAYMENT_ALLOCATION_ABOVE_DUE", "/amount_cents", open_cents=target.open_cents)
    if command.expires_at is not None and command.expires_at <= f"{world.now:%Y-%m-%dT%H:%M:%S.%fZ}":
        return refuse("EXPIRY_IN_PAST", "/expires_at")
    plan = Plan(world)
    plan.emit(
        ONLINE_PAYMENT,
        identifier,
        OnlinePaymentOpened(
            provider=command.provider,
            provider_reference=command.provider_reference,
            about=target.about,
            about_kind=target.kind,
            currency=target.currency,
            amount_cents=command.amount_cents,
            test_mode=command.test_mode,
            expires_at=command.expires_at,
        ),
    )
    return plan.done(online_payment=identifier)


def decide_end(command: EndOnlinePayment, world: World) -> Outcome:
    """Record how a collection ended; a provider may say "paid" after it said "expired", not the other way round."""
    state = world.state(ONLINE_PAYMENT, command.online_payment)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/online_payment")
    if state.outcome == "paid" or (state.outcome != "open" and command.outcome != "paid"):
        return refuse("ONLINE_PAYMENT_ENDED", "/online_payment", state=state.outcome)
    if command.payment is not None and world.state(PAYMENT, command.payment) is None:
        return refuse("REFERENCE_UNKNOWN", "/payment")
    plan = Plan(world)
    plan.emit(
        ONLINE_PAYMENT,
        command.online_payment,
        OnlinePaymentEnded(outcome=command.outcome, payment=command.payment, reason=command.reason),
    )
    return plan.done(online_payment=command.online_payment)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (OpenOnlinePayment, decide_open),
    (EndOnlinePayment, decide_end),
)
"""Collections by payment providers."""
