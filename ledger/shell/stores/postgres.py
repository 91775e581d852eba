"""A store in PostgreSQL (and, with one more file of tables, Citus), shared by any number of server processes.

An append is one statement and one round trip: the head is taken by a compare-and-swap UPDATE, everything else is
inserted only if that took one row, and the statement is its own transaction. A long append takes the head by the same
statement, then sends its entries by COPY, in one transaction. The head row is the only lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, islice
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from ledger.shell.errors import (
    HeadMoved,
    InDoubt,
    OperationTaken,
    SchemaMismatch,
    StoreFailure,
    StreamConflict,
    Unavailable,
    UnsafeStore,
)
from ledger.shell.migrate import missing
from ledger.shell.migrate_postgresql import applied_postgresql
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
from ledger.shell.stores.arrays import (
    Int8Array,
    TextArray,
    register,
)
from ledger.shell.stores.checks import check, same_root
from ledger.shell.stores.statements import COPY_ENTRIES, append_parameters, append_statement, packed_entries

_LEAST_TO_COPY = 200  # entries: below, the round trips cost more than COPY saves
_CHUNK_ROWS = 2000
_CHUNK_INDEX = 10_000  # of (stream, version, seq): a megabyte
_CHUNK_BYTES = 4 << 20
_CONNECT_TIMEOUT_SECONDS = 5
_POOL_TIMEOUT_SECONDS = 10.0
_MOST = 2**63 - 1
_MOST_VERSION = 2**31 - 1
_LINE: LiteralString = "seq, fingerprint, stream, version, type, line"


class PostgresStore:
    """`ledger.shell.store.Store` over a pool of connections, whose tables `ledger.shell.migrate` has made."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """Connect, and look at the server's settings and tables.

        Raises:
            SchemaMismatch, UnsafeStore, Unavailable: see `open_store`.
        """
        self._dsn = _dsn(url)
        try:
            with psycopg.connect(self._dsn, autocommit=True) as connection:
                _configure(connection)
                if todo := missing("postgresql", applied_postgresql(connection)):
                    raise SchemaMismatch(f"{todo[0].name} is not applied: run `sceau migrate`")
        except psycopg.Error as error:
            raise _failure(error) from error
        self._pool = ConnectionPool(
            self._dsn,
            kwargs={"autocommit": True, "prepare_threshold": 0},
            min_size=1,
            max_size=pool_size,
            timeout=_POOL_TIMEOUT_SECONDS,
            configure=_configure,
            name="sceau",
            open=True,
        )

    def open_ledger(self, name: str, kind: str, append: Append) -> None:
        """See `Store`."""
        needed = check(append)
        if needed:
            raise StreamConflict(*needed[0])
        with self._connection() as connection:
            try:
                # One transaction of two round trips: opening is rare, and the head must be there to be taken.
                with connection.transaction():
                    connection.execute(_OPEN, (name, kind, UUID(append.ledger)))
                    self._write(connection, append, Head(0, "", "", "", b""))
            except psycopg.errors.UniqueViolation as error:
                raise HeadMoved("the ledger's id or name is taken") from error
            except psycopg.Error as error:
                raise _failure(error, writing=True) from error

    def ledgers(self) -> list[LedgerRow]:
        """See `Store`."""
        rows = self._all("SELECT ledger_id, name, kind FROM ledgers ORDER BY name")
        return [LedgerRow(str(row[0]), row[1], row[2]) for row in rows]

    def find(self, name_or_id: str) -> LedgerRow | None:
        """See `Store`."""
        rows = self._all(
            "SELECT ledger_id, name, kind FROM ledgers WHERE ledger_id::text = %b OR name = %b"
            " ORDER BY ledger_id::text <> %b",
            (name_or_id, name_or_id, name_or_id),
        )
        return LedgerRow(str(rows[0][0]), rows[0][1], rows[0][2]) if rows else None

    def append(self, append: Append) -> None:
        """See `Store`."""
        needed = check(append)
        if append.expected is None:
            raise HeadMoved(append.ledger)
        with self._connection() as connection:
            warnings: list[str] = []

            def listen(diagnostic: psycopg.errors.Diagnostic) -> None:
                warnings.append(diagnostic.sqlstate or "")

            connection.add_notice_handler(listen)
            write = self._write if len(append.lines) < _LEAST_TO_COPY else self._copy
            try:
                taken, written = write(connection, append, append.expected, needed)
            except psycopg.Error as error:
                if isinstance(error, psycopg.errors.UniqueViolation):
                    raise self._conflict(connection, append) from error
                raise _failure(error, writing=True) from error
            finally:
                connection.remove_notice_handler(listen)
        if not taken:
            raise self._refused(append, needed)
        if "01000" in warnings:
            raise InDoubt("committed here, perhaps not on the standby")
        if written != len(append.lines):
            raise InDoubt(f"{written} of {len(append.lines)} entries were written: something swallows rows")

    def head(self, ledger: str) -> Head | None:
        """See `Store`."""
        rows = self._all("SELECT seq, fingerprint, at, seal, register FROM heads WHERE ledger_id = %b", (_id(ledger),))
        if not rows:
            return None
        seq, fingerprint, at, seal, register_bytes = rows[0]
        return Head(seq, fingerprint.hex(), at, seal.hex(), register_bytes)

    def lines(
        self,
        ledger: str,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        types: Sequence[str] = (),
    ) -> Iterator[Line]:
        """See `Store`."""
        rows = chain.from_iterable(self._chunks(ledger, after, upto, types, limit))
        return map(Line._make, islice(rows, limit))

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """See `Store`."""
        return self._chunks(ledger, after, upto, (), None)

    def lines_desc(self, ledger: str, upto: int | None = None, limit: int = 100) -> Iterator[Line]:
        """See `Store`."""
        rows = self._all(
            f"SELECT {_LINE} FROM entries WHERE ledger_id = %b AND seq <= %b ORDER BY seq DESC LIMIT %b",  # noqa: S608 - constants only
            (_id(ledger), _MOST if upto is None else upto, limit),
        )
        return map(_line, rows)

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
        rows = self._all(
            _STREAM_DESC if desc else _STREAM,
            (_id(ledger), stream, gt or 0, _MOST_VERSION if lte is None else lte, _MOST if limit is None else limit),
        )
        return map(_line, rows)

    def seals(self, ledger: str, after: int = 0) -> Iterator[SealRow]:
        """See `Store`."""
        while rows := self._all(
            "SELECT first_seq, last_seq, text, signature FROM seals"
            " WHERE ledger_id = %b AND last_seq > %b ORDER BY last_seq LIMIT %b",
            (_id(ledger), after, _CHUNK_ROWS),
        ):
            yield from (SealRow(*row) for row in rows)
            after = rows[-1][1]

    def disclosures(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[Disclosure]:
        """See `Store`."""
        # No path is empty, and every path sorts before U+10FFFF: the pair stands just before the next entry's first.
        seq, path = after, "\U0010ffff"
        while rows := self._all(
            "SELECT seq, path, salt, value FROM disclosures"
            " WHERE ledger_id = %b AND (seq, path) > (%b, %b) AND seq <= %b ORDER BY seq, path LIMIT %b",
            (_id(ledger), seq, path, _MOST if upto is None else upto, _CHUNK_ROWS),
        ):
            yield from map(_disclosure, rows)
            seq, path = rows[-1][0], rows[-1][1]

    def disclosures_of(self, ledger: str, seqs: Sequence[int]) -> list[Disclosure]:
        """See `Store`."""
        rows = self._all(
            "SELECT seq, path, salt, value FROM disclosures WHERE ledger_id = %b AND seq = ANY (%b) ORDER BY seq, path",
            (_id(ledger), Int8Array(seqs)),
        )
        return [_disclosure(row) for row in rows]

    def operation(self, ledger: str, key: str) -> Operation | None:
        """See `Store`."""
        rows = self._all(
            "SELECT key, digest, first_seq, last_seq, outcome FROM operations WHERE ledger_id = %b AND key = %b",
            (_id(ledger), key),
        )
        return _operation(rows[0]) if rows else None

    def operations(self, ledger: str, keys: Sequence[str]) -> dict[str, Operation]:
        """See `Store`."""
        rows = self._all(
            "SELECT key, digest, first_seq, last_seq, outcome FROM operations WHERE ledger_id = %b AND key = ANY(%b)",
            (_id(ledger), TextArray(list(keys))),
        )
        return {row[0]: _operation(row) for row in rows}

    def versions(self, ledger: str, streams: Sequence[str]) -> dict[str, int]:
        """See `Store`."""
        rows = self._all(
            "SELECT wanted.stream, found.version FROM unnest(%b) AS wanted(stream), LATERAL ("
            'SELECT version FROM entries WHERE ledger_id = %b AND stream = wanted.stream COLLATE "C"'
            " ORDER BY version DESC LIMIT 1) AS found",
            (TextArray(streams), _id(ledger)),
        )
        return dict(rows)

    def index(self, ledger: str, upto: int | None = None) -> Iterator[tuple[str, int, int]]:
        """See `Store`."""
        stream, version = "", 0
        while rows := self._all(
            "SELECT stream, version, seq FROM entries WHERE ledger_id = %b AND (stream, version) > (%b, %b::int4)"
            " ORDER BY stream, version LIMIT %b",
            (_id(ledger), stream, version, _CHUNK_INDEX),
        ):
            yield from rows if upto is None else (row for row in rows if row[2] <= upto)
            stream, version, _ = rows[-1]

    def track(self, ledger: str, reader: str, position: int) -> bool:
        """See `Store`."""
        statement = (
            "INSERT INTO tracking (ledger_id, reader, position) VALUES (?, ?, ?) ON CONFLICT (ledger_id, reader)"
            " DO UPDATE SET position = excluded.position WHERE tracking.position < excluded.position"
        )
        return self._run(statement, (_id(ledger), reader, position))[1] == 1

    def tracked(self, ledger: str, reader: str) -> int | None:
        """See `Store`."""
        rows = self._all("SELECT position FROM tracking WHERE ledger_id = %b AND reader = %b", (_id(ledger), reader))
        return rows[0][0] if rows else None

    def keep_checkpoint(self, ledger: str, row: CheckpointRow) -> bool:
        """See `Store`."""
        sql = "INSERT INTO checkpoints (ledger_id, size, root, frontier, note) VALUES (?, ?, ?, ?, ?)"
        if self._run(sql + " ON CONFLICT DO NOTHING", (_id(ledger), *row))[1] == 1:
            return True
        # Never gone again once there: what refused the row is what is read.
        sql = "SELECT root FROM checkpoints WHERE ledger_id = %b AND size = %b"
        return same_root(self._all(sql, (_id(ledger), row.size))[0][0], row.root, row.size)

    def last_checkpoint(self, ledger: str, upto: int | None = None) -> CheckpointRow | None:
        """See `Store`."""
        rows = self._all(
            "SELECT size, root, frontier, note FROM checkpoints WHERE ledger_id = %b AND size <= %b"
            " ORDER BY size DESC LIMIT 1",
            (_id(ledger), _MOST if upto is None else upto),
        )
        return CheckpointRow(*rows[0]) if rows else None

    def checkpoints(self, ledger: str, after: int = 0) -> Iterator[CheckpointRow]:
        """See `Store`."""
        while rows := self._all(
            "SELECT size, root, frontier, note FROM checkpoints WHERE ledger_id = %b AND size > %b"
            " ORDER BY size LIMIT %b",
            (_id(ledger), after, _CHUNK_ROWS),
        ):
            yield from map(CheckpointRow._make, rows)
            after = rows[-1][0]

    def keep_anchor(self, ledger: str, row: AnchorRow) -> bool:
        """See `Store`."""
        sql = (
            "INSERT INTO anchors (ledger_id, size, kind, place, at, proof) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING"
        )
        return self._run(sql, (_id(ledger), *row))[1] == 1

    def anchors(self, ledger: str, after: int = 0) -> Iterator[AnchorRow]:
        """See `Store`."""
        place: tuple[int, str, str] = (after, "\U0010ffff", "")  # every kind sorts before it
        while rows := self._all(
            "SELECT size, kind, place, at, proof FROM anchors"
            " WHERE ledger_id = %b AND (size, kind, place) > (%b, %b, %b) ORDER BY size, kind, place LIMIT %b",
            (_id(ledger), *place, _CHUNK_ROWS),
        ):
            yield from map(AnchorRow._make, rows)
            place = rows[-1][:3]

    def last_anchors(self, ledger: str) -> list[AnchorRow]:
        """See `Store`."""
        rows = self._all(
            "SELECT DISTINCT ON (kind, place) size, kind, place, at, proof FROM anchors WHERE ledger_id = %b"
            " ORDER BY kind, place, size DESC",
            (_id(ledger),),
        )
        return [AnchorRow(*row) for row in rows]

    def purge(self, ledger: str, by: int, seqs: Sequence[int]) -> int:
        """See `Store`."""
        with self._connection() as connection, connection.transaction():
            gone = self._one(connection, "SELECT sceau_purge(%b, %b, %b)", (_id(ledger), by, Int8Array(seqs)))
            sql: LiteralString = "SELECT count(*) FROM purges WHERE ledger_id = %b AND seq = %b"
            if not self._one(connection, sql, (_id(ledger), by)):
                raise StoreFailure("no entry says this purge")
        return gone

    def erase(self, ledger: str, by: int, places: Sequence[tuple[int, str]]) -> int:
        """See `Store`."""
        seqs, paths = Int8Array([seq for seq, _ in places]), TextArray([path for _, path in places])
        with self._connection() as connection:
            return self._one(connection, "SELECT sceau_erase(%b, %b, %b, %b)", (_id(ledger), by, seqs, paths))

    def reclaim(self) -> bool:
        """See `Store`."""
        with self._connection() as connection:
            refused: list[str] = []

            def listen(diagnostic: psycopg.errors.Diagnostic) -> None:
                refused.append(diagnostic.sqlstate or "")

            connection.add_notice_handler(listen)
            try:
                connection.execute("VACUUM entries, disclosures")
            except psycopg.errors.InsufficientPrivilege:
                return False
            except psycopg.Error as error:
                raise _failure(error) from error
            finally:
                connection.remove_notice_handler(listen)
        return not refused  # the tables are another role's: a warning, and nothing done

    def stage(
        self, ledger: str, lines: Sequence[Line], seals: Sequence[SealRow], disclosures: Sequence[Disclosure]
    ) -> None:
        """See `Store`."""
        identifier, nothing = _id(ledger), Head(0, "", "", "", b"")
        with self._connection() as connection:
            try:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM heads WHERE ledger_id = %b", (identifier,))
                    if cursor.fetchone() is not None:
                        raise StoreFailure("the ledger has a head")
                    if lines:
                        with cursor.copy(COPY_ENTRIES) as copy:
                            for chunk in packed_entries(Append(ledger, nothing, lines, (), (), (), nothing)):
                                copy.write(chunk)
                    cursor.executemany(
                        "INSERT INTO seals (ledger_id, first_seq, last_seq, text, signature)"
                        " VALUES (%b, %b, %b, %b, %b)",
                        [(identifier, one.first, one.last, one.text, one.signature) for one in seals],
                    )
                    cursor.executemany(
                        "INSERT INTO disclosures (ledger_id, seq, path, salt, value) VALUES (%b, %b, %b, %b, %b)",
                        [(identifier, one.seq, one.path, bytes.fromhex(one.salt), one.value) for one in disclosures],
                    )
            except psycopg.Error as error:
                raise _failure(error, writing=True) from error

    def adopt(self, row: LedgerRow, head: Head) -> None:
        """See `Store`."""
        values = (head.seq, bytes.fromhex(head.fingerprint), head.at, bytes.fromhex(head.seal), head.register)
        with self._connection() as connection:
            try:
                with connection.transaction():
                    connection.execute(
                        "INSERT INTO ledgers (name, kind, ledger_id) VALUES (%b, %b, %b)",
                        (row.name, row.kind, _id(row.ledger)),
                    )
                    connection.execute(
                        "INSERT INTO heads (ledger_id, seq, fingerprint, at, seal, register)"
                        " VALUES (%b, %b, %b, %b, %b, %b)",
                        (_id(row.ledger), *values),
                    )
            except psycopg.errors.UniqueViolation as error:
                raise HeadMoved("the ledger's id or name is taken") from error
            except psycopg.Error as error:
                raise _failure(error, writing=True) from error

    def side(self) -> Side:
        """See `Store`."""
        return SqlSide(self._run)

    def close(self) -> None:
        """See `Store`."""
        self._pool.close()

    def _write(
        self,
        connection: psycopg.Connection[Any],
        append: Append,
        expected: Head,
        needed: Sequence[tuple[str, int]] = (),
    ) -> tuple[bool, int]:
        """Run the one statement; whether the head was taken, and how many entries were written."""
        lines, seals = min(len(append.lines), 2), min(len(append.seals), 2)
        statement = append_statement(lines, bool(needed), seals, bool(append.disclosures), bool(append.operations))
        rows = connection.execute(statement, append_parameters(append, expected, needed), binary=True).rowcount
        return rows > 0, rows if lines else 0

    def _copy(
        self, connection: psycopg.Connection[Any], append: Append, expected: Head, needed: Sequence[tuple[str, int]]
    ) -> tuple[bool, int]:
        """As `_write`, for many entries: COPY packs and inserts a row at half the cost, for three round trips more."""
        try:
            connection.execute("BEGIN")
            taken, _ = self._write(connection, replace(append, lines=()), expected, needed)
            if not taken:
                connection.rollback()
                return False, 0
            with connection.cursor() as cursor:
                with cursor.copy(COPY_ENTRIES) as copy:
                    for chunk in packed_entries(append):  # packed while the server takes the one before
                        copy.write(chunk)
                written = cursor.rowcount
            connection.commit()
        except BaseException:
            with suppress(psycopg.Error):  # a connection that is lost has nothing to roll back
                connection.rollback()
            raise
        return True, written

    def _refused(self, append: Append, needed: Sequence[tuple[str, int]]) -> StoreFailure:
        """Why the head was not taken: it moved, or a member would leave a gap."""
        now = self.head(append.ledger)
        expected = append.expected
        if now == append.head and append.lines and not any(self.lines(append.ledger, append.head.seq - 1, limit=1)):
            return InDoubt("the head is kept, but no entry is: something swallows rows")
        if now is None or expected is None or (now.seq, now.fingerprint) != (expected.seq, expected.fingerprint):
            return HeadMoved(append.ledger)
        versions = self.versions(append.ledger, [stream for stream, _ in needed])
        for stream, version in needed:
            if versions.get(stream, 0) < version:
                return StreamConflict(stream, version + 1)
        return HeadMoved(append.ledger)

    def _conflict(self, connection: psycopg.Connection[Any], append: Append) -> StoreFailure:
        """What a refused key means, found by looking and not by the constraint's name."""
        try:
            now = connection.execute("SELECT seq FROM heads WHERE ledger_id = %b", (_id(append.ledger),)).fetchone()
        except psycopg.Error as error:
            return _failure(error)
        if now is None or append.expected is None or now[0] != append.expected.seq:
            return HeadMoved(append.ledger)
        versions = self.versions(append.ledger, sorted({line.stream for line in append.lines}))
        for line in append.lines:
            if versions.get(line.stream, 0) >= line.version:
                return StreamConflict(line.stream, line.version)
        if any(self.operation(append.ledger, operation.key) for operation in append.operations):
            return OperationTaken(append.ledger)
        return HeadMoved(append.ledger)

    def _one(self, connection: psycopg.Connection[Any], statement: LiteralString, params: Sequence[Any]) -> int:
        try:
            row = connection.execute(statement, params, binary=True).fetchone()
        except psycopg.Error as error:
            raise _failure(error, writing=True) from error
        return int(row[0]) if row is not None else 0

    def _all(self, statement: Any, params: Sequence[Any] = ()) -> list[Any]:
        with self._connection() as connection:
            try:
                return connection.execute(statement, params, binary=True).fetchall()
            except psycopg.Error as error:
                raise _failure(error) from error

    def _run(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        with self._connection() as connection:
            try:
                done = connection.execute(sql.replace("?", "%s"), params)
            except psycopg.errors.IntegrityError:
                return [], 0
            except psycopg.Error as error:
                raise _failure(error) from error
            return (done.fetchall() if done.description else []), done.rowcount

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise Unavailable(type(error).__name__) from error

    def _chunks(
        self, ledger: str, after: int, upto: int | None, types: Sequence[str], limit: int | None
    ) -> Iterator[list[Row]]:
        """Chunks bounded by rows and bytes on both sides of the wire: a running total stops at the row that fills."""
        left = _MOST if limit is None else limit
        statement = _CHUNK_OF_TYPES if types else _CHUNK
        end = _MOST if upto is None else upto
        while left > 0:
            size = min(left, _CHUNK_ROWS)
            params = [_id(ledger), after, end, *([TextArray(types)] if types else []), size, _CHUNK_BYTES]
            found = self._all(statement, params)
            if not found:
                return
            yield [
                (seq, print_.hex(), stream, version, type_, line) for seq, print_, stream, version, type_, line in found
            ]
            after = found[-1][0]
            left -= len(found)


_OPEN: LiteralString = (
    "WITH opened AS (INSERT INTO ledgers (name, kind, ledger_id) VALUES (%s, %s, %s) RETURNING ledger_id)"
    " INSERT INTO heads (ledger_id, seq, fingerprint, at, seal, register)"
    " SELECT ledger_id, 0, '', '', '', '' FROM opened"
)
_STREAM: LiteralString = (
    f"SELECT {_LINE} FROM entries WHERE ledger_id = %b AND stream = %b AND version > %b AND version <= %b"  # noqa: S608 - constants only
    " ORDER BY version LIMIT %b"
)
_STREAM_DESC: LiteralString = _STREAM.replace("ORDER BY version", "ORDER BY version DESC")
# The sum is taken from the stored lengths: no line is unpacked for it.
_CHUNK: LiteralString = (
    f"SELECT {_LINE} FROM (SELECT {_LINE}, sum(octet_length(line)) OVER (ORDER BY seq) - octet_length(line) AS before"  # noqa: S608 - constants only
    " FROM entries WHERE ledger_id = %b AND seq > %b AND seq <= %b ORDER BY seq LIMIT %b) AS counted"
    " WHERE before < %b ORDER BY seq"
)
_CHUNK_OF_TYPES: LiteralString = _CHUNK.replace("ORDER BY seq LIMIT", "AND type = ANY (%b) ORDER BY seq LIMIT")


def _line(row: Any) -> Line:
    return Line(row[0], row[1].hex(), row[2], row[3], row[4], row[5])


def _disclosure(row: Any) -> Disclosure:
    return Disclosure(row[0], row[1], row[2].hex(), row[3])


def _operation(row: Any) -> Operation:
    name, digest, first, last, outcome = row
    return Operation(name, digest.hex(), first, last, outcome)


def _id(ledger: str) -> UUID:
    return UUID(ledger)


def _dsn(url: str) -> str:
    """The URL with what a failover pair needs, unless it says otherwise."""
    given = conninfo_to_dict(url)
    wanted: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
        "target_session_attrs": "read-write",
        "application_name": "sceau",
    }
    return make_conninfo(url, **{name: value for name, value in wanted.items() if name not in given})


def _configure(connection: psycopg.Connection[Any]) -> None:
    """Every connection's set-up; refuses a server that acknowledges what it may lose."""
    register(connection)
    durable = connection.execute("SHOW synchronous_commit").fetchone()
    if durable is None or durable[0] == "off":
        raise UnsafeStore("synchronous_commit is off")
    # The plans of an append do not depend on its values: plan once per connection.
    connection.execute("SET plan_cache_mode = force_generic_plan")


def _failure(error: psycopg.Error, *, writing: bool = False) -> StoreFailure:
    """What a database error means to a caller, by SQLSTATE class. The message is the code, never a value.

    Out of a statement that commits by itself, a lost connection says nothing of whether it committed.
    """
    state = error.sqlstate or ""
    if state in ("40001", "40P01"):
        return HeadMoved(state)
    lost = not state or state[:2] == "08" or state.startswith("57P") or state == "XX000"
    if lost and writing:
        return InDoubt(state or "connection lost")
    if lost or state[:2] in ("25", "53", "55", "57", "58"):
        return Unavailable(state or "connection lost")
    return StoreFailure(state)
