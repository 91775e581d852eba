"""A business with an endpoint, a clock in the test's hand, and the job that delivers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.jobs.delivering import Delivering
from api.webhooks.endpoints import Endpoints, Made
from ledger.shell.hooks import Endpoint
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from tests.shell.business import HandClock, answered, invoice, opened, service_over
from tests.webhooks.receiver import Answering, Receiver, receiving, sender

ACTOR = "key:owner"


@dataclass
class Scene:
    """All of it."""

    service: Service
    clock: HandClock
    ledger: str
    receiver: Receiver
    endpoints: Endpoints
    job: Delivering

    def add(self, **more: Any) -> Made:
        """An endpoint at the receiver, which gets invoices from now on."""
        return self.endpoints.add(
            self.ledger, self.receiver.url, **{"types": ["invoice.issued/1"], "actor": ACTOR, **more}
        )

    def sell(self, times: int = 1) -> list[int]:
        """Issue invoices; give the seqs of their entries."""
        return [answered(self.service.execute(self.ledger, invoice())).entries[0].seq for _ in range(times)]

    def deliver(self, rounds: int = 1) -> None:
        """Run the job until its threads rest."""
        for _ in range(rounds):
            self.job.run(lambda: True)
            for work in list(self.job._busy.values()):
                work.result(30)

    def later(self, time: timedelta) -> None:
        self.clock.pass_by(time)

    def one(self, made: Made) -> Endpoint:
        return self.endpoints.one(self.ledger, made.endpoint.endpoint)

    def beside(self) -> Delivering:
        """The job of another process over the same store."""
        return Delivering(self.service, sender(), self.clock.now, below=lambda _: 0)


@contextmanager
def scene(
    folder: Path, answer: Answering | None = None, store: Store | None = None, timeout_seconds: float = 5.0
) -> Iterator[Scene]:
    """Set it up over a store (a new SQLite file by default), and end it."""
    clock = HandClock()
    store = store or open_store(f"sqlite:///{folder / 'sceau.db'}", create=True)
    sends = sender(timeout_seconds)
    with service_over(store, folder / "keys", clock) as service, receiving(answer) as receiver:
        ledger = opened(service).row.ledger
        job = Delivering(service, sends, clock.now, below=lambda _: 0)
        try:
            yield Scene(service, clock, ledger, receiver, Endpoints(service, sends, clock.now), job)
        finally:
            receiver.hold.set()
            job.end()
