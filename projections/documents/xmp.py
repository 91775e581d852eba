"""The XMP packet of a document, written in one pass: what PDF/A-3, Factur-X and our own claim want to find there.

ISO 19005-3 section 6.6: each property is of a schema that PDF/A predefines, or its schema is described in the packet
itself (6.6.2.3). The packet is not compressed and has no room to grow: it is never changed in place.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from pikepdf import Array, Name, Pdf, Stream

from projections.documents import facturx

MAX_BYTES: Final = 1 << 20
"""No packet is longer; ours have four thousand bytes."""

CLAIM_NAMESPACE: Final = "urn:sceau:pdfa:document:1#"
CLAIM_PREFIX: Final = "sceau"
CLAIM_PROPERTIES: Final[tuple[tuple[str, str], ...]] = (
    ("Ledger", "Identifier of the ledger whose entry this document stands for"),
    ("Sequence", "Number of the entry in its ledger"),
    ("Fingerprint", "SHA-256 of the entry, in hexadecimal"),
    ("Kind", "Kind of the document"),
)
_NOT_XML: Final = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
_SPACES: Final = (
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("xmpMM", "http://ns.adobe.com/xap/1.0/mm/"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/"),
    ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
    ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
    ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
    ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
    (CLAIM_PREFIX, CLAIM_NAMESPACE),
)
_TAIL: Final = '</rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the metadata say of a file, in XMP and in the document information alike.

    `at` is RFC 3339 in UTC to the second (`2026-03-12T09:15:00Z`), `language` an RFC 3066 tag, `id` 32 hexadecimal
    digits.
    """

    title: str
    author: str
    subject: str
    language: str
    creator: str
    producer: str
    at: str
    id: str
    claim: tuple[str, str, str, str]
    """Ledger, sequence, fingerprint and kind, in this order."""
    profile: str | None = None


def packet(about: About) -> bytes:
    """Write the packet, UTF-8."""
    extra = ((facturx.PREFIX, facturx.NAMESPACE),) if about.profile else ()
    spaces = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in (*_SPACES, *extra))
    # One description per schema, as readers of Factur-X expect; the extension schemas in a single bag, as ISO wants.
    parts = [
        _described("pdfaid", (("part", "3"), ("conformance", "B"))),
        _dublin_core(about),
        _described("pdf", (("Producer", about.producer),)),
        _described(
            "xmp",
            (
                ("CreatorTool", about.creator),
                ("CreateDate", about.at),
                ("ModifyDate", about.at),
                ("MetadataDate", about.at),
            ),
        ),
        _described("xmpMM", (("DocumentID", f"uuid:{_uuid(about.id)}"),)),
        _schemas(about.profile),
        _described(CLAIM_PREFIX, zip((name for name, _ in CLAIM_PROPERTIES), about.claim, strict=True)),
    ]
    if about.profile:
        parts.append(_described(facturx.PREFIX, facturx.values(about.profile)))
    return f"{_HEAD}{spaces}>\n{''.join(parts)}{_TAIL}".encode()


def packet_in(pdf: Pdf) -> bytes | None:
    """Give the packet that lies in a file of unknown origin, at most `MAX_BYTES` of it.

    None where there is none, and where it is packed in another way than deflated: nobody does that.
    """
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, Stream):
        return None
    raw = bytes(metadata.read_raw_bytes())
    kind = metadata.get("/Filter")
    if isinstance(kind, Array) and len(kind) == 1:
        kind = kind[0]
    if kind is None:
        return raw[:MAX_BYTES]
    if kind != Name.FlateDecode or "/DecodeParms" in metadata:
        return None
    try:
        return zlib.decompressobj().decompress(raw, MAX_BYTES)  # and no further: it may never end
    except zlib.error:
        return None


def clean(words: str) -> str:
    """Give words on one line, without what XML 1.0 cannot hold."""
    return " ".join(_NOT_XML.sub("\ufffd", words).split())


def _described(prefix: str, properties: Iterable[tuple[str, str]]) -> str:
    inner = "".join(f"<{prefix}:{name}>{escape(value)}</{prefix}:{name}>" for name, value in properties)
    return f'<rdf:Description rdf:about="">{inner}</rdf:Description>\n'


def _dublin_core(about: About) -> str:
    def alternative(name: str, value: str) -> str:
        return f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(value)}</rdf:li></rdf:Alt></dc:{name}>'

    return (
        '<rdf:Description rdf:about=""><dc:format>application/pdf</dc:format>'
        + alternative("title", about.title)
        + f"<dc:creator><rdf:Seq><rdf:li>{escape(about.author)}</rdf:li></rdf:Seq></dc:creator>"
        + alternative("description", about.subject)
        + f"<dc:language><rdf:Bag><rdf:li>{escape(about.language)}</rdf:li></rdf:Bag></dc:language></rdf:Description>\n"
    )


def _schemas(profile: str | None) -> str:
    every = _schema("Sceau document claim", CLAIM_NAMESPACE, CLAIM_PREFIX, CLAIM_PROPERTIES)
    if profile:
        every = _schema(facturx.SCHEMA_NAME, facturx.NAMESPACE, facturx.PREFIX, facturx.PROPERTIES) + every
    return (
        '<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag>'
        f"{every}</rdf:Bag></pdfaExtension:schemas></rdf:Description>\n"
    )


def _schema(title: str, namespace: str, prefix: str, properties: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
        for name, words in properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{title}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{listed}</rdf:Seq></pdfaSchema:property></rdf:li>\n"
    )


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
