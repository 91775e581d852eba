"""Every page of the books opens for who may, and for nobody else: made from the table of pages."""

from __future__ import annotations

import pytest

from api.http.access import READ
from api.pages.desk.books.pages import PAGES
from api.pages.frame.page import Page
from tests.pages.kit import House

GETS = [page for page in PAGES if page.method == "GET"]


def path_of(page: Page) -> str:
    path = page.template.replace("{ledger}", "atelier")
    for name, value in page.example.items():
        path = path.replace(f"{{{name}}}", value)
    for name in ("task", "series", "api_key", "endpoint", "message", "name"):
        path = path.replace(f"{{{name}}}", "5b0d6c9e-1111-4222-8333-123456789abc")
    assert "{" not in path, path
    return path


@pytest.mark.parametrize("page", GETS, ids=lambda page: page.template)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_that_shows_opens_for_each_of_its_roles(house: House, page: Page, language: str) -> None:
    for role in sorted(page.who.roles):
        answer = house.user(role, language=language, name=f"{role}-{language}").get(path_of(page))
        assert answer.status_code in (200, 404), f"{role}: {answer.status_code}"
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            assert f'<html lang="{language}">' in answer.text
            assert " style=" not in answer.text
            assert "onclick" not in answer.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.template}")
def test_nobody_else_gets_in(house: House, page: Page) -> None:
    path = path_of(page)
    for role in sorted(READ - page.who.roles):
        visitor = house.user(role)
        answer = visitor.get(path) if page.method == "GET" else visitor.post(path, {"key": "x"})
        assert answer.status_code == 403, f"{role}: {answer.status_code}"
    stranger = house.stranger()
    answer = stranger.get(path) if page.method == "GET" else stranger.post(path, {"key": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    nobody = house.user(None, name="of-nothing")
    answer = nobody.get(path) if page.method == "GET" else nobody.post(path, {"key": "x"})
    assert answer.status_code == 404
