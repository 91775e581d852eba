"""What goes into the check of one stretch of a ledger, and what comes out: the records of `segment`, and their names.

All of them can be pickled: stretches are checked in several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, TypeAlias

from ledger.kernel.canonical import Json
from ledger.kernel.merkle import Frontier

SEGMENT: Final = 65_536
"""Entries to a stretch: a power of two, so that the Merkle subtrees of stretches fit together."""

MAX_FINDINGS: Final = 1_000
"""Findings kept of one stretch: a ledger that is all wrong must not fill the memory."""

ERASED: Final = "data.erased/1"
"""The type of the entry whose `places` list the commitments (seq, path) that were erased."""

KEPT: Final = frozenset(
    {"ledger", "period", "checkpoint", "archive", "erasure", "issuer", "series", "customer", "register"}
)
"""Kinds of streams of which no line ever goes (docs/retention.md); the tables' guards name the same."""

PURGED: Final = "entries.purged/1"
"""The type of the entry that says which entries' lines left the store, and in which archive they are."""

ARCHIVED: Final = "archive.created/1"
"""The type of the entry that says which entries an archive holds."""

CONFIRMED: Final = "archive.verified/1"
"""The type of the entry that says that an archive was read back on another medium."""


class Finding(NamedTuple):
    """What is wrong: a stable code, the first entry concerned (0 when it is none), words for a person."""

    code: str
    seq: int
    words: str


class Purge(NamedTuple):
    """What a purge entry says: the lines of `first` to `last` may be gone; the archive of this manifest has them."""

    first: int
    last: int
    manifest: str  # SHA-256 of its manifest
    by: int  # seq of the entry that says so


class Archived(NamedTuple):
    """What an entry tells of an archive: which entries it holds, or (0 to 0) that it was read back elsewhere."""

    manifest: str
    first: int
    last: int
    by: int  # seq of the entry that says so


class Lent(bytes):
    """A line that an archive lends for one that was purged: what it commits to is gone, and is not asked for."""


class NotShown(NamedTuple):
    """What a fold is told of an entry whose line is gone: its columns' word, which nothing vouches for alone."""

    type: str
    stream: str


class Columns(Protocol):
    """A stored row: the line, and the columns that repeat parts of it."""

    @property
    def seq(self) -> int: ...  # noqa: D102 - the column of that name
    @property
    def fingerprint(self) -> str: ...  # noqa: D102 - the column of that name
    @property
    def stream(self) -> str: ...  # noqa: D102 - the column of that name
    @property
    def version(self) -> int: ...  # noqa: D102 - the column of that name
    @property
    def type(self) -> str: ...  # noqa: D102 - the column of that name
    @property
    def line(self) -> bytes: ...  # noqa: D102 - the column of that name


Cells = tuple[int, str, str, int, str, bytes]
"""The members of `Columns`, in order."""

Row: TypeAlias = bytes | Cells
"""What is checked: a line of an export, which has no columns, or a stored row."""


class SealColumns(Protocol):
    """A stored seal."""

    @property
    def first(self) -> int: ...  # noqa: D102 - the column of that name
    @property
    def last(self) -> int: ...  # noqa: D102 - the column of that name
    @property
    def text(self) -> bytes: ...  # noqa: D102 - the column of that name
    @property
    def signature(self) -> bytes: ...  # noqa: D102 - the column of that name


class DisclosureColumns(Protocol):
    """A stored disclosure: what the commitment of entry `seq` at `path` stands for."""

    @property
    def seq(self) -> int: ...  # noqa: D102 - the column of that name
    @property
    def path(self) -> str: ...  # noqa: D102 - the column of that name
    @property
    def salt(self) -> str: ...  # noqa: D102 - the column of that name
    @property
    def value(self) -> bytes: ...  # noqa: D102 - the column of that name


Select = Callable[[int, str, str, dict[str, Json], str], object]
"""(seq, type, stream, body, at) -> a fact for the fold that the caller runs at the join, or None."""


class Gather(Protocol):
    """Adds up what counts in one stretch, so that not every entry becomes a fact."""

    def __call__(self, seq: int, type_name: str, body: dict[str, Json], at: str) -> Sequence[tuple[int, object]]:
        """Take an entry of `Plan.gather_types`; give what is complete by it: (seq, fact)."""

    def end(self) -> Sequence[tuple[int, object]]:
        """Give the rest, at the end of the stretch."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What every stretch of one ledger is checked against."""

    ledger: str
    genesis: str
    keys: Mapping[str, bytes] = field(default_factory=dict)  # key id -> SubjectPublicKeyInfo, untrusted by itself
    sizes: tuple[int, ...] = ()  # tree sizes whose root is wanted
    watch: tuple[int, ...] = ()  # seqs whose fingerprint and time are wanted
    merkle: bool = False
    versions_key: bytes | None = None  # secret of the versions sum; None keeps every stream's last version
    select: Select | None = None
    select_types: frozenset[str] | None = None  # None asks `select` about every type
    gather: Callable[[], Gather] | None = None  # a fresh one for each stretch; asked before `select`
    gather_types: frozenset[str] = frozenset()


class SealFact(NamedTuple):
    """One seal, checked alone: `text` and `signature` are kept only while its key is not known."""

    first: int
    last: int
    prev: str
    digest: str
    key: str
    good: bool
    text: bytes = b""
    signature: bytes = b""


@dataclass(slots=True)
class Segment:
    """What one stretch says for itself, to be joined with its neighbours."""

    first: int  # the seq that was expected first
    next: int  # the seq expected after it
    entries: int = 0
    first_prev: str | None = None  # None when the first line cannot be read
    first_intact: bool = False  # the second entry names the first one's fingerprint
    first_at: bytes = b""
    last_at: bytes = b""
    head: str = ""  # fingerprint computed over the last line
    claimed: str | None = None  # its fingerprint column
    pending: int | None = None  # the last entry's seq when its link did not fit and nothing has decided why
    stopped: bool = False  # an unknown chain.v: nothing after it is looked at
    findings: list[Finding] = field(default_factory=list)
    versions: dict[bytes, int] = field(default_factory=dict)  # the last one of each stream
    late: dict[bytes, int] = field(default_factory=dict)  # the first one of each stream, where that is not 1
    runs: list[tuple[int, Sequence[bytes]]] = field(default_factory=list)  # streams of entries, from a seq on
    versions_sum: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    frontiers: dict[int, Frontier] = field(default_factory=dict)  # size -> frontier of this stretch up to there
    fingerprints: dict[int, str] = field(default_factory=dict)
    ats: dict[int, str] = field(default_factory=dict)
    seals: list[SealFact] = field(default_factory=list)
    key_changes: list[tuple[int, dict[str, Json]]] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)
    erased: list[tuple[int, str, int]] = field(default_factory=list)  # (seq, path, seq of the erasure entry)
    facts: list[tuple[int, object]] = field(default_factory=list)
    not_shown: list[tuple[int, int]] = field(default_factory=list)  # ranges of entries whose lines are empty
    purges: list[Purge] = field(default_factory=list)
    archives: list[Archived] = field(default_factory=list)

    def starts(self) -> dict[bytes, int]:
        """The seq of the first entry of each stream, where versions are kept."""
        found: dict[bytes, int] = {}
        for first, streams in self.runs:
            for seq, stream in enumerate(streams, first):
                found.setdefault(stream, seq)
        return found
