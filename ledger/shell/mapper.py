"""Between event records and stored events: the library's `Mapper`, over our own table of types and canonical bytes.

A private member never enters an entry: its commitment does, and the value goes into a disclosure beside the chain
(`docs/spec/commitment.md`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    Cipher,
    Compressor,
    Mapper,
    MapperDeserialisationError,
    Notification,
    ProgrammingError,
    StoredEvent,
    Transcoder,
)

from ledger.domain import codec as domain_codec
from ledger.kernel import canonical
from ledger.kernel.commitment import commit_bytes, committed
from ledger.kernel.entry import entry_tail
from ledger.kernel.frozen import frozen
from ledger.shell.store import Disclosure


class RecordCodec(Protocol):
    """Between a record and its body, `ledger.domain.codec` first of all."""

    def encode(self, event: Any, /) -> tuple[dict[str, Any], dict[str, Any]]:
        """The body without private members, and those members apart."""

    def decode(self, type_name: str, body: Mapping[str, Any], private: Mapping[str, Any], /) -> Any:
        """The record; a private member that is not at hand reads as None."""


@frozen
class Event:
    """One event record in its envelope: on which stream, at which version, by whom.

    `seq`, `at` and `fingerprint` are the entry's own when the event was read from a ledger, and empty before.
    """

    originator_id: str
    originator_version: int
    record: Any  # one of the types of `ledger.domain.events.EVENT_TYPES`
    actor: str
    seq: int = 0
    at: str = ""
    fingerprint: str = ""


@frozen
class Secret:
    """A private value on its way to a disclosure; it has no `seq` yet."""

    path: str
    salt: str
    value: bytes


@dataclass(frozen=True, init=False)
class TailEvent(StoredEvent):
    """A stored event made by `EventMapper`: `state` is the entry's tail (`ledger.kernel.entry.entry_tail`)."""

    secrets: tuple[Secret, ...]

    def __init__(self, stream: str, version: int, topic: str, state: bytes, secrets: tuple[Secret, ...] = ()) -> None:
        """As the library's, which sets each member of a frozen record the slow way; one is made for every entry."""
        self.__dict__.update(
            originator_id=stream, originator_version=version, topic=topic, state=state, secrets=secrets
        )


@dataclass(frozen=True)
class LineEvent(StoredEvent):
    """A stored event read from a ledger, with the line it came from."""

    seq: int
    fingerprint: str
    line: bytes
    disclosures: tuple[Disclosure, ...] = ()

    @property
    def at(self) -> str:
        """When it was recorded, `chain.at`."""
        return self.line[_AT].decode()


@dataclass(frozen=True)
class LineNotification(Notification):
    """A notification read from a ledger, with the line it came from; its `id` is the entry's seq."""

    fingerprint: str
    line: bytes
    disclosures: tuple[Disclosure, ...] = ()

    @property
    def seq(self) -> int:
        """The entry's seq."""
        return self.id

    @property
    def at(self) -> str:
        """When it was recorded, `chain.at`."""
        return self.line[_AT].decode()


_AT = slice(16, 43)  # docs/spec/entry.md: the prefix has one byte shape


class EventMapper(Mapper[str]):
    """Maps `Event` to `TailEvent`, and what a recorder returns back to `Event`."""

    def __init__(
        self,
        transcoder: Transcoder | None = None,
        compressor: Compressor | None = None,
        cipher: Cipher | None = None,
        *,
        ledger: str | None = None,
        codec: RecordCodec = domain_codec,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take the ledger's id (None until entry 1 is written: only it can then be mapped, and it commits nothing).

        `transcoder` is what the library passes to every mapper; it is not used, as bodies have one byte form.

        Raises:
            ProgrammingError: a cipher or a compressor was asked for: what is sealed must stay readable by anyone.
        """
        if compressor is not None or cipher is not None:
            raise ProgrammingError("a ledger's entries are neither compressed nor encrypted")
        self.transcoder = transcoder  # type: ignore[assignment] # the library's attribute; ours may be None
        self.compressor = None
        self.cipher = None
        self.ledger = ledger
        self._codec = codec
        self._entropy = entropy

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> TailEvent:
        """The entry's tail and the disclosures its commitments stand for.

        Raises:
            Malformed: the body is not of the format.
            TypeError: what was given is not an `Event`.
        """
        if not isinstance(domain_event, Event):
            raise TypeError(f"a ledger keeps Event, not {type(domain_event).__name__}")
        event = domain_event
        return self.tail(event.originator_id, event.originator_version, event.record, event.actor)

    def tail(self, stream: str, version: int, record: Any, actor: str) -> TailEvent:
        """As `to_stored_event`, for an event that has no envelope yet.

        Raises:
            Malformed: the body is not of the format.
        """
        body, private = self._codec.encode(record)
        random = self._entropy(16 + 16 * len(private)).hex()
        found = tuple(
            [
                self._commit(body, name, value, random[32 * place : 32 * place + 32])
                for place, (name, value) in enumerate(private.items(), 1)
            ]
        )
        tail = entry_tail(stream, version, record.TYPE, actor, body, random[:32])
        return TailEvent(stream, version, record.TYPE, tail, found)

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        """The event that a stored event, or a notification, tells.

        Raises:
            MapperDeserialisationError: its bytes are not those of a known type.
        """
        line = stored_event if isinstance(stored_event, (LineEvent, LineNotification)) else None
        try:
            entry = orjson.loads(b"{" + stored_event.state)["entry"]
            private = {d.path[1:]: orjson.loads(d.value) for d in line.disclosures} if line else {}
            record = self._codec.decode(entry["type"], entry["body"], private)
        except Exception as error:  # Malformed, or whatever bytes that are no entry make orjson say
            where = f"{stored_event.topic} of {stored_event.originator_id} {stored_event.originator_version}"
            raise MapperDeserialisationError(f"{where}: {type(error).__name__}") from error
        return Event(
            entry["stream"],
            entry["version"],
            record,
            entry["actor"],
            line.seq if line else 0,
            line.at if line else "",
            line.fingerprint if line else "",
        )

    def _commit(self, body: dict[str, Any], name: str, value: Any, salt: str) -> Secret:
        if self.ledger is None:
            raise ProgrammingError("entry 1 commits to nothing: the ledger has no id yet")
        path = f"/{name}"
        encoded = canonical.encode(value)
        body[name] = committed(commit_bytes(self.ledger, path, salt, encoded))
        return Secret(path, salt, encoded)
