"""Group commit: many threads, one transaction at a time, nobody waiting longer than one of them.

The first caller leads: it waits a moment for those who were in the last group, takes whoever is there, runs them in
one go and hands over to the first who came meanwhile. Threads that alternate as leaders without that moment's wait
halve the group.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class _Place(Generic[T]):
    __slots__ = ("error", "item", "leads", "wake")

    def __init__(self, item: T) -> None:
        self.item = item
        self.leads = False
        self.error: BaseException | None = None
        self.wake = Lock()
        self.wake.acquire()


class Group(Generic[T]):
    """Runs items of several threads together, through `run(items)`, which keeps each item's outcome in the item."""

    def __init__(self, run: Callable[[list[T]], None], *, patience_seconds: float, most: int) -> None:
        """Group at most `most` items; a leader waits at most `patience_seconds` for those of the last group."""
        self._run = run
        self._patience = patience_seconds
        self._most = most
        self._lock = Lock()
        self._waiting: list[_Place[T]] = []
        self._busy = False
        self._expected = 1
        self._gathered = Lock()
        self._gathered.acquire()

    def submit(self, item: T) -> None:
        """Return when `item` has been run; whatever `run` itself raises is raised in each of its callers."""
        place = _Place(item)
        with self._lock:
            self._waiting.append(place)
            place.leads = not self._busy
            self._busy = True
            if len(self._waiting) == self._expected and not place.leads and self._gathered.locked():
                self._gathered.release()
        if not place.leads:
            place.wake.acquire()
        if place.leads:
            self._lead()
        if place.error is not None:
            raise place.error

    def _lead(self) -> None:
        group: list[_Place[T]] = []
        try:
            self._gather()
            group = self._take()
            self._run([place.item for place in group])
        except BaseException as error:
            group = group or self._take()
            for place in group:
                place.error = error
        finally:
            self._expected = max(len(group), 1)
            for place in group[1:]:
                place.wake.release()
            self._hand_over()

    def _take(self) -> list[_Place[T]]:
        with self._lock:
            group = self._waiting[: self._most]  # the leader's own place stands first
            del self._waiting[: self._most]
        return group

    def _gather(self) -> None:
        if self._expected > 1 and len(self._waiting) < self._expected:
            self._gathered.acquire(timeout=self._patience)
        else:
            self._gathered.acquire(blocking=False)

    def _hand_over(self) -> None:
        with self._lock:
            if not self._waiting:
                self._busy = False
                return
            heir = self._waiting[0]
            heir.leads = True
        heir.wake.release()
