"""Forms of archive: one writer each, and the rest knows nothing of them."""

from __future__ import annotations

import ast
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pytest

from archive import creation
from archive.creation import Made, create, recorded
from archive.job import Job, Written
from tests.archive.samples import sample, sell_november

ROOT = Path(__file__).resolve().parents[2] / "archive"


def norm(job: Job, out: BinaryIO, private: BinaryIO, /) -> Written:
    """A form of somebody else's: the lines, and nothing besides."""
    data = b"".join(line.line for line in job.store.lines(job.ledger, job.range.first - 1, job.range.last))
    out.write(data)
    private.write(b"names")
    return Written(sha256(data).hexdigest(), sha256(b"").hexdigest(), None, None, 1, {})


def test_another_form_is_one_more_writer_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creation, "FORMATS", {"state/1": norm})
    monkeypatch.setattr(creation, "DEFAULT", "state/1")
    with sample(tmp_path) as it:
        sell_november(it)
        made = create(it.service, it.ledger, "2026-11", tmp_path / "a.zip")
        assert isinstance(made, Made)
        assert sha256(made.path.read_bytes()).hexdigest() == made.manifest
        [one] = recorded(it.store, it.ledger)
        assert (one.event["format"], one.event["manifest"]) == ("state/1", made.manifest)


def test_only_the_table_of_forms_knows_a_writer() -> None:
    for path in (ROOT / name for name in ("creation.py", "job.py", "period.py", "outfile.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                assert not node.module.startswith("archive.sealed"), path.name
