"""Two projections over real entries, for the engine's own tests: one of few rows, one of a row per entry."""

from __future__ import annotations

from collections.abc import Iterable

from projections.engine.contract import Change, Entry, Get, Projection
from tests.projections.kit import TYPES

_COUNTED = frozenset(
    {"invoice.issued/1", "payment.received/1", "payment.applied/1", "profile.set/1", "series.opened/1"}
)


def _count(get: Get, entry: Entry) -> Iterable[Change]:
    before = get("type", entry.type) or {"n": 0, "seqs": 0}
    day = get("day", entry.day) or {"n": 0}
    return (
        Change("type", entry.type, {"n": before["n"] + 1, "seqs": before["seqs"] + entry.seq}),
        Change("day", entry.day, {"n": day["n"] + 1}, entry.day),
    )


def _each(get: Get, entry: Entry) -> Iterable[Change]:
    last = get("stream", entry.stream) or {"entries": []}
    yield Change("entry", f"{entry.seq:012d}", {"type": entry.type, "at": entry.at, "actor": entry.actor}, entry.day)
    yield Change("stream", entry.stream, {"entries": [*last["entries"], entry.seq]}, entry.type)


COUNTS = Projection("counts", 1, ("type", "day"), dict.fromkeys(_COUNTED, _count), TYPES - _COUNTED)
EACH = Projection(
    "each", 1, ("entry", "stream"), dict.fromkeys(TYPES, _each), frozenset(),
    wants=lambda entry: (("stream", entry.stream),),
)  # fmt: skip
