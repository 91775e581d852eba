"""`sceau about`: which software this is, its fiscal perimeter, the law of a day, and what is not anchored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer

from api.about import NO_LICENCE_WORDS, about, day_of, today_in_france
from api.cli import output
from api.cli.common import JsonOption, StoreOption, settings
from api.jobs.registering import RegisterView
from api.projecting import engine_over
from api.windows import told_windows
from archive.anchors.windows import Window, Windows
from ledger.kernel.errors import SceauError
from ledger.shell.clock import SystemClock
from ledger.shell.migrate import sqlite_path
from ledger.shell.stores.open import open_store
from projections.engine.engine import Engine, Lag


def about_software(
    on: Annotated[str | None, typer.Option(help="the day whose law is shown, YYYY-MM-DD; default today")] = None,
    files: Annotated[bool, typer.Option("--files", help="list the perimeter's files with their SHA-256")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say name, version, fingerprint of the fiscal perimeter, the law and proofs of a day, and what is not anchored.

    Of each ledger of the store: how many entries no time stamp covers, how many no witness or copy elsewhere, and for
    how many minutes. It is told as kept beside the chain; `sceau verify` checks it.

    `sceau about --files` without --json prints `<path> <SHA-256>` lines only: their own SHA-256 is the fingerprint.
    """
    told = about(_day(on), files=files)
    if files and not as_json:
        for each in told["perimeter"]["files"]:
            output.say(f"{each['path']} {each['sha256']}")
        return
    ledgers = _ledgers(store)
    if as_json:
        output.emit({**told, "ledgers": None if ledgers is None else [one.as_json() for one in ledgers]})
        return
    law = told["law"]
    output.say(f"{told['software']}, format {told['format']}")
    output.say(f"périmètre fiscal {told['perimeter']['fingerprint']} ({told['perimeter']['count']} fichiers)")
    output.say(told["version_words"])
    output.say(told["editor_words"])
    output.say(f"Licence : {told['licence']}" if "licence" in told else NO_LICENCE_WORDS)
    output.say("Bibliothèques : " + ", ".join(f"{name} {version}" for name, version in told["libraries"].items()))
    output.say(f"Droit au {law['on']} : " + " ; ".join(row["value"] for row in (*law["article"], *law["doctrine"])))
    output.say("Preuve admise : " + (" ou ".join(row["words"] for row in law["proofs"]) or "aucune n'était exigée"))
    for row in law["notes"]:
        output.say(f"À savoir : {row['value']} ({row['law']})")
    for one in ledgers or ():
        output.say(f"Registre {one.words()}")
    if ledgers is None:
        output.say("Registres : la base ne peut pas être lue (SCEAU_STORE, --store)")


@dataclass(frozen=True, slots=True)
class _Ledger:
    """A ledger, and what of it nobody outside vouches for yet."""

    name: str
    ledger: str
    kind: str
    entries: int
    left: Windows
    rows: list[Lag] | None  # None where rows of projections cannot be read

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "ledger": self.ledger, "kind": self.kind, "entries": self.entries,
            "unanchored": self.left.as_json(),
            "projections": None if self.rows is None else [one.as_json() for one in self.rows],
        }  # fmt: skip

    def words(self) -> str:
        stamp, copy = _window(self.left.timestamp), _window(self.left.witness)
        windows = f"sans horodatage : {stamp} ; sans témoin ni copie : {copy}"
        return f"{self.name} : {self.entries} entrées ; {windows} ; projections : {self._level()}"

    def _level(self) -> str:
        """Say how far the projection furthest behind is."""
        if self.rows is None:
            return "illisibles (SCEAU_PROJECTIONS)"
        last = max(self.rows, key=lambda one: one.entries, default=None)
        if last is None or last.entries == 0:
            return "à jour"
        return f"{last.entries} entrées de retard, {last.seconds // 60} minutes ({last.projection})"


def _window(left: Window) -> str:
    return f"{left.entries} entrées, {left.minutes} minutes"


def _ledgers(url: str | None) -> list[_Ledger] | None:
    """Read the windows of every ledger; none where no store was made yet, None where it cannot be read."""
    given = settings(url)
    if url is None and given.store.startswith("sqlite:") and not sqlite_path(given.store).exists():
        return []
    try:
        store = open_store(given.store)
    except SceauError:
        if url is not None:
            raise
        return None
    try:
        view, now = RegisterView(store), SystemClock().now()
        found = [(row, store.head(row.ledger)) for row in store.ledgers()]
        engine = engine_over(store, given, SystemClock().now)
        told = [
            _Ledger(
                row.name, row.ledger, row.kind, head.seq,
                told_windows(store, row.ledger, head.seq, now, view), _lag(engine, row.ledger),
            )
            for row, head in found
            if head is not None
        ]  # fmt: skip
        engine.close()
        return told
    finally:
        store.close()


def _lag(engine: Engine, ledger: str) -> list[Lag] | None:
    try:
        return engine.lag(ledger)
    except SceauError:  # rows are no part of recording: the rest is told all the same
        return None


def _day(text: str | None) -> date:
    if text is None:
        return today_in_france()
    on = day_of(text)
    if on is None:
        output.fail("--on is a day: YYYY-MM-DD")
    return on
