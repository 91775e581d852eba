"""What the law and the ledger's kind say about collecting: seven days, cancelled deposits, live and closed ledgers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.payments.accounts import Accounts
from api.payments.collecting import Begun, Collecting
from api.payments.provider import Paid, Provider
from api.payments.recording import NotRecorded
from api.payments.stripe import Stripe
from api.settings import Settings
from ledger.domain.commands.sales import CancelDeposit, InvoiceDeposit, RequestDeposit
from ledger.domain.events.ledger import TaskOpened
from ledger.domain.events.payments import OnlinePaymentOpened, PaymentReceived
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.shell.collections import Account
from ledger.shell.mapper import Event
from ledger.shell.stores.open import open_store
from tests.domain.documents import a_deposit
from tests.payments.scene import ACTOR, CANCEL, CUSTOMER, RETURN, SECRET_KEY, WEBHOOK_SECRET, Scene, StripeServer
from tests.shell.business import PRICE_CENTS, HandClock, answered, invoice, opened, service_over

OFF_PREMISES = "dddddddd-0000-4000-8000-000000000001"


def deposit(shop: Scene) -> str:
    asked = RequestDeposit(kind="acompte", amount_cents=12_000, rate_bp=2_000, nature="services", title="Acompte")
    made: str = answered(shop.service.execute(shop.ledger, asked, actor=ACTOR)).result["deposit"]
    return made


def test_a_deposit_is_collected_as_an_invoice_is(shop: Scene) -> None:
    about = deposit(shop)
    shop.server.pay(shop.begun(amount_cents=12_000, about=about, about_kind="deposit").url)
    shop.tell_all()
    state = shop.service.state(shop.ledger, DEPOSIT, about)
    assert state is not None
    assert state.to_pay_cents == 0
    request = shop.server.happen("requests")[-1]["body"]
    assert request["line_items"][0]["price_data"]["product_data"]["name"] == f"Acompte {state.asked.reference}"


def test_nothing_is_asked_of_the_provider_within_the_seven_days(shop: Scene) -> None:
    first_day = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    banned = Event(f"deposit:{OFF_PREMISES}", 1, a_deposit(payable_from=first_day), ACTOR)
    shop.service.append(shop.ledger, [banned], actor=ACTOR)
    refusal = shop.begin(amount_cents=12_000, about=OFF_PREMISES, about_kind="deposit")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.law) == ("PAYMENT_WITHIN_SEVEN_DAYS", "C. conso art. L221-10")
    assert dict(refusal.facts) == {"allowed_from_on": first_day}
    assert shop.server.happen("requests") == []
    shop.clock.pass_by(timedelta(days=6))
    assert shop.collecting.standing() == []


def test_money_for_a_deposit_cancelled_meanwhile_is_recorded_and_asks_what_next(shop: Scene) -> None:
    about = deposit(shop)
    page = shop.begun(amount_cents=12_000, about=about, about_kind="deposit")
    answered(shop.service.execute(shop.ledger, CancelDeposit(deposit=about), actor=ACTOR))
    shop.server.pay(page.url)
    shop.tell_all()
    received = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, PaymentReceived)]
    assert [(each.amount_cents, each.unallocated_cents) for each in received] == [(12_000, 12_000)]
    tasks = [each.record.code for each in shop.service.entries(shop.ledger) if isinstance(each.record, TaskOpened)]
    assert "place_unexpected_payment" in tasks


def test_a_deposit_and_its_deposit_invoice_have_one_collection(shop: Scene) -> None:
    about = deposit(shop)
    invoiced = answered(shop.service.execute(shop.ledger, InvoiceDeposit(deposit=about), actor=ACTOR)).result["invoice"]
    page = shop.begun(amount_cents=12_000, about=about, about_kind="deposit")
    assert shop.begun(amount_cents=12_000, about=invoiced, about_kind="invoice") == page
    shop.server.pay(page.url)
    shop.collecting.look(shop.ledger, invoiced)
    state = shop.service.state(shop.ledger, DEPOSIT, about)
    assert state is not None
    assert state.to_pay_cents == 0


class LiveAccounts(Accounts):
    """The accounts, with a live account's keys at localstripe, which no live key may otherwise be told to."""

    url = ""

    def open(self, ledger: str, provider: str) -> Provider | None:
        return Stripe("sk_live_0123456789abcdef", [WEBHOOK_SECRET], api_base=self.url)


