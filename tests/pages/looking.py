"""Every page in a real browser: for axe, and to look at (`python -m tests.pages.looking FOLDER [ADDRESS [en]]`)."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from api.http.access import Role
from api.pages.frame.page import Page
from api.pages.table import PAGES
from api.settings import Settings
from tests.api.scenario import START, Scenario, SetClock
from tests.journeys.stage import DESKTOP, PHONE
from tests.pages.kit import House, Visitor, housing
from tests.pages.test_doors import path_of
from tests.verifiers import browser as browsers

FORMS: Final[dict[str, dict[str, Any]]] = {"phone": PHONE, "desktop": DESKTOP}


def shown() -> list[Page]:
    """Give every page that shows something to who is signed in, or to anybody."""
    return [page for page in PAGES if page.method == "GET" and page.who.kind != "link"]


def role_for(page: Page) -> Role:
    """Give the role that a page is looked at with."""
    return next((role for role in ("owner", "auditor") if role in page.who.roles), "owner")


@contextmanager
def autumn(folder: Path) -> Iterator[House]:
    """Run a server with one business's played autumn."""
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db", passphrase=b"correct horse battery staple",
        provisioning_key="p" * 40, port=0, documents=str(folder / "documents"),
    )  # fmt: skip
    clock = SetClock(START)
    with housing(settings, clock) as found:
        Scenario(found.served, clock).play()
        yield found


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
    for found in left_behind(house, wanted[0]):
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


def take_all(folder: Path, only: str = "", language: str = "fr") -> None:
    """Take a picture of every page whose address holds `only`, on a phone and a desktop, in a language."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, autumn(Path(made)) as house, browsing() as browser:
        for form in FORMS:
            for page in shown():
                if only not in page.template:
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
                    tab.wait_for_load_state("networkidle")
                    wide = tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                    tab.screenshot(path=str(folder / f"{file_name(page)}.{form}.png"), full_page=True)
                    print(answer.status, "WIDE" if wide else "", form, page.template)
                context.close()


if __name__ == "__main__":
    take_all(Path(sys.argv[1]), *sys.argv[2:4])
