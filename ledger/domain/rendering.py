"""Whether a rendering is recorded: once for each file, and never two for one document by one renderer.

No command asks for it (docs/decisions/rendering.md): the software alone says what it has rendered. Who appends the
event gives it the version that this was decided on, and decides again when another was first.
"""

from __future__ import annotations

from ledger.domain.events.messages import DocumentRendered, DocumentSealed
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.document import DocumentState

SELF = "self"
"""The id of the stream of files about nothing that has an id: closure reports, attestations."""


def stream_id(about: str | None) -> str:
    """Give the id of the document stream of something."""
    return SELF if about is None else about


def decide_rendered(state: DocumentState | None, event: DocumentRendered) -> DocumentRendered | Refusal | None:
    """Give the event to append, None where it is known already, or the refusal of bytes that must not differ."""
    name = (event.kind, event.about_seq, event.language, event.copy, event.software)
    known = () if state is None else state.renderings
    for one in known:
        if (one.kind, one.about_seq, one.language, one.copy, one.software) != name:
            continue
        if one.digest == event.digest:
            return None
        return refuse("DOCUMENT_DIFFERS", "/digest", seq=event.about_seq, recorded=one.digest[:16])
    return event


def decide_sealed(state: DocumentState | None, event: DocumentSealed) -> DocumentSealed | Refusal | None:
    """Give the event to append, None where it is known already, or the refusal of a seal on no file of ours."""
    known = () if state is None else state.renderings
    of = next((one for one in known if one.digest == event.rendered), None)
    if of is None:
        return refuse("SEALED_OF_NOTHING", "/rendered")
    return None if event.digest in of.sealed else event
