"""What signing kept and needs no more: codes that expired, files of nothing, files whose names were erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble
from api.signing.files import Files
from ledger.domain.events.periods import DataErased, EntriesPurged
from ledger.kernel.entry import format_at
from ledger.kernel.errors import SceauError
from ledger.shell.service import Service

READER: Final = "signing-gone"
"""How far erasures and purges have been followed."""
_SWEEP_EVERY: Final = timedelta(hours=6)


class SigningUpkeep:
    """Lets go what signing kept beside the chain and may not, or need not, keep any longer."""

    def __init__(self, service: Service, files: Files) -> None:
        """Look after every ledger of `service`."""
        self._service = service
        self._files = files
        self._kept = service.store.side().signing()
        self._trouble = Trouble("signing")
        self._swept: dict[str, datetime] = {}

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

    def _one(self, ledger: str) -> None:
        store, now = self._service.store, self._service.clock.now()
        self._kept.drop_codes(ledger, format_at(now))
        done = store.tracked(ledger, READER) or 0
        gone = [line.seq for line in store.lines(ledger, done, types=(DataErased.TYPE, EntriesPurged.TYPE))]
        if gone:
            self._files.forget_erased(ledger)
            store.track(ledger, READER, gone[-1])
        if now - self._swept.get(ledger, datetime.min.replace(tzinfo=now.tzinfo)) > _SWEEP_EVERY:
            self._files.sweep(ledger)
            self._swept[ledger] = now
