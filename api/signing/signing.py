"""Signing as a server has it: links, codes, files and acts over one service, put together once."""

from __future__ import annotations

from collections.abc import Callable

from api.rendering.tasks import Done, Task
from api.signing.acts import Acts
from api.signing.codes import Codes
from api.signing.files import Files
from api.signing.links import OpenLink, find_link
from api.signing.renewing import renew
from api.signing.seams import UNLIMITED, Language, Limit, Mail
from ledger.shell.service import Service


class Signing:
    """The parts of signing. Methods may be called from several threads."""

    def __init__(
        self, service: Service, run: Callable[[Task], Done], mail: Mail, address_of: str, limit: Limit = UNLIMITED
    ) -> None:
        """Put them together.

        Args:
            service: who serves the ledgers.
            run: has a process of the pool do a task (`Documents.run`).
            mail: mails.
            address_of: what stands before the path of a link, such as `https://sceau.example`.
            limit: counts.
        """
        self.service = service
        self.address_of = address_of
        self.files = Files(service, run)
        self.codes = Codes(service, mail, limit)
        self.acts = Acts(service, self.codes, self.files, limit)
        self._mail = mail
        self._limit = limit

    def link(self, ledger: str, token: str) -> OpenLink | None:
        """Give the link of a token, open or not; None if there is none such."""
        return find_link(self.service, ledger, token)

    def renew(self, link: OpenLink, *, network: str = "", language: Language = "fr") -> None:
        """Mail a new link in place of an old one, if there is one to mail: nobody is told which."""
        renew(self.service, self._mail, link, self.address_of, network=network, language=language, limit=self._limit)
