"""Invoices of a signed contract: progress invoices, the whole at once, and the final one that deducts the deposits.

A contract is its signed version with the options chosen, and its signed change orders after it. Everything that is
invoiced of it, less what credit notes undid, plus what is left, is the contract to the cent, at each rate. Deposits are
deducted from the final invoice alone (EN 16931 BT-113), each once; see docs/decisions/final-invoice.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from ledger.domain.advances import available_split, interest_on_advance
from ledger.domain.commands.common import Command, TextsInput
from ledger.domain.commands.sales import IssueFinalInvoice, IssueProgressInvoice
from ledger.domain.days import read_any_day
from ledger.domain.deciders.acts import read_customer, take_id
from ledger.domain.deciders.contract_figures import (
    Contract,
    Invoiced,
    read_contract,
    read_invoiced,
    rest_of,
    situation_of,
    standing_final,
)
from ledger.domain.deciders.deposit_end import owe_refund
from ledger.domain.deciders.deposit_room import deposits_of
from ledger.domain.deciders.invoicing import NO_TEXTS, Buyer, Draft, answer, issue
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Discount
from ledger.domain.events.deposits import DepositApplied, DepositCancelled
from ledger.domain.events.invoices import InvoiceIssued, Preceding, Prepaid
from ledger.domain.events.quotes import QuoteInvoiced
from ledger.domain.pricing import Priced
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.totals import gross_total

# --- deducting deposits


@dataclass(frozen=True, slots=True)
class Deducted:
    """One deposit a final invoice deducts, and what of it is too much and goes back."""

    identifier: str
    prepaid: Prepaid | None
    excess_cents: int


def deduct(world: World, quote: QuoteState, gross_cents: int, until: date) -> tuple[Deducted, ...]:
    """Deduct each paid deposit from an invoice's gross, the oldest first, with the interest it earned.

    Interest (C. conso L214-2) is deducted from the balance before the deposit itself; what the invoice cannot take of a
    deposit goes back to the client.
    """
    left = gross_cents
    found: list[Deducted] = []
    for identifier, deposit in deposits_of(world, quote):
        held = deposit.deductible_cents
        if not held:
            continue
        interest = min(interest_on_advance(deposit, until), left)
        amount = min(held, left - interest)
        if not amount:
            found.append(Deducted(identifier, None, held))
            continue
        left -= amount + interest
        found.append(Deducted(identifier, _prepaid(world, identifier, deposit, amount, interest), held - amount))
    return tuple(found)


def _prepaid(world: World, identifier: str, deposit: DepositState, amount_cents: int, interest_cents: int) -> Prepaid:
    """Name a deposit by its invoice if it has one, else by its request (CGI ann. II 242 nonies A I 10°)."""
    number, issued_on = deposit.asked.number, deposit.asked.issued_on
    for invoice in deposit.invoices:
        state = world.state(INVOICE, invoice)
        if state is not None and not state.whole_credited:
            number, issued_on = state.issued.number, state.issued.issued_on
    return Prepaid(
        deposit=identifier,
        number=number,
        issued_on=issued_on,
        paid_on=max(payment.received_on for payment in deposit.payments),
        amount_cents=amount_cents,
        interest_cents=interest_cents,
        split=available_split(deposit, amount_cents),
    )


def apply_deposits(plan: Plan, quote_id: str, invoice: str, deducted: Sequence[Deducted]) -> None:
    """Record what an invoice deducted, send back what was too much, and take back what nobody paid."""
    for each in deducted:
        if each.prepaid is not None:
            plan.emit(
                DEPOSIT,
                each.identifier,
                DepositApplied(
                    invoice=invoice,
                    amount_cents=each.prepaid.amount_cents,
                    interest_cents=each.prepaid.interest_cents,
                ),
            )
        owe_refund(plan, each.identifier, "overpaid", each.excess_cents, 0, None)
    quote = plan.state(QUOTE, quote_id)
    for identifier, deposit in deposits_of(plan, quote) if quote is not None else ():
        if deposit.to_pay_cents and not deposit.cancelled:
            plan.emit(DEPOSIT, identifier, DepositCancelled(by="issuer", cause="invoiced"))


# --- issuing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a command says of an invoice of a contract, besides its figures."""

    texts: TextsInput = NO_TEXTS
    supplied_on: str | None = None
    due_on: str | None = None
    order_reference: str | None = None
    reference: str | None = None
    series: str | None = None
    place: str = ""
    preceding: tuple[Preceding, ...] = ()


