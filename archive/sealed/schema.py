"""What an archive carries of ours: the schema of every event, and the two verifiers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
_VERIFIERS: Final = _HERE.parent / "verifiers"


@cache
def events() -> bytes:
    """Give schema/events.schema.json, a copy of docs/spec/events.schema.json (a test holds them equal)."""
    return (_HERE / "events.schema.json").read_bytes()


def verifiers() -> Iterator[tuple[str, bytes]]:
    """Give the verifiers, by their names in the archive."""
    for name in ("verify.py", "verify.html"):
        path = _VERIFIERS / name
        if path.exists():
            yield name, path.read_bytes()
