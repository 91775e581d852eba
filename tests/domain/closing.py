"""Closes a `FixedWorld`'s periods as the writer does, without a store: entries are the places in its log."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

from ledger.domain import codec
from ledger.domain.closing import (
    UPKEEP,
    Asked,
    Covered,
    closure_of_day,
    closure_of_month,
    closure_of_year,
    next_kind,
)
from ledger.domain.decision import Emit
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.periods import BusinessDays, parse_cut_off
from ledger.domain.streams.period import PERIOD, PERIOD_STREAM, start
from ledger.domain.tally import COUNTED, Tally
from ledger.kernel.entry import format_at
from tests.domain.world import FixedWorld


def pass_to(world: FixedWorld, today: date, *, automatic: bool = True) -> list[PeriodClosed]:
    """Move the clock to a day and close what has ended; the closures, in order."""
    open_day = world.today.isoformat()
    world.on(today)
    return close_due(world, open_day, automatic=automatic)


def close_due(world: FixedWorld, open_day: str, *, automatic: bool = True) -> list[PeriodClosed]:
    """Close what has ended; entries that no closure covers are of `open_day`."""
    made: list[PeriodClosed] = []
    while True:
        open_now = open_day if _open(world) else None
        kind = next_kind(world.register, open_now, world.today.isoformat())
        if kind is None:
            return made
        register = world.register
        state = world.state(PERIOD, "self") or start()
        days = BusinessDays(ZoneInfo(register.time_zone), parse_cut_off(register.cut_off))
        last = state.last(kind)
        previous = world.recorded(PERIOD_STREAM, last.version) if last is not None else None
        asked = Asked(format_at(world.now), automatic)
        if kind == "day":
            day = date.fromisoformat(open_day)
            closed = closure_of_day(day, _cover(world), register, state, previous, days, asked)
        elif kind == "month":
            closed = closure_of_month(register, state, previous, days, asked)
        else:
            closed = closure_of_year(register, state, previous, days, asked)
        world.given(Emit(PERIOD_STREAM, closed))
        made.append(closed)


def _open(world: FixedWorld) -> bool:
    return any(emit.event.TYPE not in UPKEEP for emit in world.log[world.register.periods.day_seq :])


def _cover(world: FixedWorld) -> Covered:
    tally = Tally(world.register.currency)
    for emit in world.log[world.register.periods.day_seq :]:
        if emit.event.TYPE in COUNTED:
            tally.add(emit.event.TYPE, codec.encode(emit.event)[0])
    last = len(world.log)
    head, root = (sha256(f"{name}/{last}".encode()).hexdigest() for name in ("head", "root"))
    return Covered(last, head, root, (), tally)
