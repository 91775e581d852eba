"""Asks whether a known vulnerability is in what we run on: `make audit`, and the continuous integration.

pip-audit reads the advisories of the Python Packaging Advisory Database through PyPI. Where that cannot be reached
nothing is known, and this says so instead of "well": docs/decisions/dependency-audit.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

SECONDS: Final = 300


def main() -> int:
    """Audit what is installed here; 1 where something is found, 0 otherwise, 2 where pip-audit itself fails."""
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable"], capture_output=True, text=True, check=True
    ).stdout
    run = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", "/dev/stdin", "--no-deps", "--disable-pip", "-f", "json"],
        input=frozen, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    try:
        report = json.loads(run.stdout)
    except ValueError:
        print(run.stderr[-2000:], file=sys.stderr)
        return 2
    words, found = told(report)
    print(words)
    return 1 if found else 0


def told(report: dict[str, Any]) -> tuple[str, bool]:
    """Say what a report of pip-audit holds, and whether anything was found."""
    packages = report["dependencies"]
    audited = [one for one in packages if "skip_reason" not in one]
    found = [(one["name"], one["version"], each["id"]) for one in audited for each in one.get("vulns", [])]
    lines = [f"{name} {version}: {identifier}" for name, version, identifier in found]
    if not audited:
        lines.append(f"NOT AUDITED: the advisories cannot be reached from here ({len(packages)} packages)")
    else:
        skipped = len(packages) - len(audited)
        lines.append(f"{len(audited)} packages audited, {len(found)} known vulnerabilities, {skipped} not audited")
    return "\n".join(lines), bool(found)


if __name__ == "__main__":
    sys.exit(main())
