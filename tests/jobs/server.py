"""A service with places of its own: a real authority, a real witness, a folder; a clock in the test's hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api.jobs.anchoring import Anchoring
from api.jobs.places import Places
from archive.anchors.anchor import Anchor, AnchorFailure, Kind, Placed, Target, rfc3339
from archive.anchors.directory import DirectoryAnchor
from archive.witness.keys import open_witness, verifier_key
from archive.witness.server import WitnessServer
from archive.witness.witness import Witness
from ledger.domain.commands.parties import SetAnchorPolicy
from ledger.domain.events.ledger import AnchorPolicy
from ledger.kernel import audit
from ledger.shell.checkpoints import verifier_key as log_key
from ledger.shell.service import Service
from ledger.shell.store import Store
from tests.shell.business import HandClock, answered, invoice, opened, service_over


@dataclass
class Moody:
    """A place that fails when the test says so, and keeps what it got otherwise."""

    kind: Kind = "timestamp"
    place: str = "tsa"
    cause: str | None = None
    tries: int = 0
    got: list[Target] = field(default_factory=list)
    clock: Any = None

    def put(self, target: Target) -> Placed:
        self.tries += 1
        if self.cause is not None:
            raise AnchorFailure(self.cause)
        self.got.append(target)
        return Placed(
            self.clock() if self.clock else datetime(2026, 11, 23, 9, tzinfo=UTC), b"proof %d" % target.head.size
        )


class Shop:
    """One service over a store, whose ledgers a test fills."""

    def __init__(self, store: Store, folder: Path, clock: HandClock | None = None) -> None:
        self.clock = clock or HandClock()
        self.folder = folder
        self.service: Service = service_over(store, folder / "keys", self.clock)
        self.store = store

    def open(self, name: str = "atelier", **policy: Any) -> str:
        opened(self.service, name, anchors=AnchorPolicy(**policy))
        return self.service.find(name).ledger

    def sell(self, ledger: str, count: int = 1) -> None:
        for _ in range(count):
            answered(self.service.execute(ledger, invoice()))

    def policy(self, ledger: str, **members: Any) -> None:
        answered(self.service.execute(ledger, SetAnchorPolicy(anchors=AnchorPolicy(**members))))

    def types(self, ledger: str, after: int = 0) -> list[str]:
        return [line.type for line in self.store.lines(ledger, after)]

    def anchoring(self, places: Places) -> Anchoring:
        return Anchoring(self.service, places, self.clock.now)

    def directory(self) -> Anchor:
        (self.folder / "elsewhere").mkdir(exist_ok=True)
        return DirectoryAnchor(self.folder / "elsewhere", self.clock.now)

    def later(self, minutes: int) -> str:
        self.clock.pass_by(timedelta(minutes=minutes))
        return rfc3339(self.clock.now())

    def log_key(self, ledger: str) -> Any:
        return log_key(audit.opening(next(self.store.lines(ledger, 0, 1)).line))


@contextmanager
def witness_of(folder: Path, *keys: Any) -> Iterator[tuple[str, str, Witness]]:
    """A witness of these logs over HTTP: its address, its verifier key, itself."""
    folder.mkdir(parents=True, exist_ok=True)
    signer, state = open_witness("w1.example/sceau", folder / "key.pem", folder / "state.db")
    witness = Witness(signer, {key.name: key for key in keys}, state, lambda: 1_795_000_000)
    server = WitnessServer(("127.0.0.1", 0), witness, str(verifier_key(signer)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", str(verifier_key(signer)), witness
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        state.close()
