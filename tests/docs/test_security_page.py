"""docs/security/leaving.md names tests that are there, for every threat."""

from __future__ import annotations

import re

from tests.docs.test_readme import ROOT

PAGE = ROOT / "docs" / "security" / "leaving.md"


def test_every_threat_names_tests_that_are_there() -> None:
    threats = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and "| tests |" not in line
    ]
    assert threats
    for threat in threats:
        named = re.findall(r"`(tests/[a-z_/]+\.py)`", threat)
        assert named, threat
        for test in named:
            assert (ROOT / test).is_file(), test
