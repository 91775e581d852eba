"""What a figure was measured on: without it, it says nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.bench.postgres import ABSENT, Server


def machine(server: Server | None) -> dict[str, Any]:
    """Give the machine, its load before the run, and the versions of what was measured."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": platform.system(),
        "python": platform.python_version(),
        "sceau": version("sceau"),
        "eventsourcing": version("eventsourcing"),
        "sqlite": f"SQLite {sqlite3.sqlite_version}, WAL, synchronous FULL",
        "postgresql": ABSENT if server is None else server.words,
    }


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in told if line.startswith("model name"))
    return next(names, platform.machine())
