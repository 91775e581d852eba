"""The message stream: one message, from the queue to the next server.

Its id is made from its occasion (`message_id`), so that the stream itself is where a second message for one
occasion is met: nothing has to be searched, and the store refuses the double even under two writers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import MessageFailed, MessageQueued, MessageSent


@dataclass(frozen=True, slots=True)
class MessageState:
    """One message; `attempts` counts the tries to hand it over."""

    phase: Literal["none", "queued", "sent", "failed"] = "none"
    about: str | None = None
    attempts: int = 0


def message_id(occasion: str) -> str:
    """Give the id of the message for one occasion: the first 128 bits of its SHA-256, in the form of a UUIDv4.

    The one id in a ledger that is not random: what it hashes stands beside it in clear and names nobody.
    """
    digest = sha256(b"sceau-message/1\n" + occasion.encode()).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def start() -> MessageState:
    """Give the state before the first event."""
    return MessageState()


def evolve(state: MessageState, event: EventRecord) -> MessageState:
    """Give the state after one event."""
    match event:
        case MessageQueued():
            return MessageState("queued", event.about)
        case MessageSent():
            return replace(state, phase="sent", attempts=event.attempt)
        case MessageFailed():
            return replace(state, phase="failed" if event.final else "queued", attempts=event.attempt)
        case _:
            return state


MESSAGE: StreamKind[MessageState] = StreamKind("message", start, evolve)
"""Messages."""
