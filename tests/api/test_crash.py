"""A server of its own process, killed while it sells: what it answered is there, once, and numbers have no gap."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import httpx
import pytest

from api.compose import compose
from api.http.examples.bodies import OPENING
from api.settings import Settings
from ledger.shell.verification import verify_ledger
from tests.api.conftest import PROVISIONING
from tests.api.serving import bearer

INVOICE = {"client": {"name": "Jean-Personne"}, "lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}
CLIENTS = 8


@contextmanager
def _process(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `sceau serve` on a free port; give the process and its address."""
    environment = {
        "PATH": os.environ["PATH"],
        "SCEAU_STORE": settings.store,
        "SCEAU_KEYS": str(settings.keys),
        "SCEAU_KEY_PASSPHRASE": (settings.passphrase or b"").decode(),
        "SCEAU_PROVISIONING_KEY": PROVISIONING,
        "SCEAU_LOG_LEVEL": "error",
    }
    program = "from api.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            address = re.search(r"http://\S+", said)
            assert address is not None, said
            yield process, address.group()
        finally:
            process.kill()


class _Clients:
    """Sell until told to stop; keep what was acknowledged, by idempotency key, and ask again what was not."""

    def __init__(self, key: str) -> None:
        self.acknowledged: dict[str, str] = {}
        self._key = key
        self._open: dict[int, str] = {}

    def sell(self, address: str, run: str, enough: int) -> tuple[Event, list[Thread]]:
        """Start the clients; the event is set once so many sales were acknowledged in this run."""
        reached = Event()
        start = len(self.acknowledged)

        def one(client: int) -> None:
            with httpx.Client(base_url=address, headers=bearer(self._key), timeout=30) as asks:
                number = 0
                while True:
                    key = self._open.setdefault(client, f"{run}-{client}-{number}")
                    try:
                        answer = asks.post(
                            "/v1/ledgers/atelier/invoices", json=INVOICE, headers={"Idempotency-Key": key}
                        )
                    except httpx.TransportError:
                        return  # the answer is lost: the next run asks again under the same key
                    assert answer.status_code == 201, answer.text
                    self.acknowledged[key] = answer.json()["result"]["number"]
                    del self._open[client]
                    number += 1
                    if len(self.acknowledged) - start >= enough:
                        reached.set()

        threads = [Thread(target=one, args=(client,)) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return reached, threads


@pytest.mark.long
def test_a_server_killed_while_it_sells_has_kept_what_it_answered_once(settings: Settings) -> None:
    compose(settings, create=True).close()
    with _process(settings) as (process, address):
        opened = httpx.post(f"{address}/v1/ledgers", json=dict(OPENING), headers=bearer(PROVISIONING), timeout=30)
        assert opened.status_code == 201, opened.text
        clients = _Clients(opened.json()["key"]["secret"])
        reached, threads = clients.sell(address, "first", 100)
        assert reached.wait(60)
        process.kill()
        for thread in threads:
            thread.join(60)
    with _process(settings) as (process, address):
        reached, threads = clients.sell(address, "second", 50)
        assert reached.wait(60)
        process.terminate()
        for thread in threads:
            thread.join(60)
        assert process.wait(60) == 0
    numbers = list(clients.acknowledged.values())
    assert len(set(numbers)) == len(numbers), "no two keys have one number"
    with compose(settings) as service:
        atelier = service.find("atelier")
        lines = service.store.lines(atelier.ledger, types=("invoice.issued/1",))
        kept = [json.loads(line.line)["entry"]["body"]["number"] for line in lines]
        service.stop()
        verified = verify_ledger(settings.store, service.store, service.keys, atelier.ledger)
    assert kept == [f"F-{n:05d}" for n in range(1, len(kept) + 1)], "no gap, no double"
    assert set(numbers) <= set(kept), "what was acknowledged is there"
    assert len(kept) - len(numbers) <= 2 * CLIENTS, "only answers that were lost are not acknowledged"
    assert verified.ok, verified.as_json()
