"""Ordinary invoices, and what happens to any invoice after: sent, seen, disputed, penalised, given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import (
    ChargePenalty,
    DisputeInvoice,
    IssueInvoice,
    SendInvoice,
    ViewInvoice,
    WriteOffInvoice,
)
from ledger.domain.days import read_any_day, read_day
from ledger.domain.deciders.acts import open_task, read_issuer, take_id
from ledger.domain.deciders.contract_figures import read_contract
from ledger.domain.deciders.contract_invoices import Asked, issue_whole
from ledger.domain.deciders.invoicing import Draft, answer, issue, read_buyer, vat_terms
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.invoices import (
    InvoiceDisputed,
    InvoiceIssued,
    InvoiceSent,
    InvoiceViewed,
    PenaltyCharged,
    Preceding,
    WrittenOff,
)
from ledger.domain.events.parties import ProfileSet
from ledger.domain.pricing import Priced, price
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import consumer_credit_may_apply
from ledger.domain.regimes.fr.interest import PUBLIC_PENALTY_POINTS_BP, late_penalty_cents
from ledger.domain.regimes.fr.limits import platform_required, platform_since
from ledger.domain.regimes.fr.mentions import MENTIONS
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.types import CustomerKind


def decide_issue_invoice(command: IssueInvoice, world: World) -> Outcome:
    """Issue an ordinary invoice, from its lines or for the whole of a contract."""
    plan = Plan(world)
    identifier = take_id(plan, INVOICE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    if command.quote is not None:
        event = issue_for_contract(plan, identifier, command, command.quote)
    else:
        event = issue_plain(plan, identifier, command)
    return event if isinstance(event, Refusal) else plan.done(**answer(identifier, event))


def issue_for_contract(
    plan: Plan,
    identifier: str,
    command: IssueInvoice,
    quote: str,
    place: str = "",
    preceding: tuple[Preceding, ...] = (),
) -> InvoiceIssued | Refusal:
    """Issue one invoice for the whole of a contract."""
    if command.lines:
        return refuse("LINES_OF_CONTRACT", f"{place}/lines")
    contract = read_contract(plan, quote, f"{place}/quote")
    if isinstance(contract, Refusal):
        return contract
    return issue_whole(plan, identifier, contract, asked_of(command, place, preceding))


def asked_of(command: IssueInvoice, place: str, preceding: tuple[Preceding, ...]) -> Asked:
    """Give what the command says of an invoice of a contract."""
    return Asked(
        texts=command.texts,
        supplied_on=command.supplied_on,
        due_on=command.due_on,
        order_reference=command.order_reference,
        reference=command.reference,
        series=command.series,
        place=place,
        preceding=preceding,
    )


def issue_plain(
    plan: Plan, identifier: str, command: IssueInvoice, place: str = "", preceding: tuple[Preceding, ...] = ()
) -> InvoiceIssued | Refusal:
    """Issue an invoice from its lines; `place` is the JSON Pointer of the command within what was asked."""
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    profile = found[1]
    buyer = read_buyer(plan, command.customer, command.client, place)
    if isinstance(buyer, Refusal):
        return buyer
    priced = price_lines(plan, profile, command, buyer.kind, place)
    if isinstance(priced, Refusal):
        return priced
    event = issue(
        plan,
        identifier,
        Draft(
            kind="ordinary",
            buyer=buyer,
            basis=command.basis or profile.price_basis,
            supply_place=command.supply_place or profile.supply_place,
            priced=priced,
            texts=command.texts,
            discount=command.discount,
            channel=command.channel,
            supplied_on=command.supplied_on,
            due_on=command.due_on,
            statement_given=command.reduced_rate_justified,
            unnamed=command.client_unnamed,
            preceding=preceding,
            order_reference=command.order_reference,
            reference=command.reference,
            series=command.series,
            place=place,
        ),
    )
    if not isinstance(event, Refusal) and event.customer_kind == "consumer":
        _flag_credit(plan, identifier, event)
    return event


def price_lines(
    world: World, profile: ProfileSet, command: IssueInvoice, kind: CustomerKind, place: str
) -> Priced | Refusal:
    """Price an invoice's lines under the VAT of the day of supply, or of today when that lies ahead (CGI 269)."""
    for index, line in enumerate(command.lines):
        if line.choice is not None:
            return refuse("CHOICE_ON_INVOICE", f"{place}/lines/{index}/choice")
    on = world.today
    if command.supplied_on is not None:
        supplied = read_any_day(command.supplied_on, f"{place}/supplied_on")
        if isinstance(supplied, Refusal):
            return supplied
        on = min(supplied, on)
    statement = command.reduced_rate_justified or command.texts.reduced_rate_statement is not None
    terms = vat_terms(profile, command.supply_place or profile.supply_place, on, kind, statement)
    priced = price(command.lines, command.basis or profile.price_basis, terms, command.discount, f"{place}/lines")
    if isinstance(priced, Refusal) and place and priced.place == "/discount":
        return replace(priced, place=f"{place}/discount")
    return priced


