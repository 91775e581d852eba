"""The threads of the recurring work: one for each job, one process at a time by a lease, and a graceful end.

A lease lapses by itself, so that a process that was killed holds nobody up for long. What it guards is safe to do
twice: closures and checkpoints are compared-and-swapped, an anchor is kept once. It only saves the work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from threading import Event, Thread
from typing import Final, Protocol

from archive.anchors.anchor import rfc3339
from ledger.kernel.errors import SceauError
from ledger.shell.side import Side

_LOG: Final = logging.getLogger("sceau.jobs")
LEASE: Final = timedelta(seconds=120)
"""A lease is prolonged before each ledger; one that takes longer than this lets another process join in."""

Still = Callable[[], bool]
"""Asked before each piece of work: false when the end is near, or another process has the lease."""


class Wake(Protocol):
    """What a thread waits on: `threading.Event`, or a test."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait; true when it is time to end."""

    def is_set(self) -> bool:
        """Whether it is time to end."""

    def set(self) -> None:
        """Make it time to end."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of recurring work."""

    name: str
    every_seconds: float
    run: Callable[[Still], None]
    end: Callable[[], None] | None = None
    """Called once at the end: lets go of threads of its own that outlast a round."""


class Scheduler:
    """Runs jobs until it is stopped."""

    def __init__(
        self,
        side: Side,
        jobs: Sequence[Job],
        clock: Callable[[], datetime],
        wake: Callable[[], Wake] = Event,
        holder: str | None = None,
    ) -> None:
        """Run `jobs`, each in a thread of its own, when this process holds its lease in `side`."""
        self._side = side
        self._jobs = tuple(jobs)
        self._clock = clock
        self._holder = holder or token_hex(8)
        self._end = wake()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Start the threads."""
        for job in self._jobs:
            thread = Thread(target=self._loop, args=(job,), name=f"sceau-{job.name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout_seconds: float = 30.0) -> None:
        """Let what is under way come to its end, give the leases back."""
        self._end.set()
        for thread in self._threads:
            thread.join(timeout_seconds)
        for job in self._jobs:
            try:
                self._side.drop_lease(_name(job), self._holder)
            except SceauError as error:
                _LOG.warning("lease of %s not given back: %s", job.name, type(error).__name__)

    def run_once(self, job: Job) -> bool:
        """Run a job if its lease is free or ours; tell whether it ran. A failure is logged, never raised."""
        try:
            if not self._hold(job):
                return False
            job.run(lambda: not self._end.is_set() and self._hold(job))
        except SceauError as error:
            _LOG.warning("job %s: %s", job.name, error)
        except Exception as error:  # the thread goes on: the next round may do better
            _LOG.error("job %s failed: %s", job.name, type(error).__name__, exc_info=True)
        return True

    def _loop(self, job: Job) -> None:
        while not self._end.is_set():
            self.run_once(job)
            if self._end.wait(job.every_seconds):
                break
        if job.end is not None:
            job.end()

    def _hold(self, job: Job) -> bool:
        now = self._clock()
        until, never = rfc3339(now + LEASE), rfc3339(now + 2 * LEASE)
        return self._side.take_lease(_name(job), self._holder, rfc3339(now), until, never)


def _name(job: Job) -> str:
    return f"jobs.{job.name}"
