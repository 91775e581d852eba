"""Rows in a SQLite file of their own, beside the ledgers' file and never in it; it may be deleted at any time.

WAL and `BEGIN IMMEDIATE`, as the ledgers' file has it, but `synchronous=NORMAL`: after a power cut the last
transactions may be gone, rows and position together, and are made again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any, Final
from uuid import UUID

import orjson

from ledger.kernel.errors import SceauError
from ledger.shell.errors import SchemaMismatch, StoreFailure, Unavailable
from projections.engine.contract import Row
from projections.engine.errors import RowsDamaged
from projections.engine.rows.seam import Build, Place, Save, Snapshot, Written

_SCHEMA: Final = 2
_PAGE_BYTES: Final = 8192  # a fifth less time for many rows than SQLite's 4096
_TABLES: Final = (
    """CREATE TABLE builds (
      ledger_id   BLOB    NOT NULL,
      projection  TEXT    NOT NULL,
      build       INTEGER NOT NULL,
      version     INTEGER NOT NULL,
      state       TEXT    NOT NULL CHECK (state IN ('building', 'live', 'dropped')),
      position    INTEGER NOT NULL,
      fingerprint TEXT    NOT NULL,
      missing     INTEGER NOT NULL,
      updated_at  TEXT    NOT NULL,
      PRIMARY KEY (ledger_id, projection, build)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX one_live ON builds (ledger_id, projection) WHERE state = 'live'",
    # One short number stands for ledger, projection, build and table: rows and both their indexes are half as big.
    """CREATE TABLE tables (
      id         INTEGER PRIMARY KEY,
      ledger_id  BLOB    NOT NULL,
      projection TEXT    NOT NULL,
      build      INTEGER NOT NULL,
      name       TEXT    NOT NULL,
      UNIQUE (ledger_id, projection, build, name)
    ) STRICT""",
    # With a rowid: bodies are written one behind the other, and keys in random order move their index only.
    """CREATE TABLE projected (
      id   INTEGER PRIMARY KEY,
      tbl  INTEGER NOT NULL,
      key  TEXT    NOT NULL,
      sort TEXT    NOT NULL,
      seq  INTEGER NOT NULL,
      body BLOB    NOT NULL,
      UNIQUE (tbl, key)
    ) STRICT""",
    "CREATE INDEX sorted ON projected (tbl, sort, key) WHERE sort <> ''",  # half of all rows have no second order
)
_BUSY_TIMEOUT_SECONDS: Final = 30.0
_SWITCHES: Final = 100
_SWEPT: Final = 5_000  # rows in one transaction, so that nobody waits long
_BUILD: Final = "projection, build, version, state, position, fingerprint, missing, updated_at"
_OF: Final = "ledger_id = ? AND projection = ? AND build = ?"
_PUT: Final = (
    "INSERT INTO projected (tbl, key, sort, seq, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (tbl, key)"
    " DO UPDATE SET sort = excluded.sort, seq = excluded.seq, body = excluded.body"
)
_TAKE: Final = "DELETE FROM projected WHERE tbl = ? AND key = ?"
_READ: Final = "SELECT key, body FROM projected WHERE tbl = ? AND key = ?"
_READ_AT_ONCE: Final = 100
_READ_MANY: Final = _READ.replace("key = ?", f"key IN ({','.join('?' * _READ_AT_ONCE)})")
_STANDS: Final = f"{_OF} AND version = ? AND position = ? AND fingerprint = ? AND missing = ? AND state <> 'dropped'"


