"""`sceau reconcile` and `sceau vat`: the bridges between all totals, and the boxes of a VAT return."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Literal

import typer

from api.cli import output
from api.cli.common import JsonOption, StoreOption, service, settings
from api.projecting import engine_of
from api.reconciling import MOST_ENTRIES, Reconciled, period_asked, reconciled, reconciled_json
from api.reports import StoreDesk, desk_of
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.money import decimal_of, percent_text
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow
from projections.engine.engine import Engine
from projections.reports.contract import Words
from projections.reports.shapes import to_json, to_text
from projections.vat.bridge import COLUMNS, STEPS, TITLES, Bridge, Step
from projections.vat.periods import FIRST_YEAR, LAST_YEAR, Period, period_named
from projections.vat.report import VAT, VAT_ENTRIES, VAT_RATES

LedgerOption = Annotated[str, typer.Option("--ledger", help="name or id")]
LanguageOption = Annotated[Literal["fr", "en"], typer.Option("--lang", help="of words and figures")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="2026-11, 2026-Q4 or 2026")]
FromOption = Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")]
ToOption = Annotated[str | None, typer.Option("--to", help="last day, YYYY-MM-DD; without it, today")]


def reconcile(
    ledger: LedgerOption,
    period: PeriodOption = None,
    from_on: FromOption = None,
    to_on: ToOption = None,
    entries: Annotated[bool, typer.Option("--entries", help="name the entries behind each amount")] = False,
    language: LanguageOption = "fr",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tie closures, book, journals, VAT return, receipts and e-reporting to each other, to the cent.

    Each difference has a name, an amount and entries. Ends with 1 when something is left unexplained.
    """
    with _opened(store, ledger) as (opened, engine, row):
        asked = _period(opened, row, period, from_on, to_on)
        found = reconciled(opened, engine, row, asked)
    if as_json:
        output.emit({"ledger": row.ledger, **reconciled_json(found)})
    else:
        _tell(found, language, entries)
    raise SystemExit(output.OK if found.made.holds else output.FINDINGS)


