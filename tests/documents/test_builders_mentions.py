"""Every mandatory mention is on the page: by the tables of the law, over real documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from ledger.domain.commands.common import InstalmentInput, TextsInput
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.common import Address, Line, Party
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued, NoteIssued
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.pricing import does_works
from ledger.domain.regimes.fr.mentions import (
    MENTION_CODES,
    MentionFacts,
    required,
    statements_for,
)
from ledger.domain.regimes.fr.mentions import DocumentKind as LawKind
from ledger.domain.regimes.fr.statements import STATEMENTS, franchise_wording
from ledger.domain.regimes.fr.vat import default_treatment
from projections.documents.builders import Wanted, paper_of
from projections.documents.builders.mentions import BUSINESS_ONLY, NAMES_ITS_ARTICLE
from projections.documents.paper import Language, Paper, Section
from projections.documents.sources import ListedSources
from tests.documents.sales import CASES, case, paper
from tests.documents.selling import (
    BUILDER,
    COMPANY,
    INVOICE_ID,
    LEDGER,
    SITE,
    SOLE,
    Sale,
    a_quote,
    an_invoice,
    goods,
    sign,
    works,
)
from tests.domain.world import BUSINESS, PUBLIC

Event = QuoteDocument | InvoiceIssued | CreditNoteIssued | NoteIssued


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def words_of(told: Paper) -> str:
    """All the words of a paper that a reader sees, in one text."""
    return plain(" | ".join(_words(told)))


def _words(told: Paper) -> Iterable[str]:
    seller, buyer = told.seller, told.buyer
    yield from (told.title, seller.name, *seller.address.lines, seller.address.city, seller.siren)
    yield from (each for each in (seller.vat_number, seller.trade_register, seller.email, seller.phone) if each)
    if buyer is not None:
        yield from (buyer.name, buyer.siren or "", buyer.vat_number or "")
    yield from (f"{fact.label}: {fact.value}" for fact in told.heads)
    yield from (each.words for each in told.statements)
    yield from (row.reason or "" for row in told.vat)
    for section in (*told.sections_before, *told.sections_after):
        yield from _section(section)


def _section(section: Section) -> Iterable[str]:
    yield section.heading or ""
    yield from section.paragraphs
    yield from (f"{fact.label}: {fact.value}" for fact in section.facts)
    if section.grid is not None:
        yield from (" ".join(row) for row in section.grid.rows)


def stated(told: Paper, code: str) -> bool:
    return any(each.code == code and each.words for each in told.statements)


def headed(told: Paper, label: str) -> bool:
    return any(fact.label == label and fact.value for fact in told.heads)


def in_section(told: Paper, code: str) -> bool:
    sections = (*told.sections_before, *told.sections_after)
    return any(each.code == code and (each.paragraphs or each.facts) for each in sections)


def addressed(party: Party | None, told: Paper) -> bool:
    return party is not None and party.address is not None and told.buyer is not None and told.buyer.address is not None


BORNE: Mapping[str, Callable[[Paper, Event, ProfileSet], bool]] = {
    "ISSUER_NAME_ADDRESS": lambda told, event, profile: (
        profile.details is not None
        and told.seller.name.startswith(profile.details.name)
        and told.seller.address.city == profile.details.address.city
    ),
    "ISSUER_SIREN": lambda told, event, profile: told.seller.siren == profile.siren,
    "ISSUER_CONTACT": lambda told, event, profile: bool(told.seller.phone or told.seller.email),
    "ISSUER_VAT_NUMBER": lambda told, event, profile: bool(told.seller.vat_number),
    "TRADE_REGISTER": lambda told, event, profile: bool(told.seller.trade_register),
    "CLIENT_NAME": lambda told, event, profile: (
        event.client is not None and told.buyer is not None and told.buyer.name == event.client.name
    ),
    "CLIENT_NAME_ADDRESS": lambda told, event, profile: addressed(event.client, told),
    "CLIENT_SIREN": lambda told, event, profile: told.buyer is not None and bool(told.buyer.siren),
    "CLIENT_VAT_NUMBER": lambda told, event, profile: told.buyer is not None and bool(told.buyer.vat_number),
    "DELIVERY_ADDRESS": lambda told, event, profile: told.buyer is not None and told.buyer.delivery is not None,
    "LINE_DETAIL": lambda told, event, profile: (
        bool(told.lines) and all(line.label and line.quantity and line.unit_price for line in told.lines)
    ),
    "TRAVEL_COSTS": lambda told, event, profile: any(line.purpose == "travel" for line in told.lines),
    "VALIDITY": lambda told, event, profile: headed(told, "Offre valable jusqu'au"),
    "QUOTE_FEE": lambda told, event, profile: "45,00 €" in words_of(told),
    "PERFORMANCE_PLACE": lambda told, event, profile: (
        headed(told, "Lieu d'exécution") or in_section(told, "performance_place")
    ),
    "PERFORMANCE_DATE": lambda told, event, profile: any(
        headed(told, label)
        for label in (
            "Début prévu",
            "Délai d'exécution",
            "Périodicité",
            "Exécuté le",
            "Fourni le",
            "Période",
        )
    ),
    "GUARANTEES": lambda told, event, profile: in_section(told, "guarantees") or in_section(told, "after_sales"),
    "MEDIATOR": lambda told, event, profile: stated(told, "MEDIATOR"),
    "PRICE_REVISION": lambda told, event, profile: in_section(told, "price_revision"),
    "WITHDRAWAL_FORM": lambda told, event, profile: any(
        each.code == "withdrawal_form" and each.own_page for each in told.sections_after
    ),
    "WITHDRAWAL_FUNCTION": lambda told, event, profile: stated(told, "WITHDRAWAL_FUNCTION"),
    "WASTE": lambda told, event, profile: in_section(told, "waste"),
    "RGE_STATUS": lambda told, event, profile: stated(told, "RGE_STATUS"),
    "DECENNIAL_INSURANCE": lambda told, event, profile: (
        profile.details is not None
        and profile.details.insurance is not None
        and profile.details.insurance.insurer in words_of(told)
        and profile.details.insurance.area in words_of(told)
    ),
    "REDUCED_RATE_STATEMENT": lambda told, event, profile: stated(told, "REDUCED_RATE_STATEMENT"),
    "SUPPLY_DATE": lambda told, event, profile: any(
        headed(told, label) for label in ("Fourni le", "Livré le", "Exécuté le", "Versé le")
    ),
    "EXEMPTION_REFERENCE": lambda told, event, profile: all(row.reason for row in told.vat if row.category != "S"),
    "INITIAL_INVOICE": lambda told, event, profile: (
        isinstance(event, CreditNoteIssued)
        and all(f"{each.number} du" in words_of(told) for each in event.preceding)
        and headed(told, "Facture créditée")
    ),
    "DUE_DATE": lambda told, event, profile: headed(told, "Échéance" if told.due_cents else "Règlement"),
    "LATE_PENALTY_RATE": lambda told, event, profile: "12,15 %" in words_of(told),
}
"""How to see that a French paper bears a mention."""


# --- what the law wants of each document, worked out again from its entry


def _extra() -> dict[str, tuple[Sale, Wanted]]:
    """More documents, for mentions that the common cases do not call for."""
    made: dict[str, tuple[Sale, Wanted]] = {}
    paid = Sale(profile=BUILDER)
    paid.play(a_quote(fee_cents=4_500, id=(one := "cccccccc-0000-4000-8000-0000000000b1")))
    made["a quote that is charged"] = paid, Wanted(kind="quote", about=one)
    delivered = Sale(profile=COMPANY)
    party = Party(
        name="Jeu de Quilles SAS",
        address=Address(lines=("3 rue du Port",), city="Brest"),
        delivery_address=Address(lines=("Quai 4",), city="Brest"),
        siren="987654324",
        vat_number="FR14987654324",
    )
    delivered.play(IssueInvoice(id=INVOICE_ID, client=party, basis="net", lines=(goods(),), supplied_on="2026-11-20"))
    made["goods delivered elsewhere"] = delivered, Wanted(kind="invoice", about=INVOICE_ID)
    own = Sale(profile=BUILDER)
    texts = replace(SITE, reduced_rate_statement="Local achevé en 1932, je le certifie.")
    own.play(an_invoice(works(), texts=texts))
    made["a reduced rate stated on the invoice"] = own, Wanted(kind="invoice", about=INVOICE_ID)
    sole = Sale(profile=SOLE)
    line = replace(works(), rate_bp=None)
    sole.play(a_quote(line, reduced_rate_justified=False, texts=TextsInput()))
    made["a sole trader's quote"] = sole, Wanted(kind="quote", about="cccccccc-0000-4000-8000-0000000000a1")
    distant = Sale(profile=COMPANY)
    distant.play(a_quote(goods(), channel="distance", online=True))
    made["goods at a distance"] = distant, Wanted(kind="quote", about="cccccccc-0000-4000-8000-0000000000a1")
    firm = Sale(profile=COMPANY)
    acompte = InstalmentInput(kind="acompte", share_bp=3000)
    firm.play(a_quote(goods(), special_order=True, schedule=(acompte,), texts=TextsInput()))
    made["a quote with an acompte"] = firm, Wanted(kind="quote", about="cccccccc-0000-4000-8000-0000000000a1")
    late = Sale(profile=replace(BUILDER, firm_size="large"))
    late.play(an_invoice(customer=BUSINESS))
    made["a large firm's invoice"] = late, Wanted(kind="invoice", about=INVOICE_ID)
    return made


def documents() -> dict[str, tuple[Sale, Wanted]]:
    kinds = ("quote", "invoice", "deposit_invoice", "credit_note", "note")
    cases = {name: case(name) for name in CASES}
    return {name: found for name, found in cases.items() if found[1].kind in kinds} | _extra()


def told_of(sale: Sale, wanted: Wanted) -> tuple[Paper, Event, ProfileSet]:
    told = paper_of(sale.sources(), wanted)
    stream = "invoice" if wanted.kind == "deposit_invoice" else wanted.kind
    entries = sale.sources().stream(f"{stream}:{wanted.about}")
    event = next(
        each.event
        for each in entries
        if isinstance(each.event, (QuoteDocument, InvoiceIssued, CreditNoteIssued, NoteIssued))
    )
    profile = next(each.event for each in sale.entries if isinstance(each.event, ProfileSet))
    return told, event, profile


LAW_KINDS: Mapping[str, LawKind] = {
    "quote": "quote",
    "invoice": "invoice",
    "deposit_invoice": "deposit_invoice",
    "credit_note": "credit_note",
}


def law_facts(told: Paper, event: Event, profile: ProfileSet) -> MentionFacts:
    """Describe a document to the law's table from its entry and profile, apart from the deciders."""
    if isinstance(event, NoteIssued):
        return MentionFacts(
            document="note" if event.kind == "services" else "works_note",
            on=date.fromisoformat(event.issued_on),
            customer_kind="consumer",
            services=True,
            client_objects_to_name=event.client is None,
        )
    quote = isinstance(event, QuoteDocument)
    on = date.fromisoformat(event.issued_on)
    lines: tuple[Line, ...] = event.lines
    trades = event.trades if isinstance(event, QuoteDocument) else profile.trades
    standard = default_treatment(event.supply_place, False, on)[1]
    reduced = does_works(trades) and any(each.category == "S" and each.rate_bp != standard for each in lines)
    invoice = event if isinstance(event, InvoiceIssued) else None
    document = event if isinstance(event, QuoteDocument) else None
    return MentionFacts(
        document=LAW_KINDS[told.kind],
        on=on,
        customer_kind=event.customer_kind,
        customer_country=event.customer_country,
        net_cents=event.totals.net_cents,
        goods=any(each.nature == "goods" for each in lines),
        services=any(each.nature == "services" for each in lines),
        trades=frozenset(trades),
        firm_size=profile.firm_size,
        sole_trader=profile.sole_trader,
        taxed=any(row.rate_bp for row in event.vat),
        franchise=profile.vat_regime == "franchise",
        excluded_department=event.supply_place in ("GF", "YT"),
        exempt=not quote and any(not row.rate_bp for row in event.vat),
        reverse_charge=any(row.category == "AE" for row in event.vat),
        debits_option=profile.debits_option,
        reduced_rate_works=reduced,
        supply_on_other_day=invoice is not None and invoice.supplied_on not in (None, event.issued_on),
        delivered_elsewhere=event.client is not None and event.client.delivery_address is not None,
        travel_costs=any(each.purpose == "travel" for each in lines),
        price_revisable=quote and event.texts is not None and event.texts.price_revision is not None,
        paid_quote=document is not None and document.fee_cents > 0,
        channel=document.channel if document is not None else "premises",
        online=document is not None and document.online,
        withdrawal_applies=document is not None and document.withdrawal == "applies",
        advance_kind=document.schedule[0].kind if document is not None and document.schedule else None,
        early_discount=bool(invoice is not None and invoice.early_discount_bp),
        training=told.training,
    )


