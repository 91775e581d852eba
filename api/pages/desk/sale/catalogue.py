"""The catalogue: articles and models of quotes, kept as drafts; articles to and from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final
from urllib.parse import quote as quoted

from api.http.call import Answer, whole
from api.names import folded
from api.pages.desk.sale.papers import (
    MOST_PAPERS,
    Paper,
    change_paper,
    drop_paper,
    new_paper,
    paper_of,
    papers,
    put_new,
    the_paper,
)
from api.pages.desk.sale.typed import code_of
from api.pages.desk.sale.words import LINE_TYPES, RATES, UNITS
from api.pages.frame.forms import FieldWrong, Form, decimal_text, typed_decimal
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field

PAGE: Final = 100
MOST_ROWS: Final = 5_000
COLUMNS: Final = ("code", "designation", "type", "unite", "prix", "tva")
"""The columns of a file of articles; the heading may say them in any order."""
_ALIASES: Final = {"désignation": "designation", "libelle": "designation", "libellé": "designation", "unité": "unite",
                   "prix ht": "prix", "prix ttc": "prix", "taux": "tva"}  # fmt: skip


def line_of(article: Paper) -> dict[str, Any]:
    """Give the line of a quote that an article makes."""
    notes = article.notes
    nature, purpose, _ = LINE_TYPES.get(str(notes.get("type")), LINE_TYPES["service"])
    line: dict[str, Any] = {"label": notes.get("label", "?"), "nature": nature, "unit_price": notes.get("price", "0")}
    if purpose != "item":
        line["purpose"] = purpose
    for member, name in (("unit", "unit"), ("rate_bp", "rate_bp"), ("item", "code")):
        if notes.get(name) is not None:
            line[member] = notes[name]
    return line


def found_articles(visit: Visit, words: str, most: int, skip: int = 0) -> list[Paper]:
    """Give articles in whose code or words every word stands, by label."""
    return _matching(visit, words)[skip : skip + most]


def _matching(visit: Visit, words: str) -> list[Paper]:
    wanted = folded(words).split()
    found = []
    for paper in papers(visit.context.side, visit.ledger.ledger, "article"):
        key = folded(f"{paper.notes.get('label', '')} {paper.notes.get('code', '')}")
        if all(word in key for word in wanted):
            found.append((key, paper))
    found.sort(key=lambda one: one[0])
    return [paper for _, paper in found]


def show_catalogue(visit: Visit) -> Answer:
    """Show articles and models."""
    query = visit.query("q", "page", "taken")
    words = query.get("q", "").strip()
    page = whole(query, "page", 1, 1_000, least=1)
    found = _matching(visit, words)
    models = list(papers(visit.context.side, visit.ledger.ledger, "model"))[:200]

    def at(number: int) -> str:
        return visit.at(f"/catalogue?page={number}" + (f"&q={quoted(words)}" if words else ""))

    taken = query.get("taken", "")
    return visit.render(
        "desk/sale/catalogue.html",
        words=words,
        articles=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        models=models,
        names={one.id: model_name(visit, one) for one in models},
        types=LINE_TYPES,
        units=UNITS,
        taken=int(taken) if taken.isascii() and taken.isdigit() and len(taken) < 7 else None,
        before=at(page - 1) if page > 1 else None,
        after=at(page + 1) if page * PAGE < len(found) else None,
    )


# --- one article


def new_article(visit: Visit) -> Answer:
    """Show an empty article."""
    visit.query()
    return _article_form(visit, None)


def _article_form(visit: Visit, paper: Paper | None, wrong: Wrong | None = None, status: int = 200) -> Answer:
    notes = paper.notes if paper is not None else {}
    rate = notes.get("rate_bp")
    values = {
        "label": notes.get("label", ""),
        "code": notes.get("code", ""),
        "type": notes.get("type", "service"),
        "unit": notes.get("unit", "C62"),
        "price": typed_decimal(str(notes.get("price", ""))),
        "rate": f"{rate // 100},{rate % 100:02d}".rstrip("0").rstrip(",") if isinstance(rate, int) else "",
    }
    return visit.render(
        "desk/sale/article.html", status, paper=paper, wrong=wrong, values=values, types=LINE_TYPES, units=UNITS,
        rates=RATES,
    )  # fmt: skip


def add_article(visit: Visit) -> Answer:
    """Keep a new article."""
    try:
        notes = read_article(visit.form)
    except FieldWrong as wrong:
        return _article_form(visit, None, of_field(wrong, visit.language), 422)
    new_paper(visit, "article", {}, notes)
    return visit.go(visit.at("/catalogue"))


def show_article(visit: Visit) -> Answer:
    """Show an article to be changed."""
    visit.query()
    return _article_form(visit, the_paper(visit, "article"))


def change_article(visit: Visit) -> Answer:
    """Change an article, or throw it away; quotes that were made from it keep what they say."""
    paper = the_paper(visit, "article")
    if visit.form.text("act") == "delete":
        drop_paper(visit, paper)
        return visit.go(visit.at("/catalogue"))
    try:
        notes = read_article(visit.form)
    except FieldWrong as wrong:
        return _article_form(visit, paper, of_field(wrong, visit.language), 422)
    if not change_paper(visit, paper, visit.form.whole("revision") or 0, {}, notes):
        words = visit.say("Quelqu'un d'autre a modifié cet article entre-temps : relisez-le avant d'enregistrer.")
        return _article_form(visit, paper_of(paper.draft), Wrong(words, status=409), 409)
    return visit.go(visit.at("/catalogue"))


def read_article(form: Form) -> dict[str, Any]:
    """Read an article's fields.

    Raises:
        FieldWrong: one of them cannot be read.
    """
    label = form.text("label")
    if not label:
        raise FieldWrong("label", "Une désignation est nécessaire.")
    if len(label) > 300:
        raise FieldWrong("label", "Ce texte est trop long.")
    price = form.decimal("price")
    if price is None:
        raise FieldWrong("price", "Un prix est nécessaire, comme 120,50.")
    notes: dict[str, Any] = {
        "label": label,
        "type": form.choice("type", tuple(LINE_TYPES), "service"),
        "unit": form.choice("unit", tuple(UNITS), "C62"),
        "price": price,
    }
    rate, code = form.basis_points("rate"), code_of(form.text("code"))
    return notes | ({"rate_bp": rate} if rate is not None else {}) | ({"code": code} if code else {})


# --- models


def show_model(visit: Visit) -> Answer:
    """Show a model of quotes: its name and what it holds."""
    visit.query("kept")
    paper = the_paper(visit, "model")
    return visit.render("desk/sale/model.html", paper=paper, name=model_name(visit, paper))


def change_model(visit: Visit) -> Answer:
    """Name a model, or throw it away."""
    paper = the_paper(visit, "model")
    if visit.form.text("act") == "delete":
        drop_paper(visit, paper)
        visit.context.files.detach(visit.ledger.ledger, paper.id)
        return visit.go(visit.at("/catalogue"))
    name = visit.form.text("name")
    if not name or len(name) > 120:
        words = visit.say("Un nom est nécessaire, de 120 lettres au plus.")
        wrong = Wrong(words, None, "FIELD", {"name": words})
        return visit.render("desk/sale/model.html", 422, paper=paper, name=name, wrong=wrong)
    change_paper(visit, paper, paper.revision, paper.command, {**paper.notes, "name": name})
    return visit.go(visit.at("/catalogue"))


def model_name(visit: Visit, paper: Paper) -> str:
    """Give the name of a model: its own, else its quote's title."""
    texts = paper.command.get("texts")
    title = texts.get("title") if isinstance(texts, Mapping) else None
    return str(paper.notes.get("name") or title or visit.say("Modèle sans nom"))


