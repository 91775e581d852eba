"""What the library's own suites need to run on our recorder; it exists in tests alone.

They insert arbitrary bytes, topics and ids, with versions from 0: a codec wraps these in entries. They take snapshots
and construct process recorders, which a ledger has not: the library's in-memory ones stand in
(docs/decisions/library-suites.md).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from eventsourcing.persistence import (
    AggregateRecorder,
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    StoredEvent,
    Tracking,
    Transcoder,
)
from eventsourcing.popo import POPOAggregateRecorder, POPOProcessRecorder
from eventsourcing.tests.projection import EventCountersView
from eventsourcing.utils import get_topic

from ledger.kernel.entry import entry_tail
from ledger.kernel.seal import LocalSigner
from ledger.shell.appender import Opening
from ledger.shell.factory import LedgerFactory
from ledger.shell.lines import Tail, Told
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.store import Line, Store
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.open import open_store
from ledger.shell.tracking import LedgerTrackingRecorder
from tests.stores.checker import check_ledger
from tests.stores.servers import Server

SIGNER = LocalSigner(ec.generate_private_key(ec.SECP256R1()))
TYPE = "library.event/1"


class WrappingCodec:
    """Any stored event as an entry: id, topic and state go into the body, hex where bytes are arbitrary."""

    def __init__(self, shift: int) -> None:
        self._shift = shift  # 1 where the suite's versions begin at 0

    def tail(self, event: StoredEvent) -> Tail:
        body: dict[str, Any] = {
            "id": str(event.originator_id),
            "uuid": isinstance(event.originator_id, UUID),
            "topic": event.topic,
            "state": event.state.hex(),
        }
        stream, version = self.stream(event.originator_id), self.version(event.originator_version)
        tail = entry_tail(stream, version, TYPE, "system", body, secrets.token_hex(16))
        return Tail(stream, version, TYPE, tail, ())

    def tell(self, line: Line) -> Told:
        body = json.loads(line.line)["entry"]["body"]
        originator = UUID(body["id"]) if body["uuid"] else body["id"]
        return Told(originator, line.version - self._shift, body["topic"], bytes.fromhex(body["state"]))

    def stream(self, originator_id: UUID | str) -> str:
        digest = hashlib.sha256(str(originator_id).encode()).digest()
        return f"library:{UUID(bytes=digest[:16], version=4)}"

    def version(self, version: int) -> int:
        return version + self._shift

    def types(self, topics: Sequence[str]) -> Sequence[str]:
        return ()


class SuiteFactory(LedgerFactory):
    """Our factory as the library's application suites need it: they pass aggregates, not our events."""

    stores: dict[str, Store] = {}  # noqa: RUF012 - the running test's store, which outlives its applications

    @property
    def store(self) -> Store:
        return self.stores["now"]

    def ledger(self) -> str:
        return self.env["SUITE_READERS"]

    def mapper(
        self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None
    ) -> Mapper[Any]:
        return InfrastructureFactory.mapper(self, transcoder, mapper_class)

    def application_recorder(self) -> LedgerRecorder:
        return new_recorder(self.store, self.env["SUITE_LEDGER"], shift=0)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        return self.application_recorder() if purpose == "events" else POPOAggregateRecorder()

    def process_recorder(self) -> ProcessRecorder:
        return POPOProcessRecorder()

    def close(self) -> None:
        """The test's store is the test's to close."""


def new_recorder(store: Store, name: str, *, shift: int) -> LedgerRecorder:
    return LedgerRecorder(
        store,
        None,
        SIGNER,
        clock=lambda: datetime.now(UTC),
        codec=WrappingCodec(shift),
        opening=Opening(name, "training"),
    )


class CountersView(LedgerTrackingRecorder, EventCountersView):
    """The suite's materialised view: two counters beside our tracking."""

    created = 0
    subsequent = 0

    def get_created_event_counter(self) -> int:
        return self.created

    def get_subsequent_event_counter(self) -> int:
        return self.subsequent

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self.insert_tracking(tracking)
        self.created += 1

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self.insert_tracking(tracking)
        self.subsequent += 1


class OnStore:
    """Gives a suite a store, and walks over every ledger it wrote with a checker that knows nothing of the writer."""

    store: Store
    names: Iterator[str]

    def set_up(self, store: Store) -> None:
        self.store = store
        self.names = (f"suite-{number}" for number in range(1000))
        SuiteFactory.stores["now"] = store

    def tear_down(self) -> None:
        for row in self.store.ledgers():
            assert check_ledger(self.store, row.ledger, SIGNER.public_der) > 0
        self.store.close()

    def variables(self) -> dict[str, str]:
        return {
            "PERSISTENCE_MODULE": get_topic(SuiteFactory),
            "SUITE_LEDGER": next(self.names),
            "SUITE_READERS": str(uuid4()),
        }


class InMemory(OnStore):
    @pytest.fixture(autouse=True)
    def _store(self) -> Iterator[None]:
        self.set_up(MemoryStore())
        yield
        self.tear_down()


class OnSqlite(OnStore):
    @pytest.fixture(autouse=True)
    def _store(self, sqlite_url: str) -> Iterator[None]:
        self.set_up(open_store(sqlite_url, create=True))
        yield
        self.tear_down()


@pytest.mark.postgres
class OnPostgres(OnStore):
    @pytest.fixture(autouse=True)
    def _store(self, postgres_server: Server) -> Iterator[None]:
        with postgres_server.database() as url:
            self.set_up(open_store(url))
            yield
            self.tear_down()
