"""Sealed archives: 100,000 entries beside the peer's figure, and memory at two lengths."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from api.bench.ground import NAME, kept, tails
from api.bench.machine import peak_mib
from api.bench.postgres import Server
from api.bench.rows import Row, against, measured, most
from api.bench.sizes import Sizes
from api.demo import opening
from archive.creation import Made, create
from ledger.domain.refusals import Refusal
from ledger.shell.appender import Appender, Member
from ledger.shell.keys import KeyStore
from ledger.shell.sealing import StoreMark
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store

PEER_SECONDS: Final = 6.6
"""What Dolibarr 22 takes to archive 100,000 records of its own log (measured once, beside the peer itself)."""
PEER_ENTRIES: Final = 100_000

_DAY: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_BATCH: Final = 5_000


class _Clock:
    """A clock that stands where it was put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it was put to."""
        return self.at

    def steady(self) -> timedelta:
        """The same, counted from nowhere."""
        return self.at - _DAY


@dataclass(frozen=True, slots=True)
class Closed:
    """A ledger whose only month is closed, in a store of its own."""

    url: str
    keys: Path
    entries: int

    @contextmanager
    def service(self) -> Iterator[Service]:
        """Open a service over it, a month later."""
        keys = KeyStore(self.keys)
        with Service(open_store(self.url), keys, None, _Clock(_DAY + timedelta(40))) as service:
            yield service


@contextmanager
def closed(url: str, entries: int) -> Iterator[Closed]:
    """Fill a ledger with payments of one day, and close its month."""
    with TemporaryDirectory(prefix="sceau-bench-keys-") as folder:
        ground = Closed(url, Path(folder) / "keys", entries)
        keys = KeyStore(ground.keys)
        with Service(open_store(url, create=True), keys, None, _Clock(_DAY)) as service:
            made = service.open_ledger(opening(NAME))
            if isinstance(made, Refusal):
                raise ValueError(f"{made.code}: {made.words}")
            ledger = made.row.ledger
            ours = keys.open(ledger, service.store)
            appender = Appender(service.store, ledger, ours, lambda: _DAY, mark=StoreMark(ours, service.store))
            head = appender.head()
            there = head.seq if head else 0
            while there < entries:
                members = [Member(tails(min(_BATCH, entries - there)))]
                appender.commit(members)
                kept(members[0])
                there += len(members[0].tails)
            ours.close()
        with ground.service() as service:
            service.close_due(ledger)
        yield ground


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the archive of one month."""
    with TemporaryDirectory(prefix="sceau-bench-") as folder:
        yield from _timed("SQLite", f"sqlite:///{folder}/bench.db", sizes)
        yield from _memory(folder, sizes.archive_entries, sizes.archive_long)
    if server is not None:
        with server.database() as url:
            yield from _timed("PostgreSQL", url, sizes)


def _timed(where: str, url: str, sizes: Sizes) -> Iterator[Row]:
    with closed(url, sizes.archive_entries) as ground, ground.service() as service, TemporaryDirectory() as out:
        found = []
        for _ in range(sizes.repeats):
            start = perf_counter()
            make(service, Path(out))
            found.append(perf_counter() - start)
    name = f"archive of {sizes.archive_entries:,} entries in {where}"
    found.sort()
    middle = found[len(found) // 2]
    if sizes.archive_entries != PEER_ENTRIES:
        yield measured(name, found, "s")
        return
    yield against(f"{name}; beside Dolibarr's own, measured apart", middle, "s", PEER_SECONDS, most(0.2))


def _memory(folder: str, short: int, long: int) -> Iterator[Row]:
    peaks = []
    for entries in (short, long):
        with closed(f"sqlite:///{folder}/memory-{entries}.db", entries) as ground:
            peaks.append(_peak(ground))
        Path(f"{folder}/memory-{entries}.db").unlink()
    name = f"memory of an archive of {long:,} entries; beside {short:,}"
    yield against(name, peaks[1], "MiB", peaks[0], most(1.2))


def make(service: Service, folder: Path) -> Made:
    """Make the archive of the month, over the one before."""
    made = create(service, NAME, "2026-11", folder / "bench.zip", replace=True)
    if isinstance(made, Refusal):
        raise ValueError(f"{made.code}: {made.words}")
    return made


def _peak(ground: Closed) -> float:
    command = [sys.executable, "-m", "api.bench.archive", ground.url, str(ground.keys)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2])  # noqa: S603 - ours
    return float(done.stdout)


def _archive_alone(url: str, keys: str) -> float:
    with Closed(url, Path(keys), 0).service() as service, TemporaryDirectory() as out:
        make(service, Path(out))
    return peak_mib()


if __name__ == "__main__":
    sys.stdout.write(f"{_archive_alone(*sys.argv[1:]):.1f}\n")
