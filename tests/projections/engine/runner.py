"""A process that catches up until it is killed, a few entries at a time, and tells each step.

python -m tests.projections.engine.runner STORE LEDGER
"""

from __future__ import annotations

import os
import sys
from typing import Any

from ledger.shell.clock import SystemClock
from ledger.shell.stores.open import open_store
from projections.engine.catching_up import Work, catch_up
from projections.engine.days import days_of
from projections.engine.rows.open import open_rows, rows_url
from tests.projections.engine.counts import COUNTS, EACH


class Slow:
    """Entries a few at a time, so that there are many moments to be killed at."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def rows(self, ledger: str, after: int = 0, upto: int | None = None) -> object:
        for chunk in self._store.rows(ledger, after, upto):  # type: ignore[attr-defined] # a store's
            for at in range(0, len(chunk), 2):
                yield chunk[at : at + 2]


def tell(at: int) -> None:
    os.write(1, b"%d\n" % at)


def main(url: str, ledger: str) -> None:
    store, rows = open_store(url), open_rows(rows_url(url))
    now = f"{SystemClock().now().replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    entries: Any = Slow(store)  # a store by `__getattr__`
    days, aside = days_of(store, ledger), rows.apart
    work = Work(entries, rows, ledger, days, lambda: now, flush_entries=2, hold=5, meanwhile=aside)
    outcome = catch_up(work, [COUNTS, EACH], progress=tell)
    rows.close()
    store.close()
    if not outcome.level:
        raise SystemExit(f"{outcome}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