def issue_final(
    plan: Plan,
    identifier: str,
    contract: Contract,
    asked: Asked,
    kind: Literal["ordinary", "final"] = "final",
    priced: Priced | None = None,
    discount: Discount | None = None,
) -> InvoiceIssued | Refusal:
    """Issue the last invoice of a contract, each paid deposit deducted once.

    `priced` replaces the contract's own figures (the invoice that takes the place of a credited one).
    """
    if standing_final(contract.quote):
        return refuse("QUOTE_FULLY_INVOICED", f"{asked.place}/quote")
    before = read_invoiced(plan, contract)
    if priced is None:
        rest = rest_of(contract, before)
        if isinstance(rest, Refusal):
            return rest
        priced, discount = rest, contract.discount if not before.invoices else None
    until = _performed_on(plan.today, contract.quote, asked)
    if isinstance(until, Refusal):
        return until
    if asked.supplied_on is None and until < plan.today:  # 242 nonies A I 10°: a known day of supply that is another
        asked = replace(asked, supplied_on=until.isoformat())
    deducted = deduct(plan, contract.quote, priced.totals.gross_cents, until)
    draft = _draft(plan, contract, asked, kind, priced, discount)
    if isinstance(draft, Refusal):
        return draft
    draft.prepaid = tuple(each.prepaid for each in deducted if each.prepaid is not None)
    draft.preceding = (*asked.preceding, *_preceding(plan, before, deducted))
    event = issue(plan, identifier, draft)
    if isinstance(event, Refusal):
        return event
    link = QuoteInvoiced(invoice=identifier, kind=kind, gross_cents=event.totals.gross_cents)
    plan.emit(QUOTE, contract.identifier, link)
    apply_deposits(plan, contract.identifier, identifier, deducted)
    return event


def issue_whole(plan: Plan, identifier: str, contract: Contract, asked: Asked) -> InvoiceIssued | Refusal:
    """Issue an ordinary invoice for a contract of which nothing is invoiced and no deposit is paid."""
    if standing_final(contract.quote):
        return refuse("QUOTE_FULLY_INVOICED", f"{asked.place}/quote")
    if any(not part.undone for part in contract.quote.invoices):
        return refuse("QUOTE_HAS_INVOICES", f"{asked.place}/quote")
    paid = sum(1 for _, deposit in deposits_of(plan, contract.quote) if deposit.deductible_cents)
    if paid:
        return refuse("DEPOSITS_NOT_DEDUCTED", f"{asked.place}/quote", missing=paid)
    return issue_final(plan, identifier, contract, asked, "ordinary")


def _draft(
    plan: Plan,
    contract: Contract,
    asked: Asked,
    kind: Literal["ordinary", "progress", "final"],
    priced: Priced,
    discount: Discount | None,
) -> Draft | Refusal:
    document = contract.quote.current
    customer = read_customer(plan, document.customer, f"{asked.place}/quote")
    if isinstance(customer, Refusal):
        return customer
    due_on = _due_on(plan.today, contract.quote, asked)
    if isinstance(due_on, Refusal):
        return due_on
    supplied = read_any_day(asked.supplied_on, f"{asked.place}/supplied_on") if asked.supplied_on is not None else None
    if isinstance(supplied, Refusal):
        return supplied
    return Draft(
        kind=kind,
        buyer=Buyer(
            document.customer, document.customer_kind, document.customer_country, customer.payment_days, customer.party
        ),
        basis=document.basis,
        supply_place=document.supply_place,
        priced=priced,
        texts=_texts(contract.quote, asked.texts),
        discount=discount,
        channel=document.channel,
        supplied_on=asked.supplied_on,
        due_on=due_on,
        early_discount_bp=document.early_discount_bp,
        statement_given=True,  # a contract at reduced rates is not signed without it
        quote=contract.identifier,
        order_reference=asked.order_reference,
        reference=asked.reference,
        series=asked.series,
        preceding=asked.preceding,
        place=asked.place,
    )


