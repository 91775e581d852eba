"""Files of figures that left the house, and what became of e-reporting files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.exports import RecordEReport, RecordExport
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.messages import EReportSent, ExportMade
from ledger.domain.refusals import refuse
from ledger.domain.streams.export import BEFORE, EREPORTS, EXPORT, export_id


def decide_export(command: RecordExport, world: World) -> Outcome:
    """Record a file of figures, once."""
    if not (_is_day(command.from_on) and _is_day(command.to_on) and command.from_on <= command.to_on):
        return refuse("EXPORT_PERIOD_UNFIT", "/to_on")
    if command.kind in EREPORTS and world.register.kind != "live":
        return refuse("EREPORT_TRAINING", "/kind")
    identifier = export_id(command.digest)
    if world.state(EXPORT, identifier) is not None:
        return refuse("EXPORT_ALREADY_RECORDED", "/digest")
    plan = Plan(world)
    plan.emit(
        EXPORT,
        identifier,
        ExportMade(
            kind=command.kind,
            from_on=command.from_on,
            to_on=command.to_on,
            upto_seq=command.upto_seq,
            digest=command.digest,
            rows=command.rows,
        ),
    )
    return plan.done(export=identifier)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def decide_ereport(command: RecordEReport, world: World) -> Outcome:
    """Record what became of an e-reporting file: handed over, then accepted or refused."""
    state = world.state(EXPORT, command.export)
    if state is None or state.made is None:
        return refuse("REFERENCE_UNKNOWN", "/export")
    if state.made.kind not in EREPORTS:
        return refuse("EREPORT_OTHER_EXPORT", "/export", kind=state.made.kind)
    if state.sent not in BEFORE[command.state]:
        return refuse("EREPORT_STATE_UNFIT", "/state", state=state.sent or "made")
    if command.reason is not None and command.state != "refused":
        return refuse("EREPORT_REASON_UNFIT", "/reason")
    _, type_code = EREPORTS[state.made.kind]
    plan = Plan(world)
    plan.emit(
        EXPORT,
        command.export,
        EReportSent(digest=state.made.digest, kind=type_code, state=command.state, reason=command.reason),
    )
    return plan.done(export=command.export, state=command.state)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (RecordExport, decide_export),
    (RecordEReport, decide_ereport),
)
"""Exports and e-reports."""
