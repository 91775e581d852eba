"""What documents say: the entry's own figures, nothing later, the same every time."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from stdnum import iso11649

from ledger.domain.commands.parties import SetBrand, SetProfile, UpdateCustomer
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.quotes import ReviseQuote
from ledger.domain.commands.sales import IssueInvoice, IssueReceipt
from ledger.domain.decision import Emit
from ledger.domain.events.common import Address, Party
from ledger.domain.events.deposits import DepositRequested, ReceiptIssued
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued, NoteIssued
from ledger.domain.events.messages import DocumentRendered
from ledger.domain.events.quotes import QuoteDocument, QuoteSigned
from projections import documents
from projections.documents.builders import BUILDERS, NoDocument, Wanted, paper_of
from projections.documents.paper import Brand, DocumentKind, Language, Paper
from projections.documents.sources import ListedSources
from tests.documents.sales import CASES, case, paper
from tests.documents.selling import (
    COMPANY,
    INVOICE_ID,
    LEDGER,
    QUOTE_ID,
    Sale,
    a_quote,
    an_invoice,
    goods,
    pay,
    png,
    sign,
    works,
)
from tests.domain.world import BUSINESS, CONSUMER, FixedWorld

ISSUED = (InvoiceIssued, CreditNoteIssued, NoteIssued, DepositRequested, ReceiptIssued, QuoteDocument)
LINED = [name for name in CASES if name.startswith(("quote", "invoice", "credit", "note", "deposit_invoice"))]


def entry_of(name: str) -> object:
    """The event that a case's document stands for; for a signed quote the signature."""
    sale, _ = case(name)
    return sale.entries[paper(name).proof.seq - 1].event


def plain(text: str) -> str:
    """Words without their no-break spaces."""
    return text.replace("\u00a0", " ")


# --- every kind


def test_every_kind_but_the_attestation_is_made_and_has_a_case() -> None:
    assert set(get_args(DocumentKind)) - set(BUILDERS) == {"attestation"}
    assert {case(name)[1].kind for name in CASES} == set(BUILDERS)


def test_the_attestation_is_not_made_here() -> None:
    with pytest.raises(NoDocument) as caught:
        paper_of(case("invoice_b2c")[0].sources(), Wanted(kind="attestation", about=INVOICE_ID))
    assert caught.value.reason == "made_elsewhere"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_same_entries_give_the_same_paper(name: str, language: Language) -> None:
    first = paper(name, language)
    assert first == paper(name, language)
    assert first.kind == case(name)[1].kind
    assert first.language == language
    assert first.title
    assert first.proof.ledger == LEDGER


@pytest.mark.parametrize("name", CASES)
def test_a_paper_names_the_entry_it_stands_for_and_is_found_by_it(name: str) -> None:
    sale, wanted = case(name)
    told = paper(name)
    entry = sale.entries[told.proof.seq - 1]
    assert (told.proof.fingerprint, told.proof.recorded_at) == (entry.fingerprint, entry.at)
    again = paper_of(sale.sources(), replace(wanted, seq=told.proof.seq))
    assert again == told


@pytest.mark.parametrize("name", CASES)
def test_languages_differ_in_words_alone(name: str) -> None:
    french, english = paper(name, "fr"), paper(name, "en")
    assert french.title != english.title or french.title == "Note"
    for member in ("number", "issued_on", "net_cents", "vat_cents", "gross_cents", "due_cents", "mentions", "type_code",
                   "frame", "discount", "version"):  # fmt: skip
        assert getattr(french, member) == getattr(english, member)
    assert [line.amount_cents for line in french.lines] == [line.amount_cents for line in english.lines]
    assert [each.code for each in french.statements] == [each.code for each in english.statements]
    assert len(french.sections_before) == len(english.sections_before)
    assert len(french.sections_after) == len(english.sections_after)


# --- figures


