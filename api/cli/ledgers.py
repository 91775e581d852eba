"""`sceau init` and `sceau migrate`: a ledger to begin with, and tables of the present version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.demo import PROFILE
from api.http.problems import pointer
from api.projecting import place_of_rows
from ledger.domain.commands.parties import SetProfile
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import Refusal
from ledger.shell.migrate import migrate
from ledger.shell.service import SuccessorReason


def init(
    name: Annotated[str, typer.Argument(help="short name: small letters, digits, hyphens")] = "",
    profile: Annotated[Path | None, typer.Option(help="JSON file with the business's profile")] = None,
    template: Annotated[bool, typer.Option("--template", help="print a profile to fill in, do nothing else")] = False,
    training: Annotated[bool, typer.Option("--training", help="to practise in: nothing in it is real")] = False,
    simulated_clock: Annotated[
        bool, typer.Option("--simulated-clock", help="training only: commands carry their own time")
    ] = False,
    establishment: Annotated[str, typer.Option(help="NIC of the SIRET, or a code of your own")] = "00001",
    till: Annotated[str, typer.Option(help="number of the till")] = "1",
    year_start: Annotated[str, typer.Option(help="first day of the financial year, MM-DD")] = "01-01",
    cut_off: Annotated[str, typer.Option(help="local time at which a day ends, HH:MM")] = "00:00",
    recovery_file: Annotated[Path | None, typer.Option(help="where to write the offline recovery key")] = None,
    continues: Annotated[str | None, typer.Option(help="the closed ledger that this one goes on from")] = None,
    reason: Annotated[SuccessorReason, typer.Option(help="why, with --continues")] = "behind_mark",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a ledger: keys, first entry, profile, number series."""
    if template:
        output.emit(TypeAdapter(SetProfile).dump_python(PROFILE, mode="json", exclude_none=True))
        return
    if not name or profile is None:
        output.fail("give the ledger's NAME and --profile FILE (`sceau init --template > profile.json` makes one)")
    chosen = _profile(profile)
    if chosen == PROFILE and not training:
        output.aside("warning: this is the template's invented business; a live ledger bears its SIREN for good")
    command = OpenLedger(
        name=name,
        kind="training" if training else "live",
        clock="simulated" if simulated_clock else "system",
        establishment=establishment,
        till=till,
        year_start=year_start,
        cut_off=cut_off,
        profile=chosen,
    )
    with service(settings(store), create=True) as opened:
        if continues is not None:
            command = replace(command, continues=opened.successor(continues, reason))
        made = opened.open_ledger(command, actor=ACTOR, recovery_file=str(recovery_file) if recovery_file else None)
    if isinstance(made, Refusal):
        output.fail(refusal_words(made), output.FINDINGS)
    if as_json:
        output.emit(
            {
                "ledger": made.row.ledger,
                "name": made.row.name,
                "kind": made.row.kind,
                "genesis": made.genesis,
                "recovery_key": str(made.recovery_file),
            }
        )
        return
    output.say(f"ledger {made.row.name} ({made.row.kind}) is open: {made.row.ledger}")
    output.say(f"identity (keep it elsewhere, it is what `sceau verify --pin` asks for): {made.genesis}")
    output.say(f"recovery key, to be moved off this machine now: {made.recovery_file}")


def _profile(path: Path) -> SetProfile:
    try:
        return TypeAdapter(SetProfile).validate_json(path.read_bytes())
    except OSError:
        output.fail(f"{path} cannot be read")
    except ValidationError as error:
        places = "; ".join(
            f"{pointer(one['loc']) or '/'}: {one['msg']}" for one in error.errors(include_input=False)[:10]
        )
        output.fail(f"{path}: {places}")


def migrate_store(
    app_role: Annotated[str | None, typer.Option(help="PostgreSQL: grant this role what the application needs")] = None,
    check_links: Annotated[
        bool, typer.Option("--check-links", help="PostgreSQL: the database itself refuses unlinked entries")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the store's tables to this version.

    Run it before the first start and after an update.
    """
    from projections.engine.rows.migrate import migrate_rows  # PostgreSQL's driver is no part of `sceau init`

    given = settings(store)
    applied = migrate(given.store, app_role=app_role, check_links=check_links)
    applied += migrate_rows(place_of_rows(given), app_role=app_role)
    if as_json:
        output.emit({"applied": applied})
    else:
        output.say("\n".join(f"applied {name}" for name in applied) or "the store is up to date")
