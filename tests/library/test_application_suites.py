"""The library's factory, application and projection suites, bodies unmodified, over every store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest import mock
from uuid import uuid4

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, ProcessRecorder, TrackingRecorder
from eventsourcing.popo import POPOProcessRecorder

# The modules and not their classes: pytest would collect those as tests of their own.
from eventsourcing.tests import application as application_suites
from eventsourcing.tests import persistence as persistence_suites
from eventsourcing.tests import projection as projection_suites
from eventsourcing.utils import Environment, get_topic

from ledger.shell.recorder import LedgerRecorder
from ledger.shell.tracking import LedgerTrackingRecorder
from tests.library.wrapping import CountersView, InMemory, OnPostgres, OnSqlite, OnStore, SuiteFactory


class TrackingSubclass(LedgerTrackingRecorder):
    """What the factory suite asks for."""


class FactoryCase(OnStore, persistence_suites.InfrastructureFactoryTestCase[SuiteFactory]):
    def setUp(self) -> None:
        self.env = Environment("TestCase", self.variables())
        super().setUp()

    def expected_factory_class(self) -> type[SuiteFactory]:
        return SuiteFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return LedgerRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return LedgerRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return LedgerTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return TrackingSubclass

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return POPOProcessRecorder


class InEnvironment(OnStore):
    """The application suites read the process's environment."""

    @pytest.fixture(autouse=True)
    def _environment(self, _store: None) -> Iterator[None]:
        with mock.patch.dict(os.environ, self.variables()):
            yield


class ExampleCase(InEnvironment, application_suites.ExampleApplicationTestCase):
    expected_factory_topic = get_topic(SuiteFactory)


class ApplicationCase(InEnvironment, application_suites.ApplicationTestCase): ...


class ProjectionCase(InEnvironment, projection_suites.AggregateEventCountersProjectionTestCase):
    view_class = CountersView


class ViewCase(OnStore, projection_suites.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> CountersView:
        return CountersView(self.store, str(uuid4()))


class TestViewInMemory(InMemory, ViewCase): ...


class TestViewOnSqlite(OnSqlite, ViewCase): ...


class TestViewOnPostgres(OnPostgres, ViewCase): ...


class TestFactoryInMemory(InMemory, FactoryCase): ...


class TestFactoryOnSqlite(OnSqlite, FactoryCase): ...


class TestFactoryOnPostgres(OnPostgres, FactoryCase): ...


class TestExampleInMemory(InMemory, ExampleCase): ...


class TestExampleOnSqlite(OnSqlite, ExampleCase): ...


class TestExampleOnPostgres(OnPostgres, ExampleCase): ...


class TestApplicationInMemory(InMemory, ApplicationCase): ...


class TestApplicationOnSqlite(OnSqlite, ApplicationCase): ...


class TestApplicationOnPostgres(OnPostgres, ApplicationCase): ...


class TestProjectionInMemory(InMemory, ProjectionCase): ...


class TestProjectionOnSqlite(OnSqlite, ProjectionCase): ...


class TestProjectionOnPostgres(OnPostgres, ProjectionCase): ...


# The bases have no store of their own: only the classes above are tests.
del FactoryCase, ViewCase, ExampleCase, ApplicationCase, ProjectionCase
