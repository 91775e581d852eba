"""A server's people over any store, in one or more processes, with a clock in the test's hand and cheap hashing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
from argon2 import PasswordHasher

from api.people.access import People
from api.people.passwords import Passwords
from api.people.records import Letter, SecondStep, SignedIn
from api.people.second_factor import RecoveryCodes
from ledger.domain.refusals import Refusal
from ledger.shell.people import UserRole
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from tests.shell.business import HandClock, opened, service_over

ADDRESS = "192.0.2.7"
PASSWORD = "le chat dort sur l'établi"
ACTOR = "cli:local"


class Counted(PasswordHasher):
    """Cheap, and counts what would cost."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.costs = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.costs += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: Any, password: str | bytes) -> Any:  # the library's own name for it
        self.costs += 1
        return super().verify(hash, password)


@dataclass
class Scene:
    """One process, and those beside it."""

    service: Service
    clock: HandClock
    people: People
    hasher: Counted
    folder: Path
    ticks: list[float] = field(default_factory=lambda: [0.0])

    def ledger(self, name: str = "atelier", kind: str = "training") -> str:
        return opened(self.service, name, kind=kind).row.ledger

    def user(
        self, email: str = "ada@example.com", name: str = "Ada Lovelace", *, password: str = PASSWORD, **roles: UserRole
    ) -> str:
        """A user with a password and, by short name, roles."""
        made = self.people.add_user(email=email, name=name)
        assert not isinstance(made, Refusal), made
        user, letter = made
        assert not isinstance(self.people.choose_password(letter.token, password, address=ADDRESS), Refusal)
        for ledger, role in roles.items():
            assert self.give(ledger, user.user, role) is None
        return user.user

    def give(self, ledger: str, user: str, role: UserRole, **more: Any) -> Refusal | None:
        return self.people.give_role(self.service.find(ledger).ledger, user, role, actor=ACTOR, **more)

    def enrol(self, token: str) -> tuple[str, RecoveryCodes]:
        """Enrol an authenticator; its secret, and recovery codes."""
        made = self.people.begin_enrolment(token)
        assert not isinstance(made, Refusal), made
        codes = self.people.confirm_enrolment(token, self.code(made.secret))
        assert isinstance(codes, RecoveryCodes), codes
        return made.secret, codes

    def code(self, secret: str) -> str:
        return pyotp.TOTP(secret).at(self.clock.wall)

    def first(self, email: str = "ada@example.com", password: str = PASSWORD, **more: Any) -> Any:
        return self.people.sign_in(email, password, **{"address": ADDRESS, **more})

    def in_(self, email: str = "ada@example.com", password: str = PASSWORD, **more: Any) -> SignedIn:
        """Sign in with a password alone."""
        found = self.first(email, password, **more)
        assert isinstance(found, SignedIn), found
        return found

    def step(self, email: str = "ada@example.com", **more: Any) -> SecondStep:
        found = self.first(email, **more)
        assert isinstance(found, SecondStep), found
        return found

    def later(self, **time: float) -> None:
        """Let time pass; remembered look-ups go."""
        self.clock.pass_by(timedelta(**time))
        self.ticks[0] += timedelta(**time).total_seconds()

    def entries(self, ledger: str, kind: str) -> list[Any]:
        """The records of one type in a ledger."""
        return [event.record for event in self.service.entries(ledger, types=(kind,))]

    def beside(self) -> People:
        """The same people, as another process over the same service's store sees them."""
        return People(self.service, passwords=Passwords(self.hasher), monotonic=lambda: self.ticks[0])


@contextmanager
def scene(folder: Path, store: Store | None = None) -> Iterator[Scene]:
    """Set it up over a store (in memory by default), and end it."""
    clock, hasher = HandClock(), Counted()
    with service_over(store or open_store("memory:"), folder / "keys", clock) as service:
        ticks = [0.0]
        people = People(service, passwords=Passwords(hasher), monotonic=lambda: ticks[0])
        yield Scene(service, clock, people, hasher, folder, ticks)


def code_of(found: object) -> str:
    assert isinstance(found, Refusal), found
    return found.code


def letter_of(found: object) -> Letter:
    assert isinstance(found, Letter), found
    return found
