"""The deposit is paid by card on the provider's page, and given back from the desk; localstripe is Stripe."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.acts import CLIENT, invented_business, send_quote, sign_on_the_phone, write_quote
from tests.journeys.stage import Stage

pytestmark = [pytest.mark.stripe, pytest.mark.long]
SECRET_KEY = "sk_test_0123456789abcdef"
WEBHOOK_SECRET = "whsec_0123456789abcdef"


def test_a_deposit_is_paid_by_card_and_refunded_from_the_desk(stage: Stage) -> None:
    shop = invented_business(stage)
    desk = shop.open("/providers")
    hook = desk.locator("#hook").inner_text()
    httpx.post(
        f"{stage.stripe}/_config/webhooks/sceau", json={"url": hook, "secret": WEBHOOK_SECRET}
    ).raise_for_status()
    desk.get_by_label("Clé secrète").fill(SECRET_KEY)
    desk.get_by_label("Secret du webhook").fill(WEBHOOK_SECRET)
    desk.get_by_role("button", name="Garder ces clés").click()
    expect(desk.get_by_role("heading", name="Stripe Mode test")).to_be_visible()

    quote = write_quote(shop)
    send_quote(shop, quote)
    phone = sign_on_the_phone(shop, stage.mails.wait(CLIENT, "devis"))
    phone.get_by_role("button", name=re.compile("carte", re.IGNORECASE)).click()
    phone.wait_for_url(f"{stage.stripe}/**")
    expect(phone.locator("#amount")).to_have_text("324.00 eur")
    phone.get_by_role("button", name="declined").click()
    phone.get_by_role("button", name="ok").click()
    expect(phone.get_by_role("main")).to_contain_text("Reçu : 324,00 €")
    stage.mails.wait(CLIENT, "paiement reçu")

    desk = shop.open("/payments")
    desk.get_by_role("row", name="Camille Durand").get_by_role("link").first.click()
    expect(desk.get_by_role("main")).to_contain_text("Affecté")
    desk.get_by_role("link", name="Rembourser").click()
    desk.get_by_label("Par le prestataire").check()
    desk.get_by_label("Montant", exact=True).fill("324,00")
    desk.get_by_role("button", name="Vérifier").click()
    desk.get_by_role("button", name="Rembourser maintenant").click()
    expect(desk.get_by_role("button", name="Rembourser maintenant")).to_have_count(0)
    expect(desk.get_by_role("main")).to_contain_text("324,00 €")
    refunds = httpx.get(f"{stage.stripe}/v1/refunds", auth=(SECRET_KEY, "")).json()["data"]
    assert [each["amount"] for each in refunds] == [32_400]
    assert stage.sceau("verify", "--ledger", shop.name).startswith(f"{shop.name}: OK")
