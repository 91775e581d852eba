"""A projection for the engine's own tests: small, with every trick that rows may need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.domain.events import EVENT_TYPES
from projections.engine.contract import Change, Entry, Get, Projection

ADD, TAKE, FORGET, NOISE = "invoice.issued/1", "payment.received/1", "quote.issued/1", "drawer.counted/1"


def _add(get: Get, entry: Entry) -> Iterable[Change]:
    """Add to a day's sum and to the whole, and note the entry."""
    day = get("day", entry.day) or {"n": 0, "cents": 0}
    whole = get("whole", "") or {"n": 0}
    cents = entry.body["cents"]
    return (
        Change("day", entry.day, {"n": day["n"] + 1, "cents": day["cents"] + cents}, entry.day),
        Change("whole", "", {"n": whole["n"] + 1}),
        Change("noted", entry.body["name"], {"cents": cents, "of": [entry.seq]}, f"{cents:06d}"),
    )


def _take(get: Get, entry: Entry) -> Iterable[Change]:
    """Add to what is noted under a name; a generator, which reads between what it gives."""
    noted = get("noted", entry.body["name"])
    if noted is not None:
        yield Change("noted", entry.body["name"], {**noted, "of": [*noted["of"], entry.seq]}, "taken")
        again = get("noted", entry.body["name"])
        assert again == noted, "a handler sees rows as the entries before left them"
    whole = get("whole", "") or {"n": 0}
    yield Change("whole", "", {"n": whole["n"] + 1})


def _forget(get: Get, entry: Entry) -> Iterable[Change]:
    """Let what is noted under a name go."""
    return [Change("noted", entry.body["name"], None)]


_HANDLES = {ADD: _add, TAKE: _take, FORGET: _forget}


def _start() -> Iterable[Change]:
    return [Change("whole", "", {"n": 1000})]


def _wants(entry: Entry) -> Iterable[tuple[str, str]]:
    yield "noted", entry.body["name"]
    yield "day", entry.day


def sums(name: str = "sums", version: int = 1, **members: Any) -> Projection:
    given: dict[str, Any] = {
        "handles": _HANDLES,
        "ignores": frozenset(each.TYPE for each in EVENT_TYPES) - _HANDLES.keys(),
        "start": _start,
        "wants": _wants,
    }
    return Projection(name, version, ("day", "whole", "noted"), **(given | members))


def second_version(name: str = "sums") -> Projection:
    """The same, but for a row that says more."""

    def add(get: Get, entry: Entry) -> Iterable[Change]:
        return [*_add(get, entry), Change("whole", "second", {"last": entry.seq})]

    return sums(name, 2, handles={**_HANDLES, ADD: add})
