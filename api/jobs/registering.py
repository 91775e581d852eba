"""The register of a server's ledgers: an entry for each ledger, and where it stood at each of its checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from uuid import uuid4

import orjson

from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import HeadNoted, LedgerRegistered
from ledger.domain.streams.counted import REGISTER
from ledger.shell.journal import journal
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow, CheckpointRow, LedgerRow, Store

_PIECE: Final = 200
KIND: Final = "register"


@dataclass(frozen=True, slots=True)
class Noted:
    """What the register says of one ledger."""

    stream: str
    genesis: str
    size: int = 0
    head: str = ""
    root: str = ""


class Registering:
    """Keeps the register of a service's ledgers, if it has one. Run by one thread at a time."""

    def __init__(self, service: Service) -> None:
        """Note the ledgers of `service`."""
        self._service = service
        self._noted: dict[str, Noted] | None = None
        self._now: dict[str, Noted] = {}
        self._head = 0

    def run(self) -> int:
        """Note what is new; give the number of entries written."""
        register = register_of(self._service.store)
        if register is None:
            return 0
        store = self._service.store
        # Another process may have had the lease meanwhile: what it wrote is read first, whatever we remember.
        known, after = ({}, 0) if self._noted is None else (self._noted, self._head)
        self._noted, self._head = noted(store, register.ledger, known, after)
        self._now = dict(self._noted)  # what we write is remembered when it is read: another may have been first
        members: list[tuple[str, EventRecord]] = []
        written = 0
        for row in store.ledgers():
            if row.kind == KIND:
                continue
            members.extend(self._new(row, store.last_checkpoint(row.ledger)))
            if len(members) >= _PIECE:
                written += self._write(register.ledger, members)
                members = []
        return written + (self._write(register.ledger, members) if members else 0)

    def _new(self, row: LedgerRow, checkpoint: CheckpointRow | None) -> Iterator[tuple[str, EventRecord]]:
        noted = self._now
        one = noted.get(row.ledger)
        if one is None:
            first = next(self._service.store.lines(row.ledger, 0, 1), None)
            if first is None or row.kind == KIND:
                return
            one = noted[row.ledger] = Noted(REGISTER.stream(str(uuid4())), first.fingerprint)
            kind: Any = row.kind
            yield one.stream, LedgerRegistered(registered=row.ledger, genesis=one.genesis, kind=kind)
        if checkpoint is None or checkpoint.size <= one.size:
            return
        last = next(self._service.store.lines(row.ledger, checkpoint.size - 1, checkpoint.size), None)
        if last is None:
            return
        root = checkpoint.root.hex()
        noted[row.ledger] = Noted(one.stream, one.genesis, checkpoint.size, last.fingerprint, root)
        yield (
            one.stream,
            HeadNoted(registered=row.ledger, size=checkpoint.size, head=last.fingerprint, root=root),
        )

    def _write(self, register: str, members: list[tuple[str, EventRecord]]) -> int:
        try:
            answer = journal(self._service, register, members)
        except BaseException:
            self._noted = None  # what was kept is read again
            raise
        return len(answer.entries)


def register_of(store: Store) -> LedgerRow | None:
    """Give the store's register of ledgers, if one was opened."""
    return next((row for row in store.ledgers() if row.kind == KIND), None)


class RegisterView:
    """What the register's own anchors do for the ledgers in it: one anchor of the register is one of each."""

    def __init__(self, store: Store) -> None:
        """Look into the register of `store`, if it has one. Methods may be called from several threads."""
        self._store = store
        self._lock = Lock()
        self._streams: dict[str, str] = {}
        self._after = 0

    def last_anchors(self) -> tuple[AnchorRow, ...]:
        """Give the register's own latest anchors."""
        register = register_of(self._store)
        return tuple(self._store.last_anchors(register.ledger)) if register is not None else ()

    def anchors_of(self, ledger: str) -> list[AnchorRow]:
        """Give the anchors that a ledger has through the register: without a proof of its own, as told by `place`."""
        register = register_of(self._store)
        if register is None:
            return []
        stream = self._stream(register.ledger, ledger)
        if stream is None:
            return []
        found: list[AnchorRow] = []
        for row in self._store.last_anchors(register.ledger):
            for line in self._store.stream(register.ledger, stream, desc=True):
                if line.type == HeadNoted.TYPE and line.seq <= row.size:
                    size = orjson.loads(line.line)["entry"]["body"]["size"]
                    found.append(AnchorRow(size, row.kind, through(row.place), row.at, b""))
                    break
        return found

    def _stream(self, register: str, ledger: str) -> str | None:
        with self._lock:
            for line in self._store.lines(register, self._after, types=(LedgerRegistered.TYPE,)):
                ledger_id = orjson.loads(line.line)["entry"]["body"]["registered"]
                self._streams.setdefault(ledger_id, line.stream)  # two processes at once: the first word counts
                self._after = line.seq
            return self._streams.get(ledger)


def through(place: str) -> str:
    """Name a place that was reached through the register."""
    return f"register/{place}"[:64]


def noted(
    store: Store, register: str, known: Mapping[str, Noted] | None = None, after: int = 0, upto: int | None = None
) -> tuple[dict[str, Noted], int]:
    """Read what the register says of every ledger, the last word on each, on top of what was read up to `after`."""
    found = dict(known or {})
    for line in store.lines(register, after, upto, types=(LedgerRegistered.TYPE, HeadNoted.TYPE)):
        after = line.seq
        body = orjson.loads(line.line)["entry"]["body"]
        ledger = body["registered"]
        if line.type == LedgerRegistered.TYPE:
            found.setdefault(ledger, Noted(line.stream, body["genesis"]))
        elif ledger in found and body["size"] >= found[ledger].size:  # of two processes at once, who came further
            one = found[ledger]
            found[ledger] = Noted(one.stream, one.genesis, body["size"], body["head"], body["root"])
    return found, after


@dataclass(frozen=True, slots=True)
class Missed:
    """What the register says and the store does not bear out."""

    code: str  # ledger_missing | ledger_behind_register | ledger_differs
    ledger: str
    seq: int
    words: str

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"code": self.code, "ledger": self.ledger, "seq": self.seq, "words": self.words}


def compare(store: Store, register: str) -> list[Missed]:
    """Compare the store with its register: whole ledgers missing, set back, or others under the same id.

    The register itself is a ledger like the others: check it first.
    """
    found: list[Missed] = []
    for ledger, one in noted(store, register)[0].items():
        head = store.head(ledger)
        first = next(store.lines(ledger, 0, 1), None)
        if head is None or first is None:
            found.append(Missed("ledger_missing", ledger, one.size, "the register has it, and the store has not"))
        elif first.fingerprint != one.genesis:
            found.append(Missed("ledger_differs", ledger, 1, "entry 1 is not the one that was registered"))
        elif head.seq < one.size:
            words = f"it had {one.size} entries when the register noted it, and has {head.seq}"
            found.append(Missed("ledger_behind_register", ledger, head.seq + 1, words))
        elif one.size:
            last = next(store.lines(ledger, one.size - 1, one.size), None)
            if last is None or last.fingerprint != one.head:
                found.append(Missed("ledger_differs", ledger, one.size, "not the entry that the register noted"))
    return found
