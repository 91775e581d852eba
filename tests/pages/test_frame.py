"""The frame of pages: who gets in, what a form may be, and failures in words."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from starlette.types import Message

from api.http.body import read_bytes
from api.http.call import Call
from api.http.problems import Problem
from api.pages.frame import resource
from api.pages.frame.assets import assets
from api.pages.frame.forms import Form, Upload, read_form
from api.pages.frame.guard import check_same_site
from api.signing.acts import SignForm
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


@pytest.mark.parametrize("address", ["/nothing", "/c/atelier/short/and/more", "/desk", "/quotes"])
def test_an_address_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs(
    house: House, address: str
) -> None:
    client = house.served.client
    page = client.get(address, headers={"accept": "text/html,*/*;q=0.8", "accept-language": "fr"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "un lien a pu être coupé" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    told = client.get(address)
    assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")
    below = client.get(f"/v1{address}", headers={"accept": "text/html"})
    assert below.headers["content-type"] == "application/problem+json"


def test_a_page_says_what_browsers_may_load(house: House) -> None:
    answer: httpx.Response = house.stranger().get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null", "host": ""}, {"origin": "null"}, {"origin": "http://[::1", "host": "sceau.test"}, {},
        {"origin": "http://sceau.test@evil.test", "host": "sceau.test"}, {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.test", "host": "sceau.test", "sec-fetch-site": "none"},
        {"origin": "http://sceau.test:81", "host": "sceau.test"},
        {"origin": "http://a.sceau.test", "host": "sceau.test"},
    ],
)  # fmt: skip
def test_a_form_from_nowhere_or_elsewhere_is_not_taken(house: House, headers: dict[str, str]) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": sent}
    with pytest.raises(Problem) as refused:
        check_same_site(Call(house.served.app.context, scope, _nothing, "urn:uuid:0"))
    assert refused.value.code == "FORM_FROM_ELSEWHERE"


async def _nothing() -> Message:
    raise AssertionError("nobody reads the body")


def test_a_large_body_is_taken_apart_beside_the_event_loop(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[bool] = []

    def reading(*args: Any, **more: Any) -> Form:
        threads.append(threading.current_thread() is house_loop[0])
        return read_form(*args, **more)

    house_loop: list[threading.Thread] = []

    async def answered(call: Call, limit: int, code: str) -> bytes:
        house_loop[:] = [threading.current_thread()]
        return await read_bytes(call, limit, code)

    monkeypatch.setattr(resource, "read_form", reading)
    monkeypatch.setattr(resource, "read_bytes", answered)
    owner = house.user("owner")
    for size in (10, resource.FORM_BYTES + 1):
        data = {"csrf": house.csrf(owner.who or ""), "medium": "nas-1"}
        answer = owner.post("/desk/atelier/archives/confirm", data, files={"file": ("a.zip", b"x" * size)})
        assert answer.status_code == 422
    assert threads == [True, False]


def test_what_was_typed_or_leads_to_a_page_is_in_no_repr() -> None:
    form = Form([("password", "correct horse")], {"file": [Upload("a", "b", b"their bytes")]})
    said = SignForm("f", "Camille Roseau", True, code="203418", drawing="data:", ip="192.0.2.7", user_agent="Firefox")
    shown = repr(form) + repr(said)
    for secret in ("correct horse", "their bytes", "Camille", "203418", "192.0.2.7", "Firefox"):
        assert secret not in shown
