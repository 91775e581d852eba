"""The observer stream: somebody who may follow one document."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.parties import ObserverAdded, ObserverRemoved


@dataclass(frozen=True, slots=True)
class ObserverState:
    """One observer of one document."""

    about: str = ""
    about_kind: str = ""
    removed: bool = False


def start() -> ObserverState:
    """Give the state before the first event."""
    return ObserverState()


def evolve(state: ObserverState, event: EventRecord) -> ObserverState:
    """Give the state after one event."""
    match event:
        case ObserverAdded():
            return ObserverState(event.about, event.about_kind)
        case ObserverRemoved():
            return replace(state, removed=True)
        case _:
            return state


OBSERVER: StreamKind[ObserverState] = StreamKind("observer", start, evolve)
"""Observers."""
