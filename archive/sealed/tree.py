"""The ledger's Merkle tree as an archive needs it: peaks, root and proofs, at the cost of the archive's own entries.

A proof is made of roots of full subtrees. Those that end inside the range are caught while the walk passes; the others
are computed from the right edges that checkpoints keep, so that an archive of a month does not read the years before.
What is kept beside the chain is a help, not evidence: every proof is checked against the signed checkpoint before use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from ledger.kernel.errors import Break
from ledger.kernel.merkle import Frontier, node_hash
from ledger.shell.checkpoints import consistency_ranges
from ledger.shell.store import CheckpointRow, Store

Subtree = tuple[int, int]
"""A full subtree: its first leaf (from 0) and its width, a power of two."""

_BLOCK = 4096


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves whose roots are the path of leaf `index` in a tree of `size`, its sibling first."""
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        split = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    return ranges[::-1]


def subtrees(start: int, end: int) -> list[Subtree]:
    """Give the full subtrees of a range whose root is asked for, greatest first."""
    found: list[Subtree] = []
    while start < end:
        width = 1 << ((end - start).bit_length() - 1)
        found.append((start, width))
        start += width
    return found


def peaks_of(row: CheckpointRow) -> list[tuple[Subtree, bytes]]:
    """Give the full subtrees that a kept checkpoint's right edge is made of."""
    places = subtrees(0, row.size)
    return [(place, row.frontier[32 * at : 32 * at + 32]) for at, place in enumerate(places)]


class Growing:
    """The right edge of the tree while the walk goes on, catching the subtrees that are wanted."""

    def __init__(self, size: int, peaks: Sequence[bytes], wanted: Iterable[Subtree] = ()) -> None:
        """Begin after `size` leaves, whose full subtrees have the roots `peaks`, greatest first."""
        self.size = size
        self.found: dict[Subtree, bytes] = {}
        self._wanted = frozenset(wanted)
        self._cuts = sorted({start for start, _ in self._wanted} | {start + width for start, width in self._wanted})
        self._peaks: list[tuple[int, int, bytes]] = [
            (start, width, node) for (start, width), node in zip(subtrees(0, size), peaks, strict=True)
        ]

    @property
    def peaks(self) -> list[bytes]:
        """The roots of the full subtrees, greatest first."""
        return [node for _, _, node in self._peaks]

    def root(self) -> bytes:
        """The root at the present size."""
        return Frontier(self.size, self.peaks).root()

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaves: raw fingerprints, 32 bytes each."""
        at, count = 0, len(leaves)
        while at < count:
            limit = min(self.size & -self.size or _BLOCK, _BLOCK, count - at)
            while self._cuts and self._cuts[0] <= self.size:
                del self._cuts[0]
            if self._cuts:
                limit = min(limit, self._cuts[0] - self.size)
            width = 1 << (limit.bit_length() - 1)
            self._add(width, _root(leaves[at : at + width]))
            at += width

    def _add(self, width: int, node: bytes) -> None:
        peaks, start = self._peaks, self.size
        self.size += width
        self._catch(start, width, node)
        while peaks and peaks[-1][1] == width:
            start, _, left = peaks.pop()
            node = node_hash(left, node)
            width *= 2
            self._catch(start, width, node)
        peaks.append((start, width, node))

    def _catch(self, start: int, width: int, node: bytes) -> None:
        if (start, width) in self._wanted:
            self.found[start, width] = node


class Roots:
    """Roots over ranges of a stored ledger's leaves, from what was caught and from kept checkpoints."""

    def __init__(self, store: Store, ledger: str, found: dict[Subtree, bytes]) -> None:
        self._store = store
        self._ledger = ledger
        self._found = found

    def of(self, start: int, end: int) -> bytes:
        """Give the root over the leaves start..end, of a range that stands in a proof."""
        nodes = [self._subtree(*place) for place in subtrees(start, end)]
        node = nodes.pop()
        while nodes:
            node = node_hash(nodes.pop(), node)
        return node

    def _subtree(self, start: int, width: int) -> bytes:
        place = (start, width)
        if place not in self._found:
            self._found[place] = self._compute(start, width)
        return self._found[place]

    def _compute(self, start: int, width: int) -> bytes:
        end = start + width
        kept = self._store.last_checkpoint(self._ledger, end)
        for row in (kept, self._store.last_checkpoint(self._ledger, end - 1)):
            if row is None or row.size <= start:
                continue
            inside = [(place, node) for place, node in peaks_of(row) if place[0] >= start]
            if inside and inside[0][0][0] == start:
                edge = Frontier(row.size - start, [node for _, node in inside])
                return self._grown(edge, row.size, end)
        return self._grown(Frontier(), start, end)

    def _grown(self, edge: Frontier, at: int, end: int) -> bytes:
        growing = Growing(edge.size, edge.peaks)
        read(self._store, self._ledger, growing, at, end)
        return growing.root()


def read(store: Store, ledger: str, growing: Growing, after: int, upto: int) -> None:
    """Add the leaves of entries after..upto, by the fingerprints that the store keeps.

    Raises:
        Break: an entry is missing.
    """
    seq = after
    for chunk in store.rows(ledger, after, upto):
        if (chunk[0][0], chunk[-1][0]) != (seq + 1, seq + len(chunk)):
            raise Break("missing", "entries are missing: run `sceau verify`", seq + 1)
        seq += len(chunk)
        growing.extend([bytes.fromhex(row[1]) for row in chunk])
    if seq != upto:
        raise Break("missing", "entries are missing: run `sceau verify`", seq + 1)


def edge_at(store: Store, ledger: str, size: int, wanted: Iterable[Subtree] = ()) -> Growing:
    """Give the right edge of the first `size` leaves, from the last checkpoint kept before."""
    row = store.last_checkpoint(ledger, size)
    peaks = [] if row is None else [node for _, node in peaks_of(row)]
    growing = Growing(0 if row is None else row.size, peaks, wanted)
    read(store, ledger, growing, growing.size, size)
    return growing


def wanted_for(size: int, last: int, indexes: Iterable[int]) -> set[Subtree]:
    """Give every subtree of the proofs that an archive needs: consistency from `last`, inclusion of `indexes`."""
    ranges = list(consistency_ranges(last, size)) if last < size else []
    for index in indexes:
        ranges += inclusion_ranges(index, size)
    return {place for start, end in ranges for place in subtrees(start, end)}


def _root(leaves: Sequence[bytes]) -> bytes:
    """The root over a power of two of leaves, level by level."""
    level = b"".join([sha256(b"\x00" + leaf).digest() for leaf in leaves])
    while len(level) > 32:
        level = b"".join([sha256(b"\x01" + level[at : at + 64]).digest() for at in range(0, len(level), 64)])
    return level
