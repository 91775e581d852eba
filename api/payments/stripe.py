"""Stripe as a provider: Checkout Sessions to collect, PaymentIntents to know what came of them.

The customer pays on Stripe's own page: no card number, and no script of Stripe's, ever touches ours. Sources: Stripe's
API reference for the version pinned here; "Webhook signatures" for the `Stripe-Signature` header.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal, TypeVar

import orjson
import stripe
from stripe import StripeClient

from api.payments.provider import (
    Asked,
    Contested,
    Ended,
    Fact,
    GivenBack,
    Notice,
    NotSigned,
    Opened,
    Paid,
    PaidOut,
    PayoutReturned,
    ProviderAway,
    ProviderRefused,
    Waiting,
)
from ledger.domain.events.payments import PayableKind
from ledger.domain.types import Means

T = TypeVar("T")

API_VERSION: Final = "2026-10-28.endive"
"""The version whose shapes are read here; the account's own default does not matter."""
TOLERANCE: Final = timedelta(minutes=5)
"""How old, or how far ahead, a message's signature may be."""
SECONDS: Final = 10
_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9]{6,64}")
RETRIES: Final = 1

WAYS: Final[Mapping[str, Means]] = {
    "card": "card",
    "pay_by_bank": "instant_transfer",
    "customer_balance": "credit_transfer",
    "sepa_debit": "direct_debit",
}
"""Ways to pay that may be offered, by Stripe's names, and the means that money so paid is recorded under."""

_NOT_OF_CENTS: Final = frozenset(
    {
        "BHD", "BIF", "CLP", "DJF", "GNF", "JOD", "JPY", "KMF", "KRW", "KWD", "MGA", "OMR", "PYG", "RWF", "TND", "UGX",
        "VND", "VUV", "XAF", "XOF", "XPF",
    }
)  # fmt: skip
"""Currencies whose amounts Stripe does not count in hundredths, as we do."""

_PAYMENT: Final = "payment_intent"
_OBJECTS: Final[Mapping[str, tuple[Literal["collection", "payment", "payout"], str]]] = {
    "checkout.session": ("collection", "id"),
    "payment_intent": ("payment", "id"),
    "charge": ("payment", _PAYMENT),
    "refund": ("payment", _PAYMENT),
    "dispute": ("payment", _PAYMENT),
    "payout": ("payout", "id"),
}
_CONTESTED: Final[Mapping[str, Literal["open", "won", "lost"]]] = {
    # Inquiries (`warning_...`) move no money and are no chargebacks.
    "needs_response": "open",
    "under_review": "open",
    "won": "won",
    "lost": "lost",
}
_UNLIKE: Final = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What reading an answer meets that is not as the pinned version's reference says."""
_MOST_V1: Final = 8
_ACTOR: Final = re.compile(r"[a-z][a-z0-9_-]{0,15}:[A-Za-z0-9_-]{1,64}")  # of an entry
_LONGEST_HEADER: Final = 2000


def is_test_key(secret_key: str) -> bool | None:
    """Tell whether a secret or restricted key is of the test mode; None for what is no such key."""
    kind, _, rest = secret_key.partition("_")
    mode, _, tail = rest.partition("_")
    if kind not in ("sk", "rk") or mode not in ("test", "live") or not 8 <= len(tail) <= 240:
        return None
    if not (tail.isascii() and tail.replace("_", "").isalnum()):
        return None
    return mode == "test"


def is_webhook_secret(text: str) -> bool:
    """Tell whether a text has the form of a webhook endpoint's signing secret."""
    return text.startswith("whsec_") and 16 <= len(text) <= 240 and text.isascii() and text.isprintable()


