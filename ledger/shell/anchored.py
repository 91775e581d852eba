"""The part of a verification that looks at checkpoints and anchors: those kept beside the chain, those given.

Whether a time stamp or a cosignature holds is checked by who calls (`archive.anchors.evidence`): here they are facts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson

from ledger.domain.events.ledger import AnchorPolicySet
from ledger.domain.events.periods import AnchorFailed, AnchorPlaced
from ledger.kernel.anchored import Anchored, Oldest, Promise, gaps, wrong_times
from ledger.kernel.audit import Opening
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Malformed
from ledger.kernel.merkle import Frontier
from ledger.kernel.stretch import Finding
from ledger.shell.checkpoints import moment_of, open_note, uncovered
from ledger.shell.store import Store

_TIMES: Final = "timestamp"
_WITNESSES: Final = "witness"


@dataclass(frozen=True, slots=True)
class Proof:
    """An anchor that holds: which tree, by when, of what sort, and whether its issuer is known from outside."""

    checkpoint: Checkpoint
    at: datetime
    kind: str  # timestamp | witness
    place: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Anchors that hold, checkpoints kept beside the chain, and what was wrong with the rest."""

    proofs: tuple[Proof, ...] = ()
    findings: tuple[Finding, ...] = ()

    def elsewhere(self) -> Iterator[Checkpoint]:
        """Give the checkpoints that somebody else vouches for."""
        return (proof.checkpoint for proof in self.proofs if proof.trusted)


def kept_checkpoints(store: Store, ledger: str, first: Opening) -> tuple[list[Checkpoint], list[Finding]]:
    """Read the checkpoints kept beside the chain; what they say of themselves must agree."""
    found: list[Checkpoint] = []
    wrong: list[Finding] = []
    for row in store.checkpoints(ledger):
        try:
            said = open_note(row.note, first)
        except Malformed:
            said = None
        if said is None:
            wrong.append(
                Finding("checkpoint_foreign", row.size, "a kept checkpoint is not signed by this ledger's key")
            )
            continue
        found.append(said)
        peaks = [row.frontier[at : at + 32] for at in range(0, len(row.frontier), 32)]
        sound = len(row.frontier) == 32 * row.size.bit_count() and Frontier(row.size, peaks).root() == said.root
        if (said.size, said.root) != (row.size, row.root) or not sound:
            wrong.append(Finding("column", row.size, "a kept checkpoint's columns are not what its note says"))
    return found, wrong


def look_at_anchors(store: Store, ledger: str, first: Opening, evidence: Evidence, last: int) -> list[Finding]:
    """Compare the anchors with the entries: lost proofs, wrong times, gaps. The entries themselves were checked."""
    told = _told(store, ledger, last)
    found = list(_lost(store, ledger, told))
    stamps = [
        Anchored(proof.checkpoint.size, proof.at)
        for proof in evidence.proofs
        if proof.kind == _TIMES and proof.trusted and proof.checkpoint.size <= last
    ]
    oldest = _Oldest(store, ledger, last)
    found.extend(wrong_times(stamps, lambda seq: _at(store, ledger, seq), oldest))
    head = _at(store, ledger, last)
    if head is not None:
        for kind, words in ((_TIMES, "time stamp"), (_WITNESSES, "cosignature of a witness")):
            anchors = [Anchored(one.checkpoint.size, one.at) for one in evidence.proofs if one.kind == kind]
            failures = [(seq, body) for seq, type_, body in told if type_ == AnchorFailed.TYPE]
            failed = sorted({at for seq, body in failures if body.get("kind") == kind for at in _about(seq, body)})
            promises = _promises(first, told, kind, last)
            found.extend(gaps(words, promises, anchors, oldest, _Excused(failed), Oldest(last, head)))
    return found


_Told = list[tuple[int, str, dict[str, Any]]]


class _Oldest:
    def __init__(self, store: Store, ledger: str, last: int) -> None:
        self._store, self._ledger, self._last = store, ledger, last

    def __call__(self, after: int) -> Oldest | None:
        line = next(uncovered(self._store, self._ledger, after), None)
        if line is None or line.seq > self._last:
            return None
        try:
            return Oldest(line.seq, moment_of(line))
        except (Malformed, ValueError):
            return None


class _Excused:
    def __init__(self, failed: Sequence[int]) -> None:
        self._failed = failed

    def __call__(self, after: int, upto: int) -> bool:
        at = bisect_right(self._failed, after)
        return at < len(self._failed) and self._failed[at] <= upto + 1


def _about(seq: int, body: dict[str, Any]) -> Iterator[int]:
    """Where a failure counts: at its entry, and at the checkpoint it is about, which may be the one placed at last."""
    yield seq
    size = body.get("size")
    if type(size) is int and 0 < size < seq:
        yield size


def _told(store: Store, ledger: str, last: int) -> _Told:
    """What the ledger itself says of anchors and policies, in order."""
    types = (AnchorPolicySet.TYPE, AnchorPlaced.TYPE, AnchorFailed.TYPE)
    found: _Told = []
    for line in store.lines(ledger, 0, last, types=types):
        try:
            body = orjson.loads(line.line)["entry"]["body"]
        except (ValueError, KeyError, TypeError):
            continue  # found as what it is by the audit
        if isinstance(body, dict):
            found.append((line.seq, line.type, body))
    return found


def _lost(store: Store, ledger: str, told: _Told) -> Iterator[Finding]:
    """Find proofs that an entry tells of and that are gone, or are others now."""
    kept = {(row.size, row.kind, row.place): sha256(row.proof).hexdigest() for row in store.anchors(ledger)}
    for seq, type_, body in told:
        if type_ == AnchorPlaced.TYPE:
            digest = kept.get((body.get("size", 0), str(body.get("kind")), str(body.get("place"))))
            if digest is None:
                yield Finding("anchor_lost", seq, "the proof that this entry tells of is not kept any more")
            elif digest != body.get("proof"):
                yield Finding("anchor_lost", seq, "the proof that is kept is not the one that this entry tells of")


def _promises(first: Opening, told: _Told, kind: str, last: int) -> list[Promise]:
    """What the policies, one after the other, promised of this sort of anchor."""
    policies = [(1, first.body.get("anchors")), *((seq, body.get("anchors")) for seq, type_, body in told
                                                   if type_ == AnchorPolicySet.TYPE)]  # fmt: skip
    found: list[Promise] = []
    for place, (seq, policy) in enumerate(policies):
        end = policies[place + 1][0] - 1 if place + 1 < len(policies) else last
        if not isinstance(policy, dict):
            continue
        asked = policy.get("timestamp") is True if kind == _TIMES else bool(policy.get("witnesses"))
        minutes = policy.get("interval_minutes", 60)
        if asked and type(minutes) is int and minutes > 0:
            found.append(Promise(seq, end, minutes))
    return found


def _at(store: Store, ledger: str, seq: int) -> datetime | None:
    line = next(store.lines(ledger, seq - 1, seq), None) if seq > 0 else None
    try:
        return moment_of(line) if line is not None else None
    except (Malformed, ValueError):  # a purged line has no moment; one that is not of the format is found elsewhere
        return None
