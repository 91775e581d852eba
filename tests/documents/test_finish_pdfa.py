"""Every rule of PDF/A-3b that is checked is checked: a file of one fault each, made of a file without any."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from projections.documents.pdfa import check, check_pdfa
from projections.documents.pdfa.check import MAX_BYTES
from projections.documents.validation import Finding
from tests.documents.files import EVIDENCE, drawn, finished

WHOLE: Final = finished([EVIDENCE])


def rules(data: bytes) -> set[str]:
    return {one.rule for one in check_pdfa(data)}


def changed(change: Callable[[Pdf], Any], **how: Any) -> bytes:
    """The file with its objects changed, and written as it was."""
    made = BytesIO()
    with pikepdf.open(BytesIO(WHOLE)) as pdf:
        change(pdf)
        pdf.save(
            made,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
            **how,
        )
    return made.getvalue()


def told(old: str, new: str) -> bytes:
    """The file with other words in its metadata."""

    def change(pdf: Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert old.encode() in packet
        pdf.Root.Metadata.write(packet.replace(old.encode(), new.encode()))

    return changed(change)


def replaced(old: bytes, new: bytes) -> bytes:
    """The file with other bytes of the same length."""
    assert len(old) == len(new)
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


def test_a_file_without_a_fault_has_none_written_again_either() -> None:
    assert check_pdfa(WHOLE) == ()
    assert check_pdfa(changed(lambda pdf: None)) == ()


def test_a_page_as_drawn_is_no_pdfa() -> None:
    assert {"6.6.2.1-1", "pikepdf:output-intent", "pikepdf:schema-Page"} <= rules(drawn())


_XREF: Final = re.search(rb"xref\n0 \d+\n", WHOLE)
_LENGTH: Final = re.search(rb"/Length (\d{4}) ", WHOLE)
assert _XREF is not None
assert _LENGTH is not None

BYTES: Final[list[tuple[str, bytes, str]]] = [
    ("another header", b"%PDF-2.0" + WHOLE[8:], "6.1.2-1"),
    ("something before the header", b"\n" + WHOLE, "6.1.2-1"),
    ("no binary comment", WHOLE[:9] + b"%abcd" + WHOLE[14:], "6.1.2-2"),
    ("something after the end", WHOLE + b"more", "6.1.3-3"),
    ("two line ends after the end", WHOLE + b"\n", "6.1.3-3"),
    ("no identifier", re.sub(rb"/ID( ?\[)", rb"/IX\1", WHOLE), "6.1.3-1"),
    ("xref and its section on one line", replaced(_XREF[0], _XREF[0].replace(b"xref\n", b"xref ")), "6.1.4-2"),
    ("startxref to nowhere", re.sub(rb"startxref\n\d", b"startxref\n9", WHOLE), "6.1.4-2"),
    ("an entry of the table of another form", replaced(b" 00000 n \n", b" 00000 n\n\n"), "6.1.4-1"),
    ("no line end after obj", replaced(b"1 0 obj\n<<", b"1 0 obj <<"), "6.1.9-1"),
    ("endobj not on its line", replaced(b"\nendobj\n", b" endobj\n"), "6.1.9-1"),
    ("a length too small", replaced(_LENGTH[0], b"/Length %04d " % (int(_LENGTH[1]) - 5)), "6.1.7.1-1"),
    ("a carriage return after stream", replaced(b"stream\n", b"stream\r"), "6.1.7.1-2"),
    ("endstream not after a line end", replaced(b"\nendstream", b" endstream"), "6.1.7.1-1"),
]


@pytest.mark.parametrize(
    ("data", "rule"), [(data, rule) for _, data, rule in BYTES], ids=[name for name, _, _ in BYTES]
)
def test_a_fault_in_the_bytes_is_found(data: bytes, rule: str) -> None:
    assert rule in rules(data)


def _font(pdf: Pdf) -> Any:
    return next(iter(pdf.pages[0].obj.Resources.Font.values()))


def _descriptor(pdf: Pdf) -> Any:
    return _font(pdf).FontDescriptor


def _spec(pdf: Pdf, rank: int = 1) -> Any:
    return pdf.Root.AF[rank]


def _draws(pdf: Pdf, operators: bytes) -> None:
    page = pdf.pages[0].obj
    page.Contents = pdf.make_indirect(Array([page.Contents, pdf.make_stream(operators)]))


def _state(pdf: Pdf, **members: Any) -> None:
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(G0=Dictionary(Type=Name.ExtGState, **members))
    _draws(pdf, b"/G0 gs")


def _image(pdf: Pdf, **members: Any) -> None:
    one = Stream(pdf, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, **members)
    pdf.pages[0].obj.Resources.XObject = Dictionary(I0=pdf.make_indirect(one))
    _draws(pdf, b"q 10 0 0 10 0 0 cm /I0 Do Q")


def _noted(pdf: Pdf, **members: Any) -> None:
    note = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([0, 0, 9, 9]), "F": 4, "Border": Array([0, 0, 0])}
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(Dictionary(**{**note, **members}))])


def _second_intent(pdf: Pdf) -> None:
    first = pdf.Root.OutputIntents[0]
    profile = pdf.make_indirect(Stream(pdf, first.DestOutputProfile.read_bytes() + b"\0", N=3))
    second = Dictionary(S=Name.GTS_PDFA1, OutputConditionIdentifier=String("x"), DestOutputProfile=profile)
    pdf.Root.OutputIntents.append(second)


def _own_xobject(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject = Dictionary(
        P0=pdf.make_indirect(Stream(pdf, b"", Type=Name.XObject, Subtype=Name.PS))
    )
    _draws(pdf, b"/P0 Do")


def _leaked_font(pdf: Pdf) -> None:
    leaked = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj.Resources.Font.F9 = leaked
    _draws(pdf, b"BT /F9 9 Tf (x) Tj ET")


def _form(pdf: Pdf, **members: Any) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), **members)


def _text_field(pdf: Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("name"), V=String("anybody")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


OBJECTS: Final[list[tuple[str, Callable[[Pdf], Any], str]]] = [
    ("no output intent", lambda pdf: pdf.Root.__delattr__("OutputIntents"), "pikepdf:output-intent"),
    (
        "an output intent of four colours said",
        lambda pdf: setattr(pdf.Root.OutputIntents[0].DestOutputProfile, "N", 4),
        "pikepdf:icc",
    ),
    ("two output intents", _second_intent, "6.2.3-2"),
    ("four colours drawn", lambda pdf: _draws(pdf, b"0 0 0 1 k"), "6.2.4.3-3"),
    (
        "an action when it opens",
        lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS=String("0"))),
        "pikepdf:schema-Catalog",
    ),
    ("further actions", lambda pdf: setattr(pdf.Root, "AA", Dictionary()), "6.5.2-1"),
    ("a font that is not embedded", lambda pdf: _descriptor(pdf).__delattr__("FontFile2"), "6.2.11.4.1-1"),
    ("a wrong width", lambda pdf: setattr(_font(pdf), "Widths", Array([1] * len(_font(pdf).Widths))), "6.2.11.5-1"),
    ("a font program that is none", lambda pdf: _descriptor(pdf).FontFile2.write(b"no font"), "pikepdf:font-program"),
    (
        "a standard font that nobody embeds",
        _leaked_font,
        "6.2.11.4.1-1",
    ),
    ("a stream elsewhere", lambda pdf: setattr(pdf.pages[0].obj.Contents, "F", String("http://x")), "6.1.7.1-3"),
    ("LZW", lambda pdf: pdf.pages[0].obj.Contents.write(b"\x80\x0b\x60\x50", filter=Name.LZWDecode), "6.1.7.2-1"),
    ("a transfer function", lambda pdf: _state(pdf, TR=Name.Identity), "6.2.5-1"),
    ("a blend mode of one's own", lambda pdf: _state(pdf, BM=Name.Sparkle), "6.2.10-1"),
    ("a smoothed picture", lambda pdf: _image(pdf, ColorSpace=Name.DeviceGray, Interpolate=True), "6.2.8-3"),
    ("an alternate picture", lambda pdf: _image(pdf, ColorSpace=Name.DeviceGray, Alternates=Array([])), "6.2.8-1"),
    ("a picture of four colours", lambda pdf: _image(pdf, ColorSpace=Name.DeviceCMYK), "6.2.4.3-3"),
    ("PostScript", _own_xobject, "6.2.9-3"),
    ("an operator that is none", lambda pdf: _draws(pdf, b"1 2 sparkle"), "6.2.2-1"),
    ("a film", lambda pdf: _noted(pdf, Subtype=Name.Movie), "6.3.1-1"),
    ("a note that is not printed", lambda pdf: _noted(pdf, F=0), "6.3.2-2"),
    ("a link that starts a program", lambda pdf: _noted(pdf, A=Dictionary(S=Name.Launch)), "6.5.1-1"),
    ("a file without its relationship", lambda pdf: _spec(pdf).__delattr__("AFRelationship"), "6.8-3"),
    ("a file without its second name", lambda pdf: _spec(pdf).__delattr__("UF"), "6.8-2"),
    ("a file without its type", lambda pdf: _spec(pdf).EF.F.__delattr__("Subtype"), "6.8-1"),
    ("a file that belongs to nothing", lambda pdf: setattr(pdf.Root, "AF", Array([_spec(pdf, 0)])), "6.8-4"),
    ("no metadata", lambda pdf: pdf.Root.__delattr__("Metadata"), "6.6.2.1-1"),
    ("metadata that are no XML", lambda pdf: pdf.Root.Metadata.write(b"<x"), "6.6.2.1-4"),
    ("another title", lambda pdf: setattr(pdf.trailer.Info, "Title", String("x")), "info"),
    ("another date", lambda pdf: setattr(pdf.trailer.Info, "CreationDate", String("D:20260312091501Z")), "info"),
    ("a form that fills itself", lambda pdf: _form(pdf, NeedAppearances=True), "6.4.1-3"),
    ("an XFA form", lambda pdf: _form(pdf, XFA=Array([])), "6.4.2-1"),
    ("a form to be filled in", _text_field, "pikepdf:schema-Catalog"),
    ("a permission that is none", lambda pdf: setattr(pdf.Root, "Perms", Dictionary(All=Dictionary())), "6.1.12-1"),
    ("hidden layers", lambda pdf: setattr(pdf.Root, "OCProperties", Dictionary()), "pikepdf:schema-Catalog"),
    (
        "a picture of the page for presentations",
        lambda pdf: setattr(pdf.pages[0].obj, "PresSteps", Dictionary()),
        "6.10-2",
    ),
]


@pytest.mark.parametrize(("change", "rule"), [(c, r) for _, c, r in OBJECTS], ids=[name for name, _, _ in OBJECTS])
def test_a_fault_in_the_objects_is_found(change: Callable[[Pdf], Any], rule: str) -> None:
    assert any(found.startswith(rule) for found in rules(changed(change)))


PACKETS: Final[list[tuple[str, str, str, str]]] = [
    ("another part", "<pdfaid:part>3<", "<pdfaid:part>2<", "6.6.4-2"),
    ("another level", "conformance>B<", "conformance>X<", "6.6.4-3"),
    ("no schema for Factur-X", "namespaceURI>urn:factur-x", "namespaceURI>urn:other", "6.6.2.3.1-1"),
    ("a property that no schema has", "<fx:Version>1.0</fx:Version>", "<fx:Release>1.0</fx:Release>", "6.6.2.3.1-1"),
    ("a property that is a structure", "<fx:Version>1.0<", "<fx:Version><rdf:Bag/><", "6.6.2.3.1-2"),
    (
        "a schema without its name",
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>",
        "",
        "6.6.2.3.3-2",
    ),
    ("a schema without its prefix", "<pdfaSchema:prefix>fx</pdfaSchema:prefix>", "", "6.6.2.3.3-4"),
    (
        "a schema without its namespace",
        "<pdfaSchema:namespaceURI>urn:sceau:pdfa:document:1#</pdfaSchema:namespaceURI>",
        "",
        "6.6.2.3.3-3",
    ),
    ("a schema without properties", "pdfaSchema:property>", "pdfaSchema:list>", "6.6.2.3.3-5"),
    ("a property without a name", "<pdfaProperty:name>Version</pdfaProperty:name>", "", "6.6.2.3.3-7"),
    ("a property of a type that is none", "valueType>Text<", "valueType>Sparkle<", "6.6.2.3.3-8"),
    ("a property of no category", "category>external<", "category>other<", "6.6.2.3.3-9"),
    (
        "a property without words",
        "<pdfaProperty:description>Kind of the document</pdfaProperty:description>",
        "",
        "6.6.2.3.3-10",
    ),
    (
        "a field that no schema has",
        "<pdfaSchema:prefix>fx<",
        "<pdfaSchema:more>x</pdfaSchema:more><pdfaSchema:prefix>fx<",
        "6.6.2.3.2-1",
    ),
    ("another prefix for the schemas", "pdfaSchema:", "schema:", "6.6.2.1-4"),
    ("another prefix for the schemas, declared", "pdfaProperty", "property", "6.6.2.3.3-1"),
    ("schemas in no bag", "<pdfaExtension:schemas><rdf:Bag>", "<pdfaExtension:schemas><rdf:Seq>", "6.6.2.1-4"),
    ("a document type", "<x:xmpmeta ", '<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta ', "6.6.2.1-4"),
    (
        "a property of a schema that nobody knows",
        "<dc:format>",
        '<q:x xmlns:q="urn:q">1</q:x><dc:format>',
        "6.6.2.3.1-1",
    ),
    ("another title in the packet", "Facture FA-2026-0042</rdf:li>", "Facture FA-2026-0043</rdf:li>", "info"),
]


@pytest.mark.parametrize(("old", "new", "rule"), [each[1:] for each in PACKETS], ids=[each[0] for each in PACKETS])
def test_a_fault_in_the_metadata_is_found(old: str, new: str, rule: str) -> None:
    assert any(found.startswith(rule) for found in rules(told(old, new)))


def test_schemas_written_as_other_libraries_do_are_understood() -> None:
    """Fields as attributes of an inner description, as pyHanko and Adobe write them."""
    inner = (
        '<rdf:li><rdf:Description pdfaProperty:name="Version" pdfaProperty:valueType="Text" '
        'pdfaProperty:category="external" pdfaProperty:description="x"/></rdf:li>'
    )
    old = (
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>Version</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
        "<pdfaProperty:description>The actual version of the standard applying to the embedded XML document"
        "</pdfaProperty:description></rdf:li>"
    )
    assert check_pdfa(told(old, inner)) == ()
    broken = inner.replace('pdfaProperty:category="external"', 'pdfaProperty:category="other"')
    assert rules(told(old, broken)) == {"6.6.2.3.3-9"}


def test_an_encrypted_file_is_no_pdfa() -> None:
    for user in ("", "secret"):
        made = BytesIO()
        with pikepdf.open(BytesIO(WHOLE)) as pdf:
            pdf.save(made, encryption=pikepdf.Encryption(owner="owner", user=user))
        assert "6.1.3-2" in rules(made.getvalue())


def test_what_pikepdf_leaves_to_its_writer_is_checked_here() -> None:
    """Its validator says of each rule of veraPDF's own profile for 3b who holds it; none may be held by nobody."""
    said = json.loads((files("pikepdf.pdfa") / "data" / "dispositions.json").read_text())
    ours = {rule: one["status"] for rule, one in said.items() if rule.startswith("ISO_19005_3:")}
    assert len(ours) == 146
    assert set(ours.values()) <= {"implemented", "writer", "denied_on_presence"}
    left = {rule.removeprefix("ISO_19005_3:") for rule, status in ours.items() if status == "writer"}
    assert left <= {rule for _, _, rule in BYTES}


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF", b"%PDF-1.7\n", b"\0" * 5000, WHOLE[:3000], WHOLE[3000:], b"%PDF-1.7\nxref\nstartxref\n9\n%%EOF\n"],
)
def test_what_is_no_pdf_is_found_to_be_none(data: bytes) -> None:
    assert any(one.severity == "error" for one in check_pdfa(data))


