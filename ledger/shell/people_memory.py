"""`PeopleStore` in memory, for tests and trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import RLock

from ledger.shell.people import Failures, RoleHeld, SessionRow, Token, User


class MemoryPeople:
    """See `PeopleStore`."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._users: dict[str, User] = {}
        self._roles: dict[tuple[str, str], RoleHeld] = {}
        self._codes: dict[str, set[str]] = {}
        self._tokens: dict[str, Token] = {}
        self._sessions: dict[str, SessionRow] = {}
        self._failures: dict[tuple[str, str, str], int] = {}
        self._buckets: dict[str, int] = {}

    def add_user(self, user: User) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            if user.user in self._users or self.user_by_email(user.email) is not None:
                return False
            self._users[user.user] = user
            return True

    def user(self, user: str) -> User | None:
        """See `PeopleStore`."""
        return self._users.get(user)

    def user_by_email(self, email: str) -> User | None:
        """See `PeopleStore`."""
        with self._lock:
            return next((each for each in self._users.values() if each.email == email), None)

    def users(self) -> list[User]:
        """See `PeopleStore`."""
        with self._lock:
            return sorted(self._users.values(), key=lambda each: (each.created_at, each.user))

    def any_user(self) -> bool:
        """See `PeopleStore`."""
        return bool(self._users)

    def put_user(self, user: User, expected: int) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            stored, same = self._users.get(user.user), self.user_by_email(user.email)
            if stored is None or stored.revision != expected or (same is not None and same.user != user.user):
                return False
            self._users[user.user] = replace(user, totp_step=stored.totp_step, created_at=stored.created_at)
            return True

    def spend_step(self, user: str, step: int) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            stored = self._users.get(user)
            if stored is None or stored.totp_step >= step:
                return False
            self._users[user] = replace(stored, totp_step=step)
            return True

    def set_role(self, held: RoleHeld) -> None:
        """See `PeopleStore`."""
        with self._lock:
            self._roles[held.ledger, held.user] = held

    def drop_role(self, ledger: str, user: str) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            return self._roles.pop((ledger, user), None) is not None

    def roles_of_user(self, user: str) -> list[RoleHeld]:
        """See `PeopleStore`."""
        with self._lock:
            return [held for _, held in sorted(self._roles.items()) if held.user == user]

    def roles_of_ledger(self, ledger: str) -> list[RoleHeld]:
        """See `PeopleStore`."""
        with self._lock:
            return [held for _, held in sorted(self._roles.items()) if held.ledger == ledger]

    def set_codes(self, user: str, codes: Sequence[str]) -> None:
        """See `PeopleStore`."""
        with self._lock:
            self._codes[user] = set(codes)

    def spend_code(self, user: str, code: str) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            left = self._codes.get(user, set())
            if code not in left:
                return False
            left.remove(code)
            return True

    def count_codes(self, user: str) -> int:
        """See `PeopleStore`."""
        return len(self._codes.get(user, ()))

    def add_token(self, token: Token) -> None:
        """See `PeopleStore`."""
        with self._lock:
            self._tokens.setdefault(token.token, token)

    def token(self, token: str) -> Token | None:
        """See `PeopleStore`."""
        return self._tokens.get(token)

    def spend_token(self, token: str) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            return self._tokens.pop(token, None) is not None

    def tokens_of_user(self, user: str, purpose: str) -> list[Token]:
        """See `PeopleStore`."""
        return [each for each in self._by_age() if (each.user, each.purpose) == (user, purpose)]

    def tokens_of_ledger(self, ledger: str, purpose: str) -> list[Token]:
        """See `PeopleStore`."""
        return [each for each in self._by_age() if (each.ledger, each.purpose) == (ledger, purpose)]

    def drop_tokens(self, user: str, purposes: Sequence[str]) -> int:
        """See `PeopleStore`."""
        return sum(
            self.spend_token(each.token) for each in self._by_age() if each.user == user and each.purpose in purposes
        )

    def drop_lapsed_tokens(self, now: str) -> int:
        """See `PeopleStore`."""
        return sum(self.spend_token(each.token) for each in self._by_age() if each.expires_at <= now)

    def add_session(self, row: SessionRow) -> None:
        """See `PeopleStore`."""
        with self._lock:
            self._sessions.setdefault(row.session, row)

    def session(self, session: str) -> SessionRow | None:
        """See `PeopleStore`."""
        return self._sessions.get(session)

    def sessions_of(self, user: str) -> list[SessionRow]:
        """See `PeopleStore`."""
        with self._lock:
            found = [each for each in self._sessions.values() if each.user == user]
        return sorted(found, key=lambda each: (each.created_at, each.session))

    def touch_session(self, session: str, seen_at: str) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            row = self._sessions.get(session)
            if row is None:
                return False
            self._sessions[session] = replace(row, seen_at=max(row.seen_at, seen_at))
            return True

    def check_session(self, session: str, checked_at: str) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            row = self._sessions.get(session)
            if row is None:
                return False
            self._sessions[session] = replace(row, checked_at=checked_at)
            return True

    def end_session(self, session: str) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            return self._sessions.pop(session, None) is not None

    def lapsed_sessions(self, now: str, idle_before: str, limit: int = 500) -> list[SessionRow]:
        """See `PeopleStore`."""
        with self._lock:
            found = [each for each in self._sessions.values() if each.expires_at <= now or each.seen_at < idle_before]
        return sorted(found, key=lambda each: (each.created_at, each.session))[:limit]

    def failed(self, user: str, minute: str, method: str) -> None:
        """See `PeopleStore`."""
        with self._lock:
            key = (user, minute, method)
            self._failures[key] = self._failures.get(key, 0) + 1

    def failures(self, before: str, limit: int = 500) -> list[Failures]:
        """See `PeopleStore`."""
        with self._lock:
            found = [Failures(*key, tries) for key, tries in self._failures.items() if key[1] < before]
        return sorted(found, key=lambda each: (each.minute, each.user, each.method))[:limit]

    def settle(self, failures: Failures) -> None:
        """See `PeopleStore`."""
        key = (failures.user, failures.minute, failures.method)
        with self._lock:
            left = self._failures.get(key, 0) - failures.tries
            self._failures.pop(key, None)
            if left > 0:
                self._failures[key] = left

    def take(self, bucket: str, now: int, cost: int, capacity: int, slack: int) -> bool:
        """See `PeopleStore`."""
        with self._lock:
            full_at = self._buckets.get(bucket, now)
            if not now < full_at <= now + capacity * cost + slack:
                full_at = now
            if full_at > now + (capacity - 1) * cost:
                return False
            self._buckets[bucket] = full_at + cost
            return True

    def full_at(self, bucket: str) -> int | None:
        """See `PeopleStore`."""
        return self._buckets.get(bucket)

    def forget_bucket(self, bucket: str) -> None:
        """See `PeopleStore`."""
        with self._lock:
            self._buckets.pop(bucket, None)

    def drop_full_buckets(self, now: int) -> int:
        """See `PeopleStore`."""
        with self._lock:
            gone = [bucket for bucket, full_at in self._buckets.items() if full_at <= now]
            for bucket in gone:
                del self._buckets[bucket]
            return len(gone)

    def _by_age(self) -> list[Token]:
        with self._lock:
            return sorted(self._tokens.values(), key=lambda each: (each.created_at, each.token))