def _flag_credit(plan: Plan, identifier: str, event: InvoiceIssued) -> None:
    """Say that payment deferred after delivery may be a consumer credit (ord. 2025-880)."""
    due = date.fromisoformat(event.due_on)
    if due <= plan.today:
        return
    supplied = date.fromisoformat(event.supplied_on or event.issued_on)
    if consumer_credit_may_apply(True, due, supplied, plan.today):
        open_task(plan, "check_consumer_credit", identifier)


# --- after issue


def _read(world: World, invoice: str) -> InvoiceState | Refusal:
    state = world.state(INVOICE, invoice)
    return refuse("REFERENCE_UNKNOWN", "/invoice") if state is None else state


def decide_send_invoice(command: SendInvoice, world: World) -> Outcome:
    """Record that an invoice was handed over; a French business's goes through a platform once that is the law."""
    state = _read(world, command.invoice)
    if isinstance(state, Refusal):
        return state
    found = read_issuer(world)
    if isinstance(found, Refusal):
        return found
    document, size = state.issued, found[1].firm_size
    required = platform_required(size, document.customer_kind, document.customer_country, world.today)
    if command.by != "platform" and required:
        return refuse("PLATFORM_REQUIRED", "/by", since_on=platform_since(size))
    plan = Plan(world)
    plan.emit(
        INVOICE, command.invoice, InvoiceSent(by=command.by, message=command.message, reference=command.reference)
    )
    return plan.done(invoice=command.invoice)


def decide_view_invoice(command: ViewInvoice, world: World) -> Outcome:
    """Record that an invoice was opened."""
    state = _read(world, command.invoice)
    if isinstance(state, Refusal):
        return state
    plan = Plan(world)
    plan.emit(INVOICE, command.invoice, InvoiceViewed(by=command.by, link=command.link))
    return plan.done(invoice=command.invoice)


def decide_dispute_invoice(command: DisputeInvoice, world: World) -> Outcome:
    """Record that the client contests an invoice, or that the matter is settled."""
    state = _read(world, command.invoice)
    if isinstance(state, Refusal):
        return state
    if state.disputed == (command.state == "opened"):
        return refuse("NOTHING_TO_CHANGE", "/state")
    plan = Plan(world)
    texts = Texts(notes=command.words) if command.words is not None else None
    event = InvoiceDisputed(state=command.state, reason=command.reason, texts=texts)
    plan.emit(INVOICE, command.invoice, event)
    return plan.done(invoice=command.invoice)


