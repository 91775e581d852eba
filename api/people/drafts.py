"""What somebody has typed of a business that is not open yet: kept encrypted, for a month, by user."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import orjson

from api.people.letters import Letters
from api.people.parts import digest_of
from ledger.shell.errors import KeyMissing
from ledger.shell.people import Token

_PURPOSE: Final = "business"
_LIFE: Final = timedelta(days=30)


class Drafts(Letters):
    """Businesses on their way."""

    def draft(self, user: str) -> dict[str, str]:
        """Give what a user has typed so far; empty when there is nothing, or it is too old."""
        found = self.store.token(_place(user))
        if found is None or found.expires_at <= self.text(self.now()):
            return {}
        try:
            plain: dict[str, str] = orjson.loads(self.vault.open(_PURPOSE, user, found.facts))
        except KeyMissing:  # of another server's key: it is typed again
            return {}
        return plain

    def keep_draft(self, user: str, members: Mapping[str, str]) -> None:
        """Keep it in place of what was there."""
        now = self.now()
        sealed = self.vault.close(_PURPOSE, user, orjson.dumps(dict(members)))
        self.drop_draft(user)
        self.store.add_token(Token(_place(user), _PURPOSE, user, "", sealed, self.text(now), self.text(now + _LIFE)))

    def drop_draft(self, user: str) -> None:
        """Forget it: the business is open, or will not be."""
        self.store.spend_token(_place(user))


def _place(user: str) -> str:
    return digest_of(f"{_PURPOSE}\n{user}")  # found by the user alone: nobody holds a token of it
