"""Somebody follows a quote by a link: reads, comments, gets copies, and can do nothing that binds anybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.acts import (
    BUSINESS,
    CLIENT,
    confirm_the_transfer,
    follow,
    invented_business,
    send_quote,
    sign_on_the_phone,
    write_quote,
)
from tests.journeys.stage import Stage

OBSERVER = "nora@example.com"


@pytest.mark.long
def test_an_observer_sees_and_comments_but_neither_signs_nor_pays_nor_withdraws(stage: Stage) -> None:
    shop = invented_business(stage)
    quote = write_quote(shop)
    send_quote(shop, quote)
    nora = follow(shop, quote, "Nora Petit", OBSERVER)
    link = nora.url
    expect(nora.get_by_role("main")).to_contain_text("Table en chêne")
    expect(nora.get_by_role("button", name="Continuer vers la signature")).to_have_count(0)

    nora.get_by_role("link", name="Poser une question").click()
    nora.get_by_label("Votre question ou votre message").fill("Le plateau est-il huilé ?")
    nora.get_by_role("button", name="Envoyer").click()
    expect(nora.get_by_role("status")).to_contain_text("Votre message est parti.")
    stage.mails.wait(BUSINESS, "vous écrit")

    phone = sign_on_the_phone(shop, stage.mails.wait(CLIENT, "devis"))
    assert stage.mails.wait(OBSERVER, "signé").text
    nora.goto(link)
    expect(nora.get_by_role("main")).to_contain_text("Signé le")

    for below in ("sign", "decline", "withdraw"):
        answer = nora.goto(f"{link}/{below}")
        assert answer is not None
        assert answer.status in (403, 404, 409), (below, answer.status)
    contract = nora.goto(link)
    assert contract is not None
    assert contract.status == 200
    expect(nora.get_by_role("button")).to_have_count(0)
    announcing = phone.locator("form[action$='/announce']").first.get_attribute("action")
    assert announcing is not None
    deposit = announcing.split("/")[-2]
    for path, form in (
        ("/sign", {"consent": "1", "code": "000000", "name": "Nora Petit"}),
        ("/sign/code", {"consent": "1"}),
        ("/decline", {"reason": ""}),
        ("/withdraw", {"confirm": "1"}),
        *((f"/pay/{deposit}/announce", {}),),
    ):
        sent = nora.request.post(f"{link}{path}", form={"key": "k" * 32, **form}, headers={"origin": stage.base})
        assert sent.status in (403, 404, 409), (path, sent.status)

    phone.reload()
    phone.get_by_role("button", name="J'ai fait le virement").click()
    confirm_the_transfer(shop)
    stage.mails.wait(CLIENT, "paiement reçu")
    nora.goto(link)
    expect(nora.get_by_role("listitem").filter(has_text="324,00 €").first).to_contain_text("Payé")