class SqliteRows:
    """`RowStore` over one file, made when it is first needed."""

    apart = False

    def __init__(self, path: Path) -> None:
        """Keep rows in the file at `path`; nothing is opened yet."""
        self.shown = f"sqlite:///{path}"
        self._path = path
        self._lock = Lock()  # one writer of this process at a time; other processes wait in SQLite
        self._idle: list[_Connection] = []
        self._closed = False

    def builds(self, ledger: str) -> list[Build]:
        """See `RowStore`; asking makes no file."""
        if not self._closed and _inode(self._path) == 0:
            return []
        with self._connection() as connection:
            return _builds(connection, ledger)

    def begin(self, ledger: str, projection: str, version: int, rows: Sequence[Written], at: str) -> Build | None:
        """See `RowStore`."""
        owner = _id(ledger)
        with self._transaction() as run:
            last, begun = run(
                "SELECT coalesce(max(build), 0), coalesce(max(state = 'building' AND version = ?), 0)"
                " FROM builds WHERE ledger_id = ? AND projection = ?",
                (version, owner, projection),
            ).fetchone()
            if begun:
                return None
            build = Build(projection, last + 1, version, "building", 0, "", 0, at)
            run(f"INSERT INTO builds (ledger_id, {_BUILD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (owner, *build))  # noqa: S608 - constants only
            _write(run, owner, build, rows)
        return build

    def read(self, ledger: str, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        """See `RowStore`."""
        found: dict[Place, bytes] = {}
        by_table: dict[str, list[str]] = {}
        for table, key in places:
            by_table.setdefault(table, []).append(key)
        with self._connection() as connection:
            ids = _ids(connection, _id(ledger), build)
            for table, keys in by_table.items():
                for at in range(0, len(keys), _READ_AT_ONCE):
                    some = keys[at : at + _READ_AT_ONCE]
                    # Two statements in all, so that both stay prepared: one key, or so many with the last repeated.
                    sql, filled = (_READ, some) if len(some) == 1 else (_READ_MANY, _filled(some))
                    for key, body in connection.execute(sql, (ids.get(table), *filled)):
                        found[table, key] = body
        return found

    def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
        """See `RowStore`."""
        owner = _id(ledger)
        try:
            with self._transaction() as run:
                for save in saves:
                    moved = run(
                        "UPDATE builds SET position = ?, fingerprint = ?, missing = ?, updated_at = ?"  # noqa: S608 - constants only
                        f" WHERE {_STANDS}",
                        (save.position, save.fingerprint, save.missing, at, *_standing(owner, save.before)),
                    )
                    if moved.rowcount != 1:
                        raise _MovedError
                    _write(run, owner, save.before, save.rows)
        except _MovedError:
            return False
        return True

    def promote(self, ledger: str, build: Build, at: str) -> bool:
        """See `RowStore`."""
        owner = _id(ledger)
        try:
            with self._transaction() as run:
                run(
                    "UPDATE builds SET state = 'dropped' WHERE ledger_id = ? AND projection = ? AND build <> ?"
                    " AND (state <> 'live' OR position <= ?)",
                    (owner, build.projection, build.build, build.position),
                )
                further = run(
                    "SELECT 1 FROM builds WHERE ledger_id = ? AND projection = ? AND state = 'live' AND build <> ?",
                    (owner, build.projection, build.build),
                ).fetchone()
                sql = f"UPDATE builds SET state = 'live', updated_at = ? WHERE {_STANDS}"  # noqa: S608 - constants only
                if further is not None or run(sql, (at, *_standing(owner, build))).rowcount != 1:
                    raise _MovedError
        except _MovedError:
            return False
        return True

    def drop(self, ledger: str, build: Build) -> None:
        """See `RowStore`."""
        with self._transaction() as run:
            run(f"UPDATE builds SET state = 'dropped' WHERE {_OF}", (_id(ledger), build.projection, build.build))  # noqa: S608 - constants only

    def sweep(self, ledger: str) -> None:
        """See `RowStore`."""
        owner = _id(ledger)
        with self._connection() as connection:
            dropped = connection.execute(
                "SELECT projection, build FROM builds WHERE ledger_id = ? AND state = 'dropped'", (owner,)
            ).fetchall()
        for projection, build in dropped:
            of = (owner, projection, build)
            with self._connection() as connection:
                ids = connection.execute(f"SELECT id FROM tables WHERE {_OF}", of).fetchall()  # noqa: S608 - constants only
            for (table,) in ids:
                gone = _SWEPT
                while gone == _SWEPT:
                    with self._transaction() as run:
                        gone = run(
                            "DELETE FROM projected WHERE id IN"  # noqa: S608 - constants only
                            f" (SELECT id FROM projected WHERE tbl = ? LIMIT {_SWEPT})",
                            (table,),
                        ).rowcount
            with self._transaction() as run:  # the greatest number stays, so that none is given twice
                run(
                    f"DELETE FROM builds WHERE {_OF} AND state = 'dropped' AND build <"  # noqa: S608 - constants only
                    " (SELECT max(build) FROM builds WHERE ledger_id = ? AND projection = ?)",
                    (*of, owner, projection),
                )
                run(f"DELETE FROM tables WHERE {_OF}", of)  # noqa: S608 - constants only

    @contextmanager
    def snapshot(self, ledger: str) -> Iterator[Snapshot]:
        """See `RowStore`."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield _Snapshot(connection, ledger, _builds(connection, ledger))
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("COMMIT")

    def close(self) -> None:
        """See `RowStore`."""
        self._closed = True
        while self._idle:
            self._idle.pop().sqlite.close()

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._lock, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection.execute
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        one = self._taken()
        try:
            yield one.sqlite
        except sqlite3.Error as error:
            one.sqlite.close()
            raise _failure(error) from error
        except BaseException:
            self._give_back(one)
            raise
        self._give_back(one)

    def _taken(self) -> _Connection:
        if self._closed:
            raise Unavailable("the rows of projections are closed")
        there = _inode(self._path)
        while self._idle:
            with suppress(IndexError):  # another thread took the last one
                one = self._idle.pop()
                if one.inode == there:
                    return one
                one.sqlite.close()  # the file was deleted, or another was put there: rows are made again
        try:
            return _open(self._path)
        except sqlite3.Error as error:
            raise _failure(error) from error
        except OSError as error:  # its folder cannot be made
            raise Unavailable(type(error).__name__) from error

    def _give_back(self, one: _Connection) -> None:
        if self._closed:
            one.sqlite.close()
        else:
            self._idle.append(one)


class _MovedError(Exception):
    """A build does not stand where it was: nothing is kept."""


class _Connection:
    __slots__ = ("inode", "sqlite")

    def __init__(self, sqlite: sqlite3.Connection, inode: int) -> None:
        self.sqlite = sqlite
        self.inode = inode


def _inode(path: Path) -> int:
    try:
        return os.stat(path).st_ino  # noqa: PTH116 - asked at every use: half the cost of Path's
    except OSError:
        return 0


def _open(path: Path) -> _Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new file
        _log_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32000")
        if connection.execute("PRAGMA user_version").fetchone()[0] != _SCHEMA:
            _make(connection)
    except BaseException:
        connection.close()
        raise
    return _Connection(connection, _inode(path))


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Switch a file to WAL; of several who make it at once, SQLite turns some away without letting them wait."""
    for _ in range(_SWITCHES):
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
            return
        sleep(0.01)
    connection.execute("PRAGMA journal_mode = WAL")


def _make(connection: sqlite3.Connection) -> None:
    """Make the tables; those of an older form go, as rows can be made again."""
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _SCHEMA:
        raise SchemaMismatch("the rows of projections are a newer version's: use that one, or delete their file")
    if version < _SCHEMA:
        for table in ("builds", "tables", "projected"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_SCHEMA}")
    connection.execute("COMMIT")


def _write(run: Any, owner: bytes, build: Build, rows: Sequence[Written]) -> None:
    if not rows:
        return
    connection = run.__self__
    ids = _ids(connection, owner, build)
    for name in {row[0] for row in rows} - ids.keys():
        made = run(
            "INSERT INTO tables (ledger_id, projection, build, name) VALUES (?, ?, ?, ?)",
            (owner, build.projection, build.build, name),
        )
        ids[name] = made.lastrowid
    gone = [(ids[row[0]], row[1]) for row in rows if row[4] is None]
    if gone:
        connection.executemany(_TAKE, gone)
    put = [(ids[table], key, sort, seq, body) for table, key, sort, seq, body in rows if body is not None]
    connection.executemany(_PUT, put)


def _ids(connection: sqlite3.Connection, owner: bytes, build: Build) -> dict[str, int]:
    """Give the numbers of a build's tables; asked anew each time, as the file may be another one now."""
    found = connection.execute(f"SELECT name, id FROM tables WHERE {_OF}", (owner, build.projection, build.build))  # noqa: S608 - constants only
    return dict(found.fetchall())


def _filled(keys: list[str]) -> list[str]:
    return keys + keys[-1:] * (_READ_AT_ONCE - len(keys))


def _builds(connection: sqlite3.Connection, ledger: str) -> list[Build]:
    sql = f"SELECT {_BUILD} FROM builds WHERE ledger_id = ? AND state <> 'dropped' ORDER BY projection, build"  # noqa: S608 - constants only
    return [Build(*row) for row in connection.execute(sql, (_id(ledger),))]


def _standing(owner: bytes, build: Build) -> tuple[Any, ...]:
    return (
        *(owner, build.projection, build.build),
        *(build.version, build.position, build.fingerprint, build.missing),
    )


def _id(ledger: str) -> bytes:
    return UUID(ledger).bytes


class _Snapshot:
    def __init__(self, connection: sqlite3.Connection, ledger: str, builds: Sequence[Build]) -> None:
        self._connection = connection
        self._ledger = ledger
        self.builds = builds

    def view(self, build: Build) -> SqliteView:
        return SqliteView(self._connection, self._ledger, build)


class SqliteView:
    """`View` over one read transaction."""

    def __init__(self, connection: sqlite3.Connection, ledger: str, build: Build) -> None:
        """Read one build on a connection whose transaction its owner ends."""
        self.position = build.position
        self.missing = build.missing
        self._connection = connection
        self._ids = _ids(connection, _id(ledger), build)

    def get(self, table: str, key: str) -> Row | None:
        """See `View`."""
        sql = "SELECT key, seq, sort, body FROM projected WHERE tbl = ? AND key = ?"
        found = self._connection.execute(sql, (self._ids.get(table), key)).fetchone()
        return None if found is None else Row(found[0], found[1], found[2], orjson.loads(found[3]))

    def rows(
        self,
        table: str,
        *,
        first: str | None = None,
        last: str | None = None,
        sort_from: str | None = None,
        sort_to: str | None = None,
        descending: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """See `View`."""
        bounds = (("key >= ?", first), ("key <= ?", last), ("sort >= ?", sort_from), ("sort <= ?", sort_to))
        where = "".join(f" AND {condition}" for condition, bound in bounds if bound is not None)
        values = [bound for _, bound in bounds if bound is not None]
        if sort_from is None and sort_to is None:
            found = self._chosen(table, where, values, ("key",), descending, limit)
        else:  # what has no second order comes before all that has one, and stands in no index of it
            found = self._chosen(table, where + " AND sort <> ''", values, ("sort", "key"), descending, limit)
            if not sort_from:
                bare = self._chosen(table, where + " AND sort = ''", values, ("key",), descending, limit)
                found = islice(chain(found, bare) if descending else chain(bare, found), limit)
        for key, seq, sort, body in found:
            yield Row(key, seq, sort, orjson.loads(body))

    def _chosen(
        self, table: str, where: str, values: list[str], order: Sequence[str], descending: bool, limit: int | None
    ) -> Iterator[tuple[str, int, str, bytes]]:
        ordered = ", ".join(f"{name} DESC" if descending else name for name in order)
        sql = f"SELECT key, seq, sort, body FROM projected WHERE tbl = ?{where} ORDER BY {ordered} LIMIT ?"  # noqa: S608 - constants and marks
        yield from self._connection.execute(sql, (self._ids.get(table), *values, -1 if limit is None else limit))


def _failure(error: sqlite3.Error) -> SceauError:
    """What SQLite's error means: nothing was kept. The message is SQLite's name for it, never a value."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return RowsDamaged(f"the file of projections is damaged ({name}): delete it, its rows are made again")
    if isinstance(error, sqlite3.IntegrityError):
        return StoreFailure(name)
    return Unavailable(name)
