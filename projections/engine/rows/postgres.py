"""Rows in tables of PostgreSQL, shared by any number of server processes.

`synchronous_commit` is off here: after a crash the last transactions may be gone, rows and position together, and are
made again. The ledger's own connections never are so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from threading import Lock
from typing import Any, Final, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from ledger.kernel.errors import SceauError
from ledger.shell.errors import SchemaMismatch, StoreFailure, Unavailable
from ledger.shell.stores.arrays import ByteaArray, Int8Array, TextArray, register
from projections.engine.contract import Row
from projections.engine.rows.migrate import apply, missing
from projections.engine.rows.seam import Build, Place, Save, Snapshot, Written

_CONNECT_TIMEOUT_SECONDS: Final = 5
_POOL_TIMEOUT_SECONDS: Final = 10.0
_CHUNK_ROWS: Final = 1000
_WRITTEN_ROWS: Final = 5_000  # in one statement
_SWEPT: Final = 5_000  # rows in one transaction
_BUILD: Final[LiteralString] = "projection, build, version, state, position, fingerprint, missing, updated_at"
_OF: Final[LiteralString] = "ledger_id = %b AND projection = %b AND build = %b"
_STANDS: Final[LiteralString] = (
    f"{_OF} AND version = %b AND position = %b AND fingerprint = %b AND missing = %b AND state <> 'dropped'"
)
_BUILDS: Final[LiteralString] = (
    f"SELECT {_BUILD} FROM projection_builds WHERE ledger_id = %b AND state <> 'dropped' ORDER BY projection, build"  # noqa: S608 - constants only
)
_READ: Final[LiteralString] = (
    "SELECT wanted.tbl, wanted.key, found.body FROM unnest(%b, %b) AS wanted(tbl, key), LATERAL ("  # noqa: S608 - constants only
    f'SELECT body FROM projection_rows WHERE {_OF} AND tbl = wanted.tbl COLLATE "C"'
    ' AND key = wanted.key COLLATE "C" LIMIT 1) AS found'
)
_PUT: Final[LiteralString] = (
    "INSERT INTO projection_rows (ledger_id, projection, build, tbl, key, sort, seq, body)"
    " SELECT %b, %b, %b, n.* FROM unnest(%b, %b, %b, %b, %b) AS n(tbl, key, sort, seq, body)"
    " ON CONFLICT (ledger_id, projection, build, tbl, key)"
    " DO UPDATE SET sort = excluded.sort, seq = excluded.seq, body = excluded.body"
)
_TAKE: Final[LiteralString] = (
    "DELETE FROM projection_rows AS r USING unnest(%b, %b) AS n(tbl, key)"
    " WHERE r.ledger_id = %b AND r.projection = %b AND r.build = %b"
    ' AND r.tbl = n.tbl COLLATE "C" AND r.key = n.key COLLATE "C"'
)
_BEGIN: Final[LiteralString] = (
    f"INSERT INTO projection_builds (ledger_id, {_BUILD})"  # noqa: S608 - constants only
    " SELECT %b, %b, coalesce(max(build), 0) + 1, %b, 'building', 0, '', 0, %b FROM projection_builds"
    " WHERE ledger_id = %b AND projection = %b"
    " HAVING count(*) FILTER (WHERE state = 'building' AND version = %b) = 0 RETURNING build"
)


class PostgresRows:
    """`RowStore` over a small pool of its own; nothing is opened before it is needed."""

    apart = True

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        """Keep rows in the database at `url`."""
        self.shown = _shown(url)
        self._dsn = _with_defaults(url)
        self._size = pool_size
        self._lock = Lock()
        self._pool: ConnectionPool | None = None
        self._made = False  # whether the tables are known to be there
        self._closed = False

    def builds(self, ledger: str) -> list[Build]:
        """See `RowStore`."""
        with self._connection() as connection:
            return _builds(connection, ledger)

    def begin(self, ledger: str, projection: str, version: int, rows: Sequence[Written], at: str) -> Build | None:
        """See `RowStore`."""
        owner = UUID(ledger)
        try:
            with self._connection() as connection, connection.transaction():
                params = (owner, projection, version, at, owner, projection, version)
                made = connection.execute(_BEGIN, params, binary=True).fetchone()
                if made is None:
                    return None
                build = Build(projection, made[0], version, "building", 0, "", 0, at)
                _write(connection, owner, build, rows)
        except _KeyTakenError:  # another process began one between our look and our insert
            return None
        return build

    def read(self, ledger: str, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        """See `RowStore`."""
        tables, keys = TextArray([place[0] for place in places]), TextArray([place[1] for place in places])
        with self._connection() as connection:
            params = (tables, keys, UUID(ledger), build.projection, build.build)
            return {(table, key): body for table, key, body in connection.execute(_READ, params, binary=True)}

    def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
        """See `RowStore`."""
        owner = UUID(ledger)
        try:
            with self._connection() as connection, connection.transaction():
                # In order of name, so that two processes never wait for each other in a ring.
                for save in sorted(saves, key=lambda one: one.before[:2]):
                    values = (save.position, bytes.fromhex(save.fingerprint), save.missing, at)
                    moved = connection.execute(
                        "UPDATE projection_builds SET position = %b, fingerprint = %b, missing = %b, updated_at = %b"  # noqa: S608 - constants only
                        f" WHERE {_STANDS}",
                        (*values, *_standing(owner, save.before)),
                    )
                    if moved.rowcount != 1:
                        raise _MovedError
                    _write(connection, owner, save.before, save.rows)
        except (_MovedError, _KeyTakenError):
            return False
        return True

    def promote(self, ledger: str, build: Build, at: str) -> bool:
        """See `RowStore`."""
        owner = UUID(ledger)
        try:
            with self._connection() as connection, connection.transaction():
                connection.execute(
                    "UPDATE projection_builds SET state = 'dropped' WHERE ledger_id = %b AND projection = %b"
                    " AND build <> %b AND (state <> 'live' OR position <= %b)",
                    (owner, build.projection, build.build, build.position),
                )
                further = connection.execute(
                    "SELECT 1 FROM projection_builds"
                    " WHERE ledger_id = %b AND projection = %b AND state = 'live' AND build <> %b",
                    (owner, build.projection, build.build),
                ).fetchone()
                sql: LiteralString = f"UPDATE projection_builds SET state = 'live', updated_at = %b WHERE {_STANDS}"  # noqa: S608 - constants only
                if further is not None or connection.execute(sql, (at, *_standing(owner, build))).rowcount != 1:
                    raise _MovedError
        except (_MovedError, _KeyTakenError):
            return False
        return True

    def drop(self, ledger: str, build: Build) -> None:
        """See `RowStore`."""
        with self._connection() as connection:
            sql: LiteralString = f"UPDATE projection_builds SET state = 'dropped' WHERE {_OF}"  # noqa: S608 - constants only
            connection.execute(sql, (UUID(ledger), build.projection, build.build))

    def sweep(self, ledger: str) -> None:
        """See `RowStore`."""
        owner = UUID(ledger)
        with self._connection() as connection:
            dropped = connection.execute(
                "SELECT projection, build FROM projection_builds WHERE ledger_id = %b AND state = 'dropped'", (owner,)
            ).fetchall()
            for projection, build in dropped:
                of = (owner, projection, build)
                sql: LiteralString = (
                    "DELETE FROM projection_rows WHERE ctid = ANY (ARRAY("  # noqa: S608 - constants only
                    f"SELECT ctid FROM projection_rows WHERE {_OF} LIMIT {_SWEPT}))"
                )
                while connection.execute(sql, of).rowcount == _SWEPT:
                    pass
                connection.execute(  # the greatest number stays, so that none is given twice
                    f"DELETE FROM projection_builds WHERE {_OF} AND state = 'dropped' AND build <"  # noqa: S608 - constants only
                    " (SELECT max(build) FROM projection_builds WHERE ledger_id = %b AND projection = %b)",
                    (*of, owner, projection),
                )

    @contextmanager
    def snapshot(self, ledger: str) -> Iterator[Snapshot]:
        """See `RowStore`."""
        with self._connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield _Snapshot(connection, ledger, _builds(connection, ledger))
            finally:
                with suppress(psycopg.Error):
                    connection.execute("COMMIT")

    def close(self) -> None:
        """See `RowStore`."""
        with self._lock:
            self._closed = True
            if self._pool is not None:
                self._pool.close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with self._opened().connection() as connection:
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise Unavailable(type(error).__name__) from error
        except psycopg.Error as error:
            self._made = self._made and not isinstance(error, psycopg.errors.UndefinedTable)
            raise _failure(error) from error

    def _opened(self) -> ConnectionPool:
        """Give the pool; the first time, and after they went, make the tables if this role may."""
        with self._lock:
            if self._closed:
                raise Unavailable("the rows of projections are closed")
            if not self._made:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    _make(connection)
                self._made = True
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._dsn,
                    kwargs={"autocommit": True},
                    min_size=0,
                    max_size=self._size,
                    timeout=_POOL_TIMEOUT_SECONDS,
                    configure=_configure,
                    name="sceau-projections",
                    open=True,
                )
            return self._pool


class _MovedError(Exception):
    """A build does not stand where it was: nothing is kept."""


class _KeyTakenError(StoreFailure):
    """Another process was first."""


def _make(connection: psycopg.Connection[Any]) -> None:
    try:
        apply(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        if todo := missing(connection):
            raise SchemaMismatch(f"{todo[0].name} of projections is not applied: run `sceau migrate`") from error


def _configure(connection: psycopg.Connection[Any]) -> None:
    register(connection)
    connection.execute("SET synchronous_commit = off")


def _write(connection: psycopg.Connection[Any], owner: UUID, build: Build, rows: Sequence[Written]) -> None:
    of = (owner, build.projection, build.build)
    gone = [row for row in rows if row.body is None]
    if gone:
        places = TextArray([row.table for row in gone]), TextArray([row.key for row in gone])
        connection.execute(_TAKE, (*places, *of), binary=True)
    kept = [row for row in rows if row.body is not None] if gone else rows
    for at in range(0, len(kept), _WRITTEN_ROWS):
        tables, keys, sorts, seqs, bodies = zip(*kept[at : at + _WRITTEN_ROWS], strict=True)
        arrays = TextArray(tables), TextArray(keys), TextArray(sorts), Int8Array(seqs), ByteaArray(bodies)
        connection.execute(_PUT, (*of, *arrays), binary=True)


def _builds(connection: psycopg.Connection[Any], ledger: str) -> list[Build]:
    rows = connection.execute(_BUILDS, (UUID(ledger),), binary=True).fetchall()
    return [
        Build(projection, build, version, state, position, fingerprint.hex(), missing_, at)
        for projection, build, version, state, position, fingerprint, missing_, at in rows
    ]


def _standing(owner: UUID, build: Build) -> tuple[Any, ...]:
    print_ = bytes.fromhex(build.fingerprint)
    return owner, build.projection, build.build, build.version, build.position, print_, build.missing


class _Snapshot:
    def __init__(self, connection: psycopg.Connection[Any], ledger: str, builds: Sequence[Build]) -> None:
        self._connection = connection
        self._ledger = ledger
        self.builds = builds

    def view(self, build: Build) -> PostgresView:
        return PostgresView(self._connection, self._ledger, build)


class PostgresView:
    """`View` over one read transaction."""

    def __init__(self, connection: psycopg.Connection[Any], ledger: str, build: Build) -> None:
        """Read one build on a connection whose transaction its owner ends."""
        self.position = build.position
        self.missing = build.missing
        self._connection = connection
        self._of = (UUID(ledger), build.projection, build.build)

    def get(self, table: str, key: str) -> Row | None:
        """See `View`."""
        sql: LiteralString = f"SELECT key, seq, sort, body FROM projection_rows WHERE {_OF} AND tbl = %b AND key = %b"  # noqa: S608 - constants only
        found = self._connection.execute(sql, (*self._of, table, key), binary=True).fetchone()
        return None if found is None else _row(found)

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
        where: LiteralString = f"{_OF} AND tbl = %b"
        values: list[Any] = [*self._of, table]
        bounds: tuple[tuple[LiteralString, str | None], ...] = (
            (" AND key >= %b", first),
            (" AND key <= %b", last),
            (" AND sort >= %b", sort_from),
            (" AND sort <= %b", sort_to),
        )
        for condition, bound in bounds:
            if bound is not None:
                where += condition
                values.append(bound)
        by_sort = sort_from is not None or sort_to is not None
        found = chain.from_iterable(self._chunks(where, values, by_sort, descending, limit))
        return map(_row, islice(found, limit))

    def _chunks(
        self, where: LiteralString, values: Sequence[Any], by_sort: bool, descending: bool, limit: int | None
    ) -> Iterator[list[Any]]:
        """Rows a thousand at a time, each chunk begun behind the last row of the one before."""
        size = _CHUNK_ROWS if limit is None else min(limit, _CHUNK_ROWS)
        way: LiteralString = " DESC" if descending else ""
        than: LiteralString = "<" if descending else ">"
        order: LiteralString = f"sort{way}, key{way}" if by_sort else f"key{way}"
        behind: LiteralString = f" AND (sort, key) {than} (%b, %b)" if by_sort else f" AND key {than} %b"
        after: LiteralString = ""
        last: tuple[str, ...] = ()
        while True:
            sql: LiteralString = (
                f"SELECT key, seq, sort, body FROM projection_rows WHERE {where}{after} ORDER BY {order} LIMIT %b"  # noqa: S608 - constants only
            )
            rows = self._connection.execute(sql, (*values, *last, size), binary=True).fetchall()
            yield rows
            if len(rows) < size:
                return
            after = behind
            last = (rows[-1][2], rows[-1][0]) if by_sort else (rows[-1][0],)


def _row(found: Any) -> Row:
    return Row(found[0], found[1], found[2], orjson.loads(found[3]))


def _with_defaults(url: str) -> str:
    """The URL with what a failover pair needs, unless it says otherwise."""
    given = conninfo_to_dict(url)
    wanted: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
        "target_session_attrs": "read-write",
        "application_name": "sceau-projections",
    }
    return make_conninfo(url, **{name: value for name, value in wanted.items() if name not in given})


def _shown(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.partition("?")[0].rpartition("@")[2]


def _failure(error: psycopg.Error) -> SceauError:
    """What a database error means, by SQLSTATE class: nothing was kept, or the next look tells. Never a value."""
    state = error.sqlstate or ""
    if state in ("23505", "40001", "40P01"):
        return _KeyTakenError(state)
    if state == "42P01":
        return SchemaMismatch("tables of projections are missing: run `sceau migrate`")
    if not state or state[:2] in ("08", "25", "53", "55", "57", "58", "XX"):
        return Unavailable(state or "connection lost")
    return StoreFailure(state)