class Stripe:
    """`Provider` over one Stripe account."""

    name = "stripe"

    def __init__(self, secret_key: str, webhook_secrets: Sequence[str], *, api_base: str | None = None) -> None:
        """Speak for the account of `secret_key`.

        Args:
            secret_key: `sk_...` or `rk_...`.
            webhook_secrets: `whsec_...`, every one that may sign now.
            api_base: another server in place of Stripe's, such as localstripe.
        """
        self._client = StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=SECONDS),
            base_addresses={"api": api_base} if api_base is not None else {},
        )
        self._live = not is_test_key(secret_key)
        self._webhook_secrets = tuple(webhook_secrets)

    # ---- asking

    def account(self) -> str | None:
        """See `Provider`: `GET /v1/account`, once; a restricted key may lack the right to ask."""
        try:
            told = _plainly(lambda: self._client.v1.accounts.retrieve_current(options={"max_network_retries": 0}))
        except (ProviderAway, ProviderRefused):
            return None
        found = told.get("id")
        return found if isinstance(found, str) and _ACCOUNT.fullmatch(found) else None

    def create(self, asked: Asked) -> Opened:
        """See `Provider`."""
        if asked.currency in _NOT_OF_CENTS:
            raise ProviderRefused(f"currency-{asked.currency}")
        params = checkout_params(asked)
        if "customer_balance" in asked.ways:  # a transfer is credited to a customer, who has no name here
            params["customer"] = self._customer(asked)
        session = _plainly(
            lambda: self._client.v1.checkout.sessions.create(
                params=params,  # type: ignore[arg-type] # the library's own dict type; written out in checkout_params
                options={"idempotency_key": f"sceau-{asked.collection}-{int(asked.expires_at.timestamp())}"},
            )
        )
        reference, url = session.get("id"), session.get("url")
        if not (isinstance(reference, str) and isinstance(url, str) and url.startswith(("https://", "http://"))):
            raise ProviderAway("stripe gave no page")
        return Opened(reference, url)

    def _customer(self, asked: Asked) -> str:
        options: Any = {"idempotency_key": f"sceau-customer-{asked.collection}"}
        params: Any = {"metadata": {"sceau_ledger": asked.ledger}}
        return str(_plainly(lambda: self._client.v1.customers.create(params=params, options=options))["id"])

    def end(self, reference: str) -> None:
        """See `Provider`."""
        try:
            _answered(lambda: self._client.v1.checkout.sessions.expire(reference))
        except ProviderRefused:
            session = _plainly(lambda: self._client.v1.checkout.sessions.retrieve(reference))
            if session.get("status") == "open":
                raise

    def refund(self, payment: str, amount_cents: int, key: str, meant: Mapping[str, str]) -> Sequence[Fact]:
        """See `Provider`."""
        params: Any = {
            "payment_intent": payment,
            "amount": amount_cents,
            "metadata": {f"sceau_{name}": value for name, value in meant.items()},
        }
        options: Any = {"idempotency_key": f"sceau-refund-{key}"}
        _answered(lambda: self._client.v1.refunds.create(params=params, options=options))
        return self.facts(Notice("payment", payment))

    # ---- being told

    def notices(self, body: bytes, signature: str | None, now: datetime) -> Sequence[Notice]:
        """See `Provider`."""
        check_signature(body, signature, self._webhook_secrets, now)
        try:
            event = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise NotSigned("not_json") from None
        return self._notices_of(event)

    def _notices_of(self, event: Any) -> list[Notice]:
        """Give the hint of one event; its content is not believed, only what it names is looked at."""
        if not isinstance(event, dict) or bool(event.get("livemode")) != self._live:
            return []
        data = event.get("data")
        about = data.get("object") if isinstance(data, dict) else None
        if not isinstance(about, dict):
            return []
        known = _OBJECTS.get(str(about.get("object")))
        if known is None:
            return []
        reference = about.get(known[1])
        if not isinstance(reference, str) or not 3 <= len(reference) <= 255 or not _plain(reference):
            return []
        return [Notice(known[0], reference)]

    def since(self, at: datetime) -> Sequence[Notice]:
        """See `Provider`."""
        params: Any = {"created": {"gte": int(at.timestamp())}, "limit": 100}
        events = _listed(lambda: self._client.v1.events.list(params=params))
        found = [notice for event in reversed(events) for notice in self._notices_of(event)]
        return list(dict.fromkeys(found))

    # ---- looking

    def facts(self, notice: Notice) -> Sequence[Fact]:
        """See `Provider`."""
        looking = {"collection": self._of_collection, "payment": self._of_payment, "payout": self._of_payout}
        try:
            return tuple(looking[notice.kind](notice.reference))
        except _UNLIKE as unlike:
            raise _otherwise(unlike) from None

    def _of_collection(self, reference: str) -> Sequence[Fact]:
        session = _plainly(lambda: self._client.v1.checkout.sessions.retrieve(reference))
        collection = _meta(session, "collection")
        if collection is None:
            return ()
        if session.get("status") == "expired":
            return (Ended(collection, "expired"),)
        if session.get("status") != "complete":
            return ()
        payment = session.get(_PAYMENT)
        found = self._of_payment(payment) if isinstance(payment, str) else ()
        return found or (Waiting(collection),)

    def _of_payment(self, reference: str) -> Sequence[Fact]:
        """Give everything of one payment: the money, what went back of it, what is contested."""
        params: Any = {"expand": ["latest_charge.balance_transaction"]}
        intent = _plainly(lambda: self._client.v1.payment_intents.retrieve(reference, params=params))
        collection, about = _meta(intent, "collection"), _meta(intent, "about")
        kind = _meta(intent, "about_kind")
        if collection is None or about is None or kind not in ("deposit", "invoice"):
            return ()
        status = intent.get("status")
        if status == "processing":
            return (Waiting(collection),)
        if status == "canceled":
            return (Ended(collection, "cancelled", _code(intent.get("cancellation_reason"))),)
        if status != "succeeded":
            # A declined card may be tried again on the same page: only the end of the page ends the collection. Where
            # the bank said no days later there is no page any more.
            return self._declined_later(intent, collection)
        charge = intent.get("latest_charge")
        charge = charge if isinstance(charge, dict) else {}
        paid_kind: PayableKind = "deposit" if kind == "deposit" else "invoice"
        means = _means_of(charge)
        paid = Paid(
            payment=reference,
            ledger=_meta(intent, "ledger") or "",
            collection=collection,
            about=about,
            about_kind=paid_kind,
            amount_cents=_cents(intent, "amount_received", "amount"),
            currency=str(intent["currency"]).upper(),
            means=means,
            at=_paid_at(intent, charge),
        )
        return (paid, *self._refunds(reference, means), *self._chargebacks(reference, charge))

    def _declined_later(self, intent: Mapping[str, Any], collection: str) -> Sequence[Fact]:
        charge = intent.get("latest_charge")
        details = charge.get("payment_method_details") if isinstance(charge, dict) else None
        later = isinstance(details, dict) and details.get("type") in ("sepa_debit", "customer_balance", "pay_by_bank")
        if intent.get("status") != "requires_payment_method" or not later:
            return ()
        error = intent.get("last_payment_error")
        return (Ended(collection, "failed", _code(error.get("code")) if isinstance(error, dict) else None),)

    def _refunds(self, payment: str, means: Means) -> Iterable[Fact]:
        params: Any = {"payment_intent": payment, "limit": 100}
        found = _listed(lambda: self._client.v1.refunds.list(params=params))
        for each in sorted(found, key=lambda one: (one["created"], one["id"])):
            if each.get("status") not in ("succeeded", "failed"):
                continue
            kind = _meta(each, "about_kind")
            meant = kind if kind in ("deposit", "invoice", "credit_note", "payment") else None
            indemnity = _meta(each, "indemnity_cents") or "0"
            yield GivenBack(
                refund=each["id"],
                payment=payment,
                amount_cents=each["amount"],
                currency=str(each["currency"]).upper(),
                means=means,
                at=_moment(each["created"]),
                about=_meta(each, "about") if meant is not None else None,
                about_kind=meant,  # type: ignore[arg-type] # one of the four words just compared with
                indemnity_cents=int(indemnity) if indemnity.isdigit() and len(indemnity) < 14 else 0,
                failed=each["status"] == "failed",
                actor=_actor(_meta(each, "actor")),
            )

    def _chargebacks(self, payment: str, charge: Mapping[str, Any]) -> Iterable[Fact]:
        if charge.get("disputed") is False:
            return
        if "disputed" not in charge:  # a server that knows no disputes
            return
        params: Any = {"payment_intent": payment, "limit": 100}
        found = _listed(lambda: self._client.v1.disputes.list(params=params))
        for each in sorted(found, key=lambda one: (one["created"], one["id"])):
            outcome = _CONTESTED.get(str(each.get("status")))
            if outcome is None:
                continue
            evidence = each.get("evidence_details")
            due = evidence.get("due_by") if isinstance(evidence, dict) else None
            yield Contested(
                chargeback=each["id"],
                payment=payment,
                amount_cents=each["amount"],
                outcome=outcome,
                respond_by=_moment(due) if isinstance(due, int) else None,
            )

    def _of_payout(self, reference: str) -> Sequence[Fact]:
        """Give a payout with its fees, out of the balance transactions that it is made of.

        An amount below zero is drawn from the bank account, and told of in the same way. A payout made by hand is of
        no particular transactions: its fees are not known, and it is taken as it stands.
        """
        payout = _plainly(lambda: self._client.v1.payouts.retrieve(reference))
        if payout.get("status") in ("failed", "canceled"):
            return (PayoutReturned(reference, self._back_at(payout)),)
        if payout.get("status") != "paid" or not payout["amount"]:
            return ()
        gross, fee = payout["amount"], 0
        if payout.get("automatic"):
            if payout.get("reconciliation_status") == "in_progress":
                return ()  # told again when it is complete
            params: Any = {"payout": reference, "limit": 100}
            listed = _listed(lambda: self._client.v1.balance_transactions.list(params=params))
            parts = [one for one in listed if one.get("type") != "payout"]
            # Stripe's own charges (its monthly fee, say) are parts with an amount below zero and no fee.
            fees_alone = sum(-one["amount"] for one in parts if one.get("type") == "stripe_fee")
            fee = sum(one["fee"] for one in parts) + fees_alone
            gross = sum(one["amount"] for one in parts) + fees_alone
            if fee < 0 or gross - fee != payout["amount"]:  # fees given back, or parts we cannot tell
                gross, fee = payout["amount"], 0
        currency = str(payout["currency"]).upper()
        return (PaidOut(reference, currency, gross, fee, _moment(payout["arrival_date"])),)

    def _back_at(self, payout: Mapping[str, Any]) -> datetime | None:
        """Give when a payout's money was in the balance again: the balance transaction that undoes it says so."""
        undone = payout.get("failure_balance_transaction")
        if not isinstance(undone, str) or not undone or not _plain(undone):
            return None
        try:
            told = _plainly(lambda: self._client.v1.balance_transactions.retrieve(undone))
        except ProviderRefused:  # a key that may not read it: the day on which we hear of it
            return None
        return _moment(told["created"]) if isinstance(told.get("created"), int) else None


