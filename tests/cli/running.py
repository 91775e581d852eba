"""Runs `sceau` in a folder of its own, as a user would: in this process, which spares each test a second's start."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from api.cli import main

PASSPHRASE = "a passphrase for tests only"


@dataclass(frozen=True)
class Run:
    """What a run of `sceau` gave."""

    returncode: int
    stdout: str
    stderr: str


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give the environment of a program run in `folder`, free of the caller's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")}
    return {**kept, "SCEAU_STORE": f"sqlite:///{folder}/var/sceau.db", **more}


def sceau(folder: Path, *words: str, given: str = "", **more: str) -> Run:
    """Run `sceau` with these words; never raises for its own failures, the caller looks at the exit code."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    source = io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8")
    code: Any = 0
    with (
        chdir(folder),
        patch.dict(os.environ, environment(folder, **more), clear=True),
        patch.multiple(sys, argv=["sceau", *words], stdout=out, stderr=err, stdin=source),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
    shown, said = (stream.buffer.getvalue().decode() for stream in (out, err))
    return Run(int(code), shown, said)


def told(folder: Path, *words: str, given: str = "", expect: int = 0, **more: str) -> Any:
    """Run `sceau ... --json`, hold the exit code, give the JSON document."""
    run = sceau(folder, *words, "--json", given=given, **more)
    assert run.returncode == expect, run.stderr or run.stdout
    return json.loads(run.stdout)
