"""The world that a command sees inside the writer: states from a cache, time read once, effects of the same group.

States come through the library's `Repository` and stay in a bounded cache. The cache is right as of one head: when the
head has moved, the streams that others wrote are dropped from it.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import EventStore

from ledger.domain.decision import After, Emit, StreamKind
from ledger.domain.register import Register
from ledger.kernel.frozen import frozen
from ledger.shell.mapper import Event

S = TypeVar("S")


@frozen
class Folded:
    """A stream's last version and its state after it; version 0 has no state."""

    version: int
    state: Any


NOTHING = Folded(0, None)


class NotYetWritten(Exception):  # noqa: N818 - never leaves the shell
    """A member asks for what the store will know only after its own group: it must wait for the next one."""


class States:
    """The states of one ledger's streams: cached, read through the library's repository when they are not."""

    def __init__(self, events: EventStore[str], limit: int) -> None:
        """Cache at most `limit` streams."""
        self._events = events
        self._repository: Repository[str] = Repository(events)
        self._limit = limit
        self._kept: OrderedDict[str, Folded] = OrderedDict()

    def fold(self, kind: StreamKind[Any], stream: str) -> Folded:
        """Give a stream's state as of the head that this cache is right for."""
        found = self._kept.get(stream)
        if found is None:
            found = self.read(kind, stream)
            self.keep(stream, found)
        else:
            self._kept.move_to_end(stream)
        return found

    def read(self, kind: StreamKind[Any], stream: str) -> Folded:
        """Give a stream's state from the store, past the cache."""

        def project(_: object, events: Iterable[Event]) -> Folded | None:
            version, state = 0, kind.start()
            for event in events:
                version, state = event.originator_version, kind.evolve(state, event.record)
            return Folded(version, state) if version else None

        try:
            found: Any = self._repository.get(stream, projector_func=project)  # type: ignore[type-var] # any value will do
        except AggregateNotFoundError:
            return NOTHING
        folded: Folded = found
        return folded

    def known(self, stream: str) -> int | None:
        """Give the last version of a stream, or None when it is not cached."""
        found = self._kept.get(stream)
        return found.version if found is not None else None

    def fingerprint(self, stream: str, version: int) -> str | None:
        """Give the fingerprint of one stored entry, or None."""
        found: Any = next(iter(self._events.recorder.select_events(stream, gt=version - 1, lte=version)), None)
        return None if found is None else found.fingerprint

    def keep(self, stream: str, folded: Folded) -> None:
        """Keep a stream's state, and let the one longest unused go."""
        self._kept[stream] = folded
        self._kept.move_to_end(stream)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def keep_all(self, fresh: Mapping[str, Folded]) -> None:
        """Keep the states after a committed group."""
        for stream, folded in fresh.items():
            self.keep(stream, folded)

    def drop(self, streams: Iterable[str]) -> None:
        """Forget streams that somebody else wrote."""
        for stream in streams:
            self._kept.pop(stream, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


class GroupWorld:
    """`ledger.domain.decision.World` for the members of one group, each seeing what those before it did."""

    def __init__(
        self,
        states: States,
        kinds: Mapping[str, StreamKind[Any]],
        register: Register,
        now: datetime,
        today: date,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Begin a group at `now`, on states right as of the head."""
        self._entropy = entropy
        self._states = states
        self._kinds = kinds
        self._register = register
        self._now = now
        self._today = today
        self._actor = "system"
        self._fresh: set[str] = set()
        self._undo: tuple[Register, list[tuple[str, Folded | None]]] = (register, [])
        self.folds: dict[str, Folded] = {}
        """The states after the members accepted so far."""
        self.unread: set[str] = set()
        """Streams of prepared events, whose states are to be read from the store after COMMIT."""

    @property
    def now(self) -> datetime:
        """The moment that will be recorded."""
        return self._now

    @property
    def today(self) -> date:
        """The ledger's current day."""
        return self._today

    @property
    def actor(self) -> str:
        """Who asks."""
        return self._actor

    @property
    def register(self) -> Register:
        """The ledger-wide facts."""
        return self._register

    def act_as(self, actor: str) -> None:
        """Let the next member ask."""
        self._actor = actor

    def fresh_id(self) -> str:
        """Give a random UUID, version 4."""
        digits = self._entropy(16).hex()
        # RFC 9562, version 4: the same as str(uuid4()), at a third of the cost.
        variant = "89ab"[int(digits[16], 16) & 3]
        identifier = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        self._fresh.add(identifier)
        return identifier

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """Give the state of a stream, or None when it has no event.

        Raises:
            NotYetWritten: a prepared event of this very group is on it.
        """
        stream = f"{kind.prefix}:{identifier}"
        if stream in self.unread:
            raise NotYetWritten
        found = self.folds.get(stream)
        if found is None:
            # An id drawn a moment ago is in no store; if it were, the store's own key would refuse the append.
            found = NOTHING if identifier in self._fresh else self._states.fold(kind, stream)
        state: S | None = found.state
        return state

    def recorded(self, stream: str, version: int) -> str | None:
        """Give the fingerprint of one entry of a stream, or None.

        Raises:
            NotYetWritten: the entry is of this very group.
        """
        found = self.folds.get(stream)
        if found is not None and version <= found.version:
            written = self._states.fingerprint(stream, version)
            if written is None:
                raise NotYetWritten
            return written
        return self._states.fingerprint(stream, version)

    def accept(self, events: Sequence[Emit], after: After | None = None) -> list[int]:
        """Take in the events of an accepted member; give the version of each. `undo` takes them back.

        `after` is what the decision's plan folded on the way; without it the events are folded here.
        """
        versions: list[int] = []
        self._undo = (self._register, [])
        register = self._register
        folds = self.folds
        for emit in events:
            stream, event = emit.stream, emit.event
            if stream in self.unread:
                raise NotYetWritten
            prefix, _, identifier = stream.partition(":")
            kind = self._kinds[prefix]
            before = folds.get(stream)
            self._undo[1].append((stream, before))
            if before is None:
                before = NOTHING if identifier in self._fresh else self._states.fold(kind, stream)
            if after is None:
                state = kind.evolve(kind.start() if before.state is None else before.state, event)
                register = register.evolve(stream, event)
            else:
                state = after.states[stream]
            folds[stream] = Folded(before.version + 1, state)
            versions.append(before.version + 1)
        self._register = register if after is None else after.register
        return versions

    def undo(self) -> None:
        """Take the last accepted member back."""
        self._register, touched = self._undo
        for stream, before in reversed(touched):
            if before is None:
                self.folds.pop(stream, None)
            else:
                self.folds[stream] = before

    def take_in(self, stream: str, version: int, record: Any) -> None:
        """Take in a prepared event, whose private values are not at hand: its stream's state is read again later."""
        self.folds[stream] = Folded(version, None)
        self.unread.add(stream)
        self._register = self._register.evolve(stream, record)

    def version(self, stream: str, stored: Mapping[str, int]) -> int:
        """Give the last version of a stream: this group's, or the cached one, or that of `stored`, or 0."""
        found = self.folds.get(stream)
        if found is not None:
            return found.version
        known = self._states.known(stream)
        return known if known is not None else stored.get(stream, 0)
