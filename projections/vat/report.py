"""The reports `vat` (boxes of a return), `vat-rates` (exact figures per rate) and `vat-entries` (the list behind)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ledger.domain.regimes.fr.statements import reference
from ledger.domain.types import VatRegime
from projections.book.posting import Posting
from projections.book.reading import postings
from projections.reports.common import finish
from projections.reports.contract import Asked, Column, Desk, Parameter, Report, Table, Words
from projections.vat.boxes import Box
from projections.vat.periods import Period, last_ended, named_days
from projections.vat.returns import (
    BoxFigure,
    Figure,
    FigureKey,
    VatReturn,
    behind,
    box_for,
    counting,
    due_day,
    key_of,
    numbers_of,
    vat_return,
)

_PARAMETERS = (
    Parameter("from", "day", Words("premier jour ; sans lui, la dernière période échue",
                                   "first day; without it, the last period that has ended")),
    Parameter("to", "day", Words("dernier jour ; sans lui, aujourd'hui", "last day; without it, today")),
    Parameter("declared", "day", Words("jour de la déclaration ; sans lui, le dernier où elle est permise",
                                       "day of the declaration; without it, the last on which it may be made")),
)  # fmt: skip

_NO_FORM = Words("Aucune déclaration de TVA", "No VAT return")
_SALES_ONLY = Words(
    "Ventes seulement : la TVA déductible, les acquisitions et les importations sont à ajouter.",
    "Sales only: deductible VAT, acquisitions and imports are to be added.",
)
_OTHER_CURRENCIES = Words(
    "Des opérations dans d'autres devises sont hors des cases : à convertir au cours du jour (CGI art. 266-1 bis).",
    "Supplies in other currencies are in no box: convert them at the day's rate (CGI art. 266-1 bis).",
)
_LATE = Words(
    "Des faits de la période ont été enregistrés après la déclaration : voir `vat-entries`, colonne `late`.",
    "Facts of the period were recorded after it was declared: see `vat-entries`, column `late`.",
)


def _no_return(period: Period) -> Words:
    """Say that there is no return, by the article in force on the period's last day."""
    article = reference("franchise", date.fromisoformat(period.to_on))
    return Words(
        f"Franchise en base : aucune déclaration de TVA ({article}).",
        f"Small-business exemption: no VAT return ({article}).",
    )


def regime_of(desk: Desk) -> VatRegime:
    """Give the regime in the profile; without a profile, the one that asks for the most."""
    profile = desk.facts.profile
    return profile.vat_regime if profile is not None else "normal_monthly"


def period_of(desk: Desk, asked: Asked) -> Period:
    """Give the days asked for; without any, the last period that has ended under the business's regime."""
    first, last = asked.get("from"), asked.get("to")
    if first is None and last is None:
        return last_ended(regime_of(desk), desk.today, desk.facts.year_start)
    last = last or max(desk.today.isoformat(), first or "")
    return named_days(first or min(desk.facts.opened_on, last), last)


def return_of(desk: Desk, asked: Asked) -> VatReturn:
    """Make the return that is asked for, as of the desk's position."""
    period = period_of(desk, asked)
    return vat_return(
        _book(desk, period),
        period,
        regime=regime_of(desk),
        currency=desk.facts.currency,
        upto_seq=desk.view("book").position,
        declared_on=asked.get("declared"),
    )


def _book(desk: Desk, period: Period) -> Iterator[Posting]:
    return postings(desk.view("book"), on_from=period.from_on, on_to=period.to_on)


# --- the boxes


def _boxes(desk: Desk, asked: Asked) -> Table:
    made = return_of(desk, asked)
    rows = [_box_row(each, made) for each in made.boxes]
    notes = [_SALES_ONLY] if made.form is not None else [_no_return(made.period)]
    if any(one.key.currency != made.currency for one in made.figures):
        notes.append(_OTHER_CURRENCIES)
    if made.late:
        notes.append(_LATE)
    title = made.form.title if made.form is not None else _NO_FORM
    title = Words(f"{title.fr}, {made.period.name}", f"{title.en}, {made.period.name}")
    return finish(VAT, desk, _BOX_COLUMNS, rows, title=title, notes=notes)