def check_figures(told: Paper) -> None:
    """Hold a paper's figures together; used by the sales in any order too."""
    if told.gross_cents is None:
        return
    if told.kind == "receipt":  # the sum alone: a receipt is no invoice
        assert (told.net_cents, told.vat_cents, told.lines, told.vat) == (None, None, (), ())
        return
    assert told.net_cents is not None
    assert told.vat_cents is not None
    assert told.net_cents + told.vat_cents == told.gross_cents
    assert sum(row.base_cents for row in told.vat) == told.net_cents
    assert sum(row.vat_cents for row in told.vat) == told.vat_cents
    counted = [line for line in told.lines if line.choice is None or line.chosen]
    assert sum(line.net_cents for line in counted) == told.net_cents
    off = told.discount.amount_cents if told.discount is not None else 0
    assert off >= 0 or told.title in ("Avenant", "Change order")
    amounts = sum(line.amount_cents for line in counted)
    if told.discount is not None:
        assert amounts - off == (told.net_cents if told.basis == "net" else told.gross_cents)
    for each in told.prepaid:
        assert sum(part.gross_cents for part in each.split) == each.amount_cents
        assert all(part.net_cents + part.vat_cents == part.gross_cents for part in each.split)
        assert each.amount_cents > 0
    if told.due_cents is not None and told.kind == "invoice":
        taken = sum(each.amount_cents + each.interest_cents for each in told.prepaid)
        assert told.due_cents == told.gross_cents - taken
    assert all(row.reason for row in told.vat if row.category != "S")
    if told.settles_cents is not None and told.refund_cents is not None:
        assert told.settles_cents + told.refund_cents <= told.gross_cents


@pytest.mark.parametrize("name", LINED)
def test_the_figures_of_a_paper_hold_together(name: str) -> None:
    told = paper(name)
    assert told.gross_cents is not None
    check_figures(told)


@pytest.mark.parametrize("name", LINED)
def test_a_paper_bears_the_entrys_own_figures(name: str) -> None:
    told, event = paper(name), entry_of(name)
    assert isinstance(event, (InvoiceIssued, CreditNoteIssued, NoteIssued, QuoteDocument, QuoteSigned))
    totals = event.totals
    assert (told.net_cents, told.vat_cents, told.gross_cents) == (
        totals.net_cents,
        totals.vat_cents,
        totals.gross_cents,
    )
    assert [(row.category, row.rate_bp, row.base_cents, row.vat_cents) for row in told.vat] == [
        (row.category, row.rate_bp, row.base_cents, row.vat_cents) for row in event.vat
    ]
    if not isinstance(event, QuoteSigned):
        assert [line.amount_cents for line in told.lines] == [line.amount_cents for line in event.lines]
        assert told.number == event.number
        assert told.issued_on.isoformat() == event.issued_on
    if isinstance(event, InvoiceIssued):
        assert (told.due_cents, told.type_code, told.frame) == (event.due_cents, event.type_code, event.frame)


def test_a_note_knows_in_which_basis_its_lines_are_priced() -> None:
    assert paper("note_services").basis == "gross"
    sale = Sale(profile=COMPANY)
    from ledger.domain.commands.sales import IssueNote  # the command of this one test

    note = IssueNote(
        kind="services", performed_on="2026-11-20", basis="net", client_unnamed=True, lines=(works("100", 2000),)
    )
    made = sale.play(note)
    assert sale.paper("note", made["note"]).basis == "net"


def test_a_final_invoice_deducts_each_deposit_with_its_vat_per_rate_and_no_negative_line() -> None:
    told = paper("invoice_final")
    assert [each.amount_cents for each in told.prepaid] == [51_000, 34_000]
    assert [(part.rate_bp, part.net_cents, part.vat_cents) for part in told.prepaid[0].split] == [
        (1000, 30_000, 3_000),
        (2000, 15_000, 3_000),
    ]
    assert told.prepaid[0].words == "Acompte P-00001 du 23/11/2026, versé le 23/11/2026"
    assert all(line.amount_cents >= 0 for line in told.lines)
    assert (told.gross_cents, told.due_cents) == (170_000, 85_000)