def test_every_mention_that_the_law_wants_is_on_the_page_and_every_code_is_met() -> None:
    met: set[str] = set()
    for name, (sale, wanted) in documents().items():
        told, event, profile = told_of(sale, wanted)
        for mention in required(law_facts(told, event, profile)):
            assert BORNE[mention.code](told, event, profile), f"{mention.code} is not on {name}"
            met.add(mention.code)
    assert met == MENTION_CODES
    assert set(BORNE) == MENTION_CODES


NOT_CALLED_FOR = {"SINGLE_TAXABLE", "SELF_BILLED", "LEGAL_GUARANTEE"}
"""Statements that no command of the domain brings about yet; their words are printed when an entry has the code."""


def test_every_sentence_that_the_law_wants_is_on_the_page_and_every_code_is_met() -> None:
    met: set[str] = set()
    for name, (sale, wanted) in documents().items():
        told, event, profile = told_of(sale, wanted)
        if isinstance(event, (CreditNoteIssued, NoteIssued)):
            continue  # a credit note has its invoice's sentences, a note has few: tested below
        for code in statements_for(law_facts(told, event, profile)):
            assert stated(told, code), f"{code} is not on {name}"
            met.add(code)
    assert met == {each.code for each in STATEMENTS} - NOT_CALLED_FOR


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", [each.code for each in STATEMENTS])
def test_every_code_of_an_entry_is_printed(code: str, language: Language) -> None:
    sale, wanted = case("invoice_b2b")
    entries = [
        replace(each, event=replace(each.event, mentions=(code,), late_penalty_bp=1215, early_discount_bp=200))
        if isinstance(each.event, InvoiceIssued)
        else each
        for each in sale.entries
    ]
    told = paper_of(ListedSources(LEDGER, entries), replace(wanted, language=language))
    printed = next(each for each in told.statements if each.code == code)
    assert printed.words
    assert "{" not in printed.words
    assert (printed.law is not None) == (language == "fr" and code in NAMES_ITS_ARTICLE)


