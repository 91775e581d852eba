"""A customer pays an invoice online, and what may happen to that money, against a real localstripe."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api.payments.collecting import Begun, Language
from api.payments.recording import payment_id
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import (
    Allocation,
    ChargebackOpened,
    OnlinePaymentEnded,
    OnlinePaymentOpened,
    PaymentReceived,
    ProviderPaidOut,
    ProviderPayoutReturned,
    RefundPaid,
)
from ledger.domain.refusals import Refusal
from tests.payments.scene import CUSTOMER, RETURN, SECRET_KEY, WEBHOOK_SECRET, Scene
from tests.shell.business import PRICE_CENTS, answered


def code(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


def last(shop: Scene, kind: type) -> object:
    return [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, kind)][-1]


def paid(shop: Scene) -> str:
    """Have the invoice paid online; give Stripe's reference of the payment."""
    shop.server.pay(shop.begun().url)
    shop.tell_all()
    received = last(shop, PaymentReceived)
    assert isinstance(received, PaymentReceived)
    assert received.provider_reference is not None
    return received.provider_reference


def test_an_invoice_is_paid_on_the_providers_page_and_the_money_is_recorded(shop: Scene) -> None:
    begun = shop.begun()
    assert shop.server.pay(begun.url) == RETURN
    assert shop.invoice().open_cents == PRICE_CENTS, "coming back is no payment"
    shop.tell_all()
    assert shop.invoice().open_cents == 0
    received = last(shop, PaymentReceived)
    assert isinstance(received, PaymentReceived)
    assert (received.means, received.amount_cents, received.provider) == ("card", PRICE_CENTS, "stripe")
    assert received.allocations == (Allocation(about=shop.about, about_kind="invoice", amount_cents=PRICE_CENTS),)
    opened = last(shop, OnlinePaymentOpened)
    assert isinstance(opened, OnlinePaymentOpened)
    assert opened.test_mode
    assert opened.provider_reference.startswith("cs_test_")
    assert shop.types() == [
        "online_payment.opened/1", "payment.received/1", "invoice.paid/1", "online_payment.ended/1",
    ]  # fmt: skip
    assert shop.collecting.standing() == [], "what has ended is forgotten beside the chain"


def test_a_declined_card_ends_nothing_and_another_one_pays(shop: Scene) -> None:
    begun = shop.begun()
    assert shop.server.pay(begun.url, "declined") == begun.url
    shop.tell_all()
    assert shop.types() == ["online_payment.opened/1"]
    shop.server.pay(begun.url)
    shop.tell_all()
    assert shop.invoice().open_cents == 0


def test_pressing_twice_gives_one_collection(shop: Scene) -> None:
    first, second, third = shop.begun("k"), shop.begun("k"), shop.begun("another press")
    assert first == second == third
    assert shop.types() == ["online_payment.opened/1"]


def test_one_press_that_comes_twice_with_another_way_back_gives_one_collection(shop: Scene) -> None:
    first = shop.begun("k")
    assert shop.begun("k", return_url=RETURN + "2") == first
    assert shop.types() == ["online_payment.opened/1"]
    assert shop.begun("another press", return_url=RETURN + "3") != first, "somebody else comes back elsewhere"
    assert len(shop.collecting.standing()) == 1


def test_another_amount_ends_the_open_page_first(shop: Scene) -> None:
    whole = shop.begun("one")
    part = shop.begun("two", 10_000)
    assert part.url != whole.url
    assert shop.types() == ["online_payment.opened/1", "online_payment.ended/1", "online_payment.opened/1"]
    shop.server.pay(part.url)
    shop.tell_all()
    assert shop.invoice().open_cents == PRICE_CENTS - 10_000
    rest = shop.begun("two", PRICE_CENTS - 10_000)
    assert rest.collection != part.collection, "a key whose collection has ended asks for another one"


def test_who_paid_and_presses_again_before_we_were_told_pays_nothing_twice(shop: Scene) -> None:
    shop.server.pay(shop.begun("one").url)
    assert code(shop.begin("two", 10_000)) == "NOTHING_LEFT_TO_PAY"
    assert shop.invoice().open_cents == 0
    assert len(shop.payments()) == 1


def test_no_more_is_asked_than_is_due_and_nothing_for_what_is_unknown(shop: Scene) -> None:
    assert code(shop.begin(amount_cents=PRICE_CENTS + 1)) == "PAYMENT_ALLOCATION_ABOVE_DUE"
    assert code(shop.begin(amount_cents=0)) == "MEMBER_INVALID"
    assert code(shop.begin(about="ffffffff-0000-4000-8000-00000000000f")) == "REFERENCE_UNKNOWN"
    assert code(shop.begin(return_url="javascript:alert(1)")) == "MEMBER_INVALID"
    paid(shop)
    assert code(shop.begin("again")) == "NOTHING_LEFT_TO_PAY"


