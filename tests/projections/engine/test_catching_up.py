"""Catching up: each entry counts once, whoever is killed when, and rebuilt equals live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, TypeVar

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.shell.errors import LedgerUnknown, Unavailable
from projections.engine.contract import Change, Entry, Projection
from projections.engine.errors import NewerRows, Stopped, UnknownType
from projections.engine.overlay import Overlay
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.seam import Build, Place, RowStore, Save, Written
from projections.engine.rows.sqlite import SqliteRows
from tests.projections.engine.sums import ADD, FORGET, NOISE, TAKE, second_version, sums
from tests.projections.kit import LEDGER, Handmade, check, entry, kept_rows, rows_of, run


def entries(count: int, seed: int = 1) -> list[Entry]:
    chance = Random(seed)
    found = []
    for seq in range(1, count + 1):
        at = f"2026-11-{1 + seq * 20 // count:02d}T09:30:00.000000Z"
        body = {"name": f"n{chance.randrange(12)}", "cents": chance.randrange(10_000)}
        found.append(entry(seq, chance.choice((ADD, ADD, TAKE, FORGET, NOISE)), body, at=at))
    return found


SOME = entries(300)
T = TypeVar("T")


@pytest.fixture(params=["memory", "sqlite"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RowStore]:
    made: RowStore = MemoryRows() if request.param == "memory" else SqliteRows(tmp_path / "rows.db")
    yield made
    made.close()


def states(rows: RowStore) -> list[tuple[str, int, str, int]]:
    return [(one.projection, one.version, one.state, one.position) for one in rows.builds(LEDGER)]


def plain(projection: Projection, given: Sequence[Entry]) -> dict[str, Any]:
    return {
        table: {key: row._replace(body=orjson.loads(orjson.dumps(row.body))) for key, row in found.items()}
        for table, found in rows_of(projection, given).items()
    }


# ---- entries into rows


def test_rows_are_what_entries_add_up_to() -> None:
    found = check(sums(), SOME)
    assert found["whole"][""].body["n"] > 1000
    assert len(found["noted"]) > 3


def test_a_projection_without_wants_and_start_comes_to_the_same() -> None:
    bare = sums(start=lambda: (), wants=lambda _: ())
    assert check(bare, SOME)["day"] == plain(sums(), SOME)["day"]


def test_a_row_carries_the_entry_that_last_changed_it(rows: RowStore) -> None:
    run(rows, Handmade(SOME), [sums()])
    last = max(one.seq for one in SOME if one.type in (ADD, TAKE))
    assert kept_rows(rows, sums())["whole"][""].seq == last


def test_a_second_run_changes_nothing(rows: RowStore) -> None:
    run(rows, Handmade(SOME), [sums()])
    before = rows.builds(LEDGER)
    outcome = run(rows, Handmade(SOME), [sums()])
    assert rows.builds(LEDGER) == before
    assert (outcome.entries, outcome.level, outcome.promoted) == (0, True, [])


def test_only_what_is_new_is_read(rows: RowStore) -> None:
    run(rows, Handmade(SOME[:290]), [sums()])
    assert run(rows, Handmade(SOME), [sums()]).entries == 10
    assert kept_rows(rows, sums()) == plain(sums(), SOME)


def test_entries_are_read_once_for_several_projections(rows: RowStore) -> None:
    outcome = run(rows, Handmade(SOME), [sums("one"), sums("two"), sums("three")])
    assert outcome.entries == 300
    assert outcome.positions == {"one": 300, "two": 300, "three": 300}
    assert kept_rows(rows, sums("two")) == plain(sums(), SOME)


def test_projections_that_stand_apart_come_together(rows: RowStore) -> None:
    run(rows, Handmade(SOME[:100]), [sums("one")])
    run(rows, Handmade(SOME[:200]), [sums("two")])
    outcome = run(rows, Handmade(SOME), [sums("one"), sums("two"), sums("three")], flush_entries=30)
    assert set(outcome.positions.values()) == {300}
    for name in ("one", "two", "three"):
        assert kept_rows(rows, sums(name)) == plain(sums(), SOME)


def test_it_goes_to_an_entry_that_is_named(rows: RowStore) -> None:
    outcome = run(rows, Handmade(SOME), [sums()], upto=123)
    assert (outcome.head, outcome.positions, outcome.level) == (123, {"sums": 123}, True)
    assert kept_rows(rows, sums()) == plain(sums(), SOME[:123])
    assert run(rows, Handmade(SOME), [sums()], upto=50).positions == {"sums": 123}
    assert run(rows, Handmade(SOME), [sums()], upto=10**6).positions == {"sums": 300}


def test_an_unknown_ledger_is_told() -> None:
    with pytest.raises(LedgerUnknown):
        run(MemoryRows(), Handmade([]), [sums()])


def test_progress_is_told_and_still_ends_it_between_two_transactions(rows: RowStore) -> None:
    heard: list[int] = []
    left = [True] * 3
    outcome = run(
        rows,
        Handmade(SOME, chunk=10),
        [sums()],
        flush_entries=10,
        progress=heard.append,
        still=lambda: bool(left and left.pop()),
    )
    assert heard == [10, 20, 30, 40]
    assert outcome.positions == {"sums": 40}
    assert not outcome.level
    assert states(rows) == [("sums", 1, "building", 40)]
    assert run(rows, Handmade(SOME), [sums()]).entries == 260
    assert kept_rows(rows, sums()) == plain(sums(), SOME)


# ---- stopping


def test_an_unknown_type_stops_that_projection_before_it_and_no_other(rows: RowStore) -> None:
    given = [*SOME[:100], entry(101, "later.thing/1", {}), *(one._replace(seq=one.seq + 1) for one in SOME[100:])]
    knows = sums("knows", ignores=sums().ignores | {"later.thing/1"})
    outcome = run(rows, Handmade(given), [sums(), knows], flush_entries=7)
    assert outcome.positions == {"sums": 100, "knows": 301}
    assert isinstance(outcome.stopped["sums"], UnknownType)
    assert str(outcome.stopped["sums"]) == "sums does not know later.thing/1 (entry 101)"
    assert not outcome.level
    assert kept_rows(rows, knows)["day"] == plain(knows, given)["day"]
    learnt = sums(ignores=knows.ignores)
    assert run(rows, Handmade(given), [learnt]).level
    assert kept_rows(rows, learnt) == plain(learnt, given)


def test_a_fault_in_one_projection_stops_it_there_and_no_other(rows: RowStore) -> None:
    def fails(get: object, one: Entry) -> Iterator[Change]:
        yield Change("noted", "half", {"cents": 1})
        raise ZeroDivisionError

    first = next(one.seq for one in SOME if one.type == FORGET)
    wrong = sums("wrong", handles={**sums().handles, FORGET: fails})
    outcome = run(rows, Handmade(SOME), [wrong, sums()])
    stopped = outcome.stopped["wrong"]
    assert isinstance(stopped, Stopped)
    assert (stopped.seq, str(stopped)) == (first, f"wrong stops at entry {first}: ZeroDivisionError")
    assert outcome.positions == {"wrong": first - 1, "sums": 300}
    (build,) = [one for one in rows.builds(LEDGER) if one.projection == "wrong"]
    assert rows.read(LEDGER, build, [("noted", "half")]) == {}


# ---- purged entries


def test_purged_entries_are_counted_where_they_would_have_been_handled(rows: RowStore) -> None:
    purged = frozenset(range(50, 150))
    outcome = run(rows, Handmade(SOME, purged=purged), [sums()], flush_entries=40)
    left = [one for one in SOME if one.seq not in purged]
    gone = [one for one in SOME if one.seq in purged and one.type != NOISE]
    assert outcome.missing == {"sums": len(gone)}
    with rows.snapshot(LEDGER) as snapshot:
        assert snapshot.view(snapshot.builds[0]).missing == len(gone)
    assert kept_rows(rows, sums()) == plain(sums(), left)


def test_a_projection_that_is_past_them_misses_nothing(rows: RowStore) -> None:
    run(rows, Handmade(SOME[:200]), [sums()])
    outcome = run(rows, Handmade(SOME, purged=frozenset(range(1, 200))), [sums()])
    assert outcome.missing == {"sums": 0}
    assert kept_rows(rows, sums()) == plain(sums(), SOME)


def test_made_anew_with_their_lines_at_hand_nothing_is_missing(rows: RowStore) -> None:
    run(rows, Handmade(SOME, purged=frozenset(range(1, 200))), [sums()])
    assert run(rows, Handmade(SOME), [sums()], anew=True).missing == {"sums": 0}
    assert kept_rows(rows, sums()) == plain(sums(), SOME)


# ---- versions, other histories


def test_a_new_version_is_built_beside_the_old_one_which_answers_until_then(rows: RowStore) -> None:
    run(rows, Handmade(SOME), [sums()])
    left = [True, True]
    new = second_version()
    run(rows, Handmade(SOME, chunk=50), [new], flush_entries=50, still=lambda: bool(left and left.pop()))
    assert states(rows) == [("sums", 1, "live", 300), ("sums", 2, "building", 150)]
    assert kept_rows(rows, sums()) == plain(sums(), SOME)
    outcome = run(rows, Handmade(SOME), [new])
    assert outcome.promoted == ["sums"]
    assert outcome.entries == 150
    assert states(rows) == [("sums", 2, "live", 300)]
    assert kept_rows(rows, new) == plain(new, SOME)


def test_older_software_leaves_newer_rows_alone(rows: RowStore) -> None:
    run(rows, Handmade(SOME[:200]), [second_version()])
    outcome = run(rows, Handmade(SOME), [sums(), sums("other")])
    assert isinstance(outcome.stopped["sums"], NewerRows)
    assert states(rows) == [("other", 1, "live", 300), ("sums", 2, "live", 200)]


def test_older_software_takes_over_when_it_is_told_to(rows: RowStore) -> None:
    run(rows, Handmade(SOME[:200]), [second_version()])
    assert run(rows, Handmade(SOME), [sums()], anew=True).level
    assert states(rows) == [("sums", 1, "live", 300)]
    assert kept_rows(rows, sums()) == plain(sums(), SOME)


def test_made_anew_the_old_rows_answer_until_the_new_ones_are_level(rows: RowStore) -> None:
    run(rows, Handmade(SOME), [sums()])
    left = [True]
    run(rows, Handmade(SOME, chunk=50), [sums()], anew=True, flush_entries=50, still=lambda: bool(left and left.pop()))
    assert states(rows) == [("sums", 1, "live", 300), ("sums", 1, "building", 100)]
    run(rows, Handmade([*SOME, entry(301, NOISE, {})]), [sums()])  # the server goes on with those that answer
    assert states(rows) == [("sums", 1, "live", 301), ("sums", 1, "building", 100)]
    outcome = run(rows, Handmade([*SOME, entry(301, NOISE, {})]), [sums()], anew=True)
    assert (outcome.entries, outcome.promoted) == (201, ["sums"])
    assert states(rows) == [("sums", 1, "live", 301)]
    assert rows.builds(LEDGER)[0].build == 2


def test_made_anew_while_the_ledger_grows_it_is_done_where_it_took_over() -> None:
    growing = Handmade(SOME)
    armed: list[bool] = []

    class Busy(MemoryRows):
        """While the first takes over, an entry is recorded and the server catches up what answers."""

        def promote(self, ledger: str, build: Build, at: str) -> bool:
            taken = super().promote(ledger, build, at)
            if taken and armed and build.projection == "one":
                armed.clear()
                growing.lines_ += Handmade([entry(301, NOISE, {})]).lines_
                run(self, growing, [sums("two")])
            return taken

    rows = Busy()
    run(rows, Handmade(SOME), [sums("one"), sums("two")])
    armed.append(True)
    outcome = run(rows, growing, [sums("one"), sums("two")], anew=True)
    assert outcome.positions == {"one": 300, "two": 301}
    assert outcome.promoted == ["one", "two"]
    assert outcome.done
    assert not outcome.level  # "one" is caught up by whoever asks next
    growing.chunk = 10
    cut_short = run(rows, growing, [sums("one")], anew=True, still=lambda: False, flush_entries=10)
    assert cut_short.unfinished == ("one",)
    assert not cut_short.done


@pytest.mark.parametrize("length", [250, 300, 350])
def test_rows_of_another_history_are_made_anew_and_it_is_said(rows: RowStore, length: int) -> None:
    run(rows, Handmade(SOME), [sums(), sums("late")])
    other = [one._replace(fingerprint=one.fingerprint[::-1]) for one in entries(length, seed=2)]
    outcome = run(rows, Handmade(other), [sums()])
    assert outcome.restarted == {"sums": "entry 300 is not the one its rows were made of"}
    assert kept_rows(rows, sums()) == plain(sums(), other)
    assert ("late", 1, "live", 300) in states(rows)  # as nobody asked for it


def test_rows_ahead_of_a_restored_backup_are_made_anew(rows: RowStore) -> None:
    run(rows, Handmade(SOME), [sums()])
    outcome = run(rows, Handmade(SOME[:120]), [sums()])
    assert "entry 300" in outcome.restarted["sums"]
    assert kept_rows(rows, sums()) == plain(sums(), SOME[:120])


# ---- broken writes, killed runs, several at once


class Broken:
    """A row store whose writes break as told: before they are kept, or after; and which others write to meanwhile."""

    apart = False

    def __init__(self, rows: RowStore, moments: Iterator[str], meanwhile: Callable[[], None]) -> None:
        self._rows = rows
        self._moments = moments
        self._meanwhile = meanwhile
        self.shown = rows.shown

    def builds(self, ledger: str) -> list[Build]:
        return self._rows.builds(ledger)

    def begin(self, ledger: str, projection: str, version: int, rows: Sequence[Written], at: str) -> Build | None:
        return self._broken(lambda: self._rows.begin(ledger, projection, version, rows, at))

    def read(self, ledger: str, build: Build, places: Sequence[Place]) -> Mapping[Place, bytes]:
        return self._rows.read(ledger, build, places)

    def save(self, ledger: str, saves: Sequence[Save], at: str) -> bool:
        return self._broken(lambda: self._rows.save(ledger, saves, at))

    def promote(self, ledger: str, build: Build, at: str) -> bool:
        return self._broken(lambda: self._rows.promote(ledger, build, at))

    def drop(self, ledger: str, build: Build) -> None:
        self._broken(lambda: self._rows.drop(ledger, build))

    def sweep(self, ledger: str) -> None:
        self._broken(lambda: self._rows.sweep(ledger))

    def snapshot(self, ledger: str) -> Any:
        return self._rows.snapshot(ledger)

    def close(self) -> None:
        self._rows.close()

    def _broken(self, write: Callable[[], T]) -> T:
        moment = next(self._moments, "whole")
        if moment == "before":
            raise Unavailable("not kept")
        if moment == "other":
            self._meanwhile()
        done = write()
        if moment == "after":
            raise Unavailable("kept, and nobody heard")
        return done


MOMENTS = st.lists(st.sampled_from(["whole", "whole", "before", "after", "other"]), max_size=60)


@settings(max_examples=150)
@given(
    moments=MOMENTS,
    heads=st.lists(st.integers(1, 80), min_size=1, max_size=8),
    versions=st.lists(st.booleans(), min_size=8, max_size=8),
    anew=st.lists(st.booleans(), min_size=8, max_size=8),
    seed=st.integers(0, 1000),
    flush=st.integers(1, 20),
    hold=st.integers(1, 30),
    aside=st.booleans(),
)
def test_any_interleaving_comes_to_what_a_fresh_rebuild_gives(
    moments: list[str],
    heads: list[int],
    versions: list[bool],
    anew: list[bool],
    seed: int,
    flush: int,
    hold: int,
    aside: bool,
) -> None:
    """Heads grow; runs are of either version, anew or not, save aside or not; writes break; others interfere."""
    inner, chance, elsewhere = MemoryRows(), Random(seed), Random(seed + 1)  # one for each thread
    sizes: dict[str, Any] = {"flush_entries": flush, "hold": hold, "meanwhile": aside}
    whole = entries(80, seed)
    reached = 0

    def meanwhile() -> None:
        run(inner, Handmade(whole[: max(reached, 1)], chunk=elsewhere), [sums()], flush_entries=3)

    rows = Broken(inner, iter(moments), meanwhile)
    for head, second, again in zip(sorted(heads), versions, anew, strict=False):
        reached = head
        try:
            chosen = second_version() if second else sums()
            run(rows, Handmade(whole[:head], chunk=chance), [chosen], anew=again, **sizes)
        except Unavailable:
            continue
    for last in (second_version(), sums("fresh")):
        outcome = run(inner, Handmade(whole, chunk=chance), [last], **sizes)
        assert outcome.level
        assert kept_rows(inner, last) == plain(last, whole)
    live = [(name, version) for name, version, state, _ in states(inner) if state == "live"]
    assert live == [("fresh", 1), ("sums", 2)]
    abandoned = "2026-11-24T09:30:00Z"  # a rebuild that was killed and is not taken up again
    run(inner, Handmade(whole), [second_version(), sums("fresh")], now=abandoned)
    assert [state for _, _, state, _ in states(inner)] == ["live", "live"]


@settings(max_examples=25)
@given(moments=MOMENTS, seed=st.integers(0, 1000), flush=st.integers(1, 20))
def test_the_same_in_a_file(moments: list[str], seed: int, flush: int) -> None:
    chance, whole = Random(seed), entries(60, seed)
    with TemporaryDirectory() as folder:
        inner = SqliteRows(Path(folder) / "rows.db")
        rows = Broken(inner, iter(moments), lambda: None)
        for head in (5, 20, 21, 45):
            try:
                run(rows, Handmade(whole[:head], chunk=chance), [sums(), sums("two")], flush_entries=flush, hold=2)
            except Unavailable:
                continue
        assert run(inner, Handmade(whole, chunk=chance), [sums(), sums("two")], flush_entries=flush).level
        assert kept_rows(inner, sums()) == kept_rows(inner, sums("two")) == plain(sums(), whole)
        inner.close()


def test_several_runners_at_once_on_a_ledger_that_grows_double_nothing(tmp_path: Path) -> None:
    ledger, whole = Handmade(SOME[:10]), Handmade(SOME)
    positions: list[dict[str, int]] = []

    def work() -> None:
        rows = SqliteRows(tmp_path / "rows.db")
        while len(ledger.lines_) < len(whole.lines_) or run(rows, ledger, [sums(), sums("two")]).entries:
            with turn:
                ledger.lines_ = whole.lines_[: len(ledger.lines_) + 5]
            outcome = run(rows, ledger, [sums(), sums("two")], flush_entries=3)
            assert not outcome.restarted
            positions.append(outcome.positions)
        rows.close()

    turn = Lock()
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(work) for _ in range(3)]:
            done.result()
    rows = SqliteRows(tmp_path / "rows.db")
    assert kept_rows(rows, sums()) == kept_rows(rows, sums("two")) == plain(sums(), SOME)
    assert [one.build for one in rows.builds(LEDGER)] == [1, 1]
    rows.close()


# ---- rows in memory


def test_what_is_held_in_memory_is_bounded_and_read_again() -> None:
    asked: list[Place] = []
    kept: dict[Place, bytes] = {}

    def read(places: Sequence[Place]) -> Mapping[Place, bytes]:
        asked.extend(places)
        return {place: kept[place] for place in places if place in kept}

    overlay = Overlay(read, new=True, size=10)
    for n in range(100):
        assert overlay.get("t", f"{n}") is None
        overlay.put([Change("t", f"{n}", {"n": n}), Change("never asked for", f"{n}", {"n": n})], n)
        if n % 5 == 4:
            kept |= {(row.table, row.key): row.body for row in overlay.written() if row.body is not None}
            overlay.kept()
        assert sum(len(rows) for held in (overlay._young, overlay._old) for rows in held.values()) <= 40
    assert overlay.get("t", "3") == {"n": 3}
    assert overlay.get("never asked for", "3") == {"n": 3}
    assert ("t", "3") in asked


def test_a_row_known_to_be_absent_is_not_asked_for() -> None:
    def read(places: Sequence[Place]) -> Mapping[Place, bytes]:
        raise AssertionError(places)

    overlay = Overlay(read, new=True)
    assert overlay.get("t", "a") is None
    overlay.expect([("t", "b"), ("t", "c")])
    assert overlay.get("t", "b") is None


def test_what_is_expected_is_asked_for_once() -> None:
    asked: list[list[Place]] = []

    def read(places: Sequence[Place]) -> Mapping[Place, bytes]:
        asked.append(list(places))
        return {("t", "a"): b'{"v":1}'} if ("t", "a") in places else {}

    overlay = Overlay(read, new=False)
    overlay.expect([("t", "a"), ("t", "b"), ("t", "a")])
    overlay.expect([("t", "b"), ("t", "a")])
    assert (overlay.get("t", "a"), overlay.get("t", "b")) == ({"v": 1}, None)
    assert asked == [[("t", "a"), ("t", "b")]]
