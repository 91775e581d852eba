"""The scheduler: one process at a time, a failure ends no thread, a stop is graceful."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from api.jobs.anchoring import Anchoring
from api.jobs.checkpointing import take_checkpoint
from api.jobs.places import Places
from api.jobs.rounds import Placing, Upkeep
from api.jobs.scheduler import LEASE, Job, Scheduler, Still
from archive.anchors.anchor import Placed, Target
from ledger.shell.errors import Unavailable
from ledger.shell.side import MemorySide
from ledger.shell.stores.open import open_store
from tests.jobs.server import Moody, Shop
from tests.shell.business import HandClock, service_over


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path)
    yield made
    made.service.close()


class Rounds:
    """A wake that lets a thread make so many rounds, and then says it is time to end."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds
        self.end = Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        return self.left <= 0 or self.end.is_set()

    def is_set(self) -> bool:
        return self.end.is_set()

    def set(self) -> None:
        self.end.set()


def nothing(_: Still) -> None:
    """Do nothing."""


def test_a_lease_is_one_process_s_until_it_lapses() -> None:
    clock, side, runs = HandClock(), MemorySide(), list[str]()
    one, two = (Scheduler(side, [], clock.now, holder=name) for name in ("one", "two"))
    job = Job("upkeep", 60, lambda _: runs.append("ran"))
    assert one.run_once(job)
    assert not two.run_once(job)
    clock.pass_by(LEASE - timedelta(seconds=5))
    assert one.run_once(job)
    clock.pass_by(LEASE - timedelta(seconds=5))
    assert not two.run_once(job)
    clock.pass_by(timedelta(seconds=10))
    assert two.run_once(job)
    assert not one.run_once(job)
    assert runs == ["ran"] * 3


def test_a_process_whose_clock_is_wrong_does_not_hold_the_work_for_ever() -> None:
    side, ahead, right = MemorySide(), HandClock(), HandClock()
    ahead.pass_by(timedelta(days=400))
    job = Job("upkeep", 60, nothing)
    assert Scheduler(side, [], ahead.now, holder="ahead").run_once(job)  # and it is killed
    assert Scheduler(side, [], right.now, holder="right").run_once(job)
    assert not Scheduler(side, [], right.now, holder="third").run_once(job)


def test_a_process_that_was_paused_over_its_lease_writes_nothing_twice(shop: Shop) -> None:
    ledger = shop.open(timestamp=True)
    take_checkpoint(shop.service, ledger, "asked")
    other = service_over(open_store(f"sqlite:///{shop.folder / 'sceau.db'}"), shop.folder / "keys", shop.clock)
    side, inner = shop.store.side(), Moody(clock=shop.clock.now)

    class Paused(Moody):
        def put(self, target: Target) -> Placed:
            placed = super().put(target)  # the authority answered, and then this process slept
            shop.clock.pass_by(LEASE * 2)
            again = Anchoring(other, Places(timestamp=inner), shop.clock.now)
            rival = Scheduler(side, [], shop.clock.now, holder="two")
            assert rival.run_once(Job("anchors", 5, Placing(other, again, shop.clock.now).run))
            return placed

    anchoring = shop.anchoring(Places(timestamp=Paused(clock=shop.clock.now)))
    one = Scheduler(side, [], shop.clock.now, holder="one")
    assert one.run_once(Job("anchors", 5, Placing(shop.service, anchoring, shop.clock.now).run))
    assert inner.tries == 1
    assert shop.types(ledger).count("anchor.placed/1") == 1
    assert len(list(shop.store.anchors(ledger))) == 1
    other.close()


def test_a_lease_lost_in_the_middle_ends_the_round() -> None:
    clock, side, seen = HandClock(), MemorySide(), list[bool]()
    one, two = (Scheduler(side, [], clock.now, holder=name) for name in ("one", "two"))

    def slow(still: Still) -> None:
        seen.append(still())
        clock.pass_by(LEASE * 2)
        assert two.run_once(Job("upkeep", 60, nothing))
        seen.append(still())

    assert one.run_once(Job("upkeep", 60, slow))
    assert seen == [True, False]


