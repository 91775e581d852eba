"""`sceau fec`, `sceau fec check` and `sceau journal`: accounting entries for the accountant's software."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from api.accounts import (
    AccountsRefused,
    Books,
    Choices,
    Written,
    books_of,
    chart_from,
    layout_from,
    record,
    write_fec,
    write_journal,
    year_named,
)
from api.cli import output
from api.cli.common import ACTOR, JsonOption, StoreOption, service, settings
from api.projecting import engine_of
from archive.outfile import new_file, new_files
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.shell.service import Service
from projections.accounts.check import check_fec
from projections.accounts.check_rules import Checked, Finding
from projections.accounts.fec import FecEncoding, FecForm, Separator
from projections.accounts.layout import SHIPPED, TooLong
from projections.accounts.lettering import Method

app = typer.Typer(
    invoke_without_command=True,
    no_args_is_help=True,
    help="Write a financial year's sales, cash and bank journals as an FEC (LPF art. A47 A-1), or check any FEC.",
)

_SEPARATORS: dict[str, Separator] = {"tab": "\t", "pipe": "|"}

LedgerOption = Annotated[str | None, typer.Option("--ledger", help="name or id")]
UptoOption = Annotated[int | None, typer.Option("--upto-seq", help="as of this entry; without it, the last one")]
MethodOption = Annotated[str, typer.Option("--method", help="advances with VAT (ttc) or without (ht)")]
ChartOption = Annotated[
    Path | None, typer.Option("--chart", help="chart of accounts, a TOML file; default SCEAU_CHART, else our own")
]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="write over a file that is there")]


@app.callback()
def fec(
    context: typer.Context,
    ledger: LedgerOption = None,
    year: Annotated[
        str | None, typer.Option("--year", help="the year it ends in, or its last day; default: the open one")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="folder of the two files; made if it is not there")] = Path(),
    upto_seq: UptoOption = None,
    method: MethodOption = "ttc",
    separator: Annotated[str, typer.Option("--separator", help="tab or pipe")] = "tab",
    encoding: Annotated[str, typer.Option("--encoding", help="iso8859-15 or utf-8")] = "iso8859-15",
    sides: Annotated[bool, typer.Option("--sides", help="Montant and Sens instead of Debit and Credit")] = False,
    chart: ChartOption = None,
    replace: ReplaceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a financial year's journals as an FEC, with the description that the law wants beside it."""
    if context.invoked_subcommand is not None:
        return
    if ledger is None:
        output.fail("--ledger is needed")
    if separator not in _SEPARATORS:
        output.fail("--separator is tab or pipe")
    form = FecForm(_SEPARATORS[separator], _one_of(encoding, "--encoding", get_args(FecEncoding)), sides)
    with _opened(ledger, upto_seq, method, chart, store) as (opened, books):
        found = year_named(books, year)
        names = _fec_paths(out, books, found.last_on)
        _room_for(names, replace)
        out.mkdir(parents=True, exist_ok=True)
        with new_files(*names) as (file, beside):
            written = write_fec(books, found, form, file)
            beside.write(written.description)
        _say(opened, books, written, names, as_json)


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="files named SirenFECAAAAMMJJ")],
    as_json: JsonOption = False,
) -> None:
    """Check FEC files of any software by the rules of the administration's own tool; ends with 1 if one fails."""
    checked = [(path, check_fec(path)) for path in files]
    if as_json:
        output.emit([_checked_json(path, one) for path, one in checked])
    else:
        for path, one in checked:
            _say_checked(path, one)
    if not all(one.conforms for _, one in checked):
        raise SystemExit(output.FINDINGS)


