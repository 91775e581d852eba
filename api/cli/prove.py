"""`sceau prove`: one document's proof, for the customer who holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, refusal_words, service, settings
from archive.proving import prove as make_proof
from ledger.domain.refusals import Refusal


def prove(
    document: Annotated[str, typer.Argument(help="its printed number, or its id")],
    ledger: Annotated[str, typer.Option("--ledger", help="name or id")],
    out: Annotated[Path | None, typer.Option(help="the new file; by default NUMBER.proof.json here")] = None,
    with_names: Annotated[bool, typer.Option("--with-names", help="with names and labels, for their owner")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a small file that shows one document in a signed checkpoint.

    Whoever has it checks it with verify.py or verify.html, and needs nothing else than the ledger's identity.
    """
    with service(settings(store)) as opened:
        found = make_proof(opened, ledger, document, with_names=with_names)
    if isinstance(found, Refusal):
        output.fail(refusal_words(found), output.FINDINGS)
    path = out or Path(found.name)
    try:
        with path.open("xb") as file:
            file.write(found.data)
    except FileExistsError:
        output.fail(f"{path} exists: a proof is never written over another file")
    if as_json:
        output.emit({"file": str(path), "size": found.size, "anchors": found.anchors, "names": with_names})
        return
    output.say(f"{path}: under the checkpoint of {found.size} entries, with {found.anchors} proofs from elsewhere")
    if not found.anchors:
        output.aside("no time stamp or witness covers it yet: sceau anchor now, then make it again")
