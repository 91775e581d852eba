"""The import stream: the documents of one file of another software, kept apart from the ledger's own.

Its id is made from the file's digest (`import_id`), so that the stream itself is where a second import of one file is
met. Its documents stand in streams of the same kind, one per part (`part_id`): a file of a million documents makes no
stream of a million events. Nothing here touches a number series or a total: the register and the closures do not know
these events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import (
    HistoryDocumentImported,
    HistoryImportBegun,
    HistoryImported,
    HistoryPartImported,
)


@dataclass(frozen=True, slots=True)
class ImportState:
    """One file's import, or one part of it; `last_row` is the line at which the last document taken in begins."""

    phase: Literal["none", "begun", "finished", "part"] = "none"
    source: str = ""
    source_digest: str = ""
    source_bytes: int = 0
    mapping_digest: str = ""
    documents: int = 0
    refused: int = 0
    last_row: int = 0
    net_cents: int = 0
    gross_cents: int = 0


def import_id(source_digest: str) -> str:
    """Give the id of one file's import: the first 128 bits of a SHA-256 over its digest, in the form of a UUIDv4."""
    return _uuid(f"sceau-import/1\n{source_digest}")


def part_id(imported: str, first_row: int) -> str:
    """Give the id of the part of an import whose first document begins at this line."""
    return _uuid(f"sceau-import-part/1\n{imported}\n{first_row}")


def _uuid(text: str) -> str:
    digest = sha256(text.encode()).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def start() -> ImportState:
    """Give the state before the first event."""
    return ImportState()


def evolve(state: ImportState, event: EventRecord) -> ImportState:
    """Give the state after one event."""
    match event:
        case HistoryImportBegun():
            return ImportState("begun", event.source, event.source_digest, event.source_bytes, event.mapping_digest)
        case HistoryPartImported():
            return _with(state, event.documents, event.last_row, event.net_cents, event.gross_cents)
        case HistoryDocumentImported():
            part = replace(state, phase="part", source_digest=event.source_digest)
            return _with(part, 1, event.row, event.net_cents, event.gross_cents)
        case HistoryImported():
            return replace(state, phase="finished", refused=event.refused)
        case _:
            return state


def _with(state: ImportState, documents: int, last_row: int, net_cents: int, gross_cents: int) -> ImportState:
    return replace(
        state,
        documents=state.documents + documents,
        last_row=last_row,
        net_cents=state.net_cents + net_cents,
        gross_cents=state.gross_cents + gross_cents,
    )


IMPORT: StreamKind[ImportState] = StreamKind("import", start, evolve)
"""Imports of another software's documents, and their parts."""
