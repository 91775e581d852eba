"""`sceau archive`: sealed archives of closed periods, made, listed, verified, confirmed elsewhere, opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.archives import stamp_from
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, documents_of, refusal_words, service, settings
from archive import reading
from archive.creation import Made, recorded
from archive.creation import create as create_archive
from archive.period import Period, parse_period, resolve
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Malformed
from ledger.shell.public import tune_process
from ledger.shell.service import Service

app = typer.Typer(help="Sealed archives of closed periods (docs/archives.md).", no_args_is_help=True)

_MEDIUM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}")

LedgerOption = Annotated[str, typer.Option("--ledger", help="name or id")]


@app.command("create")
def create(
    ledger: LedgerOption,
    period: Annotated[str, typer.Option(help="2010-12-05, 2010-12, 2010 or 2010-04-01..2011-03-31; closed")],
    out: Annotated[Path | None, typer.Option(help="the file; by default LEDGER-PERIOD.zip here")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="write over a file of that name")] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="take in what came since this period was archived first: anchors, stamps")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the sealed archive of a closed period, and beside it the encrypted file of what names people."""
    given = settings(store)
    tune_process()
    with service(given) as opened, documents_of(opened, given) as documents:
        total = _entries(opened, ledger, period)
        with output.progress(ledger, total, quiet=as_json or total is None) as tick:
            stamp = stamp_from(given)
            try:
                outcome = create_archive(
                    opened, ledger, period, out, actor=ACTOR, stamp=stamp, told=tick, replace=replace, renew=renew,
                    documents=documents.archived,
                )  # fmt: skip
            except FileExistsError as failure:
                output.fail(f"{failure} (--replace)")
        made = _done(outcome)
    if as_json:
        output.emit(_made(made))
        return
    output.say(f"{made.path}: entries {made.first} to {made.last}, manifest {made.manifest}")
    output.say(f"{made.private}: what names people, under the key of {made.period.to_on.year}")
    if given.tsa_url is not None and not made.stamped:
        output.aside("the time stamp authority did not answer: the archive has no time stamp; make it again later")
    if made.repeated:
        output.aside(f"the ledger tells of this very archive already, in entry {made.seq}")
    output.aside(f"copy both to another medium, then: sceau archive confirm --ledger {ledger} --medium CODE COPY")


@app.command("list")
def list_archives(ledger: LedgerOption, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the archives that the ledger tells of, and the media on which they were found whole."""
    with service(settings(store)) as opened:
        row = opened.find(ledger)
        places = reading.media(opened, row.ledger)
        found = [reading.told(one, places.get(one.event["manifest"], ())) for one in recorded(opened.store, row.ledger)]
    if as_json:
        output.emit({"ledger": row.ledger, "archives": found})
        return
    if not found:
        output.say("no archive was made yet")
        return
    rows = [
        (
            f"{one['from_on']} to {one['to_on']}",
            f"{one['first_seq']}-{one['last_seq']}",
            str(one["documents"]),
            one["at"][:16].replace("T", " "),
            ", ".join(one["media"]) or "nowhere yet",
            one["manifest"],
        )
        for one in found
    ]
    columns = ("days", "entries", "documents", "made (UTC)", "confirmed on", "manifest")
    output.table(row.name, columns, rows, right=("documents",))


@app.command("verify", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def verify(context: typer.Context, file: Annotated[list[Path], typer.Argument(help="archives, in any order")]) -> None:
    """Run the verifier that every archive holds a copy of; its options are passed on.

    It is a program of its own: `--genesis`, `--key-fingerprint`, `--checkpoint`, `--private`, `--json`, `--lang en`.
    """
    raise SystemExit(reading.verify([], [*map(str, file), *context.args]))


@app.command("open")
def open_file(
    file: Annotated[Path, typer.Argument(help="NAME.private.enc, beside its archive")],
    out: Annotated[Path, typer.Option(help="the ZIP to be written, in clear")],
    archive: Annotated[Path | None, typer.Option(help="the archive, where it is elsewhere")] = None,
    store: StoreOption = None,
) -> None:
    """Decrypt what names people, with the year's key. The clear copy is yours to destroy."""
    if not file.name.endswith(".private.enc"):
        output.fail(f"{file}: what is opened is the second file, NAME.private.enc")
    with service(settings(store)) as opened, _read_as_archive(archive or file):
        refused = reading.open_private(opened, file, out, archive)
    if refused is not None:
        output.fail(refusal_words(refused), output.FINDINGS)
    output.say(f"{out}: in clear; destroy it when it is of no more use")


@app.command("confirm")
def confirm(
    file: Annotated[Path, typer.Argument(help="the copy, where it is kept")],
    ledger: LedgerOption,
    medium: Annotated[str, typer.Option(help="a code of your own for that place: nas-1, safe, accountant")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a copy on another medium back, byte by byte, and record that it is whole."""
    if _MEDIUM.fullmatch(medium) is None:
        output.fail("a medium is a code of letters, digits and ._/+-, at most 64")
    with service(settings(store)) as opened, _read_as_archive(file):
        found = reading.confirm(opened, ledger, file, medium, actor=ACTOR)
    if isinstance(found, Refusal):
        output.fail(refusal_words(found), output.FINDINGS)
    if as_json:
        output.emit({"manifest": found.manifest, "medium": medium, "seq": found.seq})
    else:
        output.say(f"{file} is whole; recorded in entry {found.seq}")


@contextmanager
def _read_as_archive(file: Path) -> Iterator[None]:
    """Say in words that a file is no archive."""
    try:
        yield
    except Malformed:
        output.fail(f"{file}: this is no archive of Sceau, or a file that does not belong to it")


def _entries(opened: Service, ledger: str, period: str) -> int | None:
    """Tell how many entries there are to read, for the bar."""
    asked = parse_period(period)
    if not isinstance(asked, Period):
        return None
    found = resolve(opened.store, opened.find(ledger).ledger, asked)
    return None if isinstance(found, Refusal) else found.last - found.first + 1


def _done(outcome: Made | Refusal) -> Made:
    if isinstance(outcome, Refusal):
        output.fail(refusal_words(outcome), output.FINDINGS)
    return outcome


def _made(made: Made) -> dict[str, Any]:
    return {
        "file": str(made.path),
        "private": str(made.private),
        "manifest": made.manifest,
        "from_on": made.period.from_on.isoformat(),
        "to_on": made.period.to_on.isoformat(),
        "first": made.first,
        "last": made.last,
        "seq": made.seq,
        "repeated": made.repeated,
        "stamped": made.stamped,
    }
