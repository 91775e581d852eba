"""Checkpoints of a stored ledger: the root over its entries, streamed, signed under the high-water mark.

A checkpoint kept elsewhere is what even the holder of the keys cannot rewrite unseen (docs/verify.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from ledger.domain.events.periods import AnchorFailed, AnchorPlaced, CheckpointMade
from ledger.kernel import checkpoint, note
from ledger.kernel.audit import Opening
from ledger.kernel.chain import Links, check_links
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.entry import NO_PREVIOUS, parse_at
from ledger.kernel.errors import Break, Malformed
from ledger.kernel.merkle import Frontier
from ledger.shell.keys import KeyStore
from ledger.shell.mark import Mark
from ledger.shell.store import CheckpointRow, Head, Line, Store

TALK: Final = frozenset({CheckpointMade.TYPE, AnchorPlaced.TYPE, AnchorFailed.TYPE})
"""Entries that only tell of checkpoints and anchors: they never make a checkpoint due, or there would be no end."""

_PIECE: Final = 64
_AT: Final = slice(16, 43)  # of a line: its `at` has a fixed place (docs/spec/entry.md)
_TOLD = 8192  # entries between two words of progress


_TRIES = 4  # beside another process that signs checkpoints too


class Tree(NamedTuple):
    """The Merkle tree over a ledger's first `size` entries, and the proof that an older one is its beginning."""

    size: int
    root: bytes
    proof: list[bytes]
    frontier: Frontier


def make_checkpoint(store: Store, keys: KeyStore, ledger: str, progress: Callable[[int], None] | None = None) -> bytes:
    """Sign a checkpoint over every entry that the store holds now, keep it beside the chain, and give the note.

    It costs the entries since the last one: the kept right edge of the tree is taken up again, as long as it leads to
    the root that the mark has; what it cannot vouch for is computed anew from entry 1. New lines are followed by their
    links, and the head must be reached. The signer refuses a tree that does not begin with the last one it signed.
    Beside a running server this is safe: entries appended meanwhile are not covered.

    Raises:
        KeyMissing: the checkpoint key, its passphrase or the mark is not here.
        BehindMark: the store is older than what was sealed.
        Break: the links do not hold, or the tree is not the one that was signed before.
    """
    ours = keys.open(ledger, store)
    try:
        for left in reversed(range(_TRIES)):
            mark = keys.mark(ledger)
            head = ours.catch_up(store)
            tree = tree_of(store, ledger, head, mark.size, progress, bytes.fromhex(mark.root))
            try:
                note = ours.sign_checkpoint(tree.size, tree.root, tree.proof)
            except Break:
                if left and keys.mark(ledger).size != mark.size:  # another process signed meanwhile: take its up
                    continue
                raise
            store.keep_checkpoint(ledger, CheckpointRow(tree.size, tree.root, b"".join(tree.frontier.peaks), note))
            break
    finally:
        ours.close()
    return note


def root_at(store: Store, ledger: str, head: Head, mark: Mark | None = None) -> bytes:
    """Give the Merkle root over the entries up to `head`, in the time of those since the last kept checkpoint.

    With the `mark`, what is kept beside the chain is used only if it leads to the root that was signed last.

    Raises:
        Break: a link does not hold, the last entry is not the head's, or the tree is not the one that was signed.
    """
    return frontier_at(store, ledger, head, mark).root()


def frontier_at(store: Store, ledger: str, head: Head, mark: Mark | None = None) -> Frontier:
    """As `root_at`, the right edge of the tree: to go on with entries that are not stored yet."""
    if mark is None:
        return tree_of(store, ledger, head, kept=True).frontier
    return tree_of(store, ledger, head, mark.size, None, bytes.fromhex(mark.root)).frontier


def consistency(store: Store, ledger: str, old: int, size: int) -> list[bytes]:
    """Give the proof that the first `size` entries begin with the first `old` ones (0 < old <= size).

    Raises:
        Break: a link does not hold, or the entries are not there.
    """
    line = next(store.lines(ledger, size - 1, size), None)
    if line is None:
        raise Break("missing", "an entry is missing: run `sceau verify`", size)
    row = store.last_checkpoint(ledger, old)
    root = row.root if row is not None and row.size == old else None
    return tree_of(store, ledger, Head(size, line.fingerprint, "", "", b""), old, None, root).proof


def tree_of(
    store: Store,
    ledger: str,
    head: Head,
    old: int = 0,
    progress: Callable[[int], None] | None = None,
    old_root: bytes | None = None,
    *,
    kept: bool = False,
) -> Tree:
    """Compute the tree up to `head` and the proof from `old` entries on (0: none), in the memory of one chunk.

    Args:
        store: where the ledger is.
        ledger: its id.
        head: where the entries must lead.
        old: the size of the tree that the new one must begin with.
        progress: told how many entries were read.
        old_root: what the tree had at `old`. With it, the last kept checkpoint is built upon, and everything computed
            anew if that does not lead to this root; without it, everything is computed anew.
        kept: build upon the last kept checkpoint although nothing from outside the store vouches for it.

    Raises:
        Break: a link does not hold, the last entry is not the head's, or the tree at `old` is not `old_root`.
    """
    row = store.last_checkpoint(ledger, old or head.seq) if kept or (old and old_root) else None
    start = None if row is None else _start(store, ledger, row)
    if start is not None:
        tree, at_old = _grow(store, ledger, head, old, progress, *start)
        if not old or at_old == old_root:
            return tree
    tree, at_old = _grow(store, ledger, head, old, progress, Frontier(), NO_PREVIOUS)
    if old and old_root is not None and at_old != old_root:
        raise Break("checkpoint_inconsistent", "the tree is not the one that was signed before: run `sceau verify`")
    return tree


