"""The list of invoices and credit notes."""

from __future__ import annotations

from typing import Final

from api.http.call import Answer
from api.pages.desk.money.common import LOOK, Names, address, filled, get, one_of, show, today_of, views
from api.pages.desk.money.lists import Listed, Pair, disputed, late, newest, numbered, owned, shown
from api.pages.frame.page import Page
from api.pages.frame.visit import Visit
from ledger.domain.identifiers import is_uuid4
from projections.business.documents import DOCUMENTS, KINDS
from projections.engine.contract import View

SECTION: Final = "invoices"
_INVOICES: Final = frozenset({"invoice", "deposit_invoice"})
_KINDS: Final = _INVOICES | {"credit_note", "deposit_credit_note", "note"}
_BY_STATE: Final[dict[str, tuple[Pair, ...]]] = {
    "open": (("invoice", "open"), ("invoice", "part_paid")),
    "paid": (("invoice", "paid"),),
    "credited": (
        ("invoice", "credited"),
        ("invoice", "replaced"),
        ("deposit_invoice", "credited"),
        ("deposit_invoice", "replaced"),
    ),
    "lost": (("invoice", "written_off"),),
    "deposit_invoices": (("deposit_invoice", "by_deposit"),),
    "credit_notes": tuple((kind, state) for kind in ("credit_note", "deposit_credit_note") for state in KINDS[kind]),
    "notes": (("note", "issued"),),
    "all": tuple((kind, state) for kind in sorted(_KINDS) for state in KINDS[kind]),
}
SHOWN: Final = (
    "open",
    "late",
    "disputed",
    "paid",
    "credited",
    "credit_notes",
    "deposit_invoices",
    "notes",
    "lost",
    "all",
)


def invoices(visit: Visit) -> Answer:
    """Show a page of invoices or credit notes."""
    query = filled(visit.query("show", "after", "q", "customer"))
    chosen = one_of(query, "show", SHOWN, "open")
    today, names = today_of(visit), Names(visit)
    customer = query.get("customer", "")
    with views(visit, DOCUMENTS.name) as found:
        listed = _listed(visit, found[DOCUMENTS.name], chosen, query)
        rows = [shown(row, names, today) for row in listed.rows]
    path = visit.at("/invoices")
    after = None
    if listed.after is not None:
        after = address(path, show=chosen, q=query.get("q"), customer=customer, after=listed.after)
    before = address(path, show=chosen, q=query.get("q"), customer=customer) if "after" in query else None
    return show(
        visit,
        "invoices.html",
        SECTION,
        rows=rows,
        chosen=chosen,
        before=before,
        after=after,
        q=query.get("q", ""),
        tabs=_tabs(visit),
        customer=customer,
        customer_name=names.customer(customer) if is_uuid4(customer) else None,
    )


def _listed(visit: Visit, view: View, chosen: str, query: dict[str, str]) -> Listed:
    after = query.get("after", "")
    if "q" in query:
        return numbered(view, query["q"].upper(), _KINDS, after)
    if is_uuid4(query.get("customer", "")):
        return Listed(owned(view, query["customer"], _KINDS), None)
    if chosen == "late":
        return late(view, "invoice", today_of(visit), after)
    if chosen == "disputed":
        return disputed(view, after)
    return newest(view, _BY_STATE[chosen], after)


def _tabs(visit: Visit) -> list[Pair]:
    return [
        ("open", visit.say("À payer")),
        ("late", visit.say("En retard")),
        ("disputed", visit.say("Contestées")),
        ("paid", visit.say("Payées")),
        ("credited", visit.say("Annulées par avoir")),
        ("credit_notes", visit.say("Avoirs")),
        ("deposit_invoices", visit.say("Factures d'acompte")),
        ("notes", visit.say("Notes")),
        ("lost", visit.say("Abandonnées")),
        ("all", visit.say("Toutes")),
    ]


PAGES: Final[tuple[Page, ...]] = (
    get("/invoices", invoices, LOOK, "Factures et avoirs, par état, avec recherche par numéro."),
)
