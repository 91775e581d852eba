"""What is kept of people beside the chain: users, roles, one-time tokens, sessions, failed sign-ins, rate limits.

No ledger rule lives here. Tokens, sessions and codes arrive as hashes, TOTP secrets encrypted (`api/vault.py`).
Instants arrive as text, made by the caller: nothing here reads a clock. What may happen once, one statement does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias

Language: TypeAlias = Literal["fr", "en"]
UserRole: TypeAlias = Literal["owner", "operator", "accountant", "auditor"]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in; `revision` grows by one with each change. What is personal stays out of `repr`."""

    user: str  # 32 hex digits
    email: str = field(repr=False)  # normalised, unique
    name: str = field(repr=False)
    language: Language
    created_at: str
    password: str = field(default="", repr=False)  # argon2id; empty: not chosen yet
    totp: bytes = field(default=b"", repr=False)  # encrypted; empty: not enrolled
    totp_next: bytes = field(default=b"", repr=False)  # encrypted; being enrolled
    totp_step: int = -1  # of the last code that was accepted
    closed_at: str = ""  # empty: may sign in
    revision: int = 1
    provisions: bool = False  # may open ledgers


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One user's role in one ledger, without end or until a moment."""

    ledger: str
    user: str
    role: UserRole
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One one-time token. `token` is the SHA-256 of what its holder has; `facts` is JSON, opaque here."""

    token: str = field(repr=False)
    purpose: str
    user: str  # empty: nobody yet
    ledger: str  # empty: none
    facts: bytes = field(repr=False)
    created_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. `session` is the SHA-256 of the cookie's token; `checked_at` when a code was last asked anew."""

    session: str = field(repr=False)
    user: str
    label: str
    method: str  # password_totp | password_recovery | password
    created_at: str
    seen_at: str
    checked_at: str  # empty: never
    expires_at: str


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed sign-ins of one user (empty: an address that nobody has) in one minute."""

    user: str
    minute: str
    method: str
    tries: int


class PeopleStore(Protocol):
    """People of one store. Methods may be called from several threads and processes."""

    def add_user(self, user: User) -> bool:
        """Keep a new user; False if the id or the address is taken."""

    def user(self, user: str) -> User | None:
        """The user of that id."""

    def user_by_email(self, email: str) -> User | None:
        """The user of that normalised address."""

    def users(self) -> list[User]:
        """Every user, by (created_at, id)."""

    def any_user(self) -> bool:
        """Whether there is one."""

    def put_user(self, user: User, expected: int) -> bool:
        """Replace a user whose stored revision is `expected`, but for `totp_step`; False, and nothing kept, if not, or
        if the address is another's."""

    def spend_step(self, user: str, step: int) -> bool:
        """Take a TOTP step; False if it or a later one was taken."""

    def set_role(self, held: RoleHeld) -> None:
        """Give a role in place of any other."""

    def drop_role(self, ledger: str, user: str) -> bool:
        """Take a role away; False if there was none."""

    def roles_of_user(self, user: str) -> list[RoleHeld]:
        """A user's roles, by ledger."""

    def roles_of_ledger(self, ledger: str) -> list[RoleHeld]:
        """Who has which role in a ledger, by user."""

    def set_codes(self, user: str, codes: Sequence[str]) -> None:
        """Keep these recovery codes (hashes) in place of all others."""

    def spend_code(self, user: str, code: str) -> bool:
        """Take a recovery code; False if it is not one or was taken."""

    def count_codes(self, user: str) -> int:
        """How many are left."""

    def add_token(self, token: Token) -> None:
        """Keep a token."""

    def token(self, token: str) -> Token | None:
        """The token of that hash, lapsed or not: the caller looks at `expires_at`."""

    def spend_token(self, token: str) -> bool:
        """Take a token away; True for one caller only."""

    def tokens_of_user(self, user: str, purpose: str) -> list[Token]:
        """A user's tokens of one purpose, by age."""

    def tokens_of_ledger(self, ledger: str, purpose: str) -> list[Token]:
        """A ledger's tokens of one purpose, by age."""

    def drop_tokens(self, user: str, purposes: Sequence[str]) -> int:
        """Take a user's tokens of these purposes away; how many."""

    def drop_lapsed_tokens(self, now: str) -> int:
        """Take away what has expired; how many."""

    def add_session(self, row: SessionRow) -> None:
        """Keep a session."""

    def session(self, session: str) -> SessionRow | None:
        """The session of that hash, lapsed or not."""

    def sessions_of(self, user: str) -> list[SessionRow]:
        """A user's sessions, by age."""

    def touch_session(self, session: str, seen_at: str) -> bool:
        """Note when a session was last used; False if it is gone. Never goes back."""

    def check_session(self, session: str, checked_at: str) -> bool:
        """Note when a code was asked anew; False if it is gone."""

    def end_session(self, session: str) -> bool:
        """Take a session away; True for one caller only."""

    def lapsed_sessions(self, now: str, idle_before: str, limit: int = 500) -> list[SessionRow]:
        """Sessions that have expired, or were last used before `idle_before`."""

    def failed(self, user: str, minute: str, method: str) -> None:
        """Count one failed sign-in."""

    def failures(self, before: str, limit: int = 500) -> list[Failures]:
        """Failures of minutes before `before`, in order."""

    def settle(self, failures: Failures) -> None:
        """Take that many failures of that minute away."""

    def take(self, bucket: str, now: int, cost: int, capacity: int, slack: int) -> bool:
        """Take one token of a bucket; False, and nothing taken, if it is empty. All are microseconds.

        Args:
            bucket: which.
            now: the moment.
            cost: what one token takes to come back.
            capacity: how many there are when it is full.
            slack: a bucket that would be full only later than it can be, and by more than this, was written by a clock
                that is wrong, and counts as full.
        """

    def full_at(self, bucket: str) -> int | None:
        """When a bucket is full again; None if it is."""

    def forget_bucket(self, bucket: str) -> None:
        """Fill a bucket."""

    def drop_full_buckets(self, now: int) -> int:
        """Forget buckets that are full; how many."""


