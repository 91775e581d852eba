"""Making an archive: which entries, under which name, written whole or not at all, and told to the ledger once."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from archive.formats import DEFAULT, FORMATS
from archive.job import Documents, Job, Previous, Stamp, Told, Written
from archive.outfile import new_files
from archive.period import Period, Range, parse_period, resolve
from ledger.domain.events.periods import ArchiveCreated, ArchiveKeyDestroyed
from ledger.domain.refusals import Refusal, refuse
from ledger.kernel.audit import opening
from ledger.kernel.errors import Break
from ledger.shell.archive_keys import archive_signer, year_key
from ledger.shell.clock import SystemClock
from ledger.shell.errors import KeyMissing, LedgerUnknown
from ledger.shell.journal import journal_decided
from ledger.shell.purged import purges
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow, Line, Store

STREAM: Final = "archive:self"
SUFFIX: Final = ".zip"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One `archive.created/1` entry, as far as archives go by it."""

    seq: int
    version: int
    at: str
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that stands on the disk, whole; `seq` is the entry that tells of it, `repeated` if it did before."""

    path: Path
    private: Path
    manifest: str
    period: Period
    first: int
    last: int
    seq: int
    repeated: bool
    stamped: bool
    said: dict[str, Any]


def create(
    service: Service,
    ledger: str,
    period: str,
    out: Path | None = None,
    *,
    folder: Path | None = None,
    actor: str = "system",
    stamp: Stamp | None = None,
    told: Told | None = None,
    replace: bool = False,
    renew: bool = False,
    documents: Callable[[str], Documents] | None = None,
) -> Made | Refusal:
    """Make the archive of a closed period, and its second file beside it; record it unless this very one was.

    Args:
        service: who serves the ledger; its keys sign.
        ledger: name or id.
        period: `2010-12-05`, `2010-12`, `2010`, or `2010-04-01..2011-03-31`.
        out: the file; by default `folder` and a name made of the ledger's and the period.
        folder: where, when `out` is not given; by default the working folder.
        actor: who asks.
        stamp: asks an authority for a time stamp.
        told: hears how many entries have been read.
        replace: write over a file of that name.
        renew: take in what came since the archive of this period was made first (anchors, the archive before).
        documents: gives, for a ledger's id, what gives its rendered documents; without it the second file has none.

    Raises:
        LedgerUnknown, KeyMissing, Break, StoreFailure: see `ledger.shell.errors`.
        FileExistsError: a file of that name is there, and is not to be replaced.
        OSError: it cannot be written.
    """
    asked = parse_period(period)
    if isinstance(asked, Refusal):
        return asked
    row = service.find(ledger)
    found = resolve(service.store, row.ledger, asked)
    if isinstance(found, Refusal):
        return found
    for one in purges(service.store, row.ledger):
        lines = service.store.lines(row.ledger, max(found.first, one.first) - 1, min(found.last, one.last))
        if gone := next((line for line in lines if not line.line), None):
            return refuse("STREAM_PURGED", "/period", seq=gone.seq, manifest=one.manifest)
    path = out or (folder or Path()) / f"{row.name}-{found.period.label}{SUFFIX}"
    path = path.absolute()
    fetch = None if documents is None else documents(row.ledger)
    job = _job(service, row, found, path.parent, stamp, told or _hear_nothing, renew, fetch)
    private = path.parent / job.private_name
    if path == private:
        return refuse("ARCHIVE_NAME_TAKEN", "/out")
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "this is a folder: name a file in it", str(path))
    for each in (path, private):
        if os.path.lexists(each) and not (replace and each.is_file()):
            raise FileExistsError(f"{each} exists: an archive is written over another only when asked to")
    with new_files(path, private) as (zip_file, private_file):
        written = FORMATS[DEFAULT](job, zip_file, private_file)
    seq, repeated = _record(service, job, written, actor)
    return Made(
        path, private, written.manifest, found.period, found.first, found.last, seq, repeated,
        written.timestamp is not None, dict(written.said),
    )  # fmt: skip


def recorded(store: Store, ledger: str) -> Iterator[Recorded]:
    """Give every archive that the ledger tells of, in order."""
    for line in store.stream(ledger, STREAM):
        if line.type == ArchiveCreated.TYPE:
            whole = orjson.loads(line.line)
            yield Recorded(line.seq, line.version, whole["chain"]["at"], whole["entry"]["body"])


def _job(
    service: Service,
    row: LedgerRow,
    found: Range,
    folder: Path,
    stamp: Stamp | None,
    told: Told,
    renew: bool,
    documents: Documents | None,
) -> Job:
    store, keys = service.store, service.keys
    first = opening(_line(store, row.ledger, 1).line)
    if first.genesis != keys.facts(row.ledger).genesis:
        raise Break("genesis", "entry 1 is not the one that these keys belong to: run `sceau verify`", 1)
    head = store.head(row.ledger)
    if head is None:
        raise LedgerUnknown(row.name)
    before = list(recorded(store, row.ledger))
    same = [one for one in before if _is_of(one, found)]
    seen = int(same[-1].event["seen"]) if same and not renew else head.seq
    siren = str(first.body["siren"])
    signer = archive_signer(keys, row.ledger, siren, SystemClock().now())
    secret = year_key(keys, row.ledger, found.period.to_on.year, make=not _destroyed(store, row.ledger, found))
    if secret is None:
        raise KeyMissing(f"the key of {found.period.to_on.year} was destroyed: its archives are not made any more")
    previous = _previous(before, found, seen)
    return Job(store, keys, row, first, found, seen, previous, signer, secret, stamp, folder, told, documents)


def _previous(before: list[Recorded], found: Range, seen: int) -> Previous | None:
    """Give the archive before: the last one recorded that ends before this one and whose days are all before (13)."""
    first_on = found.period.from_on.isoformat()
    for one in reversed(before):
        event = one.event
        if one.seq <= seen and event["last_seq"] < found.last and event["to_on"] < first_on:
            return Previous(
                event["first_seq"], event["last_seq"], event["manifest"], event["signature"], event.get("timestamp")
            )
    return None


def _record(service: Service, job: Job, written: Written, actor: str) -> tuple[int, bool]:
    """Append `archive.created/1`, unless this manifest has one; give the entry's seq, and whether it was there."""
    ledger, period = job.ledger, job.range.period

    def decide() -> ArchiveCreated | int:
        before = list(recorded(service.store, ledger))
        for one in before:
            if one.event["manifest"] == written.manifest:
                return one.seq
        return ArchiveCreated(
            rank=len(before) + 1,
            from_on=period.from_on.isoformat(),
            to_on=period.to_on.isoformat(),
            first_seq=job.range.first,
            last_seq=job.range.last,
            seen=job.seen,
            manifest=written.manifest,
            signature=written.signature,
            timestamp=written.timestamp,
            detachable=written.detachable,
            previous=None if job.previous is None else job.previous.manifest,
            documents=written.documents,
            format=DEFAULT,
        )

    return journal_decided(service, ledger, STREAM, decide, actor=actor)


def _is_of(one: Recorded, found: Range) -> bool:
    event, period = one.event, found.period
    days = period.from_on.isoformat(), period.to_on.isoformat()
    return (event["from_on"], event["to_on"]) == days and (event["first_seq"], event["last_seq"]) == (
        found.first,
        found.last,
    )


def _destroyed(store: Store, ledger: str, found: Range) -> bool:
    years = (
        orjson.loads(line.line)["entry"]["body"]["year"]
        for line in store.stream(ledger, STREAM)
        if line.type == ArchiveKeyDestroyed.TYPE
    )
    return found.period.to_on.year in years


def _line(store: Store, ledger: str, seq: int) -> Line:
    line = next(store.lines(ledger, seq - 1, seq), None)
    if line is None:
        raise LedgerUnknown(ledger)
    return line


def _hear_nothing(done: int) -> None:
    """Tell nobody."""
