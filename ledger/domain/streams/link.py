"""The link stream: an unguessable way in to one document."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import LinkCreated, LinkRevoked


@dataclass(frozen=True, slots=True)
class LinkState:
    """One link; only the SHA-256 of its token is known."""

    about: str = ""
    about_kind: str = ""
    purpose: str = ""
    token_digest: str = ""
    expires_at: str | None = None
    revoked: bool = False
    party: str | None = None
    revoked_because: str | None = None


def start() -> LinkState:
    """Give the state before the first event."""
    return LinkState()


def evolve(state: LinkState, event: EventRecord) -> LinkState:
    """Give the state after one event."""
    match event:
        case LinkCreated():
            return LinkState(
                event.about, event.about_kind, event.purpose, event.token_digest, event.expires_at, party=event.party
            )
        case LinkRevoked():
            return replace(state, revoked=True, revoked_because=event.cause)
        case _:
            return state


LINK: StreamKind[LinkState] = StreamKind("link", start, evolve)
"""Links."""
