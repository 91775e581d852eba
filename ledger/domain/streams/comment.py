"""The comment stream: one thing that somebody wrote about a document."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import CommentAdded


@dataclass(frozen=True, slots=True)
class CommentState:
    """One comment."""

    about: str = ""
    by: str = ""
    question: bool = False


def start() -> CommentState:
    """Give the state before the first event."""
    return CommentState()


def evolve(state: CommentState, event: EventRecord) -> CommentState:
    """Give the state after one event."""
    return CommentState(event.about, event.by, event.question) if isinstance(event, CommentAdded) else state


COMMENT: StreamKind[CommentState] = StreamKind("comment", start, evolve)
"""Comments."""
