"""What later decisions need of one consumer's note: that it was given, and for what."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.invoices import NoteIssued


@dataclass(frozen=True, slots=True)
class NoteState:
    """One note (arrêté 83-50/A; CGI former 290 quinquies)."""

    number: str = ""
    issued_on: str = ""
    quote: str | None = None
    invoice: str | None = None
    gross_cents: int = 0


def start() -> NoteState:
    """Give the state of a note before its first event."""
    return _START


def evolve(state: NoteState, event: EventRecord) -> NoteState:
    """Give the state after one event; an event of another kind of stream changes nothing."""
    if isinstance(event, NoteIssued):
        return NoteState(event.number, event.issued_on, event.quote, event.invoice, event.totals.gross_cents)
    return state


_START = NoteState()

NOTE: StreamKind[NoteState] = StreamKind("note", start, evolve)
"""Notes: `world.state(NOTE, uuid)`."""
