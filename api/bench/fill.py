"""A long ledger, made quickly: real entries, linked, sealed and kept by the shipped appender, in large transactions."""

from __future__ import annotations

from collections.abc import Callable

from api.bench.ground import Ground, kept, tails
from ledger.shell.appender import Member

BATCH = 5_000


def fill(ground: Ground, entries: int, told: Callable[[int], None] | None = None) -> None:
    """Append payments until the ledger holds `entries` entries; `told` hears how many there are."""
    appender = ground.appender()
    head = appender.head()
    there = head.seq if head else 0
    while there < entries:
        members = [Member(tails(min(BATCH, entries - there)))]
        appender.commit(members)
        kept(members[0])
        there += len(members[0].tails)
        if told is not None:
            told(there)
