"""Asking for money in advance, by the contract's schedule or by hand.

A request stands outside the invoice series and is no invoice; a plain payment request has no quote. What the money is
in law (arrhes or acompte) is settled when it is asked for (C. conso L214-1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.domain.advances import (
    InvoiceAt,
    as_split,
    default_invoice_at,
    default_kind,
    reference_of,
    stipulated_kinds,
)
from ledger.domain.commands.common import Command, LineInput
from ledger.domain.commands.sales import RequestDeposit
from ledger.domain.days import read_any_day
from ledger.domain.deciders.acts import open_task, read_customer, read_issuer, take_id
from ledger.domain.deciders.deposit_invoices import invoice_if_due
from ledger.domain.deciders.deposit_room import open_cents, open_rows
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Instalment, Party, Texts, VatRow
from ledger.domain.events.deposits import (
    DepositRequested,
)
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.quotes import DepositAttached
from ledger.domain.money import decimal_of, percent_of
from ledger.domain.pricing import VatTerms, price
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.limits import NOTE_THRESHOLD_CENTS
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.totals import gross_of, split_gross
from ledger.domain.types import AdvanceKind, CustomerKind, SupplyPlace


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, settled: the figures of a request before it takes its number."""

    customer: str | None
    customer_kind: CustomerKind
    customer_country: str
    kind: AdvanceKind
    special_order: bool
    currency: str
    amount_cents: int
    rows: tuple[VatRow, ...]
    supply_place: SupplyPlace
    due_on: date
    invoice_at: InvoiceAt
    payable_from: date | None = None
    quote: str | None = None
    instalment: int | None = None
    automatic: bool = False
    client: Party | None = None
    title: str | None = None


def ask(plan: Plan, identifier: str, asked: Asked) -> Refusal | str:
    """Number and record a request for money, and attach it to its contract; give its printed number."""
    numbered = plan.number("payment_request")
    if isinstance(numbered, Refusal):
        return numbered
    plan.emit(
        DEPOSIT,
        identifier,
        DepositRequested(
            series=numbered.series,
            n=numbered.n,
            number=numbered.number,
            issued_on=plan.today.isoformat(),
            quote=asked.quote,
            instalment=asked.instalment,
            customer=asked.customer,
            customer_kind=asked.customer_kind,
            customer_country=asked.customer_country,
            kind=asked.kind,
            special_order=asked.special_order,
            currency=asked.currency,
            amount_cents=asked.amount_cents,
            split=as_split(asked.rows),
            supply_place=asked.supply_place,
            payable_from=asked.payable_from.isoformat() if asked.payable_from is not None else None,
            due_on=asked.due_on.isoformat(),
            invoice_at=asked.invoice_at,
            automatic=asked.automatic,
            reference=reference_of(numbered.number),
            client=asked.client,
            texts=Texts(title=asked.title) if asked.title is not None else None,
        ),
    )
    if asked.quote is not None:
        link = DepositAttached(deposit=identifier, amount_cents=asked.amount_cents, instalment=asked.instalment)
        plan.emit(QUOTE, asked.quote, link)
    invoice_if_due(plan, identifier, "request")
    return numbered.number


# --- asking by the contract's schedule


def ask_instalments(plan: Plan, quote_id: str, wanted: Callable[[Instalment], bool], on: date) -> tuple[str, ...]:
    """Ask for each planned instalment that is wanted and was not asked for; give the ids of the requests.

    `on` is the day of the trigger, which is a fact: nothing here refuses it. Where no request can be made (the contract
    is invoiced, no series is open) a task says so.
    """
    made: list[str] = []
    quote = plan.state(QUOTE, quote_id)
    schedule = quote.contract.schedule if quote is not None and quote.contract is not None else ()
    for rank, planned in enumerate(schedule, 1):
        quote = plan.state(QUOTE, quote_id)
        known = quote is None or any(link.instalment == rank for link in quote.deposits)
        if known or not planned.automatic or not planned.amount_cents or not wanted(planned):
            continue
        identifier = plan.fresh_id()
        asked = _instalment(plan, quote_id, rank, planned, on)
        number = asked if isinstance(asked, Refusal) else ask(plan, identifier, replace(asked, automatic=True))
        if isinstance(number, Refusal):
            open_task(plan, "request_deposit", quote_id)
        else:
            made.append(identifier)
    return tuple(made)


