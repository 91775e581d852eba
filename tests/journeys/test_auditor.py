"""A tax auditor is let in for a time: reads, verifies, takes archive and proof away, and can change nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.acts import accept_invitation, invented_business, issue_invoice
from tests.journeys.stage import Stage

AUDITOR = "controle@example.com"


@pytest.mark.long
def test_an_auditor_verifies_and_takes_proofs_away_and_finds_nothing_to_press(stage: Stage) -> None:
    shop = invented_business(stage)
    invoice = issue_invoice(shop, "Planche à découper", "45")
    desk = shop.open("/users")
    desk.get_by_role("link", name="Ouvrir une salle de contrôle").click()
    desk.get_by_label("Nom").fill("Hélène Roux")
    desk.get_by_label("Adresse électronique").fill(AUDITOR)
    expect(desk.get_by_label("Dernier jour de l'accès")).not_to_have_value("")
    desk.get_by_role("button", name="Inviter").click()
    expect(desk.get_by_text("L'invitation part par courrier")).to_be_visible()

    auditor = accept_invitation(shop, AUDITOR, "Hélène Roux")
    auditor.goto(shop.at())
    expect(auditor.get_by_role("heading", name="Salle de contrôle")).to_be_visible()
    expect(auditor.get_by_role("main")).to_contain_text("Votre accès finit le")

    auditor.get_by_role("link", name="Vérifier le registre").click()
    auditor.get_by_role("button", name="Vérifier maintenant").click()
    expect(auditor.get_by_role("main")).to_contain_text("Tout est en ordre.")
    auditor.get_by_label("Numéro du document").fill("F-00001")
    with auditor.expect_download() as given:
        auditor.get_by_role("button", name="Télécharger la preuve").click()
    proof = stage.folder / "proof.json"
    given.value.save_as(proof)
    assert proof.stat().st_size > 500

    acting = ("Enregistrer", "Émettre", "Corriger", "Envoyer", "Inviter", "Supprimer", "Clôturer", "Faire l'archive")
    for below in ("/quotes", "/invoices", "/payments", "/closures", "/archives", "/journal"):
        auditor.goto(shop.at(below))
        for words in acting:
            expect(auditor.get_by_role("main").get_by_role("button", name=words)).to_have_count(0)
    auditor.goto(invoice)
    for words in ("Enregistrer un paiement", "Corriger par un avoir", "Envoyer la facture"):
        expect(auditor.get_by_role("link", name=words)).to_have_count(0)
    for below in ("/users", "/settings", "/quotes/new", "/invoices/new", "/providers"):
        answer = auditor.goto(shop.at(below))
        assert answer is not None
        assert answer.status == 403, below

    desk = shop.open("/users")
    row = desk.get_by_role("row", name=AUDITOR)
    row.get_by_text("Changer").click()
    desk.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Retirer l'accès").click()
    expect(desk.get_by_text("L'accès est retiré, et ses sessions sont fermées.")).to_be_visible()
    auditor.goto(shop.at("/integrity"))
    expect(auditor.get_by_role("heading", name="Preuves d'intégrité")).to_have_count(0)
