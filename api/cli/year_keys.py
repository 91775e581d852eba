"""`sceau keys archive-year` and `destroy-year`: the keys of what names people in archives."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from archive import year_keys
from ledger.domain.refusals import Refusal
from ledger.shell.archive_keys import key_digest, year_key
from ledger.shell.clock import SystemClock

LedgerOption = Annotated[str, typer.Option("--ledger", help="name or id")]
YearOption = Annotated[int, typer.Option("--year", min=1900, max=9999, help="calendar year in which the periods end")]


def archive_year(
    ledger: LedgerOption,
    year: YearOption,
    show: Annotated[bool, typer.Option("--show", help="print the key itself: who reads it can read the names")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which key opens a year's private files; with --show, the key, for an inspector who asks for the names."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        key = year_key(opened.keys, row.ledger, year)
    if key is None:
        output.fail(f"there is no key of {year}: no archive was made, or it was destroyed", output.FINDINGS)
    told = {"ledger": row.ledger, "year": year, "id": key_digest(key)} | ({"key": key.hex()} if show else {})
    if as_json:
        output.emit(told)
        return
    output.say(f"key of {year}: {key_digest(key)}")
    if show:
        output.say(key.hex())
        output.aside("openssl enc -d -aes-256-ctr -K KEY -iv IV -in NAME.private.enc -out names.zip (LISEZMOI.txt)")


def destroy_year(
    ledger: LedgerOption,
    year: YearOption,
    yes: Annotated[bool, typer.Option("--yes", help="nothing brings the names back")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Destroy a year's key: every encrypted copy of the names in its archives is unreadable from then on.

    Refused while the law has them kept (C. com. L123-22).
    """
    if not yes:
        output.fail("this cannot be undone: say --yes")
    with service(settings(store)) as opened:
        outcome = year_keys.destroy(opened, ledger, year, SystemClock().now().date(), actor=ACTOR)
    if isinstance(outcome, Refusal):
        output.fail(refusal_words(outcome), output.FINDINGS)
    if as_json:
        output.emit({"year": year, "seq": outcome})
    else:
        output.say(f"the key of {year} is destroyed; recorded in entry {outcome}")