def checkout_params(asked: Asked) -> dict[str, Any]:
    """Write the request for a Checkout Session: one line, our ids as metadata, no personal data."""
    meta = {
        "sceau_ledger": asked.ledger,
        "sceau_collection": asked.collection,
        "sceau_about": asked.about,
        "sceau_about_kind": asked.about_kind,
    }
    price = {
        "currency": asked.currency.lower(),
        "unit_amount": asked.amount_cents,
        "product_data": {"name": asked.title},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_method_types": list(asked.ways),
        "client_reference_id": asked.collection,
        "metadata": meta,
        "payment_intent_data": {"metadata": meta, "description": asked.title},
        "success_url": asked.return_url,
        "cancel_url": asked.cancel_url,
        "locale": asked.language,
        "expires_at": int(asked.expires_at.timestamp()),
    }
    if "customer_balance" in asked.ways:
        transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "FR"}}
        balance = {"funding_type": "bank_transfer", "bank_transfer": transfer}
        params["payment_method_options"] = {"customer_balance": balance}
    return params


def check_signature(body: bytes, header: str | None, webhook_secrets: Sequence[str], now: datetime) -> None:
    """Check `Stripe-Signature: t=...,v1=...` over the bytes that came: HMAC-SHA256 of `t.body`, in constant time.

    Raises:
        NotSigned: `missing`, `malformed`, `wrong` or `too_old`.
    """
    if header is None:
        raise NotSigned("missing")
    if len(header) > _LONGEST_HEADER or not header.isascii():
        raise NotSigned("malformed")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    given = [value for name, _, value in pairs if name == "v1"][:_MOST_V1]
    if len(times) != 1 or not (times[0].isdigit() and len(times[0]) <= 12) or not given:
        raise NotSigned("malformed")
    right = [_signature(secret, times[0], body) for secret in webhook_secrets]
    matches = [hmac.compare_digest(one, other) for one in right for other in given]  # all of them, whatever comes out
    if not any(matches):
        raise NotSigned("wrong")
    if abs(now.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise NotSigned("too_old")


def _signature(secret: str, at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, sha256).hexdigest()


def _answered(ask: Callable[[], T]) -> T:
    """Ask Stripe; tell "no" from "no answer". Neither Stripe's words nor ours are kept: they may hold what was sent."""
    try:
        return ask()
    except _UNLIKE as unlike:
        raise _otherwise(unlike) from None
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.TemporarySessionExpiredError):
        raise ProviderAway("stripe did not answer") from None
    except stripe.StripeError as error:
        status = error.http_status
        no_json = isinstance(error, stripe.APIError) and status is not None and status < 400
        if status is None or no_json or status >= 500 or status == 409:  # 409: the same key is being answered just now
            raise ProviderAway(f"stripe answered {status}") from None
        raise ProviderRefused(_code(error.code) or f"status-{status}") from None


