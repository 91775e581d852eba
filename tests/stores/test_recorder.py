"""The recorder over real stores: group commit, stale members, doubts, private values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from eventsourcing.cipher import AESCipher
from eventsourcing.compressor import ZlibCompressor
from eventsourcing.persistence import (
    EventStore,
    IntegrityError,
    MapperDeserialisationError,
    NotSupportedError,
    ProgrammingError,
    StoredEvent,
)

from ledger.kernel.errors import Break, Malformed
from ledger.shell.appender import Done, KeyTaken, Opening, OutcomeUnknown, StoreAway
from ledger.shell.errors import HeadMoved, InDoubt, LedgerUnknown, Unavailable
from ledger.shell.mapper import Event, EventMapper
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.store import Append, Head, Store
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.open import open_store
from tests.stores.chains import SIGNER
from tests.stores.checker import check_ledger


@dataclass(frozen=True)
class Noted:
    """A record with a member in clear and a private one."""

    TYPE: ClassVar[str] = "note.noted/1"
    cents: int
    client: str | None = None


class NotedCodec:
    def encode(self, event: Noted) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"cents": event.cents}, {"client": event.client} if event.client else {}

    def decode(self, type_name: str, body: Mapping[str, Any], private: Mapping[str, Any]) -> Noted:
        if type_name != Noted.TYPE:
            raise Malformed("unknown_type", type_name)
        return Noted(body["cents"], private.get("client"))


CODEC = NotedCodec()


def note(stream: str | None = None, version: int = 1, client: str | None = None) -> Event:
    return Event(stream or f"note:{uuid4()}", version, Noted(1200, client), "key:k1")


@dataclass
class Books:
    """A ledger opened in a store, with what writes and reads it."""

    store: Store
    recorder: LedgerRecorder
    events: EventStore[str]

    @property
    def ledger(self) -> str:
        assert self.recorder.ledger is not None
        return self.recorder.ledger

    def check(self) -> int:
        return check_ledger(self.store, self.ledger, SIGNER.public_der)

    def another(self, **how: Any) -> Books:
        return books_of(self.store, self.ledger, **how)


def books_of(store: Store, ledger: str | None, **how: Any) -> Books:
    how.setdefault("clock", lambda: datetime.now(UTC))
    recorder = LedgerRecorder(store, ledger, SIGNER, **how)
    return Books(store, recorder, EventStore(EventMapper(ledger=ledger, codec=CODEC), recorder))


def opened(store: Store) -> Books:
    first = books_of(store, None, opening=Opening("atelier", "training"))
    first.events.put([Event("note:self", 1, Noted(0), "system")])
    return first.another()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    fixtures = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}
    url = request.getfixturevalue(fixtures[request.param]) if request.param in fixtures else "memory:"
    store = open_store(url, create=True)
    yield opened(store)
    store.close()


def test_a_private_value_is_committed_and_read_back(books: Books) -> None:
    books.events.put([note("note:00000000-0000-4000-8000-000000000001", client="Ada Lovelace")])
    stored = books.recorder.select_events("note:00000000-0000-4000-8000-000000000001")
    assert b"Ada" not in stored[0].line
    assert json.loads(stored[0].line)["entry"]["body"]["client"].keys() == {"$c"}
    [event] = books.events.get("note:00000000-0000-4000-8000-000000000001")
    assert isinstance(event, Event)
    assert event.record == Noted(1200, "Ada Lovelace")
    assert (event.seq, event.actor, event.at) == (2, "key:k1", stored[0].at)
    assert books.check() == 2


def test_notifications_carry_the_line_and_its_disclosures(books: Books) -> None:
    books.events.put([note(client="Ada"), note()])
    [first, second] = books.recorder.select_notifications(2, 10)
    assert [notification.id for notification in (first, second)] == [2, 3]
    assert books.events.mapper.to_domain_event(first).record == Noted(1200, "Ada")  # type: ignore[attr-defined] # our Event
    assert first.disclosures[0].value == b'"Ada"'
    assert second.disclosures == ()
    assert first.at == json.loads(first.line)["chain"]["at"]


def test_many_threads_share_transactions_and_lose_nothing(books: Books) -> None:
    gate = Barrier(12)
    seqs: list[int] = []

    def write() -> None:
        gate.wait()
        for _ in range(15):
            seqs.extend(recording.notification.id for recording in books.events.put([note(), note(client="x")]))

    threads = [Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seqs) == list(range(2, 362))
    assert books.check() == 361
    assert len(list(books.store.seals(books.ledger))) <= 181  # at most one transaction for each call


def test_a_stale_member_fails_alone_in_its_group(books: Books) -> None:
    stream = f"note:{uuid4()}"
    books.events.put([note(stream)])
    gate = Barrier(10)
    outcomes: list[str] = []

    def write(events: list[Event]) -> None:
        gate.wait()
        try:
            books.events.put(events)
            outcomes.append("kept")
        except IntegrityError:
            outcomes.append("stale")

    members = [
        [note(), note(stream, 1)],
        [note(stream, 3)],
        *([note(stream, 2)] for _ in range(4)),
        *([note()] for _ in range(4)),
    ]
    threads = [Thread(target=write, args=(events,)) for events in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Version 3 follows if one of the four that bring version 2 came before it: then it is kept.
    versions = [line.version for line in books.store.stream(books.ledger, stream)]
    assert versions in ([1, 2], [1, 2, 3])
    assert outcomes.count("kept") == 4 + len(versions) - 1
    assert books.check() == 1 + 1 + outcomes.count("kept")


def test_two_recorders_on_one_ledger_take_turns(books: Books) -> None:
    other = books.another()
    for _ in range(3):
        books.events.put([note()])
        other.events.put([note()])
    assert books.check() == 7


def test_a_decision_on_a_head_that_moved_is_the_callers_to_repeat(books: Books) -> None:
    head = books.recorder.head()
    books.another().events.put([note()])
    with pytest.raises(HeadMoved):
        books.events.put([note()], expected=head, register=b'{"n":1}')
    books.events.put([note()], expected=books.recorder.head(), register=b'{"n":2}')
    kept = books.store.head(books.ledger)
    assert kept is not None
    assert (kept.seq, kept.register) == (3, b'{"n":2}')
    assert books.check() == 3


def test_operations_take_the_seqs_of_what_they_wrote(books: Books) -> None:
    done = [Done("a", "aa" * 32, 0, 2, b"1"), Done("b", "bb" * 32, 2, 1, b"2"), Done("c", "cc" * 32, 3, 0, b"3")]
    books.events.put([note(), note(), note()], operations=done)
    kept = [books.store.operation(books.ledger, key) for key in "abc"]
    assert [(one.first, one.last) for one in kept if one] == [(2, 3), (4, 4), (5, 4)]
    with pytest.raises(KeyTaken):
        books.events.put([note()], operations=[Done("b", "bb" * 32, 0, 1, b"2")])
    assert books.recorder.insert_events([], operations=[Done("d", "dd" * 32, 0, 0, b"4")]) == []
    assert books.store.operation(books.ledger, "d") is not None
    assert books.check() == 4


def test_time_never_goes_back_in_the_chain(books: Books) -> None:
    now = datetime.now(UTC)
    times = iter([now + timedelta(hours=2), now + timedelta(hours=1)])
    late = books.another(clock=lambda: next(times))
    late.events.put([note()])
    late.events.put([note()])
    first, second = list(late.store.lines(books.ledger, 1))
    assert json.loads(first.line)["chain"]["at"] == json.loads(second.line)["chain"]["at"]
    assert books.check() == 3


def test_each_entry_can_have_a_seal_of_its_own(books: Books) -> None:
    books.another(seal_every_entry=True).events.put([note(), note(), note()])
    assert [(seal.first, seal.last) for seal in books.store.seals(books.ledger)] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert books.check() == 4


def test_a_subscription_hears_of_another_process_too(books: Books) -> None:
    with books.recorder.subscribe(gt=1) as subscription:
        books.events.put([note()])
        assert next(subscription).id == 2
        books.another().events.put([note()])
        assert next(subscription).id == 3


# What is refused


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (StoredEvent(f"note:{uuid4()}", 1, "note.noted/1", b"state"), "not_json"),
        (StoredEvent("note:self", 1, "note.noted/1", b'"entry":{}}'), "members"),
    ],
)
def test_bytes_that_are_no_entry_are_refused_by_name(books: Books, event: StoredEvent, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        books.recorder.insert_events([event])
    assert caught.value.code == code
    assert books.check() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"originator_id": "note:self"}, "stream"),
        ({"originator_version": 2}, "version"),
        ({"topic": "note.noted/2"}, "type"),
    ],
)
def test_an_entry_under_another_name_is_refused(books: Books, change: dict[str, Any], code: str) -> None:
    made = books.events.mapper.to_stored_event(note())
    fields: dict[str, Any] = {
        "originator_id": made.originator_id,
        "originator_version": made.originator_version,
        "topic": made.topic,
        "state": made.state,
    }
    books.recorder.insert_events([StoredEvent(**{**fields, "originator_version": 1})])
    with pytest.raises(Malformed) as caught:
        books.recorder.insert_events([StoredEvent(**{**fields, **change})])
    assert caught.value.code == code
    assert books.check() == 2


@pytest.mark.parametrize("tool", [{"compressor": ZlibCompressor()}, {"cipher": object.__new__(AESCipher)}])
def test_cipher_and_compressor_are_refused_at_construction(tool: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError):
        EventMapper(**tool)


def test_what_is_no_event_is_not_mapped() -> None:
    with pytest.raises(TypeError):
        EventMapper(codec=CODEC).to_stored_event(Noted(1))  # type: ignore[arg-type] # on purpose


def test_entry_1_commits_to_nothing() -> None:
    with pytest.raises(ProgrammingError):
        EventMapper(codec=CODEC).to_stored_event(note(client="Ada"))


def test_an_unknown_type_is_named_without_its_values(books: Books) -> None:
    stored = StoredEvent("note:self", 1, "note.other/1", b'"entry":{"type":"note.other/1","body":{"x":"Ada"}}}')
    with pytest.raises(MapperDeserialisationError) as caught:
        books.events.mapper.to_domain_event(stored)
    assert "Ada" not in str(caught.value)


def test_tracking_with_events_is_not_supported(books: Books) -> None:
    with pytest.raises(NotSupportedError):
        books.events.put([note()], tracking=object())


def test_an_unknown_ledger_is_named() -> None:
    with pytest.raises(LedgerUnknown):
        books_of(MemoryStore(), "00000000-0000-8000-8000-000000000000").events.put([note()])


# Doubts and failures, each twice: not kept, and kept


class BreakingStore(MemoryStore):
    """A store in memory whose next appends fail as told: (error, kept)."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[Exception, bool]] = []

    def append(self, append: Append) -> None:
        if not self.faults:
            return super().append(append)
        error, kept = self.faults.pop(0)
        if kept:
            super().append(append)
        raise error


