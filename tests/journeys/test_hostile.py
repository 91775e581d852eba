"""People who mean harm, and accidents: markup as a name, two signing at once, an old form again, a killed server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.acts import CLIENT, Shop, draw, invented_business, send_quote, write_quote
from tests.journeys.stage import Mail, Stage

pytestmark = pytest.mark.long

SCRIPT = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
NAME = f"Durand {SCRIPT}"


def ready_to_sign(shop: Shop, mail: Mail, nth: int) -> Page:
    """A phone on which the code has been asked for and typed."""
    phone = shop.stage.person(phone=True)
    phone.goto(mail.link())
    phone.get_by_role("button", name="Continuer vers la signature").click()
    phone.locator("[name=consent]").check()
    phone.get_by_role("button", name="Recevoir mon code").click()
    code = shop.stage.mails.wait(CLIENT, "code", nth=nth).code
    draw(phone)
    phone.get_by_label("Code reçu").fill(code)
    return phone


def inert(page: Page) -> None:
    """What was typed is read as text: nothing ran, nothing was made of it."""
    assert "pwned" not in page.title()
    assert page.locator("main script, main img[src=x]").count() == 0


def test_markup_in_names_and_comments_stays_text_everywhere(stage: Stage) -> None:
    shop = invented_business(stage)
    quote = write_quote(shop, client=NAME)
    inert(shop.desk)
    send_quote(shop, quote)
    mail = stage.mails.wait(CLIENT, "devis")
    html = mail.message.get_body(("html",))
    assert html is None or "<script" not in str(html.get_content())
    assert next(iter(mail.attachments.values())).startswith(b"%PDF-")

    phone = stage.person(phone=True)
    phone.goto(mail.link())
    inert(phone)
    phone.get_by_role("link", name="Poser une question").click()
    phone.get_by_label("Votre question ou votre message").fill(SCRIPT)
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_role("main")).to_contain_text(SCRIPT)
    inert(phone)
    for below in (quote.split(shop.at(), 1)[1], "/customers", "/quotes", "", "/deals", "/journal"):
        inert(shop.open(below))
    shop.desk.goto(quote)
    expect(shop.desk.get_by_role("main")).to_contain_text(SCRIPT)
    told = stage.mails.wait("atelier@example.fr", "vous écrit")
    body = told.message.get_body(("html",))
    assert body is None or "<script" not in str(body.get_content())


def test_two_phones_sign_at_once_and_a_killed_server_loses_nothing(stage: Stage) -> None:
    shop = invented_business(stage)
    quote = write_quote(shop)
    send_quote(shop, quote)
    mail = stage.mails.wait(CLIENT, "devis")
    one = ready_to_sign(shop, mail, 1)

    stage.kill()
    stage.start()

    two = stage.person(phone=True)
    two.goto(mail.link())
    two.get_by_role("button", name="Continuer vers la signature").click()
    fields = one.locator("form.signing input:not([type=checkbox])").all()
    old_form: dict[str, str | float | bool] = {"consent": "1"}
    for each in fields:
        old_form[each.get_attribute("name") or ""] = each.input_value()
    address = one.url.partition("/sign")[0] + "/sign"
    one.get_by_role("button", name=re.compile("^Signer")).click()
    expect(one.get_by_role("heading", name="C'est signé")).to_be_visible()

    two.locator("[name=consent]").check()
    two.get_by_role("button", name="Recevoir mon code").click()
    expect(two.get_by_role("main")).to_contain_text(re.compile("signé", re.IGNORECASE))
    expect(two.get_by_label("Code reçu")).to_have_count(0)

    again = one.request.post(address, form=old_form, headers={"origin": stage.base})
    assert again.status in (200, 303, 409), again.status
    shop.desk.goto(quote)
    expect(shop.desk.get_by_text("Signé : le contrat est conclu")).to_have_count(1)
    assert stage.sceau("verify", "--ledger", shop.name).startswith(f"{shop.name}: OK")
