"""A new invoice: a working paper that is changed freely, tried out, and issued once.

The paper is a draft as HTTP keeps it (kind `invoice`); each change names the revision it was made on.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from api.http.call import Answer
from api.pages.desk.money.acting import Looked, amounts, explain_and_do
from api.pages.desk.money.common import ACT, Names, filled, get, post, show, state_of, today_of, views
from api.pages.desk.money.lines import (
    PURPOSES,
    UNITS,
    blank_lines,
    rate_options,
    read_lines,
    shown_lines,
    typed_share,
)
from api.pages.desk.money.lists import newest
from api.pages.desk.money.trail import issuer_of
from api.pages.desk.money.words import Words
from api.pages.desk.sale.papers import Paper, change_paper, drop_paper, find_paper, new_paper, papers
from api.pages.frame.forms import FieldWrong
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from api.pages.frame.wrong import Wrong, of_field
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.identifiers import is_uuid4
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.invoice import INVOICE
from projections.business.customers import CUSTOMER as CUSTOMER_ROWS
from projections.business.customers import CUSTOMERS
from projections.business.documents import DOCUMENTS

SECTION: Final = "invoices"
_LATEST: Final = 40
_MORE: Final = 5
_NAMES: Final[Mapping[str, str]] = {
    "/texts/title": "title",
    "/texts/notes": "notes",
    "/client/name": "client_name",
    "/client/address/lines/0": "client_line",
    "/client/address/city": "client_city",
    "/client/address/postcode": "client_postcode",
    "/client/address": "client_line",
    "/client": "client_name",
    "/discount/share_bp": "discount",
    "/discount": "discount",
    "/basis": "basis",
}
CHANNELS: Final = ("premises", "distance", "off_premises")


# --- where one begins


def begin(visit: Visit) -> Answer:
    """Offer the ways to an invoice: direct sale, signed quote, or a paper begun before."""
    query = filled(visit.query("customer"))
    names = Names(visit)
    with views(visit, DOCUMENTS.name) as found:
        signed = newest(found[DOCUMENTS.name], (("quote", "signed"),))
        contracts = [
            {
                "id": row.key.partition(":")[2],
                "number": row.body.get("number", ""),
                "name": names.of(row.key, row.body),
                "gross_cents": row.body["gross_cents"],
                "invoiced_cents": row.body.get("invoiced_cents", 0),
            }
            for row in signed.rows
            if row.body["gross_cents"] > row.body.get("invoiced_cents", 0)
        ]
    drafts = [
        _drafted(names, paper) for paper in islice(papers(visit.context.side, visit.ledger.ledger, "invoice"), 50)
    ]
    return show(
        visit,
        "invoice_new.html",
        SECTION,
        contracts=contracts,
        drafts=drafts,
        customers=customer_options(visit, names, query.get("customer")),
        customer=query.get("customer", ""),
        basis=issuer_of(visit).current.price_basis,
    )


def _drafted(names: Names, paper: Paper) -> dict[str, Any]:
    texts = paper.command.get("texts") or {}
    customer = paper.command.get("customer")
    return {
        "id": paper.id,
        "title": texts.get("title") or "",
        "updated_at": paper.updated_at,
        "name": names.customer(customer) if isinstance(customer, str) else None,
        "lines": len(paper.command.get("lines") or ()),
    }


def customer_options(visit: Visit, names: Names, chosen: str | None) -> list[tuple[str, str]]:
    """Give the customers that things happened with last, and the one that is chosen."""
    with views(visit, CUSTOMERS.name) as found:
        rows = found[CUSTOMERS.name].rows(CUSTOMER_ROWS, sort_from="", descending=True, limit=_LATEST)
        keys = [row.key for row in rows]
    if chosen and is_uuid4(chosen) and chosen not in keys:
        keys.insert(0, chosen)
    return [(key, name) for key in keys if (name := names.customer(key)) is not None]


def start(visit: Visit) -> Answer:
    """Begin a paper and open it."""
    customer = visit.form.text("customer")
    command: dict[str, Any] = {"basis": issuer_of(visit).current.price_basis}
    if is_uuid4(customer) and state_of(visit, CUSTOMER, customer) is not None:
        command["customer"] = customer
    return visit.go(visit.at(f"/invoices/drafts/{new_paper(visit, 'invoice', command, {})}"))


# --- the paper


def draft(visit: Visit) -> Answer:
    """Show the paper, or keep, try, issue or throw it away."""
    identifier = visit.params["draft"]
    paper = find_paper(visit, identifier, "invoice")
    if paper is None:  # issued already: where the second click of two leads
        if is_uuid4(identifier) and state_of(visit, INVOICE, identifier) is not None:
            return visit.go(visit.at(f"/invoices/{identifier}"))
        raise visit.nothing_there()
    if visit.page.method == "GET":
        return _editor(visit, paper)
    act = visit.form.text("act")
    if act == "drop":
        drop_paper(visit, paper)
        return visit.go(visit.at("/invoices/new"))
    if act == "undo":
        return _undo(visit, paper)
    try:
        command, names = _read(visit)
    except FieldWrong as wrong:
        return _editor(visit, paper, wrong=of_field(wrong, visit.language))
    kept = _keep(visit, paper, command)
    if kept is None:
        words = visit.say(
            "Quelqu'un d'autre a changé ce brouillon entre-temps. Ce que vous avez saisi est "
            "encore là : comparez, puis enregistrez de nouveau."
        )
        fresh = find_paper(visit, identifier, "invoice") or paper
        return _editor(visit, fresh, wrong=Wrong(words, None, "DRAFT_CHANGED", {}, 409))
    if act in ("look", "do"):
        return _try(visit, kept, command, names)
    if act == "more":
        return _editor(visit, kept, more=_MORE)
    return visit.go(visit.at(f"/invoices/drafts/{identifier}"))


def _keep(visit: Visit, paper: Paper, command: dict[str, Any]) -> Paper | None:
    """Keep what was typed; None when somebody else was first."""
    revision = visit.form.whole("revision") or 0
    if paper.revision != revision:
        return paper if dict(paper.command) == command else None
    notes = dict(paper.notes)
    if dict(paper.command) != command:
        notes["before"] = dict(paper.command)
    if not change_paper(visit, paper, revision, command, notes):
        return None
    return find_paper(visit, paper.id, "invoice")


def _undo(visit: Visit, paper: Paper) -> Answer:
    """Go back to what stood before the last change; once more brings it back."""
    before = paper.notes.get("before")
    if isinstance(before, dict):
        change_paper(visit, paper, paper.revision, before, {**paper.notes, "before": dict(paper.command)})
    return visit.go(visit.at(f"/invoices/drafts/{paper.id}"))


def _try(visit: Visit, paper: Paper, members: dict[str, Any], names: dict[str, str]) -> Answer:
    command = visit.read(IssueInvoice, {"id": paper.id, **members}, names)
    if isinstance(command, Wrong):
        return _editor(visit, paper, wrong=command)
    outcome = explain_and_do(visit, command, amounts, names)
    if isinstance(outcome, Wrong):
        return _editor(visit, paper, wrong=outcome)
    if isinstance(outcome, Looked):
        return _editor(visit, paper, looked=outcome)
    drop_paper(visit, paper)
    return visit.go(visit.at(f"/invoices/{paper.id}"))


def _read(visit: Visit) -> tuple[dict[str, Any], dict[str, str]]:
    form = visit.form
    lines = read_lines(form)
    members: dict[str, Any] = {
        "basis": form.choice("basis", ("net", "gross"), "net"),
        "channel": form.choice("channel", CHANNELS, "premises"),
        "supplied_on": form.day("supplied_on"),
        "due_on": form.day("due_on"),
        "order_reference": form.optional("order_reference"),
        "lines": list(lines.members),
        "texts": {name: text for name in ("title", "notes") if (text := form.optional(name)) is not None},
    }
    customer = form.text("customer")
    if is_uuid4(customer):
        members["customer"] = customer
    elif form.optional("client_name") is not None:
        members["client"] = _client(visit)
    share = form.basis_points("discount")
    if share:
        members["discount"] = {"share_bp": share}
    for flag in ("reduced_rate_justified", "client_unnamed"):
        if form.ticked(flag):
            members[flag] = True
    return {name: value for name, value in members.items() if value is not None}, {**_NAMES, **lines.names}


def _client(visit: Visit) -> dict[str, Any]:
    form = visit.form
    client: dict[str, Any] = {"name": form.text("client_name")}
    if form.optional("client_email") is not None:
        client["email"] = form.text("client_email")
    if form.optional("client_line") is not None or form.optional("client_city") is not None:
        address = {"lines": [form.text("client_line")], "city": form.text("client_city")}
        if form.optional("client_postcode") is not None:
            address["postcode"] = form.text("client_postcode")
        client["address"] = address
    return client


def _editor(
    visit: Visit, paper: Paper, *, wrong: Wrong | None = None, looked: Looked | None = None, more: int = 0
) -> Answer:
    command, names = paper.command, Names(visit)
    client = command.get("client") or {}
    address = client.get("address") or {}
    lines = shown_lines(command.get("lines") or ())
    discount = (command.get("discount") or {}).get("share_bp")
    word = Words(visit)
    return show(
        visit,
        "invoice_draft.html",
        SECTION,
        200 if wrong is None else wrong.status,
        paper=paper,
        command=command,
        lines=lines,
        blank=blank_lines(visit.form, len(lines)) + more,
        client={
            "name": client.get("name", ""),
            "email": client.get("email", ""),
            "city": address.get("city", ""),
            "postcode": address.get("postcode", ""),
            "line": (address.get("lines") or [""])[0],
        },
        customers=[
            ("", visit.say("Vente au comptoir, ou client ci-dessous")),
            *customer_options(visit, names, command.get("customer")),
        ],
        rates=rate_options(visit),
        units=[(code, word.unit(code)) for code in UNITS],
        purposes=[(code, word(f"purpose/{code}")) for code in PURPOSES],
        wrong=wrong,
        looked=looked,
        issued=looked.one(InvoiceIssued) if looked is not None else None,
        today=today_of(visit).isoformat(),
        discount="" if discount is None else typed_share(discount),
        channels=[
            ("premises", visit.say("Dans vos locaux")),
            ("distance", visit.say("À distance")),
            ("off_premises", visit.say("Chez le client ou hors établissement")),
        ],
        texts=command.get("texts") or {},
    )


PAGES: Final[tuple[Page, ...]] = (
    get("/invoices/new", begin, ACT, "Nouvelle facture : vente directe, devis signé, ou brouillon."),
    post("/invoices/new", start, ACT, "Commencer un brouillon de facture."),
    get("/invoices/drafts/{draft}", draft, ACT, "Un brouillon de facture."),
    post("/invoices/drafts/{draft}", draft, ACT, "Enregistrer, vérifier, émettre ou jeter un brouillon."),
)
