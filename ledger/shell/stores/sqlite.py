"""A store in one SQLite file, which holds many ledgers and serves several processes.

WAL, `synchronous=FULL` and `BEGIN IMMEDIATE`: a deferred BEGIN would meet SQLITE_BUSY when two processes upgrade
their locks at once. Readers never wait for the writer.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.shell.errors import HeadMoved, InDoubt, OperationTaken, StoreFailure, StreamConflict, Unavailable
from ledger.shell.side import Side, SqlSide
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
_CHUNK_INDEX = 10_000  # of (stream, version, seq): a megabyte
_CHUNK_BYTES = 4 << 20
_BUSY_TIMEOUT_SECONDS = 10.0
_LINE = "seq, fingerprint, stream, version, type, line"


def connect(path: Path) -> sqlite3.Connection:
    """One connection, set up as every connection to a ledger's file must be.

    Raises:
        Unavailable: the file cannot be opened.
    """
    try:
        connection = sqlite3.connect(
            path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16000")
    except sqlite3.Error as error:
        raise _failure(error) from error
    return connection


class SqliteStore:
    """`ledger.shell.store.Store` over one file, whose tables `ledger.shell.migrate` has made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._write_lock = Lock()
        self._writer = connect(path)
        self._readers: list[sqlite3.Connection] = []
        self._closed = False

    def open_ledger(self, name: str, kind: str, append: Append) -> None:
        """See `Store`."""
        needed = check(append)
        if needed:
            raise StreamConflict(*needed[0])
        head = append.head
        with self._transaction() as run:
            try:
                run("INSERT INTO ledgers (ledger_id, name, kind) VALUES (?, ?, ?)", (append.ledger, name, kind))
                run(
                    "INSERT INTO heads (ledger_id, seq, fingerprint, at, seal, register) VALUES (?, ?, ?, ?, ?, ?)",
                    (append.ledger, head.seq, head.fingerprint, head.at, head.seal, head.register),
                )
            except sqlite3.IntegrityError as error:
                raise HeadMoved("the ledger's id or name is taken") from error
            self._insert(append)

    def ledgers(self) -> list[LedgerRow]:
        """See `Store`."""
        return [LedgerRow(*row) for row in self._all("SELECT ledger_id, name, kind FROM ledgers ORDER BY name")]

    def find(self, name_or_id: str) -> LedgerRow | None:
        """See `Store`."""
        rows = self._all(
            "SELECT ledger_id, name, kind FROM ledgers WHERE ledger_id = ?1 OR name = ?1 ORDER BY ledger_id <> ?1",
            (name_or_id,),
        )
        return LedgerRow(*rows[0]) if rows else None

    def append(self, append: Append) -> None:
        """See `Store`."""
        needed = check(append)
        expected, head = append.expected, append.head
        if expected is None:
            raise HeadMoved(append.ledger)
        with self._transaction() as run:
            moved = run(
                "UPDATE heads SET seq = ?, fingerprint = ?, at = ?, seal = ?, register = ?"
                " WHERE ledger_id = ? AND seq = ? AND fingerprint = ?",
                (
                    *(head.seq, head.fingerprint, head.at, head.seal, head.register),
                    *(append.ledger, expected.seq, expected.fingerprint),
                ),
            )
            if moved.rowcount != 1:
                raise HeadMoved(append.ledger)
            for stream, version in needed:
                if not run(_HOLDS, (append.ledger, stream, version)).fetchone():
                    raise StreamConflict(stream, version + 1)
            self._insert(append)

    def head(self, ledger: str) -> Head | None:
        """See `Store`."""
        rows = self._all("SELECT seq, fingerprint, at, seal, register FROM heads WHERE ledger_id = ?", (ledger,))
        return Head(*rows[0]) if rows else None

    def lines(
        self,
        ledger: str,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        types: Sequence[str] = (),
    ) -> Iterator[Line]:
        """See `Store`."""
        rows = chain.from_iterable(self._chunks(ledger, after, upto, tuple(types), limit))
        return map(Line._make, islice(rows, limit))

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """See `Store`."""
        return self._chunks(ledger, after, upto, (), None)

    def lines_desc(self, ledger: str, upto: int | None = None, limit: int = 100) -> Iterator[Line]:
        """See `Store`."""
        below, params = ("", [ledger]) if upto is None else (" AND seq <= ?", [ledger, upto])
        sql = f"SELECT {_LINE} FROM entries WHERE ledger_id = ?{below} ORDER BY seq DESC LIMIT ?"  # noqa: S608 - constants only
        return (Line(*row) for row in self._all(sql, (*params, limit)))

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
        sql = (
            f"SELECT {_LINE} FROM entries WHERE ledger_id = ? AND stream = ? AND version > ? AND version <= ?"  # noqa: S608 - constants only
            f" ORDER BY version {'DESC' if desc else 'ASC'} LIMIT ?"
        )
        params = (ledger, stream, gt or 0, _MOST if lte is None else lte, -1 if limit is None else limit)
        return (Line(*row) for row in self._all(sql, params))

    def seals(self, ledger: str, after: int = 0) -> Iterator[SealRow]:
        """See `Store`."""
        sql = (
            "SELECT first_seq, last_seq, text, signature FROM seals"
            " WHERE ledger_id = ? AND last_seq > ? ORDER BY last_seq LIMIT ?"
        )
        while rows := self._all(sql, (ledger, after, _CHUNK_ROWS)):
            yield from (SealRow(*row) for row in rows)
            after = rows[-1][1]

    def disclosures(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[Disclosure]:
        """See `Store`."""
        sql = (
            "SELECT seq, path, salt, value FROM disclosures WHERE ledger_id = ? AND (seq, path) > (?, ?) AND seq <= ?"
            " ORDER BY seq, path LIMIT ?"
        )
        # No path is empty, and every path sorts before U+10FFFF: the pair stands just before the next entry's first.
        seq, path = after, "\U0010ffff"
        while rows := self._all(sql, (ledger, seq, path, _MOST if upto is None else upto, _CHUNK_ROWS)):
            yield from (Disclosure(*row) for row in rows)
            seq, path = rows[-1][0], rows[-1][1]

    def disclosures_of(self, ledger: str, seqs: Sequence[int]) -> list[Disclosure]:
        """See `Store`."""
        found: list[Disclosure] = []
        wanted = sorted(set(seqs))
        for at in range(0, len(wanted), 500):
            some = wanted[at : at + 500]
            sql = (
                "SELECT seq, path, salt, value FROM disclosures WHERE ledger_id = ?"  # noqa: S608 - constants only
                f" AND seq IN ({','.join('?' * len(some))}) ORDER BY seq, path"
            )
            found.extend(Disclosure(*row) for row in self._all(sql, (ledger, *some)))
        return found

    def operation(self, ledger: str, key: str) -> Operation | None:
        """See `Store`."""
        sql = "SELECT key, digest, first_seq, last_seq, outcome FROM operations WHERE ledger_id = ? AND key = ?"
        rows = self._all(sql, (ledger, key))
        return Operation(*rows[0]) if rows else None

    def operations(self, ledger: str, keys: Sequence[str]) -> dict[str, Operation]:
        """See `Store`."""
        sql = (
            "SELECT key, digest, first_seq, last_seq, outcome FROM operations"
            " WHERE ledger_id = ? AND key IN (SELECT value FROM json_each(?))"
        )
        return {row[0]: Operation(*row) for row in self._all(sql, (ledger, json.dumps(list(keys))))}

    def versions(self, ledger: str, streams: Sequence[str]) -> dict[str, int]:
        """See `Store`."""
        sql = "SELECT max(version) FROM entries WHERE ledger_id = ? AND stream = ?"
        found = {stream: self._all(sql, (ledger, stream))[0][0] for stream in streams}
        return {stream: version for stream, version in found.items() if version is not None}

    def index(self, ledger: str, upto: int | None = None) -> Iterator[tuple[str, int, int]]:
        """See `Store`."""
        sql = (
            "SELECT stream, version, seq FROM entries WHERE ledger_id = ? AND (stream, version) > (?, ?)"
            " ORDER BY stream, version LIMIT ?"
        )
        stream, version = "", 0
        while rows := self._all(sql, (ledger, stream, version, _CHUNK_INDEX)):
            yield from rows if upto is None else (row for row in rows if row[2] <= upto)
            stream, version, _ = rows[-1]

    def track(self, ledger: str, reader: str, position: int) -> bool:
        """See `Store`."""
        sql = (
            "INSERT INTO tracking (ledger_id, reader, position) VALUES (?, ?, ?) ON CONFLICT (ledger_id, reader)"
            " DO UPDATE SET position = excluded.position WHERE tracking.position < excluded.position"
        )
        return self._run(sql, (ledger, reader, position))[1] == 1

    def tracked(self, ledger: str, reader: str) -> int | None:
        """See `Store`."""
        rows = self._all("SELECT position FROM tracking WHERE ledger_id = ? AND reader = ?", (ledger, reader))
        return rows[0][0] if rows else None

    def keep_checkpoint(self, ledger: str, row: CheckpointRow) -> bool:
        """See `Store`."""
        with self._transaction() as run:
            sql = "SELECT root FROM checkpoints WHERE ledger_id = ? AND size = ?"
            if kept := run(sql, (ledger, row.size)).fetchone():
                return same_root(kept[0], row.root, row.size)
            run(
                "INSERT INTO checkpoints (ledger_id, size, root, frontier, note) VALUES (?, ?, ?, ?, ?)", (ledger, *row)
            )
        return True

    def last_checkpoint(self, ledger: str, upto: int | None = None) -> CheckpointRow | None:
        """See `Store`."""
        sql = (
            "SELECT size, root, frontier, note FROM checkpoints WHERE ledger_id = ? AND size <= ?"
            " ORDER BY size DESC LIMIT 1"
        )
        rows = self._all(sql, (ledger, _MOST if upto is None else upto))
        return CheckpointRow(*rows[0]) if rows else None

    def checkpoints(self, ledger: str, after: int = 0) -> Iterator[CheckpointRow]:
        """See `Store`."""
        sql = (
            "SELECT size, root, frontier, note FROM checkpoints WHERE ledger_id = ? AND size > ? ORDER BY size LIMIT ?"
        )
        while rows := self._all(sql, (ledger, after, _CHUNK_ROWS)):
            yield from map(CheckpointRow._make, rows)
            after = rows[-1][0]

    def keep_anchor(self, ledger: str, row: AnchorRow) -> bool:
        """See `Store`."""
        with self._transaction() as run:
            sql = "SELECT 1 FROM anchors WHERE ledger_id = ? AND size = ? AND kind = ? AND place = ?"
            if run(sql, (ledger, row.size, row.kind, row.place)).fetchone():
                return False
            run(
                "INSERT INTO anchors (ledger_id, size, kind, place, at, proof) VALUES (?, ?, ?, ?, ?, ?)",
                (ledger, *row),
            )
        return True

    def anchors(self, ledger: str, after: int = 0) -> Iterator[AnchorRow]:
        """See `Store`."""
        sql = (
            "SELECT size, kind, place, at, proof FROM anchors WHERE ledger_id = ? AND (size, kind, place) > (?, ?, ?)"
            " ORDER BY size, kind, place LIMIT ?"
        )
        place: tuple[int, str, str] = (after, _LAST_TEXT, "")
        while rows := self._all(sql, (ledger, *place, _CHUNK_ROWS)):
            yield from map(AnchorRow._make, rows)
            place = rows[-1][:3]

    def last_anchors(self, ledger: str) -> list[AnchorRow]:
        """See `Store`."""
        sql = (
            "SELECT max(size), kind, place, at, proof FROM anchors WHERE ledger_id = ?"
            " GROUP BY kind, place ORDER BY kind, place"
        )
        return [AnchorRow(*row) for row in self._all(sql, (ledger,))]

    def purge(self, ledger: str, by: int, seqs: Sequence[int]) -> int:
        """See `Store`."""
        with self._wiping() as run:
            run(_PURGED, (ledger, by))
            if not run("SELECT 1 FROM purges WHERE ledger_id = ? AND seq = ?", (ledger, by)).fetchone():
                raise StoreFailure("no entry says this purge")
            sql = "UPDATE entries SET line = x'' WHERE ledger_id = ? AND seq = ? AND length(line) > 0"
            gone: int = self._writer.executemany(sql, [(ledger, seq) for seq in seqs]).rowcount
            sql = "DELETE FROM disclosures WHERE ledger_id = ? AND seq = ?"
            self._writer.executemany(sql, [(ledger, seq) for seq in seqs])
        return gone

    def erase(self, ledger: str, by: int, places: Sequence[tuple[int, str]]) -> int:
        """See `Store`."""
        with self._wiping():
            self._writer.executemany(
                "INSERT INTO erased (ledger_id, seq, path, by_seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [(ledger, seq, path, by) for seq, path in places],
            )
            sql = "DELETE FROM disclosures WHERE ledger_id = ? AND seq = ? AND path = ?"
            gone: int = self._writer.executemany(sql, [(ledger, seq, path) for seq, path in places]).rowcount
        return gone

    def reclaim(self) -> bool:
        """See `Store`."""
        with self._write_lock:
            writer = self._open_writer()
            try:
                writer.execute("PRAGMA secure_delete = ON")
                writer.execute("VACUUM")
                writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                failure = _failure(error)
                if isinstance(failure, Unavailable):  # somebody reads, or the disk cannot hold it twice
                    return False
                raise failure from error
        return True

    def stage(
        self, ledger: str, lines: Sequence[Line], seals: Sequence[SealRow], disclosures: Sequence[Disclosure]
    ) -> None:
        """See `Store`."""
        nothing = Head(0, "", "", "", b"")
        with self._transaction() as run:
            if run("SELECT 1 FROM heads WHERE ledger_id = ?", (ledger,)).fetchone():
                raise StoreFailure("the ledger has a head")
            self._insert(Append(ledger, nothing, lines, seals, disclosures, (), nothing))

    def adopt(self, row: LedgerRow, head: Head) -> None:
        """See `Store`."""
        with self._transaction() as run:
            try:
                run("INSERT INTO ledgers (ledger_id, name, kind) VALUES (?, ?, ?)", (row.ledger, row.name, row.kind))
                run(
                    "INSERT INTO heads (ledger_id, seq, fingerprint, at, seal, register) VALUES (?, ?, ?, ?, ?, ?)",
                    (row.ledger, head.seq, head.fingerprint, head.at, head.seal, head.register),
                )
            except sqlite3.IntegrityError as error:
                raise HeadMoved("the ledger's id or name is taken") from error

    def side(self) -> Side:
        """See `Store`."""
        return SqlSide(self._run)

    def close(self) -> None:
        """See `Store`."""
        with self._write_lock:
            self._closed = True
            self._writer.close()
        while self._readers:
            self._readers.pop().close()

    def _insert(self, append: Append) -> None:
        ledger = append.ledger
        writer = self._writer
        try:
            writer.executemany(
                "INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(ledger, e.seq, e.fingerprint, e.stream, e.version, e.type, e.line) for e in append.lines],
            )
        except sqlite3.IntegrityError as error:
            for line in append.lines:
                holder = writer.execute(_HOLDS, (ledger, line.stream, line.version)).fetchone()
                if holder and holder[0] < append.lines[0].seq:  # not one of this append's own
                    raise StreamConflict(line.stream, line.version) from error
            raise HeadMoved(ledger) from error
        writer.executemany(
            "INSERT INTO seals (ledger_id, first_seq, last_seq, text, signature) VALUES (?, ?, ?, ?, ?)",
            [(ledger, s.first, s.last, s.text, s.signature) for s in append.seals],
        )
        if append.disclosures:
            writer.executemany(
                "INSERT INTO disclosures (ledger_id, seq, path, salt, value) VALUES (?, ?, ?, ?, ?)",
                [(ledger, d.seq, d.path, d.salt, d.value) for d in append.disclosures],
            )
        if append.operations:
            try:
                writer.executemany(
                    "INSERT INTO operations (ledger_id, key, digest, first_seq, last_seq, outcome)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    [(ledger, o.key, o.digest, o.first, o.last, o.outcome) for o in append.operations],
                )
            except sqlite3.IntegrityError as error:
                raise OperationTaken(ledger) from error

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._write_lock:
            writer = self._open_writer()
            try:
                writer.execute("BEGIN IMMEDIATE")
                yield writer.execute
            except BaseException as error:
                _rollback(writer)
                if isinstance(error, sqlite3.Error):
                    raise _failure(error) from error
                raise
            self._commit(writer)

    @contextmanager
    def _wiping(self) -> Iterator[Any]:
        """A transaction whose freed bytes are overwritten with zeros."""
        with self._transaction() as run:
            run("PRAGMA secure_delete = ON")  # it stays on for this connection
            yield run

    def _commit(self, writer: sqlite3.Connection) -> None:
        try:
            writer.execute("COMMIT")
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                _rollback(writer)
                raise Unavailable(error.sqlite_errorname) from error
            # The frames may stand in the log although SQLite says no (an fsync that failed, a full disk): a later
            # recovery could find them. Drop the connection, so that the next look-up reads what the file says.
            with suppress(sqlite3.Error):
                writer.close()
            raise InDoubt(error.sqlite_errorname) from error

    def _open_writer(self) -> sqlite3.Connection:
        if self._closed:
            raise Unavailable("the store is closed")
        try:
            self._writer.in_transaction  # noqa: B018 - asks whether the connection is still open
        except sqlite3.ProgrammingError:
            self._writer = connect(self._path)
        return self._writer

    def _run(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        if sql.startswith("SELECT"):
            return self._all(sql, params), 0
        with self._transaction() as run:
            try:
                return [], run(sql, params).rowcount
            except sqlite3.IntegrityError:
                return [], 0

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        if self._closed:
            raise Unavailable("the store is closed")
        try:
            reader = self._readers.pop()
        except IndexError:
            reader = connect(self._path)
        try:
            yield reader
        except sqlite3.Error as error:
            reader.close()
            raise _failure(error) from error
        if self._closed:
            reader.close()
        else:
            self._readers.append(reader)

    def _all(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        with self._reader() as reader:
            return reader.execute(sql, params).fetchall()

    def _chunks(
        self, ledger: str, after: int, upto: int | None, types: tuple[str, ...], limit: int | None
    ) -> Iterator[list[Row]]:
        """Chunks bounded by rows and bytes; no read transaction stays open between two, so the log can be cleared."""
        of_type = f" AND type IN ({','.join('?' * len(types))})" if types else ""
        sql = (
            f"SELECT {_LINE} FROM entries WHERE ledger_id = ? AND seq > ? AND seq <= ?{of_type}"  # noqa: S608 - constants only
            " ORDER BY seq LIMIT ?"
        )
        left = _MOST if limit is None else limit
        while left > 0:
            size = min(left, _CHUNK_ROWS)
            params = (ledger, after, _MOST if upto is None else upto, *types, size)
            with self._reader() as reader:
                chunk, ended = _fetch(reader.execute(sql, params))
            if chunk:
                yield chunk
                after = chunk[-1][0]
                left -= len(chunk)
            if ended and len(chunk) < size:
                return


_MOST = 2**63 - 1
_LAST_TEXT = "\U0010ffff"  # every kind, place and path sorts before it
_PURGED = (
    "INSERT INTO purges (ledger_id, seq, first_seq, last_seq)"
    " SELECT ledger_id, seq, json_extract(CAST(line AS TEXT), '$.entry.body.first_seq'),"
    " json_extract(CAST(line AS TEXT), '$.entry.body.last_seq') FROM entries"
    " WHERE ledger_id = ? AND seq = ? AND type = 'entries.purged/1' ON CONFLICT DO NOTHING"
)
_HOLDS = "SELECT seq FROM entries WHERE ledger_id = ? AND stream = ? AND version = ?"


def _fetch(cursor: sqlite3.Cursor) -> tuple[list[Row], bool]:
    chunk: list[Row] = []
    size = 0
    while some := cursor.fetchmany(64):
        chunk.extend(some)
        size += sum(len(row[5]) for row in some)
        if size > _CHUNK_BYTES:
            cursor.close()
            return chunk, False
    return chunk, True


def _rollback(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _failure(error: sqlite3.Error) -> StoreFailure:
    """What SQLite's error means to a caller; nothing was kept. The message is SQLite's name for it, never a value."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.IntegrityError):
        return StoreFailure(name)
    away = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
    locked = (sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
    if code is None or code & 0xFF in (*away, *locked):
        return Unavailable(name)
    return StoreFailure(name)
