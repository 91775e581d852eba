"""Anyone's invoice, PDF or XML: what it is, what was checked, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from projections.documents.cii.codes import FRANCE
from projections.documents.validation.apart import MAX_FILE_BYTES, NOT_CHECKED, TOO_COSTLY, read_apart
from projections.documents.validation.checking import check_tree
from projections.documents.validation.findings import Finding, Validator, plain, tidy
from projections.documents.validation.pdf import Carried
from projections.documents.validation.reading import read_xml
from projections.documents.validation.shipped import LEVELS, Level, level_of

_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_RSM = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}"
_CII = f"{_RSM}CrossIndustryInvoice"
_GUIDELINE = f"{_RSM}ExchangedDocumentContext/{_RAM}GuidelineSpecifiedDocumentContextParameter/{_RAM}ID"

_BUSINESS = (
    f"{_RAM}SpecifiedLegalOrganization/{_RAM}ID",
    f"{_RAM}SpecifiedTaxRegistration/{_RAM}ID",
    f"{_RAM}GlobalID",
)
"""What only a business or public body has."""

_OTHERS = {
    "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument": "ZUGFeRD 1.0",
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "UBL",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "UBL",
    "{urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100}SCRDMCCBDACIOMessageStructure": "Order-X",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file is and what is wrong with it; `checks` are the validators that were run, in their order.

    `profile` is the profile's name (`EN 16931`), `number` and `type_code` the invoice's own (BT-1, BT-3).
    """

    kind: Literal["pdf", "xml", "unknown"]
    profile: str | None = None
    number: str | None = None
    type_code: str | None = None
    checks: tuple[Validator, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether there is an invoice and no error in it; warnings leave it valid."""
        return "schematron" in self.checks and all(each.severity != "error" for each in self.findings)


def check_file(data: bytes) -> Report:
    """Check a PDF or XML file of any origin; nothing in it makes this raise."""
    if len(data) > MAX_FILE_BYTES:
        words = f"Le fichier dépasse {MAX_FILE_BYTES // 2**20} Mo."
        return Report(kind="unknown", findings=(_finding("xml", "file-too-large", words),))
    start = data[:1024]
    if b"%PDF-" in start:
        return _check_pdf(data)
    if start.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00").startswith(b"<"):
        return _check_xml(data, None)
    words = "Ce n'est ni un PDF ni du XML."
    return Report(kind="unknown", findings=(_finding("xml", "file-unknown", words),))


def _check_pdf(data: bytes) -> Report:
    carried = read_apart(data)
    if carried.xml is None:
        return Report(kind="pdf", checks=_run(carried), findings=tidy(carried.findings))
    return _check_xml(carried.xml, carried)


def _run(carried: Carried) -> tuple[Validator, ...]:
    """Give the validators that were run over a PDF."""
    unchecked = any(each.rule in (NOT_CHECKED, TOO_COSTLY) for each in carried.findings)
    return ("pdf",) if unchecked else ("pdf", "pdfa")


def _check_xml(data: bytes, carried: Carried | None) -> Report:
    kind: Literal["pdf", "xml"] = "xml" if carried is None else "pdf"
    before: tuple[Validator, ...] = ("xml",) if carried is None else (*_run(carried), "xml")
    found = () if carried is None else tidy(carried.findings)
    root = read_xml(data)
    if isinstance(root, Finding):
        return Report(kind=kind, checks=before, findings=(*found, *tidy([root])))
    if root.tag != _CII:
        name = _OTHERS.get(str(root.tag))
        words = "Ce XML n'est pas une facture CII."
        if name is not None:
            words = f"C'est un document {name} ; seules les factures CII sont vérifiées."
        return Report(kind=kind, profile=name, checks=before, findings=(*found, _finding("xml", "not-cii", words)))
    identifier = (root.findtext(_GUIDELINE) or "").strip()
    number = plain(root.findtext(f"{_RSM}ExchangedDocument/{_RAM}ID") or "", 60) or None
    type_code = plain(root.findtext(f"{_RSM}ExchangedDocument/{_RAM}TypeCode") or "", 10) or None
    level = level_of(identifier)
    if level is None:
        words = f"Le profil {plain(identifier, 120) or '(absent)'} (BT-24) n'est pas connu."
        unknown = _finding("xml", "profile-unknown", words, place="BT-24")
        return Report(kind=kind, number=number, type_code=type_code, checks=before, findings=(*found, unknown))
    french = is_between_french_businesses(root, level)
    if carried is not None:
        found += _agreement(carried, level)
    checked = check_tree(root, level, french_business=french)
    return Report(
        kind=kind,
        profile=LEVELS[level].name,
        number=number,
        type_code=type_code,
        checks=before + checked.checks,
        findings=found + checked.findings,
    )


def is_between_french_businesses(root: etree._Element, level: Level) -> bool:
    """Say whether the rules of France hold by the file's own words: both in France, the buyer a business, not B2C."""
    if level in ("minimum", "basicwl"):
        return False
    parties = [next(root.iter(f"{_RAM}{name}"), None) for name in ("SellerTradeParty", "BuyerTradeParty")]
    for party in parties:
        country = party.findtext(f"{_RAM}PostalTradeAddress/{_RAM}CountryID") if party is not None else None
        if (country or "").strip() not in FRANCE:
            return False
    buyer = parties[1]
    business = buyer is not None and any(buyer.find(path) is not None for path in _BUSINESS)
    return business and _treatment(root) not in ("B2C", "B2CINT", "OUTOFSCOPE")


def _treatment(root: etree._Element) -> str | None:
    for note in root.iter(f"{_RAM}IncludedNote"):
        if note.findtext(f"{_RAM}SubjectCode") == "BAR":
            return note.findtext(f"{_RAM}Content")
    return None


def _agreement(carried: Carried, level: Level) -> tuple[Finding, ...]:
    """Say where the PDF's metadata and its XML do not agree."""
    found: list[Finding] = []

    def wrong(rule: str, words: str) -> None:
        found.append(_finding("pdf", rule, words, place="/Metadata"))

    xmp = carried.xmp
    if "ConformanceLevel" not in xmp:
        if "xmp-missing" not in {each.rule for each in carried.findings}:
            words = "Les métadonnées XMP ne disent pas que le PDF est une Factur-X (fx:ConformanceLevel)."
            wrong("xmp-no-facturx", words)
        return tuple(found)
    if xmp["ConformanceLevel"].upper() not in LEVELS[level].levels:
        words = f"Les métadonnées annoncent le profil {xmp['ConformanceLevel']}, le XML {LEVELS[level].name} (BT-24)."
        wrong("xmp-level", words)
    if xmp.get("DocumentFileName") != carried.xml_name:
        said = xmp.get("DocumentFileName", "(aucun)")
        wrong("xmp-file-name", f"Les métadonnées annoncent le fichier {said}, le PDF contient {carried.xml_name}.")
    if xmp.get("DocumentType") != "INVOICE":
        wrong("xmp-document-type", f"fx:DocumentType est {xmp.get('DocumentType', 'absent')} ; il doit être INVOICE.")
    if "Version" not in xmp:
        wrong("xmp-version", "fx:Version est absent des métadonnées.")
    if xmp.get("pdfaid:part") != "3":
        said = xmp.get("pdfaid:part", "aucune")
        wrong("xmp-pdfa-part", f"Factur-X est un PDF/A-3 ; les métadonnées annoncent la partie {said}.")
    return tuple(found)


def _finding(validator: Validator, rule: str, words: str, place: str = "/") -> Finding:
    return Finding(validator=validator, rule=rule, place=place, words=words)