def _plainly(ask: Callable[[], stripe.StripeObject]) -> dict[str, Any]:
    return _answered(lambda: ask().to_dict())


def _listed(ask: Callable[[], Any]) -> list[dict[str, Any]]:
    """Ask for a list, page by page."""
    return _answered(lambda: [one.to_dict() for one in ask().auto_paging_iter()])


def _otherwise(unlike: Exception) -> ProviderAway:
    return ProviderAway(f"stripe answered otherwise than it says ({type(unlike).__name__})")


def _meta(value: Mapping[str, Any], name: str) -> str | None:
    metadata = value.get("metadata")
    found = metadata.get(f"sceau_{name}") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) and found else None


def _plain(text: str) -> bool:
    return text.isascii() and text.replace("_", "").isalnum()


def _code(value: object) -> str | None:
    """Give a provider's code as a `Code` of ours, or nothing where it is none."""
    if not isinstance(value, str) or not 1 <= len(value) <= 64 or not _plain(value):
        return None
    return value if value[0] != "_" else None


def _actor(text: str | None) -> str | None:
    """Give who had asked, if it has an actor's form: somebody may have written it in the dashboard."""
    return text if text is not None and text != "system" and _ACTOR.fullmatch(text) else None


def _cents(value: Mapping[str, Any], *names: str) -> int:
    for name in names:
        if isinstance(value.get(name), int):
            return int(value[name])
    raise ProviderAway("stripe did not say how much")


def _means_of(charge: Mapping[str, Any]) -> Means:
    details = charge.get("payment_method_details")
    kind = details.get("type") if isinstance(details, dict) else None
    if kind is None:
        return "card"
    return WAYS.get(str(kind), "card" if kind in ("card_present", "link") else "other")


def _paid_at(intent: Mapping[str, Any], charge: Mapping[str, Any]) -> datetime:
    """Give when the money came in: when it entered the balance, which is what Stripe itself accounts by."""
    entered = charge.get("balance_transaction")
    for one in (entered if isinstance(entered, dict) else {}, charge, intent):
        if isinstance(one.get("created"), int):
            return _moment(one["created"])
    raise ProviderAway("stripe did not say when")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
