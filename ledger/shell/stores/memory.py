"""A store in memory: the reference implementation, for tests and trials. Nothing outlives the process."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import RLock
from typing import Any

import orjson

from ledger.kernel.stretch import KEPT
from ledger.shell.errors import HeadMoved, OperationTaken, StoreFailure, StreamConflict
from ledger.shell.side import MemorySide, Side
from ledger.shell.store import (
    AnchorRow,
    Append,
    CheckpointRow,
    Disclosure,
    Head,
    LedgerRow,
    Line,
    Operation,
    Row,
    SealRow,
)
from ledger.shell.stores.checks import check, same_root

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
        self.checkpoints: dict[str, dict[int, CheckpointRow]] = {}
        self.anchors: dict[str, dict[tuple[int, str, str], AnchorRow]] = {}
        self.staged: dict[str, _Ledger] = {}
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

    def keep_checkpoint(self, ledger: str, row: CheckpointRow) -> bool:
        """See `Store`."""
        with self._lock:
            kept = self._shelf.checkpoints.setdefault(ledger, {})
            if row.size in kept:
                return same_root(kept[row.size].root, row.root, row.size)
            kept[row.size] = row
            return True

    def last_checkpoint(self, ledger: str, upto: int | None = None) -> CheckpointRow | None:
        """See `Store`."""
        with self._lock:
            kept = self._shelf.checkpoints.get(ledger, {})
            size = max((size for size in kept if upto is None or size <= upto), default=None)
            return None if size is None else kept[size]

    def checkpoints(self, ledger: str, after: int = 0) -> Iterator[CheckpointRow]:
        """See `Store`."""
        with self._lock:
            kept = sorted(self._shelf.checkpoints.get(ledger, {}).items())
        return (row for size, row in kept if size > after)

    def keep_anchor(self, ledger: str, row: AnchorRow) -> bool:
        """See `Store`."""
        with self._lock:
            kept = self._shelf.anchors.setdefault(ledger, {})
            key = (row.size, row.kind, row.place)
            return kept.setdefault(key, row) is row

    def anchors(self, ledger: str, after: int = 0) -> Iterator[AnchorRow]:
        """See `Store`."""
        with self._lock:
            kept = sorted(self._shelf.anchors.get(ledger, {}).items())
        return (row for key, row in kept if key[0] > after)

    def last_anchors(self, ledger: str) -> list[AnchorRow]:
        """See `Store`."""
        last = {(row.kind, row.place): row for row in self.anchors(ledger)}
        return [row for _, row in sorted(last.items())]

    def purge(self, ledger: str, by: int, seqs: Sequence[int]) -> int:
        """See `Store`."""
        with self._lock:
            body = self._said(ledger, by, "entries.purged/1")
            kept = self._shelf.ledgers[ledger]
            for seq in seqs:
                line = kept.lines[seq - 1]
                covered = body["first_seq"] <= seq <= body["last_seq"] < by and seq > 1
                if not covered or line.stream.partition(":")[0] in KEPT:
                    raise StoreFailure("entries are append-only")
            gone = 0
            for seq in seqs:
                line = kept.lines[seq - 1]
                gone += bool(line.line)
                kept.lines[seq - 1] = line._replace(line=b"")
                kept.disclosures.pop(seq, None)
            return gone

    def erase(self, ledger: str, by: int, places: Sequence[tuple[int, str]]) -> int:
        """See `Store`."""
        with self._lock:
            listed = {(one["seq"], one["path"]) for one in self._said(ledger, by, "data.erased/1")["places"]}
            if not listed.issuperset(places) or any(seq >= by for seq, _ in places):
                raise StoreFailure("disclosures are append-only")
            kept, gone = self._shelf.ledgers[ledger].disclosures, 0
            for seq, path in places:
                left = [one for one in kept.get(seq, ()) if one.path != path]
                gone += len(kept.get(seq, ())) - len(left)
                kept[seq] = left
            return gone

    def reclaim(self) -> bool:
        """See `Store`."""
        return True

    def stage(
        self, ledger: str, lines: Sequence[Line], seals: Sequence[SealRow], disclosures: Sequence[Disclosure]
    ) -> None:
        """See `Store`."""
        with self._lock:
            if ledger in self._shelf.directory:
                raise StoreFailure("the ledger has a head")
            nothing = Head(0, "", "", "", b"")
            staged = self._shelf.staged.setdefault(ledger, _Ledger(nothing))
            last = staged.seals[-1].last if staged.seals else 0
            if (lines and lines[0].seq != len(staged.lines) + 1) or (seals and seals[0].last <= last):
                raise StoreFailure("it is there already")
            _keep(staged, Append(ledger, nothing, lines, seals, disclosures, (), nothing))

    def adopt(self, row: LedgerRow, head: Head) -> None:
        """See `Store`."""
        with self._lock:
            taken = any(one.name == row.name for one in self._shelf.directory.values())
            if taken or row.ledger in self._shelf.directory:
                raise HeadMoved("the ledger's id or name is taken")
            staged = self._shelf.staged.pop(row.ledger, None) or _Ledger(head)
            staged.head = head
            self._shelf.directory[row.ledger] = row
            self._shelf.ledgers[row.ledger] = staged

    def side(self) -> Side:
        """See `Store`."""
        return self._shelf.side

    def close(self) -> None:
        """See `Store`."""

    def _said(self, ledger: str, by: int, type_name: str) -> dict[str, Any]:
        lines = self._lines(ledger)
        line = lines[by - 1] if 0 < by <= len(lines) else None
        if line is None or line.type != type_name:
            raise StoreFailure("no entry says this")
        body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
        return body

    def _lines(self, ledger: str) -> list[Line]:
        kept = self._shelf.ledgers.get(ledger) or self._shelf.staged.get(ledger)
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
