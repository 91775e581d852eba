"""Turns a drawn page into the file that leaves: PDF/A-3b, Factur-X when there is XML, one pass, nothing but its input
in it.

pikepdf reads the drawn file, the objects are added, and qpdf writes it once. No clock and no chance: dates are those of
the entry, `/ID` is made of digests. The same input gives the same bytes, with the same versions of pikepdf and zlib.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final, Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from ledger.kernel.errors import Malformed
from projections.documents import facturx, xmp
from projections.documents.paper import Paper

MAX_BYTES: Final = 100 << 20
"""No document is larger, with everything that is embedded in it."""

MAX_ATTACHMENTS: Final = 100
CREATOR: Final = "Sceau"
LANGUAGES: Final = {"fr": "fr-FR", "en": "en-GB"}
_LEVEL: Final = 6
_LISTED_FILTER: Final = re.compile(rb"/Filter\s*\[")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,200}")
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_+.]{0,63}/[A-Za-z0-9][-A-Za-z0-9_+.]{0,126}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels in the document, as the evidence of a signature in the signed quote.

    `relationship` is PDF's AFRelationship (ISO 19005-3 annex E); `at` when the file was made, RFC 3339, if not with the
    entry.
    """

    name: str
    data: bytes
    media_type: str
    description: str
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"] = "Supplement"
    at: str | None = None


def finish(
    pdf: bytes,
    paper: Paper,
    xml: bytes | None = None,
    profile: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Make the drawn `pdf` of `paper` PDF/A-3b, with `xml` of `profile` as Factur-X and the attachments embedded.

    Args:
        pdf: what `pages.draw` gave: every font embedded, colours of sRGB or grey.
        paper: what it says; its proof dates the file and is the entry it claims.
        xml: the CII invoice, UTF-8.
        profile: `en16931` or `extended-ctc-fr`; given when `xml` is.
        attachments: other files to embed, each of another name.

    Raises:
        Malformed: `not_pdf`, `too_large`, `profile`, `timestamp`; `attachments` (too many), `attachment_name`,
            `attachment_twice`, `attachment_type`.
    """
    if (xml is None) != (profile is None) or (profile is not None and profile not in facturx.LEVELS):
        raise Malformed("profile")
    embedded = _embedded(xml, attachments)
    if len(pdf) + sum(len(each.data) for each in embedded) > MAX_BYTES:
        raise Malformed("too_large")
    about = _about(paper, profile, _content_id(pdf, paper, profile, embedded))
    try:
        opened = pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise Malformed("not_pdf") from error
    with opened:
        # Walking over pages or objects has qpdf read them all, half of what a finish costs: only when there is cause.
        if b"/Trans" in pdf:
            _drop_transitions(opened)
        if _LISTED_FILTER.search(pdf) is not None:
            _name_filters(opened)
        _dress(opened, about)
        if embedded:
            _embed(opened, embedded, about.at)
        made = BytesIO()
        opened.save(
            made,
            # pikepdf would otherwise rewrite the packet, and drop what it does not know in it.
            fix_metadata_version=False,
            force_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=True,
        )
    data = made.getvalue()
    if len(data) > MAX_BYTES:
        raise Malformed("too_large")
    return data


def title_of(paper: Paper) -> str:
    """Give a document's title as readers show it: kind, number, version, and what it is not."""
    words = [paper.title, paper.number or ""]
    if paper.version is not None:
        words.append(f"v{paper.version}")
    if paper.copy is not None:
        words.append(f"– DUPLICATA n° {paper.copy}" if paper.language == "fr" else f"– DUPLICATE no. {paper.copy}")
    if paper.training:
        words.append("– FACTICE" if paper.language == "fr" else "– SIMULATION")
    return xmp.clean(" ".join(words))


def pdf_date(at: str) -> str:
    """Give an RFC 3339 time as a PDF date, in UTC."""
    return f"D:{_moment(at):%Y%m%d%H%M%S}Z"


def _about(paper: Paper, profile: str | None, content_id: str) -> xmp.About:
    proof = paper.proof
    subject = f"{title_of(paper)}, {paper.seller.trade_name or paper.seller.name}, {paper.issued_on.isoformat()}"
    return xmp.About(
        title=title_of(paper),
        author=xmp.clean(paper.seller.name),
        subject=xmp.clean(subject),
        language=LANGUAGES[paper.language],
        creator=CREATOR,
        producer=f"{CREATOR} (reportlab, pikepdf)",
        at=f"{_moment(proof.recorded_at):%Y-%m-%dT%H:%M:%SZ}",
        id=content_id,
        claim=(proof.ledger, str(proof.seq), proof.fingerprint, paper.kind),
        profile=profile,
    )


def _embedded(xml: bytes | None, attachments: Sequence[Attachment]) -> list[Attachment]:
    """Give every file to embed, the XML first.

    Raises:
        Malformed: a name or type that no file may have, or a name twice.
    """
    if len(attachments) > MAX_ATTACHMENTS:
        raise Malformed("attachments")
    names = {facturx.FILE_NAME}
    for each in attachments:
        if _NAME.fullmatch(each.name) is None or each.name in {".", ".."} or xmp.clean(each.name) != each.name:
            raise Malformed("attachment_name")
        if each.name.casefold() in names:
            raise Malformed("attachment_twice", each.name)
        if _MEDIA_TYPE.fullmatch(each.media_type) is None:
            raise Malformed("attachment_type", each.name)
        names.add(each.name.casefold())
    if xml is None:
        return list(attachments)
    invoice = Attachment(
        name=facturx.FILE_NAME,
        data=xml,
        media_type=facturx.MEDIA_TYPE,
        description=facturx.DESCRIPTION,
        relationship="Alternative",
    )
    return [invoice, *attachments]


def _content_id(pdf: bytes, paper: Paper, profile: str | None, embedded: Sequence[Attachment]) -> str:
    """Digest what the file is made of: each part is preceded by its length, so that no two sets of parts read alike.

    The salt is one of the parts, and stands nowhere else in the file: who holds a digest from the ledger and guesses
    what the page says cannot make the file, and so cannot see whether the guess is right.
    """
    whole = hashlib.sha256(b"sceau document 1\0")
    # The salt: whoever guesses the names and draws the page has not this id (docs/decisions/rendering.md).
    facts = (
        paper.proof.ledger,
        str(paper.proof.seq),
        paper.proof.fingerprint,
        paper.kind,
        profile or "",
        paper.salt or "",
    )
    parts = [pdf, *(fact.encode() for fact in facts)]
    for each in embedded:
        parts += [each.name.encode(), each.media_type.encode(), each.relationship.encode(), each.data]
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:32]