def test_a_page_that_nobody_paid_in_time_is_ended(shop: Scene) -> None:
    begun = shop.begun()
    (row,) = shop.collecting.standing()
    shop.collecting.go_on(row)
    assert shop.types() == ["online_payment.opened/1"]
    shop.clock.pass_by(timedelta(hours=3))
    shop.collecting.go_on(row)
    assert shop.types() == ["online_payment.opened/1", "online_payment.ended/1"]
    assert shop.server.browser.get(begun.url).headers["location"].endswith("?back"), "the page is closed"


def test_a_page_whose_document_was_paid_otherwise_is_ended(shop: Scene) -> None:
    shop.begun()
    whole = Allocation(about=shop.about, about_kind="invoice", amount_cents=PRICE_CENTS)
    answered(
        shop.service.execute(
            shop.ledger, RecordPayment(means="cheque", amount_cents=PRICE_CENTS, allocations=(whole,)), actor=CUSTOMER
        )
    )
    shop.collecting.go_on(shop.collecting.standing()[0])
    assert shop.types()[-1] == "online_payment.ended/1"
    assert shop.collecting.standing() == []


def test_money_for_a_document_paid_meanwhile_is_recorded_unallocated_with_a_task(shop: Scene) -> None:
    begun = shop.begun()
    whole = Allocation(about=shop.about, about_kind="invoice", amount_cents=PRICE_CENTS)
    answered(
        shop.service.execute(
            shop.ledger, RecordPayment(means="cheque", amount_cents=PRICE_CENTS, allocations=(whole,)), actor=CUSTOMER
        )
    )
    shop.server.pay(begun.url)
    shop.tell_all()
    received = last(shop, PaymentReceived)
    assert isinstance(received, PaymentReceived)
    assert (received.means, received.unallocated_cents) == ("card", PRICE_CENTS)
    task = last(shop, TaskOpened)
    assert isinstance(task, TaskOpened)
    assert task.code == "place_unexpected_payment"


def test_a_refund_from_the_providers_dashboard_opens_the_invoice_again(shop: Scene) -> None:
    payment = paid(shop)
    shop.server.happen("refund", payment=payment, amount=4_000)
    shop.tell_all()
    refund = last(shop, RefundPaid)
    assert isinstance(refund, RefundPaid)
    assert (refund.amount_cents, refund.means, refund.payment) == (4_000, "card", payment_id("stripe", payment))
    assert shop.invoice().open_cents == 4_000


def test_money_is_given_back_from_here_once_for_each_press(shop: Scene) -> None:
    payment = payment_id("stripe", paid(shop))
    for _ in range(2):
        assert shop.collecting.refund(shop.ledger, payment, 1_000, "press") is None
    assert shop.types().count("refund.paid/1") == 1
    assert shop.collecting.refund(shop.ledger, payment, 1_000, "another press") is None
    assert shop.types().count("refund.paid/1") == 2
    too_much = shop.collecting.refund(shop.ledger, payment, PRICE_CENTS, "all of it")
    assert code(too_much) == "REFUND_ABOVE_PAYMENT"


def test_only_money_that_came_through_a_provider_goes_back_through_it(shop: Scene) -> None:
    cheque = answered(
        shop.service.execute(shop.ledger, RecordPayment(means="cheque", amount_cents=100), actor=CUSTOMER)
    ).result["payment"]
    assert code(shop.collecting.refund(shop.ledger, cheque, 100, "k")) == "PAYMENT_NOT_ONLINE"


def test_a_refund_that_the_bank_sends_back_is_money_received_again(shop: Scene) -> None:
    payment = paid(shop)
    refund = shop.server.happen("refund", payment=payment, amount=4_000)
    shop.tell_all()
    shop.server.happen("refund_status", refund=refund["id"], status="failed")
    shop.tell_all()
    shop.tell_all()
    assert shop.invoice().open_cents == 0, "what was given back is here again, and pays the invoice"
    assert [state.amount_cents for _, state in shop.payments()] == [PRICE_CENTS, 4_000]


def test_a_lost_chargeback_makes_the_invoice_due_again_and_a_won_one_does_not(shop: Scene) -> None:
    payment = paid(shop)
    dispute = shop.server.happen("dispute", payment=payment, amount=4_000)["id"]
    shop.tell_all()
    contested = last(shop, ChargebackOpened)
    assert isinstance(contested, ChargebackOpened)
    assert contested.provider_reference == dispute
    assert contested.respond_by is not None
    assert shop.invoice().open_cents == 0
    shop.server.happen("decide", dispute=dispute, outcome="won")
    shop.tell_all()
    assert shop.types()[-1] == "chargeback.closed/1"
    assert shop.invoice().open_cents == 0
    again = shop.server.happen("dispute", payment=payment, amount=4_000)["id"]
    shop.server.happen("decide", dispute=again, outcome="lost")
    shop.tell_all()
    assert shop.invoice().open_cents == 4_000
    assert shop.types()[-4:-1] == ["chargeback.opened/1", "chargeback.closed/1", "payment.reversed/1"]


