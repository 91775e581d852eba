"""Rows in memory while entries are applied: those changed and not kept yet, and those asked for not long ago."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from projections.engine.contract import Body, Change
from projections.engine.rows.seam import Place, Written

GENERATION: Final = 40_000
"""Rows held in each of two generations, over all projections of a run; one that is in neither is read again."""

_SIEVE_BITS: Final = 1 << 25
"""Of a million rows let go, three in a hundred that never were are asked for in vain; 4 MiB, once one was let go."""

_UNKNOWN: Final[Any] = object()

Read = Callable[[Sequence[Place]], Mapping[Place, bytes]]

_Rows = dict[str, dict[str, Body | None]]
"""By table and key: the hash of a text is worked out once, that of a pair each time."""


class Overlay:
    """What one build's rows are after the entries applied so far.

    `new` says that the build had no rows but those put here: then a row that is in neither generation, and is not among
    those let go, is known to be absent without asking. Those let go are remembered in a sieve of fixed size that may
    take a row for one of them, never one of them for absent. Rows of a table that no handler has asked for yet are let
    go without being remembered one by one: once somebody asks for that table, its rows are looked up.
    """

    __slots__ = ("_asked", "_changed", "_loose", "_old", "_read", "_sieve", "_size", "_young", "new")

    def __init__(self, read: Read, *, new: bool, size: int = GENERATION) -> None:
        """Read what is not at hand with `read`; hold twice `size` rows beside those that changed."""
        self._read = read
        self._size = size
        self._young: _Rows = {}  # by each table that was asked for
        self._old: _Rows = {}
        self._sieve: bytearray | None = None
        self._asked: set[str] = set()
        self._loose: set[str] = set()
        self._changed: dict[str, dict[str, tuple[str, int, Body | None]]] = {}
        self.new = new

    @property
    def size(self) -> int:
        """How many rows changed and are not kept yet."""
        return sum(map(len, self._changed.values()))

    @property
    def whole(self) -> bool:
        """Whether every row of the tables asked for so far is at hand."""
        return self.new and self._sieve is None and self._loose.isdisjoint(self._asked)

    def get(self, table: str, key: str) -> Body | None:
        """Give a row as the entries before left it: `contract.Get`."""
        rows = self._young.get(table)
        if rows is not None:
            row = rows.get(key, _UNKNOWN)
            if row is not _UNKNOWN:
                return row  # type: ignore[no-any-return] # a body: what stands for none was ruled out
        else:
            rows = self._ask(table)
            if key in rows:
                return rows[key]
        old = self._old.get(table)
        if old is not None and key in old:
            row = rows[key] = old[key]
            return row
        if self.new and self._absent(table, key):
            return None
        found = self._read(((table, key),)).get((table, key))
        row = rows[key] = None if found is None else orjson.loads(found)
        return row

    def expect(self, places: Iterable[Place]) -> None:
        """Read the rows that entries will ask for in one question."""
        wanted: dict[Place, None] = {}
        for place in places:
            table, key = place
            rows = self._young.get(table)
            if rows is None:
                rows = self._ask(table)
            if key not in rows and key not in self._old.get(table, ()) and not (self.new and self._absent(*place)):
                wanted[place] = None
        if wanted:
            found = self._read(list(wanted))
            for place in wanted:
                body = found.get(place)
                self._young[place[0]][place[1]] = None if body is None else orjson.loads(body)

    def put(self, changes: Iterable[Change], seq: int) -> None:
        """Take in what one entry changed."""
        changed, young = self._changed, self._young
        for table, key, row, sort in changes:
            if table in young:
                young[table][key] = row
            if table in changed:
                changed[table][key] = (sort, seq, row)
            else:
                changed[table] = {key: (sort, seq, row)}

    def written(self) -> list[Written]:
        """Give what changed, in the form in which it is kept, by place."""
        dumps = orjson.dumps
        new = tuple.__new__  # half the cost of a call of the class, for rows by the million
        made: list[Written] = []
        for table, rows in sorted(self._changed.items()):
            for key in sorted(rows):
                sort, seq, row = rows[key]
                made.append(new(Written, (table, key, sort, seq, None if row is None else dumps(row, _plain))))
        return made

    def kept(self) -> None:
        """What changed is kept: let go of tables nobody asks for, and of rows not asked for in a while."""
        self._loose.update(self._changed.keys() - self._asked)
        self._changed = {}
        young = self._young
        if sum(map(len, young.values())) > self._size:
            self._let_go(self._old)
            self._old, self._young = young, {table: {} for table in self._asked}

    def _ask(self, table: str) -> dict[str, Body | None]:
        """Begin to hold the rows of a table."""
        self._asked.add(table)
        changed = self._changed.get(table, {})
        rows = self._young[table] = {key: row for key, (_, _, row) in changed.items()}
        return rows

    def _let_go(self, gone: _Rows) -> None:
        if not self.new or not gone:
            return
        if self._sieve is None:
            self._sieve = bytearray(_SIEVE_BITS >> 3)
        sieve, mask = self._sieve, _SIEVE_BITS - 1
        for table, rows in gone.items():
            salt = hash(table)
            for key in rows:
                bit = (hash(key) ^ salt) & mask
                sieve[bit >> 3] |= 1 << (bit & 7)

    def _absent(self, table: str, key: str) -> bool:
        if table in self._loose:
            return False
        if self._sieve is None:
            return True
        bit = (hash(key) ^ hash(table)) & (_SIEVE_BITS - 1)
        return not self._sieve[bit >> 3] & (1 << (bit & 7))


def _plain(value: object) -> Any:
    """Write a mapping that is no `dict`, which orjson does not do by itself."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
