"""Forms that a link does not allow: every form of every page, by links that opened once, of others, of elsewhere."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from api.pages.frame.page import Page
from api.pages.table import PAGES
from api.signing import asking
from api.signing.links import MadeLink, revoke_link
from api.signing.shown import FileKind
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.parties import AddObserver
from ledger.domain.commands.quotes import CancelQuote, DeclineQuote, SignatoryInput, WithdrawQuote
from ledger.domain.commands.sales import IssueInvoice, RequestDeposit
from tests.pages.customer.shop import Shop
from tests.signing.scene import ACTOR, CLIENT, OTHER, Mailbox, business
from tests.signing.test_files import pdf

LINK = [page for page in PAGES if page.who.kind == "link"]
FORM = {
    "key": "k" * 32, "name": "Camille Roseau", "consent": "1", "reduced_rate": "1", "early_start": "1", "loss": "1",
    "code": "000000", "confirm": "1", "reason": "price", "words": "Non.", "amount_cents": "1", "about": "x",
}  # fmt: skip
"""Everything that any of the forms asks for."""


def addresses(page: Page, path: str, about: str) -> list[str]:
    """Give a page's addresses below a link, about something, of every kind."""
    below = page.template.removeprefix("/c/{ledger}/{token}").replace("{about}", about)
    kinds = get_args(FileKind) if "{kind}" in below else ("",)
    return [path + below.replace("{kind}", kind) for kind in kinds]


def length(shop: Shop) -> int:
    return len(shop.sale.types())


def invoice(shop: Shop) -> str:
    line = LineInput(label="Réparation", unit_price="100", nature="services")
    return str(shop.sale.do(IssueInvoice(customer=shop.sale.customer, lines=(line,))).result["invoice"])


def post_everything(shop: Shop, made: MadeLink, about: str, but: tuple[str, ...] = ()) -> set[int]:
    """Send every form there is below a link; give the states that were answered."""
    found, visitor = set(), shop.visitor()
    for page in LINK:
        if page.method == "POST" and not page.template.endswith(but or ("no such",)):
            for address in addresses(page, made.path, about):
                found.add(visitor.post(address, FORM).status_code)
    return found


@pytest.mark.parametrize("purpose", ["sign", "read", "pay"])
def test_a_link_whose_end_was_asked_for_takes_no_form(shop: Shop, purpose: str) -> None:
    about = invoice(shop) if purpose == "pay" else shop.sale.quote()
    made = shop.signer(about) if purpose == "sign" else shop.sale.made(
        about, "invoice" if purpose == "pay" else "quote", purpose
    )  # fmt: skip
    revoke_link(shop.sale.service, shop.sale.ledger, made.link, actor=ACTOR)
    before = length(shop)
    answers = post_everything(shop, made, about)
    assert answers <= {200, 204, 404, 410}  # 200: whoever asks for another link is told the same
    assert length(shop) == before


def test_a_link_that_has_expired_takes_no_form_but_the_one_that_asks_for_another(aging_shop: Shop) -> None:
    quote = aging_shop.sale.quote()
    made = aging_shop.signer(quote)
    aging_shop.sale.later(days=60)
    before = length(aging_shop)
    assert post_everything(aging_shop, made, quote, but=("/renew",)) <= {204, 404, 410}
    assert length(aging_shop) == before


def test_an_observer_acts_on_nothing_but_comments(shop: Shop) -> None:
    quote = shop.sale.quote()
    observer = str(shop.sale.do(AddObserver(about=quote, about_kind="quote", party=OTHER)).result["observer"])
    made = shop.sale.made(quote, "quote", "observe", party=observer)
    shop.signed(quote)
    due = shop.sale.view(shop.sale.found(made)).dues[0].about
    before = length(shop)
    assert post_everything(shop, made, due, but=("/messages", "/seen", "/renew")) == {404}
    assert length(shop) == before


