"""Every page in a real browser: for axe, and to look at.

`python -m tests.pages.looking FOLDER [ADDRESS[,ADDRESS] [en]] [--empty] [--sent]`: `--empty` shows a business that has
done nothing yet, `--sent` each page after its form was sent with nothing in it. What a customer's link shows is taken
by `python -m tests.pages.customer.tour`, and how somebody comes in by `python -m tests.pages.people.tour`.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as Tab

from api.http.access import Role
from api.pages.frame.page import Page
from api.pages.table import PAGES
from api.settings import Settings
from tests.api.scenario import START, Scenario, SetClock
from tests.journeys.stage import DESKTOP, PHONE
from tests.pages.desk.test_sale_quotes import DESK, form_base, issued, whole
from tests.pages.kit import House, Visitor, housing
from tests.pages.test_doors import path_of
from tests.verifiers import browser as browsers

FORMS: Final[dict[str, dict[str, Any]]] = {"phone": PHONE, "desktop": DESKTOP}
SEND: Final = """form => {
  form.noValidate = true;
  for (const each of form.elements) if (each.type !== "hidden" && each.tagName !== "BUTTON") each.value = "";
  form.querySelectorAll("input[type=checkbox]").forEach((each) => { each.checked = false; });
  form.requestSubmit();
}"""
"""Sends a form with nothing in it, as a browser would that checks nothing."""


def shown() -> list[Page]:
    """Give every page that shows something to who is signed in, or to anybody."""
    return [page for page in PAGES if page.method == "GET" and page.who.kind != "link"]


def role_for(page: Page) -> Role:
    """Give the role that a page is looked at with."""
    return next((role for role in ("owner", "auditor") if role in page.who.roles), "owner")


@contextmanager
def autumn(folder: Path, *, played: bool = True) -> Iterator[House]:
    """Run a server with one business's played autumn; with nothing done yet unless `played`."""
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db", passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40, port=0, documents=str(folder / "documents"),
    )  # fmt: skip
    clock = SetClock(START)
    with housing(settings, clock) as found:
        if played:
            Scenario(found.served, clock).play()
            begin(found.user("owner", name="beginner"))
        yield found


def begin(owner: Visitor) -> None:
    """Begin what the autumn has not: drafts, a model and a quote that waits for its client."""
    quote = issued(owner)
    model = owner.post(f"{quote}/again", {**form_base(owner), "as": "model"}).headers["location"]
    owner.fill(owner.get(model), model, act="save", name="Cuisine type")
    whole(owner)
    for place, fields in (
        ("catalogue/articles", {"label": "Étagère en chêne", "price": "95,50", "type": "goods", "rate": "20"}),
        ("deals", {"title": "Véranda Durand", "value": "12 000", "name": "M. Durand"}),
        ("deals/prospects", {"name": "Dominique Exemple", "email": "d@example.fr"}),
    ):
        path = f"{DESK}/{place}/new"
        assert owner.fill(owner.get(path), path, act="save", **fields).status_code == httpx.codes.SEE_OTHER


def drafts(owner: Visitor) -> list[str]:
    """Give the ids of all that is begun, as the lists lead to them."""
    lists = (owner.get(f"{DESK}/{place}").text for place in ("quotes?state=drafts", "deals", "catalogue"))
    return list(dict.fromkeys(re.findall(r'href="/desk/atelier/[a-z/]+/([0-9a-f-]{36})"', "".join(lists))))


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser."""
    found = browsers.found()
    assert found is not None, browsers.HELP
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(found), args=list(browsers.FLAGS))
        yield running
        running.close()


def context_for(browser: Browser, house: House, form: str, who: str, language: str = "fr-FR") -> BrowserContext:
    """Give a browser signed in as somebody."""
    base = str(house.served.client.base_url)
    context = browser.new_context(base_url=base, locale=language, timezone_id="Europe/Paris", **FORMS[form])
    context.add_cookies([{"name": "sceau", "value": who, "url": base}])
    return context


def address_of(page: Page, house: House, who: str) -> str:
    """Give the address at which a page shows most: of the ids that the autumn left, the first that is answered 200."""
    wanted = [name for name in re.findall(r"\{(\w+)", page.template) if name not in ("ledger", "token")]
    if not wanted:
        return path_of(page)
    visitor = Visitor(house.served, who)
    for found in drafts(visitor) if wanted[0] == "draft" else left_behind(house, wanted[0]):
        path = path_of(replace(page, example={**page.example, "ledger": "atelier", wanted[0]: found}))
        if visitor.get(path).status_code == httpx.codes.OK:
            return path
    return path_of(page)


def left_behind(house: House, kind: str) -> list[str]:
    """Give the ids of one kind that the ledger has, the oldest first."""
    row = house.served.service.find("atelier")
    named = (each.originator_id.partition(":") for each in house.served.service.entries(row.ledger))
    return list(dict.fromkeys(rest for name, _, rest in named if name == kind))


def file_name(page: Page) -> str:
    """Give the picture's name of a page."""
    return re.sub(r"[^a-z0-9]+", "-", page.template.replace("{ledger}", "").lower()).strip("-") or "front"


def take_all(folder: Path, only: str = "", language: str = "fr", *, played: bool = True, sent: bool = False) -> None:
    """Take a picture of every page whose address holds one of `only`, on a phone and a desktop, in a language."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, autumn(Path(made), played=played) as house, browsing() as browser:
        for form in FORMS:
            for page in shown():
                if not any(each in page.template for each in only.split(",")):
                    continue
                who = house.user(role_for(page), name=f"looker-{role_for(page)}", language=language).who
                assert who is not None
                context = context_for(browser, house, form, who, language)
                tab = context.new_page()
                try:
                    answer = tab.goto(address_of(page, house, who))
                except PlaywrightError:
                    answer = None  # a file to keep, not a page
                if answer is not None and "html" in answer.headers.get("content-type", ""):
                    found = tab.locator("main form[method=post]")
                    if not sent or found.count():
                        if sent:
                            try:
                                with tab.expect_navigation():
                                    found.last.evaluate(SEND)
                            except PlaywrightError:
                                print("a file", form, page.template)
                                context.close()
                                continue
                        print(answer.status, form, page.template, take(tab, folder / f"{file_name(page)}.{form}.png"))
                context.close()


def take(tab: Tab, file: Path) -> str:
    """Take a picture of a whole page; say whether it is wider than the window."""
    tab.wait_for_load_state("networkidle")
    tab.screenshot(path=str(file), full_page=True)
    return "WIDE" if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth") else ""


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("only", nargs="?", default="")
    asked.add_argument("language", nargs="?", default="fr", choices=("fr", "en"))
    asked.add_argument("--empty", action="store_true")
    asked.add_argument("--sent", action="store_true")
    given = asked.parse_args()
    take_all(given.folder, given.only, given.language, played=not given.empty, sent=given.sent)
