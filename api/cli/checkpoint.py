"""`sceau checkpoint`: signs what the ledger is now, to be kept where nobody here can change it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, settings
from ledger.kernel.checkpoint import parse_text
from ledger.kernel.note import parse
from ledger.shell.checkpoints import make_checkpoint
from ledger.shell.errors import LedgerUnknown
from ledger.shell.keys import KeyStore, passphrase_from
from ledger.shell.public import keys_folder
from ledger.shell.stores.open import open_store


def checkpoint(
    ledger: Annotated[str, typer.Argument(help="name or id")],
    out: Annotated[Path | None, typer.Option(help="write the note to this new file as well")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a checkpoint: number of entries and Merkle root, as a C2SP note. Keep it on another machine.

    `sceau verify --checkpoint FILE` then finds a restored backup, a rewrite with the real key, a fork. The signing is
    not written into the ledger itself yet, nor is the note sent to a witness or time-stamped: keeping it is up to you.
    """
    url = settings(store).store
    opened = open_store(url)
    try:
        row = opened.find(ledger)
        if row is None:
            raise LedgerUnknown(ledger)
        if out is not None and out.exists():
            output.fail(f"{out} exists: a checkpoint is never written over another")
        keys = KeyStore(keys_folder(url), passphrase_from(os.environ))
        head = opened.head(row.ledger)
        with output.progress(row.name, head.seq if head else None, quiet=as_json) as tick:
            note = make_checkpoint(opened, keys, row.ledger, tick)
    finally:
        opened.close()
    if out is not None:
        _write_new(out, note)
    if as_json:
        said = parse_text(parse(note).text)
        root = said.root.hex()
        output.emit(
            {"ledger": row.ledger, "origin": said.origin, "size": said.size, "root": root, "note": note.decode()}
        )
    else:
        output.say(note.decode().removesuffix("\n"))
    if out is not None:
        output.aside(f"written to {out}: move a copy to where nobody here can change it")


def _write_new(path: Path, note: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(note)
    except OSError:
        output.fail(f"{path} cannot be written")
