"""What a long ledger costs more than a short one: an append at its end, and the memory of its verification."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from api.bench.fill import fill, weigh
from api.bench.ground import Ground, ground, members, sqlite, tails
from api.bench.machine import peak_mib
from api.bench.postgres import Server
from api.bench.rows import Row, against, compared, interleaved, most
from api.bench.sizes import Sizes
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger

Told = Callable[[str, int], None]
"""Hears what is being filled, and how many entries it holds."""


def rows(sizes: Sizes, server: Server | None, told: Told) -> Iterator[Row]:
    """Measure the rows of growth; `told` hears how far the filling has come, as it takes minutes."""
    stores = [("SQLite", sqlite)] if server is None else [("SQLite", sqlite), ("PostgreSQL", server.database)]
    for where, make in stores:
        with ExitStack() as stack:
            short, long, middle = (stack.enter_context(ground(stack.enter_context(make()))) for _ in range(3))
            fill(short, sizes.growth_small)
            fill(middle, sizes.memory_small)

            def heard(entries: int, where: str = where) -> None:
                told(f"filling a long ledger in {where}", entries)

            fill(long, sizes.growth_large, heard)
            yield from _append(where, sizes, long, short)
            yield _memory(where, sizes, long, middle)


def _append(where: str, sizes: Sizes, long: Ground, short: Ground) -> Iterator[Row]:
    for batch in (1, 100):
        batches = max(1, min(sizes.append_entries // batch, sizes.append_batches))
        appenders = long.appender(), short.appender()

        def run(which: int, batch: int = batch, batches: int = batches, appenders: tuple = appenders) -> float:  # type: ignore[type-arg] # of two
            waiting = members(tails(batch * batches), batch)
            weigh(waiting, appenders[which])
            start = perf_counter()
            for one in waiting:
                appenders[which].commit(one)
            return (perf_counter() - start) / batches * 1e6

        interleaved(1, lambda: run(0), lambda: run(1))
        at_end, at_start = interleaved(sizes.repeats, lambda: run(0), lambda: run(1))
        name = f"append of {batch} in {where} at {sizes.growth_large:,} entries; beside at {sizes.growth_small:,}"
        yield compared(name, at_end, "us", at_start, most(1.1))


def _memory(where: str, sizes: Sizes, long: Ground, short: Ground) -> Row:
    name = f"memory of verify in {where} at {sizes.growth_large:,} entries; beside at {sizes.memory_small:,}"
    return against(name, _peak(long), "MiB", _peak(short), most(1.2))


def _peak(ground: Ground) -> float:
    """The greatest memory of any one process of a verification, in MiB."""
    command = [sys.executable, "-m", "api.bench.growth", ground.url, ground.ledger, ground.genesis]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2])  # noqa: S603 - ours
    return float(done.stdout)


def _verify(url: str, ledger: str, genesis: str) -> float:
    store = open_store(url)
    verified = verify_ledger(url, store, None, ledger, pin=genesis)
    store.close()
    if not verified.ok:
        raise AssertionError(f"the ledger does not hold: {verified.verdict.findings[:3]}")
    return peak_mib()


if __name__ == "__main__":
    sys.stdout.write(f"{_verify(*sys.argv[1:]):.1f}\n")
