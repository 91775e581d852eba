"""When a delivery is tried again, and what an answer means for what comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from api.webhooks.sending import Outcome

DELAYS: Final = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""After the first try, the second, ...: the schedule that Standard Webhooks gives, ten tries in some three days."""
TRIES: Final = len(DELAYS) + 1
JITTER: Final = 2000
"""At most this many ten-thousandths are added to a delay, so that what failed together is not tried together."""
OF_THE_EVENT: Final = frozenset({400, 409, 413, 415, 422})
"""The endpoint answers and refuses this event: the next may pass. With any other status or none, it is the endpoint."""


def delay(attempts: int, outcome: Outcome, below: Callable[[int], int]) -> timedelta | None:
    """Give how long to wait after `attempts` tries, the last of which ended so; None when it was the last.

    Args:
        attempts: tries so far, from 1.
        outcome: of the last; its `retry_after` may lengthen the delay, never shorten it.
        below: a random whole number from 0 below its argument.
    """
    if attempts >= TRIES:
        return None
    wait = DELAYS[attempts - 1]
    wait += wait * below(JITTER) / 10_000
    return max(wait, timedelta(seconds=outcome.retry_after))
