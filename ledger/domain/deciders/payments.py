"""Money received, as facts: announced, received, allotted, reversed, failed, and its means corrected.

What happened is recorded whatever a rule would have said (law requirement 77); only what cannot be true is refused:
an unknown document, another currency, a day to come, more allotted than came in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import (
    AllocatePayment,
    AnnouncePayment,
    CorrectMeans,
    FailPayment,
    RecordPayment,
    ReversePayment,
)
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import take_id
from ledger.domain.deciders.periods import codes, late
from ledger.domain.deciders.settling import REMEDIES, Money, ask_next, payable, place, settle, unsettle
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Flagged
from ledger.domain.events.payments import (
    Allocation,
    MeansCorrected,
    PaymentAllocated,
    PaymentAnnounced,
    PaymentFailed,
    PaymentReceived,
    PaymentReversed,
)
from ledger.domain.identifiers import check_currency
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.payment import PAYMENT, PaymentState, newest_first


def decide_announce(command: AnnouncePayment, world: World) -> Outcome:
    """Record that the client says money is on its way; nothing is paid by it."""
    identifier = take_id(world, PAYMENT, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    currency = world.register.currency
    if (command.about is None) != (command.about_kind is None):
        return refuse("MEMBER_MISSING", "/about_kind" if command.about_kind is None else "/about")
    if command.about is not None and command.about_kind is not None:
        target = payable(world, command.about_kind, command.about)
        if target is None:
            return refuse("REFERENCE_UNKNOWN", "/about")
        currency = target.currency
    plan = Plan(world)
    plan.emit(
        PAYMENT,
        identifier,
        PaymentAnnounced(
            means=command.means,
            currency=currency,
            amount_cents=command.amount_cents,
            about=command.about,
            about_kind=command.about_kind,
            announced_on=world.today.isoformat(),
            reference=command.reference,
        ),
    )
    return plan.done(payment=identifier)


def decide_record(command: RecordPayment, world: World) -> Outcome:
    """Record money received, put it to the documents it was sent for, and say what it did not respect."""
    identifier = _payment_id(command, world)
    if isinstance(identifier, Refusal):
        return identifier
    money = _money(command, world, identifier)
    if isinstance(money, Refusal):
        return money
    placed = place(world, money, command.allocations, strict=False)
    if isinstance(placed, Refusal):
        return placed
    flags = (*placed.flags, *late(world, money.received_on))
    if command.cash_reason is not None:
        flags = tuple(_explained(each) for each in flags)
    unallocated = money.amount_cents - placed.amount_cents
    plan = Plan(world)
    plan.emit(
        PAYMENT,
        identifier,
        PaymentReceived(
            means=money.means,
            currency=money.currency,
            amount_cents=money.amount_cents,
            received_on=money.received_on,
            till=world.register.till,
            customer=placed.customer,
            allocations=placed.allocations,
            unallocated_cents=unallocated,
            flags=flags,
            cash_reason=command.cash_reason,
            reference=command.reference,
            provider=command.provider,
            provider_reference=command.provider_reference,
            statement=command.statement,
            payer=command.payer,
        ),
    )
    settle(plan, money, placed.allocations)
    ask_next(plan, flags, identifier)
    return plan.done(payment=identifier, unallocated_cents=unallocated, flags=[each.code for each in flags])


def _payment_id(command: RecordPayment, world: World) -> str | Refusal:
    """Money that answers an announcement takes up its stream, so that it cannot be answered twice."""
    if command.announced is None:
        return take_id(world, PAYMENT, command.id)
    if command.id not in (None, command.announced):
        return refuse("MEMBER_INVALID", "/id")
    announced = world.state(PAYMENT, command.announced)
    if announced is None:
        return refuse("REFERENCE_UNKNOWN", "/announced")
    if announced.phase not in ("announced", "failed"):  # money may come after it was given up
        return refuse("PAYMENT_NOT_OPEN", "/announced", state=announced.phase)
    return command.announced


def _money(command: RecordPayment, world: World, identifier: str) -> Money | Refusal:
    if command.customer is not None and world.state(CUSTOMER, command.customer) is None:
        return refuse("CUSTOMER_UNKNOWN", "/customer")
    currency = command.currency or world.register.currency
    refused = check_currency(currency, "/currency")
    if refused is not None:
        return refused
    received_on = read_day(command.received_on, world.today, "/received_on")
    if isinstance(received_on, Refusal):
        return received_on
    if sum(each.amount_cents for each in command.allocations) > command.amount_cents:
        return refuse("PAYMENT_ALLOCATION_ABOVE_AMOUNT", "/allocations", open_cents=command.amount_cents)
    return Money(
        payment=identifier,
        means=command.means,
        currency=currency,
        received_on=received_on.isoformat(),
        amount_cents=command.amount_cents,
        customer=command.customer,
    )


def _explained(flag: Flagged) -> Flagged:
    """Cash above the ceiling whose reason is given asks for nothing more; it stays flagged."""
    return replace(flag, remedy=None) if flag.code in ("cash_ceiling", "e_money_ceiling") else flag


def decide_allocate(command: AllocatePayment, world: World) -> Outcome:
    """Put what is unallocated of a payment to documents, or take it off them to be put elsewhere."""
    state = _received(world, command.payment)
    if isinstance(state, Refusal):
        return state
    if not command.allocations and not command.free:
        return refuse("NOTHING_TO_CHANGE")
    freed = _freed(world, state, command.free)
    if isinstance(freed, Refusal):
        return freed
    plan = Plan(world)
    unsettle(plan, command.payment, freed, world.today.isoformat(), "moved")
    room = state.unallocated_cents + sum(each.amount_cents for each in freed)
    if sum(each.amount_cents for each in command.allocations) > room:
        return refuse("PAYMENT_ALLOCATION_ABOVE_AMOUNT", "/allocations", open_cents=room)
    money = Money(
        payment=command.payment,
        means=state.means,
        currency=state.currency,
        received_on=state.on,
        amount_cents=state.left_cents,
        customer=state.customer,
    )
    placed = place(plan, money, command.allocations, strict=True)
    if isinstance(placed, Refusal):
        return placed
    unallocated = room - placed.amount_cents
    plan.emit(
        PAYMENT,
        command.payment,
        PaymentAllocated(
            allocations=placed.allocations, freed=freed, unallocated_cents=unallocated, flags=placed.flags
        ),
    )
    settle(plan, money, placed.allocations)
    ask_next(plan, placed.flags, command.payment)
    return plan.done(payment=command.payment, unallocated_cents=unallocated, flags=[each.code for each in placed.flags])


def _freed(world: World, state: PaymentState, free: tuple[Allocation, ...]) -> tuple[Allocation, ...] | Refusal:
    """Check what is to be taken off documents; a deposit that an invoice deducts stays where it is."""
    off: dict[str, int] = {}
    freed: list[Allocation] = []
    for rank, each in enumerate(free):
        target = payable(world, each.about_kind, each.about)
        if target is None:
            return refuse("REFERENCE_UNKNOWN", f"/free/{rank}/about")
        off[target.about] = off.get(target.about, 0) + each.amount_cents
        held = state.allocated_to(target.about)
        if off[target.about] > held:
            return refuse("PAYMENT_FREE_ABOVE_ALLOCATED", f"/free/{rank}/amount_cents", open_cents=held)
        deposit = world.state(DEPOSIT, target.about) if target.kind == "deposit" else None
        if deposit is not None and off[target.about] > deposit.available_cents:
            return refuse("DEPOSIT_ALREADY_APPLIED", f"/free/{rank}")
        freed.append(Allocation(about=target.about, about_kind=target.kind, amount_cents=each.amount_cents))
    return tuple(freed)


def decide_reverse(command: ReversePayment, world: World) -> Outcome:
    """Record that money did not stay; what it paid is open again, the newest document first."""
    state = not_reversed(world, command.payment)
    if isinstance(state, Refusal):
        return state
    reversed_on = read_day(command.reversed_on, world.today, "/reversed_on")
    if isinstance(reversed_on, Refusal):
        return reversed_on
    if reversed_on.isoformat() < state.on:
        return refuse("DATE_BEFORE_PAYMENT", "/reversed_on", received_on=date.fromisoformat(state.on))
    amount = state.left_cents if command.amount_cents is None else command.amount_cents
    if amount > state.left_cents or not amount:
        return refuse("REVERSAL_ABOVE_PAYMENT", "/amount_cents", open_cents=state.left_cents)
    plan = Plan(world)
    flags = reverse(plan, command.payment, state, amount, reversed_on.isoformat(), command.cause, command.reference)
    return plan.done(payment=command.payment, reversed_cents=amount, **codes(flags))


def reverse(
    plan: Plan,
    payment: str,
    state: PaymentState,
    amount_cents: int,
    reversed_on: str,
    cause: Literal["unpaid", "rejected", "chargeback", "entry_error"],
    reference: str | None = None,
) -> tuple[Flagged, ...]:
    """Take money that did not stay off the payment and off what it settled; give what that did not respect."""
    freed = newest_first(state.allocations, amount_cents - state.unallocated_cents)
    flags = late(plan, reversed_on)
    plan.emit(
        PAYMENT,
        payment,
        PaymentReversed(
            cause=cause,
            means=state.means,
            currency=state.currency,
            amount_cents=amount_cents,
            reversed_on=reversed_on,
            freed=freed,
            flags=flags,
            reference=reference,
        ),
    )
    unsettle(plan, payment, freed, reversed_on, "reversed")
    ask_next(plan, flags, payment)
    return flags


def decide_fail(command: FailPayment, world: World) -> Outcome:
    """Record that an announced payment did not come."""
    state = world.state(PAYMENT, command.payment)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/payment")
    if state.phase != "announced":
        return refuse("PAYMENT_NOT_OPEN", "/payment", state=state.phase)
    plan = Plan(world)
    plan.emit(PAYMENT, command.payment, PaymentFailed(cause=command.cause, reference=command.reference))
    return plan.done(payment=command.payment)


def decide_correct_means(command: CorrectMeans, world: World) -> Outcome:
    """Correct the means of a payment by a new record; cash above the ceiling shows then, too."""
    state = _received(world, command.payment)
    if isinstance(state, Refusal):
        return state
    if state.means == command.means:
        return refuse("NOTHING_TO_CHANGE", "/means")
    money = Money(
        payment=command.payment,
        means=command.means,
        currency=state.currency,
        received_on=state.on,
        amount_cents=state.left_cents,
        customer=state.customer,
    )
    plan = Plan(world)
    plan.emit(
        PAYMENT,
        command.payment,
        MeansCorrected(
            means_before=state.means,
            means=command.means,
            currency=state.currency,
            amount_cents=state.amount_cents - state.reversed_cents,
        ),
    )
    # What it pays is looked at again for the ceiling alone: the allocations stand.
    placed = place(world, money, state.allocations, strict=False)
    ceiling = f"{command.means}_ceiling"
    if not isinstance(placed, Refusal) and any(each.code == ceiling for each in placed.flags):
        ask_next(plan, (Flagged(code=ceiling, remedy=REMEDIES[ceiling]),), command.payment)
    return plan.done(payment=command.payment)


def not_reversed(world: World, payment: str) -> PaymentState | Refusal:
    """Give money that came and stayed, or say that it was taken back, or never came."""
    state = world.state(PAYMENT, payment)
    if state is not None and state.phase == "reversed":
        return refuse("PAYMENT_ALREADY_REVERSED", "/payment")
    return _received(world, payment)


def _received(world: World, payment: str) -> PaymentState | Refusal:
    state = world.state(PAYMENT, payment)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/payment")
    return state if state.phase == "received" else refuse("PAYMENT_NOT_OPEN", "/payment", state=state.phase)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (AnnouncePayment, decide_announce),
    (RecordPayment, decide_record),
    (AllocatePayment, decide_allocate),
    (ReversePayment, decide_reverse),
    (FailPayment, decide_fail),
    (CorrectMeans, decide_correct_means),
)
"""Money received."""
