"""Invoices of every kind: ordinary, deposit (386), progress, final, recurring. From the entry that issued them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ledger.domain.advances import reference_of
from ledger.domain.events.deposits import DepositRequested
from ledger.domain.events.invoices import InvoiceCredited, InvoiceIssued, Preceding, Prepaid
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.payments import DepositPaid
from ledger.domain.events.quotes import QuoteDocument, QuoteSigned
from ledger.domain.performance import performed_at
from ledger.domain.pricing import does_works
from ledger.domain.regimes.fr.interest import advance_interest, legal_rate
from ledger.domain.types import AdvanceKind, Channel, SupplyPlace
from ledger.shell.errors import StreamPurged
from projections.documents.builders import figures, mentions
from projections.documents.builders.desk import Desk
from projections.documents.builders.progress import progress_section
from projections.documents.paper import (
    Ask,
    Buyer,
    Fact,
    Paper,
    PaperLine,
    PaperPreceding,
    Postal,
    Section,
    Seller,
    Statement,
)
from projections.documents.sources import Recorded
from projections.documents.words import Words


def invoice(desk: Desk) -> Paper:
    """Say what an invoice says.

    Raises:
        NoDocument: there is none, or it is a deposit invoice and an invoice was asked for (or the other way).
    """
    entry, event = desk.issued("invoice", InvoiceIssued)
    if (event.kind == "deposit") != (desk.wanted.kind == "deposit_invoice"):
        raise desk.nothing("other_kind")
    say, on = desk.say, date.fromisoformat(event.issued_on)
    _, profile = desk.profile_of(event.issuer_version)
    common = desk.common(entry, profile)
    buyer = desk.buyer(entry, event.client, event.customer_kind)
    quote = quote_number(desk, event.quote)
    lines = _lines(desk, event, quote)
    totals = event.totals
    return Paper(
        **common,
        title=say(f"title_invoice_{event.kind}"),
        number=event.number,
        issued_on=on,
        buyer=buyer,
        subject=_subject(desk, event, quote),
        basis=event.basis,
        heads=_heads(desk, entry, event, profile, buyer, quote),
        lines=lines,
        discount=figures.discount_of(event.discount, lines, event.basis, totals.net_cents, totals.gross_cents),
        vat=figures.vat_of(event.vat, on, say, works=does_works(profile.trades), country=event.customer_country),
        net_cents=totals.net_cents,
        vat_cents=totals.vat_cents,
        gross_cents=totals.gross_cents,
        prepaid=figures.prepaid_of(event.prepaid, advance_kinds(desk, event.prepaid), say),
        due_cents=event.due_cents,
        ask=_ask(desk, event, common["seller"]),
        preceding=tuple(
            PaperPreceding(number=each.number, issued_on=date.fromisoformat(each.issued_on)) for each in event.preceding
        ),
        statements=_statements(desk, event, profile, on, quote),
        sections_before=(*_before(desk, entry, event), *_progress(desk, event, lines)),
        sections_after=_after(desk, event, profile),
        type_code=event.type_code,
        frame=event.frame,
        supplied_on=_day(event.supplied_on),
        period_start=_day(event.period_start),
        period_end=_day(event.period_end),
        quote_number=quote,
        order_reference=event.order_reference or buyer.order_reference,
        vat_on=event.vat_on,
        supply_place=event.supply_place,
        late_penalty_bp=event.late_penalty_bp if event.customer_kind != "consumer" else None,
        recovery_indemnity_cents=event.recovery_indemnity_cents if event.customer_kind != "consumer" else 0,
        early_discount_bp=event.early_discount_bp,
        early_discount_days=event.early_discount_days,
        mentions=event.mentions,
    )


def _lines(desk: Desk, event: InvoiceIssued, quote: str | None) -> tuple[PaperLine, ...]:
    """Give the lines; those of a deposit invoice have a label that the domain made, in French, and are told anew."""
    lines = figures.lines_of(event.lines, event.texts, desk.say)
    if event.kind != "deposit" or event.texts is None or quote is None:
        return lines
    ours = (f"Acompte sur devis {quote}", f"Acompte sur devis {quote}, TVA ")
    return tuple(
        replace(line, label=_deposit_label(desk, event, quote))
        if line.label == ours[0] or line.label.startswith(ours[1])
        else line
        for line in lines
    )


def _deposit_label(desk: Desk, event: InvoiceIssued, quote: str) -> str:
    share = _deposit_share(desk, event)
    if share is None:
        return desk.say("deposit_label", number=quote)
    return desk.say("deposit_label_share", number=quote, share=desk.say.percent(share))


def _deposit_share(desk: Desk, event: InvoiceIssued) -> int | None:
    """Give the share of the contract that a deposit was agreed to be, if it was agreed as one."""
    if event.quote is None or event.deposit is None:
        return None
    try:
        asked = desk.begun("deposit", event.deposit, DepositRequested)
        signed = desk.first(desk.sources.stream(f"quote:{event.quote}"), QuoteSigned)
    except StreamPurged:
        return None
    rank = asked[1].instalment if asked is not None else None
    schedule = signed[1].schedule if signed is not None else ()
    planned = schedule[rank - 1] if rank is not None and rank <= len(schedule) else None
    return planned.share_bp if planned is not None and planned.amount_cents == event.totals.gross_cents else None


def _subject(desk: Desk, event: InvoiceIssued, quote: str | None) -> str | None:
    own = event.texts.title if event.texts is not None else None
    if own is not None or event.kind != "deposit" or quote is None or event.texts is None:
        return own
    return _deposit_label(desk, event, quote)


def _paid_words(desk: Desk, entry: Recorded, event: InvoiceIssued) -> str | None:
    """Say when and how a deposit that is invoiced on receipt was paid; None when it was not, or is not known."""
    if event.deposit is None:
        return None
    try:
        entries = desk.sources.stream(f"deposit:{event.deposit}")
    except StreamPurged:
        return None
    paid = [each.event for each in entries if isinstance(each.event, DepositPaid) and each.seq < entry.seq]
    if not paid:
        return None
    say = desk.say
    return say("paid_by", day=say.day(paid[-1].received_on), means=say(f"means_{paid[-1].means}"))


def _progress(desk: Desk, event: InvoiceIssued, lines: tuple[PaperLine, ...]) -> tuple[Section, ...]:
    return progress_section(desk, event, lines) if event.kind == "progress" else ()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


# --- what the entry names elsewhere


def quote_number(desk: Desk, quote: str | None) -> str | None:
    """Give the printed number of a quote; one whose entries were purged is not named."""
    if quote is None:
        return None
    try:
        found = desk.begun("quote", quote, QuoteDocument)
    except StreamPurged:
        return None
    return found[1].number if found is not None else None


def advance_kinds(desk: Desk, prepaid: Sequence[Prepaid]) -> tuple[AdvanceKind | None, ...]:
    """Say of each deposit deducted whether it was arrhes or an acompte; None when its entries were purged."""
    return tuple(_advance_kind(desk, each.deposit) for each in prepaid)


def _advance_kind(desk: Desk, deposit: str) -> AdvanceKind | None:
    try:
        found = desk.begun("deposit", deposit, DepositRequested)
    except StreamPurged:
        return None
    return found[1].kind if found is not None else None


# --- the parts of the page


def _heads(
    desk: Desk, entry: Recorded, event: InvoiceIssued, profile: ProfileSet, buyer: Buyer, quote: str | None
) -> tuple[Fact, ...]:
    say = desk.say
    heads = [Fact(label=say("due_on"), value=say.day(event.due_on))] if event.due_cents > 0 else []
    paid = _paid_words(desk, entry, event) if event.kind == "deposit" and event.due_cents <= 0 else None
    if event.due_cents <= 0:
        heads.append(Fact(label=say("settled"), value=say("settled_yes")))
    if paid is not None:
        heads.append(Fact(label=say("paid_on"), value=paid))
    elif event.supplied_on is not None:
        heads.append(Fact(label=say(_supplied(event)), value=say.day(event.supplied_on)))
    elif event.customer_kind == "consumer" and _services(event) and event.kind != "deposit" and not event.period_start:
        heads.append(Fact(label=say(_supplied(event)), value=say.day(event.issued_on)))
    if event.period_start is not None and event.period_end is not None:
        span = say("period_span", start=say.day(event.period_start), end=say.day(event.period_end))
        heads.append(Fact(label=say("period"), value=span))
    if quote is not None:
        heads.append(Fact(label=say("quote"), value=quote))
    reference = event.order_reference or buyer.order_reference
    if reference is not None:
        heads.append(Fact(label=say("order_reference"), value=reference))
    if event.reference is not None:
        heads.append(Fact(label=say("reference"), value=event.reference))
    stated = event.texts is not None and event.texts.performance_place is not None
    if stated or (event.customer_kind == "consumer" and event.kind != "deposit" and _services(event)):
        place = _place(desk, event, profile, buyer)
        heads += mentions.place_head(place, say) if place is not None else ()
    return tuple(heads)


def _supplied(event: InvoiceIssued) -> str:
    """Name the day of supply by what was supplied, or the day of payment of a deposit (242 nonies A I 10°)."""
    if event.kind == "deposit":
        return "paid_on"
    natures = {line.nature for line in event.lines}
    if len(natures) == 1:
        return "delivered_on" if natures == {"goods"} else "performed_on"
    return "supplied_on"


def _goods(event: InvoiceIssued) -> bool:
    return any(line.nature == "goods" for line in event.lines)


def _services(event: InvoiceIssued) -> bool:
    return any(line.nature == "services" for line in event.lines)


def _place(desk: Desk, event: InvoiceIssued, profile: ProfileSet, buyer: Buyer) -> str | None:
    own = event.texts.performance_place if event.texts is not None else None
    return own or performance_place(desk, profile, buyer, event.channel, event.supply_place)


def performance_place(
    desk: Desk, profile: ProfileSet, buyer: Buyer | None, channel: Channel, supply_place: SupplyPlace
) -> str | None:
    """Say where services were performed when no words say it; None where nothing recorded does (`performed_at`)."""
    delivery = buyer.delivery if buyer is not None else None
    home = buyer.address if buyer is not None else None
    where = performed_at(
        stated=False,
        delivery=delivery is not None,
        home=home,
        channel=channel,
        supply_place=supply_place,
        issuer_place=profile.supply_place,
    )
    if where is None:
        return None
    if where == "delivery" and delivery is not None:
        return one_line(delivery)
    if where == "client" and home is not None:
        return one_line(home)
    if profile.details is None:
        return desk.say("on_premises")
    return desk.say("on_premises_at", address=one_line(desk.postal(profile.details.address)))


def one_line(address: Postal) -> str:
    """Write an address on one line."""
    town = " ".join(part for part in (address.postcode, address.city) if part)
    parts = [*address.lines, town]
    if address.country != "FR":
        parts.append(address.country_name)
    return ", ".join(part for part in parts if part)


def _ask(desk: Desk, event: InvoiceIssued, seller: Seller) -> Ask | None:
    """Say what is asked and how; nothing for what is paid, and nothing that could be paid for training."""
    if desk.training or event.due_cents <= 0:
        return None
    return ask_for(seller, event.due_cents, event.due_on, event.number)


def ask_for(
    seller: Seller,
    amount_cents: int,
    due_on: str | None,
    number: str | None,
    reference: str | None = None,
    payable_from: date | None = None,
) -> Ask:
    """Ask for an amount by credit transfer, under the document's own structured reference (ISO 11649)."""
    if reference is None and number is not None:
        reference = reference_of(number)
    return Ask(
        amount_cents=amount_cents,
        due_on=_day(due_on),
        payable_from=payable_from,
        reference=reference,
        iban=seller.iban,
        bic=seller.bic,
        beneficiary=seller.name if seller.iban is not None else None,
    )