def _box_row(each: BoxFigure, made: VatReturn) -> dict[str, Any]:
    number = each.box.number
    behind_it = [one.last_seq for one in made.figures if _counts_in(one, made, number)]
    row: dict[str, Any] = {"key": number, "seq": max(behind_it, default=0), "box": number, "code": each.box.code}
    row |= {"words": each.box.words.fr}
    for name in ("base_cents", "vat_cents", "base_euros", "vat_euros"):
        value = getattr(each, name)
        if value is not None:
            row[name] = value
    return row


def _counts_in(one: Figure, made: VatReturn, number: str) -> bool:
    own = made.form is not None and one.key.currency == made.currency
    return own and number in numbers_of(made.form, one.key, made.below_zero)  # type: ignore[arg-type] # own says so


_BOX_COLUMNS = (
    Column("box", "code", Words("Case", "Box")),
    Column("code", "code", Words("Code EDI", "EDI code")),
    Column("words", "text", Words("Libellé", "As printed on the form")),
    Column("base_euros", "count", Words("Base (euros)", "Base (euros)")),
    Column("vat_euros", "count", Words("Taxe (euros)", "Tax (euros)")),
    Column("base_cents", "cents", Words("Base exacte", "Exact base")),
    Column("vat_cents", "cents", Words("Taxe exacte", "Exact tax")),
)


def _behind_box(desk: Desk, asked: Asked, key: str) -> tuple[VatReturn, list[Posting]]:
    made = return_of(desk, asked)
    return made, list(behind(made, _book(desk, made.period), key))


def _explain_box(desk: Desk, asked: Asked, key: str, _: str) -> Iterable[int]:
    return sorted({each.seq for each in _behind_box(desk, asked, key)[1]})


def _box_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    """Give what each entry brought to an exact figure; a figure in euros is rounded, and no sum of them."""
    if not column.endswith("_cents"):
        return None
    made, found = _behind_box(desk, asked, key)
    form = made.form
    corrections = () if form is None else (form.correction_base, form.correction_vat, form.correction_untaxed)
    sign = 1 if any(box is not None and box.number == key for box in corrections) else -1
    return _shares(found, column, sign)


def _shares(found: Iterable[Posting], column: str, sign: int = -1) -> dict[int, int]:
    shares: dict[int, int] = {}
    for each in found:
        cents = each.base_cents if column == "base_cents" else each.amount_cents
        shares[each.seq] = shares.get(each.seq, 0) + sign * cents
    return shares


# --- the rates


def _rates(desk: Desk, asked: Asked) -> Table:
    made = return_of(desk, asked)
    rows = [_rate_row(one, made) for one in made.figures]
    title = Words(f"TVA exigible par taux, {made.period.name}", f"VAT that fell due, by rate, {made.period.name}")
    one_currency = all(one.key.currency == made.currency for one in made.figures)
    return finish(VAT_RATES, desk, _RATE_COLUMNS, rows, title=title, totals=None if one_currency else {})


def _rate_row(one: Figure, made: VatReturn) -> dict[str, Any]:
    key = one.key
    row: dict[str, Any] = {name: value for name, value in zip(key._fields, key, strict=True) if value != ""}
    row |= {"key": "/".join(map(str, key)), "seq": one.last_seq}
    row |= {"base_cents": one.base_cents, "vat_cents": one.vat_cents}
    if made.form is not None and key.currency == made.currency:
        row["box"] = box_for(made.form, key).number
    return row


_RATE_COLUMNS = (
    Column("currency", "code", Words("Devise", "Currency")),
    Column("category", "code", Words("Catégorie", "Category")),
    Column("rate_bp", "bp", Words("Taux", "Rate")),
    Column("exemption", "code", Words("Exonération", "Exemption")),
    Column("supply_place", "code", Words("Lieu", "Place")),
    Column("nature", "code", Words("Nature", "Nature")),
    Column("due_by", "code", Words("Exigibilité", "Due by")),
    Column("box", "code", Words("Case", "Box")),
    Column("base_cents", "cents", Words("Base HT", "Base"), total=True),
    Column("vat_cents", "cents", Words("TVA", "VAT"), total=True),
)


