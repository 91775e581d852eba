"""How far the readers of a ledger have come: the library's `TrackingRecorder` over a `Store`."""

from __future__ import annotations

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder

from ledger.shell.store import Store


class LedgerTrackingRecorder(TrackingRecorder):
    """Tracks the readers of one ledger; positions only grow."""

    def __init__(self, store: Store, ledger: str) -> None:
        """Keep positions under `ledger` in `store`."""
        self.store = store
        self.ledger = ledger

    def insert_tracking(self, tracking: Tracking) -> None:
        """Keep a position.

        Raises:
            IntegrityError: this position, or a later one, was kept before.
        """
        if not self.store.track(self.ledger, tracking.application_name, tracking.notification_id):
            raise IntegrityError(f"{tracking.application_name} is already at {tracking.notification_id} or beyond")

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position of a reader, or None if it never said."""
        return self.store.tracked(self.ledger, application_name)
