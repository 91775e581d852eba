"""What a writer holds while its ledger is active: keys, the library's event store, cached states, the register.

It is opened with the first call after a quiet time and closed when the thread ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from eventsourcing.persistence import EventStore

from ledger.domain.decision import StreamKind
from ledger.domain.periods import BusinessDays
from ledger.domain.register import Register
from ledger.kernel.errors import Break
from ledger.kernel.frozen import frozen
from ledger.kernel.stretch import ERASED, PURGED
from ledger.shell.clock import Clock, parse_cut_off
from ledger.shell.closing import Closing
from ledger.shell.entropy import Entropy
from ledger.shell.errors import HeadMoved, LedgerUnknown
from ledger.shell.mapper import Event, EventMapper, TailEvent
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.sealing import LedgerKeys, StoreMark
from ledger.shell.store import Head, Store
from ledger.shell.world import States

_MOST_TO_DROP = 2000
_TAKES_AWAY = frozenset({ERASED, PURGED})


@frozen(kw_only=True)
class Prepared(Event):
    """An event whose entry is serialised already: its writer knows that it is of the format."""

    stored: TailEvent

    @staticmethod
    def of(mapper: EventMapper, stream: str, version: int, record: Any, actor: str) -> Prepared:
        """Serialise an event now.

        Raises:
            Malformed: a value is not of the format.
        """
        return Prepared(stream, version, record, actor, stored=mapper.tail(stream, version, record, actor))


class GroupMapper(EventMapper):
    """The library's mapper for a group: each member was mapped alone, so that a malformed one fails alone."""

    def to_stored_event(self, domain_event: Any) -> TailEvent:
        """Give the entry's tail, serialised now unless it is already."""
        if type(domain_event) is Prepared:
            return domain_event.stored
        return super().to_stored_event(domain_event)


class GroupStore(EventStore[str]):
    """The library's event store for a group, whose writer has no use for a `Recording` of each event."""

    def put(self, domain_events: Sequence[Any], **kwargs: Any) -> list[Any]:
        """Store events as the library does; give nothing back."""
        self.recorder.insert_events([self.mapper.to_stored_event(event) for event in domain_events], **kwargs)
        return []


class Session:
    """One active ledger, in its writer's thread."""

    def __init__(
        self,
        store: Store,
        keys: LedgerKeys,
        clock: Clock,
        kinds: Mapping[str, StreamKind[Any]],
        states: int,
    ) -> None:
        """Open the ledger that `keys` belong to.

        Raises:
            BehindMark: the store is older than what was sealed.
            LedgerUnknown: it is not in this store.
        """
        self.ledger = keys.facts.ledger
        self.store = store
        self.keys = keys
        self.kinds = kinds
        opening = next(store.lines(self.ledger, 0, 1), None)
        if opening is None:
            raise LedgerUnknown(self.ledger)
        body = orjson.loads(opening.line)["entry"]["body"]
        self.recorder = LedgerRecorder(
            store,
            self.ledger,
            keys,
            clock=clock.now,
            mark=StoreMark(keys, store),
            seal_every_entry=body["seal_every"] == "entry",
        )
        self.entropy = Entropy()
        self.mapper = GroupMapper(ledger=self.ledger, entropy=self.entropy)
        self.events = GroupStore(self.mapper, self.recorder)
        self.states = States(self.events, states)
        self.simulated = body["clock"] == "simulated"
        self.zone = ZoneInfo(body["time_zone"])
        self.cut_off: timedelta = parse_cut_off(body["cut_off"])
        self.days = BusinessDays(self.zone, self.cut_off)
        self.closing = Closing(store, self.ledger, self.days)
        self.software_noted = False
        """Whether the ledger is known to name this very software."""
        self._head: Head | None = None
        self._register = Register()

    def head(self) -> Head:
        """Give the head; when it is another than the last one, the states that others changed are dropped first.

        Raises:
            BehindMark, Break, LedgerUnknown, Unavailable.
        """
        head = self._read_head()
        if head is not self._head:
            if self._head is not None:
                self._drop_changed(self._head)
            self._head = head
            self._register = Register.from_json(orjson.loads(head.register))
        return head

    def head_written(self) -> Head:
        """Give the head that the last append of this session made."""
        head = self.recorder.head()
        if head is None:
            raise LedgerUnknown(self.ledger)
        return head

    @property
    def register(self) -> Register:
        """The register as of `head()`."""
        return self._register

    def advance(self, head: Head, register: Register) -> None:
        """Go on from a head that this session wrote itself; its states were kept by the caller."""
        self._head = head
        self._register = register

    def forget(self) -> None:
        """Trust nothing that is cached: after a failure whose effects are not known."""
        self.recorder.forget_head()
        self.states.clear()
        self.software_noted = False
        self._head = None

    def close(self) -> None:
        """Make the mark durable and let go."""
        self.keys.close()

    def _read_head(self) -> Head:
        while True:
            try:
                head = self.recorder.head()
            except HeadMoved:  # another process appended between two reads
                continue
            if head is None:
                raise LedgerUnknown(self.ledger)
            return head

    def _drop_changed(self, old: Head) -> None:
        changed = 0
        for line in self.store.lines(self.ledger, old.seq - 1, limit=_MOST_TO_DROP):
            if line.seq == old.seq and line.fingerprint != old.fingerprint:
                raise Break("fork", "an entry that was there is another one now", old.seq)
            if line.type in _TAKES_AWAY:  # what other states were made of has gone, or goes now
                changed = _MOST_TO_DROP
                break
            self.states.drop((line.stream,))
            changed += 1
        if changed in (0, _MOST_TO_DROP):
            self.states.clear()
