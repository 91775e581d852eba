"""What happened to a document, from its entries; and the proof that it stands in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.desk.money.words import Words
from api.pages.frame import languages
from api.pages.frame.visit import Visit
from api.windows import told_windows
from archive.anchors.windows import Windows
from ledger.domain.streams.issuer import ISSUER, IssuerState
from ledger.kernel.entry import parse_at
from ledger.shell.mapper import Event


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry in words."""

    seq: int
    at: str
    words: str
    detail: str
    who: str


@dataclass(frozen=True, slots=True)
class Proven:
    """Where a document stands in the chain, and whether a time stamp or a witness outside has seen it."""

    seq: int
    at: str
    fingerprint: str
    stamped: bool
    witnessed: bool


def events_of(visit: Visit, stream: str) -> list[Event]:
    """Give a stream's entries, oldest first."""
    return visit.context.service.stream(visit.ledger.ledger, stream)


def told(visit: Visit, *streams: Sequence[Event]) -> list[Happened]:
    """Say entries in words, the newest first."""
    word = Words(visit)
    every = sorted((event for events in streams for event in events), key=lambda event: event.seq, reverse=True)
    return [
        Happened(event.seq, event.at, word(event.record.TYPE), _detail(visit, word, event), word.actor(event.actor))
        for event in every
    ]


def _detail(visit: Visit, word: Words, event: Event) -> str:
    record = event.record
    parts = []
    for name in ("amount_cents", "gross_cents", "penalty_cents"):
        cents = getattr(record, name, None)
        if isinstance(cents, int):
            parts.append(languages.money(visit.language, cents))
            break
    number = getattr(record, "number", None)
    if number:
        parts.append(number)
    means = getattr(record, "means", None)
    if means:
        parts.append(word(f"means/{means}"))
    state = getattr(record, "state", None)
    if record.TYPE == "invoice.disputed/1":
        parts.append(visit.say("ouverte") if state == "opened" else visit.say("réglée"))
    step = getattr(record, "tone", None)
    if step:
        parts.append(word(f"tone/{step}"))
    return " · ".join(parts)


def proof_of(visit: Visit, event: Event) -> Proven:
    """Say where an entry stands, and how far anchors outside reach."""
    windows = _windows(visit)
    stamp, witness = windows.timestamp.last, windows.witness.last
    return Proven(
        event.seq,
        event.at,
        event.fingerprint,
        stamped=stamp is not None and stamp.size >= event.seq,
        witnessed=witness is not None and witness.size >= event.seq,
    )


def _windows(visit: Visit) -> Windows:
    context, ledger = visit.context, visit.ledger.ledger
    head = context.store.head(ledger)
    if head is None:
        raise visit.nothing_there()
    now = max(context.service.clock.now(), parse_at(head.at))
    return told_windows(context.store, ledger, head.seq, now, context.register)


def issuer_of(visit: Visit) -> IssuerState:
    """Give the business as its documents show it."""
    found = visit.context.service.state(visit.ledger.ledger, ISSUER, "self")
    if found is None:
        raise visit.nothing_there()
    return found
