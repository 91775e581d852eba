"""The accountant's corner: journals and FEC to take out, the VAT return, reconciliation, e-reporting."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from threading import Lock
from typing import Any, BinaryIO, Final, get_args

from api import ereporting
from api.accounts import (
    AccountsRefused,
    Books,
    Choices,
    Written,
    books_of,
    chart_from,
    write_fec,
    write_journal,
    year_named,
)
from api.accounts import record as record_export
from api.ereporting import Wanted, due_json, made_json
from api.http.call import Answer
from api.pages.desk.books.common import BOOKKEEPERS, DESK, KEEPERS, MAKERS, filled, get, post
from api.pages.frame.forms import FieldWrong
from api.pages.frame.languages import percent
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field, of_refusal
from api.reconciling import period_asked, reconciled, reconciled_json
from ledger.domain.refusals import Refusal
from projections.accounts.fec import FecEncoding, FecForm, Separator
from projections.accounts.layout import SHIPPED, TooLong, shipped_layout
from projections.ereporting.xml import Sender
from projections.reports.shapes import said
from projections.reports.words import words_of

_SEPARATORS: Final[dict[str, Separator]] = {"tab": "\t", "pipe": "|"}
_MOST_ENTRIES: Final = 20
_WRITING: Final = Lock()
"""One journal at a time: writing one reads a whole ledger."""


def accounts(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show what an accountant comes for."""
    register = visit.context.service.register(visit.ledger.ledger)
    today = visit.context.service.clock.now().date()
    first = today.replace(day=1)
    return visit.render(
        "desk/books/accounts.html",
        200 if wrong is None else wrong.status,
        wrong=wrong,
        may_take=visit.role in ("owner", "accountant", "auditor"),
        layouts=list(SHIPPED),
        first=first.isoformat(),
        today=today.isoformat(),
        year_start=register.year_start,
    )


def fec(visit: Visit) -> Answer:
    """Write a financial year's FEC, record that it leaves, and give it."""
    try:
        encoding: Any = visit.form.choice("encoding", get_args(FecEncoding), "iso8859-15")
        separator = _SEPARATORS[visit.form.choice("separator", tuple(_SEPARATORS), "tab")]
    except FieldWrong as wrong:
        return accounts(visit, of_field(wrong, visit.language))
    year = visit.form.optional("year")
    form = FecForm(separator, encoding, sides=False)
    return _taken_out(visit, "year", lambda books, out: write_fec(books, year_named(books, year), form, out))


def journal(visit: Visit) -> Answer:
    """Write the accounting entries between two days, record that they leave, and give them."""
    try:
        first, last = visit.form.day("from"), visit.form.day("to")
        for name, day in (("from", first), ("to", last)):
            if day is None:
                raise FieldWrong(name, "Une date est nécessaire.")
        layout = shipped_layout(visit.form.choice("layout", tuple(SHIPPED), "generic"))
        if first is None or last is None or layout is None or first > last:
            raise FieldWrong("from", "Le premier jour est après le dernier.")
        found, begins, ends = layout, first, last
    except FieldWrong as wrong:
        return accounts(visit, of_field(wrong, visit.language))
    return _taken_out(visit, "layout", lambda books, out: write_journal(books, begins, ends, found, out))


def _taken_out(visit: Visit, place: str, make: Callable[[Books, BinaryIO], Written]) -> Answer:
    """Write a file, record it once, give it; a file asked for while another is written waits for it."""
    context, ledger = visit.context, visit.ledger.ledger
    with _WRITING, tempfile.TemporaryFile() as out:
        try:
            choices = Choices(chart=chart_from(context.settings))
            with books_of(context.service, context.engine, ledger, choices) as books:
                written = make(books, out)
            record_export(context.service, ledger, written, visit.actor)
        except AccountsRefused as no:
            words = no.fr if visit.language == "fr" else str(no)
            sentence = words[:1].upper() + words[1:] + "."
            return accounts(visit, Wrong(sentence, None, no.code, {place: sentence}))
        except TooLong:
            too_long = FieldWrong(place, "Une valeur ne tient pas dans ce format.")
            return accounts(visit, of_field(too_long, visit.language))
        out.seek(0)
        body = out.read()
    return visit.file(body, "text/plain", written.name)


