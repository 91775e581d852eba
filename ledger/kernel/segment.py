"""The check of one stretch of a ledger by itself: bytes, fingerprints, columns, links, seals, disclosures.

`ledger.kernel.audit` cuts a ledger into stretches of `SEGMENT` entries, has each checked here (in this process or in
others: what goes in and comes out can be pickled) and joins the results in order. Memory is that of one stretch.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final, Generic, TypeVar, cast

from ledger.kernel import commitment, key_change, seal
from ledger.kernel import entry as entries
from ledger.kernel.block import BLOCK, Block, Body, Reader
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed
from ledger.kernel.stretch import (
    ARCHIVED,
    CONFIRMED,
    ERASED,
    KEPT,
    MAX_FINDINGS,
    PURGED,
    Archived,
    Cells,
    Columns,
    DisclosureColumns,
    Finding,
    Lent,
    NotShown,
    Plan,
    Purge,
    Row,
    SealColumns,
    SealFact,
    Segment,
)

Item = TypeVar("Item")

_BLOCK_BYTES: Final = 4 << 20  # a block of lines as long as may be is a short one
_STEP: Final = 32  # rows, between two looks at that

_KEY_CHANGED: Final = key_change.TYPE.encode()
_ERASED: Final = ERASED.encode()
_PURGED: Final = PURGED.encode()
_DOLLAR: Final = ord("$")  # no commitment without one; a number is looked for three times as quickly as bytes
_AT: Final = slice(16, 43)  # in a line: it begins `{"chain":{"at":"`
_ARCHIVED: Final = ARCHIVED.encode()
_CONFIRMED: Final = CONFIRMED.encode()
_OURS: Final = frozenset({_KEY_CHANGED, _ERASED, _PURGED, _ARCHIVED, _CONFIRMED})
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


def bare(lines: Iterable[bytes]) -> Iterable[Row]:
    """Lines of an export, which have no columns."""
    return lines


def stored(rows: Iterable[Columns]) -> Iterator[Row]:
    """Rows of a store, with their columns."""
    return ((row.seq, row.fingerprint, row.stream, row.version, row.type, row.line) for row in rows)


def cells(chunks: Iterable[Iterable[Cells]]) -> Iterator[Row]:
    """As `stored`, for rows that come as bare tuples in chunks: the quick road."""
    return chain.from_iterable(chunks)


def version_term(key: bytes, stream: bytes, version: int, seq: int) -> int:
    """One term of the versions sum (see `docs/spec/chain.md`): a keyed digest of (stream, version, seq)."""
    return int.from_bytes(sha256(b"%b%b %d %d" % (key, stream, version, seq)).digest(), "big")


def versions_sum(key: bytes, streams: Iterable[bytes], versions: Iterable[int], seqs: Iterable[int]) -> int:
    """The sum of `version_term` over many entries."""
    digests = [
        sha256(b"%b%b %d %d" % (key, stream, version, seq)).digest()
        for stream, version, seq in zip(streams, versions, seqs, strict=True)
    ]
    words = struct.unpack(f">{4 * len(digests)}Q", b"".join(digests))
    return sum(sum(words[place::4]) << (64 * (3 - place)) for place in range(4))


class Source(Generic[Item]):
    """An iterator whose next item can be looked at before it is taken; `head` is None at the end."""

    __slots__ = ("_items", "head")

    def __init__(self, items: Iterable[Item]) -> None:
        """Begin at the first item."""
        self._items = iter(items)
        self.head: Item | None = next(self._items, None)

    def advance(self) -> None:
        """Go on to the next item."""
        self.head = next(self._items, None)


def check_segment(
    rows: Iterable[Row],
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
    if walk.gather is not None:
        walk.out.facts.extend(walk.gather.end())
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
        self.gather = plan.gather() if plan.gather is not None else None
        self.gathered = {each.encode(): each for each in plan.gather_types}
        self.wanted = _OURS | (self.chosen or frozenset()) | frozenset(self.gathered)
        self.watched = frozenset(plan.watch)
        self.sizes = frozenset(plan.sizes)
        self.reader = Reader(plan.ledger)
        self.second_link: str | None = None  # a doubled entry's fingerprint: its successor may name either
        self.gaps: list[tuple[int, int]] = []
        self.seals = seals
        self.disclosures = disclosures

    def found(self, code: str, seq: int, words: str) -> None:
        if len(self.out.findings) < MAX_FINDINGS:
            self.out.findings.append(Finding(code, seq, words))

    def run(self, rows: Iterable[Row]) -> None:
        """Walk the stretch: by blocks where everything is as expected, line by line where it is not."""
        for block in _blocks(rows):
            done = 0
            while done < len(block):
                # A block is of numbers of as many digits, and begins where nothing is left undecided.
                settled = self.prev is not None and self.out.pending is None and self.second_link is None
                room = 10 ** len(str(self.out.next)) - self.out.next if settled else 1
                some = block[done : done + room]
                if not settled or not self.quick(some):
                    for row in some:
                        line, columns = (row, None) if isinstance(row, bytes) else (row[5], row)
                        if columns is not None and not line:
                            self.hide(columns)
                            continue
                        self.slow(line, columns, sha256(line).hexdigest())
                        if self.out.stopped:
                            return
                done += len(some)

    def quick(self, rows: Sequence[Row]) -> bool:
        """Take a block in which nothing is wrong, but perhaps versions and what stands beside it; False otherwise."""
        out, prev = self.out, self.prev
        first, columns = out.next, None
        if isinstance(rows[0], bytes):
            lines = cast(Sequence[bytes], rows)
        else:
            columns = tuple(zip(*rows, strict=True))
            lines = columns[5]
        if prev is None or out.claimed not in (None, prev):
            return False
        read = self.reader.read(lines, first, prev)
        if read is None or read.first_at < out.last_at or (columns is not None and not _same(columns, first, read)):
            return False
        count = len(lines)
        out.first_intact = out.first_intact or first == out.first + 1
        out.last_at = read.last_at
        out.next += count
        out.entries += count
        self.prev = out.head = read.fingerprint(count - 1)
        out.claimed = None if columns is None else out.head
        self.beside(read, first, lines)
        return True

    def beside(self, read: Block, first: int, lines: Sequence[bytes]) -> None:
        """Take what the whole ledger needs to know of a block that holds by itself."""
        plan, last = self.plan, first + len(lines) - 1
        seqs = range(first, last + 1)
        if plan.versions_key is None:
            self.follow_all(seqs, read.streams, read.versions)
        else:
            self.out.versions_sum += versions_sum(plan.versions_key, read.streams, read.versions, seqs)
        if plan.merkle:
            self.leaves(seqs, read.digests)
        for seq in self.watched & set(seqs) if self.watched else ():
            self.out.fingerprints[seq] = read.fingerprint(seq - first)
            self.out.ats[seq] = lines[seq - first][_AT].decode()
        if self.chosen is None or not self.wanted.isdisjoint(read.types):
            for seq, stream, type_, body, line in zip(seqs, read.streams, read.types, read.bodies, lines, strict=True):
                self.tell(seq, stream, type_, body, line)
        if self.disclosures is not None:
            next_shown = self.next_shown()
            for seq, line, body in zip(seqs, lines, read.bodies, strict=True):
                if _DOLLAR in line or seq >= next_shown:
                    self.check_commitments(self.disclosures, seq, body, line)
                    next_shown = self.next_shown()
        while self.seals.head is not None and self.seals.head.last <= last:
            seq = max(self.seals.head.last, first)
            self.close_seals(seq, read.fingerprint(seq - first))

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
            self.follow_all((entry.seq,), (stream,), (entry.version,))
        out.entries += 1
        if self.plan.versions_key is not None:
            out.versions_sum += version_term(self.plan.versions_key, stream, entry.version, entry.seq)
        if self.plan.merkle:
            self.leaf(entry.seq, bytes.fromhex(fingerprint))
        if entry.seq in self.watched:
            out.fingerprints[entry.seq] = fingerprint
            out.ats[entry.seq] = entry.at
        self.tell(entry.seq, stream, type_, entry.body, line)
        if self.disclosures is not None:
            self.check_commitments(self.disclosures, entry.seq, entry.body, line)
        if self.seals.head is not None and self.seals.head.last <= entry.seq:
            self.close_seals(entry.seq, fingerprint)

    def hide(self, columns: Cells) -> None:
        """Take an entry whose line is gone by its fingerprint column: what comes after, or a root, vouches for it."""
        out, plan = self.out, self.plan
        seq, fingerprint, stream, version, type_, _ = columns
        if seq < out.next or _FINGERPRINT.fullmatch(fingerprint) is None:
            self.found("column", out.next, "an entry whose line is gone has no sound columns")
            out.next = max(out.next, seq + 1)
            self.prev = None
            return
        if seq > out.next:
            self.found("deleted", out.next, f"entries {out.next} to {seq - 1} are not there")
            self.gaps.append((out.next, seq - 1))
        if out.pending is not None:
            self.found("link", out.pending, "it does not name the entry before it")
            out.pending = None
        if out.claimed is not None and out.claimed != self.prev:
            self.found("altered", seq - 1, "its bytes are not those that were recorded")
        out.next, self.second_link = seq + 1, None
        out.entries += 1
        self.prev = out.head = out.claimed = fingerprint
        if stream.partition(":")[0] in KEPT:
            self.found("deleted", seq, "its line is gone, and is of a kind that no purge takes")
        if out.not_shown and out.not_shown[-1][1] == seq - 1:
            out.not_shown[-1] = (out.not_shown[-1][0], seq)
        else:
            out.not_shown.append((seq, seq))
        name = stream.encode()
        if plan.versions_key is None:
            self.follow_all((seq,), (name,), (version,))
        else:
            out.versions_sum += version_term(plan.versions_key, name, version, seq)
        if plan.merkle:
            self.leaf(seq, bytes.fromhex(fingerprint))
        if seq in self.watched:
            out.fingerprints[seq] = fingerprint
        wanted = type_.encode()
        if wanted in self.gathered or (plan.select is not None and (self.chosen is None or wanted in self.chosen)):
            out.facts.append((seq, NotShown(type_, stream)))
        while self.next_shown() <= seq and self.disclosures is not None:  # nothing says what it stands for
            if self.disclosures.head is not None and self.disclosures.head.seq < seq:
                self.found("disclosure_stray", self.disclosures.head.seq, "a disclosure that no commitment asks for")
            self.disclosures.advance()
        if self.seals.head is not None and self.seals.head.last <= seq:
            self.close_seals(seq, fingerprint)

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
            self.leaf(seq, bytes.fromhex(fingerprint))
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
        out = self.out
        last = out.versions.get(stream)
        if last is None:
            if version != 1:
                out.late[stream] = version
        elif version != last + 1:
            self.found("version_gap", seq, f"version {version} of its stream follows version {last}")
        out.versions[stream] = version

    def follow_all(self, seqs: Sequence[int], streams: Sequence[bytes], versions: Sequence[int]) -> None:
        known = self.out.versions
        self.out.runs.append((seqs[0], streams))
        if set(versions) == {1} and len(set(streams)) == len(streams) and known.keys().isdisjoint(streams):
            known.update(dict.fromkeys(streams, 1))  # all are new
            return
        for seq, stream, version in zip(seqs, streams, versions, strict=True):
            if known.get(stream, 0) == version - 1 and version > 1:
                known[stream] = version
            else:
                self.follow(seq, stream, version)

    def tell(self, seq: int, stream: bytes, type_: bytes, body: Body, line: bytes) -> None:
        """Take an entry of a type that is looked at in particular."""
        plan, out = self.plan, self.out
        if type_ == _KEY_CHANGED:
            out.key_changes.append((seq, body))
        elif type_ == _ERASED:
            out.erased.extend(_places(body, seq))
        elif type_ == _PURGED:
            out.purges.extend(_purges(body, seq))
        elif type_ in (_ARCHIVED, _CONFIRMED):
            out.archives.extend(_archives(body, seq, type_ == _ARCHIVED))
        if self.gather is not None and type_ in self.gathered:
            out.facts.extend(self.gather(seq, self.gathered[type_], body, line[_AT].decode()))
        if plan.select is not None and (self.chosen is None or type_ in self.chosen):
            fact = plan.select(seq, type_.decode(), stream.decode(), body, line[_AT].decode())
            if fact is not None:
                out.facts.append((seq, fact))

    def next_shown(self) -> int:
        """The first entry that the disclosures to come speak of."""
        shown = self.disclosures
        return entries.MAX_SEQ + 1 if shown is None or shown.head is None else shown.head.seq

    def leaves(self, seqs: range, digests: Sequence[bytes]) -> None:
        out = self.out
        if out.frontier.size != seqs.start - out.first:
            return  # after a hole or a doubled entry no root can be told
        done = seqs.start
        for size in sorted(self.sizes.intersection(seqs)) if self.sizes else ():
            out.frontier.append_all(digests[done - seqs.start : size + 1 - seqs.start])
            out.frontiers[size] = out.frontier.copy()
            done = size + 1
        out.frontier.append_all(digests[done - seqs.start :])

    def leaf(self, seq: int, digest: bytes) -> None:
        out = self.out
        if out.frontier.size != seq - out.first:
            return  # after a hole or a doubled entry no root can be told
        out.frontier.append(digest)
        if seq in self.sizes:
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
        if not isinstance(line, Lent):
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


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut rows into blocks, of `BLOCK` rows or of not much more than `_BLOCK_BYTES`."""
    rows = iter(rows)
    while block := list(islice(rows, _STEP)):
        step, size = block, 0
        while len(step) == _STEP and len(block) < BLOCK:
            size += sum([len(row) if isinstance(row, bytes) else len(row[5]) for row in step])
            if size > _BLOCK_BYTES:
                break
            step = list(islice(rows, _STEP))
            block += step
        yield block


