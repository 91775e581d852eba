"""Invoices with one fault each: what is changed, and the rule of the one validator that must find it."""

from __future__ import annotations

from dataclasses import dataclass

from projections.documents.validation.findings import Validator
from projections.documents.validation.shipped import Level


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault: in the golden XML of `sale`, `old` becomes `new`; `validator` alone finds it, as `rule`."""

    name: str
    sale: str
    old: str
    new: str
    validator: Validator
    rule: str
    profile: Level = "en16931"
    every: bool = False


_IBAN = "FR7630006000011234567890189"
_SIRET = '<ram:GlobalID schemeID="0009">12345678200010</ram:GlobalID>'
_ADDRESS = (
    '<ram:URIUniversalCommunication><ram:URIID schemeID="0225">987654324</ram:URIID></ram:URIUniversalCommunication>'
)
_DUE = (
    '<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20261223'
    "</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
)

MUTATIONS = (
    # --- the form
    Mutation(
        "an element in the wrong place",
        "ordinary_services",
        "<ram:TypeCode>380</ram:TypeCode>",
        "",
        "xsd",
        "SCHEMAV_ELEMENT_CONTENT",
    ),
    Mutation(
        "an amount that is no number",
        "ordinary_services",
        "<ram:LineTotalAmount>100.00<",
        "<ram:LineTotalAmount>cent<",
        "xsd",
        "SCHEMAV_CVC_DATATYPE_VALID_1_2_1",
    ),
    Mutation(
        "an indicator that is neither true nor false",
        "line_discounts",
        "<udt:Indicator>false<",
        "<udt:Indicator>non<",
        "xsd",
        "SCHEMAV_CVC_DATATYPE_VALID_1_2_1",
    ),
    # --- EN 16931
    Mutation(
        "lines that do not add up",
        "ordinary_services",
        "<ram:LineTotalAmount>100.00<",
        "<ram:LineTotalAmount>100.01<",
        "schematron",
        "BR-CO-10",
    ),
    Mutation(
        "allowances that do not add up",
        "document_discount",
        "<ram:AllowanceTotalAmount>66.67<",
        "<ram:AllowanceTotalAmount>66.68<",
        "schematron",
        "BR-CO-11",
    ),
    Mutation(
        "a wrong total without tax",
        "ordinary_services",
        "<ram:TaxBasisTotalAmount>213.75<",
        "<ram:TaxBasisTotalAmount>213.76<",
        "schematron",
        "BR-CO-13",
    ),
    Mutation(
        "a wrong total of VAT",
        "ordinary_services",
        'currencyID="EUR">42.75<',
        'currencyID="EUR">42.76<',
        "schematron",
        "BR-CO-14",
    ),
    Mutation(
        "a wrong total with tax",
        "ordinary_services",
        "<ram:GrandTotalAmount>256.50<",
        "<ram:GrandTotalAmount>256.51<",
        "schematron",
        "BR-CO-15",
    ),
    Mutation(
        "a wrong amount due",
        "ordinary_services",
        "<ram:DuePayableAmount>256.50<",
        "<ram:DuePayableAmount>256.49<",
        "schematron",
        "BR-CO-16",
    ),
    Mutation(
        "a base that is not that of its lines",
        "ordinary_services",
        "<ram:BasisAmount>213.75<",
        "<ram:BasisAmount>213.85<",
        "schematron",
        "BR-S-08",
    ),
    Mutation(
        "taxed at a rate of zero",
        "ordinary_services",
        "<ram:RateApplicablePercent>20.00<",
        "<ram:RateApplicablePercent>0.00<",
        "schematron",
        "BR-S-05",
        every=True,
    ),
    Mutation(
        "exempt without a reason",
        "zero_rate",
        "<ram:CategoryCode>Z<",
        "<ram:CategoryCode>E<",
        "schematron",
        "BR-E-10",
        every=True,
    ),
    Mutation(
        "a seller without any tax number",
        "franchise",
        '<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">123456782</ram:ID></ram:SpecifiedTaxRegistration>',
        "",
        "schematron",
        "BR-E-02",
    ),
    Mutation(
        "a customer of another member state without a VAT number",
        "within_the_union",
        '<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE136695976</ram:ID></ram:SpecifiedTaxRegistration>',
        "",
        "schematron",
        "BR-IC-02",
    ),
    Mutation(
        "a line without a name",
        "ordinary_services",
        "<ram:Name>Réglage d'une porte</ram:Name>",
        "<ram:Name/>",
        "schematron",
        "BR-25",
    ),
    Mutation(
        "a unit nobody knows",
        "ordinary_services",
        'unitCode="HUR"',
        'unitCode="QQQ"',
        "schematron",
        "FX-SCH-A-000613",
    ),
    Mutation(
        "an account nobody names",
        "ordinary_services",
        f"<ram:IBANID>{_IBAN}</ram:IBANID>",
        "",
        "schematron",
        "BR-61",
    ),
    # --- the French extension
    Mutation(
        "more than rounding between lines and their sum",
        "disbursements",
        "<ram:LineTotalAmount>323.76<",
        "<ram:LineTotalAmount>324.76<",
        "schematron",
        "BR-FREXT-CO-10",
        "extended-ctc-fr",
    ),
    Mutation(
        "a base of O that is not that of its lines",
        "disbursements",
        "<ram:BasisAmount>73.76<",
        "<ram:BasisAmount>75.76<",
        "schematron",
        "BR-FXEXT-O-08",
        "extended-ctc-fr",
    ),
    Mutation(
        "O with a rate",
        "disbursements",
        "</ram:ExemptionReasonCode></ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation>",
        "</ram:ExemptionReasonCode><ram:RateApplicablePercent>0.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation>",
        "schematron",
        "BR-O-05",
        "extended-ctc-fr",
    ),
    Mutation(
        "something due, and no word of when",
        "disbursements",
        _DUE,
        "",
        "schematron",
        "BR-CO-25",
        "extended-ctc-fr",
    ),
    # --- the rules of France
    Mutation("no note on the indemnity", "business", ">PMT<", ">AAI<", "br-fr", "BR-FR-05_BT-22_PMT"),
    Mutation("no note on penalties", "business", ">PMD<", ">AAI<", "br-fr", "BR-FR-05_BT-22_PMD"),
    Mutation("no note on early discount", "business", ">AAB<", ">AAI<", "br-fr", "BR-FR-05_BT-22_AAB"),
    Mutation("two notes on the indemnity", "business", ">PMD<", ">PMT<", "br-fr", "BR-FR-06_BT-21_PMT"),
    Mutation(
        "a frame nobody knows",
        "business",
        "<ram:ID>S1</ram:ID>",
        "<ram:ID>X1</ram:ID>",
        "br-fr",
        "BR-FR-08_BT-23",
    ),
    Mutation(
        "a frame that says paid",
        "business",
        "<ram:ID>S1</ram:ID>",
        "<ram:ID>S2</ram:ID>",
        "br-fr",
        "BR-FR-CO-09_BT-23-1",
    ),
    Mutation(
        "a deposit invoice that says final",
        "deposit_invoice_paid",
        "<ram:ID>M2</ram:ID>",
        "<ram:ID>M4</ram:ID>",
        "br-fr",
        "BR-FR-CO-08_BT-23",
    ),
    Mutation(
        "a rate that France never had",
        "business",
        "<ram:RateApplicablePercent>20.00<",
        "<ram:RateApplicablePercent>20.01<",
        "br-fr",
        "BR-FR-16_BT-119",
        every=True,
    ),
    Mutation("a number with a space", "business", "<ram:ID>F-00001<", "<ram:ID>F 00001<", "br-fr", "BR-FR-02_BT-1"),
    Mutation(
        "a year that is not of this century",
        "business",
        '<ram:IssueDateTime><udt:DateTimeString format="102">2026',
        '<ram:IssueDateTime><udt:DateTimeString format="102">1926',
        "br-fr",
        "BR-FR-03_BT-2",
    ),
    Mutation(
        "a treatment nobody knows", "business", "<ram:Content>B2B<", "<ram:Content>B2X<", "br-fr", "BR-FR-20_BT-21"
    ),
    Mutation(
        "a customer that no platform reaches",
        "business",
        _ADDRESS,
        "",
        "br-fr",
        "BR-FR-12_BT-49",
    ),
    Mutation(
        "an address of another company",
        "business",
        'schemeID="0225">987654324<',
        'schemeID="0225">554433227<',
        "br-fr",
        "BR-FR-21_BT-49",
    ),
    Mutation(
        "due before it is issued",
        "business",
        '<ram:DueDateDateTime><udt:DateTimeString format="102">2026',
        '<ram:DueDateDateTime><udt:DateTimeString format="102">2025',
        "br-fr",
        "BR-FR-CO-07_BT-9",
    ),
    Mutation(
        "a quantity of five decimals",
        "business",
        '<ram:BilledQuantity unitCode="C62">1<',
        '<ram:BilledQuantity unitCode="C62">1.00000<',
        "br-fr",
        "BR-FR-DEC-02_BT-129",
    ),
    Mutation(
        "a credit note that names no invoice",
        "credit_whole",
        "<ram:InvoiceReferencedDocument>",
        "<!--",
        "br-fr",
        "BR-FR-CO-05_BT-3",
    ),
    Mutation(
        "a rebate without its contract",
        "credit_whole",
        "<ram:TypeCode>381<",
        "<ram:TypeCode>262<",
        "br-fr",
        "BR-FR-CO-03_BT-3",
    ),
    # --- keys
    Mutation(
        "a SIREN whose key is wrong",
        "ordinary_services",
        'schemeID="0002">123456782<',
        'schemeID="0002">123456783<',
        "identifiers",
        "siren-key",
    ),
    Mutation(
        "a SIRET whose key is wrong",
        "ordinary_services",
        _SIRET,
        _SIRET.replace("00010", "00011"),
        "identifiers",
        "siret-key",
    ),
    Mutation(
        "a SIRET of another company",
        "ordinary_services",
        _SIRET,
        _SIRET.replace("12345678200010", "98765432400019"),
        "identifiers",
        "siret-of-siren",
    ),
    Mutation(
        "a VAT number whose key is wrong",
        "ordinary_services",
        ">FR11123456782<",
        ">FR12123456782<",
        "identifiers",
        "vat-number-key",
    ),
    Mutation(
        "a VAT number of another company",
        "ordinary_services",
        ">FR11123456782<",
        ">FR14987654324<",
        "identifiers",
        "vat-number-of-siren",
    ),
    Mutation(
        "a German VAT number whose key is wrong",
        "within_the_union",
        ">DE136695976<",
        ">DE136695977<",
        "identifiers",
        "vat-number-key",
    ),
    Mutation(
        "an IBAN whose key is wrong",
        "ordinary_services",
        f">{_IBAN}<",
        ">FR7630006000011234567890188<",
        "identifiers",
        "iban-key",
    ),
)
"""Every fault; each names its validator and rule."""


def mutated(mutation: Mutation, xml: bytes) -> bytes:
    """Put the fault in; a test fails when there is nothing to change."""
    old, new = mutation.old.encode(), mutation.new.encode()
    assert old in xml, mutation.name
    if mutation.new == "<!--":
        start = xml.index(old)
        return xml[:start] + xml[xml.index(b"</ram:ApplicableHeaderTradeSettlement>", start) :]
    return xml.replace(old, new) if mutation.every else xml.replace(old, new, 1)
