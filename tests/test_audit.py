"""The audit of dependencies says what it found, and what it could not ask; every dependency has bounds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.audit import told

ROOT = Path(__file__).resolve().parents[1]


def test_a_known_vulnerability_is_found() -> None:
    report = {
        "dependencies": [
            {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"]}]},
            {"name": "sceau", "skip_reason": "editable"},
        ]
    }
    assert told(report) == (
        "jinja2 2.0: PYSEC-2014-8\n1 packages audited, 1 known vulnerabilities, 1 not audited",
        True,
    )


def test_what_could_not_be_asked_is_not_called_well() -> None:
    words, found = told({"dependencies": [{"name": "jinja2", "skip_reason": "not found on PyPI"}]})
    assert (words, found) == ("NOT AUDITED: the advisories cannot be reached from here (1 packages)", False)


UNBOUNDED = {"tzdata>=2025.2": "time zones as they are decided: the newest is the right one"}


def test_every_dependency_has_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    assert [each for each in wanted if not re.search(r"==|>=.*<", each)] == list(UNBOUNDED)
