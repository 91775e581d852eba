"""`sceau report` and `sceau explain`: figures on the terminal, in files and as pictures, and what is behind them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, Literal, NoReturn

import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, service, settings
from api.projecting import engine_of
from api.reports import Explained, StoreDesk, desk_of, explain
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow
from projections.documents.paper import Language
from projections.reports.asking import Unfit, complete, too_long
from projections.reports.charts import draw
from projections.reports.contract import Asked, Report, Words
from projections.reports.registry import BY_NAME, REPORTS
from projections.reports.shapes import cell, in_words, said, to_csv, to_json, to_text

LedgerOption = Annotated[str | None, typer.Option("--ledger", help="name or id; not needed where there is but one")]
LanguageOption = Annotated[Literal["fr", "en"], typer.Option("--lang", help="of words and figures")]
NamesOption = Annotated[bool, typer.Option("--names/--no-names", help="whether customers are named")]
UptoOption = Annotated[
    int | None, typer.Option("--upto", min=1, max=2**53 - 1, help="as it stood at this entry; costs the ledger")
]


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="a report; none lists them")] = "",
    ledger: LedgerOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV (RFC 4180), amounts as decimals")] = False,
    language: LanguageOption = "fr",
    names: NamesOption = True,
    ids: Annotated[bool, typer.Option("--ids", help="with the columns of identifiers")] = False,
    upto: UptoOption = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="draw it into this SVG file")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a report; what it asks for is given as --NAME VALUE, such as --from 2026-01-01.

    Without a name, every report with its question and what may be asked.
    """
    if not name:
        _list(language, as_json)
        return
    if as_json and as_csv:
        output.fail("one of --json and --csv")
    found = _find(name)
    asked = _asked(found, context.args, language)
    with _desk(store, ledger, found, names=names, upto=upto) as desk:
        _fits(asked, desk, language)
        table = found.make(desk, asked)
        currency, lag = desk.facts.currency, desk.lag
    if chart is not None:
        if table.chart is None:
            output.fail("there is nothing to draw", output.FINDINGS)
        chart.write_bytes(draw(in_words(table.chart, language), table.title, language, currency))
    if as_json:
        output.emit({**to_json(table), "lag": lag})
    elif as_csv:
        for piece in to_csv(table):
            sys.stdout.buffer.write(piece)
    else:
        for line in to_text(table, language, currency=currency, ids=ids):
            output.say(line)


