"""Where the golden XML of each case stands."""

from __future__ import annotations

from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> Path:
    """Give the file of a case."""
    return GOLDEN / f"{name}.xml"
