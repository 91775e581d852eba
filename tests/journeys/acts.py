"""What people do on the way, each act as one would tell it: through the pages alone, in the words they show."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.stage import Mail, Stage

PASSWORD = "le chat dort sur l'établi"
OWNER = "ada@example.com"
CLIENT = "camille@example.com"
BUSINESS = "atelier@example.fr"
"""The address that the invented business gives its customers."""


@dataclass
class Shop:
    """A business that has just been opened: its owner's browser, and its short name."""

    stage: Stage
    desk: Page
    name: str

    def at(self, below: str = "") -> str:
        return f"/desk/{self.name}{below}"

    def open(self, below: str = "") -> Page:
        self.desk.goto(self.at(below))
        return self.desk


def first_owner(stage: Stage, *, phone: bool = False) -> Page:
    """The address that the server printed is opened, and the first owner created there."""
    page = stage.person(phone=phone)
    page.goto(stage.setup)
    page.get_by_label("Adresse électronique").fill(OWNER)
    page.get_by_label("Votre nom").fill("Ada Martin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Par où commencer ?")).to_be_visible()
    return page


def invented_business(stage: Stage, *, phone: bool = False) -> Shop:
    """A business to try with, whose mails are switched on."""
    page = first_owner(stage, phone=phone)
    page.get_by_role("button", name="Essayer", exact=True).click()
    expect(page.get_by_role("heading", name="Les clés et leur sauvegarde")).to_be_visible()
    shop = Shop(stage, page, "essai")
    stage.sceau("message", "settings", shop.name, "--on")
    return shop


def write_quote(shop: Shop, *, client: str = "Camille Durand", email: str = CLIENT, share: str = "30") -> str:
    """A first quote for a new customer, with a deposit at signature, is written and issued; give its address."""
    page = shop.open("/quotes/new")
    if not page.get_by_label("Nom", exact=True).is_visible():  # folded where there are customers already
        page.get_by_text("Nouveau client").click()
    page.get_by_label("Nom", exact=True).fill(client)
    page.locator("[name=email]").fill(email)
    page.locator("[name=street]").fill("3 quai du Lierre")
    page.locator("[name=postcode]").fill("69005")
    page.locator("[name=city]").fill("Lyon")
    page.get_by_role("button", name="Enregistrer ce client et commencer").click()
    expect(page.get_by_role("heading", name="Brouillon de devis")).to_be_visible()
    page.locator("[name=lines-0-label]").fill("Table en chêne")
    page.locator("[name=lines-0-unit_price]").fill("900")
    page.locator("[name=lines-0-type]").select_option(label="Marchandise")
    page.locator("[name=channel][value=premises]").check()
    page.locator("[name=special_order]").check()
    page.locator("[name=duration_days]").fill("10")
    page.get_by_role("button", name="Ajouter une échéance").click()
    page.locator("[name=schedule_mode][value=own]").check()
    page.locator("[name=steps-0-share]").fill(share)
    page.locator("[name=steps-0-due_days]").fill("8")
    page.get_by_role("button", name="Relire et émettre").click()
    expect(page.get_by_text("Émettre, c'est définitif")).to_be_visible()
    page.get_by_role("button", name="Émettre le devis").click()
    expect(page.get_by_role("heading", name="Envoyer le devis D-")).to_be_visible()
    return page.url.removesuffix("/send")


def send_quote(shop: Shop, address: str) -> None:
    """The quote goes to the client by mail, to be signed on line."""
    shop.desk.goto(f"{address}/send")
    shop.desk.get_by_role("button", name="Envoyer le devis").click()
    expect(shop.desk.get_by_text("Devis envoyé")).to_be_visible()


def sign_on_the_phone(shop: Shop, mail: Mail, email: str = CLIENT) -> Page:
    """The client opens the link on a phone, reads, asks for the code, draws and signs."""
    phone = shop.stage.person(phone=True)
    phone.goto(mail.link())
    expect(phone.get_by_role("heading", name="Votre devis")).to_be_visible()
    phone.get_by_role("button", name="Continuer vers la signature").click()
    phone.locator("[name=consent]").check()
    phone.get_by_role("button", name="Recevoir mon code").click()
    code = shop.stage.mails.wait(email, "code").code
    draw(phone)
    phone.locator("[name=code]").fill(code)
    phone.get_by_role("button", name="Signer").click()
    expect(phone.get_by_role("heading", name="C'est signé")).to_be_visible()
    return phone


def confirm_the_transfer(shop: Shop) -> None:
    """The business sees the announced money on its account, and records that it came."""
    desk = shop.open("/payments")
    desk.get_by_role("link", name="Annoncés").click()
    desk.get_by_role("row", name="Annoncé").get_by_role("link").first.click()
    desk.get_by_role("link", name="L'argent est arrivé").click()
    desk.get_by_role("button", name="Vérifier").click()
    expect(desk.get_by_role("region", name="Ce qui va se passer")).to_contain_text("Le paiement règle un document.")
    desk.get_by_role("button", name="Enregistrer le paiement").click()
    expect(desk.get_by_role("heading", name="Paiement de")).to_be_visible()
    expect(desk.get_by_role("main")).to_contain_text("Affecté")


def draw(page: Page) -> None:
    """A finger draws a line on the pad."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 20 + step * 30, box["y"] + 60 - (step % 3) * 20)
    page.mouse.up()


def accept_invitation(shop: Shop, email: str, name: str) -> Page:
    """Somebody who was invited opens the mail's link in their own browser and chooses a password."""
    page = shop.stage.person()
    page.goto(shop.stage.mails.wait(email, "invit|salle|accès").link("/welcome/"))
    page.get_by_label("Votre nom").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    return page


def sign_in(page: Page, email: str = OWNER) -> None:
    """Somebody signs in with the password."""
    page.goto("/sign-in")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("button", name="Se connecter")).to_have_count(0)


def follow(shop: Shop, quote: str, name: str, email: str) -> Page:
    """Somebody is made an observer of a quote, and opens the link that they are sent."""
    desk = shop.desk
    desk.goto(quote)
    desk.get_by_text("Faire suivre à quelqu'un").click()
    desk.get_by_label("Nom", exact=True).fill(name)
    desk.get_by_label("Adresse électronique").fill(email)
    desk.get_by_role("button", name="Ajouter un observateur").click()
    expect(desk.get_by_role("status")).to_contain_text("L'observateur reçoit son lien.")
    page = shop.stage.person()
    page.goto(shop.stage.mails.wait(email, "suivre le devis").link())
    return page


def issue_invoice(shop: Shop, label: str, price: str, customer: str = "") -> str:
    """An invoice without a quote is written, looked at and issued; give its address."""
    desk = shop.open("/invoices/new")
    if customer:
        desk.get_by_label("Client", exact=True).select_option(label=customer)
    desk.get_by_role("button", name="Commencer").click()
    line = desk.get_by_role("group", name="Ligne 1")
    line.get_by_label("Désignation").fill(label)
    line.get_by_label("Prix unitaire").fill(price)
    line.get_by_label("Nature").select_option(label="Bien")
    desk.get_by_role("button", name="Vérifier avant d'émettre").click()
    desk.get_by_role("button", name="Émettre la facture").click()
    expect(desk.get_by_role("heading", name="Facture F-")).to_be_visible()
    return desk.url