def explain_figure(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="a report")],
    key: Annotated[str, typer.Argument(help="a row: its key (as --csv and --json tell), or its printed number")],
    column: Annotated[str, typer.Argument(help="a column, such as open_cents")],
    ledger: LedgerOption = None,
    language: LanguageOption = "fr",
    upto: UptoOption = None,
    most: Annotated[int, typer.Option("--most", min=1, help="entries told at most")] = 1_000,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take one figure of a report back to the entries that it rests on, with what each of them brought to it."""
    found = _find(name)
    asked = _asked(found, context.args, language)
    with _desk(store, ledger, found, names=False, upto=upto) as desk:
        _fits(asked, desk, language)
        told = explain(desk, found, asked, key, column, most)
        currency = desk.facts.currency
    if told is None:
        output.fail(f"{name} has no such row and column: `sceau report {name} --json` tells both", output.FINDINGS)
    if as_json:
        output.emit(told.as_json())
    else:
        _say(told, language, currency)


def _say(told: Explained, language: Language, currency: str) -> None:
    column = next(each for each in told.table.columns if each.name == told.column)
    shown = cell(column, told.value, language, currency)
    output.say(f"{told.table.report} {told.key} {said(column.words, language)} = {shown or '-'}")
    rows = [
        [str(one.seq), one.day, one.type, one.number or "", _money(one.amount_cents), _share(told, one.share)]
        for one in told.entries
    ]
    heads = [said(each, language) for each in _HEADS]
    output.table("", heads, rows, right=[heads[0], *heads[4:]])
    if told.more:
        more = Words(f"et {told.more} autres écritures (--most)", f"and {told.more} more entries (--most)")
        output.say(said(more, language))
    if told.adds_up is not None:
        output.say(said(_ADDS_UP if told.adds_up else _DOES_NOT, language))


_HEADS: Final = (
    Words("écriture", "seq"), Words("journée", "day"), Words("type", "type"), Words("numéro", "number"),
    Words("montant", "amount"), Words("part", "share"),
)  # fmt: skip
_ADDS_UP: Final = Words("les parts font le chiffre", "the shares add up to the figure")
_DOES_NOT: Final = Words("les parts ne font pas le chiffre", "the shares do not add up to the figure")


def _money(cents: int | None) -> str:
    return "" if cents is None else output.euros(cents, "").strip()


def _share(told: Explained, share: int | None) -> str:
    if share is None:
        return ""
    return _money(share) if told.column.endswith("_cents") else str(share)


def _list(language: Language, as_json: bool) -> None:
    if as_json:
        output.emit({"reports": [told_of(each) for each in REPORTS]})
        return
    rows = [
        [each.name, said(each.question, language), " ".join(_shown(one.name, one.required) for one in each.parameters)]
        for each in REPORTS
    ]
    heads = (Words("rapport", "report"), Words("question", "question"), Words("se demande avec", "asked with"))
    output.table("", [said(each, language) for each in heads], rows)


def _shown(name: str, required: bool) -> str:
    return f"--{name}" if required else f"[--{name}]"


def told_of(each: Report) -> dict[str, object]:
    """Give what a report is, as JSON."""
    return {
        "name": each.name,
        "question": {"fr": each.question.fr, "en": each.question.en},
        "projections": list(each.uses),
        "parameters": [
            {"name": one.name, "kind": one.kind, "words": {"fr": one.words.fr, "en": one.words.en}}
            | ({"required": True} if one.required else {})
            | ({"default": one.default} if one.default is not None else {})
            | ({"choices": list(one.choices)} if one.choices else {})
            for one in each.parameters
        ],
    }


def _find(name: str) -> Report:
    found = BY_NAME.get(name)
    if found is None:
        output.fail(f"no such report; there are: {', '.join(BY_NAME)}")
    return found


def _asked(found: Report, words: list[str], language: Language) -> Asked:
    """Read --NAME VALUE and --NAME=VALUE."""
    given: dict[str, str] = {}
    left = iter(words)
    for word in left:
        if not word.startswith("--") or word == "--":
            output.fail("what a report asks for is given as --NAME VALUE; `sceau report` lists the names")
        name, equals, value = word[2:].partition("=")
        name = name.replace("-", "_")
        if not equals:
            following = next(left, None)
            if following is None:
                output.fail(f"--{name[:64]}: a value is missing")
            value = following
        if name in given:
            output.fail(f"--{name[:64]} was given twice")
        given[name] = value
    asked = complete(found, given)
    if isinstance(asked, Unfit):
        _fail(asked, language)
    return asked


def _fits(asked: Asked, desk: StoreDesk, language: Language) -> None:
    """Refuse a span up to the ledger's own day that has too many periods."""
    wrong = too_long(asked, desk.today)
    if wrong is not None:
        _fail(wrong, language)


def _fail(wrong: Unfit, language: Language) -> NoReturn:
    output.fail(f"PARAMETER_INVALID --{_printable(wrong.name)}: {said(wrong.words, language)}")


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


@contextmanager
def _desk(
    store: str | None, ledger: str | None, found: Report, *, names: bool, upto: int | None
) -> Iterator[StoreDesk]:
    given = settings(store)
    with service(given) as opened:
        row = _ledger(opened, ledger)
        head = opened.store.head(row.ledger)
        if upto is not None and head is not None and upto > head.seq:
            output.fail(f"ledger {row.name} ends at entry {head.seq}", output.FINDINGS)
        engine = engine_of(opened, given)
        try:
            with desk_of(opened, engine, row, found, names=names, upto=upto) as desk:
                yield desk
        finally:
            engine.close()


def _ledger(opened: Service, name: str | None) -> LedgerRow:
    if name is not None:
        return opened.find(name)
    rows = [row for row in opened.ledgers() if row.kind != "register"]
    if len(rows) != 1:
        output.fail("name a ledger with --ledger: `sceau show` lists them" if rows else "no ledger yet: `sceau init`")
    return rows[0]
