"""The check of one stretch of a ledger by itself: bytes, fingerprints, columns, links, seals, disclosures.

`ledger.kernel.audit` cuts a ledger into stretches of `SEGMENT` entries, has each checked here (in this process or in
others: what goes in and comes out can be pickled) and joins the results in order. Memory is that of one stretch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Generic, NamedTuple, Protocol, TypeVar, cast

from ledger.kernel import canonical, commitment, key_change, seal
from ledger.kernel import entry as entries
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed
from ledger.kernel.merkle import Frontier

SEGMENT: Final = 65_536
"""Entries to a stretch: a power of two, so that the Merkle subtrees of stretches fit together."""

MAX_FINDINGS: Final = 1_000
"""Findings kept of one stretch: a ledger that is all wrong must not fill the memory."""

ERASED: Final = "data.erased/1"
"""The type of the entry whose `places` list the commitments (seq, path) that were erased."""

Row = TypeVar("Row")

_START: Final = b'{"chain":{"at":"'
_AT: Final = re.compile(entries.AT.encode())
_BODY: Final = b'","body":{'
_TAIL: Final = re.compile(
    (
        rf',"salt":"{entries.HEX32}","stream":"({entries.STREAM})","type":"({entries.TYPE})",'
        r'"version":([1-9][0-9]{0,14})\}\}'  # 16 digits may be above 2^53: the slow way
    ).encode()
)
_KEY_CHANGED: Final = key_change.TYPE.encode()
_ERASED: Final = ERASED.encode()
_DOLLAR: Final = ord("$")  # no commitment without one; a number is looked for three times as quickly as bytes
_OURS: Final = frozenset({_KEY_CHANGED, _ERASED})

Body = dict[str, Json]


class Finding(NamedTuple):
    """What is wrong: a stable code, the first entry concerned (0 when it is none), words for a person."""

    code: str
    seq: int
    words: str


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


Select = Callable[[int, str, str, dict[str, Json]], object]
"""(seq, type, stream, body) -> a fact for the fold that the caller runs at the join, or None."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What every stretch of one ledger is checked against."""

    ledger: str
    genesis: str
    keys: Mapping[str, bytes] = field(default_factory=dict)  # key id -> SubjectPublicKeyInfo, untrusted by itself
    sizes: tuple[int, ...] = ()  # tree sizes whose root is wanted
    watch: tuple[int, ...] = ()  # seqs whose fingerprint is wanted
    merkle: bool = False
    versions_key: bytes | None = None  # secret of the versions sum; None keeps every stream's last version
    select: Select | None = None
    select_types: frozenset[str] | None = None  # None asks `select` about every type


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
    streams: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)  # first version, its seq, last version
    versions_sum: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    frontiers: dict[int, Frontier] = field(default_factory=dict)  # size -> frontier of this stretch up to there
    fingerprints: dict[int, str] = field(default_factory=dict)
    seals: list[SealFact] = field(default_factory=list)
    key_changes: list[tuple[int, dict[str, Json]]] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)
    erased: list[tuple[int, str, int]] = field(default_factory=list)  # (seq, path, seq of the erasure entry)
    facts: list[tuple[int, object]] = field(default_factory=list)


def bare(lines: Iterable[bytes]) -> Iterator[tuple[bytes, None]]:
    """Lines of an export, which have no columns."""
    return ((line, None) for line in lines)


def stored(rows: Iterable[Columns]) -> Iterator[tuple[bytes, Cells]]:
    """Rows of a store, with their columns."""
    return ((row.line, (row.seq, row.fingerprint, row.stream, row.version, row.type, row.line)) for row in rows)


def cells(chunks: Iterable[Iterable[Cells]]) -> Iterator[tuple[bytes, Cells]]:
    """As `stored`, for rows that come as bare tuples in chunks: the quick road."""
    return ((row[5], row) for chunk in chunks for row in chunk)


def version_term(key: bytes, stream: bytes, version: int, seq: int) -> int:
    """One term of the versions sum (see `docs/spec/chain.md`): a keyed digest of (stream, version, seq)."""
    return int.from_bytes(sha256(b"%b%b %d %d" % (key, stream, version, seq)).digest(), "big")


