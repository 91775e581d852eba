"""`sceau demo`: a craftsman's sale in a training ledger, verified, and then served if asked."""

from __future__ import annotations

from datetime import UTC, datetime
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
from api.years import playing
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.shell.clock import SystemClock
from ledger.shell.public import tune_process
from ledger.shell.service import Service
from ledger.shell.verification import verify_ledger

_SHOWN = ("number", "gross_cents", "due_cents", "amount_cents", "refund_cents")


def demo(
    name: Annotated[
        str | None,
        typer.Option(help="short name of the training ledger, opened if it is not there; demo, or demo-years"),
    ] = None,
    years: Annotated[
        int | None, typer.Option(min=1, max=10, help="instead of one sale, so many years of an invented business")
    ] = None,
    documents: Annotated[int, typer.Option(min=100, max=2_000_000, help="with --years: about so many")] = 100_000,
    seed: Annotated[int, typer.Option(help="with --years: another seed, another story")] = 1,
    from_on: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="with --years: the first day")
    ] = datetime(2024, 1, 1),  # noqa: DTZ001 - a day, in the ledger's own zone
    serve: Annotated[bool, typer.Option("--serve", help="then serve over HTTP, as `sceau serve` does")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a craftsman's sale in a training ledger.

    From the quote to the paid final invoice and a credit note; then verify the ledger and tell what happened. With
    `--years`, years of a shop that also works on quotes, for firms and by subscription: run again, it goes on where it
    stopped.
    """
    given = settings(store)
    if years is not None:
        asked = playing.Years(years, documents, seed, from_on.date())
        _play_years(given, name or "demo-years", asked, as_json=as_json)
        if serve:
            serve_forever(given)
        return
    name = name or "demo"
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
        output.say(f"what it adds up to: sceau report revenue --ledger {row.name}; sceau reconcile --ledger {row.name}")
    if serve:
        serve_forever(given)
    raise SystemExit(output.OK if verdict.ok else output.FINDINGS)


def _play_years(given: Settings, name: str, asked: playing.Years, *, as_json: bool) -> None:
    with service(given, create=True) as opened:
        row = opened.store.find(name)
        if row is None:
            command, at = playing.opening(name, asked)
            made = opened.open_ledger(command, actor=ACTOR, at=at.astimezone(UTC))
            if isinstance(made, Refusal):
                output.fail(refusal_words(made), output.FINDINGS)
            row = made.row
        elif row.kind != "training" or opened.register(row.ledger).clock != "simulated":
            output.fail(f"{name} is no training ledger with a simulated clock (--name)")
        tune_process()
        with output.progress("days", asked.days, quiet=as_json) as tick:
            played = playing.play(opened, row.ledger, asked, ACTOR, tick)
        cover_closures(opened, row.ledger)
        head = opened.store.head(row.ledger)
    plain = {
        "ledger": row.ledger,
        "name": row.name,
        "from": asked.from_on.isoformat(),
        "to": asked.ends_on.isoformat(),
        "entries": head.seq if head else 0,
        "commands": dict(sorted(played.commands.items())),
        "refused": dict(sorted(played.refused.items())),
        "repeated": played.repeated,
    }
    if as_json:
        output.emit(plain)
        return
    rows = [[command, str(count)] for command, count in sorted(played.commands.items())]
    rows += [[f"refused: {command}", str(count)] for command, count in sorted(played.refused.items())]
    title = f"{plain['from']} to {plain['to']} in the training ledger {row.name}: {plain['entries']} entries"
    output.table(title, ("command", "times"), rows, right=("times",))


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
