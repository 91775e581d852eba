"""The reminder stream: one per document, with the document's id, so that each step goes out once."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import ReminderSent


@dataclass(frozen=True, slots=True)
class ReminderState:
    """The reminders of one document: the steps that went out, in order."""

    steps: tuple[int, ...] = ()


def start() -> ReminderState:
    """Give the state before the first event."""
    return ReminderState()


def evolve(state: ReminderState, event: EventRecord) -> ReminderState:
    """Give the state after one event."""
    return ReminderState((*state.steps, event.step)) if isinstance(event, ReminderSent) else state


REMINDER: StreamKind[ReminderState] = StreamKind("reminder", start, evolve)
"""Reminders: `world.state(REMINDER, document)`."""
