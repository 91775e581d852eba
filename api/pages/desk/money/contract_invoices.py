"""Invoices of a signed contract: progress by line, and the final one with its deposits deducted; notes for services."""

from __future__ import annotations

from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, amounts, explain_and_do, look, reading
from api.pages.desk.money.common import ACT, Names, filled, get, post, show, state_of, the_state, today_of
from api.pages.desk.money.lines import PURPOSES, UNITS, blank_lines, rate_options, read_lines, shown_lines, typed_share
from api.pages.desk.money.words import Words
from api.pages.desk.sale.trying import trial_world
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_refusal
from ledger.domain.commands.sales import IssueFinalInvoice, IssueNote, IssueProgressInvoice
from ledger.domain.deciders.contract_figures import read_contract
from ledger.domain.events.invoices import InvoiceIssued, NoteIssued
from ledger.domain.identifiers import is_uuid4
from ledger.domain.refusals import Refusal
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE, QuoteState

SECTION: Final = "invoices"


def final(visit: Visit) -> Answer:
    """Issue the final invoice of a contract, every deduction shown before."""
    quote, state = the_state(visit, QUOTE, "quote")

    def read() -> IssueFinalInvoice | Wrong:
        members = {"quote": quote, "supplied_on": visit.form.day("supplied_on"), "due_on": visit.form.day("due_on")}
        notes = visit.form.optional("notes")
        return visit.read(IssueFinalInvoice, {**members, **({"texts": {"notes": notes}} if notes else {})}, _TEXTS)

    if visit.page.method == "GET":  # what it would come to stands on the page from the beginning
        tried = look(visit, IssueFinalInvoice(quote=quote))
        wrong = tried if isinstance(tried, Wrong) else None
        return _contract(
            visit,
            "invoice_final.html",
            quote,
            state,
            wrong=wrong,
            issued=None if isinstance(tried, Wrong) else Looked(tried, "").one(InvoiceIssued),
        )
    command = reading(visit, read)
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, amounts, _TEXTS)
    if isinstance(outcome, Wrong):
        return _contract(visit, "invoice_final.html", quote, state, wrong=outcome, status=outcome.status)
    if isinstance(outcome, Looked):
        return _contract(visit, "invoice_final.html", quote, state, looked=outcome, issued=outcome.one(InvoiceIssued))
    return visit.go(visit.at(f"/invoices/{outcome.result['invoice']}"))


_TEXTS: Final = {"/texts/notes": "notes"}


def progress(visit: Visit) -> Answer:
    """Issue a progress invoice from what is performed of each line by now."""
    quote, state = the_state(visit, QUOTE, "quote")
    rows, refused = _lines_of(visit, quote, state)
    if visit.page.method == "GET" or refused is not None:
        wrong = refused
        return _contract(
            visit,
            "invoice_progress.html",
            quote,
            state,
            rows=rows,
            wrong=wrong,
            status=200 if wrong is None or visit.page.method == "GET" else wrong.status,
        )

    def read() -> IssueProgressInvoice | Wrong:
        shares = []
        for rank, row in enumerate(rows):
            share = visit.form.basis_points(f"performed-{rank}")
            shares.append(row["before_bp"] if share is None else share)
        members = {
            "quote": quote,
            "performed_bp": shares,
            "supplied_on": visit.form.day("supplied_on"),
            "due_on": visit.form.day("due_on"),
        }
        return visit.read(IssueProgressInvoice, members, names)

    names = {f"/performed_bp/{rank}": f"performed-{rank}" for rank in range(len(rows))}
    command = reading(visit, read)
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, amounts, names)
    if isinstance(outcome, Wrong):
        return _contract(visit, "invoice_progress.html", quote, state, rows=rows, wrong=outcome, status=outcome.status)
    if isinstance(outcome, Looked):
        return _contract(
            visit, "invoice_progress.html", quote, state, rows=rows, looked=outcome, issued=outcome.one(InvoiceIssued)
        )
    return visit.go(visit.at(f"/invoices/{outcome.result['invoice']}"))


