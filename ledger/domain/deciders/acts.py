"""Small acts that many deciders share: taking an id, reading the issuer and a customer, opening a task."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.domain.decision import Plan, StreamKind, World
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.parties import ProfileSet
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.customer import CUSTOMER, CustomerState
from ledger.domain.streams.issuer import ISSUER, IssuerState
from ledger.domain.streams.task import TASK


def take_id(world: World, kind: StreamKind[Any], given: str | None) -> str | Refusal:
    """Give the id of a new stream: the one asked for, if it is free, else a fresh one."""
    if given is None:
        return world.fresh_id()
    return refuse("ALREADY_EXISTS", "/id") if world.state(kind, given) is not None else given


def read_issuer(world: World) -> tuple[IssuerState, ProfileSet] | Refusal:
    """Give the issuer and its profile in force."""
    issuer = world.state(ISSUER, "self")
    if issuer is None or issuer.profile is None:
        return refuse("ISSUER_MISSING")
    return issuer, issuer.profile


def read_customer(world: World, customer: str, place: str = "/customer") -> CustomerState | Refusal:
    """Give a customer that a document can be made out to."""
    state = world.state(CUSTOMER, customer)
    if state is None:
        return refuse("CUSTOMER_UNKNOWN", place)
    return refuse("CUSTOMER_ERASED", place) if state.party is None else state


def open_task(plan: Plan, code: str, about: str | None = None, due_on: date | None = None) -> None:
    """Say what a recorded fact asks for next."""
    due = due_on.isoformat() if due_on is not None else None
    plan.emit(TASK, plan.fresh_id(), TaskOpened(code=code, about=about, due_on=due))
