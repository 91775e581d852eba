"""A sale as a list of steps, each with its own idempotency key, and a client who does not give up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.sales import CreditInvoice, SendInvoice
from ledger.domain.events.common import Party
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer
from ledger.shell.errors import HeadMoved, StoreFailure
from ledger.shell.opening import Opened
from ledger.shell.service import Service
from tests.shell.business import invoice, opening, payment

CUSTOMER = "cccccccc-0000-4000-8000-000000000001"
FIRST = "cccccccc-0000-4000-8000-000000000002"
SECOND = "cccccccc-0000-4000-8000-000000000003"


@dataclass(frozen=True)
class Step:
    """One command and the key its client sends it under, however often."""

    key: str
    command: Command


STEPS: tuple[Step, ...] = (
    Step("customer", RegisterCustomer(id=CUSTOMER, kind="consumer", party=Party(name="Jeanne Dupré"))),
    Step("invoice-1", invoice(id=FIRST, customer=CUSTOMER, client=None)),
    Step("invoice-2", invoice(id=SECOND)),
    Step("pay-1", payment(FIRST)),
    Step("send-2", SendInvoice(invoice=SECOND, by="email")),
    Step("credit-2", CreditInvoice(invoice=SECOND, cause="error")),
    Step("invoice-3", invoice()),
)


def until_answered(ask: Callable[[], Any], tries: int = 60) -> Any:
    """Ask again as a client does who got 503 or no answer: the same request, the same key."""
    for _ in range(tries):
        try:
            return ask()
        except StoreFailure:
            continue
    raise AssertionError("never answered")


def open_until_there(service: Service) -> str:
    """Open the ledger; a lost answer is settled by looking for the name."""
    for _ in range(60):
        try:
            made = service.open_ledger(opening())
        except (StoreFailure, HeadMoved):
            continue
        if isinstance(made, Opened):
            return made.row.ledger
        assert made.code == "ALREADY_EXISTS"
        return service.find("atelier").ledger
    raise AssertionError("never opened")


def play(service: Service) -> dict[str, Answer]:
    """Run every step to its answer."""
    answers = {}
    for step in STEPS:
        outcome = until_answered(partial(service.execute, "atelier", step.command, key=step.key))
        assert not isinstance(outcome, Refusal), (step.key, outcome)
        answers[step.key] = outcome
    return answers
