"""Rows kept by a thread while entries are applied: in order, told when they are kept, and nothing lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Event, current_thread
from threading import enumerate as threads

import pytest

from ledger.shell.errors import Unavailable
from ledger.shell.store import Row
from projections.engine.aside import Aside, Overtaken
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.seam import Build, Place, Save, Written
from tests.projections.engine.sums import sums
from tests.projections.engine.test_catching_up import SOME, plain
from tests.projections.kit import LEDGER, Handmade, kept_rows, run

AT = "2026-11-22T09:30:00Z"
GENEROUS_SECONDS = 60.0


class Watched(MemoryRows):
    """Rows whose saves wait until they are let through, or break, and which tell who saved what, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.through = Event()
        self.through.set()
        self.error: Exception | None = None
        self.refused = False
        self.savers: list[str] = []
        self.told: list[str] = []

    def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
        assert self.through.wait(GENEROUS_SECONDS)
        self.savers.append(current_thread().name)
        if self.error is not None:
            raise self.error
        kept = not self.refused and super().save(ledger, saves, at)
        self.told.append(f"saved {saves[0].position}")
        return kept

    def read(self, ledger: str, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        self.told.append("read")
        return super().read(ledger, build, places)


def begun(rows: MemoryRows) -> Build:
    build = rows.begin(LEDGER, "p", 1, (), AT)
    assert build is not None
    return build


def one_row(build: Build, position: int) -> Save:
    return Save(build, position, f"{position:064x}", 0, [Written("t", "a", "", position, b"%d" % position)])


def test_a_save_on_its_way_is_told_when_it_is_settled() -> None:
    rows, heard = Watched(), list[str]()
    build = begun(rows)
    rows.through.clear()
    with Aside(rows, LEDGER, meanwhile=True) as aside:
        assert aside.save([one_row(build, 7)], AT, lambda: heard.append("kept"), last=False)
        assert (heard, rows.builds(LEDGER)) == ([], [build])  # we go on while it waits
        rows.through.set()
        assert aside.settle()
        assert (heard, [one.position for one in rows.builds(LEDGER)]) == (["kept"], [7])
        assert aside.settle()
    assert heard == ["kept"]
    assert not [thread for thread in threads() if thread.name in rows.savers]


def test_rows_of_a_save_on_its_way_are_read_as_it_leaves_them() -> None:
    rows = Watched()
    build = begun(rows)
    with Aside(rows, LEDGER, meanwhile=True) as aside:
        assert aside.save([one_row(build, 7)], AT, lambda: None, last=False)
        assert aside.read(build, [("t", "a")]) == {("t", "a"): b"7"}
    assert rows.told == ["saved 7", "read"]


def test_rows_are_not_read_behind_a_save_that_was_not_kept() -> None:
    rows = Watched()
    build = begun(rows)
    rows.refused = True
    with Aside(rows, LEDGER, meanwhile=True) as aside:
        assert aside.save([one_row(build, 7)], AT, lambda: pytest.fail("nothing was kept"), last=False)
        with pytest.raises(Overtaken):
            aside.read(build, [("t", "a")])
        assert aside.settle()  # it is told once
    assert rows.builds(LEDGER) == [build]


def test_what_breaks_a_save_is_raised_by_who_settles_it() -> None:
    rows = Watched()
    build = begun(rows)
    rows.error = Unavailable("gone")
    with Aside(rows, LEDGER, meanwhile=True) as aside:
        assert aside.save([one_row(build, 7)], AT, lambda: pytest.fail("nothing was kept"), last=False)
        with pytest.raises(Unavailable):
            aside.settle()


@pytest.mark.parametrize("meanwhile", [False, True])
def test_the_last_save_and_those_of_a_store_that_is_not_apart_need_no_thread(meanwhile: bool) -> None:
    rows = Watched()
    build = begun(rows)
    with Aside(rows, LEDGER, meanwhile=meanwhile) as aside:
        assert aside.save([one_row(build, 7)], AT, lambda: rows.told.append("kept"), last=meanwhile)
    assert rows.savers == [current_thread().name]
    assert rows.told == ["saved 7", "kept"]


@pytest.mark.parametrize("meanwhile", [False, True])
def test_chunks_come_in_order_and_nothing_is_asked_for_behind_the_last(meanwhile: bool) -> None:
    def chunks() -> Iterator[list[Row]]:
        for seq in (1, 2, 3):
            yield [(seq, "", "s:self", seq, "t/1", b"{}")]
        pytest.fail("read behind the end")

    with Aside(MemoryRows(), LEDGER, meanwhile=meanwhile) as aside:
        assert [chunk[0][0] for chunk in aside.ahead(chunks(), 3)] == [1, 2, 3]


def test_what_breaks_a_chunk_read_ahead_is_raised_in_its_turn() -> None:
    def chunks() -> Iterator[list[Row]]:
        yield [(1, "", "s:self", 1, "t/1", b"{}")]
        raise Unavailable("gone")

    with Aside(MemoryRows(), LEDGER, meanwhile=True) as aside:
        ahead = aside.ahead(chunks(), 3)
        assert next(ahead)[0][0] == 1
        with pytest.raises(Unavailable):
            next(ahead)


def test_rows_kept_aside_are_those_kept_at_once() -> None:
    rows, heard = Watched(), list[int]()
    outcome = run(
        rows, Handmade(SOME, chunk=10), [sums()], flush_entries=10, hold=3, meanwhile=True, progress=heard.append
    )
    assert outcome.level
    assert list(dict.fromkeys(heard)) == list(range(10, 301, 10))
    assert kept_rows(rows, sums()) == plain(sums(), SOME)
    assert rows.savers[0] != current_thread().name == rows.savers[-1]  # the last has nothing to be aside of


def test_a_run_that_is_stopped_goes_on_from_what_was_kept() -> None:
    rows, left = Watched(), [True] * 3
    cut = run(
        rows,
        Handmade(SOME, chunk=10),
        [sums()],
        flush_entries=10,
        meanwhile=True,
        still=lambda: bool(left and left.pop()),
    )
    assert cut.positions == {"sums": 40}
    assert [one.position for one in rows.builds(LEDGER)] == [40]
    assert run(rows, Handmade(SOME), [sums()], meanwhile=True).entries == 260
    assert kept_rows(rows, sums()) == plain(sums(), SOME)


def test_a_run_that_another_overtakes_while_it_asks_for_rows_reads_again_and_stops_nothing() -> None:
    class Overtaking(Watched):
        def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
            if not self.savers:  # once, before the first is kept
                self.savers.append("another process")
                run(self, Handmade(SOME[:60], chunk=10), [sums()], flush_entries=10)
            return super().save(ledger, saves, at)

    rows = Overtaking()
    outcome = run(rows, Handmade(SOME, chunk=10), [sums()], flush_entries=10, hold=1, meanwhile=True)
    assert outcome.level
    assert not outcome.stopped
    assert kept_rows(rows, sums()) == plain(sums(), SOME)
