"""What a comment, link, observer or copy can be about: the kind of stream behind each word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.domain.decision import StreamKind, World
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.document import DOCUMENT, DocumentState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.note import NOTE
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.receipt import RECEIPT
from ledger.domain.streams.reminder import REMINDER
from ledger.domain.streams.signature import SIGNATURE

SUBJECTS: Mapping[str, StreamKind[Any]] = {
    "quote": QUOTE,
    "contract": QUOTE,
    "deposit": DEPOSIT,
    "invoice": INVOICE,
    "credit_note": CREDIT_NOTE,
    "payment": PAYMENT,
    "signature": SIGNATURE,
    "customer": CUSTOMER,
}
"""By what a comment, link or observer names."""

ORIGINALS: Mapping[str, StreamKind[Any]] = {
    "quote": QUOTE,
    "deposit_request": DEPOSIT,
    "payment_request": DOCUMENT,
    "deposit_invoice": INVOICE,
    "invoice": INVOICE,
    "credit_note": CREDIT_NOTE,
    "note": NOTE,
    "receipt": RECEIPT,
    "reminder": REMINDER,
    "evidence": SIGNATURE,
    "statement": DOCUMENT,
    "attestation": DOCUMENT,
    "closure_report": DOCUMENT,
}
"""By kind of document, where the original of a copy stands; what no entry issues by its first rendering."""


def known(world: World, kind: str, identifier: str) -> bool:
    """Tell whether the ledger has what a comment, link or observer is about."""
    return world.state(SUBJECTS[kind], identifier) is not None


def has_original(world: World, kind: str, identifier: str) -> bool:
    """Tell whether the ledger has the original of a copy, and of that very kind: two kinds would count twice."""
    state = world.state(ORIGINALS[kind], identifier)
    if isinstance(state, DocumentState):
        return any(one.kind == kind for one in state.renderings)
    if isinstance(state, InvoiceState):
        document = state.document
        return document is not None and (document.kind == "deposit") == (kind == "deposit_invoice")
    return state is not None
