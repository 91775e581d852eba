"""Collections by a payment provider."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.payments import EndOnlinePayment, OpenOnlinePayment, RecordPayment
from ledger.domain.events.payments import OnlinePaymentEnded, OnlinePaymentOpened
from tests.domain.documents import a_deposit, an_invoice
from tests.domain.world import FixedWorld, opened, training

INVOICE_ID = "cccccccc-0000-4000-8000-000000000001"
DEPOSIT_ID = "dddddddd-0000-4000-8000-000000000001"
COLLECTION = "99999999-0000-4000-8000-000000000001"
PAYMENT_ID = "eeeeeeee-0000-4000-8000-000000000001"
UNKNOWN = "ffffffff-0000-4000-8000-00000000000f"

ASKED = OpenOnlinePayment(
    id=COLLECTION,
    provider="stripe",
    provider_reference="pi_3Q",
    about=INVOICE_ID,
    about_kind="invoice",
    amount_cents=12_000,
)


@pytest.fixture
def sale() -> FixedWorld:
    return opened().given_in(INVOICE_ID, an_invoice()).given_in(DEPOSIT_ID, a_deposit(payable_from="2026-11-30"))


def test_a_collection_is_opened_for_what_is_due_and_ends_with_its_payment(sale: FixedWorld) -> None:
    assert sale.play(ASKED) == {"online_payment": COLLECTION}
    assert sale.last(OnlinePaymentOpened).currency == "EUR"
    sale.play(RecordPayment(id=PAYMENT_ID, means="card", amount_cents=12_000))
    sale.play(EndOnlinePayment(online_payment=COLLECTION, outcome="paid", payment=PAYMENT_ID))
    assert sale.last(OnlinePaymentEnded).payment == PAYMENT_ID
    refusal = sale.refusal(EndOnlinePayment(online_payment=COLLECTION, outcome="failed"))
    assert (refusal.code, dict(refusal.facts)) == ("ONLINE_PAYMENT_ENDED", {"state": "paid"})


def test_no_more_is_collected_than_is_due(sale: FixedWorld) -> None:
    refusal = sale.refusal(replace(ASKED, amount_cents=12_001))
    assert (refusal.code, dict(refusal.facts)) == ("PAYMENT_ALLOCATION_ABOVE_DUE", {"open_cents": 12_000})
    assert sale.refusal(replace(ASKED, about=UNKNOWN)).code == "REFERENCE_UNKNOWN"


def test_nothing_is_collected_within_the_seven_days(sale: FixedWorld) -> None:
    asked = replace(ASKED, about=DEPOSIT_ID, about_kind="deposit")
    refusal = sale.refusal(asked)
    assert (refusal.code, refusal.law) == ("PAYMENT_WITHIN_SEVEN_DAYS", "C. conso art. L221-10")
    assert dict(refusal.facts) == {"allowed_from_on": "2026-11-30"}
    sale.on("2026-11-30").play(asked)


def test_a_provider_may_say_paid_after_it_said_expired(sale: FixedWorld) -> None:
    sale.play(ASKED)
    sale.play(EndOnlinePayment(online_payment=COLLECTION, outcome="expired"))
    assert sale.refusal(EndOnlinePayment(online_payment=COLLECTION, outcome="failed")).code == "ONLINE_PAYMENT_ENDED"
    sale.play(EndOnlinePayment(online_payment=COLLECTION, outcome="paid"))
    assert sale.last(OnlinePaymentEnded).outcome == "paid"


def test_the_test_mode_of_a_provider_stays_in_training_ledgers(sale: FixedWorld) -> None:
    assert sale.refusal(replace(ASKED, test_mode=True)).code == "TRAINING_ONLY"
    school = training().given_in(INVOICE_ID, an_invoice())
    school.play(replace(ASKED, test_mode=True))
    assert school.last(OnlinePaymentOpened).test_mode


def test_a_collection_does_not_expire_before_it_begins(sale: FixedWorld) -> None:
    assert sale.refusal(replace(ASKED, expires_at="2026-11-23T08:00:00.000000Z")).code == "EXPIRY_IN_PAST"
    sale.play(replace(ASKED, expires_at="2026-11-23T08:00:00.000001Z"))


def test_the_end_of_a_collection_names_known_things(sale: FixedWorld) -> None:
    assert sale.refusal(EndOnlinePayment(online_payment=UNKNOWN, outcome="paid")).place == "/online_payment"
    sale.play(ASKED)
    refusal = sale.refusal(EndOnlinePayment(online_payment=COLLECTION, outcome="paid", payment=UNKNOWN))
    assert (refusal.code, refusal.place) == ("REFERENCE_UNKNOWN", "/payment")
    assert sale.refusal(ASKED).code == "ALREADY_EXISTS"
