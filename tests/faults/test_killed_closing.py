"""`kill -9` in closures and between them, and processes that race to close: never twice, never a gap."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.domain.events.periods import PeriodClosed
from ledger.shell.closing import ClosedPeriod, closures
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger
from tests.faults.checker import holds, walk
from tests.faults.test_killed import ROOT, Acknowledged
from tests.shell.business import PRICE_CENTS, HandClock, answered, invoice, opened, service_over

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


class Closer:
    """A process of `tests.faults.closer`."""

    def __init__(self, url: str, keys: Path, worker: str, start: datetime, days: int, *dies: object) -> None:
        told = [url, str(keys), worker, start.isoformat(), str(days), *map(str, dies)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.closer", *told],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self._said = b""

    def wait_until_ready(self, sales: int = 0) -> None:
        """Wait until it stands at its gate; with `sales`, until it has told of so many."""
        assert self._process.stdout is not None
        while b'"ready"' not in self._said or self._said.count(b'"key"') < sales:
            some = self._process.stdout.read(4096)
            assert some, self._process.communicate()[1].decode()
            self._said += some

    def let_go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def ended(self) -> tuple[Acknowledged, int]:
        """Wait for the end: what was acknowledged, and the exit code."""
        rest, errors = self._process.communicate(timeout=300)
        if self._process.returncode > 0:
            sys.stderr.write(errors.decode())
        told = [json.loads(line) for line in (self._said + rest).split(b"\n")[:-1]]
        sales = {each["key"]: [(seq, fp) for seq, fp in each["entries"]] for each in told if "key" in each}
        return sales, self._process.returncode


def begin(url: str, keys: Path) -> None:
    """Open the ledger and sell once on its first day."""
    service = service_over(open_store(url, create=True), keys, HandClock(START))
    opened(service)
    answered(service.execute("atelier", invoice()))
    service.close()
    service.store.close()


def tiled(found: list[ClosedPeriod]) -> None:
    """No period is closed twice, none is left out, and each goes on where the one before it ended."""
    last: dict[str, ClosedPeriod] = {}
    seen: dict[str, set[str]] = defaultdict(set)
    for each in found:
        one, before = each.event, last.get(each.event.period)
        assert one.to_on not in seen[one.period], f"{one.period} {one.to_on} is closed twice"
        seen[one.period].add(one.to_on)
        assert one.rank == (1 if before is None else before.event.rank + 1)
        assert one.first_seq == (1 if before is None else before.event.last_seq + 1)
        assert one.previous == (None if before is None else before.fingerprint)
        if before is not None and one.period != "day":
            assert one.from_on == (datetime.fromisoformat(before.event.to_on) + DAY).date().isoformat()
        last[one.period] = each


def stands(url: str, keys: Path, acknowledged: Acknowledged, *, whole: bool = True) -> list[PeriodClosed]:
    """Check the ledger as it stands, before anything else touches it; its closures."""
    store = open_store(url)
    row = store.find("atelier")
    assert row is not None
    holds(walk(store, row.ledger), acknowledged)
    found = list(closures(store, row.ledger))
    tiled(found)
    if whole:
        service = service_over(store, keys, HandClock(START))
        checked = verify_ledger("", store, service.keys, row.ledger, processes=1)
        assert checked.ok, checked.verdict.findings
        service.close()
    store.close()
    return [each.event for each in found]


def one_dies(url: str, keys: Path, number: int, start: datetime, at: int, moment: str) -> Acknowledged:
    victim = Closer(url, keys, f"v{number}", start, 1, at, moment)
    victim.wait_until_ready()
    victim.let_go()
    acknowledged, code = victim.ended()
    assert code == -signal.SIGKILL
    return acknowledged


def close_all(url: str, keys: Path, at: datetime) -> None:
    """Close what is left open, once every process has ended."""
    service = service_over(open_store(url), keys, HandClock(at))
    service.close_due("atelier")
    service.close()
    service.store.close()


def goes_on(url: str, keys: Path, start: datetime, days: int = 1) -> Acknowledged:
    last = Closer(url, keys, "last", start, days)
    last.wait_until_ready()
    last.let_go()
    acknowledged, code = last.ended()
    assert code == 0
    return acknowledged


def test_killed_in_a_closure_it_is_there_once_or_not_at_all(url: str, tmp_path: Path) -> None:
    keys, later = tmp_path / "keys", START + 70 * DAY
    begin(url, keys)
    one_dies(url, keys, 0, later, 1, "before")
    assert stands(url, keys, {}, whole=False) == []
    one_dies(url, keys, 1, later, 1, "after")
    assert [each.period for each in stands(url, keys, {}, whole=False)] == ["day"]
    one_dies(url, keys, 2, later, 2, "after")
    assert [each.period for each in stands(url, keys, {})] == ["day", "month", "month"]
    acknowledged = goes_on(url, keys, later)
    found = stands(url, keys, acknowledged)
    assert [each.period for each in found] == ["day", "month", "month", "year", "month", "day"][: len(found)]
    assert {each.perpetual_cents for each in found[:4]} == {PRICE_CENTS}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_every_closure_of_a_stop_of_two_years(url: str, tmp_path: Path) -> None:
    """28 closures are due; each process makes one, two or three of them, or dies with one in its hands."""
    keys, later = tmp_path / "keys", START + 800 * DAY
    begin(url, keys)
    made = number = 0
    while made < 26:
        moment = ("before", "after")[number % 2]
        at = 1 + number % 3
        one_dies(url, keys, number, later, at, moment)
        found = stands(url, keys, {}, whole=False)
        assert len(found) == made + (at if moment == "after" else at - 1)
        made, number = len(found), number + 1
    acknowledged = goes_on(url, keys, later)
    found = stands(url, keys, acknowledged)
    kinds = [each.period for each in found]
    assert kinds.count("year") == 3
    assert kinds.count("month") >= 26
    assert [each.period for each in found[:4]] == ["day", "month", "month", "year"]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_any_moment_of_two_years_of_days_nothing_is_closed_twice(url: str, tmp_path: Path) -> None:
    keys, chance = tmp_path / "keys", random.Random(3)
    begin(url, keys)
    everything: Acknowledged = {}
    start, left = START + DAY, 730
    number = 0
    while left > 100:
        victim = Closer(url, keys, f"k{number}", start, left)
        victim.wait_until_ready()
        victim.let_go()
        sales = chance.randrange(10, 90)
        victim.wait_until_ready(min(sales, left - 1))
        time.sleep(chance.uniform(0, 0.02))  # the moment of the kill is what the test varies; nothing is waited for
        victim.kill()
        acknowledged, code = victim.ended()
        assert code == -signal.SIGKILL
        everything |= acknowledged
        stands(url, keys, everything, whole=False)
        passed = len(acknowledged)  # the day it was in may have its sale already: it is sold on once more
        start, left, number = start + passed * DAY, left - passed, number + 1
    everything |= goes_on(url, keys, start, left)
    found = stands(url, keys, everything)
    days = [each for each in found if each.period == "day"]
    assert len(days) == 731
    assert days[-1].perpetual_cents == sum(each.gross_cents for each in days)
    assert days[-1].perpetual_cents >= 731 * PRICE_CENTS


def test_two_processes_that_race_to_close_close_once(url: str, tmp_path: Path) -> None:
    keys, later = tmp_path / "keys", START + 400 * DAY
    begin(url, keys)
    both = [Closer(url, keys, f"p{number}", later, 3) for number in range(2)]
    for each in both:
        each.wait_until_ready()
    for each in both:
        each.let_go()
    everything: Acknowledged = {}
    for each in both:
        acknowledged, code = each.ended()
        assert code == 0
        assert len(acknowledged) == 3
        everything |= acknowledged
    close_all(url, keys, START + 420 * DAY)
    found = stands(url, keys, everything)
    days = [each for each in found if each.period == "day"]
    assert [each.to_on for each in days][:4] == ["2026-11-23", "2027-12-28", "2027-12-29", "2027-12-30"]
    assert [each.period for each in found].count("month") == 14
    assert days[-1].perpetual_cents == 7 * PRICE_CENTS


@pytest.mark.long
@pytest.mark.timeout(600)
def test_two_processes_racing_through_a_hundred_days_close_each_once(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    begin(url, keys)
    both = [Closer(url, keys, f"p{number}", START + DAY + number * timedelta(minutes=40), 100) for number in range(2)]
    for each in both:
        each.wait_until_ready()
    for each in both:
        each.let_go()
    everything: Acknowledged = {}
    for each in both:
        acknowledged, code = each.ended()
        assert code == 0
        everything |= acknowledged
    assert len(everything) == 200
    close_all(url, keys, START + 110 * DAY)
    found = stands(url, keys, everything)
    days = [each for each in found if each.period == "day"]
    assert len(days) in (101, 102), "the last days may be sold on by the slower of the two"
    assert days[-1].perpetual_cents == 201 * PRICE_CENTS
