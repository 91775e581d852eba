"""docs/security/leaving.md and threats.md name tests that are there, for every threat."""

from __future__ import annotations

import re

import pytest

from tests.docs.test_readme import ROOT

FOLDER = ROOT / "docs" / "security"


@pytest.mark.parametrize("page", ["leaving.md", "threats.md"])
def test_every_threat_names_tests_that_are_there(page: str) -> None:
    threats = [
        line
        for line in (FOLDER / page).read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and "| tests |" not in line
    ]
    assert threats
    for threat in threats:
        named = re.findall(r"`(tests/[a-z_/]+\.py)`", threat)
        assert named, threat
        for test in named:
            assert (ROOT / test).is_file(), test
