"""From a world in memory to the paper of one of its documents, by the product's own builders."""

from __future__ import annotations

from hashlib import sha256

from ledger.domain import codec
from ledger.domain.decision import Emit
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from projections.documents.builders import Wanted, paper_of
from projections.documents.paper import DocumentKind, Language, Paper
from projections.documents.sources import ListedSources, recorded_of
from tests.domain.world import FixedWorld

LEDGER = "eeeeeeee-0000-8000-8000-000000000001"


def sources_of(world: FixedWorld) -> ListedSources:
    """Give everything that happened as documents read it: each event has gone through its written form."""
    versions: dict[str, int] = {}
    recorded = []
    for seq, emit in enumerate(world.log, 1):
        version = versions[emit.stream] = versions.get(emit.stream, 0) + 1
        body, private = codec.encode(emit.event)
        marked = {**body, **{name: {"$c": "0" * 64} for name in private}}
        entry = {"type": emit.event.TYPE, "stream": emit.stream, "version": version, "body": marked}
        print_ = sha256(f"{seq}".encode()).hexdigest()
        recorded.append(recorded_of(seq, "2026-11-23T08:00:00.000000Z", print_, entry, private, {}))
    return ListedSources(LEDGER, recorded)


def last_document(world: FixedWorld) -> tuple[DocumentKind, str]:
    """Say which document was issued last, and its id."""
    emit = next(each for each in reversed(world.log) if isinstance(each.event, InvoiceIssued | CreditNoteIssued))
    return kind_of(emit), emit.stream.partition(":")[2]


def kind_of(emit: Emit) -> DocumentKind:
    """Say what kind of document an event issued."""
    if isinstance(emit.event, CreditNoteIssued):
        return "credit_note"
    assert isinstance(emit.event, InvoiceIssued)
    return "deposit_invoice" if emit.event.kind == "deposit" else "invoice"


def last_paper(world: FixedWorld, language: Language = "fr") -> Paper:
    """Give the paper of the document that was issued last."""
    kind, about = last_document(world)
    return paper_of(sources_of(world), Wanted(kind=kind, about=about, language=language))