def _interest_words(desk: Desk, event: InvoiceIssued) -> str:
    """Tell the interest deducted, with its period and rates where the amount follows from them."""
    say = desk.say
    until = date.fromisoformat(event.supplied_on or event.issued_on)
    words = []
    for each in event.prepaid:
        if not each.interest_cents:
            continue
        earned = advance_interest(each.amount_cents, date.fromisoformat(each.paid_on), until)
        amount = say.money(each.interest_cents)
        if earned.cents != each.interest_cents:  # several payments: each ran from a day of its own
            words.append(amount)
            continue
        halves = sorted({(on.year, on.month > 6) for on in (earned.from_on, until)})
        days = [earned.from_on, *(date(year, 7 if late else 1, 1) for year, late in halves[1:])]
        rates = dict.fromkeys(say.percent(legal_rate(day).private_bp) for day in days)
        words.append(
            say(
                "interest_detail",
                amount=amount,
                rate=", ".join(rates),
                start=say.day(earned.from_on),
                end=say.day(until),
                sum=say.money(each.amount_cents),
            )
        )
    return say("interest_on_advance", detail=" ; ".join(words) if say.language == "fr" else "; ".join(words))


def payable_words(say: Words, payable_from: date | None, due_on: str) -> str | None:
    """Say from when something may be paid and until when, where a ban makes it wait (C. conso L221-10)."""
    if payable_from is None:
        return None
    first = say.day(payable_from)
    if date.fromisoformat(due_on) <= payable_from:
        return say("payable_on", first=first)
    return say("payable_between", first=first, last=say.day(due_on))


