"""Checks a whole ledger in its store: streaming, in several processes when it is long, in bounded memory.

The rules are the kernel's (`ledger.kernel.audit`) and the register's (`ledger.domain.recount`);
`ledger.shell.stretches` reads. A verdict is `ok` only with a pin from outside the store: a fingerprint given by the
caller, or the one kept with the keys, and it says which. The ledger may be written to meanwhile: what is checked is
what stood when it began. docs/verify.md tells each finding.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from ledger.domain.closing_recount import GATHERED, DaySums, watched
from ledger.domain.early import Early
from ledger.domain.folds import TYPES, Folds, select
from ledger.domain.periods import BusinessDays, parse_cut_off
from ledger.kernel.audit import Audit, IndexSum, Opening, Outside, Verdict, opening, plan_for
from ledger.kernel.audit import Mark as KnownHead
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.entry import format_at
from ledger.kernel.errors import Malformed
from ledger.kernel.stretch import MAX_FINDINGS, Finding, Plan
from ledger.shell import stretches
from ledger.shell.anchored import Evidence, Proof, kept_checkpoints, look_at_anchors
from ledger.shell.checkpoints import open_note
from ledger.shell.closing import closure_places
from ledger.shell.errors import KeyMissing, LedgerUnknown
from ledger.shell.keys import KeyStore
from ledger.shell.mark import Mark
from ledger.shell.store import Head, Store
from ledger.shell.stretches import LEAST, Stretches, guarded, typed

PinSource = Literal["given", "key_store", "self"]

_CUT_OFF = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_HEAD = (int, str, str, str, bytes)
_KINDS = ("live", "training", "register")


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict, and where its pin came from."""

    verdict: Verdict
    trust: PinSource
    proofs: tuple[Proof, ...] = ()  # anchors that hold, of trees that the entries have
    unproven_after: int = 0  # the greatest size that a checkpoint given or a known witness covers

    @property
    def ok(self) -> bool:
        """Whether nothing was found and the pin came from outside the store."""
        return self.verdict.ok

    def as_json(self) -> dict[str, Json]:
        """Give the verdict as `sceau verify --json` prints it."""
        best_of = {kind: self.anchored(kind) for kind in ("timestamp", "witness")}
        shown: dict[str, Json] = {
            kind: None
            if best is None
            else {"size": best.checkpoint.size, "at": format_at(best.at), "place": best.place, "trusted": best.trusted}
            for kind, best in best_of.items()
        }
        told = {**self.verdict.as_json(), "trust": self.trust, "unproven_after": self.unproven_after}
        return {**told, "anchored": shown}

    def anchored(self, kind: str) -> Proof | None:
        """Give the anchor of this sort that covers most; one whose issuer is known from outside before any other."""
        ours = (one for one in self.proofs if one.kind == kind)
        return max(ours, key=lambda one: (one.trusted, one.checkpoint.size), default=None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known from outside the store."""

    genesis: str | None
    trust: PinSource
    mark: Mark | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _End:
    """Where the ledger ends as its tables say: the head row, and the last entry of all."""

    head: Head | None
    bound: int
    findings: tuple[Finding, ...]


def verify_ledger(
    url: str,
    store: Store,
    keys: KeyStore | None,
    ledger: str,
    *,
    pin: str | None = None,
    notes: Sequence[bytes] = (),
    evidence: Callable[[Opening], Evidence] | None = None,
    progress: Callable[[int], None] | None = None,
    processes: int | None = None,
    more: Callable[[], Sequence[Finding]] = tuple,
) -> Verified:
    """Check every entry, seal, disclosure, number and column of one ledger.

    Args:
        url: of the store, for other processes to open.
        store: the same store, open.
        keys: the keys of this machine, for the pin and the high-water mark when no pin is given.
        ledger: its id.
        pin: fingerprint of entry 1, kept elsewhere.
        notes: checkpoints kept elsewhere (signed notes).
        evidence: checks anchors of the ledger whose entry 1 it gets (`archive.anchors.evidence`).
        progress: told the number of entries checked.
        processes: how many; by default all cores for a long ledger on disk.
        more: asked at the end for what else was found, by a store that reads elsewhere too.

    Raises:
        LedgerUnknown: it is not in this store.
        Malformed: a checkpoint is no signed note over a tree.
        StoreFailure: the store does not answer.
        CheckFailed: a worker process ended without an answer.
    """
    known = _known(keys, ledger, pin)  # before the head: a mark never runs ahead of a COMMIT
    first = guarded(lambda: opening(next(store.lines(ledger, 0, 1)).line), store, ledger)
    if first is None:
        return Verified(_no_opening(store, ledger, _end(store, ledger)), "self")
    # Before the head, too: what is kept of checkpoints and anchors is about entries that are durable by then.
    kept, held = _kept(store, ledger, first, evidence)
    end = _end(store, ledger)
    given, foreign = _checkpoints(notes, first)
    # A checkpoint that somebody else vouches for is as good as one that was given; the others can only contradict.
    checkpoints = tuple(dict.fromkeys((*given, *held.elsewhere())))
    outside = Outside(known.genesis, None, _known_head(known.mark), checkpoints, kept)
    versions_key = secrets.token_bytes(16) if end.bound >= stretches.PARALLEL_FROM else None
    plan = replace(plan_for(first, outside, _public_keys(first), versions_key), select=select, select_types=TYPES)
    days = _days(first)
    plan = _with_closures(plan, days, first, guarded(lambda: list(closure_places(store, ledger)), store, ledger) or ())
    folds = Folds(BusinessDays(*days) if days is not None else None)
    audit = Audit(plan, first, outside, folds)
    checked = 0
    with Stretches(url, store, ledger, end.bound, plan, processes) as parts:
        for part in parts:
            audit.join(part)
            checked += part.entries
            if progress is not None:
                progress(checked)
            if audit.stopped:
                break
        verdict = audit.close(end.head, IndexSum(0, 0, ()) if audit.stopped else parts.index())
    findings = [*known.findings, *end.findings, *foreign, *_directory(store, ledger, first), *_outliers(store, ledger)]
    findings += held.findings
    findings += more()
    if not audit.stopped:
        findings += _early(store, ledger, days, audit.erasures)
        looked = guarded(lambda: look_at_anchors(store, ledger, first, held, verdict.head_seq), store, ledger)
        findings += _UNREADABLE if looked is None else looked
        findings += _against_rows(store, ledger, audit, verdict, end, versions_key is None)
        findings += _against_mark(audit, verdict, known.mark)
        if end.head is not None:
            findings += folds.compare(end.head.register, verdict.head_seq)
        findings += folds.closing.compare(audit)
    verdict = _with(verdict, findings)
    good = tuple(one for one in held.proofs if one.checkpoint.size <= verdict.proven_until)
    # A time stamp is no part of this: who owns the key can have two histories stamped.
    one_history = [*given, *(one.checkpoint for one in good if one.trusted and one.kind == "witness")]
    covered = max((one.size for one in one_history if one.size <= verdict.proven_until), default=0)
    return Verified(verdict, "self" if verdict.trust == "self" else known.trust, good, covered)


def missing_ledgers(store: Store, keys: KeyStore) -> dict[str, int]:
    """Give the ledgers that were sealed by the keys of this machine and are not in the store, with their last entry."""
    here = {row.ledger for row in store.ledgers()}
    marks = {}
    for ledger in keys.ledgers():
        if ledger not in here:
            try:
                marks[ledger] = keys.mark(ledger).seq
            except KeyMissing:
                marks[ledger] = 0
    return {ledger: seq for ledger, seq in marks.items() if seq}


# ---- what is known from outside


def _known(keys: KeyStore | None, ledger: str, pin: str | None) -> _Known:
    genesis, trust = pin, "given" if pin is not None else "self"
    if keys is None:
        return _Known(genesis, trust, None, ())  # type: ignore[arg-type] # one of the two words above
    try:
        facts = keys.facts(ledger)
    except KeyMissing:
        return _Known(genesis, trust, None, ())  # type: ignore[arg-type] # the same
    if genesis is None:
        genesis, trust = facts.genesis, "key_store"
    try:
        mark = keys.mark(ledger)
    except KeyMissing:
        finding = Finding("mark_missing", 0, "the high-water mark is not beside the keys: a cut tail would not be seen")
        return _Known(genesis, trust, None, (finding,))  # type: ignore[arg-type] # the same
    return _Known(genesis, trust, mark, ())  # type: ignore[arg-type] # the same


def _known_head(mark: Mark | None) -> KnownHead | None:
    return KnownHead(mark.seq, mark.head) if mark is not None and mark.seq else None


def _checkpoints(notes: Sequence[bytes], first: Opening) -> tuple[tuple[Checkpoint, ...], tuple[Finding, ...]]:
    found = [open_note(text, first) for text in notes]
    known = tuple(one for one in found if one is not None)
    words = "a checkpoint that was given is not signed by this ledger's checkpoint key"
    return known, (Finding("checkpoint_foreign", 0, words),) * (len(known) < len(found))


def _public_keys(first: Opening) -> list[bytes]:
    text = first.body.get("seal_public_key")
    try:
        return [base64.b64decode(text, validate=True)] if isinstance(text, str) else []
    except ValueError:
        return []


def _kept(
    store: Store, ledger: str, first: Opening, evidence: Callable[[Opening], Evidence] | None
) -> tuple[tuple[Checkpoint, ...], Evidence]:
    """Read what stands beside the chain, whoever has written there."""
    held = guarded(lambda: evidence(first) if evidence is not None else Evidence(), store, ledger)
    found = guarded(lambda: kept_checkpoints(store, ledger, first), store, ledger)
    if held is None or found is None:
        return (), replace(held or Evidence(), findings=(*(held or Evidence()).findings, *_UNREADABLE))
    kept = dict.fromkeys((*found[0], *(proof.checkpoint for proof in held.proofs)))
    return tuple(kept), replace(held, findings=(*held.findings, *found[1]))


_UNREADABLE = (Finding("unreadable", 0, "the kept checkpoints and anchors cannot be read"),)


def _days(first: Opening) -> tuple[ZoneInfo, timedelta] | None:
    """Read what a day is from entry 1: its zone and cut-off; None where it does not say, which its fold will tell."""
    zone, cut_off = first.body.get("time_zone"), first.body.get("cut_off")
    if not isinstance(zone, str) or not isinstance(cut_off, str) or _CUT_OFF.fullmatch(cut_off) is None:
        return None
    try:
        return ZoneInfo(zone), parse_cut_off(cut_off)
    except (ValueError, KeyError, OSError):  # unknown, or no name of a zone at all
        return None


def _with_closures(
    plan: Plan, days: tuple[ZoneInfo, timedelta] | None, first: Opening, places: Sequence[tuple[int, int]]
) -> Plan:
    """Let the audit tell what closures speak of; where they stand is the store's word, and checked by the fold."""
    seqs, sizes = watched(places)
    return replace(
        plan,
        gather=partial(DaySums, *days, str(first.body.get("currency"))) if days is not None else None,
        gather_types=GATHERED,
        watch=tuple(sorted({*plan.watch, *seqs})),
        sizes=tuple(sorted({*plan.sizes, *sizes})),
        merkle=plan.merkle or bool(sizes),
    )


# ---- what the tables say beside the entries


def _end(store: Store, ledger: str) -> _End:
    """Read the end; the last entry before the head, which can only have moved on since."""
    top = guarded(lambda: next((line.seq for line in store.lines_desc(ledger, limit=1)), 0), store, ledger)
    found: list[Head | None] = []
    guarded(lambda: found.append(store.head(ledger)), store, ledger)
    last = top if type(top) is int else 0
    if not found or (found[0] is not None and not typed(found[0], _HEAD)):
        return _End(None, last, (Finding("unreadable", max(last, 1), "the head row cannot be read"),))
    head = found[0]
    if head is None:
        if not last and guarded(lambda: store.find(ledger) is not None, store, ledger) is False:
            raise LedgerUnknown(ledger)
        return _End(None, last, (Finding("head_mismatch", max(last, 1), "the ledger has no head row"),))
    return _End(head, max(last, head.seq), ())


def _directory(store: Store, ledger: str, first: Opening) -> Iterator[Finding]:
    if first.ledger != ledger:
        yield Finding("other_ledger", 1, "entry 1 is that of another ledger")
    if first.kind not in _KINDS:
        yield Finding("body_schema", 1, "not of its schema at /kind")
    row = guarded(lambda: store.find(ledger), store, ledger)
    if row is None:
        yield Finding("column", 1, "the directory of ledgers does not name it")
    elif row.kind != first.kind:
        yield Finding("column", 1, "the directory of ledgers gives it another kind")


def _outliers(store: Store, ledger: str) -> Iterator[Finding]:
    """Find entries numbered 0 or below: no reader meets them, and no entry names them."""
    before = guarded(lambda: next(store.lines(ledger, LEAST, 0, 1), None) is not None, store, ledger)
    if before is not False:
        yield Finding("inserted", 1, "entries stand before entry 1")


def _against_rows(
    store: Store, ledger: str, audit: Audit, verdict: Verdict, end: _End, count: bool
) -> Iterator[Finding]:
    """Compare with the rest of the head row, with what lies beyond it, and with the index of streams."""
    head = end.head
    if head is not None and head.seq == verdict.head_seq:
        if head.at != audit.last_at:
            yield Finding("head_mismatch", head.seq, "the head row's time is not that of the last entry")
        if head.seal != audit.seal_digest:
            yield Finding("head_mismatch", head.seq, "the head row's seal is not the last one")
    if count:  # a table made anew without its keys may hold an entry twice and show it to one reader alone
        indexed = guarded(lambda: sum(1 for _ in store.index(ledger, end.bound)), store, ledger)
        if indexed != verdict.entries:
            yield Finding("index_mismatch", 0, "the index of streams is not that of the entries")
    yield from _beyond(store, ledger, end)


def _beyond(store: Store, ledger: str, end: _End) -> Iterator[Finding]:
    """Find seals and disclosures of entries that are not there yet; what was appended since is not among them."""
    sealed = guarded(lambda: [row.last for row in deque(store.seals(ledger, end.bound), 1)], store, ledger)
    shown = guarded(lambda: [row.seq for row in deque(store.disclosures(ledger, end.bound), 1)], store, ledger)
    now = guarded(lambda: store.head(ledger), store, ledger)
    last = max(end.bound, now.seq if now is not None and type(now.seq) is int else 0)
    for seqs, code, words in (
        (sealed, "seal_head", "a seal stands for entries that are not there"),
        (shown, "disclosure_stray", "a disclosure that no commitment asks for"),
    ):
        if seqs is None:
            yield Finding("unreadable", last + 1, "what stands beyond the last entry cannot be read")
        elif seqs and seqs[0] > last:
            yield Finding(code, last + 1, words)


def _early(
    store: Store, ledger: str, days: tuple[ZoneInfo, timedelta] | None, erasures: Mapping[int, Sequence[int]]
) -> list[Finding]:
    """Find erasures before their time: the entries up to the last one are read once more, where there is one."""
    found: list[Finding] = []
    if not erasures or days is None:
        return found

    def read() -> bool:
        early = Early(BusinessDays(*days), erasures)
        for chunk in store.rows(ledger, 0, max(erasures)):
            for seq, _, stream, _, type_name, line in chunk:
                found.extend(early(seq, stream, type_name, line))
            if len(found) >= MAX_FINDINGS:
                break
        return True

    return found if guarded(read, store, ledger) else [*found, *_NOT_FOLLOWED]


_NOT_FOLLOWED = (Finding("unreadable", 0, "the entries cannot be read again to look at what was erased"),)


def _against_mark(audit: Audit, verdict: Verdict, mark: Mark | None) -> Iterator[Finding]:
    if mark is not None and mark.seq and mark.seq == verdict.head_seq and mark.seal != audit.seal_digest:
        yield Finding("mark_mismatch", mark.seq, "the last seal is not the one that was let out")


# ---- verdicts


def _with(verdict: Verdict, more: Sequence[Finding]) -> Verdict:
    """Give the verdict with these findings among its own; what is proven ends before the first of all."""
    if not more:
        return verdict
    found = tuple(sorted((*verdict.findings, *more), key=lambda finding: finding.seq)[:MAX_FINDINGS])
    cuts = (finding.seq - 1 for finding in found if finding.seq and finding.code not in _OF_ANCHORS)
    proven = min([verdict.proven_until, *cuts])
    return replace(verdict, ok=False, findings=found, proven_until=max(proven, 0))


_OF_ANCHORS = frozenset({"anchor_gap", "anchor_lost", "timestamp", "cosignature", "checkpoint_foreign"})
"""What is wrong with a proof beside the chain: the seals of the entries hold all the same."""


def _no_opening(store: Store, ledger: str, end: _End) -> Verdict:
    """Give the verdict over something whose entry 1 is none: nothing can be said of the rest."""
    code, words = "unreadable", "entry 1 cannot be read"
    line = guarded(lambda: next((row.line for row in store.lines(ledger, 0, 1)), b""), store, ledger)
    if line == b"":
        code, words = "deleted", "entry 1 is not there"
    elif type(line) is bytes:
        try:
            opening(line)
        except Malformed as fault:
            code, words = "opening", f"entry 1 is not how a ledger begins: {fault.code}"
    seq, fingerprint = (end.head.seq, end.head.fingerprint) if end.head is not None else (end.bound, "")
    findings = (Finding(code, 1, words), *end.findings)
    return Verdict(False, "self", "", "", 0, seq, fingerprint, 0, 0, findings)
