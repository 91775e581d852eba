"""What an archive gives along from before its range, and the public keys that its seals and key changes name."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from archive.job import Job
from ledger.domain.events.ledger import KeyChanged
from ledger.kernel import canonical, seal
from ledger.kernel.errors import Break
from ledger.shell.store import Line, SealRow, Store

_STREAM = "ledger:self"


def collect(store: Store, ledger: str, first: int) -> list[Line]:
    """Give entry 1 and every key change before `first` (docs/spec/archive.md rule 12)."""
    if first == 1:
        return []
    return [line for line in store.stream(ledger, _STREAM) if line.seq < first and _needed(line)]


def seal_at_end(store: Store, ledger: str, last: int) -> SealRow | None:
    """Give the seal that ends at entry `last`; None for 0.

    Raises:
        Break: no seal ends there.
    """
    if last == 0:
        return None
    row = next(iter(store.seals(ledger, last - 1)), None)
    if row is None or row.last != last:
        raise Break("unsealed", "the range does not begin with a seal: run `sceau verify`", last)
    return row


def public_keys(job: Job, used: Iterable[str], context: Sequence[Line]) -> bytes:
    """Give seal-keys.jsonl: the keys `used` by seals, and those that key changes up to the range's end name (18).

    Raises:
        Break: the public half of a seal key is not at hand.
    """
    known = dict(job.keys.public_keys(job.ledger))
    needed = set(used)
    first_key = base64.b64decode(str(job.opening.body["seal_public_key"]))
    known[seal.key_id(first_key)] = first_key
    changes = [line for line in context if line.type == KeyChanged.TYPE]
    changes += [
        line
        for line in job.store.stream(job.ledger, _STREAM)
        if line.type == KeyChanged.TYPE and job.range.first <= line.seq <= job.range.last
    ]
    for line in changes:
        body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
        for name in ("new_public_key", "authorising_public_key"):
            form = base64.b64decode(body[name])
            known[seal.key_id(form)] = form
            needed.add(seal.key_id(form))
    if missing := needed - known.keys():
        raise Break("key_missing", f"the public half of seal key {min(missing)[:16]} is not with the keys")
    rows = ({"key": key, "public": base64.b64encode(known[key]).decode()} for key in sorted(needed))
    return b"".join(canonical.encode(row) + b"\n" for row in rows)


def _needed(line: Line) -> bool:
    return line.seq == 1 or line.type == KeyChanged.TYPE
