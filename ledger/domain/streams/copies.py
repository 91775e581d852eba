"""The copies stream: one per document, with the document's id, where its copies are counted (DUPLICATA n° k)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import CopyMade


@dataclass(frozen=True, slots=True)
class CopiesState:
    """The copies of one document: the last number given, by kind of document."""

    last: Mapping[str, int] = field(default_factory=dict)


def start() -> CopiesState:
    """Give the state before the first event."""
    return CopiesState()


def evolve(state: CopiesState, event: EventRecord) -> CopiesState:
    """Give the state after one event."""
    return CopiesState({**state.last, event.kind: event.copy}) if isinstance(event, CopyMade) else state


COPIES: StreamKind[CopiesState] = StreamKind("copies", start, evolve)
"""Copies: `world.state(COPIES, document)`."""
