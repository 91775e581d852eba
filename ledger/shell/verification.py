"""Checks a whole ledger in its store: streaming, in several processes when it is long, in bounded memory.

The rules are the kernel's (`ledger.kernel.audit`); this page fetches. A verdict is `ok` only with a pin from outside
the store: a fingerprint given by the caller, or the one kept with the keys, and it says which.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from operator import attrgetter
from typing import Any, Final, Literal

from ledger.domain.recount import TYPES, Recount, select
from ledger.kernel import note
from ledger.kernel.audit import Audit, Outside, Verdict, opening, plan_for
from ledger.kernel.audit import Mark as KnownHead
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint, open_checkpoint
from ledger.kernel.errors import Malformed
from ledger.kernel.segment import SEGMENT, Finding, Plan, Segment, Source, check_segment
from ledger.shell.errors import KeyMissing, LedgerUnknown
from ledger.shell.keys import KeyStore
from ledger.shell.store import Head, Line, Store
from ledger.shell.stores.open import open_store

PARALLEL_FROM: Final = 4 * SEGMENT
"""Entries from which other processes are worth their start."""

_BYTES: Final = attrgetter("line")

PinSource = Literal["given", "key_store", "self"]


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
        Malformed: a checkpoint is no signed note of this ledger's key.
    """
    head = store.head(ledger)
    first = next(store.lines(ledger, 0, 1), None)
    if head is None:
        raise LedgerUnknown(ledger)
    if first is None:
        return _nothing(head)
    try:
        opened = opening(first.line)
    except Malformed as fault:
        return _unreadable(fault, head)
    trust: PinSource = "self"
    outside = Outside()
    if pin is not None:
        outside, trust = replace(outside, genesis=pin), "given"
    if keys is not None:
        outside, trust = _from_keys(keys, ledger, outside, trust)
    checkpoints = tuple(_checkpoint(text, opened.checkpoint_key, opened.ledger) for text in notes)
    outside = replace(outside, checkpoints=checkpoints)
    versions_key = secrets.token_bytes(16) if head.seq >= PARALLEL_FROM else None
    plan = replace(
        plan_for(opened, outside, _public_keys(opened.body), versions_key), select=select, select_types=TYPES
    )
    recount = Recount()
    audit = Audit(plan, opened, outside, recount)
    after = 0
    for part in _parts(url, store, ledger, head, plan, processes):
        audit.join(part)
        after = max(after, part.next - 1)
        if progress is not None:
            progress(min(after, head.seq))
    audit.join(_rest(store, ledger, after, plan))
    index = store.index(ledger) if versions_key is not None else None
    verdict = audit.close(head, index)
    verdict = _with(verdict, tuple(recount.compare(head.register, verdict.head_seq)))
    return Verified(verdict, "self" if verdict.trust == "self" else trust)


def _from_keys(keys: KeyStore, ledger: str, outside: Outside, trust: PinSource) -> tuple[Outside, PinSource]:
    try:
        mark = keys.mark(ledger)
        if trust == "self":
            outside, trust = replace(outside, genesis=keys.facts(ledger).genesis), "key_store"
    except KeyMissing:
        return outside, trust
    return replace(outside, mark=KnownHead(mark.seq, mark.head) if mark.seq else None), trust


def _public_keys(body: dict[str, Json]) -> list[bytes]:
    text = body.get("seal_public_key")
    try:
        return [base64.b64decode(text, validate=True)] if isinstance(text, str) else []
    except ValueError:
        return []


def _checkpoint(text: bytes, checkpoint_key: str, ledger: str) -> Checkpoint:
    found = open_checkpoint(text, note.parse_vkey(checkpoint_key))
    if not found.origin.endswith("/" + ledger):
        raise Malformed("checkpoint_of_another_ledger")
    return found


def _parts(
    url: str, store: Store, ledger: str, head: Head, plan: Plan, processes: int | None
) -> Iterator[Segment]:
    """Give the stretches in order, checked here or in other processes, a bounded number of them under way."""
    workers = processes if processes is not None else (os.cpu_count() or 1)
    starts = range(1, head.seq + 1, SEGMENT)
    if workers < 2 or url == "memory:" or head.seq < PARALLEL_FROM:  # noqa: PLR2004 - one worker is this process
        for start in starts:
            yield _stretch(store, ledger, start, min(start + SEGMENT - 1, head.seq), plan)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_open, initargs=(url,)) as pool:
        under_way: deque[Future[Segment]] = deque()
        for start in starts:
            upto = min(start + SEGMENT - 1, head.seq)
            under_way.append(pool.submit(_stretch_elsewhere, ledger, start, upto, plan))
            if len(under_way) > workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


_store: list[Store] = []  # of this worker process


def _open(url: str) -> None:
    _store.append(open_store(url, pool_size=2))


def _stretch_elsewhere(ledger: str, start: int, upto: int, plan: Plan) -> Segment:
    return _stretch(_store[0], ledger, start, upto, plan)


def _stretch(store: Store, ledger: str, start: int, upto: int, plan: Plan) -> Segment:
    rows = _rows(store, ledger, start - 1, upto)
    sealed: Source[Any] = Source(store.seals(ledger, start - 1))
    shown: Source[Any] = Source(store.disclosures(ledger, start - 1, upto))
    return check_segment(rows, start, plan, sealed, shown, drain=False)


def _rows(store: Store, ledger: str, after: int, upto: int | None = None) -> Iterator[tuple[bytes, Line]]:
    """Give lines with their columns; chunk by chunk, so that no Python runs for each of them."""
    for chunk in store.rows(ledger, after, upto):
        lines = list(map(Line._make, chunk))
        yield from zip(map(_BYTES, lines), lines, strict=True)


def _rest(store: Store, ledger: str, after: int, plan: Plan) -> Segment:
    """Look at what lies beyond the head: entries, seals or disclosures that belong to nothing."""
    rows = _rows(store, ledger, after)
    sealed: Source[Any] = Source(store.seals(ledger, after))
    shown: Source[Any] = Source(store.disclosures(ledger, after))
    return check_segment(rows, after + 1, plan, sealed, shown, drain=True)


def _with(verdict: Verdict, findings: tuple[Finding, ...]) -> Verdict:
    if not findings:
        return verdict
    return replace(verdict, ok=False, findings=(*verdict.findings, *findings))


def _nothing(head: Head) -> Verified:
    finding = Finding("deleted", 1, "the head row speaks of entries, and there are none")
    return Verified(Verdict(False, "self", "", "", 0, head.seq, head.fingerprint, 0, 0, (finding,)), "self")


def _unreadable(fault: Malformed, head: Head) -> Verified:
    finding = Finding("opening", 1, f"entry 1 is not how a ledger begins: {fault.code}")
    return Verified(Verdict(False, "self", "", "", 0, head.seq, head.fingerprint, 0, 0, (finding,)), "self")
