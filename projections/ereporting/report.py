"""Two reports: the figures of 10.3 and 10.4 by day and rate, and what is due by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from projections.book.posting import Posting
from projections.business.spans import FROM, TO, bounds
from projections.ereporting.due import Figures, Obligation, obligations
from projections.ereporting.history import NAME, filed_of, firm_of
from projections.ereporting.periods import Situations
from projections.ereporting.reading import reader
from projections.ereporting.transactions import transactions
from projections.reports.common import finish
from projections.reports.contract import Asked, Column, Desk, Parameter, Report, Table, Words

BOOK: Final = "book"
_FLOW: Final = Parameter("flow", "code", Words("flux", "flow"), choices=("10.3", "10.4"))

_COLUMNS: Final = (
    Column("flow", "code", Words("Flux", "Flow")),
    Column("on", "day", Words("Jour", "Day")),
    Column("category", "code", Words("Catégorie", "Category")),
    Column("rate_bp", "bp", Words("Taux", "Rate")),
    Column("base_cents", "cents", Words("Hors taxe", "Without tax"), total=True),
    Column("vat_cents", "cents", Words("TVA", "VAT"), total=True),
    Column("paid_cents", "cents", Words("Encaissé TTC", "Paid, with tax"), total=True),
)

_DUE_COLUMNS: Final = (
    Column("flow", "code", Words("Flux", "Flow")),
    Column("from_on", "day", Words("Du", "From")),
    Column("to_on", "day", Words("Au", "To")),
    Column("due_on", "day", Words("Échéance", "Due on")),
    Column("state", "code", Words("État", "State")),
    Column("late", "flag", Words("En retard", "Late")),
    Column("file", "text", Words("Fichier", "File")),
    Column("lines", "count", Words("Lignes", "Lines")),
    Column("export", "id", Words("Export", "Export")),
)

_LEFT_OUT: Final = {
    "business": Words(
        "{} hors taxe facturés à des entreprises françaises n'y sont pas : ce sont des factures électroniques.",
        "{} without tax invoiced to French businesses are not here: those are e-invoices.",
    ),
    "international_business": Words(
        "{} hors taxe facturés à des entreprises étrangères n'y sont pas : flux 10.1 et 10.2, non produits.",
        "{} without tax invoiced to businesses abroad are not here: flux 10.1 and 10.2, which are not made.",
    ),
    "public": Words(
        "{} hors taxe facturés au secteur public n'y sont pas : Chorus Pro.",
        "{} without tax invoiced to public bodies are not here: Chorus Pro.",
    ),
    "no_invoice_exemption": Words(
        "{} exonérés au titre des articles 261 à 261 E du CGI n'y sont pas.",
        "{} exempt under CGI 261 to 261 E are not here.",
    ),
}


def _parts(desk: Desk) -> tuple[Figures, Situations] | None:
    """Give the figures of the desk's book, or None while nothing says who reports."""
    firm = firm_of(desk.view(NAME))
    if firm is None:
        return None
    book = desk.view(BOOK)
    return Figures(reader(book), firm, book.position), firm


# ---- figures


def _lines(desk: Desk, asked: Asked) -> Iterator[tuple[dict[str, Any], tuple[int, ...]]]:
    """Give each row with the entries behind it."""
    parts = _parts(desk)
    if parts is None:
        return
    figures, _ = parts
    first, last = (day.isoformat() for day in bounds(desk, asked))
    if asked.get("flow") in (None, "10.3"):
        for line in transactions(figures.read(first, last), first, last, figures.upto_seq).lines:
            for rate in line.rates:
                key = f"10.3 {line.on} {line.category} {rate.rate_bp}"
                row = {"key": key, "flow": "10.3", "on": line.on, "category": line.category, "rate_bp": rate.rate_bp}
                cents = {"base_cents": rate.base_cents, "vat_cents": rate.vat_cents}
                yield {**row, **cents, "seq": max(rate.seqs)}, rate.seqs
    if asked.get("flow") in (None, "10.4"):
        for paid in figures.payments().within(first, last):
            key = f"10.4 {paid.on} {paid.rate_bp}"
            row = {"key": key, "flow": "10.4", "on": paid.on, "rate_bp": paid.rate_bp}
            yield {**row, "paid_cents": paid.cents, "seq": max(paid.seqs)}, paid.seqs


def _make(desk: Desk, asked: Asked) -> Table:
    return finish(EREPORTING, desk, _COLUMNS, [row for row, _ in _lines(desk, asked)], notes=_notes(desk, asked))