@pytest.fixture
def breaking() -> tuple[BreakingStore, Books]:
    store = BreakingStore()
    return store, opened(store)


@pytest.mark.parametrize("kept", [True, False])
def test_a_doubt_is_settled_and_the_events_are_kept_once(breaking: tuple[BreakingStore, Books], kept: bool) -> None:
    store, books = breaking
    store.faults = [(InDoubt("lost"), kept)]
    [recording] = books.events.put([note()], operations=[Done("k", "aa" * 32, 0, 1, b"{}")])
    assert recording.notification.id == 2
    assert books.check() == 2


def test_a_doubt_that_another_writer_settled_first_is_written_again(
    breaking: tuple[BreakingStore, Books],
) -> None:
    store, books = breaking

    class Overtaking(list[tuple[Exception, bool]]):
        """Somebody else takes the head while ours is on its way."""

        def pop(self, *_: Any) -> tuple[Exception, bool]:
            fault = super().pop(0)
            books.another().events.put([note(), note()])
            return fault

    store.faults = Overtaking([(InDoubt("lost"), False)])
    [recording] = books.events.put([note()])
    assert recording.notification.id == 4
    assert books.check() == 4


@pytest.mark.parametrize("kept", [True, False])
def test_a_doubt_over_an_operation_alone_is_settled_by_its_key(
    breaking: tuple[BreakingStore, Books], kept: bool
) -> None:
    store, books = breaking
    store.faults = [(InDoubt("lost"), kept)]
    books.recorder.insert_events([], operations=[Done("k", "aa" * 32, 0, 0, b"{}")])
    assert store.operation(books.ledger, "k") is not None
    assert books.check() == 1


