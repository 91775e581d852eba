"""`sceau replay`: a real shop's file through the real commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from api import demo as scenario
from api import replay as engine
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from api.jobs.checkpointing import cover_closures
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Malformed
from ledger.shell.closing import closures, days_of
from ledger.shell.public import tune_process
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow


class _Player:
    """Runs the replay's commands on one ledger with the file's time."""

    def __init__(self, opened: Service, ledger: str) -> None:
        self._service = opened
        self._ledger = ledger

    def play(self, command: Command, key: str, at: datetime) -> engine.Played:
        """Run a command; a refusal is part of the answer."""
        try:
            outcome = self._service.execute(self._ledger, command, key=key, actor=ACTOR, at=at)
        except Malformed:  # a label with control characters: its document is refused and counted, like any other
            return engine.Played(refused="VALUE_NOT_RECORDABLE")
        if isinstance(outcome, Refusal):
            return engine.Played(refused=outcome.code)
        return engine.Played(dict(outcome.result), repeated=outcome.repeated)


def replay(
    file: Annotated[Path, typer.Argument(help="CSV of the Online Retail form, or the same as .gz")],
    ledger: Annotated[str, typer.Option(help="training ledger with a simulated clock; opened if it is not there")],
    currency: Annotated[str, typer.Option(help="currency that the file's prices are taken to be in")] = "EUR",
    basis: Annotated[Literal["net", "gross"], typer.Option(help="prices are HT (net) or TTC (gross)")] = "gross",
    rate: Annotated[
        int | None, typer.Option(help="VAT rate in basis points; default: the standard one at the date")
    ] = None,
    clock_end: Annotated[
        datetime | None,
        typer.Option(help="what is dated after this is refused; periods close up to the end of that day"),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a real shop's sales from a file.

    Each document becomes an invoice and its payment, each cancellation credit notes of the invoices it undoes. Run
    again, it goes on where it stopped.
    """
    if not file.is_file():
        output.fail(f"{file} cannot be read")
    zone = ZoneInfo("Europe/Paris")
    end = None if clock_end is None else clock_end.replace(tzinfo=zone)
    declared = engine.Settings(currency=currency, basis=basis, rate_bp=rate, clock_end=end)
    total = engine.count(file)
    with service(settings(store), create=True) as opened:
        row = _ledger(opened, ledger, file, declared, zone)
        tune_process()
        report = engine.Report()
        run = engine.Replay(_Player(opened, row.ledger), declared, report)
        with output.progress("lines", total, quiet=as_json) as tick:
            before = opened.store.versions(row.ledger, ["period:self"]).get("period:self", 0)
            run.run(file, tick)
            _close(opened, row, run, report, before)
        cover_closures(opened, row.ledger)
    plain = report.to_json()
    if as_json:
        output.emit({"ledger": row.ledger, "name": row.name, **plain})
    else:
        _tell(plain, currency)
    raise SystemExit(output.OK if report.adds_up else output.FINDINGS)


def _ledger(opened: Service, name: str, file: Path, declared: engine.Settings, zone: ZoneInfo) -> LedgerRow:
    row = opened.store.find(name)
    if row is not None:
        register = opened.register(row.ledger)
        if row.kind != "training" or register.clock != "simulated":
            output.fail(f"{name} is no training ledger with a simulated clock")
        if register.currency != declared.currency:
            output.fail(f"{name} is kept in {register.currency}")
        return row
    first = next(engine.read(file, engine.Report(), zone), None)
    if first is None:
        output.fail(f"{file} has no line that can be read")
    profile = replace(scenario.PROFILE, price_basis=declared.basis, trades=(), main_activity="goods")
    command = replace(scenario.opening(name), clock="simulated", currency=declared.currency, profile=profile)
    made = opened.open_ledger(command, actor=ACTOR, at=first.at.astimezone(ZoneInfo("UTC")))
    if isinstance(made, Refusal):
        output.fail(refusal_words(made), output.FINDINGS)
    return made.row


def _close(opened: Service, row: LedgerRow, run: engine.Replay, report: engine.Report, before: int) -> None:
    """Let the clock pass to the end of the file's month, or of the day declared, so that its last periods close."""
    ends_on = run.ends_on()
    if ends_on is not None:
        opened.close_due(row.ledger, days_of(opened.register(row.ledger)).ends(ends_on))
    report.closures.update(each.event.period for each in closures(opened.store, row.ledger, before))


def _tell(plain: dict[str, Any], currency: str) -> None:
    rows = [
        ["file", str(plain["file"]["documents"]), str(plain["file"]["lines"]),
         output.euros(plain["file"]["cents"], currency)],
        ["invoiced", str(plain["invoiced"]["documents"]), str(plain["invoiced"]["lines"]),
         output.euros(plain["invoiced"]["cents"], currency)],
        ["credited", str(plain["credited"]["documents"]), str(plain["credited"]["lines"]),
         output.euros(plain["credited"]["cents"], currency)],
    ]  # fmt: skip
    rows += [
        [f"refused: {one['words']}", "", str(one["lines"]), output.euros(one["cents"], currency)]
        for one in plain["refused"].values()
    ]
    output.table("", ("", "documents", "lines", "amount"), rows, right=("documents", "lines", "amount"))
    output.say(
        f"{plain['payments']} payments, {plain['refunds']} refunds, {plain['customers']} customers; "
        f"{plain['documents_refused']} documents without anything to invoice or credit"
    )
    closed = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in plain["closures"].items())
    output.say(f"closed: {closed or 'nothing new'}")
    if plain["lines_split"]:
        output.say(f"{plain['lines_split']} cancelled lines were matched in part: both parts are counted above")
    words = "adds up to the cent: file = invoiced + credited + refused, and the ledger says the same"
    output.say(words if plain["ok"] else "DOES NOT ADD UP")
