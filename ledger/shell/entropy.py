"""The system's random bytes, drawn a page at a time.

Each `os.urandom` gives the interpreter's lock away, and a writer that shares its process with an event loop then waits
to get it back: once for every id and every entry, that was a tenth of the cost of an invoice over HTTP.
"""

from __future__ import annotations

import os
from typing import Final

_PAGE_BYTES: Final = 4096


class Entropy:
    """Random bytes for one thread, no byte given twice. Not shared: a writer's session makes its own."""

    __slots__ = ("_at", "_page")

    def __init__(self) -> None:
        """Draw nothing yet."""
        self._page = b""
        self._at = 0

    def __call__(self, count: int) -> bytes:
        """Give `count` fresh bytes, as `os.urandom` does."""
        start, end = self._at, self._at + count
        if end > len(self._page):
            start, end = 0, count
            self._page = os.urandom(max(_PAGE_BYTES, count))
        self._at = end
        return self._page[start:end]
