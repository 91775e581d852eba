"""The series stream: one number series; where it stands is in the register."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.parties import SeriesClosed, SeriesOpened


@dataclass(frozen=True, slots=True)
class SeriesState:
    """One number series."""

    use: str = ""
    prefix: str = ""
    closed: bool = False


def start() -> SeriesState:
    """Give the state before the first event."""
    return SeriesState()


def evolve(state: SeriesState, event: EventRecord) -> SeriesState:
    """Give the state after one event."""
    match event:
        case SeriesOpened():
            return SeriesState(event.use, event.prefix)
        case SeriesClosed():
            return replace(state, closed=True)
        case _:
            return state


SERIES: StreamKind[SeriesState] = StreamKind("series", start, evolve)
"""Number series."""