def _due_on(today: date, quote: QuoteState, asked: Asked) -> str | Refusal:
    """Give the due date: the contract's term, and after the seven days of an off-premises contract (L221-10)."""
    contract = quote.contract
    from_on = contract.payment_from if contract is not None else None
    if asked.due_on is not None:
        if from_on is not None and asked.due_on < from_on:
            day = date.fromisoformat(from_on)
            return refuse("PAYMENT_WITHIN_SEVEN_DAYS", f"{asked.place}/due_on", allowed_from_on=day)
        return asked.due_on
    due = (today + timedelta(days=quote.current.payment_days)).isoformat()
    return due if from_on is None else max(due, from_on)


def _performed_on(today: date, quote: QuoteState, asked: Asked) -> date | Refusal:
    """Give the day of delivery or performance, until which advances earn interest (C. conso L214-2)."""
    if asked.supplied_on is not None:
        return read_any_day(asked.supplied_on, f"{asked.place}/supplied_on")
    known = quote.delivered_on or quote.accepted_on
    return date.fromisoformat(known) if known is not None else today


def _preceding(plan: Plan, before: Invoiced, deducted: Sequence[Deducted]) -> tuple[Preceding, ...]:
    """Name the progress and deposit invoices that a final invoice follows (CGI 289 I-5; EN 16931 BG-3)."""
    named = [Preceding(invoice=i, number=s.issued.number, issued_on=s.issued.issued_on) for i, s in before.invoices]
    for each in deducted:
        deposit = plan.state(DEPOSIT, each.identifier)
        for invoice in deposit.invoices if deposit is not None else ():
            state = plan.state(INVOICE, invoice)
            if state is not None and not state.whole_credited:
                named.append(Preceding(invoice=invoice, number=state.issued.number, issued_on=state.issued.issued_on))
    return tuple(named)


def _texts(quote: QuoteState, given: TextsInput) -> TextsInput:
    """Take the invoice's words where they are given, the contract's where it goes on to hold."""
    texts = quote.current.texts
    if texts is None:
        return given
    return replace(
        given,
        title=given.title or texts.title,
        performance_place=given.performance_place or texts.performance_place,
        reduced_rate_statement=given.reduced_rate_statement or texts.reduced_rate_statement,
        works_description=given.works_description or texts.works_description,
    )


# --- the commands


def decide_issue_final(command: IssueFinalInvoice, world: World) -> Outcome:
    """Issue the final invoice of a contract."""
    plan = Plan(world)
    identifier = take_id(plan, INVOICE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    contract = read_contract(plan, command.quote)
    if isinstance(contract, Refusal):
        return contract
    asked = Asked(texts=command.texts, supplied_on=command.supplied_on, due_on=command.due_on, series=command.series)
    event = issue_final(plan, identifier, contract, asked)
    return event if isinstance(event, Refusal) else plan.done(**answer(identifier, event))


def decide_issue_progress(command: IssueProgressInvoice, world: World) -> Outcome:
    """Issue a progress invoice; it leaves at least the paid deposits for the final one."""
    plan = Plan(world)
    identifier = take_id(plan, INVOICE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    contract = read_contract(plan, command.quote)
    if isinstance(contract, Refusal):
        return contract
    if standing_final(contract.quote):
        return refuse("QUOTE_FULLY_INVOICED", "/quote")
    before = read_invoiced(plan, contract)
    priced = situation_of(contract, before, command.performed_bp)
    if isinstance(priced, Refusal):
        return priced
    left = gross_total(contract.rows) - gross_total(before.rows) - priced.totals.gross_cents
    held = sum(deposit.deductible_cents for _, deposit in deposits_of(plan, contract.quote))
    if left < held:
        return refuse("PROGRESS_LEAVES_TOO_LITTLE", "/performed_bp", left_cents=left, deposits_cents=held)
    asked = Asked(
        texts=command.texts,
        supplied_on=command.supplied_on,
        due_on=command.due_on,
        series=command.series,
        preceding=_preceding(plan, before, ()),
    )
    draft = _draft(plan, contract, asked, "progress", priced, None)
    event = draft if isinstance(draft, Refusal) else issue(plan, identifier, draft)
    if isinstance(event, Refusal):
        return event
    link = QuoteInvoiced(
        invoice=identifier,
        kind="progress",
        gross_cents=event.totals.gross_cents,
        performed_bp=command.performed_bp,
    )
    plan.emit(QUOTE, command.quote, link)
    return plan.done(**answer(identifier, event))


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (IssueProgressInvoice, decide_issue_progress),
    (IssueFinalInvoice, decide_issue_final),
)
"""Invoices of a contract."""
