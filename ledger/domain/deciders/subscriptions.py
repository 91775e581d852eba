"""Subscriptions: recurring billing, period by period, none twice.

A period is billed for its days in service: a pause, or an end inside it, takes off the days without service pro rata,
as a discount that the invoice shows (docs/decisions/subscriptions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ledger.domain.commands.common import Command, LineInput, TextsInput
from ledger.domain.commands.sales import (
    ChangeSubscription,
    InvoiceSubscription,
    PauseSubscription,
    StartSubscription,
    StopSubscription,
)
from ledger.domain.days import read_any_day
from ledger.domain.deciders.acts import open_task, read_customer, read_issuer, take_id
from ledger.domain.deciders.invoicing import NO_TEXTS, Draft, answer, issue, read_buyer, texts_of, vat_terms
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Discount, Line
from ledger.domain.events.invoices import (
    SubscriptionChanged,
    SubscriptionInvoiced,
    SubscriptionPaused,
    SubscriptionStarted,
    SubscriptionStopped,
)
from ledger.domain.parts import basis_amount, share_of
from ledger.domain.pricing import Priced, VatTerms, price
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.subscription import SUBSCRIPTION, Content, Period, SubscriptionState
from ledger.domain.types import PriceBasis

PRO_RATA = "pro_rata"
"""The reason of the discount for days without service."""


def _read(world: World, subscription: str) -> SubscriptionState | Refusal:
    state = world.state(SUBSCRIPTION, subscription)
    return refuse("REFERENCE_UNKNOWN", "/subscription") if state is None else state


def decide_start(command: StartSubscription, world: World) -> Outcome:
    """Begin recurring billing."""
    plan = Plan(world)
    identifier = take_id(plan, SUBSCRIPTION, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    profile = found[1]
    customer = read_customer(plan, command.customer)
    if isinstance(customer, Refusal):
        return customer
    refusal = _check_start(plan, command)
    if refusal is not None:
        return refusal
    basis, place = command.basis or profile.price_basis, command.supply_place or profile.supply_place
    statement = command.quote is not None or command.texts.reduced_rate_statement is not None
    terms = vat_terms(profile, place, plan.today, customer.kind, statement)
    priced = _price(command.lines, basis, terms, command.discount)
    if isinstance(priced, Refusal):
        return priced
    days = command.payment_days if command.payment_days is not None else customer.payment_days
    if days is None:
        days = 0 if customer.kind == "consumer" else profile.payment_days
    event = SubscriptionStarted(
        customer=command.customer,
        customer_kind=customer.kind,
        customer_country=customer.country,
        quote=command.quote,
        currency=plan.register.currency,
        basis=basis,
        supply_place=place,
        every=command.every,
        billed=command.billed,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        lines=priced.lines,
        discount=command.discount,
        totals=priced.totals,
        payment_days=days,
        texts=texts_of(command.texts, priced.labels),
    )
    state = plan.emit(SUBSCRIPTION, identifier, event)
    first = state.period(0)
    return plan.done(
        subscription=identifier,
        gross_cents=priced.totals.gross_cents,
        next_due_on=state.due_on(first).isoformat(),
    )


def _check_start(world: World, command: StartSubscription) -> Refusal | None:
    starts = read_any_day(command.starts_on, "/starts_on")
    if isinstance(starts, Refusal):
        return starts
    if command.ends_on is not None:
        ends = read_any_day(command.ends_on, "/ends_on")
        if isinstance(ends, Refusal):
            return ends
        if ends < starts:
            return refuse("SUBSCRIPTION_ENDS_BEFORE", "/ends_on", start_on=starts)
    if command.quote is not None:
        quote = world.state(QUOTE, command.quote)
        if quote is None:
            return refuse("REFERENCE_UNKNOWN", "/quote")
        if not quote.signed:
            return refuse("QUOTE_NOT_SIGNED", "/quote")
        if quote.current.customer != command.customer:
            return refuse("CUSTOMER_UNKNOWN", "/customer")
    return None


def _price(
    lines: Sequence[LineInput], basis: PriceBasis, terms: VatTerms, discount: Discount | None
) -> Priced | Refusal:
    for index, line in enumerate(lines):
        if line.choice is not None:
            return refuse("CHOICE_ON_INVOICE", f"/lines/{index}/choice")
    return price(lines, basis, terms, discount)


def decide_change(command: ChangeSubscription, world: World) -> Outcome:
    """Bill other lines for the periods that begin on a day or later."""
    state = _read(world, command.subscription)
    if isinstance(state, Refusal):
        return state
    from_on = read_any_day(command.from_on, "/from_on")
    if isinstance(from_on, Refusal):
        return from_on
    if _ended(state, from_on):
        return refuse("SCHEDULE_ENDED", "/subscription")
    upto = _invoiced_upto(state)
    if upto is not None and from_on <= upto:
        return refuse("SUBSCRIPTION_PERIOD_INVOICED", "/from_on", upto_on=upto)
    found = read_issuer(world)
    if isinstance(found, Refusal):
        return found
    started = state.started
    statement = started.quote is not None or command.texts.reduced_rate_statement is not None
    terms = vat_terms(found[1], started.supply_place, world.today, started.customer_kind, statement)
    priced = _price(command.lines, started.basis, terms, command.discount)
    if isinstance(priced, Refusal):
        return priced
    plan = Plan(world)
    event = SubscriptionChanged(
        from_on=command.from_on,
        lines=priced.lines,
        discount=command.discount,
        totals=priced.totals,
        texts=texts_of(command.texts, priced.labels),
    )
    plan.emit(SUBSCRIPTION, command.subscription, event)
    return plan.done(subscription=command.subscription, gross_cents=priced.totals.gross_cents)


def _ended(state: SubscriptionState, on: date) -> bool:
    return state.last_on is not None and on.isoformat() > state.last_on


def _invoiced_upto(state: SubscriptionState) -> date | None:
    """Give the last day of the last period invoiced or passed over, or None before the first."""
    return state.period(state.next_index - 1).end if state.next_index else None


def decide_pause(command: PauseSubscription, world: World) -> Outcome:
    """Suspend recurring billing from a day on, or let it go on; days paid in advance ask for a credit note."""
    state = _read(world, command.subscription)
    if isinstance(state, Refusal):
        return state
    on = world.today if command.on is None else read_any_day(command.on, "/on")
    if isinstance(on, Refusal):
        return on
    if state.stopped:
        return refuse("SCHEDULE_ENDED", "/subscription")
    if state.paused == command.paused:
        return refuse("NOTHING_TO_CHANGE", "/paused")
    last = state.pauses[-1] if state.pauses else None
    earliest = None if last is None else (last.to_on if command.paused else last.from_on)
    if earliest is not None and on.isoformat() < earliest:
        return refuse("SUBSCRIPTION_ENDS_BEFORE", "/on", start_on=date.fromisoformat(earliest))
    plan = Plan(world)
    plan.emit(SUBSCRIPTION, command.subscription, SubscriptionPaused(paused=command.paused, on=on.isoformat()))
    upto = _invoiced_upto(state)
    if command.paused and upto is not None and on <= upto:
        open_task(plan, "credit_unused_days", command.subscription)
    return plan.done(subscription=command.subscription, paused=command.paused)


def decide_stop(command: StopSubscription, world: World) -> Outcome:
    """End recurring billing: a day is the last one in service; days paid in advance after it ask for a credit note."""
    state = _read(world, command.subscription)
    if isinstance(state, Refusal):
        return state
    on = world.today if command.on is None else read_any_day(command.on, "/on")
    if isinstance(on, Refusal):
        return on
    if state.stopped or _ended(state, on):
        return refuse("SCHEDULE_ENDED", "/subscription")
    plan = Plan(world)
    plan.emit(SUBSCRIPTION, command.subscription, SubscriptionStopped(on=on.isoformat(), by=command.by))
    upto = _invoiced_upto(state)
    if upto is not None and on < upto:
        open_task(plan, "credit_unused_days", command.subscription)
    return plan.done(subscription=command.subscription, last_on=on.isoformat())


# --- invoicing a period


def decide_invoice(command: InvoiceSubscription, world: World) -> Outcome:
    """Issue the invoice of the next period that is due."""
    plan = Plan(world)
    identifier = take_id(plan, INVOICE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    state = _read(plan, command.subscription)
    if isinstance(state, Refusal):
        return state
    period = _due_period(state, plan.today)
    if isinstance(period, Refusal):
        return period
    draft = _draft(plan, state, period, command)
    event = draft if isinstance(draft, Refusal) else issue(plan, identifier, draft)
    if isinstance(event, Refusal):
        return event
    after = plan.emit(
        SUBSCRIPTION,
        command.subscription,
        SubscriptionInvoiced(
            invoice=identifier, period_start=period.start.isoformat(), period_end=period.end.isoformat()
        ),
    )
    if after.last_on == period.end.isoformat() and not after.stopped:
        plan.emit(SUBSCRIPTION, command.subscription, SubscriptionStopped(on=after.last_on, by="term"))
    return plan.done(**answer(identifier, event), period_start=event.period_start, period_end=event.period_end)


def _due_period(state: SubscriptionState, today: date) -> Period | Refusal:
    period = state.next_period(today)
    if period is not None:
        due = state.due_on(period)
        if due <= today:
            return period
        return refuse("SUBSCRIPTION_NOT_DUE", "/subscription", from_on=due)
    if state.paused and not state.stopped:
        return refuse("SUBSCRIPTION_PAUSED", "/subscription", since_on=date.fromisoformat(state.pauses[-1].from_on))
    due_on = next_due_on(state)
    if due_on is None:
        return refuse("SCHEDULE_ENDED", "/subscription")
    return refuse("SUBSCRIPTION_NOT_DUE", "/subscription", from_on=due_on)


def _draft(plan: Plan, state: SubscriptionState, period: Period, command: InvoiceSubscription) -> Draft | Refusal:
    started = state.started
    buyer = read_buyer(plan, started.customer, None, "/subscription")
    if isinstance(buyer, Refusal):
        return replace(buyer, place="/subscription")
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    content = state.content_on(period.start)
    inputs = _inputs(content)
    if isinstance(inputs, Refusal):
        return inputs
    texts = _texts(content)
    statement = started.quote is not None or texts.reduced_rate_statement is not None
    terms = vat_terms(found[1], started.supply_place, plan.today, buyer.kind, statement)
    discount = content.discount
    priced = price(inputs, started.basis, terms, discount)
    if not isinstance(priced, Refusal) and period.served < period.days:
        discount = _pro_rata(priced, started.basis, period)
        priced = price(inputs, started.basis, terms, discount)
    if isinstance(priced, Refusal):
        return replace(priced, place="/subscription")
    return Draft(
        kind="recurring",
        buyer=buyer,
        basis=started.basis,
        supply_place=started.supply_place,
        priced=priced,
        texts=texts,
        discount=discount,
        period_start=period.start.isoformat(),
        period_end=period.end.isoformat(),
        payment_days=started.payment_days,
        statement_given=started.quote is not None,
        subscription=command.subscription,
        series=command.series,
    )


def _pro_rata(priced: Priced, basis: PriceBasis, period: Period) -> Discount:
    """Take off the days without service, on top of the usual discount."""
    whole = basis_amount(basis, priced.totals.net_cents, priced.totals.gross_cents)
    off = whole - share_of(whole, period.served, period.days)
    return Discount(amount_cents=priced.totals.discount_cents + off, reason=PRO_RATA)


def _inputs(content: Content) -> tuple[LineInput, ...] | Refusal:
    if content.texts is None:
        return refuse("CUSTOMER_ERASED", "/subscription")
    return tuple(map(_input, content.lines, content.texts.lines))


def _input(line: Line, label: str) -> LineInput:
    return LineInput(
        label=label,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        rate_bp=line.rate_bp,
        category=line.category,
        exemption=line.exemption,
        nature=line.nature,
        purpose=line.purpose,
        item=line.item,
        discount=line.discount,
    )


def _texts(content: Content) -> TextsInput:
    texts = content.texts
    if texts is None:
        return NO_TEXTS
    return TextsInput(
        title=texts.title,
        notes=texts.notes,
        terms=texts.terms,
        performance_place=texts.performance_place,
        reduced_rate_statement=texts.reduced_rate_statement,
    )


def next_due_on(state: SubscriptionState, horizon_days: int = 3660) -> date | None:
    """Give the day from which the next period can be invoiced, or None when there is none within the horizon."""
    begins = date.fromisoformat(state.started.starts_on)
    last = max(begins, state.period(state.next_index).start) + timedelta(days=horizon_days)
    period = None if state.paused else state.next_period(last)
    return state.due_on(period) if period is not None else None


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (StartSubscription, decide_start),
    (ChangeSubscription, decide_change),
    (PauseSubscription, decide_pause),
    (StopSubscription, decide_stop),
    (InvoiceSubscription, decide_invoice),
)
"""Recurring billing."""
