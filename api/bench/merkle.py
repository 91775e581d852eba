"""The Merkle tree: a leaf added to the frontier, an inclusion proof out of a large tree. Time of one core."""

from __future__ import annotations

import random
from collections.abc import Iterator
from hashlib import sha256
from time import process_time

from api.bench.rows import Row, compared, interleaved, measured, most
from api.bench.sizes import Sizes
from ledger.kernel.merkle import Frontier, Tree, verify_inclusion

_PROOFS = 2000


def rows(sizes: Sizes) -> Iterator[Row]:
    """Measure the tree's rows."""
    count = sizes.merkle_leaves
    leaves = [sha256(b"%d" % n).digest() for n in range(count)]
    some = leaves[: max(count // 10, 100)]

    def append() -> float:
        frontier = Frontier()
        start = process_time()
        for leaf in some:
            frontier.append(leaf)
        return (process_time() - start) / len(some) * 1e6

    def hash_twice() -> float:
        """What no tree can go below: one hash of a leaf, one of a node, per leaf."""
        start = process_time()
        for leaf in some:
            sha256(b"\x01" + sha256(b"\x00" + leaf).digest() + leaf).digest()
        return (process_time() - start) / len(some) * 1e6

    def together() -> float:
        frontier = Frontier()
        start = process_time()
        frontier.append_all(some)
        return (process_time() - start) / len(some) * 1e6

    ours, many, limit = interleaved(sizes.repeats, append, together, hash_twice)
    yield compared("Merkle frontier, one leaf; beside two bare SHA-256", ours, "us", limit, most(1, "value"))
    yield compared("Merkle frontier, a leaf of many at once; beside two bare SHA-256", many, "us", limit)
    tree = Tree(leaves)
    root = tree.root()
    places = random.Random(7).sample(range(count), min(_PROOFS, count))  # noqa: S311 - places to look at, no secret

    def prove() -> float:
        start = process_time()
        for place in places:
            tree.inclusion(place)
        return (process_time() - start) / len(places) * 1e6

    for place in places[:20]:
        if not verify_inclusion(leaves[place], place, count, tree.inclusion(place), root):
            raise AssertionError("a proof that does not hold is not worth measuring")
    [proofs] = interleaved(sizes.repeats, prove)
    yield measured(f"inclusion proof, {count:,} leaves", proofs, "us", most(30, "value"))