def journal(
    ledger: Annotated[str, typer.Option("--ledger", help="name or id")],
    first: Annotated[str, typer.Option("--from", help="first day, YYYY-MM-DD")],
    last: Annotated[str, typer.Option("--to", help="last day, YYYY-MM-DD")],
    out: Annotated[Path, typer.Option("--out", help="file, or the folder of it")] = Path(),
    layout: Annotated[
        str, typer.Option("--layout", help=f"{', '.join(SHIPPED)}; or a .toml file of your own")
    ] = "generic",
    upto_seq: UptoOption = None,
    method: MethodOption = "ttc",
    chart: ChartOption = None,
    replace: ReplaceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the accounting entries dated between two days, as an accounting software imports them."""
    for name, day in (("--from", first), ("--to", last)):
        _day(name, day)
    if first > last:
        output.fail("--from is after --to")
    with _told():
        wanted = layout_from(layout)
    with _opened(ledger, upto_seq, method, chart, store) as (opened, books):
        path = out / f"journal-{wanted.name}-{first}-{last}.{wanted.extension}" if out.is_dir() else out
        _room_for([path], replace)
        with new_file(path.absolute()) as file:
            written = write_journal(books, first, last, wanted, file)
        if wanted.recalled:
            output.aside(f"the layout {wanted.name} is written from memory: try it on a small file first")
        _say(opened, books, written, [path], as_json)


# --- what is opened


@contextmanager
def _opened(
    ledger: str, upto_seq: int | None, method: str, chart: Path | None, store: str | None
) -> Iterator[tuple[Service, Books]]:
    chosen: Method = _one_of(method, "--method", get_args(Method))
    given = settings(store)
    with _told(), service(given) as opened:
        choices = Choices(upto_seq, chosen, chart_from(given, chart))
        engine = engine_of(opened, given)
        try:
            with books_of(opened, engine, opened.find(ledger).ledger, choices) as books:
                yield opened, books
        finally:
            engine.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except AccountsRefused as refused:
        output.fail(f"{refused} ({refused.code})")
    except TooLong as too_long:
        output.fail(f"{too_long}: another layout, or a chart with shorter accounts", output.FINDINGS)


def _fec_paths(out: Path, books: Books, last_on: str) -> list[Path]:
    from projections.accounts.fec import fec_name

    if out.exists() and not out.is_dir():
        output.fail(f"{out} is a file: --out is a folder")
    name = fec_name(books.opened.siren, last_on, books.opened.kind != "live")
    return [(out / name).absolute(), (out / f"{name.removesuffix('.txt')}-description.txt").absolute()]


def _room_for(paths: list[Path], replace: bool) -> None:
    for path in paths:
        if path.exists() and not replace:
            output.fail(f"{path} exists (--replace)")


def _one_of(text: str, option: str, known: tuple[Any, ...]) -> Any:
    if text not in known:
        output.fail(f"{option} is one of {', '.join(known)}")
    return text


def _day(option: str, text: str) -> None:
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text or not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError
    except ValueError:
        output.fail(f"{option} is a day, YYYY-MM-DD, from {FIRST_DAY} to {LAST_DAY}")


# --- words


def _say(opened: Service, books: Books, written: Written, paths: list[Path], as_json: bool) -> None:
    seq = record(opened, books.ledger, written, ACTOR)
    told = written.told
    if as_json:
        output.emit(
            {
                "files": [str(path) for path in paths], "kind": written.kind, "from_on": written.from_on,
                "to_on": written.to_on, "upto_seq": written.upto_seq, "digest": written.digest,
                "entries": told.entries, "lines": told.lines, "debit_cents": told.debit_cents,
                "credit_cents": told.credit_cents, "recorded": seq, "other_currencies": told.other_currencies,
                "unnamed": len(told.unnamed), "missing": written.missing,
            }
        )  # fmt: skip
        return
    currency = books.journals.currency
    output.say(f"{paths[0]}: {told.entries} entries, {told.lines} lines, {output.euros(told.debit_cents, currency)}")
    kept = f"recorded in entry {seq}" if seq is not None else "NOT recorded: the ledger takes no entry now"
    output.say(f"  as of entry {written.upto_seq}, SHA-256 {written.digest}, {kept}")
    for path in paths[1:]:
        output.say(f"{path}: its description")
    output.aside("partial journals (sales, cash, bank): for the accountant's software, not the company's FEC by itself")
    for name, count in sorted(told.other_currencies.items()):
        output.aside(f"left out: {count} moves in {name}, whose worth in {currency} is not known")
    if told.unnamed:
        output.aside(f"{len(told.unnamed)} customers without a name: erased, or not at hand")
    if written.missing:
        output.aside(f"{written.missing} purged entries are not in it: `sceau rebuild book --archive` brings them back")


def _say_checked(path: Path, checked: Checked) -> None:
    verdict = "structure conforms" if checked.conforms else "structure does NOT conform"
    output.say(
        f"{path}: {verdict}; {checked.lines} lines, {checked.entries} entries, debit {checked.debit}, "
        f"credit {checked.credit}, separator {checked.separator or 'none'}, {checked.encoding}"
    )
    for finding in sorted(checked.findings, key=lambda one: _ORDER.index(one.rule.level)):
        output.say(f"  {_finding_words(finding)}")


_ORDER: tuple[Literal["error", "missing", "alert", "information"], ...] = ("error", "missing", "alert", "information")


def _finding_words(finding: Finding) -> str:
    column = f" {finding.column}" if finding.column else ""
    lines = f" (line {', '.join(map(str, finding.lines))}{', ...' if finding.times > len(finding.lines) else ''})"
    times = f" {finding.times} times" if finding.times > 1 else ""
    example = f": {finding.example}" if finding.example else ""
    own = "" if finding.rule.origin == "tool" else " [law, not the tool]"
    where = lines if finding.lines else ""
    return f"{finding.rule.level}: {finding.rule.en}{column}{times}{where}{example}{own}"


def _checked_json(path: Path, checked: Checked) -> dict[str, Any]:
    return {
        "file": str(path), "conforms": checked.conforms, "lines": checked.lines, "entries": checked.entries,
        "debit": checked.debit, "credit": checked.credit, "separator": checked.separator,
        "encoding": checked.encoding,
        "findings": [
            {
                "code": one.code, "level": one.rule.level, "origin": one.rule.origin, "words": one.rule.fr,
                "column": one.column, "times": one.times, "lines": list(one.lines), "example": one.example,
            }
            for one in checked.findings
        ],
    }  # fmt: skip
