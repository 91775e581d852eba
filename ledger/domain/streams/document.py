"""The document stream: the files that were made of one thing, with that thing's id, or `document:self`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import DocumentRendered, DocumentSealed


@dataclass(frozen=True, slots=True)
class Rendering:
    """One file: what it is of, which software made it, its digest, and the digests of it sealed."""

    kind: str
    about_seq: int
    language: str
    copy: int | None
    software: str
    digest: str
    bytes: int
    media_type: str
    profile: str | None = None
    sealed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The files of one thing, in the order in which they were recorded."""

    renderings: tuple[Rendering, ...] = ()

    def last(self, kind: str, about_seq: int, language: str, copy: int | None = None) -> Rendering | None:
        """Give the latest file of one document: that of the newest renderer that made it."""
        for one in reversed(self.renderings):
            if (one.kind, one.about_seq, one.language, one.copy) == (kind, about_seq, language, copy):
                return one
        return None


def start() -> DocumentState:
    """Give the state before the first event."""
    return DocumentState()


def evolve(state: DocumentState, event: EventRecord) -> DocumentState:
    """Give the state after one event; of files that were sealed, only those that stand here are known."""
    match event:
        case DocumentRendered():
            made = Rendering(
                event.kind, event.about_seq, event.language, event.copy, event.software, event.digest, event.bytes,
                event.media_type, event.profile,
            )  # fmt: skip
            return DocumentState((*state.renderings, made))
        case DocumentSealed():
            return DocumentState(
                tuple(
                    replace(one, sealed=(*one.sealed, event.digest)) if one.digest == event.rendered else one
                    for one in state.renderings
                )
            )
        case _:
            return state


DOCUMENT: StreamKind[DocumentState] = StreamKind("document", start, evolve)
"""Files made from entries: `world.state(DOCUMENT, <id of what they are of>)`."""
