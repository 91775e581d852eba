"""Notes for consumers: services (arrêté 83-50/A of 3 October 1983) and building works (former CGI 290 quinquies).

A note is due from 25.00 EUR tax included, before payment; below, when the client asks. An invoice with the same
mentions stands for it, so this is for who gives no invoice, or gives the note apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import IssueNote
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import read_customer, read_issuer, take_id
from ledger.domain.deciders.contract_figures import read_contract
from ledger.domain.deciders.invoicing import place_recorded, texts_of, vat_terms
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Party
from ledger.domain.events.invoices import NoteIssued
from ledger.domain.events.parties import ProfileSet
from ledger.domain.pricing import Priced, price
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.mentions import MentionFacts, check_mentions
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.note import NOTE
from ledger.domain.totals import totals_of
from ledger.domain.types import Channel, SupplyPlace


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note is about: its figures, its client, and whether a detailed quote was accepted before."""

    priced: Priced
    client: Party | None
    supply_place: SupplyPlace
    channel: Channel = "premises"
    quoted: bool = False


def decide_issue_note(command: IssueNote, world: World) -> Outcome:
    """Issue a note, for lines, for an invoice or for a signed quote."""
    plan = Plan(world)
    identifier = take_id(plan, NOTE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    performed = read_day(command.performed_on, plan.today, "/performed_on")
    if isinstance(performed, Refusal):
        return performed
    found = read_issuer(plan)
    if isinstance(found, Refusal):
        return found
    issuer, profile = found
    subject = _subject(plan, profile, command)
    if isinstance(subject, Refusal):
        return subject
    client = None if command.client_unnamed else (command.client or subject.client)
    lacking = _lacking(plan, profile, command, subject, client)
    if lacking is not None:
        return lacking
    numbered = plan.number("note", command.series)
    if isinstance(numbered, Refusal):
        return numbered
    priced = subject.priced
    event = NoteIssued(
        kind=command.kind,
        series=numbered.series,
        n=numbered.n,
        number=numbered.number,
        issued_on=plan.today.isoformat(),
        issuer_version=issuer.version,
        quote=command.quote,
        invoice=command.invoice,
        performed_on=performed.isoformat(),
        currency=plan.register.currency,
        lines=priced.lines,
        vat=priced.vat,
        totals=priced.totals,
        client=client,
        texts=texts_of(command.texts, priced.labels),
    )
    plan.emit(NOTE, identifier, event)
    return plan.done(note=identifier, number=event.number, gross_cents=event.totals.gross_cents)


def _subject(plan: Plan, profile: ProfileSet, command: IssueNote) -> Subject | Refusal:
    given = (command.quote is not None, command.invoice is not None, bool(command.lines))
    if sum(given) != 1:
        return refuse("NOTE_SUBJECT_AMBIGUOUS")
    if command.invoice is not None:
        return _of_invoice(plan, command.invoice)
    if command.quote is not None:
        return _of_contract(plan, command.quote)
    terms = vat_terms(
        profile, profile.supply_place, plan.today, "consumer", command.texts.reduced_rate_statement is not None
    )
    priced = price(command.lines, command.basis or profile.price_basis, terms)
    return priced if isinstance(priced, Refusal) else Subject(priced, None, profile.supply_place)


def _of_invoice(world: World, invoice: str) -> Subject | Refusal:
    state = world.state(INVOICE, invoice)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/invoice")
    document = state.issued
    if document.customer_kind != "consumer":
        return refuse("NOTE_FOR_CONSUMERS", "/invoice")
    if document.texts is None:
        return refuse("CUSTOMER_ERASED", "/invoice")
    priced = Priced(document.lines, document.vat, document.totals, document.texts.lines)
    return Subject(priced, document.client, document.supply_place, document.channel)


def _of_contract(world: World, quote: str) -> Subject | Refusal:
    contract = read_contract(world, quote)
    if isinstance(contract, Refusal):
        return contract
    document = contract.quote.current
    if document.customer_kind != "consumer":
        return refuse("NOTE_FOR_CONSUMERS", "/quote")
    customer = read_customer(world, document.customer, "/quote")
    if isinstance(customer, Refusal):
        return customer
    priced = Priced(contract.lines, contract.rows, totals_of(contract.rows), contract.labels)
    return Subject(priced, customer.party, document.supply_place, document.channel, quoted=True)


def _lacking(
    plan: Plan, profile: ProfileSet, command: IssueNote, subject: Subject, client: Party | None
) -> Refusal | None:
    """Refuse a note that lacks a mention; where it was performed comes from what is recorded."""
    present = {"PERFORMANCE_DATE", "LINE_DETAIL"}
    if profile.details is not None:
        present.add("ISSUER_NAME_ADDRESS")
    if client is not None:
        present.add("CLIENT_NAME")
    if place_recorded(client, command.texts, subject.channel, subject.supply_place, profile):
        present.add("PERFORMANCE_PLACE")
    facts = MentionFacts(
        document="note" if command.kind == "services" else "works_note",
        on=plan.today,
        customer_kind="consumer",
        services=True,
        detailed_quote_accepted=subject.quoted,
        client_objects_to_name=command.client_unnamed,
    )
    place = "/client" if client is None and not command.client_unnamed else ""
    if not place and "PERFORMANCE_PLACE" not in present:
        place = "/texts/performance_place"
    return check_mentions(facts, present, place)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = ((IssueNote, decide_issue_note),)
"""Notes for consumers."""
