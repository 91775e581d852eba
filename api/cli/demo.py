"""`sceau demo`: a craftsman's sale in a training ledger, verified, and then served if asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from api import demo as scenario
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, done, refusal_words, service, settings
from api.cli.serve import serve_forever
from api.cli.verify import print_verdict
from api.jobs.checkpointing import cover_closures
from api.settings import Settings
from api.windows import checked_windows
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.shell.clock import SystemClock
from ledger.shell.service import Service
from ledger.shell.verification import verify_ledger

_SHOWN = ("number", "gross_cents", "due_cents", "amount_cents", "refund_cents")


def demo(
    name: Annotated[str, typer.Option(help="short name of the training ledger; opened if it is not there")] = "demo",
    serve: Annotated[bool, typer.Option("--serve", help="then serve over HTTP, as `sceau serve` does")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a craftsman's sale in a training ledger.

    From the quote to the paid final invoice and a credit note; then verify the ledger and tell what happened.
    """
    given = settings(store)
    with service(given, create=True) as opened:
        row = opened.store.find(name)
        if row is None:
            made = opened.open_ledger(scenario.opening(name), actor=ACTOR)
            if isinstance(made, Refusal):
                output.fail(refusal_words(made), output.FINDINGS)
            row = made.row
        if row.kind != "training":
            output.fail(f"{name} is a live ledger; a demonstration wants a training one (--name)")
        steps = _play(opened, row.ledger)
        cover_closures(opened, row.ledger)
        opened.stop()  # what follows reads the mark from the disk
        verdict = verify_ledger(given.store, opened.store, opened.keys, row.ledger)
        left = checked_windows(opened.store, row.ledger, verdict, SystemClock().now())
    if as_json:
        told = [{"words": step.words, **step.result} for step in steps]
        output.emit({"ledger": row.ledger, "name": row.name, "steps": told, "verdict": verdict.as_json()})
    else:
        _tell(row.name, steps, given)
        print_verdict(row.name, verdict, left)
    if serve:
        serve_forever(given)
    raise SystemExit(output.OK if verdict.ok else output.FINDINGS)


def _play(opened: Service, ledger: str) -> list[scenario.Step]:
    def play(command: Command) -> dict[str, Any]:
        return dict(done(opened.execute(ledger, command, actor=ACTOR)).result)

    def fingerprint(stream: str, version: int) -> str:
        return next(line.fingerprint for line in opened.store.stream(ledger, stream, gt=version - 1, lte=version))

    today = datetime.now(ZoneInfo(opened.register(ledger).time_zone)).date().isoformat()
    return scenario.play_sale(play, fingerprint, today)


def _tell(name: str, steps: list[scenario.Step], given: Settings) -> None:
    rows = []
    for step in steps:
        shown = [
            output.euros(value) if key.endswith("_cents") else str(value)
            for key, value in step.result.items()
            if key in _SHOWN and value
        ]
        rows.append([step.words, "  ".join(shown)])
    output.table(f"a sale in the training ledger {name}, in {given.store_shown}", ("", ""), rows)
