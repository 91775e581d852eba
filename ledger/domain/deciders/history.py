"""History of another software: taken in once, in the order of its file, and kept out of every total and series.

BOI-TVA-DECLA-30-10-30 §230 wants data readable after a change of software; what comes from elsewhere is sealed as
what it is, a copy of somebody else's file, and never passes for a document of this ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from ledger.domain.commands.common import Command
from ledger.domain.commands.history import AddHistory, BeginImport, FinishImport, HistoryDocument
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.ledger import (
    HistoryDocumentImported,
    HistoryImportBegun,
    HistoryImported,
    HistoryPartImported,
)
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.history import IMPORT, ImportState, import_id, part_id

MOST_DOCUMENTS: Final = 500
"""In one command: a file comes in many."""


def decide_begin(command: BeginImport, world: World) -> Outcome:
    """Begin a file's import, or say how far the one that stopped has come."""
    identifier = import_id(command.source_digest)
    state = world.state(IMPORT, identifier)
    plan = Plan(world)
    if state is None:
        event = HistoryImportBegun(
            source=command.source,
            source_digest=command.source_digest,
            source_bytes=command.source_bytes,
            mapping_digest=command.mapping_digest,
        )
        return _far(plan, identifier, plan.emit(IMPORT, identifier, event))
    if state.phase == "finished":
        return refuse("HISTORY_ALREADY_IMPORTED", "/source_digest", documents=state.documents)
    if (state.source, state.mapping_digest) != (command.source, command.mapping_digest):
        return refuse("HISTORY_READ_OTHERWISE", "/mapping_digest", documents=state.documents)
    return _far(plan, identifier, state)


def _far(plan: Plan, identifier: str, state: ImportState) -> Outcome:
    return plan.done(imported=identifier, documents=state.documents, last_row=state.last_row)


def decide_add(command: AddHistory, world: World) -> Outcome:
    """Take in documents that follow, by their rows, those taken in before."""
    state = _open_import(command.imported, world)
    if isinstance(state, Refusal):
        return state
    if not 1 <= len(command.documents) <= MOST_DOCUMENTS:
        return refuse("MEMBER_INVALID", "/documents")
    last = state.last_row
    for rank, document in enumerate(command.documents):
        refused = _wrong(document, last, world.today, f"/documents/{rank}")
        if refused is not None:
            return refused
        last = document.row
    plan = Plan(world)
    part = part_id(command.imported, command.documents[0].row)
    for document in command.documents:
        plan.emit(IMPORT, part, _event(document, state.source_digest))
    taken = HistoryPartImported(
        part=part,
        documents=len(command.documents),
        last_row=last,
        net_cents=sum(document.net_cents for document in command.documents),
        gross_cents=sum(document.gross_cents for document in command.documents),
    )
    return _far(plan, command.imported, plan.emit(IMPORT, command.imported, taken))


def _open_import(identifier: str, world: World) -> ImportState | Refusal:
    state = world.state(IMPORT, identifier)
    if state is None or state.phase == "part":
        return refuse("REFERENCE_UNKNOWN", "/imported")
    if state.phase == "finished":
        return refuse("HISTORY_ALREADY_IMPORTED", "/imported", documents=state.documents)
    return state


def _wrong(document: HistoryDocument, last: int, today: date, place: str) -> Refusal | None:
    if document.row <= last:
        return refuse("HISTORY_ROW_TAKEN", f"{place}/row", row=document.row)
    try:
        issued_on = date.fromisoformat(document.issued_on)
    except ValueError:
        return refuse("MEMBER_INVALID", f"{place}/issued_on")
    if issued_on > today:
        return refuse("HISTORY_IN_FUTURE", f"{place}/issued_on", row=document.row, issued_on=issued_on)
    if document.net_cents + document.vat_cents != document.gross_cents:
        return refuse("HISTORY_TOTALS_DISAGREE", f"{place}/gross_cents", row=document.row)
    return None


def _event(document: HistoryDocument, source_digest: str) -> HistoryDocumentImported:
    return HistoryDocumentImported(
        source_digest=source_digest,
        kind=document.kind,
        reference=document.reference,
        issued_on=document.issued_on,
        currency=document.currency,
        net_cents=document.net_cents,
        vat_cents=document.vat_cents,
        gross_cents=document.gross_cents,
        row=document.row,
        client=document.client,
        texts=document.texts,
    )


def decide_finish(command: FinishImport, world: World) -> Outcome:
    """Close the import with its counts: what was taken in must be what the reader of the file counted."""
    state = _open_import(command.imported, world)
    if isinstance(state, Refusal):
        return state
    if command.documents != state.documents:
        return refuse("HISTORY_COUNT_DIFFERS", "/documents", documents=state.documents)
    plan = Plan(world)
    event = HistoryImported(
        source=state.source,
        source_digest=state.source_digest,
        documents=state.documents,
        refused=command.refused,
        net_cents=state.net_cents,
        gross_cents=state.gross_cents,
    )
    plan.emit(IMPORT, command.imported, event)
    return plan.done(imported=command.imported, documents=state.documents, refused=command.refused)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (BeginImport, decide_begin),
    (AddHistory, decide_add),
    (FinishImport, decide_finish),
)
"""History of another software."""