def test_arrhes_are_deducted_under_their_name_with_the_interest_they_earned() -> None:
    told = paper("invoice_final_arrhes")
    (taken,) = told.prepaid
    assert taken.words == "Arrhes P-00001 du 01/07/2026, versées le 01/07/2026"
    assert taken.interest_cents > 0
    assert told.due_cents == 170_000 - 68_000 - taken.interest_cents
    assert "INTEREST_ON_ADVANCE" in {each.code for each in told.statements}


def test_a_whole_credit_note_tells_what_it_neither_settles_nor_refunds() -> None:
    told = paper("credit_note_frees_deposits")
    assert (told.gross_cents, told.settles_cents, told.refund_cents) == (170_000, 0, 85_000)
    (section,) = (each for each in told.sections_after if each.code == "freed")
    assert section.grid is not None
    assert [tuple(map(plain, row)) for row in section.grid.rows] == [
        ("Acompte P-00001 du 23/11/2026, versé le 23/11/2026", "10 % : 30,00 €\n20 % : 30,00 €", "510,00 €"),
        ("Acompte P-00002 du 25/11/2026, versé le 25/11/2026", "10 % : 20,00 €\n20 % : 20,00 €", "340,00 €"),
    ]
    assert section.grid.total is not None
    assert plain(section.grid.total[2]) == "850,00 €"
    assert "seront déduits d'une prochaine facture, ou vous seront rendus" in plain(section.paragraphs[0])
    assert not any("abandonn" in words for each in told.sections_after for words in each.paragraphs)


def test_a_change_order_names_the_quote_it_changes() -> None:
    told = paper("quote_amendment")
    assert told.title == "Avenant"
    assert any(plain(fact.value) == "D-00001 du 23/11/2026" for fact in told.heads)
    facts = [plain(fact.value) for fact in told.sections_before[0].facts]
    assert facts == ["1 956,00 € TTC", "216,00 € TTC", "2 172,00 € TTC"]
    assert told.gross_cents == 21_600


def test_a_discount_given_as_a_share_shows_what_it_took_off() -> None:
    told = paper("invoice_b2b")
    assert told.discount is not None
    assert (told.discount.share_bp, told.discount.amount_cents) == (500, 11_750)
    line = told.lines[1].discount
    assert line is not None
    assert (line.share_bp, line.amount_cents) == (1000, 15_000)


# --- options, versions, signatures


def test_options_are_open_until_the_signature_says_which_were_chosen() -> None:
    assert [line.chosen for line in paper("quote_b2c").lines] == [None] * 6
    told = paper("quote_signed")
    assert [line.chosen for line in told.lines] == [None, None, None, True, False, True]
    assert told.gross_cents == 195_600
    assert told.signature_boxes == ()
    assert [each.name for each in told.signatures] == ["Camille Roseau"]
    assert told.signatures[0].level == "simple"


def test_an_unsigned_quote_has_boxes_to_sign_and_no_signature() -> None:
    told = paper("quote_b2c")
    assert len(told.signature_boxes) == 2
    assert told.signatures == ()


def test_each_version_of_a_quote_is_told_as_it_left_the_house() -> None:
    sale = Sale()
    sale.play(a_quote())
    members = {name: getattr(a_quote(), name) for name in ("customer", "basis", "channel", "duration_days", "schedule")}
    sale.play(ReviseQuote(quote=QUOTE_ID, lines=(works("800"),), reduced_rate_justified=True, **members))
    sign(sale)
    by_type = {each.event.TYPE: each.seq for each in sale.entries}
    first = sale.paper("quote", QUOTE_ID, seq=by_type["quote.issued/1"])
    second = sale.paper("quote", QUOTE_ID, seq=by_type["quote.revised/1"])
    signed = sale.paper("quote", QUOTE_ID)
    assert (first.version, first.gross_cents, first.signatures) == (1, 170_000, ())
    assert (second.version, second.gross_cents, second.signatures) == (2, 88_000, ())
    assert (signed.version, len(signed.signatures)) == (2, 1)
    assert signed.proof.seq == by_type["quote.signed/1"]


