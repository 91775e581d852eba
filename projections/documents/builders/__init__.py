"""From entries to papers: `paper_of(sources, wanted)`, a pure function of what the sources hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from projections.documents.builders.accounts import statement
from projections.documents.builders.closures import closure_report
from projections.documents.builders.credit_notes import credit_note
from projections.documents.builders.deposits import deposit_request, receipt
from projections.documents.builders.desk import Desk
from projections.documents.builders.dues import payment_request, reminder
from projections.documents.builders.evidence import evidence
from projections.documents.builders.invoices import invoice
from projections.documents.builders.notes import note
from projections.documents.builders.quotes import quote
from projections.documents.builders.wanted import Wanted
from projections.documents.paper import DocumentKind, Paper
from projections.documents.sources import NoDocument, Sources

__all__ = ["BUILDERS", "NoDocument", "Wanted", "paper_of"]

BUILDERS: Final[Mapping[DocumentKind, Callable[[Desk], Paper]]] = {
    "quote": quote,
    "deposit_request": deposit_request,
    "deposit_invoice": invoice,
    "invoice": invoice,
    "credit_note": credit_note,
    "note": note,
    "receipt": receipt,
    "payment_request": payment_request,
    "reminder": reminder,
    "statement": statement,
    "evidence": evidence,
    "closure_report": closure_report,
}
"""Who makes which kind; the attestation is not told by the ledger's sales and is made by `archive/attestation/`."""


def paper_of(sources: Sources, wanted: Wanted) -> Paper:
    """Say all that one document says.

    Raises:
        NoDocument: there is no such document, nothing for it to say, or its kind is made elsewhere (`made_elsewhere`:
            the attestation, `archive/attestation/`).
        StreamPurged: one of its entries was purged; its archive is named.
    """
    build = BUILDERS.get(wanted.kind)
    if build is None:
        raise NoDocument(wanted.kind, wanted.about, "made_elsewhere")
    return build(Desk(sources, wanted))
