"""Webhooks over HTTP, from the making of an endpoint to a delivery by a running server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import jsonschema
import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from api.compose import compose
from api.http.app import create_app
from api.http.webhooks import DEAD, DELIVERY, ENDPOINT, NEW_ENDPOINT, PINGED
from api.jobs.start import scheduler_of
from api.settings import Settings
from ledger.shell.hooks import DeadLetter
from tests.api.serving import Served, bearer, serving
from tests.webhooks.receiver import Receiver, closes, receiving, status

INVOICE = {"client": {"name": "Camille Exemple"}, "lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}


@pytest.fixture(scope="module")
def hooked(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that may reach this machine."""
    folder = tmp_path_factory.mktemp("hooks")
    given = replace(
        settings, store=f"sqlite:///{folder}/s.db", keys=str(Path(folder) / "keys"), webhooks_private="on",
        webhooks_http="on", public_url="https://sceau.example",
    )  # fmt: skip
    with serving(given) as one:
        one.open("atelier")
        one.open("other")
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def _made(served: Served, url: str, **more: Any) -> dict[str, Any]:
    answer = served.post("/webhooks", {"url": url, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    jsonschema.validate(made, NEW_ENDPOINT)
    assert answer.headers["location"] == f"/v1/ledgers/atelier/webhooks/{made['id']}"
    return made


def _shown(served: Served, name: str) -> dict[str, Any]:
    found: dict[str, Any] = served.get(f"/webhooks/{name}").json()
    jsonschema.validate(found, ENDPOINT)
    return found


def _until(served: Served, name: str, member: str, value: object) -> None:
    until = time.monotonic() + 60
    while _shown(served, name).get(member) != value:
        assert time.monotonic() < until, _shown(served, name)
        Event().wait(0.02)


@pytest.fixture
def delivering(hooked: Served) -> Iterator[None]:
    """The jobs of the server, in its process, over its store."""
    scheduler = scheduler_of(
        hooked.service, replace(hooked.settings, documents_job="off"),
        told_of_webhooks=hooked.app.context.metrics.take_in_webhooks,
    )  # fmt: skip
    scheduler.start()
    yield
    scheduler.stop()


def test_an_event_is_delivered_signed_while_the_server_runs(
    hooked: Served, receiver: Receiver, delivering: None
) -> None:
    made = _made(hooked, receiver.url, types=["invoice.issued/1"], label="till")
    hooked.post("/invoices", INVOICE)
    _until(hooked, made["id"], "last_cause", "delivered")
    (got,) = receiver.got
    event = Webhook(made["secret"]).verify(got.body, got.headers)
    assert event["dataschema"] == "https://sceau.example/v1/schemas/events/invoice.issued/1"
    assert got.message == f"{event['source'].rpartition('/')[2]}:{int(event['sequence'])}"
    tries = hooked.get(f"/webhooks/{made['id']}/deliveries").json()["items"]
    jsonschema.validate(tries[0], DELIVERY)
    assert tries[0]["status"] == 204
    hooked.request("DELETE", f"/webhooks/{made['id']}")
    _metric(hooked, 'sceau_webhook_deliveries{outcome="delivered"} 1.0')


def _metric(served: Served, line: str) -> None:
    until = time.monotonic() + 60
    while line not in served.client.get("/metrics").text:
        assert time.monotonic() < until
        Event().wait(0.02)


def test_an_endpoint_is_read_paused_resumed_rotated_replayed_pinged_and_removed(
    hooked: Served, receiver: Receiver
) -> None:
    name = _made(hooked, receiver.url + "?token=inside")["id"]
    assert _shown(hooked, name)["url"] == receiver.url + "?..."
    assert hooked.post(f"/webhooks/{name}/pause").json()["state"] == "paused"
    assert hooked.post(f"/webhooks/{name}/resume").json()["state"] == "active"
    rotated = hooked.post(f"/webhooks/{name}/secret", {"overlap_hours": 1}).json()
    assert rotated["secret"].startswith("whsec_")
    assert hooked.post(f"/webhooks/{name}/replay", {"after": 0}).json()["seq"] == 0
    assert hooked.post(f"/webhooks/{name}/replay").status_code == 200
    pinged = hooked.post(f"/webhooks/{name}/ping").json()
    jsonschema.validate(pinged, PINGED)
    assert pinged["delivered"]
    assert receiver.got[0].path == "/hook?token=inside"
    Webhook(rotated["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)
    listed = hooked.get("/webhooks").json()["items"]
    assert [one["id"] for one in listed] == [name]
    assert "secret" not in listed[0]
    assert hooked.request("DELETE", f"/webhooks/{name}").status_code == 204
    assert hooked.get(f"/webhooks/{name}").status_code == 404


def test_dead_letters_are_listed_and_asked_for_again(hooked: Served, receiver: Receiver) -> None:
    made = _made(hooked, receiver.url)
    ledger = hooked.get("").json()["ledger"]
    hooked.service.store.side().hooks().give_up(
        ledger, made["id"], DeadLetter(3, "invoice.issued/1", "2026-10-05T07:00:00.000000Z", 10, 0, "timeout")
    )
    (letter,) = hooked.get(f"/webhooks/{made['id']}/dead-letters").json()["items"]
    jsonschema.validate(letter, DEAD)
    assert (letter["seq"], letter["again"]) == (3, False)
    assert hooked.post(f"/webhooks/{made['id']}/replay").json()["dead"] == 1
    assert hooked.get(f"/webhooks/{made['id']}/dead-letters").json()["items"][0]["again"]
    hooked.request("DELETE", f"/webhooks/{made['id']}")


def test_asked_again_with_the_same_key_there_is_one_endpoint_and_no_second_secret(
    hooked: Served, receiver: Receiver
) -> None:
    headers = {"Idempotency-Key": "7d1c1f0e-0000-4000-8000-000000000001"}
    first = hooked.post("/webhooks", {"url": receiver.url}, headers=headers)
    again = hooked.post("/webhooks", {"url": receiver.url}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert "secret" not in again.json()
    other = hooked.post("/webhooks", {"url": receiver.url, "label": "other"}, headers=headers)
    assert other.json()["code"] == "IDEMPOTENCY_MISMATCH"
    hooked.request("DELETE", f"/webhooks/{first.json()['id']}")


def test_what_cannot_be_is_a_problem_with_its_place_and_reason(served: Served, hooked: Served) -> None:
    for body, place, reason in (
        ({"url": "http://hooks.example/"}, "/url", "http"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "/url", "private"),
        ({"url": "https://user:secret@hooks.example/"}, "/url", "url"),
        ({"url": "https://hooks.example/", "types": ["invoice.invented/1"]}, "/types", "unknown_type"),
    ):
        answer = served.post("/webhooks", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "WEBHOOK_INVALID"), answer.text
        assert (answer.json()["place"], answer.json()["reason"]) == (place, reason)
        assert "secret" not in answer.text
    assert (
        served.post("/webhooks", {"url": "https://hooks.example/", "secret": "x"}).json()["code"] == "REQUEST_INVALID"
    )
    assert hooked.get("/webhooks/%00").status_code == 404
    assert hooked.get("/webhooks/nonsense/deliveries").status_code == 404


def test_only_the_owner_sees_webhooks_and_only_their_own(hooked: Served, receiver: Receiver) -> None:
    made = _made(hooked, receiver.url)
    accountant = bearer(hooked.key("accountant"))
    assert hooked.client.get("/v1/ledgers/atelier/webhooks", headers=accountant).status_code == 403
    assert hooked.get(f"/webhooks/{made['id']}", ledger="other").status_code == 404
    assert hooked.request("DELETE", f"/webhooks/{made['id']}", ledger="other").status_code == 404
    assert hooked.request("DELETE", f"/webhooks/{made['id']}").status_code == 204


def test_no_secret_is_in_a_log_line(hooked: Served) -> None:
    with receiving(closes) as receiver:
        made = _made(hooked, receiver.url)
        hooked.post(f"/webhooks/{made['id']}/ping")
        hooked.request("DELETE", f"/webhooks/{made['id']}")
    assert not any(made["secret"].removeprefix("whsec_") in line or receiver.url in line for line in hooked.lines)


def test_a_stopping_server_comes_back_from_an_endpoint_that_hangs(settings: Settings, tmp_path: Path) -> None:
    given = replace(
        settings, store=f"sqlite:///{tmp_path}/s.db", keys=str(tmp_path / "keys"), webhooks_private="on",
        webhooks_http="on", documents_job="off",
    )  # fmt: skip
    go = Event()
    with receiving(lambda handler, got: (go.wait(60), status(200)(handler, got))[1]) as receiver, serving(given) as one:
        one.open("atelier")
        made = _made(one, receiver.url, after=0)
        scheduler = scheduler_of(one.service, given)
        scheduler.start()
        until = time.monotonic() + 60
        while not receiver.got:
            assert time.monotonic() < until
            Event().wait(0.02)
        stopping = Thread(target=scheduler.stop)
        stopping.start()
        go.set()
        stopping.join(60)
        assert not stopping.is_alive()
        assert receiver.seqs == list(range(1, len(receiver.seqs) + 1)), "nothing twice"
        assert _shown(one, made["id"])["seq"] == receiver.seqs[-1], "what was under way is kept"


def test_schemas_are_anybody_s_and_kept(served: Served) -> None:
    listed = served.client.get("/v1/schemas/events")
    assert listed.headers["cache-control"] == "public, max-age=86400"
    item = next(one for one in listed.json()["items"] if one["type"] == "invoice.issued/1")
    assert (item["name"], item["version"], item["kind"]) == ("invoice.issued", 1, "invoice")
    answer = served.client.get(item["schema"])
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.headers["etag"] == f'"{item["digest"]}"'
    again = served.client.get(item["schema"], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for wrong in ("invoice.issued/2", "invoice.issued/x", "x/1"):
        assert served.client.get(f"/v1/schemas/events/{wrong}").status_code == 404
    served.post("/invoices", INVOICE)
    for event in served.get("/events").json():
        schema = orjson.loads(served.client.get(f"/v1/schemas/events/{event['type']}").content)
        jsonschema.Draft202012Validator(schema).validate(event["data"])


def test_the_job_is_left_out_where_it_is_switched_off(settings: Settings, tmp_path: Path) -> None:
    given = replace(settings, store=f"sqlite:///{tmp_path}/s.db", keys=str(tmp_path / "keys"))
    with compose(given, create=True) as service:
        names = {job.name for job in scheduler_of(service, given)._jobs}
        without = {job.name for job in scheduler_of(service, replace(given, webhooks_job="off"))._jobs}
        assert names - without == {"webhooks"}
        assert create_app(given, service) is not None
