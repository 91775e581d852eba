"""Rows in memory while entries are applied: those changed and not kept yet, and those asked for not long ago."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from projections.engine.contract import Body, Change
from projections.engine.rows.seam import Place, Written

GENERATION: Final = 40_000
"""Rows held in each of two generations, over all projections of a run; one that is in neither is read again."""

_SIEVE_BITS: Final = 1 << 25
"""Of a million rows let go, three in a hundred that never were are asked for in vain; 4 MiB, once one was let go."""

Read = Callable[[Sequence[Place]], Mapping[Place, bytes]]


class Overlay:
    """What one build's rows are after the entries applied so far.

    `new` says that the build had no rows but those put here: then a row that is in neither generation, and is not among
    those let go, is known to be absent without asking. Those let go are remembered in a sieve of fixed size that may
    take a row for one of them, never one of them for absent.
    """

    __slots__ = ("_asked", "_old", "_read", "_sieve", "_size", "_young", "changed", "new")

    def __init__(self, read: Read, *, new: bool, size: int = GENERATION) -> None:
        """Read what is not at hand with `read`; hold twice `size` rows beside those that changed."""
        self._read = read
        self._size = size
        self._young: dict[Place, Body | None] = {}
        self._old: dict[Place, Body | None] = {}
        self._sieve: bytearray | None = None
        self._asked: set[str] = set()
        self.new = new
        self.changed: dict[Place, tuple[str, int, Body | None]] = {}

    def get(self, table: str, key: str) -> Body | None:
        """Give a row as the entries before left it: `contract.Get`."""
        place = (table, key)
        young = self._young
        if place in young:
            return young[place]
        if place in self._old:
            row = young[place] = self._old[place]
            return row
        self._asked.add(table)
        if self.new and self._absent(place):
            return None
        found = self._read((place,)).get(place)
        row = young[place] = None if found is None else orjson.loads(found)
        return row

    def expect(self, places: Iterable[Place]) -> None:
        """Read the rows that entries will ask for in one question."""
        young, old = self._young, self._old
        wanted = {place: None for place in places if place not in young and place not in old}
        self._asked.update(table for table, _ in wanted)
        if self.new:
            wanted = {place: None for place in wanted if not self._absent(place)}
        if wanted:
            found = self._read(list(wanted))
            for place in wanted:
                body = found.get(place)
                young[place] = None if body is None else orjson.loads(body)

    def put(self, changes: Iterable[Change], seq: int) -> None:
        """Take in what one entry changed."""
        changed, young = self.changed, self._young
        for table, key, row, sort in changes:
            place = (table, key)
            young[place] = row
            changed[place] = (sort, seq, row)

    def written(self) -> list[Written]:
        """Give what changed, in the form in which it is kept, by place."""
        dumps = orjson.dumps
        new = tuple.__new__  # half the cost of a call of the class, for rows by the million
        return [
            new(Written, (place[0], place[1], sort, seq, None if row is None else dumps(row, _plain)))
            for place, (sort, seq, row) in sorted(self.changed.items(), key=_place)
        ]

    def kept(self) -> None:
        """What changed is kept: let go of tables nobody asks for, and of rows not asked for in a while."""
        asked, young = self._asked, self._young
        loose = [place for place in self.changed if place[0] not in asked]
        for place in loose:
            young.pop(place, None)
        self._let_go(loose)
        self.changed = {}
        if len(young) > self._size:
            self._let_go(self._old)
            self._old, self._young = young, {}

    def _let_go(self, places: Collection[Place]) -> None:
        if not self.new or not places:
            return
        if self._sieve is None:
            self._sieve = bytearray(_SIEVE_BITS >> 3)
        sieve, mask = self._sieve, _SIEVE_BITS - 1
        for place in places:
            bit = hash(place) & mask
            sieve[bit >> 3] |= 1 << (bit & 7)

    def _absent(self, place: Place) -> bool:
        if self._sieve is None:
            return True
        bit = hash(place) & (_SIEVE_BITS - 1)
        return not self._sieve[bit >> 3] & (1 << (bit & 7))


def _place(item: tuple[Place, Any]) -> Place:
    return item[0]


def _plain(value: object) -> Any:
    """Write a mapping that is no `dict`, which orjson does not do by itself."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