def _instalment(plan: World, quote_id: str, rank: int, planned: Instalment, on: date) -> Asked | Refusal:
    """Settle the request for one planned instalment; `on` is the day of its trigger."""
    quote = plan.state(QUOTE, quote_id)
    assert quote is not None  # noqa: S101 - the caller read it
    due = date.fromisoformat(planned.due_on) if planned.due_on is not None else on
    asked = _of_contract(plan, quote_id, quote, planned.amount_cents, planned.kind, place="/instalment")
    if isinstance(asked, Refusal):
        return asked
    due = max(due + timedelta(days=planned.due_days or 0), plan.today, asked.payable_from or plan.today)
    return replace(asked, due_on=due, invoice_at=planned.invoice_at, instalment=rank)


def _of_contract(
    world: World, quote_id: str, quote: QuoteState, amount_cents: int, kind: AdvanceKind, place: str
) -> Asked | Refusal:
    """Settle a request on a contract, within what is open of it."""
    left = open_cents(world, quote)
    if amount_cents > left:
        return refuse("DEPOSIT_ABOVE_CONTRACT", place, open_cents=left)
    document, contract = quote.current, quote.contract
    from_on = contract.payment_from if contract is not None else None
    return Asked(
        customer=document.customer,
        customer_kind=document.customer_kind,
        customer_country=document.customer_country,
        kind=kind,
        special_order=document.special_order,
        currency=document.currency,
        amount_cents=amount_cents,
        rows=split_gross(amount_cents, open_rows(world, quote)),
        supply_place=document.supply_place,
        due_on=world.today,
        invoice_at=default_invoice_at(document.customer_kind, kind),
        payable_from=date.fromisoformat(from_on) if from_on is not None else None,
        quote=quote_id,
        client=document.client,
    )


# --- the command


