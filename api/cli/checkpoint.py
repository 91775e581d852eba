"""`sceau checkpoint`: signs what the ledger is now, to be kept where nobody here can change it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, service, settings
from api.jobs.checkpointing import take_checkpoint
from ledger.kernel.checkpoint import parse_text
from ledger.kernel.note import parse


def checkpoint(
    ledger: Annotated[str, typer.Argument(help="name or id")],
    out: Annotated[Path | None, typer.Option(help="write the note to this new file as well")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a checkpoint: number of entries and Merkle root, as a C2SP note. Keep it on another machine.

    `sceau verify --checkpoint FILE` then finds a restored backup, a rewrite with the real key, a fork. It is kept
    beside the chain, and an entry tells of it; `sceau anchor now` also places it wherever the policy wants it.
    """
    if out is not None and out.exists():
        output.fail(f"{out} exists: a checkpoint is never written over another")
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        head = opened.store.head(row.ledger)
        with output.progress(row.name, head.seq if head else None, quiet=as_json) as tick:
            made = take_checkpoint(opened, row.ledger, "asked", actor=ACTOR, progress=tick)
    if out is not None:
        _write_new(out, made.note)
    if as_json:
        origin = parse_text(parse(made.note).text).origin
        told = {"ledger": row.ledger, "origin": origin, "size": made.size, "root": made.root.hex()}
        output.emit({**told, "note": made.note.decode()})
    else:
        output.say(made.note.decode().removesuffix("\n"))
    if out is not None:
        output.aside(f"written to {out}: move a copy to where nobody here can change it")


def _write_new(path: Path, note: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(note)
    except OSError:
        output.fail(f"{path} cannot be written")
