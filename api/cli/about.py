"""`sceau about`: which software this is, the fingerprint of its fiscal perimeter, the law of a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from api.about import NO_LICENCE_WORDS, about, day_of, today_in_france
from api.cli import output
from api.cli.common import JsonOption


def about_software(
    on: Annotated[str | None, typer.Option(help="the day whose law is shown, YYYY-MM-DD; default today")] = None,
    files: Annotated[bool, typer.Option("--files", help="list the perimeter's files with their SHA-256")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say name, version, fingerprint of the fiscal perimeter, and the law and proofs of a day.

    `sceau about --files` without --json prints `<path> <SHA-256>` lines only: their own SHA-256 is the fingerprint.
    """
    told = about(_day(on), files=files)
    if as_json:
        output.emit(told)
        return
    if files:
        for each in told["perimeter"]["files"]:
            output.say(f"{each['path']} {each['sha256']}")
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


def _day(text: str | None) -> date:
    if text is None:
        return today_in_france()
    on = day_of(text)
    if on is None:
        output.fail("--on is a day: YYYY-MM-DD")
    return on
