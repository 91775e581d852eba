"""The XML of an invoice, piece by piece: profiles, parties, notes, words; the corpus has the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

import pytest
from lxml import etree

from projections.documents.cii import GUIDELINES, cii_xml, is_french_business, profile_of
from projections.documents.cii.codes import unit_code
from projections.documents.cii.xml import day, paragraphs, percent, text
from projections.documents.paper import Ask, Buyer, Paper, PaperPrepaid, PaperSplit, PaperVat, Statement
from projections.documents.validation import check_xml, errors
from tests.documents.corpus.cases import paper

NS = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}


def texts(made: Paper, path: str) -> list[str]:
    return [str(each.text) for each in etree.fromstring(cii_xml(made)).iterfind(path, NS)]


def valid(made: Paper) -> bool:
    return errors(check_xml(cii_xml(made), profile_of(made), french_business=is_french_business(made))) == ()


def notes(made: Paper, subject: str) -> list[str]:
    root = etree.fromstring(cii_xml(made))
    found = root.iterfind(".//ram:IncludedNote", NS)
    return [
        each.findtext("ram:Content", "", NS) for each in found if each.findtext("ram:SubjectCode", "", NS) == subject
    ]


# --- what has machine-read data


def test_only_numbered_documents_with_lines_have_machine_read_data() -> None:
    made = paper("ordinary_services")
    for wrong in (replace(made, type_code=None), replace(made, number=None), replace(made, lines=())):
        with pytest.raises(ValueError, match="machine-read"):
            cii_xml(wrong)
    with pytest.raises(ValueError, match="no amounts"):
        cii_xml(replace(made, gross_cents=None))


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert cii_xml(paper("business")) == cii_xml(paper("business"))


def test_five_lines_are_written_within_a_millisecond() -> None:
    made = paper("ordinary_goods")
    made = replace(made, lines=made.lines * 5)
    cii_xml(made)
    begun = process_time()
    for _ in range(200):
        cii_xml(made)
    assert (process_time() - begun) / 200 < 0.001


# --- profiles


def test_a_french_business_is_one_whose_siren_is_known() -> None:
    made = paper("business")
    assert made.buyer is not None
    assert is_french_business(made)
    assert is_french_business(replace(made, buyer=replace(made.buyer, kind="public")))
    assert not is_french_business(replace(made, buyer=replace(made.buyer, kind="consumer")))
    assert not is_french_business(replace(made, buyer=replace(made.buyer, siren=None)))
    assert not is_french_business(replace(made, buyer=None))
    abroad = replace(made.buyer, address=None, country="DE")
    assert not is_french_business(replace(made, buyer=abroad))


def _rows(*categories: str) -> tuple[PaperVat, ...]:
    return tuple(
        PaperVat(category=each, rate_bp=0, exemption=str(rank), reason="r", base_cents=0, vat_cents=0)
        for rank, each in enumerate(categories)
    )


def test_the_french_extension_is_for_what_en_16931_cannot_say() -> None:
    business, consumer = paper("business"), paper("ordinary_services")
    for rows, of_business, of_consumer in (
        (_rows("E"), "en16931", "en16931"),
        (_rows("O"), "en16931", "en16931"),
        (_rows("E", "AE"), "en16931", "en16931"),
        (_rows("E", "E"), "extended-ctc-fr", "en16931"),
        (_rows("O", "E"), "extended-ctc-fr", "extended-ctc-fr"),
        (_rows("S", "O"), "extended-ctc-fr", "extended-ctc-fr"),
    ):
        assert profile_of(replace(business, vat=rows)) == of_business
        assert profile_of(replace(consumer, vat=rows)) == of_consumer


def test_the_guideline_says_the_profile() -> None:
    path = ".//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
    assert texts(paper("business"), path) == [GUIDELINES["en16931"]]
    assert texts(paper("disbursements"), path) == [GUIDELINES["extended-ctc-fr"]]


# --- parties


def test_a_customer_nobody_named_is_a_country() -> None:
    made = replace(paper("ordinary_services"), buyer=None)
    assert texts(made, ".//ram:BuyerTradeParty/ram:PostalTradeAddress/*") == ["FR"]
    assert valid(made)


def test_a_customer_without_address_is_in_the_country_of_the_entry() -> None:
    made = replace(paper("ordinary_services"), buyer=Buyer(name="Client effacé", kind="consumer", country="BE"))
    assert texts(made, ".//ram:BuyerTradeParty/ram:PostalTradeAddress/*") == ["BE"]
    assert valid(made)


def test_a_business_without_siren_is_reached_by_e_mail() -> None:
    made = paper("within_the_union")
    assert made.buyer is not None
    made = replace(made, buyer=replace(made.buyer, email="einkauf@linde.test"))
    root = etree.fromstring(cii_xml(made))
    (address,) = root.iterfind(".//ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID", NS)
    assert (address.get("schemeID"), address.text) == ("EM", "einkauf@linde.test")
    assert valid(made)


def test_a_long_address_keeps_all_its_lines() -> None:
    made = paper("delivered_elsewhere")
    assert texts(made, ".//ram:ShipToTradeParty//ram:LineThree") == ["Porte B, Sonner deux fois"]


# --- notes


def test_each_legal_subject_stands_once_and_in_the_papers_words() -> None:
    made = paper("business")
    for subject in ("PMT", "PMD", "AAB"):
        assert len(notes(made, subject)) == 1
    assert "12,15" in notes(made, "PMD")[0]
    bare = replace(made, statements=(), late_penalty_bp=None)
    assert "taux légal" in notes(bare, "PMD")[0]
    assert valid(bare)


def test_a_credit_note_between_businesses_has_the_notes_that_the_rules_want() -> None:
    assert notes(paper("credit_whole"), "PMT") == ["Sans objet : avoir"]


@pytest.mark.parametrize(
    ("sale", "treatment"),
    [
        ("business", "B2B"),
        ("public_body", "B2B"),
        ("ordinary_services", "B2C"),
        ("export", "B2BINT"),
        ("training_ledger", "OUTOFSCOPE"),
    ],
)
def test_who_is_billed_is_said(sale: str, treatment: str) -> None:
    assert notes(paper(sale), "BAR") == [treatment]


def test_deposits_are_told_with_their_vat_and_interest_in_the_papers_language() -> None:
    split = (
        PaperSplit(category="S", rate_bp=2000, net_cents=10_000, vat_cents=2_000, gross_cents=12_000),
        PaperSplit(category="S", rate_bp=550, net_cents=10_000, vat_cents=550, gross_cents=10_550),
    )
    each = PaperPrepaid(
        words="Deposit D-1",
        number="D-1",
        issued_on=None,
        paid_on=date(2026, 1, 2),
        amount_cents=22_550,
        interest_cents=75,
        split=split,
    )
    made = replace(paper("ordinary_services"), prepaid=(each,), statements=())
    assert notes(replace(made, language="en"), "AAI") == [
        "Deposit D-1 : €225.50 incl. VAT, of which VAT €20.00 at 20%, €5.50 at 5.5% ; interest €0.75"
    ]
    (french,) = notes(made, "AAI")
    assert french.replace("\u00a0", " ") == (
        "Deposit D-1 : 225,50 € TTC, dont TVA 20,00 € à 20 %, 5,50 € à 5,5 % ; intérêts 0,75 €"
    )
    (swiss,) = notes(replace(made, currency="CHF"), "AAI")
    assert "225.50 CHF" in swiss


@pytest.mark.parametrize(("sale", "french", "english"), [("franchise", "", ""), ("business", " TTC", " incl. VAT")])
def test_a_deposit_is_said_to_be_with_tax_only_where_there_is_tax(sale: str, french: str, english: str) -> None:
    split = (PaperSplit(category="E", rate_bp=0, net_cents=20_000, vat_cents=0, gross_cents=20_000),)
    each = PaperPrepaid(
        words="Acompte D-1",
        number="D-1",
        issued_on=None,
        paid_on=date(2026, 1, 2),
        amount_cents=20_000,
        interest_cents=0,
        split=split,
    )
    made = replace(paper(sale), prepaid=(each,), statements=())
    assert f"Acompte D-1 : 200,00 €{french}" in [words.replace("\u00a0", " ") for words in notes(made, "AAI")]
    assert f"Acompte D-1 : €200.00{english}" in notes(replace(made, language="en"), "AAI")


def test_the_issuers_own_notes_are_among_them() -> None:
    assert "Première ligne\nDeuxième <ligne>" in notes(paper("strange_words"), "AAI")


def test_an_empty_statement_is_no_note() -> None:
    made = replace(paper("ordinary_services"), statements=(Statement(code="X", words=" "),))
    assert notes(made, "AAI") == []


# --- payment


def test_a_credit_transfer_is_sepa_in_euros_to_a_sepa_country() -> None:
    made = paper("ordinary_services")
    path = ".//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode"
    assert texts(made, path) == ["58"]
    assert texts(replace(made, currency="CHF"), path) == ["30"]
    ask = Ask(amount_cents=100, due_on=None, iban="TN5910006035183598478831")
    assert texts(replace(made, ask=ask), path) == ["30"]
    assert texts(replace(made, ask=None), path) == []
    assert texts(paper("credit_whole"), path) == []


def test_what_is_due_without_a_day_is_due_on_receipt() -> None:
    made = replace(paper("ordinary_services"), ask=None)
    assert texts(made, ".//ram:SpecifiedTradePaymentTerms/ram:Description") == ["Payable à réception"]
    english = texts(replace(made, language="en"), ".//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert english == ["Payable on receipt"]


def test_a_credit_note_says_where_its_money_goes() -> None:
    made = replace(paper("credit_whole"), settles_cents=1000, refund_cents=250)
    (words,) = texts(made, ".//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert words.replace("\u00a0", " ") == "Avoir : 10,00 € imputés sur la facture ; 2,50 € à rembourser"


# --- lines


def test_a_price_with_tax_is_written_without_it_and_gives_the_line() -> None:
    made = paper("prices_with_tax")
    assert texts(made, ".//ram:ChargeAmount")[:2] == ["8.325", "16.583333"]
    assert texts(made, ".//ram:LineTotalAmount")[:2] == ["24.98", "16.58"]


def test_a_price_that_six_decimals_cannot_say_is_that_of_the_whole_quantity() -> None:
    made = paper("large_quantity_with_tax")
    assert texts(made, ".//ram:BasisQuantity") == texts(made, ".//ram:BilledQuantity") == ["98765.4321"]
    assert texts(made, ".//ram:ChargeAmount") == texts(made, ".//ram:LineTotalAmount")[:1]


def test_a_discount_on_the_document_is_an_allowance_at_each_rate() -> None:
    made = paper("document_discount")
    header = ".//ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeAllowanceCharge"
    assert texts(made, f"{header}/ram:ActualAmount") == ["50.00", "16.67"]
    assert texts(made, f"{header}/ram:CategoryTradeTax/ram:RateApplicablePercent") == ["10.00", "20.00"]
    assert texts(made, ".//ram:AllowanceTotalAmount") == ["66.67"]
    assert texts(made, ".//ram:LineTotalAmount") == ["1000.00", "333.33", "1333.33"]


def test_a_discount_that_would_raise_a_rate_is_inside_the_lines() -> None:
    made = paper("document_discount")
    rows = (replace(made.vat[0], base_cents=made.vat[0].base_cents + 10_000), *made.vat[1:])
    lines = (replace(made.lines[0], net_cents=made.lines[0].net_cents + 10_000), *made.lines[1:])
    odd = replace(made, vat=rows, lines=lines)
    assert texts(odd, ".//ram:AllowanceTotalAmount") == []


def test_a_unit_that_machines_do_not_know_is_mutually_defined() -> None:
    assert (unit_code("MTK"), unit_code("QQQ")) == ("MTK", "ZZ")


# --- words


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("A & <B> ]]> \"c\" 'd'", "A &amp; &lt;B&gt; ]]&gt; \"c\" 'd'"),
        ("a\x00b\x0bc\x9fd\ud800e\ufffe", "a b c d e"),
        ("  ", "-"),
        ("", "-"),
        ("é\U0001f6aa\u2028", "é\U0001f6aa"),
    ],
)
def test_words_are_escaped_and_never_empty(words: str, written: str) -> None:
    assert text(words) == written


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("a\n\n b & c \r\n") == "a\nb &amp; c"
    assert paragraphs("\n") == "-"


def test_days_and_shares_have_one_form() -> None:
    assert day(date(2026, 3, 4)) == "20260304"
    assert [percent(each) for each in (0, 5, 90, 550, 2000, 10_000)] == [
        "0.00",
        "0.05",
        "0.90",
        "5.50",
        "20.00",
        "100.00",
    ]
