"""`sceau ereport`: what is due, made, checked, handed over and answered (docs/projections/ereporting.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from api import ereporting
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, done, refusal_words, service, settings
from api.ereporting import Reporting, Wanted, checked_json, due_json, made_json
from api.projecting import engine_of
from archive.outfile import new_file
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.refusals import Refusal
from ledger.domain.streams.export import export_id
from ledger.shell.service import Service
from projections.documents.validation.findings import errors
from projections.ereporting.checking import check_report
from projections.ereporting.due import Obligation
from projections.ereporting.making import Made
from projections.ereporting.platform import DirectoryDrop
from projections.ereporting.transactions import LeftOut
from projections.ereporting.xml import Sender

app = typer.Typer(
    help="E-reporting of sales to consumers: 10.3 transactions, 10.4 payments (docs/projections/ereporting.md).",
    no_args_is_help=True,
)

LedgerOption = Annotated[str, typer.Option("--ledger", help="name or id")]
PreviewOption = Annotated[bool, typer.Option("--preview", help="only look: before the start, within a period")]

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_BYTES: Final = 16 * 1024 * 1024
_STATES: Final = {
    "open": "the period runs",
    "to_make": "to be made",
    "made": "made, to be handed over",
    "handed_over": "handed over",
    "accepted": "accepted",
    "refused": "refused by the platform",
    "to_rectify": "to be rectified (RE)",
}
_LEFT_OUT: Final[dict[LeftOut, str]] = {
    "business": "invoices to French businesses: they are e-invoices, and report themselves",
    "international_business": "invoices to businesses abroad: flux 10.1 and 10.2, which Sceau does not make yet",
    "public": "invoices to public bodies: they go by Chorus Pro",
    "no_invoice_exemption": "sales exempt under CGI 261 to 261 E: no report is due",
}


@app.command("due")
def due(
    ledger: LedgerOption, preview: PreviewOption = False, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """List every period with figures: due by when, sent, accepted, to be rectified. Ends with 1 if one is late."""
    with _reporting(ledger, store) as (_, found):
        listed = found.due(from_start=not preview)
        first = found.opened_on if preview else max(found.start_on, found.opened_on)
        left_out = found.left_out(first) if first <= found.firm.today else {}
        started = found.firm.today >= found.start_on
        if as_json:
            output.emit(due_json(found, listed, dict(left_out)))
        else:
            _tell_due(found, listed, dict(left_out), started)
    raise SystemExit(output.FINDINGS if any(one.late and one.pending for one in listed) and started else output.OK)


def _tell_due(found: Reporting, listed: list[Obligation], left_out: dict[LeftOut, int], started: bool) -> None:
    if not started:
        output.say(f"e-reporting is not compulsory for this firm yet: it starts on {found.start_on} (firm size)")
    if found.firm.kind != "live":
        output.say("a training ledger: simulated sales, nothing is reported")
    rows = [
        (
            one.flow,
            f"{one.period.from_on} to {one.period.to_on}",
            one.due_on.isoformat(),
            _STATES[one.state] + (", LATE" if one.late and one.pending and started else ""),
            f"{one.type_code} {one.n}",
            str(one.lines),
        )
        for one in listed
    ]
    if rows:
        output.table("", ("flux", "period", "due", "state", "file", "lines"), rows, right=("lines",))
    elif started:
        output.say("nothing to report")
    for why, cents in sorted(left_out.items()):
        if cents:
            output.say(f"not in these reports: {output.euros(cents)} without tax, {_LEFT_OUT[why]}")
    if found.missing:
        output.say(f"{found.missing} purged entries are missing in these figures (sceau rebuild --archive FILE)")


@app.command("make")
def make(
    ledger: LedgerOption,
    flow: Annotated[Literal["10.3", "10.4"], typer.Option(help="10.3 transactions, 10.4 payments")],
    from_on: Annotated[str, typer.Option("--from", help="first day of the period, YYYY-MM-DD (sceau ereport due)")],
    platform: Annotated[str, typer.Option(help="the approved platform's number, four characters")],
    platform_name: Annotated[str, typer.Option(help="its name")],
    out: Annotated[Path | None, typer.Option(help="a file, or a folder that is there; by default here")] = None,
    at: Annotated[str | None, typer.Option(help="when it is made, ISO 8601 with offset; by default now")] = None,
    upto_seq: Annotated[int | None, typer.Option(min=1, help="as of this entry; by default the last")] = None,
    preview: PreviewOption = False,
    replace: Annotated[bool, typer.Option("--replace", help="write over a file of that name")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the report of a period and record it: initial (IN), or rectifying (RE) where what was sent has changed.

    It is checked against the official schema and rules first. The same ledger, period, entry and moment give the same
    bytes.
    """
    wanted = Wanted(flow, _day(from_on), Sender(platform, platform_name), _moment(at), upto_seq, preview)
    given = settings(store)
    with service(given) as opened:
        row = opened.find(ledger)
        engine = engine_of(opened, given)
        try:
            made = ereporting.make(opened, engine, row.ledger, wanted)
        finally:
            engine.close()
        if isinstance(made, Refusal):
            output.fail(refusal_words(made), output.FINDINGS)
        path = _path(made, out)
        if path.exists() and not replace:
            output.fail(f"{path} exists (--replace)")
        with new_file(path) as file:
            file.write(made.xml)
        seq = None if made.preview else _recorded(opened, row.ledger, made)
    if as_json:
        output.emit(made_json(made) | {"file": str(path)} | ({} if seq is None else {"seq": seq}))
        return
    output.say(f"{path}: {made.type_code} {made.flow}, {made.period.from_on} to {made.period.to_on}, {made.rows} lines")
    if made.preview:
        output.say("a preview: it is not recorded and is not to be transmitted")
    else:
        output.aside(
            f"hand it over by {made.period.due_on}, then: sceau ereport record --ledger {ledger} {path} handed_over"
        )


