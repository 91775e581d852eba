"""The jobs themselves: one round over every ledger, a ledger that fails never keeping the others waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.jobs.anchoring import Anchoring
from api.jobs.checkpointing import due, policy_of, take_checkpoint
from api.jobs.integrity import integrity_of
from api.jobs.registering import Registering, RegisterView
from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble
from archive.anchors.windows import Windows
from ledger.kernel.errors import SceauError
from ledger.shell.service import Service
from ledger.shell.store import AnchorRow


@dataclass(slots=True)
class Unanchored:
    """The widest windows over all ledgers, for metrics; a time stamp and a witness apart."""

    timestamp_minutes: int = 0
    timestamp_entries: int = 0
    witness_minutes: int = 0
    witness_entries: int = 0
    failing_places: int = 0


class Upkeep:
    """Closes what has ended, makes the checkpoints that are due, notes them in the register."""

    def __init__(self, service: Service, clock: Callable[[], datetime], registering: Registering | None = None) -> None:
        """Look after every ledger of `service`."""
        self._service = service
        self._clock = clock
        self._registering = registering
        self._trouble = Trouble("upkeep")
        self._simulated: dict[str, bool] = {}
        self._resting: dict[str, int] = {}  # ledger -> number of entries at which nothing was left to be covered

    def run(self, still: Still) -> None:
        """One round."""
        for row in self._service.ledgers():
            if not still():
                return
            try:
                self._one(row.ledger)
            except SceauError as error:
                self._trouble.tell(row.ledger, error)
            else:
                self._trouble.over(row.ledger)
        if self._registering is not None and still():
            self._registering.run()

    def _one(self, ledger: str) -> None:
        service = self._service
        simulated = self._simulated.get(ledger)
        if simulated is None:
            simulated = self._simulated[ledger] = service.register(ledger).clock == "simulated"
        if simulated:
            return  # its time is told by its commands: nothing ends by itself
        service.close_due(ledger)
        head = service.store.head(ledger)
        if head is None or self._resting.get(ledger) == head.seq:
            return
        wanted = due(service.store, ledger, policy_of(service, ledger), self._clock())
        if wanted is not None:
            take_checkpoint(service, ledger, wanted.cause)
        head = service.store.head(ledger)
        row = service.store.last_checkpoint(ledger)
        if head is not None and row is not None and head.seq <= row.size + 1:  # but for `checkpoint.made` itself
            self._resting[ledger] = head.seq


class Placing:
    """Places the latest checkpoint of every ledger."""

    def __init__(
        self,
        service: Service,
        anchoring: Anchoring,
        clock: Callable[[], datetime],
        told: Callable[[Unanchored], None] | None = None,
    ) -> None:
        """Place with `anchoring`; `told` gets the widest windows after each round."""
        self._service = service
        self._anchoring = anchoring
        self._clock = clock
        self._told = told
        self._trouble = Trouble("anchors")
        self._view = RegisterView(service.store)
        self._register: tuple[AnchorRow, ...] = ()  # the register's latest anchors, at the last round
        self._quiet: dict[str, tuple[int, Windows, int]] = {}  # by ledger: entries, windows, failing places

    def run(self, still: Still) -> None:
        """One round."""
        widest = Unanchored()
        if (register := self._view.last_anchors()) != self._register:
            self._register = register
            self._quiet.clear()
        for row in self._service.ledgers():
            if not still():
                return
            if row.kind == "training":
                continue  # nothing in it is real: whoever practises asks (`sceau anchor now`)
            try:
                self._one(row.ledger, widest)
            except SceauError as error:
                self._trouble.tell(row.ledger, error)
            else:
                self._trouble.over(row.ledger)
        if self._told is not None:
            self._told(widest)

    def _one(self, ledger: str, widest: Unanchored) -> None:
        head = self._service.store.head(ledger)
        quiet = self._quiet.get(ledger)
        if quiet is None or head is None or quiet[0] != head.seq:
            pending = self._anchoring.place(ledger)
            found = integrity_of(self._service, ledger, self._clock(), self._view)
            quiet = found.head.seq, found.windows, len(found.failures)
            if not pending and not found.failures and not self._anchoring.waits(ledger):
                self._quiet[ledger] = quiet  # until an entry comes in: a ledger at rest costs one look at its head
        stamp, copy = (window.at(self._clock()) for window in (quiet[1].timestamp, quiet[1].witness))
        widest.timestamp_minutes = max(widest.timestamp_minutes, stamp.minutes)
        widest.timestamp_entries = max(widest.timestamp_entries, stamp.entries)
        widest.witness_minutes = max(widest.witness_minutes, copy.minutes)
        widest.witness_entries = max(widest.witness_entries, copy.entries)
        widest.failing_places += quiet[2]
