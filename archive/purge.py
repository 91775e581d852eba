"""Purge: the lines of a closed, archived range leave the store, after an entry that says so. docs/retention.md

What may go is decided stream by stream: one at rest, whose entries all stand in purged ranges. The archive is verified
here and now, byte by byte, by the program that every archive holds a copy of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from archive import reading
from archive.creation import STREAM, recorded
from archive.persons import buyers
from ledger.domain.at_rest import AT_REST, is_at_rest
from ledger.domain.decision import StreamKind
from ledger.domain.events.periods import EntriesPurged
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams import STREAM_KINDS
from ledger.kernel.stretch import KEPT
from ledger.shell.errors import StreamPurged
from ledger.shell.journal import journal_decided
from ledger.shell.purged import purges
from ledger.shell.service import Service

BATCH: Final = 1000
"""Entries that go in one transaction."""

_MOST_CUSTOMERS: Final = 20_000  # an entry's body has at most 1 MiB; beyond, erasure takes everybody for a customer
_KINDS: Final[Mapping[str, StreamKind[Any]]] = {kind.prefix: kind for kind in STREAM_KINDS}


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did: the entry that says so, its range, how many lines went now, how many of the range are there."""

    seq: int
    first: int
    last: int
    manifest: str
    emptied: int
    kept: int


def purge(
    service: Service,
    ledger: str,
    archive: Path,
    *,
    store_file: Path | None = None,
    actor: str = "system",
    told: Callable[[int], None] = lambda _: None,
) -> Purged | Refusal:
    """Take the lines of an archive's range out of the store; run again, it goes on where it was stopped.

    Args:
        service: who serves the ledger.
        ledger: name or id.
        archive: the copy on another medium, its second file beside it.
        store_file: the store's own file, where it is one: the archive must be on another device.
        actor: who asks.
        told: hears how many entries of the range were looked at.

    Raises:
        LedgerUnknown, KeyMissing, BehindMark, StoreFailure: see `ledger.shell.errors`.
        Malformed: `archive`: it is none.
        OSError: it cannot be read.
    """
    row = service.find(ledger)
    said = reading.say(archive)
    refused = _check(service, row.ledger, archive, said, store_file)
    if refused is not None:
        return refused
    first, last = int(said.body["first"]), int(said.body["last"])

    def decide() -> EntriesPurged | int:
        known = next((one for one in purges(service.store, row.ledger) if one.manifest == said.manifest), None)
        if known is not None:
            return known.by
        bought = buyers(service.store, row.ledger, first, last)
        customers = tuple(bought) if len(bought) <= _MOST_CUSTOMERS else None
        return EntriesPurged(first_seq=first, last_seq=last, manifest=said.manifest, customers=customers)

    by, _ = journal_decided(service, row.ledger, STREAM, decide, actor=actor)
    service.forget(row.ledger)
    emptied = _empty(service, row.ledger, by, first, last, told)
    service.forget(row.ledger)
    left = sum(1 for line in service.store.lines(row.ledger, first - 1, last) if line.line)
    return Purged(by, first, last, said.manifest, emptied, left)


def _check(service: Service, ledger: str, archive: Path, said: reading.Said, store_file: Path | None) -> Refusal | None:
    """Find out whether this very archive may stand in for what is to go."""
    store = service.store
    if all(one.event["manifest"] != said.manifest for one in recorded(store, ledger)):
        return refuse("PURGE_ARCHIVE_DIFFERS", "/archive")
    if said.manifest not in reading.media(service, ledger):
        return refuse("PURGE_NO_ARCHIVE", "/archive")
    if store_file is not None and archive.stat().st_dev == store_file.stat().st_dev:
        return refuse("PURGE_SAME_MEDIUM", "/archive")
    genesis = service.keys.facts(ledger).genesis
    if reading.verify([archive], ["--genesis", genesis], quiet=True) != 0:
        return refuse("PURGE_ARCHIVE_DIFFERS", "/archive")
    first, last = int(said.body["first"]), int(said.body["last"])
    end = next(store.lines(ledger, last - 1, last), None)
    if reading.say(archive).manifest != said.manifest or end is None or end.fingerprint != said.body["head"]:
        return refuse("PURGE_ARCHIVE_DIFFERS", "/archive")
    named = next(store.disclosures(ledger, first - 1, last), None) is not None
    private = said.body.get("private")
    if named and not (isinstance(private, dict) and (archive.parent / str(private["name"])).exists()):
        return refuse("PURGE_NAMES_MISSING", "/archive")
    if not reading.private_is_whole(archive, said):
        return refuse("PURGE_ARCHIVE_DIFFERS", "/archive")
    return None


def _empty(service: Service, ledger: str, by: int, first: int, last: int, told: Callable[[int], None]) -> int:
    """Empty what may go, some streams at a time; give how many lines went."""
    covered = [(one.first, one.last) for one in purges(service.store, ledger)]
    gone, batch = 0, list[int]()
    for seqs in _going(service, ledger, first, last, covered, told):
        batch += seqs
        while len(batch) >= BATCH:
            gone += service.store.purge(ledger, by, batch[:BATCH])
            del batch[:BATCH]
    return gone + (service.store.purge(ledger, by, batch) if batch else 0)


def _going(
    service: Service,
    ledger: str,
    first: int,
    last: int,
    covered: list[tuple[int, int]],
    told: Callable[[int], None],
) -> Iterator[list[int]]:
    """Give the entries of each stream that may go; a stream is looked at with its last entry in the range."""
    store = service.store
    ends = {
        line.stream: line.seq
        for line in store.lines(ledger, first - 1, last)
        if line.stream.partition(":")[0] in AT_REST
    }
    for looked, stream in enumerate(ends, 1):
        told(looked)
        kind, _, identifier = stream.partition(":")
        lines = [(line.seq, bool(line.line)) for line in store.stream(ledger, stream)]
        if not all(any(low <= seq <= high for low, high in covered) for seq, _ in lines):
            continue  # it goes on after what was archived
        if not any(there for _, there in lines):
            continue
        try:
            state = service.state(ledger, _KINDS[kind], identifier)
        except StreamPurged:  # a run that was killed left part of it: it was at rest, and nothing was added since
            state = None
        else:
            if kind in KEPT or not is_at_rest(kind, state):
                continue
        yield [seq for seq, there in lines if there]
