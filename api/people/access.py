"""People of one server: who signs in, what they may, and the recurring work. The way in for pages and command line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Final

from api.people.drafts import Drafts
from api.people.passwords import Passwords
from ledger.shell.service import Service

_LOG: Final = logging.getLogger("sceau.people")


class People(Drafts):
    """Users, sign-in, sessions, roles, invitations, limits of one server. Safe for threads; one for each process."""

    def __init__(
        self,
        service: Service,
        *,
        passwords: Passwords | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """See `Sessions`."""
        super().__init__(service, passwords=passwords, monotonic=monotonic)
        self._turn = Lock()
        self._beside: ThreadPoolExecutor | None = None

    def aside(self, work: Callable[[], object]) -> None:
        """Do something beside the answer, one after another; a failure is logged by its kind alone."""
        with self._turn:
            if self._beside is None:
                self._beside = ThreadPoolExecutor(1, "people")
        self._beside.submit(_quietly, work)

    def tidy(self) -> None:
        """Do the recurring work: failures into the chain, what is over away. Doing it twice does no harm."""
        self.journal_failures()
        self.end_lapsed()
        self.store.drop_lapsed_tokens(self.text(self.now()))
        self.limits.tidy()


def _quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as failure:  # nobody waits for it; words of a failure may hold an address
        _LOG.warning("not done: %s", type(failure).__name__)


def people_of(service: Service) -> People:
    """Give the people of a service's store."""
    return People(service)
