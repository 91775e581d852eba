"""The recorded perimeter is the code's: another perimeter is another major version."""

from __future__ import annotations

import pytest

from ledger.shell.perimeter import PerimeterFile, files_under, fingerprint_of
from tests.docs.perimeter_page import ROOT, Recorded, faults, read, record, version

A, B = PerimeterFile("ledger/a.py", "1" * 64), PerimeterFile("ledger/b.py", "2" * 64)
B_CHANGED = PerimeterFile("ledger/b.py", "3" * 64)
FIRST: Recorded = record({"0": {"files": []}}, "1.0.0", [A, B])


def test_the_recorded_perimeter_is_that_of_the_code() -> None:
    wrong = faults(read(), version(), files_under(ROOT))
    assert wrong == [], (
        "the perimeter is not the recorded one: raise the major version if this is a release, then "
        "`python -m tests.docs.perimeter_page`; " + "; ".join(wrong)
    )


def test_the_perimeter_holds_what_records_and_keeps() -> None:
    paths = {each.path for each in files_under(ROOT)}
    assert {"ledger/kernel/chain.py", "ledger/shell/writer.py", "ledger/domain/totals.py"} <= paths
    assert {path.partition("/")[0] for path in paths} == {"archive", "ledger"}
    assert any(path.endswith(".sql") for path in paths)
    assert not any(path.startswith("archive/attestation/") for path in paths)


def test_a_released_version_whose_file_changed_is_found() -> None:
    assert faults(FIRST, "1.0.0", [A, B]) == faults(FIRST, "1.4.2", [A, B]) == []
    assert faults(FIRST, "1.0.1", [A, B_CHANGED]) == ["changed since 1.0: ledger/b.py"]
    assert faults(FIRST, "1.0.1", [A]) == ["changed since 1.0: ledger/b.py"]
    assert faults(FIRST, "1.0.1", [A, B, PerimeterFile("ledger/c.py", "4" * 64)]) == ["changed since 1.0: ledger/c.py"]


def test_another_perimeter_is_recorded_under_the_next_major_version_only() -> None:
    with pytest.raises(ValueError, match="raise the major version above 1"):
        record(FIRST, "1.1.0", [A, B_CHANGED])
    with pytest.raises(ValueError, match="next major version is 2"):
        record(FIRST, "3.0.0", [A, B_CHANGED])
    second = record(FIRST, "2.0.0", [A, B_CHANGED])
    assert second["1"] == FIRST["1"]
    assert second["2"]["fingerprint"] == fingerprint_of((A, B_CHANGED)) != FIRST["1"]["fingerprint"]
    assert faults(second, "2.3.0", [A, B_CHANGED]) == []
    assert faults(second, "1.9.0", [A, B]) == ["major version 2 is recorded and the code is 1.9.0"]


def test_a_minor_version_with_the_same_perimeter_changes_no_record() -> None:
    assert record(FIRST, "1.7.0", [A, B]) == FIRST


def test_a_record_that_was_retouched_is_found() -> None:
    retouched = {**FIRST, "1": {**FIRST["1"], "fingerprint": "f" * 64}}
    assert faults(retouched, "1.0.0", [A, B]) == ["the recorded fingerprint is not that of the recorded files"]
    assert faults({"1": FIRST["1"]}, "1.0.0", [A, B]) == ["the recorded major versions have a gap: [1]"]
    assert faults({}, "1.0.0", [A, B]) == ["major version 1 is not recorded"]


def test_in_development_a_file_that_comes_or_goes_is_found_and_its_contents_may_change() -> None:
    recorded = record({}, "0.1.0", [A, B])
    assert faults(recorded, "0.2.0", [A, B_CHANGED]) == []
    assert faults(recorded, "0.1.0", [A]) == ["no longer in the perimeter: ledger/b.py"]
    assert faults(recorded, "0.1.0", [A, B, PerimeterFile("ledger/c.py", "4" * 64)]) == ["not recorded: ledger/c.py"]
    assert faults(recorded, "zero", [A]) == ["zero has no root and subdivision"]
