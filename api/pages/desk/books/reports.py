"""Reports as pages: every question, its answer as a table and a picture, and the entries behind a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from api.http.call import Answer
from api.http.problems import Problem
from api.http.reports import BEYOND_ENTRIES
from api.pages.desk.books.common import DESK, filled, get, page_number, place_of
from api.pages.desk.books.event_words import event_words
from api.pages.desk.books.tiles import desk_at
from api.pages.frame.languages import spaced
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong
from api.reports import explain
from projections.reports.asking import Unfit, complete
from projections.reports.charts import draw
from projections.reports.contract import Asked, Column, Report, Table, Words
from projections.reports.registry import BY_NAME, REPORTS
from projections.reports.shapes import cell, in_words, said, to_csv, to_json
from projections.reports.words import words_of

_ROWS: Final = 100
"""Rows on one page of a table."""
_MOST_TOLD: Final = 200
_MOST_KEPT_ROWS: Final = 20_000
_QUARTER_SECONDS: Final = 900
_FIGURES: Final = frozenset({"cents", "count", "days", "bp"})

GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("L'argent attendu", ("next", "receivables", "deposits", "late-deposits", "statement", "customers", "dso")),
    ("Les ventes", ("pipeline", "durations", "documents", "recurring")),
    ("Le chiffre d'affaires et les encaissements", ("revenue", "payments", "takings", "receipts", "thresholds")),
    ("La TVA", ("vat", "vat-rates", "vat-entries", "ereporting", "ereporting-due")),
    ("La comptabilité et les preuves", ("journal", "balance", "integrity")),
)
"""Reports by what they are asked for; what is not named here stands under the last heading, "Autres"."""

BOARD: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("receivables", {}), ("dso", {}), ("pipeline", {}), ("durations", {}), ("revenue", {}), ("next", {"days": "60"}),
)  # fmt: skip
"""The pictures of the page of charts, in order."""


CHOICES: Final[Mapping[str, Words]] = {
    "customer": Words("par client", "by customer"),
    "document": Words("par document", "by document"),
    "live": Words("en cours", "live"),
    "all": Words("tous", "all"),
    "value": Words("au jour de valeur", "on its value day"),
    "recorded": Words("au jour d'enregistrement", "on its recording day"),
    "day": Words("jour", "day"),
    "week": Words("semaine", "week"),
    "month": Words("mois", "month"),
    "quarter": Words("trimestre", "quarter"),
    "year": Words("année", "year"),
    "financial_year": Words("exercice", "financial year"),
    "none": Words("sans détail", "no split"),
    "rate": Words("par taux", "by rate"),
    "nature": Words("biens et services", "goods and services"),
    "customer_kind": Words("par clientèle", "by kind of customer"),
    "place": Words("par lieu", "by place"),
    "detailed": Words("détaillé", "detailed"),
    "daily": Words("par jour", "by day"),
    "bic": Words("BIC", "BIC"),
    "bnc": Words("BNC", "BNC"),
    "ttc": Words("TTC", "with VAT"),
    "ht": Words("HT", "without VAT"),
}
"""What may be chosen, in words; a choice that is a code of the reports has the code's own."""


def report_list(visit: Visit) -> Answer:
    """Show every report by its question."""
    visit.query()
    named = [name for _, names in GROUPS for name in names]
    rest = tuple(each.name for each in REPORTS if each.name not in named)
    groups = [(words, [BY_NAME[name] for name in names if name in BY_NAME]) for words, names in GROUPS]
    if rest:
        groups.append(("Autres", [BY_NAME[name] for name in rest]))
    return visit.render("desk/books/reports.html", groups=groups, question=lambda one: _said(visit, one.question))


def boards(visit: Visit) -> Answer:
    """Show the pictures that are looked at most."""
    visit.query()
    charts = [
        (BY_NAME[name], visit.at(f"/reports/{name}/chart?" + urlencode(asked)), visit.at(f"/reports/{name}"))
        for name, asked in BOARD
        if name in BY_NAME
    ]
    return visit.render("desk/books/boards.html", charts=charts, question=lambda one: _said(visit, one.question))


