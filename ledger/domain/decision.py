"""What a command may see, and what deciding it gives.

`decide(command, world)` returns a `Decision` or a `Refusal`. It reads states through the world and writes nothing;
`Plan` collects the events of one decision and shows their effect to the rest of it. After Chassaing's decider
(decide, evolve, start); see docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from ledger.domain.events.common import EventRecord
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.register import Numbered, Register
from ledger.domain.tally import MAX_SUM_CENTS
from ledger.kernel.frozen import frozen

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class StreamKind(Generic[S]):
    """One kind of stream: its prefix, its empty state and how an event changes it.

    `evolve` never refuses: what is in the chain has happened.
    """

    prefix: str
    start: Callable[[], S]
    evolve: Callable[[S, EventRecord], S]

    def stream(self, identifier: str) -> str:
        """Give the stream id of one member of this kind."""
        return f"{self.prefix}:{identifier}"


@frozen
class Emit:
    """One event to append, and the stream it goes to."""

    stream: str
    event: EventRecord


@frozen
class Decision:
    """What is to be appended, in order, and the fixed part of the answer (ids and numbers, nothing private)."""

    events: tuple[Emit, ...]
    result: Mapping[str, Any] = field(default_factory=dict)
    after: After | None = field(default=None, compare=False, repr=False)


@frozen
class After:
    """What `Plan` has computed already: each touched stream's state and the register after the decision's events."""

    states: Mapping[str, Any]
    register: Register


Outcome = Decision | Refusal


def within_totals(decision: Decision, register: Register) -> Decision | Refusal:
    """Refuse what would make a sum of a closure larger than the format can write (docs/closures.md)."""
    after = decision.after.register if decision.after is not None else None
    if after is None:
        after = register
        for emit in decision.events:
            after = after.evolve(emit.stream, emit.event)
    if after.full and after.open_cents > register.open_cents:
        return refuse("TOTALS_FULL", "", limit_cents=MAX_SUM_CENTS)
    return decision


class World(Protocol):
    """What a command may see: time read once, the actor, fresh ids, the register and any stream's state."""

    @property
    def now(self) -> datetime:
        """The moment of the decision, UTC."""

    @property
    def today(self) -> date:
        """The ledger's current day, by its time zone and cut-off hour."""

    @property
    def actor(self) -> str:
        """Who asks."""

    @property
    def register(self) -> Register:
        """The ledger-wide facts."""

    def fresh_id(self) -> str:
        """Give a random UUID, version 4."""

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """Give the state of a stream, or None when it has no event."""

    def recorded(self, stream: str, version: int) -> str | None:
        """Give the fingerprint of one entry of a stream, or None."""


class Plan:
    """The events of one decision so far; reads through it see their effect.

    It is itself a `World`; an act that is part of another (the deposit asked for at signature) is a function that
    emits into the caller's plan.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._events: list[Emit] = []
        self._states: dict[str, Any] = {}
        self._register = world.register

    @property
    def now(self) -> datetime:
        """The moment of the decision, UTC."""
        return self._world.now

    @property
    def today(self) -> date:
        """The ledger's current day."""
        return self._world.today

    @property
    def actor(self) -> str:
        """Who asks."""
        return self._world.actor

    @property
    def register(self) -> Register:
        """The ledger-wide facts, with this plan's events."""
        return self._register

    def fresh_id(self) -> str:
        """Give a random UUID, version 4."""
        return self._world.fresh_id()

    def recorded(self, stream: str, version: int) -> str | None:
        """Give the fingerprint of one entry already in the chain, or None."""
        return self._world.recorded(stream, version)

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """Give the state of a stream with this plan's events, or None when it has no event."""
        stream = kind.stream(identifier)
        if stream in self._states:
            found: S = self._states[stream]
            return found
        return self._world.state(kind, identifier)

    def emit(self, kind: StreamKind[S], identifier: str, event: EventRecord) -> S:
        """Add an event and give the stream's state after it."""
        stream = kind.stream(identifier)
        before = self.state(kind, identifier)
        after = kind.evolve(kind.start() if before is None else before, event)
        self._states[stream] = after
        self._register = self._register.evolve(stream, event)
        self._events.append(Emit(stream, event))
        return after

    def number(self, use: str, series: str | None = None) -> Numbered | Refusal:
        """Give the next number of the series for a use (or of a named series); emitting the document takes it."""
        return self._register.next_number(use, series, self.today)

    def done(self, **result: Any) -> Decision:
        """Close the plan: the events, and the fixed part of the answer."""
        return Decision(tuple(self._events), result, After(self._states, self._register))
