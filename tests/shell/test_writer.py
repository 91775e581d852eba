"""The writer: one order, group commit, idempotency, members that fail alone, back-pressure, other processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import ledger
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.quotes import RequestSignature, SignatoryInput
from ledger.domain.commands.sales import SendInvoice, ViewInvoice
from ledger.domain.deciders import DECIDERS
from ledger.domain.decision import Decision, StreamKind
from ledger.domain.events.common import Party
from ledger.domain.events.invoices import InvoiceSent
from ledger.domain.events.ledger import LedgerClosed
from ledger.domain.events.payments import PaymentReceived
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register
from ledger.domain.streams import STREAM_KINDS
from ledger.domain.streams.invoice import INVOICE
from ledger.shell import service as service_module
from ledger.shell.calls import Answer, Outcome
from ledger.shell.entropy import Entropy
from ledger.shell.errors import LedgerUnknown, Overloaded, StreamConflict
from ledger.shell.mapper import Event
from ledger.shell.service import Service, Settings
from ledger.shell.store import Append, Store
from ledger.shell.stores.memory import MemoryStore, Shelf
from ledger.shell.stores.open import open_store
from ledger.shell.writer import WriterSettings
from tests.domain.sales import QUOTE_ID, goods, quote
from tests.domain.world import CONSUMER
from tests.faults.checker import walk
from tests.shell.business import (
    PRICE_CENTS,
    answered,
    invoice,
    opened,
    opening,
    payment,
    profile,
    refused,
    service_over,
)

JEANNE = Party(name="Jeanne Dupré", email="jeanne@dupre.test")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        url = request.getfixturevalue(f"{request.param}_url")
        yield open_store(url, create=True)


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Iterator[Service]:
    with service_over(store, tmp_path / "keys") as service:
        yield service


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Service]:
    with service_over(MemoryStore(), tmp_path / "keys") as service:
        yield service


class SlowStore:
    """A store whose appends wait for the test."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def append(self, append: Append) -> None:
        self.entered.set()
        assert self.gate.wait(30)
        self._inner.append(append)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_an_opened_ledger_is_pinned_sealed_and_whole(service: Service) -> None:
    made = opened(service)
    assert service.find("atelier").ledger == made.row.ledger
    assert service.keys.facts(made.row.ledger).genesis == made.genesis
    found = walk(service.store, made.row.ledger)
    assert found.fingerprints[1] == made.genesis
    assert found.types[1:3] == ["ledger.opened/1", "issuer.profile_set/1"]
    assert service.keys.mark(made.row.ledger).seq == found.entries


def test_a_name_is_given_once(service: Service) -> None:
    made = opened(service)
    assert refused(service.open_ledger(opening())) == "ALREADY_EXISTS"
    assert service.keys.ledgers() == [made.row.ledger]


def test_keys_of_a_refused_opening_do_not_stay(quick: Service) -> None:
    assert refused(quick.open_ledger(opening("Atelier !"))) == "LEDGER_NAME_MALFORMED"
    assert refused(quick.open_ledger(opening(time_zone="Europe/Atlantis"))) == "MEMBER_INVALID"
    assert not quick.keys.root.exists() or list(quick.keys.root.iterdir()) == []


def test_an_invoice_and_its_payment_are_answered_after_they_are_stored(service: Service) -> None:
    made = opened(service)
    issued = answered(service.execute("atelier", invoice(), actor="user:owner"))
    assert issued.result["number"] == "F-00001"
    paid = answered(service.execute(made.row.ledger, payment(issued.result["invoice"])))
    assert [each.type for each in paid.entries] == ["payment.received/1", "invoice.paid/1"]
    found = walk(service.store, made.row.ledger)
    for each in (*issued.entries, *paid.entries):
        assert found.fingerprints[each.seq] == each.fingerprint
    state = service.state("atelier", INVOICE, issued.result["invoice"])
    assert state is not None
    assert state.paid_cents == PRICE_CENTS


def test_sixty_four_callers_share_transactions(service: Service) -> None:
    made = opened(service)

    async def all_of_them() -> list[Outcome]:
        return await asyncio.gather(*(service.execute_async("atelier", invoice()) for _ in range(64)))

    outcomes = asyncio.run(all_of_them())
    numbers = sorted(answered(each).result["number"] for each in outcomes)
    assert numbers == [f"F-{n:05d}" for n in range(1, 65)]
    assert service.figures().groups < 20
    assert len(list(service.store.seals(made.row.ledger))) == service.figures().groups + 1
    walk(service.store, made.row.ledger)


