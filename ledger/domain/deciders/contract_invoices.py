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
from ledger.domain.contracts import price_counted
from ledger.domain.deciders.acts import read_any_day, read_customer, read_issuer, take_id
from ledger.domain.deciders.deposit_end import owe_refund
from ledger.domain.deciders.deposit_room import contract_rows, deposits_of
from ledger.domain.deciders.invoicing import NO_TEXTS, Buyer, Draft, answer, issue, vat_terms
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Discount, Line, VatRow
from ledger.domain.events.deposits import DepositApplied, DepositCancelled
from ledger.domain.events.invoices import InvoiceIssued, Preceding, Prepaid
from ledger.domain.events.quotes import QuoteInvoiced
from ledger.domain.money import BP
from ledger.domain.parts import basis_amount, by_amount, effective_amounts, line_worth, share_of, without_nothing
from ledger.domain.pricing import Priced, treat
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.totals import add_rows, gross_total, price_document, subtract_rows, totals_of


@dataclass(frozen=True, slots=True)
class Contract:
    """A signed contract with its change orders, priced; all lists go by its lines.

    `wholes` are the lines' amounts in the price basis and `nets` their HT, both after all discounts.
    """

    identifier: str
    quote: QuoteState
    lines: tuple[Line, ...]
    labels: tuple[str, ...]
    wholes: tuple[int, ...]
    nets: tuple[int, ...]
    rows: tuple[VatRow, ...]
    discount: Discount | None  # on the document, when there is no change order


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What stands invoiced of a contract, credit notes taken off."""

    amounts: tuple[int, ...]
    nets: tuple[int, ...]
    rows: tuple[VatRow, ...]
    invoices: tuple[tuple[str, InvoiceState], ...]


# --- reading the contract


def read_contract(world: World, identifier: str, place: str = "/quote") -> Contract | Refusal:
    """Give a contract that can be invoiced, its lines still bearable under today's VAT."""
    quote = world.state(QUOTE, identifier)
    if quote is None:
        return refuse("REFERENCE_UNKNOWN", place)
    if not quote.signed or quote.contract is None:
        return refuse("QUOTE_NOT_SIGNED", place)
    if quote.current.amends is not None:
        return refuse("AMENDMENT_INVOICED_WITH_CONTRACT", place)
    parts = [quote]
    for amendment in quote.amended_by:
        state = world.state(QUOTE, amendment)
        if state is not None:
            parts.append(state)
    lines: list[Line] = []
    labels: list[str] = []
    wholes: list[int] = []
    nets: list[int] = []
    for part in parts:
        refusal = _add_part(part, quote, len(parts) > 1, lines, labels, wholes, nets)
        if refusal is not None:
            return refusal
    refusal = _check_rates(world, quote, lines, place)
    if refusal is not None:
        return refusal
    discount = quote.current.discount if len(parts) == 1 else None
    rows = contract_rows(world, quote)
    return Contract(identifier, quote, tuple(lines), tuple(labels), tuple(wholes), tuple(nets), rows, discount)


def _add_part(
    part: QuoteState,
    base: QuoteState,
    several: bool,
    lines: list[Line],
    labels: list[str],
    wholes: list[int],
    nets: list[int],
) -> Refusal | None:
    """Add the lines that count of the contract or of one change order."""
    document = part.current
    counted = [document.lines[rank - 1] for rank in part.counted]
    if not counted:
        return None
    if document.texts is None:
        return refuse("CUSTOMER_ERASED", "/quote")
    chosen = part.contract.chosen if part.contract is not None else ()
    priced = price_counted(document.lines, document.basis, document.discount, chosen)
    if isinstance(priced, Refusal):
        return priced
    for rank, line, figures in zip(part.counted, counted, priced.lines, strict=True):
        whole = basis_amount(base.current.basis, figures.net_cents, figures.gross_cents)
        plain = replace(
            line, amount_cents=figures.amount_cents, net_cents=figures.net_cents, choice=None, choice_group=None
        )
        other_basis = document.basis != base.current.basis
        if other_basis or (several and whole != figures.amount_cents):
            quantity = "1" if other_basis else line.quantity
            plain = line_worth(line, whole, figures.net_cents, quantity)
        lines.append(plain)
        labels.append(document.texts.lines[rank - 1])
        wholes.append(whole)
        nets.append(figures.net_cents)
    return None


def _check_rates(world: World, quote: QuoteState, lines: Sequence[Line], place: str) -> Refusal | None:
    """Refuse to invoice at a rate that has ended since the signature: a change order brings the new one."""
    found = read_issuer(world)
    if isinstance(found, Refusal):
        return found
    document = quote.current
    terms = vat_terms(found[1], document.supply_place, world.today, document.customer_kind, statement=True)
    for line in lines:
        treatment = treat(line.rate_bp, line.category, line.exemption, terms)
        if isinstance(treatment, Refusal):
            return replace(treatment, place=place)
    return None


