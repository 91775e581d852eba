"""What goes wrong in each ledger, logged when it begins or changes and not in every round."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import extract_tb
from typing import Final

_LOG: Final = logging.getLogger("sceau.jobs")


class Trouble:
    """The troubles of one job, by ledger."""

    def __init__(self, job: str) -> None:
        """Name the job in what is logged."""
        self._job = job
        self._told: dict[str, str] = {}

    def tell(self, ledger: str, error: Exception) -> None:
        """Log a failure unless it was the last thing told of this ledger."""
        if self._told.get(ledger) != str(error):
            self._told[ledger] = str(error)
            _LOG.warning("%s of ledger %s: %s", self._job, ledger, error)

    def over(self, ledger: str) -> None:
        """Log that all is well, if something was told before."""
        if self._told.pop(ledger, None) is not None:
            _LOG.warning("%s of ledger %s: all is well again", self._job, ledger)


def place_of(error: BaseException) -> str:
    """Give an error's type and the lines of code that it came through: its own words may name a person."""
    frames = [f"{Path(one.filename).name}:{one.lineno}" for one in extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' > '.join(frames[-6:])}"
