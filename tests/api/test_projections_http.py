"""How far rows are, over HTTP and in metrics; two servers keep them level by themselves and double nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.jobs.projecting import Projected
from api.settings import Settings
from ledger.shell.clock import SystemClock
from ledger.shell.stores.open import open_store
from projections.engine.engine import Engine
from projections.engine.rows.open import open_rows, rows_url
from projections.registry import PROJECTIONS
from tests.api.serving import Served, bearer, serving
from tests.projections.kit import entries_of, rows_of
from tests.shell.business import PASSPHRASE, answered, invoice, opened, payment, service_over


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("projections")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(folder / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key="provisioning-key-of-the-tests-only",
        port=0,
    )
    with serving(settings) as running:
        assert running.open("atelier").status_code == 201
        yield running


def test_position_and_lag_are_told(served: Served) -> None:
    found = served.get("/projections").json()["projections"]
    assert [one["projection"] for one in found] == [projection.name for projection in PROJECTIONS]
    assert all(one["position"] == 0 and one["entries"] > 0 for one in found)
    served.app.context.engine.catch_up(served.service.find("atelier").ledger)
    found = served.get("/projections").json()["projections"]
    assert {(one["entries"], one["seconds"], one["missing"]) for one in found} == {(0, 0, 0)}


def test_a_stranger_is_told_nothing_and_a_reader_is(served: Served) -> None:
    assert served.client.get("/v1/ledgers/atelier/projections").status_code == 401
    key = served.key("auditor")
    assert served.client.get("/v1/ledgers/atelier/projections", headers=bearer(key)).status_code == 200


def test_lag_is_measured(served: Served) -> None:
    served.app.context.metrics.take_in_projections(Projected(1000, 70, 8, 2, 0))
    page = served.client.get("/metrics").text
    for line in (
        "sceau_projections_entries 1000.0",
        "sceau_projections_behind_entries 70.0",
        "sceau_projections_behind_seconds 8.0",
        "sceau_projections_stopped 2.0",
    ):
        assert line in page


def test_a_server_whose_rows_cannot_be_kept_takes_commands_all_the_same(served: Served, tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("a file where the folder should be")
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db",
        keys=str(tmp_path / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key="provisioning-key-of-the-tests-only",
        port=0,
        projections=f"sqlite:///{tmp_path}/no folder/rows.db",
    )
    with serving(settings) as broken:
        assert broken.open("atelier").status_code == 201
        assert broken.client.get("/readyz").status_code == 200
        assert {one["position"] for one in broken.get("/projections").json()["projections"]} == {0}
        assert broken.get("/reports/integrity").status_code == 503


def test_two_servers_keep_rows_level_by_themselves_and_double_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sceau.db"
    service = service_over(open_store(url, create=True), tmp_path / "keys")
    ledger = opened(service).row.ledger
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")} | {
        "SCEAU_STORE": url,
        "SCEAU_KEYS": str(tmp_path / "keys"),
        "SCEAU_KEY_PASSPHRASE": PASSPHRASE.decode(),
        "SCEAU_PORT": "0",
        "SCEAU_DOCUMENTS_JOB": "off",
    }
    program = "import os; from api.http.app import serve; from api.settings import Settings; "
    program += "serve(Settings.from_environment(os.environ), ready=lambda port: print(port, flush=True))"
    engine = Engine(service.store, open_rows(rows_url(url)), SystemClock().now)

    def level() -> bool:
        return all(one.entries == 0 for one in engine.lag(ledger))

    def wait_until_level() -> None:
        deadline = time.monotonic() + 60
        while not level():
            assert time.monotonic() < deadline, engine.lag(ledger)
            time.sleep(0.05)

    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            )
            for _ in range(2)
        ]
        for server in servers:
            assert server.stdout is not None
            assert server.stdout.readline()
        for _ in range(5):
            issued = answered(service.execute(ledger, invoice()))
            answered(service.execute(ledger, payment(issued.result["invoice"])))
        wait_until_level()
        for server in servers:
            server.send_signal(signal.SIGTERM)
    service.stop()
    given = entries_of(service.store, ledger)
    with engine.kept(ledger, [one.name for one in PROJECTIONS]) as views:
        for projection in PROJECTIONS:
            found = {table: {r.key: r.seq for r in views[projection.name].rows(table)} for table in projection.tables}
            made = rows_of(projection, given[: views[projection.name].position])
            assert found == {table: {key: row.seq for key, row in rows.items()} for table, rows in made.items()}
    engine.close()
    service.store.close()
