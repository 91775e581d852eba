"""From nothing to a signed quote whose deposit is paid: the business on a desk, the client on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.acts import (
    BUSINESS,
    CLIENT,
    confirm_the_transfer,
    invented_business,
    send_quote,
    sign_on_the_phone,
    write_quote,
)
from tests.journeys.stage import Stage


def test_a_new_business_sends_its_first_quote_and_is_paid_the_deposit(stage: Stage) -> None:
    shop = invented_business(stage)
    quote = write_quote(shop)
    send_quote(shop, quote)
    mail = stage.mails.wait(CLIENT, "devis")
    assert [name for name in mail.attachments if name.endswith(".pdf")]

    phone = sign_on_the_phone(shop, mail)
    signed = stage.mails.wait(CLIENT, "signé")
    assert len(signed.attachments) == 2, "the signed document and its evidence"
    stage.mails.wait(BUSINESS, "signé")

    expect(phone.get_by_text("324,00 €").first).to_be_visible()
    phone.get_by_role("button", name="J'ai fait le virement").click()
    expect(phone.get_by_text("Vous avez annoncé un virement de 324,00 €")).to_be_visible()
    stage.mails.wait(BUSINESS, "annonc")

    desk = shop.open(quote.split(shop.at(), 1)[1])
    expect(desk.get_by_role("heading", name="Devis D-00001")).to_contain_text("Signé")
    confirm_the_transfer(shop)

    stage.mails.wait(CLIENT, "paiement reçu")
    phone.reload()
    expect(phone.get_by_role("main")).to_contain_text("Payé")
    expect(phone.get_by_role("main")).to_contain_text("Reçu : 324,00 €")

    phone.get_by_role("link", name="Vérifier Devis D-00001").click()
    expect(phone.get_by_role("status")).to_contain_text("Oui. Votre navigateur vient de le calculer lui-même.")
    expect(phone.locator(".checks li.good")).to_have_count(5)

    verdict = stage.sceau("verify", "--ledger", shop.name)
    assert re.match(rf"{shop.name}: OK \(training\)", verdict), verdict
    assert "Proven up to entry" in verdict
