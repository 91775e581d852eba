"""The service: many ledgers over one store, each with its writer; what HTTP, the command line and a SaaS call.

Commands come in from any thread or event loop and are answered after COMMIT; states and entries are read from the
store. Several processes may serve one database.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal, TypeAlias, TypeVar

import orjson
from eventsourcing.persistence import EventStore
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from ledger.domain.commands.common import Command
from ledger.domain.commands.periods import ClosePeriod
from ledger.domain.deciders import DECIDERS
from ledger.domain.decision import StreamKind
from ledger.domain.events.ledger import Continues
from ledger.domain.events.periods import PeriodKind
from ledger.domain.opening import OpenLedger, OpenRegister
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.register import Register
from ledger.domain.streams import STREAM_KINDS
from ledger.kernel import canonical, checkpoint
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import SceauError
from ledger.shell.calls import Answer, Call, Outcome
from ledger.shell.clock import Clock, SystemClock
from ledger.shell.closing import ClosedPeriod, Closing, closures, days_of, perpetual_totals
from ledger.shell.errors import BehindMark, KeyMissing, LedgerUnknown, Overloaded, StoreFailure
from ledger.shell.key_changes import KeyChangeAsked, Reason, change_key
from ledger.shell.keys import KeyStore
from ledger.shell.mapper import Event, EventMapper
from ledger.shell.opening import Opened, open_new_ledger
from ledger.shell.recorder import LedgerRecorder
from ledger.shell.sealing import LedgerKeys
from ledger.shell.store import Head, LedgerRow, Store
from ledger.shell.world import States
from ledger.shell.writer import Figures, Writer, WriterSettings

S = TypeVar("S")
SuccessorReason: TypeAlias = Literal["behind_mark", "format", "key_lost", "moved"]

_KINDS: Mapping[str, StreamKind[Any]] = {kind.prefix: kind for kind in STREAM_KINDS}
_CHUNK = 500
_MOST_KEY = 255


@dataclass(frozen=True, slots=True)
class Settings:
    """How a service runs; every member has a sound default."""

    writer: WriterSettings = field(default_factory=WriterSettings)
    origin: str = "sceau.local"  # checkpoint origin prefix of new ledgers: a name of the operator's own


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether commands can be taken: `problems` are words for the operator, without personal data."""

    ready: bool
    problems: tuple[str, ...]


