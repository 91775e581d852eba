"""Who comes in: users by their session, customers by their link."""

from __future__ import annotations

from typing import Protocol

from api.pages.frame.seams import OpenLink, Session
from api.signing.links import find_link
from ledger.shell.service import Service


class Sessions(Protocol):
    """Whoever knows the sessions of users."""

    def session(self, token: str) -> Session | None:
        """Give the session of a cookie's token."""


class HouseDoors:
    """The doors of a server: `Doors` over its ledgers and its people."""

    def __init__(self, service: Service, people: Sessions | None) -> None:
        self._service, self._people = service, people

    def session(self, token: str) -> Session | None:
        """See `Doors`."""
        return None if self._people is None else self._people.session(token)

    def link(self, ledger: str, token: str) -> OpenLink | None:
        """See `Doors`."""
        return find_link(self._service, ledger, token)
