"""Stripe for tests: the real localstripe, with what it lacks of Stripe added beside it.

localstripe makes PaymentIntents, charges, refunds, payouts, balance transactions and their signed messages. It has no
Checkout, disputes, idempotency keys, accounts, payouts that are drawn, or balance transactions by payout: those are
added here in the shapes of Stripe's API reference. Who pays does so with localstripe's own test cards, on a page at the
session's URL.

`python -m tests.payments.stripe_server PORT` serves it until it is killed; it prints `ready`.
"""

from __future__ import annotations

import asyncio
import html
import json
import sys
import time
from typing import Any, Final

import aiohttp
from aiohttp import web
from localstripe import resources, webhooks  # type: ignore[import-untyped] # localstripe has no types
from localstripe.errors import UserError  # type: ignore[import-untyped] # localstripe has no types
from localstripe.resources import (  # type: ignore[import-untyped] # localstripe has no types
    Charge,
    Event,
    PaymentIntent,
    PaymentMethod,
    Refund,
    StripeObject,
    random_id,
    store,
)
from localstripe.server import app, get_post_data, json_response  # type: ignore[import-untyped] # localstripe has no types

from tests.payments.signing import sign

CARDS: Final = {"ok": "4242424242424242", "declined": "4000000000000341"}
DEBITS: Final = {"debit": "DE89370400440532013000", "debit refused": "DE62370400440532013001"}
"""Accounts that localstripe debits, or fails to debit, half a second later."""
_ANSWERED: dict[str, tuple[str, Any]] = {}
_REQUESTS: list[dict[str, Any]] = []
_DELAY: dict[str, float] = {"create": 0.0}


class Session(StripeObject):  # type: ignore[misc] # of an untyped base
    """A Checkout Session: what the reference says of the members that Sceau sends and reads."""

    object = "checkout.session"
    _id_prefix = "cs_test_"

    def __init__(self, base: str, **params: Any) -> None:
        super().__init__("cs_test_" + random_id(58))  # as long as Stripe's
        line = params["line_items"][0]["price_data"]
        self.amount_total = int(line["unit_amount"]) * int(params["line_items"][0]["quantity"])
        self.currency = line["currency"]
        self.metadata = params.get("metadata", {})
        self.client_reference_id = params.get("client_reference_id")
        self.expires_at = int(params["expires_at"])
        self.mode = params["mode"]
        self.payment_intent = None
        self.payment_method_types = params["payment_method_types"]
        self.payment_status = "unpaid"
        self.status = "open"
        self.success_url = params["success_url"]
        self.cancel_url = params["cancel_url"]
        self.url = f"{base}/_config/pay/{self.id}"
        self._intent = params["payment_intent_data"]


def _json(value: Any) -> web.Response:
    made: web.Response = json_response(value)
    return made


def _tell(kind: str, about: Any) -> None:
    webhooks.schedule_webhook(Event(kind, about))


async def _quick(event: Any) -> None:
    """localstripe waits a second before each message: tests do not."""
    payload = json.dumps(event._export(), indent=2, sort_keys=True).encode()
    for one in list(webhooks._webhooks.values()):
        signature = sign(one.secret, payload, int(time.time()))
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(one.url, data=payload, headers=headers) as answer,
            ):
                await answer.read()
        except aiohttp.ClientError:
            pass


def _session(identifier: str) -> Session:
    found: Session | None = store.get(f"checkout.session:{identifier}")
    if found is None:
        raise UserError(404, "No such checkout.session")
    return found


async def create_session(request: web.Request) -> web.Response:
    """POST /v1/checkout/sessions."""
    data = dict(await get_post_data(request))
    _REQUESTS.append({"path": request.path, "body": data, "headers": dict(request.headers)})
    if int(data["expires_at"]) < time.time() + 1790 or int(data["expires_at"]) > time.time() + 86400:
        raise UserError(400, "The `expires_at` timestamp must be between 30 minutes and 24 hours from now")
    return _json(Session(f"http://{request.host}", **data)._export())


async def retrieve_session(request: web.Request) -> web.Response:
    """GET /v1/checkout/sessions/{id}."""
    return _json(_session(request.match_info["id"])._export())


