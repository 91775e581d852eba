"""One ledger's writer: takes every call that waits, decides each, appends all in one transaction, answers everyone.

A member that is refused or fails takes nobody with it. When another process was first, everything is decided again on
the new head. Nobody is answered before COMMIT, and a repeated idempotency key is answered from the store before
anything is decided. See docs/writer.md.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from typing import Any, Final

import orjson
from eventsourcing.persistence import PersistenceError

from ledger.domain.commands.common import Command
from ledger.domain.commands.periods import ClosePeriod
from ledger.domain.decision import After, Decision, Emit, StreamKind, World, within_totals
from ledger.domain.events.ledger import ClockStepped
from ledger.domain.opening import REGISTER_TAKES
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.ledger import LEDGER
from ledger.domain.streams.period import PERIOD_STREAM
from ledger.kernel import canonical
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import Break, Malformed, SceauError
from ledger.shell.appender import Done
from ledger.shell.calls import Answer, Call, CallQueue, Outcome, Replies, Written
from ledger.shell.clock import Clock, Reading, Watch
from ledger.shell.errors import BehindMark, HeadMoved, OperationTaken, StoreFailure, StreamConflict, StreamPurged
from ledger.shell.perimeter import software_change
from ledger.shell.sealing import LedgerKeys
from ledger.shell.session import Prepared, Session
from ledger.shell.store import Head, Operation, Store
from ledger.shell.world import Folded, GroupWorld, NotYetWritten

Decider = Callable[[Any, World], Decision | Refusal]

_LOG: Final = logging.getLogger("sceau.writer")
_MOST_CONFLICTS: Final = 3
_LEDGER_STREAM: Final = "ledger:self"


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """How a writer groups, waits and caches."""

    queue_calls: int = 4096  # more than these waiting: Overloaded
    group_calls: int = 256  # in one transaction
    group_bytes: int = 8 << 20  # of entries in one transaction, passed by at most one call
    patience_seconds: float = 0.0003  # for recent callers, before a group that is smaller than the last one
    idle_seconds: float = 10.0  # without a call, before the thread ends
    states: int = 20_000  # streams cached per ledger


@dataclass(slots=True)
class Figures:
    """What a writer has done since it was made: counters, for metrics."""

    calls: int = 0
    answered: int = 0
    refused: int = 0
    repeated: int = 0
    failed: int = 0
    groups: int = 0
    entries: int = 0
    head_moved: int = 0
    clock_steps: int = 0
    closures: int = 0


@dataclass(slots=True)
class _Part:
    """One accepted call's place in its group."""

    call: Call
    offset: int
    count: int
    result: Mapping[str, Any]


@dataclass(slots=True)
class _Group:
    """One transaction under construction."""

    head: Head
    at: str
    world: GroupWorld
    events: list[Prepared] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    versions: Mapping[str, int] = field(default_factory=dict)  # of prepared events' streams, as the store has them
    size: int = 0
    steps: int = 0  # of the clock, that wait to be written
    replies: Replies = field(default_factory=Replies)
    full: bool = False


@dataclass(slots=True)
class _Again:
    """How often the same calls were tried."""

    lost: int = 0  # to another process
    conflicts: int = 0