def _start(store: Store, ledger: str, row: CheckpointRow) -> tuple[Frontier, str] | None:
    """Give the kept right edge and the fingerprint it ends with; None when the row contradicts itself."""
    peaks = [row.frontier[at : at + 32] for at in range(0, len(row.frontier), 32)]
    line = next(store.lines(ledger, row.size - 1, row.size), None)
    if line is None or len(row.frontier) != 32 * row.size.bit_count():
        return None
    frontier = Frontier(row.size, peaks)
    return (frontier, line.fingerprint) if frontier.root() == row.root else None


def _grow(
    store: Store,
    ledger: str,
    head: Head,
    old: int,
    progress: Callable[[int], None] | None,
    whole: Frontier,
    prev: str,
) -> tuple[Tree, bytes]:
    """Follow the lines from `whole` on, which ends with fingerprint `prev` at most at `old`; the tree, the old root."""
    ranges = consistency_ranges(old, head.seq) if 0 < old <= head.seq else []
    parts = {part: Frontier() for part in ranges}
    cuts = sorted(part for part in ranges if part[0] >= old)
    before = whole if whole.size == old else None
    follow = _Follower(ledger, prev)
    at = 0
    for fingerprint in follow.fingerprints(store, whole.size, head.seq):
        leaf = bytes.fromhex(fingerprint)
        if whole.size == old:
            before = whole.copy()
        while at < len(cuts) and cuts[at][1] <= whole.size:
            at += 1
        if at < len(cuts) and cuts[at][0] <= whole.size:
            parts[cuts[at]].append(leaf)
        whole.append(leaf)
        if progress is not None and whole.size % _TOLD == 0:
            progress(whole.size)
    if progress is not None:
        progress(whole.size)
    if (whole.size, follow.head) != (head.seq, head.fingerprint):
        raise Break("head_differs", "the entries do not lead to the head row: run `sceau verify`", whole.size + 1)
    before = before or whole
    peaks = _places(before)
    proof = [peaks[part] if part[1] <= old else parts[part].root() for part in ranges]
    return Tree(whole.size, whole.root(), proof, whole), before.root()


def _places(frontier: Frontier) -> dict[tuple[int, int], bytes]:
    """Give each peak under the range of leaves it covers: every left part of a consistency proof is one of them."""
    found: dict[tuple[int, int], bytes] = {}
    start = 0
    for peak in frontier.peaks:
        end = start + (1 << ((frontier.size - start).bit_length() - 1))
        found[start, end] = peak
        start = end
    return found


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


def uncovered(store: Store, ledger: str, size: int) -> Iterator[Line]:
    """Give the entries after `size` that do not only tell of checkpoints and anchors, in small pieces.

    Purged lines are left out: they were covered by their archive's checkpoint, and their moment is not here.
    """
    after = size
    while piece := list(store.lines(ledger, after, limit=_PIECE)):
        yield from (line for line in piece if line.line and line.type not in TALK)
        after = piece[-1].seq


def oldest_waiting(store: Store, ledger: str, size: int) -> datetime | None:
    """Give when the first of the entries after `size` was recorded that do not only tell of checkpoints and anchors."""
    line = next(uncovered(store, ledger, size), None)
    return moment_of(line) if line is not None else None


def moment_of(line: Line) -> datetime:
    """Give when an entry was recorded, as it says itself."""
    return parse_at(line.line[_AT].decode())


class _Follower:
    """Follows the links of stored lines, in pieces, and gives the fingerprints on the way."""

    def __init__(self, ledger: str, head: str) -> None:
        self.ledger = ledger
        self.head = head

    def fingerprints(self, store: Store, after: int, upto: int) -> Iterator[str]:
        """Give the fingerprint of every line after one entry and up to another, computed over its bytes.

        Raises:
            Break: a line is not linked to the one before, or is of another ledger.
        """
        seq = after + 1
        rows = ((row[0], row[1], row[5]) for chunk in store.rows(self.ledger, after, upto) for row in chunk)
        while piece := list(islice(rows, _TOLD)):
            for stored, fingerprint, line in piece:
                if not line and stored == seq:  # purged: the next line, or the root, vouches for the column
                    self.head = fingerprint
                    seq += 1
                    yield self.head
                    continue
                links: Links = check_links((line,), seq, self.head)
                if links.broken_at is not None or links.ledger != self.ledger:
                    raise Break("link", "an entry does not name the one before it: run `sceau verify`", seq)
                self.head = links.head
                seq += 1
                yield self.head
