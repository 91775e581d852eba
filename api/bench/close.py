"""Closing a day at the end of a short ledger and of a long one: it costs its period, not the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from uuid import uuid4

from api.bench.fill import fill
from api.bench.ground import NAME, Ground, received, tuned, urls
from api.bench.postgres import Server
from api.bench.rows import Row, compared, interleaved, least, measured, most
from api.bench.sizes import Sizes
from api.demo import opening
from ledger.domain.refusals import Refusal
from ledger.shell.keys import KeyStore
from ledger.shell.mapper import Event
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store

_DAY: Final = timedelta(days=1)
_SMALL_DAY: Final = 10  # entries
_TIMES: Final = 3  # as many pairs as in other rows: a closure takes milliseconds, and one fsync of them is a lottery
_WARM: Final = 3  # days of full size first: both ledgers then read pages that they have just written


class DayClock:
    """The machine's clock, put on by whole days."""

    def __init__(self) -> None:
        """Begin today."""
        self.days = 0

    def now(self) -> datetime:
        """Give the time of some day."""
        return datetime.now(UTC) + self.days * _DAY

    def steady(self) -> timedelta:
        """Give a clock that moves with it, so that no step is seen."""
        return timedelta(seconds=perf_counter()) + self.days * _DAY


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the rows of closing."""
    with tuned(), urls(server) as first, urls(server) as second:
        for (where, short_url), (_, long_url) in zip(first, second, strict=True):
            with _ground(short_url) as short, _ground(long_url) as long:
                yield from _store(where, short, long, sizes)


def _store(where: str, short: tuple[Ground, DayClock], long: tuple[Ground, DayClock], sizes: Sizes) -> Iterator[Row]:
    fill(long[0], sizes.stored_entries)
    for each in (short, long):
        _closed_day(each, _SMALL_DAY)  # the history is of this day or before; keys are opened, codecs made
        for _ in range(_WARM):
            _closed_day(each, sizes.close_entries)
    entries = sizes.close_entries
    ours, beside = interleaved(
        _TIMES * sizes.repeats, lambda: _closed_day(long, entries) * 1e3, lambda: _closed_day(short, entries) * 1e3
    )
    name = f"a day of {entries:,} entries closed after {sizes.stored_entries:,}, {where}; beside a short ledger"
    yield compared(name, ours, "ms", beside, most(1.1))
    [rates] = interleaved(sizes.repeats, lambda: 1 / _closed_day(long, _SMALL_DAY))
    yield measured(f"days of {_SMALL_DAY} entries closed, {where}", rates, "days/s", least(20, "value"))


def _closed_day(ground: tuple[Ground, DayClock], entries: int) -> float:
    """Let a day go by with so many payments; the seconds that its closure takes, of a month that ends as well."""
    where, clock = ground
    events = [Event(f"payment:{uuid4()}", 1, received(), "user:bench") for _ in range(entries)]
    where.service.append(where.ledger, events)
    clock.days += 1
    start = perf_counter()
    made = where.service.close_due(where.ledger)
    spent = perf_counter() - start
    if not made or made[0].event.entries < entries:
        raise AssertionError("the day was not closed")
    return spent


@contextmanager
def _ground(url: str) -> Iterator[tuple[Ground, DayClock]]:
    clock = DayClock()
    with ExitStack() as stack:
        keys = Path(stack.enter_context(TemporaryDirectory(prefix="sceau-bench-keys-"))) / "keys"
        service = stack.enter_context(Service(open_store(url, create=True), KeyStore(keys), clock=clock))
        made = service.open_ledger(opening(NAME))
        if isinstance(made, Refusal):
            raise ValueError(f"{made.code}: {made.words}")
        yield Ground(url, keys, service, made.row.ledger, made.genesis), clock
