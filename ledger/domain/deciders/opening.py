"""Opening a ledger: entry 1, the issuer's profile, the number series."""

from __future__ import annotations

import re
from datetime import date

from ledger.domain.commands.parties import OpenSeries
from ledger.domain.deciders.parties import check_profile, check_series, profile_of, series_of
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.parties import SeriesUse
from ledger.domain.identifiers import check_currency, is_siren
from ledger.domain.opening import DEFAULT_SERIES, OpenLedger, OpenRegister
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.ledger import LEDGER
from ledger.domain.streams.series import SERIES

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_CUT_OFF = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_YEAR_START = re.compile(r"\d{2}-\d{2}", re.ASCII)
_NO_LEAP_YEAR = 2001


def decide_opening(command: OpenLedger, opened: LedgerOpened, world: World) -> Outcome:
    """Open a ledger: `opened` is entry 1 as the shell fills it (keys, software), `world` a ledger without entries.

    The time zone is looked up by the shell, which has the zone data; everything else is checked here. Uses that the
    command names no series for get their default one. The answer gives the series' ids by use.
    """
    refused = check_opening(command)
    if refused is not None:
        return refused
    plan = Plan(world)
    plan.emit(LEDGER, "self", opened)
    plan.emit(ISSUER, "self", profile_of(command.profile))
    ids: dict[str, list[str]] = {}
    for rank, series in enumerate(_series(command)):
        place = f"/series/{rank}" if rank < len(command.series) else "/series"
        refused = check_series(series, plan.register, place)
        if refused is not None:
            return refused
        identifier = series.id or plan.fresh_id()
        if plan.state(SERIES, identifier) is not None:
            return refuse("ALREADY_EXISTS", f"{place}/id")
        plan.emit(SERIES, identifier, series_of(series))
        ids.setdefault(series.use, []).append(identifier)
    return plan.done(name=command.name, kind=command.kind, series=ids)


def decide_register_opening(command: OpenRegister, opened: LedgerOpened, world: World) -> Outcome:
    """Open the register of a server's ledgers: entry 1 and nothing else."""
    refused = check_register_opening(command)
    if refused is not None:
        return refused
    plan = Plan(world)
    plan.emit(LEDGER, "self", opened)
    return plan.done(name=command.name, kind=command.kind)


def check_register_opening(command: OpenRegister) -> Refusal | None:
    """Refuse a register that could not be lived with."""
    if _NAME.fullmatch(command.name) is None:
        return refuse("LEDGER_NAME_MALFORMED", "/name")
    if not command.anchors.interval_minutes:
        return refuse("MEMBER_INVALID", "/anchors/interval_minutes")
    return None if is_siren(command.siren) else refuse("SIREN_INVALID", "/siren")


def check_opening(command: OpenLedger) -> Refusal | None:
    """Refuse an opening that could not be lived with: nothing of entry 1 can be changed later."""
    if _NAME.fullmatch(command.name) is None:
        return refuse("LEDGER_NAME_MALFORMED", "/name")
    if command.clock == "simulated" and command.kind != "training":
        return refuse("TRAINING_ONLY", "/clock")
    if _CUT_OFF.fullmatch(command.cut_off) is None:
        return refuse("CUT_OFF_MALFORMED", "/cut_off")
    if not _is_year_start(command.year_start):
        return refuse("YEAR_START_MALFORMED", "/year_start")
    return check_currency(command.currency, "/currency") or check_profile(command.profile, "/profile")


def _is_year_start(text: str) -> bool:
    if _YEAR_START.fullmatch(text) is None:
        return False
    try:
        date(_NO_LEAP_YEAR, int(text[:2]), int(text[3:]))
    except ValueError:
        return False
    return True


def _series(command: OpenLedger) -> tuple[OpenSeries, ...]:
    """The series asked for, then the default one of each use that was not named."""
    named = {series.use for series in command.series}
    return (*command.series, *(_default(each.use, each.prefix) for each in DEFAULT_SERIES if each.use not in named))


def _default(use: SeriesUse, prefix: str) -> OpenSeries:
    return OpenSeries(use=use, prefix=prefix)
