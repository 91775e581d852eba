"""A business whose November 2026 is archived and confirmed on another device, over any store."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.creation import Made
from archive.purge import Purged, purge
from archive.reading import Confirmed, confirm
from ledger.domain.refusals import Refusal
from ledger.shell.verification import Verified, verify_ledger
from tests.archive.samples import Sample, sample, sell, sell_november
from tests.shell.business import invoice


@contextmanager
def another_medium() -> Iterator[Path]:
    """A folder on another device than the store's."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("this machine has one device only")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


@contextmanager
def archived(folder: Path, medium: Path, url: str | None = None) -> Iterator[tuple[Sample, Path]]:
    """November is sold, one invoice is left unpaid, all of it archived, copied and confirmed."""
    with sample(folder, url) as it:
        it.day(2026, 11, 24)
        it.play(invoice())  # never paid: it stays
        sell(it)
        sell_november_then(it)
        made = it.archive("2026-11")
        copy = copied(made, medium)
        done = confirm(it.service, it.ledger, copy, "nas-1")
        assert isinstance(done, Confirmed), done
        yield it, copy


def sell_november_then(it: Sample) -> None:
    """The rest of the month, closed on 1 December; then one more sale."""
    it.day(2026, 11, 25)
    for _ in range(3):
        sell(it)
    it.day(2026, 12, 1)
    sell(it)


def copied(made: Made, medium: Path) -> Path:
    for each in (made.path, made.private):
        (medium / each.name).write_bytes(each.read_bytes())
    return medium / made.path.name


def purged(it: Sample, copy: Path) -> Purged:
    done = purge(it.service, it.ledger, copy, store_file=store_file(it))
    assert isinstance(done, Purged), done
    return done


def store_file(it: Sample) -> Path | None:
    file = it.folder / "sample.db"
    return file if file.exists() else None


def refused(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


def verified(it: Sample, **options: object) -> Verified:
    return verify_ledger("memory:", it.store, it.service.keys, it.ledger, **options)  # type: ignore[arg-type] # as given


def found(it: Sample, **options: object) -> list[tuple[str, int]]:
    return [(one.code, one.seq) for one in verified(it, **options).verdict.findings]


__all__ = ["another_medium", "archived", "copied", "found", "os", "purged", "refused", "sell_november", "verified"]