def test_a_payout_is_recorded_with_its_fees(shop: Scene) -> None:
    parts = [
        {"amount": 43_900, "fee": 660, "type": "charge"},
        {"amount": -4_000, "fee": 0, "type": "refund"},
        {"amount": -200, "fee": 0, "type": "stripe_fee"},
        {"amount": -39_040, "fee": 0, "type": "payout"},
    ]
    shop.server.happen("payout", amount=39_040, automatic=True, parts=parts)
    shop.tell_all()
    shop.tell_all()
    payouts = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, ProviderPaidOut)]
    assert [(each.gross_cents, each.fee_cents, each.currency) for each in payouts] == [(39_900, 860, "EUR")]


def test_a_payout_made_by_hand_is_taken_as_it_stands(shop: Scene) -> None:
    shop.server.happen("payout", amount=1_000, automatic=False)
    shop.tell_all()
    payout = last(shop, ProviderPaidOut)
    assert isinstance(payout, ProviderPaidOut)
    assert (payout.gross_cents, payout.fee_cents) == (1_000, 0)


def test_a_payout_below_zero_is_drawn_from_the_bank_with_its_fees(shop: Scene) -> None:
    parts = [
        {"amount": 1_000, "fee": 45, "type": "charge"},
        {"amount": -6_000, "fee": 0, "type": "refund"},
        {"amount": -200, "fee": 0, "type": "stripe_fee"},
        {"amount": 5_245, "fee": 0, "type": "payout"},
    ]
    drawn = shop.server.happen("payout", amount=-5_245, automatic=True, parts=parts)["id"]
    shop.tell_all()
    shop.tell_all()
    payouts = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, ProviderPaidOut)]
    assert [(each.gross_cents, each.fee_cents, each.currency) for each in payouts] == [(-5_000, 245, "EUR")]
    shop.server.happen("payout failed", payout=drawn)
    shop.tell_all()
    returned = last(shop, ProviderPayoutReturned)
    assert isinstance(returned, ProviderPayoutReturned)
    assert returned.amount_cents == -5_245


def test_fees_above_what_was_collected_are_drawn(shop: Scene) -> None:
    parts = [{"amount": 100, "fee": 25, "type": "charge"}, {"amount": -900, "fee": 0, "type": "stripe_fee"}]
    shop.server.happen("payout", amount=-825, automatic=True, parts=parts)
    shop.tell_all()
    drawn = last(shop, ProviderPaidOut)
    assert isinstance(drawn, ProviderPaidOut)
    assert (drawn.gross_cents, drawn.fee_cents) == (100, 925)


@pytest.mark.parametrize(("days", "told_on"), [(3, 3), (0, 0), (-400, 0), (9, 5), (None, 5)])
def test_a_payout_comes_back_on_the_day_that_stripe_tells_between_its_own_day_and_today(
    shop: Scene, days: int | None, told_on: int
) -> None:
    """Days after the payout; heard of five days after it."""
    payout = shop.server.happen("payout", amount=1_000, automatic=False)["id"]
    shop.tell_all()
    out = last(shop, ProviderPaidOut)
    assert isinstance(out, ProviderPaidOut)
    noon = datetime.fromisoformat(f"{out.paid_on}T12:00:00+00:00")
    shop.clock.pass_by(noon + timedelta(days=5) - shop.clock.now())
    at = {} if days is None else {"at": int((noon + timedelta(days=days)).timestamp())}
    shop.server.happen("payout failed", payout=payout, **at)
    shop.tell_all()
    returned = last(shop, ProviderPayoutReturned)
    assert isinstance(returned, ProviderPayoutReturned)
    assert returned.returned_on == (noon + timedelta(days=told_on)).date().isoformat()


@pytest.mark.parametrize("end", ["failed", "canceled"])
def test_a_payout_that_comes_back_is_taken_back_once(shop: Scene, end: str) -> None:
    payout = shop.server.happen("payout", amount=1_000, automatic=False)["id"]
    shop.tell_all()
    shop.server.happen(f"payout {end}", payout=payout)
    shop.tell_all()
    shop.tell_all()
    returned = [each.record for each in shop.service.entries(shop.ledger, types=("provider.payout_returned/1",))]
    assert [(each.provider_reference, each.amount_cents) for each in returned] == [(payout, 1_000)]


def test_a_payout_that_failed_before_it_was_heard_of_is_no_payout(shop: Scene) -> None:
    payout = shop.server.happen("payout", amount=1_000, automatic=False)["id"]
    shop.server.happen("payout failed", payout=payout)
    before = shop.types()
    shop.tell_all()
    assert shop.types() == before


