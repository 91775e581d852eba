"""The statement stream: one file of a bank, and how many of its lines were matched, each time it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.payments import StatementImported


@dataclass(frozen=True, slots=True)
class StatementState:
    """One file: how many of its lines were matched when it was last read."""

    matched: int = 0


def statement_id(digest: str) -> str:
    """Give the id of a bank's file: from its digest, in the form of a UUIDv4."""
    made = sha256(b"sceau-statement/1\n" + digest.encode()).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def start() -> StatementState:
    """Give the state before the first event."""
    return StatementState()


def evolve(state: StatementState, event: EventRecord) -> StatementState:
    """Give the state after one event."""
    return replace(state, matched=event.matched) if isinstance(event, StatementImported) else state


STATEMENT: StreamKind[StatementState] = StreamKind("statement", start, evolve)
"""Files of bank statements."""
