"""When a message is tried again: soon at first, then rarely, never all at one moment; and when it is given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

MINUTES: Final = (1, 2, 5, 15, 30, 60, 120)
"""After the first, second, ... failure; the last one from then on."""
LIFE: Final = timedelta(days=3)
"""How long a message is tried, from when it was made (RFC 5321 4.5.4.1 wants four to five days of a server; a quote or
a reminder that comes later than this says what is no longer so)."""
PAUSES: Final = (15, 30, 60, 120, 300, 600)
"""Seconds for which nobody is tried after the server itself was away, again and again."""


def delay(attempts: int, below: Callable[[int], int]) -> timedelta:
    """Give how long to wait after so many failures: up to a quarter more than the table says."""
    seconds = MINUTES[min(attempts, len(MINUTES)) - 1] * 60
    return timedelta(seconds=seconds + below(seconds // 4 + 1))


def pause(times: int, below: Callable[[int], int]) -> timedelta:
    """Give how long to leave the server alone after it was away so many times in a row."""
    seconds = PAUSES[min(times, len(PAUSES)) - 1]
    return timedelta(seconds=seconds + below(seconds // 4 + 1))
