"""Checkpoints of a stored ledger: the root over its entries, streamed, signed under the high-water mark.

A checkpoint kept elsewhere is what even the holder of the keys cannot rewrite unseen (docs/verify.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from ledger.kernel import checkpoint, note
from ledger.kernel.audit import Opening
from ledger.kernel.chain import Links, check_links
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Break, Malformed
from ledger.kernel.merkle import Frontier
from ledger.shell.keys import KeyStore
from ledger.shell.store import Head, Store

_TOLD = 8192  # entries between two words of progress


class Tree(NamedTuple):
    """The Merkle tree over a ledger's first `size` entries, and the proof that an older one is its beginning."""

    size: int
    root: bytes
    proof: list[bytes]


def make_checkpoint(store: Store, keys: KeyStore, ledger: str, progress: Callable[[int], None] | None = None) -> bytes:
    """Sign a checkpoint over every entry that the store holds now; give the note.

    It is one pass over the lines: their links are followed on the way, and the head must be reached. The signer
    refuses a tree that does not begin with the last one it signed. Beside a running server this is safe: entries
    appended meanwhile are not covered.

    Raises:
        KeyMissing: the checkpoint key, its passphrase or the mark is not here.
        BehindMark: the store is older than what was sealed.
        Break: the links do not hold, or the tree is not the one that was signed before.
    """
    ours = keys.open(ledger, store)
    try:
        head = ours.catch_up(store)
        tree = tree_of(store, ledger, head, keys.mark(ledger).size, progress)
        return ours.sign_checkpoint(tree.size, tree.root, tree.proof)
    finally:
        ours.close()


def tree_of(store: Store, ledger: str, head: Head, old: int = 0, progress: Callable[[int], None] | None = None) -> Tree:
    """Compute the tree up to `head` and the proof from `old` entries on (0: none), in the memory of one chunk.

    Raises:
        Break: a link does not hold, or the last entry is not the head's.
    """
    whole = Frontier()
    ranges = consistency_ranges(old, head.seq) if 0 < old <= head.seq else []
    parts = [Frontier() for _ in ranges]
    cuts = sorted((start, end, rank) for rank, (start, end) in enumerate(ranges))
    follow = _Follower(ledger)
    at = 0
    for fingerprint in follow.fingerprints(store, head.seq):
        leaf = bytes.fromhex(fingerprint)
        while at < len(cuts) and cuts[at][1] <= whole.size:
            at += 1
        if at < len(cuts) and cuts[at][0] <= whole.size:
            parts[cuts[at][2]].append(leaf)
        whole.append(leaf)
        if progress is not None and whole.size % _TOLD == 0:
            progress(whole.size)
    if progress is not None:
        progress(whole.size)
    if (whole.size, follow.head) != (head.seq, head.fingerprint):
        raise Break("head_differs", "the entries do not lead to the head row: run `sceau verify`", whole.size + 1)
    return Tree(whole.size, whole.root(), [part.root() for part in parts])


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves whose roots prove that `size` leaves begin with `old` (RFC 6962 section 2.1.2).

    In the order of the proof; 0 < old <= size. They do not overlap, so that one pass over the leaves gives all.
    """
    ranges: list[tuple[int, int]] = []
    start, end, complete = 0, size, True
    while old != end:
        split = start + (1 << ((end - start - 1).bit_length() - 1))
        if old <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start, complete = split, False
    if not complete:
        ranges.append((start, end))
    return ranges[::-1]


def verifier_key(first: Opening) -> note.VerifierKey:
    """Give the key that opens a ledger's checkpoints: entry 1's, under the origin's name (docs/spec/checkpoint.md 10).

    Raises:
        Malformed: entry 1 names no such key.
    """
    said = note.parse_vkey(first.checkpoint_key)
    prefix = first.body.get("origin")
    if not isinstance(prefix, str):
        raise Malformed("vkey")
    return note.VerifierKey(checkpoint.origin(prefix, first.ledger), said.algorithm, said.public)


def open_note(text: bytes, first: Opening) -> Checkpoint | None:
    """Read a checkpoint; None when it is not signed by this ledger's key.

    Raises:
        Malformed: it is no signed note over a tree at all.
    """
    said = note.parse(text)
    checkpoint.parse_text(said.text)
    try:
        return checkpoint.open_checkpoint(text, verifier_key(first))
    except Malformed:
        return None


class _Follower:
    """Follows the links of stored lines, in pieces, and gives the fingerprints on the way."""

    def __init__(self, ledger: str) -> None:
        self.ledger = ledger
        self.head = "0" * 64

    def fingerprints(self, store: Store, upto: int) -> Iterator[str]:
        """Give the fingerprint of every line up to an entry, computed over its bytes.

        Raises:
            Break: a line is not linked to the one before, or is of another ledger.
        """
        seq = 1
        lines = (row[5] for chunk in store.rows(self.ledger, 0, upto) for row in chunk)
        while piece := list(islice(lines, _TOLD)):
            for line in piece:
                links: Links = check_links((line,), seq, self.head)
                if links.broken_at is not None or links.ledger != self.ledger:
                    raise Break("link", "an entry does not name the one before it: run `sceau verify`", seq)
                self.head = links.head
                seq += 1
                yield self.head
