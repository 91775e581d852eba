"""The check of a whole file: its bytes, its schemas and seals here, everything else by pikepdf's validator.

That validator is an allowlist: it approves a file only if it knows every construct in it, by veraPDF's own rules. It
knows no schema but the predefined ones, no form and no seal. These are checked here and taken out of a copy whose other
bytes stay as they are; the validator then reads the copy.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import pikepdf

from projections.documents.pdfa.agreement import check_agreement
from projections.documents.pdfa.finding import Found, broken, unchecked
from projections.documents.pdfa.schemas import check_schemas, read_packet
from projections.documents.pdfa.seals import check_seals
from projections.documents.pdfa.syntax import check_syntax
from projections.documents.validation.findings import Finding
from projections.documents.xmp import MAX_BYTES as MAX_PACKET
from projections.documents.xmp import packet_in

MAX_BYTES: Final = 100 << 20
MAX_OBJECTS: Final = 200_000
"""Most objects, and highest number of one, of a file that is checked: each is written and read once more."""
MAX_FINDINGS: Final = 500
"""More are not told: a hostile file could have millions."""
_VERAPDF: Final = "ISO_19005_3:"


def check_pdfa(data: bytes) -> tuple[Finding, ...]:
    """Check a file for PDF/A-3b; nothing is found in one that conforms. Never raises for what is in the file.

    A warning tells of something that is not known here and may be right. A file of more than 100 MB is not read, the
    objects of one with more than `MAX_OBJECTS` are not.
    """
    if len(data) > MAX_BYTES:
        return (broken("too_large", "file", "more than 100 MB"),)
    findings: list[Finding] = []

    def found(rule: str, where: str, words: str) -> None:
        if len(findings) < MAX_FINDINGS:
            findings.append(broken(rule, where, words))

    def differs(rule: str, where: str, words: str) -> None:
        if len(findings) < MAX_FINDINGS:
            findings.append(unchecked(rule, where, words))

    if not check_syntax(data, found):
        findings.append(unchecked("xref", "file", "cross-reference streams: the keywords around objects are not read"))
    try:
        with pikepdf.open(
            BytesIO(data), attempt_recovery=False, suppress_warnings=True, inherit_page_attributes=False
        ) as pdf:
            if pdf.is_encrypted:
                return (*findings, broken("6.1.3-2", "trailer", "the file is encrypted"))
            if _has_too_many_objects(pdf):
                words = f"more than {MAX_OBJECTS} objects: the rest of PDF/A is not checked"
                return (*findings, broken("too_many_objects", "file", words))
            _check_ids(pdf, found)
            check_seals(pdf, data, found)
            _check_packet(pdf, found, differs)
            copy = _written(pdf)
            if pdf.get_warnings():
                findings.append(broken("syntax", "file", "the file is damaged, and a reader would have to guess"))
    except pikepdf.PasswordError:
        return (*findings, broken("6.1.3-2", "trailer", "the file is encrypted"))
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError):
        # Whatever a hostile file makes of its dictionaries; what was in it is never said.
        return (*findings, broken("syntax", "file", "the file cannot be read: it is damaged, or no PDF"))
    return (*findings, *_validated(copy))


def _has_too_many_objects(pdf: pikepdf.Pdf) -> bool:
    size = pdf.trailer.get("/Size")  # it costs nothing to read, but may lie
    return (isinstance(size, int) and size > MAX_OBJECTS) or len(pdf.objects) > MAX_OBJECTS


def _check_ids(pdf: pikepdf.Pdf, found: Found) -> None:
    """The trailer's identifier, which the copy is given anew."""
    halves = pdf.trailer.get("/ID")
    if not isinstance(halves, pikepdf.Array) or len(halves) != 2 or not len(bytes(halves[0])):
        found("6.1.3-1", "trailer", "no /ID")


def _check_packet(pdf: pikepdf.Pdf, found: Found, differs: Found) -> None:
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return
    packet = packet_in(pdf)
    if packet is None or len(packet) >= MAX_PACKET:
        found("XMP", "XMP", "the packet has more than a megabyte, or cannot be unpacked")
        return
    root = read_packet(packet)
    if root is None:
        found("6.6.2.1-4", "XMP", "the packet is no XML, or has a document type")
        return
    check_agreement(pdf, root, differs)
    left = check_schemas(root, found)
    if left is not None:
        for key in ("/Filter", "/DecodeParms"):
            if key in metadata:
                del metadata[key]
        metadata.write(left)


def _written(pdf: pikepdf.Pdf) -> bytes:
    """The copy: streams as they lie in the file, with the filters that they have."""
    copy = BytesIO()
    pdf.save(
        copy,
        fix_metadata_version=False,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        static_id=True,
    )
    return copy.getvalue()


def _validated(copy: bytes) -> list[Finding]:
    from pikepdf.pdfa import validate_written  # a quarter of a second, which who only draws does not pay

    report = validate_written(BytesIO(copy), "3b")
    return [
        (broken if one.kind == "violation" else unchecked)(one.rule.removeprefix(_VERAPDF), one.where, one.message)
        for one in report.findings[:MAX_FINDINGS]
    ]
