"""Quotes: each version as it left the house, and the signed one with what was chosen, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from ledger.domain import contracts
from ledger.domain.events.common import Instalment
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.quotes import QuoteDocument, QuoteSigned
from ledger.domain.milestones import milestone_words
from ledger.domain.money import BP, div_half_up
from ledger.domain.pricing import does_works
from ledger.domain.refusals import Refusal
from ledger.domain.regimes.fr.deadlines import ADVANCE_PAYMENT_BAN_DAYS, WITHDRAWAL_FUNCTION_SINCE
from ledger.shell.errors import StreamPurged
from projections.documents.builders import figures, mentions
from projections.documents.builders.desk import Desk
from projections.documents.builders.invoices import one_line
from projections.documents.builders.signatures import signatures_of
from projections.documents.builders.withdrawal import withdrawal_sections
from projections.documents.paper import (
    Buyer,
    Fact,
    Paper,
    PaperInstalment,
    PaperLine,
    Section,
    Seller,
    Signed,
    Statement,
)
from projections.documents.sources import Recorded


def quote(desk: Desk) -> Paper:
    """Say what one version of a quote says; `seq` names its entry, or the one by which it was signed.

    Raises:
        NoDocument: there is no such quote.
    """
    entries = desk.read("quote", desk.wanted.about)
    entry, document, signed_at, signed = _told(desk, entries)
    say, on = desk.say, date.fromisoformat(document.issued_on)
    _, profile = desk.profile_of(document.issuer_version)
    told = signed_at if signed_at is not None else entry
    common = {**desk.common(told, profile), "brand": desk.brand(entry.seq), "salt": desk.salt(entry)}
    buyer = desk.buyer(entry, document.client, document.customer_kind)
    lines = _lines(desk, document, signed)
    totals = signed.totals if signed is not None else document.totals
    vat = signed.vat if signed is not None else document.vat
    schedule = signed.schedule if signed is not None else document.schedule
    signatures = signatures_of(desk, signed.signature) if signed is not None else ()
    return Paper(
        **common,
        title=say("title_amendment" if document.amends is not None else "title_quote"),
        number=document.number,
        version=document.document_version,
        issued_on=on,
        buyer=buyer,
        subject=document.texts.title if document.texts is not None else None,
        basis=document.basis,
        heads=_heads(desk, document, buyer),
        lines=lines,
        discount=figures.discount_of(document.discount, lines, document.basis, totals.net_cents, totals.gross_cents),
        vat=figures.vat_of(vat, on, say, works=does_works(document.trades), country=document.customer_country),
        net_cents=totals.net_cents,
        vat_cents=totals.vat_cents,
        gross_cents=totals.gross_cents,
        schedule=tuple(_instalment(desk, each, document, signed) for each in schedule),
        statements=_statements(desk, document, profile, on),
        sections_before=(*_amendment(desk, document, totals.gross_cents), *_before(desk, document, buyer)),
        sections_after=(
            *_options(desk, document, lines),
            *_after(desk, document, profile, common["seller"], signed, signatures),
        ),
        signatures=signatures,
        signature_boxes=() if signed is not None else (say("box_client"), say("box_issuer")),
        quote_number=document.number,
        order_reference=buyer.order_reference,
        supply_place=document.supply_place,
        early_discount_bp=document.early_discount_bp,
        mentions=document.mentions,
    )


def _told(
    desk: Desk, entries: Sequence[Recorded]
) -> tuple[Recorded, QuoteDocument, Recorded | None, QuoteSigned | None]:
    """Give the version that is told, and its signature if the entry asked for is that or later."""
    version: tuple[Recorded, QuoteDocument] | None = None
    signed: tuple[Recorded, QuoteSigned] | None = None
    for each in entries:
        if isinstance(each.event, QuoteDocument):
            version, signed = (each, each.event), None
        elif isinstance(each.event, QuoteSigned):
            signed = (each, each.event)
    if version is None:
        raise desk.nothing()
    return (*version, *(signed or (None, None)))


def _lines(desk: Desk, document: QuoteDocument, signed: QuoteSigned | None) -> tuple[PaperLine, ...]:
    """Give the lines; once signed, those that count have the share of the total that the contract gives them."""
    chosen = signed.chosen if signed is not None else None
    lines = figures.lines_of(document.lines, document.texts, desk.say, chosen)
    if signed is None or not any(line.choice for line in lines):
        return lines
    priced = contracts.price_counted(document.lines, document.basis, document.discount, signed.chosen)
    if isinstance(priced, Refusal):  # an entry that the domain itself would not price: its lines stay as they stood
        return lines
    nets = iter(priced.lines)
    return tuple(
        replace(line, net_cents=next(nets).net_cents) if line.choice is None or line.chosen else line for line in lines
    )


def _heads(desk: Desk, document: QuoteDocument, buyer: Buyer) -> tuple[Fact, ...]:
    say = desk.say
    heads = [Fact(label=say("valid_until"), value=say.day(document.valid_until))]
    amended = _amended(desk, document)
    if amended is not None:
        named = say("of_day", number=amended[0].number, day=say.day(amended[0].issued_on))
        heads.append(Fact(label=say("amends"), value=named))
    if document.starts_on is not None:
        heads.append(Fact(label=say("starts_on"), value=say.day(document.starts_on)))
    if document.duration_days is not None:
        key = "days_one" if document.duration_days == 1 else "days_many"
        heads.append(Fact(label=say("duration"), value=say(key, count=say.number(document.duration_days))))
    if document.recurring is not None:
        heads.append(Fact(label=say("recurring"), value=say(f"every_{document.recurring}")))
    place = _place(document, buyer)
    if place is not None:
        heads += mentions.place_head(place, say)
    if document.channel != "premises":
        heads.append(Fact(label=say("channel"), value=say(f"channel_{document.channel}")))
    if buyer.order_reference is not None:
        heads.append(Fact(label=say("order_reference"), value=buyer.order_reference))
    if document.reference is not None:
        heads.append(Fact(label=say("reference"), value=document.reference))
    return tuple(heads)


def _place(document: QuoteDocument, buyer: Buyer) -> str | None:
    own = document.texts.performance_place if document.texts is not None else None
    return own if own is not None or buyer.delivery is None else one_line(buyer.delivery)


def _instalment(
    desk: Desk, planned: Instalment, document: QuoteDocument, signed: QuoteSigned | None
) -> PaperInstalment:
    say = desk.say
    if planned.trigger == "signature" and "NO_PAYMENT_SEVEN_DAYS" in document.mentions:
        return _after_seven_days(desk, planned, signed)
    facts = {"kind": say(f"advance_{planned.kind}")}
    if planned.trigger == "date" and planned.due_on is not None:
        words = say("instalment_date", day=say.day(planned.due_on), **facts)
    elif planned.trigger == "milestone":
        words = say("instalment_milestone", milestone=milestone_words(document.texts, planned.milestone or ""), **facts)
    else:
        words = say(f"instalment_{planned.trigger}", **facts)
    if planned.due_days:
        key = "instalment_within_one" if planned.due_days == 1 else "instalment_within"
        words = say(key, words=words, days=say.number(planned.due_days))
    return PaperInstalment(
        words=words,
        kind=planned.kind,
        amount_cents=planned.amount_cents,
        share_bp=planned.share_bp,
        due_on=date.fromisoformat(planned.due_on) if planned.due_on is not None else None,
    )


def _after_seven_days(desk: Desk, planned: Instalment, signed: QuoteSigned | None) -> PaperInstalment:
    """Plan what is due at signature for when it may be taken (C. conso L221-10); the day is known once signed."""
    say, due_on = desk.say, None
    words = say("instalment_after_ban", kind=say(f"advance_{planned.kind}"))
    if planned.due_days and planned.due_days > ADVANCE_PAYMENT_BAN_DAYS:
        words = say("instalment_days_after", kind=say(f"advance_{planned.kind}"), days=say.number(planned.due_days))
    if signed is not None and signed.payment_from is not None:
        agreed = date.fromisoformat(signed.concluded_on) + timedelta(days=planned.due_days or 0)
        due_on = max(agreed, date.fromisoformat(signed.payment_from))
    return PaperInstalment(
        words=words, kind=planned.kind, amount_cents=planned.amount_cents, share_bp=planned.share_bp, due_on=due_on
    )


def _statements(desk: Desk, document: QuoteDocument, profile: ProfileSet, on: date) -> tuple[Statement, ...]:
    say, kind, details = desk.say, document.customer_kind, profile.details
    facts = mentions.terms_facts(say, kind, None, document.early_discount_bp, None, document.fee_cents)
    found = mentions.statements_of(document.mentions, on, say, kind, facts)
    if document.fee_cents and "PAID_QUOTE" not in document.mentions:
        words = mentions.sentence("PAID_QUOTE", on, say, facts)
        found += (Statement(code="PAID_QUOTE", words=words),)
    if document.early_discount_bp:
        words = mentions.sentence("EARLY_DISCOUNT", on, say, facts)
        found += (Statement(code="EARLY_DISCOUNT", words=words),)
    trades = replace(profile, trades=document.trades)
    own = document.texts is not None and document.texts.reduced_rate_statement is not None
    reduced = mentions.any_reduced(document.lines, document.supply_place, on)
    if (own and reduced) or mentions.reduced_lines(trades, document.lines, document.supply_place, on):
        found += mentions.reduced_rate_words(document.texts, None, say)
    found += mentions.insurance_of(details, document.trades, say) + mentions.rge_of(details, document.trades, say)
    if document.withdrawal == "applies" and document.online and on >= WITHDRAWAL_FUNCTION_SINCE:
        words = say("withdrawal_function")
        found += (Statement(code="WITHDRAWAL_FUNCTION", words=words),)
    return found + mentions.mediator_of(details, kind, say)


def _amended(desk: Desk, document: QuoteDocument) -> tuple[QuoteDocument, QuoteSigned | None] | None:
    """Give the quote that a change order amends, as it was signed; None when it was purged."""
    if document.amends is None:
        return None
    found: QuoteDocument | None = None
    try:
        entries = desk.sources.stream(f"quote:{document.amends}")
    except StreamPurged:
        return None
    for each in entries:
        if isinstance(each.event, QuoteDocument):
            found = each.event
        elif isinstance(each.event, QuoteSigned) and found is not None:
            return found, each.event
    return (found, None) if found is not None else None


def _amendment(desk: Desk, document: QuoteDocument, gross_cents: int) -> tuple[Section, ...]:
    """Say what a change order makes of the quote's price: before, the change, after."""
    amended = _amended(desk, document)
    if amended is None:
        return ()
    say = desk.say
    old = (amended[1] or amended[0]).totals.gross_cents
    untaxed = all(row.category != "S" for row in (*document.vat, *amended[0].vat))

    def shown(cents: int) -> str:
        return say.money(cents) if untaxed else say("amount_gross", amount=say.money(cents))

    facts = (
        Fact(label=say("amended_total", number=amended[0].number), value=shown(old)),
        Fact(label=say("amending_total"), value=shown(gross_cents)),
        Fact(label=say("new_total"), value=shown(old + gross_cents)),
    )
    return (Section(heading=say("section_amendment"), facts=facts, code="amendment"),)


