"""The proofs of checkpoints that travel in an archive (docs/spec/archive.md rule 19).

An anchor is taken in when its entry `anchor.placed/1` was there when the archive was begun: so an archive made again,
when others have come in meanwhile, has the same bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256

import orjson

from archive.job import Job
from ledger.domain.events.periods import AnchorPlaced
from ledger.kernel import canonical
from ledger.kernel.canonical import Json
from ledger.shell.store import AnchorRow, CheckpointRow, Store

_STREAM = "checkpoint:self"
_MOST = 1 << 24  # bytes of one anchor: a stamp with all its certificates is some ten thousand


def anchors_for(job: Job, upto: CheckpointRow) -> Iterator[bytes]:
    """Give the members for the anchors of checkpoints from the range's beginning to the archive's checkpoint."""
    placed = _placed(job.store, job.ledger, job.seen)
    notes: dict[int, bytes] = {}
    for row in job.store.anchors(job.ledger, job.range.first - 1):
        if row.size > upto.size:
            return
        if (row.size, row.kind, row.place, sha256(row.proof).hexdigest()) not in placed:
            continue
        if row.size not in notes:
            found = next(iter(job.store.checkpoints(job.ledger, row.size - 1)), None)
            notes = {row.size: found.note if found is not None and found.size == row.size else b""}
        yield canonical.encode(anchor(row, notes[row.size]), _MOST)


def anchor(row: AnchorRow, note: bytes) -> dict[str, Json]:
    """Give one anchor as archives and proofs carry it; `note` is the checkpoint it is about."""
    return {
        "at": row.at,
        "kind": row.kind,
        "note": base64.b64encode(note).decode(),
        "place": row.place,
        "proof": base64.b64encode(row.proof).decode(),
        "size": row.size,
    }


def _placed(store: Store, ledger: str, seen: int) -> set[tuple[int, str, str, str]]:
    found = set()
    for line in store.stream(ledger, _STREAM):
        if line.type == AnchorPlaced.TYPE and line.seq <= seen:
            body = orjson.loads(line.line)["entry"]["body"]
            found.add((body["size"], body["kind"], body["place"], body["proof"]))
    return found
