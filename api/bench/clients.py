"""Clients that all wait for their own commit, coroutines or threads: how many were served, and how late."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from threading import Thread
from time import perf_counter
from typing import NamedTuple


class Served(NamedTuple):
    """What a crowd of clients got: entries per second, and the time below which 99 of 100 were answered."""

    per_second: float
    p99_ms: float


async def coroutines(clients: int, seconds: float, act: Callable[[], Awaitable[object]]) -> Served:
    """Let `clients` coroutines act one time after the other for `seconds`."""
    delays: list[float] = []
    start = perf_counter()

    async def client() -> None:
        while (begun := perf_counter()) - start < seconds:
            await act()
            delays.append(perf_counter() - begun)

    await asyncio.gather(*(client() for _ in range(clients)))
    return _served(delays, perf_counter() - start)


def threads(clients: int, seconds: float, act: Callable[[], object]) -> Served:
    """Let `clients` threads act one time after the other for `seconds`."""
    delays: list[float] = []
    failures: list[BaseException] = []
    start = perf_counter()

    def client() -> None:
        try:
            while (begun := perf_counter()) - start < seconds:
                act()
                delays.append(perf_counter() - begun)
        except BaseException as failure:
            failures.append(failure)

    crowd = [Thread(target=client) for _ in range(clients)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if failures:
        raise failures[0]
    return _served(delays, perf_counter() - start)


def _served(delays: list[float], spent: float) -> Served:
    delays.sort()
    return Served(len(delays) / spent, delays[int(len(delays) * 0.99)] * 1e3 if delays else 0.0)
