"""Checks a whole ledger in its store: streaming, in several processes when it is long, in bounded memory.

The rules are the kernel's (`ledger.kernel.audit`) and the register's (`ledger.domain.recount`);
`ledger.shell.stretches` reads. A verdict is `ok` only with a pin from outside the store: a fingerprint given by the
caller, or the one kept with the keys, and it says which. The ledger may be written to meanwhile: what is checked is
what stood when it began. docs/verify.md tells each finding.
"""

from __future__ import annotations

import base64
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ledger.domain.recount import TYPES, Recount, select
from ledger.kernel.audit import Audit, IndexSum, Opening, Outside, Verdict, opening, plan_for
from ledger.kernel.audit import Mark as KnownHead
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Malformed
from ledger.kernel.segment import MAX_FINDINGS, Finding
from ledger.shell import stretches
from ledger.shell.checkpoints import open_note
from ledger.shell.errors import KeyMissing, LedgerUnknown
from ledger.shell.keys import KeyStore
from ledger.shell.mark import Mark
from ledger.shell.store import Head, Store
from ledger.shell.stretches import LEAST, Stretches, guarded, typed

PinSource = Literal["given", "key_store", "self"]

_HEAD = (int, str, str, str, bytes)
_KINDS = ("live", "training")


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict, and where its pin came from."""

    verdict: Verdict
    trust: PinSource

    @property
    def ok(self) -> bool:
        """Whether nothing was found and the pin came from outside the store."""
        return self.verdict.ok

    def as_json(self) -> dict[str, Json]:
        """Give the verdict as `sceau verify --json` prints it."""
        return {**self.verdict.as_json(), "trust": self.trust}


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
    progress: Callable[[int], None] | None = None,
    processes: int | None = None,
) -> Verified:
    """Check every entry, seal, disclosure, number and column of one ledger.

    Args:
        url: of the store, for other processes to open.
        store: the same store, open.
        keys: the keys of this machine, for the pin and the high-water mark when no pin is given.
        ledger: its id.
        pin: fingerprint of entry 1, kept elsewhere.
        notes: checkpoints kept elsewhere (signed notes).
        progress: told the number of entries checked.
        processes: how many; by default all cores for a long ledger on disk.

    Raises:
        LedgerUnknown: it is not in this store.
        Malformed: a checkpoint is no signed note over a tree.
        StoreFailure: the store does not answer.
        CheckFailed: a worker process ended without an answer.
    """
    known = _known(keys, ledger, pin)  # before the head: a mark never runs ahead of a COMMIT
    end = _end(store, ledger)
    first = guarded(lambda: opening(next(store.lines(ledger, 0, 1)).line), store, ledger)
    if first is None:
        return Verified(_no_opening(store, ledger, end), "self")
    checkpoints, foreign = _checkpoints(notes, first)
    outside = Outside(known.genesis, None, _known_head(known.mark), checkpoints)
    versions_key = secrets.token_bytes(16) if end.bound >= stretches.PARALLEL_FROM else None
    plan = replace(plan_for(first, outside, _public_keys(first), versions_key), select=select, select_types=TYPES)
    recount = Recount()
    audit = Audit(plan, first, outside, recount)
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
    if not audit.stopped:
        findings += _against_rows(store, ledger, audit, verdict, end, versions_key is None)
        findings += _against_mark(audit, verdict, known.mark)
        if end.head is not None:
            findings += recount.compare(end.head.register, verdict.head_seq)
    verdict = _with(verdict, findings)
    return Verified(verdict, "self" if verdict.trust == "self" else known.trust)


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


def _against_mark(audit: Audit, verdict: Verdict, mark: Mark | None) -> Iterator[Finding]:
    if mark is not None and mark.seq and mark.seq == verdict.head_seq and mark.seal != audit.seal_digest:
        yield Finding("mark_mismatch", mark.seq, "the last seal is not the one that was let out")


# ---- verdicts


def _with(verdict: Verdict, more: Sequence[Finding]) -> Verdict:
    """Give the verdict with these findings among its own; what is proven ends before the first of all."""
    if not more:
        return verdict
    found = tuple(sorted((*verdict.findings, *more), key=lambda finding: finding.seq)[:MAX_FINDINGS])
    proven = min([verdict.proven_until, *(finding.seq - 1 for finding in found if finding.seq)])
    return replace(verdict, ok=False, findings=found, proven_until=max(proven, 0))


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
