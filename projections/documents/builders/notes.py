"""Notes for consumers: services (arrêté 83-50/A) and building works."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.domain.events.invoices import InvoiceIssued, NoteIssued
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.types import Channel, PriceBasis, SupplyPlace
from ledger.shell.errors import StreamPurged
from projections.documents.builders import figures, mentions
from projections.documents.builders.desk import Desk
from projections.documents.builders.invoices import ask_for, entry_of, performance_place, quote_number
from projections.documents.paper import Ask, Fact, Paper, Seller, Statement


def note(desk: Desk) -> Paper:
    """Say what a note says.

    Raises:
        NoDocument: there is none.
    """
    entry, event = desk.issued("note", NoteIssued)
    say, on = desk.say, date.fromisoformat(event.issued_on)
    _, profile = desk.profile_of(event.issuer_version)
    buyer = desk.buyer(entry, event.client, "consumer", nobody="unnamed_client")
    lines = figures.lines_of(event.lines, event.texts, say)
    own = event.texts.performance_place if event.texts is not None else None
    place = own or performance_place(desk, profile, buyer, *_sold(desk, event, profile))
    quote = quote_number(desk, event.quote)
    heads = [
        Fact(label=say("performed_on"), value=say.day(event.performed_on)),
        *(mentions.place_head(place, say) if place else ()),
    ]
    if quote is not None:
        heads.append(Fact(label=say("quote"), value=quote))
    codes = ["TRAINING"] if desk.training else []
    codes += ["SOLE_TRADER"] if profile.sole_trader else []
    codes += ["FRANCHISE"] if profile.vat_regime == "franchise" else []
    totals = event.totals
    statements = mentions.statements_of(codes, on, say, "consumer")
    statements += (Statement(code="NOTE", words=say(_law(event, on))),)
    if any(line.nature == "goods" for line in event.lines):
        statements += mentions.statements_of(("LEGAL_GUARANTEE",), on, say, "consumer")
    if quote is not None:
        statements += (Statement(code="QUOTED", words=say("note_quoted", number=quote)),)
    own_words = event.texts is not None and event.texts.reduced_rate_statement is not None
    if own_words and mentions.any_reduced(event.lines, "FR", on):
        statements += mentions.reduced_rate_words(event.texts, None, say)
    if event.kind == "building_works":
        statements += mentions.insurance_of(profile.details, profile.trades, say)
    statements += mentions.mediator_of(profile.details, "consumer", say)
    common = desk.common(entry, profile)
    billed = entry_of(desk, event.invoice) if event.invoice is not None else None
    if billed is not None:
        named = say("of_day", number=billed[1].number, day=say.day(billed[1].issued_on))
        heads.append(Fact(label=say("note_billed"), value=named))
    asked = billed is None and event.invoice is None and totals.gross_cents > 0 and not desk.training
    sections = mentions.place_section(place, say) if place else ()
    sections += mentions.text_sections(event.texts, say)
    return Paper(
        **common,
        title=say(f"title_note_{event.kind}"),
        number=event.number,
        issued_on=on,
        buyer=buyer,
        subject=event.texts.title if event.texts is not None else None,
        basis=_basis(event),
        heads=tuple(heads),
        lines=lines,
        vat=figures.vat_of(event.vat, on, say),
        net_cents=totals.net_cents,
        vat_cents=totals.vat_cents,
        gross_cents=totals.gross_cents,
        due_cents=totals.gross_cents if asked else None,
        ask=_ask(desk, event, common["seller"]) if asked else None,
        statements=statements,
        sections_after=sections,
        supplied_on=date.fromisoformat(event.performed_on),
        quote_number=quote,
        mentions=tuple(codes),
    )


def _law(event: NoteIssued, on: date) -> str:
    """Name the text that wants the note, as in force on its day; the article of the CIBS is not known here."""
    if event.kind == "services":
        return "note_law"
    return "note_works_law" if on < date(2027, 1, 1) else "note_works_law_2027"


def _ask(desk: Desk, event: NoteIssued, seller: Seller) -> Ask:
    ask = ask_for(seller, event.totals.gross_cents, None, event.number)
    return replace(ask, when=desk.say("note_payable"))


def _basis(event: NoteIssued) -> PriceBasis:
    """Say in which basis the lines are priced, which the entry does not: their amounts add up to one of the totals.

    Where a discount on the document makes them add up to neither, amounts above the lines' own HT were TTC.
    """
    amounts = sum(line.amount_cents for line in event.lines)
    if amounts == event.totals.net_cents:
        return "net"
    if amounts == event.totals.gross_cents:
        return "gross"
    return "gross" if any(line.amount_cents > line.net_cents and line.rate_bp for line in event.lines) else "net"


def _sold(desk: Desk, event: NoteIssued, profile: ProfileSet) -> tuple[Channel, SupplyPlace]:
    """Say how and where the sale was made, as the invoice or quote that the note names says; else over the counter."""
    try:
        invoice = desk.begun("invoice", event.invoice, InvoiceIssued) if event.invoice is not None else None
        quote = desk.begun("quote", event.quote, QuoteDocument) if event.quote is not None else None
    except StreamPurged:
        return "premises", profile.supply_place
    found = invoice or quote
    return ("premises", profile.supply_place) if found is None else (found[1].channel, found[1].supply_place)