def decide_charge_penalty(command: ChargePenalty, world: World) -> Outcome:
    """Claim late-payment penalties, and the lump sum once: C. com. L441-10; of a public customer, CCP R2192-31."""
    state = _read(world, command.invoice)
    if isinstance(state, Refusal):
        return state
    document = state.issued
    if document.customer_kind == "consumer":
        return refuse("PENALTY_WITHOUT_LAW", "/invoice")
    rate_bp = _penalty_rate(document, command)
    if isinstance(rate_bp, Refusal):
        return rate_bp
    upto = read_day(command.upto, world.today, "/upto")
    if isinstance(upto, Refusal):
        return upto
    from_on = date.fromisoformat(state.penalised_upto or document.due_on)
    if upto <= from_on or not late_cents(state, from_on, upto):
        return refuse("PENALTY_NOT_DUE", "/invoice", from_on=from_on + timedelta(days=1))
    penalty = sum(late_penalty_cents(amount, rate_bp, days) for amount, days in late_cents(state, from_on, upto))
    first = state.penalised_upto is None
    plan = Plan(world)
    event = PenaltyCharged(
        upto=upto.isoformat(),
        days_late=(upto - from_on).days,
        rate_bp=rate_bp,
        penalty_cents=penalty,
        indemnity_cents=document.recovery_indemnity_cents if first else 0,
    )
    plan.emit(INVOICE, command.invoice, event)
    return plan.done(invoice=command.invoice, penalty_cents=event.penalty_cents, indemnity_cents=event.indemnity_cents)


def _penalty_rate(document: InvoiceIssued, command: ChargePenalty) -> int | Refusal:
    """Give the yearly rate: the invoice's between professionals, the central bank's and eight points of the public."""
    if (document.customer_kind == "public") != (command.central_bank_bp is not None):
        return refuse("PENALTY_RATE_PUBLIC", "/central_bank_bp")
    if command.central_bank_bp is not None:
        return command.central_bank_bp + PUBLIC_PENALTY_POINTS_BP
    if document.late_penalty_bp is None:
        lacking = next(each for each in MENTIONS if each.code == "LATE_PENALTY_RATE")
        return refuse("INVOICE_MENTION_MISSING", "/invoice", mention=lacking.words_fr, mention_en=lacking.words_en)
    return document.late_penalty_bp


def late_cents(state: InvoiceState, from_on: date, upto: date) -> list[tuple[int, int]]:
    """Give what was still due after `from_on`, as amounts and their days late up to a day included.

    Each payment ends the lateness of its amount on the day it was received; credit notes count from the beginning.
    """
    due = state.issued.due_cents - state.settled_cents - state.early_discount_cents - state.written_off_cents
    spans: list[tuple[int, int]] = []
    day = from_on
    for movement in sorted(state.received, key=lambda each: each.on):
        on = min(max(date.fromisoformat(movement.on), from_on), upto)
        if due > 0 and on > day:
            spans.append((due, (on - day).days))
        day = max(day, on)
        due -= movement.amount_cents
    if due > 0 and upto > day:
        spans.append((due, (upto - day).days))
    return spans


def decide_write_off(command: WriteOffInvoice, world: World) -> Outcome:
    """Give up what is still due; VAT is recovered by a credit note only (CGI 272), a task says so."""
    state = _read(world, command.invoice)
    if isinstance(state, Refusal):
        return state
    if not state.open_cents:
        return refuse("INVOICE_NOT_OPEN", "/invoice", state=state.state)
    plan = Plan(world)
    amount = state.open_cents
    plan.emit(INVOICE, command.invoice, WrittenOff(amount_cents=amount, reason=command.reason))
    if state.issued.totals.vat_cents:
        open_task(plan, "credit_bad_debt", command.invoice)
    return plan.done(invoice=command.invoice, written_off_cents=amount)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (IssueInvoice, decide_issue_invoice),
    (SendInvoice, decide_send_invoice),
    (ViewInvoice, decide_view_invoice),
    (DisputeInvoice, decide_dispute_invoice),
    (ChargePenalty, decide_charge_penalty),
    (WriteOffInvoice, decide_write_off),
)
"""Invoices."""
