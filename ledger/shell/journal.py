"""Entries that a job writes on a stream of its own: the versions are looked up, and again when another was first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ledger.domain.events.common import EventRecord
from ledger.shell.calls import Answer
from ledger.shell.errors import StreamConflict
from ledger.shell.mapper import Event

if TYPE_CHECKING:
    from ledger.shell.service import Service

_TRIES: Final = 20
SYSTEM: Final = "system"


def journal(
    service: Service, ledger: str, members: Sequence[tuple[str, EventRecord]], *, actor: str = SYSTEM
) -> Answer:
    """Append (stream, record) pairs in one transaction, each after what its stream has.

    Raises:
        StreamConflict: others were first, twenty times.
        Malformed, StoreFailure, Break, BehindMark, KeyMissing: as `Service.append`.
    """
    last: StreamConflict | None = None
    for _ in range(_TRIES):
        versions = service.store.versions(ledger, sorted({stream for stream, _ in members}))
        events: list[Event] = []
        for stream, record in members:
            versions[stream] = versions.get(stream, 0) + 1
            events.append(Event(stream, versions[stream], record, actor))
        try:
            return service.append(ledger, events, actor=actor)
        except StreamConflict as conflict:
            last = conflict
    assert last is not None  # noqa: S101 - the loop ran
    raise last


def journal_decided(
    service: Service, ledger: str, stream: str, decide: Callable[[], EventRecord | int], *, actor: str = SYSTEM
) -> tuple[int, bool]:
    """Append what `decide` gives; it gives the seq of an entry instead where that one says it already.

    The stream's version is read before `decide` looks at the ledger. Whatever another process writes on the stream
    after that makes the append meet a conflict, and `decide` looks again: nothing is said twice.

    Returns:
        The seq of the entry, and whether it was there before.

    Raises:
        StreamConflict: others were first, twenty times.
        Malformed, StoreFailure, Break, BehindMark, KeyMissing: as `Service.append`.
    """
    last: StreamConflict | None = None
    for _ in range(_TRIES):
        version = service.store.versions(ledger, [stream]).get(stream, 0) + 1
        record = decide()
        if isinstance(record, int):
            return record, True
        try:
            answer = service.append(ledger, [Event(stream, version, record, actor)], actor=actor)
        except StreamConflict as conflict:
            last = conflict
            continue
        return answer.entries[-1].seq, False
    assert last is not None  # noqa: S101 - the loop ran
    raise last
