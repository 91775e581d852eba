"""Telling the ledger which file was rendered: once, by the ordinary road, decided again when another was first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson

from ledger.domain import codec
from ledger.domain.events.messages import DocumentRendered, DocumentSealed
from ledger.domain.refusals import Refusal
from ledger.domain.rendering import decide_rendered, decide_sealed, stream_id
from ledger.domain.streams.document import DOCUMENT, DocumentState
from ledger.shell.errors import StreamConflict
from ledger.shell.mapper import Event
from ledger.shell.service import Service
from ledger.shell.store import Store

_TRIES: Final = 20

Told = DocumentRendered | DocumentSealed


@dataclass(frozen=True, slots=True)
class Files:
    """What a document stream tells: its state, its last version, and the entry that first named each digest."""

    state: DocumentState
    version: int
    seqs: dict[str, int]


def files_of(store: Store, ledger: str, about: str) -> Files:
    """Read which files were recorded of one thing (`self` for what has no id)."""
    state, version = DOCUMENT.start(), 0
    seqs: dict[str, int] = {}
    for line in store.stream(ledger, DOCUMENT.stream(about)):
        version = line.version
        if not line.line:
            continue
        event = codec.decode(line.type, orjson.loads(line.line)["entry"]["body"], {})
        state = DOCUMENT.evolve(state, event)
        if isinstance(event, (DocumentRendered, DocumentSealed)):
            seqs.setdefault(event.digest, line.seq)
    return Files(state, version, seqs)


def record(service: Service, ledger: str, told: Sequence[tuple[str, Told]], actor: str) -> list[int | Refusal]:
    """Record files, each as (id of what it is of, event), in one transaction; give the seq of each, or its refusal.

    One that is known gives the entry that told of it first. Those that are refused keep the others from nothing.

    Raises:
        KeyMissing, BehindMark, StoreFailure, Break: as `Service.append`.
        StreamConflict: others were first, twenty times.
    """
    last: StreamConflict | None = None
    for _ in range(_TRIES):
        batch = _Batch(service.store, ledger, actor)
        answers = [batch.take(about, event) for about, event in told]
        if not batch.events:
            return [one for one in answers if not isinstance(one, _New)]
        try:
            written = service.append(ledger, batch.events, actor=actor).entries[-len(batch.events) :]
        except StreamConflict as conflict:
            last = conflict
            continue
        return [written[one.rank].seq if isinstance(one, _New) else one for one in answers]
    assert last is not None  # noqa: S101 - the loop ran
    raise last


class _New(NamedTuple):
    """An event of this batch, by its rank in it: its seq is known once it is written."""

    rank: int


class _Batch:
    """The events of one transaction, each decided on what those before it did."""

    def __init__(self, store: Store, ledger: str, actor: str) -> None:
        self.events: list[Event] = []
        self._store = store
        self._ledger = ledger
        self._actor = actor
        self._files: dict[str, Files] = {}
        self._ranks: dict[tuple[str, str], int] = {}

    def take(self, about: str, event: Told) -> int | Refusal | _New:
        """Decide one event; give where it stands, or will stand, or why it does not."""
        files = self._files.get(about)
        if files is None:
            files = self._files[about] = files_of(self._store, self._ledger, about)
        decided = _decide(files.state, event)
        if isinstance(decided, Refusal):
            return decided
        if decided is None:
            rank = self._ranks.get((about, event.digest))
            return files.seqs[event.digest] if rank is None else _New(rank)
        files = Files(DOCUMENT.evolve(files.state, decided), files.version + 1, files.seqs)
        self._files[about] = files
        self._ranks[about, event.digest] = len(self.events)
        self.events.append(Event(DOCUMENT.stream(about), files.version, decided, self._actor))
        return _New(len(self.events) - 1)


def _decide(state: DocumentState, event: Told) -> Told | Refusal | None:
    return decide_rendered(state, event) if isinstance(event, DocumentRendered) else decide_sealed(state, event)


__all__ = ["Files", "Told", "files_of", "record", "stream_id"]
