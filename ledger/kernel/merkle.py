"""The Merkle tree over fingerprints: root, inclusion and consistency proofs (RFC 6962, RFC 9162 section 2.1).

Fixed by `docs/spec/checkpoint.md`. Leaf data is the 32 raw bytes of an entry's fingerprint, index is seq - 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of the tree of size 0."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(00 || data); for an entry, `data` is `bytes.fromhex(fingerprint)`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to append and to give the root, in log2(size) hashes."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Take up a frontier again from what `size` and `peaks` gave.

        Raises:
            ValueError: the number of peaks is not the number of one-bits of `size`.
        """
        if len(peaks) != size.bit_count() or size < 0:
            raise ValueError("a frontier has one peak per one-bit of its size")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the full subtrees, largest first."""
        return tuple(self._peaks)

    def append(self, data: bytes) -> None:
        """Add one leaf: 32 raw bytes of a fingerprint."""
        node = sha256(b"\x00" + data).digest()
        size = self.size
        peaks = self._peaks
        while size & 1:
            node = sha256(b"\x01" + peaks.pop() + node).digest()
            size >>= 1
        peaks.append(node)
        self.size += 1

    def append_all(self, leaves: Iterable[bytes]) -> None:
        """Add many leaves, level by level: what remains per leaf is two hashes."""
        level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
        peaks, size = self._peaks, self.size
        self.size += len(level)
        kept: list[bytes] = []
        while level:
            if size & 1:
                level.insert(0, peaks.pop())
            if len(level) & 1:
                kept.append(level.pop())
            pairs = iter(level)
            level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            size >>= 1
        peaks.extend(reversed(kept))

    def extend(self, other: Frontier) -> None:
        """Add all leaves of `other`, whose subtrees must fit (this size a multiple of each of their sizes).

        Used to join segments that were hashed apart.

        Raises:
            ValueError: a subtree of `other` does not start on a multiple of its own size here.
        """
        rest = other.size
        for peak in other.peaks:
            width = 1 << (rest.bit_length() - 1)
            self._append_subtree(peak, width)
            rest -= width

    def _append_subtree(self, node: bytes, width: int) -> None:
        if self.size % width:
            raise ValueError("the subtree does not start on a multiple of its size")
        count = self.size // width
        while count & 1:
            node = node_hash(self._peaks.pop(), node)
            count >>= 1
        self._peaks.append(node)
        self.size += width

    def root(self) -> bytes:
        """The root at the present size."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def copy(self) -> Frontier:
        """Another frontier with the same leaves."""
        return Frontier(self.size, self._peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf data, in order."""
    frontier = Frontier()
    frontier.append_all(leaves)
    return frontier.root()


class Tree:
    """All full subtrees of a tree, level by level, so that any proof is a few slices: 64 bytes per leaf."""

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Build from leaf data, in order."""
        self._levels: list[bytearray] = [bytearray()]
        self.extend(leaves)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0]) >> 5

    def append(self, data: bytes) -> None:
        """Add one leaf: 32 raw bytes of a fingerprint."""
        self.extend((data,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves, then fill each level above in one pass."""
        level = self._levels[0]
        level += b"".join([sha256(b"\x00" + leaf).digest() for leaf in leaves])
        depth = 0
        while len(level) >= 64:
            if depth + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[depth + 1]
            fresh = bytes(level[len(above) * 2 : len(level) & ~63])
            above += b"".join([sha256(b"\x01" + fresh[at : at + 64]).digest() for at in range(0, len(fresh), 64)])
            level = above
            depth += 1

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves (all by default).

        Raises:
            ValueError: there are fewer leaves.
        """
        size = self.size if size is None else size
        self._check(0, size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The path from leaf `index` to the root of the first `size` leaves, from the leaf's sibling up.

        Raises:
            ValueError: `index` is not below `size`, or there are fewer leaves.
        """
        size = self.size if size is None else size
        self._check(index + 1, size)
        if index < 0:
            raise ValueError("an index is not negative")
        path: list[bytes] = []
        levels = self._levels
        last = size - 1
        depth = 0
        while last:
            sibling = index ^ 1
            if sibling < last or (sibling == last and not size & ((1 << depth) - 1)):
                path.append(bytes(levels[depth][sibling << 5 : (sibling + 1) << 5]))
            elif sibling == last:
                path.append(self._range(sibling << depth, size))
            index >>= 1
            last >>= 1
            depth += 1
        return path

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the first `size` leaves begin with the first `old` ones (RFC 6962 section 2.1.2).

        Raises:
            ValueError: `old` is 0 or above `size`, or there are fewer leaves.
        """
        size = self.size if size is None else size
        self._check(old, size)
        if old < 1:
            raise ValueError("nothing is to be proven about the empty tree")
        proof: list[bytes] = []
        start, end, complete = 0, size, True
        while old != end:  # SUBPROOF(m, D[n], b), walked down; collected from the root, hence reversed below
            split = start + _largest_power_below(end - start)
            if old <= split:
                proof.append(self._range(split, end))
                end = split
            else:
                proof.append(self._range(start, split))
                start = split
                complete = False
        if not complete:
            proof.append(self._range(start, end))
        proof.reverse()
        return proof

    def _range(self, start: int, end: int) -> bytes:
        """MTH of the leaves start..end; `start` is a multiple of the width of the first full subtree."""
        node = b""
        while start < end:  # full subtrees from the right edge: widths are the one-bits of the length, smallest last
            width = (end - start) & -(end - start)
            depth = width.bit_length() - 1
            index = (end - width) >> depth
            peak = bytes(self._levels[depth][index << 5 : (index + 1) << 5])
            node = node_hash(peak, node) if node else peak
            end -= width
        return node

    def _check(self, least: int, size: int) -> None:
        if not 0 <= least <= size <= self.size:
            raise ValueError("outside the tree")


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from leaf data at `index` to `root` of a tree of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(node) != 32 for node in path):
        return False
    here, last = index, size - 1
    node = leaf_hash(leaf)
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            node = node_hash(sibling, node)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and node == root


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `size` begins with the tree of `old` (RFC 9162 section 2.1.4.2).

    The empty tree is the beginning of every tree.
    """
    if not 0 <= old <= size or any(len(node) != 32 for node in proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (size > 0 or root == EMPTY_ROOT)
    if old == size:
        return not proof and old_root == root
    nodes = list(proof)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    here, last = old - 1, size - 1
    while here & 1:
        here >>= 1
        last >>= 1
    left = right = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            left = node_hash(node, left)
            right = node_hash(node, right)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            right = node_hash(right, node)
        here >>= 1
        last >>= 1
    return last == 0 and left == old_root and right == root


def _largest_power_below(number: int) -> int:
    return 1 << ((number - 1).bit_length() - 1)
