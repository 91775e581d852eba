"""What every part of `People` stands on: the store, the server's vault, hashing, limits, the clock."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Event
from typing import Final

from api.people.limits import Limits
from api.people.passwords import Passwords
from api.vault import Vault
from ledger.kernel.entry import format_at
from ledger.shell.errors import Unavailable
from ledger.shell.people import RoleHeld, User
from ledger.shell.service import Service

TOKEN_BYTES: Final = 32
_LEASE: Final = timedelta(seconds=30)
_LEASE_TRIES: Final = 100
_LEASE_PAUSE_SECONDS: Final = 0.05
_TRIES: Final = 20


class Parts:
    """The ground of `People`. Safe for threads."""

    def __init__(self, service: Service, *, passwords: Passwords | None = None) -> None:
        """Keep people beside the ledgers of `service`; `passwords` but for tests is `Passwords()`."""
        self.service = service
        self.side = service.store.side()
        self.store = self.side.people()
        self.vault = Vault.of_server(service.keys)
        self.limits = Limits(self.store, self.vault, service.clock.now)
        self.passwords = passwords or Passwords()

    def now(self) -> datetime:
        """Give the moment."""
        return self.service.clock.now()

    def text(self, moment: datetime) -> str:
        """Write a moment as the store keeps it: texts compare as moments do."""
        return format_at(moment)

    def held(self, roles: list[RoleHeld]) -> list[RoleHeld]:
        """Leave out roles whose time is over."""
        now = self.text(self.now())
        return [role for role in roles if role.until is None or role.until > now]

    def change(self, user: str, **members: object) -> User | None:
        """Change members of a user, whatever others change meanwhile; None if there is no such user."""
        for _ in range(_TRIES):
            stored = self.store.user(user)
            if stored is None:
                return None
            changed = replace(stored, **members, revision=stored.revision + 1)  # type: ignore[arg-type] # members of User
            if self.store.put_user(changed, stored.revision):
                return changed
        raise Unavailable("a user is being changed by many at once")

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Do something in one thread of one process at a time; a process that was killed holds nobody up for long.

        Raises:
            Unavailable: another holds it for seconds.
        """
        name, holder, pause = f"people.{what}", secrets.token_hex(8), Event()
        for _ in range(_LEASE_TRIES):
            now = self.now()
            until, never = self.text(now + _LEASE), self.text(now + 2 * _LEASE)
            if self.side.take_lease(name, holder, self.text(now), until, never):
                break
            pause.wait(_LEASE_PAUSE_SECONDS)
        else:
            raise Unavailable("people are being changed elsewhere")
        try:
            yield
        finally:
            self.side.drop_lease(name, holder)


def new_token() -> str:
    """Make what a cookie or link carries: 32 random bytes."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Give what the store keeps of a token: its SHA-256; 32 random bytes need no slower hash."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
