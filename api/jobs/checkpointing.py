"""Checkpoints as entries: made when they are due, or asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal

import orjson

from ledger.domain.events.ledger import AnchorPolicy, KeyChanged
from ledger.domain.events.periods import CheckpointMade, PeriodClosed
from ledger.domain.streams.ledger import LEDGER
from ledger.kernel.errors import SceauError
from ledger.kernel.note import parse
from ledger.shell.checkpoints import make_checkpoint, moment_of, uncovered
from ledger.shell.journal import SYSTEM, journal_decided
from ledger.shell.service import Service
from ledger.shell.store import CheckpointRow, Store

_LOG: Final = logging.getLogger("sceau.checkpoints")
STREAM: Final = "checkpoint:self"
Cause = Literal["closure", "timer", "asked", "key_change"]

_AT_ONCE: Final[Mapping[str, Cause]] = {PeriodClosed.TYPE: "closure", KeyChanged.TYPE: "key_change"}


@dataclass(frozen=True, slots=True)
class Due:
    """Why a checkpoint is due now."""

    cause: Cause


def take_checkpoint(
    service: Service,
    ledger: str,
    cause: Cause,
    *,
    actor: str = SYSTEM,
    progress: Callable[[int], None] | None = None,
) -> CheckpointRow:
    """Make a checkpoint over every entry now, and the entry `checkpoint.made/1` that tells of it.

    Raises:
        KeyMissing, BehindMark, Break, StoreFailure: as `make_checkpoint` and `journal`.
    """
    before = service.store.last_checkpoint(ledger)
    note = make_checkpoint(service.store, service.keys, ledger, progress)
    row = service.store.last_checkpoint(ledger)
    assert row is not None  # noqa: S101 - it was just kept
    if before is None or before.size < row.size:  # else nothing is new: a note that was told of already
        text = sha256(parse(note).text).hexdigest()
        made = CheckpointMade(size=row.size, root=row.root.hex(), note=text, cause=cause)
        journal_decided(service, ledger, STREAM, lambda: _told(service.store, ledger, made.size) or made, actor=actor)
    return row


def _told(store: Store, ledger: str, size: int) -> int | None:
    """Give the entry that another process told of a checkpoint of this size or a greater one with."""
    for line in store.stream(ledger, STREAM, desc=True):
        if line.type == CheckpointMade.TYPE and line.line:
            return line.seq if orjson.loads(line.line)["entry"]["body"]["size"] >= size else None
    return None


def cover_closures(service: Service, ledger: str) -> CheckpointRow | None:
    """Make the checkpoint that a closure or key change asks for, if one is not covered yet; None when none was made.

    For those who close without a server. A closure stands whatever becomes of its checkpoint: what fails is logged,
    and the next `sceau serve`, `sceau checkpoint` or closure makes up for it.
    """
    try:
        row = service.store.last_checkpoint(ledger)
        event = _at_once(service.store, ledger, row.size if row is not None else 0)
        return None if event is None else take_checkpoint(service, ledger, event)
    except (SceauError, OSError) as error:
        _LOG.warning("no checkpoint of ledger %s after its closure: %s", ledger, _why(error))
        return None


def due(store: Store, ledger: str, policy: AnchorPolicy, now: datetime) -> Due | None:
    """Tell whether a checkpoint is due: a closure or key change is not covered, or an entry waited for the interval."""
    row = store.last_checkpoint(ledger)
    size = row.size if row is not None else 0
    at_once = _at_once(store, ledger, size)
    if at_once is not None:
        return Due(at_once)
    oldest = next(uncovered(store, ledger, size), None)
    if oldest is not None and now - moment_of(oldest) >= timedelta(minutes=policy.interval_minutes):
        return Due("timer")
    return None


def _at_once(store: Store, ledger: str, size: int) -> Cause | None:
    event = next(store.lines(ledger, size, limit=1, types=tuple(_AT_ONCE)), None)
    return _AT_ONCE[event.type] if event is not None else None


def _why(error: SceauError | OSError) -> str:
    return str(error) if isinstance(error, SceauError) else type(error).__name__  # an OSError's words have a path


def policy_of(service: Service, ledger: str) -> AnchorPolicy:
    """Give the anchor policy in force."""
    state = service.state(ledger, LEDGER, "self")
    return state.anchors if state is not None else AnchorPolicy()
