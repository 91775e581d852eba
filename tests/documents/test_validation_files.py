"""`check_file`: anyone's PDF or XML. What disagrees is found by its rule; what is hostile is a finding, soon."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from time import monotonic

import pikepdf
import pytest
from lxml import etree
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from projections.documents import pdfa
from projections.documents.cii import GUIDELINES, cii_xml, profile_of
from projections.documents.finish import finish
from projections.documents.validation import Finding, Report, apart, check_file
from projections.documents.validation.pdf import MAX_FILES
from projections.documents.validation.shipped import LEVELS, level_of
from tests.documents.corpus.cases import paper
from tests.documents.corpus.golden import golden
from tests.documents.files import drawn

NS = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
}


@cache
def facturx(sale: str = "business") -> bytes:
    made = paper(sale)
    return finish(drawn(), made, cii_xml(made), profile_of(made))


def rules(report: Report) -> set[str]:
    return {each.rule for each in report.findings if each.severity == "error"}


def changed(change: Callable[[Pdf], None], data: bytes | None = None) -> bytes:
    """Change a whole Factur-X file by pikepdf and write it again."""
    with pikepdf.open(BytesIO(data or facturx())) as pdf:
        change(pdf)
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


# --- what is sound


@pytest.mark.parametrize("sale", ["business", "ordinary_services", "disbursements", "credit_of_a_deposit_invoice"])
def test_a_file_of_ours_is_valid_and_says_which_checks_were_run(sale: str) -> None:
    report = check_file(facturx(sale))
    assert report.findings == ()
    assert report.valid
    assert report.kind == "pdf"
    expected = ["pdf", "pdfa", "xml", "xsd", "schematron", "identifiers"]
    assert list(report.checks) == [*expected, *(["br-fr"] if sale != "ordinary_services" else [])]


def test_xml_alone_is_checked_without_pdf() -> None:
    report = check_file(golden("business").read_bytes())
    assert (report.kind, report.profile, report.number, report.type_code) == ("xml", "EN 16931", "F-00001", "380")
    assert report.checks == ("xml", "xsd", "schematron", "identifiers", "br-fr")
    assert report.valid


def test_the_rules_of_france_are_for_french_businesses_only() -> None:
    for sale, french in (("business", True), ("public_body", True), ("ordinary_services", False), ("export", False)):
        assert ("br-fr" in check_file(golden(sale).read_bytes()).checks) is french


# --- profiles


def _smaller(xml: bytes, level: str, *paths: str) -> bytes:
    """Make XML of a smaller profile: another guideline, and without what that profile does not have."""
    root = etree.fromstring(xml)
    found = root.xpath("//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", namespaces=NS)
    found[0].text = LEVELS[level].identifiers[0]  # type: ignore[index] # a level's name
    for path in paths:
        for each in root.xpath(path, namespaces=NS):
            each.getparent().remove(each)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


_BASIC = (
    "//ram:SellerTradeParty/ram:Description",
    "//ram:DefinedTradeContact",
    "//ram:SellerAssignedID",
    "//ram:PayeeSpecifiedCreditorFinancialInstitution",
    "//ram:AccountName",
)
_BASIC_WL = (*_BASIC, "//ram:IncludedSupplyChainTradeLineItem")
_MINIMUM = (
    *_BASIC_WL,
    "//ram:IncludedNote",
    "//ram:SellerTradeParty/ram:GlobalID",
    "//ram:SellerTradeParty/ram:PostalTradeAddress/*[not(self::ram:CountryID)]",
    "//ram:BuyerTradeParty/*[not(self::ram:Name) and not(self::ram:SpecifiedLegalOrganization)]",
    "//ram:URIUniversalCommunication",
    "//ram:ApplicableHeaderTradeDelivery/*",
    "//ram:ApplicableHeaderTradeSettlement/*[not(self::ram:InvoiceCurrencyCode)"
    " and not(self::ram:SpecifiedTradeSettlementHeaderMonetarySummation)]",
    "//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:LineTotalAmount",
    "//ram:ContractReferencedDocument",
)


def test_every_profile_of_factur_x_is_checked_by_its_own_rules() -> None:
    xml = golden("ordinary_services").read_bytes()
    for level, paths in (("basic", _BASIC), ("basicwl", _BASIC_WL), ("minimum", _MINIMUM), ("extended", ())):
        report = check_file(_smaller(xml, level, *paths))
        assert (report.profile, rules(report)) == (LEVELS[level].name, set())  # type: ignore[index] # a level's name
        broken = _smaller(xml, level, *paths).replace(b"CurrencyCode>EUR<", b"CurrencyCode>QQQ<")
        assert "schematron" in {each.validator for each in check_file(broken).findings}


def test_a_profile_that_has_less_is_refused_what_it_does_not_have() -> None:
    report = check_file(_smaller(golden("ordinary_services").read_bytes(), "minimum"))
    assert {each.validator for each in report.findings} == {"xsd"}
    assert not report.valid


def test_restrictions_of_en_16931_are_checked_as_en_16931() -> None:
    assert level_of("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0") == "en16931"
    assert level_of("urn:nobody") is None
    assert all(level_of(each) is not None for each in GUIDELINES.values())


@pytest.mark.parametrize(
    ("xml", "rule"),
    [
        (b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>", "not-cii"),
        (b"<a/>", "not-cii"),
        (b"<a", "xml-malformed"),
        (golden("business").read_bytes().replace(b"urn:cen.eu:en16931:2017", b"urn:x"), "profile-unknown"),
        (b"hello", "file-unknown"),
        (b"", "file-unknown"),
    ],
)
def test_what_is_no_invoice_of_a_known_profile_is_said(xml: bytes, rule: str) -> None:
    report = check_file(xml)
    assert rules(report) == {rule}
    assert not report.valid
    assert "schematron" not in report.checks


# --- PDF and XML that do not agree


def _spec(pdf: Pdf) -> Dictionary:
    return pdf.Root.AF[0]  # type: ignore[return-value] # our own file


def _no_relationship(pdf: Pdf) -> None:
    del _spec(pdf)[Name.AFRelationship]


def _wrong_relationship(pdf: Pdf) -> None:
    _spec(pdf)[Name.AFRelationship] = Name.Supplement


def _not_associated(pdf: Pdf) -> None:
    del pdf.Root[Name.AF]


def _other_case(pdf: Pdf) -> None:
    for key in (Name.F, Name.UF):
        _spec(pdf)[key] = String("Factur-X.XML")


def _other_name(pdf: Pdf) -> None:
    for key in (Name.F, Name.UF):
        _spec(pdf)[key] = String("facture.xml")


def _twice(pdf: Pdf) -> None:
    again = pdf.make_indirect(Dictionary(dict(_spec(pdf).items())))
    pdf.Root.Names.EmbeddedFiles.Names.extend([String("zz"), again])


def _no_stream(pdf: Pdf) -> None:
    _spec(pdf)[Name.EF] = Dictionary()


def _no_metadata(pdf: Pdf) -> None:
    del pdf.Root[Name.Metadata]


def _xmp(old: bytes, new: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert old in packet
        pdf.Root.Metadata = pdf.make_stream(packet.replace(old, new), Type=Name.Metadata, Subtype=Name.XML)

    return change


AGREEMENT: dict[str, tuple[Callable[[Pdf], None], str]] = {
    "no relationship": (_no_relationship, "pdf-relationship"),
    "a relationship that is none of an invoice": (_wrong_relationship, "pdf-relationship"),
    "not associated with the document": (_not_associated, "pdf-not-associated"),
    "a name in capitals": (_other_case, "pdf-xml-name"),
    "another name": (_other_name, "pdf-no-xml"),
    "two invoices": (_twice, "pdf-two-xml"),
    "an empty attachment": (_no_stream, "pdf-xml-unreadable"),
    "no metadata": (_no_metadata, "xmp-missing"),
    "metadata that are no XML": (_xmp(b"</rdf:RDF>", b""), "xmp-unreadable"),
    "metadata of another profile": (_xmp(b">EN 16931<", b">BASIC<"), "xmp-level"),
    "metadata of another file": (_xmp(b">factur-x.xml<", b">other.xml<"), "xmp-file-name"),
    "metadata of another document": (_xmp(b">INVOICE<", b">ORDER<"), "xmp-document-type"),
    "metadata that claim PDF/A-1": (_xmp(b"pdfaid:part>3<", b"pdfaid:part>1<"), "xmp-pdfa-part"),
    "metadata that do not say Factur-X": (_xmp(b"fx:ConformanceLevel", b"fx:Conformity"), "xmp-no-facturx"),
}


@pytest.mark.parametrize("name", AGREEMENT)
def test_where_pdf_and_xml_do_not_agree_it_is_said(name: str) -> None:
    change, rule = AGREEMENT[name]
    report = check_file(changed(change))
    found = {each.rule for each in report.findings if each.validator == "pdf"}
    assert rule in found
    assert not report.valid


def test_a_file_written_again_unchanged_agrees() -> None:
    assert not [each for each in check_file(changed(lambda _: None)).findings if each.validator == "pdf"]


def test_faults_of_the_xml_inside_are_found_as_in_xml_alone() -> None:
    made = paper("business")
    wrong = cii_xml(made).replace(b">PMT<", b">AAI<")
    assert rules(check_file(finish(drawn(), made, wrong, "en16931"))) == {"BR-FR-05_BT-22_PMT"}


# --- hostile PDFs


def _encrypted(user: str) -> bytes:
    with pikepdf.open(BytesIO(facturx())) as pdf:
        out = BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=user))
    return out.getvalue()


BOMB = 100_000_000
"""More than is ever unpacked."""


def _bomb(pdf: Pdf) -> None:
    stream = Stream(pdf, zlib.compress(b"<a>" + b" " * BOMB, 9))
    stream[Name.Filter] = Name.FlateDecode
    stream[Name.Subtype] = Name("/text/xml")
    _spec(pdf)[Name.EF] = Dictionary(F=stream, UF=stream)


def _bomb_in_a_bomb(pdf: Pdf) -> None:
    packed = zlib.compress(zlib.compress(b" " * BOMB, 9), 9)
    stream = Stream(pdf, packed)
    stream[Name.Filter] = Array([Name.FlateDecode, Name.FlateDecode])
    _spec(pdf)[Name.EF] = Dictionary(F=stream)


def _metadata_bomb() -> bytes:
    def change(pdf: Pdf) -> None:
        stream = Stream(pdf, zlib.compress(b" " * BOMB, 9))
        stream[Name.Falter] = Name.FlateDecode  # named so that writing the file does not unpack it
        stream[Name.Type], stream[Name.Subtype] = Name.Metadata, Name.XML
        pdf.Root.Metadata = stream

    return changed(change).replace(b"/Falter", b"/Filter")


def _cycle(pdf: Pdf) -> None:
    tree = pdf.make_indirect(Dictionary())
    tree.Kids = Array([tree, tree])
    pdf.Root.Names.EmbeddedFiles = tree
    del pdf.Root[Name.AF]


def _many(pdf: Pdf) -> None:
    empty = pdf.make_stream(b"x")
    names = Array()
    for rank in range(MAX_FILES * 4):
        spec = Dictionary(Type=Name.Filespec, F=String(f"{rank}.txt"), EF=Dictionary(F=empty))
        names.extend([String(f"{rank:06d}"), pdf.make_indirect(spec)])
    pdf.Root.Names.EmbeddedFiles.Names = names
    del pdf.Root[Name.AF]


def _names_that_are_no_tree(pdf: Pdf) -> None:
    pdf.Root.Names = Array([1, 2, Name.Three])
    pdf.Root.AF = Dictionary(A=1)


def _odd_specs(pdf: Pdf) -> None:
    pdf.Root.Names.EmbeddedFiles.Names = Array([String("a"), 7, String("b"), Dictionary(EF=3), Name.C])
    pdf.Root.AF = Array([1, Array([]), Dictionary(EF=Dictionary(F=String("factur-x.xml")), UF=String("factur-x.xml"))])


def _deep(data: bytes) -> bytes:
    return data.replace(b"/Type /Catalog", b"/Type /Catalog /Deep " + b"[" * 20_000 + b"]" * 20_000, 1)


def _plain() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "a header and nothing": (lambda: b"%PDF-1.7\n", {"pdf-unreadable"}),
    "noise after a header": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000, {"pdf-unreadable"}),
    "cut in the middle": (lambda: facturx()[: len(facturx()) // 2], {"pdf-unreadable", "pdf-damaged", "pdf-no-xml"}),
    "without its last kilobyte": (lambda: facturx()[:-1024], {"pdf-damaged"}),
    "a PDF of no interest": (_plain, {"pdf-no-xml", "xmp-missing"}),
    "with a password": (lambda: _encrypted("secret"), {"pdf-encrypted"}),
    "encrypted with no password": (lambda: _encrypted(""), {"pdf-encrypted"}),
    "an attachment that unpacks to 100 MB": (lambda: changed(_bomb), {"pdf-xml-unreadable", "pdf-too-costly"}),
    "packed twice": (lambda: changed(_bomb_in_a_bomb), {"pdf-xml-unreadable", "pdf-too-costly"}),
    "metadata that unpack to 100 MB": (_metadata_bomb, {"xmp-missing", "pdf-too-costly"}),
    "a tree of names that is its own child": (lambda: changed(_cycle), {"pdf-no-xml", "pdf-too-many-files"}),
    "thousands of attachments": (lambda: changed(_many), {"pdf-too-many-files"}),
    "names that are no tree": (lambda: changed(_names_that_are_no_tree), {"pdf-no-xml", "pdf-unreadable"}),
    "attachments that are none": (lambda: changed(_odd_specs), {"pdf-xml-unreadable"}),
    "arrays twenty thousand deep": (lambda: _deep(_plain()), {"pdf-unreadable", "pdf-damaged", "pdf-no-xml"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_is_a_finding_soon(name: str) -> None:
    make, expected = HOSTILE[name]
    data = make()
    begun = monotonic()
    report = check_file(data)
    assert monotonic() - begun < apart.MAX_SECONDS
    assert rules(report) & expected
    assert not report.valid


def test_pdfa_is_not_looked_for_in_thousands_of_attachments(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(data: bytes) -> tuple[Finding, ...]:
        asked.append(len(data))
        return ()

    monkeypatch.setattr(pdfa, "check_pdfa", counted)
    found = [each.rule for each in apart.look_into(changed(_many)).findings]
    assert (found, asked) == (["pdf-too-many-files", "pdfa-not-checked"], [])
    assert apart.look_into(facturx()).findings == []
    assert len(asked) == 1


def test_a_report_does_not_say_that_pdfa_was_checked_where_it_was_not() -> None:
    report = check_file(changed(_many))
    assert report.checks == ("pdf",)
    assert rules(report) == {"pdf-too-many-files", "pdfa-not-checked"}


def test_what_stumbles_is_told_without_the_name_of_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: bytes) -> tuple[Finding, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(pdfa, "check_pdfa", stumble)
    found = apart.look_into(b"%PDF-1.7\n").findings
    assert [each.rule for each in found] == ["pdf-unreadable", "pdfa-not-checked"]
    assert not re.search(r"[a-z]Error|Exception", " ".join(each.words for each in found))


@pytest.mark.parametrize("seed", range(5))
def test_a_file_with_broken_bytes_never_raises(seed: int) -> None:
    data = bytearray(facturx())
    for rank in range(40):
        data[1024 + (seed * 7919 + rank * 104_729) % (len(data) - 1024)] = (seed * 31 + rank * 17) % 256
    report = check_file(bytes(data))
    assert report.kind == "pdf"


def test_a_reader_that_does_not_end_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CHILD", "while True: pass")
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.5)
    monkeypatch.setattr(apart, "PATIENCE_SECONDS", 0.5)
    assert rules(check_file(facturx())) == {"pdf-too-costly"}


def test_a_reader_that_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CHILD", "import os; os.abort()")
    report = check_file(facturx())
    assert (rules(report), report.checks) == ({"pdf-too-costly"}, ("pdf",))


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.documents.validation.file.MAX_FILE_BYTES", 10)
    assert rules(check_file(facturx())) == {"file-too-large"}


def test_an_invoice_between_french_businesses_is_held_to_the_rules_of_france_whatever_it_lacks() -> None:
    xml = golden("business").read_bytes()
    without_siren = re.sub(rb'<ram:ID schemeID="0002">123456782</ram:ID>', b"", xml)
    assert "BR-FR-10_BT-30" in rules(check_file(without_siren))
    assert "br-fr" not in check_file(xml.replace(b">B2B<", b">B2C<")).checks


def test_words_of_a_file_are_quoted_short_and_without_control_characters() -> None:
    xml = golden("business").read_bytes()
    hostile = "\x9b31m\u202e" + "9" * 90_000
    report = check_file(xml.replace(b"<ram:ID>F-00001<", f"<ram:ID>{hostile}<".encode()))
    assert report.number is not None
    assert len(report.number) <= 61
    quoted = [each for each in report.findings if "9999" in each.words]
    assert quoted
    for each in quoted:
        assert len(each.words) <= 601
        assert each.words.isprintable()


def test_findings_hold_no_private_words_of_the_file() -> None:
    data = re.sub(rb"FR7630006000011234567890189", b"FR7630006000011234567890188", golden("business").read_bytes())
    for each in check_file(data).findings:
        assert "Imprimerie" not in each.words
