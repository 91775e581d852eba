"""The task stream: what a recorded fact asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import TaskClosed, TaskOpened


@dataclass(frozen=True, slots=True)
class TaskState:
    """One task."""

    code: str = ""
    about: str | None = None
    closed: bool = False


def start() -> TaskState:
    """Give the state before the first event."""
    return TaskState()


def evolve(state: TaskState, event: EventRecord) -> TaskState:
    """Give the state after one event."""
    match event:
        case TaskOpened():
            return TaskState(event.code, event.about)
        case TaskClosed():
            return replace(state, closed=True)
        case _:
            return state


TASK: StreamKind[TaskState] = StreamKind("task", start, evolve)
"""Tasks."""
