"""The same Idempotency-Key never acts twice, and its answer is the same bytes."""

from __future__ import annotations

import asyncio
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.http.app import create_app
from api.http.examples.bodies import OPENING
from api.http.logs import Log
from tests.api.conftest import PROVISIONING
from tests.api.serving import Served, bearer

INVOICE = {"lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}


def _keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def test_the_same_request_again_is_the_same_answer_and_writes_nothing(served: Served) -> None:
    key = str(uuid4())
    first = served.post("/invoices", INVOICE, headers=_keyed(key))
    head = served.get("/head").json()["seq"]
    again = served.post("/invoices", INVOICE, headers=_keyed(key))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert served.get("/head").json()["seq"] == head


def test_the_key_in_the_draft_s_quotes_is_the_same_key(served: Served) -> None:
    key = str(uuid4())
    first = served.post("/invoices", INVOICE, headers=_keyed(f'"{key}"'))
    assert served.post("/invoices", INVOICE, headers=_keyed(key)).content == first.content


def test_the_same_key_for_another_body_is_refused(served: Served) -> None:
    key = str(uuid4())
    served.post("/invoices", INVOICE, headers=_keyed(key))
    other = {"lines": [{"label": "Clou", "unit_price": "1", "nature": "goods"}]}
    answer = served.post("/invoices", other, headers=_keyed(key))
    assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_MISMATCH")


def test_the_same_key_for_another_command_is_refused(served: Served) -> None:
    key = str(uuid4())
    served.post("/invoices", INVOICE, headers=_keyed(key))
    answer = served.post("/payments", {"means": "cash", "amount_cents": 100}, headers=_keyed(key))
    assert answer.status_code == 422


def test_a_refused_request_may_be_mended_under_the_same_key(served: Served) -> None:
    key = str(uuid4())
    nobody = {**INVOICE, "customer": str(uuid4())}
    assert served.post("/invoices", nobody, headers=_keyed(key)).status_code == 422
    assert served.post("/invoices", INVOICE, headers=_keyed(key)).status_code == 201


@pytest.mark.parametrize("key", ["", '""', "x" * 201, "with space", b"\xe9t\xe9"])
def test_a_malformed_key_is_refused(served: Served, key: Any) -> None:
    answer = served.post("/invoices", INVOICE, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_INVALID")


def test_many_at_once_under_one_key_write_one_invoice(served: Served) -> None:
    key = str(uuid4())
    head = served.get("/head").json()["seq"]
    start = Barrier(8)
    answers: list[httpx.Response] = []

    def ask() -> None:
        with httpx.Client(base_url=served.client.base_url, timeout=30) as client:
            start.wait()
            headers = bearer(served.keys["atelier"]) | _keyed(key)
            answers.append(client.post("/v1/ledgers/atelier/invoices", json=INVOICE, headers=headers))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert served.get("/head").json()["seq"] == head + 1


def test_a_key_whose_request_is_in_progress_is_told_to_wait(served: Served) -> None:
    key = str(uuid4())
    ledger = served.get("").json()["ledger"]
    held = served.app.context.keys_under_way
    held.add((ledger, key))
    try:
        answer = served.post("/invoices", INVOICE, headers=_keyed(key))
    finally:
        held.discard((ledger, key))
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert answer.headers["retry-after"]


def test_opening_a_ledger_again_gives_the_same_answer_without_the_secret(served: Served) -> None:
    headers = bearer(PROVISIONING) | _keyed(str(uuid4()))
    first = served.client.post("/v1/ledgers", json={**OPENING, "name": "once"}, headers=headers)
    again = served.client.post("/v1/ledgers", json={**OPENING, "name": "once"}, headers=headers)
    assert first.status_code == again.status_code == 201
    shown = first.json()
    assert shown["key"].pop("secret").startswith("sk_")
    assert again.json() == shown
    other = served.client.post("/v1/ledgers", json={**OPENING, "name": "twice"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert served.client.get("/v1/ledgers/twice", headers=bearer(PROVISIONING)).status_code == 404


def test_making_a_key_again_makes_no_second_one(served: Served) -> None:
    headers = _keyed(str(uuid4()))
    body = {"label": "till", "role": "operator"}
    first = served.post("/keys", body, headers=headers)
    again = served.post("/keys", body, headers=headers)
    assert again.json() == {name: value for name, value in first.json().items() if name != "secret"}
    changed = served.post("/keys", {**body, "role": "owner"}, headers=headers)
    assert changed.status_code == 422
    served.request("PUT", f"/keys/{first.json()['id']}", json={"role": "auditor"})
    served.post("/keys", body, headers=headers)
    roles = {each["id"]: each["role"] for each in served.get("/keys").json()["items"]}
    assert roles[first.json()["id"]] == "auditor", "asking again takes no later change back"


def test_a_lost_answer_asked_for_again_after_a_restart_is_the_same(served: Served) -> None:
    # A new server over the same store knows nothing of this one's memory.
    key = str(uuid4())
    first = served.post("/invoices", INVOICE, headers=_keyed(key))
    other = create_app(served.settings, served.service, log=Log("error"))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=other)
        async with httpx.AsyncClient(transport=transport, base_url="http://other") as client:
            headers = bearer(served.keys["atelier"]) | _keyed(key)
            return await client.post("/v1/ledgers/atelier/invoices", json=INVOICE, headers=headers)

    assert asyncio.run(ask()).content == first.content
