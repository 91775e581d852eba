"""Searching the desk: documents by number, customers by name, articles."""

from __future__ import annotations

from typing import Final

from api.http.call import Answer
from api.pages.desk.sale.catalogue import found_articles
from api.pages.desk.sale.customers import address_of
from api.pages.desk.sale.words import CUSTOMER_KINDS, DOCUMENT_KINDS, DOCUMENT_STATES
from api.pages.frame.visit import Visit
from projections.business.documents import DOCUMENTS

MOST: Final = 20
LONGEST: Final = 200


def search(visit: Visit) -> Answer:
    """Show what is found; a number that is one document's alone leads straight to it."""
    query = visit.query("q")
    words = query.get("q", "").strip()[:LONGEST]
    ledger, names = visit.ledger.ledger, visit.context.names
    documents, customers, articles = [], None, []
    if words:
        streams = names.numbered(ledger, words, limit=MOST) or []
        with visit.context.engine.fresh(ledger, (DOCUMENTS.name,)) as views:
            rows = [row for stream in streams if (row := views[DOCUMENTS.name].get("document", stream)) is not None]
        exact = [row for row in rows if row.body.get("number", "").casefold() == words.casefold()]
        if len(exact) == 1 and (path := address_of(visit, exact[0].key, exact[0].body["kind"])) is not None:
            return visit.go(path)
        called = names.of(ledger, (row.body["customer"] for row in rows if row.body.get("customer")))
        documents = [
            {
                "path": address_of(visit, row.key, row.body["kind"]),
                "number": row.body.get("number", ""),
                "kind": DOCUMENT_KINDS.get(row.body["kind"], row.body["kind"]),
                "state": DOCUMENT_STATES.get(row.body["state"], row.body["state"]),
                "on": row.body["issued_on"],
                "customer": called.get(row.body.get("customer", "")),
                "gross_cents": row.body.get("gross_cents"),
            }
            for row in rows
        ]
        customers = names.search(ledger, words, limit=MOST)
        articles = found_articles(visit, words, MOST) if visit.may_write else []
    return visit.render(
        "desk/sale/search.html", words=words, documents=documents, customers=customers, articles=articles,
        kinds=CUSTOMER_KINDS,
    )  # fmt: skip
