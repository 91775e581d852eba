"""What callers bring to a ledger's writer, how they wait, and how they are answered.

A call waits in a bounded queue. The writer takes everything that waits; answers for one event loop travel together,
in one `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import InvalidStateError
from threading import Condition
from time import monotonic
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.kernel.frozen import frozen
from ledger.shell.errors import Overloaded
from ledger.shell.mapper import Event


@frozen
class Written:
    """One entry that an answer speaks of."""

    seq: int
    stream: str
    type: str
    fingerprint: str


@frozen
class Answer:
    """What a command did, after COMMIT: its entries in order, and the ids and numbers it gave.

    `repeated` says that the idempotency key had been used before and that nothing was written now.
    """

    ledger: str
    entries: tuple[Written, ...]
    result: Mapping[str, Any]
    repeated: bool = False


Outcome = Answer | Refusal


class Call:
    """One command, or prepared events, on the way to the writer."""

    __slots__ = ("actor", "at", "command", "digest", "events", "future", "key", "loop")

    def __init__(
        self,
        command: Command | None,
        *,
        actor: str,
        key: str | None = None,
        digest: str = "",
        at: str | None = None,
        events: Sequence[Event] = (),
    ) -> None:
        """Bring a command, or `events` that were decided elsewhere (they carry their versions)."""
        self.command = command
        self.actor = actor
        self.key = key
        self.digest = digest
        self.at = at  # simulated clocks only
        self.events = events
        self.loop: asyncio.AbstractEventLoop | None = None
        self.future: Any = None  # Future[Outcome] or, with a loop, asyncio.Future[Outcome]


class Replies:
    """Answers gathered until they may be given."""

    __slots__ = ("_items",)

    def __init__(self) -> None:
        self._items: list[tuple[Call, Outcome | BaseException]] = []

    def __len__(self) -> int:
        return len(self._items)

    def add(self, call: Call, outcome: Outcome | BaseException) -> None:
        """Keep one answer, or the failure to raise in the caller."""
        self._items.append((call, outcome))

    def give(self) -> None:
        """Answer everyone, each event loop once."""
        loops: dict[asyncio.AbstractEventLoop, list[tuple[Any, Outcome | BaseException]]] = {}
        for call, outcome in self._items:
            if call.loop is not None:
                loops.setdefault(call.loop, []).append((call.future, outcome))
            else:
                _resolve(call.future, outcome)
        self._items = []
        for loop, several in loops.items():
            try:
                loop.call_soon_threadsafe(_resolve_all, several)
            except RuntimeError:  # the loop is closed: nobody waits there any more
                continue


class CallQueue:
    """The bounded queue of one ledger, and the thread that empties it, which ends when nothing comes."""

    def __init__(self, limit: int) -> None:
        """Hold at most `limit` calls that nobody has taken yet."""
        self._limit = limit
        self._calls: deque[Call] = deque()
        self._ready = Condition()
        self._wanted = 1
        self._sleeping = False
        self._stopped = False

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def condition(self) -> Condition:
        """The lock of the queue; its owner may look whether it is empty and start a thread."""
        return self._ready

    def put(self, call: Call, started: Callable[[], None]) -> None:
        """Add a call; `started` is called under the lock, to see to it that a thread runs.

        Raises:
            Overloaded: the queue is full, or no longer taken from.
        """
        with self._ready:
            if self._stopped or len(self._calls) >= self._limit:
                raise Overloaded("stopping" if self._stopped else "too many calls wait")
            self._calls.append(call)
            started()
            if self._sleeping and len(self._calls) >= self._wanted:
                self._ready.notify()

    def take(
        self, most: int, idle_seconds: float, patience_seconds: float, recent: int, ended: Callable[[], None]
    ) -> list[Call]:
        """Take what waits, at most `most`; nothing after `idle_seconds` without a call: the thread is to end.

        When calls came in groups lately (`recent` callers), a shorter group is waited for up to `patience_seconds`:
        they are on their way, and one transaction more would cost them more. `ended` is called under the lock.
        """
        with self._ready:
            until = monotonic() + idle_seconds
            while not self._calls and not self._stopped and (left := until - monotonic()) > 0:
                self._sleep(left, 1)
            recent = min(recent, most)
            if 0 < len(self._calls) < recent and not self._stopped:
                until = monotonic() + patience_seconds
                while len(self._calls) < recent and (left := until - monotonic()) > 0:
                    self._sleep(left, recent)
            calls = self._calls
            taken = [calls.popleft() for _ in range(min(most, len(calls)))]
            if not taken:
                ended()
            return taken

    def stop(self) -> None:
        """Take no more calls; those that wait are still served."""
        with self._ready:
            self._stopped = True
            self._ready.notify_all()

    def _sleep(self, seconds: float, wanted: int) -> None:
        self._sleeping, self._wanted = True, wanted
        self._ready.wait(seconds)
        self._sleeping = False


def _resolve(future: Any, outcome: Outcome | BaseException) -> None:
    if future.done():  # who asked has gone
        return
    try:
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
    except (InvalidStateError, asyncio.InvalidStateError):  # or went at this very moment
        return


def _resolve_all(several: list[tuple[Any, Outcome | BaseException]]) -> None:
    for future, outcome in several:
        _resolve(future, outcome)
