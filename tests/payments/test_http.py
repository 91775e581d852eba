"""The providers' door and the owner's accounts, on a real server that a real localstripe tells what happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from api.http.routes.table import operations
from api.payments.collecting import Begun, Collecting
from api.settings import Settings
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.online_payment import ONLINE_PAYMENT
from ledger.shell.errors import Unavailable
from tests.api.serving import Served, serving
from tests.payments.scene import CANCEL, CUSTOMER, RETURN, SECRET_KEY, WEBHOOK_SECRET, StripeServer, as_bytes
from tests.payments.signing import sign

PROVISIONING = "provisioning-key-of-the-tests-0123456789"
KEYS = {"provider": "stripe", "secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}
DOOR = "/v1/ledgers/shop/providers/stripe/events"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server: StripeServer) -> Iterator[Served]:
    """A server with a training ledger and an account at Stripe, which sends its messages here."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        store=f"sqlite:///{folder}/sceau.db",
        keys=str(Path(folder) / "keys"),
        passphrase=b"correct horse battery staple",
        provisioning_key=PROVISIONING,
        stripe_api=server.url,
        payments_job="off",
        port=0,
    )
    server.happen("forget")
    with serving(settings) as running:
        assert running.open("shop", kind="training").status_code == 201
        assert running.open("elsewhere").status_code == 201
        added = running.post("/providers", KEYS, "shop")
        assert added.status_code == 200, added.text
        hears(running, server)
        yield running


def hears(site: Served, server: StripeServer) -> None:
    """Have Stripe send its messages to the site."""
    hook = {"url": f"http://127.0.0.1:{site.port}{DOOR}", "secret": WEBHOOK_SECRET}
    server.browser.post(f"{server.url}/_config/webhooks/sceau", json=hook).raise_for_status()


def collecting(site: Served) -> Collecting:
    return site.app.context.collecting


def sold(site: Served) -> str:
    body = {"lines": [{"label": "Vase", "unit_price": "20", "rate_bp": 2000, "nature": "goods"}]}
    answer = site.post("/invoices", body, "shop")
    assert answer.status_code == 201, answer.text
    invoice: str = answer.json()["result"]["invoice"]
    return invoice


def begun(site: Served, about: str) -> Begun:
    ledger = site.service.find("shop").ledger
    outcome = collecting(site).begin(ledger, about, "invoice", 2_400, RETURN, CANCEL, "fr", about, CUSTOMER)
    assert isinstance(outcome, Begun), outcome
    return outcome


def door(site: Served, body: bytes, signature: str | None, path: str = DOOR) -> httpx.Response:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return site.client.post(
        path, content=body, headers=headers if signature is None else {**headers, "Stripe-Signature": signature}
    )


def signed(site: Served, body: bytes, path: str = DOOR) -> httpx.Response:
    at = int(site.service.clock.now().timestamp())
    return door(site, body, sign(WEBHOOK_SECRET, body, at), path)


def conforms(name: str, answer: httpx.Response) -> None:
    """Whether an answer is what the page of the operation says."""
    (operation,) = (each for each in operations() if each.name == name)
    assert answer.status_code == operation.status, answer.text
    jsonschema.Draft202012Validator(dict(operation.answer)).validate(answer.json())


def due(site: Served, about: str) -> int:
    state = site.service.state("shop", INVOICE, about)
    assert state is not None
    return state.open_cents


def test_stripe_tells_and_the_invoice_is_paid(site: Served, server: StripeServer) -> None:
    about = sold(site)
    page = begun(site, about)
    server.pay(page.url)
    # Two messages tell of it; who of them is first records it.
    after = 0
    while due(site, about):
        for event in site.get(f"/events?after={after}&wait=5", "shop").json():
            after = int(event["sequence"])
    state = site.service.state("shop", ONLINE_PAYMENT, page.collection)
    assert state is not None
    assert state.outcome in ("open", "paid")


def test_replays_are_acknowledged_and_change_nothing(site: Served, server: StripeServer) -> None:
    about = sold(site)
    server.pay(begun(site, about).url)
    bodies = [as_bytes(each) for each in server.events()]
    for body in bodies:
        assert signed(site, body).status_code == 200
    assert due(site, about) == 0
    head = site.service.store.head(site.service.find("shop").ledger)
    for body in bodies[::-1]:
        answer = signed(site, body)
        assert (answer.status_code, answer.json()) == (200, {"looked_at": 1})
    assert site.service.store.head(site.service.find("shop").ledger) == head


