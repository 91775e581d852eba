"""`sceau restore`: a ledger rebuilt from its archives on another store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.cli.verify import print_verdict
from archive.restore import restore as restore_ledger
from ledger.domain.refusals import Refusal
from ledger.shell.verification import verify_ledger

_PIN = re.compile(r"[0-9a-f]{64}")


def restore(
    archive: Annotated[list[Path], typer.Argument(help="the archives, in any order, without gap from entry 1")],
    private: Annotated[
        list[Path] | None, typer.Option(help="a second file, encrypted or in clear; may be repeated")
    ] = None,
    name: Annotated[str | None, typer.Option(help="short name here; default: the one in the archives' names")] = None,
    pin: Annotated[str | None, typer.Option(help="fingerprint of entry 1, kept elsewhere")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rebuild a ledger from its archives on a store that does not hold it; all of it or nothing, then verify it."""
    if pin is not None and _PIN.fullmatch(pin) is None:
        output.fail("a pin is the fingerprint of entry 1: 64 hexadecimal digits, small letters")
    given = settings(store)
    with service(given, create=True) as opened:
        with output.progress("restore", None, quiet=as_json) as tick:
            made = restore_ledger(
                opened, archive, private=private or (), name=name, pin=pin, actor=ACTOR, told=tick
            )  # fmt: skip
        if isinstance(made, Refusal):
            output.fail(refusal_words(made), output.FINDINGS)
        found = verify_ledger(given.store, opened.store, None, made.row.ledger, pin=made.genesis)
    if as_json:
        output.emit(
            {
                "ledger": made.row.ledger,
                "name": made.row.name,
                "kind": made.row.kind,
                "genesis": made.genesis,
                "last": made.last,
                "manifests": list(made.manifests),
                "names": made.names,
                "repeated": made.repeated,
                "takes": made.taking,
                "verdict": found.as_json(),
            }
        )
    else:
        output.say(f"ledger {made.row.name} ({made.row.kind}) is restored up to entry {made.last}: {made.row.ledger}")
        print_verdict(made.row.name, found)
        if pin is None:
            output.aside("no --pin was given: the archives vouch for themselves")
        if made.taking == "closed":
            output.say(f"It is closed for good: {made.words}")
            output.say(f"Go on with a successor: sceau init NAME --continues {made.row.name} --profile FILE")
        elif made.taking == "read_only":
            output.say(f"It is only read here: {made.words}")
    raise SystemExit(output.OK if found.ok else output.FINDINGS)
