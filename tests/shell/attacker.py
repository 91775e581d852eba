"""Whoever can write into the database: a real ledger's rows taken out, altered, and put back past every trigger."""

from __future__ import annotations

import copy
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from api.demo import play_sale
from ledger.domain.commands.common import Command
from ledger.domain.recount import TYPES, Recount, select
from ledger.domain.tally import COUNTED, Tally
from ledger.kernel import canonical, entry, seal
from ledger.kernel.seal import LocalSigner
from ledger.shell.keys import KeyStore
from ledger.shell.migrate import sqlite_path
from ledger.shell.store import Disclosure, Head, LedgerRow, Line, SealRow, Store
from ledger.shell.stores.memory import MemoryStore, _Ledger
from ledger.shell.stores.open import open_store
from tests.shell.business import PASSPHRASE, HandClock, answered, invoice, opened, service_over

INVOICES = 3  # ordinary ones, after the demonstration's sale


@dataclass
class Rows:
    """Everything the store holds of one ledger, as lists that may be changed at will."""

    directory: LedgerRow
    head: Head | None
    lines: list[Line]
    seals: list[SealRow]
    shown: list[Disclosure]

    def at(self, type_: str, rank: int = 0) -> int:
        """The seq of the entry of that type, counted from the first."""
        return [row.seq for row in self.lines if row.type == type_][rank]

    def line(self, seq: int) -> Line:
        return self.lines[seq - 1]

    def put(self, seq: int, **columns: Any) -> None:
        """Write an entry's columns; those that are not named stay."""
        at = next(at for at, row in enumerate(self.lines) if row.seq == seq)
        self.lines[at] = self.lines[at]._replace(**columns)

    def edit(self, seq: int, old: bytes, new: bytes, *, column: bool = False) -> None:
        """Write other bytes into a line, and its digest into the column beside it if asked."""
        line = self.line(seq).line
        assert line.count(old) >= 1, (old, line)
        changed = line.replace(old, new, 1)
        self.put(seq, line=changed, **({"fingerprint": entry.fingerprint(changed)} if column else {}))

    def seal_of(self, seq: int) -> int:
        """The place of the seal that covers an entry."""
        return next(at for at, row in enumerate(self.seals) if row.first <= seq <= row.last)

    def relink(self, start: int) -> None:
        """Link every entry from `start` on again, as anybody can."""
        for at in range(start - 1, len(self.lines)):
            row = self.lines[at]
            parsed = entry.parse(row.line)
            prev = self.lines[at - 1].fingerprint if at else entry.NO_PREVIOUS
            tail = row.line[row.line.index(b'"entry":') :]
            line, fingerprint = entry.link(parsed.ledger, row.seq, prev, parsed.at, tail)
            self.put(row.seq, line=line, fingerprint=fingerprint)
        self.end()

    def reseal(self, key: LocalSigner, start: int = 1) -> None:
        """Seal every range that ends at `start` or later again, as somebody with the key can."""
        genesis = self.lines[0].fingerprint
        for at, row in enumerate(self.seals):
            if row.last < start:
                continue
            before = self.seals[at - 1] if at else None
            prev = seal.seal_digest(before.text, before.signature) if before else seal.NO_SEAL
            head = self.line(row.last).fingerprint
            text = seal.seal_text(self.directory.ledger, genesis, row.first, row.last, head, prev, key.key_id)
            self.seals[at] = SealRow(row.first, row.last, text, key.sign(text))
        self.end()

    def rewrite(self, seq: int, key: LocalSigner, change: Callable[[dict[str, Any]], object]) -> None:
        """Write another body into an entry, link and seal all that follows: all that the holder of the key can do."""
        row, parsed = self.line(seq), entry.parse(self.line(seq).line)
        body = copy.deepcopy(parsed.body)
        change(body)
        tail = entry.entry_tail(row.stream, row.version, row.type, parsed.actor, body, parsed.salt)
        line, fingerprint = entry.link(parsed.ledger, seq, parsed.prev, parsed.at, tail)
        self.put(seq, line=line, fingerprint=fingerprint)
        self.relink(seq + 1)
        self.reseal(key, seq)

    def append(
        self, key: LocalSigner, stream: str, version: int, type_: str, body: dict[str, Any], at: str | None = None
    ) -> int:
        """Add an entry and its seal, as somebody with the key can; its seq."""
        last = self.lines[-1]
        seq = last.seq + 1
        tail = entry.entry_tail(stream, version, type_, "system", body, "0123456789abcdef" * 2)
        at = at or entry.parse(last.line).at
        line, fingerprint = entry.link(self.directory.ledger, seq, last.fingerprint, at, tail)
        self.lines.append(Line(seq, fingerprint, stream, version, type_, line))
        self.seals.append(SealRow(seq, seq, b"", b""))
        self.reseal(key, seq)
        return seq

    def cut(self, last: int) -> None:
        """Take away everything after an entry at which a seal ends, and say so in the head row."""
        del self.lines[last:]
        self.seals = [row for row in self.seals if row.last <= last]
        self.shown = [row for row in self.shown if row.seq <= last]
        self.end()
        self.recount()

    def recount(self) -> None:
        """Write the register that the entries make into the head row, as a restored backup would have it."""
        assert self.head is not None
        count, tally = Recount(), Tally()
        for row in self.lines:
            if row.type in TYPES:
                list(count(row.seq, select(row.seq, row.type, row.stream, entry.parse(row.line).body)))
            if row.type == "period.closed/1":
                tally = Tally()  # what comes after a closure is of the open day
            elif row.type in COUNTED:
                tally.add(row.type, entry.parse(row.line).body)
        register = replace(count.register, open_cents=tally.weight_cents)
        self.head = replace(self.head, register=canonical.encode(register.to_json()))

    def end(self) -> None:
        """Write the head row that fits the last entry and seal; its register stays."""
        assert self.head is not None
        last, sealed = self.lines[-1], self.seals[-1]
        self.head = Head(
            last.seq,
            last.fingerprint,
            entry.parse(last.line).at,
            seal.seal_digest(sealed.text, sealed.signature),
            self.head.register,
        )


