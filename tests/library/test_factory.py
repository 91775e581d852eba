"""The shipped factory: an `Application` over a real ledger, with our mapper and our events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import (
    InfrastructureFactoryError,
    NotSupportedError,
    ProgrammingError,
    StoredEvent,
)

from ledger.domain.events import EVENT_TYPES
from ledger.kernel.seal import Signer
from ledger.shell.errors import LedgerUnknown
from ledger.shell.factory import LedgerFactory
from ledger.shell.mapper import EventMapper
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from tests.stores.chains import SIGNER, Hand, stream_id
from tests.stores.checker import check_ledger


def signer() -> Signer:
    return SIGNER


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url, create=True)
    yield store
    store.close()


@pytest.fixture
def hand(store: Store) -> Hand:
    hand = Hand()
    hand.open(store)
    return hand


@pytest.fixture
def env(hand: Hand, sqlite_url: str) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "ledger.shell.factory",
        "SCEAU_STORE": sqlite_url,
        "SCEAU_LEDGER": "atelier",
        "SIGNER_TOPIC": f"{__name__}:signer",
    }


def test_an_application_writes_to_the_ledger_it_names(env: dict[str, str], store: Store, hand: Hand) -> None:
    with Application[str](env=env) as application:
        assert isinstance(application.recorder, LedgerRecorder)
        assert isinstance(application.mapper, EventMapper)
        stored = Hand(hand.ledger).make([(stream_id(), 1)]).lines[0]
        tail = stored.line[181 + len(str(stored.seq)) :]
        seqs = application.recorder.insert_events([StoredEvent(stored.stream, 1, stored.type, tail)])
        assert seqs == [2]
        assert [item.id for item in application.notification_log["1,10"].items] == [1, 2]
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2


def test_a_closed_application_closes_its_own_store_alone(env: dict[str, str], store: Store) -> None:
    first, second = Application[str](env=env), Application[str](env=env)
    first.close()
    assert second.recorder.max_notification_id() == 1
    second.close()


def test_tracking_is_kept_in_the_ledgers_store(env: dict[str, str], store: Store, hand: Hand) -> None:
    factory = LedgerFactory(env)
    assert store.track(hand.ledger, "journal", 7)
    assert factory.tracking_recorder().max_tracking_id("journal") == 7
    factory.close()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"SCEAU_STORE": ""}, InfrastructureFactoryError),
        ({"SCEAU_LEDGER": "nobody"}, LedgerUnknown),
        ({"SIGNER_TOPIC": ""}, InfrastructureFactoryError),
        ({"COMPRESSOR_TOPIC": "zlib"}, ProgrammingError),
        ({"IS_SNAPSHOTTING_ENABLED": "y"}, NotSupportedError),
    ],
    ids=["no store", "unknown ledger", "no signer", "compressor", "snapshots"],
)
def test_what_a_ledger_cannot_do_is_refused_at_construction(
    env: dict[str, str], change: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Application[str](env={**env, **change})


def test_there_is_no_process_recorder(env: dict[str, str]) -> None:
    with pytest.raises(NotSupportedError):
        LedgerFactory(env).process_recorder()


def test_the_shipped_mapper_knows_every_type() -> None:
    mapper: Any = EventMapper()
    assert all(mapper._codec.record_of(each.TYPE) is each for each in EVENT_TYPES)