@pytest.mark.parametrize("name", CASES)
def test_an_entrys_codes_are_all_printed_in_their_order(name: str) -> None:
    told = paper(name)
    printed = [each.code for each in told.statements if each.code in told.mentions]
    assert printed == list(told.mentions)


# --- never a consumer


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", CASES)
def test_a_consumer_never_sees_penalties_nor_the_indemnity(name: str, language: Language) -> None:
    told = paper(name, language)
    if told.buyer is None or told.buyer.kind != "consumer":
        return
    assert not {each.code for each in told.statements} & (BUSINESS_ONLY - {"EARLY_DISCOUNT"})
    words = words_of(told).casefold()
    assert not any(each in words for each in ("pénalité", "indemnité forfaitaire", "late-payment", "40 €", "€40"))
    assert (told.late_penalty_bp, told.recovery_indemnity_cents) == (None, 0)


def test_a_consumers_paper_leaves_out_business_terms_even_if_an_entry_has_them() -> None:
    sale, wanted = case("invoice_b2c")
    entries = [
        replace(
            each,
            event=replace(
                each.event, mentions=tuple(BUSINESS_ONLY), late_penalty_bp=1215, recovery_indemnity_cents=4_000
            ),
        )
        if isinstance(each.event, InvoiceIssued)
        else each
        for each in sale.entries
    ]
    told = paper_of(ListedSources(LEDGER, entries), wanted)
    assert not {each.code for each in told.statements} & BUSINESS_ONLY
    assert (told.late_penalty_bp, told.recovery_indemnity_cents) == (None, 0)