def test_threads_share_transactions_too(service: Service) -> None:
    opened(service)
    futures = [service.submit("atelier", invoice()) for _ in range(50)]
    assert len({answered(each.result()).result["number"] for each in futures}) == 50


def test_a_seal_over_every_entry_when_the_ledger_asks_for_it(service: Service) -> None:
    made = opened(service, seal_every="entry")
    service.execute("atelier", invoice())
    found = walk(service.store, made.row.ledger)
    assert all(seal.first == seal.last for seal in service.store.seals(made.row.ledger))
    assert service.keys.mark(made.row.ledger).seq == found.entries


# ---- idempotency


def test_a_repeated_key_gets_the_same_answer_and_writes_nothing(service: Service) -> None:
    made = opened(service)
    first = answered(service.execute("atelier", invoice(), key="order-1"))
    before = service.store.head(made.row.ledger)
    again = answered(service.execute("atelier", invoice(), key="order-1"))
    assert (again.result, again.entries, again.repeated) == (first.result, first.entries, True)
    assert service.store.head(made.row.ledger) == before


def test_a_key_used_for_another_request_is_refused(service: Service) -> None:
    opened(service)
    answered(service.execute("atelier", invoice(), key="order-1"))
    assert refused(service.execute("atelier", invoice(order_reference="A1"), key="order-1")) == "IDEMPOTENCY_MISMATCH"


def test_one_key_twice_in_one_group_is_run_once(service: Service) -> None:
    made = opened(service)
    futures = [service.submit("atelier", invoice(), key="order-1") for _ in range(8)]
    outcomes = [answered(each.result()) for each in futures]
    assert len({each.result["number"] for each in outcomes}) == 1
    assert sum(not each.repeated for each in outcomes) == 1
    assert len(walk(service.store, made.row.ledger).printed) == 1


def test_a_key_is_remembered_by_the_store_not_by_the_process(store: Store, tmp_path: Path) -> None:
    first = service_over(store, tmp_path / "keys")
    opened(first)
    answer = answered(first.execute("atelier", invoice(), key="order-1"))
    first.stop()
    second = service_over(store, tmp_path / "keys")
    again = answered(second.execute("atelier", invoice(), key="order-1"))
    assert (again.entries, again.repeated) == (answer.entries, True)
    second.close()


def test_a_refused_command_leaves_its_key_free(service: Service) -> None:
    opened(service)
    nobody = "00000000-0000-4000-8000-000000000000"
    assert refused(service.execute("atelier", SendInvoice(invoice=nobody, by="email"), key="k")) == "REFERENCE_UNKNOWN"
    answered(service.execute("atelier", invoice(id=nobody), key="other"))
    answered(service.execute("atelier", SendInvoice(invoice=nobody, by="email"), key="k"))


# ---- members of a group


def test_a_refused_member_takes_nobody_with_it(service: Service) -> None:
    made = opened(service)
    nobody = "00000000-0000-4000-8000-000000000000"
    futures = [
        service.submit("atelier", SendInvoice(invoice=nobody, by="email") if n % 3 == 0 else invoice())
        for n in range(30)
    ]
    outcomes = [each.result() for each in futures]
    assert [isinstance(each, Refusal) for each in outcomes] == [n % 3 == 0 for n in range(30)]
    assert len(walk(service.store, made.row.ledger).printed) == 20


def test_a_member_sees_what_those_before_it_did(service: Service) -> None:
    opened(service)
    identifier = "11111111-0000-4000-8000-000000000000"
    futures = [
        service.submit("atelier", invoice(id=identifier)),
        service.submit("atelier", invoice(id=identifier)),
        service.submit("atelier", payment(identifier)),
        service.submit("atelier", SendInvoice(invoice=identifier, by="hand")),
    ]
    outcomes = [each.result() for each in futures]
    assert isinstance(outcomes[1], Refusal)
    state = service.state("atelier", INVOICE, identifier)
    assert state is not None
    assert (state.paid_cents, state.sent) == (PRICE_CENTS, True)


