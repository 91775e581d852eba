"""Which software writes: its version, and a fingerprint of the part that records and keeps (the fiscal perimeter).

BOI-TVA-DECLA-30-10-30 §315 to 340: what makes the data inalterable, secure, kept and archived is the perimeter whose
change is a major one. It is every file of code, schema or text of `ledger` (bytes, rules, stores, keys, writer) and of
`archive` (closures' papers, archives, purge, verifiers), but for the files that only describe the software
(`OUTSIDE`). The fingerprint is SHA-256 over the lines `<path> <SHA-256 of the file>`, sorted by path: `sceau about
--files` prints these very lines, so that `sha256sum` gives it again. Libraries are not in it; `sceau about` names their
versions. `docs/certification/perimeter.json` records it for each major version, and a test holds the two equal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Final

from ledger.domain.events.ledger import SoftwareChanged
from ledger.domain.streams.ledger import LedgerState

_ROOT: Final = Path(__file__).resolve().parents[2]
PARTS: Final = ("archive", "ledger")
"""The folders of the perimeter."""
OUTSIDE: Final = ("archive/attestation/",)
"""What stands in those folders and neither records nor keeps: the paper about the software."""
SUFFIXES: Final = (".html", ".json", ".py", ".sql", ".txt")
"""The kinds of files that count: sources, schemas, the notice and the verifiers that archives carry."""
LIBRARIES: Final = ("eventsourcing", "cryptography", "orjson", "pydantic", "psycopg", "tzdata")
"""What the perimeter stands on."""
NOT_INSTALLED: Final = "not installed"


@dataclass(frozen=True, slots=True)
class PerimeterFile:
    """One file of the perimeter: its path from the project's root, with slashes, and its SHA-256."""

    path: str
    sha256: str


@cache
def release() -> str:
    """Give the version's text, as the package's metadata have it."""
    try:
        return version("sceau")
    except PackageNotFoundError:
        return NOT_INSTALLED


@cache
def software() -> str:
    """Give the software's name and version, as `ledger.opened/1` and `software.changed/1` say it."""
    return f"sceau {release()}" if release() != NOT_INSTALLED else "sceau (not installed)"


def major_minor(text: str) -> tuple[int, int] | None:
    """Read root and first subdivision of a version: `2.1.3` and `sceau 2.1.3` give 2 and 1, what has none None."""
    parts = text.rpartition(" ")[2].split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts[:2]):
        return None
    return int(parts[0]), int(parts[1])


def files_under(root: Path) -> tuple[PerimeterFile, ...]:
    """List the perimeter of the project that stands at `root`, sorted by path."""
    found = {
        path.relative_to(root).as_posix(): path
        for part in PARTS
        for path in (root / part).rglob("*")
        if path.suffix in SUFFIXES and path.is_file()
    }
    return tuple(
        PerimeterFile(name, hashlib.sha256(found[name].read_bytes()).hexdigest())
        for name in sorted(found)
        if not name.startswith(OUTSIDE)
    )


def fingerprint_of(files: tuple[PerimeterFile, ...]) -> str:
    """Give the fingerprint of a list of files, 64 hex digits."""
    return hashlib.sha256("".join(f"{each.path} {each.sha256}\n" for each in files).encode()).hexdigest()


@cache
def perimeter_files() -> tuple[PerimeterFile, ...]:
    """List the files of the running software's perimeter, read once: what this process works by."""
    return files_under(_ROOT)


@cache
def perimeter() -> str:
    """Give the fingerprint of the fiscal perimeter's files, 64 hex digits."""
    return fingerprint_of(perimeter_files())


def software_change(recorded: LedgerState | None) -> SoftwareChanged | None:
    """Tell what a ledger must note when the software that writes it is not the one it last noted; None when it is.

    A change is a major one exactly when the perimeter changed (§340): for a released version the recorded table sees
    to it that its first number has changed too.
    """
    if recorded is None or (recorded.software, recorded.perimeter) == (software(), perimeter()):
        return None
    return SoftwareChanged(software=software(), perimeter=perimeter(), major=recorded.perimeter != perimeter())


@cache
def libraries() -> dict[str, str]:
    """Give the versions of the libraries that the perimeter stands on."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = NOT_INSTALLED
    return found


@cache
def licence() -> str | None:
    """Give the licence that the package's metadata name (an SPDX expression), or None."""
    try:
        return next(iter(metadata("sceau").get_all("License-Expression") or ()), None)
    except PackageNotFoundError:
        return None
