"""Every write of the store broken: failed and not kept, failed but kept; then the whole ledger is walked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.domain.streams.invoice import INVOICE
from ledger.shell import appender
from ledger.shell.service import Service
from ledger.shell.store import Store
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.open import open_store
from tests.faults.checker import holds, walk
from tests.faults.faulty import FAULTS, Fault, FaultyStore
from tests.faults.script import FIRST, SECOND, STEPS, open_until_there, play
from tests.shell.business import PRICE_CENTS, answered, invoice, service_over

WRITES = 1 + len(STEPS)  # the opening, then one transaction per step when they come one by one


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The appender pauses before it looks again; a store in this process answers at once."""
    monkeypatch.setattr(appender, "_DOUBT_PAUSES_SECONDS", (0.0,) * len(appender._DOUBT_PAUSES_SECONDS))


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def inner(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    store = open_store(request.getfixturevalue(f"{request.param}_url"), create=True)
    yield store
    store.close()


def check(service: Service, store: FaultyStore) -> None:
    """Play the sale over a store that breaks; whatever broke, it is there once, whole, and as it was answered."""
    ledger = open_until_there(service)
    answers = play(service)
    service.stop()
    found = walk(store.inner, ledger)
    holds(found, {key: [(e.seq, e.fingerprint) for e in answer.entries] for key, answer in answers.items()})
    assert sorted(found.printed) == ["A-00001", "F-00001", "F-00002", "F-00003"]
    assert found.types.count("payment.received/1") == 1
    assert found.types.count("customer.registered/1") == 1
    first, second = (service.state("atelier", INVOICE, each) for each in (FIRST, SECOND))
    assert first is not None
    assert second is not None
    assert (first.paid_cents, second.credited_cents) == (PRICE_CENTS, PRICE_CENTS)
    assert service.keys.mark(ledger).seq == found.entries


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", range(1, WRITES + 1))
def test_one_broken_write(write: int, fault: Fault, tmp_path: Path) -> None:
    store = FaultyStore(MemoryStore(), [(write, fault)])
    check(service_over(store, tmp_path / "keys"), store)
    assert store.met == [fault]


@pytest.mark.parametrize("fault", ["lost", "kept"])
@pytest.mark.parametrize("blind", [1, 3, 40])
@pytest.mark.parametrize("write", [1, 3, 5])
def test_a_broken_write_and_a_store_that_cannot_be_asked_either(
    write: int, blind: int, fault: Fault, tmp_path: Path
) -> None:
    store = FaultyStore(MemoryStore(), [(write, fault)], blind_reads=blind)
    check(service_over(store, tmp_path / "keys"), store)
    assert store.met == [fault]


@pytest.mark.parametrize("pair", [(a, b) for a in FAULTS for b in FAULTS])
@pytest.mark.parametrize("write", [1, 4])
def test_the_next_write_broken_as_well(write: int, pair: tuple[Fault, Fault], tmp_path: Path) -> None:
    store = FaultyStore(MemoryStore(), [(write, pair[0]), (write + 1, pair[1])])
    check(service_over(store, tmp_path / "keys"), store)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_write_on_every_store(fault: Fault, inner: Store, tmp_path: Path) -> None:
    store = FaultyStore(inner, [(1, fault), (4, fault), (7, fault)])
    check(service_over(store, tmp_path / "keys"), store)
    assert len(store.met) >= 2


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_group_commit_fails_or_keeps_all_of_it(fault: Fault, tmp_path: Path) -> None:
    store = FaultyStore(MemoryStore(), [(3, fault)])
    service = service_over(store, tmp_path / "keys")
    ledger = open_until_there(service)
    futures = [service.submit("atelier", invoice(), key=f"k{n}") for n in range(40)]
    kept = {}
    for n, future in enumerate(futures):
        if future.exception() is not None:
            assert fault == "refused"
            future = service.submit("atelier", invoice(), key=f"k{n}")
        kept[f"k{n}"] = [(each.seq, each.fingerprint) for each in answered(future.result()).entries]
    service.stop()
    found = walk(store.inner, ledger)
    holds(found, kept)
    assert len(found.printed) == 40