async def expire_session(request: web.Request) -> web.Response:
    """POST /v1/checkout/sessions/{id}/expire: of an open one only."""
    found = _session(request.match_info["id"])
    if found.status != "open":
        raise UserError(400, 'Only Checkout Sessions with a status in ["open"] can be expired')
    found.status = "expired"
    _tell("checkout.session.expired", found)
    return _json(found._export())


async def pay_page(request: web.Request) -> web.Response:
    """The hosted page: what it costs, and a button for each of localstripe's cards."""
    found = _session(request.match_info["id"])
    if found.status != "open":
        raise web.HTTPSeeOther(found.success_url if found.status == "complete" else found.cancel_url)
    buttons = "".join(f'<button name="card" value="{name}">{name}</button>' for name in CARDS)
    amount = f"{found.amount_total / 100:.2f} {html.escape(found.currency)}"
    page = f'<!doctype html><title>Checkout</title><p id="amount">{amount}</p><form method="post">{buttons}</form>'
    return web.Response(text=page, content_type="text/html")


async def pay(request: web.Request) -> web.Response:
    """Pay a session with one of the cards, through localstripe's own engine; send the customer back."""
    data = await request.post()
    found = _session(request.match_info["id"])
    if found.status != "open":
        raise web.HTTPSeeOther(found.cancel_url)
    chosen = str(data.get("card", "ok"))
    if chosen in DEBITS:
        method = PaymentMethod(type="sepa_debit", sepa_debit={"iban": DEBITS[chosen]})
    else:
        card = {"number": CARDS[chosen], "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        method = PaymentMethod(type="card", billing_details={"address": {"country": "FR"}}, card=card)
    metadata = dict(found._intent["metadata"])
    intent = PaymentIntent(
        amount=found.amount_total, currency=found.currency, payment_method=method.id, metadata=metadata
    )
    try:
        intent._confirm(on_failure_now=intent._report_failure)
    except UserError:
        raise web.HTTPSeeOther(found.url) from None
    found.payment_intent = intent.id
    found.status, found.payment_status = "complete", "paid" if intent.status == "succeeded" else "unpaid"
    _tell("checkout.session.completed", found)
    raise web.HTTPSeeOther(found.success_url)


class Dispute(StripeObject):  # type: ignore[misc] # of an untyped base
    """A dispute of a charge."""

    object = "dispute"
    _id_prefix = "dp_"

    def __init__(self, intent: str, amount: int) -> None:
        super().__init__()
        self.payment_intent = intent
        self.amount = amount
        self.currency = "eur"
        self.status = "needs_response"
        self.evidence_details = {"due_by": int(time.time()) + 7 * 86400}


async def list_disputes(request: web.Request) -> web.Response:
    """GET /v1/disputes?payment_intent=."""
    wanted = request.query["payment_intent"]
    found = [
        each._export() for key, each in store.items() if key.startswith("dispute:") and each.payment_intent == wanted
    ]
    return _json({"object": "list", "data": found, "has_more": False, "url": "/v1/disputes"})


async def happen(request: web.Request) -> web.Response:
    """What happens at Stripe without us: a dispute opened or decided, a refund from its dashboard, a payout."""
    data = await request.json()
    what = data["what"]
    if what == "dispute":
        made = Dispute(data["payment"], data["amount"])
        _tell("charge.dispute.created", made)
        return _json(made._export())
    if what == "decide":
        found = store[f"dispute:{data['dispute']}"]
        found.status = data["outcome"]
        _tell("charge.dispute.closed", found)
        return _json(found._export())
    if what == "refund":
        refund = Refund(payment_intent=data["payment"], amount=data["amount"])
        _tell("refund.created", refund)
        return _json(refund._export())
    if what == "refund_status":
        refund = store[f"refund:{data['refund']}"]
        refund.status = data["status"]
        _tell("refund.updated", refund)
        return _json(refund._export())
    if what == "payout":
        payout = resources.Payout(amount=abs(data["amount"]), currency="eur", status="pending")
        payout.amount = data["amount"]  # localstripe draws none
        payout.automatic, payout.arrival_date, payout.status = data["automatic"], int(time.time()), "paid"
        _PAID_OUT[payout.id] = data.get("parts", [])
        _tell("payout.paid", payout)
        return _json(payout._export())
    if what in ("payout failed", "payout canceled"):
        payout = store[f"payout:{data['payout']}"]
        payout.status = what.partition(" ")[2]
        if "at" in data:
            undone = _Part(amount=payout.amount, created=data["at"], type="payout_failure")
            store[f"balance_transaction:{undone.id}"] = undone
            payout.failure_balance_transaction = undone.id
        _tell(f"payout.{payout.status}", payout)
        return _json(payout._export())
    if what == "account":
        _ACCOUNTS[data["key"]] = data["id"]
        return _json({})
    if what == "forget":
        store.clear()
        _ACCOUNTS.clear()
        webhooks._webhooks.clear()
        _REQUESTS.clear()
        return _json({})
    if what == "requests":
        return _json(_REQUESTS)
    if what == "delay":
        _DELAY["create"] = data["seconds"]
        return _json({})
    raise UserError(400, "what?")


async def current_account(request: web.Request) -> web.Response:
    """GET /v1/account: of keys that a test named; any other is answered as localstripe answers, which has none."""
    key = request.headers.get("Authorization", "").rpartition(" ")[2]
    if key not in _ACCOUNTS:
        raise web.HTTPNotFound
    if _ACCOUNTS[key] is None:  # a restricted key
        raise UserError(403, "The provided key does not have the required permissions for this endpoint")
    return _json({"id": _ACCOUNTS[key], "object": "account"})


_ACCOUNTS: dict[str, str | None] = {}
_PAID_OUT: dict[str, list[dict[str, Any]]] = {}
_transactions = resources.BalanceTransaction._api_list_all


def _of_payout(url: str, payout: str | None = None, **more: Any) -> Any:
    if payout is None:
        return _transactions(url, **more)
    found = resources.List(url)
    found._list = [_Part(**each) for each in _PAID_OUT[payout]]
    return found


class _Part:
    """One balance transaction of a payout."""

    def __init__(self, **members: Any) -> None:
        self.members = {"id": "txn_" + random_id(14), "object": "balance_transaction", **members}
        self.id = self.members["id"]

    def _export(self, expand: Any = None) -> dict[str, Any]:
        del expand
        return self.members


@web.middleware
async def once(request: web.Request, handler: Any) -> Any:
    """Stripe's idempotency keys: the same key gets the answer that was kept."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return await handler(request)
    body = await request.text()
    if key in _ANSWERED:
        before, kept = _ANSWERED[key]
        if before != body:
            raise UserError(400, "Keys for idempotent requests can only be used with the same parameters")
        return web.Response(text=kept, content_type="application/json", headers={"Idempotent-Replayed": "true"})
    answer = await handler(request)
    if answer.status == 200:
        _ANSWERED[key] = body, answer.text
    if request.path == "/v1/checkout/sessions" and _DELAY["create"]:
        await asyncio.sleep(_DELAY["create"])  # somebody is killed while it is on its way back
    return answer


def prepare() -> Any:
    """Add to localstripe what it lacks."""
    webhooks._send_webhook = _quick
    type(store).dump_to_disk = lambda self: None  # one process, one test: nothing is kept
    Charge.disputed = property(
        lambda self: any(
            key.startswith("dispute:") and each.payment_intent == self.payment_intent for key, each in store.items()
        )
    )
    Charge.payment_method_details = property(
        lambda self: {"type": PaymentMethod._api_retrieve(self.payment_method).type}
    )
    begin = Charge._initialize_charge

    def pending(charge: Any, *given: Any, **more: Any) -> None:
        """A debit is on its way until its answer is there; localstripe says at once that it succeeded."""
        begin(charge, *given, **more)
        if charge._is_async_payment_method() and charge._authorized:
            charge.status = "pending"

    Charge._initialize_charge = pending
    resources.BalanceTransaction._api_list_all = staticmethod(_of_payout)
    app.middlewares.insert(1, once)
    app.router.add_post("/v1/checkout/sessions", create_session)
    app.router.add_get("/v1/checkout/sessions/{id}", retrieve_session)
    app.router.add_post("/v1/checkout/sessions/{id}/expire", expire_session)
    app.router.add_get("/v1/account", current_account)
    app.router.add_get("/v1/disputes", list_disputes)
    app.router.add_get("/_config/pay/{id}", pay_page)
    app.router.add_post("/_config/pay/{id}", pay)
    app.router.add_post("/_config/happen", happen)
    return app


def main(port: int) -> None:
    """Serve on a port of this machine."""
    prepare()
    web.run_app(app, host="127.0.0.1", port=port, print=lambda *_: print("ready", flush=True), access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
