"""Rows in memory: the reference implementation, for tests and trials. Nothing outlives the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from threading import RLock

import orjson

from projections.engine.contract import Row
from projections.engine.rows.seam import Build, Place, Save, Snapshot, Written

_Table = dict[str, tuple[str, int, bytes]]  # key -> sort, seq, body


@dataclass(slots=True)
class _Kept:
    """One build: its tables are copied before they change once a snapshot looks at them."""

    build: Build
    tables: dict[str, _Table] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)  # tables that a snapshot looks at

    def write(self, rows: Sequence[Written]) -> None:
        for row in rows:
            table = self.tables.setdefault(row.table, {})
            if row.table in self.seen:
                self.seen.discard(row.table)
                table = self.tables[row.table] = dict(table)
            if row.body is None:
                table.pop(row.key, None)
            else:
                table[row.key] = (row.sort, row.seq, row.body)


class MemoryRows:
    """`RowStore` over plain dictionaries."""

    shown = "memory:"
    apart = False

    def __init__(self) -> None:
        self._lock = RLock()
        self._kept: dict[tuple[str, str], dict[int, _Kept]] = {}  # (ledger, projection) -> build -> kept

    def builds(self, ledger: str) -> list[Build]:
        """See `RowStore`."""
        with self._lock:
            return [one.build for one in self._of(ledger)]

    def begin(self, ledger: str, projection: str, version: int, rows: Sequence[Written], at: str) -> Build | None:
        """See `RowStore`."""
        with self._lock:
            there = self._kept.setdefault((ledger, projection), {})
            if any((one.build.state, one.build.version) == ("building", version) for one in there.values()):
                return None
            build = Build(projection, max(there, default=0) + 1, version, "building", 0, "", 0, at)
            there[build.build] = kept = _Kept(build)
            kept.write(rows)
            return build

    def read(self, ledger: str, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        """See `RowStore`."""
        with self._lock:
            kept = self._kept.get((ledger, build.projection), {}).get(build.build)
            tables = kept.tables if kept else {}
            found = ((place, tables.get(place[0], {}).get(place[1])) for place in places)
            return {place: row[2] for place, row in found if row is not None}

    def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
        """See `RowStore`."""
        with self._lock:
            chosen = [self._standing(ledger, save.before) for save in saves]
            if None in chosen:
                return False
            for kept, save in zip(chosen, saves, strict=True):
                assert kept is not None  # noqa: S101 - looked at above
                kept.build = kept.build._replace(
                    position=save.position, fingerprint=save.fingerprint, missing=save.missing, updated_at=at
                )
                kept.write(save.rows)
            return True

    def promote(self, ledger: str, build: Build, at: str) -> bool:
        """See `RowStore`."""
        with self._lock:
            kept = self._standing(ledger, build)
            others = self._kept.get((ledger, build.projection), {}).values()
            if kept is None or any(one.build.state == "live" and one.build.position > build.position for one in others):
                return False
            for one in others:
                one.build = one.build._replace(state="dropped")
            kept.build = kept.build._replace(state="live", updated_at=at)
            return True

    def drop(self, ledger: str, build: Build) -> None:
        """See `RowStore`."""
        with self._lock:
            kept = self._kept.get((ledger, build.projection), {}).get(build.build)
            if kept is not None:
                kept.build = kept.build._replace(state="dropped")

    def sweep(self, ledger: str) -> None:
        """See `RowStore`."""
        with self._lock:
            for (owner, _), there in self._kept.items():
                if owner == ledger:
                    for number in [n for n, one in there.items() if one.build.state == "dropped"]:
                        there[number] = _Kept(there[number].build)  # its number stays taken
                        if number != max(there):
                            del there[number]

    @contextmanager
    def snapshot(self, ledger: str) -> Iterator[Snapshot]:
        """See `RowStore`."""
        with self._lock:
            taken = []
            for one in self._of(ledger):
                one.seen = set(one.tables)
                taken.append((one.build, dict(one.tables)))
        yield _Snapshot(taken)

    def close(self) -> None:
        """See `RowStore`."""

    def _of(self, ledger: str) -> list[_Kept]:
        chosen = sorted(key for key in self._kept if key[0] == ledger)
        kept = (one for key in chosen for _, one in sorted(self._kept[key].items()))
        return [one for one in kept if one.build.state != "dropped"]

    def _standing(self, ledger: str, before: Build) -> _Kept | None:
        """Give the build if it stands where `before` says."""
        kept = self._kept.get((ledger, before.projection), {}).get(before.build)
        now = kept.build if kept else None
        if now is None or now.state == "dropped" or standing(now) != standing(before):
            return None
        return kept


def standing(build: Build) -> tuple[object, ...]:
    """What must be unchanged for a save to be kept."""
    return build.version, build.position, build.fingerprint, build.missing


class _Snapshot:
    def __init__(self, taken: Sequence[tuple[Build, dict[str, _Table]]]) -> None:
        self._tables = {(build.projection, build.build): tables for build, tables in taken}
        self.builds = [build for build, _ in taken]

    def view(self, build: Build) -> MemoryView:
        return MemoryView(build, self._tables[build.projection, build.build])


class MemoryView:
    """`View` over tables that change no more."""

    def __init__(self, build: Build, tables: Mapping[str, _Table]) -> None:
        self.position = build.position
        self.missing = build.missing
        self._tables = tables

    def get(self, table: str, key: str) -> Row | None:
        """See `View`."""
        found = self._tables.get(table, {}).get(key)
        return None if found is None else Row(key, found[1], found[0], orjson.loads(found[2]))

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
        chosen = [
            (sort, key, seq, body)
            for key, (sort, seq, body) in self._tables.get(table, {}).items()
            if (first is None or key >= first)
            and (last is None or key <= last)
            and (sort_from is None or sort >= sort_from)
            and (sort_to is None or sort <= sort_to)
        ]
        sorted_by_sort = sort_from is not None or sort_to is not None
        chosen.sort(key=(lambda row: row[:2]) if sorted_by_sort else (lambda row: row[1:2]), reverse=descending)
        return (Row(key, seq, sort, orjson.loads(body)) for sort, key, seq, body in islice(chosen, limit))
