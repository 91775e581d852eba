"""Deliveries and acceptances: facts, recorded in their own stream and noted on the contract or invoice they concern.

VAT on goods (CGI 269-1-a), the withdrawal period on goods (C. conso L221-18) and the end of interest on advances
(L214-2) run from them; the acceptance of works (réception) is C. civ. 1792-6.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from ledger.domain import contracts
from ledger.domain.commands.common import Command
from ledger.domain.commands.quotes import AcceptWork, RecordDelivery
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import open_task, take_id
from ledger.domain.deciders.deposits import ask_instalments
from ledger.domain.deciders.periods import codes, late
from ledger.domain.deciders.settling import ask_next
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Flagged, Texts
from ledger.domain.events.invoices import InvoiceDelivered
from ledger.domain.events.quotes import Delivered, DeliveryRecorded, WorkAccepted
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.delivery import DELIVERY
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE, QuoteState

AboutKind = Literal["quote", "invoice"]


def decide_delivery(command: RecordDelivery, world: World) -> Outcome:
    """Record a delivery; a complete one asks for the instalments due at delivery."""
    found = _begin(world, command.id, command.about, command.about_kind, command.on, command.lines)
    if isinstance(found, Refusal):
        return found
    identifier, on = found
    flags = late(world, command.on)
    plan = Plan(world)
    plan.emit(
        DELIVERY,
        identifier,
        DeliveryRecorded(
            about=command.about,
            about_kind=command.about_kind,
            on=command.on,
            lines=command.lines,
            complete=command.complete,
            flags=flags,
        ),
    )
    ask_next(plan, flags, command.about)
    return _note(plan, identifier, command, "delivery", on, flags, complete=command.complete)


def decide_acceptance(command: AcceptWork, world: World) -> Outcome:
    """Record the client's acceptance of the work; reservations open a task to lift them."""
    found = _begin(world, command.id, command.about, command.about_kind, command.on, ())
    if isinstance(found, Refusal):
        return found
    identifier, on = found
    flags = late(world, command.on)
    plan = Plan(world)
    reserved = command.reservations is not None
    plan.emit(
        DELIVERY,
        identifier,
        WorkAccepted(
            about=command.about,
            about_kind=command.about_kind,
            on=command.on,
            reservations=reserved,
            flags=flags,
            texts=Texts(notes=command.reservations) if reserved else None,
        ),
    )
    if reserved:
        open_task(plan, "lift_reservations", command.about)
    ask_next(plan, flags, command.about)
    return _note(plan, identifier, command, "acceptance", on, flags, complete=True)


def _begin(
    world: World, given: str | None, about: str, about_kind: AboutKind, text: str, lines: tuple[int, ...]
) -> tuple[str, date] | Refusal:
    identifier = take_id(world, DELIVERY, given)
    if isinstance(identifier, Refusal):
        return identifier
    count = _lines_of(world, about, about_kind)
    if isinstance(count, Refusal):
        return count
    if any(rank > count for rank in lines):
        return refuse("REFERENCE_UNKNOWN", "/lines")
    on = read_day(text, world.today, "/on")
    return on if isinstance(on, Refusal) else (identifier, on)


def _lines_of(world: World, about: str, about_kind: AboutKind) -> int | Refusal:
    """Count the lines of the quote or invoice; what was delivered without a contract was delivered all the same."""
    if about_kind == "invoice":
        invoice = world.state(INVOICE, about)
        return refuse("REFERENCE_UNKNOWN", "/about") if invoice is None else len(invoice.issued.lines)
    quote = world.state(QUOTE, about)
    if quote is None:
        return refuse("REFERENCE_UNKNOWN", "/about")
    return len(quote.current.lines)


def _note(
    plan: Plan,
    identifier: str,
    command: RecordDelivery | AcceptWork,
    kind: Literal["delivery", "acceptance"],
    on: date,
    flags: tuple[Flagged, ...],
    *,
    complete: bool,
) -> Outcome:
    """Note it in the stream it concerns, and draw what follows for a contract."""
    day, about = on.isoformat(), command.about
    if command.about_kind == "invoice":
        plan.emit(INVOICE, about, InvoiceDelivered(delivery=identifier, kind=kind, on=day, complete=complete))
        return plan.done(delivery=identifier, **codes(flags))
    quote = plan.emit(QUOTE, about, Delivered(delivery=identifier, kind=kind, on=day, complete=complete))
    if quote.contract is None:
        open_task(plan, "delivered_without_contract", about)
    _flag_early_start(plan, about, quote, kind, on)
    asked: tuple[str, ...] = ()
    if complete and quote.signed:
        asked = ask_instalments(plan, about, lambda each: each.trigger == "delivery", on)
    return plan.done(delivery=identifier, deposits=list(asked), **codes(flags))


def _flag_early_start(plan: Plan, about: str, quote: QuoteState, kind: str, on: date) -> None:
    """Flag a service finished before the withdrawal period ended without the client's express request (L221-25).

    The fact is recorded; the task reminds that the client may still withdraw and then owes nothing.
    """
    contract = quote.contract
    if kind != "acceptance" or contract is None or contract.early_start_requested:
        return
    if contract.withdrawal_until is None and quote.delivered_on is None:
        return  # a sale of goods, works beside them: the period only begins with this acceptance
    last = contracts.last_day_to_withdraw(quote)
    if last is not None and on <= last:
        open_task(plan, "early_start_without_request", about, last)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (RecordDelivery, decide_delivery),
    (AcceptWork, decide_acceptance),
)
"""Deliveries and acceptances."""
