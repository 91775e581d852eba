"""Deposit invoices (386): for business and public customers, or by setting; never for arrhes.

The 386 says what a deposit is for and its VAT per rate; its money runs on the deposit, so that nothing is paid,
refunded or deducted twice (docs/decisions/deposit-invoices.md). CGI 289 I-1-c; VAT on receipt (CGI 269-2-a).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from ledger.domain.advances import available_split, split_rows
from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import InvoiceDeposit
from ledger.domain.deciders.acts import open_task, read_issuer, take_id
from ledger.domain.deciders.invoicing import NO_TEXTS, Buyer, Draft, answer, issue, vat_terms
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Line, RateSplit
from ledger.domain.events.deposits import DepositInvoiced
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.money import percent_fr
from ledger.domain.parts import plain_decimal
from ledger.domain.pricing import Priced, treat
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE
from ledger.domain.totals import totals_of
from ledger.domain.types import Nature


def decide_invoice_deposit(command: InvoiceDeposit, world: World) -> Outcome:
    """Issue the deposit invoice of a deposit."""
    plan = Plan(world)
    identifier = take_id(plan, INVOICE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    event = invoice_deposit(plan, identifier, command.deposit, command.series)
    return event if isinstance(event, Refusal) else plan.done(**answer(identifier, event))


def invoice_deposit(plan: Plan, identifier: str, deposit: str, series: str | None = None) -> InvoiceIssued | Refusal:
    """Issue the 386 of a deposit: for all that was asked, or for what was paid of a request taken back."""
    state = plan.state(DEPOSIT, deposit)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/deposit")
    refusal = _invoiceable(plan, state)
    if refusal is not None:
        return refusal
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    asked = state.asked
    terms = vat_terms(found[1], asked.supply_place, plan.today, asked.customer_kind, statement=True)
    split = available_split(state) if state.cancelled else asked.split
    for part in split:
        treatment = treat(part.rate_bp, part.category, part.exemption, terms)
        if isinstance(treatment, Refusal):
            return replace(treatment, place="/deposit")
    priced = _priced(split, _label(plan, state))
    paid_on = max((payment.received_on for payment in state.payments), default=None)
    event = issue(
        plan,
        identifier,
        Draft(
            kind="deposit",
            buyer=_buyer(plan, state),
            basis="gross",
            supply_place=asked.supply_place,
            priced=priced,
            texts=NO_TEXTS,
            supplied_on=paid_on,
            paid_cents=min(state.paid_cents, priced.totals.gross_cents),
            due_on=asked.due_on,
            statement_given=True,
            quote=asked.quote,
            deposit=deposit,
            series=series,
        ),
    )
    if not isinstance(event, Refusal):
        plan.emit(DEPOSIT, deposit, DepositInvoiced(invoice=identifier))
    return event


def invoice_if_due(plan: Plan, deposit: str, moment: Literal["request", "receipt"]) -> None:
    """Issue the 386 of a deposit that is to have one at this moment, unless it has one.

    What keeps it from being issued never stops the request or the payment: a task says that it is still to be made.
    """
    state = plan.state(DEPOSIT, deposit)
    if state is None or state.asked.invoice_at != moment or state.invoices:
        return
    event = invoice_deposit(plan, plan.fresh_id(), deposit)
    if isinstance(event, Refusal):
        open_task(plan, "issue_deposit_invoice", deposit)


def _invoiceable(world: World, state: DepositState) -> Refusal | None:
    if state.asked.kind == "arrhes":
        return refuse("DEPOSIT_INVOICE_FOR_ARRHES", "/deposit")
    if state.applied_cents:
        return refuse("DEPOSIT_ALREADY_APPLIED", "/deposit")
    if state.phase not in ("requested", "partly_paid", "paid"):
        return refuse("DEPOSIT_NOT_OPEN", "/deposit", state=state.phase)
    for invoice in state.invoices:
        standing = world.state(INVOICE, invoice)
        if standing is not None and not standing.whole_credited:
            return refuse("DEPOSIT_ALREADY_INVOICED", "/deposit", number=standing.issued.number)
    return None


def _buyer(world: World, state: DepositState) -> Buyer:
    """Give the client as they are known today, else as the request named them."""
    asked = state.asked
    customer = world.state(CUSTOMER, asked.customer) if asked.customer is not None else None
    party = customer.party if customer is not None and customer.party is not None else asked.client
    return Buyer(asked.customer, asked.customer_kind, asked.customer_country, None, party)


def _label(world: World, state: DepositState) -> str:
    asked = state.asked
    quote = world.state(QUOTE, asked.quote) if asked.quote is not None else None
    if quote is not None:
        return f"Acompte sur devis {quote.current.number}"
    return f"Acompte sur demande {asked.number}" if asked.number is not None else "Acompte"


def _priced(split: Sequence[RateSplit], label: str) -> Priced:
    """Write one line per rate and nature: the amount TTC, its VAT extracted as the deposit's split has it."""
    rows = split_rows(split)
    lines: list[Line] = []
    labels: list[str] = []
    for row in rows:
        goods = row.goods_base_cents + row.goods_vat_cents
        services = row.base_cents + row.vat_cents - goods
        parts: tuple[tuple[Nature, int, int], ...] = (
            ("goods", goods, row.goods_base_cents),
            ("services", services, row.base_cents - row.goods_base_cents),
        )
        for nature, gross, net in parts:
            if gross:
                lines.append(
                    Line(
                        nature=nature,
                        quantity="1" if gross > 0 else "-1",
                        unit_price=plain_decimal(abs(gross)),
                        category=row.category,
                        rate_bp=row.rate_bp,
                        exemption=row.exemption,
                        amount_cents=gross,
                        net_cents=net,
                    )
                )
                labels.append(f"{label}, TVA {percent_fr(row.rate_bp)}" if row.rate_bp else label)
    return Priced(tuple(lines), rows, totals_of(rows), tuple(labels))


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (InvoiceDeposit, decide_invoice_deposit),
)
"""Deposit invoices."""
