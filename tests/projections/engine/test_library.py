"""The library's tracking suite over row stores, and its runner over our projections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import NotSupportedError, Tracking
from eventsourcing.projection import ProjectionRunner

# The module and not its class: pytest would collect it as a test of its own.
from eventsourcing.tests import persistence as suites

from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from projections.engine.contract import Projection
from projections.engine.engine import Engine
from projections.engine.errors import UnknownType
from projections.engine.library import EngineProjection, EngineView, RowsTracking
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.open import open_rows
from projections.engine.rows.postgres import PostgresRows
from projections.engine.rows.seam import RowStore
from projections.engine.rows.sqlite import SqliteRows
from tests.library.test_factory import signer
from tests.projections.engine.counts import COUNTS, EACH
from tests.projections.kit import entries_of, rows_of
from tests.shell.business import HandClock, answered, invoice, opened, payment, service_over

SIGNER = signer  # named in the environment below


class TrackingCase(suites.TrackingRecorderTestCase):
    __test__ = False
    rows: RowStore

    def create_recorder(self) -> RowsTracking:
        return RowsTracking(self.rows, str(uuid4()))


class TestTrackingInMemory(TrackingCase):
    __test__ = True

    @pytest.fixture(autouse=True)
    def _rows(self) -> None:
        self.rows = MemoryRows()


class TestTrackingInSqlite(TrackingCase):
    __test__ = True

    @pytest.fixture(autouse=True)
    def _rows(self, tmp_path: Path) -> Iterator[None]:
        self.rows = SqliteRows(tmp_path / "rows.db")
        yield
        self.rows.close()


@pytest.mark.postgres
class TestTrackingInPostgres(TrackingCase):
    __test__ = True

    @pytest.fixture(autouse=True)
    def _rows(self, postgres_url: str) -> Iterator[None]:
        self.rows = PostgresRows(postgres_url)
        yield
        self.rows.close()


ROWS = MemoryRows()  # shared by views that the library makes


class View(EngineView):
    names: ClassVar[Sequence[str]] = ("counts", "each")

    def engine_over(self, store: Store) -> Engine:
        return Engine(store, ROWS, HandClock().now, (COUNTS, EACH))


def env(url: str) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "ledger.shell.factory",
        "SCEAU_STORE": url,
        "SCEAU_LEDGER": "atelier",
        "SIGNER_TOPIC": f"{__name__}:SIGNER",
    }


def test_the_librarys_runner_drives_our_projections(sqlite_url: str, tmp_path: Path) -> None:
    service = service_over(open_store(sqlite_url, create=True), tmp_path / "keys")
    ledger = opened(service).row.ledger
    issued = answered(service.execute("atelier", invoice()))
    with ProjectionRunner(
        application_class=Application[str], projection_class=EngineProjection, view_class=View, env=env(sqlite_url)
    ) as runner:
        runner.wait(issued.entries[-1].seq, timeout=60)
        paid = answered(service.execute("atelier", payment(issued.result["invoice"])))
        runner.wait(paid.entries[-1].seq, timeout=60)
        engine = runner.projection.view.engine
        with engine.kept(ledger, View.names) as views:
            for projection in (COUNTS, EACH):
                found = {t: {r.key: r for r in views[projection.name].rows(t)} for t in projection.tables}
                assert found == rows_of(projection, entries_of(service.store, ledger))
    service.close()


def test_a_type_that_is_not_known_stops_the_runner_loudly(sqlite_url: str, tmp_path: Path) -> None:
    service = service_over(open_store(sqlite_url, create=True), tmp_path / "keys")
    opened(service)

    class Narrow(View):
        names: ClassVar[Sequence[str]] = ("narrow",)

        def engine_over(self, store: Store) -> Engine:
            narrow = Projection("narrow", 1, (), {}, frozenset({"ledger.opened/1"}))
            return Engine(store, MemoryRows(), HandClock().now, (narrow,))

    with (
        pytest.raises(UnknownType),
        ProjectionRunner(
            application_class=Application[str],
            projection_class=EngineProjection,
            view_class=Narrow,
            env=env(sqlite_url),
        ) as runner,
    ):
        runner.run_forever(timeout=60)
    service.close()


def test_a_view_takes_no_position_without_rows(sqlite_url: str, tmp_path: Path) -> None:
    service = service_over(open_store(sqlite_url, create=True), tmp_path / "keys")
    ledger = opened(service).row.ledger
    view = View(service.store, ledger)
    assert view.max_tracking_id("any") is None
    with pytest.raises(NotSupportedError):
        view.insert_tracking(Tracking("any", 5))
    view.reach(3)
    view.reach(2)
    assert view.max_tracking_id("any") == 3
    service.close()
    assert open_rows("memory:").builds(ledger) == []
