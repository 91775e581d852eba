"""An invoice issued and its payment recorded, durable, through the Python service: in one process, and in two at once.

Dolibarr's and Odoo's figures were measured apart, on a machine of the same kind, and are carried over: 21 to 36 pairs
a second for Dolibarr, with 15 failures in 100 when two processes issue at once; 2.7 for Odoo, with half of the
attempts failing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, time
from typing import Final, NamedTuple

from api.bench.ground import ACTOR, Ground, ground, tuned, urls
from api.bench.postgres import Server
from api.bench.rows import Row, against, least, measured, most
from api.bench.sale import INVOICE, payment
from api.bench.sizes import Sizes
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import SceauError
from ledger.shell.keys import KeyStore
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger

DOLIBARR: Final = 36.0  # the better of its two figures
DOLIBARR_FAILURES: Final = 15.0  # in 100, two processes
ODOO: Final = 2.7
_CLIENTS: Final = 64


class Issued(NamedTuple):
    """What one process did: pairs done, pairs that failed or were refused, from when to when (system clock)."""

    pairs: int
    failures: int
    start: float
    end: float


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the rows of the whole act."""
    with urls(server) as stores:
        for where, url in stores:
            with ground(url) as ours, tuned():
                yield from _store(where, ours, sizes)


def _store(where: str, ours: Ground, sizes: Sizes) -> Iterator[Row]:
    pairs = sizes.issue_pairs
    asyncio.run(_issue(ours.service, ours.ledger, max(pairs // 10, 1)))  # codecs made, states cached
    alone = [asyncio.run(_issue(ours.service, ours.ledger, pairs)) for _ in range(min(sizes.repeats, 5))]
    if any(one.failures for one in alone):
        raise AssertionError("an invoice or payment was refused, and nobody else was writing")
    rate = median(one.pairs / (one.end - one.start) for one in alone)
    what = f"invoice + payment, {where}"
    yield against(f"{what}, one process; beside Dolibarr (carried over)", rate, "pairs/s", DOLIBARR, least(100))
    yield against(f"{what}, one process; beside Odoo (carried over)", rate, "pairs/s", ODOO)
    ours.service.stop()  # the two that follow have the ledger to themselves
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, [(ours.url, ours.keys, ours.ledger)] * 2, timeout=60))
        both = list(pool.map(_elsewhere, [(ours.url, ours.keys, ours.ledger, pairs)] * 2))
    spent = max(one.end for one in both) - min(one.start for one in both)
    done, failed = sum(one.pairs for one in both), sum(one.failures for one in both)
    yield against(
        f"{what}, two processes; beside Dolibarr (carried over)", done / spent, "pairs/s", DOLIBARR, least(100)
    )
    yield against(
        f"failures per 100, {where}, two processes; beside Dolibarr (carried over)",
        100 * failed / (done + failed),
        "failures",
        DOLIBARR_FAILURES,
        most(0, "value"),
    )
    verified = verify_ledger(ours.url, ours.store, ours.service.keys, ours.ledger)
    yield measured(
        f"findings of the full check after both, {where}",
        [len(verified.verdict.findings)],
        "findings",
        most(0, "value"),
    )


async def _issue(service: Service, ledger: str, pairs: int) -> Issued:
    """Issue and have paid, `_CLIENTS` at a time, each waiting for both commits before it begins another."""
    left = iter(range(pairs))
    done = failed = 0
    start = time()

    async def client() -> None:
        nonlocal done, failed
        for _ in left:
            try:
                issued = await service.execute_async(ledger, INVOICE, actor=ACTOR)
                if isinstance(issued, Refusal):
                    failed += 1
                    continue
                paid = payment(issued.result["invoice"], issued.result["gross_cents"])
                refused = isinstance(await service.execute_async(ledger, paid, actor=ACTOR), Refusal)
            except SceauError:
                refused = True
            failed += refused
            done += not refused

    await asyncio.gather(*(client() for _ in range(_CLIENTS)))
    return Issued(done, failed, start, time())


def _elsewhere(given: tuple[str, Path, str, int]) -> Issued:
    url, keys, ledger, pairs = given
    with Service(open_store(url), KeyStore(keys)) as service, tuned():
        return asyncio.run(_issue(service, ledger, pairs))


def _warm(given: tuple[str, Path, str]) -> int:
    """Import everything and open the store, before the clock runs; long enough that both processes take one."""
    url, keys, ledger = given
    until = perf_counter() + 1
    with Service(open_store(url), KeyStore(keys)) as service:
        found = service.register(ledger)
        while perf_counter() < until:
            pass
    return 0 if found.closed else 1
