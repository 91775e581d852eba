"""The pages of people, seen by who is signed in: no serious fault by axe, no page wider than a phone of 360 pixels."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Page

from api.pages.people.pages import PAGES
from tests.pages.looking import browsing
from tests.pages.people.tour import tour
from tests.pages.people.walk import street

ELSEWHERE = {"/reset/{token}", "/sign-in/code"}
"""Pages that the tour does not reach; their forms are those of pages that it does."""


def test_the_tour_from_first_run_to_users_finds_no_fault(tmp_path: Path) -> None:
    faults: list[tuple[str, object]] = []
    reached: list[str] = []
    complaints: list[str] = []

    def seen(name: str, tab: Page) -> None:
        if not reached:
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        reached.append(name)
        found = Axe().run(tab, options={"resultTypes": ["violations"]})
        serious = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
        faults.extend((name, (each["id"], each["nodes"][0]["html"])) for each in serious)
        if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append((name, "wider than the screen"))

    with street(tmp_path) as town, browsing() as browser:
        tour(browser, town, "narrow", seen)
    assert faults == []
    assert complaints == []
    shown = {page.template for page in PAGES if page.method == "GET"} - ELSEWHERE
    assert len(reached) == len(set(reached)) == len(shown) + 2  # recovery codes answer a form; one lapsed link more
