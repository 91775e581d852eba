"""Papers tell each fact once, where its reader looks for it, in words that hold on their day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.common import InstalmentInput, TextsInput
from ledger.domain.commands.messages import RecordReminder
from ledger.domain.commands.sales import (
    ChargePenalty,
    CreditInvoice,
    InvoiceDeposit,
    IssueFinalInvoice,
    IssueInvoice,
    IssueNote,
    IssueReceipt,
    WriteOffInvoice,
)
from ledger.domain.events.common import Address, Party
from ledger.domain.regimes.fr.interest import late_penalty_cents
from projections.documents.builders import paper_of
from projections.documents.builders.figures import reason_of
from projections.documents.paper import Paper, Section
from projections.documents.words import Words
from tests.documents.sales import CASES, case, paper
from tests.documents.selling import (
    COMPANY,
    INVOICE_ID,
    QUOTE_ID,
    SOLE,
    Sale,
    a_quote,
    an_invoice,
    deposits_of,
    pay,
    sign,
    works,
)
from tests.domain.sales import quote_state
from tests.domain.world import BUSINESS


def plain(text: str | None) -> str:
    return (text or "").replace("\u00a0", " ")


def section(told: Paper, code: str) -> Section:
    (found,) = (each for each in (*told.sections_before, *told.sections_after) if each.code == code)
    return found


def facts(told: Paper) -> dict[str, str]:
    found = {fact.label: plain(fact.value) for fact in told.heads}
    for each in (*told.sections_before, *told.sections_after):
        found |= {fact.label: plain(fact.value) for fact in each.facts}
    return found


def rows(told: Paper, code: str) -> list[tuple[str, ...]]:
    grid = section(told, code).grid
    assert grid is not None
    return [tuple(map(plain, row)) for row in grid.rows]


# --- credit notes and replacements


def test_what_was_written_off_before_a_credit_note_is_the_only_thing_said_to_be_given_up() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice())
    pay(sale, INVOICE_ID, "invoice", 100_000)
    sale.play(WriteOffInvoice(invoice=INVOICE_ID))
    made = sale.play(CreditInvoice(invoice=INVOICE_ID, cause="cancellation"))
    (words,) = section(sale.paper("credit_note", made["credit_note"]), "settlement").paragraphs
    assert plain(words) == (
        "800,00 € restaient dus et ont été abandonnés avant cet avoir : il n'y a rien à rembourser."
    )


def test_a_replacement_says_what_it_replaces_and_by_which_credit_note_it_was_cancelled() -> None:
    sale, wanted = CASES["invoice_final"]()
    made = sale.play(CreditInvoice(invoice=wanted.about, cause="error", replacement=IssueInvoice()))
    told = sale.paper("invoice", made["replacement"]["invoice"])
    words = [plain(each) for each in section(told, "preceding").paragraphs]
    assert words == ["Remplace la facture F-00001 du 25/11/2026, annulée par l'avoir A-00001."]
    credit = sale.paper("credit_note", made["credit_note"])
    assert section(credit, "freed").paragraphs[0].startswith("Ils sont déduits de la facture F-00002")


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("credit_note")])
def test_a_credit_note_names_the_invoice_it_credits_once(name: str) -> None:
    told = paper(name)
    number = told.preceding[0].number
    said = [fact.value for fact in told.heads] + [each.words for each in told.statements]
    said += [words for each in (*told.sections_before, *told.sections_after) for words in each.paragraphs]
    assert sum(number in each for each in said) == 1


# --- the seven days


def test_what_is_due_at_signature_waits_for_the_seven_days_and_has_its_day_once_signed() -> None:
    (planned,) = paper("quote_off_premises").schedule
    assert plain(planned.words) == "Arrhes à l'expiration de sept jours après la signature"
    assert planned.due_on is None
    sale, wanted = CASES["quote_off_premises"]()
    sign(sale)
    (planned,) = paper_of(sale.sources(), wanted).schedule
    assert planned.due_on is not None
    assert planned.due_on.isoformat() == "2026-12-01"
    assert "signature" in paper("quote_b2c").schedule[0].words


def test_a_request_within_the_ban_tells_its_day_once() -> None:
    told = paper("deposit_request_banned")
    assert told.ask is not None
    assert told.ask.when == "à payer le 01/12/2026, pas avant"
    said = [fact.value for fact in told.heads] + [each.words for each in told.statements]
    assert not any("01/12/2026" in each for each in said)


# --- letters


def test_a_paper_without_tax_does_not_say_ttc() -> None:
    sale = Sale(profile=SOLE)
    sale.play(an_invoice(replace(works("40"), rate_bp=None)))
    assert rows(sale.paper("payment_request", INVOICE_ID), "due")[0][1] == "Facture F-00001"
    assert rows(paper("payment_request"), "due")[0][1] == "Facture F-00001, TTC"


@pytest.mark.parametrize("name", ["reminder_final_b2b", "reminder_firm_b2b", "payment_request", "reminder_friendly"])
def test_a_past_due_day_is_said_to_be_past_and_a_term_is_given_that_can_be_kept(name: str) -> None:
    told = paper(name)
    assert told.ask is not None
    assert told.ask.due_on is None
    assert plain(told.ask.when).endswith("; à régler sous huit jours à compter de la réception")
    assert plain(told.ask.when).startswith("échue le ")


@pytest.mark.parametrize(
    "name", ["reminder_final_b2b", "payment_request", "reminder_quote", "reminder_deposit", "evidence"]
)
def test_a_paper_without_a_number_of_its_own_names_the_other_document_with_its_day(name: str) -> None:
    told = paper(name)
    assert (told.number, told.version) == (None, None)
    assert " du " in plain(told.subject)
    assert "00001" in plain(told.subject)


def test_a_letter_begins_with_place_and_day_and_ends_with_who_signs() -> None:
    told = paper("reminder_final_b2b")
    assert plain(told.sections_before[0].paragraphs[0]) == "Rennes, le 6 février 2027"
    assert told.sections_after[-1].paragraphs == ("Avec nos salutations distinguées.", "Menuiserie Aubépine")


def test_a_notice_after_penalties_asks_for_principal_penalties_and_indemnity_in_all() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice(customer=BUSINESS))
    sale.later(75)
    sale.play(ChargePenalty(invoice=INVOICE_ID))
    sale.play(RecordReminder(about=INVOICE_ID, about_kind="invoice", step=1, tone="final"))
    for kind, code in (("reminder", "letter"), ("payment_request", "due")):
        told = sale.paper(kind, INVOICE_ID)  # type: ignore[arg-type] # two kinds of documents
        total = 180_000 + late_penalty_cents(180_000, 1_215, 45) + 4_000
        assert told.ask is not None
        assert (told.due_cents, told.ask.amount_cents) == (total, total)
        found = rows(told, code)
        assert found[-3][1:] == ("Principal restant dû", "1 800,00 €")
        assert found[-2][1] == "Pénalités de retard, 12,15 % l'an, 45 jours"
        assert found[-1][1:] == ("Indemnité forfaitaire pour frais de recouvrement", "40,00 €")
        grid = section(told, code).grid
        assert grid is not None
        assert grid.total is not None
        assert grid.total[1] == "Total à payer"


# --- progress, deposits, final invoices


def test_a_progress_invoice_can_be_followed_line_by_line() -> None:
    told = paper("invoice_progress")
    found = rows(told, "progress")
    assert found[0] == ("Pose d'un escalier", "1 000,00 €", "60 %", "600,00 €", "300,00 €", "300,00 €")
    grid = section(told, "progress").grid
    assert grid is not None
    assert grid.total is not None
    assert tuple(map(plain, grid.total)) == ("Total", "1 500,00 €", "73,33 %", "1 100,00 €", "550,00 €", "550,00 €")
    assert told.net_cents == 55_000


def test_a_final_invoice_names_each_deposit_where_it_is_deducted_alone() -> None:
    sale = Sale(profile=COMPANY)
    schedule = (InstalmentInput(kind="acompte", share_bp=3000),)
    (deposit,) = deposits_of(
        sale, customer=BUSINESS, lines=(works(rate_bp=2000),), schedule=schedule, texts=TextsInput()
    )
    made = sale.play(InvoiceDeposit(deposit=deposit))
    pay(sale, deposit, "deposit", quote_state(sale.world, QUOTE_ID).deposits[0].amount_cents)
    told = sale.paper("invoice", sale.play(IssueFinalInvoice(quote=QUOTE_ID))["invoice"])
    number = sale.paper("deposit_invoice", made["invoice"]).number
    assert number is not None
    assert number in told.prepaid[0].words
    said = [fact.value for fact in told.heads] + [each.words for each in told.statements]
    said += [words for each in told.sections_before for words in each.paragraphs]
    assert not any(number in each for each in said)


def test_a_deposit_invoice_says_which_share_of_which_quote_it_is() -> None:
    told = paper("deposit_invoice")
    assert plain(told.subject) == "Acompte de 30 % sur le devis D-00001"
    assert {plain(line.label) for line in told.lines} == {"Acompte de 30 % sur le devis D-00001"}


def test_interest_on_an_advance_names_its_rate_and_its_days() -> None:
    (told,) = (each for each in paper("invoice_final_arrhes").statements if each.code == "INTEREST_ON_ADVANCE")
    assert "9,32 € (sur 680,00 €, au taux de 6,67 % l'an, du 01/10/2026 au 15/12/2026)" in plain(told.words)


def test_what_a_quote_must_say_of_what_is_to_come_is_not_on_the_invoice() -> None:
    codes = {each.code for each in paper("invoice_final").sections_after}
    assert not codes & {"works_description", "price_revision", "waste"}
    quoted = paper("quote_b2c")
    assert {"price_revision", "waste"} <= {each.code for each in quoted.sections_after}


# --- receipts, notes, quotes, statements


def test_a_receipt_says_what_the_money_was_for_and_what_remains() -> None:
    told = facts(paper("receipt"))
    assert told["Au titre de"] == "Facture F-00001 du 23/11/2026"
    assert told["Reste à payer"] == "139,60 €"
    sale, wanted = CASES["receipt"]()
    pay(sale, INVOICE_ID, "invoice", 13_960)
    assert facts(paper_of(sale.sources(), wanted))["Reste à payer"] == "139,60 €"


def test_a_deposit_receipt_says_what_remains_of_the_deposit() -> None:
    sale, wanted = CASES["deposit_request_acompte"]()
    payment = pay(sale, wanted.about, "deposit", 20_000)
    receipts = [each for each in sale.entries if each.stream.startswith("receipt:")]
    about = receipts[0].stream.partition(":")[2] if receipts else sale.play(IssueReceipt(payment=payment))["receipt"]
    assert facts(sale.paper("receipt", about))["Reste à payer"] == "310,00 €"


def test_a_consumer_reads_what_an_option_costs_with_tax() -> None:
    told = {fact.label: plain(fact.value) for fact in section(paper("quote_b2c"), "options").facts}
    assert told["Main courante en frêne"] == "180,00 € HT, soit 216,00 € TTC"
    assert not any(each.code == "options" for each in paper("quote_signed").sections_after)
    assert not any(each.code == "options" for each in paper("quote_b2b").sections_after)


def test_a_note_says_by_which_text_what_is_to_be_paid_and_the_guarantee_of_its_goods() -> None:
    told = paper("note_building_works")
    words = " ".join(plain(each.words) for each in told.statements)
    assert "article 290 quinquies du CGI" in words
    assert "garantie légale de conformité" in words
    assert told.ask is not None
    assert told.ask.amount_cents == told.gross_cents
    sale, _ = CASES["note_building_works"]()
    sale.on("2027-01-05")
    lines = (works("100", 2000),)
    party = Party(name="Dominique Aulne", address=Address(lines=("5 cour des Lilas",), city="Rennes"))
    place = TextsInput(performance_place="5 cour des Lilas, 35000 Rennes")
    made = sale.play(
        IssueNote(kind="building_works", performed_on="2027-01-04", basis="net", lines=lines, client=party, texts=place)
    )
    later = " ".join(plain(each.words) for each in sale.paper("note", made["note"]).statements)
    assert "CIBS" in later
    assert "290 quinquies" not in later
    assert "garantie légale" not in later


def test_a_statement_tells_what_is_open_with_its_day_its_reference_and_the_account() -> None:
    told = paper("statement")
    assert rows(told, "open") == [("Facture F-00001", "25/12/2026", "554,00 €", "RF96F00001")]
    assert "FR76 3000 6000 0112 3456 7890 189" in plain(section(told, "open").paragraphs[0])
    assert not any("écriture" in fact.label for fact in told.heads)


def test_a_statement_gives_the_numbers_that_the_business_holds() -> None:
    sale = Sale(profile=COMPANY)
    sale.play(an_invoice(customer=BUSINESS, reference="FA-2026-0042"))
    told = sale.paper("statement", BUSINESS)
    assert rows(told, "account")[0][1] == "Facture F-00001 (FA-2026-0042)"


# --- law


def test_a_reduced_rate_is_certified_only_where_there_is_one() -> None:
    sale = Sale(profile=SOLE)
    line = replace(works("40"), rate_bp=None)
    sale.play(a_quote(line, reduced_rate_justified=False, texts=TextsInput(reduced_rate_statement="Je certifie.")))
    assert "REDUCED_RATE_STATEMENT" not in {each.code for each in sale.paper("quote", QUOTE_ID).statements}
    sign(sale)
    signed = sale.paper("quote", QUOTE_ID)
    assert not any("certifié" in words for words in section(signed, "contract").paragraphs)


def test_a_reverse_charge_names_the_one_article_that_is_known_to_hold() -> None:
    assert "283-2 nonies" in plain(paper("invoice_reverse_charge").vat[0].reason)
    assert " ou " not in plain(paper("invoice_reverse_charge").vat[0].reason)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("VATEX-EU-132-1I", "Exonération de TVA : directive 2006/112/CE, art. 132 § 1 i)"),
        ("VATEX-FR-CGI261-4", "Exonération de TVA : art. 261-4 du CGI"),
        ("VATEX-EU-OTHER", "Opération exonérée de TVA"),
    ],
)
def test_people_read_an_article_and_never_a_machines_code(code: str, words: str) -> None:
    sale, _ = case("invoice_b2c")
    assert plain(reason_of("E", code, sale.world.today, Words("fr"))) == words
    assert "VATEX" not in reason_of("E", code, sale.world.today, Words("en"))


@pytest.mark.parametrize("name", CASES)
def test_a_law_is_told_once(name: str) -> None:
    for each in paper(name).statements:
        assert each.law is None or plain(each.law) not in plain(each.words)
    assert all(each.law is None for each in paper(name, "en").statements)


def test_english_writes_days_in_letters() -> None:
    told = paper("reminder_final_b2b", "en")
    assert "6 February 2027" in plain(told.sections_before[0].paragraphs[0])
    assert "set out below" in " ".join(told.sections_before[0].paragraphs)
    assert not any("/20" in fact.value for name in CASES for fact in paper(name, "en").heads)
