"""`sceau show`: what a store, a ledger, a stream or an entry holds."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import orjson
import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, service, settings
from api.jobs.integrity import integrity_of, lines_of
from ledger.shell.purged import purged
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow, Line

_LATEST = 20
_MOST_SEQ = 2**53 - 1


def show(
    ledger: Annotated[str, typer.Argument(help="name or id; none lists the ledgers")] = "",
    what: Annotated[str, typer.Argument(help="an entry's number, or a stream such as invoice:<id>")] = "",
    lines: Annotated[bool, typer.Option("--lines", help="the entries' exact bytes, one a line (an export)")] = False,
    after: Annotated[int, typer.Option(min=0, max=_MOST_SEQ, help="with --lines: begin after this entry")] = 0,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a store, a ledger, a stream or an entry holds.

    Without a word, the ledgers; with a ledger, its latest entries, and how far time stamps and copies elsewhere reach;
    with a stream or a number as well, that stream's entries or the exact bytes of that entry.
    """
    with service(settings(store)) as opened:
        if not ledger:
            _ledgers(opened, as_json)
            return
        row = opened.find(ledger)
        if lines:
            _export(opened, row, after)
        elif what.isascii() and what.isdigit():
            _entry(opened, row, what, as_json)
        elif what:
            _stream(opened, row, what, as_json)
        else:
            _summary(opened, row, as_json)


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
        shown = [[one["name"], one["kind"], str(one["entries"]), one["ledger"], _second(one["at"])] for one in rows]
        output.table("", ("name", "kind", "entries", "id", "last entry at"), shown, right=("entries",))
    else:
        output.say("no ledger yet: `sceau init` opens one, `sceau demo` shows one")


def _summary(opened: Service, row: LedgerRow, as_json: bool) -> None:
    """The latest entries, and how far both promises from elsewhere reach."""
    lines = list(opened.store.lines_desc(row.ledger, limit=_LATEST))[::-1]
    both = integrity_of(opened, row.ledger, opened.clock.now()).windows
    _table(row, lines, as_json, {"unanchored": both.as_json()})
    if not as_json:
        for words in lines_of(both):
            output.say(words)


def _export(opened: Service, row: LedgerRow, after: int) -> None:
    for line in opened.store.lines(row.ledger, after):
        if not line.line:
            raise purged(opened.store, row.ledger, line)  # an export with holes would be no chain
        sys.stdout.buffer.write(line.line + b"\n")


def _stream(opened: Service, row: LedgerRow, stream: str, as_json: bool) -> None:
    found = list(opened.store.stream(row.ledger, stream))
    if not found:
        output.fail(
            f"ledger {row.name} has no such stream; one is named kind:id, as `sceau show` tells", output.FINDINGS
        )
    _table(row, found, as_json)


def _entry(opened: Service, row: LedgerRow, what: str, as_json: bool) -> None:
    seq = int(what) if len(what) <= len(str(_MOST_SEQ)) else 0
    found = next(opened.store.lines(row.ledger, seq - 1, seq), None) if 0 < seq <= _MOST_SEQ else None
    if found is None:
        output.fail(f"ledger {row.name} has no entry {what[:20]}", output.FINDINGS)
    if not found.line:
        raise purged(opened.store, row.ledger, found)
    if as_json:
        shown = [
            {"path": one.path, "salt": one.salt, "value": orjson.loads(one.value)}
            for one in opened.store.disclosures(row.ledger, seq - 1, seq)
        ]
        entry = orjson.loads(found.line)
        output.emit({"fingerprint": found.fingerprint, "entry": entry, "disclosures": shown})
    else:
        sys.stdout.buffer.write(found.line + b"\n")


def _table(row: LedgerRow, lines: list[Line], as_json: bool, more: dict[str, Any] | None = None) -> None:
    if as_json:
        shown = [
            {"seq": line.seq, "fingerprint": line.fingerprint, "stream": line.stream, "type": line.type,
             "version": line.version, "at": _at(line)}
            for line in lines
        ]  # fmt: skip
        output.emit({"ledger": row.ledger, "name": row.name, "kind": row.kind, "entries": shown, **(more or {})})
        return
    cells = [[str(line.seq), _second(_at(line)), line.type, line.stream, line.fingerprint[:16]] for line in lines]
    output.table(f"{row.name} ({row.kind})", ("seq", "at", "type", "stream", "fingerprint"), cells, right=("seq",))


def _at(line: Line) -> str | None:
    """Give when an entry was recorded; None when its line was purged."""
    at: str | None = orjson.loads(line.line)["chain"]["at"] if line.line else None
    return at


def _second(at: str | None) -> str:
    """Write a moment to the second; `--json` has it whole."""
    return "" if at is None else at[:19] + "Z"
