"""Many clients on one ledger, one entry each, all waiting for their commit; beside the library's own recorder.

The clients of the service bring one ready entry each (serialised but for its link; it is linked, sealed and marked), as
the peer's do: one stored event of the same size through the library's `PostgresApplicationRecorder`, which has nothing
to link or to seal. Rows of whole commands, which are decided and serialised as well, and of the library's facade over
our recorder, stand beside. The process is tuned as a server's is, for all of them.
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
from api.bench.ground import ACTOR, ENTRY_BYTES, Ground, event, ground, received, tails, tuned
from api.bench.postgres import Server
from api.bench.rows import Row, compared, interleaved_any, least, measured, most
from api.bench.sizes import Sizes
from ledger.domain.commands.parties import JournalSignIn
from ledger.domain.events.payments import PaymentReceived
from ledger.domain.refusals import Refusal
from ledger.kernel.seal import Signer
from ledger.shell.mapper import Event
from ledger.shell.session import Prepared

_COMMAND = JournalSignIn(subject="user:bench", method="password_totp", role="operator")
_MOST_PER_SECOND = 30_000  # entries made before the clock runs
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
        tuned(),
    ):
        runs: tuple[Callable[[], Served], ...] = (
            lambda: _ready(ours, 16, seconds),
            lambda: _ready(ours, 64, seconds),
            lambda: threads(16, seconds, save),
            lambda: _commands(ours, 16, seconds),
            lambda: _commands(ours, 64, seconds),
            lambda: threads(16, seconds, insert),
        )
        interleaved_any(1, *runs)
        few, many, saved, few_commands, many_commands, peer = interleaved_any(sizes.repeats, *runs)
    theirs = [one.per_second for one in peer]
    beside = "beside the library's Postgres recorder, 16 threads"
    unit = "entries/s"
    for what, found, goal, late in (
        ("16 async clients on one ledger", few, least(15), most(5, "value")),
        ("64 async clients on one ledger", many, least(22), None),
        ("16 threads through `Application.save`", saved, least(6), None),
        ("16 async clients, whole commands", few_commands, None, None),
        ("64 async clients, whole commands", many_commands, None, None),
    ):
        yield compared(f"{what}; {beside}", [one.per_second for one in found], unit, theirs, goal)
        yield measured(f"{what}, p99", [one.p99_ms for one in found], "ms", late)
    yield measured("the library's Postgres recorder, 16 threads, p99", [one.p99_ms for one in peer], "ms")


def _ready(ours: Ground, clients: int, seconds: float) -> Served:
    """Let each client bring one entry that was decided and serialised before the clock ran."""
    service, ledger, record = ours.service, ours.ledger, received()
    waiting = _prepared(round(_MOST_PER_SECOND * seconds) + clients, record)

    async def act() -> None:
        if not waiting:
            waiting.extend(_prepared(1000, record))  # a quicker machine than expected pays for it on the clock
        await service.append_async(ledger, (waiting.pop(),))

    return asyncio.run(coroutines(clients, seconds, act))


def _prepared(count: int, record: PaymentReceived) -> list[Prepared]:
    return [Prepared(tail.stream, 1, record, ACTOR, stored=event(tail)) for tail in tails(count)]


def _commands(ours: Ground, clients: int, seconds: float) -> Served:
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
