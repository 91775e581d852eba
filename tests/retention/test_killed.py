"""Killed in the middle, a purge, an erasure and a restore leave a sound ledger, and are ended by the next run."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.erasure import erase
from archive.restore import RestoredLedger, restore
from ledger.domain.refusals import Refusal
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger
from tests.archive.samples import Sample, sample, sell_november
from tests.retention.scene import another_medium, archived, found, purged
from tests.retention.test_erasure import customer, names, quote
from tests.shell.business import service_over

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "postgresql":
        yield str(request.getfixturevalue("postgres_url"))
    else:
        yield f"sqlite:///{tmp_path / 'sample.db'}"


def killed(what: str, url: str, keys: Path, ledger: str, at: int, *files: Path) -> None:
    command = [sys.executable, "-m", "tests.retention.killed", what, url, str(keys), ledger, str(at), *map(str, files)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()


@pytest.mark.parametrize("at", [0, 2])
def test_a_purge_killed_between_its_batches_goes_on(tmp_path: Path, url: str, at: int) -> None:
    with another_medium() as medium, archived(tmp_path, medium, url) as (it, copy):
        it.service.stop()
        killed("purge", url, tmp_path / "keys", it.ledger, at, copy)
        gone = sum(1 for line in it.store.lines(it.ledger) if not line.line)
        assert gone == 3 * at
        assert found(it) == []
        with service_over(open_store(url), tmp_path / "keys", it.clock) as service:
            again = Sample(service, it.ledger, it.genesis, it.clock, it.folder)
            done = purged(again, copy)
            assert done.emptied > 0
            assert sum(1 for line in it.store.lines(it.ledger) if not line.line) == gone + done.emptied
            assert len(list(it.store.lines(it.ledger, types=["entries.purged/1"]))) == 1
            assert found(again) == []


@pytest.mark.parametrize("at", [0, 1])
def test_an_erasure_killed_after_its_entry_is_ended_by_the_next(tmp_path: Path, url: str, at: int) -> None:
    with sample(tmp_path, url) as it:
        who = customer(it)
        for _ in range(2):
            it.play(quote(who))
        it.service.stop()
        held = names(it)
        killed("erase", url, tmp_path / "keys", it.ledger, at, Path(who))
        assert len(list(it.store.lines(it.ledger, types=["data.erased/1"]))) >= 2
        assert (names(it) == held) == (at == 0)
        assert found(it) == []
        with service_over(open_store(url), tmp_path / "keys", it.clock) as service:
            outcome = erase(service, it.ledger, who)
            assert isinstance(outcome, Refusal)
            assert outcome.code == "ERASURE_NOTHING"
        assert names(it) == 0
        assert found(it) == []


@pytest.mark.parametrize("at", [0, 2])
def test_a_restore_killed_between_its_batches_leaves_no_ledger_and_goes_on(tmp_path: Path, url: str, at: int) -> None:
    with sample(tmp_path / "old") as it:
        sell_november(it)
        made = it.archive("2026-11")
        keys = tmp_path / "new-keys"
        killed("restore", url, keys, it.ledger, at, made.path)
        with service_over(open_store(url), keys, it.clock) as service:
            assert service.store.ledgers() == []
            assert service.store.head(it.ledger) is None
            assert len(list(service.store.lines(it.ledger))) == 10 * at
            done = restore(service, [made.path], private=[], pin=it.genesis)
            assert isinstance(done, RestoredLedger), done
            assert list(service.store.lines(it.ledger)) == list(it.store.lines(it.ledger, 0, made.last))
            told = verify_ledger(url, service.store, None, it.ledger, pin=it.genesis)
            assert {one.code for one in told.verdict.findings} == {"disclosure_lost"}
