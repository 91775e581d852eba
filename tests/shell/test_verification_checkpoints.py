"""Checkpoints of a stored ledger: the streamed root and proof are those of the whole tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel import audit, checkpoint, merkle
from ledger.kernel.errors import Break
from ledger.shell.checkpoints import consistency_ranges, make_checkpoint, open_note, tree_of
from tests.shell.attacker import Place, place


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("sqlite")
    made = place(f"sqlite:///{folder / 'sceau.db'}", folder)
    yield made
    made.store.close()


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


def test_a_broken_link_is_not_signed(there: Place) -> None:
    rows = there.copy()
    rows.edit(20, b'"actor":"system"', b'"actor":"user:eve"')
    there.write(rows)
    try:
        with pytest.raises(Break) as stopped:
            make_checkpoint(there.store, there.keys, there.ledger)
        assert (stopped.value.code, stopped.value.seq) == ("link", 21)
    finally:
        there.write(there.sound)


def test_a_tree_that_does_not_begin_with_the_last_signed_one_is_refused(there: Place) -> None:
    note = make_checkpoint(there.store, there.keys, there.ledger)
    said = open_note(note, audit.opening(there.sound.lines[0].line))
    assert said is not None
    assert said.size == 39
    assert said.origin == checkpoint.origin(there.keys.facts(there.ledger).origin, there.ledger)
    assert make_checkpoint(there.store, there.keys, there.ledger) == note  # the same tree again is no fork
    ours = there.keys.open(there.ledger, there.store)
    with pytest.raises(Break) as stopped:
        ours.sign_checkpoint(39, bytes(32), [])
    assert stopped.value.code == "checkpoint_inconsistent"
    with pytest.raises(Break) as stopped:
        ours.sign_checkpoint(38, said.root, [])
    assert stopped.value.code == "checkpoint_behind_mark"
    ours.close()
