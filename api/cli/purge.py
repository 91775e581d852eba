"""`sceau purge`: the detail of an archived range leaves the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, documents_of, refusal_words, service, settings
from api.signing.files import Files
from archive.purge import purge as purge_range
from ledger.domain.refusals import Refusal
from ledger.shell.migrate import sqlite_path


def purge(
    archive: Annotated[Path, typer.Option(help="the copy on another medium, its second file beside it")],
    ledger: Annotated[str, typer.Option("--ledger", help="name or id")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the lines of a closed, archived range out of the store. Totals, seals and fingerprints stay."""
    given = settings(store)
    file = sqlite_path(given.store) if given.store.startswith("sqlite:") else None
    with service(given) as opened:
        with output.progress(ledger, None, quiet=as_json) as tick:
            found = purge_range(opened, ledger, archive, store_file=file, actor=ACTOR, told=tick)
        if isinstance(found, Refusal):
            output.fail(refusal_words(found), output.FINDINGS)
        wiped = opened.store.reclaim() if found.emptied else True
        with documents_of(opened, given) as documents:
            documents.forget_gone(opened.find(ledger).ledger)
            Files(opened, documents.run).forget_erased(opened.find(ledger).ledger)
    if as_json:
        output.emit(
            {
                "seq": found.seq,
                "first": found.first,
                "last": found.last,
                "manifest": found.manifest,
                "emptied": found.emptied,
                "kept": found.kept,
                "space_reclaimed": wiped,
            }
        )
        return
    output.say(
        f"entries {found.first} to {found.last}: {found.emptied} lines left the store, {found.kept} stay; "
        f"recorded in entry {found.seq}"
    )
    if not wiped:
        output.aside("the freed space could not be reclaimed now: VACUUM the store at a quiet hour")
