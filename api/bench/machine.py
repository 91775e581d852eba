"""What a figure was measured on: without it, it says nothing."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import sys
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


def peak_mib() -> float:
    """Give the greatest memory of this process, or of any process it waited for, in MiB.

    On Linux the process's own `ru_maxrss` begins with that of whoever started it (execve keeps it), hence VmHWM.
    """
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # bytes there, KiB here
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    status = Path("/proc/self/status")
    if not status.exists():
        return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) / unit
    high = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
    return max(int(high.split()[1]), children) / unit