@pytest.mark.parametrize("purpose", ["sign", "read", "pay"])
def test_papers_of_another_customer_cannot_be_named_by_any_page(shop: Shop, purpose: str) -> None:
    theirs = shop.sale.quote()
    shop.signed(theirs)
    deposit = shop.sale.view(shop.sale.link(theirs, "contract", "read")).dues[0].about
    about = invoice(shop) if purpose == "pay" else shop.sale.quote()
    made = shop.signer(about) if purpose == "sign" else shop.sale.made(
        about, "invoice" if purpose == "pay" else "quote", purpose
    )  # fmt: skip
    visitor, before = shop.visitor(), length(shop)
    for other in (theirs, deposit, invoice(shop)):
        before = length(shop)
        for page in LINK:
            if "{about}" in page.template:
                for address in addresses(page, made.path, other):
                    answer = visitor.get(address) if page.method == "GET" else visitor.post(address, FORM)
                    assert answer.status_code == 404, address
        assert length(shop) == before


def test_a_link_opens_nothing_at_another_business_of_the_server(shop: Shop) -> None:
    neighbour = business(shop.served.service, shop.sale.clock, Mailbox(), "voisin")
    quote = shop.sale.quote()
    made = shop.signer(quote)
    elsewhere = re.sub(r"^/c/[^/]+/", "/c/voisin/", made.path)
    by_id = re.sub(r"^/c/[^/]+/", f"/c/{neighbour.ledger}/", made.path)
    visitor, before = shop.visitor(), len(neighbour.types())
    for path in (elsewhere, by_id):
        for page in LINK:
            for address in addresses(page, path, quote):
                answer = visitor.get(address) if page.method == "GET" else visitor.post(address, FORM)
                assert answer.status_code == 404, address
    assert len(neighbour.types()) == before


def states(shop: Shop) -> dict[str, tuple[MadeLink, str]]:
    """Give links of every kind, about things in every state, each with something that it may be about."""
    sale, found = shop.sale, {}
    for purpose in ("sign", "read"):
        for state in ("asked", "revised", "declined", "cancelled", "signed", "withdrawn"):
            quote = sale.quote()
            made = shop.signer(quote) if purpose == "sign" else sale.made(quote, "quote", "read")
            if state == "revised":
                sale.revise(quote)
            elif state == "declined":
                sale.do(DeclineQuote(quote=quote))
            elif state == "cancelled":
                sale.do(CancelQuote(quote=quote, by="issuer"))
            elif state != "asked":
                shop.visitor().post(f"{shop.signed(quote).path if purpose == 'read' else sign(shop, made).path}/seen")
            if state == "withdrawn":
                sale.do(WithdrawQuote(quote=quote, by="letter"))
            dues = sale.view(sale.found(made)).dues
            found[f"{purpose} {state}"] = made, dues[0].about if dues else quote
    request = RequestDeposit(customer=sale.customer, amount_cents=12_000, nature="services", title="Dépannage")
    deposit = str(sale.do(request).result["deposit"])
    found["pay deposit"] = sale.made(deposit, "deposit", "pay"), deposit
    for purpose in ("pay", "read"):
        about = invoice(shop)
        found[f"{purpose} invoice"] = sale.made(about, "invoice", purpose), about
    files, who = shop.served.app.context.files, (SignatoryInput(method="code", party=CLIENT),)
    asked = asking.ask_for_file(sale.service, files, sale.ledger, pdf(), who, actor=ACTOR)
    assert isinstance(asked, asking.Asked), asked
    made = sale.made(asked.signature, "signature", "sign", party=asked.signatories[0])
    found["sign file"] = made, asked.signature
    return found


def sign(shop: Shop, made: MadeLink) -> MadeLink:
    assert shop.sign(shop.visitor(), made).status_code == 303
    return made


@pytest.mark.parametrize("every", ["form filled in", pytest.param("page and form", marks=pytest.mark.long)])
def test_every_form_in_every_state_is_answered_in_words(shop: Shop, every: str) -> None:
    """What a page was shown for may have ended, or not begun: a form that comes then is refused, and no fault."""
    wrong: list[str] = []
    whole = every == "page and form"
    for state, (made, about) in states(shop).items():
        for form in (FORM, {}) if whole else (FORM,):
            shop.sale.later(minutes=5)
            for page in LINK:
                if page.method == "POST" or (whole and "/files/" not in page.template):
                    for address in addresses(page, made.path, about):
                        visitor = shop.visitor()
                        answer = visitor.get(address) if page.method == "GET" else visitor.post(address, form)
                        if answer.status_code >= 500:
                            wrong.append(f"{state}: {page.method} {page.template} {answer.status_code}")
    assert wrong == []
