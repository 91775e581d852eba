"""The way out: a report appears in the platform's folder whole, once, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections.ereporting.platform import DirectoryDrop, NotHandedOver, Platform

NAME = "123456782-10-3-20270901-20270910-001.xml"


def test_a_report_appears_under_its_name_and_nothing_else_does(tmp_path: Path) -> None:
    platform: Platform = DirectoryDrop(tmp_path)
    platform.hand_over(NAME, b"<Report/>")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {NAME: b"<Report/>"}


def test_the_same_report_a_second_time_changes_nothing(tmp_path: Path) -> None:
    platform = DirectoryDrop(tmp_path)
    platform.hand_over(NAME, b"<Report/>")
    before = (tmp_path / NAME).stat().st_mtime_ns
    platform.hand_over(NAME, b"<Report/>")
    assert (tmp_path / NAME).stat().st_mtime_ns == before


def test_another_report_of_that_name_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    platform = DirectoryDrop(tmp_path)
    platform.hand_over(NAME, b"<Report/>")
    with pytest.raises(NotHandedOver, match="other bytes"):
        platform.hand_over(NAME, b"<Other/>")
    assert (tmp_path / NAME).read_bytes() == b"<Report/>"


def test_a_part_left_by_a_killed_process_is_written_over(tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.part").write_bytes(b"half")
    DirectoryDrop(tmp_path).hand_over(NAME, b"<Report/>")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {NAME: b"<Report/>"}


@pytest.mark.parametrize("name", ["../out.xml", "a/b.xml", "", ".", ".."])
def test_a_name_that_leaves_the_folder_is_none(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "in"
    inner.mkdir()
    with pytest.raises(NotHandedOver):
        DirectoryDrop(inner).hand_over(name, b"<Report/>")
    assert list(tmp_path.iterdir()) == [inner]
    assert list(inner.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotHandedOver):
        DirectoryDrop(tmp_path / "gone").hand_over(NAME, b"<Report/>")
