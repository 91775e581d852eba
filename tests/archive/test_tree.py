"""Peaks, roots and proofs of an archive's range, beside the whole tree; and that years before are not read."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.sealed.tree import Growing, Roots, edge_at, inclusion_ranges, subtrees, wanted_for
from ledger.kernel.errors import Break
from ledger.kernel.merkle import Frontier, Tree, verify_consistency, verify_inclusion
from ledger.shell.checkpoints import consistency_ranges
from ledger.shell.store import CheckpointRow, Row, Store

LEAVES = [sha256(b"%d" % seq).digest() for seq in range(600)]
TREE = Tree(LEAVES)


class Stored:
    """As much of a store as the tree asks for; it counts the entries that were read."""

    def __init__(self, size: int, checkpoints: tuple[int, ...] = ()) -> None:
        self.size = size
        self.read = 0
        self._kept = {}
        frontier = Frontier()
        for leaf in LEAVES[:size]:
            frontier.append(leaf)
            if frontier.size in checkpoints:
                self._kept[frontier.size] = CheckpointRow(frontier.size, frontier.root(), b"".join(frontier.peaks), b"")

    def last_checkpoint(self, ledger: str, upto: int) -> CheckpointRow | None:
        found = [size for size in self._kept if size <= upto]
        return self._kept[max(found)] if found else None

    def rows(self, ledger: str, after: int, upto: int) -> Iterator[list[Row]]:
        for start in range(after, min(upto, self.size), 7):
            chunk = range(start, min(start + 7, upto, self.size))
            self.read += len(chunk)
            yield [(at + 1, LEAVES[at].hex(), "", 1, "", b"") for at in chunk]


def store(stored: Stored) -> Store:
    return cast(Store, stored)


@given(st.data())
def test_any_range_of_any_ledger_has_its_root_and_proofs(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    last = data.draw(st.integers(1, size))
    first = data.draw(st.integers(1, last))
    kept = tuple(data.draw(st.lists(st.integers(1, size), max_size=6)))
    index = data.draw(st.integers(0, size - 1))
    stored = Stored(size, kept)
    growing = edge_at(store(stored), "", first - 1, wanted_for(size, last, [index]))
    assert growing.root() == TREE.root(first - 1)
    cut = data.draw(st.integers(first - 1, last))
    growing.extend(LEAVES[first - 1 : cut])
    growing.extend(LEAVES[cut:last])
    assert growing.root() == TREE.root(last)
    roots = Roots(store(stored), "", growing.found)
    proof = [roots.of(*part) for part in consistency_ranges(last, size)] if last < size else []
    assert verify_consistency(last, growing.root(), size, TREE.root(size), proof)
    path = [roots.of(*part) for part in inclusion_ranges(index, size)]
    assert path == TREE.inclusion(index, size)
    assert verify_inclusion(LEAVES[index], index, size, path, TREE.root(size))


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_range_is_cut_into_full_subtrees(start: int, width: int) -> None:
    places = subtrees(start, start + width)
    assert sum(size for _, size in places) == width
    assert all(size & (size - 1) == 0 for _, size in places)


def test_what_lies_inside_the_range_is_not_read_again() -> None:
    stored = Stored(600)
    growing = Growing(0, [], wanted_for(600, 600, [0]))
    growing.extend(LEAVES)
    roots = Roots(store(stored), "", growing.found)
    assert [roots.of(*part) for part in inclusion_ranges(0, 600)] == TREE.inclusion(0, 600)
    assert stored.read == 0


def test_with_a_checkpoint_every_ten_entries_the_years_before_are_hardly_read() -> None:
    stored = Stored(600, tuple(range(10, 601, 10)))
    growing = edge_at(store(stored), "", 575, wanted_for(600, 598, [0, 300]))
    growing.extend(LEAVES[575:598])
    roots = Roots(store(stored), "", growing.found)
    for index in (0, 300):
        assert [roots.of(*part) for part in inclusion_ranges(index, 600)] == TREE.inclusion(index, 600)
    assert stored.read < 150


def test_a_missing_entry_is_no_proof() -> None:
    with pytest.raises(Break):
        edge_at(store(Stored(50)), "", 51)
