"""`pdfsig` of poppler: the second opinion on a seal.

`python -m tests.documents.poppler` gets it as root with apt-get; where it cannot be had, its tests say so and are
skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

HELP: Final = "pdfsig is not installed: apt-get install poppler-utils"
needs_pdfsig = pytest.mark.skipif(shutil.which("pdfsig") is None, reason=HELP)


def pdfsig(path: Path) -> str:
    """What `pdfsig` says of a file's signatures, trusting no certificate."""
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, timeout=60)
    return done.stdout


def get() -> bool:
    """Install it if that is possible here; whether it is there now."""
    if shutil.which("pdfsig") is None and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
        for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", "poppler-utils"]):
            subprocess.run(["apt-get", *words], env=quiet, stdout=subprocess.DEVNULL, timeout=600)
    return shutil.which("pdfsig") is not None


if __name__ == "__main__":
    sys.stderr.write(f"== {shutil.which('pdfsig')}\n" if get() else f"== {HELP}; tests that need it are skipped\n")
