"""`sceau bench`: our figures beside a peer's, measured on this machine, now."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from typing import Annotated, Any

import typer

from api.cli import output
from api.cli.common import JsonOption

app = typer.Typer(
    help="Measure this machine: each row beside a limit or a peer, in turn, in the same run. On PostgreSQL if "
    "SCEAU_BENCH_POSTGRES names a server, or if the test extra is installed, which brings one.",
    no_args_is_help=True,
)

LargeOption = Annotated[
    bool, typer.Option("--large", help="also a ledger of ten million entries: half an hour, 40 GB of disk")
]
SmokeOption = Annotated[bool, typer.Option("--smoke", help="run every row once, tiny: the figures mean nothing")]


@app.command("append")
def append(as_json: JsonOption = False, large: LargeOption = False, smoke: SmokeOption = False) -> None:
    """Chained append beside raw COPY and plain inserts."""
    _run(["append"], as_json, smoke, large)


@app.command("concurrent")
def concurrent(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """Many clients on one ledger beside the eventsourcing library's own recorder."""
    _run(["concurrent"], as_json, smoke)


@app.command("issue")
def issue(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """An invoice issued and its payment recorded, one process and two."""
    _run(["issue"], as_json, smoke)


@app.command("http")
def http(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """Invoices over HTTP beside FastAPI alone, and group commit beside one transaction per request."""
    _run(["http"], as_json, smoke)


@app.command("verify")
def verify(as_json: JsonOption = False, large: LargeOption = False, smoke: SmokeOption = False) -> None:
    """Verification of an export and of a store, beside bare hashing."""
    _run(["verify"], as_json, smoke, large)


@app.command("merkle")
def merkle(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """A leaf of the Merkle tree, and a proof."""
    _run(["merkle"], as_json, smoke)


@app.command("close")
def close(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """A day closed at the end of a long ledger beside a short one."""
    _run(["close"], as_json, smoke)


@app.command("archive")
def archive(as_json: JsonOption = False, large: LargeOption = False, smoke: SmokeOption = False) -> None:
    """A sealed archive beside the peer's, and its memory at two lengths."""
    _run(["archive"], as_json, smoke, long_archive=large)


@app.command("verify-archive")
def verify_archive(as_json: JsonOption = False, large: LargeOption = False, smoke: SmokeOption = False) -> None:
    """A sealed archive checked by the verifier that lies in it, and its memory at two lengths."""
    _run(["verify-archive"], as_json, smoke, long_archive=large)


@app.command("documents")
def documents(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """Factur-X invoices on one core, and what validation and a seal add."""
    _run(["documents"], as_json, smoke)


@app.command("rebuild")
def rebuild(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """Rows of projections made from the entries, one by one and all at once, and their memory at two lengths."""
    _run(["rebuild"], as_json, smoke)


@app.command("pages")
def pages(as_json: JsonOption = False, smoke: SmokeOption = False) -> None:
    """Pages of the desk and of customers on a hundred thousand documents: the first byte of each."""
    _run(["pages"], as_json, smoke)


@app.command("all")
def everything(as_json: JsonOption = False, large: LargeOption = False, smoke: SmokeOption = False) -> None:
    """Every row; about a quarter of an hour on two quiet cores."""
    _run(None, as_json, smoke, large)


def _run(
    names: list[str] | None, as_json: bool, smoke: bool, large: bool = False, *, long_archive: bool = False
) -> None:
    """Measure, tell each row when it is there (or all as one document), end with 1 if a goal was missed."""
    # Only this command pays for what the measures import.
    from api.bench.machine import machine
    from api.bench.postgres import ABSENT, server
    from api.bench.sizes import FULL, SMOKE
    from api.bench.suite import LARGE, MEASURES

    sizes = SMOKE if smoke else FULL
    if long_archive:
        sizes = replace(sizes, archive_long=sizes.growth_large)
    rows: list[dict[str, Any]] = []
    warnings.simplefilter("ignore")  # of libraries, between the rows
    with server(os.environ) as running:
        if running is None:
            output.aside(ABSENT)
        about = machine(running)
        measures = [MEASURES[name](sizes, running) for name in names or MEASURES]
        if large:
            measures.append(LARGE(sizes, running, _heard))
        for measure in measures:
            for row in measure:
                rows.append(row.as_json())
                if not as_json:
                    output.say(_words(rows[-1]))
    if as_json:
        output.emit({"machine": about, "smoke": smoke, "rows": rows})
    raise SystemExit(output.FINDINGS if any(row["reached"] is False for row in rows) and not smoke else output.OK)


def _heard(what: str, entries: int) -> None:
    """Say now and then how far the filling has come."""
    from api.bench.fill import BATCH

    if entries % 1_000_000 < BATCH:  # one batch in a million: entry 1 and its like come before the first
        output.aside(f"{what}: {entries:,} entries")


def _words(row: dict[str, Any]) -> str:
    """Write a row as a line."""
    beside = "" if row["reference"] is None else f", beside {row['reference']:,}: ratio {row['ratio']}"
    goal = "" if row["goal"] is None else f" (goal {row['goal']}: {'reached' if row['reached'] else 'missed'})"
    return f"{row['name']}: {row['value']:,} {row['unit']}{beside}{goal}"