def _explain(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    del column  # every figure of a row is of the same entries
    return next((seqs for row, seqs in _lines(desk, asked) if row["key"] == key), ())


def _shares(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    """Give what each entry brought to a figure of 10.3; a line of 10.4 may have lost some to other days' refunds."""
    parts, (flow, on, *_) = _parts(desk), key.split(" ")
    if parts is None or flow != "10.3" or column not in ("base_cents", "vat_cents"):
        return None
    del asked
    figures, _ = parts
    by_entry: dict[int, list[Posting]] = defaultdict(list)
    for each in figures.read(on, on):
        by_entry[each.seq].append(each)
    shares = {}
    for seq, brought in sorted(by_entry.items()):
        for line in transactions(brought, on, on, figures.upto_seq).lines:
            for rate in line.rates:
                cents = rate.base_cents if column == "base_cents" else rate.vat_cents
                if key == f"10.3 {line.on} {line.category} {rate.rate_bp}" and cents:
                    shares[seq] = cents
    return shares


def _notes(desk: Desk, asked: Asked) -> Iterator[Words]:
    parts = _parts(desk)
    if parts is None:
        return
    figures, firm = parts
    if desk.today < firm.start_on:
        on = f"{firm.start_on:%d/%m/%Y}"
        yield Words(
            f"L'e-reporting n'est pas encore obligatoire pour cette entreprise : il commence le {on}.",
            f"E-reporting is not compulsory for this firm yet: it starts on {firm.start_on}.",
        )
    first, last = (day.isoformat() for day in bounds(desk, asked))
    left_out = transactions(figures.read(first, last), first, last, figures.upto_seq).left_out
    for why, cents in sorted(left_out.items()):
        if cents:
            words = _LEFT_OUT[why]
            yield Words(words.fr.format(_euros(cents, ",")), words.en.format(_euros(cents, ".")))
    unplaced = -sum(each.cents for each in figures.payments().unplaced if first <= each.on <= last)
    if unplaced:
        yield Words(
            f"{_euros(unplaced, ',')} rendus ne se rattachent à aucun encaissement connu : à régulariser à la main.",
            f"{_euros(unplaced, '.')} given back are of no money that is known to have come in: settle them by hand.",
        )


def _euros(cents: int, point: str) -> str:
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{cents // 100}{point}{cents % 100:02d} €"


EREPORTING: Final = Report(
    name="ereporting",
    question=Words(
        "Que déclare-t-on des ventes aux particuliers et de leurs encaissements, jour par jour et taux par taux ?",
        "What is reported of sales to consumers and of their payments, day by day and rate by rate?",
    ),
    parameters=(FROM, TO, _FLOW),
    uses=(BOOK, NAME),
    make=_make,
    explain=_explain,
    shares=_shares,
)
"""The lines of 10.3 and 10.4, whether a firm has to report them yet or not."""


# ---- what is due


def _due(desk: Desk, asked: Asked) -> Iterator[tuple[dict[str, Any], Obligation, Figures]]:
    parts = _parts(desk)
    if parts is None:
        return
    figures, firm = parts
    filed, opened_on = filed_of(desk.view(NAME)), date.fromisoformat(firm.known[0].since)
    for one in obligations(figures, firm, filed, today=desk.today, opened_on=opened_on):
        if asked.get("flow") in (None, one.flow):
            yield _row(one, figures), one, figures


def _row(one: Obligation, figures: Figures) -> dict[str, Any]:
    row = {
        "key": f"{one.flow} {one.period.from_on}",
        "flow": one.flow,
        "from_on": one.period.from_on.isoformat(),
        "to_on": one.period.to_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "late": one.late and one.pending,
        "file": f"{one.type_code} {one.n}",
        "lines": one.lines,
    }
    if one.last is None:
        return {**row, "seq": max(_behind(one, figures))}
    return {**row, "export": one.last.export, "seq": one.last.seq}


def _make_due(desk: Desk, asked: Asked) -> Table:
    return finish(EREPORTING_DUE, desk, _DUE_COLUMNS, [row for row, *_ in _due(desk, asked)])


def _explain_due(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    del column
    for row, one, figures in _due(desk, asked):
        if row["key"] == key:
            return sorted(_behind(one, figures))
    return ()


def _behind(one: Obligation, figures: Figures) -> set[int]:
    if one.flow == "10.4":
        return {seq for line in figures.paid(one.period) for seq in line.seqs}
    return {seq for line in figures.sold(one.period) for rate in line.rates for seq in rate.seqs}


EREPORTING_DUE: Final = Report(
    name="ereporting-due",
    question=Words(
        "Quels rapports d'e-reporting sont à faire, remis, acceptés ou à rectifier, et pour quand ?",
        "Which e-reports are to be made, handed over, accepted or to be rectified, and by when?",
    ),
    parameters=(_FLOW,),
    uses=(BOOK, NAME),
    make=_make_due,
    explain=_explain_due,
)
"""Every period with figures since the firm has to report."""
