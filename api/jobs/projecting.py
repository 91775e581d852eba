"""The job that keeps rows of projections level with their ledgers; whoever asks for a report catches up by itself too.

Rows are no part of recording: whatever goes wrong here is logged and tried again, and stops no invoice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble
from ledger.kernel.errors import SceauError
from ledger.shell.service import Service
from projections.engine.catching_up import Outcome
from projections.engine.engine import Engine
from projections.engine.errors import Stopped

_LOG: Final = logging.getLogger("sceau.projections")
TURN: Final = timedelta(seconds=10)
"""How long one ledger may keep the others waiting; it goes on in the next round where it was."""
LOOK_AGAIN: Final = timedelta(minutes=1)
"""A ledger at rest costs a look at its head; whether its rows are still there is looked at this often."""


@dataclass(slots=True)
class Projected:
    """What the job found in its last round, and has done since the start; for metrics."""

    entries: int = 0  # read since the start
    behind_entries: int = 0  # of the projection that is furthest behind, over all ledgers
    behind_seconds: int = 0
    stopped: int = 0  # projections that cannot go on, over all ledgers
    missing: int = 0  # purged entries that rows were made without, of the projection that misses most


@dataclass(frozen=True, slots=True)
class _Rest:
    """A ledger whose rows are level."""

    fingerprint: str
    until: timedelta
    missing: int


class Projecting:
    """Catches every projection of every ledger up."""

    def __init__(self, service: Service, engine: Engine, told: Callable[[Projected], None] | None = None) -> None:
        """Catch up with `engine`; `told` gets the figures after each round."""
        self._service = service
        self._engine = engine
        self._told = told
        self._resting: dict[str, _Rest] = {}
        self._trouble = Trouble("projections")
        self._said: dict[tuple[str, str], str] = {}
        self.figures = Projected()

    def run(self, still: Still) -> None:
        """One round."""
        found = Projected(entries=self.figures.entries)
        for row in self._service.ledgers():
            if not still():
                return
            try:
                self._one(row.ledger, still, found)
            except SceauError as error:
                self._trouble.tell(row.ledger, error)
            else:
                self._trouble.over(row.ledger)
        self.figures = found
        if self._told is not None:
            self._told(found)

    def _one(self, ledger: str, still: Still, found: Projected) -> None:
        steady = self._service.clock.steady
        head = self._service.store.head(ledger)
        rest = self._resting.get(ledger)
        if rest is not None and head is not None and rest.fingerprint == head.fingerprint and steady() < rest.until:
            found.missing = max(found.missing, rest.missing)
            return
        self._resting.pop(ledger, None)
        end = steady() + TURN
        outcome = self._engine.catch_up(ledger, still=lambda: still() and steady() < end)
        found.entries += outcome.entries
        found.stopped += len(outcome.stopped)
        missing = max(outcome.missing.values(), default=0)
        found.missing = max(found.missing, missing)
        self._tell(ledger, outcome)
        if outcome.level and head is not None and outcome.head == head.seq:
            self._resting[ledger] = _Rest(head.fingerprint, steady() + LOOK_AGAIN, missing)
            return
        for lag in self._engine.lag(ledger):
            found.behind_entries = max(found.behind_entries, lag.entries)
            found.behind_seconds = max(found.behind_seconds, lag.seconds)

    def _tell(self, ledger: str, outcome: Outcome) -> None:
        """Log what happened to the rows; a projection that stops, once until it stops elsewhere or goes on."""
        for name in outcome.promoted:
            _LOG.info("projection %s of ledger %s: rows were made, and answer", name, ledger)
        for name, why in outcome.restarted.items():
            _LOG.warning("projection %s of ledger %s: %s; made anew from entry 1", name, ledger, why)
        for name, error in outcome.stopped.items():
            if self._said.get((ledger, name)) != str(error):
                self._said[ledger, name] = str(error)
                # Of our own fault the place is logged, never what the entry says.
                cause = error.__cause__ if isinstance(error, Stopped) else None
                _LOG.error("projection of ledger %s: %s%s", ledger, error, _place(cause))
        for name in outcome.positions:
            if name not in outcome.stopped and self._said.pop((ledger, name), None) is not None:
                _LOG.warning("projection %s of ledger %s: all is well again", name, ledger)


def _place(cause: BaseException | None) -> str:
    """Name the file and line that an exception came from, without its words: they may quote an entry."""
    trace = cause.__traceback__ if cause is not None else None
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})"
