"""What every row store must do: memory, SQLite and PostgreSQL run this suite whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import orjson
import pytest

from projections.engine.contract import Row, View
from projections.engine.rows.seam import Build, RowStore, Save, Written

LEDGER = "0190aaaa-0000-8000-8000-000000000001"
OTHER = "0190aaaa-0000-8000-8000-000000000002"
AT = "2026-11-22T09:30:00Z"
Open = Callable[[], RowStore]


def put(key: str, value: object, *, sort: str = "", seq: int = 1, table: str = "t") -> Written:
    return Written(table, key, sort, seq, orjson.dumps({"v": value}))


def gone(key: str, table: str = "t") -> Written:
    return Written(table, key, "", 1, None)


def save(build: Build, position: int, *rows: Written, missing: int = 0) -> Save:
    return Save(build, position, f"{position:064x}", missing, rows)


def begun(rows: RowStore, *start: Written, ledger: str = LEDGER, projection: str = "p", version: int = 1) -> Build:
    build = rows.begin(ledger, projection, version, start, AT)
    assert build is not None
    return build


def saved(rows: RowStore, build: Build, position: int, *written: Written, ledger: str = LEDGER) -> Build:
    assert rows.save(ledger, [save(build, position, *written)], AT)
    return build._replace(position=position, fingerprint=f"{position:064x}")


def live(rows: RowStore, *written: Written, ledger: str = LEDGER, projection: str = "p", version: int = 1) -> Build:
    build = saved(rows, begun(rows, ledger=ledger, projection=projection, version=version), 10, *written, ledger=ledger)
    assert rows.promote(ledger, build, AT)
    return build._replace(state="live")


def keys(found: Iterator[Row]) -> list[str]:
    return [row.key for row in found]


class RowStoreContract:
    """Subclasses give `open_another`: a new object over the same rows."""

    @pytest.fixture
    def rows(self, open_another: Open) -> Iterator[RowStore]:
        rows = open_another()
        yield rows
        rows.close()

    # Builds

    def test_a_new_store_has_nothing(self, rows: RowStore) -> None:
        assert rows.builds(LEDGER) == []
        with rows.snapshot(LEDGER) as snapshot:
            assert list(snapshot.builds) == []

    def test_a_build_begins_at_zero_with_its_first_rows(self, rows: RowStore) -> None:
        build = begun(rows, put("a", 1))
        assert build == Build("p", 1, 1, "building", 0, "", 0, AT)
        assert rows.builds(LEDGER) == [build]
        assert rows.read(LEDGER, build, [("t", "a"), ("t", "b")]) == {("t", "a"): b'{"v":1}'}

    def test_a_version_is_built_once_at_a_time(self, rows: RowStore) -> None:
        begun(rows)
        assert rows.begin(LEDGER, "p", 1, (), AT) is None
        assert rows.begin(LEDGER, "p", 2, (), AT) is not None
        assert rows.begin(LEDGER, "q", 1, (), AT) is not None
        assert rows.begin(OTHER, "p", 1, (), AT) is not None

    def test_a_save_keeps_rows_and_position_together(self, rows: RowStore) -> None:
        build = begun(rows)
        assert rows.save(LEDGER, [save(build, 7, put("a", 1), put("b", 2), missing=3)], "2026-11-22T10:00:00Z")
        (now,) = rows.builds(LEDGER)
        assert now == Build("p", 1, 1, "building", 7, f"{7:064x}", 3, "2026-11-22T10:00:00Z")
        assert rows.read(LEDGER, build, [("t", "a"), ("t", "b")]) == {
            ("t", "a"): b'{"v":1}',
            ("t", "b"): b'{"v":2}',
        }

    def test_a_save_twice_is_kept_once(self, rows: RowStore) -> None:
        build = begun(rows)
        assert rows.save(LEDGER, [save(build, 7, put("a", 1))], AT)
        assert not rows.save(LEDGER, [save(build, 7, put("a", 2))], AT)
        assert not rows.save(LEDGER, [save(build, 9, put("a", 3))], AT)
        assert rows.read(LEDGER, build, [("t", "a")]) == {("t", "a"): b'{"v":1}'}

    @pytest.mark.parametrize(
        "change",
        [{"position": 6}, {"fingerprint": "ab" * 32}, {"missing": 1}, {"version": 2}, {"build": 2}],
        ids=lambda change: str(*change),
    )
    def test_a_build_that_stands_elsewhere_takes_no_save(self, rows: RowStore, change: dict[str, object]) -> None:
        build = saved(rows, begun(rows), 5, put("a", 1))
        assert not rows.save(LEDGER, [save(build._replace(**change), 9, put("a", 2))], AT)  # type: ignore[arg-type] # each of its member's type
        assert rows.read(LEDGER, build, [("t", "a")]) == {("t", "a"): b'{"v":1}'}

    def test_of_several_saves_all_or_none_are_kept(self, rows: RowStore) -> None:
        one, two = begun(rows, projection="one"), begun(rows, projection="two")
        stale = one._replace(position=3)
        assert not rows.save(LEDGER, [save(two, 5, put("a", 2)), save(stale, 5, put("a", 1))], AT)
        assert [build.position for build in rows.builds(LEDGER)] == [0, 0]
        assert rows.read(LEDGER, two, [("t", "a")]) == {}
        assert rows.save(LEDGER, [save(two, 5, put("a", 2)), save(one, 5, put("a", 1))], AT)
        assert [build.position for build in rows.builds(LEDGER)] == [5, 5]

    def test_rows_are_replaced_and_taken_away(self, rows: RowStore) -> None:
        build = saved(rows, begun(rows), 5, put("a", 1), put("b", 1))
        build = saved(rows, build, 6, put("a", 2), gone("b"), gone("never"))
        assert rows.read(LEDGER, build, [("t", "a"), ("t", "b"), ("t", "never")]) == {("t", "a"): b'{"v":2}'}

    def test_many_rows_are_kept_in_one_save(self, rows: RowStore) -> None:
        many = [put(f"{n:06d}", n, sort=f"{n % 7}", table="many") for n in range(12_345)]
        build = saved(rows, begun(rows), 5, *many)
        assert rows.promote(LEDGER, build, AT)
        with rows.snapshot(LEDGER) as snapshot:
            view = snapshot.view(snapshot.builds[0])
            assert keys(view.rows("many")) == [row.key for row in many]
            assert len(keys(view.rows("many", sort_from="3", sort_to="3"))) == sum(n % 7 == 3 for n in range(12_345))
            assert keys(view.rows("many", descending=True)) == [row.key for row in reversed(many)]

    def test_ledgers_projections_builds_and_tables_do_not_mix(self, rows: RowStore) -> None:
        builds = [
            (LEDGER, live(rows, put("a", 1), put("a", 2, table="u"))),
            (LEDGER, live(rows, put("a", 3), projection="q")),
            (OTHER, live(rows, put("a", 4), ledger=OTHER)),
        ]
        beside = saved(rows, begun(rows, version=2), 3, put("a", 5))
        found = [rows.read(ledger, build, [("t", "a"), ("u", "a")]) for ledger, build in builds]
        assert found == [
            {("t", "a"): b'{"v":1}', ("u", "a"): b'{"v":2}'},
            {("t", "a"): b'{"v":3}'},
            {("t", "a"): b'{"v":4}'},
        ]
        assert rows.read(LEDGER, beside, [("t", "a")]) == {("t", "a"): b'{"v":5}'}

    # Taking over

    def test_a_build_takes_over_and_the_one_before_goes(self, rows: RowStore) -> None:
        old = live(rows, put("a", 1))
        new = saved(rows, begun(rows, version=2), 10, put("a", 2))
        assert rows.promote(LEDGER, new, AT)
        assert [(b.build, b.version, b.state) for b in rows.builds(LEDGER)] == [(2, 2, "live")]
        rows.sweep(LEDGER)
        assert rows.read(LEDGER, old, [("t", "a")]) == {}
        assert rows.read(LEDGER, new, [("t", "a")]) == {("t", "a"): b'{"v":2}'}

    def test_a_build_that_is_behind_the_live_one_does_not_take_over(self, rows: RowStore) -> None:
        live(rows, put("a", 1))
        new = saved(rows, begun(rows, version=2), 9)
        assert not rows.promote(LEDGER, new, AT)
        assert [(b.version, b.state) for b in rows.builds(LEDGER)] == [(1, "live"), (2, "building")]
        assert rows.promote(LEDGER, saved(rows, new, 10), AT)

    def test_a_build_that_moved_does_not_take_over(self, rows: RowStore) -> None:
        build = begun(rows)
        moved = saved(rows, build, 5)
        assert not rows.promote(LEDGER, build, AT)
        assert rows.promote(LEDGER, moved, AT)

    def test_a_dropped_build_takes_nothing_and_its_number_is_not_given_again(self, rows: RowStore) -> None:
        build = live(rows, put("a", 1))
        rows.drop(LEDGER, build)
        assert rows.builds(LEDGER) == []
        assert not rows.save(LEDGER, [save(build, 11, put("a", 2))], AT)
        assert not rows.promote(LEDGER, build, AT)
        rows.sweep(LEDGER)
        assert rows.read(LEDGER, build, [("t", "a")]) == {}
        assert begun(rows).build == 2

    def test_sweeping_takes_away_many_rows_and_none_of_others(self, rows: RowStore) -> None:
        old = live(rows, *(put(f"{n:05d}", n) for n in range(10_500)))
        other = live(rows, put("a", 1), ledger=OTHER)
        rows.drop(LEDGER, old)
        rows.sweep(LEDGER)
        assert rows.read(LEDGER, old, [("t", "00000"), ("t", "10499")]) == {}
        assert rows.read(OTHER, other, [("t", "a")]) != {}

    # Views

    @pytest.fixture
    def view(self, rows: RowStore) -> Iterator[View]:
        live(
            rows,
            *(
                put("a", 1, sort="2026-03", seq=4),
                put("b", 2, sort="2026-01", seq=5),
                put("c", 3, sort="", seq=6),
                put("d", 4, sort="2026-01", seq=7),
                put("é", 5, sort="2026-02", seq=8),
                put("\U0001f600", 6, sort="\uffff", seq=9),
                put("z", 0, table="u"),
            ),
        )
        with rows.snapshot(LEDGER) as snapshot:
            yield snapshot.view(snapshot.builds[0])

    def test_a_view_knows_where_it_stands(self, view: View) -> None:
        assert (view.position, view.missing) == (10, 0)

    def test_a_row_comes_with_its_entry(self, view: View) -> None:
        assert view.get("t", "b") == Row("b", 5, "2026-01", {"v": 2})
        assert view.get("t", "nothing") is None
        assert view.get("nothing", "b") is None

    def test_rows_come_by_key_in_code_points(self, view: View) -> None:
        assert keys(view.rows("t")) == ["a", "b", "c", "d", "é", "\U0001f600"]
        assert keys(view.rows("t", descending=True)) == ["\U0001f600", "é", "d", "c", "b", "a"]
        assert keys(view.rows("nothing")) == []

    def test_rows_come_between_keys_both_included(self, view: View) -> None:
        assert keys(view.rows("t", first="b", last="d")) == ["b", "c", "d"]
        assert keys(view.rows("t", first="bb", limit=2)) == ["c", "d"]
        assert keys(view.rows("t", last="c", descending=True, limit=2)) == ["c", "b"]
        assert keys(view.rows("t", limit=0)) == []

    def test_rows_come_by_sort_and_key_both_included(self, view: View) -> None:
        assert keys(view.rows("t", sort_from="2026-01", sort_to="2026-02")) == ["b", "d", "é"]
        assert keys(view.rows("t", sort_to="2026-03")) == ["c", "b", "d", "é", "a"]
        assert keys(view.rows("t", sort_from="2026-02")) == ["é", "a", "\U0001f600"]
        assert keys(view.rows("t", sort_from="", descending=True)) == ["\U0001f600", "a", "é", "d", "b", "c"]
        assert keys(view.rows("t", sort_from="2026-01", limit=3)) == ["b", "d", "é"]

    def test_both_bounds_hold_together(self, view: View) -> None:
        assert keys(view.rows("t", first="c", sort_from="2026-01", sort_to="2026-01")) == ["d"]

    def test_a_snapshot_does_not_move(self, open_another: Open, rows: RowStore) -> None:
        build = live(rows, put("a", 1), put("b", 1))
        other = open_another()
        with other.snapshot(LEDGER) as snapshot:
            view = snapshot.view(snapshot.builds[0])
            saved(rows, build, 11, put("a", 2), gone("b"), put("c", 2))
            assert (view.position, keys(view.rows("t"))) == (10, ["a", "b"])
            assert view.get("t", "a") == Row("a", 1, "", {"v": 1})
            new = saved(rows, begun(rows, version=2), 11)
            assert rows.promote(LEDGER, new, AT)
            rows.sweep(LEDGER)
            assert keys(view.rows("t")) == ["a", "b"]
        with other.snapshot(LEDGER) as snapshot:
            assert keys(snapshot.view(snapshot.builds[0]).rows("t")) == []
        other.close()

    def test_a_reader_who_fails_leaves_the_store_usable(self, rows: RowStore) -> None:
        live(rows, put("a", 1))

        def fail() -> None:
            with rows.snapshot(LEDGER) as snapshot:
                next(snapshot.view(snapshot.builds[0]).rows("t"))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        with rows.snapshot(LEDGER) as snapshot:
            assert keys(snapshot.view(snapshot.builds[0]).rows("t")) == ["a"]

    # Several at once

    def test_of_many_who_save_at_once_one_wins_each_step(self, open_another: Open, rows: RowStore) -> None:
        begun(rows)
        stores = [open_another() for _ in range(4)]
        start = Barrier(len(stores))
        won: list[int] = []

        def work(store: RowStore) -> None:
            start.wait()
            for _ in range(25):
                (build,) = store.builds(LEDGER)
                said = store.read(LEDGER, build, [("t", "sum")]).get(("t", "sum"), b'{"v":0}')
                step = put("sum", orjson.loads(said)["v"] + 1)
                if store.save(LEDGER, [save(build, build.position + 1, step)], AT):
                    won.append(1)

        threads = [Thread(target=work, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (build,) = rows.builds(LEDGER)
        said = orjson.loads(rows.read(LEDGER, build, [("t", "sum")])["t", "sum"])["v"]
        assert said == build.position == len(won) >= 25
        for store in stores:
            store.close()

    def test_of_many_who_begin_at_once_one_does(self, open_another: Open, rows: RowStore) -> None:
        stores = [open_another() for _ in range(4)]
        start = Barrier(len(stores))
        made: list[Build | None] = []

        def work(store: RowStore) -> None:
            start.wait()
            made.append(store.begin(LEDGER, "p", 1, [put("a", 1)], AT))

        threads = [Thread(target=work, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len([one for one in made if one is not None]) == 1
        assert len(rows.builds(LEDGER)) == 1
        for store in stores:
            store.close()