def _statements(
    desk: Desk, event: InvoiceIssued, profile: ProfileSet, on: date, quote: str | None
) -> tuple[Statement, ...]:
    say, kind = desk.say, event.customer_kind
    facts = mentions.terms_facts(say, kind, event.late_penalty_bp, event.early_discount_bp, event.early_discount_days)
    found = mentions.statements_of(event.mentions, on, say, kind, facts)
    if kind == "consumer" and event.early_discount_bp:  # agreed with a consumer: a term of the contract, not L441-9
        words = mentions.sentence("EARLY_DISCOUNT", on, say, facts)
        found += (Statement(code="EARLY_DISCOUNT", words=words),)
    if kind == "consumer" and event.kind != "deposit" and "LEGAL_GUARANTEE" not in event.mentions and _goods(event):
        # The text wants it for certain goods; which those are no entry says, and it is true of all (L217-3).
        found += mentions.statements_of(("LEGAL_GUARANTEE",), on, say, kind)
    if any(each.interest_cents for each in event.prepaid):
        found += (Statement(code="INTEREST_ON_ADVANCE", words=_interest_words(desk, event)),)
    reduced = mentions.reduced_lines(profile, event.lines, event.supply_place, on)
    own = event.texts is not None and event.texts.reduced_rate_statement is not None
    if reduced or (own and mentions.any_reduced(event.lines, event.supply_place, on)):
        found += mentions.reduced_rate_words(event.texts, quote, say)
    found += mentions.insurance_of(profile.details, profile.trades, say)
    return found + mentions.mediator_of(profile.details, kind, say)