def _options(desk: Desk, document: QuoteDocument, lines: Sequence[PaperLine]) -> tuple[Section, ...]:
    """Tell a consumer what an option costs with tax, where the lines are priced without (C. conso L112-1)."""
    say = desk.say
    if document.customer_kind != "consumer" or document.basis != "net":
        return ()
    facts = []
    for line in lines:
        if line.choice is None or line.chosen is not None or not line.rate_bp:
            continue
        gross = line.amount_cents + div_half_up(line.amount_cents * line.rate_bp, BP)
        words = say("option_gross", net=say.money(line.amount_cents), gross=say.money(gross))
        facts.append(Fact(label=line.label, value=words))
    return (Section(heading=say("section_options"), facts=tuple(facts), code="options"),) if facts else ()


def attached(document: QuoteDocument) -> tuple[str, ...]:
    """Name each file that goes with a version by its SHA-256, and by its name where one is kept."""
    names = (document.texts.attachments if document.texts is not None else None) or ()
    return tuple(
        f"{names[rank]} : SHA-256 {digest}" if rank < len(names) else digest
        for rank, digest in enumerate(document.attachments)
    )


def _before(desk: Desk, document: QuoteDocument, buyer: Buyer) -> tuple[Section, ...]:
    place = _place(document, buyer)
    sections = mentions.place_section(place, desk.say) if place is not None else ()
    words = document.texts.works_description if document.texts is not None else None
    if words is None:
        return sections
    paragraphs = mentions.paragraphs(words)
    return (
        *sections,
        Section(heading=desk.say("section_works_description"), paragraphs=paragraphs, code="works_description"),
    )


