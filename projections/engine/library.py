"""The `eventsourcing` library's runner over our projections, for who embeds a ledger as one of its applications.

`EngineProjection` honours the library's `Projection`: each event is processed once, rows and position in one
transaction, by the engine's own loop; `EngineView` is its materialised view, and tells the library how far it is.
The engine keeps fleets level by itself (docs/decisions/projections.md): this is for one ledger in another program.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from eventsourcing.persistence import IntegrityError, NotSupportedError, Tracking, TrackingRecorder
from eventsourcing.projection import Projection

from ledger.shell.store import Store
from projections.engine.engine import Engine
from projections.engine.rows.seam import Build, RowStore, Save

READER = "library:"


class RowsTracking(TrackingRecorder):
    """How far readers of one ledger have come, kept where rows are: the library's `TrackingRecorder`."""

    def __init__(self, rows: RowStore, ledger: str) -> None:
        """Keep positions of readers of `ledger` in `rows`."""
        self._rows = rows
        self._ledger = ledger

    def insert_tracking(self, tracking: Tracking) -> None:
        """Keep a position.

        Raises:
            IntegrityError: this position, or a later one, was kept before.
        """
        name = READER + tracking.application_name
        build = self._build(name) or self._rows.begin(self._ledger, name, 1, (), "") or self._build(name)
        if build is None or build.position >= tracking.notification_id:
            raise IntegrityError(f"{tracking.application_name} is already at {tracking.notification_id} or beyond")
        if not self._rows.save(self._ledger, [Save(build, tracking.notification_id, "", 0, ())], ""):
            raise IntegrityError(f"{tracking.application_name} moved meanwhile")

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position of a reader, or None if it never said."""
        build = self._build(READER + application_name)
        return build.position if build is not None and build.position else None

    def _build(self, name: str) -> Build | None:
        return next((one for one in self._rows.builds(self._ledger) if one.projection == name), None)


class EngineView(TrackingRecorder):
    """The rows of some projections of one ledger, as the library sees a materialised view.

    A subclass says which, and how the engine is made; `LedgerFactory` makes it from its store and ledger.
    """

    names: ClassVar[Sequence[str]]

    def __init__(self, store: Store, ledger: str) -> None:
        """Look at `ledger` in `store`."""
        self.ledger = ledger
        self.engine = self.engine_over(store)

    @abstractmethod
    def engine_over(self, store: Store) -> Engine:
        """Make the engine over a store."""

    def reach(self, seq: int) -> None:
        """Catch up to an entry; does nothing where rows are there already.

        Raises:
            UnknownType, Stopped, NewerRows: a projection cannot go on.
        """
        outcome = self.engine.catch_up(self.ledger, self.names, upto=seq)
        for error in outcome.stopped.values():
            raise error

    def insert_tracking(self, tracking: Tracking) -> None:  # noqa: ARG002 - refused, whatever it is
        """Refused: the position of rows moves with the rows alone.

        Raises:
            NotSupportedError: always.
        """
        raise NotSupportedError("the position of rows moves with the rows: use `reach`")

    def max_tracking_id(self, application_name: str) -> int | None:  # noqa: ARG002 - a ledger has one sequence
        """The entry that the rows of every one of these projections know of, or None before the first."""
        positions = [one.position for one in self.engine.lag(self.ledger) if one.projection in self.names]
        return min(positions, default=0) or None


class EngineProjection(Projection[EngineView]):
    """One event after the other, as the library's runner brings them."""

    name = "sceau"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ARG002 - read by the engine, as it was written
        """Take one event in, with whatever comes before it and was not taken in yet."""
        self.view.reach(tracking.notification_id)
