"""No page has a serious accessibility fault by axe, none scrolls sideways on a phone, none runs into the policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from api.pages.frame.page import Page
from tests.pages.kit import House
from tests.pages.looking import address_of, autumn, browsing, context_for, role_for, shown


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with autumn(tmp_path_factory.mktemp("autumn")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.mark.parametrize("page", shown(), ids=lambda page: page.template)
def test_no_serious_fault(house: House, browser: Browser, page: Page) -> None:
    who = house.user(role_for(page)).who
    assert who is not None
    context = context_for(browser, house, "phone", who)
    try:
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        try:
            answer = tab.goto(address_of(page, house, who), wait_until="load")
        except PlaywrightError as error:
            if "Download is starting" in str(error):
                return  # a file to keep, not a page
            raise
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            return  # a file to keep, not a page
        found = Axe().run(tab, options={"resultTypes": ["violations"]})
        serious = [
            (each["id"], each["nodes"][0]["html"])
            for each in found.response["violations"]
            if each["impact"] in ("serious", "critical")
        ]
        assert serious == []
        assert not tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert complaints == []
    finally:
        context.close()
