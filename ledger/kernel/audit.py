"""The audit: does a whole ledger hold, where does it break first, and what cannot be known.

Pure and streaming: lines, seals, disclosures and what is known from outside come in as parameters; typed findings and
a verdict come out. `audit` runs in one pass here; `Audit.join` takes stretches checked elsewhere (`segment.py`), in
order, so that the costly part runs in parallel.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Final, NamedTuple, Protocol

from ledger.kernel import entry as entries
from ledger.kernel import key_change, merkle, note
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Malformed
from ledger.kernel.seal import NO_SEAL, key_id
from ledger.kernel.segment import Source, check_segment, verified
from ledger.kernel.stretch import (
    MAX_FINDINGS,
    SEGMENT,
    Archived,
    DisclosureColumns,
    Finding,
    Plan,
    Purge,
    Row,
    SealColumns,
    SealFact,
    Segment,
)

OPENED: Final = "ledger.opened/1"
"""The type of entry 1."""

Fold = Callable[[int, object], Iterable[Finding]]
"""Takes the facts `Plan.select` chose, in order, and answers with findings (number gaps, totals, ...)."""


class Opening(NamedTuple):
    """What entry 1 fixes: the ledger's identity (`genesis`) and the ids of its keys."""

    ledger: str
    genesis: str
    kind: str
    seal_key: str
    recovery_key: str
    checkpoint_key: str  # vkey
    body: dict[str, Json]


class HeadColumns(Protocol):
    """The end of a ledger as kept apart from its entries: a head row, or the signer's high-water mark."""

    @property
    def seq(self) -> int: ...  # noqa: D102 - the column of that name
    @property
    def fingerprint(self) -> str: ...  # noqa: D102 - the column of that name


class Mark(NamedTuple):
    """A head kept outside the store."""

    seq: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known from elsewhere; with neither pin the verdict can only trust the ledger's own word."""

    genesis: str | None = None  # fingerprint of entry 1
    seal_key: str | None = None  # id of the first seal key
    mark: HeadColumns | None = None
    checkpoints: Sequence[Checkpoint] = ()  # opened by the caller with a key it trusts
    kept: Sequence[Checkpoint] = ()  # the same, but kept by whom they are to bind: they contradict, and prove nothing