@pytest.mark.parametrize("kept", [True, False])
def test_a_doubt_that_cannot_be_settled_is_said_to_be_one(
    breaking: tuple[BreakingStore, Books], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, books = breaking
    monkeypatch.setattr("ledger.shell.appender._DOUBT_PAUSES_SECONDS", (0.0, 0.0))
    books.events.put([note()])
    store.faults = [(InDoubt("lost"), kept), (Unavailable("away"), False), (Unavailable("away"), False)]
    if kept:
        monkeypatch.setattr(store, "lines", _away)
    with pytest.raises(OutcomeUnknown):
        books.events.put([note()])
    monkeypatch.undo()
    store.faults = []
    books.events.put([note()])
    assert books.check() == (4 if kept else 3)


def _away(*_: object) -> None:
    raise Unavailable("away")


def test_an_unavailable_store_keeps_nothing_and_says_so(breaking: tuple[BreakingStore, Books]) -> None:
    store, books = breaking
    store.faults = [(Unavailable("no room"), False)]
    with pytest.raises(StoreAway):
        books.events.put([note()])
    books.events.put([note()])
    assert books.check() == 2


def test_a_head_that_cannot_be_taken_breaks_the_writer(breaking: tuple[BreakingStore, Books]) -> None:
    store, books = breaking
    store.faults = [(HeadMoved(), False)] * 8
    with pytest.raises(Break):
        books.events.put([note()])
    assert books.check() == 1


class Marks:
    """A high-water mark that remembers, and may fail."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.checked: list[int] = []
        self.broken = False

    def check(self, ledger: str, head: Head) -> None:
        self.checked.append(head.seq)

    def keep(self, ledger: str, head: Head) -> None:
        if self.broken:
            raise OSError("no room")
        self.kept.append(head.seq)


def test_the_mark_is_checked_before_and_kept_after(books: Books) -> None:
    marks = Marks()
    marked = books.another(mark=marks)
    marked.events.put([note()])
    marked.events.put([note(), note()])
    assert (marks.checked, marks.kept) == ([1], [2, 4])


def test_nothing_more_is_signed_once_the_mark_cannot_be_kept(books: Books) -> None:
    marks = Marks()
    marked = books.another(mark=marks)
    marks.broken = True
    assert len(marked.events.put([note()])) == 1  # it is committed: its caller is answered
    with pytest.raises(StoreAway):
        marked.events.put([note()])
    assert books.check() == 2


def test_a_signer_that_fails_writes_nothing(books: Books) -> None:
    class NoKey:
        key_id = SIGNER.key_id
        public_der = SIGNER.public_der

        def sign(self, message: bytes) -> bytes:
            raise OSError("the key service is away")

    recorder = LedgerRecorder(books.store, books.ledger, NoKey(), clock=lambda: datetime.now(UTC))
    with pytest.raises(OSError, match="key service"):
        recorder.insert_events([books.events.mapper.to_stored_event(note())])
    assert books.check() == 1