class Service:
    """Many ledgers over one store. Methods may be called from any thread."""

    def __init__(
        self, store: Store, keys: KeyStore, settings: Settings | None = None, clock: Clock | None = None
    ) -> None:
        """Serve the ledgers of `store` whose keys are in `keys`; `close` stops and closes both."""
        self.store = store
        self.keys = keys
        self.settings = settings or Settings()
        self._clock = clock or SystemClock()
        self._writers: dict[str, Writer] = {}
        self._readers: dict[str, _Reader] = {}
        self._ids: dict[str, str] = {}
        self._lock = Lock()
        self._stopping = False

    @property
    def clock(self) -> Clock:
        """The clock that entries are recorded by."""
        return self._clock

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- ledgers

    def open_ledger(
        self,
        command: OpenLedger,
        *,
        actor: str = "system",
        recovery_file: str | None = None,
        at: datetime | None = None,
    ) -> Opened | Refusal:
        """Open a new ledger: its keys, entry 1, profile and number series, in one transaction.

        Args:
            command: what the ledger is.
            actor: who asks.
            recovery_file: where the offline recovery key is written; by default beside the others, to be moved away.
            at: the moment, for a ledger with a simulated clock.

        Raises:
            KeyMissing: a live ledger needs a passphrase for its keys.
        """
        moment = at if at is not None and command.clock == "simulated" else self._clock.now()
        return open_new_ledger(
            self.store, self.keys, command, _KINDS, self.settings.origin, moment, actor, recovery_file
        )

    def open_register(
        self, command: OpenRegister, *, actor: str = "system", recovery_file: str | None = None
    ) -> Opened | Refusal:
        """Open the register of this store's ledgers (docs/anchors.md); there is one at most.

        Args:
            command: whose server it is, and where its checkpoints go.
            actor: who asks.
            recovery_file: as for `open_ledger`.

        Raises:
            KeyMissing: its keys need a passphrase.
        """
        if any(row.kind == command.kind for row in self.store.ledgers()):
            return refuse("ALREADY_EXISTS", "/kind")
        return open_new_ledger(
            self.store, self.keys, command, _KINDS, self.settings.origin, self._clock.now(), actor, recovery_file
        )

    def ledgers(self) -> list[LedgerRow]:
        """Give every ledger of the store, in order of name."""
        return self.store.ledgers()

    def find(self, name_or_id: str) -> LedgerRow:
        """Give the ledger of that short name or id.

        Raises:
            LedgerUnknown: there is none.
        """
        row = self.store.find(name_or_id)
        if row is None:
            raise LedgerUnknown(name_or_id)
        return row

    def ledger(self, name_or_id: str) -> LedgerHandle:
        """Give one ledger to work with.

        Raises:
            LedgerUnknown: there is none.
        """
        return LedgerHandle(self, self.find(name_or_id))

    # ---- writing

    def execute(
        self,
        ledger: str,
        command: Command,
        *,
        key: str | None = None,
        actor: str = "system",
        at: datetime | None = None,
    ) -> Outcome:
        """Run a command; answer after COMMIT, with what was written or with the refusal.

        Args:
            ledger: name or id.
            command: one of `ledger.domain.commands.COMMANDS`.
            key: idempotency key: the same key with the same command writes nothing and gets the same answer.
            actor: who asks, an opaque id.
            at: the moment, for a ledger with a simulated clock only.

        Raises:
            LedgerUnknown, Overloaded, KeyMissing, BehindMark, Unavailable, InDoubt, Break: see `ledger.shell.errors`.
            ValueError: the idempotency key is empty, too long or not printable.
        """
        return self.submit(ledger, command, key=key, actor=actor, at=at).result()

    def submit(
        self,
        ledger: str,
        command: Command,
        *,
        key: str | None = None,
        actor: str = "system",
        at: datetime | None = None,
    ) -> Future[Outcome]:
        """As `execute`, without waiting: the future has the outcome or the failure."""
        call = _call(command, key, actor, at)
        future: Future[Outcome] = Future()
        call.future = future
        self._writer(ledger).submit(call)
        return future

    def execute_async(
        self,
        ledger: str,
        command: Command,
        *,
        key: str | None = None,
        actor: str = "system",
        at: datetime | None = None,
    ) -> asyncio.Future[Outcome]:
        """As `execute`, to be awaited in the running event loop: nothing blocks it, a group's answers come at once."""
        call = _call(command, key, actor, at)
        call.loop = loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        call.future = future
        self._writer(ledger).submit(call)
        return future

    def append_async(self, ledger: str, events: Sequence[Event], *, actor: str = "system") -> asyncio.Future[Outcome]:
        """As `append`, to be awaited in the running event loop; those that wait share a transaction."""
        call = Call(None, actor=actor, events=events)
        call.loop = loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        call.future = future
        self._writer(ledger).submit(call)
        return future

    def append(self, ledger: str, events: Sequence[Event], *, actor: str = "system") -> Answer:
        """Append events decided elsewhere (imports, closures), by the ordinary road; they carry their versions.

        Raises:
            StreamConflict: a version does not follow its stream.
            Malformed: a value is not of the format.
        """
        call = Call(None, actor=actor, events=events)
        future: Future[Outcome] = Future()
        call.future = future
        self._writer(ledger).submit(call)
        outcome = future.result()
        assert isinstance(outcome, Answer)  # noqa: S101 - prepared events are never refused, they fail
        return outcome

    def close_due(
        self, ledger: str, at: datetime | None = None, *, period: PeriodKind = "day", actor: str = "system"
    ) -> list[ClosedPeriod]:
        """Close every period that has ended; give the closures made since. A ledger with nothing due is only read.

        Args:
            ledger: name or id.
            at: the moment, for a ledger with a simulated clock: by it nothing has ended since its last entry.
            period: what is asked for; whatever has ended is closed.
            actor: who asks; `system` makes automatic closures.

        Raises:
            LedgerUnknown, and what `execute` raises.
        """
        identifier = self._id(ledger)
        head = self._head(identifier)
        register = Register.from_json(orjson.loads(head.register))
        previous = parse_at(head.at)
        given = previous if at is None else max(at, previous)
        now = given if register.clock == "simulated" else max(self._clock.now(), previous)
        closing = Closing(self.store, identifier, days_of(register))
        if closing.due(now, head, register) is None:
            return []
        before = closing.state().events
        moment = now if register.clock == "simulated" else None
        self.execute(identifier, ClosePeriod(period=period), actor=actor, at=moment)
        return list(closures(self.store, identifier, before))

    def forget(self, ledger: str) -> None:
        """Let the ledger's writer trust no cached state: what states were made of has been erased or purged."""
        with self._lock:
            writer = self._writers.get(self.find(ledger).ledger)
        if writer is not None:
            writer.forget()

    def change_seal_key(
        self,
        ledger: str,
        reason: Reason,
        *,
        actor: str = "system",
        recovery_file: Path | None = None,
        suspect_from: int | None = None,
    ) -> str:
        """Put a new seal key in force, by a `key.changed/1` entry; give its id. See docs/keys.md.

        Args:
            ledger: name or id.
            reason: `routine`, `lost` or `compromised`.
            actor: who asks.
            recovery_file: authorise by the offline recovery key in this file; without it, by the outgoing key.
            suspect_from: after a compromise, the first entry that is unproven unless anchored outside.

        Raises:
            KeyMissing: the authorising key is not there, or is not the one in force.
        """
        self._close_before_key(ledger)
        change = KeyChangeAsked("seal", reason, actor, suspect_from, recovery_file)
        return change_key(self.store, self.keys, self._id(ledger), self._clock, _KINDS, change)

    def change_recovery_key(self, ledger: str, recovery_file: Path, new_file: Path, *, actor: str = "system") -> str:
        """Put a new offline recovery key in force, written to `new_file`; the old one authorises. Give its id."""
        self._close_before_key(ledger)
        change = KeyChangeAsked("recovery", "routine", actor, None, recovery_file, new_file)
        return change_key(self.store, self.keys, self._id(ledger), self._clock, _KINDS, change)

    def successor(self, ledger: str, reason: SuccessorReason) -> Continues:
        """Give what the successor of a ledger that takes nothing more says in its entry 1.

        It takes over the perpetual totals (docs/retention.md). Where the keys are lost with their mark, it says what
        the store says.

        Args:
            ledger: name or id of the old one.
            reason: why it goes on elsewhere.

        Raises:
            LedgerUnknown: there is no such ledger.
        """
        row = self.find(ledger)
        head, first = self.store.head(row.ledger), next(self.store.lines(row.ledger, 0, 1), None)
        if head is None or first is None:
            raise LedgerUnknown(ledger)
        perpetual, absolute = perpetual_totals(self.store, row.ledger)
        return Continues(
            ledger=row.ledger,
            genesis=first.fingerprint,
            seq=head.seq,
            head=head.fingerprint,
            checkpoint=self._last_checkpoint(row.ledger),
            reason=reason,
            perpetual_cents=perpetual,
            perpetual_absolute_cents=absolute,
        )

    def _last_checkpoint(self, ledger: str) -> str | None:
        """Give the digest of the last checkpoint's text, as the mark knows it."""
        try:
            mark, facts = self.keys.mark(ledger), self.keys.facts(ledger)
        except KeyMissing:
            return None
        origin = checkpoint.origin(facts.origin, ledger)
        text = checkpoint.checkpoint_text(origin, mark.size, bytes.fromhex(mark.root))
        return hashlib.sha256(text).hexdigest() if mark.size else None

    # ---- reading

    def state(self, ledger: str, kind: StreamKind[S], identifier: str) -> S | None:
        """Give the state of one stream as the store has it now, or None when it has no event."""
        found: S | None = self._reader(ledger).states.read(kind, kind.stream(identifier)).state
        return found

    def register(self, ledger: str) -> Register:
        """Give the ledger-wide facts: series counters, opening facts.

        Raises:
            LedgerUnknown: there is no such ledger.
        """
        return Register.from_json(orjson.loads(self._head(ledger).register))

    def entries(
        self, ledger: str, after: int = 0, upto: int | None = None, types: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Give entries in order, decoded with the private values that are at hand, in bounded memory."""
        reader = self._reader(ledger)
        while found := reader.recorder.select_notifications(after, _CHUNK, upto, types, inclusive_of_start=False):
            yield from map(reader.mapper.to_domain_event, found)
            after = found[-1].id

    def stream(self, ledger: str, stream: str) -> list[Event]:
        """Give one stream's events in order of version."""
        reader = self._reader(ledger)
        return [reader.mapper.to_domain_event(event) for event in reader.recorder.select_events(stream)]

    # ---- running

    def readiness(self, ledger: str | None = None) -> Readiness:
        """Tell whether the store answers and the keys (of one ledger, or of all active ones) can sign."""
        problems: list[str] = []
        try:
            rows = [self.find(ledger)] if ledger is not None else self.store.ledgers()
        except LedgerUnknown:
            return Readiness(False, ("there is no such ledger",))
        except StoreFailure as away:
            return Readiness(False, (f"the store does not answer: {away}",))
        present = set(self.keys.ledgers())
        missing = [row.name for row in rows if row.ledger not in present]
        if missing:
            problems.append(f"no keys for {', '.join(missing[:5])}" + (" and others" if len(missing) > 5 else ""))
        if ledger is not None and not missing:
            problems.extend(self._key_problem(rows[0].ledger))
        if self.keys.failure is not None:
            problems.append("the high-water mark cannot be made durable")
        broken = [w for w in self._writers.values() if w.broken is not None and ledger in (None, w.ledger)]
        problems.extend(f"ledger {writer.ledger} has stopped: {writer.broken}" for writer in broken)
        return Readiness(not problems, tuple(problems))

    def figures(self) -> Figures:
        """Give what all writers have done since the service was made."""
        with self._lock:
            writers = list(self._writers.values())
        total = Figures()
        for one in writers:
            for member in fields(Figures):
                setattr(total, member.name, getattr(total, member.name) + getattr(one.figures, member.name))
        return total

    def waiting(self) -> int:
        """Tell how many calls nobody has taken yet."""
        with self._lock:
            return sum(writer.waiting() for writer in self._writers.values())

    def stop(self) -> None:
        """Take no more commands, serve those that wait, make the marks durable."""
        with self._lock:
            self._stopping = True
            writers = list(self._writers.values())
        for writer in writers:
            writer.stop()
        self.keys.sync()

    def close(self) -> None:
        """Stop, and close the store."""
        self.stop()
        self.store.close()

    # ---- inside

    def _head(self, ledger: str) -> Head:
        head = self.store.head(self._id(ledger))
        if head is None:
            raise LedgerUnknown(ledger)
        return head

    def _close_before_key(self, ledger: str) -> None:
        """Close what has ended, as a writer would before the entry of a key change, which no writer writes."""
        with suppress(KeyMissing):  # the key is lost: what has ended is closed under the new one
            self.close_due(ledger)

    def _id(self, name_or_id: str) -> str:
        found = self._ids.get(name_or_id)
        if found is None:
            found = self.find(name_or_id).ledger
            self._ids[name_or_id] = self._ids[found] = found  # a name never passes to another ledger
        return found

    def _writer(self, name_or_id: str) -> Writer:
        ledger = self._id(name_or_id)
        writer = self._writers.get(ledger)
        if writer is not None:
            return writer
        with self._lock:
            if self._stopping:
                raise Overloaded("stopping")
            writer = self._writers.get(ledger)
            if writer is None:
                writer = Writer(
                    ledger,
                    self.store,
                    lambda: self._open_keys(ledger),
                    self._clock,
                    DECIDERS,
                    _KINDS,
                    self.settings.writer,
                )
                self._writers[ledger] = writer
            return writer

    def _open_keys(self, ledger: str) -> LedgerKeys:
        if words := self.keys.closed(ledger):
            raise BehindMark(words)
        return self.keys.open(ledger, self.store)

    def _reader(self, name_or_id: str) -> _Reader:
        ledger = self._id(name_or_id)
        found = self._readers.get(ledger)
        if found is None:
            found = self._readers[ledger] = _Reader(self.store, ledger, self._clock)
        return found

    def _key_problem(self, ledger: str) -> list[str]:
        try:
            self._open_keys(ledger).close()
        except SceauError as error:
            return [str(error)]
        return []


@dataclass(frozen=True, slots=True)
class LedgerHandle:
    """One ledger of a service: the same methods without naming it each time.

    It is the way in for programs, so it looks at each member of a command as the parsers of HTTP and of the command
    line do: a price such as "10.90", written otherwise than the format says, is refused (`MEMBER_INVALID`), never kept.
    """

    service: Service
    row: LedgerRow

    def execute(
        self, command: Command, *, key: str | None = None, actor: str = "system", at: datetime | None = None
    ) -> Outcome:
        """Run a command; see `Service.execute`."""
        refused = ill_formed(command)
        if refused is not None:
            return refused
        return self.service.execute(self.row.ledger, command, key=key, actor=actor, at=at)

    def execute_async(
        self, command: Command, *, key: str | None = None, actor: str = "system", at: datetime | None = None
    ) -> asyncio.Future[Outcome]:
        """Run a command; see `Service.execute_async`."""
        refused = ill_formed(command)
        if refused is not None:
            answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
            answered.set_result(refused)
            return answered
        return self.service.execute_async(self.row.ledger, command, key=key, actor=actor, at=at)

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """Give the state of one stream; see `Service.state`."""
        return self.service.state(self.row.ledger, kind, identifier)

    def entries(self, after: int = 0, upto: int | None = None, types: Sequence[str] = ()) -> Iterator[Event]:
        """Give entries in order; see `Service.entries`."""
        return self.service.entries(self.row.ledger, after, upto, types)


class _NoSigner:
    """What a reader has in place of a key."""

    key_id = ""
    public_der = b""

    def sign(self, message: bytes) -> bytes:
        """Refuse."""
        raise KeyMissing(f"a reader does not seal ({len(message)} bytes)")


class _Reader:
    """One ledger read through the library's recorder and repository."""

    def __init__(self, store: Store, ledger: str, clock: Clock) -> None:
        self.recorder = LedgerRecorder(store, ledger, _NoSigner(), clock=clock.now)
        self.mapper = EventMapper(ledger=ledger)
        self.states = States(EventStore(self.mapper, self.recorder), 0)


_ADAPTERS: dict[type[Command], TypeAdapter[Any]] = {}  # made at first use: 77 of them take a second


def _adapter(command: type[Command]) -> TypeAdapter[Any]:
    found = _ADAPTERS.get(command)
    if found is None:
        found = _ADAPTERS[command] = TypeAdapter(command)
    return found


def ill_formed(command: Command) -> Refusal | None:
    """Refuse a command that was made in Python with a value that its schema does not admit; None for a good one."""
    adapter = _adapter(type(command))
    try:
        adapter.validate_python(adapter.dump_python(command, exclude_none=True, warnings=False))
    except (ValidationError, PydanticSerializationError) as error:
        first = error.errors(include_input=False)[0]["loc"] if isinstance(error, ValidationError) else ()
        return refuse("MEMBER_INVALID", "".join(f"/{part}" for part in first))
    return None


def request_digest(command: Command, at: datetime | None = None) -> str:
    """Give the digest that a repeated idempotency key is compared by: SHA-256 of the canonical request."""
    plain = _adapter(type(command)).dump_python(command, mode="json", exclude_none=True)
    request = {"command": type(command).NAME, "request": plain} | ({"at": format_at(at)} if at else {})
    return hashlib.sha256(canonical.encode(request)).hexdigest()


def _call(command: Command, key: str | None, actor: str, at: datetime | None) -> Call:
    if key is not None and not (1 <= len(key) <= _MOST_KEY and key.isprintable()):
        raise ValueError(f"an idempotency key has 1 to {_MOST_KEY} printable characters")
    digest = request_digest(command, at) if key is not None else ""
    return Call(command, actor=actor, key=key, digest=digest, at=format_at(at) if at else None)


__all__ = ["LedgerHandle", "Opened", "Readiness", "Service", "Settings", "request_digest"]
