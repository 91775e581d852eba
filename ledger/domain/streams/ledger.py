"""The ledger stream: its opening, its keys, its software, its incidents, its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import (
    AnchorPolicy,
    AnchorPolicySet,
    AttestationIssued,
    ClockStepped,
    IntegrityFailed,
    KeyChanged,
    LedgerClosed,
    LedgerOpened,
    OfflineEnded,
    OfflineStarted,
    SoftwareChanged,
    StoreRestored,
)

IGNORED: tuple[type[EventRecord], ...] = (
    AttestationIssued,
    ClockStepped,
    IntegrityFailed,
    OfflineEnded,
    OfflineStarted,
    StoreRestored,
)
"""Written for the record; no decision rests on them."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The ledger: `world.state(LEDGER, "self")`. Keys are digests of public keys (SubjectPublicKeyInfo)."""

    software: str = ""
    perimeter: str = ""
    seal_key: str = ""
    recovery_key: str = ""
    anchors: AnchorPolicy = field(default_factory=AnchorPolicy)
    closed: bool = False


def start() -> LedgerState:
    """Give the state before the first event."""
    return LedgerState()


def evolve(state: LedgerState, event: EventRecord) -> LedgerState:
    """Give the state after one event."""
    match event:
        case LedgerOpened():
            return LedgerState(event.software, event.perimeter, event.seal_key, event.recovery_key, event.anchors)
        case SoftwareChanged():
            return replace(state, software=event.software, perimeter=event.perimeter)
        case KeyChanged(role="seal"):
            return replace(state, seal_key=event.new_key)
        case KeyChanged(role="recovery"):
            return replace(state, recovery_key=event.new_key)
        case AnchorPolicySet():
            return replace(state, anchors=event.anchors)
        case LedgerClosed():
            return replace(state, closed=True)
        case _:
            return state


LEDGER: StreamKind[LedgerState] = StreamKind("ledger", start, evolve)
"""The ledger itself, in one stream, `ledger:self`."""