def _same(columns: tuple[Any, ...], first: int, read: Block) -> bool:
    """Whether the columns of a block, which are of any type, are what its lines say."""
    seqs, fingerprints, streams, versions, types, _ = columns
    # What is joined here holds no line feed, and of fingerprints each has its length: so each part is equal.
    return (
        seqs == tuple(range(first, first + len(seqs)))
        and versions == tuple(read.versions)
        and "".join(fingerprints) == read.fingerprints
        and set(map(len, fingerprints)) == {64}
        and "\n".join(streams).encode() == b"\n".join(read.streams)
        and "\n".join(types).encode() == b"\n".join(read.types)
    )


def _places(body: dict[str, Json], by: int) -> Iterator[tuple[int, str, int]]:
    places = body.get("places")
    for place in places if isinstance(places, list) else ():
        if isinstance(place, dict):
            seq, path = place.get("seq"), place.get("path")
            if type(seq) is int and isinstance(path, str) and seq < by:  # nothing is erased in advance
                yield seq, path, by


def _purges(body: dict[str, Json], by: int) -> Iterator[Purge]:
    first, last, manifest = (body.get(name) for name in ("first_seq", "last_seq", "manifest"))
    if type(first) is int and type(last) is int and isinstance(manifest, str) and 1 < last < by:
        yield Purge(first, last, manifest, by)


def _archives(body: dict[str, Json], by: int, made: bool) -> Iterator[Archived]:
    first, last, manifest = (body.get(name) for name in ("first_seq", "last_seq", "manifest"))
    if isinstance(manifest, str):
        if not made:
            yield Archived(manifest, 0, 0, by)
        elif type(first) is int and type(last) is int:
            yield Archived(manifest, first, last, by)
