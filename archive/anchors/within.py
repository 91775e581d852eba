"""A place that never comes to an end: given up after a while, whatever it is that hangs.

Timeouts of sockets are for one read each. A peer that sends a byte now and then, a name server, a mount whose machine
is off outlast them all, and would hold up every other place and ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Final, TypeVar

from archive.anchors.anchor import AnchorFailure

Given = TypeVar("Given")

_MOST_HANGING: Final = 16
_room: Final = BoundedSemaphore(_MOST_HANGING)


def within(seconds: float, work: Callable[[], Given]) -> Given:
    """Give what `work` gives or raises, if it comes to an end in this time.

    What hangs is left to itself in a thread that does not keep the process alive; when sixteen hang, no more are begun.

    Raises:
        AnchorFailure: `unreachable`: it did not end in time.
    """
    if not _room.acquire(blocking=False):
        raise AnchorFailure("unreachable", "earlier tries still hang")
    ended: SimpleQueue[Callable[[], Given]] = SimpleQueue()

    def run() -> None:
        try:
            given = work()
        except BaseException as error:  # whatever it is, it is raised where it is waited for
            failure = error

            def again() -> Given:
                raise failure

            ended.put(again)
        else:
            ended.put(lambda: given)
        finally:
            _room.release()

    try:
        Thread(target=run, name="sceau-place", daemon=True).start()
    except RuntimeError as error:  # no thread to be had
        _room.release()
        raise AnchorFailure("unreachable", "no thread") from error
    try:
        outcome = ended.get(timeout=seconds)
    except Empty:
        raise AnchorFailure("unreachable", "too slow") from None
    return outcome()
