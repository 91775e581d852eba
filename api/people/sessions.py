"""Sessions: begun, found, renewed, listed, ended. A look-up is remembered for two seconds, no longer."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from api.people.coming import Cause, Coming
from api.people.parts import digest_of, new_token
from api.people.passwords import Passwords
from api.people.records import CHECKED, IDLE, METHODS, SESSION, Method, Session, SessionShown
from ledger.kernel.entry import parse_at
from ledger.shell.people import SessionRow, User
from ledger.shell.service import Service

FRESH_SECONDS: Final = 2.0
"""Another process's end of a session is seen within this time; this process's at once."""
_TOUCH: Final = timedelta(minutes=1)
_MOST_REMEMBERED: Final = 10_000
_LONGEST_TOKEN: Final = 100
_LABEL: Final = 100


@dataclass(frozen=True, slots=True)
class _Remembered:
    until: float
    session: Session


class Sessions(Coming):
    """Who is signed in."""

    def __init__(
        self,
        service: Service,
        *,
        passwords: Passwords | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """See `Parts`; `monotonic` tells how long a look-up is remembered."""
        super().__init__(service, passwords=passwords)
        self._monotonic = monotonic
        self._remembered: dict[str, _Remembered] = {}
        self._generation = 0
        self._live: dict[str, bool] = {}

    def session(self, token: str) -> Session | None:
        """Give the session of a cookie's token; None for one that is unknown, ended, idle for too long or too old.

        May ask the store; notes, once a minute, that the session is used.
        """
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        digest = digest_of(token)
        found = self._remembered.get(digest)
        if found is not None and found.until > self._monotonic():
            return found.session
        generation = self._generation
        session = self._look_up(digest, token)
        if session is None:
            self._remembered.pop(digest, None)
            return None
        if generation != self._generation:  # something was ended while the store was asked
            return session
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[digest] = _Remembered(self._monotonic() + FRESH_SECONDS, session)
        return session

    def sessions(self, user: str, own: str = "") -> list[SessionShown]:
        """Give a user's sessions, the latest used first; `own` is the `session` of the one that looks."""
        now = self.now()
        rows = [row for row in self.store.sessions_of(user) if not self._is_over(row, now)]
        rows.sort(key=lambda row: row.seen_at, reverse=True)
        return [SessionShown(row.session, row.label, row.created_at, row.seen_at, row.session == own) for row in rows]

    def sign_out(self, token: str) -> None:
        """End the session of a token, and say so in the ledgers."""
        row = self.store.session(digest_of(token))
        if row is not None:
            self._end(row, "asked")

    def end_session(self, user: str, session: str) -> bool:
        """End one of a user's own sessions from a list; False if it is not there."""
        row = self.store.session(session)
        return row is not None and row.user == user and self._end(row, "revoked")

    def end_sessions(self, user: str, keep: str = "") -> int:
        """End all of a user's sessions but `keep`; give how many."""
        return sum(self._end(row, "revoked") for row in self.store.sessions_of(user) if row.session != keep)

    def rotate(self, token: str) -> str | None:
        """Give a session another token, after what it may has changed; None if it is over. The old token ends.

        The new one is kept first: a process killed between the two leaves the user signed in.
        """
        row = self.store.session(digest_of(token))
        if row is None or self._is_over(row, self.now()):
            return None
        fresh = new_token()
        self.store.add_session(
            SessionRow(
                session=digest_of(fresh),
                user=row.user,
                label=row.label,
                method=row.method,
                created_at=row.created_at,
                seen_at=row.seen_at,
                checked_at=row.checked_at,
                expires_at=row.expires_at,
            )
        )
        self.store.end_session(row.session)
        self.forget()
        return fresh

    def end_lapsed(self) -> int:
        """End sessions that are over, and say so in the ledgers; give how many."""
        now = self.now()
        rows = self.store.lapsed_sessions(self.text(now), self.text(now - IDLE))
        return sum(self._end(row, "expired") for row in rows)

    def forget(self) -> None:
        """Look every session up anew: something has changed."""
        self._generation += 1
        self._remembered.clear()

    def _begin(self, user: str, method: Method, label: str) -> str:
        """Begin a session; give its token."""
        token, now = new_token(), self.now()
        shown = "".join(letter for letter in label if letter.isprintable())[:_LABEL]
        at = self.text(now)
        self.store.add_session(SessionRow(digest_of(token), user, shown, method, at, at, at, self.text(now + SESSION)))
        return token

    def _end(self, row: SessionRow, cause: Cause) -> bool:
        ended = self.store.end_session(row.session)
        self.forget()
        if not ended:
            return False
        self.journal_sign_out(row.user, cause)
        return True

    def _look_up(self, digest: str, token: str) -> Session | None:
        row = self.store.session(digest)
        now = self.now()
        if row is None or not hmac.compare_digest(row.session, digest) or self._is_over(row, now):
            return None
        user = self.store.user(row.user)
        if user is None or user.closed_at:
            return None
        if now - parse_at(row.seen_at) > _TOUCH and not self.store.touch_session(digest, self.text(now)):
            return None
        return self._shown(row, user, token, now)

    def _shown(self, row: SessionRow, user: User, token: str, now: datetime) -> Session:
        held = self.held(self.store.roles_of_user(user.user))
        return Session(
            user=user.user,
            name=user.name,
            language=user.language,
            csrf=hmac.new(token.encode(), b"sceau-csrf/1", sha256).hexdigest(),
            roles={one.ledger: one.role for one in held},
            session=row.session,
            method=METHODS.get(row.method, "password"),
            enrolled=bool(user.totp),
            must_enrol=not user.totp and any(self._is_live(one.ledger) for one in held),
            checked=bool(row.checked_at) and timedelta() <= now - parse_at(row.checked_at) <= CHECKED,
            provisions=user.provisions,
            ends={one.ledger: one.until for one in held if one.until is not None},
        )

    def _is_over(self, row: SessionRow, now: datetime) -> bool:
        return row.expires_at <= self.text(now) or row.seen_at < self.text(now - IDLE)

    def _is_live(self, ledger: str) -> bool:
        """Whether a ledger is in force; its kind never changes."""
        known = self._live.get(ledger)
        if known is None:
            row = self.service.store.find(ledger)
            known = self._live[ledger] = row is not None and row.kind == "live"
        return known
