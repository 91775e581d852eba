"""A long ledger, made quickly: real entries, linked, sealed and kept by the shipped appender, in large transactions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import orjson

from api.bench.ground import Ground, kept, received, tails
from ledger.domain.register import Register
from ledger.domain.tally import weight_of
from ledger.kernel import canonical
from ledger.shell.appender import Appender, Member

BATCH = 5_000


def fill(ground: Ground, entries: int, told: Callable[[int], None] | None = None) -> None:
    """Append payments until the ledger holds `entries` entries; `told` hears how many there are."""
    appender = ground.appender()
    head = appender.head()
    there = head.seq if head else 0
    while there < entries:
        members = [Member(tails(min(BATCH, entries - there)))]
        weigh([members], appender)
        appender.commit(members)
        kept(members[0])
        there += len(members[0].tails)
        if told is not None:
            told(there)


def weigh(appends: Sequence[Sequence[Member]], appender: Appender) -> None:
    """Give each append, in order, the register that the writer would give it: its payments count in the open day."""
    head = appender.head()
    register = Register.from_json(orjson.loads(head.register)) if head else Register()
    for members in appends:
        for member in members:
            count = len(member.tails)
            register = replace(register, open_cents=register.open_cents + count * weight_of(received()))
            member.register = canonical.encode(register.to_json())
