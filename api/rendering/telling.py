"""What is looked up before a document is told: its customer's language, the salt of a file whose entry has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from api.rendering.subjects import Subject
from ledger.domain.events.common import EventRecord
from ledger.domain.events.signatures import SignatureRequested
from ledger.shell.store import Disclosure, Store
from projections.documents.paper import Language
from projections.documents.sources import Recorded, Sources

_STREAMS = ("invoice", "credit_note", "quote", "deposit", "receipt", "note", "signature")


def language_of(sources: Sources, subject: Subject) -> Language:
    """Give the language of the customer whom a document is for, as registered when it was issued; French by default."""
    entry = sources.entry(subject.seq) if subject.seq is not None else None
    customer = subject.about if subject.kind == "statement" else _customer(sources, subject, entry)
    said: Language = "fr"
    for line in sources.stream(f"customer:{customer}") if customer is not None else ():
        if entry is not None and line.seq > entry.seq:
            break
        said = getattr(line.event, "language", said)
    return said


def _customer(sources: Sources, subject: Subject, entry: Recorded | None) -> str | None:
    """Find whom a document is for: its own entry says so, or the one that began what it is of."""
    for event in _events(sources, subject, entry):
        found = getattr(event, "customer", None)
        if isinstance(found, str):
            return found
    return None


def _events(sources: Sources, subject: Subject, entry: Recorded | None) -> Iterator[EventRecord]:
    if entry is not None:
        yield entry.event
    for prefix in _STREAMS:
        first = next(iter(sources.stream(f"{prefix}:{subject.about}")), None)
        if first is None:
            continue
        yield first.event
        if isinstance(first.event, SignatureRequested) and first.event.thing.quote is not None:
            yield from (one.event for one in sources.stream(f"quote:{first.event.thing.quote}")[:1])


def salt_for(store: Store, ledger: str, subject: Subject, seq: int) -> str:
    """Make the salt of a file whose entry discloses nothing: of the customer's disclosures, else of the issuer's."""
    for stream in (f"customer:{subject.about}", "issuer:self"):
        first = next((line for line in store.stream(ledger, stream) if b'{"$c":"' in line.line), None)
        found = store.disclosures_of(ledger, [first.seq]) if first is not None else []
        if found:
            return salt_of(ledger, seq, found)
    return salt_of(ledger, seq, [])


def salt_of(ledger: str, seq: int, disclosures: Sequence[Disclosure]) -> str:
    """Give 32 hexadecimal digits that only somebody with these disclosures can make."""
    lines = [f"{one.seq} {one.path} {one.salt}\n" for one in sorted(disclosures, key=lambda one: (one.seq, one.path))]
    return sha256(f"sceau-document-salt/1\n{ledger}\n{seq}\n{''.join(lines)}".encode()).hexdigest()[:32]
