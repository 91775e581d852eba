"""`kill -9` of a writing process at any moment, two processes at once, a full disk: nothing acknowledged is lost."""

from __future__ import annotations

import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ledger.shell.errors import BehindMark, KeyMissing, Unavailable
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from ledger.shell.stores.sqlite import SqliteStore
from tests.faults.checker import Walk, holds, walk
from tests.shell.business import answered, invoice, opened, payment, service_over

ROOT = Path(__file__).resolve().parents[2]
Acknowledged = dict[str, list[tuple[int, str]]]


class Child:
    """A writing process and what it has acknowledged so far."""

    def __init__(self, url: str, keys: Path, worker: str, pairs: int) -> None:
        command = [sys.executable, "-m", "tests.faults.child", url, str(keys), worker, str(pairs)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self._said = b""

    def wait_until_ready(self, acknowledged: int = 0) -> None:
        """Wait until the ledger is there and so many commands were acknowledged."""
        assert self._process.stdout is not None
        while b'"ready"' not in self._said or self._said.count(b'"key"') < acknowledged:
            some = self._process.stdout.read(4096)
            assert some, self._process.communicate()[1].decode()
            self._said += some

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def acknowledged(self) -> tuple[Acknowledged, int]:
        """Wait for the end; what was told in whole lines, and the exit code."""
        rest, errors = self._process.communicate(timeout=120)
        lines = (self._said + rest).split(b"\n")[:-1]
        told = [json.loads(line) for line in lines]
        if self._process.returncode > 0:
            sys.stderr.write(errors.decode())
        acks = {each["key"]: [(seq, fp) for seq, fp in each["entries"]] for each in told if "key" in each}
        return acks, self._process.returncode


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


def check(url: str, acknowledged: Acknowledged) -> Walk:
    """Walk the ledger as it stands after the crash, before anything else touches it."""
    store = open_store(url, create=True)
    try:
        row = store.find("atelier")
        assert row is not None, "the ledger was acknowledged and is lost"
        found = walk(store, row.ledger)
        holds(found, acknowledged)
        return found
    finally:
        store.close()


def ledger_is_there(url: str) -> bool:
    store = open_store(url, create=True)
    try:
        return store.find("atelier") is not None
    finally:
        store.close()


def kill_many_times(url: str, keys: Path, moments: Sequence[tuple[int, float]]) -> Acknowledged:
    """Kill a writing process again and again: after so many acknowledgements, and so many seconds more."""
    everything: Acknowledged = {}
    for number, (acknowledgements, delay) in enumerate(moments):
        child = Child(url, keys, f"r{number}", 100_000)
        child.wait_until_ready(acknowledgements)
        time.sleep(delay)  # the moment of the kill is what the test varies; nothing is waited for
        child.kill()
        acknowledged, code = child.acknowledged()
        assert code == -signal.SIGKILL
        everything |= acknowledged
        check(url, everything)
    return everything


def go_on(url: str, keys: Path, everything: Acknowledged) -> None:
    """After the last crash: repeated keys get what they got, and work goes on without a hole."""
    service = service_over(open_store(url), keys)
    paid = {key.removeprefix("payment-") for key in everything if key.startswith("payment-")}
    some = [key for key in everything if key.startswith("invoice-")][-20:]
    for key in some:
        again = answered(service.execute("atelier", invoice(), key=key))
        assert again.repeated
        assert [(each.seq, each.fingerprint) for each in again.entries] == everything[key]
        if key.removeprefix("invoice-") not in paid:
            answered(service.execute("atelier", payment(again.result["invoice"]), key=f"late-{key}"))
    answered(service.execute("atelier", invoice()))
    ledger = service.find("atelier").ledger
    service.stop()
    found = walk(service.store, ledger)
    assert service.keys.mark(ledger).seq == found.entries
    service.store.close()


def test_killed_a_few_times_nothing_acknowledged_is_lost(url: str, tmp_path: Path) -> None:
    everything = kill_many_times(url, tmp_path / "keys", [(10, 0.01), (40, 0.0)])
    assert len(everything) >= 50
    go_on(url, tmp_path / "keys", everything)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_many_moments_nothing_acknowledged_is_lost(url: str, tmp_path: Path) -> None:
    chance = random.Random(42)
    moments = [(chance.randrange(60), chance.uniform(0, 0.05)) for _ in range(30)]
    everything = kill_many_times(url, tmp_path / "keys", moments)
    assert len(everything) >= sum(acknowledgements for acknowledgements, _ in moments)
    go_on(url, tmp_path / "keys", everything)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_killed_while_opening_a_ledger_leaves_it_whole_or_absent(url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    there = 0
    for number in range(20):
        child = Child(url, tmp_path / "keys", f"r{number}", 1)
        time.sleep(chance.uniform(0.5, 1.2))
        child.kill()
        acknowledged, _ = child.acknowledged()
        if acknowledged or ledger_is_there(url):
            there += 1
            check(url, acknowledged)
    child = Child(url, tmp_path / "keys", "last", 1)
    acknowledged, code = child.acknowledged()
    assert code == 0
    check(url, acknowledged)


def test_two_processes_on_one_ledger_fail_nothing(url: str, tmp_path: Path) -> None:
    service = service_over(open_store(url, create=True), tmp_path / "keys")
    opened(service)
    service.close()
    children = [Child(url, tmp_path / "keys", f"p{n}", 40) for n in range(2)]
    everything: Acknowledged = {}
    for child in children:
        acknowledged, code = child.acknowledged()
        assert code == 0
        assert len(acknowledged) == 80
        everything |= acknowledged
    found = check(url, everything)
    assert len(found.printed) == 80


@pytest.mark.long
@pytest.mark.timeout(600)
def test_one_of_two_processes_killed_does_not_stop_the_other(url: str, tmp_path: Path) -> None:
    everything: Acknowledged = {}
    for round_ in range(5):
        survivor = Child(url, tmp_path / "keys", f"s{round_}", 150)
        survivor.wait_until_ready()
        victim = Child(url, tmp_path / "keys", f"v{round_}", 100_000)
        victim.wait_until_ready()
        time.sleep(0.05 * round_)  # the moment of the kill is what the test varies
        victim.kill()
        everything |= victim.acknowledged()[0]
        acknowledged, code = survivor.acknowledged()
        assert code == 0
        assert len([key for key in acknowledged if key != "opening"]) == 300
        everything |= acknowledged
        check(url, everything)


# ---- a full disk


@pytest.fixture
def full(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url, create=True)
    yield store
    store.close()


def test_a_full_database_refuses_keeps_what_it_had_and_goes_on_with_room(full: Store, tmp_path: Path) -> None:
    assert isinstance(full, SqliteStore)
    service = service_over(full, tmp_path / "keys")
    ledger = opened(service).row.ledger
    pages = full._writer.execute("PRAGMA page_count").fetchone()[0]
    full._writer.execute(f"PRAGMA max_page_count = {pages + 12}")
    kept: Acknowledged = {}
    while len(kept) < 1000:
        try:
            answer = answered(service.execute("atelier", invoice(), key=f"k{len(kept)}"))
        except Unavailable:
            break
        kept[f"k{len(kept)}"] = [(each.seq, each.fingerprint) for each in answer.entries]
    assert 0 < len(kept) < 1000
    holds(walk(full, ledger), kept)
    full._writer.execute("PRAGMA max_page_count = 1000000")
    answered(service.execute("atelier", invoice(), key=f"k{len(kept)}"))
    service.stop()
    found = walk(full, ledger)
    holds(found, kept)
    assert len(found.printed) == len(kept) + 1


def test_a_disk_that_takes_no_more_bytes_loses_nothing_acknowledged(sqlite_url: str, tmp_path: Path) -> None:
    """The kernel itself refuses the write (a file size limit stands in for a full disk), in a process of its own."""
    service = service_over(open_store(sqlite_url, create=True), tmp_path / "keys")
    opened(service)
    service.close()
    limit = Path(sqlite_url.removeprefix("sqlite:///")).stat().st_size + 300_000

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "tests.faults.child", sqlite_url, str(tmp_path / "keys"), "full", "100000"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, preexec_fn=limited, check=False)
    told = [json.loads(line) for line in process.stdout.split(b"\n")[:-1]]
    acknowledged: Acknowledged = {
        each["key"]: [(seq, fp) for seq, fp in each["entries"]] for each in told if "key" in each
    }
    assert process.returncode == 1
    assert b"Unavailable" in process.stderr or b"StoreAway" in process.stderr or b"OutcomeUnknown" in process.stderr
    assert len(acknowledged) > 10
    check(sqlite_url, acknowledged)
    go_on(sqlite_url, tmp_path / "keys", acknowledged)


# ---- keys that are not there


def test_a_key_missing_at_start_stops_writing_and_nothing_else(url: str, tmp_path: Path) -> None:
    service = service_over(open_store(url, create=True), tmp_path / "keys")
    ledger = opened(service).row.ledger
    answered(service.execute("atelier", invoice()))
    service.stop()
    (key,) = (tmp_path / "keys" / ledger).glob("seal-*.pem")
    hidden = tmp_path / "hidden.pem"
    key.rename(hidden)
    second = service_over(service.store, tmp_path / "keys")
    with pytest.raises(KeyMissing):
        second.execute("atelier", invoice(), key="order-1")
    assert not second.readiness("atelier").ready
    assert len(list(second.entries("atelier", types=["invoice.issued/1"]))) == 1
    hidden.rename(key)
    assert second.readiness("atelier").ready
    answered(second.execute("atelier", invoice(), key="order-1"))
    walk(second.store, ledger)
    second.close()


def test_a_database_file_restored_from_an_old_backup_takes_nothing_more(sqlite_url: str, tmp_path: Path) -> None:
    file, backup = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "backup.db"
    first = service_over(open_store(sqlite_url, create=True), tmp_path / "keys")
    ledger = opened(first).row.ledger
    answered(first.execute("atelier", invoice()))
    first.close()
    shutil.copy(file, backup)
    second = service_over(open_store(sqlite_url), tmp_path / "keys")
    answered(second.execute("atelier", invoice()))
    second.close()
    shutil.copy(backup, file)
    restored = service_over(open_store(sqlite_url), tmp_path / "keys")
    with pytest.raises(BehindMark):
        restored.execute("atelier", invoice())
    assert restored.keys.closed(ledger) is not None
    assert len(walk(restored.store, ledger).printed) == 1
    continues = restored.successor("atelier", "behind_mark")
    assert (continues.ledger, continues.genesis) == (ledger, restored.keys.facts(ledger).genesis)
    successor = opened(restored, "atelier-2", continues=continues)
    answered(restored.execute("atelier-2", invoice()))
    walk(restored.store, successor.row.ledger)
    restored.close()