def _lines_of(visit: Visit, quote: str, state: QuoteState) -> tuple[list[dict[str, Any]], Wrong | None]:
    """Give the contract's lines, change orders behind, with what was performed so far; or why there are none."""
    contract = read_contract(trial_world(visit), quote)
    if isinstance(contract, Refusal):
        return [], of_refusal(contract, visit.language)
    before = state.performed_bp
    rows = []
    for place, (label, amount_cents) in enumerate(zip(contract.labels, contract.wholes, strict=True)):
        done_bp = before[place] if len(before) > place else 0
        rows.append({"label": label, "amount_cents": amount_cents, "before_bp": done_bp, "typed": typed_share(done_bp)})
    return rows, None


def _contract(visit: Visit, template: str, quote: str, state: QuoteState, *, status: int = 200, **facts: Any) -> Answer:
    document = state.current
    given: dict[str, Any] = {"looked": None, "issued": None, "wrong": None, **facts}
    return show(
        visit,
        template,
        SECTION,
        status,
        id=quote,
        quote=document,
        state=state,
        name=Names(visit).customer(document.customer),
        **given,
    )


# --- notes


def note(visit: Visit) -> Answer:
    """Give the consumer's note for services of 25 EUR and more, from an invoice or from its own lines."""
    invoice = (
        visit.form.text("invoice") if visit.page.method == "POST" else filled(visit.query("invoice")).get("invoice", "")
    )
    about = state_of(visit, INVOICE, invoice) if is_uuid4(invoice) else None
    today = today_of(visit)
    if visit.page.method == "GET":
        return _note(visit, invoice if about else "", today.isoformat())
    names: dict[str, str] = {"/client/name": "client_name", "/client": "client_name", "/client/address": "client_line"}

    def read() -> IssueNote | Wrong:
        lines = read_lines(visit.form)
        names.update(lines.names)
        client = visit.form.optional("client_name")
        members: dict[str, Any] = {
            "kind": visit.form.choice("kind", ("services", "building_works"), "services"),
            "performed_on": visit.form.day("performed_on") or today.isoformat(),
            "client_unnamed": visit.form.ticked("client_unnamed"),
        }
        if about is not None:
            members["invoice"] = invoice
        else:
            members |= {"basis": "gross", "lines": list(lines.members)}
        if client is not None:
            members["client"] = {"name": client}
            if visit.form.optional("client_line") is not None:
                members["client"]["address"] = {
                    "lines": [visit.form.text("client_line")],
                    "city": visit.form.text("client_city"),
                }
        return visit.read(IssueNote, members, names)

    command = reading(visit, read)
    outcome = command if isinstance(command, Wrong) else explain_and_do(visit, command, amounts, names)
    if isinstance(outcome, Wrong):
        return _note(visit, invoice if about else "", today.isoformat(), wrong=outcome)
    if isinstance(outcome, Looked):
        return _note(visit, invoice if about else "", today.isoformat(), looked=outcome, issued=outcome.one(NoteIssued))
    return visit.go(visit.at(f"/invoices/{outcome.result['note']}"))


def _note(visit: Visit, invoice: str, today: str, *, wrong: Wrong | None = None, **facts: Any) -> Answer:
    word = Words(visit)
    given: dict[str, Any] = {"looked": None, "issued": None, **facts}
    return show(
        visit,
        "note_new.html",
        SECTION,
        200 if wrong is None else wrong.status,
        invoice=invoice,
        today=today,
        wrong=wrong,
        lines=shown_lines(()),
        blank=blank_lines(visit.form, 0),
        rates=rate_options(visit),
        units=[(code, word.unit(code)) for code in UNITS],
        purposes=[(code, word(f"purpose/{code}")) for code in PURPOSES],
        **given,
    )


_BOTH: Final = (
    ("/invoices/final/{quote}", final, "La facture de solde d'un contrat, acomptes déduits."),
    ("/invoices/progress/{quote}", progress, "Une facture de situation."),
    ("/notes/new", note, "Une note pour une prestation de 25 € et plus."),
)
PAGES: Final[tuple[Page, ...]] = tuple(
    page for path, handler, words in _BOTH for page in (get(path, handler, ACT, words), post(path, handler, ACT, words))
)
