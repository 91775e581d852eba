"""The access stream: who may do what on this ledger, and their comings and goings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import AccessGranted, AccessRevoked, SignedIn, SignedOut, SignInFailed

IGNORED: tuple[type[EventRecord], ...] = (SignedIn, SignedOut, SignInFailed)
"""Written for the record; no decision rests on them."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to a user or API key; `until` is None for a role without end."""

    role: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class AccessState:
    """The roles given on this ledger, by user or API key."""

    grants: Mapping[str, Grant] = field(default_factory=dict)


def start() -> AccessState:
    """Give the state before the first event."""
    return AccessState()


def evolve(state: AccessState, event: EventRecord) -> AccessState:
    """Give the state after one event."""
    match event:
        case AccessGranted():
            return AccessState({**state.grants, event.subject: Grant(event.role, event.until)})
        case AccessRevoked():
            return AccessState({key: each for key, each in state.grants.items() if key != event.subject})
        case _:
            return state


ACCESS: StreamKind[AccessState] = StreamKind("access", start, evolve)
"""Access, in one stream, `access:self`."""
