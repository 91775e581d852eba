"""Placing checkpoints elsewhere: outside the writer, one place's failure never another's, tried again and told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from threading import Lock
from typing import Any, Final

import orjson

from api.jobs.checkpointing import STREAM, policy_of, take_checkpoint
from api.jobs.places import Places, Wanted
from archive.anchors.anchor import AnchorFailure, Kind, Placed, Target, rfc3339
from ledger.domain.events.ledger import AnchorPolicySet, LedgerOpened
from ledger.domain.events.periods import AnchorFailed, AnchorPlaced
from ledger.kernel import audit
from ledger.kernel.anchored import lateness
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import Malformed
from ledger.shell.checkpoints import consistency, moment_of, oldest_waiting, uncovered, verifier_key
from ledger.shell.journal import SYSTEM, journal
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow, CheckpointRow, Store

_LOG: Final = logging.getLogger("sceau.anchors")
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(hours=1)
TOLD_AGAIN: Final = timedelta(hours=1)
"""After the first failure of a place, one entry an hour says that it still fails."""
STALE: Final = timedelta(minutes=2)
"""A checkpoint that does not cover an entry older than this is not time-stamped any more."""
MAIL_EVERY: Final = timedelta(hours=24)
"""A mailbox is a poor place for a message an hour: the latest checkpoint goes out once a day."""
_LOOKED_BACK: Final = 200
LATE: Final = "late"
"""Cause of a failure that is told before the first try: nothing was tried for longer than the policy promises."""
_PROMISED: Final = frozenset({"timestamp", "witness"})  # what a verification holds the policy to

Key = tuple[str, str, str]  # ledger ("" for every one), kind, place


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one place: `at` when it is there, `cause` when it is not."""

    kind: Kind
    place: str
    size: int
    at: datetime | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class _Failing:
    attempts: int
    again: datetime
    told: datetime | None  # when an entry last said so


