"""Explaining before acting: what the ledger's own rules would do with a command, shown, agreed to, then done once.

A form that asks for something final is sent twice: `act=look` decides the command over the states of the store, writes
nothing and shows what would happen; `act=do` carries it out, if what was shown is still what would happen. Sent again,
it gives the answer of the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar

import orjson

from api.pages.desk.sale.trying import trial_world
from api.pages.frame.forms import FieldWrong
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from ledger.domain.commands.common import Command
from ledger.domain.deciders import DECIDERS
from ledger.domain.decision import Decision, within_totals
from ledger.domain.events.common import EventRecord
from ledger.domain.refusals import Refusal
from ledger.shell.calls import Answer as Done
from ledger.shell.service import ill_formed

E = TypeVar("E", bound=EventRecord)
C = TypeVar("C", bound=Command)
_NOT_TYPED: Final = frozenset({"csrf", "key", "act", "looked", "revision"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What a command would do: its events and answer, and the seal under which it was shown.

    `changed`: it was agreed to, but something else would happen now.
    """

    decision: Decision
    seal: str
    changed: bool = False

    def all(self, kind: type[E]) -> list[tuple[str, E]]:
        """Give the events of one type, each with the id of its stream."""
        events = self.decision.events
        return [(each.stream.partition(":")[2], each.event) for each in events if isinstance(each.event, kind)]

    def one(self, kind: type[E]) -> E | None:
        """Give the first event of a type, or None."""
        return next((event for _, event in self.all(kind)), None)


Summary = Callable[[Decision], Any]
"""What of a decision was shown, as JSON takes it: amounts, never ids or numbers, which are drawn anew each time."""


def look(visit: Visit, command: Command, names: Mapping[str, str] | None = None) -> Decision | Wrong:
    """Decide a command over the store's states, and write nothing."""
    refused: Decision | Refusal | None = ill_formed(command)
    if refused is None:
        world = trial_world(visit)
        refused = DECIDERS[type(command)](command, world)
        if isinstance(refused, Decision):
            refused = within_totals(refused, world.register)
    return of_refusal(refused, visit.language, names) if isinstance(refused, Refusal) else refused


def explain_and_do(
    visit: Visit,
    command: Command,
    summary: Summary,
    names: Mapping[str, str] | None = None,
    step: str = "",
) -> Looked | Done | Wrong:
    """Show what a command would do, or do it when that was agreed to."""
    wants = visit.form.text("act") == "do"
    if wants and was_done(visit, step):
        return visit.do(command, names=names, step=step)
    decision = look(visit, command, names)
    if isinstance(decision, Wrong):
        return decision
    seal = _seal(visit, summary(decision))
    if wants and visit.form.text("looked") == seal:
        return visit.do(command, names=names, step=step)
    return Looked(decision, seal, changed=wants and bool(visit.form.text("looked")))


def was_done(visit: Visit, step: str = "") -> bool:
    """Say whether this very form has acted before."""
    key = f"page:{visit.form.text('key')}:{step}"
    return bool(visit.context.store.operations(visit.ledger.ledger, [key]))


def _seal(visit: Visit, summary: Any) -> str:
    typed = sorted((name, value) for name, value in visit.form if value.strip() and name not in _NOT_TYPED)
    return sha256(orjson.dumps([typed, summary], default=str)).hexdigest()


def reading(visit: Visit, read: Callable[[], C | Wrong]) -> C | Wrong:
    """Read a form into a command; a field that cannot be read is said at the field."""
    try:
        return read()
    except FieldWrong as wrong:
        return of_field(wrong, visit.language)


def amounts(decision: Decision) -> list[list[Any]]:
    """Give every amount in a decision, in order: the summary that suits every act."""
    found = []
    for each in decision.events:
        event = each.event
        cents = [
            [name, getattr(event, name)]
            for name in getattr(event, "__dataclass_fields__", {})
            if name.endswith("_cents") or name in ("whole", "due_on")
        ]
        totals = getattr(event, "totals", None)
        if totals is not None:
            cents.append(["totals", [totals.net_cents, totals.vat_cents, totals.gross_cents]])
        found.append([event.TYPE, *cents])
    return found
