"""Paying by card: to the provider's page and back, and what is said meanwhile; against a real localstripe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from api.payments.provider import ProviderAway, ProviderRefused
from api.signing.asking import payment_link
from api.signing.links import MadeLink
from ledger.domain.commands.sales import RequestDeposit
from tests.pages.customer.shop import Shop, shopping
from tests.pages.customer.test_reading import plain
from tests.payments.scene import SECRET_KEY, WEBHOOK_SECRET, StripeServer, stripe_running
from tests.shell.business import HandClock
from tests.signing.scene import ACTOR


@pytest.fixture(scope="module")
def stripe() -> Iterator[StripeServer]:
    with stripe_running() as running:
        yield running


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, stripe: StripeServer) -> Iterator[Shop]:
    """A shop for training with a test account, on the provider's time."""
    folder, clock = tmp_path_factory.mktemp("card"), HandClock(datetime.now(UTC))
    with shopping(folder, clock, stripe.url, kind="training") as found:
        accounts = found.served.app.context.collecting.accounts
        accounts.add(found.sale.ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR)
        yield found


def asked(shop: Shop) -> MadeLink:
    request = RequestDeposit(customer=shop.sale.customer, amount_cents=12_000, nature="services", title="Dépannage")
    made = payment_link(shop.sale.service, shop.sale.ledger, request, actor=ACTOR)
    assert isinstance(made, MadeLink)
    return made


def test_a_card_pays_on_the_providers_page_and_is_shown_when_the_ledger_has_it(
    shop: Shop, stripe: StripeServer
) -> None:
    made, visitor = asked(shop), shop.visitor()
    about = shop.sale.found(made).about
    page = visitor.get(made.path)
    assert "Payer 120,00 € par carte" in plain(page.text)
    assert "essai" in page.text
    assert stripe.url in page.headers["content-security-policy"]
    to = visitor.fill(page, f"{made.path}/pay/{about}/card")
    assert to.status_code == 303
    checkout = to.headers["location"]
    assert checkout.startswith(stripe.url)
    again = visitor.fill(page, f"{made.path}/pay/{about}/card")
    assert again.headers["location"] == checkout  # pressed twice: one page
    came_back = urlsplit(stripe.pay(checkout)).path
    assert came_back.endswith("/back")
    assert made.token not in came_back  # the provider knows a link of hours, and not this one
    looked = visitor.get(came_back)
    assert looked.status_code == 303
    shown = visitor.get(looked.headers["location"]).text
    assert ">Payé<" in shown
    assert "par carte" not in visitor.get(made.path).text


def test_who_comes_back_without_having_paid_is_not_shown_as_paid(shop: Shop) -> None:
    made, visitor = asked(shop), shop.visitor()
    about = shop.sale.found(made).about
    visitor.fill(visitor.get(made.path), f"{made.path}/pay/{about}/card")
    shown = visitor.get(f"{made.path}/returned").text
    assert "pas encore confirmé" in shown
    assert ">Payé<" not in shown


def test_the_address_that_a_provider_knows_opens_for_hours(shop: Shop, stripe: StripeServer) -> None:
    made, visitor = asked(shop), shop.visitor()
    about = shop.sale.found(made).about
    to = visitor.fill(visitor.get(made.path), f"{made.path}/pay/{about}/card").headers["location"]
    came_back = urlsplit(stripe.pay(to)).path
    shop.sale.later(hours=3, minutes=1)
    assert visitor.get(came_back).status_code == 410
    assert visitor.get(made.path).status_code == 200


def test_who_comes_back_again_and_again_does_not_have_the_provider_asked_each_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, visitor, looked = asked(shop), shop.visitor(), []
    collecting = shop.served.app.context.collecting
    monkeypatch.setattr(type(collecting), "look", lambda _, ledger, about: looked.append((ledger, about)))
    answers = [visitor.get(f"{made.path}/back").status_code for _ in range(25)]
    assert set(answers) == {303}
    assert 1 <= len(looked) <= 12


@pytest.mark.parametrize("trouble", [ProviderAway("unreachable"), ProviderRefused("rate_limit")])
def test_who_comes_back_while_the_provider_does_not_answer_is_told_that_it_is_not_confirmed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    made, visitor = asked(shop), shop.visitor()

    def look(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(type(shop.served.app.context.collecting), "look", look)
    answer = visitor.get(f"{made.path}/back")
    assert answer.headers["location"] == f"{made.path}/returned"
    assert "pas encore confirmé" in visitor.get(answer.headers["location"]).text