def test_a_business_sees_the_rate_and_the_indemnity() -> None:
    words = words_of(paper("invoice_b2b"))
    assert "Pénalités de retard : 12,15 % l'an" in words
    assert "40 €" in words
    assert "Escompte : 2 % pour un paiement dans les 8 jours" in words


@pytest.mark.parametrize("late_penalty_bp", [1215, None])
def test_a_town_sees_the_rate_and_the_articles_of_public_procurement_alone(late_penalty_bp: int | None) -> None:
    sale = Sale(profile=replace(COMPANY, late_penalty_bp=late_penalty_bp))
    sale.play(an_invoice(customer=PUBLIC))
    told = sale.paper("invoice", INVOICE_ID)
    assert "R2192-31" in words_of(told)
    assert "12,15 %" not in words_of(told)
    assert {"LATE_PENALTIES_PUBLIC", "RECOVERY_INDEMNITY_PUBLIC"} <= {each.code for each in told.statements}
    assert "L441" not in words_of(told) + "".join(each.law or "" for each in told.statements)


def test_a_consumers_invoice_for_goods_tells_the_legal_guarantee() -> None:
    assert "garantie légale de conformité pendant deux ans" in words_of(paper("invoice_b2c"))
    for name in ("invoice_b2b", "invoice_franchise", "deposit_invoice", "credit_note_b2c"):
        assert "garantie légale de conformité" not in words_of(paper(name))


