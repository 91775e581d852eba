"""The frame of pages: who gets in, what a form may be, and failures in words."""

from __future__ import annotations

import httpx

from api.pages.frame.assets import assets
from tests.pages.kit import House


def test_a_stranger_is_sent_to_sign_in(house: House) -> None:
    answer = house.stranger().get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_every_asset_is_kept_for_ever_and_an_old_one_is_not_there(house: House) -> None:
    for one in assets().values():
        answer = house.stranger().get(one.address)
        assert answer.status_code == 200, one.name
        assert answer.content == one.body
        assert "immutable" in answer.headers["cache-control"]
    assert house.stranger().get("/assets/0123456789abcdef/sceau.css").status_code == 404


def test_an_unknown_link_is_a_page_in_words(house: House) -> None:
    answer = house.stranger().get(f"/c/atelier/{'a' * 43}")
    assert answer.status_code in (404, 405)


def test_a_page_says_what_browsers_may_load(house: House) -> None:
    answer: httpx.Response = house.stranger().get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
