"""Records the fiscal perimeter in docs/certification/perimeter.json, one entry per major version.

`python -m tests.docs.perimeter_page` records what stands here. From version 1 on an entry is never changed: another
perimeter wants the next major version first (`version` in pyproject.toml). During development (major 0) only the list
of files is recorded; see docs/decisions/fiscal-perimeter.md.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ledger.shell.perimeter import PerimeterFile, files_under, fingerprint_of, major_minor

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "certification" / "perimeter.json"

Recorded = dict[str, dict[str, Any]]


def version() -> str:
    """Give the version that pyproject.toml names: the one about to be released, whatever is installed."""
    found: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return found


def faults(recorded: Recorded, named: str, files: Sequence[PerimeterFile]) -> list[str]:
    """Say where the code and the record differ; nothing when they agree."""
    known = major_minor(named)
    if known is None:
        return [f"{named} has no root and subdivision"]
    major = known[0]
    numbers = sorted(map(int, recorded))
    if numbers != list(range(len(numbers))):
        return [f"the recorded major versions have a gap: {numbers}"]
    entry = recorded.get(str(major))
    if entry is None:
        return [f"major version {major} is not recorded"]
    if numbers[-1] != major:
        return [f"major version {numbers[-1]} is recorded and the code is {named}"]
    paths = [each.path for each in files]
    if major == 0:
        gone, new = sorted(set(entry["files"]) - set(paths)), sorted(set(paths) - set(entry["files"]))
        return [f"no longer in the perimeter: {path}" for path in gone] + [f"not recorded: {path}" for path in new]
    old: dict[str, str] = entry["files"]
    now = {each.path: each.sha256 for each in files}
    wrong = [
        f"changed since {major}.0: {path}" for path in sorted(old.keys() | now.keys()) if old.get(path) != now.get(path)
    ]
    if not wrong and entry["fingerprint"] != fingerprint_of(tuple(files)):
        wrong.append("the recorded fingerprint is not that of the recorded files")
    return wrong


def record(recorded: Recorded, named: str, files: Sequence[PerimeterFile]) -> Recorded:
    """Give the record with this version's entry.

    Raises:
        ValueError: a released version's perimeter is not what is recorded: the major version must be raised first.
    """
    known = major_minor(named)
    if known is None:
        raise ValueError(f"{named} has no root and subdivision")
    major = known[0]
    if major == 0:
        return {**recorded, "0": {"files": [each.path for each in files]}}
    if str(major) in recorded:
        wrong = faults(recorded, named, files)
        if wrong:
            raise ValueError(f"raise the major version above {major} in pyproject.toml first: {wrong[0]}")
        return recorded
    if major != len(recorded):
        raise ValueError(f"the next major version is {len(recorded)}, and the code is {named}")
    entry = {
        "version": named,
        "fingerprint": fingerprint_of(tuple(files)),
        "files": {each.path: each.sha256 for each in files},
    }
    return {**recorded, str(major): entry}


def read() -> Recorded:
    """Read the record."""
    found: Recorded = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    return found


if __name__ == "__main__":
    try:
        made = record(read(), version(), files_under(ROOT))
    except ValueError as refused:
        sys.exit(f"{TABLE.name}: {refused}")
    TABLE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: version {version()}, {len(files_under(ROOT))} files\n")