class Writer:
    """One thread per active ledger: started by the first call, ended after `idle_seconds` without one."""

    def __init__(
        self,
        ledger: str,
        store: Store,
        open_keys: Callable[[], LedgerKeys],
        clock: Clock,
        deciders: Mapping[type[Command], Decider],
        kinds: Mapping[str, StreamKind[Any]],
        settings: WriterSettings | None = None,
    ) -> None:
        """Write to `ledger`, with the keys that `open_keys` gives whenever the thread starts."""
        self.ledger = ledger
        self.figures = Figures()
        self._store = store
        self._open_keys = open_keys
        self._clock = clock
        self._watch = Watch(clock)
        self._deciders = deciders
        self._kinds = kinds
        self._settings = settings or WriterSettings()
        self._queue = CallQueue(self._settings.queue_calls)
        self._thread: Thread | None = None
        self._session: Session | None = None
        self._recent = 1
        self._steps: list[ClockStepped] = []
        self._stale = False
        self.broken: SceauError | None = None
        """Why this ledger takes nothing more in this process, or None."""

    def submit(self, call: Call) -> None:
        """Queue a call, whose future will be answered after COMMIT.

        Raises:
            Overloaded: the queue is full, or the service stops.
            Break, BehindMark: the writer of this ledger has stopped for good.
        """
        if self.broken is not None:
            raise self.broken
        self._queue.put(call, self._see_to_thread)

    def forget(self) -> None:
        """Trust no cached state from the next group on: what it was made of has been erased or purged."""
        self._stale = True

    def waiting(self) -> int:
        """Tell how many calls nobody has taken yet."""
        return len(self._queue)

    def stop(self) -> None:
        """Take no more calls, serve those that wait, and end."""
        self._queue.stop()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _see_to_thread(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name=f"sceau-{self.ledger[:8]}", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        settings = self._settings
        retired: list[Session] = []

        def ended() -> None:  # under the queue's lock: a call that comes now starts another thread and session
            self._thread = None
            if self._session is not None:
                retired.append(self._session)
                self._session = None

        while calls := self._queue.take(
            settings.group_calls, settings.idle_seconds, settings.patience_seconds, self._recent, ended
        ):
            self.figures.calls += len(calls)
            self._recent = len(calls)
            self._serve(calls)
        for session in retired:
            try:
                session.close()
            except (OSError, SceauError) as error:
                _LOG.warning("mark not durable at rest", extra=_told(self.ledger, error))

    def _serve(self, calls: list[Call]) -> None:
        """Serve every call, in as many transactions as it takes."""
        again = _Again()
        while calls:
            share = calls[: max(1, len(calls) >> again.lost)]  # a shorter group is decided sooner, and wins
            try:
                left = self._attempt(share, sure=again.conflicts > 0)
            except HeadMoved:
                again.lost += 1
                self.figures.head_moved += 1
            except (OperationTaken, StreamConflict) as conflict:
                # Another process used the key (it is looked up with the next attempt), or a cached version is wrong.
                again.conflicts += 1
                self._forget()
                if again.conflicts > len(share) + _MOST_CONFLICTS:
                    self._fail(calls, conflict)
                    return
            except BaseException as error:  # a thread that died in silence would leave its callers waiting
                self._fail(calls, error)
                return
            else:
                calls = left + calls[len(share) :]
                again = _Again()

    def _attempt(self, calls: list[Call], *, sure: bool) -> list[Call]:
        """Decide and append what fits in one transaction; give the calls that did not.

        `sure`: nothing is taken for granted any more, as the store refused a version.
        """
        if self.broken is not None:
            raise self.broken
        session = self._session_now()
        if self._stale:
            self._stale = False
            session.states.clear()
        group = self._begin(session, calls[0])
        stored = self._operations(calls)
        group.versions = self._versions(session, calls, sure=sure)
        left: list[Call] = []
        for place, call in enumerate(calls):
            if group.full or not self._fits(session, group, call) or not self._join(group, call, stored):
                left = calls[place:]
                break
        self._commit(session, group)
        group.replies.give()
        return left

    def _session_now(self) -> Session:
        if self._session is None:
            keys = self._open_keys()
            try:
                self._session = Session(self._store, keys, self._clock, self._kinds, self._settings.states)
            except BaseException:
                keys.close()
                raise
        return self._session

    def _forget(self) -> None:
        if self._session is not None:
            self._session.forget()

    def _begin(self, session: Session, first: Call) -> _Group:
        head = session.head()
        previous = parse_at(head.at)
        reading = self._read_clock(session, first, previous)
        if reading.step is not None:  # the watch tells a step once: it stays here until it is written
            self._steps.append(
                ClockStepped(clock=format_at(reading.step.clock), expected=format_at(reading.step.expected))
            )
            _LOG.warning("clock stepped", extra={"ledger": self.ledger})
        if reading.at >= session.closing.quiet_until:
            head = self._close_ended(session, reading.at, automatic=not _asks_to_close(first))
        today = session.days.of(reading.at)
        world = GroupWorld(session.states, self._kinds, session.register, reading.at, today, session.entropy)
        group = _Group(head, format_at(reading.at), world)
        if self._steps:
            self._enter(group, [Emit(_LEDGER_STREAM, step) for step in self._steps], "system")
            group.steps = len(self._steps)
        if not session.software_noted and not world.register.closed:
            changed = software_change(world.state(LEDGER, "self"))
            session.software_noted = changed is None  # else the next group looks again, and finds it written
            if changed is not None:
                self._enter(group, [Emit(_LEDGER_STREAM, changed)], "system")
        return group

    def _close_ended(self, session: Session, at: datetime, *, automatic: bool) -> Head:
        """Close every period that has ended before `at`, each in a transaction of its own; see docs/closures.md."""
        head = session.head()
        while (kind := session.closing.due(at, head, session.register)) is not None:
            event = session.closing.make(kind, at, session.register, automatic=automatic)
            world = GroupWorld(session.states, self._kinds, session.register, at, session.days.of(at))
            group = _Group(head, format_at(at), world)
            session.states.keep(PERIOD_STREAM, Folded(session.closing.state().events, session.closing.state()))
            self._enter(group, [Emit(PERIOD_STREAM, event)], "system")
            self._commit(session, group)
            self.figures.closures += 1
            head = session.head()
        return head

    def _read_clock(self, session: Session, first: Call, previous: datetime) -> Reading:
        if not session.simulated:
            return self._watch.read(previous)
        return Reading(max(parse_at(first.at), previous) if first.at else previous, None)

    def _operations(self, calls: Sequence[Call]) -> Mapping[str, Operation]:
        keys = [call.key for call in calls if call.key is not None]
        return self._store.operations(self.ledger, keys) if keys else {}

    def _versions(self, session: Session, calls: Sequence[Call], *, sure: bool) -> Mapping[str, int]:
        """Give the last versions of prepared events' streams that no cache knows, in one question.

        A stream that begins is not asked for: if it had begun before, the store's own key refuses the append, and the
        next attempt is `sure`.
        """
        streams = {
            event.originator_id
            for call in calls
            for event in call.events
            if (sure or event.originator_version > 1) and session.states.known(event.originator_id) is None
        }
        return self._store.versions(self.ledger, sorted(streams)) if streams else {}

    def _fits(self, session: Session, group: _Group, call: Call) -> bool:
        """Tell whether a call may be of this group: same simulated moment, no key twice."""
        if call.key is not None and call.key in group.keys:
            return False
        return not session.simulated or call.at is None or max(call.at, group.head.at) == group.at

    def _join(self, group: _Group, call: Call, stored: Mapping[str, Operation]) -> bool:
        """Take a call into the group, refused or not; False when it must wait for the next one."""
        operation = stored.get(call.key) if call.key is not None else None
        if operation is not None:
            group.replies.add(call, self._repeat(call, operation))
            return True
        if call.at is not None and not self._session_now().simulated:
            group.replies.add(call, refuse("TRAINING_ONLY", "/at"))  # a live ledger's clock is nobody's to give
            self.figures.refused += 1
            return True
        if call.command is None:
            return self._join_prepared(group, call)
        group.world.act_as(call.actor)
        try:
            decided = self._decide(group, call.command)
            if isinstance(decided, Refusal):
                group.replies.add(call, decided)
                self.figures.refused += 1
                return True
            offset = self._enter(group, decided.events, call.actor, decided.after)
        except NotYetWritten:
            return False
        except Malformed as fault:
            group.replies.add(call, refuse("MEMBER_INVALID", fault.place))
            self.figures.refused += 1
            return True
        except StreamPurged as gone:
            group.replies.add(call, refuse("STREAM_PURGED", "", seq=gone.seq, manifest=gone.manifest))
            self.figures.refused += 1
            return True
        except (StoreFailure, PersistenceError, Break):
            raise
        except Exception as error:  # a fault of ours in one command: it alone fails
            _LOG.error("decision failed", extra=_told(self.ledger, error))
            group.replies.add(call, error)
            self.figures.failed += 1
            return True
        self._part(group, call, offset, len(decided.events), decided.result)
        return True

    def _decide(self, group: _Group, command: Command) -> Decision | Refusal:
        if group.world.register.closed and not isinstance(command, ClosePeriod):  # which writes nothing of its own
            return refuse("LEDGER_CLOSED", "")
        if group.world.register.kind == "register" and type(command) not in REGISTER_TAKES:
            return refuse("REGISTER_OF_LEDGERS", "")
        decided = self._deciders[type(command)](command, group.world)
        return decided if isinstance(decided, Refusal) else within_totals(decided, group.world.register)

    def _part(self, group: _Group, call: Call, offset: int, count: int, result: Mapping[str, Any]) -> None:
        group.parts.append(_Part(call, offset, count, result))
        if call.key is not None:
            group.keys.add(call.key)
        group.full = group.size >= self._settings.group_bytes

    def _enter(self, group: _Group, events: Sequence[Emit], actor: str, after: After | None = None) -> int:
        """Give versions, serialise, and add to the group; the place of the first event.

        Raises:
            Malformed: a value is not of the format; nothing is added.
        """
        offset = len(group.events)
        try:
            versions = group.world.accept(events, after)
            mapper = self._session_now().mapper
            for emit, version in zip(events, versions, strict=True):
                event = Prepared.of(mapper, emit.stream, version, emit.event, actor)
                group.size += len(event.stored.state)
                group.events.append(event)
        except BaseException:
            group.world.undo()
            del group.events[offset:]
            raise
        return offset

    def _join_prepared(self, group: _Group, call: Call) -> bool:
        """Take in events that were decided elsewhere; they carry their versions."""
        world = group.world
        last: dict[str, int] = {}
        for event in call.events:
            stream, version = event.originator_id, event.originator_version
            before = last[stream] if stream in last else world.version(stream, group.versions)
            if version != before + 1:
                group.replies.add(call, StreamConflict(stream, version))
                self.figures.failed += 1
                return True
            last[stream] = version
        mapper = self._session_now().mapper
        offset = len(group.events)
        try:
            fresh = [
                e
                if isinstance(e, Prepared)
                else Prepared.of(mapper, e.originator_id, e.originator_version, e.record, e.actor)
                for e in call.events
            ]
        except Malformed as fault:
            group.replies.add(call, fault)
            return True
        group.events += fresh
        for event in fresh:
            group.size += len(event.stored.state)
            world.take_in(event.originator_id, event.originator_version, event.record)
        self._part(group, call, offset, len(fresh), {})
        return True

    def _commit(self, session: Session, group: _Group) -> None:
        """Append the group and keep what is now true; then its answers may be given."""
        operations = [
            Done(part.call.key, part.call.digest, part.offset, part.count, canonical.encode(dict(part.result)))
            for part in group.parts
            if part.call.key is not None
        ]
        if not group.events and not operations:
            for part in group.parts:  # decisions that change nothing
                group.replies.add(part.call, Answer(self.ledger, (), part.result))
            return
        world = group.world
        moved = world.register is not session.register
        register = canonical.encode(world.register.to_json()) if moved else None
        session.events.put(group.events, at=group.at, expected=group.head, operations=operations, register=register)
        self.figures.clock_steps += group.steps
        del self._steps[: group.steps]
        head = session.head_written()
        written = self._written(session, group, head)
        session.advance(head, world.register)
        session.states.keep_all(world.folds)
        session.states.drop(world.unread)
        for part in group.parts:
            entries = tuple(written[part.offset : part.offset + part.count])
            group.replies.add(part.call, Answer(self.ledger, entries, part.result))
        self.figures.groups += 1
        self.figures.entries += len(written)
        self.figures.answered += len(group.parts)

    def _written(self, session: Session, group: _Group, head: Head) -> list[Written]:
        """Give seq and fingerprint of each entry: they must be what this group serialised, up to the head.

        Raises:
            Break: they are not.
        """
        lines = session.recorder.written if group.events else ()
        seq, fingerprint = (lines[-1].seq, lines[-1].fingerprint) if lines else (group.head.seq, group.head.fingerprint)
        ours = len(lines) == len(group.events) and seq == group.head.seq + len(lines)
        if not ours or (seq, fingerprint) != (head.seq, head.fingerprint):
            raise Break("head_differs", "the head is not what was written", head.seq)
        written = []
        for event, line in zip(group.events, lines, strict=True):
            if not line.line.endswith(event.stored.state):
                raise Break("head_differs", "an entry is not what was decided", line.seq)
            written.append(Written(line.seq, line.stream, line.type, line.fingerprint))
        return written

    def _repeat(self, call: Call, operation: Operation) -> Outcome:
        """Answer a call whose key was used before, from the store."""
        if operation.digest != call.digest:
            self.figures.refused += 1
            return refuse("IDEMPOTENCY_MISMATCH", "")
        self.figures.repeated += 1
        lines = self._store.lines(self.ledger, operation.first - 1, operation.last)
        entries = tuple(Written(line.seq, line.stream, line.type, line.fingerprint) for line in lines)
        return Answer(self.ledger, entries, orjson.loads(operation.outcome), repeated=True)

    def _fail(self, calls: Sequence[Call], error: BaseException) -> None:
        """Let every call of a failed attempt hear of it; after a break, those that wait as well."""
        if isinstance(error, (Break, BehindMark)):
            self.broken = error
            _LOG.critical("writer stopped", extra=_told(self.ledger, error))
        elif not isinstance(error, StoreFailure):
            _LOG.error("group failed", extra=_told(self.ledger, error))
        self._forget()
        replies = Replies()
        for call in calls:
            replies.add(call, error)
        self.figures.failed += len(replies)
        replies.give()


def _asks_to_close(call: Call) -> bool:
    """Tell whether somebody asks for the closures that are due; what the software asks for is automatic."""
    return isinstance(call.command, ClosePeriod) and call.actor != "system"


def _told(ledger: str, error: BaseException) -> dict[str, Any]:
    """Give what may be logged of an error: its class and place; a message could hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    told: dict[str, Any] = {"ledger": ledger, "error": type(error).__name__, "place": place}
    if isinstance(error, Break):
        told["code"] = error.code
    return told


__all__ = ["Answer", "Decider", "Figures", "Outcome", "Writer", "WriterSettings"]
