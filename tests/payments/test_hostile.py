"""A provider that answers nonsense, slowly or not at all: a failure with a name, nothing recorded, no secret told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from api.payments.provider import Asked, Notice, ProviderAway, ProviderRefused
from api.payments.stripe import Stripe
from tests.payments.scene import SECRET_KEY, WEBHOOK_SECRET

ASKED = Asked(
    ledger="11111111-1111-4111-8111-111111111111",
    collection="c",
    about="a",
    about_kind="invoice",
    amount_cents=1_200,
    currency="EUR",
    title="Facture F-1",
    return_url="https://shop.example/c/token",
    cancel_url="https://shop.example/c/token",
    language="fr",
    expires_at=datetime.now(UTC) + timedelta(hours=2),
    ways=("card",),
)
META = {"sceau_collection": "c", "sceau_about": "a", "sceau_about_kind": "invoice"}
PAID = {"id": "pi_1", "status": "succeeded", "metadata": META, "currency": "eur", "amount": 1, "latest_charge": None}


@contextmanager
def answering(status: int, body: bytes) -> Iterator[Stripe]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Stripe(SECRET_KEY, [WEBHOOK_SECRET], api_base=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"7",
        b"null",
        b'{"object": "payment_intent"',
        json.dumps({**PAID, "created": "soon"}).encode(),
        json.dumps({**PAID, "latest_charge": {"created": 10**30}}).encode(),
        json.dumps({k: v for k, v in PAID.items() if k != "amount"}).encode(),
        json.dumps({k: v for k, v in PAID.items() if k != "currency"}).encode(),
        json.dumps(PAID).encode(),  # it does not say when
    ],
)
def test_an_answer_unlike_the_reference_is_asked_for_again(body: bytes) -> None:
    with answering(200, body) as provider:
        with pytest.raises(ProviderAway) as away:
            provider.facts(Notice("payment", "pi_1"))
        assert SECRET_KEY not in str(away.value)


@pytest.mark.parametrize("body", [b"{}", b'{"id": "cs_1"}', b'{"id": "cs_1", "url": null}', b"[]"])
def test_a_page_without_an_address_is_no_page(body: bytes) -> None:
    with answering(200, body) as provider, pytest.raises((ProviderAway, ProviderRefused)):
        provider.create(ASKED)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "amount_too_small", "amount_too_small"),
        (401, None, "status-401"),
        (402, "card_declined", "card_declined"),
        (403, None, "status-403"),
        (404, "resource_missing", "resource_missing"),
        (400, "Jeanne Dupre", "status-400"),
        (400, "x" * 300, "status-400"),
        (400, ["list"], "status-400"),
    ],
)
def test_a_refusal_has_stripes_code_and_nothing_else(status: int, code: object, expected: str) -> None:
    body = json.dumps({"error": {"code": code, "message": f"{SECRET_KEY} of Jeanne Dupre"}}).encode()
    with answering(status, body) as provider, pytest.raises(ProviderRefused) as refused:
        provider.create(ASKED)
    assert (refused.value.reason, str(refused.value)) == (expected, expected)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_what_will_pass_is_asked_again(status: int) -> None:
    with answering(status, b'{"error": {"message": "busy"}}') as provider, pytest.raises(ProviderAway):
        provider.create(ASKED)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""), (200, b"<html>"), (200, b"[]"), (200, b"7"), (200, b"null"), (200, b"{}"), (200, b'{"id": 7}'),
        (200, b'{"id": "acct_"}'), (200, b'{"id": "acct_1000000000000001\\n"}'), (401, b"{}"), (403, b"{}"),
        (404, b"404: Not Found"), (500, b""), (503, b"busy"),
    ],
)  # fmt: skip
def test_an_account_that_is_not_told_is_none(status: int, body: bytes) -> None:
    with answering(status, body) as provider:
        assert provider.account() is None


def test_an_account_is_the_one_that_stripe_tells() -> None:
    with answering(200, b'{"id": "acct_1000000000000001", "email": "jeanne@example.org"}') as provider:
        assert provider.account() == "acct_1000000000000001"
    assert Stripe(SECRET_KEY, (), api_base="http://127.0.0.1:9").account() is None


def test_a_currency_that_stripe_counts_otherwise_is_not_asked_for() -> None:
    provider = Stripe(SECRET_KEY, [WEBHOOK_SECRET], api_base="http://127.0.0.1:9")
    with pytest.raises(ProviderRefused, match="currency-XPF"):
        provider.create(replace(ASKED, currency="XPF"))
