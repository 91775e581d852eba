"""A business for the shell's tests: a service over any store, a clock in the test's hand, an invoice, its payment."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.parties import SetProfile
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.common import Address, Party
from ledger.domain.events.payments import Allocation
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer
from ledger.shell.clock import Clock
from ledger.shell.keys import KeyStore
from ledger.shell.opening import Opened
from ledger.shell.service import Service, Settings
from ledger.shell.store import Store
from ledger.shell.writer import WriterSettings
from tests.domain.world import PROFILE

PASSPHRASE = b"correct horse battery"
PRICE_CENTS = 43_900
QUICK = Settings(writer=WriterSettings(idle_seconds=2.0))


class HandClock:
    """A clock that the test sets: wall and steady apart. Many threads may read it while it is set."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.wall = start
        self.passed = timedelta()
        self._turn = Lock()  # without it a reader's microsecond may undo a day that passes meanwhile

    def now(self) -> datetime:
        with self._turn:
            self.wall += timedelta(microseconds=1)
            self.passed += timedelta(microseconds=1)
            return self.wall

    def steady(self) -> timedelta:
        return self.passed

    def pass_by(self, time: timedelta) -> None:
        with self._turn:
            self.wall += time
            self.passed += time

    def step(self, by: timedelta) -> None:
        with self._turn:
            self.wall += by


def profile() -> SetProfile:
    details = replace(PROFILE.details, capital="10 000 €") if PROFILE.details is not None else None
    members = {each.name: getattr(PROFILE, each.name) for each in fields(SetProfile)}
    return SetProfile(**{**members, "details": details})


def opening(name: str = "atelier", **members: Any) -> OpenLedger:
    return OpenLedger(name=name, profile=profile(), **members)


def invoice(**members: Any) -> IssueInvoice:
    """An invoice of 439.00 EUR TTC for a walk-in customer with a name."""
    asked: dict[str, Any] = {
        "lines": (
            LineInput(label="Pose d'une porte", unit_price="240", nature="services"),
            LineInput(label="Porte isoplane", quantity="2", unit_price="99.5", nature="goods"),
        ),
        "client": Party(
            name="Jeanne Dupré", address=Address(lines=("1 rue du Frêne",), postcode="35000", city="Rennes")
        ),
    }
    return IssueInvoice(**(asked | members))


def payment(about: str, amount_cents: int = PRICE_CENTS, **members: Any) -> RecordPayment:
    allocation = Allocation(about=about, about_kind="invoice", amount_cents=amount_cents)
    return RecordPayment(means="card", amount_cents=amount_cents, allocations=(allocation,), **members)


def service_over(
    store: Store, keys: Path, clock: Clock | None = None, settings: Settings = QUICK, delay: float = 0.05
) -> Service:
    return Service(store, KeyStore(keys, PASSPHRASE, mark_delay_seconds=delay), settings, clock)


def opened(service: Service, name: str = "atelier", **members: Any) -> Opened:
    outcome = service.open_ledger(opening(name, **members))
    assert isinstance(outcome, Opened), outcome
    return outcome


def answered(outcome: Answer | Refusal) -> Answer:
    assert isinstance(outcome, Answer), outcome
    return outcome


def refused(outcome: Answer | Refusal | Opened) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code
