"""Following each ledger's entries, and queueing the messages that they call for; reminders and the digest by the day.

A ledger is followed from the moment at which it is first seen: what was recorded before is history, and not mailed.
An entry is passed once what it calls for is queued, and every message has its occasion: to be killed in between, or to
run in two processes, sends nothing twice and loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble, place_of
from api.messages.daily import Daily
from api.messages.post import Post
from api.messages.queueing import Queueing
from api.messages.wants import TYPES, Entry
from ledger.domain.events.periods import DataErased
from ledger.kernel.entry import parse_at
from ledger.kernel.errors import SceauError
from ledger.shell.errors import StreamPurged
from ledger.shell.mapper import Event
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow

_LOG: Final = logging.getLogger("sceau.messages")
READER: Final = "messages"
"""The name under which the store keeps how far each ledger was followed."""
YOUNG: Final = timedelta(hours=1)
"""A ledger that is younger when it is first seen is followed from its first entry."""
STALE: Final = timedelta(days=7)
"""What was recorded longer ago is no news any more: it is passed over."""
ASKED_AGAIN: Final = timedelta(seconds=10)
"""How long it is taken for granted whether a ledger mails."""
_MOST_TRIES: Final = 5
_TYPES: Final = (*(one.TYPE for one in TYPES), DataErased.TYPE)
_KEEP_EVERY: Final = 500


@dataclass(slots=True)
class Followed:
    """What the job has done since the start, for metrics."""

    queued: int = 0
    refused: int = 0
    passed_over: int = 0


class Following:
    """Follows every ledger of a service."""

    def __init__(
        self,
        service: Service,
        post: Post,
        queueing: Queueing,
        clock: Callable[[], datetime],
        *,
        daily: Daily | None = None,
        told: Callable[[Followed], None] | None = None,
    ) -> None:
        """Follow with `queueing`.

        Args:
            service: whose ledgers.
            post: whether a ledger's messages go out.
            queueing: queues what entries call for.
            clock: the present, UTC.
            daily: reminders and the digest.
            told: gets the figures after each round.
        """
        self._service = service
        self._post = post
        self._queueing = queueing
        self._clock = clock
        self._daily = daily
        self._told = told
        self._trouble = Trouble("messages")
        self._tries: dict[tuple[str, int], int] = {}
        self._seen: dict[str, int] = {}  # by ledger: the head at which nothing was left
        self._sure: set[str] = set()  # ledgers found switched on since `_on_at`
        self._on_at = clock()
        self._off: dict[str, datetime] = {}  # by ledger: when it was last found switched off
        self.figures = Followed()

    def run(self, still: Still) -> None:
        """One round over every ledger."""
        if self._clock() - self._on_at >= ASKED_AGAIN:
            self._on_at = self._clock()
            self._sure.clear()
        for row in self._service.ledgers():
            if not still():
                return
            if not self._is_on(row):
                continue
            try:
                self._one(row, still)
                if self._daily is not None and still():
                    self._daily.run(row.ledger, still)
            except SceauError as error:
                self._trouble.tell(row.ledger, error)
            except Exception as error:  # one ledger's trouble is not the others'
                _LOG.error("messages of ledger %s: %s", row.ledger, place_of(error))
            else:
                self._trouble.over(row.ledger)
        if self._told is not None:
            self._told(self.figures)

    def _is_on(self, row: LedgerRow) -> bool:
        """Tell whether a ledger mails; one that does not is asked again now and then."""
        asked = self._off.get(row.ledger)
        if row.kind == "register" or (asked is not None and self._clock() - asked < ASKED_AGAIN):
            return False
        if row.ledger in self._sure:
            return True
        if self._post.is_on(row.ledger):
            self._off.pop(row.ledger, None)
            self._sure.add(row.ledger)
            return True
        self._off[row.ledger] = self._clock()
        return False

    def _one(self, row: LedgerRow, still: Still) -> None:
        ledger, store = row.ledger, self._service.store
        head = store.head(ledger)
        if head is None or self._seen.get(ledger) == head.seq:
            return
        position = store.tracked(ledger, READER)
        if position is None:
            position = self._begin(ledger, head.seq)
        kept = position
        for event in self._service.entries(ledger, position, head.seq, types=_TYPES):
            if not still() or not self._follow(ledger, event):
                store.track(ledger, READER, max(kept, event.seq - 1))
                return
            store.track(ledger, READER, event.seq)
            kept = event.seq
        if head.seq - kept >= _KEEP_EVERY:
            store.track(ledger, READER, head.seq)
        self._seen[ledger] = head.seq

    def _begin(self, ledger: str, head: int) -> int:
        first = next(iter(self._service.entries(ledger, 0, 1)), None)
        young = first is not None and self._clock() - parse_at(first.at) < YOUNG
        position = 0 if young else head
        self._service.store.track(ledger, READER, position)
        return position

    def _follow(self, ledger: str, event: Event) -> bool:
        """Queue what one entry calls for; False when it must be tried again."""
        if isinstance(event.record, DataErased):
            self._post.forget_erased(ledger, {place.seq for place in event.record.places})
            return True
        if self._clock() - parse_at(event.at) > STALE:
            self.figures.passed_over += 1
            return True
        entry = Entry(event.seq, event.originator_id.partition(":")[2], event.record)
        try:
            queued = self._queueing.follow(ledger, entry, event.at)
        except StreamPurged:  # too old to be told of, and nothing of it will come back
            self.figures.passed_over += 1
            return True
        except SceauError:
            raise
        except Exception as error:  # an entry that nothing can be made of may not hold up those after it for ever
            tries = self._tries[ledger, event.seq] = self._tries.get((ledger, event.seq), 0) + 1
            _LOG.error("message for entry %d of ledger %s: %s", event.seq, ledger, place_of(error))
            if tries < _MOST_TRIES:
                return False
            self.figures.passed_over += 1
            return True
        self.figures.queued += len(queued.messages)
        self.figures.refused += len(queued.refused)
        return True
