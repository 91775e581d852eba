"""What anchors say of the entries: recorded when they claim to be, and anchored as often as was promised.

Pure: whoever calls has checked the anchors, and gives the moments of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ledger.kernel.stretch import Finding

TOLERANCE: Final = timedelta(minutes=5)
"""How far the ledger's clock and the authority's may be apart."""

_GRACE: Final = timedelta(minutes=10)


def lateness(minutes: int) -> timedelta:
    """Give how long an entry may wait for an anchor that was promised every so many minutes."""
    return timedelta(minutes=2 * minutes) + _GRACE


class Anchored(NamedTuple):
    """The first `size` entries were placed elsewhere by `at`."""

    size: int
    at: datetime


class Promise(NamedTuple):
    """From entry `first` to entry `last`, a policy promised an anchor every so often."""

    first: int
    last: int
    minutes: int


class Oldest(NamedTuple):
    """An entry and its moment."""

    seq: int
    at: datetime


def wrong_times(
    stamps: Sequence[Anchored],
    at_of: Callable[[int], datetime | None],
    oldest: Callable[[int], Oldest | None],
) -> Iterator[Finding]:
    """Find entries that say they are older than a time stamp that does not cover them, or younger than one that does.

    Moments never go back (`clock_back` is found elsewhere), so that the first entry after a tree and the last one in it
    tell of all. Whoever has a checkpoint stamped makes a new one first when entries have come in since.

    Args:
        stamps: time stamps whose authority is trusted, of trees that the entries do have.
        at_of: when an entry says that it was recorded.
        oldest: the first entry after a number that does not only tell of checkpoints and anchors.
    """
    for stamp in sorted(stamps):
        following = oldest(stamp.size)
        if following is not None and following.at < stamp.at - TOLERANCE:
            words = f"says it is older than the time stamp of the first {stamp.size} entries, which does not cover it"
            yield Finding("backdated", following.seq, words)
        latest = at_of(stamp.size)
        if latest is not None and latest > stamp.at + TOLERANCE:
            words = f"says it is younger than the time stamp of the first {stamp.size} entries, which covers it"
            yield Finding("postdated", _first_after(stamp, at_of), words)


def gaps(
    words: str,
    promises: Sequence[Promise],
    anchors: Sequence[Anchored],
    oldest: Callable[[int], Oldest | None],
    excused: Callable[[int, int], bool],
    head: Oldest,
) -> Iterator[Finding]:
    """Find spans of entries that waited longer than twice what was promised for an anchor, and no failure was recorded.

    Args:
        words: what sort of anchor.
        promises: what the policies promised, in order, without overlap.
        anchors: those of this sort that hold.
        oldest: the first entry after a number that is to be anchored.
        excused: whether an entry between two numbers says that an anchor of this sort failed.
        head: the last entry: what came after its moment is unknown.
    """
    ordered = sorted(anchors)
    for promise in promises:
        limit = lateness(promise.minutes)
        covered = promise.first - 1
        ends = [one for one in ordered if one.size > covered]
        for end in (*ends, Anchored(head.seq, head.at)):
            waiting = oldest(covered)
            if waiting is None or waiting.seq > min(end.size, promise.last):
                continue
            if end.at - waiting.at > limit and not excused(covered, end.size):
                yield Finding("anchor_gap", waiting.seq, f"no {words} for longer than the anchor policy says")
            covered = max(covered, end.size)


def _first_after(stamp: Anchored, at_of: Callable[[int], datetime | None]) -> int:
    low, high = 1, stamp.size  # the moments grow: halve
    while low < high:
        middle = (low + high) // 2
        at = at_of(middle)
        if at is not None and at > stamp.at + TOLERANCE:
            high = middle
        else:
            low = middle + 1
    return low