def test_a_live_ledger_collects_for_good_and_believes_no_message_of_the_test_mode(
    tmp_path: Path, sqlite_url: str, server: StripeServer
) -> None:
    server.happen("forget")
    clock = HandClock(datetime.now(UTC))
    with service_over(open_store(sqlite_url, create=True), tmp_path / "keys", clock) as service:
        ledger = opened(service).row.ledger
        about = answered(service.execute(ledger, invoice())).result["invoice"]
        accounts = LiveAccounts(service, Settings())
        accounts.url = server.url
        live = accounts.add(ledger, "stripe", "sk_live_0123456789abcdef", WEBHOOK_SECRET, actor=ACTOR)
        assert isinstance(live, Account)
        collecting = Collecting(service, Settings(), accounts=accounts)
        shop = Scene(service, clock, ledger, server, collecting, about)
        page = collecting.begin(ledger, about, "invoice", PRICE_CENTS, RETURN, CANCEL, "fr", "k", CUSTOMER)
        assert isinstance(page, Begun)
        server.pay(page.url)
        shop.tell_all()  # localstripe's messages say that they are not live
        assert shop.invoice().open_cents == PRICE_CENTS
        collecting.look(ledger, about)
        assert shop.invoice().open_cents == 0
        openings = [each.record for each in service.entries(ledger) if isinstance(each.record, OnlinePaymentOpened)]
        assert [each.test_mode for each in openings] == [False]


@pytest.mark.parametrize(
    "wrong", [{"amount_cents": 10**15}, {"amount_cents": 0}, {"currency": "euro"}, {"payment": "é"}]
)
def test_no_nonsense_of_a_provider_enters_the_chain(shop: Scene, wrong: dict[str, Any]) -> None:
    page = shop.begun()
    members: dict[str, Any] = {
        "payment": "pi_1", "ledger": shop.ledger, "collection": page.collection, "about": shop.about,
        "about_kind": "invoice", "amount_cents": 1, "currency": "EUR", "means": "card", "at": shop.clock.now(),
    }  # fmt: skip
    fact = Paid(**members | wrong)
    before = shop.service.store.head(shop.ledger)
    with pytest.raises(NotRecorded):
        shop.collecting.ended(shop.ledger, "stripe", [fact])
    assert shop.service.store.head(shop.ledger) == before


def test_what_a_closed_ledger_does_not_take_is_not_acknowledged(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.server.pay(shop.begun().url)
    with monkeypatch.context() as closed:
        closed.setattr(shop.service, "execute", lambda *_, **__: refuse("LEDGER_CLOSED"))
        with pytest.raises(NotRecorded):
            shop.tell_all()
    assert len(shop.collecting.standing()) == 1
    shop.tell_all()
    assert shop.invoice().open_cents == 0


def test_a_ledger_with_a_clock_of_its_own_collects_too(tmp_path: Path, sqlite_url: str, server: StripeServer) -> None:
    server.happen("forget")
    clock = HandClock(datetime.now(UTC))
    with service_over(open_store(sqlite_url, create=True), tmp_path / "keys", clock) as service:
        ledger = opened(service, kind="training", clock="simulated").row.ledger
        ahead = clock.now() + timedelta(days=40)
        about = answered(service.execute(ledger, invoice(), actor=ACTOR, at=ahead)).result["invoice"]
        collecting = Collecting(service, Settings(stripe_api=server.url))
        collecting.accounts.add(ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR)
        shop = Scene(service, clock, ledger, server, collecting, about)
        server.pay(shop.begun().url)
        shop.tell_all()
        state = service.state(ledger, INVOICE, about)
        assert state is not None
        assert state.open_cents == 0
