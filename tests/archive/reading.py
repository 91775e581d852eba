"""Reading an archive with the library alone."""

from __future__ import annotations

import zipfile
from pathlib import Path


def members(path: Path) -> dict[str, bytes]:
    """Give every member of a ZIP, in order."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}
