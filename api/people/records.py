"""What people's functions give back: sessions, steps, letters. What is personal or secret stays out of `repr`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, TypeAlias, get_args

from ledger.shell.people import Language, UserRole

Purpose: TypeAlias = Literal["first", "invitation", "set_up", "reset"]
Method: TypeAlias = Literal["password_totp", "password_recovery", "password"]

METHODS: Final[Mapping[str, Method]] = {method: method for method in get_args(Method)}
"""Every way in by its stored text; a text that is none of them reads as `password`, the weakest."""

IDLE: Final = timedelta(hours=8)
"""A session that is not used for this long ends: a working day."""
SESSION: Final = timedelta(days=7)
"""A session ends after this long in any case."""
CHECKED: Final = timedelta(minutes=10)
"""How long a code counts for dangerous acts."""
SECOND_STEP: Final = timedelta(minutes=5)
LIVES: Final[Mapping[Purpose, timedelta]] = {
    "first": timedelta(hours=24),
    "invitation": timedelta(days=7),
    "set_up": timedelta(days=3),
    "reset": timedelta(hours=1),
}
"""How long each kind of link works."""


@dataclass(frozen=True, slots=True)
class Session:
    """One user's session, as pages see it. `roles` are by ledger id, those whose time is over left out."""

    user: str  # opaque: the actor is `user:<id>`
    name: str = field(repr=False)
    language: Language
    csrf: str = field(repr=False)
    roles: Mapping[str, UserRole]
    session: str = field(repr=False)  # what `end_session` takes; no token
    method: Method
    enrolled: bool  # has an authenticator
    must_enrol: bool  # must have one, and has not: nothing else opens
    checked: bool  # a code was given a moment ago: dangerous acts may be done
    provisions: bool  # may open ledgers
    ends: Mapping[str, str]  # when a role ends, by ledger id; only those that do

    @property
    def actor(self) -> str:
        """Who it is in an entry."""
        return f"user:{self.user}"


@dataclass(frozen=True, slots=True)
class SessionShown:
    """One session in a list."""

    session: str = field(repr=False)
    label: str
    created_at: str
    seen_at: str
    own: bool  # the one that looks


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session has begun. `token` goes into the session's cookie, `device` into one that lives a year."""

    user: str
    token: str = field(repr=False)
    device: str = field(repr=False)
    must_enrol: bool


@dataclass(frozen=True, slots=True)
class SecondStep:
    """The password was right; `token` goes with the code, within five minutes."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A link to be given to somebody, once: by mail, or on the screen of who made it."""

    purpose: Purpose
    token: str = field(repr=False)
    path: str = field(repr=False)
    email: str = field(repr=False)
    name: str = field(repr=False)
    language: Language
    expires_at: str
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """What an opened link is about, for its page."""

    purpose: Purpose
    email: str = field(repr=False)
    name: str = field(repr=False)
    language: Language
    ledger: str
    role: UserRole | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation that waits, for a list."""

    invitation: str = field(repr=False)  # what `withdraw` takes; no token
    email: str = field(repr=False)
    name: str = field(repr=False)
    role: UserRole
    until: str | None
    expires_at: str


@dataclass(frozen=True, slots=True)
class Member:
    """One user of a ledger, for a list."""

    user: str
    email: str = field(repr=False)
    name: str = field(repr=False)
    role: UserRole
    until: str | None
    enrolled: bool
    last_owner: bool  # cannot be taken away
