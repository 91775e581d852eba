"""The library's `InfrastructureFactory` over our stores, for who embeds a ledger as an `Application`.

Set in the environment: `PERSISTENCE_MODULE=ledger.shell.factory`, `SCEAU_STORE` (a URL), `SCEAU_LEDGER` (the name or
id of a ledger), `SIGNER_TOPIC` (what makes the seal key's `Signer`, called without arguments). A closed factory closes
the store it opened and no other: applications share no pool.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    Mapper,
    NotSupportedError,
    ProcessRecorder,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from ledger.kernel.seal import Signer
from ledger.shell.errors import LedgerUnknown
from ledger.shell.mapper import EventMapper
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from ledger.shell.tracking import LedgerTrackingRecorder


class LedgerFactory(InfrastructureFactory[LedgerTrackingRecorder]):
    """Makes the recorder, mapper and tracking recorder of one ledger."""

    SCEAU_STORE = "SCEAU_STORE"
    SCEAU_LEDGER = "SCEAU_LEDGER"
    SIGNER_TOPIC = "SIGNER_TOPIC"

    def __init__(self, env: Environment | EnvType | None = None) -> None:
        """Take the environment; the store is opened at the first need."""
        super().__init__(env)
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store of `SCEAU_STORE`."""
        if self._store is None:
            self._store = open_store(self._wanted(self.SCEAU_STORE))
        return self._store

    def ledger(self) -> str:
        """The id of the ledger that `SCEAU_LEDGER` names.

        Raises:
            LedgerUnknown: the store has no such ledger.
        """
        name = self._wanted(self.SCEAU_LEDGER)
        row = self.store.find(name)
        if row is None:
            raise LedgerUnknown(name)
        return row.ledger

    def signer(self) -> Signer:
        """The seal key's signer."""
        make: Callable[[], Signer] = resolve_topic(self._wanted(self.SIGNER_TOPIC))
        return make()

    def mapper(
        self,
        transcoder: Transcoder | None = None,
        mapper_class: type[Mapper[Any]] | None = None,
    ) -> Mapper[Any]:
        """An `EventMapper` of the ledger, unless `MAPPER_TOPIC` or the caller names another class.

        Raises:
            ProgrammingError: a cipher or a compressor is set.
        """
        if mapper_class is not None or self.env.get(self.MAPPER_TOPIC):
            return super().mapper(transcoder, mapper_class)
        return EventMapper(transcoder, self.compressor(), self.cipher(), ledger=self.ledger())

    def application_recorder(self) -> ApplicationRecorder:
        """The ledger's recorder."""
        return LedgerRecorder(self.store, self.ledger(), self.signer(), clock=lambda: datetime.now(UTC))

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The ledger's recorder; there are no snapshots.

        Raises:
            NotSupportedError: the purpose is not `events`.
        """
        if purpose != "events":
            raise NotSupportedError(f"a ledger keeps no {purpose}")
        return self.application_recorder()

    def tracking_recorder(
        self, tracking_recorder_class: type[LedgerTrackingRecorder] | None = None
    ) -> LedgerTrackingRecorder:
        """The ledger's tracking recorder, of the class given or named by `TRACKING_RECORDER_TOPIC`."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        chosen = tracking_recorder_class or (resolve_topic(topic) if topic else LedgerTrackingRecorder)
        if not issubclass(chosen, TrackingRecorder):
            raise InfrastructureFactoryError(f"{chosen.__name__} is no tracking recorder")
        return chosen(self.store, self.ledger())

    def process_recorder(self) -> ProcessRecorder:
        """There is none: a ledger's entries are written by its writer alone.

        Raises:
            NotSupportedError: always.
        """
        raise NotSupportedError("a ledger has no process recorder")

    def close(self) -> None:
        """Close the store this factory opened."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _wanted(self, name: str) -> str:
        value = self.env.get(name)
        if not value:
            raise InfrastructureFactoryError(f"{name} is not set")
        return value


Factory = LedgerFactory