# --- what comes later changes nothing


def test_what_comes_after_an_invoice_does_not_change_its_paper() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice())
    before = sale.paper("invoice", INVOICE_ID)
    pay(sale, INVOICE_ID, "invoice", 50_000)
    moved = Party(name="Camille Laurier", address=Address(lines=("1 rue Neuve",), city="Vannes"))
    sale.play(UpdateCustomer(customer=CONSUMER, kind="consumer", party=moved))
    profile = {name: getattr(COMPANY, name) for name in SetProfile.__dataclass_fields__ if hasattr(COMPANY, name)}
    sale.play(SetProfile(**{**profile, "siret": "12345678200028"}))
    sale.play(SetBrand(accent="#7a1f4e"))
    assert sale.paper("invoice", INVOICE_ID) == before


def test_the_brand_is_the_one_in_force_when_the_document_was_recorded() -> None:
    told = paper("invoice_branded")
    assert told.brand == Brand(accent="#7a1f4e", logo=png(), logo_type="image/png")
    assert paper("invoice_b2c").brand == Brand()


# --- who


def test_a_customer_over_the_counter_and_one_who_is_erased_are_told_apart() -> None:
    counter = paper("invoice_counter").buyer
    assert counter is not None
    assert (counter.name, counter.erased) == ("Client au comptant", False)
    sale = Sale()
    sale.play(an_invoice())
    seq = sale.paper("invoice", INVOICE_ID).proof.seq
    sale.erase(seq, "client", "texts")
    told = sale.paper("invoice", INVOICE_ID)
    assert told.buyer is not None
    assert (told.buyer.name, told.buyer.erased, told.buyer.address) == ("Client (données effacées)", True, None)
    assert {line.label for line in told.lines} == {"(libellé effacé)"}
    assert told.gross_cents == 180_000
    assert told.salt is None
    check_figures(told)


def test_an_erased_issuer_keeps_its_siren() -> None:
    sale = Sale()
    sale.play(an_invoice())
    seq = next(each.seq for each in sale.entries if each.event.TYPE == "issuer.profile_set/1")
    sale.erase(seq, "details")
    told = sale.paper("invoice", INVOICE_ID)
    assert (told.seller.name, told.seller.siren) == ("Entreprise (données effacées)", "123456782")
    assert told.ask is not None
    assert told.ask.iban is None


def test_a_statement_of_an_erased_customer_names_nobody() -> None:
    sale, wanted = CASES["statement"]()
    for each in tuple(sale.entries):
        if each.stream == f"customer:{wanted.about}":
            sale.erase(each.seq, "party")
    told = paper_of(sale.sources(), wanted)
    assert told.buyer is not None
    assert (told.buyer.name, told.buyer.erased, told.salt) == ("Client (données effacées)", True, None)
    assert told.due_cents == 47_900


def test_evidence_names_the_files_that_were_made_of_the_version_before() -> None:
    sale, _ = CASES["quote_b2c"]()
    seq = sale.paper("quote", QUOTE_ID).proof.seq
    shown = DocumentRendered(
        about=QUOTE_ID, kind="quote", about_seq=seq, digest="a" * 64, bytes=1, media_type="application/pdf",
        language="fr", software="sceau 0.1.0",
    )  # fmt: skip
    later = replace(shown, digest="b" * 64, language="en")
    sale.given(Emit(f"document:{QUOTE_ID}", shown))
    signature = sign(sale, chosen=(4, 6))["signature"]
    sale.given(Emit(f"document:{QUOTE_ID}", later))
    told = sale.paper("evidence", signature)
    values = [fact.value for fact in told.sections_before[0].facts]
    assert "a" * 64 in values
    assert "b" * 64 not in values


