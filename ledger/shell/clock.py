"""The clock as the writer reads it: wall time, a clock that never steps, and what counts as a step.

`chain.at` never goes back (`docs/spec/entry.md`): the writer records max(now, previous `at`). A jump of more than
60 s is told apart from an idle night by the steady clock: after a night both clocks have moved by the same amount.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from ledger.domain.periods import business_day, parse_cut_off

STEP: Final = timedelta(seconds=60)
"""A clock that moves by more than this against what was expected has stepped (format 1, entry, rule 1)."""

_REBASE: Final = timedelta(hours=1)  # a slewed clock drifts by at most 1.8 s in that time (500 ppm)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What the writer asks of time."""

    def now(self) -> datetime:
        """Give the wall clock, UTC."""

    def steady(self) -> timedelta:
        """Give a clock that nobody can set, from an arbitrary start, time asleep included."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """Give the wall clock, UTC."""
        return _EPOCH + timedelta(microseconds=time.time_ns() // 1000)

    def steady(self) -> timedelta:
        """Give CLOCK_BOOTTIME where there is one: CLOCK_MONOTONIC stands still while a laptop sleeps."""
        return timedelta(microseconds=_steady_ns() // 1000)


def _steady_clock() -> Callable[[], int]:
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns if boot is None else lambda: time.clock_gettime_ns(boot)


_steady_ns = _steady_clock()


@dataclass(frozen=True, slots=True)
class Step:
    """The clock moved by more than `STEP`: what it said, and what it was expected to say."""

    clock: datetime
    expected: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: the moment to record, and the step that must be recorded with it."""

    at: datetime
    step: Step | None


class Watch:
    """One ledger's clock: gives moments that never go back, and notices steps once each.

    A step is a jump against the steady clock, either way, or a wall clock that stands more than 60 s before the last
    entry. Many small steps forward are seen when they add up to 60 s within an hour; slower ones are not, and no
    local clock could tell: anchors can.
    """

    def __init__(self, clock: Clock) -> None:
        """Read the clock from now on."""
        self._clock = clock
        self._wall: datetime | None = None
        self._steady = timedelta()
        self._told_behind = False

    def read(self, previous: datetime) -> Reading:
        """Give the moment of the next entries, not before `previous`, the last entry's."""
        wall, steady = self._clock.now(), self._clock.steady()
        step = self._jump(wall, steady) or self._behind(wall, previous)
        if wall >= previous:
            self._told_behind = False
        return Reading(max(wall, previous), step)

    def _jump(self, wall: datetime, steady: timedelta) -> Step | None:
        if self._wall is None:
            self._wall, self._steady = wall, steady
            return None
        passed = steady - self._steady
        expected = self._wall + passed
        stepped = abs(wall - expected) > STEP
        if stepped or passed > _REBASE:
            self._wall, self._steady = wall, steady
        if not stepped:
            return None
        self._told_behind = wall < expected
        return Step(wall, expected)

    def _behind(self, wall: datetime, previous: datetime) -> Step | None:
        if self._told_behind or previous - wall <= STEP:
            return None
        self._told_behind = True
        return Step(wall, previous)


__all__ = ["STEP", "Clock", "Reading", "Step", "SystemClock", "Watch", "business_day", "parse_cut_off"]
