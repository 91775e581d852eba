"""Every page there is, written out: routing and the tests of who may open what are made from it."""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

from api.http.call import Answer
from api.http.context import Context
from api.http.resource import Resource
from api.pages.customer.pages import PAGES as CUSTOMER
from api.pages.desk.books.pages import PAGES as BOOKS
from api.pages.desk.money.pages import PAGES as MONEY
from api.pages.desk.sale.pages import PAGES as SALE
from api.pages.frame.assets import answer_asset
from api.pages.frame.page import ANYBODY, Page
from api.pages.frame.resource import SIGN_IN, PageResource
from api.pages.frame.seams import Doors
from api.pages.frame.visit import Visit
from api.pages.people.pages import PAGES as PEOPLE


def front(visit: Visit) -> Answer:
    """Lead to the desk, or to sign in."""
    token = visit.session
    if token is None:
        return visit.go(SIGN_IN)
    ledgers = [row for row in visit.context.store.ledgers() if row.ledger in token.roles]
    return visit.go(f"/desk/{ledgers[0].name}" if len(ledgers) == 1 else "/account")


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/", front, ANYBODY, "L'entrée : le bureau, ou la connexion."),
    *PEOPLE,
    *CUSTOMER,
    *BOOKS,
    *SALE,
    *MONEY,
)
"""Every page, in order: a fixed address stands before one that would take its last part for an id."""


def page_routes(context: Context, doors: Doors) -> list[Route]:
    """Make the routes of every page and of the assets."""
    methods: dict[str, dict[str, Page]] = {}
    for page in PAGES:
        methods.setdefault(page.template, {})[page.method] = page
    routes = [Route(template, PageResource(context, doors, found)) for template, found in methods.items()]
    assets = "/assets/{digest}/{name}"
    return [Route(assets, Resource(context, assets, {"GET": answer_asset})), *routes]