def test_evidence_of_a_quote_that_is_not_at_hand_still_names_its_fingerprint() -> None:
    sale, wanted = case("evidence")
    entries = [each for each in sale.entries if not each.stream.startswith("quote:")]
    told = paper_of(ListedSources(LEDGER, entries), wanted)
    assert (told.number, told.buyer) == (None, None)
    facts = {fact.label: fact.value for section in told.sections_before for fact in section.facts}
    assert facts["Empreinte de l'écriture"] == facts["Empreinte nommée par la signature"]


def test_erased_signatories_are_told_as_such() -> None:
    played, wanted = CASES["evidence"]()
    for each in tuple(played.entries):
        if each.event.TYPE == "signature.requested/1":
            played.erase(each.seq, "parties")
        if each.event.TYPE == "signature.given/1":
            played.erase(each.seq, "evidence")
    told = paper_of(played.sources(), wanted)
    assert [each.name for each in told.signatures] == ["Signataire (données effacées)"] * 2
    assert "Roseau" not in repr([told.sections_before, told.signatures])


def test_a_client_who_objects_is_not_named_on_a_note() -> None:
    told = paper("note_unnamed").buyer
    assert told is not None
    assert told.name == "Client non nommé, à sa demande"
    assert not told.erased


def test_a_sole_trader_has_ei_beside_the_name_once() -> None:
    told = paper("invoice_franchise").seller
    assert told.name == "Lou Sorbier EI"
    sale = Sale(profile=replace(COMPANY, sole_trader=True, legal_form="1000"))
    details = COMPANY.details
    assert details is not None
    named = replace(COMPANY, sole_trader=True, details=replace(details, name="EI Ode Aubépine"))
    for profile, name in ((named, "EI Ode Aubépine"), (replace(COMPANY, sole_trader=True), "Menuiserie Aubépine EI")):
        sale = Sale(profile=profile)
        sale.play(an_invoice())
        assert sale.paper("invoice", INVOICE_ID).seller.name == name


# --- how to pay


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_bears_a_structured_reference_that_passes_its_key(name: str) -> None:
    told = paper(name)
    ask = told.ask
    if ask is None:
        assert told.training or not told.due_cents or told.kind == "statement"
        return
    assert ask.reference is not None
    assert iso11649.is_valid(ask.reference)
    assert ask.amount_cents == paper(name).due_cents
    assert ask.iban is not None


def test_a_deposit_is_paid_under_its_own_reference() -> None:
    event = entry_of("deposit_request_arrhes")
    assert isinstance(event, DepositRequested)
    ask = paper("deposit_request_arrhes").ask
    assert ask is not None
    assert ask.reference == event.reference


def test_nobody_pays_a_training_document() -> None:
    told = paper("invoice_training")
    assert told.training
    assert told.ask is None
    assert "TRAINING" in {each.code for each in told.statements}


def test_nothing_is_asked_for_when_nothing_is_due() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice(goods("10", 2000, quantity="0"), works("0", 2000)))
    assert sale.paper("invoice", INVOICE_ID).ask is None


def test_within_the_seven_days_a_request_says_from_when_it_may_be_paid() -> None:
    told = paper("deposit_request_banned")
    assert told.ask is not None
    assert told.ask.payable_from is not None
    assert told.ask.payable_from.isoformat() == "2026-12-01"
    assert "NO_PAYMENT_SEVEN_DAYS" in {each.code for each in told.statements}


def test_a_receipt_for_a_business_knows_it_as_one() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice(customer=BUSINESS))
    payment = pay(sale, INVOICE_ID, "invoice", 10_000, customer=BUSINESS)
    made = sale.play(IssueReceipt(payment=payment))
    told = sale.paper("receipt", made["receipt"]).buyer
    assert told is not None
    assert told.kind == "business"


def test_what_the_domain_wrote_on_a_deposit_invoice_is_told_in_the_papers_language() -> None:
    assert [line.label for line in paper("deposit_invoice", "en").lines] == [
        "Deposit of 30% for quote D-00001",
        "Deposit of 30% for quote D-00001",
    ]


