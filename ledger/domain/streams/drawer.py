"""The drawer stream: counts of the cash drawer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import DrawerCounted


@dataclass(frozen=True, slots=True)
class DrawerState:
    """The cash drawers: what was last counted in each, by till."""

    counted: Mapping[str, int] = field(default_factory=dict)


def start() -> DrawerState:
    """Give the state before the first event."""
    return DrawerState()


def evolve(state: DrawerState, event: EventRecord) -> DrawerState:
    """Give the state after one event."""
    if isinstance(event, DrawerCounted):
        return DrawerState({**state.counted, event.till: event.counted_cents})
    return state


DRAWER: StreamKind[DrawerState] = StreamKind("drawer", start, evolve)
"""Cash drawers, in one stream, `drawer:self`."""
