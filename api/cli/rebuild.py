"""`sceau rebuild`: rows of projections made again from entry 1, beside those that answer until they are level."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, settings
from api.projecting import engine_over
from archive.standing_in import StandingIn
from ledger.shell.clock import SystemClock
from ledger.shell.errors import LedgerUnknown
from ledger.shell.public import tune_process
from ledger.shell.store import LedgerRow, Store
from ledger.shell.stores.open import open_store
from projections.engine.catching_up import Outcome
from projections.engine.engine import Engine


def rebuild(
    name: Annotated[str | None, typer.Argument(help="a projection; without it, all of them")] = None,
    ledger: Annotated[str | None, typer.Option("--ledger", help="name or id; without it, every ledger")] = None,
    archive: Annotated[
        list[Path] | None, typer.Option(help="archive that stands in for what was purged; may be repeated")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make rows of projections again from the entries; the ones there answer until the new ones are level.

    Killed, it goes on where it was when it is called again. Entries whose lines were purged are counted as missing
    unless an archive given holds them. Ends with 1 if a projection could not be made, or misses entries.
    """
    given = settings(store)
    tune_process()
    opened = open_store(given.store)
    try:
        engine = engine_over(opened, given, SystemClock().now)
        try:
            names = _names(engine, name)
            found = [
                (row, *_one(engine, opened, row, names, archive or [], as_json))
                for row in _rows(opened, ledger, archive)
            ]
        finally:
            engine.close()
    finally:
        opened.close()
    good = all(outcome.done and not any(outcome.missing.values()) and not told for _, outcome, told in found)
    if as_json:
        output.emit({"ok": good, "ledgers": [_as_json(*one) for one in found]})
    else:
        for one in found:
            _say(*one)
    raise SystemExit(output.OK if good else output.FINDINGS)


def _names(engine: Engine, name: str | None) -> list[str]:
    if name is None:
        return list(engine.projections)
    if name not in engine.projections:
        output.fail(f"no projection named {name[:63]!r}: {', '.join(engine.projections) or 'there is none'}")
    return [name]


def _rows(store: Store, ledger: str | None, archive: list[Path] | None) -> list[LedgerRow]:
    if ledger is None:
        rows = store.ledgers()
        if archive and len(rows) != 1:
            output.fail("an archive speaks of one ledger: name it with --ledger")
        return rows
    row = store.find(ledger)
    if row is None:
        raise LedgerUnknown(ledger)
    return [row]


def _one(
    engine: Engine, store: Store, row: LedgerRow, names: list[str], archive: list[Path], quiet: bool
) -> tuple[Outcome, list[str]]:
    """Rebuild one ledger's; what is wrong with the archives is told beside."""
    head = store.head(row.ledger)
    lent = StandingIn(store, row.ledger, archive) if archive else None
    with output.progress(row.name, head.seq if head else None, quiet=quiet) as tick:
        entries = None if lent is None else cast(Store, lent)
        outcome = engine.rebuild(row.ledger, names, entries=entries, progress=tick)
    return outcome, [f"{one.code}: {one.words}" for one in (lent.told() if lent is not None else ())]


def _as_json(row: LedgerRow, outcome: Outcome, told: list[str]) -> dict[str, Any]:
    return {
        "name": row.name,
        "ledger": row.ledger,
        "head": outcome.head,
        "projections": [
            {"projection": name, "position": position, "missing": outcome.missing[name]}
            | ({"stopped": str(outcome.stopped[name])} if name in outcome.stopped else {})
            for name, position in outcome.positions.items()
        ],
        "findings": told,
    }


def _say(row: LedgerRow, outcome: Outcome, told: list[str]) -> None:
    for name, position in outcome.positions.items():
        stopped = outcome.stopped.get(name)
        if stopped is not None:
            output.say(f"{row.name}: {stopped}; the rows before answer")
            continue
        gone = outcome.missing[name]
        lack = f"; {gone} purged entries are missing (--archive FILE)" if gone else ""
        output.say(f"{row.name}: {name} is at entry {position}{lack}")
    for words in told:
        output.say(f"{row.name}: {words}")
