"""`sceau keys`: what pins a ledger, which keys seal it, how they change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, service, settings
from api.cli.dev_pki import dev_pki
from api.cli.year_keys import archive_year, destroy_year

app = typer.Typer(help="Seal, checkpoint, recovery and archive keys.", no_args_is_help=True)
app.command("archive-year")(archive_year)
app.command("destroy-year")(destroy_year)
app.command("dev-pki")(dev_pki)


@app.command("show")
def show(
    ledger: Annotated[str, typer.Argument(help="name or id")], store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Show a ledger's identity, key ids and high-water mark; nothing secret."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        facts = opened.keys.facts(row.ledger)
        mark = opened.keys.mark(row.ledger)
        closed = opened.keys.closed(row.ledger)
        head = opened.store.head(row.ledger)
    plain = {
        "ledger": row.ledger,
        "name": row.name,
        "kind": row.kind,
        "genesis": facts.genesis,
        "recovery_key": facts.recovery_key,
        "checkpoint_key": facts.checkpoint_key,
        "mark": {"seq": mark.seq, "head": mark.head},
        "head": {"seq": head.seq, "fingerprint": head.fingerprint} if head else None,
        "closed": closed,
    }
    if as_json:
        output.emit(plain)
        return
    output.say(f"{row.name} ({row.kind}) {row.ledger}")
    output.say(f"identity        {facts.genesis}")
    output.say(f"recovery key    {facts.recovery_key}")
    output.say(f"checkpoint key  {facts.checkpoint_key}")
    output.say(f"sealed up to    {mark.seq} {mark.head}")
    if closed:
        output.say(f"CLOSED          {closed}")


@app.command("pin")
def pin(
    ledger: Annotated[str, typer.Argument(help="name or id")],
    out: Annotated[Path | None, typer.Option(help="write it to this file too")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the fingerprint that pins a ledger.

    Hand it to the accountant, print it, keep it elsewhere: `sceau verify --pin` compares the ledger with it.
    """
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        genesis = opened.keys.facts(row.ledger).genesis
    if as_json:
        output.emit({"ledger": row.ledger, "name": row.name, "genesis": genesis})
    else:
        output.say(genesis)
    if out is not None:
        out.write_text(f"{genesis}  {row.name} {row.ledger}\n", encoding="utf-8")
        output.aside(f"written to {out}")


@app.command("change")
def change(
    ledger: Annotated[str, typer.Argument(help="name or id")],
    reason: Annotated[Literal["routine", "lost", "compromised"], typer.Option(help="why the key changes")] = "routine",
    recovery_file: Annotated[
        Path | None, typer.Option(help="authorise by the offline recovery key; needed when the old one is lost")
    ] = None,
    suspect_from: Annotated[int | None, typer.Option(help="after a compromise: the first entry in doubt")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a new seal key in force. The ledger records it, and verifiers follow."""
    if reason == "lost" and recovery_file is None:
        output.fail("a lost key cannot authorise its successor: give --recovery-file")
    if suspect_from is not None and (reason != "compromised" or suspect_from < 1):
        output.fail("--suspect-from goes with --reason compromised and names an entry")
    with service(settings(store)) as opened:
        new = opened.change_seal_key(
            ledger, reason, actor=ACTOR, recovery_file=recovery_file, suspect_from=suspect_from
        )
    if as_json:
        output.emit({"seal_key": new})
    else:
        output.say(f"seal key in force: {new}")


@app.command("change-recovery")
def change_recovery(
    ledger: Annotated[str, typer.Argument(help="name or id")],
    recovery_file: Annotated[Path, typer.Option(help="the recovery key in force")],
    new_file: Annotated[Path, typer.Option(help="where the new one is written; move it off this machine")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a new offline recovery key in force."""
    with service(settings(store)) as opened:
        new = opened.change_recovery_key(ledger, recovery_file, new_file, actor=ACTOR)
    if as_json:
        output.emit({"recovery_key": new, "file": str(new_file)})
    else:
        output.say(f"recovery key in force: {new}, in {new_file}: move it off this machine now")


@app.command("accept-head")
def accept_head(
    ledger: Annotated[str, typer.Argument(help="name or id")],
    yes: Annotated[bool, typer.Option("--yes", help="I vouch that this store is not an old backup")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a lost high-water mark anew from the store.

    Only when the mark is gone (docs/keys.md).
    """
    if not yes:
        output.fail("this vouches that the store is not an old backup: look first, then say --yes")
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        try:
            mark = opened.keys.accept_head(row.ledger, opened.store)
        except FileExistsError:
            output.fail("the mark is there: nothing to do", output.FINDINGS)
    if as_json:
        output.emit({"ledger": row.ledger, "mark": {"seq": mark.seq, "head": mark.head}})
    else:
        output.say(f"sealed up to {mark.seq} {mark.head}")
