"""Archives to attack: those of `tests.archive.samples`, made once; and the verifier as its users run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.verifiers import verify
from tests.archive import samples
from tests.verifiers.alone import forge

VERIFIER = Path(verify.__file__)


@dataclass
class Samples:
    """A folder with two months and a year of one ledger, and what is known of it from elsewhere."""

    folder: Path
    genesis: str
    archive_key: str
    year_key: str

    def path(self, period: str) -> Path:
        return self.folder / f"atelier-{period}.zip"

    def files(self, period: str = "2026-11") -> forge.Files:
        return forge.read(self.path(period))


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    folder = tmp_path_factory.mktemp("archives")
    samples.write(folder)
    read = [(folder / name).read_text().strip() for name in ("genesis", "archive-key", "year-2026.key")]
    return Samples(folder, *read)


Verdict = dict[str, Any]
Check = Callable[..., Verdict]


@pytest.fixture
def check(kept: Samples) -> Check:
    """Verify in this process, pinned by the genesis unless told otherwise."""

    def run(*paths: Path, genesis: str | None = None, jobs: int = 1, **given: Any) -> Verdict:
        options = verify.Options()
        options.paths = [str(path) for path in paths]
        options.genesis = kept.genesis if genesis is None else genesis
        options.jobs, options.lang, options.openssl = jobs, "en", given.pop("openssl", False)
        for name, value in given.items():
            setattr(options, name, value)
        found = verify.verify(options)
        del found["_shown"]
        return json.loads(json.dumps(found))  # type: ignore[no-any-return] # as --json prints it

    return run


def codes(verdict: Verdict) -> list[tuple[str, int]]:
    return [(one["code"], one["seq"]) for one in verdict["findings"]]


def program(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the verifier as an inspector does: nothing of ours on the path, an empty environment."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment or {}, timeout=120)
