"""Checkpoints come when they are due, each with its entry, and never without end."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread

import orjson
import pytest

from api.jobs.checkpointing import due, policy_of, take_checkpoint
from api.jobs.rounds import Upkeep
from ledger.kernel.checkpoint import open_checkpoint
from ledger.kernel.note import parse
from ledger.shell.stores.open import open_store
from tests.jobs.server import Shop
from tests.shell.business import service_over


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path)
    yield made
    made.service.close()


def always() -> bool:
    return True


def made(shop: Shop, ledger: str) -> list[str]:
    return [
        orjson.loads(line.line)["entry"]["body"]["cause"]
        for line in shop.store.lines(ledger)
        if line.type == "checkpoint.made/1"
    ]


def test_a_checkpoint_is_told_of_by_an_entry_after_it(shop: Shop) -> None:
    ledger = shop.open()
    shop.sell(ledger)
    before = shop.store.head(ledger)
    row = take_checkpoint(shop.service, ledger, "asked", actor="user:ada")
    assert before is not None
    assert row.size == before.seq
    said = open_checkpoint(row.note, shop.log_key(ledger))
    assert (said.size, said.root) == (row.size, row.root)
    (line,) = shop.store.lines(ledger, row.size)
    whole = orjson.loads(line.line)["entry"]
    assert (whole["type"], whole["stream"], whole["actor"]) == ("checkpoint.made/1", "checkpoint:self", "user:ada")
    assert whole["body"] == {
        "cause": "asked",
        "note": sha256(parse(row.note).text).hexdigest(),
        "root": row.root.hex(),
        "size": row.size,
    }


def test_the_timer_waits_for_the_interval_and_then_rests(shop: Shop) -> None:
    ledger = shop.open(interval_minutes=30)
    upkeep = Upkeep(shop.service, shop.clock.now)
    shop.later(29)
    upkeep.run(always)
    assert made(shop, ledger) == []
    shop.later(1)
    upkeep.run(always)
    assert made(shop, ledger) == ["timer"]
    for _ in range(5):  # nothing but the talk of checkpoints since
        shop.later(31)
        upkeep.run(always)
    assert made(shop, ledger) == ["timer"]
    shop.sell(ledger)
    upkeep.run(always)
    assert made(shop, ledger) == ["timer"]
    shop.later(30)
    upkeep.run(always)
    assert made(shop, ledger) == ["timer", "timer"]


def test_a_closure_has_its_checkpoint_at_once(shop: Shop) -> None:
    ledger = shop.open()
    shop.sell(ledger)
    shop.later(24 * 60)
    upkeep = Upkeep(shop.service, shop.clock.now)
    upkeep.run(always)
    assert "period.closed/1" in shop.types(ledger)
    assert made(shop, ledger) == ["closure"]
    row = shop.store.last_checkpoint(ledger)
    assert row is not None
    assert "period.closed/1" not in shop.types(ledger, row.size)
    upkeep.run(always)
    assert made(shop, ledger) == ["closure"]


def test_the_policy_in_force_decides(shop: Shop) -> None:
    ledger = shop.open(interval_minutes=600)
    shop.later(60)
    assert due(shop.store, ledger, policy_of(shop.service, ledger), shop.clock.now()) is None
    shop.policy(ledger, interval_minutes=60)
    found = due(shop.store, ledger, policy_of(shop.service, ledger), shop.clock.now())
    assert found is not None
    assert found.cause == "timer"


def test_a_training_ledger_with_a_simulated_clock_is_left_alone(shop: Shop) -> None:
    from tests.shell.business import opened

    opened(shop.service, "school", kind="training", clock="simulated")
    ledger = shop.service.find("school").ledger
    before = shop.types(ledger)
    shop.later(60 * 24 * 40)
    Upkeep(shop.service, shop.clock.now).run(always)
    assert shop.types(ledger) == before


def test_a_ledger_that_fails_does_not_keep_the_others_waiting(shop: Shop) -> None:
    broken, sound = shop.open("a-broken"), shop.open("b-sound")
    (shop.folder / "keys" / broken / "checkpoint.pem").unlink()
    shop.later(60)
    Upkeep(shop.service, shop.clock.now).run(always)
    assert made(shop, broken) == []
    assert made(shop, sound) == ["timer"]


def test_a_round_ends_where_it_is_told_to(shop: Shop) -> None:
    first, second = shop.open("a"), shop.open("b")
    shop.later(60)
    left = [True]
    Upkeep(shop.service, shop.clock.now).run(lambda: bool(left and left.pop()))
    assert (made(shop, first), made(shop, second)) == (["timer"], [])


def test_many_at_once_sign_one_history(shop: Shop) -> None:
    ledger = shop.open()
    other = service_over(shop.store, shop.folder / "keys", shop.clock)
    gate = Barrier(4)
    failures: list[BaseException] = []

    def work(place: int) -> None:
        service = shop.service if place % 2 else other
        try:
            gate.wait()
            for _ in range(5):
                shop.sell(ledger)
                take_checkpoint(service, ledger, "asked")
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.stop()
    assert failures == []
    sizes = [orjson.loads(line.line)["entry"]["body"]["size"] for line in shop.store.lines(ledger)
             if line.type == "checkpoint.made/1"]  # fmt: skip
    assert {row.size for row in shop.store.checkpoints(ledger)} >= set(sizes)
    assert len(sizes) >= 5


def test_trouble_is_logged_when_it_begins_and_ends_and_not_each_round(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = shop.open()
    key = shop.folder / "keys" / ledger / "checkpoint.pem"
    away = key.rename(shop.folder / "away.pem")
    shop.later(60)
    upkeep = Upkeep(shop.service, shop.clock.now)
    for _ in range(3):
        upkeep.run(always)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    away.rename(key)
    upkeep.run(always)
    assert "well again" in caplog.records[-1].getMessage()
    assert made(shop, ledger) == ["timer"]


def test_a_key_change_has_its_checkpoint_at_once(shop: Shop) -> None:
    ledger = shop.open()
    take_checkpoint(shop.service, ledger, "asked")
    shop.service.change_seal_key(ledger, "routine")
    Upkeep(shop.service, shop.clock.now).run(always)
    assert made(shop, ledger) == ["asked", "key_change"]