def test_what_no_message_told_is_found_by_asking(shop: Scene) -> None:
    payment = paid(shop)
    shop.server.happen("refund", payment=payment, amount=4_000)
    assert shop.invoice().open_cents == 0
    assert shop.collecting.sweep(shop.ledger, "stripe") > 0
    assert shop.invoice().open_cents == 4_000


def test_who_comes_back_sees_the_money_at_once(shop: Scene) -> None:
    shop.server.pay(shop.begun().url)
    shop.collecting.look(shop.ledger, shop.about)
    assert shop.invoice().open_cents == 0


def settled(shop: Scene) -> str:
    """Wait until localstripe has debited, or failed to; give the payment's status there."""
    intent: dict[str, str] = {"status": "processing"}
    while intent["status"] == "processing":
        listed = shop.server.browser.get(f"{shop.server.url}/v1/payment_intents", auth=(SECRET_KEY, ""))
        intent = listed.json()["data"][-1]
    return intent["status"]


def test_a_debit_on_its_way_is_waited_for_and_nothing_else_is_asked_meanwhile(shop: Scene) -> None:
    shop.server.pay(shop.begun().url, "debit")
    shop.collecting.look(shop.ledger, shop.about)
    (row,) = shop.collecting.standing()
    assert row.state == "waiting"
    assert shop.types() == ["online_payment.opened/1"]
    assert code(shop.begin("another press")) == "ONLINE_PAYMENT_UNDER_WAY"
    shop.clock.pass_by(timedelta(days=3))
    assert settled(shop) == "succeeded"
    shop.collecting.look(shop.ledger, shop.about)
    received = last(shop, PaymentReceived)
    assert isinstance(received, PaymentReceived)
    assert received.means == "direct_debit"
    assert shop.invoice().open_cents == 0


def test_a_debit_that_the_bank_refuses_days_later_ends_the_collection(shop: Scene) -> None:
    shop.server.pay(shop.begun().url, "debit refused")
    assert settled(shop) == "requires_payment_method"
    shop.collecting.look(shop.ledger, shop.about)
    ended = last(shop, OnlinePaymentEnded)
    assert isinstance(ended, OnlinePaymentEnded)
    assert (ended.outcome, ended.reason) == ("failed", "card_declined")
    assert shop.collecting.standing() == []
    assert shop.begun("again").url


def test_a_refund_asked_for_here_is_its_askers_whoever_hears_of_it_first(shop: Scene) -> None:
    payment = payment_id("stripe", paid(shop))
    asker = "user:aaaaaaaa-0000-4000-8000-000000000002"
    assert shop.collecting.refund(shop.ledger, payment, 1_000, "press", actor=asker) is None
    entry = [each for each in shop.service.entries(shop.ledger) if isinstance(each.record, RefundPaid)][-1]
    assert entry.actor == asker


def test_other_ways_are_asked_for_as_stripe_wants_them(shop: Scene) -> None:
    ways = ("card", "customer_balance", "pay_by_bank")
    shop.collecting.accounts.add(shop.ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, ways=ways, actor=CUSTOMER)
    shop.begun()
    body = shop.server.happen("requests")[-1]["body"]
    assert body["payment_method_types"] == list(ways)
    assert body["customer"].startswith("cus_")
    assert body["payment_method_options"]["customer_balance"] == {
        "funding_type": "bank_transfer",
        "bank_transfer": {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "FR"}},
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_request_to_stripe_holds_our_ids_and_no_personal_data(shop: Scene, language: Language) -> None:
    outcome = shop.collecting.begin(
        shop.ledger,
        shop.about,
        "invoice",
        PRICE_CENTS,
        RETURN,
        RETURN,
        language,
        "k",
        CUSTOMER,
    )
    assert isinstance(outcome, Begun)
    request = shop.server.happen("requests")[-1]
    number = shop.invoice().issued.number
    body = request["body"]
    assert body["line_items"][0]["price_data"] == {
        "currency": "eur",
        "unit_amount": str(PRICE_CENTS),
        "product_data": {"name": f"{'Facture' if language == 'fr' else 'Invoice'} {number}"},
    }
    ours = {
        "sceau_ledger": shop.ledger,
        "sceau_collection": outcome.collection,
        "sceau_about": shop.about,
        "sceau_about_kind": "invoice",
    }
    assert body["metadata"] == body["payment_intent_data"]["metadata"] == ours
    assert (body["mode"], body["payment_method_types"], body["locale"]) == ("payment", ["card"], language)
    assert request["headers"]["Stripe-Version"] == "2026-10-28.endive"
    assert outcome.collection in request["headers"]["Idempotency-Key"]
    assert "Dupr" not in str(request)