def test_what_stripe_did_not_sign_is_refused(site: Served) -> None:
    body = b'{"object": "event"}'
    for signature, reason in ((None, "missing"), ("t=1,v1=00", "wrong"), (sign(WEBHOOK_SECRET, body, 1), "too_old")):
        answer = door(site, body, signature)
        assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (
            400, "PROVIDER_MESSAGE_NOT_SIGNED", reason,
        )  # fmt: skip
    at = int(site.service.clock.now().timestamp())
    assert door(site, body + b" ", sign(WEBHOOK_SECRET, body, at)).status_code == 400


def test_an_event_of_no_interest_is_acknowledged(site: Served) -> None:
    event = {
        "object": "event",
        "type": "customer.created",
        "livemode": False,
        "data": {"object": {"object": "customer"}},
    }
    answer = signed(site, as_bytes(event))
    conforms("provider.tell", answer)
    assert answer.json() == {"looked_at": 0}


def test_a_message_is_at_most_so_long(site: Served) -> None:
    assert door(site, b" " * 262_145, "t=1,v1=00").status_code == 413


def test_no_ledger_and_no_account_answer_alike(site: Served) -> None:
    body = b"{}"
    answers = [
        signed(site, body, path)
        for path in (
            "/v1/ledgers/nowhere/providers/stripe/events",
            "/v1/ledgers/elsewhere/providers/stripe/events",
            "/v1/ledgers/shop/providers/paypal/events",
        )
    ]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert len({each.json()["code"] for each in answers}) == 1


def test_a_store_that_fails_makes_the_provider_come_again(
    site: Served, server: StripeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = sold(site)
    page = begun(site, about)
    with monkeypatch.context() as away:

        def fail(*_: Any, **__: Any) -> Any:
            raise Unavailable("no room")

        away.setattr(site.service, "execute", fail)
        server.pay(page.url)
        message = as_bytes(next(e for e in server.events()[::-1] if e["type"] == "payment_intent.succeeded"))
        assert signed(site, message).status_code == 503
    assert signed(site, message).status_code == 200
    assert due(site, about) == 0


def test_a_provider_that_is_away_makes_it_come_again(
    site: Served, server: StripeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = sold(site)
    server.pay(begun(site, about).url)
    message = as_bytes(next(e for e in server.events()[::-1] if e["type"] == "payment_intent.succeeded"))
    accounts = collecting(site).accounts
    monkeypatch.setattr(accounts, "_settings", Settings(stripe_api="http://127.0.0.1:9"))
    monkeypatch.setattr(accounts, "_open", {})
    answer = signed(site, message)
    assert (answer.status_code, answer.json()["code"]) == (503, "PROVIDER_AWAY")
    assert int(answer.headers["retry-after"]) > 0


def test_nothing_of_a_message_and_no_key_is_logged(site: Served) -> None:
    begun(site, sold(site))
    signed(site, b'{"object": "event", "data": {"object": {"object": "x", "name": "Jeanne Dupre"}}}')
    log = "\n".join(site.lines)
    for text in ("Jeanne", SECRET_KEY, WEBHOOK_SECRET, "/c/shop/token", "v1="):
        assert text not in log


def test_the_owner_sees_accounts_without_their_keys_and_removes_them(site: Served) -> None:
    conforms("provider.add", site.post("/providers", KEYS, "shop"))
    listed = site.get("/providers", "shop")
    conforms("provider.list", listed)
    (one,) = listed.json()["items"]
    assert (one["provider"], one["test_mode"], one["ways"], one["events_path"]) == ("stripe", True, ["card"], DOOR)
    assert SECRET_KEY not in listed.text
    assert WEBHOOK_SECRET not in listed.text
    refused = site.post("/providers", KEYS, "elsewhere")
    assert (refused.status_code, refused.json()["code"]) == (422, "PROVIDER_TEST_ON_LIVE")
    assert SECRET_KEY not in refused.text
    operator = site.key("operator", "shop")
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/stripe"), ("POST", "/stripe/reconciliation")):
        answer = site.client.request(
            method, f"/v1/ledgers/shop/providers{path}", headers={"Authorization": f"Bearer {operator}"}
        )
        assert answer.status_code == 403
    assert site.request("DELETE", "/providers/paypal", "shop").status_code == 404


def test_the_owner_has_the_provider_asked_now(site: Served, server: StripeServer) -> None:
    hooks = f"{server.url}/_config/webhooks/sceau"
    server.browser.post(hooks, json={"url": "http://127.0.0.1:9/", "secret": "none"}).raise_for_status()
    about = sold(site)
    server.pay(begun(site, about).url)
    assert due(site, about) == 2_400
    hears(site, server)
    answer = site.post("/providers/stripe/reconciliation", {}, "shop")
    conforms("provider.reconcile", answer)
    assert answer.json()["troubles"] == []
    assert answer.json()["looked_at"] > 0
    assert due(site, about) == 0
