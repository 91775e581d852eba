"""A serving process closes what has ended, also while commands come in and when nobody writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.jobs import start
from api.settings import Settings
from ledger.shell.verification import verify_ledger
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, serving
from tests.shell.business import HandClock

DAY = timedelta(days=1)
INVOICE = {
    "client": {"name": "Jeanne Dupré", "address": {"lines": ["1 rue du Frêne"], "postcode": "35000", "city": "Rennes"}},
    "lines": [{"label": "Porte", "unit_price": "100", "rate_bp": 2000, "nature": "goods"}],
}


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 11, 23, 11, tzinfo=UTC))


@pytest.fixture
def served(tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server and its recurring work, as `sceau serve` puts them together; a round begins as soon as one has ended."""
    monkeypatch.setattr(start, "UPKEEP_SECONDS", 0.01)
    settings = Settings(
        store=f"sqlite:///{tmp_path}/sceau.db",
        keys=str(tmp_path / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        port=0,
    )
    with serving(settings, clock) as one:
        one.open("atelier")
        jobs = start.scheduler_of(one.service, settings)
        jobs.start()
        try:
            yield one
        finally:
            jobs.stop()


def closed(served: Served) -> list[dict[str, Any]]:
    return [each["closure"] for each in served.get("/closures", params={"limit": 500}).json()["items"]]


def wait_for(served: Served, kind: str, to_on: str) -> None:
    until = time.monotonic() + 60
    while served.get(f"/closures/{kind}-{to_on}").status_code != 200:
        assert time.monotonic() < until, f"{kind} {to_on} was not closed"


def test_what_ends_while_nobody_writes_is_closed(served: Served, clock: HandClock) -> None:
    assert served.post("/invoices", INVOICE).status_code == 201
    clock.pass_by(DAY)
    wait_for(served, "day", "2026-11-23")
    clock.pass_by(40 * DAY)
    wait_for(served, "year", "2026-12-31")
    found = closed(served)
    assert [(each["period"], each["automatic"]) for each in found] == [
        (kind, True) for kind in ("day", "month", "month", "year")
    ]
    assert {each["perpetual_cents"] for each in found} == {12_000}


def test_days_end_while_commands_come_in(served: Served, clock: HandClock) -> None:
    def sell(_: int) -> int:
        return served.post("/invoices", INVOICE).status_code

    with ThreadPoolExecutor(4) as callers:
        for _ in range(12):
            answers = [callers.submit(sell, number) for number in range(12)]
            answers[4].result()
            clock.pass_by(DAY)  # in the middle of the others
            assert {each.result() for each in answers} == {201}
    clock.pass_by(DAY)
    wait_for(served, "day", "2026-12-05")
    days = [each for each in closed(served) if each["period"] == "day"]
    assert [each["to_on"] for each in days] == sorted({each["to_on"] for each in days})
    assert sum(each["invoices"] for each in days) == 144
    assert days[-1]["perpetual_cents"] == 144 * 12_000
    ledger = served.service.find("atelier").ledger
    checked = verify_ledger("", served.service.store, served.service.keys, ledger, processes=1)
    assert checked.ok, checked.verdict.findings
