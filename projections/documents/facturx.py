"""What makes a PDF a Factur-X file, beside its XML: the embedded file's name and tie, and the `fx` properties of its
XMP.

Everything of the `factur-x` library that names the format is used here and nowhere else. Its step that writes PDF is
not used: it parses and writes the file again by pypdf, stamps the present time into it, and costs more than our whole
finish (docs/decisions/document-files.md).
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

FILE_NAME: Final = "factur-x.xml"
MEDIA_TYPE: Final = "text/xml"
DESCRIPTION: Final = "Factur-X"
RELATIONSHIP: Final = "Alternative"
"""The XML says what the page says. Germany takes nothing else from profile BASIC up; France takes it too (Factur-X 1.0,
section 6.2.2)."""

NAMESPACE: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
PREFIX: Final = "fx"
VERSION: Final = "1.0"
SCHEMA_NAME: Final = "Factur-X PDFA Extension Schema"

Profile = Literal["en16931", "extended-ctc-fr"]

LEVELS: Final[dict[str, str]] = {
    "minimum": "MINIMUM",
    "basicwl": "BASIC WL",
    "basic": "BASIC",
    "en16931": "EN 16931",
    "extended": "EXTENDED",
    "extended-ctc-fr": "EXTENDED",
}
"""`fx:ConformanceLevel` of each profile. Factur-X knows no level for EXTENDED-CTC-FR (XP Z12-012): its rules are a part
of EXTENDED, which is what the file is told to be; the XML itself names the profile (BT-24)."""

PROPERTIES: Final[tuple[tuple[str, str], ...]] = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "The conformance level of the embedded XML document"),
)
"""Name and description of each `fx` property; all are external Text."""


def values(profile: str) -> tuple[tuple[str, str], ...]:
    """Give the `fx` properties of a file whose XML is of this profile.

    Raises:
        ValueError: Factur-X has no such profile.
    """
    level = LEVELS.get(profile)
    if level is None:
        raise ValueError("Factur-X has no such profile")
    return (
        ("DocumentType", "INVOICE"),
        ("DocumentFileName", FILE_NAME),
        ("Version", VERSION),
        ("ConformanceLevel", level),
    )


@cache
def library() -> dict[str, object]:
    """Give what the pinned library says of the same things, for a test to compare: a new version may know better."""
    from facturx import facturx  # type: ignore[import-untyped] # it has no types

    return {
        "file_name": facturx.FACTURX_FILENAME,
        "levels": dict(facturx.FACTURX_LEVEL2xmp),
        "relationships": tuple(facturx.XML_AFRelationship),
        "packet": facturx.generate_xmp_bytes(
            "factur-x", "en16931", None, {"author": "a", "title": "t", "subject": "s", "keywords": "k"}
        ),
    }
