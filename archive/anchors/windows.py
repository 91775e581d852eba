"""How much of a ledger is not anchored yet, for each of the two promises apart (docs/anchors.md).

It is told from what is kept beside the chain, for the one who runs the machine; `sceau verify` checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archive.anchors.anchor import COPIES, TIMES
from ledger.shell.store import AnchorRow


@dataclass(frozen=True, slots=True)
class Window:
    """What came after the last anchor of a sort."""

    entries: int  # after it, those that only tell of checkpoints and anchors included
    minutes: int  # since the oldest entry after it that tells of anything else; 0 for none
    last: AnchorRow | None  # without its proof's worth having been checked
    since: datetime | None = None  # the moment of that entry

    def at(self, now: datetime) -> Window:
        """Give the same window later, when no entry has come in."""
        return replace(self, minutes=_minutes(self.since, now))

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        told: dict[str, Any] = {"entries": self.entries, "minutes": self.minutes}
        if self.last is not None:
            told |= {"kind": self.last.kind, "place": self.last.place, "at": self.last.at, "size": self.last.size}
        return told


@dataclass(frozen=True, slots=True)
class Windows:
    """Both windows of a ledger: a time stamp and a witness are not the same promise."""

    timestamp: Window  # entries whose time nobody else vouches for
    witness: Window  # entries that their own operator could still write anew

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"timestamp": self.timestamp.as_json(), "witness": self.witness.as_json()}


def windows(last: Iterable[AnchorRow], head: int, oldest: Callable[[int], datetime | None], now: datetime) -> Windows:
    """Give both windows.

    Args:
        last: the proof of greatest size of each place.
        head: how many entries there are.
        oldest: when the first entry after a size was recorded that does not only tell of checkpoints and anchors.
        now: the present.
    """
    rows = list(last)
    return Windows(_window(rows, TIMES, head, oldest, now), _window(rows, COPIES, head, oldest, now))


def _window(
    rows: list[AnchorRow],
    kinds: frozenset[str],
    head: int,
    oldest: Callable[[int], datetime | None],
    now: datetime,
) -> Window:
    best = max((row for row in rows if row.kind in kinds), key=lambda row: (row.size, row.at), default=None)
    size = best.size if best is not None else 0
    since = oldest(size)
    return Window(max(0, head - size), _minutes(since, now), best, since)


def _minutes(since: datetime | None, now: datetime) -> int:
    return 0 if since is None else max(0, int((now - since).total_seconds()) // 60)