def _dress(pdf: Pdf, about: xmp.About) -> None:
    """Add what PDF/A wants of the document as a whole."""
    root = pdf.Root
    root.Lang = String(about.language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.PageMode = Name.UseNone
    root.Metadata = pdf.make_indirect(Stream(pdf, xmp.packet(about), Type=Name.Metadata, Subtype=Name.XML))
    root.OutputIntents = Array([_output_intent(pdf)])
    if "/MarkInfo" not in root:
        root.MarkInfo = Dictionary(Marked=False)
    date = String(pdf_date(about.at))
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(about.title),
            Author=String(about.author),
            Subject=String(about.subject),
            Creator=String(about.creator),
            Producer=String(about.producer),
            CreationDate=date,
            ModDate=date,
        )
    )
    # qpdf keeps the first half and derives the second from the bytes it writes.
    half = String(bytes.fromhex(about.id))
    pdf.trailer.ID = Array([half, half])


def _drop_transitions(pdf: Pdf) -> None:
    """Drop reportlab's empty transition: PDF/A-1 and some checkers refuse it, and it says nothing."""
    for page in pdf.pages:
        if "/Trans" in page.obj:
            del page.obj["/Trans"]


def _name_filters(pdf: Pdf) -> None:
    """Write a sole filter as a name: qpdf inflates and deflates what has an array, at most of a finish's cost."""
    for one in pdf.objects:
        if isinstance(one, Stream):
            chain = one.get("/Filter")
            if isinstance(chain, Array) and len(chain) == 1 and "/DecodeParms" not in one:
                one.Filter = chain[0]


def _output_intent(pdf: Pdf) -> Dictionary:
    profile = Stream(pdf, _srgb(), N=3, Filter=Name.FlateDecode)
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        Info=String("sRGB IEC61966-2.1"),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=pdf.make_indirect(profile),
    )


@cache
def _srgb() -> bytes:
    """The sRGB profile, deflated once for all files."""
    return zlib.compress((files("projections.documents.assets") / "sRGB.icc").read_bytes(), 9)


def _embed(pdf: Pdf, embedded: Sequence[Attachment], at: str) -> None:
    """Embed files: in the name tree, sorted as it must be, and as associated files of the document, the XML first."""
    specs = {each.name: pdf.make_indirect(_file(pdf, each, at)) for each in embedded}
    ordered = sorted(specs, key=lambda name: bytes(String(name)))
    names = Array([item for name in ordered for item in (String(name), specs[name])])
    root = pdf.Root
    if "/Names" not in root:
        root.Names = Dictionary()
    root.Names.EmbeddedFiles = Dictionary(Names=names)
    root.AF = pdf.make_indirect(Array(list(specs.values())))


def _file(pdf: Pdf, one: Attachment, at: str) -> Dictionary:
    date = String(pdf_date(one.at or at))
    stream = Stream(
        pdf,
        zlib.compress(one.data, _LEVEL),  # left to qpdf, it would be deflated twice over
        Type=Name.EmbeddedFile,
        Filter=Name.FlateDecode,
        Subtype=Name("/" + one.media_type),
        Params=Dictionary(
            Size=len(one.data),
            CreationDate=date,
            ModDate=date,
            # MD5 is what ISO 32000-1 table 46 wants here; it protects nothing.
            CheckSum=String(hashlib.md5(one.data, usedforsecurity=False).digest()),
        ),
    )
    kept = pdf.make_indirect(stream)
    return Dictionary(
        Type=Name.Filespec,
        F=String(one.name),
        UF=String(one.name),
        Desc=String(xmp.clean(one.description)),
        AFRelationship=Name("/" + one.relationship),
        EF=Dictionary(F=kept, UF=kept),
    )


def _moment(at: str) -> datetime:
    try:
        read = datetime.fromisoformat(at)
    except ValueError:
        raise Malformed("timestamp") from None
    if read.tzinfo is None:
        raise Malformed("timestamp")
    return read.astimezone(UTC)
