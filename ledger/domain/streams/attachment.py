"""The attachment stream: a file known by its digest."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.signatures import AttachmentAdded


@dataclass(frozen=True, slots=True)
class AttachmentState:
    """One attached file."""

    digest: str = ""
    about: str | None = None
    media_type: str = ""


def start() -> AttachmentState:
    """Give the state before the first event."""
    return AttachmentState()


def evolve(state: AttachmentState, event: EventRecord) -> AttachmentState:
    """Give the state after one event."""
    if isinstance(event, AttachmentAdded):
        return AttachmentState(event.digest, event.about, event.media_type)
    return state


ATTACHMENT: StreamKind[AttachmentState] = StreamKind("attachment", start, evolve)
"""Files attached by digest."""
