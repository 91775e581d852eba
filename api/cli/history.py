"""`sceau import`: documents of another software, from its CSV export or a FEC, sealed as what they are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from api.about import today_in_france
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, refusal_words, service, settings
from archive.history_import.cells import ROW_REASONS
from archive.history_import.mapping import FecReading, MappingRefused, Reading, read_mapping
from archive.history_import.rows import Refused
from archive.history_import.run import Imported, Survey, fec_reading, survey, write
from archive.history_import.source import FileRefused
from ledger.domain.refusals import Refusal


def import_history(
    file: Annotated[Path, typer.Argument(help="the other software's file")],
    ledger: Annotated[str, typer.Option(help="name or id")] = "",
    mapping: Annotated[Path | None, typer.Option(help="TOML file: how the columns of a CSV file are read")] = None,
    form: Annotated[Literal["fec"] | None, typer.Option("--format", help="instead of a mapping: a FEC")] = None,
    source: Annotated[str, typer.Option(help="with --format fec: a code of the software it comes from")] = "fec",
    check: Annotated[bool, typer.Option("--check", help="read the file and write nothing")] = False,
    refused: Annotated[Path | None, typer.Option(help="list every row not taken in this new CSV file")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in the documents of another software: a sealed copy, apart from the ledger's own, in no total or series.

    The file is read to its end first; nothing is written from one that cannot be. Each document enters once: a run
    that was killed is run again and goes on, a file already taken in is refused. See docs/import.md.
    """
    if (mapping is None) == (form is None):
        output.fail("give --mapping FILE.toml for a CSV file, or --format fec")
    if not check and not ledger:
        output.fail("give --ledger NAME, or --check to read the file only")
    size = file.stat().st_size if file.is_file() else None
    today = today_in_france()
    try:
        reading = _reading(file, mapping, source)
        with _refusals(refused) as told, output.progress("read", size, quiet=as_json) as tick:
            known = survey(file, reading, today, told, tick)
        if check:
            _say(known, None, as_json)
            raise SystemExit(output.FINDINGS if set(known.reasons) - {"not_a_sale"} else output.OK)
        with service(settings(store)) as opened:
            name = opened.find(ledger).ledger
            with output.progress("import", known.size, quiet=as_json) as tick:
                done = write(
                    file, reading, known, today, lambda command: opened.execute(name, command, actor=ACTOR), tick
                )
    except (FileRefused, MappingRefused) as wrong:
        output.fail(f"{file.name}: {wrong}")
    if isinstance(done, Refusal):
        output.fail(refusal_words(done), output.FINDINGS)
    _say(known, done, as_json)


def _reading(file: Path, mapping: Path | None, source: str) -> Reading | FecReading:
    return fec_reading(file, source) if mapping is None else read_mapping(mapping)


@contextmanager
def _refusals(path: Path | None) -> Iterator[Callable[[Refused], None] | None]:
    """Write every refused row: its line, the reason and the column, nothing of what it says."""
    if path is None:
        yield None
        return
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("row", "reason", "column", "words"))
            yield lambda one: rows.writerow((one.row, one.reason, _safe(one.column), ROW_REASONS[one.reason]))
    except FileExistsError:
        output.fail(f"{path} exists")


def _safe(name: str) -> str:
    """Keep a column's name from being a formula for whoever opens the list in a spreadsheet."""
    return f"'{name}" if name[:1] in "=+-@\t" and name else name


def _say(known: Survey, done: Imported | None, as_json: bool) -> None:
    if as_json:
        output.emit(_as_json(known, done))
        return
    output.say(f"SHA-256 {known.digest}, {known.size} bytes")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(known.kinds.items()))
    output.say(
        f"{known.documents} documents ({kinds or 'none'}), net {output.euros(known.net_cents, '')}, "
        f"gross {output.euros(known.gross_cents, '')}, as the file has them"
    )
    if known.refused:
        output.say(f"{known.refused} not taken:")
        for reason, count in known.reasons.most_common():
            output.say(f"  {count} {reason}: {ROW_REASONS[reason]}")
        for one in known.first:
            output.say(f"  row {one.row}: {one.reason}" + (f" ({_shown(one.column)})" if one.column else ""))
        if known.refused > len(known.first):
            output.say(f"  and {known.refused - len(known.first)} more (--refused FILE lists all)")
    if done is None:
        output.say("nothing was written (--check)")
        return
    before = f", {done.before} of them by an earlier run" if done.before else ""
    output.say(f"import {done.imported}: {done.documents} documents sealed{before}, counted in no total or series")


def _shown(name: str) -> str:
    return "".join(letter for letter in name[:60] if letter.isprintable())


def _as_json(known: Survey, done: Imported | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source_digest": known.digest,
        "source_bytes": known.size,
        "documents": known.documents,
        "refused": known.refused,
        "net_cents": known.net_cents,
        "gross_cents": known.gross_cents,
        "kinds": dict(sorted(known.kinds.items())),
        "reasons": dict(sorted(known.reasons.items())),
        "first_refused": [{"row": one.row, "reason": one.reason, "column": one.column} for one in known.first],
        "written": done is not None,
    }
    if done is not None:
        told |= {
            "imported": done.imported,
            "documents": done.documents,
            "refused": done.refused,
            "before": done.before,
        }
    return told