def read_invoiced(world: World, contract: Contract) -> Invoiced:
    """Give what stands invoiced of a contract, line by line."""
    amounts = [0] * len(contract.lines)
    nets = [0] * len(contract.lines)
    rows: list[Sequence[VatRow]] = []
    standing: list[tuple[str, InvoiceState]] = []
    for part in contract.quote.invoices:
        state = world.state(INVOICE, part.invoice)
        if state is None or part.undone:
            continue
        standing.append((part.invoice, state))
        rows.append(state.creditable_rows())
        document = state.issued
        for index, (amount, line) in enumerate(zip(effective_amounts(document), document.lines, strict=True)):
            amounts[index] += amount
            nets[index] += line.net_cents
        for credit in state.credited_lines:
            amounts[credit.rank - 1] -= credit.amount_cents
            nets[credit.rank - 1] -= credit.net_cents
    return Invoiced(tuple(amounts), tuple(nets), add_rows(*rows), tuple(standing))


def standing_final(quote: QuoteState) -> bool:
    """Say whether the contract was invoiced to its end by an invoice that still stands."""
    return any(part.kind != "progress" and not part.undone for part in quote.invoices)


# --- pricing what is left, or a situation


def _rest(contract: Contract, before: Invoiced) -> Priced | Refusal:
    """Price everything of the contract that is not invoiced yet."""
    if not before.invoices:
        return _priced(contract, contract.lines, contract.rows, contract.discount)
    lines = [
        _part_of(line, whole - done, net - done_net, BP)
        for line, whole, net, done, done_net in zip(
            contract.lines, contract.wholes, contract.nets, before.amounts, before.nets, strict=True
        )
    ]
    rows = without_nothing(subtract_rows(contract.rows, before.rows))
    if not any(line.amount_cents for line in lines) and not rows:
        return refuse("QUOTE_FULLY_INVOICED", "/quote")
    return _priced(contract, lines, rows, None)


def _situation(contract: Contract, before: Invoiced, performed_bp: Sequence[int]) -> Priced | Refusal:
    """Price a progress invoice: what is performed now, cumulated, less what stands invoiced."""
    if len(performed_bp) != len(contract.lines):
        return refuse("PROGRESS_LINES", "/performed_bp", lines=len(contract.lines))
    now = [share_of(whole, share, BP) for whole, share in zip(contract.wholes, performed_bp, strict=True)]
    for index, (later, earlier, whole) in enumerate(zip(now, before.amounts, contract.wholes, strict=True)):
        if (later < earlier) if whole >= 0 else (later > earlier):
            return refuse("PROGRESS_DECREASES", f"/performed_bp/{index}", line=index + 1)
    if tuple(now) == before.amounts:
        return refuse("PROGRESS_NOTHING", "/performed_bp")
    if tuple(now) == contract.wholes:
        return _rest(contract, before) if before.invoices else _all_of(contract)
    figures = price_document(by_amount(contract.lines, now), contract.quote.current.basis)
    if isinstance(figures, Refusal):
        return replace(figures, place="/performed_bp")
    lines = [
        _part_of(line, later - earlier, amounts.net_cents - net, share)
        for line, later, earlier, amounts, net, share in zip(
            contract.lines, now, before.amounts, figures.lines, before.nets, performed_bp, strict=True
        )
    ]
    return _priced(contract, lines, without_nothing(subtract_rows(figures.vat, before.rows)), None)


def _all_of(contract: Contract) -> Priced | Refusal:
    lines = [
        _part_of(line, whole, net, BP)
        for line, whole, net in zip(contract.lines, contract.wholes, contract.nets, strict=True)
    ]
    return _priced(contract, lines, contract.rows, None)


def _part_of(line: Line, amount_cents: int, net_cents: int, performed_bp: int) -> Line:
    """Write what a situation takes of a line; quantity and price stay the contract's, the share says how far it is."""
    return replace(line, discount=None, amount_cents=amount_cents, net_cents=net_cents, performed_bp=performed_bp)


def _priced(
    contract: Contract, lines: Sequence[Line], rows: tuple[VatRow, ...], discount: Discount | None
) -> Priced | Refusal:
    off = 0
    if discount is not None:
        off = sum(line.amount_cents for line in lines) - sum(contract.wholes)
    totals = totals_of(rows, off)
    if totals.gross_cents < 0:
        return refuse("TOTAL_NEGATIVE", "/quote", total_cents=totals.gross_cents)
    return Priced(tuple(lines), rows, totals, contract.labels)


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
        rest = _rest(contract, before)
        if isinstance(rest, Refusal):
            return rest
        priced, discount = rest, contract.discount if not before.invoices else None
    until = _performed_on(plan.today, contract.quote, asked)
    if isinstance(until, Refusal):
        return until
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
    priced = _situation(contract, before, command.performed_bp)
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
