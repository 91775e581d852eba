"""Bank statements: that a file was read, and what of it was matched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import ImportStatement
from ledger.domain.days import read_any_day
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.payments import StatementImported
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.statement import STATEMENT, statement_id


def decide_statement(command: ImportStatement, world: World) -> Outcome:
    """Record that a file was read; again only when more of it was matched since."""
    if max(command.matched, command.ambiguous, command.matched + command.ambiguous) > command.entries:
        return refuse("STATEMENT_COUNTS_UNFIT", "/matched")
    for name in ("from_on", "to_on"):
        text = getattr(command, name)
        day = read_any_day(text, f"/{name}") if text is not None else None
        if isinstance(day, Refusal):
            return day
    identifier = statement_id(command.digest)
    before = world.state(STATEMENT, identifier)
    if before is not None and command.matched <= before.matched:
        return refuse("STATEMENT_ALREADY_IMPORTED", "/digest")
    plan = Plan(world)
    plan.emit(
        STATEMENT,
        identifier,
        StatementImported(
            digest=command.digest,
            statement_reference=command.statement_reference,
            entries=command.entries,
            matched=command.matched,
            ambiguous=command.ambiguous,
            from_on=command.from_on,
            to_on=command.to_on,
        ),
    )
    return plan.done(statement=identifier)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = ((ImportStatement, decide_statement),)
