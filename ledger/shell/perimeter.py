"""Which software writes: its version, and a fingerprint of the part that records and keeps (the fiscal perimeter).

BOI-TVA-DECLA-30-10-30 §340: what makes the data inalterable, secure, kept and archived is the perimeter whose change is
a major one. The fingerprint is SHA-256 over the path and SHA-256 of each source and schema file of `ledger`, in order.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parent.parent
_SUFFIXES: Final = (".py", ".sql")


@cache
def software() -> str:
    """Give the software's name and version, as `ledger.opened/1` and `software.changed/1` say it."""
    try:
        return f"sceau {version('sceau')}"
    except PackageNotFoundError:
        return "sceau (not installed)"


@cache
def perimeter() -> str:
    """Give the fingerprint of the fiscal perimeter's files, 64 hex digits."""
    total = hashlib.sha256()
    for path in sorted(path for path in _ROOT.rglob("*") if path.suffix in _SUFFIXES):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(_ROOT).as_posix()} {digest}\n".encode())
    return total.hexdigest()