def test_a_failure_ends_no_thread_and_a_stop_gives_the_lease_back() -> None:
    clock, side, runs = HandClock(), MemorySide(), list[str]()

    def failing(_: Still) -> None:
        runs.append("ran")
        raise Unavailable("away") if len(runs) % 2 else ZeroDivisionError

    rounds = Rounds(4)
    scheduler = Scheduler(side, [Job("upkeep", 60, failing)], clock.now, lambda: rounds, "one")
    scheduler.start()
    scheduler.stop()
    other = Scheduler(side, [], clock.now, holder="two")
    assert other.run_once(Job("upkeep", 60, nothing))
    scheduler = Scheduler(MemorySide(), [Job("upkeep", 60, failing)], clock.now, lambda: Rounds(4), "one")
    runs.clear()
    scheduler.start()
    for thread in scheduler._threads:
        thread.join(60)
    assert runs == ["ran"] * 4


def test_a_stop_waits_for_what_is_under_way() -> None:
    entered, leave, done = Event(), Event(), list[str]()

    def long(still: Still) -> None:
        entered.set()
        assert leave.wait(60)
        done.append("not over" if still() else "told to end")

    scheduler = Scheduler(MemorySide(), [Job("upkeep", 60, long)], HandClock().now)
    scheduler.start()
    assert entered.wait(60)
    stopper = Thread(target=scheduler.stop)
    stopper.start()
    while not scheduler._end.is_set():
        pass
    leave.set()
    stopper.join(60)
    assert done == ["told to end"]


def test_two_processes_do_the_work_once(shop: Shop) -> None:
    ledgers = [shop.open(f"l{number}", timestamp=True) for number in range(3)]
    shop.later(24 * 60)
    other = service_over(open_store(f"sqlite:///{shop.folder / 'sceau.db'}"), shop.folder / "keys", shop.clock)
    tsa = Moody(clock=shop.clock.now)
    gate = Barrier(2)
    last: list[tuple[Scheduler, Job]] = []

    def work(service: object, holder: str) -> None:
        mine = shop.service if service is shop.service else other
        anchoring = Shop.anchoring(shop, Places(timestamp=tsa))
        jobs = [
            Job("upkeep", 60, Upkeep(mine, shop.clock.now).run),
            Job("anchors", 60, Placing(mine, anchoring, shop.clock.now).run),
        ]
        scheduler = Scheduler(mine.store.side(), jobs, shop.clock.now, holder=holder)
        gate.wait()
        for _ in range(3):
            for job in jobs:
                scheduler.run_once(job)
        last.append((scheduler, jobs[1]))

    threads = [Thread(target=work, args=(one, name)) for one, name in ((shop.service, "one"), (other, "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [scheduler.run_once(job) for scheduler, job in last].count(True) == 1
    for ledger in ledgers:
        types = shop.types(ledger)
        assert types.count("period.closed/1") == 1
        assert types.count("checkpoint.made/1") == 1
        assert types.count("anchor.placed/1") == 1
    assert tsa.tries == 3
    other.close()


def test_even_without_a_lease_nothing_is_doubled(shop: Shop) -> None:
    ledger = shop.open(timestamp=True)
    shop.later(24 * 60)
    other = service_over(open_store(f"sqlite:///{shop.folder / 'sceau.db'}"), shop.folder / "keys", shop.clock)
    tsa = Moody(clock=shop.clock.now)
    gate = Barrier(4)
    failures: list[BaseException] = []

    def work(place: int) -> None:
        mine = shop.service if place % 2 else other
        try:
            gate.wait()
            Upkeep(mine, shop.clock.now).run(lambda: True)
            shop.anchoring(Places(timestamp=tsa)).place(ledger)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    types = shop.types(ledger)
    assert types.count("period.closed/1") == 1
    sizes = [row.size for row in shop.store.checkpoints(ledger)]
    assert types.count("anchor.placed/1") == len(list(shop.store.anchors(ledger))) <= len(sizes)
    take_checkpoint(shop.service, ledger, "asked")
    other.close()
