"""Whatever is sent, the answer is a problem of the client's, never a fault of the server's, and echoes nothing."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.serving import Served, bearer

SECRET = "Jean-Personne"
GOOD = {"lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}


def _raw(served: Served, data: bytes, path: str = "/invoices", **headers: str) -> Any:
    return served.request("POST", path, content=data, headers={"Content-Type": "application/json"} | headers)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"nonsense", "not_json"),
        (b'{"a":1}}', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b'{"a":"\xff"}', "not_utf8"),
        ('{"a":"é"}'.encode("utf-16"), "not_utf8"),
        ('{"a":"é"}'.encode("latin-1"), "not_utf8"),
        (b'{"a":1,"a":2}', "duplicate_member"),
        (b'{"lines":[{"label":"a","label":"b"}]}', "duplicate_member"),
        (b'{"a":1.5}', "float"),
        (b'{"a":1e400}', "float"),
        (b'{"a":NaN}', "not_finite"),
        (b'{"a":-Infinity}', "not_finite"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"\\udfff":1}', "surrogate"),
        (b'{"a":' + b"[" * 33 + b"]" * 33 + b"}", "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 50_000, "too_deep"),
        (b'{"a":' + b"9" * 5000 + b"}", "not_json"),
        (b'{"a":"\x00"}', "not_json"),
    ],
)
def test_json_that_is_none_is_a_400_that_says_why(served: Served, data: bytes, reason: str) -> None:
    answer = _raw(served, data)
    assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (400, "BODY_NOT_JSON", reason)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], ""),
        ("text", ""),
        (None, ""),
        (7, ""),
        ({**GOOD, SECRET: 1}, f"/{SECRET}"),
        ({**GOOD, "texts": {"title": "a", "extra": 1}}, "/texts/extra"),
        ({"lines": [{**GOOD["lines"][0], "unit_price": 12}]}, "/lines/0/unit_price"),
        ({"lines": [{**GOOD["lines"][0], "unit_price": "1,50"}]}, "/lines/0/unit_price"),
        ({"lines": [{**GOOD["lines"][0], "unit_price": "٣"}]}, "/lines/0/unit_price"),
        ({"lines": [{"label": "a"}]}, "/lines/0/unit_price"),
        ({**GOOD, "due_on": "2026-13-01"}, "/due_on"),
        ({**GOOD, "due_on": "2026-01-01\n"}, "/due_on"),
        ({**GOOD, "id": "not-an-id"}, "/id"),
        ({**GOOD, "reduced_rate_justified": 1}, "/reduced_rate_justified"),
        ({**GOOD, "discount": {"amount_cents": 10**30}}, "/discount/amount_cents"),
    ],
)
def test_a_body_of_another_shape_is_a_422_with_its_place_and_without_its_value(
    served: Served, body: Any, place: str
) -> None:
    answer = _raw(served, json.dumps(body).encode())
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_INVALID")
    assert place in [error["place"] for error in answer.json()["errors"]]


def test_no_value_is_ever_echoed(served: Served) -> None:
    body = {"lines": [{"label": 7, "unit_price": SECRET, "nature": SECRET}], "customer": SECRET, "due_on": SECRET}
    answer = _raw(served, json.dumps(body).encode())
    assert answer.status_code == 422
    assert SECRET not in answer.text
    assert not any(SECRET in line for line in served.lines)


@pytest.mark.parametrize("text", ["a\u202eb", "\ufdd0", "a\u2066"])
def test_text_that_no_entry_may_hold_is_refused(served: Served, text: str) -> None:
    answer = _raw(served, json.dumps({"lines": [{**GOOD["lines"][0], "label": text}]}).encode())
    assert answer.status_code == 422
    draft = served.post("/drafts", {"kind": "quote", "notes": {"text": text}})
    assert (draft.status_code, draft.json()["code"]) == (422, "VALUE_NOT_RECORDABLE")


@pytest.mark.parametrize(
    "notes", [{"n": 2**53}, {"n": -(10**100)}, {"été": 1}, {"deep": json.loads("[" * 31 + "]" * 31)}]
)
def test_a_draft_holds_only_what_json_everywhere_can_hold(served: Served, notes: Any) -> None:
    answer = served.post("/drafts", {"kind": "quote", "notes": notes})
    assert answer.status_code in (400, 422)


def test_a_member_that_the_address_gives_is_not_given_twice(served: Served) -> None:
    invoice = served.post("/invoices", GOOD).json()["result"]["invoice"]
    answer = served.post(f"/invoices/{invoice}/sendings", {"by": "hand", "invoice": invoice})
    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "/invoice")


@pytest.mark.parametrize(
    "path",
    [
        "/invoices/nonsense",
        "/invoices/%00",
        "/invoices/%FF",
        "/invoices/AAAAAAAA-0000-4000-8000-000000000001",
        "/invoices/self",
        "/invoices/..%2F..",
        "/entries/0",
        "/entries/01",
        "/entries/-1",
        "/entries/٣",
        "/entries/" + "9" * 400,
        "/drafts/%00",
        "/nowhere",
        "/invoices/",
    ],
)
def test_an_address_that_holds_nothing_is_a_404(served: Served, path: str) -> None:
    assert served.get(path).status_code == 404


@pytest.mark.parametrize("name", ["%00", "%FF", "a" * 5000, "..", "a%2Fb", "ÉTÉ", "' OR 1=1 --", "%", "a\u0300"])
def test_a_ledger_name_that_is_none_is_a_404(served: Served, name: str) -> None:
    answer = served.client.get(f"/v1/ledgers/{name}/invoices", headers=bearer(served.keys["atelier"]))
    assert answer.status_code == 404


def test_a_command_to_an_address_that_is_no_id_is_a_404(served: Served) -> None:
    assert served.post("/invoices/nonsense/sendings", {"by": "hand"}).status_code == 404
    assert served.post("/quotes/%00/expiry", {}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": "application/json-patch+json"},
    ],
)
def test_a_body_announced_as_something_else_is_a_415(served: Served, headers: dict[str, str]) -> None:
    answer = served.request("POST", "/invoices", content=json.dumps(GOOD).encode(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "CONTENT_TYPE_UNSUPPORTED")


def test_a_body_too_long_is_a_413_whether_or_not_it_says_so(served: Served) -> None:
    long = json.dumps({**GOOD, "texts": {"notes": "x" * 1_100_000}}).encode()
    assert _raw(served, long).status_code == 413

    def pieces() -> Any:
        for start in range(0, len(long), 65_536):
            yield long[start : start + 65_536]

    answer = served.request("POST", "/invoices", content=pieces(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_a_method_that_is_none_is_a_405_that_names_those_there_are(served: Served) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        answer = served.request(method, "/invoices")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_client_that_goes_away_in_mid_body_changes_nothing(served: Served) -> None:
    head = served.get("/head").json()
    key = served.keys["atelier"]
    with socket.create_connection(("127.0.0.1", served.port)) as one:
        one.sendall(
            b"POST /v1/ledgers/atelier/invoices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.encode() + b"\r\n"
            b'Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"lines": ['
        )
    assert served.client.get("/healthz").status_code == 200
    assert served.get("/head").json() == head
    assert not any('"fault"' in line for line in served.lines)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=_ANY | st.fixed_dictionaries({"lines": _ANY, "texts": _ANY, "customer": _ANY}), data=st.binary())
def test_no_body_at_all_makes_the_server_fail(served: Served, value: Any, data: bytes) -> None:
    for content in (json.dumps(value).encode("utf-8", "surrogatepass"), data):
        for path in ("/invoices", "/drafts", "/keys", "/quotes"):
            assert 400 <= _raw(served, content, path).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text(min_size=1, max_size=50), reference=st.text(max_size=30))
def test_any_text_is_recorded_or_refused(served: Served, label: str, reference: str) -> None:
    body = {"lines": [{**GOOD["lines"][0], "label": label}], "reference": reference}
    for each in (body, {"lines": body["lines"]}):
        answer = _raw(served, json.dumps(each).encode())
        assert answer.status_code in (201, 400, 422), answer.text
        if answer.status_code == 201:
            read = served.get("/invoices/" + answer.json()["result"]["invoice"]).json()
            assert read["state"]["document"]["texts"]["lines"] == [label]
