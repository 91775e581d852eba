"""The world as a decider would see it now, without a writer: to ask a rule before asking a provider."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TypeVar

from ledger.domain.decision import StreamKind
from ledger.domain.register import Register
from ledger.kernel.entry import parse_at
from ledger.shell.closing import days_of
from ledger.shell.errors import LedgerUnknown
from ledger.shell.service import Service

S = TypeVar("S")


class Present:
    """`ledger.domain.decision.World` over a service's store, read as it is now. What it decides is never recorded."""

    def __init__(self, service: Service, ledger: str, actor: str) -> None:
        """Look at a ledger, by its id.

        Raises:
            LedgerUnknown: there is none.
        """
        self._service = service
        self._ledger = ledger
        self._actor = actor
        self._register = service.register(ledger)
        head = service.store.head(ledger)
        if head is None:
            raise LedgerUnknown(ledger)
        before = parse_at(head.at)
        self._now = before if self._register.clock == "simulated" else max(service.clock.now(), before)

    @property
    def now(self) -> datetime:
        """The present, UTC; of a simulated clock its last moment."""
        return self._now

    @property
    def today(self) -> date:
        """The ledger's current day."""
        return self.day_of(self._now)

    @property
    def actor(self) -> str:
        """Who asks."""
        return self._actor

    @property
    def register(self) -> Register:
        """The ledger-wide facts."""
        return self._register

    def day_of(self, at: datetime) -> date:
        """Give the ledger's day of a moment."""
        return days_of(self._register).of(at)

    def fresh_id(self) -> str:
        """Give a random UUID, version 4."""
        return str(uuid.uuid4())

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """Give the state of a stream, or None when it has no event."""
        return self._service.state(self._ledger, kind, identifier)

    def recorded(self, stream: str, version: int) -> str | None:
        """Give nothing: no rule about collections asks for it."""
        del stream, version
        return None
