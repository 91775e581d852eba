"""Every page and state below a customer's link, to look at: `python -m tests.pages.customer.tour FOLDER [en] [NAME]`.

Quotes, contracts, payments and files of one invented builder, each opened by its own link in a real browser.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from api.signing import asking
from api.signing.links import MadeLink, revoke_link
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.parties import AddObserver
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.quotes import CancelQuote, SignatoryInput
from ledger.domain.commands.sales import IssueInvoice, RequestDeposit
from ledger.domain.events.payments import Allocation
from tests.pages import looking
from tests.pages.customer.shop import Shop, shopping
from tests.pages.looking import FORMS, SEND, browsing
from tests.signing.scene import ACTOR, CLIENT, OTHER, works
from tests.signing.test_files import pdf

OPTION: Final = LineInput(label="Vernis mat", unit_price="100", rate_bp=1000, nature="services", choice="option")
OAK: Final = replace(
    OPTION, label="Chêne massif, finition huilée", quantity="2.5", choice="variant", choice_group="bois"
)


def places(shop: Shop) -> dict[str, str]:
    """Make every state; give addresses by name. A name that ends with `-empty` is looked at after its form was sent."""
    sale = shop.sale
    open_link = shop.signer(sale.quote(works(), OAK, replace(OAK, label="Hêtre", unit_price="50"), OPTION)).path
    contract = sale.quote()
    signed = shop.signed(contract)
    due = sale.view(sale.found(signed)).dues[0].about
    found = {
        "quote": open_link, "sign": f"{open_link}/sign", "sign-empty": f"{open_link}/sign",
        "decline": f"{open_link}/decline", "messages": f"{open_link}/messages",
        "messages-empty": f"{open_link}/messages",
        "done": f"{signed.path}/done", "contract": signed.path, "withdraw": f"{signed.path}/withdraw",
        "pay": f"{signed.path}/pay/{due}", "proof": f"{signed.path}/proof/quote/{contract}",
        "file-proof": f"{signed.path}/files/quote/{due}",
        "nobodys": f"{signed.path[:-4]}AAAA", "not-a-page": f"{signed.path}/nothing",
    }  # fmt: skip
    return found | _ended(shop) | _paid(shop) | _together(shop) | _others(shop, contract)


def _ended(shop: Shop) -> dict[str, str]:
    sale, visitor = shop.sale, shop.visitor()
    declined, taken_back, gone = shop.signer(sale.quote()), sale.quote(), shop.signer(sale.quote())
    visitor.fill(visitor.get(f"{declined.path}/decline"), reason="price", words="Trop cher pour nous.")
    back = shop.signer(taken_back)
    sale.do(CancelQuote(quote=taken_back, by="issuer"))
    revoke_link(sale.service, sale.ledger, gone.link, actor=ACTOR)
    left = shop.signed(sale.quote())
    visitor.fill(visitor.get(f"{left.path}/withdraw"))
    ban = shop.signed(sale.quote(channel="off_premises", online=False))
    banned = sale.view(sale.found(ban)).dues[0].about
    return {
        "declined": declined.path, "taken-back": back.path, "revoked": gone.path, "withdrawn": left.path,
        "banned": f"{ban.path}/done", "banned-contract": ban.path, "banned-pay": f"{ban.path}/pay/{banned}",
    }  # fmt: skip


def _paid(shop: Shop) -> dict[str, str]:
    sale, visitor = shop.sale, shop.visitor()
    announced, whole = shop.signed(sale.quote()), shop.signed(sale.quote())
    one, two = (sale.view(sale.found(made)).dues[0].about for made in (announced, whole))
    visitor.fill(visitor.get(f"{announced.path}/pay/{one}"), f"{announced.path}/pay/{one}/announce")
    share = Allocation(about=two, about_kind="deposit", amount_cents=51_000)
    sale.do(RecordPayment(means="credit_transfer", amount_cents=51_000, allocations=(share,)))
    line = LineInput(label="Réparation", unit_price="100", nature="services")
    invoice = str(sale.do(IssueInvoice(customer=sale.customer, lines=(line,))).result["invoice"])
    owed = sale.made(invoice, "invoice", "pay")
    asked = RequestDeposit(customer=sale.customer, amount_cents=12_000, nature="services", title="Dépannage")
    bare = asking.payment_link(sale.service, sale.ledger, asked, actor=ACTOR)
    assert isinstance(bare, MadeLink)
    return {
        "announced": f"{announced.path}/pay/{one}", "announced-contract": announced.path,
        "paid": f"{whole.path}/pay/{two}", "paid-contract": whole.path, "invoice": owed.path,
        "returned": f"{owed.path}/returned", "bare-deposit": bare.path,
    }  # fmt: skip


def _together(shop: Shop) -> dict[str, str]:
    sale, quote = shop.sale, shop.sale.quote()
    both = (SignatoryInput(method="code", party=CLIENT), SignatoryInput(method="code", party=OTHER))
    one, two = (sale.made(quote, "quote", "sign", party=each) for each in sale.ask(quote, *both).signatories)
    shop.sign(shop.visitor(), one)
    later = sale.quote()
    waits = sale.made(later, "quote", "sign", party=sale.ask(later, *both).signatories[1])
    return {
        "first-of-two": f"{one.path}/done", "first-of-two-quote": one.path, "second-of-two": two.path,
        "not-yet": waits.path,
    }  # fmt: skip


def _others(shop: Shop, contract: str) -> dict[str, str]:
    sale, visitor = shop.sale, shop.visitor()
    observer = str(sale.do(AddObserver(about=contract, about_kind="quote", party=OTHER)).result["observer"])
    watching = sale.made(contract, "quote", "observe", party=observer)
    visitor.fill(visitor.get(f"{watching.path}/messages"), words="Quand commencez-vous ?\nBien à vous.")
    who = (SignatoryInput(method="code", party=CLIENT),)
    asked = asking.ask_for_file(sale.service, shop.served.app.context.files, sale.ledger, pdf(), who, actor=ACTOR)
    assert isinstance(asked, asking.Asked), asked
    file = sale.made(asked.signature, "signature", "sign", party=asked.signatories[0])
    spot = asking.on_the_spot(sale.service, sale.ledger, sale.quote(), actor=ACTOR)
    assert isinstance(spot, MadeLink)
    return {
        "observer": watching.path, "conversation": f"{watching.path}/messages", "file": file.path,
        "file-sign": f"{file.path}/sign", "on-the-spot": f"{spot.path}/sign",
        "reading": sale.made(contract, "contract", "read").path,
    }  # fmt: skip


def with_code(tab: Page, address: str) -> None:
    """Ask for a code, as a client who has ticked all there is to tick."""
    tab.goto(address)
    for each in tab.locator("input[type=checkbox][required]").all():
        each.check()
    tab.locator("button[formaction$='/sign/code']").click()
    tab.locator("#f-code").wait_for()


def take_all(folder: Path, language: str = "fr", only: str = "") -> None:
    """Take a picture of every state whose name holds `only`, on a phone and a desktop, in a language."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, shopping(Path(made)) as shop, browsing() as browser:
        found = places(shop)
        late = shop.signer(shop.sale.quote()).path
        shop.sale.later(seconds=60)
        for form, members in FORMS.items():
            base = str(shop.served.client.base_url)
            locale = {"fr": "fr-FR", "en": "en-GB"}[language]
            context = browser.new_context(base_url=base, locale=locale, timezone_id="Europe/Paris", **members)
            for name, address in found.items():
                if only in name:
                    tab = context.new_page()
                    tab.goto(address, wait_until="networkidle")
                    if name.endswith("-empty"):
                        with tab.expect_navigation():
                            tab.locator("main form[method=post]").first.evaluate(SEND)
                    take(tab, folder / f"{name}.{form}.png")
                    tab.close()
            if only in "code":
                tab = context.new_page()
                with_code(tab, f"{late}/sign")
                take(tab, folder / f"code.{form}.png")
                tab.locator("#f-code").fill("000000")
                tab.locator(".actions button.wide").click()
                tab.locator("[role=alert]").wait_for()
                take(tab, folder / f"code-wrong.{form}.png")
                shop.sale.later(minutes=2)
            context.close()
        if only in "expired":
            shop.sale.later(days=60)
            for form, members in FORMS.items():
                context = browser.new_context(base_url=base, locale=locale, timezone_id="Europe/Paris", **members)
                tab = context.new_page()
                for name, address in (("expired", found["contract"]), ("expired-quote", late)):
                    tab.goto(address)
                    take(tab, folder / f"{name}.{form}.png")
                    if name == "expired":
                        tab.locator("main form button").click()
                        tab.locator("[role=status]").wait_for()
                        take(tab, folder / f"renewed.{form}.png")
                context.close()


def take(tab: Page, file: Path) -> None:
    """Take a picture with all that is folded open."""
    for closed in tab.locator("main details:not([open]) > summary").all():
        closed.click()
    print(file.name, looking.take(tab, file))


if __name__ == "__main__":
    take_all(Path(sys.argv[1]), *sys.argv[2:4])
