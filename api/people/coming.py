"""Comings and goings in the chain: sign-ins, sign-outs and failures, in every ledger where the user has a role.

An entry that cannot be written (a ledger without its keys, or closed) is logged without names and keeps nobody out:
reading must be possible where writing is not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Final, Literal

from api.people.parts import Parts
from api.people.records import METHODS, Method
from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import JournalSignIn, JournalSignInFailure, JournalSignOut
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import SceauError
from ledger.shell.calls import Outcome
from ledger.shell.people import Failures

_LOG: Final = logging.getLogger("sceau.people")
Cause = Literal["asked", "expired", "revoked"]


class Coming(Parts):
    """Writes the technical journal."""

    def journal_sign_in(self, user: str, method: Method) -> None:
        """Write that a user signed in."""
        roles = self.held(self.store.roles_of_user(user))
        self._journal(
            user, [(h.ledger, JournalSignIn(subject=f"user:{user}", method=method, role=h.role)) for h in roles]
        )

    def journal_sign_out(self, user: str, cause: Cause) -> None:
        """Write that a user's session ended."""
        roles = self.held(self.store.roles_of_user(user))
        self._journal(user, [(h.ledger, JournalSignOut(subject=f"user:{user}", cause=cause)) for h in roles])

    def count_failure(self, user: str, method: Method) -> None:
        """Count a failed sign-in; for an address that nobody has the same is done, and nothing comes of it."""
        self.store.failed(user, self.text(self.now())[:16], method)

    def journal_failures(self) -> int:
        """Write the failures of minutes that are over; give how many entries were asked for.

        Each is asked for under a key of its own before it is settled: a process killed between the two repeats it, and
        the chain has it once.
        """
        asked = 0
        for found in self.store.failures(self.text(self.now())[:16]):
            if found.user:
                asked += self._journal_failures(found)
            self.store.settle(found)
        return asked

    def _journal_failures(self, found: Failures) -> int:
        command = JournalSignInFailure(
            subject=f"user:{found.user}",
            method=METHODS.get(found.method, "password"),
            count=found.tries,
        )
        key = f"sign-in-failures:{found.user}:{found.minute}:{found.method}:{found.tries}"
        ledgers = [held.ledger for held in self.held(self.store.roles_of_user(found.user))]
        self._journal(found.user, [(ledger, command) for ledger in ledgers], key)
        return len(ledgers)

    def _journal(self, user: str, commands: Iterable[tuple[str, Command]], key: str | None = None) -> None:
        waiting: list[Future[Outcome]] = []
        for ledger, command in commands:
            try:
                waiting.append(self.service.submit(ledger, command, actor=f"user:{user}", key=key))
            except SceauError as error:
                _LOG.warning("%s not journalled: %s", command.NAME, type(error).__name__)
        for future in waiting:
            try:
                outcome = future.result()
            except SceauError as error:
                _LOG.warning("not journalled: %s", type(error).__name__)
                continue
            if isinstance(outcome, Refusal):
                _LOG.warning("not journalled: %s", outcome.code)
