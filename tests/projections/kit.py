"""What every owner of a projection tests with: rows and views from entries, and what must hold of any projection.

    rows = rows_of(DEPOSITS, entries)["deposit"]          # key -> Row
    view = view_of(DEPOSITS, entries)                      # as a report reads it
    check(DEPOSITS, entries)                               # pure, plain, every type named, rebuilt equals live

`entries` is a list of `Entry`, by hand (`entry(...)`) or from a real ledger (`entries_of(store, ledger)`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import orjson

from ledger.domain.events import EVENT_TYPES
from ledger.shell.store import Head, Line, Store
from ledger.shell.store import Row as LineRow
from projections.engine.catching_up import Entries, Outcome, Work, catch_up
from projections.engine.contract import Body, Change, Entry, Get, Projection, Row, View
from projections.engine.days import Days, days_of
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.seam import RowStore

LEDGER = "0190aaaa-0000-8000-8000-000000000001"
STREAM = "invoice:00000000-0000-4000-8000-000000000001"
TYPES = frozenset(each.TYPE for each in EVENT_TYPES)


def entry(
    seq: int,
    type_: str,
    body: Body,
    *,
    stream: str = STREAM,
    at: str = "2026-11-22T09:30:00.000000Z",
    actor: str = "cli:local",
) -> Entry:
    """An entry by hand, of the business day that `at` has in UTC."""
    return Entry(seq, at, at[:10], _print(seq), stream, seq, type_, actor, body)


def entries_of(store: Store, ledger: str) -> list[Entry]:
    """Every entry of a real ledger, as projections read them."""
    days = days_of(store, ledger)
    found = []
    for line in store.lines(ledger):
        said = orjson.loads(line.line)
        at, told = said["chain"]["at"], said["entry"]
        found.append(
            Entry(
                line.seq,
                at,
                days.of(at),
                line.fingerprint,
                line.stream,
                line.version,
                line.type,
                told["actor"],
                told["body"],
            )
        )
    return found


def rows_of(projection: Projection, entries: Sequence[Entry]) -> dict[str, dict[str, Row]]:
    """The rows that entries add up to, by table and key, folded in the plainest way there is."""
    tables: dict[str, dict[str, Row]] = {table: {} for table in projection.tables}

    def get(table: str, key: str) -> Body | None:
        row = tables[table].get(key)
        return None if row is None else row.body

    def take(changes: Sequence[Change], seq: int) -> None:
        for change in changes:
            if change.row is None:
                tables[change.table].pop(change.key, None)
            else:
                tables[change.table][change.key] = Row(change.key, seq, change.sort, change.row)

    take(list(projection.start()), 0)
    for one in entries:
        take(list(projection.apply(get, one)), one.seq)
    return tables


def view_of(projection: Projection, entries: Sequence[Entry]) -> View:
    """The rows that entries add up to, as a report reads them: made by the engine, kept in memory."""
    rows = MemoryRows()
    run(rows, Handmade(entries), [projection])
    with rows.snapshot(LEDGER) as snapshot:
        (build,) = snapshot.builds
        return snapshot.view(build)


def kept_rows(rows: RowStore, projection: Projection, ledger: str = LEDGER) -> dict[str, dict[str, Row]]:
    """What a row store holds of a projection's live rows, by table and key."""
    with rows.snapshot(ledger) as snapshot:
        (build,) = [one for one in snapshot.builds if one.projection == projection.name and one.state == "live"]
        view = snapshot.view(build)
        return {table: {row.key: row for row in view.rows(table)} for table in projection.tables}


