"""A serving process renders documents as they are issued, beside the commands that come in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.jobs import start
from api.settings import Settings
from ledger.shell.verification import verify_ledger
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, serving

INVOICE = {
    "client": {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "postcode": "35000", "city": "Rennes"}},
    "lines": [{"label": "Porte", "unit_price": "100", "rate_bp": 2000, "nature": "goods"}],
}


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server and its recurring work, as `sceau serve` puts them together; rounds follow each other at once."""
    monkeypatch.setattr(start, "RENDERING_SECONDS", 0.01)
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db",
        keys=str(tmp_path / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )
    with serving(settings) as one:
        one.open("atelier")
        context = one.app.context
        jobs = start.scheduler_of(
            one.service,
            settings,
            documents=context.documents,
            told_of_documents=context.metrics.take_in_documents,
        )
        jobs.start()
        try:
            yield one
        finally:
            jobs.stop()


def rendered(served: Served, count: int) -> list[dict[str, Any]]:
    """Wait until so many files are recorded."""
    until = time.monotonic() + 60
    while True:
        items: list[dict[str, Any]] = served.get("/documents?limit=1000").json()["items"]
        if len(items) >= count:
            return items
        assert time.monotonic() < until, f"{len(items)} of {count} were rendered"


def test_documents_are_recorded_unasked_while_commands_come_in(served: Served) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: served.post("/invoices", INVOICE), range(8)))
    assert [each.status_code for each in answers] == [201] * 8
    sold = {each.json()["result"]["invoice"] for each in answers}
    items = rendered(served, 8)
    assert {each["about"] for each in items} == sold
    assert len(items) == 8
    (one,) = [each for each in items if each["about"] == next(iter(sold))]
    file = served.get(f"/documents/{one['about']}/file")
    assert file.headers["etag"] == f'"{one["digest"]}"'
    ledger = served.service.find("atelier").ledger
    checked = verify_ledger("", served.service.store, served.service.keys, ledger, processes=1)
    assert checked.verdict.findings == ()
    text = served.client.get("/metrics").text
    assert "sceau_documents_failing 0.0" in text
