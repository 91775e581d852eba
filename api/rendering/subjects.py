"""Which documents there are: the entries that issue them, and how one is found by its id, number or closure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

import orjson

from api.rendering.errors import DocumentUnknown
from archive.proving import DOCUMENTS as NUMBERED
from archive.proving import find
from ledger.shell.closing import find_closure
from ledger.shell.store import Line, Store
from projections.documents.paper import DocumentKind

KINDS: Final[tuple[DocumentKind, ...]] = get_args(DocumentKind)

OFFERED: Final[tuple[DocumentKind, ...]] = tuple(kind for kind in KINDS if kind != "attestation")
"""The kinds that one may ask for: `sceau attest` makes attestations, which stand in no entry."""

ISSUING: Final[Mapping[str, DocumentKind]] = {
    "quote.issued/1": "quote",
    "quote.revised/1": "quote",
    "quote.signed/1": "quote",
    "deposit.requested/1": "deposit_request",
    "invoice.issued/1": "invoice",
    "credit_note.issued/1": "credit_note",
    "note.issued/1": "note",
    "receipt.issued/1": "receipt",
    "reminder.sent/1": "reminder",
    "signature.completed/1": "evidence",
}
"""What each entry issues by itself; an invoice of the kind `deposit` is a `deposit_invoice`."""

_OF_STREAM: Final[Mapping[str, DocumentKind]] = {
    "invoice": "invoice",
    "credit_note": "credit_note",
    "quote": "quote",
    "receipt": "receipt",
    "note": "note",
    "deposit": "deposit_request",
    "signature": "evidence",
    "customer": "statement",
}
"""What is given where nobody says which kind: an id stands in one of these streams."""

AS_OF: Final[frozenset[DocumentKind]] = frozenset({"payment_request", "statement"})
"""What tells how things stand, and is issued by no entry."""

_HOUSEHOLD: Final = frozenset(
    {
        "access",
        "archive",
        "checkpoint",
        "copies",
        "document",
        "erasure",
        "export",
        "ledger",
        "link",
        "message",
        "period",
    }
)
"""Kinds of stream that change nothing of what a customer owes: a statement asked for twice is the same one."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_CLOSURE: Final = re.compile(r"(day|month|year)-([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MOST_NUMBER: Final = 64


@dataclass(frozen=True, slots=True)
class Subject:
    """One document: its kind, the id of what it is of (`self` for a closure), the entry it stands for if named."""

    kind: DocumentKind
    about: str
    seq: int | None = None


def subject_of(line: Line) -> Subject | None:
    """Give the document that an entry issues; None for an entry that issues none, or whose line was purged."""
    kind = ISSUING.get(line.type)
    if kind is None or not line.line:
        return None
    about = line.stream.partition(":")[2]
    if kind == "invoice" and _body(line).get("kind") == "deposit":
        kind = "deposit_invoice"
    return Subject(kind, about, line.seq)


def find_subject(
    store: Store, ledger: str, document: str, kind: DocumentKind | None = None, seq: int | None = None
) -> Subject:
    """Find a document by the id of what it is of, its printed number, or a closure's name (`month-2026-11-30`).

    Args:
        store: where the ledger is.
        ledger: its id.
        document: that name. A number is looked for through the whole ledger.
        kind: where one id has several documents; by default the one that its first entry issued.
        seq: the entry it stands for; by default the last one.

    Raises:
        DocumentUnknown: there is none.
    """
    closure = _CLOSURE.fullmatch(document)
    if closure is not None:
        if kind not in (None, "closure_report"):
            raise DocumentUnknown("other_kind")
        period: Any = closure[1]
        found = find_closure(store, ledger, period, closure[2])
        if found is None:
            raise DocumentUnknown
        return Subject("closure_report", "self", found.seq)
    if kind == "closure_report":  # a closure has a name: another document's id must not give the last closure
        raise DocumentUnknown("other_kind")
    about = document if _UUID.fullmatch(document) else _about_of_number(store, ledger, document)
    return Subject(kind or _kind_of(store, ledger, about), about, seq)


def as_of(store: Store, ledger: str, subject: Subject) -> int:
    """Give the entry as of which a document tells how things stand: the last one that could change it.

    Raises:
        DocumentUnknown: the ledger holds none.
    """
    if subject.kind == "payment_request":
        for prefix in ("invoice", "deposit"):
            for line in store.stream(ledger, f"{prefix}:{subject.about}", desc=True, limit=1):
                return line.seq
        raise DocumentUnknown
    upto: int | None = None
    while True:
        lines = list(store.lines_desc(ledger, upto, 100))
        for line in lines:
            if line.stream.partition(":")[0] not in _HOUSEHOLD:
                return line.seq
        if not lines or lines[-1].seq == 1:
            raise DocumentUnknown
        upto = lines[-1].seq - 1


def number_of(line: Line) -> str | None:
    """Give the printed number that an entry gives a document, if any."""
    number = _body(line).get("number") if line.line else None
    return number if isinstance(number, str) else None


def _about_of_number(store: Store, ledger: str, number: str) -> str:
    line = find(store, ledger, number) if 0 < len(number) <= _MOST_NUMBER and number.isascii() else None
    if line is None:
        raise DocumentUnknown
    return line.stream.partition(":")[2]


def _kind_of(store: Store, ledger: str, about: str) -> DocumentKind:
    streams = {f"{prefix}:{about}": kind for prefix, kind in _OF_STREAM.items()}
    there = store.versions(ledger, sorted(streams))
    for stream, kind in streams.items():
        if stream not in there:
            continue
        first = next(iter(store.stream(ledger, stream, limit=1)), None)
        if kind == "invoice" and first is not None and first.line and _body(first).get("kind") == "deposit":
            return "deposit_invoice"
        return kind
    raise DocumentUnknown


def _body(line: Line) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
    return body


__all__ = ["ISSUING", "KINDS", "NUMBERED", "OFFERED", "Subject", "find_subject", "number_of", "subject_of"]
