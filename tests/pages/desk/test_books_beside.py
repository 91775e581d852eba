"""Work beside requests: one task of a name at a time, figures made once for all who ask, faults that hide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event

import pytest

from api.beside import Beside, Told
from api.pages.desk.books.watch import Watch
from ledger.shell.store import Line


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


def test_a_task_is_begun_once_until_it_is_over(beside: Beside) -> None:
    go, begun = Event(), []

    def work(told: Told) -> str:
        begun.append(1)
        told(50)
        assert go.wait(60)
        return "made"

    first = beside.begin("l", "archive", work, 100)
    second = beside.begin("l", "archive", work, 100)
    other = beside.begin("another", "archive", work, 100)
    assert not first.over
    assert not second.over
    assert not other.over
    go.set()
    beside.close()
    assert len(begun) == 2
    for ledger in ("l", "another"):
        ended = beside.task(ledger, "archive")
        assert ended is not None
        assert (ended.state, ended.result, ended.percent) == ("done", "made", 100)


def test_a_page_sees_one_moment_of_a_task(beside: Beside) -> None:
    """A page reads it twice, for its form and for its verdict: what ends between the two ends on the next page."""
    go = Event()
    beside.begin("l", "verify", lambda _: go.wait(60))
    seen = beside.task("l", "verify")
    assert seen is not None
    go.set()
    beside.close()
    assert not seen.over
    after = beside.task("l", "verify")
    assert after is not None
    assert after.over


def test_a_fault_is_told_and_the_task_is_over(beside: Beside) -> None:
    told: list[Exception] = []

    def work(_: Told) -> None:
        raise OSError("no space left")

    beside.begin("l", "archive", work, failed=told.append)
    beside.close()
    task = beside.task("l", "archive")
    assert task is not None
    assert (task.state, task.result) == ("failed", None)
    assert [type(each) for each in told] == [OSError]


def test_progress_is_never_whole_before_the_end(beside: Beside) -> None:
    beside.begin("l", "x", lambda told: told(500), 100)
    beside.close()
    task = beside.task("l", "x")
    assert task is not None
    assert task.done == 500
    assert task.percent == 100
    assert replace(task, state="running").percent == 99
    assert replace(task, state="running", total=0).percent == 0


def test_a_figure_is_made_once_for_all_who_ask_at_once(beside: Beside) -> None:
    made, together = [], Barrier(8)

    def make() -> int:
        made.append(1)
        return len(made)

    def ask(_: int) -> int:
        together.wait(60)
        value: int = beside.fresh("l", "money", 7, make)
        return value

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}
    assert beside.fresh("l", "money", 8, make) == 2
    assert beside.fresh("other", "money", 8, make) == 3
    kept = beside.kept("l", "money")
    assert kept is not None
    assert (kept.stamp, kept.value) == (8, 2)


def test_a_figure_that_cannot_be_made_is_not_kept(beside: Beside) -> None:
    def fail() -> int:
        raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        beside.fresh("l", "money", 1, fail)
    assert beside.kept("l", "money") is None
    assert beside.fresh("l", "money", 1, lambda: 5) == 5


def entry(seq: int, type_: str, stream: str, body: str) -> Line:
    line = f'{{"chain":{{"at":"2026-11-22T10:00:0{seq}.000000Z"}},"entry":{{"body":{body}}}}}'
    return Line(seq, "", stream, 1, type_, line.encode())


def test_a_question_waits_until_the_business_answers() -> None:
    watch = Watch()
    asks = '{"about":"q1","about_kind":"quote","by":"client","question":true}'
    watch.take(entry(1, "comment.added/1", "comment:a", asks))
    watch.take(entry(2, "comment.added/1", "comment:b", asks.replace("q1", "q2")))
    watch.take(entry(3, "comment.added/1", "comment:c", asks.replace("true", "false").replace("q1", "q3")))
    assert [one.about for one in watch.told()["questions"]["some"]] == ["q1", "q2"]
    watch.take(entry(4, "comment.added/1", "comment:d", '{"about":"q1","about_kind":"quote","by":"issuer"}'))
    assert [one.about for one in watch.told()["questions"]["some"]] == ["q2"]


def test_an_announced_payment_waits_until_it_came_or_did_not() -> None:
    watch = Watch()
    for seq, stream in enumerate(("payment:a", "payment:b", "payment:c"), 1):
        watch.take(entry(seq, "payment.announced/1", stream, '{"amount_cents":1200}'))
    watch.take(entry(4, "payment.received/1", "payment:a", "{}"))
    watch.take(entry(5, "payment.failed/1", "payment:b", "{}"))
    assert [one.stream for one in watch.told()["announced"]["some"]] == ["payment:c"]


def test_a_message_is_told_of_when_it_failed_for_good() -> None:
    watch = Watch()
    watch.take(entry(1, "message.failed/1", "message:a", '{"final":false}'))
    assert watch.told()["failed"]["count"] == 0
    watch.take(entry(2, "message.failed/1", "message:a", '{"final":true}'))
    assert watch.told()["failed"]["count"] == 1
    watch.take(entry(3, "message.sent/1", "message:a", "{}"))
    assert watch.told()["failed"]["count"] == 0
