"""Whether the document information and the XMP packet say the same.

PDF/A-1 demands it, part 3 no longer does. What differs is a warning: one of the two is shown to people, and which one
depends on their reader.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from lxml import etree
from pikepdf import Dictionary, Pdf, String

from projections.documents.pdfa.finding import Found

_DC, _XMP, _PDF = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/", "http://ns.adobe.com/pdf/1.3/"
_WORDS: Final = (
    ("/Title", f"{{{_DC}}}title"),
    ("/Author", f"{{{_DC}}}creator"),
    ("/Subject", f"{{{_DC}}}description"),
    ("/Keywords", f"{{{_PDF}}}Keywords"),
    ("/Creator", f"{{{_XMP}}}CreatorTool"),
    ("/Producer", f"{{{_PDF}}}Producer"),
)
_DATES: Final = (("/CreationDate", f"{{{_XMP}}}CreateDate"), ("/ModDate", f"{{{_XMP}}}ModifyDate"))


def check_agreement(pdf: Pdf, root: etree._Element, differs: Found) -> None:
    """Compare every entry of the document information with its property."""
    info = pdf.trailer.get("/Info")
    if not isinstance(info, Dictionary):
        return
    for key, tag in (*_WORDS, *_DATES):
        if key not in info:
            continue
        entry = info[key]
        said = str(entry) if isinstance(entry, String) else ""
        written = _said(root, tag)
        same = written is not None and (_same_moment(said, written) if (key, tag) in _DATES else said == written)
        if not same:
            differs("info", f"Info {key}", "the document information and the XMP packet differ")


def _said(root: etree._Element, tag: str) -> str | None:
    found = root.find(f".//{tag}")
    if found is None:
        return next((str(one.attrib[tag]) for one in root.iter() if tag in one.attrib), None)
    return "".join(str(part) for part in found.itertext()).strip()


def _same_moment(pdf_date: str, xmp_date: str) -> bool:
    bare = pdf_date.removeprefix("D:").replace("'", "").replace("Z0000", "Z")
    try:
        ours = datetime.strptime(bare, "%Y%m%d%H%M%S%z")
        theirs = datetime.fromisoformat(xmp_date)
    except ValueError:
        return False
    return theirs.tzinfo is not None and ours.astimezone(UTC) == theirs.astimezone(UTC)