class Run(Protocol):
    """One SQL statement with `?` placeholders, run in a transaction of its own."""

    def __call__(self, sql: str, params: Sequence[object]) -> tuple[list[Any], int]:
        """Its rows, and how many rows it changed: 0 when a key refused it."""


_USER: Final = (
    "user_id, email, name, language, created_at, password, totp, totp_next, totp_step, closed_at, revision, provisions"
)
_TOKEN: Final = "token, purpose, user_id, ledger_id, facts, created_at, expires_at"  # noqa: S105 - names of columns
_SESSION: Final = "session, user_id, label, method, created_at, seen_at, checked_at, expires_at"


class SqlPeople:
    """`PeopleStore` over any SQL store: the statements are plain enough to be the same everywhere."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def add_user(self, user: User) -> bool:
        """See `PeopleStore`."""
        sql = f"INSERT INTO users ({_USER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
        params = (
            user.user, user.email, user.name, user.language, user.created_at, user.password, user.totp, user.totp_next,
            user.totp_step, user.closed_at, user.revision, int(user.provisions),
        )  # fmt: skip
        return self._run(sql, params)[1] == 1

    def user(self, user: str) -> User | None:
        """See `PeopleStore`."""
        return self._one_user("user_id", user)

    def user_by_email(self, email: str) -> User | None:
        """See `PeopleStore`."""
        return self._one_user("email", email)

    def users(self) -> list[User]:
        """See `PeopleStore`."""
        sql = f"SELECT {_USER} FROM users ORDER BY created_at, user_id"  # noqa: S608 - constants only
        return [_user(row) for row in self._run(sql, ())[0]]

    def any_user(self) -> bool:
        """See `PeopleStore`."""
        return bool(self._run("SELECT 1 FROM users LIMIT 1", ())[0])

    def put_user(self, user: User, expected: int) -> bool:
        """See `PeopleStore`."""
        sql = (
            "UPDATE users SET email = ?, name = ?, language = ?, password = ?, totp = ?, totp_next = ?, closed_at = ?,"
            " revision = ?, provisions = ? WHERE user_id = ? AND revision = ?"
        )
        params = (
            user.email, user.name, user.language, user.password, user.totp, user.totp_next, user.closed_at,
            user.revision, int(user.provisions), user.user, expected,
        )  # fmt: skip
        return self._run(sql, params)[1] == 1

    def spend_step(self, user: str, step: int) -> bool:
        """See `PeopleStore`."""
        sql = "UPDATE users SET totp_step = ? WHERE user_id = ? AND totp_step < ?"
        return self._run(sql, (step, user, step))[1] == 1

    def set_role(self, held: RoleHeld) -> None:
        """See `PeopleStore`."""
        sql = (
            "INSERT INTO user_roles (ledger_id, user_id, role, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (ledger_id, user_id) DO UPDATE SET role = excluded.role, until = excluded.until"
        )
        self._run(sql, (held.ledger, held.user, held.role, held.until or ""))

    def drop_role(self, ledger: str, user: str) -> bool:
        """See `PeopleStore`."""
        return self._run("DELETE FROM user_roles WHERE ledger_id = ? AND user_id = ?", (ledger, user))[1] == 1

    def roles_of_user(self, user: str) -> list[RoleHeld]:
        """See `PeopleStore`."""
        sql = "SELECT ledger_id, user_id, role, until FROM user_roles WHERE user_id = ? ORDER BY ledger_id"
        return [_held(row) for row in self._run(sql, (user,))[0]]

    def roles_of_ledger(self, ledger: str) -> list[RoleHeld]:
        """See `PeopleStore`."""
        sql = "SELECT ledger_id, user_id, role, until FROM user_roles WHERE ledger_id = ? ORDER BY user_id"
        return [_held(row) for row in self._run(sql, (ledger,))[0]]

    def set_codes(self, user: str, codes: Sequence[str]) -> None:
        """See `PeopleStore`."""
        self._run("DELETE FROM user_recovery_codes WHERE user_id = ?", (user,))
        for code in codes:
            self._run("INSERT INTO user_recovery_codes (user_id, code) VALUES (?, ?)", (user, code))

    def spend_code(self, user: str, code: str) -> bool:
        """See `PeopleStore`."""
        return self._run("DELETE FROM user_recovery_codes WHERE user_id = ? AND code = ?", (user, code))[1] == 1

    def count_codes(self, user: str) -> int:
        """See `PeopleStore`."""
        rows, _ = self._run("SELECT count(*) FROM user_recovery_codes WHERE user_id = ?", (user,))
        return int(rows[0][0])

    def add_token(self, token: Token) -> None:
        """See `PeopleStore`."""
        sql = f"INSERT INTO user_tokens ({_TOKEN}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
        params = (
            token.token, token.purpose, token.user, token.ledger, token.facts, token.created_at, token.expires_at
        )  # fmt: skip
        self._run(sql, params)

    def token(self, token: str) -> Token | None:
        """See `PeopleStore`."""
        rows, _ = self._run(f"SELECT {_TOKEN} FROM user_tokens WHERE token = ?", (token,))  # noqa: S608 - constants only
        return _token(rows[0]) if rows else None

    def spend_token(self, token: str) -> bool:
        """See `PeopleStore`."""
        return self._run("DELETE FROM user_tokens WHERE token = ?", (token,))[1] == 1

    def tokens_of_user(self, user: str, purpose: str) -> list[Token]:
        """See `PeopleStore`."""
        return self._tokens("user_id", user, purpose)

    def tokens_of_ledger(self, ledger: str, purpose: str) -> list[Token]:
        """See `PeopleStore`."""
        return self._tokens("ledger_id", ledger, purpose)

    def drop_tokens(self, user: str, purposes: Sequence[str]) -> int:
        """See `PeopleStore`."""
        sql = "DELETE FROM user_tokens WHERE user_id = ? AND purpose = ?"
        return sum(self._run(sql, (user, purpose))[1] for purpose in purposes)

    def drop_lapsed_tokens(self, now: str) -> int:
        """See `PeopleStore`."""
        return self._run("DELETE FROM user_tokens WHERE expires_at <= ?", (now,))[1]

    def add_session(self, row: SessionRow) -> None:
        """See `PeopleStore`."""
        sql = f"INSERT INTO user_sessions ({_SESSION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
        params = (
            row.session, row.user, row.label, row.method, row.created_at, row.seen_at, row.checked_at, row.expires_at
        )  # fmt: skip
        self._run(sql, params)

    def session(self, session: str) -> SessionRow | None:
        """See `PeopleStore`."""
        rows, _ = self._run(f"SELECT {_SESSION} FROM user_sessions WHERE session = ?", (session,))  # noqa: S608 - constants only
        return SessionRow(*rows[0]) if rows else None

    def sessions_of(self, user: str) -> list[SessionRow]:
        """See `PeopleStore`."""
        sql = f"SELECT {_SESSION} FROM user_sessions WHERE user_id = ? ORDER BY created_at, session"  # noqa: S608 - constants only
        return [SessionRow(*row) for row in self._run(sql, (user,))[0]]

    def touch_session(self, session: str, seen_at: str) -> bool:
        """See `PeopleStore`."""
        sql = "UPDATE user_sessions SET seen_at = CASE WHEN seen_at < ? THEN ? ELSE seen_at END WHERE session = ?"
        return self._run(sql, (seen_at, seen_at, session))[1] == 1

    def check_session(self, session: str, checked_at: str) -> bool:
        """See `PeopleStore`."""
        return self._run("UPDATE user_sessions SET checked_at = ? WHERE session = ?", (checked_at, session))[1] == 1

    def end_session(self, session: str) -> bool:
        """See `PeopleStore`."""
        return self._run("DELETE FROM user_sessions WHERE session = ?", (session,))[1] == 1

    def lapsed_sessions(self, now: str, idle_before: str, limit: int = 500) -> list[SessionRow]:
        """See `PeopleStore`."""
        sql = (
            f"SELECT {_SESSION} FROM user_sessions WHERE expires_at <= ? OR seen_at < ?"  # noqa: S608 - constants only
            " ORDER BY created_at, session LIMIT ?"
        )
        return [SessionRow(*row) for row in self._run(sql, (now, idle_before, limit))[0]]

    def failed(self, user: str, minute: str, method: str) -> None:
        """See `PeopleStore`."""
        sql = (
            "INSERT INTO sign_in_failures (user_id, minute, method, tries) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (user_id, minute, method) DO UPDATE SET tries = sign_in_failures.tries + 1"
        )
        self._run(sql, (user, minute, method))

    def failures(self, before: str, limit: int = 500) -> list[Failures]:
        """See `PeopleStore`."""
        sql = (
            "SELECT user_id, minute, method, tries FROM sign_in_failures WHERE minute < ?"
            " ORDER BY minute, user_id, method LIMIT ?"
        )
        return [Failures(*row) for row in self._run(sql, (before, limit))[0]]

    def settle(self, failures: Failures) -> None:
        """See `PeopleStore`."""
        key = (failures.user, failures.minute, failures.method)
        where = "WHERE user_id = ? AND minute = ? AND method = ?"
        self._run(f"UPDATE sign_in_failures SET tries = tries - ? {where}", (failures.tries, *key))  # noqa: S608 - constants only
        self._run(f"DELETE FROM sign_in_failures {where} AND tries <= 0", key)  # noqa: S608 - constants only

    def take(self, bucket: str, now: int, cost: int, capacity: int, slack: int) -> bool:
        """See `PeopleStore`."""
        absurd = now + capacity * cost + slack
        sql = (
            "INSERT INTO rate_limits (bucket, full_at) VALUES (?, ?) ON CONFLICT (bucket) DO UPDATE SET full_at = CASE"
            " WHEN rate_limits.full_at > ? AND rate_limits.full_at <= ? THEN rate_limits.full_at + ? ELSE ? END"
            " WHERE rate_limits.full_at <= ? OR rate_limits.full_at > ?"
        )
        most = now + (capacity - 1) * cost
        return self._run(sql, (bucket, now + cost, now, absurd, cost, now + cost, most, absurd))[1] == 1

    def full_at(self, bucket: str) -> int | None:
        """See `PeopleStore`."""
        rows, _ = self._run("SELECT full_at FROM rate_limits WHERE bucket = ?", (bucket,))
        return int(rows[0][0]) if rows else None

    def forget_bucket(self, bucket: str) -> None:
        """See `PeopleStore`."""
        self._run("DELETE FROM rate_limits WHERE bucket = ?", (bucket,))

    def drop_full_buckets(self, now: int) -> int:
        """See `PeopleStore`."""
        return self._run("DELETE FROM rate_limits WHERE full_at <= ?", (now,))[1]

    def _one_user(self, column: str, value: str) -> User | None:
        rows, _ = self._run(f"SELECT {_USER} FROM users WHERE {column} = ?", (value,))  # noqa: S608 - constants only
        return _user(rows[0]) if rows else None

    def _tokens(self, column: str, value: str, purpose: str) -> list[Token]:
        sql = f"SELECT {_TOKEN} FROM user_tokens WHERE {column} = ? AND purpose = ? ORDER BY created_at, token"  # noqa: S608 - constants only
        return [_token(row) for row in self._run(sql, (value, purpose))[0]]


def _user(row: Any) -> User:
    return User(
        user=row[0], email=row[1], name=row[2], language=row[3], created_at=row[4], password=row[5],
        totp=bytes(row[6]), totp_next=bytes(row[7]), totp_step=row[8], closed_at=row[9], revision=row[10],
        provisions=bool(row[11]),
    )  # fmt: skip


def _held(row: Any) -> RoleHeld:
    return RoleHeld(str(row[0]), row[1], row[2], row[3] or None)


def _token(row: Any) -> Token:
    return Token(row[0], row[1], row[2], row[3], bytes(row[4]), row[5], row[6])