class Hidden(NamedTuple):
    """Entries whose lines a purge took: checked by fingerprint here, and whole with the archive of that manifest."""

    first: int
    last: int
    entries: int  # how many between the two; the others are there
    manifest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may truthfully be said; `ok` only without any finding, and with a pin from outside."""

    ok: bool
    trust: str  # pinned | self
    kind: str
    genesis: str
    entries: int
    head_seq: int
    head_fingerprint: str
    seals: int
    proven_until: int
    findings: tuple[Finding, ...]
    not_shown: tuple[Hidden, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """The verdict in the shape `sceau verify --json` prints."""
        return {
            "ok": self.ok,
            "trust": self.trust,
            "kind": self.kind,
            "genesis": self.genesis,
            "entries": self.entries,
            "head": {"seq": self.head_seq, "fingerprint": self.head_fingerprint},
            "seals": self.seals,
            "proven_until": self.proven_until,
            "not_shown": [dict(hidden._asdict()) for hidden in self.not_shown],
            "findings": [{"code": code, "seq": seq, "words": words} for code, seq, words in self.findings],
        }


def opening(line: bytes) -> Opening:
    """What entry 1 says of its ledger.

    Raises:
        Malformed: a code of `entry.parse`, `opening` when it is no entry 1, `ledger` when the ledger's id is not that
            of this entry.
    """
    first = entries.parse(line)
    names = ("kind", "seal_key", "recovery_key", "checkpoint_key")
    values = [value for value in map(first.body.get, names) if isinstance(value, str)]
    if (first.seq, first.prev, first.type) != (1, entries.NO_PREVIOUS, OPENED) or len(values) != len(names):
        raise Malformed("opening")
    if entries.ledger_id(line[line.index(b'"entry":') :]) != first.ledger:
        raise Malformed("ledger", "/chain/ledger")
    kind, seal_key, recovery_key, checkpoint_key = values
    return Opening(first.ledger, first.fingerprint, kind, seal_key, recovery_key, checkpoint_key, dict(first.body))


def no_ledger(fault: Malformed) -> Verdict:
    """The verdict over something whose entry 1 cannot be read: nothing can be said of the rest."""
    words = f"entry 1 is not that of a ledger{' at ' + fault.place if fault.place else ''}"
    return Verdict(False, "self", "", "", 0, 0, "", 0, 0, (Finding(fault.code, 1, words),))


@dataclass(slots=True)
class _Keys:
    """The keys in force at one point of the ledger."""

    current: dict[str, str]  # role -> id
    known: dict[str, bytes]  # id -> SubjectPublicKeyInfo
    suspects: list[tuple[int, int]] = field(default_factory=list)  # (suspect_from, seq of the change)


class Audit:
    """The whole of a ledger, fed stretch by stretch in order."""

    def __init__(self, plan: Plan, opened: Opening, outside: Outside, fold: Fold | None = None) -> None:
        """Begin before entry 1."""
        self._plan = plan
        self._opened = opened
        self._outside = outside
        self._fold = fold
        self._keys = _Keys(
            {
                key_change.SEAL: opened.seal_key,
                key_change.RECOVERY: opened.recovery_key,
                key_change.CHECKPOINT: _checkpoint_key_id(opened.checkpoint_key),
            },
            dict(plan.keys),
        )
        self._findings: list[Finding] = []
        self._last = Segment(1, 1, head=entries.NO_PREVIOUS)
        self._streams: dict[bytes, int] = {}
        self._versions_sum = 0
        self._frontier = merkle.Frontier()
        self._roots: dict[int, bytes] = {0: merkle.EMPTY_ROOT}
        self._fingerprints: dict[int, str] = {}
        self._ats: dict[int, str] = {}
        self._seal_digest = NO_SEAL
        self._sealed = 0
        self._sealed_well = 0
        self._seals = 0
        self._entries = 0
        self._missing: dict[tuple[int, str], None] = {}
        self._not_shown: list[tuple[int, int]] = []
        self._purges: list[Purge] = []
        self._archives: set[Archived] = set()
        self._erasures: dict[int, list[int]] = {}
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether an unknown format was met: nothing more is taken."""
        return self._stopped

    @property
    def seal_digest(self) -> str:
        """The digest of the last seal that was joined."""
        return self._seal_digest

    @property
    def erasures(self) -> Mapping[int, Sequence[int]]:
        """By the seq of each erasure entry, the entries of which it says that something was erased."""
        return self._erasures

    @property
    def last_at(self) -> str:
        """`at` of the last entry that was joined."""
        return self._last.last_at.decode()

    def join(self, part: Segment) -> None:
        """Take the next stretch; after an unknown format, nothing more is taken."""
        if self._stopped:
            return
        self._stopped = part.stopped
        self._extend(part.findings)
        if part.first > self._last.next:
            self._found("deleted", self._last.next, f"entries {self._last.next} to {part.first - 1} are not there")
        elif part.entries:
            self._join_link(part)
        self._join_versions(part)
        self._join_tree(part)
        self._fingerprints.update(part.fingerprints)
        self._ats.update(part.ats)
        self._join_seals(part)
        self._join_disclosures(part)
        self._not_shown += part.not_shown
        self._purges += part.purges
        self._archives.update(part.archives)
        if self._fold is not None:
            for seq, fact in part.facts:
                self._extend(self._fold(seq, fact))
        self._entries += part.entries
        if part.entries:
            self._last = part

    def fingerprint(self, seq: int) -> str | None:
        """Give the fingerprint of an entry that the plan watches, once it was joined."""
        return self._fingerprints.get(seq)

    def at(self, seq: int) -> str | None:
        """Give when an entry that the plan watches was recorded, once it was joined."""
        return self._ats.get(seq)

    def root(self, size: int) -> str | None:
        """Give the root over the first `size` entries, of a size that the plan names; None after a hole."""
        found = self._roots.get(size)
        return None if found is None else found.hex()

    def close(
        self,
        head: HeadColumns | None = None,
        index: Iterable[tuple[str, int, int]] | IndexSum | None = None,
    ) -> Verdict:
        """The verdict, once every stretch was joined.

        `head` is the store's head row. `index` is the store's (stream, version, seq) in that order, or what `sum_index`
        made of it elsewhere, asked for when the plan has a `versions_key`.

        Raises:
            ValueError: the plan has a `versions_key` and no index is given: versions would go unchecked.
        """
        if self._plan.versions_key is not None and index is None:
            raise ValueError("a versions sum is checked against an index")
        last = self._last
        if last.pending is not None:
            altered = self._sealed == last.next - 1 and self._sealed_well == self._sealed
            code, seq = ("altered", last.pending - 1) if altered else ("link", last.pending)
            self._found(code, seq, "its bytes and the link beside it do not fit")
        hidden: tuple[Hidden, ...] = ()
        if not self._stopped:
            self._close_head(head)
            self._close_outside()
            hidden = self._close_purges()
            self._extend(Finding("disclosure_lost", seq, f"nothing is shown for {path}") for seq, path in self._missing)
            if index is not None and self._plan.versions_key is not None:
                self._extend(check_index(self._plan.versions_key, self._versions_sum, index))
        trust = self._close_pin()
        findings = tuple(sorted(self._findings, key=lambda finding: finding.seq)[:MAX_FINDINGS])
        at = [finding.seq for finding in findings if finding.seq]
        proven = min([self._sealed_well, *(seq - 1 for seq in at)]) if trust == "pinned" else 0
        return Verdict(
            not findings,
            trust,
            self._opened.kind,
            self._opened.genesis,
            self._entries,
            last.next - 1,
            last.head,
            self._seals,
            max(proven, 0),
            findings,
            hidden,
        )

    def _found(self, code: str, seq: int, words: str) -> None:
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append(Finding(code, seq, words))

    def _extend(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._found(*finding)

    def _join_link(self, part: Segment) -> None:
        last = self._last
        if part.first_prev is None and part.not_shown and part.not_shown[0][0] == part.first:
            self._join_unlinked(last)
        if part.first_prev is None or (self._entries and not last.head):
            return
        if part.first_prev == last.head:
            if last.pending is not None:
                self._found("altered", last.pending - 1, "its bytes are not those the next entry names")
            if last.claimed is not None and last.claimed != last.head:
                self._found("column", last.next - 1, "the fingerprint column is not the digest of the line")
        else:
            if last.pending is not None:
                self._found("link", last.pending, "it does not name the entry before it")
            altered = part.first_intact or (last.claimed is not None and last.claimed != last.head)
            if altered and part.first > 1:
                self._found("altered", part.first - 1, "its bytes are not those the next entry names")
            else:
                self._found("link", part.first, "it does not name the entry before it")
        last.pending = None
        if part.first_at and part.first_at < last.last_at:
            self._found("clock_back", part.first, "recorded before the entry that precedes it")

    def _join_unlinked(self, last: Segment) -> None:
        """The next entry's line is gone, and names nothing: what was left to it to decide is decided without it."""
        if last.pending is not None:
            self._found("link", last.pending, "it does not name the entry before it")
        elif last.claimed is not None and last.claimed != last.head:
            self._found("altered", last.next - 1, "its bytes are not those that were recorded")
        last.pending = None

    def _join_versions(self, part: Segment) -> None:
        self._versions_sum += part.versions_sum
        if part.late or not self._streams.keys().isdisjoint(part.versions):
            for stream, seq in part.starts().items():
                before, first = self._streams.get(stream, 0), part.late.get(stream, 1)
                if first != before + 1:
                    self._found("version_gap", seq, f"version {first} of its stream follows version {before}")
        self._streams.update(part.versions)

    def _join_tree(self, part: Segment) -> None:
        if not self._plan.merkle or self._frontier.size != part.first - 1:
            return  # after a hole no root can be told
        for size, piece in part.frontiers.items():
            whole = self._frontier.copy()
            whole.extend(piece)
            self._roots[size] = whole.root()
        self._frontier.extend(part.frontier)

    def _join_seals(self, part: Segment) -> None:
        changes = iter(part.key_changes)
        change = next(changes, None)
        for fact in part.seals:
            while change is not None and change[0] <= fact.last:
                self._change_key(*change)
                change = next(changes, None)
            self._join_seal(fact)
        while change is not None:
            self._change_key(*change)
            change = next(changes, None)

    def _join_seal(self, fact: SealFact) -> None:
        self._seals += 1
        good = fact.good
        if fact.first != self._sealed + 1:
            good = False
            if fact.first > self._sealed + 1:
                self._found(
                    "unsealed", self._sealed + 1, f"no seal covers entries {self._sealed + 1} to {fact.first - 1}"
                )
            else:
                self._found("seal", fact.first, "it overlaps the seal before it")
        elif fact.prev != self._seal_digest:
            good = False
            self._found("seal_chain", fact.first, "a seal does not name the one before it")
        if fact.key != self._keys.current[key_change.SEAL]:
            good = False
            self._found("wrong_key", fact.first, "sealed by a key that was not in force")
        elif fact.text:
            key = self._keys.known.get(fact.key)
            if key is None or key_id(key) != fact.key:
                good = False
                self._found("key_missing", fact.first, "the public key of the seals is not at hand")
            elif not verified(fact.text, fact.signature, key):
                good = False
                self._found("seal", fact.first, "a seal's signature is not that of its key")
        if good and self._sealed_well == self._sealed:
            self._sealed_well = fact.last
        self._sealed = max(self._sealed, fact.last)
        self._seal_digest = fact.digest

    def _change_key(self, seq: int, body: dict[str, Json]) -> None:
        try:
            said, change = key_change.from_body(self._opened.ledger, self._opened.genesis, body)
            current = self._keys.current[said.role]
            fault = key_change.check(said, change, current, self._keys.current[key_change.RECOVERY])
        except Malformed as malformed:
            fault = malformed.code
        if fault is None and self._roots.get(said.size, bytes.fromhex(said.root)).hex() != said.root:
            fault = "root"
        if fault is not None:
            self._found("key_discontinuity", seq, f"a key change that is not valid: {fault}")
            return
        self._keys.current[said.role] = said.new
        self._keys.known[said.new] = change.new_key
        suspect_from = body.get("suspect_from")
        if type(suspect_from) is int:
            self._keys.suspects.append((suspect_from, seq))

    def _join_disclosures(self, part: Segment) -> None:
        self._missing.update(dict.fromkeys(part.missing))
        for seq, path, by in part.erased:
            self._missing.pop((seq, path), None)
            self._erasures.setdefault(by, []).append(seq)

    def _close_head(self, head: HeadColumns | None) -> None:
        last = self._last.next - 1
        if last > self._sealed:
            self._found("unsealed", self._sealed + 1, f"no seal covers entries {self._sealed + 1} to {last}")
        claimed = self._last.claimed
        if claimed is not None and claimed != self._last.head:
            self._found("column", last, "the fingerprint column is not the digest of the line")
        if head is not None and (head.seq, head.fingerprint) != (last, self._last.head):
            self._found(
                "head_mismatch", min(head.seq, last) + (head.seq != last), "the head row is not of the last entry"
            )

    def _close_purges(self) -> tuple[Hidden, ...]:
        """Give what purges explain of the lines that are gone; what none explains was deleted."""
        left, hidden = self._not_shown, []
        for purge in sorted(self._purges, key=lambda one: one.by):
            if not self._was_archived(purge):
                self._found("purge_without_archive", purge.by, "no archive of this range was made and read back before")
                continue
            inside, left = _part(left, purge.first, purge.last)
            if inside:
                count = sum(last - first + 1 for first, last in inside)
                hidden.append(Hidden(inside[0][0], inside[-1][1], count, purge.manifest))
        for first, last in left:
            self._found("deleted", first, f"the lines of entries {first} to {last} are gone, and no purge says so")
        return tuple(hidden)

    def _was_archived(self, purge: Purge) -> bool:
        """Whether entries before a purge say that its archive holds this range, and was read back elsewhere."""
        told = [one for one in self._archives if one.manifest == purge.manifest and one.by < purge.by]
        made = any((one.first, one.last) == (purge.first, purge.last) for one in told)
        return made and any(not one.last for one in told)

    def hidden(self, seq: int) -> bool:
        """Whether the line of an entry is gone."""
        place = bisect_right(self._not_shown, (seq, entries.MAX_SEQ + 1)) - 1
        return place >= 0 and self._not_shown[place][1] >= seq

    def _close_outside(self) -> None:
        last = self._last.next - 1
        mark = self._outside.mark
        if mark is not None and mark.seq > last:
            self._found("tail_cut", last + 1, f"entries {last + 1} to {mark.seq} were sealed and are not there")
        elif mark is not None and self._fingerprints.get(mark.seq, mark.fingerprint) != mark.fingerprint:
            self._found("mark_mismatch", mark.seq, "another entry of this number was sealed")
        anchored = self._close_checkpoints(last)
        for start, seq in self._keys.suspects:
            if anchored < seq:
                start = max(start, anchored + 1)
                self._found(
                    "key_suspect", start, f"entries {start} to {seq} were written while the key was known to others"
                )

    def _close_checkpoints(self, last: int) -> int:
        """Compare with checkpoints kept elsewhere; how many entries the greatest one that fits proves."""
        anchored = 0
        roots: dict[int, bytes] = {}
        elsewhere = frozenset(self._outside.checkpoints)
        kept = [head for head in self._outside.kept if head not in elsewhere]
        for head in sorted((*self._outside.checkpoints, *kept), key=lambda checkpoint: checkpoint.size):
            if roots.setdefault(head.size, head.root) != head.root:
                self._found("fork", anchored + 1, f"two different trees of size {head.size} were signed")
            elif head.size > last:
                self._found("behind_checkpoint", last + 1, f"a checkpoint over {head.size} entries exists elsewhere")
            elif head.size not in self._roots:
                self._found("not_compared", 0, f"the root at size {head.size} was not computed")
            elif self._roots[head.size] != head.root:
                self._found("rewritten", anchored + 1, f"not the entries of the checkpoint over {head.size} entries")
            elif head in elsewhere:
                anchored = head.size
        return anchored

    def _close_pin(self) -> str:
        outside = self._outside
        if outside.genesis is None and outside.seal_key is None:
            self._found("key_not_pinned", 0, "no key or identity was given from outside: the ledger vouches for itself")
            return "self"
        if outside.genesis not in (None, self._opened.genesis):
            self._found("pin_mismatch", 1, "this is not the ledger of the identity that was given")
            return "self"
        if outside.seal_key not in (None, self._opened.seal_key):
            self._found("pin_mismatch", 1, "this is not the ledger of the key that was given")
            return "self"
        return "pinned"


def audit(
    rows: Iterable[Row],
    seals: Iterable[SealColumns],
    disclosures: Iterable[DisclosureColumns] | None,
    plan: Plan,
    opened: Opening,
    outside: Outside,
    head: HeadColumns | None = None,
    fold: Fold | None = None,
    index: Iterable[tuple[str, int, int]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Check a whole ledger in one pass; memory is that of one stretch.

    `rows` come from `segment.stored` or `segment.bare`; `plan` from `plan_for`; `progress` is told the number of
    entries seen so far.
    """
    run = Audit(plan, opened, outside, fold)
    source = iter(rows)
    sealed: Source[SealColumns] = Source(seals)
    shown: Source[DisclosureColumns] | None = None if disclosures is None else Source(disclosures)
    first, seen = 1, 0
    while True:
        part = check_segment(islice(source, SEGMENT), first, plan, sealed, shown, drain=False)
        run.join(part)
        first, seen = part.next, seen + part.entries
        if progress is not None:
            progress(seen)
        if part.entries < SEGMENT or part.stopped:
            break
    if not part.stopped:
        run.join(check_segment((), first, plan, sealed, shown, drain=True))
    return run.close(head, index)


def plan_for(
    opened: Opening,
    outside: Outside,
    keys: Iterable[bytes],
    versions_key: bytes | None = None,
    merkle_tree: bool = False,
) -> Plan:
    """The plan of an audit; `keys` are public keys (SubjectPublicKeyInfo) of any origin, told by their digest."""
    sizes = tuple(sorted({checkpoint.size for checkpoint in (*outside.checkpoints, *outside.kept)}))
    return Plan(
        opened.ledger,
        opened.genesis,
        {key_id(der): der for der in keys},
        sizes,
        () if outside.mark is None else (outside.mark.seq,),
        bool(sizes) or merkle_tree,
        versions_key,
    )


def _part(
    ranges: Sequence[tuple[int, int]], first: int, last: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Give what of these ranges lies in first..last, and what lies outside."""
    inside, outside = [], []
    for low, high in ranges:
        if low < first:
            outside.append((low, min(high, first - 1)))
        if max(low, first) <= min(high, last):
            inside.append((max(low, first), min(high, last)))
        if high > last:
            outside.append((max(low, last + 1), high))
    return inside, outside


class IndexSum(NamedTuple):
    """What the index of streams says for itself: the sum of its terms, how many, and what is wrong with it alone."""

    total: int
    entries: int
    findings: tuple[Finding, ...]


def sum_index(key: bytes, index: Iterable[tuple[str, int, int]]) -> IndexSum:
    """Walk an index of (stream, version, seq), given in order of (stream, version); bounded memory."""
    findings: list[Finding] = []
    before, last, last_seq, total, count = "", 0, 0, 0, 0
    for stream, version, seq in index:
        total += int.from_bytes(sha256(b"%b%b %d %d" % (key, stream.encode(), version, seq)).digest(), "big")
        count += 1
        if stream != before:
            if stream < before:
                return IndexSum(0, count, (Finding("index_order", seq, "the index of streams is not in order"),))
            before, last, last_seq = stream, 0, 0
        if version != last + 1 or seq <= last_seq:
            code = "version_order" if version == last + 1 else "version_gap"
            does = "stands before" if version == last + 1 else "follows"
            if len(findings) < MAX_FINDINGS:
                findings.append(Finding(code, seq, f"version {version} of its stream {does} version {last}"))
        last, last_seq = version, seq
    return IndexSum(total, count, tuple(findings))


def check_index(key: bytes, total: int, index: Iterable[tuple[str, int, int]] | IndexSum) -> Iterator[Finding]:
    """Check (stream, version) without holding the streams: `docs/spec/chain.md` says why this is exact.

    `total` is the sum of `version_term` over all entries in order of seq, `key` the secret drawn for this check;
    `index` gives the same triples in order of (stream, version), or is what `sum_index` made of them.
    """
    found = index if isinstance(index, IndexSum) else sum_index(key, index)
    yield from found.findings
    if found.total != total and not any(finding.code == "index_order" for finding in found.findings):
        yield Finding("index_mismatch", 0, "the index of streams is not that of the entries")


def _checkpoint_key_id(vkey: str) -> str:
    try:
        return key_id(key_change.ed25519_spki(note.parse_vkey(vkey).public))
    except Malformed:
        return ""