HOSTILE = "{number} {0} %s %(x)s\n\t<b>&amp;</b> \u202e\u0000 ; DROP"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", CASES)
def test_hostile_words_are_told_as_they_stand(name: str, language: Language) -> None:
    sale, wanted = case(name)
    entries = [replace(each, event=_hostile(each.event)) for each in sale.entries]
    told = paper_of(ListedSources(LEDGER, entries), replace(wanted, language=language))
    assert told.gross_cents == paper(name).gross_cents
    if told.buyer is not None and told.buyer.name not in ("Client au comptant", "Cash customer") and "nomm" not in (
        told.buyer.name
    ) and "not named" not in told.buyer.name:  # fmt: skip
        assert told.buyer.name == HOSTILE


def _hostile(event: Any) -> Any:
    """Put hostile words wherever an event has free ones."""
    found: dict[str, Any] = {}
    if getattr(event, "client", None) is not None:
        found["client"] = replace(event.client, name=HOSTILE, email=HOSTILE, contact=HOSTILE)
    if getattr(event, "party", None) is not None:
        found["party"] = replace(event.party, name=HOSTILE)
    if getattr(event, "parties", None) is not None:
        found["parties"] = tuple(replace(each, name=HOSTILE) for each in event.parties)
    if getattr(event, "texts", None) is not None:
        words = dict.fromkeys(("title", "notes", "terms", "performance_place", "waste", "price_revision"), HOSTILE)
        found["texts"] = replace(event.texts, lines=tuple(HOSTILE for _ in event.texts.lines), **words)
    if getattr(event, "details", None) is not None:
        found["details"] = replace(event.details, name=HOSTILE, mediator=HOSTILE, guarantees=HOSTILE, footer=HOSTILE)
    if getattr(event, "evidence", None) is not None:
        found["evidence"] = replace(event.evidence, consent_text=HOSTILE, user_agent=HOSTILE)
    return replace(event, **found) if found else event


# --- copies, what is due, reports


def test_a_copy_is_the_original_but_for_its_rank() -> None:
    assert replace(paper("invoice_b2b", copy=3), copy=None) == paper("invoice_b2b")
    assert paper("invoice_b2b", copy=3).copy == 3


def test_a_payment_request_tells_each_movement_up_to_its_entry() -> None:
    grid = paper("payment_request").sections_before[0].grid
    assert grid is not None
    assert [plain(row[2]) for row in grid.rows] == ["1 700,00 €", "-510,00 €", "-340,00 €", "-200,00 €"]
    assert grid.total is not None
    assert plain(grid.total[2]) == "650,00 €"
    sale, wanted = case("payment_request")
    issued = next(each.seq for each in sale.entries if each.stream == f"invoice:{wanted.about}")
    earlier = paper_of(sale.sources(), replace(wanted, seq=issued))
    assert earlier.due_cents == 85_000


def test_what_is_paid_cannot_be_asked_for() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice())
    pay(sale, INVOICE_ID, "invoice", 180_000)
    with pytest.raises(NoDocument) as caught:
        sale.paper("payment_request", INVOICE_ID)
    assert caught.value.reason == "nothing_due"


def test_a_firm_reminder_speaks_of_an_earlier_one_only_when_there_was_one() -> None:
    words = paper("reminder_firm_b2b").sections_before[0].paragraphs
    assert not any("précédent" in each for each in words)
    words = paper("reminder_deposit").sections_before[0].paragraphs
    assert any(each.startswith("Malgré notre précédent rappel") for each in words)


def test_a_closure_report_shows_the_entrys_totals() -> None:
    told = paper("closure_month")
    facts = {fact.label: plain(fact.value) for section in told.sections_before for fact in section.facts}
    assert facts["Total perpétuel"] == "1 700,00 €"
    grids = {section.code: section.grid for section in told.sections_before}
    turnover = grids["turnover"]
    assert turnover is not None
    assert turnover.total is not None
    assert tuple(map(plain, turnover.total)) == ("Total", "1 500,00 €", "200,00 €", "1 700,00 €")


