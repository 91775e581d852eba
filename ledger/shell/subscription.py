"""A subscription that polls: correct without notifications, prompt when the writer is in the same process."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eventsourcing.persistence import Notification, Subscription

if TYPE_CHECKING:
    from ledger.shell.recorder import LedgerRecorder

_SELECT_LIMIT = 500
_POLL_SECONDS = 0.1


class PollingSubscription(Subscription["LedgerRecorder"]):
    """Entries after a position, then those still to come, until stopped."""

    def __init__(self, recorder: LedgerRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        """Follow `recorder` from after seq `gt`, of `topics` alone if given."""
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._ready: deque[Notification] = deque()

    def stop(self) -> None:
        """Stop; whoever waits in `next` returns."""
        super().stop()
        with self._recorder.hint:
            self._recorder.hint.notify_all()

    def __next__(self) -> Notification:
        """The next entry, waited for."""
        while not self._has_been_stopped:
            if self._ready:
                return self._ready.popleft()
            if not self._pull():
                self._wait()
        raise StopIteration

    def _pull(self) -> bool:
        after = self._last_notification_id or 0
        # Read before the entries: what comes in between is then read again, never skipped.
        end = self._recorder.max_notification_id() or 0
        if end <= after:
            return False
        found = self._recorder.select_notifications(after, _SELECT_LIMIT, end, self._topics, inclusive_of_start=False)
        self._last_notification_id = found[-1].id if len(found) == _SELECT_LIMIT else end
        self._ready.extend(found)
        return bool(found)

    def _wait(self) -> None:
        with self._recorder.hint:
            if not self._has_been_stopped:
                self._recorder.hint.wait(_POLL_SECONDS)
