"""Which renderer this is: the software's version, and a fingerprint of everything that decides a file's bytes."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from ledger.shell.perimeter import software

LIBRARIES: Final = ("font-source-sans-pro", "fonttools", "pikepdf", "pillow", "reportlab", "segno")
"""Whose version decides bytes; the checkers do not."""

_ROOT: Final = Path(__file__).resolve().parents[2]
_DRAWS: Final = ("projections/documents",)
_LEFT_OUT: Final = ("__pycache__", "validation")


@cache
def renderer(proof_url: str | None = None) -> str:
    """Give the 12 hexadecimal digits that name it: another page, font, library or proof address is another renderer."""
    whole = hashlib.sha256(b"sceau-renderer/1\n")
    whole.update(f"proof {proof_url or ''}\n".encode())
    for name in LIBRARIES:
        whole.update(f"{name} {_version(name)}\n".encode())
    for folder in _DRAWS:
        for path in sorted((_ROOT / folder).rglob("*")):
            inside = path.relative_to(_ROOT)
            if path.is_file() and not set(inside.parts) & set(_LEFT_OUT):
                whole.update(f"{inside.as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()[:12]


def software_of(name: str) -> str:
    """Give what `document.rendered/1` says of a renderer."""
    return f"{software()} (renderer {name})"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
