"""A real business is opened: its number checked, its keys' backup taken away, a second factor asked of its owner."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.acts import OWNER, PASSWORD, first_owner
from tests.journeys.stage import Stage

pytestmark = pytest.mark.long


def test_a_real_business_is_opened_and_its_owner_needs_a_second_factor(stage: Stage) -> None:
    page = first_owner(stage)
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.get_by_label("SIREN ou SIRET").fill("123456789")
    page.get_by_label("Nom ou dénomination").fill("Martin Menuiserie")
    page.get_by_label("Forme juridique").fill("EI")
    page.get_by_label("Numéro et rue").fill("12 rue du Rabot")
    page.get_by_label("Code postal").fill("69005")
    page.get_by_label("Ville").fill("Lyon")
    page.get_by_label("Adresse électronique").fill("ada@menuiserie.example")
    page.get_by_label("Téléphone").fill("+33 4 00 00 00 01")
    page.get_by_label("Régime de TVA").select_option("franchise")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_label("SIREN ou SIRET")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#w-siren")).to_contain_text("SIREN")
    page.get_by_label("SIREN ou SIRET").fill("732829320")
    page.get_by_role("button", name="Continuer").click()

    expect(page.get_by_role("heading", name="Ce que montrent vos documents")).to_be_visible()
    page.get_by_label("IBAN").fill("FR76 3000 6000 0112 3456 7890 189")
    page.get_by_label("Médiateur de la consommation").fill(
        "Médiation des métiers, 1 rue du Mail, Lyon, mediation.example"
    )
    page.get_by_label("Devis").fill("DV-")
    page.get_by_role("button", name="Continuer").click()

    page.get_by_role("link", name="Le mettre en place").click()
    page.get_by_role("button", name="Montrer l'image").click()
    page.get_by_text("Impossible de lire l'image").click()
    device = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("Code à 6 chiffres").fill(device.now())
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    spare = page.locator("li.mono").first.inner_text()
    page.get_by_role("link", name="Je les ai gardés").click()

    page.goto("/start/keys")
    page.get_by_label("Nom court").fill("martin")
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("heading", name="Les clés et leur sauvegarde")).to_be_visible()
    with page.expect_download() as given:
        page.get_by_role("button", name="Prendre la clé de secours").click()
    kept = stage.folder / "recovery.pem"
    given.value.save_as(kept)
    assert b"ENCRYPTED PRIVATE KEY" in kept.read_bytes()
    page.get_by_label("Le fichier gardé").set_input_files(kept)
    page.get_by_role("button", name="Je l'ai : la retirer du serveur").click()
    expect(page.get_by_text("La clé de secours n'est plus sur le serveur.").first).to_be_visible()

    other = stage.person()
    other.goto("/sign-in")
    other.get_by_label("Adresse électronique").fill(OWNER)
    other.get_by_label("Mot de passe").fill(PASSWORD)
    other.get_by_role("button", name="Se connecter").click()
    code = other.get_by_label("Code à 6 chiffres")
    code.fill("000000")
    other.get_by_role("button", name="Entrer").click()
    expect(other.get_by_role("alert")).to_be_visible()
    other.get_by_label("Code à 6 chiffres").fill(spare)
    other.get_by_role("button", name="Entrer").click()
    expect(other.get_by_role("heading", name="Votre code")).to_have_count(0)
    other.goto("/desk/martin/journal")
    expect(other.get_by_role("cell", name="Connexion").first).to_be_visible()  # failures: when their minute is over
    assert stage.sceau("verify", "--ledger", "martin").startswith("martin: OK")
