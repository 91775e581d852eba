"""The job that keeps rows level: every ledger, cheap at rest, never in the way of recording."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.jobs.projecting import LOOK_AGAIN, Projected, Projecting
from api.jobs.scheduler import Job, Scheduler
from api.jobs.start import scheduler_of
from api.settings import Settings
from ledger.shell.errors import Unavailable
from ledger.shell.stores.memory import MemoryStore
from projections.engine.catching_up import Work
from projections.engine.contract import Projection
from projections.engine.engine import Engine
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.seam import Build
from tests.projections.engine.counts import COUNTS, EACH
from tests.projections.kit import entries_of, rows_of
from tests.shell.business import HandClock, answered, invoice, opened, service_over


def ended() -> bool:
    return False


def on() -> bool:
    return True


class Shops:
    """Two ledgers in one store, and the job over them."""

    def __init__(self, folder: Path, projections: tuple[Projection, ...] = (COUNTS, EACH)) -> None:
        self.clock = HandClock()
        self.store = MemoryStore()
        self.service = service_over(self.store, folder / "keys", self.clock)
        self.ledgers = [opened(self.service, name).row.ledger for name in ("atelier", "boutique")]
        self.rows = MemoryRows()
        self.heard: list[Projected] = []
        self.engine = Engine(self.store, self.rows, self.clock.now, projections)
        self.job = Projecting(self.service, self.engine, self.heard.append)

    def sell(self, name: str = "atelier") -> None:
        answered(self.service.execute(name, invoice()))

    def level(self, ledger: str) -> bool:
        given = entries_of(self.store, ledger)
        with self.engine.kept(ledger, ["counts"]) as views:
            found = {t: {row.key: row for row in views["counts"].rows(t)} for t in COUNTS.tables}
            return views["counts"].position == len(given) and found == rows_of(COUNTS, given)


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Shops]:
    made = Shops(tmp_path)
    yield made
    made.service.close()


def test_every_ledger_is_brought_level(shops: Shops) -> None:
    shops.job.run(on)
    assert all(shops.level(ledger) for ledger in shops.ledgers)
    shops.sell()
    assert not shops.level(shops.ledgers[0])
    shops.job.run(on)
    assert all(shops.level(ledger) for ledger in shops.ledgers)
    assert (shops.heard[-1].behind_entries, shops.heard[-1].behind_seconds, shops.heard[-1].stopped) == (0, 0, 0)
    assert shops.heard[-1].entries == sum(len(entries_of(shops.store, ledger)) for ledger in shops.ledgers)


def test_a_ledger_at_rest_costs_a_look_at_its_head(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    shops.job.run(on)
    asked: list[str] = []
    real = shops.rows.builds

    def heard(ledger: str) -> list[Build]:
        asked.append(ledger)
        return real(ledger)

    monkeypatch.setattr(shops.rows, "builds", heard)
    shops.job.run(on)
    assert asked == []
    shops.sell("boutique")
    shops.job.run(on)
    assert set(asked) == {shops.ledgers[1]}


def test_rows_that_were_lost_are_made_again(shops: Shops) -> None:
    shops.job.run(on)
    shops.engine.rows = MemoryRows()
    shops.job.run(on)
    assert shops.engine.rows.builds(shops.ledgers[0]) == []
    shops.clock.pass_by(LOOK_AGAIN)
    shops.job.run(on)
    assert shops.level(shops.ledgers[0])


def test_a_long_ledger_does_not_keep_the_others_waiting(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at whether to go on takes a minute: a ledger's turn is over at once, and it goes on next time."""
    real = shops.store.rows

    def in_pieces(*given: Any) -> Iterator[Any]:
        for chunk in real(*given):
            for at in range(0, len(chunk), 2):
                shops.clock.pass_by(timedelta(minutes=1))
                yield chunk[at : at + 2]

    monkeypatch.setattr(shops.store, "rows", in_pieces)
    monkeypatch.setattr("projections.engine.engine.Work", partial(Work, flush_entries=2))
    shops.job.run(on)
    reached = [{build.position for build in shops.rows.builds(ledger)} for ledger in shops.ledgers]
    assert reached == [{2}, {2}]
    assert shops.heard[-1].behind_entries > 0
    for _ in range(20):
        shops.job.run(on)
    assert all(shops.level(ledger) for ledger in shops.ledgers)


def test_a_projection_that_stops_is_logged_once_and_again_when_it_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(get: object, entry: Any) -> Any:
        raise ValueError(entry.body)

    wrong = Projection("wrong", 1, (), {"invoice.issued/1": fails}, COUNTS.ignores | COUNTS.handles.keys())
    shops = Shops(tmp_path, (COUNTS, wrong))
    shops.sell()
    with caplog.at_level(logging.WARNING, "sceau.projections"):
        for _ in range(3):
            shops.job.run(on)
    (line,) = caplog.records
    assert "wrong stops at entry" in line.getMessage()
    assert "test_projecting.py:" in line.getMessage()
    assert "Dupré" not in line.getMessage()
    assert "lines" not in line.getMessage()  # what the entry says is nobody's business
    assert shops.heard[-1].stopped == 1
    assert shops.heard[-1].behind_entries > 0
    assert shops.level(shops.ledgers[0])
    shops.sell()  # recording goes on
    caplog.clear()
    shops.engine.projections["wrong"] = Projection("wrong", 1, (), {}, COUNTS.ignores | COUNTS.handles.keys())
    shops.job.run(on)
    assert [record.getMessage() for record in caplog.records] == [
        f"projection wrong of ledger {shops.ledgers[0]}: all is well again"
    ]
    shops.service.close()


def test_rows_that_cannot_be_kept_are_told_once_and_stop_nothing(
    shops: Shops, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(ledger: str) -> Any:
        raise Unavailable("SQLITE_FULL")

    with monkeypatch.context() as broken:
        broken.setattr(shops.rows, "builds", away)
        shops.job.run(on)
        shops.job.run(on)
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2  # one for each ledger
    shops.sell()
    shops.job.run(on)
    assert all(shops.level(ledger) for ledger in shops.ledgers)


def test_it_ends_when_it_is_told_to(shops: Shops) -> None:
    shops.job.run(ended)
    assert shops.rows.builds(shops.ledgers[0]) == []


def test_of_two_servers_one_has_the_job(shops: Shops) -> None:
    runs: list[str] = []
    job = Job("projections", 1.0, lambda _: runs.append("ran"))
    side = shops.store.side()
    one, two = (Scheduler(side, [job], shops.clock.now, holder=name) for name in ("one", "two"))
    assert (one.run_once(job), two.run_once(job), runs) == (True, False, ["ran"])


def test_a_server_has_the_job_unless_its_settings_say_otherwise(shops: Shops) -> None:
    def jobs(settings: Settings) -> list[str]:
        return [job.name for job in scheduler_of(shops.service, settings, engine=shops.engine)._jobs]

    assert "projections" in jobs(Settings())
    assert "projections" not in jobs(Settings(projections_job="off"))
