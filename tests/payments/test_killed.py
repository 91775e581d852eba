"""Killed with -9 between the provider's answer and our entry, or between two entries: nothing is lost or doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.payments.collecting import Begun, Collecting
from api.settings import Settings
from ledger.shell.stores.open import open_store
from tests.payments.scene import CANCEL, CUSTOMER, RETURN, Scene, StripeServer, scene
from tests.shell.business import PRICE_CENTS, HandClock, service_over

_PROGRAM = """
import os, signal, sys
from pathlib import Path
from api.payments import recording
from api.payments.collecting import Collecting
from api.payments.provider import Notice
from api.payments.stripe import Stripe
from api.settings import Settings
from ledger.shell.collections import SqlCollections
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store
from tests.payments.scene import CANCEL, CUSTOMER, RETURN
from tests.shell.business import PRICE_CENTS, service_over

folder, url, server, point, ledger, about = sys.argv[1:]

def killed_after(owner, name, when=lambda *given: True):
    original = getattr(owner, name)
    def then(*given, **more):
        result = original(*given, **more)
        if when(*given):
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owner, name, then)

def of(command):
    return lambda service, ledger, given, *more: type(given).NAME == command

if point.startswith("after "):
    killed_after(Service, "execute", of(point.removeprefix("after ")))
elif point == "provider created":
    killed_after(Stripe, "create")
elif point == "provider refunded":
    killed_after(Stripe, "refund")
elif point == "row placed":
    killed_after(SqlCollections, "create")
with service_over(open_store(url), Path(folder) / "keys") as service:
    collecting = Collecting(service, Settings(stripe_api=server))
    if point in ("row placed", "provider created", "after online_payment.open"):
        collecting.begin(ledger, about, "invoice", PRICE_CENTS, RETURN, CANCEL, "fr", "k", CUSTOMER)
    elif point in ("provider refunded", "after payment.refund"):
        from api.payments.recording import payment_id
        (each,) = [e for e in service.entries(ledger, types=("payment.received/1",))]
        collecting.refund(ledger, each.originator_id.partition(":")[2], 4_000, "press")
    else:
        collecting.sweep(ledger, "stripe")
print("not killed")
"""


def kill_at(folder: Path, url: str, shop: Scene, point: str) -> None:
    command = [sys.executable, "-c", _PROGRAM, str(folder), url, shop.server.url, point, shop.ledger, shop.about]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stdout + ended.stderr


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.long])])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]))


def sessions(server: StripeServer) -> int:
    return len({each["headers"]["Idempotency-Key"] for each in server.happen("requests")})


@pytest.mark.parametrize("point", ["row placed", "provider created", "after online_payment.open"])
def test_a_collection_that_was_begun_is_gone_on_with(
    tmp_path: Path, server: StripeServer, url: str, point: str
) -> None:
    server.happen("forget")
    with scene(tmp_path, open_store(url, create=True), server) as shop:
        kill_at(tmp_path, url, shop, point)
        (row,) = shop.collecting.standing()
        assert row.state == "asked"
        shop.collecting.go_on(row)
        (row,) = shop.collecting.standing()
        assert row.state == "open"
        begun = shop.begun("k")
        assert begun.collection == row.collection
        assert sessions(server) == 1, "the provider was asked for one page"
        assert shop.types() == ["online_payment.opened/1"]
        server.pay(begun.url)
        shop.tell_all()
        assert shop.invoice().open_cents == 0


@pytest.mark.parametrize("point", ["after online_payment.open", "provider created"])
def test_who_presses_again_after_the_kill_gets_the_same_page(
    tmp_path: Path, server: StripeServer, url: str, point: str
) -> None:
    server.happen("forget")
    with scene(tmp_path, open_store(url, create=True), server) as shop:
        kill_at(tmp_path, url, shop, point)
        begun = shop.begun("k")
        assert sessions(server) == 1
        assert shop.types() == ["online_payment.opened/1"]
        assert shop.collecting.standing()[0].collection == begun.collection


@pytest.mark.parametrize("point", ["after payment.record", "after online_payment.end"])
def test_money_that_was_being_recorded_is_recorded_once(
    tmp_path: Path, server: StripeServer, url: str, point: str
) -> None:
    server.happen("forget")
    with scene(tmp_path, open_store(url, create=True), server) as shop:
        server.pay(shop.begun().url)
        kill_at(tmp_path, url, shop, point)
        for row in shop.collecting.standing():
            shop.collecting.go_on(row)
        shop.tell_all()
        assert shop.invoice().open_cents == 0
        assert shop.types() == [
            "online_payment.opened/1", "payment.received/1", "invoice.paid/1", "online_payment.ended/1",
        ]  # fmt: skip
        assert shop.collecting.standing() == []


@pytest.mark.parametrize("point", ["provider refunded", "after payment.refund"])
def test_money_that_was_being_given_back_is_recorded_once(
    tmp_path: Path, server: StripeServer, url: str, point: str
) -> None:
    server.happen("forget")
    with scene(tmp_path, open_store(url, create=True), server) as shop:
        server.pay(shop.begun().url)
        shop.tell_all()
        kill_at(tmp_path, url, shop, point)
        ((payment, _),) = shop.payments()
        assert shop.collecting.refund(shop.ledger, payment, 4_000, "press") is None, "the press is repeated"
        ((_, state),) = shop.payments()
        assert state.refunded_cents == 4_000
        assert shop.types().count("refund.paid/1") == 1


def test_money_for_a_collection_that_the_chain_never_heard_of_is_recorded(tmp_path: Path, server: StripeServer) -> None:
    """The provider's page was made, we were killed and lost even the row: the payment itself says what it is for."""
    server.happen("forget")
    with scene(tmp_path, open_store("memory:", create=True), server) as shop:
        begun = shop.begun()
        server.pay(begun.url)
        rows = shop.service.store.side().collections()
        rows.delete(shop.ledger, begun.collection)
        shop.tell_all()
        assert shop.invoice().open_cents == 0


def test_a_collection_that_nobody_ever_heard_of_again_is_forgotten(
    tmp_path: Path, server: StripeServer, sqlite_url: str
) -> None:
    server.happen("forget")
    with scene(tmp_path, open_store(sqlite_url, create=True), server) as shop:
        kill_at(tmp_path, sqlite_url, shop, "row placed")
        late = HandClock(datetime.now(UTC) + timedelta(hours=3))
        with service_over(open_store(sqlite_url), tmp_path / "keys", late) as service:
            collecting = Collecting(service, Settings(stripe_api=server.url))
            collecting.go_on(collecting.standing()[0])
            assert collecting.standing() == []
            again = collecting.begin(
                shop.ledger, shop.about, "invoice", PRICE_CENTS, RETURN, CANCEL, "fr", "k", CUSTOMER
            )
            assert isinstance(again, Begun)