def _behind_rate(desk: Desk, asked: Asked, key: str) -> list[Posting]:
    period = period_of(desk, asked)
    found = counting(_book(desk, period), period, desk.view("book").position)
    return [each for each in found if "/".join(map(str, key_of(each))) == key]


def _explain_rate(desk: Desk, asked: Asked, key: str, _: str) -> Iterable[int]:
    return sorted({each.seq for each in _behind_rate(desk, asked, key)})


def _rate_shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    return _shares(_behind_rate(desk, asked, key), column) if column in ("base_cents", "vat_cents") else None


# --- the entries


def _entries(desk: Desk, asked: Asked) -> Table:
    period, upto, regime = period_of(desk, asked), desk.view("book").position, regime_of(desk)
    empty = vat_return((), period, regime=regime, currency=desk.facts.currency, upto_seq=upto)
    declared = asked.get("declared") or due_day(empty.form.name if empty.form is not None else None, period)
    found = counting(_book(desk, period), period, upto)
    rows = [_entry_row(each, empty, declared) for each in found]
    title = Words(f"TVA exigible, écritures du registre, {period.name}", f"VAT that fell due, entries, {period.name}")
    one_currency = all(row["currency"] == desk.facts.currency for row in rows)
    return finish(VAT_ENTRIES, desk, _ENTRY_COLUMNS, rows, title=title, totals=None if one_currency else {})


def _entry_row(each: Posting, made: VatReturn, declared: str) -> dict[str, Any]:
    key: FigureKey = key_of(each)
    box: Box | None = box_for(made.form, key) if made.form is not None and key.currency == made.currency else None
    row: dict[str, Any] = {
        "key": f"{each.seq}.{each.move}.{each.rank}",
        "seq": each.seq,
        "on": each.on,
        "day": each.day,
        "number": each.number,
        "cause": each.cause,
        "box": box.number if box is not None else None,
        "currency": each.currency,
        "rate_bp": key.rate_bp,
        "nature": key.nature,
        "base_cents": -each.base_cents,
        "vat_cents": -each.amount_cents,
        "late": each.day > declared,
    }
    return {name: value for name, value in row.items() if value is not None}


_ENTRY_COLUMNS = (
    Column("seq", "seq", Words("Écriture", "Entry")),
    Column("on", "day", Words("Exigible le", "Due on")),
    Column("day", "day", Words("Enregistré le", "Recorded on")),
    Column("number", "number", Words("Pièce", "Document")),
    Column("cause", "code", Words("Fait", "Fact")),
    Column("box", "code", Words("Case", "Box")),
    Column("currency", "code", Words("Devise", "Currency")),
    Column("rate_bp", "bp", Words("Taux", "Rate")),
    Column("nature", "code", Words("Nature", "Nature")),
    Column("base_cents", "cents", Words("Base HT", "Base"), total=True),
    Column("vat_cents", "cents", Words("TVA", "VAT"), total=True),
    Column("late", "flag", Words("Après la déclaration", "After the return")),
)


def _explain_entry(_: Desk, __: Asked, key: str, ___: str) -> Iterable[int]:
    return (int(key.partition(".")[0]),)


VAT = Report(
    name="vat",
    question=Words(
        "Que faut-il écrire dans la déclaration de TVA de la période ?",
        "What goes into the VAT return of the period?",
    ),
    parameters=_PARAMETERS,
    uses=("book",),
    make=_boxes,
    explain=_explain_box,
    shares=_box_shares,
)
"""The boxes of the return, in euros as the form takes them and exact beside."""

VAT_RATES = Report(
    name="vat-rates",
    question=Words("Quelle TVA est devenue exigible, par taux ?", "Which VAT fell due, by rate?"),
    parameters=_PARAMETERS,
    uses=("book",),
    make=_rates,
    explain=_explain_rate,
    shares=_rate_shares,
)
"""The exact figures of the return, by rate, nature and reason."""

VAT_ENTRIES = Report(
    name="vat-entries",
    question=Words(
        "Quelles écritures du registre font la déclaration de TVA ?",
        "Which entries make up the VAT return?",
    ),
    parameters=_PARAMETERS,
    uses=("book",),
    make=_entries,
    explain=_explain_entry,
)
"""The list behind each box, and what was recorded after the period was declared."""