def test_a_member_that_makes_us_fail_fails_alone(quick: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened(quick)

    def broken(command: Any, world: Any) -> Decision:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(service_module, "DECIDERS", {**DECIDERS, ViewInvoice: broken})
    good = quick.submit("atelier", invoice())
    bad = quick.submit("atelier", ViewInvoice(invoice="00000000-0000-4000-8000-000000000000"))
    also_good = quick.submit("atelier", invoice())
    with pytest.raises(ZeroDivisionError):
        bad.result()
    assert answered(good.result()).result["number"] == "F-00001"
    assert answered(also_good.result()).result["number"] == "F-00002"
    walk(quick.store, made.row.ledger)


def test_a_value_that_is_not_of_the_format_is_refused_alone_and_takes_no_number(quick: Service) -> None:
    made = opened(quick)
    hostile = invoice(client=Party(name="Jeanne \u202eDupré"))
    futures = [quick.submit("atelier", invoice()), quick.submit("atelier", hostile), quick.submit("atelier", invoice())]
    outcomes = [each.result() for each in futures]
    assert refused(outcomes[1]) == "MEMBER_INVALID"
    assert "Dupr" not in str(outcomes[1])
    assert [answered(outcomes[n]).result["number"] for n in (0, 2)] == ["F-00001", "F-00002"]
    walk(quick.store, made.row.ledger)


def test_a_member_that_needs_a_fingerprint_of_its_own_group_waits_for_the_next(tmp_path: Path) -> None:
    """A signature binds the entry it is given on: while that entry is not written, there is nothing to bind."""
    store = SlowStore(MemoryStore())
    with service_over(store, tmp_path / "keys") as service:
        made = opened(service)
        store.gate.clear()
        first = service.submit("atelier", invoice())
        assert store.entered.wait(30)
        customer = service.submit("atelier", RegisterCustomer(id=CONSUMER, kind="consumer", party=JEANNE))
        quoted = service.submit("atelier", quote(replace(goods(), nature="services")))
        wanted = SignatoryInput(party=JEANNE)
        asked = service.submit("atelier", RequestSignature(quote=QUOTE_ID, signatories=(wanted,)))
        last = service.submit("atelier", invoice())
        store.gate.set()
        for each in (first, customer, quoted, asked, last):
            answered(each.result())
        found = walk(store, made.row.ledger)
        entry = answered(quoted.result()).entries[0]
        request = service.stream("atelier", answered(asked.result()).entries[0].stream)[0].record
        assert request.thing.fingerprint == entry.fingerprint == found.fingerprints[entry.seq]
        sealed = [(seal.first, seal.last) for seal in store.seals(made.row.ledger)]
        assert not any(low <= entry.seq < answered(asked.result()).entries[0].seq <= high for low, high in sealed)


def test_a_large_group_is_written_in_several_transactions(store: Store, tmp_path: Path) -> None:
    small = Settings(writer=WriterSettings(group_calls=64, group_bytes=4000))
    with service_over(store, tmp_path / "keys", settings=small) as service:
        made = opened(service)
        futures = [service.submit("atelier", invoice()) for _ in range(30)]
        assert {answered(each.result()).result["number"] for each in futures} == {f"F-{n:05d}" for n in range(1, 31)}
        biggest = max(seal.last - seal.first + 1 for seal in list(service.store.seals(made.row.ledger))[1:])
        assert biggest <= 5


def test_cached_states_are_those_of_the_store(service: Service) -> None:
    made = opened(service)
    ids = [answered(service.execute("atelier", invoice())).result["invoice"] for _ in range(5)]
    for identifier in ids:
        service.execute("atelier", payment(identifier, 10_000))
        service.execute("atelier", SendInvoice(invoice=identifier, by="email"))
    session = service._writers[made.row.ledger]._session
    assert session is not None
    kinds: dict[str, StreamKind[Any]] = {kind.prefix: kind for kind in STREAM_KINDS}
    assert len(session.states._kept) > 10
    for stream, folded in session.states._kept.items():
        assert session.states.read(kinds[stream.partition(":")[0]], stream) == folded, stream


def test_the_register_is_the_fold_of_all_entries(service: Service) -> None:
    opened(service)
    for _ in range(3):
        service.execute("atelier", invoice())
    folded = Register()
    for event in service.entries("atelier"):
        folded = folded.evolve(event.originator_id, event.record)
    assert folded == service.register("atelier")


# ---- prepared events


def test_prepared_events_go_the_same_road(service: Service) -> None:
    made = opened(service)
    issued = answered(service.execute("atelier", invoice()))
    event = service.stream("atelier", issued.entries[0].stream)[0]
    stream = event.originator_id
    sent = Event(stream, 2, InvoiceSent(by="email"), "user:import")
    answer = service.append("atelier", [sent])
    assert [each.type for each in answer.entries] == ["invoice.sent/1"]
    state = service.state("atelier", INVOICE, stream.partition(":")[2])
    assert state is not None
    assert state.sent
    with pytest.raises(StreamConflict):
        service.append("atelier", [sent])
    answered(service.execute("atelier", ViewInvoice(invoice=stream.partition(":")[2])))
    walk(service.store, made.row.ledger)


def fresh() -> Event:
    """A payment on a stream of its own, decided elsewhere."""
    record = PaymentReceived(
        means="card", currency="EUR", amount_cents=100, received_on="2026-03-02", till="main", unallocated_cents=100
    )
    return Event(f"payment:{uuid4()}", 1, record, "user:import")


def test_prepared_events_of_several_callers_share_a_transaction(store: Store, tmp_path: Path) -> None:
    slow = SlowStore(store)
    with service_over(slow, tmp_path / "keys") as service:
        made = opened(service)

        async def bring() -> list[Outcome]:
            slow.gate.clear()
            slow.entered.clear()
            first = service.append_async("atelier", [fresh()])
            await asyncio.to_thread(slow.entered.wait, 30)
            others = [service.append_async("atelier", [fresh()]) for _ in range(20)]
            slow.gate.set()
            return list(await asyncio.gather(first, *others))

        before = service.figures().groups
        outcomes = asyncio.run(bring())
        assert len({answered(each).entries[0].seq for each in outcomes}) == 21
        assert service.figures().groups == before + 2
        walk(store, made.row.ledger)


def test_a_prepared_event_on_a_stream_that_has_begun_fails_alone(store: Store, tmp_path: Path) -> None:
    """Nobody looks before: the store's own key refuses, then the guilty one is found and the others are served."""
    slow = SlowStore(store)
    with service_over(slow, tmp_path / "keys") as service:
        made = opened(service)
        taken = fresh()
        service.append("atelier", [taken])

        async def bring() -> list[Any]:
            slow.gate.clear()
            slow.entered.clear()
            first = service.append_async("atelier", [fresh()])
            await asyncio.to_thread(slow.entered.wait, 30)
            asked = [service.append_async("atelier", [each]) for each in (fresh(), taken, fresh())]
            slow.gate.set()
            return list(await asyncio.gather(first, *asked, return_exceptions=True))

        first, one, stale, other = asyncio.run(bring())
        assert [type(each) for each in (first, one, other)] == [Answer] * 3
        assert isinstance(stale, StreamConflict)
        assert (stale.stream, stale.version) == (taken.originator_id, 1)
        walk(store, made.row.ledger)


def test_a_command_sees_the_prepared_events_before_it(tmp_path: Path) -> None:
    """Their states are known only from the store: a command that asks for one waits for the next transaction."""
    slow = SlowStore(MemoryStore())
    with service_over(slow, tmp_path / "keys") as service:
        made = opened(service)
        issued = answered(service.execute("atelier", invoice())).entries[0].stream
        identifier = issued.partition(":")[2]

        async def bring() -> list[Outcome]:
            slow.gate.clear()
            slow.entered.clear()
            first = service.append_async("atelier", [fresh()])
            await asyncio.to_thread(slow.entered.wait, 30)
            sent = service.append_async("atelier", [Event(issued, 2, InvoiceSent(by="email"), "user:import")])
            viewed = service.execute_async("atelier", ViewInvoice(invoice=identifier))
            slow.gate.set()
            return list(await asyncio.gather(first, sent, viewed))

        _, sent, viewed = asyncio.run(bring())
        assert [each.type for each in answered(sent).entries] == ["invoice.sent/1"]
        assert answered(viewed).entries[0].seq == answered(sent).entries[0].seq + 1
        assert [event.originator_version for event in service.stream("atelier", issued)] == [1, 2, 3]
        walk(slow, made.row.ledger)


def test_random_bytes_are_drawn_by_the_page_and_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    def draw(count: int) -> bytes:
        drawn.append(bytes((len(drawn) + at) % 251 for at in range(count)))
        return drawn[-1]

    monkeypatch.setattr("os.urandom", draw)
    entropy = Entropy()
    given = [entropy(count) for count in (16, 32, 4000, 5000, 16)]
    assert [len(each) for each in given] == [16, 32, 4000, 5000, 16]
    assert given[0] + given[1] + given[2] == drawn[0][:4048]
    assert given[3] == drawn[1]
    assert given[4] == drawn[2][:16]


def test_a_closed_ledger_refuses_commands(quick: Service) -> None:
    opened(quick)
    quick.append("atelier", [Event("ledger:self", 2, LedgerClosed(reason="ceased"), "system")])
    assert refused(quick.execute("atelier", invoice())) == "LEDGER_CLOSED"


# ---- back-pressure and stopping


def test_a_full_queue_says_so_and_loses_nothing(tmp_path: Path) -> None:
    store = SlowStore(MemoryStore())
    settings = Settings(writer=WriterSettings(queue_calls=10))
    with service_over(store, tmp_path / "keys", settings=settings) as service:
        made = opened(service)
        store.gate.clear()
        taken = [service.submit("atelier", invoice())]
        assert store.entered.wait(30)
        taken += [service.submit("atelier", invoice()) for _ in range(10)]
        with pytest.raises(Overloaded):
            service.submit("atelier", invoice())
        store.gate.set()
        assert len({answered(each.result()).result["number"] for each in taken}) == 11
        answered(service.execute("atelier", invoice()))
        assert len(walk(store, made.row.ledger).printed) == 12


def test_stopping_serves_those_who_wait_and_takes_nobody_more(tmp_path: Path) -> None:
    store = SlowStore(MemoryStore())
    service = service_over(store, tmp_path / "keys")
    made = opened(service)
    store.gate.clear()
    waiting = [service.submit("atelier", invoice()) for _ in range(20)]
    stopper = threading.Thread(target=service.stop)
    stopper.start()
    store.gate.set()
    assert len({answered(each.result(30)).result["number"] for each in waiting}) == 20
    stopper.join(30)
    with pytest.raises(Overloaded):
        service.execute("atelier", invoice())
    assert len(walk(store, made.row.ledger).printed) == 20
    service.close()


def test_a_caller_who_left_does_not_disturb_the_others(tmp_path: Path) -> None:
    store = SlowStore(MemoryStore())
    with service_over(store, tmp_path / "keys") as service:
        made = opened(service)

        async def leave_early() -> None:
            store.gate.clear()
            leaver = service.execute_async("atelier", invoice())
            stayer = service.execute_async("atelier", invoice())
            await asyncio.sleep(0)
            leaver.cancel()
            store.gate.set()
            assert isinstance(await stayer, Answer)
            with pytest.raises(asyncio.CancelledError):
                await leaver

        asyncio.run(leave_early())
        walk(store, made.row.ledger)


def test_the_thread_ends_when_nothing_comes_and_starts_again(tmp_path: Path) -> None:
    settings = Settings(writer=WriterSettings(idle_seconds=0.01))
    with service_over(MemoryStore(), tmp_path / "keys", settings=settings) as service:
        made = opened(service)
        for n in range(3):
            assert answered(service.execute("atelier", invoice())).result["number"] == f"F-{n + 1:05d}"
            thread = service._writers[made.row.ledger]._thread
            if thread is not None:
                thread.join(60)
                assert not thread.is_alive()
        walk(service.store, made.row.ledger)


def test_a_live_ledger_takes_no_moment_from_a_command(quick: Service) -> None:
    opened(quick)
    assert refused(quick.execute("atelier", invoice(), at=datetime(2010, 12, 1, tzinfo=UTC))) == "TRAINING_ONLY"


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_a_key_that_is_no_key_is_not_queued(quick: Service, key: str) -> None:
    opened(quick)
    with pytest.raises(ValueError, match="idempotency"):
        quick.execute("atelier", invoice(), key=key)


def test_threads_that_come_and_go_leave_no_file_open(tmp_path: Path) -> None:
    settings = Settings(writer=WriterSettings(idle_seconds=0.001))
    with service_over(MemoryStore(), tmp_path / "keys", settings=settings) as service:
        made = opened(service)

        def once() -> None:
            answered(service.execute("atelier", invoice()))
            service.readiness("atelier")
            thread = service._writers[made.row.ledger]._thread
            if thread is not None:
                thread.join(60)

        once()
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(20):
            once()
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3  # the last thread may still be at it


# ---- several processes


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    if request.param == "memory":
        shelf = Shelf()
        stores: list[Store] = [MemoryStore(shelf), MemoryStore(shelf)]
    else:
        url = request.getfixturevalue(f"{request.param}_url")
        stores = [open_store(url, create=True), open_store(url)]
    services = [service_over(each, tmp_path / "keys") for each in stores]
    opened(services[0])
    yield services[0], services[1]
    for each in services:
        each.close()


def test_two_services_on_one_ledger_give_every_number_once(two: tuple[Service, Service]) -> None:
    numbers: list[str] = []
    failures: list[BaseException] = []

    def work(service: Service) -> None:
        try:
            for _ in range(15):
                futures = [service.submit("atelier", invoice()) for _ in range(4)]
                numbers.extend(answered(each.result()).result["number"] for each in futures)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(service,)) for service in two]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert sorted(numbers) == [f"F-{n:05d}" for n in range(1, 121)]
    walk(two[0].store, two[0].find("atelier").ledger)