def test_tables_that_point_at_each_other_come_to_an_end() -> None:
    at = WHOLE.rfind(b"xref\n0 ")
    data = WHOLE.replace(b"trailer << ", b"trailer << /Prev %d " % at, 1)
    assert data != WHOLE
    assert rules(data)


def test_a_file_of_more_than_a_hundred_megabytes_is_not_read() -> None:
    assert rules(bytes(MAX_BYTES + 1)) == {"too_large"}


def test_a_file_of_too_many_objects_is_not_written_and_read_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[int] = []
    real = check._validated

    def counted(copy: bytes) -> list[Finding]:
        work.append(len(copy))
        return real(copy)

    monkeypatch.setattr(check, "_validated", counted)
    with pikepdf.open(BytesIO(WHOLE)) as pdf:
        count = len(pdf.objects)
    monkeypatch.setattr(check, "MAX_OBJECTS", count - 1)
    assert (rules(WHOLE), work) == ({"too_many_objects"}, [])
    monkeypatch.setattr(check, "MAX_OBJECTS", count + 1)
    assert rules(WHOLE) == set()
    assert len(work) == 1


def test_what_cannot_be_read_is_told_without_the_name_of_an_exception() -> None:
    for data in (b"", b"%PDF-1.7\n", WHOLE[:3000]):
        assert not any(re.search(r"[a-z]Error|Exception", one.words) for one in check_pdfa(data))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, 40))
def test_no_damage_makes_the_check_raise(at: int, byte: int, cut: int) -> None:
    """And none that a reader would stumble over goes unseen: what comes out is findings, or none."""
    data = bytearray(WHOLE)
    data[at] = byte
    del data[at + 1 : at + 1 + cut]
    assert isinstance(check_pdfa(bytes(data)), tuple)


def test_metadata_that_inflate_without_end_are_not_read() -> None:
    bomb = zlib.compress(bytes(50 << 20), 9)

    def change(pdf: Pdf) -> None:
        packed = Stream(pdf, bomb, Type=Name.Metadata, Subtype=Name.XML, Filter=Array([Name.FlateDecode]))
        packed.DecodeParms = Dictionary()
        pdf.Root.Metadata = pdf.make_indirect(packed)

    assert "XMP" in rules(changed(change))


def test_a_file_of_a_million_faults_tells_of_some() -> None:
    table = (
        b"xref\n0 100000\n" + b"0000000009 00000 n \n" * 5 + b"".join(b"%010d 00000 n \n" % n for n in range(99_995))
    )
    data = WHOLE + table + b"trailer << >>\nstartxref\n%d\n%%%%EOF\n" % len(WHOLE)
    assert 0 < len(check_pdfa(data)) < 2000
