"""A business with a Stripe account at a real localstripe, an invoice to be paid, and a customer who pays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson

from api.payments.collecting import Begun, Collecting
from api.settings import Settings
from ledger.domain.events.payments import PayableKind
from ledger.domain.refusals import Refusal
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.payment import PAYMENT, PaymentState
from ledger.shell.collections import Account
from ledger.shell.service import Service
from ledger.shell.store import Store
from tests.payments.signing import sign
from tests.ports import free_port
from tests.shell.business import PRICE_CENTS, HandClock, answered, invoice, opened, service_over

SECRET_KEY = "sk_test_0123456789abcdef"
WEBHOOK_SECRET = "whsec_0123456789abcdef"
ACTOR = "key:owner"
CUSTOMER = "link:aaaaaaaa-0000-4000-8000-000000000001"
RETURN, CANCEL = "https://shop.example/c/shop/token", "https://shop.example/c/shop/token?back"


@dataclass
class StripeServer:
    """A running localstripe, with what it lacks added."""

    url: str
    browser: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def happen(self, what: str, **more: Any) -> Any:
        """Something happens at Stripe without us."""
        answer = self.browser.post(f"{self.url}/_config/happen", json={"what": what, **more})
        answer.raise_for_status()
        return answer.json()

    def pay(self, url: str, card: str = "ok") -> str:
        """The customer pays on the page; gives where the page sends them."""
        answer = self.browser.post(url, data={"card": card})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def events(self) -> list[dict[str, Any]]:
        """Every message that there was, the oldest first."""
        found = self.browser.get(f"{self.url}/v1/events?limit=100", auth=(SECRET_KEY, "")).json()["data"]
        return list(found)


@contextmanager
def stripe_running() -> Iterator[StripeServer]:
    """Start the server on a free port, and end it."""
    port = free_port()
    command = [sys.executable, "-m", "tests.payments.stripe_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        server = StripeServer(f"http://127.0.0.1:{port}")
        try:
            yield server
        finally:
            server.browser.close()
            process.kill()


@dataclass
class Scene:
    """All of it."""

    service: Service
    clock: HandClock
    ledger: str
    server: StripeServer
    collecting: Collecting
    about: str

    def begin(self, key: str = "k", amount_cents: int = PRICE_CENTS, **more: Any) -> Begun | Refusal:
        asked: dict[str, Any] = {"about": self.about, "about_kind": "invoice", **more}
        kind: PayableKind = asked["about_kind"]
        return self.collecting.begin(
            self.ledger,
            asked["about"],
            kind,
            amount_cents,
            asked.get("return_url", RETURN),
            CANCEL,
            "fr",
            key,
            CUSTOMER,
        )

    def begun(self, key: str = "k", amount_cents: int = PRICE_CENTS, **more: Any) -> Begun:
        outcome = self.begin(key, amount_cents, **more)
        assert isinstance(outcome, Begun), outcome
        return outcome

    def tell(self, message: bytes, *, secret: str = WEBHOOK_SECRET) -> int | None:
        at = int(self.clock.now().timestamp())
        return self.collecting.told(self.ledger, "stripe", message, sign(secret, message, at))

    def tell_all(self) -> None:
        for event in self.server.events():
            self.tell(as_bytes(event))

    def invoice(self) -> InvoiceState:
        found = self.service.state(self.ledger, INVOICE, self.about)
        assert found is not None
        return found

    def payments(self) -> list[tuple[str, PaymentState]]:
        ids = [
            each.originator_id.partition(":")[2]
            for each in self.service.entries(self.ledger, types=("payment.received/1",))
        ]
        found = [(each, self.service.state(self.ledger, PAYMENT, each)) for each in ids]
        return [(each, state) for each, state in found if state is not None]

    def types(self) -> list[str]:
        """What the chain says of money, in order."""
        wanted = (
            "payment.",
            "online_payment.",
            "refund.",
            "chargeback.",
            "provider.",
            "invoice.paid",
            "invoice.unpaid",
        )
        names = [type(each.record).TYPE for each in self.service.entries(self.ledger)]
        return [name for name in names if name.startswith(wanted)]


def as_bytes(event: dict[str, Any]) -> bytes:
    """Write a message as it goes over the network."""
    return orjson.dumps(event)


@contextmanager
def scene(folder: Path, store: Store, server: StripeServer, *, account: bool = True) -> Iterator[Scene]:
    """Open a training ledger over a store, with one invoice and an account with Stripe."""
    clock = HandClock(datetime.now(UTC))  # Stripe's time is the real one
    with service_over(store, folder / "keys", clock) as service:
        ledger = opened(service, kind="training").row.ledger
        about = answered(service.execute(ledger, invoice(), actor=ACTOR)).result["invoice"]
        settings = Settings(stripe_api=server.url)
        made = Scene(service, clock, ledger, server, Collecting(service, settings), about)
        if account:
            kept = made.collecting.accounts.add(ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR)
            assert isinstance(kept, Account), kept
        yield made