def test_a_state_that_another_process_changed_is_read_again(two: tuple[Service, Service]) -> None:
    one, other = two
    issued = answered(one.execute("atelier", invoice())).result["invoice"]
    answered(other.execute("atelier", payment(issued, 10_000)))
    answered(one.execute("atelier", SendInvoice(invoice=issued, by="hand")))
    answered(other.execute("atelier", payment(issued, PRICE_CENTS - 10_000)))
    state = one.state("atelier", INVOICE, issued)
    assert state is not None
    assert (state.open_cents, state.sent) == (0, True)
    walk(one.store, one.find("atelier").ledger)


def test_a_key_used_in_another_process_is_not_used_again(two: tuple[Service, Service]) -> None:
    first = answered(two[0].execute("atelier", invoice(), key="order-1"))
    again = answered(two[1].execute("atelier", invoice(), key="order-1"))
    assert (again.entries, again.repeated) == (first.entries, True)


def test_a_key_that_another_process_uses_at_the_same_moment(tmp_path: Path) -> None:
    """The key is free when looked up and taken when appended: the store's own key tells, and the caller is answered."""
    shelf = Shelf()
    with (
        service_over(MemoryStore(shelf), tmp_path / "keys") as one,
        service_over(_Interposed(MemoryStore(shelf)), tmp_path / "keys") as other,
    ):
        made = opened(one)
        interposed = other.store
        assert isinstance(interposed, _Interposed)
        interposed.before = lambda: one.execute("atelier", invoice(), key="order-1")
        late = answered(other.execute("atelier", invoice(), key="order-1"))
        assert late.repeated
        assert late.result["number"] == "F-00001"
        assert len(walk(one.store, made.row.ledger).printed) == 1