class Anchoring:
    """Places checkpoints of a service's ledgers. Methods may be called from several threads."""

    def __init__(self, service: Service, places: Places, clock: Callable[[], datetime]) -> None:
        """Place at `places`; `clock` gives the present, UTC."""
        self._service = service
        self._places = places
        self._clock = clock
        self._failing: dict[Key, _Failing] = {}
        self._lock = Lock()

    def place(self, ledger: str, *, at_once: bool = False) -> list[Outcome]:
        """Place a ledger's latest checkpoint wherever its policy wants it and it is not; tell each try.

        Args:
            ledger: its id.
            at_once: asked for: no delay after a failure, no waiting for the day's mail.

        Raises:
            SceauError: the store or the writer fails; a place that fails is an `Outcome`.
        """
        store = self._service.store
        row = store.last_checkpoint(ledger)
        if row is None:
            return []
        last = {(one.kind, one.place): one for one in store.last_anchors(ledger)}
        target: Target | None = None
        found: list[Outcome] = []
        for wanted in self._places.wanted(policy_of(self._service, ledger)):
            kept = last.get((wanted.kind, wanted.place))
            if not self._is_wanted(ledger, wanted, kept, row, at_once=at_once):
                continue
            if wanted.kind == "timestamp":  # the first of them
                row = self._fresh(ledger, row)
            self._tell_late(ledger, wanted, kept, row)
            target = target or _target(store, ledger, row)
            since = kept.size if kept is not None else 0
            found.append(self._try(ledger, wanted, replace(target, since=since), row))
            if found[-1].at is not None:
                target = replace(target, proofs=_proofs(store, ledger, row.size))
        return found

    def waits(self, ledger: str) -> bool:
        """Whether a place still wants the latest checkpoint: it failed, or its hour has not come."""
        row = self._service.store.last_checkpoint(ledger)
        if row is None:
            return False
        last = {(one.kind, one.place): one.size for one in self._service.store.last_anchors(ledger)}
        wanted = self._places.wanted(policy_of(self._service, ledger))
        return any(last.get((one.kind, one.place), 0) < row.size for one in wanted)

    def _fresh(self, ledger: str, row: CheckpointRow) -> CheckpointRow:
        """A stamp of an old checkpoint would make the entries since look backdated: stamp a new one."""
        oldest = next(uncovered(self._service.store, ledger, row.size), None)
        if oldest is None or self._clock() - moment_of(oldest) < STALE:
            return row
        return take_checkpoint(self._service, ledger, "timer")

    def _tell_late(self, ledger: str, wanted: Wanted, kept: AnchorRow | None, row: CheckpointRow) -> None:
        """Say it in an entry when entries waited longer than promised and no try was told of: nobody was at work here.

        A machine that was off for a night is no withheld proof (`anchor_gap`), and is not hidden either.
        """
        if wanted.kind not in _PROMISED or (wanted.kind, wanted.place) in told_failures(self._service.store, ledger):
            return
        store = self._service.store
        size = kept.size if kept is not None else 0
        for line in store.lines(ledger, size, types=(LedgerOpened.TYPE, AnchorPolicySet.TYPE)):
            size = line.seq - 1  # what the policy in force promised
        oldest = oldest_waiting(store, ledger, size)
        limit = lateness(policy_of(self._service, ledger).interval_minutes)
        if oldest is not None and self._clock() - oldest > limit:
            late = AnchorFailed(size=row.size, kind=wanted.kind, place=wanted.place, cause=LATE, attempt=1)
            journal(self._service, ledger, [(STREAM, late)], actor=SYSTEM)

    def _is_wanted(
        self, ledger: str, wanted: Wanted, kept: AnchorRow | None, row: CheckpointRow, *, at_once: bool
    ) -> bool:
        if kept is not None and kept.size >= row.size:
            return False
        if at_once:
            return True
        now = self._clock()
        if kept is not None and wanted.kind == "mail" and now - _moment(kept.at) < MAIL_EVERY:
            return False
        with self._lock:
            failing = [self._failing.get((whose, wanted.kind, wanted.place)) for whose in (ledger, "")]
        return all(one is None or one.again <= now for one in failing)

    def _try(self, ledger: str, wanted: Wanted, target: Target, row: CheckpointRow) -> Outcome:
        try:
            if wanted.anchor is None:
                raise AnchorFailure("not_configured")
            placed = wanted.anchor.put(target)
        except AnchorFailure as failure:
            self._failed(ledger, wanted, row.size, failure)
            return Outcome(wanted.kind, wanted.place, row.size, cause=failure.cause)
        except Exception as error:  # a place's fault, whatever it raises, is not the other places'
            _LOG.error("place failed: %s at %s, %s", wanted.kind, wanted.place, type(error).__name__, exc_info=True)
            self._failed(ledger, wanted, row.size, AnchorFailure("failed", type(error).__name__))
            return Outcome(wanted.kind, wanted.place, row.size, cause="failed")
        self._kept(ledger, wanted, row.size, placed)
        return Outcome(wanted.kind, wanted.place, row.size, at=placed.at)

    def _kept(self, ledger: str, wanted: Wanted, size: int, placed: Placed) -> None:
        anchor = AnchorRow(size, wanted.kind, wanted.place, rfc3339(placed.at), placed.proof)
        with self._lock:
            for whose in (ledger, ""):
                self._failing.pop((whose, wanted.kind, wanted.place), None)
        if self._service.store.keep_anchor(ledger, anchor):  # False: another process was first, and told of it
            digest = sha256(placed.proof).hexdigest()
            event = AnchorPlaced(size=size, kind=wanted.kind, place=wanted.place, proof=digest, at=format_at(placed.at))
            journal(self._service, ledger, [(STREAM, event)], actor=SYSTEM)

    def _failed(self, ledger: str, wanted: Wanted, size: int, failure: AnchorFailure) -> None:
        now = self._clock()
        key = (ledger, wanted.kind, wanted.place)
        with self._lock:
            before = self._failing.get(key)
        told = before.told if before is not None else _last_told(self._service.store, ledger, wanted)
        attempts = before.attempts + 1 if before is not None else 1
        again = now + min(FIRST_DELAY * 2 ** min(attempts - 1, 10), LONGEST_DELAY)
        tell = told is None or now - told >= TOLD_AGAIN
        failing = _Failing(attempts, again, now if tell else told)
        with self._lock:
            self._failing[key] = failing
            if failure.cause == "unreachable":  # nobody's ledger will have more luck
                self._failing["", wanted.kind, wanted.place] = failing
        _LOG.warning("checkpoint not placed: %s at %s, %s", wanted.kind, wanted.place, failure.cause)
        if tell:
            event = AnchorFailed(size=size, kind=wanted.kind, place=wanted.place, cause=failure.cause, attempt=attempts)
            journal(self._service, ledger, [(STREAM, event)], actor=SYSTEM)


def told_failures(store: Store, ledger: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Give what the ledger last said of each place that fails: cause, attempt, size, and `at` of the entry."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    settled: set[tuple[str, str]] = set()
    for kind, at, body in _latest(store, ledger):
        key = (body["kind"], body["place"])
        if key not in settled and kind == AnchorFailed.TYPE:
            found[key] = {"cause": body["cause"], "attempt": body["attempt"], "size": body["size"], "at": at}
        settled.add(key)
    return found


def _last_told(store: Store, ledger: str, wanted: Wanted) -> datetime | None:
    told = told_failures(store, ledger).get((wanted.kind, wanted.place))
    return parse_at(told["at"]) if told is not None and told["cause"] != LATE else None


def _latest(store: Store, ledger: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The latest anchor entries, newest first: type, `at`, body."""
    for line in islice(store.stream(ledger, STREAM, desc=True, limit=_LOOKED_BACK), _LOOKED_BACK):
        if line.type in (AnchorPlaced.TYPE, AnchorFailed.TYPE):
            whole = orjson.loads(line.line)
            yield line.type, whole["chain"]["at"], whole["entry"]["body"]


def _target(store: Store, ledger: str, row: CheckpointRow) -> Target:
    opening = audit.opening(next(store.lines(ledger, 0, 1)).line)
    if opening is None:
        raise Malformed("opening")
    return Target(
        ledger,
        row.note,
        verifier_key(opening),
        lambda old: consistency(store, ledger, old, row.size),
        proofs=_proofs(store, ledger, row.size),
    )


def _proofs(store: Store, ledger: str, size: int) -> tuple[AnchorRow, ...]:
    return tuple(row for row in store.anchors(ledger, size - 1) if row.size == size)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
