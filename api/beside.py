"""Work beside the requests of one process: long tasks that tell how far they are, and figures kept until they age.

Nothing here is a record: what a task did stands in the ledger, what is kept can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final, Literal

_THREADS: Final = 2
_MOST_KEPT: Final = 10_000

State = Literal["waiting", "running", "done", "failed"]
Told = Callable[[int], None]
"""Told by the work how many things (entries) it has done."""
Failed = Callable[[Exception], None]
"""Told of a fault that nobody who waits will read."""


@dataclass(frozen=True, slots=True)
class Task:
    """One long task as it stood when it was asked for. `total` is what `done` goes up to, 0 where nobody knows.

    It does not change while a page is made of it: a task that ends meanwhile is over on the next page.
    """

    name: str
    total: int
    state: State = "waiting"
    done: int = 0
    result: Any = None

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in ("done", "failed")

    @property
    def percent(self) -> int:
        """How far it is, 0 to 99 until it is over."""
        if self.over:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure that was made once, and what it was made of."""

    stamp: Any
    value: Any


@dataclass(slots=True)
class Beside:
    """Tasks and kept figures of one process, by ledger and name. Methods may be called from several threads."""

    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "beside"))
    _lock: Lock = field(default_factory=Lock)
    _tasks: dict[tuple[str, str], Task] = field(default_factory=dict)
    _kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    _making: dict[tuple[str, str], Lock] = field(default_factory=dict)

    # ---- tasks

    def begin(
        self, ledger: str, name: str, work: Callable[[Told], Any], total: int = 0, failed: Failed | None = None
    ) -> Task:
        """Begin a task unless the ledger has one of that name that is not over; give whichever it is."""
        with self._lock:
            found = self._tasks.get((ledger, name))
            if found is not None and not found.over:
                return found
            task = self._tasks[ledger, name] = Task(name, total)
        self._pool.submit(self._run, (ledger, name), work, failed)
        return task

    def task(self, ledger: str, name: str) -> Task | None:
        """Give the last task of a name as it stands now, under way or over: ask once for each page."""
        return self._tasks.get((ledger, name))

    def _run(self, key: tuple[str, str], work: Callable[[Told], Any], failed: Failed | None) -> None:
        def stands(**changed: Any) -> None:
            with self._lock:
                self._tasks[key] = replace(self._tasks[key], **changed)

        stands(state="running")
        try:
            result = work(lambda done: stands(done=done))
        except Exception as fault:
            if failed is not None:
                failed(fault)
            stands(state="failed")
        else:
            stands(state="done", result=result)

    # ---- figures

    def kept(self, ledger: str, name: str) -> Kept | None:
        """Give a figure as it was made last, whatever its age."""
        return self._kept.get((ledger, name))

    def fresh(self, ledger: str, name: str, stamp: Any, make: Callable[[], Any]) -> Any:
        """Give a figure made of exactly `stamp`: the kept one, or made now, by one thread for all that ask."""
        key = (ledger, name)
        with self._lock:
            turn = self._making.setdefault(key, Lock())
        with turn:
            found = self._kept.get(key)
            if found is not None and found.stamp == stamp:
                return found.value
            value = make()
            self.keep(ledger, name, stamp, value)
            return value

    def keep(self, ledger: str, name: str, stamp: Any, value: Any) -> None:
        """Keep a figure that was made of `stamp`, in place of an earlier one of its name."""
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[ledger, name] = Kept(stamp, value)

    def close(self) -> None:
        """Let what is under way end, and take nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
