"""Documents as files, from their page: PDF, machine-read data, numbered copies, proofs."""

from __future__ import annotations

from typing import Final

from api.documents import File
from api.http.access import BUSINESS
from api.http.call import Answer
from api.pages.desk.money.common import ACT, LOOK, get, post
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.rendering.subjects import Subject, find_subject
from archive.proving import prove
from ledger.domain.identifiers import is_uuid4
from ledger.domain.refusals import Refusal

_XML: Final = "application/xml"
_JSON: Final = "application/json"


def _subject(visit: Visit, name: str) -> Subject:
    identifier = visit.params[name]
    if not is_uuid4(identifier):
        raise visit.nothing_there()
    return find_subject(visit.context.store, visit.ledger.ledger, identifier)


def pdf_of(visit: Visit, name: str) -> Answer:
    """Answer a document's PDF, in its customer's language."""
    visit.query()
    reads = visit.role not in BUSINESS
    documents = visit.context.documents
    file = documents.file(visit.ledger.ledger, _subject(visit, name), actor=visit.actor, reads=reads)
    return _file(visit, file, inline=True)


def _file(visit: Visit, file: File, *, inline: bool = False) -> Answer:
    return visit.file(file.data, file.media_type, file.name, inline=inline)


def invoice_pdf(visit: Visit) -> Answer:
    """Answer the PDF of an invoice, credit note, note or receipt; an invoice's is a Factur-X file."""
    return pdf_of(visit, "invoice")


def deposit_pdf(visit: Visit) -> Answer:
    """Answer the PDF of a deposit request."""
    return pdf_of(visit, "deposit")


def invoice_xml(visit: Visit) -> Answer:
    """Answer the machine-read invoice (CII)."""
    visit.query()
    subject = _subject(visit, "invoice")
    data, _ = visit.context.documents.xml(visit.ledger.ledger, subject)
    return visit.file(data, _XML, f"{subject.about}.xml")


def copy_of(visit: Visit) -> Answer:
    """Number a copy (DUPLICATA) and answer its file."""
    key = visit.form.text("key")
    file = visit.context.documents.copy(
        visit.ledger.ledger, _subject(visit, "invoice"), "print", actor=visit.actor, key=f"page:{key}:copy"
    )
    if isinstance(file, Refusal):
        words = file.words if visit.language == "fr" else file.words_en
        return visit.render(
            "problem.html",
            file.status,
            words=words,
            remedy="",
            law=file.law,
            code=file.code,
            instance=visit.call.instance,
        )
    return _file(visit, file, inline=True)


def proof_of(visit: Visit) -> Answer:
    """Answer the proof that a document stands in the ledger: a small file that anybody can check."""
    identifier = visit.params["invoice"]
    if not is_uuid4(identifier):
        raise visit.nothing_there()
    proof = prove(visit.context.service, visit.ledger.ledger, identifier)
    if isinstance(proof, Refusal):
        raise visit.nothing_there()
    return visit.file(proof.data, _JSON, proof.name)


PAGES: Final[tuple[Page, ...]] = (
    get("/invoices/{invoice}/pdf", invoice_pdf, LOOK, "Le PDF d'un document ; celui d'une facture est un Factur-X."),
    get("/invoices/{invoice}/xml", invoice_xml, LOOK, "Les données d'une facture (CII)."),
    post("/invoices/{invoice}/copies", copy_of, ACT, "Imprimer un duplicata numéroté."),
    post("/invoices/{invoice}/proof", proof_of, LOOK, "La preuve qu'un document est dans le registre."),
    get("/deposits/{deposit}/pdf", deposit_pdf, LOOK, "Le PDF d'une demande d'acompte."),
)