# --- files


@dataclass(frozen=True, slots=True)
class LineWrong:
    """One line of a file that cannot be taken, and why."""

    line: int
    words: str


def export_articles(visit: Visit) -> Answer:
    """Give the articles as a CSV file: semicolons and a byte order mark, as French spreadsheets open it."""
    visit.query()
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for paper in _matching(visit, ""):
        notes = paper.notes
        rate = notes.get("rate_bp")
        percent = f"{rate // 100},{rate % 100:02d}".rstrip("0").rstrip(",") if isinstance(rate, int) else ""
        price = str(notes.get("price", "")).replace(".", ",")
        row = (notes.get("code", ""), notes.get("label", ""), notes.get("type", ""), notes.get("unit", ""), price)
        writer.writerow([_plain(str(cell)) for cell in (*row, percent)])
    return visit.file(b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv; charset=utf-8", "articles.csv")


def _plain(cell: str) -> str:
    """Keep a spreadsheet from reading words as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:2].isdigit()) else cell


def show_import(visit: Visit) -> Answer:
    """Show how a file of articles looks, and take one."""
    visit.query()
    return visit.render("desk/sale/articles_import.html", wrongs=(), types=LINE_TYPES, units=UNITS)


def import_articles(visit: Visit) -> Answer:
    """Take articles from a CSV file: all of them, or none and what is wrong by line. Known codes are changed."""
    uploads = visit.form.files.get("file") or ()
    if not uploads:
        wrong = Wrong(visit.say("Choisissez un fichier."), None, "FIELD", {"file": visit.say("Choisissez un fichier.")})
        return visit.render(
            "desk/sale/articles_import.html", 422, wrongs=(), types=LINE_TYPES, units=UNITS, wrong=wrong
        )
    rows, wrongs = read_articles(uploads[0].body)
    known = {paper.notes.get("code"): paper for paper in papers(visit.context.side, visit.ledger.ledger, "article")}
    if not wrongs and len(known) + len(rows) > MOST_PAPERS:
        wrongs = [LineWrong(0, "Un catalogue a au plus 10 000 articles.")]
    if wrongs:
        told = [LineWrong(one.line, visit.say(one.words)) for one in wrongs[:50]]
        return visit.render("desk/sale/articles_import.html", 422, wrongs=told, types=LINE_TYPES, units=UNITS)
    for notes in rows:
        paper = known.get(notes["code"]) if "code" in notes else None
        if paper is None:
            put_new(visit, "article", {}, notes)
        else:
            change_paper(visit, paper, paper.revision, {}, notes)
    return visit.go(visit.at(f"/catalogue?taken={len(rows)}"))


def read_articles(data: bytes) -> tuple[list[dict[str, Any]], list[LineWrong]]:
    """Read a CSV file: UTF-8 or Windows-1252, semicolons, commas or tabs; its rows, or what is wrong by line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text or not text.strip():
        return [], [LineWrong(1, "Ce fichier n'est pas un fichier CSV.")]
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return [], [LineWrong(1, "Ce fichier n'est pas un fichier CSV.")]
    names = [_ALIASES.get(cell.strip().casefold(), cell.strip().casefold()) for cell in lines[0]]
    if "designation" not in names or "prix" not in names:
        return [], [LineWrong(1, "La première ligne nomme les colonnes : code, designation, type, unite, prix, tva.")]
    if len(lines) > MOST_ROWS + 1:
        return [], [LineWrong(len(lines), "Un fichier a au plus 5 000 articles.")]
    return _rows(names, lines[1:])


def _rows(names: Sequence[str], lines: Sequence[Sequence[str]]) -> tuple[list[dict[str, Any]], list[LineWrong]]:
    rows: list[dict[str, Any]] = []
    wrongs: list[LineWrong] = []
    codes: set[str] = set()
    for number, cells in enumerate(lines, 2):
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        if not any(given.values()):
            continue
        try:
            notes = _read_row(given)
        except FieldWrong as wrong:
            wrongs.append(LineWrong(number, wrong.words))
            continue
        if notes.get("code") in codes:
            wrongs.append(LineWrong(number, "Ce code est déjà plus haut dans le fichier."))
            continue
        if "code" in notes:
            codes.add(notes["code"])
        rows.append(notes)
    return rows, wrongs


def _read_row(given: Mapping[str, str]) -> dict[str, Any]:
    types = {folded(words): name for name, (_, _, words) in LINE_TYPES.items()}
    units = {folded(words) or words: code for code, words in UNITS.items()}
    kind, unit = given.get("type", ""), given.get("unite", "")
    price = decimal_text(given.get("prix", ""), "price")
    pairs = {
        "label": given.get("designation", "").removeprefix("'"),
        "code": given.get("code", "").removeprefix("'"),
        "type": kind if kind in LINE_TYPES else types.get(folded(kind), kind),
        "unit": unit if unit in UNITS else units.get(folded(unit) or unit, unit),
        "price": price or "",
        "rate": given.get("tva", ""),
    }
    return read_article(Form(list(pairs.items())))
