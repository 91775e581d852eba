"""Looking after open collections: what became of them when no message came, and ending those over their time.

A message of the provider is the quick road; this is the sure one. Every open collection is looked at every few minutes,
and the provider is asked for its messages, so that refunds, chargebacks and payouts are not missed either.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble
from api.payments.collecting import ASKED_FOR, Collecting
from api.payments.provider import ProviderAway, ProviderRefused
from api.payments.reconciling import words_of
from api.payments.recording import NotRecorded
from ledger.kernel.entry import parse_at
from ledger.kernel.errors import SceauError
from ledger.shell.collections import Collection

LOOK_EVERY: Final = timedelta(minutes=3)
"""How often the provider is asked about one open collection."""
SWEEP_EVERY: Final = timedelta(minutes=15)
"""How often it is asked for its messages."""


class _Told(Exception):  # noqa: N818 - only carries words to what logs
    """What went wrong at a provider, in words for the log."""


class CollectingJob:
    """Looks after the open collections of every ledger."""

    def __init__(self, collecting: Collecting, clock: Callable[[], datetime]) -> None:
        """Look with `collecting`, by `clock`, UTC."""
        self._collecting = collecting
        self._clock = clock
        self._looked: dict[str, datetime] = {}  # by collection: when it was last looked at
        self._swept: dict[tuple[str, str], datetime] = {}
        self._trouble = Trouble("online payments")

    def run(self, still: Still) -> None:
        """One round; one ledger's trouble holds no other up."""
        rows = self._collecting.standing()
        self._looked = {row.collection: self._looked[row.collection] for row in rows if row.collection in self._looked}
        for row in rows:
            if not still():
                return
            if self._is_due(row):
                self._looked[row.collection] = self._clock()
                self._try(row.ledger, lambda row=row: self._collecting.go_on(row))  # type: ignore[misc] # bound now
        for account in self._collecting.accounts.everywhere():
            key, now = (account.ledger, account.provider), self._clock()
            if still() and now - self._swept.get(key, datetime.min.replace(tzinfo=now.tzinfo)) >= SWEEP_EVERY:
                self._swept[key] = now
                self._try(account.ledger, lambda key=key: self._collecting.sweep(*key))  # type: ignore[misc] # bound now

    def _is_due(self, row: Collection) -> bool:
        now = self._clock()
        if row.state == "asked":
            return now - parse_at(row.created_at) >= ASKED_FOR
        over = now >= parse_at(row.expires_at)
        last = self._looked.get(row.collection)
        return last is None or now - last >= (ASKED_FOR if over else LOOK_EVERY)

    def _try(self, ledger: str, work: Callable[[], object]) -> None:
        try:
            work()
        except (ProviderAway, ProviderRefused, NotRecorded) as trouble:
            self._trouble.tell(ledger, _Told(words_of(trouble)))
        except SceauError as trouble:
            self._trouble.tell(ledger, trouble)
        else:
            self._trouble.over(ledger)
