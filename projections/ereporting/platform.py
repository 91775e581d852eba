"""The way out: how a report gets to the approved platform. Nothing here knows what a report says.

It stands apart, as the way out of invoices between businesses will (law section 9, 76): each platform has an interface
of its own. The first one is a folder that the platform's own program watches.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from ledger.kernel.errors import SceauError


class NotHandedOver(SceauError):  # noqa: N818 - the house names what happened, not "Error"
    """The platform could not take the file: nothing was handed over, try again."""


class Platform(Protocol):
    """What takes a report."""

    def hand_over(self, name: str, data: bytes) -> None:
        """Hand a file over; the same file a second time changes nothing.

        Raises:
            NotHandedOver: it could not be taken, or another file of that name was.
        """


class DirectoryDrop:
    """A folder from which the platform's own program collects files; a file appears there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Hand over into `folder`, which must exist."""
        self._folder = folder

    def hand_over(self, name: str, data: bytes) -> None:
        """Write the file under another name first, then give it its own."""
        path, beside = self._folder / name, self._folder / f".{name}.part"
        if path.parent != self._folder:
            raise NotHandedOver(f"{name} is no file name")
        try:
            if path.exists():
                if path.read_bytes() == data:
                    return
                raise NotHandedOver(f"{name} is there already, with other bytes")
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as failure:
            raise NotHandedOver(f"{self._folder}: {failure.strerror}") from failure
