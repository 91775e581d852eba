"""What was purged, as the ledger's own purge entries say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson

from ledger.kernel.stretch import PURGED, Purge
from ledger.shell.errors import StreamPurged
from ledger.shell.store import Line, Store

ARCHIVE_STREAM: Final = "archive:self"


def purges(store: Store, ledger: str) -> Iterator[Purge]:
    """Give every purge, in order."""
    for line in store.stream(ledger, ARCHIVE_STREAM):
        if line.type == PURGED:
            body = orjson.loads(line.line)["entry"]["body"]
            yield Purge(body["first_seq"], body["last_seq"], body["manifest"], line.seq)


def purged(store: Store, ledger: str, line: Line) -> StreamPurged:
    """Give the failure to raise over an entry whose line is gone."""
    covering = (one.manifest for one in purges(store, ledger) if one.first <= line.seq <= one.last)
    return StreamPurged(line.seq, next(covering, ""))
