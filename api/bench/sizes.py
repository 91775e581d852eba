"""How much each row does: enough for figures that repeat, or just enough to see that it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sizes:
    """The work of one run, by what it counts."""

    repeats: int = 7
    append_entries: int = 4000  # per repeat and batch size, at most `append_batches` batches
    append_batches: int = 120
    concurrent_seconds: float = 1.2
    issue_pairs: int = 1500  # per repeat
    http_requests: int = 3000  # per repeat
    export_entries: int = 300_000
    stored_entries: int = 300_000
    merkle_leaves: int = 1_000_000
    close_entries: int = 1_000
    growth_small: int = 10_000
    growth_large: int = 10_000_000  # with --large
    memory_small: int = 100_000
    archive_entries: int = 100_000
    archive_long: int = 1_000_000
    documents: int = 40  # per repeat
    rebuild_entries: int = 40_000
    rebuild_long: int = 400_000
    pages_documents: int = 100_000
    pages_asks: int = 50


FULL: Final = Sizes()
"""The sizes of docs/performance.md."""

SMOKE: Final = Sizes(
    repeats=1,
    append_entries=200,
    append_batches=2,
    concurrent_seconds=0.1,
    issue_pairs=10,
    http_requests=40,
    export_entries=2_000,
    stored_entries=500,
    merkle_leaves=1_000,
    close_entries=50,
    growth_small=300,
    growth_large=600,
    memory_small=300,
    archive_entries=300,
    archive_long=600,
    documents=1,
    rebuild_entries=300,
    rebuild_long=600,
    pages_documents=100,
    pages_asks=2,
)
"""Sizes that show that every row runs, and nothing else."""
