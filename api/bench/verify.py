"""Verification: of an export beside bare hashing, and of a whole ledger in its store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from api.bench import export
from api.bench.fill import fill
from api.bench.ground import Ground, ground, sqlite
from api.bench.postgres import Server
from api.bench.rows import Row, compared, interleaved, least, measured
from api.bench.sizes import Sizes
from ledger.shell.verification import verify_ledger


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure verification's rows."""
    with sqlite() as url, ground(url) as ours, TemporaryDirectory(prefix="sceau-bench-") as folder:
        fill(ours, max(sizes.export_entries, sizes.stored_entries))
        yield from _export(sizes, ours, Path(folder) / "export.jsonl")
        yield from _stored("SQLite", sizes, ours)
    if server is not None:
        with server.database() as url, ground(url) as ours:
            fill(ours, sizes.stored_entries)
            yield from _stored("PostgreSQL", sizes, ours)


def _export(sizes: Sizes, ours: Ground, path: Path) -> Iterator[Row]:
    count = export.write(ours, path)
    lines = path.read_bytes().splitlines()
    pair = export.Pair(path)
    try:
        one, hashed, two, by_clock, full = interleaved(
            sizes.repeats,
            lambda: export.links(path),
            lambda: export.hash_in_memory(lines),
            pair.links,
            lambda: export.hash_in_memory(lines, perf_counter),
            lambda: export.full(ours, path),
        )
    finally:
        pair.close()
    lines.clear()
    limit = "SHA-256 over the same lines in memory, one core"
    what, unit = "links of an export", "entries/s"
    yield compared(f"{what}, one core; beside {limit}", one, unit, hashed, least(0.5))
    two_cores = f"{what}, two processes, {export.cores()} cores"
    yield compared(f"{two_cores}; beside {limit}", two, unit, by_clock, least(0.9))
    if export.sha256sum(path, count) is not None:
        again, tool = interleaved(
            sizes.repeats, lambda: export.links(path), lambda: export.sha256sum(path, count) or 0.0
        )
        yield compared(f"{what}, one core; beside sha256sum over the file", again, unit, tool)
    yield compared(f"full check of an export, one core; beside {limit}", full, unit, hashed, least(250_000, "value"))


def _stored(where: str, sizes: Sizes, ours: Ground) -> Iterator[Row]:
    def check() -> float:
        start = perf_counter()
        verified = verify_ledger(ours.url, ours.store, None, ours.ledger, pin=ours.genesis)
        if not verified.ok:
            raise AssertionError(f"the ledger does not hold: {verified.verdict.findings[:3]}")
        return verified.verdict.entries / (perf_counter() - start)

    [found] = interleaved(min(sizes.repeats, 3), check)
    yield measured(f"full check of a ledger in {where}", found, "entries/s", least(250_000, "value"))
