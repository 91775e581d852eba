"""Credit notes: an invoice undone wholly or in part, and the one that takes its place, in one step.

CGI 289 I-5 and BOI-TVA-DECLA-30-20-20-20 §180-270: a credit note names the invoice, and credit notes together never
exceed it. They are priced by themselves and fitted within what is left at each rate, so that an invoice credited in
parts comes to nothing at every rate (`ledger.domain.totals.fit_within`). Money: docs/decisions/credit-notes.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import CreditInvoice, IssueInvoice
from ledger.domain.deciders.acts import read_issuer, take_id
from ledger.domain.deciders.contract_figures import read_contract, read_invoiced
from ledger.domain.deciders.contract_invoices import issue_final
from ledger.domain.deciders.credit_figures import (
    Credit,
    Money,
    given_up,
    price_credit,
    settle_money,
    take_lines,
    take_lost,
)
from ledger.domain.deciders.invoices import asked_of, issue_for_contract, issue_plain, price_lines
from ledger.domain.deciders.invoicing import answer, natures
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.deposits import DepositReleased
from ledger.domain.events.invoices import (
    CreditNoteIssued,
    InvoiceCredited,
    InvoiceIssued,
    InvoiceReplaced,
    Preceding,
)
from ledger.domain.events.quotes import QuoteUninvoiced
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.quote import QUOTE
from ledger.domain.totals import gross_total

# --- the credit note


def credit(plan: Plan, identifier: str, invoice: str, command: CreditInvoice) -> CreditNoteIssued | Refusal:
    """Issue a credit note: its own entry, and those of the invoice, the contract and the deposits it touches."""
    state = plan.state(INVOICE, invoice)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/invoice")
    refusal = _creditable(plan, state)
    if refusal is not None:
        return refusal
    figures = _figures(state, command)
    if isinstance(figures, Refusal):
        return figures
    money = settle_money(plan, state, figures, command.cause)
    event = _event(plan, invoice, state, figures, money, command)
    if isinstance(event, Refusal):
        return event
    plan.emit(CREDIT_NOTE, identifier, event)
    _link(plan, identifier, invoice, state.issued, event, figures, money)
    return event


def _figures(state: InvoiceState, command: CreditInvoice) -> Credit | Refusal:
    if command.cause == "bad_debt" and not command.lines and given_up(state):
        lost, rows = take_lost(state)
        return price_credit(state, lost, rows)
    taken = take_lines(state, command.lines)
    return taken if isinstance(taken, Refusal) else price_credit(state, taken)


def _creditable(world: World, state: InvoiceState) -> Refusal | None:
    if state.whole_credited:
        return refuse("INVOICE_NOT_OPEN", "/invoice", state=state.state)
    deposit = world.state(DEPOSIT, state.issued.deposit) if state.issued.deposit is not None else None
    if deposit is not None and deposit.applied_cents:
        return refuse("DEPOSIT_ALREADY_APPLIED", "/invoice")
    return None


def _event(
    plan: Plan, invoice: str, state: InvoiceState, figures: Credit, money: Money, command: CreditInvoice
) -> CreditNoteIssued | Refusal:
    document, register = state.issued, plan.register
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    if document.texts is None:
        return refuse("CUSTOMER_ERASED", "/invoice")
    numbered = plan.number("credit_note", command.series)
    if isinstance(numbered, Refusal):
        return numbered
    return CreditNoteIssued(
        type_code="503" if document.type_code == "386" else "381",
        series=numbered.series,
        n=numbered.n,
        number=numbered.number,
        issued_on=plan.today.isoformat(),
        till=register.till,
        issuer_version=found[0].version,
        customer=document.customer,
        customer_kind=document.customer_kind,
        customer_country=document.customer_country,
        currency=document.currency,
        basis=document.basis,
        supply_place=document.supply_place,
        preceding=(Preceding(invoice=invoice, number=document.number, issued_on=document.issued_on),),
        whole=figures.whole,
        lines=figures.lines,
        credited_ranks=figures.ranks,
        vat=figures.vat,
        totals=figures.totals,
        settles_cents=money.settles_cents,
        refund_cents=money.refund_cents,
        cause=command.cause,
        corrects_closed=register.periods.closed(document.issued_on),
        mentions=_mentions(document, figures),
        reference=command.reference,
        client=document.client,
        texts=Texts(
            title=document.texts.title,
            lines=tuple(document.texts.lines[rank - 1] for rank in figures.ranks),
            notes=command.notes,
        ),
    )


_TERMS = frozenset(
    {
        "LATE_PENALTIES",
        "RECOVERY_INDEMNITY",
        "EARLY_DISCOUNT",
        "NO_EARLY_DISCOUNT",
        "LATE_PENALTIES_PUBLIC",
        "RECOVERY_INDEMNITY_PUBLIC",
        "EARLY_DISCOUNT_PUBLIC",
        "LEGAL_GUARANTEE",
    }
)


def _mentions(document: InvoiceIssued, figures: Credit) -> tuple[str, ...]:
    """Give the invoice's sentences that hold for what is credited, its terms of payment left out.

    Nature, reverse charge and the option for debits are those of the credited lines (242 nonies A I 8° bis, 11° bis,
    13°); the rest is the issuer's or the invoice's and stays.
    """
    goods, services = natures(figures.vat, figures.lines)
    nature = "NATURE_BOTH" if goods and services else "NATURE_GOODS" if goods else "NATURE_SERVICES"
    holds = {
        "REVERSE_CHARGE": any(row.category == "AE" for row in figures.vat),
        "DEBITS_OPTION": services and any(row.rate_bp for row in figures.vat),
    }
    kept = (code for code in document.mentions if code not in _TERMS and holds.get(code, True))
    return tuple(nature if code.startswith("NATURE_") else code for code in kept)


def _link(
    plan: Plan,
    identifier: str,
    invoice: str,
    document: InvoiceIssued,
    event: CreditNoteIssued,
    figures: Credit,
    money: Money,
) -> None:
    plan.emit(
        INVOICE,
        invoice,
        InvoiceCredited(
            credit_note=identifier,
            number=event.number,
            whole=figures.whole,
            gross_cents=figures.totals.gross_cents,
            settles_cents=money.settles_cents,
            refund_cents=money.refund_cents,
            lines=figures.credits,
            vat=figures.vat,
        ),
    )
    for deposit, amount in money.released:
        plan.emit(DEPOSIT, deposit, DepositReleased(invoice=invoice, credit_note=identifier, amount_cents=amount))
    if document.quote is not None and document.kind != "deposit":
        plan.emit(
            QUOTE,
            document.quote,
            QuoteUninvoiced(
                invoice=invoice,
                credit_note=identifier,
                gross_cents=figures.totals.gross_cents,
                whole=figures.whole,
            ),
        )


# --- the replacement


def replace_invoice(plan: Plan, invoice: str, command: IssueInvoice) -> tuple[str, InvoiceIssued] | Refusal:
    """Issue the invoice that takes the place of a wholly credited one; its deposits are deducted again.

    What the command leaves out (client, price basis, place, reference) is taken from the credited invoice.
    """
    state = plan.state(INVOICE, invoice)
    assert state is not None  # noqa: S101 - it was just credited
    old = state.issued
    if not state.whole_credited:
        return refuse("REPLACEMENT_NEEDS_WHOLE_CREDIT", "/replacement")
    if old.kind in ("deposit", "progress"):
        return refuse("REPLACEMENT_NOT_OF_THIS_KIND", "/replacement")
    identifier = take_id(plan, INVOICE, command.id)
    if isinstance(identifier, Refusal):
        return replace(identifier, place="/replacement/id")
    named = command.customer is not None or command.client is not None
    command = replace(
        command,
        customer=command.customer if named else old.customer,
        client=command.client if named else old.client,
        basis=command.basis or old.basis,
        supply_place=command.supply_place or old.supply_place,
        order_reference=command.order_reference or old.order_reference,
        supplied_on=command.supplied_on or old.supplied_on,
    )
    preceding = (Preceding(invoice=invoice, number=old.number, issued_on=old.issued_on),)
    if old.quote is None and command.quote is not None:
        event = issue_for_contract(plan, identifier, command, command.quote, "/replacement", preceding)
    elif old.quote is None:
        event = issue_plain(plan, identifier, command, "/replacement", preceding)
    elif command.quote not in (None, old.quote):
        return refuse("REPLACEMENT_NOT_OF_THIS_KIND", "/replacement/quote")
    else:
        event = _replace_final(plan, identifier, command, old, old.quote, preceding)
    if isinstance(event, Refusal):
        return event
    plan.emit(INVOICE, invoice, InvoiceReplaced(by=identifier, number=event.number))
    return identifier, event


def _replace_final(
    plan: Plan,
    identifier: str,
    command: IssueInvoice,
    old: InvoiceIssued,
    quote: str,
    preceding: tuple[Preceding, ...],
) -> InvoiceIssued | Refusal:
    """Issue the last invoice of a contract anew: by the contract, or by lines given for it."""
    contract = read_contract(plan, quote, "/replacement/quote")
    if isinstance(contract, Refusal):
        return contract
    asked = asked_of(command, "/replacement", preceding)
    kind = "ordinary" if old.kind == "ordinary" else "final"
    if not command.lines:
        return issue_final(plan, identifier, contract, asked, kind)  # type: ignore[arg-type] # one of the two words
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    command = replace(command, basis=old.basis, supply_place=old.supply_place, reduced_rate_justified=True)
    priced = price_lines(plan, found[1], command, old.customer_kind, "/replacement")
    if isinstance(priced, Refusal):
        return priced
    left = gross_total(contract.rows) - gross_total(read_invoiced(plan, contract).rows)
    if priced.totals.gross_cents > left:
        return refuse("REPLACEMENT_ABOVE_CONTRACT", "/replacement/lines", open_cents=max(0, left))
    return issue_final(plan, identifier, contract, asked, kind, priced, command.discount)  # type: ignore[arg-type] # as above


# --- the command


def decide_credit_invoice(command: CreditInvoice, world: World) -> Outcome:
    """Issue a credit note, and the invoice that takes the place of the credited one if asked."""
    plan = Plan(world)
    identifier = take_id(plan, CREDIT_NOTE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    event = credit(plan, identifier, command.invoice, command)
    if isinstance(event, Refusal):
        return event
    result: dict[str, Any] = {
        "credit_note": identifier,
        "number": event.number,
        "net_cents": event.totals.net_cents,
        "vat_cents": event.totals.vat_cents,
        "gross_cents": event.totals.gross_cents,
        "settles_cents": event.settles_cents,
        "refund_cents": event.refund_cents,
    }
    if event.corrects_closed is not None:
        result["corrects_closed"] = event.corrects_closed
    if command.replacement is not None:
        replaced = replace_invoice(plan, command.invoice, command.replacement)
        if isinstance(replaced, Refusal):
            return replaced
        result["replacement"] = answer(*replaced)
    return plan.done(**result)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = ((CreditInvoice, decide_credit_invoice),)
"""Credit notes."""