# --- wordings by date


@pytest.mark.parametrize("issued_on", ["2026-12-31", "2027-01-01", "2028-01-03"])
def test_the_franchise_is_worded_as_of_the_documents_day(issued_on: str) -> None:
    on = date.fromisoformat(issued_on)
    sale = Sale(profile=SOLE, today=on)
    sale.play(an_invoice(replace(works("40"), rate_bp=None), supplied_on=issued_on))
    told = sale.paper("invoice", INVOICE_ID)
    assert franchise_wording(on) in words_of(told)
    assert {plain(row.reason or "") for row in told.vat} == {franchise_wording(on)}
    english = sale.paper("invoice", INVOICE_ID, language="en")
    assert franchise_wording(on) in words_of(english)


def test_english_keeps_the_french_wording_that_is_the_mention() -> None:
    words = words_of(paper("invoice_reverse_charge", "en"))
    assert "Autoliquidation (reverse charge" in words
    words = words_of(paper("invoice_guyane", "en"))
    assert "TVA non applicable, art. 294 du CGI (no VAT is charged" in words


def test_a_request_and_a_receipt_tell_no_vat() -> None:
    for name in ("deposit_request_acompte", "receipt_arrhes", "payment_request"):
        told = paper(name)
        assert (told.vat, told.vat_cents, told.net_cents) == ((), None, None)
        assert stated(told, "NO_INVOICE")


def test_arrhes_say_what_they_mean_on_quote_request_and_receipt() -> None:
    for name in ("quote_off_premises", "deposit_request_arrhes", "receipt_arrhes"):
        assert "en les restituant au double" in words_of(paper(name))
    assert "le contrat est ferme" in words_of(paper("deposit_request_acompte"))


def test_the_withdrawal_form_stands_on_a_page_of_its_own_with_whom_to_write_to() -> None:
    told = paper("quote_off_premises")
    (form,) = (each for each in told.sections_after if each.code == "withdrawal_form")
    assert form.own_page
    assert form == told.sections_after[-1]
    values = " ".join(fact.value for fact in form.facts)
    assert "3 rue des Copeaux" in values
    assert "D-00001" in values
    assert not any(each.code == "withdrawal_form" for each in paper("quote_b2c").sections_after)


def test_an_invoice_after_a_signed_quote_says_where_the_statement_for_reduced_rates_stands() -> None:
    assert "figure sur le devis D-00001" in words_of(paper("invoice_final"))


def test_a_signed_quote_keeps_the_mentions_it_was_signed_with() -> None:
    sale = Sale(profile=BUILDER)
    sale.play(a_quote())
    before = sale.paper("quote", "cccccccc-0000-4000-8000-0000000000a1").statements
    sign(sale)
    assert sale.paper("quote", "cccccccc-0000-4000-8000-0000000000a1").statements == before
