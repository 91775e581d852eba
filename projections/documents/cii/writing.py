"""From a paper to its XML: Cross Industry Invoice D22B, the same bytes for the same paper.

Strings are put together rather than a tree: an invoice of five lines takes a fraction of a millisecond. The order of
elements is that of the XSD; `tests/documents/test_cii.py` holds every kind of document to it.
"""

from __future__ import annotations

from ledger.domain.money import decimal_of
from projections.documents.cii.codes import DEFAULT_REASONS, SEPA, TAX_POINTS, VATEX, unit_code
from projections.documents.cii.figures import Allowance, Figures, LineFigures, Rate, Row, figures_of, rate_of
from projections.documents.cii.notes import notes, terms
from projections.documents.cii.parties import buyer_xml, seller_xml, ship_to_xml
from projections.documents.cii.profiles import GUIDELINES, Profile, profile_of
from projections.documents.cii.xml import date_time, day, paragraphs, percent, text
from projections.documents.paper import Paper, PaperLine

_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<rsm:CrossIndustryInvoice xmlns:qdt="urn:un:unece:uncefact:data:standard:QualifiedDataType:100"'
    ' xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"'
    ' xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"'
    ' xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">\n'
)
Reasons = dict[Rate, tuple[str, str]]
"""Exemption in words and as a code, as XML, by VAT row; empty in the profile that says it once for all lines."""

_DISCOUNT = "95"  # UNTDID 5189
_FRAME_LETTERS = {(True, False): "B", (False, True): "S", (True, True): "M", (False, False): "S"}


def cii_xml(paper: Paper) -> bytes:
    """Write an invoice, deposit invoice or credit note as Cross Industry Invoice, in the profile it needs.

    Raises ValueError for a document that is none of these, or has no number.
    """
    if paper.type_code is None or paper.number is None or not paper.lines:
        raise ValueError("only a numbered invoice or credit note has machine-read data")
    profile = profile_of(paper)
    figures = figures_of(paper, profile)
    vat_numbers = profile != "en16931" or all(row.category != "O" for row in figures.rows)
    parts = [_HEAD, _context(paper, profile), _document(paper), "<rsm:SupplyChainTradeTransaction>\n"]
    reasons = _reasons(paper) if profile == "extended-ctc-fr" else {}
    for index, (line, amounts) in enumerate(zip(paper.lines, figures.lines, strict=True), 1):
        parts.append(_line(paper, index, line, amounts, reasons))
    parts += [
        _agreement(paper, vat_numbers),
        _delivery(paper),
        _settlement(paper, figures, reasons),
        "</rsm:SupplyChainTradeTransaction>\n</rsm:CrossIndustryInvoice>\n",
    ]
    return "".join(parts).encode()


# --- what document this is


def _context(paper: Paper, profile: Profile) -> str:
    return (
        "<rsm:ExchangedDocumentContext><ram:BusinessProcessSpecifiedDocumentContextParameter>"
        f"<ram:ID>{text(paper.frame or _frame(paper))}</ram:ID></ram:BusinessProcessSpecifiedDocumentContextParameter>"
        f"<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>{GUIDELINES[profile]}</ram:ID>"
        "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>\n"
    )


def _frame(paper: Paper) -> str:
    """Give the frame of a document whose entry has none (credit notes): its lines' natures, and `1` (BR-FR-08)."""
    natures = {line.nature for line in paper.lines}
    return _FRAME_LETTERS["goods" in natures, "services" in natures] + "1"


def _document(paper: Paper) -> str:
    parts = [
        f"<rsm:ExchangedDocument><ram:ID>{text(paper.number or '')}</ram:ID>"
        f"<ram:TypeCode>{text(paper.type_code or '')}</ram:TypeCode>{date_time('IssueDateTime', paper.issued_on)}"
    ]
    for subject, words in notes(paper):
        parts.append(
            f"<ram:IncludedNote><ram:Content>{paragraphs(words)}</ram:Content>"
            f"<ram:SubjectCode>{subject}</ram:SubjectCode></ram:IncludedNote>"
        )
    parts.append("</rsm:ExchangedDocument>\n")
    return "".join(parts)


# --- lines


def _line(
    paper: Paper,
    index: int,
    line: PaperLine,
    figures: LineFigures,
    reasons: Reasons,
) -> str:
    unit = "C62" if figures.once else unit_code(line.unit)
    item = f"<ram:SellerAssignedID>{text(line.item)}</ram:SellerAssignedID>" if line.item else ""
    says = f"<ram:Description>{text(_says(paper, line))}</ram:Description>" if figures.once else ""
    per = f'<ram:BasisQuantity unitCode="{unit}">{figures.per}</ram:BasisQuantity>' if figures.per else ""
    words, code = reasons.get((line.category, line.rate_bp, line.exemption or ""), ("", ""))
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{index}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        f"<ram:SpecifiedTradeProduct>{item}<ram:Name>{text(line.label)}</ram:Name>{says}</ram:SpecifiedTradeProduct>"
        "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{figures.price}</ram:ChargeAmount>{per}"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        f'<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="{unit}">{figures.quantity}</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery>"
        "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>"
        f"{words}<ram:CategoryCode>{line.category}</ram:CategoryCode>{code}"
        f"{_rate(line.category, line.rate_bp)}</ram:ApplicableTradeTax>"
        f"{_allowance(figures.allowance, paper, reasons) if figures.allowance else ''}"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{decimal_of(figures.net_cents)}</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>\n"
    )


