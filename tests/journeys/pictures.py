"""Takes the pictures of docs/pictures/pages/ on the way through a journey: `python -m tests.journeys.pictures`."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.acts import (
    CLIENT,
    Shop,
    confirm_the_transfer,
    draw,
    invented_business,
    issue_invoice,
    send_quote,
    write_quote,
)
from tests.journeys.stage import ROOT, Stage, staged
from tests.verifiers import browser as browsers

FOLDER: Final = ROOT / "docs" / "pictures" / "pages"
COLOURS: Final = 64
TALLEST: Final = 1600
"""Pixels: what is below is cut, a page of the documentation is no scroll."""


def take(page: Page, name: str) -> None:
    """Take a page's picture, in few colours."""
    page.wait_for_load_state("networkidle")  # tiles that come after the page
    raw = page.screenshot(full_page=True, scale="css", animations="disabled")
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    picture.quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def run(stage: Stage) -> None:
    """Play a first quote, its signature and its payment, and take a picture at each step."""
    first = stage.person()
    first.goto(stage.setup)
    take(first, "first-run")
    shop = invented_business(stage)
    desk = shop.desk
    desk.goto(shop.at("/quotes/new"))
    quote = write_quote(shop)
    desk.goto(f"{quote}/send")
    take(desk, "send")
    send_quote(shop, quote)
    phone = _sign(shop)
    phone.get_by_role("button", name="J'ai fait le virement").click()
    phone.get_by_text("Vous avez annoncé").wait_for()
    confirm_the_transfer(shop)
    take(desk, "payment")
    phone.reload()
    phone.get_by_role("link", name="← Retour au contrat").click()
    take(phone, "contract")
    phone.get_by_role("link", name="Vérifier Devis D-00001").first.click()
    phone.locator(".verdict.good").wait_for()
    take(phone, "proof")
    invoice = issue_invoice(shop, "Planche à découper", "45")
    desk.goto(f"{invoice}/credit")
    take(desk, "credit-note")
    write_quote(shop, client="Nora Petit", email="nora@example.com")
    for name, below in (
        ("home", ""), ("invoices", "/invoices"), ("pipeline", "/deals"), ("reports", "/boards"),
        ("integrity", "/integrity"), ("room", "/users/new?room=room"), ("reminders", "/reminders"),
    ):  # fmt: skip
        take(shop.open(below), name)
    desk.goto(quote)
    take(desk, "quote")
    desk.goto(shop.at("/quotes/new"))
    desk.get_by_role("button", name="Choisir le client plus tard").click()
    desk.locator("[name=lines-0-label]").fill("Table en chêne")
    take(desk, "editor")


def _sign(shop: Shop) -> Page:
    phone = shop.stage.person(phone=True)
    phone.goto(shop.stage.mails.wait(CLIENT, "devis").link())
    take(phone, "customer-quote")
    phone.get_by_role("button", name="Continuer vers la signature").click()
    phone.locator("[name=consent]").check()
    phone.get_by_role("button", name="Recevoir mon code").click()
    code = shop.stage.mails.wait(CLIENT, "code").code
    draw(phone)
    phone.get_by_label("Code reçu").fill(code)
    take(phone, "sign")
    phone.get_by_role("button", name="Signer").click()
    phone.get_by_role("heading", name="C'est signé").wait_for()
    take(phone, "signed")
    return phone


def main() -> None:
    """Play the journey on a stage of its own, and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = browsers.found()
    assert found is not None, browsers.HELP
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser: Any = playwright.chromium.launch(executable_path=str(found), args=list(browsers.FLAGS))
        with staged(folder, f"sqlite:///{folder / 'sceau.db'}", browser) as stage:
            run(stage)
        browser.close()


if __name__ == "__main__":
    main()
