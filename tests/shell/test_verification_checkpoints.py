"""Checkpoints of a stored ledger: the streamed root and proof are those of the whole tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel import audit, checkpoint, merkle
from ledger.kernel.errors import Break
from ledger.kernel.merkle import Frontier
from ledger.shell.checkpoints import consistency_ranges, frontier_at, make_checkpoint, open_note, root_at, tree_of
from ledger.shell.mark import Mark
from ledger.shell.store import CheckpointRow, Head
from tests.shell.attacker import Place, place, twin


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("sqlite")
    made = place(f"sqlite:///{folder / 'sceau.db'}", folder)
    yield made
    made.store.close()


@pytest.fixture
def apart(there: Place, tmp_path: Path) -> Iterator[Place]:
    """A copy of it, for a test that signs or alters."""
    with twin(there, tmp_path) as made:
        yield made


def leaves(size: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(size)]


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_the_ranges_of_a_consistency_proof_are_those_of_the_tree(sizes: tuple[int, int]) -> None:
    old, size = sizes
    data = leaves(size)
    ranges = consistency_ranges(old, size)
    assert [merkle.root(data[start:end]) for start, end in ranges] == merkle.Tree(data).consistency(old)
    ordered = sorted(ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(ordered))


@pytest.mark.parametrize("old", [0, 1, 2, 17, 32, 38, 39])
def test_the_streamed_tree_and_its_proof_are_those_of_the_stored_entries(there: Place, old: int) -> None:
    head = there.store.head(there.ledger)
    assert head is not None
    tree = tree_of(there.store, there.ledger, head, old)
    whole = merkle.Tree(bytes.fromhex(row.fingerprint) for row in there.sound.lines)
    assert (tree.size, tree.root) == (39, whole.root())
    assert tree.proof == (whole.consistency(old) if old else [])


def test_a_head_that_the_entries_do_not_lead_to_is_not_signed(there: Place) -> None:
    head = there.store.head(there.ledger)
    assert head is not None
    for wrong in (replace(head, fingerprint="ab" * 32), replace(head, seq=40)):
        with pytest.raises(Break) as stopped:
            tree_of(there.store, there.ledger, wrong)
        assert stopped.value.code == "head_differs"


def test_a_broken_link_is_not_signed(apart: Place) -> None:
    rows = apart.copy()
    rows.edit(20, b'"actor":"system"', b'"actor":"user:eve"')
    apart.write(rows)
    with pytest.raises(Break) as stopped:
        make_checkpoint(apart.store, apart.keys, apart.ledger)
    assert (stopped.value.code, stopped.value.seq) == ("link", 21)


def test_a_tree_that_does_not_begin_with_the_last_signed_one_is_refused(apart: Place) -> None:
    note = make_checkpoint(apart.store, apart.keys, apart.ledger)
    said = open_note(note, audit.opening(apart.sound.lines[0].line))
    assert said is not None
    assert said.size == 39
    assert said.origin == checkpoint.origin(apart.keys.facts(apart.ledger).origin, apart.ledger)
    assert make_checkpoint(apart.store, apart.keys, apart.ledger) == note  # the same tree again is no fork
    ours = apart.keys.open(apart.ledger, apart.store)
    with pytest.raises(Break) as stopped:
        ours.sign_checkpoint(39, bytes(32), [])
    assert stopped.value.code == "checkpoint_inconsistent"
    with pytest.raises(Break) as stopped:
        ours.sign_checkpoint(38, said.root, [])
    assert stopped.value.code == "checkpoint_behind_mark"
    ours.close()


# What is kept beside the chain


def head_of(there: Place) -> Head:
    head = there.store.head(there.ledger)
    assert head is not None
    return head


def frontier(there: Place, size: int) -> Frontier:
    made = Frontier()
    for line in there.sound.lines[:size]:
        made.append(bytes.fromhex(line.fingerprint))
    return made


def kept(there: Place, size: int) -> CheckpointRow:
    edge = frontier(there, size)
    return CheckpointRow(size, edge.root(), b"".join(edge.peaks), b"note")


class Counting:
    """A store that tells from which entry on it was read."""

    def __init__(self, there: Place, row: CheckpointRow | None) -> None:
        self.there, self.row, self.after = there, row, -1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.there.store, name)

    def last_checkpoint(self, ledger: str, upto: int | None = None) -> CheckpointRow | None:
        return self.row if self.row and (upto is None or self.row.size <= upto) else None

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Any:
        self.after = after
        return self.there.store.rows(ledger, after, upto)


@pytest.mark.parametrize("size", range(1, 40))
@pytest.mark.parametrize("ahead", [0, 1, 5])
def test_a_kept_checkpoint_saves_reading_what_it_covers(there: Place, size: int, ahead: int) -> None:
    old = min(size + ahead, 39)
    store: Any = Counting(there, kept(there, size))
    whole = merkle.Tree(bytes.fromhex(row.fingerprint) for row in there.sound.lines)
    tree = tree_of(store, there.ledger, head_of(there), old, None, whole.root(old))
    assert store.after == size
    assert (tree.root, tree.proof) == (whole.root(), whole.consistency(old))
    assert tree.frontier.peaks == frontier(there, 39).peaks


def test_the_root_at_the_head_costs_the_new_entries(there: Place) -> None:
    store: Any = Counting(there, kept(there, 37))
    assert root_at(store, there.ledger, head_of(there)) == frontier(there, 39).root()
    assert store.after == 37
    assert frontier_at(store, there.ledger, head_of(there)).size == 39


@pytest.mark.parametrize(
    "lie",
    [
        lambda row, other: row._replace(frontier=other.frontier),
        lambda row, other: row._replace(frontier=row.frontier[:-1]),
        lambda row, other: row._replace(frontier=b""),
        lambda row, other: row._replace(root=other.root),
        lambda row, other: row._replace(root=other.root, frontier=other.frontier),  # whole, and of other entries
    ],
)
def test_a_kept_checkpoint_that_lies_is_not_built_upon(there: Place, lie: Any) -> None:
    data = leaves(37)
    edge = Frontier()
    for leaf in data:
        edge.append(leaf)
    row = lie(kept(there, 37), CheckpointRow(37, edge.root(), b"".join(edge.peaks), b"note"))
    store: Any = Counting(there, row)
    mark = Mark(there.ledger, 39, size=38, root=frontier(there, 38).root().hex())
    assert root_at(store, there.ledger, head_of(there), mark) == frontier(there, 39).root()
    assert store.after == 0


def test_a_tree_that_was_signed_otherwise_is_a_break(there: Place) -> None:
    mark = Mark(there.ledger, 39, size=38, root="ab" * 32)
    with pytest.raises(Break) as stopped:
        root_at(there.store, there.ledger, head_of(there), mark)
    assert stopped.value.code == "checkpoint_inconsistent"


def test_a_checkpoint_is_kept_with_its_right_edge(apart: Place) -> None:
    note = make_checkpoint(apart.store, apart.keys, apart.ledger)
    row = apart.store.last_checkpoint(apart.ledger)
    assert row == CheckpointRow(39, frontier(apart, 39).root(), b"".join(frontier(apart, 39).peaks), note)
