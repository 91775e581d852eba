"""A day at the desk: the counter, an invoice by mail, a credit note, the bank, the catalogue; then its closure."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.acts import Shop, invented_business, issue_invoice, sign_in
from tests.journeys.stage import ROOT, Stage
from tests.projections.bank.statements import Ntry, Tx, camt

KNOWN = "Atelier du Lierre"
THEIRS = "compta@lierre.example"


def test_a_day_from_the_counter_to_its_closure_and_archive(stage: Stage) -> None:
    shop = invented_business(stage)
    _the_counter(shop)
    _a_known_customer(shop)
    invoice = issue_invoice(shop, "Planche à découper", "100", KNOWN)
    _send_it(shop, invoice)
    _credit_and_replace(shop, invoice)
    _the_bank_statement(shop)
    _the_catalogue(shop)
    _reminders(shop)
    _the_report(shop)
    _the_journal(shop)
    stage.restart()
    sign_in(shop.desk)
    _the_closure_and_the_archive(shop)


def _the_counter(shop: Shop) -> None:
    issue_invoice(shop, "Planche à découper", "45")
    desk = shop.desk
    desk.get_by_role("link", name="Enregistrer un paiement").click()
    desk.get_by_label("Moyen", exact=True).select_option(label="Espèces")
    desk.get_by_role("button", name="Vérifier").click()
    desk.get_by_role("button", name="Enregistrer le paiement").click()
    expect(desk.get_by_role("main")).to_contain_text("Affecté")


def _a_known_customer(shop: Shop) -> None:
    desk = shop.open("/customers/new")
    desk.get_by_label("Qui est-ce").select_option(label="Entreprise")
    desk.get_by_label("Nom", exact=True).fill(KNOWN)
    desk.get_by_role("textbox", name="SIREN").fill("732829320")
    desk.get_by_role("textbox", name="Adresse électronique").fill(THEIRS)
    desk.get_by_role("textbox", name="Rue").fill("3 quai du Lierre")
    desk.get_by_label("Code postal").first.fill("69005")
    desk.get_by_label("Ville").first.fill("Lyon")
    desk.get_by_role("button", name="Enregistrer").click()
    expect(desk.get_by_role("heading", name=KNOWN)).to_be_visible()


def _send_it(shop: Shop, invoice: str) -> None:
    shop.desk.goto(f"{invoice}/send")
    shop.desk.get_by_role("button", name="Envoyer").click()
    mail = shop.stage.mails.wait(THEIRS, "facture F-00002")
    assert any(body.startswith(b"%PDF-") for body in mail.attachments.values())


def _credit_and_replace(shop: Shop, invoice: str) -> None:
    desk = shop.desk
    desk.goto(f"{invoice}/credit")
    desk.get_by_label("Toute la facture, et la remplacer").check()
    price = desk.get_by_role("group", name="Ligne 1").get_by_label("Prix unitaire")
    if not price.is_visible():
        desk.get_by_text("La facture de remplacement").click()
    price.fill("110")
    desk.get_by_role("button", name="Voir ce que cela fait").click()
    desk.get_by_role("button", name="Émettre l'avoir et la nouvelle facture").click()
    expect(desk.get_by_role("button", name="Émettre l'avoir et la nouvelle facture")).to_have_count(0)
    desk.goto(invoice)
    expect(desk.get_by_role("main")).to_contain_text("une autre la remplace")
    desk.get_by_role("link", name="Voir la facture de remplacement").click()
    expect(desk.get_by_role("heading", name="Facture F-00003")).to_be_visible()
    expect(desk.get_by_role("main")).to_contain_text("132,00 €")


def _the_bank_statement(shop: Shop) -> None:
    today = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    part = Tx(amount="132.00", text="facture F-00003", payer=KNOWN)
    said = camt(Ntry(amount="132.00", booked=today, value=today, bank_reference="B1", parts=(part,)))
    path = shop.stage.folder / "statement.xml"
    path.write_bytes(said)
    desk = shop.open("/bank")
    desk.get_by_label("Relevé").last.set_input_files(path)
    desk.get_by_role("button", name="Lire le relevé").click()
    expect(desk.get_by_role("main")).to_contain_text("132,00 €")
    choice = desk.get_by_label("Enregistrer pour")
    if choice.count():
        choice.select_option(label="F-00003")
    desk.get_by_role("button", name="Enregistrer ce qui est certain et choisi").click()
    expect(desk.get_by_role("main")).to_contain_text("Une ligne a été enregistrée.")
    desk.get_by_role("link", name="F-00003").first.click()
    expect(desk.get_by_role("main")).to_contain_text("Payé")


def _the_catalogue(shop: Shop) -> None:
    desk = shop.open("/catalogue/articles/new")
    desk.get_by_label("Désignation").fill("Étagère en frêne")
    desk.get_by_label("Prix unitaire").fill("250")
    desk.get_by_role("button", name="Enregistrer").click()
    expect(desk.get_by_text("Étagère en frêne").first).to_be_visible()
    desk = shop.open("/quotes/new")
    desk.get_by_role("button", name=KNOWN).click()
    desk.get_by_role("button", name="Prendre dans le catalogue").click()
    desk.get_by_role("row", name="Étagère en frêne").get_by_role("button", name="Ajouter").click()
    expect(desk.get_by_role("status")).to_contain_text("Ligne ajoutée.")
    desk.get_by_role("link", name="Revenir au devis").click()
    expect(desk.get_by_role("heading", name="Brouillon de devis")).to_be_visible()
    labels = desk.get_by_label("Désignation").evaluate_all("all => all.map(one => one.value)")
    assert "Étagère en frêne" in labels
    expect(desk.get_by_role("complementary")).to_contain_text("300,00 €")


def _reminders(shop: Shop) -> None:
    desk = shop.open("/reminders")
    expect(desk.get_by_role("button", name="Adopter")).to_have_count(3)
    desk.get_by_role("button", name="Adopter").last.click()
    expect(desk.get_by_role("button", name="Adopter")).to_have_count(2)


def _the_report(shop: Shop) -> None:
    desk = shop.open("/reports")
    desk.get_by_role("link", name="Quel chiffre d'affaires et quelle TVA").click()
    expect(desk.get_by_role("main")).to_contain_text("186,00 €")
    chart = desk.get_by_role("img", name="Graphique")
    expect(chart).to_be_visible()
    assert chart.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0


def _the_journal(shop: Shop) -> None:
    desk = shop.open("/journal")
    desk.get_by_label("Ce qui s'est passé").select_option(label="Avoir émis")
    desk.get_by_role("button", name="Chercher").last.click()
    row = desk.get_by_role("row", name="Avoir émis")
    row.get_by_role("link").first.click()
    expect(desk.get_by_role("main")).to_contain_text("Avoir émis")
    expect(desk.get_by_role("main")).to_contain_text("Empreinte")


def _the_closure_and_the_archive(shop: Shop) -> None:
    desk = shop.open("/closures")
    desk.get_by_role("button", name="Clôturer maintenant").click()
    desk.goto(shop.at("/closures"))
    closed = desk.get_by_role("link", name="Jour n° 1")
    expect(closed).to_be_visible()
    closed.click()
    expect(desk.get_by_role("main")).to_contain_text("186,00 €")
    day = desk.url.rpartition("/")[2].removeprefix("day-")

    desk.goto(shop.at("/archives"))
    identity = desk.locator("main .copy .mono").first.inner_text()
    desk.get_by_label("Période close").fill(day)
    desk.get_by_role("button", name="Faire l'archive").click()
    _verified_apart(shop, desk, identity)


def _verified_apart(shop: Shop, desk: Page, identity: str) -> None:
    expect(desk.get_by_role("link", name="Archive (.zip)")).to_be_visible()
    with desk.expect_download() as given:
        desk.get_by_role("link", name="Archive (.zip)").click()
    archive = shop.stage.folder / "archive.zip"
    given.value.save_as(archive)
    verifier = ROOT / "archive" / "verifiers" / "verify.py"
    run = subprocess.run(
        [sys.executable, "-I", str(verifier), str(archive), "--genesis", identity],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