class Handmade:
    """`Entries` over entries at hand, given in chunks of random or given sizes; `purged` ones have no line."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        purged: frozenset[int] = frozenset(),
        chunk: int | Random = 2000,
    ) -> None:
        self.chunk = chunk
        self.lines_: list[LineRow] = [
            (one.seq, one.fingerprint, one.stream, one.version, one.type, b"" if one.seq in purged else _line(one))
            for one in entries
        ]

    def head(self, ledger: str) -> Head | None:
        if not self.lines_:
            return None
        last = self.lines_[-1]
        return Head(last[0], last[1], "", "", b"")

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[LineRow]]:
        chosen = [row for row in self.lines_ if row[0] > after and (upto is None or row[0] <= upto)]
        while chosen:
            size = self.chunk.randint(1, 7) if isinstance(self.chunk, Random) else self.chunk
            yield chosen[:size]
            chosen = chosen[size:]

    def lines(self, ledger: str, after: int = 0, upto: int | None = None, limit: int | None = None) -> Iterator[Line]:
        chosen = [Line(*row) for row in self.lines_ if row[0] > after and (upto is None or row[0] <= upto)]
        return iter(chosen[:limit])


def run(
    rows: RowStore, entries: Entries, projections: Sequence[Projection], *, ledger: str = LEDGER, **more: Any
) -> Outcome:
    """Catch up by the engine's own loop; `flush_entries`, `flush_rows` and `hold` are the work's, the rest its own."""
    now = more.pop("now", "2026-11-22T09:30:00Z")
    sizes = {name: more.pop(name) for name in ("flush_entries", "flush_rows", "hold", "meanwhile") if name in more}
    work = Work(entries, rows, ledger, Days(UTC, timedelta()), lambda: now, **sizes)
    return catch_up(work, projections, **more)


# ---- what must hold of every projection


def check(projection: Projection, entries: Sequence[Entry], seed: int = 1) -> dict[str, dict[str, Row]]:
    """Hold everything that must hold of a projection over these entries; its rows."""
    names_every_type(projection)
    is_pure(projection, entries)
    return rebuilt_equals_live(projection, entries, seed)


def names_every_type(projection: Projection) -> None:
    """Each event type is handled or ignored, by name; none that there is not; none twice."""
    handled = set(projection.handles)
    assert handled | projection.ignores == TYPES, (
        f"{projection.name}: {sorted(TYPES - handled - projection.ignores)} not named,"
        f" {sorted((handled | projection.ignores) - TYPES)} unknown"
    )
    assert not handled & projection.ignores, f"{projection.name}: {sorted(handled & projection.ignores)} named twice"


def is_pure(projection: Projection, entries: Sequence[Entry]) -> None:
    """Applying twice gives the same, changes nothing it was given, and rows are plain JSON without a float."""
    tables: dict[str, dict[str, Body]] = {table: {} for table in projection.tables}

    def get(table: str, key: str) -> Body | None:
        assert table in tables, f"{projection.name} asks for a table {table} that it does not name"
        return tables[table].get(key)

    def take(changes: Sequence[Change]) -> None:
        for change in changes:
            assert change.table in tables, f"{projection.name} changes a table {change.table} that it does not name"
            if change.row is None:
                tables[change.table].pop(change.key, None)
            else:
                _is_plain(change.row, f"{projection.name}.{change.table}")
                # As read back from a store: nothing may live on what JSON does not carry.
                tables[change.table][change.key] = orjson.loads(orjson.dumps(change.row))

    take(list(projection.start()))
    for one in entries:
        asked: dict[tuple[str, str], Any] = {}

        def watched(table: str, key: str, asked: dict[tuple[str, str], Any] = asked, get: Get = get) -> Body | None:
            row = get(table, key)
            asked.setdefault((table, key), deepcopy(row))
            return row

        before = deepcopy(one.body)
        first = list(projection.apply(watched, one))
        told = deepcopy(first)
        second = list(projection.apply(watched, one))
        assert told == second == first, f"{projection.name} says two things of entry {one.seq} ({one.type})"
        assert one.body == before, f"{projection.name} changes entry {one.seq} ({one.type})"
        for (table, key), row in asked.items():
            assert get(table, key) == row, f"{projection.name} changes a row it was given, at entry {one.seq}"
        take(first)


def rebuilt_equals_live(projection: Projection, entries: Sequence[Entry], seed: int = 1) -> dict[str, dict[str, Row]]:
    """Rows made in one go, in chunks of any size, and by the plainest fold are the same."""
    expected = {
        table: {key: row._replace(body=orjson.loads(orjson.dumps(row.body))) for key, row in rows.items()}
        for table, rows in rows_of(projection, entries).items()
    }
    if not entries:
        return expected
    whole = MemoryRows()
    outcome = run(whole, Handmade(entries), [projection])
    assert not outcome.stopped, outcome.stopped
    assert kept_rows(whole, projection) == expected
    chance, live = Random(seed), MemoryRows()
    at = 0
    while at < len(entries):
        at = min(at + chance.randint(1, 9), len(entries))
        run(live, Handmade(entries[:at], chunk=chance), [projection], flush_entries=chance.randint(1, 5), hold=2)
    assert kept_rows(live, projection) == expected
    return expected


def _is_plain(value: object, place: str) -> None:
    """Hold that a body is what JSON gives back: text keys; text, whole numbers, flags, lists and mappings."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            assert isinstance(name, str), f"{place}: a member's name is no text: {name!r}"
            _is_plain(member, f"{place}.{name}")
    elif isinstance(value, list):
        for member in value:
            _is_plain(member, f"{place}[]")
    else:
        assert value is None or type(value) in (str, int, bool), f"{place}: {type(value).__name__} is not plain"


def _line(one: Entry) -> bytes:
    told = {"chain": {"at": one.at}, "entry": {"actor": one.actor, "body": one.body}}
    return orjson.dumps(told)


def _print(seq: int) -> str:
    return sha256(f"entry {seq}".encode()).hexdigest()
