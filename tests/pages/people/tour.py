"""Every page of people in a real browser, as they come: `python -m tests.pages.people.tour FOLDER` takes pictures.

The business is opened, an authenticator enrolled, somebody invited: each page is seen as its user sees it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyotp
from playwright.sync_api import Browser, Page

from tests.journeys.stage import DESKTOP, PHONE
from tests.pages.looking import browsing
from tests.pages.people.walk import PASSWORD, Street, street

FORMS: Final = {"phone": PHONE, "desktop": DESKTOP, "narrow": {**PHONE, "viewport": {"width": 360, "height": 740}}}
Seen = Callable[[str, Page], None]
"""Told the name of each page that is reached."""


def tour(browser: Browser, town: Street, form: str, seen: Seen) -> None:
    """Walk through every page of people."""
    base = str(town.served.client.base_url)
    context = browser.new_context(base_url=base, locale="fr-FR", timezone_id="Europe/Paris", **FORMS[form])
    tab = context.new_page()
    _in(tab, town, seen)
    name = _live(tab, town, seen)
    _others(tab, name, seen)
    tab.goto("/account")
    tab.get_by_role("button", name="Quitter").click()
    tab.wait_for_url("**/sign-in")
    seen("sign-in", tab)
    context.close()


def _in(tab: Page, town: Street, seen: Seen) -> None:
    tab.goto("/welcome/nobody-has-this")
    seen("lapsed", tab)
    tab.goto("/forgotten?asked=asked")
    seen("forgotten", tab)
    tab.goto(town.first())
    tab.get_by_label("Adresse électronique").fill("ada@example.com")
    tab.get_by_label("Votre nom").fill("Ada Lovelace")
    tab.get_by_label("Mot de passe").fill("motdepasse1")
    tab.get_by_role("button", name="Continuer").click()
    tab.get_by_text("l'un des premiers").first.wait_for()
    seen("welcome", tab)
    tab.get_by_label("Mot de passe").fill(PASSWORD)
    tab.get_by_role("button", name="Continuer").click()
    tab.wait_for_url("**/start")
    seen("start", tab)


def _live(tab: Page, town: Street, seen: Seen) -> str:
    tab.get_by_role("button", name="Ouvrir", exact=True).click()
    tab.wait_for_url("**/start/business")
    for label, text in (
        ("SIREN ou SIRET", "732829321"), ("Nom ou dénomination", "Menuiserie du Frêne"), ("Forme juridique", "SARL"),
        ("Capital", "8 000 €"), ("Immatriculation", "RCS Rennes 732 829 320"), ("Numéro et rue", "1 rue du Frêne"),
        ("Code postal", "35000"), ("Ville", "Rennes"),
    ):  # fmt: skip
        tab.get_by_label(label).fill(text)
    tab.get_by_label("Bâtiment").check()
    tab.get_by_role("button", name="Continuer").click()
    tab.get_by_text("clé qui ne tombe pas juste").first.wait_for()
    seen("business", tab)
    tab.get_by_label("SIREN ou SIRET").fill("732829320")
    tab.get_by_role("button", name="Continuer").click()
    tab.wait_for_url("**/start/papers")
    tab.get_by_label("IBAN").fill("FR7630006000011234567890189")
    tab.get_by_label("Médiateur").fill("Médiateur Exemple, mediateur.example.fr")
    seen("papers", tab)
    tab.get_by_role("button", name="Continuer").click()
    tab.wait_for_url("**/start/keys")
    tab.get_by_role("link", name="Le mettre en place").click()
    tab.get_by_role("button", name="Montrer l'image").click()
    tab.locator("#secret").wait_for(state="attached")
    seen("authenticator", tab)
    secret = (tab.locator("#secret").text_content() or "").replace(" ", "")
    tab.get_by_label("Code à 6 chiffres").fill(pyotp.TOTP(secret).at(town.clock.wall))
    tab.get_by_role("button", name="Confirmer").click()
    tab.get_by_role("heading", name="Vos codes de secours").wait_for()
    seen("recovery-codes", tab)
    tab.get_by_role("link", name="Je les ai gardés").click()
    tab.wait_for_url("**/start/keys")
    seen("keys", tab)
    tab.get_by_role("button", name="Ouvrir").click()
    tab.wait_for_url("**/backup")
    seen("backup", tab)
    return tab.url.split("/")[4]


def _others(tab: Page, name: str, seen: Seen) -> None:
    tab.goto(f"/desk/{name}/users/new?room=room")
    seen("invitation", tab)
    tab.get_by_label("Nom").fill("Une inspectrice")
    tab.get_by_label("Adresse électronique").fill("inspectrice@example.com")
    tab.get_by_role("button", name="Inviter").click()
    tab.get_by_text("Lien de l'invitation").wait_for()
    seen("users", tab)
    tab.goto("/account/password")
    seen("password", tab)
    tab.goto("/account/confirm?next=/account")
    seen("confirm", tab)
    tab.goto("/account")
    seen("account", tab)


def with_language(address: str, language: str) -> str:
    """Give the address of a page in a language."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def take_all(folder: Path) -> None:
    """Take a picture of every page, on phones and a desktop."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in FORMS:
        with tempfile.TemporaryDirectory() as made, street(Path(made)) as town, browsing() as browser:

            def seen(name: str, tab: Page, form: str = form) -> None:
                tab.screenshot(path=str(folder / f"{name}.{form}.png"), full_page=True)
                if form == "phone":  # the same address once more, in English
                    other = tab.context.new_page()
                    other.goto(with_language(tab.url, "en"))
                    other.screenshot(path=str(folder / f"{name}.english.png"), full_page=True)
                    other.goto(with_language(tab.url, "fr"))
                    other.close()

            tour(browser, town, form, seen)


if __name__ == "__main__":
    take_all(Path(sys.argv[1]))