def decide_request(command: RequestDeposit, world: World) -> Outcome:
    """Ask for a deposit on a contract, or for a plain payment."""
    identifier = take_id(world, DEPOSIT, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    asked = _plain(command, world) if command.quote is None else _on_quote(command, world, command.quote)
    if isinstance(asked, Refusal):
        return asked
    if command.invoice_at is not None:
        if asked.kind == "arrhes" and command.invoice_at != "never":
            return refuse("DEPOSIT_INVOICE_FOR_ARRHES", "/invoice_at")
        asked = replace(asked, invoice_at=command.invoice_at)
    if command.due_on is not None:
        due = _due(command.due_on, world.today, asked.payable_from)
        if isinstance(due, Refusal):
            return due
        asked = replace(asked, due_on=due)
    plan = Plan(world)
    number = ask(plan, identifier, replace(asked, title=command.title))
    if isinstance(number, Refusal):
        return number
    if command.quote is None and asked.customer_kind == "consumer" and _services_cents(asked) >= NOTE_THRESHOLD_CENTS:
        open_task(plan, "give_note", identifier)  # before payment, unless an invoice is given (arrêté 83-50/A)
    return plan.done(deposit=identifier, number=number, reference=reference_of(number), amount_cents=asked.amount_cents)


def _services_cents(asked: Asked) -> int:
    """Give what of a request pays for services (TTC)."""
    return sum(gross_of(row) - row.goods_base_cents - row.goods_vat_cents for row in asked.rows)


def _due(text: str, today: date, payable_from: date | None) -> date | Refusal:
    due = read_any_day(text, "/due_on")
    if isinstance(due, Refusal):
        return due
    if payable_from is not None and due < payable_from:
        return refuse("PAYMENT_WITHIN_SEVEN_DAYS", "/due_on", allowed_from_on=payable_from)
    return refuse("DUE_BEFORE_ISSUE", "/due_on", due_on=due, issued_on=today) if due < today else due


def _on_quote(command: RequestDeposit, world: World, quote_id: str) -> Asked | Refusal:
    quote = world.state(QUOTE, quote_id)
    if quote is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    if not quote.signed or quote.contract is None:
        return refuse("QUOTE_NOT_SIGNED", "/quote")
    given = (command.instalment, command.share_bp, command.amount_cents)
    if sum(one is not None for one in given) != 1 or command.rate_bp is not None or command.nature is not None:
        return refuse("DEPOSIT_AMOUNT_AMBIGUOUS")
    if command.customer not in (None, quote.current.customer):
        return refuse("CUSTOMER_UNKNOWN", "/customer")
    if command.instalment is not None:
        return _planned(command, world, quote_id, quote, command.instalment)
    kind = _kind_on_quote(command.kind, quote)
    if isinstance(kind, Refusal):
        return kind
    amount = command.amount_cents or percent_of(quote.gross_cents, command.share_bp or 0)
    if amount <= 0:
        return refuse("AMOUNT_NOT_POSITIVE", "/share_bp")
    asked = _of_contract(world, quote_id, quote, amount, kind, "/amount_cents" if command.amount_cents else "/share_bp")
    if isinstance(asked, Refusal):
        return asked
    return replace(asked, due_on=max(world.today, asked.payable_from or world.today))


def _planned(command: RequestDeposit, world: World, quote_id: str, quote: QuoteState, rank: int) -> Asked | Refusal:
    schedule = quote.contract.schedule if quote.contract is not None else ()
    taken = any(link.instalment == rank for link in quote.deposits)
    if not 1 <= rank <= len(schedule) or taken or not schedule[rank - 1].amount_cents:
        return refuse("QUOTE_INSTALMENT_UNKNOWN", "/instalment")
    planned = schedule[rank - 1]
    if command.kind not in (None, planned.kind):
        return refuse("DEPOSIT_KIND_NOT_STIPULATED", "/kind")
    return _instalment(world, quote_id, rank, planned, world.today)


def _kind_on_quote(asked: AdvanceKind | None, quote: QuoteState) -> AdvanceKind | Refusal:
    """Give what the money is: an acompte asked of a consumer must stand in the signed contract (L214-1).

    Once the work is done there is nothing left to give up: what is asked is an acompte.
    """
    document, contract = quote.current, quote.contract
    if quote.delivered_on is not None or quote.accepted_on is not None:
        return refuse("ARRHES_AFTER_PERFORMANCE", "/kind") if asked == "arrhes" else "acompte"
    usual = default_kind(document.customer_kind, document.special_order)
    stipulated = stipulated_kinds(contract.schedule if contract is not None else ())
    if asked is None:
        return next(iter(stipulated)) if len(stipulated) == 1 else usual
    if asked == "acompte" and usual == "arrhes" and "acompte" not in stipulated:
        return refuse("DEPOSIT_KIND_NOT_STIPULATED", "/kind")
    return asked


def _plain(command: RequestDeposit, world: World) -> Asked | Refusal:
    """Settle a payment request without a quote: an amount (TTC) at one rate."""
    if command.instalment is not None or command.share_bp is not None:
        return refuse("DEPOSIT_NOT_IN_CONTRACT", "/instalment" if command.instalment is not None else "/share_bp")
    if command.amount_cents is None:
        return refuse("MEMBER_MISSING", "/amount_cents")
    found = read_issuer(world)
    if isinstance(found, Refusal):
        return found
    profile = found[1]
    customer_kind: CustomerKind = "consumer"
    country, party = "FR", None
    if command.customer is not None:
        customer = read_customer(world, command.customer)
        if isinstance(customer, Refusal):
            return customer
        customer_kind, country, party = customer.kind, customer.country, customer.party
    rows = _rows_of_plain(command, profile, world.today, customer_kind, command.amount_cents)
    if isinstance(rows, Refusal):
        return rows
    kind = command.kind or default_kind(customer_kind, command.special_order)
    return Asked(
        customer=command.customer,
        customer_kind=customer_kind,
        customer_country=country,
        kind=kind,
        special_order=command.special_order,
        currency=world.register.currency,
        amount_cents=command.amount_cents,
        rows=rows,
        supply_place=profile.supply_place,
        due_on=world.today,
        invoice_at=default_invoice_at(customer_kind, kind),
        client=party,
    )


def _rows_of_plain(
    command: RequestDeposit, profile: ProfileSet, on: date, customer_kind: CustomerKind, amount_cents: int
) -> tuple[VatRow, ...] | Refusal:
    line = LineInput(
        label=command.title or "-",
        unit_price=_plain_decimal(amount_cents),
        nature=command.nature or ("goods" if profile.main_activity == "goods" else "services"),
        rate_bp=command.rate_bp,
    )
    terms = VatTerms(place=profile.supply_place, regime=profile.vat_regime, on=on, customer_kind=customer_kind)
    priced = price((line,), "gross", terms, pointer="")
    if isinstance(priced, Refusal):
        return replace(priced, place="/rate_bp")
    return priced.vat


def _plain_decimal(cents: int) -> str:
    """Write cents as a decimal without trailing zeros, as a unit price is written."""
    return decimal_of(cents).rstrip("0").rstrip(".")


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = ((RequestDeposit, decide_request),)
"""Requests for money in advance."""
