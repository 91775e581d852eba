"""The export stream: one file of figures that left the house and, if it is an e-report, what became of it.

Its id is made from the file's digest (`export_id`): the same file is one export, whoever makes it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.messages import EReportSent, ExportMade

Flow = Literal["10.3", "10.4"]
"""Flux 10.3: transactions with consumers; 10.4: their payments (BOI-TVA-DECLA-20-30-50)."""
TypeCode = Literal["IN", "RE"]
"""TT-4: an initial transmission, or one that rectifies: it replaces the whole period."""
SentState = Literal["handed_over", "accepted", "refused"]
"""What became of a file."""

EREPORTS: Final[Mapping[str, tuple[Flow, TypeCode]]] = {
    "ereport-10.3-in": ("10.3", "IN"),
    "ereport-10.3-re": ("10.3", "RE"),
    "ereport-10.4-in": ("10.4", "IN"),
    "ereport-10.4-re": ("10.4", "RE"),
}
"""Kinds of export that are e-reports, with their flow and type."""

BEFORE: Final[Mapping[SentState, tuple[SentState | None, ...]]] = {
    "handed_over": (None, "refused"),
    "accepted": ("handed_over",),
    "refused": ("handed_over",),
}
"""The states after which each state may come; a refused file may be handed over again as it is."""


@dataclass(frozen=True, slots=True)
class ExportState:
    """One file: what was recorded of it; `sent` is the last that became of it, None until it is handed over."""

    made: ExportMade | None = None
    sent: SentState | None = None


def export_id(digest: str) -> str:
    """Give the id of the export of one file: from its digest, in the form of a UUIDv4."""
    made = sha256(b"sceau-export/1\n" + digest.encode()).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def export_kind(flow: Flow, type_code: TypeCode) -> str:
    """Give the kind of export of an e-report."""
    return f"ereport-{flow}-{type_code.lower()}"


def start() -> ExportState:
    """Give the state before the first event."""
    return ExportState()


def evolve(state: ExportState, event: EventRecord) -> ExportState:
    """Give the state after one event."""
    match event:
        case ExportMade():
            return replace(state, made=event)
        case EReportSent():
            return replace(state, sent=event.state)
        case _:
            return state


EXPORT: StreamKind[ExportState] = StreamKind("export", start, evolve)
"""Files of figures that left the house."""