class _Interposed:
    """A store before whose next append something else happens."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.before: Callable[[], object] | None = None

    def append(self, append: Append) -> None:
        if self.before is not None:
            before, self.before = self.before, None
            before()
        self._inner.append(append)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


# ---- the public page


def test_the_public_page_opens_a_store_and_runs_commands(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'sceau.db'}"
    with ledger.open(url, passphrase=b"correct horse battery") as service:
        made = service.open_ledger(ledger.OpenLedger(name="atelier", profile=profile()))
        assert isinstance(made, ledger.Opened)
        shop = service.ledger("atelier")
        assert isinstance(shop.execute(invoice(), key="order-4711"), ledger.Answer)
        assert [each.record.TYPE for each in shop.entries(types=["invoice.issued/1"])] == ["invoice.issued/1"]
        with pytest.raises(LedgerUnknown):
            service.ledger("nobody")
    assert (tmp_path / "var" / "keys" / made.row.ledger / "ledger.json").exists()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ({"unit_price": "10.90"}, "/lines/0/unit_price"),
        ({"unit_price": 10.9}, "/lines/0/unit_price"),
        ({"quantity": "1e3"}, "/lines/0/quantity"),
        ({"nature": "other"}, "/lines/0/nature"),
        ({"rate_bp": -1}, "/lines/0/rate_bp"),
    ],
)
def test_a_command_made_in_python_with_a_value_of_no_schema_is_refused_and_keeps_nothing(
    tmp_path: Path, line: dict[str, Any], place: str
) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'sceau.db'}"
    good = invoice()
    bad = replace(good, lines=(replace(good.lines[0], **line), *good.lines[1:]))
    with ledger.open(url, passphrase=b"correct horse battery") as service:
        service.open_ledger(ledger.OpenLedger(name="atelier", profile=profile()))
        shop = service.ledger("atelier")
        refused = shop.execute(bad)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.place) == ("MEMBER_INVALID", place)
        assert list(shop.entries(types=["invoice.issued/1"])) == []

        async def later() -> object:
            return await shop.execute_async(bad)

        assert asyncio.run(later()) == refused
        assert isinstance(shop.execute(good), ledger.Answer)
