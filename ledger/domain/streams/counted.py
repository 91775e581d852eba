"""The streams on whose past no decision rests yet: closures and archives; they only count.

Each gets a page of its own with the first rule that reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import HeadNoted, LedgerRegistered
from ledger.domain.events.periods import (
    AnchorFailed,
    AnchorPlaced,
    ArchiveCreated,
    ArchiveKeyDestroyed,
    ArchiveVerified,
    CheckpointMade,
    DataErased,
    EntriesPurged,
    ErasureRefused,
    Restored,
)

COUNTED: Final[frozenset[type[EventRecord]]] = frozenset(
    {
        AnchorFailed,
        AnchorPlaced,
        ArchiveCreated,
        ArchiveKeyDestroyed,
        ArchiveVerified,
        CheckpointMade,
        DataErased,
        EntriesPurged,
        ErasureRefused,
        HeadNoted,
        LedgerRegistered,
        Restored,
    }
)
"""What is counted."""


@dataclass(frozen=True, slots=True)
class CountedState:
    """How many events the stream has."""

    events: int = 0


def start() -> CountedState:
    """Give the state before the first event."""
    return CountedState()


def evolve(state: CountedState, event: EventRecord) -> CountedState:
    """Give the state after one event."""
    return CountedState(state.events + 1) if type(event) in COUNTED else state


ARCHIVE: StreamKind[CountedState] = StreamKind("archive", start, evolve)
"""Archives, their verification, purge and restoring."""
CHECKPOINT: StreamKind[CountedState] = StreamKind("checkpoint", start, evolve)
"""Checkpoints and their anchors."""
ERASURE: StreamKind[CountedState] = StreamKind("erasure", start, evolve)
"""Erasures, done and refused."""
REGISTER: StreamKind[CountedState] = StreamKind("register", start, evolve)
"""The register of a server's ledgers."""