def _reasons(paper: Paper) -> Reasons:
    """Give the exemption of each VAT row: the French extension repeats it on lines and allowances."""
    return {
        rate_of(row): _exemption(
            Row(
                row.category,
                row.rate_bp,
                (row.exemption,) if row.exemption else (),
                (row.reason,) if row.reason else (),
                row.base_cents,
                row.vat_cents,
            )
        )
        for row in paper.vat
    }


def _says(paper: Paper, line: PaperLine) -> str:
    """Say the quantity and price of a line that is written once."""
    english = paper.language == "en"
    tax = {"net": "excl. tax" if english else "HT", "gross": "incl. tax" if english else "TTC"}[paper.basis]
    words = f"{line.quantity} {line.unit_words} x {line.unit_price} {paper.currency} {tax}"
    if line.performed_bp is not None:
        share = f"{percent(line.performed_bp)} %"
        words += f" ; performed in all: {share}" if english else f" ; réalisé en tout : {share}"
    return words


def _rate(category: str, rate_bp: int) -> str:
    return "" if category == "O" else f"<ram:RateApplicablePercent>{percent(rate_bp)}</ram:RateApplicablePercent>"


def _allowance(allowance: Allowance, paper: Paper, reasons: Reasons) -> str:
    parts = [
        "<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator>"
        "</ram:ChargeIndicator>"
    ]
    if allowance.share_bp is not None and allowance.base_cents is not None:
        parts.append(
            f"<ram:CalculationPercent>{percent(allowance.share_bp)}</ram:CalculationPercent>"
            f"<ram:BasisAmount>{decimal_of(allowance.base_cents)}</ram:BasisAmount>"
        )
    reason = allowance.reason or ("Discount" if paper.language == "en" else "Remise")
    parts.append(
        f"<ram:ActualAmount>{decimal_of(allowance.amount_cents)}</ram:ActualAmount>"
        f"<ram:ReasonCode>{_DISCOUNT}</ram:ReasonCode><ram:Reason>{text(reason)}</ram:Reason>"
    )
    if allowance.rate is not None:
        category, rate_bp, _ = allowance.rate
        words, code = reasons.get(allowance.rate, ("", ""))
        parts.append(
            f"<ram:CategoryTradeTax><ram:TypeCode>VAT</ram:TypeCode>{words}"
            f"<ram:CategoryCode>{category}</ram:CategoryCode>{code}{_rate(category, rate_bp)}</ram:CategoryTradeTax>"
        )
    parts.append("</ram:SpecifiedTradeAllowanceCharge>")
    return "".join(parts)


# --- the three headers


def _agreement(paper: Paper, vat_numbers: bool) -> str:
    order = paper.order_reference or (paper.buyer.order_reference if paper.buyer is not None else None)
    parties = seller_xml(paper.seller, vat_numbers) + buyer_xml(paper, vat_numbers)
    parts = [f"<ram:ApplicableHeaderTradeAgreement>{parties}"]
    for name, reference in (("BuyerOrder", order), ("Contract", paper.quote_number)):
        if reference:
            parts.append(
                f"<ram:{name}ReferencedDocument><ram:IssuerAssignedID>{text(reference)}</ram:IssuerAssignedID>"
                f"</ram:{name}ReferencedDocument>"
            )
    parts.append("</ram:ApplicableHeaderTradeAgreement>\n")
    return "".join(parts)


def _delivery(paper: Paper) -> str:
    on = paper.supplied_on
    within_union = any(row.category == "K" for row in paper.vat)
    if paper.kind == "deposit_invoice" and not within_union:
        on = None  # its day is that of payment, BT-7
    elif on is None and paper.period_start is None and (paper.kind == "invoice" or within_union):
        on = paper.issued_on
    place, event = ship_to_xml(paper, always=on is None), ""
    if on is not None:
        event = (
            f"<ram:ActualDeliverySupplyChainEvent>{date_time('OccurrenceDateTime', on)}"
            "</ram:ActualDeliverySupplyChainEvent>"
        )
    return f"<ram:ApplicableHeaderTradeDelivery>{place}{event}</ram:ApplicableHeaderTradeDelivery>\n"