def _before(desk: Desk, entry: Recorded, event: InvoiceIssued) -> tuple[Section, ...]:
    """Say which invoices this one follows or replaces; deposit invoices are named where they are deducted."""
    named = {each.number for each in event.prepaid}
    words = [_preceding(desk, entry, event, each) for each in event.preceding if each.number not in named]
    return (Section(heading=None, paragraphs=tuple(words), code="preceding"),) if words else ()


def _preceding(desk: Desk, entry: Recorded, event: InvoiceIssued, each: Preceding) -> str:
    say, day = desk.say, desk.say.day(each.issued_on)
    try:
        entries = desk.sources.stream(f"invoice:{each.invoice}")
    except StreamPurged:
        entries = ()
    for one in entries:
        if isinstance(one.event, InvoiceCredited) and one.event.whole and one.seq < entry.seq:
            return say("replaces_credited", number=each.number, day=day, credit=one.event.number)
    key = "situation_after" if event.kind in ("progress", "final") else "replaces"
    return say(key, number=each.number, day=day)


def _after(desk: Desk, event: InvoiceIssued, profile: ProfileSet) -> tuple[Section, ...]:
    place = event.texts.performance_place if event.texts is not None else None
    sections = mentions.place_section(place, desk.say) if place is not None else ()
    sections += mentions.text_sections(event.texts, desk.say, leave=QUOTE_TEXTS)
    return sections + mentions.own_terms(profile.details, event.texts, desk.say)


QUOTE_TEXTS: Final = ("works_description", "price_revision", "waste")
"""What a quote must say of what is to come; on an invoice it would only repeat the contract."""


def entry_of(desk: Desk, identifier: str) -> tuple[Recorded, InvoiceIssued] | None:
    """Give the entry that issued an invoice, or None; one that was purged counts as none."""
    try:
        return desk.begun("invoice", identifier, InvoiceIssued)
    except StreamPurged:
        return None
