"""Integrity and checkpoints over HTTP, and the recurring work of a real server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jsonschema
import pytest

from api.http.integrity import CHECKPOINT, INTEGRITY
from api.jobs.rounds import Unanchored
from api.settings import Settings
from ledger.domain.events.ledger import AnchorPolicy
from ledger.kernel import audit
from ledger.shell.checkpoints import open_note
from ledger.shell.stores.open import open_store
from tests.api.scenario import SetClock
from tests.api.serving import Served, bearer, serving
from tests.shell.business import PASSPHRASE, HandClock, answered, invoice, opened, service_over

PROVISIONING = "provisioning key of more than 32 characters"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db",
        keys=str(tmp_path / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))  # what is not anchored is told in minutes
    with serving(settings, clock) as running:
        assert running.open("atelier").status_code == 201
        yield running


def test_a_checkpoint_is_asked_for_and_told_of(served: Served) -> None:
    before = served.get("/integrity").json()
    assert before["checkpoint"] is None
    answer = served.post("/checkpoints")
    assert answer.status_code == 201
    jsonschema.Draft202012Validator(CHECKPOINT).validate(answer.json())
    ledger = served.service.find("atelier").ledger
    first = audit.opening(next(served.service.store.lines(ledger, 0, 1)).line)
    said = open_note(answer.json()["note"].encode(), first)
    assert said is not None
    assert (said.size, said.root.hex()) == (answer.json()["size"], answer.json()["root"])
    after = served.get("/integrity")
    jsonschema.Draft202012Validator(INTEGRITY).validate(after.json())
    assert after.json()["checkpoint"] == answer.json()
    assert after.json()["unanchored"]["witness"]["entries"] == after.json()["head"]["seq"]
    assert served.get("/verification").json()["ok"] is True
    left = served.get("/verification").json()["unanchored"]
    assert left == served.get("/integrity").json()["unanchored"]
    assert left["witness"]["entries"] > 0
    assert served.get("/verification").json()["anchored"] == {"timestamp": None, "witness": None}


def test_who_keeps_checkpoints_may_ask_for_one_and_who_sells_may_not(served: Served) -> None:
    for role, status in (("auditor", 201), ("accountant", 201), ("operator", 403)):
        key = served.key(role)
        answer = served.client.post("/v1/ledgers/atelier/checkpoints", headers=bearer(key))
        assert answer.status_code == status
        assert served.client.get("/v1/ledgers/atelier/integrity", headers=bearer(key)).status_code == 200
    assert served.client.get("/v1/ledgers/atelier/integrity").status_code == 401


def test_what_is_not_anchored_is_measured(served: Served) -> None:
    assert "sceau_unanchored_minutes{" not in served.client.get("/metrics").text
    served.app.context.metrics.take_in_windows(Unanchored(5, 6, 70, 80, 1))
    page = served.client.get("/metrics").text
    for line in (
        'sceau_unanchored_minutes{promise="timestamp"} 5.0',
        'sceau_unanchored_minutes{promise="witness"} 70.0',
        'sceau_unanchored_entries{promise="timestamp"} 6.0',
        'sceau_unanchored_entries{promise="witness"} 80.0',
        "sceau_anchor_places_failing 1.0",
    ):
        assert line in page


def test_a_server_closes_checkpoints_and_places_by_itself(tmp_path: Path) -> None:
    # Given a business that sold something two days ago, and whose server was off since
    store = open_store(f"sqlite:///{tmp_path}/sceau.db", create=True)
    clock = HandClock(datetime.now(UTC) - timedelta(days=2))
    service = service_over(store, tmp_path / "keys", clock)
    opened(service, "atelier", anchors=AnchorPolicy(directory=True))
    ledger = service.find("atelier").ledger
    answered(service.execute(ledger, invoice()))
    service.close()
    (tmp_path / "elsewhere").mkdir()
    # When it is started
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")} | {
        "SCEAU_STORE": f"sqlite:///{tmp_path}/sceau.db",
        "SCEAU_KEYS": str(tmp_path / "keys"),
        "SCEAU_KEY_PASSPHRASE": PASSPHRASE.decode(),
        "SCEAU_ANCHOR_DIRECTORY": str(tmp_path / "elsewhere"),
        "SCEAU_PORT": "0",
    }
    program = "import os; from api.http.app import serve; from api.settings import Settings; "
    program += "serve(Settings.from_environment(os.environ), ready=lambda port: print(port, flush=True))"
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        deadline = time.monotonic() + 60
        while not list((tmp_path / "elsewhere").glob("*/*.note")) and time.monotonic() < deadline:
            assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=20).status_code == 200
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
    # Then the day is closed, the checkpoint made and placed, and the stop was in order
    assert process.returncode == 0, log
    store = open_store(f"sqlite:///{tmp_path}/sceau.db")
    types = [line.type for line in store.lines(ledger)]
    assert "period.closed/1" in types
    (row,) = store.anchors(ledger)
    assert types.count("checkpoint.made/1") == types.count("anchor.placed/1") == 1
    note = (tmp_path / "elsewhere" / ledger / f"{row.size:012d}.note").read_bytes()
    assert note == next(iter(store.checkpoints(ledger))).note
    assert store.side().take_lease("jobs.upkeep", "another", "2000-01-01T00:00:00Z", "2000-01-01T00:00:01Z")
    store.close()
