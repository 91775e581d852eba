"""A sealed archive checked by the verifier that lies in it, as an inspector runs it: a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from zipfile import ZipFile

from api.bench.archive import PEER_ENTRIES, closed, make
from api.bench.postgres import Server
from api.bench.rows import Row, against, measured, most
from api.bench.sizes import Sizes

PEER_SECONDS: Final = 11.0
"""What Dolibarr 22 takes to check 100,000 records of its own log (measured once, beside the peer itself)."""


def rows(sizes: Sizes, _: Server | None) -> Iterator[Row]:
    """Measure the check of a short archive, of a long one, and the memory of both."""
    with TemporaryDirectory(prefix="sceau-bench-") as folder:
        short, long = sizes.archive_entries, sizes.archive_long
        archives = [_archive(Path(folder), entries) for entries in (short, long)]
        times = [_seconds(archives[0]) for _ in range(sizes.repeats)]
        name = f"an archive of {short:,} entries checked by verify.py"
        if short == PEER_ENTRIES:
            yield against(f"{name}; beside Dolibarr's own check", median(times), "s", PEER_SECONDS, most(0.05))
        else:
            yield measured(name, times, "s")
        rates = [long / _seconds(archives[1]) for _ in range(min(sizes.repeats, 3))]
        yield measured(f"an archive of {long:,} entries checked by verify.py", rates, "entries/s")
        yield _memory(short, archives[0], long, archives[1])


def _archive(folder: Path, entries: int) -> Path:
    place = folder / f"of-{entries}"
    place.mkdir()
    database = place / "bench.db"
    with closed(f"sqlite:///{database}", entries) as ground, ground.service() as service:
        made = make(service, place).path
    database.unlink()
    with ZipFile(made) as archive:  # what is measured is what an inspector has
        archive.extract("verify.py", place)
    return made


def _memory(short: int, short_path: Path, long: int, long_path: Path) -> Row:
    peaks = [_peak(path) for path in (short_path, long_path)]
    name = f"memory of the check of {long:,} entries, its largest process; beside {short:,}"
    return against(name, peaks[1], "MiB", peaks[0], most(1.2))


def _command(path: Path) -> list[str]:
    return [sys.executable, "-I", str(path.with_name("verify.py")), str(path), "--json"]


def _seconds(path: Path) -> float:
    start = perf_counter()
    done = subprocess.run(_command(path), capture_output=True, check=False, env={})  # noqa: S603 - our own program
    took = perf_counter() - start
    told = json.loads(done.stdout)
    if [found["code"] for found in told["findings"]] != ["key_not_pinned"]:
        raise AssertionError(f"the archive does not hold: {told['findings'][:3]}")
    return took


_HELPER: Final = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, env={})\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
)
"""A small process between us and the verifier: a process counts as its own what the one that forked it held."""


def _peak(path: Path) -> float:
    """The resident memory of the largest process of one check, in MiB."""
    command = [sys.executable, "-I", "-S", "-c", _HELPER, *_command(path)]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - ours
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)  # bytes there, KiB here