def _after(
    desk: Desk,
    document: QuoteDocument,
    profile: ProfileSet,
    seller: Seller,
    signed: QuoteSigned | None,
    signatures: tuple[Signed, ...],
) -> tuple[Section, ...]:
    say, details = desk.say, profile.details
    payment = say("pay_on_receipt") if not document.payment_days else say("pay_within", days=str(document.payment_days))
    sections = [Section(heading=say("section_payment"), paragraphs=(payment,), code="payment_terms")]
    if details is not None and details.guarantees is not None:
        words = mentions.paragraphs(details.guarantees)
        sections.append(Section(heading=say("section_guarantees"), paragraphs=words, code="guarantees"))
    sections += mentions.text_sections(document.texts, say, leave=("works_description",))
    sections += mentions.own_terms(details, document.texts, say)
    if document.attachments:
        words = (say("attachments_bound"), *attached(document))
        sections.append(Section(heading=say("section_attachments"), paragraphs=words, code="attachments"))
    if signed is not None:
        on = date.fromisoformat(document.issued_on)
        reduced = mentions.any_reduced(document.lines, document.supply_place, on)
        sections.append(_contract(desk, signed, archived=not signatures, reduced=reduced))
    if document.withdrawal == "applies" and document.customer_kind == "consumer":
        sections += withdrawal_sections(desk, document, seller)
    return tuple(sections)


def _contract(desk: Desk, signed: QuoteSigned, *, archived: bool, reduced: bool) -> Section:
    """Say what the signature made of the quote: from when it binds, and until when it may be undone."""
    say = desk.say
    facts = [Fact(label=say("concluded_on"), value=say.day(signed.concluded_on))]
    if signed.payment_from is not None:
        facts.append(Fact(label=say("payment_from"), value=say.day(signed.payment_from)))
    if signed.withdrawal_until is not None:
        facts.append(Fact(label=say("withdrawal_until"), value=say.day(signed.withdrawal_until)))
    facts.append(Fact(label=say("signature_level"), value=say(f"level_{signed.level}_short")))
    facts.append(Fact(label=say("signed_fingerprint"), value=signed.signed_fingerprint))
    words = [
        say(key)
        for key, holds in (
            ("early_start_requested", signed.early_start_requested),
            ("loss_acknowledged", signed.loss_acknowledged),
            ("reduced_rate_stated", signed.reduced_rate_stated and reduced),
            ("signatures_archived", archived),
        )
        if holds
    ]
    return Section(heading=say("section_contract"), paragraphs=tuple(words), facts=tuple(facts), code="contract")
