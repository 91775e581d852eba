"""Between the library's stored events and a ledger's lines: what a recorder reads and writes.

The shipped codec takes what `EventMapper` made and refuses, by name, whatever is not canonical, not of our types or
not a stream id. (The library's own test suites insert arbitrary bytes: they bring another codec, in `tests/`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from ledger.kernel.entry import NO_PREVIOUS, link, parse
from ledger.kernel.errors import Malformed
from ledger.shell.mapper import Secret, TailEvent
from ledger.shell.store import Line

_ANY_LEDGER = "00000000-0000-8000-8000-000000000000"
_ANY_AT = "2000-01-01T00:00:00.000000Z"


class Tail(NamedTuple):
    """One entry but for its link, and its private values."""

    stream: str
    version: int
    type: str
    tail: bytes
    secrets: tuple[Secret, ...]


class Told(NamedTuple):
    """What a line says in the library's terms."""

    originator_id: UUID | str
    version: int
    topic: str
    state: bytes


class LineCodec(Protocol):
    """How stored events become entries, and entries stored events."""

    def tail(self, event: StoredEvent) -> Tail:
        """The entry of a stored event, but for its link. Raises Malformed."""

    def tell(self, line: Line) -> Told:
        """The stored event of an entry."""

    def stream(self, originator_id: UUID | str) -> str:
        """The stream of an originator."""

    def version(self, version: int) -> int:
        """The entry version of an originator version."""

    def types(self, topics: Sequence[str]) -> Sequence[str]:
        """The entry types that may hold these topics; none means any."""


class TailCodec:
    """The shipped `LineCodec`: a stored event is an entry, so nothing is wrapped and nothing is changed."""

    def tail(self, event: StoredEvent) -> Tail:
        """See `LineCodec`; what `EventMapper` did not make is parsed whole, and its columns compared.

        Raises:
            Malformed: the bytes are no entry's tail, or say another stream, version or type.
        """
        if type(event) is TailEvent:
            stream, version = event.originator_id, event.originator_version
            return Tail(str(stream), version, event.topic, event.state, event.secrets)
        entry = parse(link(_ANY_LEDGER, 1, NO_PREVIOUS, _ANY_AT, event.state)[0])
        said = (entry.stream, entry.version, entry.type)
        for name, told, stated in zip(
            ("stream", "version", "type"),
            said,
            (event.originator_id, event.originator_version, event.topic),
            strict=True,
        ):
            if told != stated:
                raise Malformed(name, f"/entry/{name}")
        return Tail(*said, event.state, ())

    def tell(self, line: Line) -> Told:
        """See `LineCodec`."""
        return Told(line.stream, line.version, line.type, line.line[181 + len(str(line.seq)) :])

    def stream(self, originator_id: UUID | str) -> str:
        """See `LineCodec`."""
        return str(originator_id)

    def version(self, version: int) -> int:
        """See `LineCodec`."""
        return version

    def types(self, topics: Sequence[str]) -> Sequence[str]:
        """See `LineCodec`."""
        return topics
