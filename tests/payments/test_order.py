"""Messages late, twice, never and in any order: the books are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.events.payments import ProviderPaidOut
from ledger.shell.stores.open import open_store
from tests.payments.scene import Scene, StripeServer, as_bytes, scene
from tests.shell.business import PRICE_CENTS

STEPS = 7
PARTS = [{"amount": PRICE_CENTS, "fee": 660, "type": "charge"}, {"amount": -4_000, "fee": 0, "type": "refund"}]


def happenings(shop: Scene) -> Iterator[None]:
    """One sale at Stripe: paid, given back in part, contested twice, paid out."""
    begun = shop.begun()
    shop.server.pay(begun.url)
    yield
    payment = next(
        each["data"]["object"]["id"] for each in shop.server.events() if each["type"] == "payment_intent.succeeded"
    )
    shop.server.happen("refund", payment=payment, amount=4_000)
    yield
    won = shop.server.happen("dispute", payment=payment, amount=3_000)["id"]
    yield
    shop.server.happen("decide", dispute=won, outcome="won")
    yield
    lost = shop.server.happen("dispute", payment=payment, amount=5_000)["id"]
    yield
    shop.server.happen("payout", amount=39_240, automatic=True, parts=PARTS)
    yield
    shop.server.happen("decide", dispute=lost, outcome="lost")
    yield


def books(shop: Scene) -> dict[str, Any]:
    """What the ledger says of the sale in the end."""
    payouts = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, ProviderPaidOut)]
    return {
        "due": shop.invoice().open_cents,
        "payments": [
            (each.phase, each.amount_cents, each.refunded_cents, each.reversed_cents, each.contested_cents,
             each.left_cents, each.allocated_cents, len(each.chargebacks))
            for _, each in shop.payments()
        ],
        "payouts": [(each.gross_cents, each.fee_cents) for each in payouts],
        "entries": sorted(shop.types()),
        "open": shop.collecting.standing(),
    }  # fmt: skip


EXPECTED: dict[str, Any] = {
    "due": 9_000,
    "payments": [("received", PRICE_CENTS, 4_000, 5_000, 0, 34_900, 34_900, 2)],
    "payouts": [(39_900, 660)],
    "entries": sorted(
        (
            "online_payment.opened/1", "payment.received/1", "invoice.paid/1", "online_payment.ended/1",
            "refund.paid/1", "payment.refunded/1", "invoice.unpaid/1", "chargeback.opened/1", "chargeback.closed/1",
            "chargeback.opened/1", "chargeback.closed/1", "payment.reversed/1", "invoice.unpaid/1",
            "provider.paid_out/1",
        )
    ),
    "open": [],
}  # fmt: skip


@contextmanager
def fresh(folder: Path, server: StripeServer) -> Iterator[Scene]:
    server.happen("forget")
    with scene(folder, open_store("memory:", create=True), server) as made:
        yield made


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_the_books_are_the_same_whatever_arrives_when(
    tmp_path_factory: Any, server: StripeServer, data: st.DataObject
) -> None:
    with fresh(tmp_path_factory.mktemp("order"), server) as shop:
        for _ in happenings(shop):
            events = shop.server.events()
            some = data.draw(st.lists(st.integers(0, len(events) - 1), max_size=3), label="arrive now, some twice")
            for each in some:
                shop.tell(as_bytes(events[each]))
        events = shop.server.events()
        for each in data.draw(st.permutations(range(len(events))), label="arrive in the end"):
            shop.tell(as_bytes(events[each]))
        assert books(shop) == EXPECTED


def test_without_a_single_message_asking_gives_the_same_books(tmp_path: Path, server: StripeServer) -> None:
    with fresh(tmp_path, server) as shop:
        assert len(list(happenings(shop))) == STEPS
        shop.collecting.sweep(shop.ledger, "stripe")
        assert books(shop) == EXPECTED
        shop.collecting.sweep(shop.ledger, "stripe")
        assert books(shop) == EXPECTED


def test_what_is_not_ours_or_not_known_is_acknowledged_and_changes_nothing(
    tmp_path: Path, server: StripeServer
) -> None:
    with fresh(tmp_path, server) as shop:
        before = shop.service.store.head(shop.ledger)
        for event in (
            {
                "object": "event",
                "type": "customer.created",
                "livemode": False,
                "data": {"object": {"object": "customer"}},
            },
            {"object": "event", "livemode": True, "data": {"object": {"object": "payout", "id": "po_1"}}},
            {"object": "event", "livemode": False, "data": {"object": {"object": "payment_intent", "id": "../v1/x"}}},
            {"object": "event", "livemode": False, "data": {"object": {"object": "payment_intent", "id": ["pi_1"]}}},
            {
                "object": "event",
                "livemode": False,
                "data": {"object": {"object": "payment_intent", "id": "pi_unknown"}},
            },
            {"object": "event", "livemode": False, "data": {"object": []}},
            {"object": "event", "livemode": False, "data": None},
        ):
            shop.tell(as_bytes(event))
        shop.tell(b"[]")
        shop.tell(b"7")
        assert shop.service.store.head(shop.ledger) == before


def test_another_ledgers_payment_at_the_same_account_is_not_recorded_here(tmp_path: Path, server: StripeServer) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    with fresh(tmp_path / "one", server) as shop, scene(tmp_path / "other", open_store("memory:"), server) as other:
        shop.server.pay(shop.begun().url)
        for event in shop.server.events():
            other.tell(as_bytes(event))
        assert other.payments() == []
        shop.tell_all()
        assert len(shop.payments()) == 1
