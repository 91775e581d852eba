"""A drawn page becomes PDF/A-3b and Factur-X: what is in the file, and that nothing else is."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from lxml import etree

from ledger.kernel.errors import Malformed
from projections.documents import facturx
from projections.documents.finish import MAX_BYTES, Attachment, finish, pdf_date, title_of
from projections.documents.pdfa import check_pdfa
from tests.documents.files import EVIDENCE, FINGERPRINT, LEDGER, XML, drawn, finished, paper

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "fx": facturx.NAMESPACE,
    "sceau": "urn:sceau:pdfa:document:1#",
}


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data), attempt_recovery=False)


def packet(data: bytes) -> etree._Element:
    with opened(data) as pdf:
        return etree.fromstring(pdf.Root.Metadata.read_bytes())


def said(data: bytes, name: str) -> str | None:
    found = packet(data).find(f".//{name}", NAMES)
    return None if found is None else "".join(str(part) for part in found.itertext()).strip()


def test_a_finished_invoice_is_pdfa_3b() -> None:
    assert check_pdfa(finished()) == ()


def test_a_finished_invoice_with_other_files_is_pdfa_3b() -> None:
    assert check_pdfa(finished([EVIDENCE])) == ()


def test_a_document_without_xml_is_pdfa_3b_and_no_facturx() -> None:
    data = finish(drawn(), paper(kind="quote", title="Devis", number="DE-2026-0001", version=2))
    assert check_pdfa(data) == ()
    assert b"factur-x" not in data
    with opened(data) as pdf:
        assert "/AF" not in pdf.Root


def test_the_xml_comes_out_as_it_went_in() -> None:
    with opened(finished([EVIDENCE])) as pdf:
        spec = pdf.Root.AF[0]
        assert (str(spec.F), str(spec.UF), str(spec.AFRelationship)) == ("factur-x.xml", "factur-x.xml", "/Alternative")
        assert spec.EF.F.read_bytes() == spec.EF.UF.read_bytes() == XML
        assert str(spec.EF.F.Subtype) == "/text/xml"
        params = spec.EF.F.Params
        assert int(params.Size) == len(XML)
        assert bytes(params.CheckSum) == hashlib.md5(XML).digest()
        assert str(params.ModDate) == "D:20260312091500Z"


def test_readers_find_the_files_in_the_name_tree() -> None:
    with opened(finished([EVIDENCE])) as pdf:
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == XML
        assert pdf.attachments[EVIDENCE.name].get_file().read_bytes() == EVIDENCE.data
        assert str(pdf.Root.AF[1].AFRelationship) == "/Supplement"


def test_names_of_the_tree_are_sorted_whatever_the_order_they_came_in() -> None:
    one, two, three = (Attachment(name=n, data=b"x", media_type="text/plain", description="") for n in ("b", "A", "é"))
    for order in ([one, two, three], [three, two, one]):
        with opened(finished(order)) as pdf:
            names = [bytes(name) for name in list(pdf.Root.Names.EmbeddedFiles.Names)[::2]]
            assert names == sorted(names)


def test_the_metadata_name_the_invoice_and_the_entry() -> None:
    data = finished()
    assert said(data, "dc:title") == "Facture FA-2026-0042"
    assert said(data, "dc:creator") == "Menuiserie Élan & Fils SARL"
    assert (said(data, "pdfaid:part"), said(data, "pdfaid:conformance")) == ("3", "B")
    assert said(data, "fx:ConformanceLevel") == "EN 16931"
    assert said(data, "fx:DocumentFileName") == "factur-x.xml"
    assert said(data, "fx:DocumentType") == "INVOICE"
    assert said(data, "fx:Version") == "1.0"
    assert (said(data, "sceau:Ledger"), said(data, "sceau:Sequence")) == (LEDGER, "42")
    assert (said(data, "sceau:Fingerprint"), said(data, "sceau:Kind")) == (FINGERPRINT, "invoice")


def test_information_and_metadata_agree() -> None:
    data = finished()
    with opened(data) as pdf:
        info = pdf.docinfo
        assert str(info.Title) == said(data, "dc:title")
        assert str(info.Author) == said(data, "dc:creator")
        assert str(info.Subject) == said(data, "dc:description")
        assert str(info.Creator) == said(data, "xmp:CreatorTool")
        assert str(info.Producer) == said(data, "pdf:Producer")
        assert str(info.CreationDate) == str(info.ModDate) == "D:20260312091500Z"
        assert said(data, "xmp:CreateDate") == said(data, "xmp:ModifyDate") == "2026-03-12T09:15:00Z"


def test_the_packet_is_not_compressed() -> None:
    data = finished()
    assert b"<x:xmpmeta" in data
    with opened(data) as pdf:
        assert "/Filter" not in pdf.Root.Metadata


def test_readers_show_the_title_and_know_the_language() -> None:
    with opened(finished()) as pdf:
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.Root.Lang) == "fr-FR"
    with opened(finish(drawn(), paper(language="en", title="Invoice"))) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"


def test_no_transition_is_left() -> None:
    assert b"/Trans" in drawn()
    assert b"/Trans" not in finished()


def test_a_tagged_page_stays_tagged() -> None:
    with opened(drawn()) as pdf:
        pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        made = BytesIO()
        pdf.save(made)
    with opened(finish(made.getvalue(), paper())) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)


@pytest.mark.parametrize(
    ("members", "title"),
    [
        ({}, "Facture FA-2026-0042"),
        ({"copy": 2}, "Facture FA-2026-0042 – DUPLICATA n° 2"),
        ({"training": True}, "Facture FA-2026-0042 – FACTICE"),
        ({"number": None, "title": "Relevé  de compte"}, "Relevé de compte"),
        (
            {"language": "en", "title": "Quote", "number": "Q-1", "version": 3, "copy": 1},
            "Quote Q-1 v3 – DUPLICATE no. 1",
        ),
        ({"title": "Facture\x00\x0b <b>&"}, "Facture\ufffd\ufffd <b>& FA-2026-0042"),
    ],
)
def test_the_title_says_what_the_document_is(members: dict[str, Any], title: str) -> None:
    assert title_of(paper(**members)) == title
    data = finish(drawn(), paper(**members))
    assert said(data, "dc:title") == title
    assert check_pdfa(data) == ()


def test_the_extended_profile_of_france_is_told_as_extended() -> None:
    data = finish(drawn(), paper(), XML, "extended-ctc-fr")
    assert said(data, "fx:ConformanceLevel") == "EXTENDED"
    assert check_pdfa(data) == ()


def test_the_names_of_the_format_are_those_of_the_library() -> None:
    known = facturx.library()
    assert known["file_name"] == facturx.FILE_NAME
    levels = known["levels"]
    assert isinstance(levels, dict)
    assert levels.items() <= facturx.LEVELS.items()
    relationships = known["relationships"]
    assert isinstance(relationships, tuple)
    assert facturx.RELATIONSHIP.lower() in relationships


def test_the_schema_in_the_packet_is_that_of_the_library() -> None:
    """Read with our eyes: the same namespace, prefix, properties, types and values."""
    theirs = facturx.library()["packet"]
    assert isinstance(theirs, bytes)

    def read(packet: bytes) -> tuple[object, ...]:
        root = etree.fromstring(packet)
        spaces = NAMES | {"s": "http://www.aiim.org/pdfa/ns/schema#", "p": "http://www.aiim.org/pdfa/ns/property#"}
        (schema,) = (
            one
            for one in root.iterfind(".//rdf:li", spaces)
            if one.findtext("s:namespaceURI", None, spaces) == facturx.NAMESPACE
        )
        listed = {
            tuple(one.findtext(f"p:{name}", None, spaces) for name in ("name", "valueType", "category", "description"))
            for one in schema.iterfind("s:property/rdf:Seq/rdf:li", spaces)
        }
        values = {one.tag: one.text for one in root.iter() if str(one.tag).startswith(f"{{{facturx.NAMESPACE}}}")}
        return schema.findtext("s:prefix", None, spaces), schema.findtext("s:schema", None, spaces), listed, values

    with opened(finished()) as pdf:
        ours = pdf.Root.Metadata.read_bytes()
    assert read(ours) == read(theirs)


def test_the_same_input_gives_the_same_bytes_in_any_process() -> None:
    program = (
        "import hashlib; from tests.documents.files import EVIDENCE, finished;"
        "print(hashlib.sha256(finished([EVIDENCE])).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("77", "Pacific/Auckland"))
    }
    assert digests == {hashlib.sha256(finished([EVIDENCE])).hexdigest()}


def identifier(data: bytes) -> list[bytes]:
    with opened(data) as pdf:
        return [bytes(half) for half in pdf.trailer.ID]


def test_the_identifier_comes_from_the_content() -> None:
    first = identifier(finished())
    assert first == identifier(finished())
    others = [
        finished(copy=1),
        finished(salt="00" * 16),
        finished([EVIDENCE]),
        finish(drawn(21), paper(), XML, "en16931"),
        finish(drawn(), paper(), XML + b" ", "en16931"),
        finish(drawn(), paper(), XML, "extended-ctc-fr"),
    ]
    # A copy differs in its title alone, which is no part of the drawn page here: its second half differs.
    assert all(identifier(data) != first for data in others)
    assert len({identifier(data)[1] for data in others}) == len(others)


def test_parts_cannot_be_shifted_into_each_other() -> None:
    def of(name: str, data: bytes) -> bytes:
        one = Attachment(name=name, data=data, media_type="text/plain", description="")
        return identifier(finished([one]))[0]

    assert of("ab", b"c") != of("a", b"bc")


def test_the_salt_stands_nowhere_in_the_file() -> None:
    salt = "8c0ffee5a17c0de5" * 2
    data = finished(salt=salt)
    assert salt.encode() not in data
    assert bytes.fromhex(salt) not in data


def test_a_time_is_told_in_utc_whatever_its_zone() -> None:
    assert pdf_date("2026-03-12T00:30:00+02:00") == "D:20260311223000Z"


@pytest.mark.parametrize("at", ["2026-03-12", "2026-03-12T09:15:00", "yesterday", ""])
def test_a_time_without_its_zone_is_refused(at: str) -> None:
    with pytest.raises(Malformed, match="timestamp"):
        pdf_date(at)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("factur-x.xml", "attachment_twice"),
        ("FACTUR-X.XML", "attachment_twice"),
        ("a/b.pdf", "attachment_name"),
        ("..", "attachment_name"),
        ("", "attachment_name"),
        ("a\nb", "attachment_name"),
        ("a\ufffe", "attachment_name"),
        ("x" * 201, "attachment_name"),
    ],
)
def test_a_name_that_no_file_may_have_is_refused(name: str, code: str) -> None:
    one = Attachment(name=name, data=b"", media_type="text/plain", description="")
    with pytest.raises(Malformed, match=code):
        finished([one])


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(Malformed, match="attachment_twice"):
        finished([EVIDENCE, EVIDENCE])


@pytest.mark.parametrize("kind", ["", "pdf", "application/", "text/plain; charset=utf-8", "a b/c"])
def test_a_media_type_that_is_none_is_refused(kind: str) -> None:
    one = Attachment(name="a", data=b"", media_type=kind, description="")
    with pytest.raises(Malformed, match="attachment_type"):
        finished([one])


@pytest.mark.parametrize(("xml", "profile"), [(XML, None), (None, "en16931"), (XML, "comfort")])
def test_xml_and_profile_go_together(xml: bytes | None, profile: str | None) -> None:
    with pytest.raises(Malformed, match="profile"):
        finish(drawn(), paper(), xml, profile)


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n", drawn()[:2000]])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed, match="not_pdf"):
        finish(data, paper())


def test_a_file_that_would_be_too_large_is_refused() -> None:
    large = Attachment(name="film", data=bytes(MAX_BYTES), media_type="video/mp4", description="")
    with pytest.raises(Malformed, match="too_large"):
        finished([large])


def test_too_many_files_are_refused() -> None:
    many = [Attachment(name=f"{n}", data=b"", media_type="text/plain", description="") for n in range(101)]
    with pytest.raises(Malformed, match="attachments"):
        finished(many)
