"""Group commit, apart from any store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest

from ledger.shell.groups import Group


def test_one_thread_runs_at_once_and_everyone_is_served_once() -> None:
    inside, served = Lock(), list[int]()

    def run(items: list[int]) -> None:
        assert inside.acquire(blocking=False)
        served.extend(items)
        inside.release()

    group = Group(run, patience_seconds=0.0003, most=8)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(group.submit, range(3000)))
    assert sorted(served) == list(range(3000))


def test_who_comes_while_a_group_runs_goes_together_into_the_next() -> None:
    running, go, sizes = Event(), Event(), list[int]()

    def run(items: list[int]) -> None:
        sizes.append(len(items))
        running.set()
        go.wait()

    group = Group(run, patience_seconds=0.0003, most=64)
    with ThreadPoolExecutor(11) as pool:
        pool.submit(group.submit, 0)
        running.wait()
        late = [pool.submit(group.submit, number) for number in range(1, 11)]
        while len(group._waiting) < 10:
            continue
        go.set()
        for one in late:
            one.result()
    assert sizes == [1, 10]


def test_no_group_is_larger_than_it_may_be() -> None:
    sizes: list[int] = []
    gate = Barrier(20)
    group: Group[int] = Group(lambda items: sizes.append(len(items)), patience_seconds=0.0003, most=4)

    def submit(number: int) -> None:
        gate.wait()
        group.submit(number)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(submit, range(20)))
    assert sum(sizes) == 20
    assert max(sizes) <= 4


def test_what_breaks_the_run_is_raised_in_every_caller_and_the_next_group_runs() -> None:
    broken = [True]

    def run(items: list[int]) -> None:
        if broken[0]:
            raise RuntimeError("broken")

    group = Group(run, patience_seconds=0.0003, most=64)
    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(group.submit, number) for number in range(8)]:
            with pytest.raises(RuntimeError, match="broken"):
                future.result()
    broken[0] = False
    group.submit(9)
