"""No page has a serious accessibility fault by axe, none scrolls sideways on a phone, none runs into the policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as BrowserPage

from api.http.access import Role
from api.pages.frame.page import Page
from tests.pages.kit import House
from tests.pages.looking import address_of, autumn, browsing, context_for, role_for, shown

POLICY: Final = "Security Policy"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with autumn(tmp_path_factory.mktemp("autumn")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@dataclass(frozen=True)
class Tab:
    """A phone's tab that one role goes on using, and what it complained of since it was last asked."""

    page: BrowserPage
    complaints: list[str]


class Tabs:
    """One tab for each role: styles and scripts are read once, not once a page."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser, self._house = browser, house
        self._open: dict[Role, Tab] = {}

    def of(self, role: Role, who: str) -> Tab:
        """Give the role's tab, with nothing complained of yet."""
        if role not in self._open:
            tab = Tab(context_for(self._browser, self._house, "phone", who).new_page(), [])
            tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
            tab.page.on("console", lambda said: tab.complaints.append(said.text) if POLICY in said.text else None)
            self._open[role] = tab
        self._open[role].complaints.clear()
        return self._open[role]


@pytest.fixture(scope="module")
def tabs(browser: Browser, house: House) -> Tabs:
    return Tabs(browser, house)


@pytest.mark.parametrize("page", shown(), ids=lambda page: page.template)
def test_no_serious_fault(house: House, tabs: Tabs, page: Page) -> None:
    role = role_for(page)
    who = house.user(role).who
    assert who is not None
    tab = tabs.of(role, who)
    try:
        answer = tab.page.goto(address_of(page, house, who), wait_until="load")
    except PlaywrightError as error:
        if "Download is starting" in str(error):
            return  # a file to keep, not a page
        raise
    if answer is None or "html" not in answer.headers.get("content-type", ""):
        return  # a file to keep, not a page
    found = Axe().run(tab.page, options={"resultTypes": ["violations"]})
    serious = [
        (each["id"], each["nodes"][0]["html"])
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert not tab.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert tab.complaints == []
