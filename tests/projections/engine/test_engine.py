"""The engine over real ledgers: who asks reads what was written, views stand together, lag is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ledger.shell.errors import LedgerUnknown
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.open import open_store
from projections.engine.contract import Entry, Projection
from projections.engine.engine import Engine
from projections.engine.errors import NotBuilt, UnknownType, Unsettled
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.open import open_rows, rows_url
from projections.engine.rows.seam import RowStore
from projections.engine.rows.sqlite import SqliteRows
from tests.projections.engine.counts import COUNTS, EACH
from tests.projections.kit import entries_of, rows_of
from tests.shell.business import HandClock, answered, invoice, opened, payment, service_over

ROOT = Path(__file__).resolve().parents[3]
PROJECTIONS = (COUNTS, EACH)


class Shop:
    """A service over a store in memory, and an engine beside it."""

    def __init__(self, folder: Path, rows: RowStore | None = None, projections: Any = PROJECTIONS) -> None:
        self.clock = HandClock()
        self.service: Service = service_over(MemoryStore(), folder / "keys", self.clock)
        self.ledger = opened(self.service).row.ledger
        self.rows = rows or MemoryRows()
        self.engine = self.another(projections)

    def another(self, projections: Any = PROJECTIONS) -> Engine:
        return Engine(self.service.store, self.rows, self.clock.now, projections)

    def sell(self, count: int = 1) -> int:
        for _ in range(count):
            issued = answered(self.service.execute("atelier", invoice()))
            paid = answered(self.service.execute("atelier", payment(issued.result["invoice"])))
        return paid.entries[-1].seq

    @property
    def head(self) -> int:
        head = self.service.store.head(self.ledger)
        assert head is not None
        return head.seq

    def expected(self, projection: Projection, upto: int | None = None) -> dict[str, Any]:
        found = rows_of(projection, entries_of(self.service.store, self.ledger)[:upto])
        return {table: {key: row.body for key, row in rows.items()} for table, rows in found.items()}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.service.close()


def bodies(view: Any, projection: Projection) -> dict[str, Any]:
    return {table: {row.key: row.body for row in view.rows(table)} for table in projection.tables}


# ---- reading


def test_who_wrote_an_entry_reads_it(shop: Shop) -> None:
    for _ in range(3):
        seq = shop.sell()
        with shop.engine.fresh(shop.ledger, ["counts"]) as views:
            assert views["counts"].position == shop.head >= seq
            assert bodies(views["counts"], COUNTS) == shop.expected(COUNTS)


def test_views_of_several_projections_are_as_of_one_entry(shop: Shop) -> None:
    shop.sell(2)
    shop.engine.catch_up(shop.ledger, ["counts"])
    shop.sell(2)
    with shop.engine.fresh(shop.ledger, ["counts", "each"]) as views:
        assert {view.position for view in views.values()} == {shop.head}
        assert bodies(views["each"], EACH) == shop.expected(EACH)


def test_at_least_an_entry_is_enough_when_that_is_asked(shop: Shop) -> None:
    shop.sell()
    shop.engine.catch_up(shop.ledger)
    before = shop.head
    shop.sell()
    with shop.engine.fresh(shop.ledger, ["counts"], at_least=before) as views:
        assert views["counts"].position == before
    with shop.engine.fresh(shop.ledger, ["counts"], at_least=before + 1) as views:
        assert views["counts"].position == before + 1


def test_views_that_stand_apart_are_brought_together_whatever_was_asked(shop: Shop) -> None:
    shop.sell()
    shop.engine.catch_up(shop.ledger)
    before = shop.head
    shop.sell()
    shop.engine.catch_up(shop.ledger, ["each"])
    with shop.engine.fresh(shop.ledger, ["counts", "each"], at_least=before) as views:
        assert {view.position for view in views.values()} == {shop.head}


def test_a_view_does_not_move_while_others_write(shop: Shop) -> None:
    shop.sell()
    with shop.engine.fresh(shop.ledger, ["counts"]) as views:
        there = shop.head
        shop.sell()
        shop.another().catch_up(shop.ledger)
        assert views["counts"].position == there
        assert bodies(views["counts"], COUNTS) == shop.expected(COUNTS, there)


def test_rows_that_others_move_all_the_time_are_told_as_such(shop: Shop) -> None:
    shop.sell()

    class Restless(MemoryRows):
        def snapshot(self, ledger: str) -> Any:
            shop.sell()
            shop.another().catch_up(ledger, ["each"])
            return super().snapshot(ledger)

    shop.rows = Restless()
    with pytest.raises(Unsettled), shop.another().fresh(shop.ledger, ["counts", "each"]):
        raise AssertionError("not reached")


def test_a_projection_that_cannot_go_on_fails_who_asks_for_it_and_nobody_else(tmp_path: Path) -> None:
    narrow = Projection("narrow", 1, (), {}, COUNTS.ignores - {"payment.received/1"})
    shop = Shop(tmp_path, projections=(COUNTS, narrow))
    shop.sell()
    with pytest.raises(UnknownType, match="narrow"), shop.engine.fresh(shop.ledger, ["narrow"]):
        raise AssertionError("not reached")
    with shop.engine.fresh(shop.ledger, ["counts"]) as views:
        assert views["counts"].position == shop.head
    shop.service.close()


def test_what_is_kept_is_given_without_catching_up(shop: Shop) -> None:
    with pytest.raises(NotBuilt), shop.engine.kept(shop.ledger, ["counts"]):
        raise AssertionError("not reached")
    shop.engine.catch_up(shop.ledger)
    before = shop.head
    shop.sell()
    with shop.engine.kept(shop.ledger, ["counts"]) as views:
        assert views["counts"].position == before


def test_nothing_is_known_of_another_ledger_or_projection(shop: Shop) -> None:
    with pytest.raises(LedgerUnknown), shop.engine.fresh("0190aaaa-0000-8000-8000-000000000009", ["counts"]):
        raise AssertionError("not reached")
    with pytest.raises(KeyError), shop.engine.fresh(shop.ledger, ["nothing"]):
        raise AssertionError("not reached")


def test_many_who_ask_at_once_read_the_entries_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path, SqliteRows(tmp_path / "rows.db"))
    shop.sell(10)
    read: list[int] = []
    real = shop.engine.catch_up

    def heard(*given: Any, **named: Any) -> Any:
        outcome = real(*given, **named)
        read.append(outcome.entries)
        return outcome

    shop.engine.catch_up = heard  # type: ignore[method-assign] # to count what is read

    def ask(_: int) -> int:
        with shop.engine.fresh(shop.ledger, ["counts", "each"]) as views:
            assert bodies(views["counts"], COUNTS) == shop.expected(COUNTS)
            return views["each"].position

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(24))) == {shop.head}
    assert sum(read) == shop.head
    shop.service.close()
    shop.engine.close()


# ---- days


def test_an_entry_has_the_business_day_of_its_recording(tmp_path: Path) -> None:
    """Cut-off 03:00 in Paris: half past two at night belongs to the day before."""
    clock = HandClock()
    service = service_over(MemoryStore(), tmp_path / "keys", clock)
    ledger = opened(service, cut_off="03:00").row.ledger
    clock.pass_by(timedelta(hours=16, minutes=30))  # 01:30 UTC, 02:30 in Paris
    answered(service.execute("atelier", invoice()))
    clock.pass_by(timedelta(hours=1))
    answered(service.execute("atelier", invoice()))
    days: list[str] = []

    def note(get: object, entry: Entry) -> tuple[()]:
        days.append(entry.day)
        return ()

    noting = Projection("noting", 1, (), {"invoice.issued/1": note}, COUNTS.ignores | COUNTS.handles.keys())
    Engine(service.store, MemoryRows(), clock.now, [noting]).catch_up(ledger)
    assert days == ["2026-11-23", "2026-11-24"]
    service.close()


# ---- lag


def test_lag_is_told_in_entries_and_seconds(shop: Shop) -> None:
    lag = {one.projection: one for one in shop.engine.lag(shop.ledger)}
    assert (lag["counts"].position, lag["counts"].entries, lag["counts"].building) == (0, shop.head, None)
    shop.engine.catch_up(shop.ledger)
    assert {(one.entries, one.seconds) for one in shop.engine.lag(shop.ledger)} == {(0, 0)}
    before = shop.head
    shop.sell()
    shop.clock.pass_by(timedelta(seconds=90))
    lag = {one.projection: one for one in shop.engine.lag(shop.ledger)}
    assert lag["counts"].entries == shop.head - before
    assert lag["counts"].seconds == 90
    assert lag["counts"].as_json() == {
        "projection": "counts", "version": 1, "position": before, "entries": shop.head - before, "seconds": 90,
        "missing": 0,
    }  # fmt: skip


def test_lag_tells_of_rows_that_are_being_made(shop: Shop) -> None:
    shop.sell(3)
    shop.engine.catch_up(shop.ledger, upto=5)
    left = [True]
    shop.engine.rebuild(shop.ledger, ["counts"], still=lambda: bool(left and left.pop()))
    lag = {one.projection: one for one in shop.engine.lag(shop.ledger)}
    assert lag["counts"].building == shop.head or lag["counts"].building is None
    assert lag["each"].position == 5


# ---- killed


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


def filled(url: str, folder: Path, pairs: int) -> str:
    service = service_over(open_store(url, create=True), folder / "keys")
    ledger = opened(service).row.ledger
    for _ in range(pairs):
        issued = answered(service.execute("atelier", invoice()))
        answered(service.execute("atelier", payment(issued.result["invoice"])))
    service.close()
    return ledger


def test_killed_at_any_moment_it_goes_on_and_comes_to_the_same(url: str, tmp_path: Path) -> None:
    ledger = filled(url, tmp_path, 40)
    chance, kills = Random(5), 0
    command = [sys.executable, "-m", "tests.projections.engine.runner", url, ledger]
    for _ in range(6):
        runner = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert runner.stdout is not None
        for _ in range(chance.randrange(1, 12)):
            runner.stdout.readline()
        os.kill(runner.pid, signal.SIGKILL)
        _, errors = runner.communicate()
        kills += runner.returncode == -signal.SIGKILL
        assert runner.returncode in (-signal.SIGKILL, 0), errors.decode()
    assert kills >= 3
    store, rows = open_store(url), open_rows(rows_url(url))
    engine = Engine(store, rows, HandClock().now, PROJECTIONS)
    assert engine.catch_up(ledger).level
    given = entries_of(store, ledger)
    with engine.kept(ledger, ["counts", "each"]) as views:
        for projection in PROJECTIONS:
            found = {t: {row.key: row for row in views[projection.name].rows(t)} for t in projection.tables}
            assert found == rows_of(projection, given)
    assert engine.rebuild(ledger).level
    with engine.kept(ledger, ["counts", "each"]) as views:
        for projection in PROJECTIONS:
            found = {t: {row.key: row for row in views[projection.name].rows(t)} for t in projection.tables}
            assert found == rows_of(projection, given)
    engine.close()
    store.close()


def test_two_processes_at_once_double_nothing(url: str, tmp_path: Path) -> None:
    ledger = filled(url, tmp_path, 25)
    command = [sys.executable, "-m", "tests.projections.engine.runner", url, ledger]
    runners = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for runner in runners:
        _, errors = runner.communicate(timeout=120)
        assert runner.returncode == 0, errors.decode()
    store, rows = open_store(url), open_rows(rows_url(url))
    given = entries_of(store, ledger)
    engine = Engine(store, rows, HandClock().now, PROJECTIONS)
    with engine.kept(ledger, ["counts", "each"]) as views:
        assert views["counts"].position == len(given)
        for projection in PROJECTIONS:
            found = {t: {row.key: row for row in views[projection.name].rows(t)} for t in projection.tables}
            assert found == rows_of(projection, given)
    engine.close()
    store.close()


def test_rows_in_a_file_that_was_deleted_are_made_again(tmp_path: Path) -> None:
    shop = Shop(tmp_path, SqliteRows(tmp_path / "rows.db"))
    shop.sell()
    shop.engine.catch_up(shop.ledger)
    for file in tmp_path.glob("rows.db*"):
        file.unlink()
    with shop.engine.fresh(shop.ledger, ["counts"]) as views:
        assert bodies(views["counts"], COUNTS) == shop.expected(COUNTS)
    shop.service.close()
    shop.engine.close()