def _recorded(opened: Service, ledger: str, made: Made) -> int | None:
    outcome = ereporting.record(opened, ledger, made, actor=ACTOR)
    return None if outcome is None else done(outcome).entries[0].seq


def _path(made: Made, out: Path | None) -> Path:
    if out is None:
        return Path(made.name)
    return out / made.name if out.is_dir() else out


@app.command("check")
def check(file: Annotated[list[Path], typer.Argument(help="reports, anybody's")], as_json: JsonOption = False) -> None:
    """Check reports of flux 10 against the official schema and rules. Ends with 1 if one is wrong."""
    found = {path: check_report(_read(path)) for path in file}
    if as_json:
        output.emit([{"file": str(path), **checked_json(findings)} for path, findings in found.items()])
    else:
        for path, findings in found.items():
            output.say(f"{path}: {'valid' if not errors(findings) else f'{len(findings)} findings'}")
            for each in findings:
                output.say(f"  {each.rule} {each.place}: {each.words}")
    raise SystemExit(output.FINDINGS if any(errors(findings) for findings in found.values()) else output.OK)


@app.command("send")
def send(
    file: Annotated[Path, typer.Argument(help="a report made here")],
    ledger: LedgerOption,
    folder: Annotated[Path, typer.Option(help="the folder that the platform's own program watches")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a report over to the platform's folder and record it. The file appears there whole or not at all."""
    if not folder.is_dir():
        output.fail(f"{folder} is no folder")
    data = _read(file)
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        answer = done(ereporting.send(opened, row.ledger, file.name, data, DirectoryDrop(folder), actor=ACTOR))
    _tell_recorded(answer.result["export"], "handed_over", answer.entries[0].seq, as_json)


@app.command("record")
def record(
    report: Annotated[str, typer.Argument(help="the file as it was made, or its export's id")],
    state: Annotated[Literal["handed_over", "accepted", "refused"], typer.Argument(help="what became of it")],
    ledger: LedgerOption,
    reason: Annotated[str | None, typer.Option(help="of a refusal: the platform's code")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that a report was handed over, or what the platform answered."""
    export = report if _UUID.fullmatch(report) else export_id(sha256(_read(Path(report))).hexdigest())
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        answer = done(ereporting.tell(opened, row.ledger, export, state, actor=ACTOR, reason=reason))
    _tell_recorded(export, state, answer.entries[0].seq, as_json)


def _tell_recorded(export: str, state: str, seq: int, as_json: bool) -> None:
    if as_json:
        output.emit({"export": export, "state": state, "seq": seq})
    else:
        output.say(f"{_STATES[state]}: recorded in entry {seq}")


@contextmanager
def _reporting(ledger: str, store: str | None) -> Iterator[tuple[Service, Reporting]]:
    given = settings(store)
    with service(given) as opened:
        engine = engine_of(opened, given)
        try:
            with ereporting.reporting(opened, engine, opened.find(ledger).ledger) as found:
                if found is None:
                    output.fail("this ledger has no profile: nothing says who reports", output.FINDINGS)
                yield opened, found
        finally:
            engine.close()


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        output.fail(f"{path} is larger than {_MOST_BYTES // 2**20} MiB: this is no report")
    return data


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        output.fail("a day is YYYY-MM-DD")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        output.fail("a moment is like 2027-09-18T08:00:00+02:00")
    if moment.tzinfo is None:
        output.fail("a moment names its offset: 2027-09-18T08:00:00+02:00")
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        output.fail(f"a moment lies from {FIRST_DAY} to {LAST_DAY}")
    return moment