def reconciliation(visit: Visit) -> Answer:
    """Show every total tied to the others, with what is left over."""
    query = filled(visit.query("from", "to"))
    service, engine = visit.context.service, visit.context.engine
    try:
        for name in query:
            date.fromisoformat(query[name])
        period = period_asked(service, visit.ledger, query.get("from"), query.get("to"))
    except ValueError:
        words = visit.say("Ces dates ne vont pas : le premier jour vient avant le dernier.")
        wrong = Wrong(words, places={"from": words})
        return visit.render("desk/books/reconciliation.html", 422, wrong=wrong, found=None, given=query)
    found = reconciled_json(reconciled(service, engine, visit.ledger, period), _MOST_ENTRIES)
    return visit.render(
        "desk/books/reconciliation.html", found=found, given=query, key_words=lambda bridge: _key_words(visit, bridge)
    )


def _key_words(visit: Visit, bridge: Mapping[str, Any]) -> str:
    """Say which currency, rate, means or account a bridge is of."""
    parts = []
    for each in bridge["key"]:
        if bridge["name"] == "journals":
            parts.append(each)
        elif each.isdigit() and bridge["name"] in ("turnover", "vat"):
            parts.append(percent(visit.language, int(each)))
        elif each not in ("", "S", "EUR"):
            parts.append(said(words_of(each), visit.language))
    return ", ".join(parts)


def ereports(visit: Visit, wrong: Wrong | None = None) -> Answer:
    """Show the reports that the tax office is owed of sales to consumers and abroad."""
    context, ledger = visit.context, visit.ledger.ledger
    with ereporting.reporting(context.service, context.engine, ledger) as found:
        due = None
        if found is not None:
            first = found.opened_on
            left_out = dict(found.left_out(first)) if first <= found.firm.today else {}
            due = due_json(found, found.due(from_start=False), left_out)
    status = 200 if wrong is None else wrong.status
    return visit.render("desk/books/ereporting.html", status, due=due, wrong=wrong, makes=visit.role in MAKERS)


def make_ereport(visit: Visit) -> Answer:
    """Make one report, record that it leaves unless it is a preview, and give the file."""
    form = visit.form
    try:
        flow: Any = form.choice("flow", ("10.3", "10.4"))
        from_on = form.day("from_on")
        number, name = form.text("number"), form.text("name")
        if from_on is None:
            raise FieldWrong("from_on", "Une date est nécessaire.")
        for field, value in (("number", number), ("name", name)):
            if not 1 <= len(value) <= 100:
                raise FieldWrong(field, "Le numéro et le nom de votre plateforme agréée sont nécessaires.")
    except FieldWrong as wrong:
        return ereports(visit, of_field(wrong, visit.language))
    context, ledger = visit.context, visit.ledger.ledger
    wanted = Wanted(flow, date.fromisoformat(from_on), Sender(number, name), None, None, form.ticked("preview"))
    made = ereporting.make(context.service, context.engine, ledger, wanted)
    if isinstance(made, Refusal):
        return ereports(visit, of_refusal(made, visit.language))
    if not made.preview:
        outcome = ereporting.record(context.service, ledger, made, actor=visit.actor)
        if isinstance(outcome, Refusal):
            return ereports(visit, of_refusal(outcome, visit.language))
    return visit.file(made.xml, "application/xml", f"{made_json(made)['id']}.xml")


PAGES: Final[tuple[Page, ...]] = (
    get("/accounts", accounts, DESK, "Le coin du comptable."),
    post("/accounts/fec", fec, BOOKKEEPERS, "Emporter le FEC d'un exercice."),
    post("/accounts/journal", journal, BOOKKEEPERS, "Emporter les écritures comptables d'une période."),
    get("/accounts/reconciliation", reconciliation, DESK, "Rapprocher tous les totaux."),
    get("/accounts/ereporting", ereports, DESK, "Le e-reporting dû."),
    post("/accounts/ereporting", make_ereport, KEEPERS, "Faire un e-reporting."),
)
