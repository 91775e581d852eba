"""The feed against CloudEvents 1.0: the official library reads it and writes it as it was; filters narrow it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from api.http import feed
from api.settings import Settings
from tests.api.serving import Served, serving

INVOICE = {"lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}
CUSTOMER = {"kind": "consumer", "party": {"name": "Camille Exemple"}}
REQUIRED = ("id", "source", "specversion", "type")


@pytest.fixture(scope="module")
def fed(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("feed")
    given = replace(settings, store=f"sqlite:///{folder}/s.db", keys=str(Path(folder) / "keys"),
                    public_url="https://sceau.example/books")  # fmt: skip
    with serving(given) as one:
        one.open("atelier")
        for _ in range(2):
            customer = one.post("/customers", CUSTOMER).json()["result"]["customer"]
            invoice = one.post("/invoices", {**INVOICE, "customer": customer}).json()["result"]["invoice"]
        one.post("/payments", {
            "means": "card", "amount_cents": 100,
            "allocations": [{"about": invoice, "about_kind": "invoice", "amount_cents": 100}],
        })  # fmt: skip
        yield one


def _all(served: Served, query: str = "") -> list[dict[str, Any]]:
    answer = served.get(f"/events?limit=1000{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_the_official_library_reads_every_event_and_writes_it_as_it_was(fed: Served) -> None:
    for event in _all(fed):
        read = JSONFormat().read(CloudEvent, orjson.dumps(event))
        assert orjson.loads(JSONFormat().write(read)) == event
        assert isinstance(read.get_time(), datetime)
        assert read.get_subject() == event["subject"]
        assert read.get_dataschema() == f"https://sceau.example/books/v1/schemas/events/{event['type']}"
        assert read.get_extension("sequence") == event["sequence"]


def test_one_event_is_a_structured_http_message(fed: Served) -> None:
    event = _all(fed)[0]
    headers = {"content-type": "application/cloudevents+json"}
    read = from_structured_event(HTTPMessage(headers, orjson.dumps(event)), JSONFormat())
    assert read.get_type() == "ledger.opened/1"


def test_required_attributes_are_there_and_names_are_of_the_specification(fed: Served) -> None:
    for event in _all(fed):
        assert all(isinstance(event[name], str) and event[name] for name in REQUIRED)
        assert event["specversion"] == "1.0"
        for name, value in event.items():
            assert re.fullmatch(r"[a-z0-9]{1,20}", name), "section 3.1: lower-case letters and digits"
            assert name == "data" or isinstance(value, str) or -(2**31) <= value < 2**31, "section 3.4: types"
        assert "data_base64" not in event
    pairs = [(event["source"], event["id"]) for event in _all(fed)]
    assert len(set(pairs)) == len(pairs)


def test_sequences_sort_as_the_entries_do(fed: Served) -> None:
    sequences = [event["sequence"] for event in _all(fed)]
    assert sequences == sorted(sequences)


def test_kinds_types_stream_and_customer_narrow_the_feed(fed: Served) -> None:
    everything = _all(fed)
    by_kind = _all(fed, "&kinds=invoice,payment")
    assert by_kind == [one for one in everything if one["subject"].partition(":")[0] in ("invoice", "payment")]
    assert {one["type"] for one in by_kind} >= {"invoice.issued/1", "payment.received/1"}
    narrow = _all(fed, "&kinds=invoice&types=invoice.issued/1,payment.received/1")
    assert [one["type"] for one in narrow] == ["invoice.issued/1"] * 2
    stream = narrow[1]["subject"]
    of_stream = _all(fed, f"&stream={stream}")
    assert of_stream == [one for one in everything if one["subject"] == stream]
    assert len(of_stream) > 1
    customer = narrow[0]["data"]["customer"]
    of_customer = _all(fed, f"&customer={customer}")
    assert [one["type"] for one in of_customer] == ["customer.registered/1", "invoice.issued/1"]
    assert _all(fed, f"&stream={stream}&after={int(of_stream[-1]['sequence'])}") == []


def test_with_a_filter_the_cursor_goes_on_to_the_end_and_nothing_is_lost(fed: Served) -> None:
    head = fed.get("/head").json()["seq"]
    quiet = fed.get("/events?types=quote.issued/1")
    assert quiet.json() == []
    assert quiet.headers["sceau-after"] == str(head)
    paged: list[dict[str, Any]] = []
    path = "/events?limit=1&kinds=invoice"
    for _ in range(20):
        answer = fed.get(path)
        paged += answer.json()
        path = answer.links["next"]["url"].removeprefix("/v1/ledgers/atelier")
        if not answer.json():
            break
    assert paged == _all(fed, "&kinds=invoice")


def test_a_customer_s_entries_are_looked_for_a_stretch_at_a_time(fed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = next(one for one in _all(fed) if one["type"] == "customer.registered/1")["subject"].partition(":")[2]
    monkeypatch.setattr(feed, "LOOKED_AT", 2)
    found: list[str] = []
    after, head = 0, fed.get("/head").json()["seq"]
    while after < head:
        answer = fed.get(f"/events?customer={customer}&after={after}")
        found += [one["type"] for one in answer.json()]
        assert int(answer.headers["sceau-after"]) in range(after + 1, after + 3)
        after = int(answer.headers["sceau-after"])
    assert found == ["customer.registered/1", "invoice.issued/1"]
    waited: httpx.Response = fed.get(f"/events?customer={customer}&wait=5")
    assert [one["type"] for one in waited.json()] == ["customer.registered/1"]


@pytest.mark.parametrize(
    "query", ["kinds=", "kinds=nonsense", "kinds=quote&types=invoice.issued/1", "stream=x", "stream=invoice:1",
              "customer=", "customer=1"]
)  # fmt: skip
def test_a_filter_that_cannot_be_is_a_400(fed: Served, query: str) -> None:
    answer = fed.get(f"/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_INVALID")


def test_without_an_address_of_its_own_the_server_names_no_schema(served: Served) -> None:
    assert all("dataschema" not in one for one in _all(served))
