"""One invoice, credit note, note or receipt: what it says, what became of it, and its next step."""

from __future__ import annotations

from datetime import date
from typing import Final

from api.http.call import Answer
from api.pages.desk.money import files, invoice_acts
from api.pages.desk.money.common import LOOK, Names, get, show, state_of, today_of
from api.pages.desk.money.trail import events_of, proof_of, told
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from ledger.domain.events.deposits import ReceiptIssued
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued, NoteIssued
from ledger.domain.events.payments import InvoicePaid
from ledger.domain.identifiers import is_uuid4
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.note import NOTE
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.receipt import RECEIPT

SECTION: Final = "invoices"


def document(visit: Visit) -> Answer:
    """Show an invoice, or what else is found under this id among what is issued."""
    identifier = visit.params["invoice"]
    if not is_uuid4(identifier):
        raise visit.nothing_there()
    service, ledger = visit.context.service, visit.ledger.ledger
    invoice = service.state(ledger, INVOICE, identifier)
    if invoice is not None:
        return _invoice(visit, identifier, invoice)
    if service.state(ledger, CREDIT_NOTE, identifier) is not None:
        return _credit_note(visit, identifier)
    if service.state(ledger, NOTE, identifier) is not None:
        return _paper(visit, identifier, "note")
    if service.state(ledger, RECEIPT, identifier) is not None:
        return _paper(visit, identifier, "receipt")
    raise visit.nothing_there()


def _invoice(visit: Visit, identifier: str, state: InvoiceState) -> Answer:
    issued, names = state.issued, Names(visit)
    stream = f"invoice:{identifier}"
    entries = events_of(visit, stream)
    today = today_of(visit)
    payments = [(event, event.record) for event in entries if isinstance(event.record, InvoicePaid)]
    credit_notes = []
    for each in state.credit_notes:
        note = state_of(visit, CREDIT_NOTE, each)
        if note is not None:
            credit_notes.append((each, note))
    sold = state_of(visit, QUOTE, issued.quote) if issued.quote else None
    allowed = sold.contract.payment_from if sold is not None and sold.contract is not None else None
    is_late = bool(state.open_cents) and issued.due_on < today.isoformat()
    kind = "deposit_invoice" if issued.kind == "deposit" else "invoice"
    code = (
        f"{kind}/{state.state}"
        if kind == "invoice" or state.state in ("credited", "replaced")
        else f"{kind}/by_deposit"
    )
    return show(
        visit,
        "invoice.html",
        SECTION,
        id=identifier,
        state=state,
        issued=issued,
        kind=kind,
        code="invoice/disputed" if state.disputed and state.open_cents else "invoice/late" if is_late else code,
        late_days=(today - date.fromisoformat(issued.due_on)).days if is_late else 0,
        name=names.of(stream, {"customer": issued.customer} if issued.customer else {}),
        payments=payments,
        credit_notes=credit_notes,
        trail=told(visit, entries),
        proof=proof_of(visit, entries[0]),
        by_deposit=state.pays_deposit,
        payable_from=allowed if allowed is not None and allowed > today.isoformat() else None,
    )


def _credit_note(visit: Visit, identifier: str) -> Answer:
    entries = events_of(visit, f"credit_note:{identifier}")
    issued, state = entries[0].record, visit.context.service.state(visit.ledger.ledger, CREDIT_NOTE, identifier)
    if not isinstance(issued, CreditNoteIssued) or state is None:
        raise visit.nothing_there()
    code = "issued" if not state.refund_cents else "refund_due" if state.open_cents else "refunded"
    return show(
        visit,
        "credit_note.html",
        SECTION,
        id=identifier,
        issued=issued,
        state=state,
        code=f"credit_note/{code}",
        trail=told(visit, entries),
        proof=proof_of(visit, entries[0]),
        name=Names(visit).of("", {"customer": issued.customer} if issued.customer else {})
        or (issued.client.name if issued.client is not None else None),
    )


def _paper(visit: Visit, identifier: str, kind: str) -> Answer:
    entries = events_of(visit, f"{kind}:{identifier}")
    issued = entries[0].record
    if not isinstance(issued, NoteIssued | ReceiptIssued | InvoiceIssued):
        raise visit.nothing_there()
    return show(
        visit,
        "paper.html",
        SECTION,
        id=identifier,
        issued=issued,
        kind=kind,
        trail=told(visit, entries),
        proof=proof_of(visit, entries[0]),
        name=issued.client.name if issued.client is not None else None,
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/invoices/{invoice}", document, LOOK, "Une facture, un avoir, une note ou un reçu : contenu, suites, preuve."),
    *files.PAGES,
    *invoice_acts.PAGES,
)
