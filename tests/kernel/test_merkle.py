"""The tree against the recursive definitions of RFC 6962, for every size up to 70 and at random beyond."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel import merkle
from tests.second import verifier

LEAVES = [hashlib.sha256(str(n).encode()).digest() for n in range(1500)]
TREE = merkle.Tree(LEAVES)


def test_every_root_is_that_of_the_definition() -> None:
    frontier = merkle.Frontier()
    for size in range(71):
        expected = verifier.root(LEAVES[:size])
        assert frontier.root() == merkle.root(LEAVES[:size]) == TREE.root(size) == expected
        assert frontier.size == size
        frontier.append(LEAVES[size])


@given(st.integers(0, 200), st.integers(0, 200))
def test_leaves_added_together_are_as_if_added_one_by_one(before: int, more: int) -> None:
    frontier = merkle.Frontier()
    frontier.append_all(LEAVES[:before])
    frontier.append_all(LEAVES[before : before + more])
    assert frontier.size == before + more
    assert frontier.root() == verifier.root(LEAVES[: before + more])
    one_by_one = merkle.Frontier()
    for leaf in LEAVES[: before + more]:
        one_by_one.append(leaf)
    assert frontier.peaks == one_by_one.peaks


def test_every_inclusion_proof_verifies_for_both_and_for_no_other_leaf() -> None:
    for size in range(1, 41):
        root = TREE.root(size)
        for index in range(size):
            path = TREE.inclusion(index, size)
            assert merkle.verify_inclusion(LEAVES[index], index, size, path, root)
            verifier.included(LEAVES[index], index, size, path, root)
            assert not merkle.verify_inclusion(LEAVES[index + 1], index, size, path, root)
            assert not merkle.verify_inclusion(LEAVES[index], index ^ 1, size, path, root)


def test_every_consistency_proof_verifies_for_both() -> None:
    for size in range(1, 41):
        for old in range(1, size + 1):
            proof = TREE.consistency(old, size)
            assert merkle.verify_consistency(old, TREE.root(old), size, TREE.root(size), proof)
            verifier.consistent(old, TREE.root(old), size, TREE.root(size), proof)


@given(st.data())
def test_proofs_of_greater_trees_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    path, proof = TREE.inclusion(index, size), TREE.consistency(old, size)
    verifier.included(LEAVES[index], index, size, path, TREE.root(size))
    assert merkle.verify_inclusion(LEAVES[index], index, size, path, TREE.root(size))
    assert merkle.verify_consistency(old, TREE.root(old), size, TREE.root(size), proof)


@given(st.data())
def test_a_changed_consistency_proof_is_refused_by_both(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 60))
    old = data.draw(st.integers(1, size - 1))
    proof = TREE.consistency(old, size)
    place = data.draw(st.integers(0, len(proof) - 1))
    change = data.draw(st.sampled_from(["drop", "double", "flip"]))
    if change == "flip":
        proof[place] = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    else:
        proof[place : place + 1] = [] if change == "drop" else [proof[place]] * 2
    assert not merkle.verify_consistency(old, TREE.root(old), size, TREE.root(size), proof)
    with pytest.raises(verifier.Refused):
        verifier.consistent(old, TREE.root(old), size, TREE.root(size), proof)


@given(st.lists(st.integers(0, 70), max_size=5))
def test_a_tree_grows_in_any_steps(steps: list[int]) -> None:
    tree, total = merkle.Tree(), 0
    for step in steps:
        tree.extend(LEAVES[total : total + step])
        total += step
        assert tree.size == total
        assert tree.root() == merkle.root(LEAVES[:total])
    tree.append(LEAVES[total])
    assert tree.root() == merkle.root(LEAVES[: total + 1])


@given(st.integers(0, 300))
def test_a_frontier_is_taken_up_again(size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)
    again = merkle.Frontier(frontier.size, frontier.peaks)
    again.append(LEAVES[size])
    assert again.root() == merkle.root(LEAVES[: size + 1])
    assert frontier.root() == merkle.root(LEAVES[:size]), "a copy leaves the original alone"


@given(st.integers(0, 5), st.integers(0, 64))
def test_stretches_of_a_power_of_two_join(full: int, rest: int) -> None:
    whole, start = merkle.Frontier(), 0
    for length in [64] * full + [rest]:
        part = merkle.Frontier()
        for leaf in LEAVES[start : start + length]:
            part.append(leaf)
        whole.extend(part)
        start += length
    assert whole.root() == merkle.root(LEAVES[:start])


def test_stretches_that_do_not_fit_are_refused() -> None:
    one = merkle.Frontier(1, [LEAVES[0]])
    with pytest.raises(ValueError, match="multiple"):
        one.extend(merkle.Frontier(2, [LEAVES[1]]))


@pytest.mark.parametrize(("size", "peaks"), [(1, 0), (3, 1), (0, 1), (-1, 1)])
def test_a_frontier_with_other_peaks_than_its_size_is_refused(size: int, peaks: int) -> None:
    with pytest.raises(ValueError, match="peak"):
        merkle.Frontier(size, LEAVES[:peaks])


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 1501)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"outside|negative"):
        TREE.inclusion(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 5), (6, 5), (1, 1501), (-1, 4)])
def test_a_size_outside_the_tree_has_no_consistency_proof(old: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"outside|empty"):
        TREE.consistency(old, size)


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 9, TREE.root(9), [])
    assert not merkle.verify_consistency(0, TREE.root(1), 9, TREE.root(9), [])