def vat(
    ledger: LedgerOption,
    period: PeriodOption = None,
    from_on: FromOption = None,
    to_on: ToOption = None,
    declared: Annotated[str | None, typer.Option("--declared", help="day on which the period was declared")] = None,
    entries: Annotated[bool, typer.Option("--entries", help="with the list behind the figures")] = False,
    language: LanguageOption = "fr",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the figures of a VAT return: the form's boxes, exact figures by rate, and what was recorded late.

    Without a period, the last one that has ended under the business's VAT regime.
    """
    with _opened(store, ledger) as (opened, engine, row):
        given = {"declared": _day(declared)} if declared is not None else {}
        if period is not None or from_on is not None or to_on is not None:
            asked = _period(opened, row, period, from_on, to_on)
            given |= {"from": asked.from_on, "to": asked.to_on}
        with desk_of(opened, engine, row, VAT, names=False) as desk:
            _tell_vat(desk, given, entries, language, as_json)


def _tell_vat(
    desk: StoreDesk, given: dict[str, str], entries: bool, language: Literal["fr", "en"], as_json: bool
) -> None:
    currency = desk.facts.currency
    listed = VAT_ENTRIES.make(desk, given)
    tables = [VAT.make(desk, given), VAT_RATES.make(desk, given), *([listed] if entries else [])]
    late = [row for row in listed.rows if row["late"]]
    if as_json:
        output.emit({"tables": [to_json(each) for each in tables], "late": [dict(row) for row in late]})
        return
    for table in tables:
        for line in to_text(table, language, currency=currency):
            output.say(line)
        output.say("")
    if late:
        cents = sum(row["vat_cents"] for row in late)
        said = Words("enregistrées après la déclaration", "recorded after the declaration")
        seqs = ", ".join(str(row["seq"]) for row in late)
        output.say(f"{len(late)} {getattr(said, language)}: {output.euros(cents, currency)} ({seqs})")


# ---- bridges as an accountant reads them


def _tell(found: Reconciled, language: Literal["fr", "en"], entries: bool) -> None:
    made = found.made
    output.say(f"{made.period.from_on} - {made.period.to_on}, #{made.upto_seq}")
    for name in dict.fromkeys(each.name for each in made.bridges):
        own = [each for each in made.bridges if each.name == name]
        output.say("")
        output.say(getattr(TITLES[name], language))
        columns = tuple(getattr(COLUMNS[each], language) for each in own[0].columns)
        rows = [row for each in own for row in _rows(each, language, entries)]
        heads = ("", "", *columns, *(("#",) if entries else ()))
        output.table("", heads, rows, right=columns)
    if found.missing:
        words = Words("écritures purgées manquent au livre", "purged entries are missing in the book")
        output.say(f"{found.missing} {getattr(words, language)} (sceau rebuild book --archive FILE)")
    wrong = [each for each in made.bridges if not each.holds]
    output.say("")
    good = Words(f"{len(made.bridges)} passages, tous sans écart", f"{len(made.bridges)} bridges, every residue 0")
    bad = Words(f"{len(wrong)} passages ne tombent pas juste", f"{len(wrong)} bridges do not hold")
    output.say(getattr(bad if wrong else good, language))


def _rows(each: Bridge, language: Literal["fr", "en"], entries: bool) -> Iterator[list[str]]:
    residue = Step("book", each.residue)
    key = _key(each.key)
    parts = [("", each.start), *(("+", step) for step in each.steps), ("=", each.end)]
    for place, (sign, step) in enumerate(parts):
        words = getattr(STEPS[step.name], language)
        yield _row(key if place == 0 else "", f"{sign} {words}".strip(), step, entries)
    if not each.holds:
        yield _row("", "ÉCART" if language == "fr" else "RESIDUE", residue, entries)


def _row(key: str, words: str, step: Step, entries: bool) -> list[str]:
    row = [key, words, *(decimal_of(cents) for cents in step.cents)]
    if entries:
        shown = ", ".join(map(str, step.entries[:MOST_ENTRIES]))
        row.append(shown + (" ..." if len(step.entries) > MOST_ENTRIES else ""))
    return row


def _key(key: tuple[str, ...]) -> str:
    """Write a bridge's key: rates in percent, empty parts left out."""
    shown = []
    for place, part in enumerate(key):
        before = key[place - 1] if place else ""
        is_rate = part.isdigit() and before in ("S", "Z", "E", "AE", "K", "G", "O")
        shown.append(f"{percent_text(int(part))} %" if is_rate else part)
    return " ".join(part for part in shown if part)


# ---- what is asked


@contextmanager
def _opened(store: str | None, ledger: str) -> Iterator[tuple[Service, Engine, LedgerRow]]:
    given = settings(store)
    with service(given) as opened:
        row = opened.find(ledger)
        engine = engine_of(opened, given)
        try:
            yield opened, engine, row
        finally:
            engine.close()


def _period(opened: Service, row: LedgerRow, named: str | None, from_on: str | None, to_on: str | None) -> Period:
    for option, text in (("--from", from_on), ("--to", to_on)):
        if text is not None and not _is_day(text):
            output.fail(f"{option} is a day, YYYY-MM-DD, from {FIRST_DAY} to {LAST_DAY}")
    if named is None:
        return period_asked(opened, row, from_on, to_on)
    if from_on is not None or to_on is not None:
        output.fail("one of --period and --from with --to")
    found = period_named(named, opened.register(row.ledger).year_start)
    if found is None:
        output.fail(f"--period is a month (2026-11), a quarter (2026-Q4) or a year (2026), {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _day(text: str) -> str:
    if not _is_day(text):
        output.fail(f"--declared is a day, YYYY-MM-DD, from {FIRST_DAY} to {LAST_DAY}")
    return text


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return day.isoformat() == text and FIRST_DAY <= day <= LAST_DAY
