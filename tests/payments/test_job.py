"""The job: what no message told is found, what is over its time is ended, and one trouble holds nothing else up."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

from api.jobs.collecting import LOOK_EVERY, SWEEP_EVERY, CollectingJob
from api.payments.accounts import Accounts
from api.payments.collecting import Begun
from api.settings import Settings
from tests.payments.scene import Scene
from tests.shell.business import answered, invoice


def job(shop: Scene) -> CollectingJob:
    return CollectingJob(shop.collecting, shop.clock.now)


def test_a_payment_of_which_no_message_came_is_found(shop: Scene) -> None:
    shop.server.pay(shop.begun().url)
    job(shop).run(lambda: True)
    assert shop.invoice().open_cents == 0
    assert shop.collecting.standing() == []


def test_an_open_collection_is_looked_at_now_and_then(shop: Scene) -> None:
    working = job(shop)
    begun = shop.begun()
    working.run(lambda: True)
    shop.server.pay(begun.url)
    working.run(lambda: True)
    assert shop.invoice().open_cents > 0, "it was looked at a moment ago"
    shop.clock.pass_by(LOOK_EVERY)
    working.run(lambda: True)
    assert shop.invoice().open_cents == 0


def test_a_refund_of_which_no_message_came_is_found(shop: Scene) -> None:
    working = job(shop)
    shop.server.pay(shop.begun().url)
    working.run(lambda: True)
    ((payment, _),) = shop.payments()
    received = next(
        each.record
        for each in shop.service.entries(shop.ledger, types=("payment.received/1",))
        if each.originator_id == f"payment:{payment}"
    )
    shop.server.happen("refund", payment=received.provider_reference, amount=4_000)
    shop.clock.pass_by(SWEEP_EVERY)
    working.run(lambda: True)
    assert shop.invoice().open_cents == 4_000


def test_what_nobody_paid_in_time_is_ended(shop: Scene) -> None:
    shop.begun()
    shop.clock.pass_by(timedelta(hours=2, minutes=1))
    job(shop).run(lambda: True)
    assert shop.types() == ["online_payment.opened/1", "online_payment.ended/1"]
    assert shop.collecting.standing() == []


def test_a_provider_that_is_away_holds_up_nothing_and_is_asked_again(shop: Scene) -> None:
    working = job(shop)
    shop.begun()
    here = shop.collecting.accounts
    shop.collecting.accounts = Accounts(shop.service, Settings(stripe_api="http://127.0.0.1:9"))
    working.run(lambda: True)
    shop.collecting.accounts = here
    shop.clock.pass_by(timedelta(hours=3))
    working.run(lambda: True)
    assert shop.collecting.standing() == []


def test_a_collection_that_the_account_does_not_have_ends_and_another_can_be_begun(shop: Scene) -> None:
    shop.begun()
    shop.server.happen("forget")  # as if the keys were another account's
    job(shop).run(lambda: True)
    assert shop.types() == ["online_payment.opened/1", "online_payment.ended/1"]
    first = shop.begun("again")
    shop.server.happen("forget")
    assert shop.begun("another amount", 10_000).collection != first.collection


def test_a_round_ends_when_the_end_is_near(shop: Scene) -> None:
    shop.server.pay(shop.begun().url)
    job(shop).run(lambda: False)
    assert shop.invoice().open_cents > 0


def test_many_presses_at_once_make_one_collection_and_other_documents_are_not_held_up(shop: Scene) -> None:
    others = [answered(shop.service.execute(shop.ledger, invoice(), actor="key:owner")).result["invoice"] for _ in "ab"]
    outcomes: list[object] = []
    at_once = Barrier(8)

    def press(n: int) -> None:
        at_once.wait()
        outcomes.append(shop.begin(f"press {n % 3}", about=[shop.about, *others][0 if n < 6 else n - 5]))

    threads = [Thread(target=press, args=(n,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    pages = [each for each in outcomes if isinstance(each, Begun)]
    assert len(pages) == 8, outcomes
    assert len({each.url for each in pages}) == 3
    assert shop.types() == ["online_payment.opened/1"] * 3
