"""The library's recorder suites, bodies unmodified, on our recorder over every store, with UUID and with text ids."""

from __future__ import annotations

from uuid import uuid4

# The module and not its classes: pytest would collect those as tests of their own.
from eventsourcing.tests import persistence as suites

from ledger.shell.recorder import LedgerRecorder
from ledger.shell.tracking import LedgerTrackingRecorder
from tests.library.wrapping import InMemory, OnPostgres, OnSqlite, OnStore, new_recorder


class TextIds:
    def new_originator_id(self) -> str:
        return f"originator n°{uuid4()}"


class RecorderCase(OnStore, suites.ApplicationRecorderTestCase[LedgerRecorder]):
    INITIAL_VERSION = 0

    def create_recorder(self) -> LedgerRecorder:
        return new_recorder(self.store, next(self.names), shift=1)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class NonInterleavingCase(OnStore, suites.NonInterleavingNotificationIDsBaseCase):
    INITIAL_VERSION = 0

    def create_recorder(self) -> LedgerRecorder:
        return new_recorder(self.store, next(self.names), shift=1)


class TrackingCase(OnStore, suites.TrackingRecorderTestCase):
    def create_recorder(self) -> LedgerTrackingRecorder:
        return LedgerTrackingRecorder(self.store, str(uuid4()))


class TestRecorderInMemory(InMemory, RecorderCase): ...


class TestRecorderOnSqlite(OnSqlite, RecorderCase): ...


class TestRecorderOnPostgres(OnPostgres, RecorderCase): ...


class TestRecorderWithTextIdsInMemory(InMemory, TextIds, RecorderCase): ...


class TestRecorderWithTextIdsOnSqlite(OnSqlite, TextIds, RecorderCase): ...


class TestRecorderWithTextIdsOnPostgres(OnPostgres, TextIds, RecorderCase): ...


class TestNonInterleavingInMemory(InMemory, NonInterleavingCase): ...


class TestNonInterleavingOnSqlite(OnSqlite, NonInterleavingCase): ...


class TestNonInterleavingOnPostgres(OnPostgres, NonInterleavingCase): ...


class TestNonInterleavingWithTextIdsInMemory(InMemory, TextIds, NonInterleavingCase): ...


class TestNonInterleavingWithTextIdsOnSqlite(OnSqlite, TextIds, NonInterleavingCase): ...


class TestNonInterleavingWithTextIdsOnPostgres(OnPostgres, TextIds, NonInterleavingCase): ...


class TestTrackingInMemory(InMemory, TrackingCase): ...


class TestTrackingOnSqlite(OnSqlite, TrackingCase): ...


class TestTrackingOnPostgres(OnPostgres, TrackingCase): ...


# The bases have no store of their own: only the classes above are tests.
del RecorderCase, NonInterleavingCase, TrackingCase
