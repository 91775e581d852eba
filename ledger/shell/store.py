"""The seam between a ledger and where its bytes are kept.

Every implementation passes `tests/stores/contract.py`. A store knows bytes, positions and one writer's
compare-and-swap; it knows no rule and computes no hash. Every table's key begins with the ledger id and every
statement names one ledger (`docs/decisions/` says why). `ledger.shell.stores.open.open_store` makes one from a URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ledger.kernel.frozen import frozen

if TYPE_CHECKING:
    from ledger.shell.side import Side

Row = tuple[int, str, str, int, str, bytes]
"""The members of a `Line`, in order, without the cost of a record: for readers of millions."""


@frozen
class Head:
    """The end of one ledger: what the next append must find unchanged."""

    seq: int
    fingerprint: str  # 64 hex, of entry `seq`
    at: str  # chain.at of entry `seq`
    seal: str  # 64 hex, digest of the last seal (see docs/spec/seal.md)
    register: bytes  # canonical JSON of ledger.domain.register, opaque here


class Line(NamedTuple):  # not a dataclass: millions are made by `verify`, at a third of the cost
    """One stored entry: its bytes verbatim, and the columns that repeat parts of them for look-ups."""

    seq: int
    fingerprint: str  # 64 hex
    stream: str
    version: int
    type: str
    line: bytes  # without the final 0A


@frozen
class SealRow:
    """One seal: the range it covers, its text and its raw 64-byte signature."""

    first: int
    last: int
    text: bytes
    signature: bytes


@frozen
class Disclosure:
    """What a commitment in entry `seq` at `path` (a JSON Pointer into the body) stands for."""

    seq: int
    path: str
    salt: str  # 32 hex
    value: bytes  # canonical JSON


@frozen
class Operation:
    """One command that carried an idempotency key, and what it wrote."""

    key: str
    digest: str  # 64 hex, SHA-256 of the canonical request
    first: int
    last: int  # first - 1 when it wrote nothing
    outcome: bytes  # canonical JSON: the answer's fixed part (ids, numbers), without personal data


@frozen
class Append:
    """One transaction: everything here is kept, or nothing is."""

    ledger: str
    expected: Head | None  # None opens the ledger
    lines: Sequence[Line]
    seals: Sequence[SealRow]
    disclosures: Sequence[Disclosure]
    operations: Sequence[Operation]
    head: Head


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One ledger of a store: its id, its short name (`[a-z0-9][a-z0-9-]{0,62}`) and its kind."""

    ledger: str
    name: str
    kind: str  # live | training | register


class CheckpointRow(NamedTuple):
    """One signed checkpoint as kept beside the chain: a help, not evidence; whoever checks recomputes the root."""

    size: int
    root: bytes  # 32
    frontier: bytes  # the peaks of the tree, 32 bytes each, largest first (`ledger.kernel.merkle.Frontier`)
    note: bytes  # the signed note


class AnchorRow(NamedTuple):
    """One proof that the checkpoint of that size was placed elsewhere."""

    size: int
    kind: str  # timestamp | witness | mail | directory | register (archive/anchors)
    place: str  # a label of the operator's own: no address, no person
    at: str  # when, RFC 3339 with Z: the authority's or witness's own time where the proof holds one
    proof: bytes