def test_what_is_held_for_a_customer_is_not_asked_for() -> None:
    sale = Sale()
    sale.play(RecordPayment(means="cheque", amount_cents=7_500, customer=CONSUMER))
    told = sale.paper("statement", CONSUMER)
    assert told.due_cents is None
    assert "75,00 € sont en votre faveur" in plain(told.sections_before[0].paragraphs[1])


def test_a_customer_without_operations_has_an_empty_account() -> None:
    told = Sale().paper("statement", CONSUMER)
    assert told.due_cents is None
    assert told.sections_before[0].paragraphs == ("Aucune opération.",)


def test_reports_and_letters_of_a_training_ledger_say_so() -> None:
    sale = Sale(profile=COMPANY, ledger="training")
    sale.play(an_invoice())
    sale.on("2027-01-04")
    told = sale.paper("closure_report", "self")
    assert told.training
    assert "TRAINING" in {each.code for each in told.statements}
    asked = sale.paper("payment_request", INVOICE_ID)
    assert (asked.training, asked.ask) == (True, None)
    assert "TRAINING" in {each.code for each in asked.statements}


def test_evidence_lists_its_entries_and_claims_the_lowest_level_only() -> None:
    told = paper("evidence")
    sale, _ = case("evidence")
    sections = {section.code: section for section in told.sections_before}
    grid = sections["entries"].grid
    assert grid is not None
    assert all(sale.entries[int(row[0]) - 1].fingerprint == row[2] for row in grid.rows)
    level = " ".join(sections["level"].paragraphs)
    assert "Signature électronique simple" in level
    assert "ni avancée ni qualifiée" in level
    assert "Signature électronique qualifiée" not in level
    trail = sections["trail"].grid
    assert trail is not None
    assert any("faux (essai 1)" in plain(row[1]) for row in trail.rows)


# --- pure


IMPURE = {"os", "time", "random", "secrets", "socket", "subprocess", "pathlib", "io", "locale", "uuid"}


@pytest.mark.parametrize("folder", ["builders", "words"])
def test_what_documents_say_rests_on_no_clock_disk_network_or_chance(folder: str) -> None:
    for path in sorted((Path(documents.__file__).parent / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert not {each.name.partition(".")[0] for each in node.names} & IMPURE, path.name
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in IMPURE, path.name
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"now", "today", "utcnow"}, path.name


# --- what is not there


@pytest.mark.parametrize(
    ("kind", "about", "more", "reason"),
    [
        ("invoice", "99999999-9999-4999-8999-999999999999", {}, "no_such_document"),
        ("deposit_invoice", INVOICE_ID, {}, "other_kind"),
        ("invoice", INVOICE_ID, {"seq": 2}, "no_such_document"),
        ("statement", "99999999-9999-4999-8999-999999999999", {}, "no_such_document"),
        ("statement", CONSUMER, {"seq": 9_999}, "no_such_entry"),
        ("closure_report", "self", {}, "no_such_document"),
        ("reminder", INVOICE_ID, {}, "no_such_document"),
        ("evidence", INVOICE_ID, {}, "no_such_document"),
        ("quote", QUOTE_ID, {"seq": 3}, "no_such_document"),
        ("payment_request", QUOTE_ID, {}, "nothing_due"),
    ],
)
def test_a_document_that_is_not_there_is_said_so(
    kind: DocumentKind, about: str, more: dict[str, int], reason: str
) -> None:
    sale = Sale()
    sale.play(an_invoice())
    with pytest.raises(NoDocument) as caught:
        sale.paper(kind, about, **more)
    assert caught.value.reason == reason
    assert "Roseau" not in str(caught.value)


def test_a_world_is_read_no_further_than_asked() -> None:
    sale = Sale()
    sale.play(an_invoice())
    upto = len(sale.entries)
    sale.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods(),)))
    assert sale.sources(upto).upto == upto
    assert isinstance(sale.world, FixedWorld)
    assert paper_of(sale.sources(upto), Wanted(kind="statement", about=CONSUMER)).due_cents == 180_000
