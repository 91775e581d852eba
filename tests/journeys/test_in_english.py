"""The customer reads English: the same pages, in the words of their browser, the law's French words beside."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.acts import CLIENT, draw, invented_business, send_quote, write_quote
from tests.journeys.stage import Stage

pytestmark = pytest.mark.long


def test_an_english_reader_signs_and_announces_a_transfer(stage: Stage) -> None:
    shop = invented_business(stage)
    quote = write_quote(shop)
    send_quote(shop, quote)
    phone = stage.person(phone=True, language="en-GB")
    phone.goto(stage.mails.wait(CLIENT, "devis").link())
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    expect(phone.get_by_role("heading", name="Your quote")).to_be_visible()
    expect(phone.get_by_role("main")).to_contain_text("€1,080.00")
    phone.get_by_role("button", name="Continue to the signature").click()
    phone.locator("[name=consent]").check()
    phone.get_by_role("button", name="Receive my code").click()
    code = stage.mails.wait(CLIENT, "code").code
    draw(phone)
    phone.get_by_label("Code received").fill(code)
    phone.get_by_role("button", name="Sign: order with obligation to pay").click()
    expect(phone.get_by_role("main")).to_contain_text("Signed")
    expect(phone.get_by_role("main")).to_contain_text("€324.00")
    phone.get_by_role("button", name="I have made the transfer").click()
    expect(phone.get_by_role("main")).to_contain_text("announced")
    assert "Votre" not in phone.locator("main").inner_text()
