"""The processes that draw: what dies is replaced, what hangs is stopped, what comes too fast is told to come back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.rendering.errors import NotRendered
from api.rendering.pool import Pool
from api.rendering.tasks import Check, Done
from ledger.shell.errors import Overloaded

WORKER = ("-m", "tests.api.documents_worker")


def ask(pool: Pool, words: str) -> Done:
    return pool.run(Check(words.encode()))


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(1, 4, 20, WORKER)
    yield made
    made.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_task_is_done_by_another_process_which_stays_for_the_next(pool: Pool) -> None:
    first, second = ask(pool, "one"), ask(pool, "two")
    assert (first.data, second.data) == (b"one", b"two")
    assert first.facts["pid"] == second.facts["pid"] != os.getpid()
    assert first.facts["nice"] > os.nice(0)


def test_no_secret_of_the_environment_reaches_a_worker(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEAU_KEY_PASSPHRASE", "a long passphrase of your own")
    monkeypatch.setenv("PGPASSWORD", "secret")
    names = ask(pool, "one").facts["environment"]
    assert not [name for name in names if name.startswith(("SCEAU", "PG"))]


def test_what_a_library_prints_harms_no_answer(pool: Pool) -> None:
    assert ask(pool, "chatter").data == b"chatter"


def test_a_worker_that_dies_is_replaced_and_its_task_tried_once_more(pool: Pool, tmp_path: Path) -> None:
    before = ask(pool, "one").facts["pid"]
    done = ask(pool, f"die-once {tmp_path / 'seen'}")
    assert done.facts["pid"] != before
    assert ask(pool, "two").facts["pid"] == done.facts["pid"]


def test_a_task_that_kills_every_worker_is_given_up_and_the_next_one_is_done(pool: Pool) -> None:
    with pytest.raises(NotRendered) as failure:
        ask(pool, "die")
    assert failure.value.code == "died"
    assert ask(pool, "one").data == b"one"


def test_a_worker_killed_while_it_rests_is_not_noticed(pool: Pool) -> None:
    os.kill(ask(pool, "one").facts["pid"], signal.SIGKILL)
    assert ask(pool, "two").data == b"two"


def test_a_task_that_takes_too_long_is_stopped_with_its_process() -> None:
    pool = Pool(1, 4, 1.5, WORKER)
    try:
        pid = ask(pool, "one").facts["pid"]
        with pytest.raises(NotRendered) as failure:
            ask(pool, "hang")
        assert failure.value.code == "timeout"
        assert not alive(pid)
        assert ask(pool, "two").data == b"two"
    finally:
        pool.close()


def test_what_a_worker_cannot_do_is_told_by_a_code_that_names_nobody(pool: Pool) -> None:
    assert ask(pool, "malformed").facts == {"failed": "too_large"}
    assert ask(pool, "raise").facts == {"failed": "failed", "details": ["RuntimeError"]}
    assert ask(pool, "one").data == b"one"


def test_an_answer_that_is_none_ends_the_worker_and_not_the_caller(pool: Pool) -> None:
    with pytest.raises(NotRendered) as failure:
        ask(pool, "garble")
    assert failure.value.code == "died"
    assert ask(pool, "one").data == b"one"


def test_more_than_may_wait_are_told_to_come_back(tmp_path: Path) -> None:
    pool = Pool(1, 1, 20, WORKER)
    gate = tmp_path / "gate"
    try:
        with ThreadPoolExecutor(2) as threads:
            at_work = threads.submit(ask, pool, f"wait-for {gate}")
            while pool.idle:
                time.sleep(0.005)
            waiting = threads.submit(ask, pool, "two")
            while not pool.waiting:
                time.sleep(0.005)
            with pytest.raises(Overloaded):
                ask(pool, "three")
            gate.touch()
            assert at_work.result().data.startswith(b"wait-for")
            assert waiting.result().data == b"two"
    finally:
        pool.close()


def test_many_at_once_are_done_by_as_many_processes_as_there_may_be() -> None:
    pool = Pool(2, 64, 20, WORKER)
    try:
        with ThreadPoolExecutor(16) as threads:
            done = list(threads.map(lambda n: ask(pool, f"n {n}"), range(40)))
        assert [one.data.decode() for one in done] == [f"n {n}" for n in range(40)]
        assert len({one.facts["pid"] for one in done}) <= 2
    finally:
        pool.close()


def test_a_worker_without_work_is_ended_and_another_does_the_next_task(pool: Pool) -> None:
    pid = ask(pool, "one").facts["pid"]
    assert pool.rest(60) == 0
    assert pool.rest(0) == 1
    assert not alive(pid)
    assert pool.idle == 1
    assert ask(pool, "two").facts["pid"] != pid


def test_a_closed_pool_leaves_no_process_and_takes_no_task(pool: Pool) -> None:
    pid = ask(pool, "one").facts["pid"]
    pool.close()
    assert not alive(pid)
    with pytest.raises(Overloaded):
        ask(pool, "two")


def test_a_server_that_was_killed_leaves_no_worker_behind(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal; from api.rendering.pool import Pool; from api.rendering.tasks import Check\n"
        f"pool = Pool(1, 1, 20, {WORKER!r})\n"
        "print(pool.run(Check(b'one')).facts['pid'], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        server.kill()
    until = time.monotonic() + 60
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not alive(pid)