def report(visit: Visit) -> Answer:
    """Show one report as a table, with what may be asked as a form."""
    found = _report(visit)
    query = filled(visit.query("page", *(each.name for each in found.parameters)))
    page = page_number(query)
    query.pop("page", None)
    asked = complete(found, query)
    facts: dict[str, Any] = {"report": found, "given": query, "section": "reports", **_words(visit)}
    if isinstance(asked, Unfit):
        words = _said(visit, asked.words)
        sentence = words[0].upper() + words[1:] + "."
        wrong = None if asked.reason == "missing" and not query else Wrong(sentence, places={asked.name: sentence})
        status = 200 if wrong is None else 422
        return visit.render("desk/books/report.html", status, table=None, wrong=wrong, kept="", **facts)
    table, currency = _made(visit, found, asked)
    first = (page - 1) * _ROWS
    kept = urlencode(query)
    return visit.render(
        "desk/books/report.html",
        table=table,
        rows=table.rows[first : first + _ROWS],
        columns=[each for each in table.columns if _shown(each, table)],
        first=first,
        before=_turned(visit, found, query, page - 1) if page > 1 else "",
        after=_turned(visit, found, query, page + 1) if first + _ROWS < len(table.rows) else "",
        kept=f"?{kept}" if kept else "",
        shown=lambda column, value: cell(column, value, visit.language, currency),
        figure=lambda column, row: _figure(visit, found, query, column, row),
        link=lambda row: _link(visit, row),
        **facts,
    )


def report_chart(visit: Visit) -> Answer:
    """Give a report's picture."""
    found = _report(visit)
    asked = _asked(visit, found, "form")
    narrow = visit.query("form", *(each.name for each in found.parameters)).get("form") == "phone"
    table, currency = _made(visit, found, asked)
    if table.chart is None:
        return visit.file(_nothing(visit), "image/svg+xml", f"{found.name}.svg", inline=True)
    drawn = draw(in_words(table.chart, visit.language), table.title, visit.language, currency, narrow=narrow)
    return visit.file(drawn, "image/svg+xml", f"{found.name}.svg", inline=True)


def report_file(visit: Visit) -> Answer:
    """Give a report as a file: CSV for a spreadsheet, JSON for a program."""
    found = _report(visit)
    asked = _asked(visit, found, "format")
    form = visit.query("format", *(each.name for each in found.parameters)).get("format", "csv")
    if form not in ("csv", "json"):
        raise Problem("PARAMETER_INVALID", "query format", reason="choice")
    with desk_at(visit.context, visit.ledger, found) as desk:
        table = found.make(desk, asked)
        name = f"{found.name}-{table.as_of_seq}.{form}"
        if form == "json":
            return visit.file(orjson.dumps(to_json(table), option=orjson.OPT_INDENT_2), "application/json", name)
        body = b"\xef\xbb\xbf" + b"".join(to_csv(table, visit.language))  # a spreadsheet reads UTF-8 by this mark
        return visit.file(body, "text/csv; charset=utf-8", name)


def report_explain(visit: Visit) -> Answer:
    """Show the entries behind one figure."""
    found = _report(visit)
    query = filled(visit.query("key", "column", *(each.name for each in found.parameters)))
    key, column = query.pop("key", ""), query.pop("column", "")
    asked = complete(found, query)
    if isinstance(asked, Unfit) or not 1 <= len(key) <= 200:
        raise visit.nothing_there()
    with desk_at(visit.context, visit.ledger, found) as desk:
        told = explain(desk, found, asked, key, column, _MOST_TOLD)
        currency = desk.facts.currency
    if told is None:
        raise visit.nothing_there()
    heading = next(each for each in told.table.columns if each.name == column)
    row = next(one for one in told.table.rows if one["key"] == told.key)
    kept = urlencode(query)
    return visit.render(
        "desk/books/explained.html",
        report=found,
        told=told,
        heading=heading,
        value=cell(heading, told.value, visit.language, currency),
        share=lambda value: cell(heading, value, visit.language, currency),
        row_name=row.get("number") or row.get("name") or row.get("period") or told.key,
        kept=f"?{kept}" if kept else "",
        section="reports",
        place_of=lambda stream: place_of(visit, stream),
        **_words(visit),
    )


def _report(visit: Visit) -> Report:
    found = BY_NAME.get(visit.params["report"])
    if found is None:
        raise visit.nothing_there()
    return found


