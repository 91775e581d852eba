"""Makes the file of a paper: drawn, its machine-read data written and checked, finished as PDF/A-3b, checked again.

A plain function of its arguments, which a pool of processes can be sent. It takes nothing from outside but the pinned
assets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.kernel.errors import SceauError
from projections.documents.finish import Attachment, finish
from projections.documents.paper import FACTURX_KINDS, Paper
from projections.documents.validation.findings import Finding, errors

PDF: Final = "application/pdf"


class NotValid(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """A validator found the document wrong: nothing leaves.

    `findings` say what; the message names rules and no content.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep what was found."""
        super().__init__(", ".join(f"{one.validator} {one.rule}" for one in findings[:10]))
        self.findings = findings

    def __reduce__(self) -> tuple[type[NotValid], tuple[tuple[Finding, ...]]]:
        return NotValid, (self.findings,)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file ready to leave.

    `digest` is its SHA-256 in hexadecimal; `findings` what was found and does not make it wrong.
    """

    data: bytes
    digest: str
    media_type: str
    profile: str | None
    findings: tuple[Finding, ...] = ()


def render(paper: Paper, *, attachments: Sequence[Attachment] = (), validate: bool = True) -> Rendered:
    """Make the file of a paper: the same paper and attachments give the same bytes.

    Args:
        paper: what the document says.
        attachments: files that travel in it.
        validate: check the XML (XSD, EN 16931, BR-FR) and the file (PDF/A-3b) before they leave. Without, only who
        measures
            or has checked the same paper before.

    Raises:
        NotValid: a validator found it wrong.
        Malformed: an attachment cannot be embedded, or the file is too large.
    """
    from projections.documents.pages import draw

    xml, profile, found = _machine_read(paper, validate=validate) if paper.kind in FACTURX_KINDS else (None, None, ())
    data = finish(draw(paper), paper, xml, profile, attachments)
    if validate:
        from projections.documents.pdfa import check_pdfa  # its validator takes a quarter of a second to load

        if unsure := check_pdfa(data):  # of our own file, what the check does not know is wrong too
            raise NotValid(unsure)
    return Rendered(data, hashlib.sha256(data).hexdigest(), PDF, profile, found)


def _machine_read(paper: Paper, *, validate: bool) -> tuple[bytes, str, tuple[Finding, ...]]:
    """Write the XML of an invoice, and check it."""
    from projections.documents.cii import cii_xml, is_french_business, profile_of

    profile = profile_of(paper)
    xml = cii_xml(paper)
    if not validate:
        return xml, profile, ()
    from projections.documents.validation import check_xml

    return xml, profile, _or_raise(check_xml(xml, profile, french_business=is_french_business(paper)))


def _or_raise(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    if wrong := errors(found):
        raise NotValid(wrong)
    return found
