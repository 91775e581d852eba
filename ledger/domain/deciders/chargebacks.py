"""Contested card payments and payouts of providers: facts, recorded as the provider tells them.

While a contest is open nothing is taken off a document: the money may stay. A lost one reverses the payment, so that
what it paid is open again. Only what cannot be true is refused (law requirement 77).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import CloseChargeback, OpenChargeback, RecordPayout, RecordPayoutReturn
from ledger.domain.days import read_any_day, read_day
from ledger.domain.deciders.acts import open_task
from ledger.domain.deciders.payments import not_reversed, reverse
from ledger.domain.deciders.periods import codes
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Flagged
from ledger.domain.events.payments import ChargebackClosed, ChargebackOpened, ProviderPaidOut, ProviderPayoutReturned
from ledger.domain.identifiers import check_currency
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.provider import PROVIDER, payout_id
from ledger.domain.types import MAX_CENTS


def decide_open(command: OpenChargeback, world: World) -> Outcome:
    """Record a contest, and ask the business to answer it; money given back meanwhile may be contested too."""
    state = not_reversed(world, command.payment)
    if isinstance(state, Refusal):
        return state
    if command.provider_reference in state.chargebacks or state.contested_cents:
        return refuse("CHARGEBACK_ALREADY_OPEN", "/provider_reference")
    if command.amount_cents > state.amount_cents:
        return refuse("CHARGEBACK_ABOVE_PAYMENT", "/amount_cents", amount_cents=state.amount_cents)
    respond_by = read_any_day(command.respond_by, "/respond_by") if command.respond_by is not None else None
    if isinstance(respond_by, Refusal):
        return respond_by
    plan = Plan(world)
    plan.emit(
        PAYMENT,
        command.payment,
        ChargebackOpened(
            amount_cents=command.amount_cents,
            provider_reference=command.provider_reference,
            respond_by=command.respond_by,
        ),
    )
    open_task(plan, "answer_chargeback", command.payment, respond_by)
    return plan.done(payment=command.payment)


def decide_close(command: CloseChargeback, world: World) -> Outcome:
    """Record how a contest was decided; a lost one takes the money off what it paid, as far as it is still there."""
    state = world.state(PAYMENT, command.payment)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/payment")
    if not state.contested_cents:
        return refuse("CHARGEBACK_NOT_OPEN", "/payment")
    decided_on = read_day(command.decided_on, world.today, "/decided_on")
    if isinstance(decided_on, Refusal):
        return decided_on
    if decided_on.isoformat() < state.on:
        return refuse("DATE_BEFORE_PAYMENT", "/decided_on", received_on=date.fromisoformat(state.on))
    plan = Plan(world)
    after = plan.emit(PAYMENT, command.payment, ChargebackClosed(outcome=command.outcome))
    gone = min(state.contested_cents, state.left_cents) if command.outcome == "lost" else 0
    flags: tuple[Flagged, ...] = ()
    if gone > 0:
        reference = state.chargebacks[-1]
        flags = reverse(
            plan, command.payment, after, gone, decided_on.isoformat(), "chargeback",
            reference if len(reference) <= _LONGEST_REFERENCE else None,
        )  # fmt: skip
    if command.outcome == "lost" and gone < state.contested_cents:
        open_task(plan, "claim_double_refund", command.payment)  # the client has had the same money twice
    return plan.done(payment=command.payment, reversed_cents=gone, **codes(flags))


def decide_payout(command: RecordPayout, world: World) -> Outcome:
    """Record a payout, once: to the bank, or drawn from it where gross less fees is below zero."""
    identifier = payout_id(command.provider, command.provider_reference)
    if world.state(PROVIDER, identifier) is not None:
        return refuse("PAYOUT_ALREADY_RECORDED", "/provider_reference")
    if not command.gross_cents and not command.fee_cents:
        return refuse("PAYOUT_OF_NOTHING", "/gross_cents")
    if command.gross_cents - command.fee_cents < -MAX_CENTS:  # a return of it would be above
        return refuse("AMOUNT_TOO_LARGE", "/gross_cents", limit_cents=MAX_CENTS)
    currency = command.currency or world.register.currency
    refused = check_currency(currency, "/currency")
    if refused is not None:
        return refused
    paid_on = read_day(command.paid_on, world.today, "/paid_on")
    if isinstance(paid_on, Refusal):
        return paid_on
    plan = Plan(world)
    plan.emit(
        PROVIDER,
        identifier,
        ProviderPaidOut(
            provider=command.provider,
            provider_reference=command.provider_reference,
            currency=currency,
            gross_cents=command.gross_cents,
            fee_cents=command.fee_cents,
            paid_on=paid_on.isoformat(),
        ),
    )
    return plan.done(payout=identifier)


def decide_payout_return(command: RecordPayoutReturn, world: World) -> Outcome:
    """Record that a payout came to nothing after all, once."""
    identifier = payout_id(command.provider, command.provider_reference)
    state = world.state(PROVIDER, identifier)
    if state is None:
        return refuse("PAYOUT_UNKNOWN", "/provider_reference")
    if state.returned:
        return refuse("PAYOUT_ALREADY_RETURNED", "/provider_reference")
    returned_on = read_day(command.returned_on, world.today, "/returned_on")
    if isinstance(returned_on, Refusal):
        return returned_on
    plan = Plan(world)
    plan.emit(
        PROVIDER,
        identifier,
        ProviderPayoutReturned(
            provider=command.provider,
            provider_reference=command.provider_reference,
            currency=state.currency,
            amount_cents=state.paid_cents,
            returned_on=returned_on.isoformat(),
        ),
    )
    return plan.done(payout=identifier, amount_cents=state.paid_cents)


_LONGEST_REFERENCE = 64  # of `payment.reversed/1`

DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (OpenChargeback, decide_open),
    (CloseChargeback, decide_close),
    (RecordPayout, decide_payout),
    (RecordPayoutReturn, decide_payout_return),
)
"""Contested payments, and payouts."""
