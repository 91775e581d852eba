"""What is asked of the builders: which document, of what, as of when, in which language."""

from __future__ import annotations

from dataclasses import dataclass

from projections.documents.paper import DocumentKind, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One document.

    `about` is the id of what it tells: the quote, deposit, invoice, credit note, note, receipt or signature; for a
    payment request the invoice or deposit, for a reminder the document reminded of, for a statement the customer, for
    a closure report the closed period's stream (`self`). `seq` is the entry that it stands for, or as of which it is
    told; None is the last one there is. `copy` is k of DUPLICATA n° k. `proof_address` is what its QR code opens.
    """

    kind: DocumentKind
    about: str
    seq: int | None = None
    language: Language = "fr"
    copy: int | None = None
    proof_address: str | None = None