class Store(Protocol):
    """Where ledgers are kept. Methods may be called from several threads.

    Raises:
        HeadMoved, StreamConflict, InDoubt, Unavailable: see `ledger.shell.errors`.
    """

    def open_ledger(self, name: str, kind: str, append: Append) -> None:
        """Keep a new ledger with its first entries; `HeadMoved` if the id or name is taken."""

    def ledgers(self) -> list[LedgerRow]:
        """Every ledger, in order of name."""

    def find(self, name_or_id: str) -> LedgerRow | None:
        """The ledger of that short name or id."""

    def append(self, append: Append) -> None:
        """Keep one transaction, by compare-and-swap on the head."""

    def head(self, ledger: str) -> Head | None:
        """The current head, or None for an unknown ledger."""

    def lines(
        self,
        ledger: str,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        types: Sequence[str] = (),
    ) -> Iterator[Line]:
        """Entries with seq > after (and <= upto), in order, streamed in bounded memory; of `types` alone if given."""

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[list[Row]]:
        """The entries of `lines` as bare tuples, in chunks of a few megabytes: the fast road of `verify`."""

    def lines_desc(self, ledger: str, upto: int | None = None, limit: int = 100) -> Iterator[Line]:
        """The latest entries with seq <= upto, newest first."""

    def stream(
        self,
        ledger: str,
        stream: str,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[Line]:
        """One stream's entries in version order."""

    def seals(self, ledger: str, after: int = 0) -> Iterator[SealRow]:
        """Seals whose `last` > after, in order."""

    def disclosures(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[Disclosure]:
        """Disclosures with seq > after (and <= upto), by (seq, path)."""

    def disclosures_of(self, ledger: str, seqs: Sequence[int]) -> list[Disclosure]:
        """The disclosures of these entries, by (seq, path)."""

    def operation(self, ledger: str, key: str) -> Operation | None:
        """What an idempotency key has already done."""

    def operations(self, ledger: str, keys: Sequence[str]) -> dict[str, Operation]:
        """What each of these idempotency keys has already done, in one question; an unused key is left out."""

    def versions(self, ledger: str, streams: Sequence[str]) -> dict[str, int]:
        """The last version of each of these streams; a stream without entries is left out."""

    def index(self, ledger: str, upto: int | None = None) -> Iterator[tuple[str, int, int]]:
        """(stream, version, seq) of entries with seq <= upto, by stream (code points) and version, streamed."""

    def track(self, ledger: str, reader: str, position: int) -> bool:
        """Keep how far a reader has come; False, and nothing kept, unless `position` is beyond what it had."""

    def tracked(self, ledger: str, reader: str) -> int | None:
        """How far a reader has come, or None if it never said."""

    def keep_checkpoint(self, ledger: str, row: CheckpointRow) -> bool:
        """Keep a checkpoint; False, and nothing kept, when one of that size and root is there.

        Raises:
            Break: `fork`: another root of that size is kept.
        """

    def last_checkpoint(self, ledger: str, upto: int | None = None) -> CheckpointRow | None:
        """The greatest checkpoint of size <= upto."""

    def checkpoints(self, ledger: str, after: int = 0) -> Iterator[CheckpointRow]:
        """Checkpoints of size > after, in order."""

    def keep_anchor(self, ledger: str, row: AnchorRow) -> bool:
        """Keep a proof; False, and nothing kept, when that size, kind and place have one."""

    def anchors(self, ledger: str, after: int = 0) -> Iterator[AnchorRow]:
        """Proofs of size > after, by (size, kind, place)."""

    def last_anchors(self, ledger: str) -> list[AnchorRow]:
        """The proof of greatest size of each (kind, place), by (kind, place)."""

    def purge(self, ledger: str, by: int, seqs: Sequence[int]) -> int:
        """Empty the lines of these entries, and drop what they disclose, in one transaction; how many were emptied.

        `by` is the entry `entries.purged/1` that covers them; one that is empty already is left as it is.

        Raises:
            StoreFailure: no such entry covers one of them, or its kind is kept for ever: nothing was done.
        """

    def erase(self, ledger: str, by: int, places: Sequence[tuple[int, str]]) -> int:
        """Drop the disclosures at these (seq, path), in one transaction; how many there were.

        Raises:
            StoreFailure: the entry `by` is no `data.erased/1` that lists one of them: nothing was done.
        """

    def reclaim(self) -> bool:
        """Let emptied space go, so that what was in it is not in the store's files; False where that is not ours to do.

        It may take as long as copying the store. Logs, replicas and backups are not reached.
        """

    def stage(
        self, ledger: str, lines: Sequence[Line], seals: Sequence[SealRow], disclosures: Sequence[Disclosure]
    ) -> None:
        """Keep part of a ledger that is being restored, in one transaction; it is in no directory and has no head.

        Raises:
            StoreFailure: one of them is there already, or the ledger has a head.
        """

    def adopt(self, row: LedgerRow, head: Head) -> None:
        """Give a staged ledger its name and head: from here on it is there.

        Raises:
            HeadMoved: the id or name is taken.
        """

    def side(self) -> Side:
        """Working papers and access keys: what is kept beside the chain, over the same connections."""

    def close(self) -> None:
        """Give back every connection."""
