"""The event feed: CloudEvents by cursor, with a long poll; entries and seals as exact bytes."""

from __future__ import annotations

import base64
import time
from hashlib import sha256
from threading import Thread
from typing import Any

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from api.compose import compose
from ledger.domain.commands.parties import JournalSignOut
from tests.api.serving import Served, bearer

INVOICE = {"client": {"name": "Camille Exemple"}, "lines": [{"label": "Vis", "unit_price": "1", "nature": "goods"}]}


def test_the_feed_read_page_by_page_is_the_whole_ledger_once(served: Served) -> None:
    served.post("/invoices", INVOICE)
    seen: list[dict[str, Any]] = []
    path = "/v1/ledgers/atelier/events?limit=3"
    while True:
        answer = served.client.get(path, headers=bearer(served.keys["atelier"]))
        assert answer.headers["content-type"] == "application/cloudevents-batch+json"
        if not answer.json():
            break
        seen += answer.json()
        path = answer.links["next"]["url"]
    head = served.get("/head").json()
    assert [int(each["sequence"]) for each in seen] == list(range(1, head["seq"] + 1))
    assert seen[-1]["id"] == head["fingerprint"]
    assert len({(each["source"], each["id"]) for each in seen}) == len(seen)


def test_a_cloud_event_has_the_attributes_of_the_specification(served: Served) -> None:
    served.post("/invoices", INVOICE)
    event = served.get("/events?types=invoice.issued/1").json()[0]
    assert event["specversion"] == "1.0"
    assert event["type"] == "invoice.issued/1"
    assert event["subject"].startswith("invoice:")
    assert event["source"] == "/v1/ledgers/" + served.get("").json()["ledger"]
    assert all(name.isalnum() and name.islower() for name in event)


def test_private_values_stay_out_of_the_feed_unless_asked_for(served: Served) -> None:
    invoice = served.post("/invoices", INVOICE).json()
    after = invoice["entries"][0]["seq"] - 1
    assert "Camille" not in served.get(f"/events?after={after}").text
    shown = served.get(f"/events?after={after}&private=true").json()[0]
    assert shown["data"]["client"]["name"] == "Camille Exemple"


def test_a_long_poll_is_answered_when_something_happens(served: Served) -> None:
    after = served.get("/head").json()["seq"]
    answers: list[httpx.Response] = []

    def poll() -> None:
        headers = bearer(served.keys["atelier"])
        url = f"http://127.0.0.1:{served.port}/v1/ledgers/atelier/events?after={after}&wait=60"
        answers.append(httpx.get(url, headers=headers, timeout=90))

    started = time.monotonic()
    thread = Thread(target=poll)
    thread.start()
    made = served.post("/invoices", INVOICE).json()
    thread.join()
    assert time.monotonic() - started < 50
    assert [int(each["sequence"]) for each in answers[0].json()] == [made["entries"][0]["seq"]]


def test_a_long_poll_without_an_event_is_empty_and_keeps_its_cursor(served: Served) -> None:
    after = served.get("/head").json()["seq"]
    answer = served.get(f"/events?after={after}&wait=1")
    assert answer.json() == []
    assert answer.headers["sceau-after"] == str(after)


def test_another_process_s_entries_are_seen_as_well(served: Served) -> None:
    # What this server did not append itself gives no hint: the poll finds it by looking.
    after = served.get("/head").json()["seq"]
    ledger = served.get("").json()["ledger"]
    with compose(served.settings) as other:
        thread = Thread(target=lambda: other.execute(ledger, JournalSignOut(subject="user:x", cause="asked")))
        thread.start()
        events = served.get(f"/events?after={after}&wait=20").json()
        thread.join()
    assert [each["type"] for each in events] == ["access.signed_out/1"]


@pytest.mark.parametrize(
    "query",
    ["types=nonsense", "types=", "after=-1", "after=x", "limit=0", "limit=1001", "wait=61", "wait=1.5", "private=1",
     "unknown=1", "after=1&after=2", "after=%00", "after=%FF", "after=٣", "after=" + "9" * 17],
)  # fmt: skip
def test_a_malformed_query_is_a_400(served: Served, query: str) -> None:
    answer = served.get(f"/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_INVALID")


def test_an_entry_is_served_byte_for_byte(served: Served) -> None:
    for item in served.get("/entries?limit=1000").json()["items"]:
        seq = item["line"]["chain"]["seq"]
        answer = served.get(f"/entries/{seq}")
        assert sha256(answer.content).hexdigest() == item["fingerprint"]
        assert orjson.loads(answer.content) == item["line"]


def test_a_stranger_can_check_links_and_seals_with_what_is_served(served: Served) -> None:
    entries = served.get("/entries?limit=1000").json()["items"]
    fingerprints = {each["line"]["chain"]["seq"]: each["fingerprint"] for each in entries}
    prev = "0" * 64
    for item in entries:
        assert item["line"]["chain"]["prev"] == prev
        prev = item["fingerprint"]
    key = load_der_public_key(base64.b64decode(entries[0]["line"]["entry"]["body"]["seal_public_key"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    for seal in served.get("/seals?limit=1000").json()["items"]:
        lines = dict(line.split(" ", 1) for line in seal["text"].splitlines()[1:])
        assert lines["head"] == fingerprints[int(lines["last"])]
        raw = base64.b64decode(seal["signature"])
        signature = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key.verify(signature, seal["text"].encode(), ec.ECDSA(hashes.SHA256()))


def test_one_stream_s_history_is_read_alone(served: Served) -> None:
    invoice = served.post("/invoices", INVOICE).json()["result"]["invoice"]
    served.post(f"/invoices/{invoice}/sendings", {"by": "hand"})
    items = served.get(f"/entries?stream=invoice:{invoice}&private=true").json()["items"]
    assert [each["line"]["entry"]["type"] for each in items] == ["invoice.issued/1", "invoice.sent/1"]
    assert {each["path"] for each in items[0]["disclosures"]} == {"/client", "/texts"}
    assert served.get(f"/entries?stream=invoice:{invoice}&after={items[0]['line']['chain']['seq']}").json()["items"]