@dataclass
class Place:
    """A store with one real ledger in it, and the keys beside it."""

    url: str
    store: Store
    keys: KeyStore
    ledger: str
    genesis: str
    sound: Rows = field(init=False)

    def __post_init__(self) -> None:
        self.sound = self.read()

    @property
    def kind(self) -> str:
        return self.url.partition(":")[0]

    @property
    def key(self) -> LocalSigner:
        """The real seal key."""
        said = entry.parse(self.sound.lines[0].line).body["seal_key"]
        assert isinstance(said, str)
        signer = self.keys.seal_signer(self.ledger, said)
        assert isinstance(signer, LocalSigner)
        return signer

    def read(self) -> Rows:
        directory = self.store.find(self.ledger)
        assert directory is not None
        return Rows(
            directory,
            self.store.head(self.ledger),
            list(self.store.lines(self.ledger)),
            list(self.store.seals(self.ledger)),
            list(self.store.disclosures(self.ledger)),
        )

    def copy(self) -> Rows:
        return copy.deepcopy(self.sound)

    def write(self, rows: Rows) -> None:
        """Put these rows in place of all that the store holds of the ledger, past its triggers."""
        {"memory": self._memory, "sqlite": self._sqlite, "postgresql": self._postgres}[self.kind](rows)

    def _memory(self, rows: Rows) -> None:
        assert isinstance(self.store, MemoryStore)
        shelf = self.store._shelf
        kept = shelf.ledgers[self.ledger]
        head = rows.head or Head(0, "", "", "", b"")
        made = _Ledger(head, list(rows.lines), {}, list(rows.seals), {}, kept.operations)
        for at, row in enumerate(rows.lines):
            made.streams.setdefault(row.stream, []).append(at)
        for shown in sorted(rows.shown, key=lambda one: (one.seq, one.path)):
            made.disclosures.setdefault(shown.seq, []).append(shown)
        shelf.ledgers[self.ledger] = made
        shelf.directory[self.ledger] = rows.directory

    def _sqlite(self, rows: Rows) -> None:
        with sqlite3.connect(sqlite_path(self.url), isolation_level=None) as database:
            database.execute("PRAGMA foreign_keys = OFF")
            database.execute("BEGIN IMMEDIATE")
            names = database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                database.execute(f"DROP TRIGGER {name}")
            for table in ("entries", "seals", "disclosures", "heads", "ledgers"):
                database.execute(f"DELETE FROM {table} WHERE ledger_id = ?", (self.ledger,))
            database.execute("INSERT INTO ledgers VALUES (?, ?, ?)", _members(rows.directory, LedgerRow))
            if rows.head is not None:
                database.execute("INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?)", self._own(rows.head, Head))
            database.executemany(
                "INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [self._own(row, Line) for row in rows.lines],
            )
            database.executemany(
                "INSERT INTO seals (ledger_id, first_seq, last_seq, text, signature) VALUES (?, ?, ?, ?, ?)",
                [self._own(row, SealRow) for row in rows.seals],
            )
            database.executemany(
                "INSERT INTO disclosures (ledger_id, seq, path, salt, value) VALUES (?, ?, ?, ?, ?)",
                [self._own(row, Disclosure) for row in rows.shown],
            )
            database.execute("COMMIT")
        database.close()

    def _postgres(self, rows: Rows) -> None:
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            for table, guard in _GUARDS:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table} WHERE ledger_id = %s", (UUID(self.ledger),))
            cursor.execute(
                "INSERT INTO ledgers (ledger_id, name, kind) VALUES (%s, %s, %s)",
                (UUID(rows.directory.ledger), rows.directory.name, rows.directory.kind),
            )
            ours = UUID(self.ledger)
            if (head := rows.head) is not None:
                cursor.execute(
                    "INSERT INTO heads (ledger_id, seq, fingerprint, at, seal, register)"
                    " VALUES (%s, %s, %s, %s, %s, %s)",
                    (ours, head.seq, _bytes(head.fingerprint), head.at, _bytes(head.seal), head.register),
                )
            cursor.executemany(
                "INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [(ours, r.seq, _bytes(r.fingerprint), r.stream, r.version, r.type, r.line) for r in rows.lines],
            )
            cursor.executemany(
                "INSERT INTO seals (ledger_id, first_seq, last_seq, text, signature) VALUES (%s, %s, %s, %s, %s)",
                [(ours, r.first, r.last, r.text, r.signature) for r in rows.seals],
            )
            cursor.executemany(
                "INSERT INTO disclosures (ledger_id, seq, path, salt, value) VALUES (%s, %s, %s, %s, %s)",
                [(ours, r.seq, r.path, _bytes(r.salt), r.value) for r in rows.shown],
            )
            for table, guard in _GUARDS:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}")

    def _own(self, record: Any, kind: type) -> tuple[Any, ...]:
        return (self.ledger, *_members(record, kind))


