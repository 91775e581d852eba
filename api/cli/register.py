"""`sceau register`: the register of a server's ledgers, in which a whole missing ledger is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, service, settings
from api.jobs.registering import Registering, noted, register_of
from ledger.domain.events.ledger import AnchorPolicy
from ledger.domain.opening import OpenRegister
from ledger.domain.refusals import Refusal

app = typer.Typer(help="The register of this store's ledgers.", no_args_is_help=True)


@app.command("open")
def open_(
    siren: Annotated[str, typer.Option(help="SIREN of who runs this server")],
    every: Annotated[int, typer.Option(min=1, help="minutes an entry of it may wait for its checkpoint")] = 10,
    recovery: Annotated[Path | None, typer.Option(help="where the offline recovery key is written")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the register, and note every ledger that is there; `sceau serve` keeps it from then on."""
    with service(settings(store)) as opened:
        command = OpenRegister(siren=siren, anchors=AnchorPolicy(interval_minutes=every))
        outcome = opened.open_register(command, actor=ACTOR, recovery_file=str(recovery) if recovery else None)
        if isinstance(outcome, Refusal):
            output.fail(f"{outcome.code} {outcome.place}: {outcome.words_en}", output.FINDINGS)
        Registering(opened).run()
        known = noted(opened.store, outcome.row.ledger)[0]
    if as_json:
        output.emit({"ledger": outcome.row.ledger, "genesis": outcome.genesis, "ledgers": len(known)})
        return
    output.say(f"register {outcome.row.ledger} is open, with {len(known)} ledgers")
    output.say(f"identity {outcome.genesis}")
    output.say(f"move the recovery key away: {outcome.recovery_file}")


@app.command("show")
def show(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Show what the register says of each ledger."""
    with service(settings(store)) as opened:
        row = register_of(opened.store)
        if row is None:
            output.fail("there is no register here: sceau register open")
        known = noted(opened.store, row.ledger)[0]
    if as_json:
        rows = [{"ledger": ledger, "genesis": one.genesis, "size": one.size} for ledger, one in known.items()]
        output.emit({"register": row.ledger, "ledgers": rows})
        return
    output.table("", ("ledger", "entries"), [[ledger, str(one.size)] for ledger, one in known.items()], ("entries",))


@app.command("note")
def note(store: StoreOption = None) -> None:
    """Note now what `sceau serve` would note in its next round."""
    with service(settings(store)) as opened:
        if register_of(opened.store) is None:
            output.fail("there is no register here: sceau register open")
        written = Registering(opened).run()
    output.say(f"{written} entries written")
