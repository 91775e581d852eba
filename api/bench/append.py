"""Chained append beside what the same database does with the same bytes and no chain.

Ours is the shipped road from entries that are serialised but for their links: link, hash, seal, high-water mark,
compare-and-swap, commit. The peers write finished bytes into a table of the same columns and keys: they have nothing
to link, to seal or to compare.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

import psycopg

from api.bench.ground import Ground, ground, kept, lines, members, tails
from api.bench.ground import sqlite as sqlite_file
from api.bench.postgres import Server
from api.bench.rows import Goal, Row, compared, interleaved, least
from api.bench.sizes import Sizes
from ledger.shell.store import Line
from ledger.shell.stores.arrays import ByteaArray, Int4Array, Int8Array, TextArray, register
from ledger.shell.stores.sqlite import connect

_COLUMNS = "ledger_id, seq, version, fingerprint, stream, type, line"
_UNNEST = f"INSERT INTO plain ({_COLUMNS}) SELECT %b, n.* FROM unnest(%b, %b, %b, %b, %b, %b) AS n"  # noqa: S608 - constants only
_COPY = f"COPY plain ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_SQLITE_TABLE = (
    "CREATE TABLE plain (ledger_id TEXT NOT NULL, seq INTEGER NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL,"
    " type TEXT NOT NULL, fingerprint TEXT NOT NULL, line BLOB NOT NULL, PRIMARY KEY (ledger_id, seq))"
    " STRICT, WITHOUT ROWID"
)
_SQLITE_INDEX = "CREATE UNIQUE INDEX plain_by_stream ON plain (ledger_id, stream, version)"
_SQLITE_INSERT = "INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?)"

_places = count(1_000_000_000, 10_000_000)  # where each row's peer begins to write

Peer = Callable[[Sequence[Line]], Callable[[], None]]
"""Takes finished entries; what it gives back writes them, and is what the clock sees."""


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the append's rows."""
    if server is not None:
        yield from _postgres(sizes, server)
    yield from _sqlite(sizes)


def _postgres(sizes: Sizes, server: Server) -> Iterator[Row]:
    with server.database() as url, ground(url) as ours, psycopg.connect(url, autocommit=True) as peer:
        register(peer)
        peer.execute("CREATE TABLE plain (LIKE entries INCLUDING ALL)")
        yield _row("PostgreSQL", ours, sizes, 1000, "raw COPY of the same bytes", _copy(peer, ours), least(0.80))
        unnest = _unnest(peer, ours)
        for batch, bound in ((1, 0.75), (100, 0.85), (1000, 0.85)):
            yield _row("PostgreSQL", ours, sizes, batch, "plain insert (unnest)", unnest, least(bound))
    with server.database(check_links=True) as url, ground(url) as ours, psycopg.connect(url, autocommit=True) as peer:
        peer.execute("CREATE TABLE plain (LIKE entries INCLUDING ALL)")
        what = "raw COPY of the same bytes"
        yield _row("PostgreSQL that checks links itself", ours, sizes, 1000, what, _copy(peer, ours), least(0.60))


def _sqlite(sizes: Sizes) -> Iterator[Row]:
    with sqlite_file() as url, ground(url) as ours, TemporaryDirectory(prefix="sceau-bench-") as folder:
        peer = connect(Path(folder) / "plain.db")
        peer.execute(_SQLITE_TABLE)
        peer.execute(_SQLITE_INDEX)
        for batch in (1, 100, 1000):
            yield _row("SQLite", ours, sizes, batch, "plain insert", _executemany(peer, ours), least(0.9))
        peer.close()


def _row(where: str, ours: Ground, sizes: Sizes, batch: int, what: str, peer: Peer, goal: Goal) -> Row:
    batches = max(1, min(sizes.append_entries // batch, sizes.append_batches))
    appender = ours.appender()
    seq = next(_places)

    def chained() -> float:
        waiting = members(tails(batch * batches), batch)
        start = perf_counter()
        for one in waiting:
            appender.commit(one)
        spent = perf_counter() - start
        kept(waiting[-1][0])
        return batch * batches / spent

    def plain() -> float:
        nonlocal seq
        made = lines(ours.ledger, tails(batch * batches), seq)
        seq += len(made)
        waiting = [made[at : at + batch] for at in range(0, len(made), batch)]
        prepared = [peer(one) for one in waiting]
        start = perf_counter()
        for write in prepared:
            write()
        return len(made) / (perf_counter() - start)

    interleaved(1, chained, plain)  # statements prepared, files and pages at hand
    found, reference = interleaved(sizes.repeats, chained, plain)
    entries = "1 entry" if batch == 1 else f"{batch} entries"
    return compared(f"chained append, {where}, {entries} each; beside {what}", found, "entries/s", reference, goal)


def _copy(to: psycopg.Connection[tuple[object, ...]], ours: Ground) -> Peer:
    """COPY of bytes that are packed before the clock runs: the least that a database can be asked to do."""

    def peer(some: Sequence[Line]) -> Callable[[], None]:
        chunks = list(_packed(UUID(ours.ledger).bytes, some))

        def write() -> None:
            with to.cursor() as cursor, cursor.copy(_COPY) as copy:
                for chunk in chunks:
                    copy.write(chunk)

        return write

    return peer


def _packed(ledger: bytes, some: Sequence[Line]) -> Iterator[bytes]:
    """`COPY ... (FORMAT BINARY)`, as the PostgreSQL documentation has it, in chunks of 64 KiB or so."""
    yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for at in range(0, len(some), 128):
        parts = []
        for e in some[at : at + 128]:
            fields = (
                *(ledger, struct.pack("!q", e.seq), struct.pack("!i", e.version), bytes.fromhex(e.fingerprint)),
                *(e.stream.encode(), e.type.encode(), e.line),
            )
            parts.append(struct.pack("!h", len(fields)))
            parts.extend(struct.pack("!i", len(field)) + field for field in fields)
        yield b"".join(parts)
    yield b"\xff\xff"


def _unnest(to: psycopg.Connection[tuple[object, ...]], ours: Ground) -> Peer:
    ledger = UUID(ours.ledger)

    def write(some: Sequence[Line]) -> None:
        params = (
            ledger,
            Int8Array([e.seq for e in some]),
            Int4Array([e.version for e in some]),
            ByteaArray([bytes.fromhex(e.fingerprint) for e in some]),
            TextArray([e.stream for e in some]),
            TextArray([e.type for e in some]),
            ByteaArray([e.line for e in some]),
        )
        to.execute(_UNNEST, params, binary=True, prepare=True)

    return lambda some: partial(write, some)


def _executemany(to: sqlite3.Connection, ours: Ground) -> Peer:
    ledger = ours.ledger

    def write(some: Sequence[Line]) -> None:
        to.execute("BEGIN IMMEDIATE")
        to.executemany(
            _SQLITE_INSERT, [(ledger, e.seq, e.stream, e.version, e.type, e.fingerprint, e.line) for e in some]
        )
        to.execute("COMMIT")

    return lambda some: partial(write, some)