_GUARDS: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("entries", "append_only"),
    ("entries", "only_purge"),
    ("seals", "append_only"),
    ("disclosures", "append_only"),
    ("disclosures", "only_erase"),
)
_TABLES: tuple[LiteralString, ...] = ("entries", "seals", "disclosures", "heads", "ledgers")


def _members(record: Any, kind: type) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in kind.__annotations__)


def _bytes(text: str) -> bytes:
    """Hex as PostgreSQL's column holds it; what is no hex, as it is."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


@contextmanager
def twin(made: Place, folder: Path) -> Iterator[Place]:
    """Give a copy of a place in SQLite, store and keys (their mark follows the store), for one test to write in."""
    url = f"sqlite:///{folder / 'sceau.db'}"
    with sqlite3.connect(sqlite_path(made.url)) as source, sqlite3.connect(sqlite_path(url)) as target:
        source.backup(target)
    source.close()
    target.close()
    keys = KeyStore(shutil.copytree(made.keys.root, folder / "keys"), PASSPHRASE)
    store = open_store(url)
    try:
        yield Place(url, store, keys, made.ledger, made.genesis)
    finally:
        store.close()


def place(url: str, folder: Path) -> Place:
    """Open a store, play the demonstration's sale and some invoices through the real service."""
    clock = HandClock()
    store = open_store(url, create=url != "memory:")
    keys = folder / "keys"
    service = service_over(store, keys, clock, delay=0)
    try:
        made = opened(service)
        ledger = made.row.ledger

        def play(command: Command) -> dict[str, Any]:
            return dict(answered(service.execute(ledger, command)).result)

        def fingerprint(stream: str, version: int) -> str:
            return next(line.fingerprint for line in store.stream(ledger, stream, gt=version - 1, lte=version))

        play_sale(play, fingerprint, clock.wall.astimezone(ZoneInfo("Europe/Paris")).date().isoformat())
        for _ in range(INVOICES):
            play(invoice())
    finally:
        service.stop()
    return Place(url, store, KeyStore(keys, PASSPHRASE), ledger, made.genesis)
