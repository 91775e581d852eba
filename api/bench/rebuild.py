"""Rebuilding: entries a second that one process turns into rows, projection by projection and at once; its memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from api.bench.ground import Ground, ground, sqlite, tuned
from api.bench.machine import peak_mib
from api.bench.postgres import Server
from api.bench.rows import Row, against, interleaved, least, measured, most
from api.bench.sales import fill_sales
from api.bench.sizes import Sizes
from ledger.shell.stores.open import open_store
from projections.engine.engine import Engine
from projections.engine.rows.open import open_rows, rows_url
from projections.registry import PROJECTIONS

GOAL: Final = 100_000
"""Entries a second and core, of each projection by itself; all at once do each one's work."""


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the rows of rebuilding."""
    with sqlite() as url, ground(url) as ours:
        fill_sales(ours, sizes.rebuild_entries)
        with tuned():
            yield from _rates("SQLite", sizes, ours)
        with sqlite() as other, ground(other) as long:
            fill_sales(long, sizes.rebuild_long)
            name = (
                f"memory of a rebuild in SQLite at {sizes.rebuild_long:,} entries; beside at {sizes.rebuild_entries:,}"
            )
            yield against(name, _peak(long), "MiB", _peak(ours), most(1.2))
    if server is not None:
        with server.database() as url, ground(url) as ours:
            fill_sales(ours, sizes.rebuild_entries)
            with tuned():
                yield from _rates("PostgreSQL", sizes, ours)


def _rates(where: str, sizes: Sizes, ours: Ground) -> Iterator[Row]:
    repeats = min(sizes.repeats, 2)
    goal = least(GOAL, "value")
    for projection in PROJECTIONS:
        [found] = interleaved(repeats, lambda name=projection.name: _rate(ours, [name]))  # type: ignore[misc] # of text
        yield measured(f"rebuild of {projection.name} in {where}, one process", found, "entries/s", goal)
    [found] = interleaved(repeats, lambda: _rate(ours, None))
    yield measured(f"rebuild of all {len(PROJECTIONS)} projections at once in {where}, one process", found, "entries/s")


def _rate(ours: Ground, names: list[str] | None) -> float:
    engine = Engine(ours.store, open_rows(rows_url(ours.url)), _now)
    start = perf_counter()
    outcome = engine.rebuild(ours.ledger, names)
    rate = outcome.entries / (perf_counter() - start)
    engine.close()
    if not outcome.level:
        raise AssertionError(f"not rebuilt: {outcome.stopped}")
    return rate


def _now() -> datetime:
    return datetime.now(UTC)


def _peak(ground: Ground) -> float:
    """The greatest memory of a process that rebuilds everything, in MiB."""
    command = [sys.executable, "-m", "api.bench.rebuild", ground.url, ground.ledger]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2])  # noqa: S603 - ours
    return float(done.stdout)


def _rebuild(url: str, ledger: str) -> float:
    store = open_store(url)
    engine = Engine(store, open_rows(rows_url(url)), _now)
    outcome = engine.rebuild(ledger)
    engine.close()
    store.close()
    if not outcome.level:
        raise AssertionError(f"not rebuilt: {outcome.stopped}")
    return peak_mib()


if __name__ == "__main__":
    sys.stdout.write(f"{_rebuild(*sys.argv[1:]):.1f}\n")