def _asked(visit: Visit, found: Report, *own: str) -> Asked:
    query = filled(visit.query(*own, *(each.name for each in found.parameters)))
    asked = complete(found, {name: value for name, value in query.items() if name not in own})
    if isinstance(asked, Unfit):
        raise Problem("PARAMETER_INVALID", f"query {asked.name}", reason=asked.reason)
    return asked


def _made(visit: Visit, found: Report, asked: Asked) -> tuple[Table, str]:
    """Make a report, or give the one made last if nothing was recorded since and no new day can have begun."""
    context, row = visit.context, visit.ledger
    head = context.store.head(row.ledger)
    quarter = int(context.service.clock.now().timestamp()) // _QUARTER_SECONDS
    stamp = (tuple(sorted(asked.items())), 0 if head is None else head.seq, quarter)
    kept = context.beside.kept(row.ledger, f"report:{found.name}")
    if kept is not None and kept.stamp == stamp:
        made: tuple[Table, str] = kept.value
        return made
    with desk_at(context, row, found) as desk:
        table, currency = found.make(desk, asked), desk.facts.currency
    if len(table.rows) <= _MOST_KEPT_ROWS and found.name not in BEYOND_ENTRIES and table.as_of_seq == stamp[1]:
        context.beside.keep(row.ledger, f"report:{found.name}", stamp, (table, currency))
    return table, currency


def _turned(visit: Visit, found: Report, query: Mapping[str, str], page: int) -> str:
    return visit.at(f"/reports/{found.name}?" + urlencode({**query, "page": str(page)}))


def _shown(column: Column, table: Table) -> bool:
    """Leave out ids that people do not read, and columns in which nothing stands."""
    if column.kind == "id" or column.name == "about":
        return False
    return not table.rows or any(row.get(column.name) is not None for row in table.rows)


def _figure(visit: Visit, found: Report, query: Mapping[str, str], column: Column, row: Mapping[str, Any]) -> str:
    """Give the address of what is behind a figure; empty where there is none."""
    value = row.get(column.name)
    if column.kind not in _FIGURES or not value:
        return ""
    asked = {**query, "key": row["key"], "column": column.name}
    return visit.at(f"/reports/{found.name}/explain?" + urlencode(asked))


def _link(visit: Visit, row: Mapping[str, Any]) -> str:
    """Give where the thing that a row is about is shown; empty where it is about no one thing."""
    about = row.get("about")
    stream = about if isinstance(about, str) and ":" in about else str(row["key"])
    kind = stream.partition(":")[0]
    if kind in ("quote", "invoice", "credit_note", "deposit", "deposit_request", "customer"):
        return place_of(visit, stream)
    customer = row.get("customer")
    return place_of(visit, f"customer:{customer}") if customer else ""


def _said(visit: Visit, words: Any) -> str:
    told = said(words, visit.language)
    return spaced(told) if visit.language == "fr" else told


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "both": lambda words: _said(visit, words),
        "code": lambda value, column="": _said(visit, words_of(str(value), column)),
        "choice": lambda value: _said(visit, CHOICES.get(value) or words_of(value)),
        "event": lambda type_: event_words(type_, visit.language),
    }


def _nothing(visit: Visit) -> bytes:
    """Draw that there is nothing to draw yet."""
    words = visit.say("Rien à dessiner pour le moment")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 120" role="img"><text x="480" y="66" '
        'text-anchor="middle" font-family="sans-serif" font-size="18" fill="#535d69">'
        f"{words}</text></svg>"
    ).encode()


PAGES: Final[tuple[Page, ...]] = (
    get("/reports", report_list, DESK, "Tous les rapports, par question."),
    get("/boards", boards, DESK, "Les tableaux : les graphiques sur une page."),
    get("/reports/{report}", report, DESK, "Un rapport.", report="receivables"),
    get("/reports/{report}/chart", report_chart, DESK, "Le graphique d'un rapport.", report="receivables"),
    get("/reports/{report}/file", report_file, DESK, "Un rapport en fichier.", report="receivables"),
    get("/reports/{report}/explain", report_explain, DESK, "Les écritures derrière un chiffre.", report="receivables"),
)
