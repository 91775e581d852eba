"""Where documents read their entries: a store, bounded by the last entry that they may know of, or a list of entries.

A document costs its own streams: the issuer's, its own and the few it names. Only the customer statement goes over the
whole ledger, by types (`Sources.of_types`), until a projection keeps customers' accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import orjson

from ledger.domain import codec
from ledger.domain.events.common import EventRecord
from ledger.kernel.errors import SceauError
from ledger.kernel.frozen import frozen
from ledger.shell.purged import purged
from ledger.shell.store import Disclosure, Line, Store


class NoDocument(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """There is no such document, or nothing for it to say: ask for another. Names an id and a kind, no person."""

    def __init__(self, kind: str, about: str, reason: str = "no_such_document") -> None:
        """Keep the kind asked for, the id and a stable reason (`no_such_document`, `nothing_due`, ...)."""
        super().__init__(f"{reason}: {kind} of {about}")
        self.kind = kind
        self.about = about
        self.reason = reason


@frozen
class Recorded:
    """One entry as documents read it.

    `at` is UTC (`chain.at`); `gone` names private members that were erased; `salts` are those of the private values at
    hand, by member.
    """

    seq: int
    stream: str
    version: int
    at: str
    fingerprint: str
    event: EventRecord
    gone: tuple[str, ...] = ()
    salts: tuple[tuple[str, str], ...] = ()


class Sources(Protocol):
    """What a document may be made from: the entries of one ledger up to `upto`.

    Raises (every method):
        StreamPurged: a line that is asked for was purged; its archive is named.
    """

    @property
    def ledger(self) -> str:
        """The ledger's id."""

    @property
    def upto(self) -> int:
        """The last entry that is seen; what came after has not happened."""

    def stream(self, stream: str) -> Sequence[Recorded]:
        """One stream's entries, oldest first; empty for a stream that there is not."""

    def first(self, stream: str) -> Recorded | None:
        """The entry that began a stream, or None: cheaper than the stream, for documents that stand in it alone."""

    def entry(self, seq: int) -> Recorded | None:
        """One entry, or None when there is none."""

    def of_types(self, types: Sequence[str]) -> Iterator[Recorded]:
        """Every entry of these types in order: it costs the ledger. Purged lines are left out."""


_SHARED: Final = ("ledger:self", "issuer:self")
"""Streams that every document of a ledger reads: kept once read."""


class StoreSources:
    """`Sources` over a store, as of one entry. Reads nothing until asked; keeps what every document reads again."""

    def __init__(self, store: Store, ledger: str, upto: int | None = None) -> None:
        """Read `ledger` up to entry `upto`, or up to its present end.

        Raises:
            NoDocument: the ledger is not in this store (`no_such_ledger`).
        """
        self._store = store
        self._ledger = ledger
        if upto is None:
            head = store.head(ledger)
            if head is None:
                raise NoDocument("ledger", ledger, "no_such_ledger")
            upto = head.seq
        self._upto = upto
        self._kept: dict[str, tuple[Recorded, ...]] = {}

    @property
    def ledger(self) -> str:
        """See `Sources`."""
        return self._ledger

    @property
    def upto(self) -> int:
        """See `Sources`."""
        return self._upto

    def stream(self, stream: str) -> Sequence[Recorded]:
        """See `Sources`."""
        found = self._kept.get(stream)
        if found is None:
            lines = [line for line in self._store.stream(self._ledger, stream) if line.seq <= self._upto]
            found = tuple(self._read(lines))
            if stream in _SHARED:
                self._kept[stream] = found
        return found

    def first(self, stream: str) -> Recorded | None:
        """See `Sources`."""
        lines = [line for line in self._store.stream(self._ledger, stream, limit=1) if line.seq <= self._upto]
        return next(self._read(lines), None)

    def entry(self, seq: int) -> Recorded | None:
        """See `Sources`."""
        if not 1 <= seq <= self._upto:
            return None
        found = tuple(self._read(list(self._store.lines(self._ledger, seq - 1, seq, 1))))
        return found[0] if found else None

    def of_types(self, types: Sequence[str]) -> Iterator[Recorded]:
        """See `Sources`."""
        chunk: list[Line] = []
        for line in self._store.lines(self._ledger, 0, self._upto, types=types):
            if line.line:
                chunk.append(line)
            if len(chunk) == _CHUNK:
                yield from self._read(chunk)
                chunk = []
        yield from self._read(chunk)

    def _read(self, lines: Sequence[Line]) -> Iterator[Recorded]:
        private: dict[int, dict[str, Any]] = {}
        salts: dict[int, dict[str, str]] = {}
        for one in self._disclosed(lines):
            private.setdefault(one.seq, {})[one.path[1:]] = orjson.loads(one.value)
            salts.setdefault(one.seq, {})[one.path[1:]] = one.salt
        for line in lines:
            if not line.line:
                raise purged(self._store, self._ledger, line)
            whole = orjson.loads(line.line)
            at, entry = whole["chain"]["at"], whole["entry"]
            here = private.get(line.seq, {})
            yield recorded_of(line.seq, at, line.fingerprint, entry, here, salts.get(line.seq, {}))

    def _disclosed(self, lines: Sequence[Line]) -> Iterable[Disclosure]:
        seqs = [line.seq for line in lines if b'{"$c":' in line.line]
        return self._store.disclosures_of(self._ledger, seqs) if seqs else ()


_CHUNK: Final = 500


def recorded_of(
    seq: int,
    at: str,
    fingerprint: str,
    entry: Mapping[str, Any],
    private: Mapping[str, Any],
    salts: Mapping[str, str],
) -> Recorded:
    """Read one entry (the `entry` member of its line) with the private values at hand, and their salts.

    Raises:
        Malformed: see `ledger.domain.codec.decode`.
    """
    body = entry["body"]
    event = codec.decode(entry["type"], body, private)
    gone = tuple(name for name in event.PRIVATE if name in body and name not in private)
    return Recorded(seq, entry["stream"], entry["version"], at, fingerprint, event, gone, tuple(sorted(salts.items())))


class ListedSources:
    """`Sources` over entries held in memory, in order: for tests, and for archives that hold them already."""

    def __init__(self, ledger: str, entries: Iterable[Recorded], upto: int | None = None) -> None:
        """Take the entries of a ledger, oldest first; those after `upto` are left out."""
        self._ledger = ledger
        self._entries = tuple(each for each in entries if upto is None or each.seq <= upto)
        self._by_seq = {each.seq: each for each in self._entries}
        self._streams: dict[str, list[Recorded]] = {}
        for each in self._entries:
            self._streams.setdefault(each.stream, []).append(each)

    @property
    def ledger(self) -> str:
        """See `Sources`."""
        return self._ledger

    @property
    def upto(self) -> int:
        """See `Sources`."""
        return self._entries[-1].seq if self._entries else 0

    def stream(self, stream: str) -> Sequence[Recorded]:
        """See `Sources`."""
        return tuple(self._streams.get(stream, ()))

    def first(self, stream: str) -> Recorded | None:
        """See `Sources`."""
        return next(iter(self._streams.get(stream, ())), None)

    def entry(self, seq: int) -> Recorded | None:
        """See `Sources`."""
        return self._by_seq.get(seq)

    def of_types(self, types: Sequence[str]) -> Iterator[Recorded]:
        """See `Sources`."""
        wanted = frozenset(types)
        return (each for each in self._entries if each.event.TYPE in wanted)
