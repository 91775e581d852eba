"""`sceau show`: what a store, a ledger, a stream or an entry holds."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import orjson
import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, service, settings
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow, Line

_LATEST = 20


def show(
    ledger: Annotated[str, typer.Argument(help="name or id; none lists the ledgers")] = "",
    what: Annotated[str, typer.Argument(help="an entry's number, or a stream such as invoice:<id>")] = "",
    lines: Annotated[bool, typer.Option("--lines", help="the entries' exact bytes, one a line (an export)")] = False,
    after: Annotated[int, typer.Option(help="with --lines: begin after this entry")] = 0,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List ledgers, the latest entries of one, a stream's, or one entry's exact bytes."""
    with service(settings(store)) as opened:
        if not ledger:
            _ledgers(opened, as_json)
            return
        row = opened.find(ledger)
        if lines:
            _export(opened, row, after)
        elif what.isdigit():
            _entry(opened, row, int(what), as_json)
        elif what:
            _table(row, list(opened.store.stream(row.ledger, what)), as_json)
        else:
            _table(row, list(opened.store.lines_desc(row.ledger, limit=_LATEST))[::-1], as_json)


def _ledgers(opened: Service, as_json: bool) -> None:
    rows: list[dict[str, Any]] = []
    for row in opened.ledgers():
        head = opened.store.head(row.ledger)
        rows.append(
            {"name": row.name, "kind": row.kind, "entries": head.seq if head else 0, "ledger": row.ledger,
             "at": head.at if head else None}
        )  # fmt: skip
    if as_json:
        output.emit({"ledgers": rows})
    elif rows:
        shown = [[one["name"], one["kind"], str(one["entries"]), one["ledger"], str(one["at"])] for one in rows]
        output.table("", ("name", "kind", "entries", "id", "last entry at"), shown, right=("entries",))
    else:
        output.say("no ledger yet: `sceau init` opens one, `sceau demo` shows one")


def _export(opened: Service, row: LedgerRow, after: int) -> None:
    for line in opened.store.lines(row.ledger, after):
        sys.stdout.buffer.write(line.line + b"\n")


def _entry(opened: Service, row: LedgerRow, seq: int, as_json: bool) -> None:
    found = next(opened.store.lines(row.ledger, seq - 1, seq), None) if seq > 0 else None
    if found is None:
        output.fail(f"ledger {row.name} has no entry {seq}", output.FINDINGS)
    if as_json:
        shown = [
            {"path": one.path, "salt": one.salt, "value": orjson.loads(one.value)}
            for one in opened.store.disclosures(row.ledger, seq - 1, seq)
        ]
        entry = orjson.loads(found.line)
        output.emit({"fingerprint": found.fingerprint, "entry": entry, "disclosures": shown})
    else:
        sys.stdout.buffer.write(found.line + b"\n")


def _table(row: LedgerRow, lines: list[Line], as_json: bool) -> None:
    if as_json:
        shown = [
            {"seq": line.seq, "fingerprint": line.fingerprint, "stream": line.stream, "type": line.type,
             "version": line.version, "at": orjson.loads(line.line)["chain"]["at"]}
            for line in lines
        ]  # fmt: skip
        output.emit({"ledger": row.ledger, "name": row.name, "kind": row.kind, "entries": shown})
        return
    cells = [
        [str(line.seq), orjson.loads(line.line)["chain"]["at"], line.type, line.stream, line.fingerprint[:16]]
        for line in lines
    ]
    output.table(f"{row.name} ({row.kind})", ("seq", "at", "type", "stream", "fingerprint"), cells, right=("seq",))