class Source(Generic[Row]):
    """An iterator whose next item can be looked at before it is taken; `head` is None at the end."""

    __slots__ = ("_items", "head")

    def __init__(self, items: Iterable[Row]) -> None:
        """Begin at the first item."""
        self._items = iter(items)
        self.head: Row | None = next(self._items, None)

    def advance(self) -> None:
        """Go on to the next item."""
        self.head = next(self._items, None)


def check_segment(
    rows: Iterable[tuple[bytes, Cells | None]],
    first: int,
    plan: Plan,
    seals: Source[SealColumns],
    disclosures: Source[DisclosureColumns] | None,
    drain: bool,
) -> Segment:
    """Check one stretch that should begin with seq `first`.

    `seals` come in order of `last`, `disclosures` by (seq, path); None when they are not at hand and commitments are
    not to be checked. Both may hold more than this stretch: what belongs to later entries is left in the source,
    unless `drain` says that nothing is to come, so that what is left belongs to no entry.
    """
    walk = _Walk(first, plan, seals, disclosures)
    walk.run(rows)
    if drain and not walk.out.stopped:
        walk.drain()
    return walk.out


class _Walk:
    """The state of one pass; `out` is what it hands back."""

    def __init__(
        self,
        first: int,
        plan: Plan,
        seals: Source[SealColumns],
        disclosures: Source[DisclosureColumns] | None,
    ) -> None:
        self.plan = plan
        self.out = Segment(first, first)
        self.prev: str | None = None
        chosen = plan.select_types if plan.select is not None else frozenset()
        self.chosen = None if chosen is None else frozenset(type_.encode() for type_ in chosen)  # None: every type
        self.wanted = _OURS | (self.chosen or frozenset())
        self.day = b""
        self.second_link: str | None = None  # a doubled entry's fingerprint: its successor may name either
        self.gaps: list[tuple[int, int]] = []
        self.actors: set[bytes] = set()
        self.seals = seals
        self.disclosures = disclosures

    def found(self, code: str, seq: int, words: str) -> None:
        if len(self.out.findings) < MAX_FINDINGS:
            self.out.findings.append(Finding(code, seq, words))

    def run(self, rows: Iterable[tuple[bytes, Cells | None]]) -> None:
        """Walk the stretch; one long loop because it is the one that must be quick: a call costs half a hash."""
        out = self.out
        streams = None if self.plan.versions_key is not None else out.streams
        middle = f'Z","ledger":"{self.plan.ledger}","prev":"'
        at_shape, tail_shape = _AT.match, _TAIL.fullmatch
        merkle, wanted, watch = self.plan.merkle or self.chosen is None, self.wanted, self.plan.watch
        versions_key = self.plan.versions_key
        shown = self.disclosures
        next_shown = self.next_shown()
        body_of = cast(Callable[[bytes], Body], canonical.decode)  # `_BODY` ends in a brace: an object
        second = b"-"  # how a line begins up to the decimal point of `at`, as last found right: many entries share it
        actor = "-"  # as last found right, which is the next one's too, most often
        sealed = self.seals
        for line, columns in rows:
            fingerprint = sha256(line).hexdigest()
            seq = out.next
            begin = f'{middle}{self.prev}","seq":{seq},"v":1}},"entry":{{"actor":"{actor}","body":{{'.encode()
            body_at = 41 + len(begin)
            if not line.startswith(begin, 42):
                body_at, actor = self.other_actor(line, begin, actor)
            start = line.rfind(entries.SALT_MEMBER)
            tail = tail_shape(line, start)
            # A line that is canonical and follows as expected has this shape, and nothing more is to be asked about
            # its prefix. Any other line goes the slow way, which says what is wrong.
            if (
                tail is None
                or not body_at
                or not line[36:42].isdigit()
                or not (
                    line.startswith(second)
                    or (line.startswith(_START) and line[16:26] == self.day and at_shape(line, 16) is not None)
                )
                or len(line) > entries.MAX_LINE_BYTES
            ):
                self.slow(line, columns, fingerprint)
                if out.stopped:
                    return
                continue
            try:
                body = body_of(line[body_at:start])
            except Malformed as fault:
                self.unreadable(fault, columns, fingerprint)
                continue
            stream, type_, digits = tail.groups()
            version = int(digits)
            if out.pending is not None or seq == out.first + 1 or out.claimed not in (None, self.prev):
                self.fits(seq)
            at, second = line[16:43], line[:36]
            if at < out.last_at:
                self.found("clock_back", seq, "recorded before the entry that precedes it")
            if columns is not None:
                if (
                    columns[0] != seq
                    or columns[3] != version
                    or columns[2].encode() != stream
                    or columns[4].encode() != type_
                ):
                    self.found("column", seq, "a column differs from the line it repeats")
                out.claimed = columns[1]
            if streams is not None:
                known = streams.get(stream)
                if known is not None and known[2] == version - 1:
                    streams[stream] = (known[0], known[1], version)
                else:
                    self.follow(seq, stream, version)
            out.last_at = at
            self.prev = out.head = fingerprint
            out.next = seq + 1
            out.entries += 1
            if versions_key is not None:  # `version_term`, written out
                term = sha256(b"%b%b %d %d" % (versions_key, stream, version, seq)).digest()
                out.versions_sum += int.from_bytes(term, "big")
            if merkle or type_ in wanted or seq in watch:
                self.account(seq, stream, type_, body, fingerprint)
            if shown is not None and (seq >= next_shown or _DOLLAR in line):
                self.check_commitments(shown, seq, body, line)
                next_shown = self.next_shown()
            if (next_seal := sealed.head) is not None and next_seal.last <= seq:
                self.close_seals(seq, fingerprint)

    def other_actor(self, line: bytes, begin: bytes, actor: str) -> tuple[int, str]:
        """Where the body of a line begins that is as expected but for its actor, and that actor; 0 if it is not."""
        until = len(begin) - len(_BODY) - len(actor)  # `begin` up to the actor
        end = line.find(b'"', 42 + until)
        found = line[42 + until : end]
        if found not in self.actors or not line.startswith(begin[:until], 42) or not line.startswith(_BODY, end):
            return 0, actor
        return end + len(_BODY) - 1, found.decode()

    def fits(self, seq: int) -> None:
        """The entry before `seq` is named by it: what was left undecided about that one is decided."""
        out = self.out
        if out.pending is not None:
            self.found("altered", out.pending - 1, "its bytes are not those the next entry names")
            out.pending = None
        if out.claimed is not None and out.claimed != self.prev:
            self.found("column", seq - 1, "the fingerprint column is not the digest of the line")
        if seq == out.first + 1:
            out.first_intact = True

    def slow(self, line: bytes, columns: Cells | None, fingerprint: str) -> None:
        """Take a line that is not quite as expected, and say why."""
        out = self.out
        try:
            entry = entries.parse(line)
        except Malformed as fault:
            self.unreadable(fault, columns, fingerprint)
            return
        if entry.ledger != self.plan.ledger:
            self.found("other_ledger", out.next, "an entry of another ledger")
        at, stream, type_ = entry.at.encode(), entry.stream.encode(), entry.type.encode()
        if self.place(entry, fingerprint):
            if at < out.last_at:
                self.found("clock_back", entry.seq, "recorded before the entry that precedes it")
            out.last_at = at
            self.prev = out.head = fingerprint
            out.claimed = None if columns is None else columns[1]
        if columns is not None:
            self.compare(columns, entry.seq, stream, entry.version, type_)
        if self.plan.versions_key is None:
            self.follow(entry.seq, stream, entry.version)
        out.entries += 1
        self.day = at[:10]
        if len(self.actors) < 10_000:
            self.actors.add(entry.actor.encode())
        if self.plan.versions_key is not None:
            out.versions_sum += version_term(self.plan.versions_key, stream, entry.version, entry.seq)
        self.account(entry.seq, stream, type_, entry.body, fingerprint)
        if self.disclosures is not None:
            self.check_commitments(self.disclosures, entry.seq, entry.body, line)
        if self.seals.head is not None and self.seals.head.last <= entry.seq:
            self.close_seals(entry.seq, fingerprint)

    def compare(self, columns: Cells, seq: int, stream: bytes, version: int, type_: bytes) -> None:
        if columns[0] != seq or columns[3] != version or columns[2].encode() != stream or columns[4].encode() != type_:
            self.found("column", seq, "a column differs from the line it repeats")

    def unreadable(self, fault: Malformed, columns: Cells | None, fingerprint: str) -> None:
        out = self.out
        seq = out.next
        if fault.code == "unknown_v":
            self.found("unknown_v", seq, "a format this verifier does not know: it stops here")
            out.stopped = True
            return
        self.found(fault.code, seq, f"not an entry of format 1{' at ' + fault.place if fault.place else ''}")
        if columns is not None and columns[1] != fingerprint:
            self.found("altered", seq, "its bytes are not those that were recorded")
        out.next = seq + 1
        out.entries += 1
        out.pending = None
        out.head = fingerprint
        out.claimed = None
        self.prev = None
        if self.plan.merkle:
            self.leaf(seq, fingerprint)
        if self.seals.head is not None and self.seals.head.last <= seq:
            self.close_seals(seq, fingerprint)

    def place(self, entry: entries.Entry, fingerprint: str) -> bool:
        """Find whether the entry is in its place and names the one before; False when no successor will follow it."""
        out = self.out
        expected = out.next
        if entry.seq < expected:
            self.out_of_place(entry, fingerprint)
            return False
        if entry.seq > expected:
            self.found("deleted", expected, f"entries {expected} to {entry.seq - 1} are not there")
            self.gaps.append((expected, entry.seq - 1))
        elif out.entries == 0:
            out.first_prev = entry.prev
            out.first_at = entry.at.encode()
        elif entry.prev == self.prev:
            self.fits(entry.seq)
        elif self.prev is not None and entry.prev != self.second_link:
            self.broken_link(entry)
        self.second_link = None
        out.next = entry.seq + 1
        return True

    def broken_link(self, entry: entries.Entry) -> None:
        """Two neighbours do not fit: say which of them changed, or leave it to the next entry or seal to decide."""
        out = self.out
        before = entry.seq - 1
        if out.pending is not None:
            self.found("link", out.pending, "it does not name the entry before it")
            out.pending = None
        if out.claimed is not None and out.claimed != self.prev:
            self.found("altered", before, "its bytes are not those that were recorded")
        else:
            out.pending = entry.seq

    def out_of_place(self, entry: entries.Entry, fingerprint: str) -> None:
        out = self.out
        for position, (start, end) in enumerate(self.gaps):
            if start <= entry.seq <= end:
                self.gaps[position : position + 1] = [
                    gap for gap in ((start, entry.seq - 1), (entry.seq + 1, end)) if gap[0] <= gap[1]
                ]
                out.findings = [f for f in out.findings if (f.code, f.seq) != ("deleted", start)]
                for left in self.gaps:
                    if left[0] >= start and left[1] <= end:
                        self.found("deleted", left[0], f"entries {left[0]} to {left[1]} are not there")
                self.found("swapped", entry.seq, "it stands after a later entry")
                return
        self.found("inserted", entry.seq, "there are two entries of this number")
        self.second_link = fingerprint

    def follow(self, seq: int, stream: bytes, version: int) -> None:
        """Find whether this is the next version of its stream, as far as this stretch knows."""
        streams = self.out.streams
        known = streams.get(stream)
        if known is None:
            streams[stream] = (version, seq, version)
            return
        if version != known[2] + 1:
            self.found("version_gap", seq, f"version {version} of its stream follows version {known[2]}")
        streams[stream] = (known[0], known[1], version)

    def account(self, seq: int, stream: bytes, type_: bytes, body: Body, fingerprint: str) -> None:
        """What the whole ledger needs to know of this entry in particular."""
        plan, out = self.plan, self.out
        if plan.merkle:
            self.leaf(seq, fingerprint)
        if seq in plan.watch:
            out.fingerprints[seq] = fingerprint
        if type_ == _KEY_CHANGED:
            out.key_changes.append((seq, body))
        elif type_ == _ERASED:
            out.erased.extend(_places(body, seq))
        if plan.select is not None and (self.chosen is None or type_ in self.chosen):
            fact = plan.select(seq, type_.decode(), stream.decode(), body)
            if fact is not None:
                out.facts.append((seq, fact))

    def next_shown(self) -> int:
        """The first entry that the disclosures to come speak of."""
        shown = self.disclosures
        return entries.MAX_SEQ + 1 if shown is None or shown.head is None else shown.head.seq

    def leaf(self, seq: int, fingerprint: str) -> None:
        out = self.out
        if out.frontier.size != seq - out.first:
            return  # after a hole or a doubled entry no root can be told
        out.frontier.append(bytes.fromhex(fingerprint))
        if seq in self.plan.sizes:
            out.frontiers[seq] = out.frontier.copy()

    def check_commitments(self, shown: Source[DisclosureColumns], seq: int, body: dict[str, Json], line: bytes) -> None:
        try:
            expected = dict(commitment.quick_commitments(body, line))
        except Malformed:
            self.found("commitment", seq, "a commitment is not of the format")
            expected = {}
        while shown.head is not None and shown.head.seq <= seq:
            digest = expected.pop(shown.head.path, None) if shown.head.seq == seq else None
            if digest is None:
                self.found("disclosure_stray", shown.head.seq, "a disclosure that no commitment asks for")
            elif not self.discloses(digest, shown.head):
                self.found("commitment", seq, "a disclosure is not what was committed to")
            shown.advance()
        self.out.missing.extend((seq, path) for path in expected)

    def discloses(self, digest: str, shown: DisclosureColumns) -> bool:
        try:
            return commitment.check(digest, self.plan.ledger, shown.path, shown.salt, shown.value)
        except Malformed:
            return False

    def close_seals(self, seq: int, fingerprint: str) -> None:
        """Check the seals that end at this entry."""
        while self.seals.head is not None and self.seals.head.last <= seq:
            self.out.seals.append(self.check_seal(self.seals.head, seq, fingerprint))
            self.seals.advance()

    def check_seal(self, row: SealColumns, seq: int, fingerprint: str) -> SealFact:
        digest = seal.seal_digest(row.text, row.signature)
        try:
            said = seal.parse(row.text)
        except Malformed:
            self.found("seal", row.first, "a seal is not of the format")
            return SealFact(row.first, row.last, "", digest, "", False)
        good = True
        if (said.first, said.last) != (row.first, row.last):
            good = False
            self.found("column", row.first, "a seal's columns differ from its text")
        if (said.ledger, said.genesis) != (self.plan.ledger, self.plan.genesis):
            good = False
            self.found("seal", said.first, "a seal of another ledger")
        if said.last != seq or said.head != fingerprint:
            good = False
            self.found("seal_head", said.first, f"entries {said.first} to {said.last} are not those that were sealed")
        known = self.plan.keys.get(said.key)
        if known is None:
            return SealFact(said.first, said.last, said.prev, digest, said.key, good, row.text, row.signature)
        if not verified(row.text, row.signature, known):
            good = False
            self.found("seal", said.first, "a seal's signature is not that of its key")
        return SealFact(said.first, said.last, said.prev, digest, said.key, good)

    def drain(self) -> None:
        """What is left in the sources belongs to entries that never came."""
        while self.seals.head is not None:
            self.out.seals.append(self.check_seal(self.seals.head, 0, ""))
            self.seals.advance()
        shown = self.disclosures
        while shown is not None and shown.head is not None:
            self.found("disclosure_stray", shown.head.seq, "a disclosure that no commitment asks for")
            shown.advance()


def verified(text: bytes, signature: bytes, public_der: bytes) -> bool:
    """As `seal.verify`, a key that is none verifying nothing."""
    try:
        return seal.verify(text, signature, public_der)
    except Malformed:
        return False


def _places(body: dict[str, Json], by: int) -> Iterator[tuple[int, str, int]]:
    places = body.get("places")
    for place in places if isinstance(places, list) else ():
        if isinstance(place, dict):
            seq, path = place.get("seq"), place.get("path")
            if type(seq) is int and isinstance(path, str):
                yield seq, path, by
