"""A store in memory: the reference implementation, for tests and trials. Nothing outlives the process."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import RLock

from ledger.shell.errors import HeadMoved, OperationTaken, StreamConflict
from ledger.shell.side import MemorySide, Side
from ledger.shell.store import Append, Disclosure, Head, LedgerRow, Line, Operation, Row, SealRow
from ledger.shell.stores.checks import check

_CHUNK_ROWS = 2000


@dataclass(slots=True)
class _Ledger:
    head: Head
    lines: list[Line] = field(default_factory=list)
    streams: dict[str, list[int]] = field(default_factory=dict)  # stream -> index into lines, by version
    seals: list[SealRow] = field(default_factory=list)
    disclosures: dict[int, list[Disclosure]] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)


class Shelf:
    """What several memory stores may share, as several connections share one database."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.ledgers: dict[str, _Ledger] = {}
        self.directory: dict[str, LedgerRow] = {}
        self.tracking: dict[tuple[str, str], int] = {}
        self.side = MemorySide()


class MemoryStore:
    """`ledger.shell.store.Store` over plain Python lists."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf or Shelf()
        self._lock = self._shelf.lock

    def open_ledger(self, name: str, kind: str, append: Append) -> None:
        """See `Store`."""
        needed = check(append)
        if needed:
            raise StreamConflict(*needed[0])
        with self._lock:
            taken = any(row.name == name for row in self._shelf.directory.values())
            if taken or append.ledger in self._shelf.directory:
                raise HeadMoved("the ledger's id or name is taken")
            self._shelf.directory[append.ledger] = LedgerRow(append.ledger, name, kind)
            self._shelf.ledgers[append.ledger] = ledger = _Ledger(append.head)
            _keep(ledger, append)

    def ledgers(self) -> list[LedgerRow]:
        """See `Store`."""
        with self._lock:
            return sorted(self._shelf.directory.values(), key=lambda row: row.name)

    def find(self, name_or_id: str) -> LedgerRow | None:
        """See `Store`."""
        with self._lock:
            rows = self._shelf.directory
            return rows.get(name_or_id) or next((row for row in rows.values() if row.name == name_or_id), None)

    def append(self, append: Append) -> None:
        """See `Store`."""
        needed = check(append)
        with self._lock:
            ledger = self._shelf.ledgers.get(append.ledger)
            if ledger is None or append.expected is None or not _same(ledger.head, append.expected):
                raise HeadMoved(append.ledger)
            for stream, version in needed:
                if len(ledger.streams.get(stream, ())) < version:
                    raise StreamConflict(stream, version + 1)
            for line in append.lines:
                if len(ledger.streams.get(line.stream, ())) >= line.version:
                    raise StreamConflict(line.stream, line.version)
            if any(operation.key in ledger.operations for operation in append.operations):
                raise OperationTaken(append.ledger)
            _keep(ledger, append)

    def head(self, ledger: str) -> Head | None:
        """See `Store`."""
        kept = self._shelf.ledgers.get(ledger)
        return kept.head if kept else None

    def lines(
        self,
        ledger: str,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        types: Sequence[str] = (),
    ) -> Iterator[Line]:
        """See `Store`."""
        with self._lock:
            lines = self._lines(ledger)
            end = len(lines) if upto is None else min(upto, len(lines))
        found = (lines[at] for at in range(max(after, 0), end))
        return islice((line for line in found if not types or line.type in types), limit)

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """See `Store`."""
        lines = self.lines(ledger, after, upto)
        while chunk := [
            (line.seq, line.fingerprint, line.stream, line.version, line.type, line.line)
            for line in islice(lines, _CHUNK_ROWS)
        ]:
            yield chunk

    def lines_desc(self, ledger: str, upto: int | None = None, limit: int = 100) -> Iterator[Line]:
        """See `Store`."""
        with self._lock:
            lines = self._lines(ledger)
            end = len(lines) if upto is None else min(upto, len(lines))
        return (lines[at] for at in range(end - 1, max(end - limit, 0) - 1, -1))

    def stream(
        self,
        ledger: str,
        stream: str,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[Line]:
        """See `Store`."""
        first = max(gt or 0, 0)
        with self._lock:
            lines = self._lines(ledger)
            places = self._shelf.ledgers[ledger].streams.get(stream, []) if lines else []
            chosen = places[first : len(places) if lte is None else max(lte, first)]
        return islice((lines[at] for at in (reversed(chosen) if desc else chosen)), limit)

    def seals(self, ledger: str, after: int = 0) -> Iterator[SealRow]:
        """See `Store`."""
        with self._lock:
            kept = self._shelf.ledgers.get(ledger)
            seals = kept.seals if kept else []
            return iter(seals[bisect_right(seals, after, key=lambda seal: seal.last) :])

    def disclosures(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[Disclosure]:
        """See `Store`."""
        kept = self._shelf.ledgers.get(ledger)
        if kept:
            end = kept.head.seq if upto is None else min(upto, kept.head.seq)
            for seq in range(max(after, 0) + 1, end + 1):
                yield from kept.disclosures.get(seq, ())

    def disclosures_of(self, ledger: str, seqs: Sequence[int]) -> list[Disclosure]:
        """See `Store`."""
        kept = self._shelf.ledgers.get(ledger)
        return [one for seq in sorted(set(seqs)) for one in kept.disclosures.get(seq, ())] if kept else []

    def operation(self, ledger: str, key: str) -> Operation | None:
        """See `Store`."""
        kept = self._shelf.ledgers.get(ledger)
        return kept.operations.get(key) if kept else None

    def operations(self, ledger: str, keys: Sequence[str]) -> dict[str, Operation]:
        """See `Store`."""
        kept = self._shelf.ledgers.get(ledger)
        return {key: kept.operations[key] for key in keys if key in kept.operations} if kept else {}

    def versions(self, ledger: str, streams: Sequence[str]) -> dict[str, int]:
        """See `Store`."""
        with self._lock:
            kept = self._shelf.ledgers.get(ledger)
            return {name: len(kept.streams[name]) for name in streams if name in kept.streams} if kept else {}

    def index(self, ledger: str, upto: int | None = None) -> Iterator[tuple[str, int, int]]:
        """See `Store`."""
        with self._lock:
            kept = self._shelf.ledgers.get(ledger)
            lines = self._lines(ledger)
            streams = sorted(kept.streams.items()) if kept else []
        for stream, places in streams:
            for place in places:
                line = lines[place]
                if upto is None or line.seq <= upto:
                    yield stream, line.version, line.seq

    def track(self, ledger: str, reader: str, position: int) -> bool:
        """See `Store`."""
        with self._lock:
            before = self._shelf.tracking.get((ledger, reader))
            if before is not None and before >= position:
                return False
            self._shelf.tracking[ledger, reader] = position
            return True

    def tracked(self, ledger: str, reader: str) -> int | None:
        """See `Store`."""
        return self._shelf.tracking.get((ledger, reader))

    def side(self) -> Side:
        """See `Store`."""
        return self._shelf.side

    def close(self) -> None:
        """See `Store`."""

    def _lines(self, ledger: str) -> list[Line]:
        kept = self._shelf.ledgers.get(ledger)
        return kept.lines if kept else []


def _same(head: Head, expected: Head) -> bool:
    return head.seq == expected.seq and head.fingerprint == expected.fingerprint


def _keep(ledger: _Ledger, append: Append) -> None:
    for line in append.lines:
        ledger.streams.setdefault(line.stream, []).append(len(ledger.lines))
        ledger.lines.append(line)
    ledger.seals.extend(append.seals)
    for disclosure in sorted(append.disclosures, key=lambda one: (one.seq, one.path)):
        ledger.disclosures.setdefault(disclosure.seq, []).append(disclosure)
    ledger.operations.update((operation.key, operation) for operation in append.operations)
    ledger.head = append.head