def _settlement(paper: Paper, figures: Figures, reasons: Reasons) -> str:
    reference = paper.ask.reference if paper.ask is not None and paper.ask.reference else paper.number
    parts = [
        f"<ram:ApplicableHeaderTradeSettlement><ram:PaymentReference>{text(reference or '')}</ram:PaymentReference>"
        f"<ram:InvoiceCurrencyCode>{text(paper.currency)}</ram:InvoiceCurrencyCode>",
        _payment_means(paper),
    ]
    parts += [_breakdown(paper, row) for row in figures.rows]
    parts.append(_period(paper))
    parts += [_allowance(each, paper, reasons) for each in figures.allowances]
    parts.append(terms(paper, figures))
    parts.append(_summation(paper, figures))
    for number, on in dict.fromkeys((each.number, each.issued_on) for each in paper.preceding):
        parts.append(
            f"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{text(number)}</ram:IssuerAssignedID>"
            f'<ram:FormattedIssueDateTime><qdt:DateTimeString format="102">{day(on)}</qdt:DateTimeString>'
            "</ram:FormattedIssueDateTime></ram:InvoiceReferencedDocument>"
        )
    parts.append("</ram:ApplicableHeaderTradeSettlement>\n")
    return "".join(parts)


def _payment_means(paper: Paper) -> str:
    ask = paper.ask
    if ask is None or ask.iban is None or ask.amount_cents <= 0 or paper.kind == "credit_note":
        return ""
    code = "58" if paper.currency == "EUR" and ask.iban[:2] in SEPA else "30"
    name = f"<ram:AccountName>{text(ask.beneficiary)}</ram:AccountName>" if ask.beneficiary else ""
    bank = ""
    if ask.bic:
        bank = (
            f"<ram:PayeeSpecifiedCreditorFinancialInstitution><ram:BICID>{text(ask.bic)}</ram:BICID>"
            "</ram:PayeeSpecifiedCreditorFinancialInstitution>"
        )
    return (
        f"<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>{code}</ram:TypeCode>"
        f"<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>{text(ask.iban)}</ram:IBANID>{name}"
        f"</ram:PayeePartyCreditorFinancialAccount>{bank}</ram:SpecifiedTradeSettlementPaymentMeans>"
    )


def _breakdown(paper: Paper, row: Row) -> str:
    words, code = _exemption(row)
    return (
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{decimal_of(row.vat_cents)}</ram:CalculatedAmount>"
        f"<ram:TypeCode>VAT</ram:TypeCode>{words}<ram:BasisAmount>{decimal_of(row.base_cents)}</ram:BasisAmount>"
        f"<ram:CategoryCode>{row.category}</ram:CategoryCode>{code}{_tax_point(paper)}"
        f"{_rate(row.category, row.rate_bp)}</ram:ApplicableTradeTax>"
    )


def _exemption(row: Row) -> tuple[str, str]:
    """Write why a row bears no tax, in words and as a code; a zero rate (Z) needs no reason (BR-Z-10)."""
    default = DEFAULT_REASONS.get(row.category)
    if default is None:
        return "", ""
    reason = " ; ".join(row.reasons) or default
    known = [code for code in row.codes if code in VATEX]
    code = f"<ram:ExemptionReasonCode>{known[0]}</ram:ExemptionReasonCode>" if known and len(row.codes) == 1 else ""
    return f"<ram:ExemptionReason>{text(reason)}</ram:ExemptionReason>", code


def _tax_point(paper: Paper) -> str:
    """Write when the VAT falls due: the day a deposit was paid (BT-7, CGI 269-2-a), else the event (BT-8)."""
    if paper.kind == "credit_note":
        return ""
    if paper.kind == "deposit_invoice" and paper.supplied_on is not None and paper.vat_on == "receipt":
        on = day(paper.supplied_on)
        return f'<ram:TaxPointDate><udt:DateString format="102">{on}</udt:DateString></ram:TaxPointDate>'
    code = TAX_POINTS.get(paper.vat_on or "")
    return f"<ram:DueDateTypeCode>{code}</ram:DueDateTypeCode>" if code else ""


def _period(paper: Paper) -> str:
    if paper.period_start is None and paper.period_end is None:
        return ""
    start = date_time("StartDateTime", paper.period_start) if paper.period_start else ""
    end = date_time("EndDateTime", paper.period_end) if paper.period_end else ""
    return f"<ram:BillingSpecifiedPeriod>{start}{end}</ram:BillingSpecifiedPeriod>"


def _summation(paper: Paper, figures: Figures) -> str:
    allowances = prepaid = ""
    if figures.allowances:
        allowances = f"<ram:AllowanceTotalAmount>{decimal_of(figures.allowances_cents)}</ram:AllowanceTotalAmount>"
    if figures.prepaid_cents:
        prepaid = f"<ram:TotalPrepaidAmount>{decimal_of(figures.prepaid_cents)}</ram:TotalPrepaidAmount>"
    return (
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{decimal_of(figures.lines_cents)}</ram:LineTotalAmount>{allowances}"
        f"<ram:TaxBasisTotalAmount>{decimal_of(figures.net_cents)}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="{text(paper.currency)}">{decimal_of(figures.vat_cents)}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{decimal_of(figures.gross_cents)}</ram:GrandTotalAmount>{prepaid}"
        f"<ram:DuePayableAmount>{decimal_of(figures.due_cents)}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    )
