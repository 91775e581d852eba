"""A ledger's accounts with providers: keys encrypted at rest; test keys for training, live keys for live ledgers."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.payments.accounts import Accounts
from api.payments.provider import NotSigned
from api.payments.stripe import Stripe
from api.settings import Settings
from ledger.domain.events.ledger import AccessGranted, AccessRevoked
from ledger.domain.refusals import Refusal
from ledger.shell.collections import Account
from ledger.shell.stores.open import open_store
from tests.payments.scene import ACTOR, SECRET_KEY, WEBHOOK_SECRET, Scene, as_bytes, scene
from tests.payments.scene import StripeServer as Server
from tests.shell.business import opened, service_over

LIVE_KEY = "sk_live_0123456789abcdef"
SECOND_KEY, THIRD_KEY = "sk_test_second0123456789", "sk_test_third0123456789"
SECOND_SECRET = "whsec_second0123456789"


@pytest.fixture
def no_stripe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked which account a live key is of: Stripe itself would be."""
    monkeypatch.setattr(Stripe, "account", lambda _: None)


def code(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


@pytest.mark.usefixtures("no_stripe")
def test_test_keys_serve_training_ledgers_and_live_keys_live_ones(tmp_path: Path, sqlite_url: str) -> None:
    with service_over(open_store(sqlite_url, create=True), tmp_path / "keys") as service:
        accounts = Accounts(service, Settings())
        live = opened(service, "live").row.ledger
        training = opened(service, "training", kind="training").row.ledger
        assert code(accounts.add(live, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR)) == "PROVIDER_TEST_ON_LIVE"
        refused = accounts.add(training, "stripe", LIVE_KEY, WEBHOOK_SECRET, actor=ACTOR)
        assert code(refused) == "PROVIDER_LIVE_ON_TRAINING"
        kept = accounts.add(live, "stripe", LIVE_KEY, WEBHOOK_SECRET, actor=ACTOR)
        assert isinstance(kept, Account)
        assert not kept.test_mode
        assert accounts.all(training) == []


@pytest.mark.usefixtures("no_stripe")
def test_a_live_key_is_told_to_nobody_but_stripe(tmp_path: Path, sqlite_url: str) -> None:
    with service_over(open_store(sqlite_url, create=True), tmp_path / "keys") as service:
        live = opened(service, "live").row.ledger
        elsewhere = Settings(stripe_api="http://127.0.0.1:1")
        refused = Accounts(service, elsewhere).add(live, "stripe", LIVE_KEY, WEBHOOK_SECRET, actor=ACTOR)
        assert code(refused) == "PROVIDER_KEY_UNFIT"
        assert isinstance(
            Accounts(service, Settings()).add(live, "stripe", LIVE_KEY, WEBHOOK_SECRET, actor=ACTOR), Account
        )
        assert Accounts(service, elsewhere).open(live, "stripe") is None


def test_what_is_no_key_or_no_way_is_refused(shop: Scene) -> None:
    add = shop.collecting.accounts.add
    assert code(add(shop.ledger, "paypal", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR)) == "PROVIDER_UNKNOWN"
    assert code(add(shop.ledger, "stripe", "pk_test_0123456789", WEBHOOK_SECRET, actor=ACTOR)) == "PROVIDER_KEY_UNFIT"
    assert code(add(shop.ledger, "stripe", SECRET_KEY, SECRET_KEY, actor=ACTOR)) == "PROVIDER_KEY_UNFIT"
    for ways in ((), ("gold",)):
        refused = add(shop.ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, ways=ways, actor=ACTOR)
        assert code(refused) == "PROVIDER_WAY_UNKNOWN"


def test_keys_and_return_addresses_are_not_readable_in_the_store_nor_the_chain(
    tmp_path: Path, sqlite_url: str, server: Server
) -> None:
    server.happen("forget")
    with scene(tmp_path, open_store(sqlite_url, create=True), server) as shop:
        begun = shop.begun()
        held = b"".join(each.read_bytes() for each in tmp_path.glob("sceau.db*"))
        for text in (SECRET_KEY, WEBHOOK_SECRET, "c/shop/token", begun.url):
            assert text.encode() not in held
        (row,) = shop.collecting.standing()
        assert "token" not in repr(begun) + repr(row)


def test_adding_again_replaces_the_keys_and_the_secret_before_is_still_believed(shop: Scene) -> None:
    newer = "whsec_another0123456789"
    accounts = shop.collecting.accounts
    assert isinstance(
        accounts.add(shop.ledger, "stripe", SECRET_KEY, newer, ways=("sepa_debit",), actor=ACTOR), Account
    )
    message = as_bytes({"object": "event", "livemode": False, "data": {}})
    assert shop.tell(message, secret=newer) == 0
    assert shop.tell(message, secret=WEBHOOK_SECRET) == 0
    accounts.add(shop.ledger, "stripe", SECRET_KEY, "whsec_third0123456789", actor=ACTOR)
    with pytest.raises(NotSigned):
        shop.tell(message, secret=WEBHOOK_SECRET)
    assert len(accounts.all(shop.ledger)) == 1


def test_one_account_s_keys_serve_one_ledger(shop: Scene) -> None:
    accounts = shop.collecting.accounts
    other = opened(shop.service, "other", kind="training").row.ledger
    for key, secret in ((SECRET_KEY, "whsec_another0123456789"), ("sk_test_another0123456789", WEBHOOK_SECRET)):
        assert code(accounts.add(other, "stripe", key, secret, actor=ACTOR)) == "PROVIDER_KEYS_ELSEWHERE"
    (held,) = accounts.everywhere()
    assert not any(text in repr(held.marks) for text in (SECRET_KEY, WEBHOOK_SECRET))
    assert isinstance(accounts.add(shop.ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR), Account)
    assert accounts.remove(shop.ledger, "stripe", actor=ACTOR) is None
    assert isinstance(accounts.add(other, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR), Account)


def test_another_key_of_the_same_account_is_refused_in_another_ledger(shop: Scene) -> None:
    accounts = shop.collecting.accounts
    shop.server.happen("account", key=SECRET_KEY, id="acct_1000000000000001")
    shop.server.happen("account", key=SECOND_KEY, id="acct_1000000000000001")
    shop.server.happen("account", key=THIRD_KEY, id="acct_1000000000000002")
    held = accounts.add(shop.ledger, "stripe", SECRET_KEY, WEBHOOK_SECRET, actor=ACTOR)
    assert isinstance(held, Account)
    assert held.account_known
    assert "acct_" not in repr(accounts.everywhere())
    other = opened(shop.service, "other", kind="training").row.ledger
    refused = accounts.add(other, "stripe", SECOND_KEY, SECOND_SECRET, actor=ACTOR)
    assert code(refused) == "PROVIDER_KEYS_ELSEWHERE"
    assert accounts.all(other) == []
    assert isinstance(accounts.add(shop.ledger, "stripe", SECOND_KEY, SECOND_SECRET, actor=ACTOR), Account)
    assert isinstance(accounts.add(other, "stripe", THIRD_KEY, "whsec_third0123456789", actor=ACTOR), Account)


def test_an_account_not_told_when_its_keys_were_added_is_asked_for_when_others_come(shop: Scene) -> None:
    accounts = shop.collecting.accounts
    (held,) = accounts.all(shop.ledger)
    assert not held.account_known, "localstripe tells no account"
    shop.server.happen("account", key=SECRET_KEY, id="acct_1000000000000001")
    shop.server.happen("account", key=SECOND_KEY, id="acct_1000000000000001")
    other = opened(shop.service, "other", kind="training").row.ledger
    refused = accounts.add(other, "stripe", SECOND_KEY, SECOND_SECRET, actor=ACTOR)
    assert code(refused) == "PROVIDER_KEYS_ELSEWHERE"
    (held,) = accounts.all(shop.ledger)
    assert held.account_known


def test_a_restricted_key_that_may_not_ask_for_its_account_is_known_by_itself_alone(shop: Scene) -> None:
    accounts = shop.collecting.accounts
    shop.server.happen("account", key=SECOND_KEY, id=None)
    other = opened(shop.service, "other", kind="training").row.ledger
    kept = accounts.add(other, "stripe", SECOND_KEY, SECOND_SECRET, actor=ACTOR)
    assert isinstance(kept, Account)
    assert not kept.account_known
    third = opened(shop.service, "third", kind="training").row.ledger
    refused = accounts.add(third, "stripe", SECOND_KEY, "whsec_third0123456789", actor=ACTOR)
    assert code(refused) == "PROVIDER_KEYS_ELSEWHERE"


def test_who_may_tell_of_payments_stands_in_the_technical_journal(shop: Scene) -> None:
    granted = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, AccessGranted)]
    assert ("provider:stripe", "operator") in [(each.subject, each.role) for each in granted]
    assert shop.collecting.accounts.remove(shop.ledger, "stripe", actor=ACTOR) is None
    revoked = [each.record for each in shop.service.entries(shop.ledger) if isinstance(each.record, AccessRevoked)]
    assert [each.subject for each in revoked] == ["provider:stripe"]
    assert code(shop.collecting.accounts.remove(shop.ledger, "stripe", actor=ACTOR)) == "PROVIDER_UNKNOWN"
    assert code(shop.begin()) == "PROVIDER_UNKNOWN"


def test_keys_stay_while_a_collection_is_open_of_which_nobody_would_hear(shop: Scene) -> None:
    shop.begun()
    assert code(shop.collecting.accounts.remove(shop.ledger, "stripe", actor=ACTOR)) == "PROVIDER_IN_USE"
