"""Many clients on one ledger, one entry each, all waiting for their commit; beside the library's own recorder.

The clients of the service run a whole command (decided, sealed, with its high-water mark); those of the library's
facade save one event through its `Application`, on our recorder; the peer inserts one stored event of the same size
through the library's `PostgresApplicationRecorder`, which has nothing to decide, to link or to seal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from api.bench.clients import Served, coroutines, threads
from api.bench.ground import ACTOR, ENTRY_BYTES, Ground, ground, received
from api.bench.postgres import Server
from api.bench.rows import Row, compared, interleaved_any, least, measured, most
from api.bench.sizes import Sizes
from ledger.domain.commands.parties import JournalSignIn
from ledger.domain.refusals import Refusal
from ledger.kernel.seal import Signer
from ledger.shell.mapper import Event

_COMMAND = JournalSignIn(subject="user:bench", method="password_totp", role="operator")
_signers: list[Signer] = []


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the rows of many clients."""
    if server is None:
        return
    seconds = sizes.concurrent_seconds
    with (
        server.database() as url,
        server.database() as peer_url,
        server.database() as facade_url,
        ground(url) as ours,
        _library(peer_url) as insert,
        ground(facade_url) as embedded,
        _application(embedded) as save,
    ):
        runs: tuple[Callable[[], Served], ...] = (
            lambda: _async(ours, 16, seconds),
            lambda: _async(ours, 64, seconds),
            lambda: threads(16, seconds, save),
            lambda: threads(16, seconds, insert),
        )
        interleaved_any(1, *runs)
        few, many, saved, peer = interleaved_any(sizes.repeats, *runs)
    theirs = [one.per_second for one in peer]
    beside = "beside the library's Postgres recorder, 16 threads"
    unit = "entries/s"
    yield compared(f"16 async clients on one ledger; {beside}", _rates(few), unit, theirs, least(15))
    yield measured("16 async clients on one ledger, p99", [one.p99_ms for one in few], "ms", most(5, "value"))
    yield compared(f"64 async clients on one ledger; {beside}", _rates(many), unit, theirs, least(22))
    yield measured("64 async clients on one ledger, p99", [one.p99_ms for one in many], "ms")
    yield compared(f"16 threads through `Application.save`; {beside}", _rates(saved), unit, theirs, least(6))
    yield measured("16 threads through `Application.save`, p99", [one.p99_ms for one in saved], "ms")
    yield measured("the library's Postgres recorder, 16 threads, p99", [one.p99_ms for one in peer], "ms")


def _rates(served: list[Served]) -> list[float]:
    return [one.per_second for one in served]


def _async(ours: Ground, clients: int, seconds: float) -> Served:
    service, ledger = ours.service, ours.ledger

    async def act() -> None:
        outcome = await service.execute_async(ledger, _COMMAND, actor=ACTOR)
        if isinstance(outcome, Refusal):
            raise AssertionError(f"a sign-in was refused: {outcome.code}")

    return asyncio.run(coroutines(clients, seconds, act))


@contextmanager
def _application(ours: Ground) -> Iterator[Callable[[], object]]:
    """The library's `Application` over our recorder, saving a new stream's first event."""
    _signers[:] = [ours.service.keys.open(ours.ledger, ours.store).signer]

    class Facade(Application[str]):
        env: ClassVar[dict[str, str]] = {
            "PERSISTENCE_MODULE": "ledger.shell.factory",
            "SCEAU_STORE": ours.url,
            "SCEAU_LEDGER": ours.ledger,
            "SIGNER_TOPIC": f"{__name__}:signer",
        }

    application = Facade()
    record = received()
    try:
        yield lambda: application.save(Event(f"payment:{uuid4()}", 1, record, "system"))
    finally:
        application.close()


def signer() -> Signer:
    """Give the seal key of the ledger under measure, as the library asks for it: by name."""
    return _signers[0]


@contextmanager
def _library(url: str) -> Iterator[Callable[[], object]]:
    """The library's own recorder, with a pool that never makes a thread wait."""
    given: dict[str, Any] = conninfo_to_dict(url)
    datastore = PostgresDatastore(
        dbname=given["dbname"],
        host=given["host"],
        port=given.get("port", 5432),
        user=given["user"],
        password=given.get("password", ""),
        pool_size=16,
        max_overflow=4,
    )
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    state = b"x" * ENTRY_BYTES
    topic = "api.bench:Paid"
    try:
        yield lambda: recorder.insert_events([StoredEvent(uuid4(), 1, topic, state)])
    finally:
        datastore.close()
