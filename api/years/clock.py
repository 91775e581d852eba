"""Steps in the order of their moments: each runs a command, and what came of it makes the steps that follow.

What is planned for one day is handed to the ledger's writer together, so that a day shares its transactions; what
follows on the same day is the next wave. Nothing here knows an invoice.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Outcome

Result = Mapping[str, Any]


class Submit(Protocol):
    """Hands a command to the ledger's writer, under an idempotency key, at a moment of the simulated clock."""

    def __call__(self, command: Command, key: str, at: datetime) -> Future[Outcome]:
        """Give the future of its outcome."""


Make = Callable[[], Command | None]
"""Makes a command when its moment has come (what it says may depend on what happened meanwhile); None: no longer."""
Then = Callable[[Result, datetime], Iterable["Step"]]


def no_more(_: Result, __: datetime) -> Iterable[Step]:
    """Follow with nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Step:
    """One command to come: when, what, and what follows from its answer."""

    at: datetime
    make: Make
    then: Then = no_more


@dataclass(slots=True)
class Told:
    """What came of a run."""

    commands: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    repeated: int = 0


@dataclass(slots=True)
class Run:
    """One run of steps through one ledger."""

    submit: Submit
    answered: Callable[[str], Result | None]
    zone: ZoneInfo
    key: str
    played_to: datetime | None = None  # where an earlier run stopped
    told: Told = field(default_factory=Told)
    _steps: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _planned: int = 0
    _now: datetime | None = None

    def plan(self, steps: Iterable[Step]) -> None:
        """Take steps in; one whose moment has passed runs as soon as it can."""
        for step in steps:
            self._planned += 1
            heapq.heappush(self._steps, (step.at, self._planned, step))

    def moment(self, day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """Give a moment of a day, by the business's own clock."""
        return datetime.combine(day, time(hour, minute, second), self.zone)

    def play(self, day: date) -> None:
        """Run every step of a day and of the days before, wave after wave."""
        end = self.moment(day, 0) + timedelta(days=1)
        while self._steps and self._steps[0][0] < end:
            wave: list[tuple[str, Step]] = []
            while self._steps and self._steps[0][0] < end:
                _, rank, step = heapq.heappop(self._steps)
                wave.append((f"{self.key}/{rank}", step))
            self._wave(wave)

    def _wave(self, wave: list[tuple[str, Step]]) -> None:
        """Ask for all, then hand all in, then wait: what one step sees never depends on how quick another was."""
        asked = [(step, each) for key, step in wave if (each := self._ask(key, step)) is not None]
        handed = [(step, each, self._hand_in(each)) for step, each in asked]
        for step, each, future in handed:
            outcome = each.before if future is None else future.result()
            if isinstance(outcome, Refusal):
                self.told.refused[f"{each.name}: {outcome.code} {outcome.place}"] += 1
            elif outcome is not None:
                self.told.commands[each.name] += 1
                self.told.repeated += future is None
                result = outcome if isinstance(outcome, Mapping) else outcome.result
                self.plan(step.then(result, each.at))

    def _ask(self, key: str, step: Step) -> _Asked | None:
        at = step.at if self._now is None or step.at > self._now else self._now
        before = self.answered(key) if self.played_to is not None and at <= self.played_to else None
        if before is None and self.played_to is not None and at < self.played_to:
            return None  # it came to nothing then, and comes to nothing now
        command = step.make() if before is None else None
        if before is None and command is None:
            return None
        self._now = at
        return _Asked(key, at, command, before)

    def _hand_in(self, asked: _Asked) -> Future[Outcome] | None:
        return None if asked.command is None else self.submit(asked.command, asked.key, asked.at)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One step whose moment has come: its command, or what it was answered in an earlier run."""

    key: str
    at: datetime
    command: Command | None
    before: Result | None

    @property
    def name(self) -> str:
        return "done before" if self.command is None else self.command.NAME
