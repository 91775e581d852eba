"""Windows and anchors of a ledger whose old lines were purged: an entry without its line has no moment, no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.jobs.integrity import integrity_of
from ledger.kernel.audit import opening
from ledger.kernel.checkpoint import Checkpoint
from ledger.shell.anchored import Evidence, Proof, look_at_anchors
from ledger.shell.checkpoints import oldest_waiting, uncovered
from tests.archive.samples import Sample
from tests.retention.scene import another_medium, archived, purged


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[tuple[Sample, Path]]:
    with another_medium() as medium, archived(tmp_path, medium) as made:
        yield made


def test_windows_and_stamps_over_purged_entries_are_told_and_break_nothing(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    purged(it, copy)
    gone = next(line.seq for line in it.store.lines(it.ledger) if not line.line)
    now = it.service.clock.now() + timedelta(minutes=5)
    assert integrity_of(it.service, it.ledger, now).windows.timestamp.minutes >= 5
    assert next(uncovered(it.store, it.ledger, gone - 1)).seq > gone
    assert oldest_waiting(it.store, it.ledger, gone - 1) is not None
    first = opening(next(it.store.lines(it.ledger, 0, 1)).line)
    head = it.store.head(it.ledger)
    assert first is not None
    assert head is not None
    stamp = Proof(Checkpoint("", gone, b""), now, "timestamp", "tsa", True)
    codes = {one.code for one in look_at_anchors(it.store, it.ledger, first, Evidence((stamp,)), head.seq)}
    assert codes == {"backdated"}  # the stamp is of now, and does not cover what was recorded before
