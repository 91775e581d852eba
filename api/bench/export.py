"""An export, and what reads one: its lines hashed, followed link by link, or checked in full.

What runs on one core is told in that core's own time, which other programs of the machine change less than the clock's.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from io import BytesIO
from itertools import chain
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from shutil import which
from time import perf_counter, process_time
from typing import BinaryIO

from api.bench.ground import Ground
from ledger.kernel.audit import Outside, audit, opening, plan_for
from ledger.kernel.chain import Links, check_links
from ledger.kernel.segment import bare

_PART_BYTES = 32 << 20
_READ_BYTES = 1 << 20
_UNENDED = itemgetter(slice(-1))  # a line without its final 0A


def write(ground: Ground, path: Path) -> int:
    """Write a ledger's lines to a file, each ended by 0A; how many."""
    count = 0
    with path.open("wb") as file:
        for chunk in ground.store.rows(ground.ledger):
            file.writelines(row[5] + b"\n" for row in chunk)
            count += len(chunk)
    return count


def hash_in_memory(lines: list[bytes], clock: Callable[[], float] = process_time) -> float:
    """The limit: nothing but SHA-256 over each line, all of them in memory; lines per second."""
    start = clock()
    for line in lines:
        sha256(line).digest()
    return len(lines) / (clock() - start)


def sha256sum(path: Path, count: int) -> float | None:
    """The system's own tool over the same file, which it hashes as one; lines per second."""
    tool = which("sha256sum")
    if tool is None:
        return None
    start = _children()
    subprocess.run([tool, str(path)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - a file of ours
    return count / (_children() - start)


def links(path: Path) -> float:
    """Follow every link of the file in this process; lines per second."""
    start = process_time()
    with path.open("rb") as file:
        found = check_links(_lines(file, path.stat().st_size))
    if found.broken_at is not None:
        raise AssertionError(f"the export breaks at {found.broken_at}")
    return found.entries / (process_time() - start)


class Pair:
    """Two processes that follow the links of a file's parts; the joints are checked here."""

    def __init__(self, path: Path, workers: int = 2) -> None:
        self._path = path
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        list(self._pool.map(abs, range(workers * 4)))  # started before the clock runs

    def links(self) -> float:
        """Follow every link of the file; lines per second."""
        start = perf_counter()
        size = self._path.stat().st_size
        cuts = [*range(0, size, min(_PART_BYTES, max(size // 8, 1))), size]
        head, entries = "0" * 64, 0
        for first, prev, part in self._pool.map(_part, [self._path] * (len(cuts) - 1), cuts, cuts[1:]):
            if part.broken_at is not None or (part.entries and (first, prev) != (entries + 1, head)):
                raise AssertionError("the export breaks")
            entries += part.entries
            head = part.head if part.entries else head
        return entries / (perf_counter() - start)

    def close(self) -> None:
        """End both."""
        self._pool.shutdown()


def full(ground: Ground, path: Path) -> float:
    """The full check of the file: strict parse, re-canonicalisation, links, versions, seals; lines per second."""
    with path.open("rb") as file:
        first = opening(file.readline()[:-1])
    outside = Outside(genesis=ground.genesis)
    keys = ground.service.keys.public_keys(ground.ledger).values()
    start = process_time()
    with path.open("rb") as file:
        plan = plan_for(first, outside, keys)
        seals = ground.store.seals(ground.ledger)
        verdict = audit(bare(_lines(file, path.stat().st_size)), seals, None, plan, first, outside)
    if not verdict.ok:
        raise AssertionError(f"the export does not hold: {verdict.findings[:3]}")
    return verdict.entries / (process_time() - start)


def _part(path: Path, start: int, end: int) -> tuple[int, str, Links]:
    """The lines that begin in start..end, followed from what the first one says of itself."""
    with path.open("rb") as file:
        if start:
            file.seek(start - 1)
            file.readline()
        at = file.tell()
        first = file.read(400)
        if not first or at >= end:
            return 0, "", Links("", 0, "", None)
        seq = int(first[first.index(b'"seq":') + 6 : first.index(b',"v":')])
        prev = first[101:165].decode()
        file.seek(at)
        return seq, prev, check_links(_lines(file, end), seq, prev)


def _lines(file: BinaryIO, end: int) -> Iterator[bytes]:
    """The lines from here on that begin before `end`; what goes through them one by one is written in C."""
    return chain.from_iterable(map(_UNENDED, BytesIO(chunk)) for chunk in _chunks(file, end))


def _chunks(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Whole lines, a megabyte or a little more of them together."""
    while (left := end - file.tell()) > 0:
        chunk = file.read(min(left, _READ_BYTES))
        yield chunk if chunk.endswith(b"\n") else chunk + file.readline()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
