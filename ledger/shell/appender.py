"""Links, seals and appends what several callers bring, in one transaction. It decides nothing.

What was serialised before is linked to the head, one seal is signed for the whole append, and the store keeps all of
it or nothing. A stale member fails alone. An answer lost at COMMIT is settled by looking, and by the head's own
compare-and-swap, never by guessing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from eventsourcing.persistence import IntegrityError, OperationalError

from ledger.kernel.entry import NO_PREVIOUS, format_at, ledger_id, link
from ledger.kernel.errors import Break
from ledger.kernel.frozen import frozen
from ledger.kernel.seal import NO_SEAL, Signer, seal_digest, seal_text
from ledger.shell.errors import (
    HeadMoved,
    InDoubt,
    LedgerUnknown,
    OperationTaken,
    StoreFailure,
    StreamConflict,
    Unavailable,
)
from ledger.shell.lines import Tail
from ledger.shell.store import Append, Disclosure, Head, Line, Operation, SealRow, Store

_DOUBT_PAUSES_SECONDS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_MOST_REFUSALS_OF_ONE_HEAD = 8
_NOTHING = b"{}"


class RecordTaken(StreamConflict, IntegrityError):  # noqa: N818 - named as in `ledger.shell.errors`
    """`StreamConflict` in the library's family."""


class KeyTaken(OperationTaken, IntegrityError):  # noqa: N818 - the same
    """`OperationTaken` in the library's family."""


class StoreAway(Unavailable, OperationalError):  # noqa: N818 - the same
    """`Unavailable` in the library's family."""


class OutcomeUnknown(InDoubt, OperationalError):  # noqa: N818 - the same
    """`InDoubt` in the library's family: the store could not be asked again either."""


@frozen
class Done:
    """One command with an idempotency key, before its entries have a place."""

    key: str
    digest: str  # 64 hex, SHA-256 of the canonical request
    offset: int  # of its first entry among the events put together
    count: int  # of its entries; 0 when it wrote nothing
    outcome: bytes  # canonical JSON


@dataclass(frozen=True, slots=True)
class Opening:
    """The name and kind of a ledger that the first append opens."""

    name: str
    kind: str  # live | training


class Mark(Protocol):
    """The high-water mark, kept beside the key and outside the store (`docs/spec/seal.md`)."""

    def check(self, ledger: str, head: Head) -> None:
        """Called with every head read from the store, before anything is signed. Raises BehindMark."""

    def keep(self, ledger: str, head: Head) -> None:
        """Called after COMMIT, before any caller is answered."""


@dataclass(slots=True, eq=False)
class Member:
    """What one caller brings; then `first`, the seq of its first entry, or the error that is its alone."""

    tails: Sequence[Tail]
    at: str | None = None
    expected: Head | None = None
    operations: Sequence[Done] = ()
    register: bytes | None = None
    first: int = 0
    error: Exception | None = None
    done: bool = False


@dataclass(slots=True)
class _Chain:
    """An append under construction: it grows link by link."""

    ledger: str
    seq: int
    prev: str
    at: str
    register: bytes
    lines: list[Line] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)

    def add(self, member: Member, at: str) -> None:
        if member.tails:
            self.at = max(self.at, at)
        self.register = self.register if member.register is None else member.register
        member.first = self.seq + 1
        ledger, seq, prev, at, lines = self.ledger, self.seq, self.prev, self.at, self.lines
        for stream, version, type_, tail, secrets in member.tails:
            seq += 1
            line, prev = link(ledger, seq, prev, at, tail)
            lines.append(Line(seq, prev, stream, version, type_, line))
            for secret in secrets:
                self.disclosures.append(Disclosure(seq, secret.path, secret.salt, secret.value))
        self.seq, self.prev = seq, prev
        for done in member.operations:
            first = member.first + done.offset
            self.operations.append(Operation(done.key, done.digest, first, first + done.count - 1, done.outcome))


class Appender:
    """One ledger's writing end. Only one thread at a time may be in `commit`."""

    def __init__(
        self,
        store: Store,
        ledger: str | None,
        signer: Signer,
        clock: Callable[[], datetime],
        opening: Opening | None = None,
        mark: Mark | None = None,
        seal_every_entry: bool = False,
    ) -> None:
        """Append to `ledger`, or, when it is None, to the one that `opening` names and the first append opens.

        Raises:
            ValueError: neither a ledger nor an opening was given.
        """
        if ledger is None and opening is None:
            raise ValueError("an appender needs a ledger, or the name of the one to open")
        self._store = store
        self._ledger = ledger
        self._signer = signer
        self._clock = clock
        self._opening = opening
        self._mark = mark
        self._every = seal_every_entry
        self._head: Head | None = None
        self._genesis = ""
        self._unmarked: Exception | None = None
        self.written: Sequence[Line] = ()
        """The entries of the last append that was kept."""

    @property
    def ledger(self) -> str | None:
        """The ledger's id; None until it is opened."""
        if self._ledger is None and self._opening is not None:
            row = self._store.find(self._opening.name)
            self._ledger = row.ledger if row else None
        return self._ledger

    def head(self) -> Head | None:
        """The head as this appender knows it, read from the store if it knows none.

        Raises:
            BehindMark: the store is older than what was already sealed.
            LedgerUnknown: there is no such ledger.
        """
        ledger = self.ledger
        if self._head is None and ledger is not None:
            head = self._store.head(ledger)
            if head is None:
                raise LedgerUnknown(ledger)
            if self._mark is not None:
                self._mark.check(ledger, head)
            self._head = head
        return self._head

    def forget_head(self) -> None:
        """Read the head from the store at the next need."""
        self._head = None

    def commit(self, members: Sequence[Member]) -> None:
        """Append all members, each whole, together where they can be; each ends done or with its error.

        Raises:
            Break, BehindMark, LedgerUnknown, or what the signer raises: nobody was served.
        """
        waiting = list(members)
        while waiting:
            now = _together(waiting)
            waiting = [member for member in waiting if member not in now]
            self._commit(now, waiting)
            if not waiting:
                return
            kept = {(tail.stream, tail.version): tail for m in now if m.done for tail in m.tails}
            for member in waiting:
                taken = next((t for t in member.tails if (t.stream, t.version) in kept), None)
                if taken is not None and member.error is None:
                    member.error = RecordTaken(taken.stream, taken.version)
            waiting = [member for member in waiting if member.error is None]

    def _commit(self, members: list[Member], waiting: list[Member]) -> None:
        refused: Head | None = None
        refusals = 0
        while members := [member for member in members if not member.done and member.error is None]:
            head = self.head()
            try:
                self._append(members, head)
            except HeadMoved as moved:
                refusals = refusals + 1 if refused == head else 1
                refused = head
                if refusals == _MOST_REFUSALS_OF_ONE_HEAD:
                    raise Break("head_not_taken", "the head stands still and cannot be taken") from moved
                self._head = None
                _fail([member for member in members if member.expected is not None], moved)
            except StreamConflict as conflict:
                self._blame_stale(members, waiting, conflict)
            except OperationTaken as taken:
                self._blame_used(members, taken)
            except InDoubt as doubt:
                _fail(members, OutcomeUnknown(*doubt.args))
            except Unavailable as away:
                _fail(members, StoreAway(*away.args))
            except StoreFailure as failure:
                _fail(members, failure)

    def _append(self, members: list[Member], head: Head | None) -> None:
        if self._unmarked is not None:
            raise Unavailable("the high-water mark could not be kept") from self._unmarked
        if any(member.expected is not None and not _same(member.expected, head) for member in members):
            raise HeadMoved(self._ledger)
        append = self._build(members, head)
        try:
            self._send(append)
        except InDoubt:
            self._head = None
            self._settle(append)
        self._ledger = append.ledger
        self._head = append.head
        self.written = append.lines
        for member in members:
            member.done = True
        if self._mark is not None and append.lines:
            try:
                self._mark.keep(append.ledger, append.head)
            except OSError as error:
                # What was committed is answered for; nothing more is signed until the mark can be kept.
                self._unmarked = error

    def _build(self, members: list[Member], head: Head | None) -> Append:
        now = format_at(self._clock())
        ledger = self._ledger or ledger_id(members[0].tails[0].tail)
        chain = _Chain(
            ledger,
            head.seq if head else 0,
            head.fingerprint if head else NO_PREVIOUS,
            head.at if head else "",
            head.register if head else _NOTHING,
        )
        for member in members:
            chain.add(member, member.at or now)
        seals, seal = self._seal(chain, head)
        after = Head(chain.seq, chain.prev, chain.at, seal, chain.register)
        return Append(ledger, head, chain.lines, seals, chain.disclosures, chain.operations, after)

    def _seal(self, chain: _Chain, head: Head | None) -> tuple[list[SealRow], str]:
        digest = head.seal if head else NO_SEAL
        if not chain.lines:
            return [], digest
        genesis = self._identity(chain.ledger) if head else chain.lines[0].fingerprint
        seals: list[SealRow] = []
        steps = [(line, line) for line in chain.lines] if self._every else [(chain.lines[0], chain.lines[-1])]
        key = self._signer.key_id
        for first, last in steps:
            text = seal_text(chain.ledger, genesis, first.seq, last.seq, last.fingerprint, digest, key)
            signature = self._signer.sign(text)
            seals.append(SealRow(first.seq, last.seq, text, signature))
            digest = seal_digest(text, signature)
        return seals, digest

    def _identity(self, ledger: str) -> str:
        if not self._genesis:
            first = next(self._store.lines(ledger, 0, 1), None)
            if first is None:
                raise Break("deleted", "entry 1 is missing", 1)
            self._genesis = first.fingerprint
        return self._genesis

    def _send(self, append: Append) -> None:
        if append.expected is not None:
            self._store.append(append)
        elif self._opening is not None:
            self._store.open_ledger(self._opening.name, self._opening.kind, append)
        else:
            raise LedgerUnknown(append.ledger)

    def _settle(self, append: Append) -> None:
        """Find out whether an append was kept; return when it was.

        What is not there may still be on its way: the same bytes are sent again, and the head's compare-and-swap lets
        one of the two in, whichever comes first.

        Raises:
            HeadMoved, StreamConflict, OperationTaken: it was not kept, and cannot be any more.
            InDoubt: the store could not be asked.
        """
        for pause in _DOUBT_PAUSES_SECONDS:
            time.sleep(pause)
            try:
                if self._was_kept(append):
                    return
                refused = self._refused(append)
                if refused is None or self._was_kept(append):
                    return
            except (InDoubt, Unavailable):
                continue
            raise refused
        raise InDoubt("the store could not be asked again")

    def _refused(self, append: Append) -> StoreFailure | None:
        """Send an append once more; why it was refused, or None when it was kept."""
        try:
            self._send(append)
        except (HeadMoved, StreamConflict, OperationTaken) as refused:
            return refused
        return None

    def _was_kept(self, append: Append) -> bool:
        """Salted, hence unique: the fingerprint of the append's first entry stands where we put it, or never will."""
        if append.lines:
            first = append.lines[0]
            found = next(self._store.lines(append.ledger, first.seq - 1, first.seq), None)
            return found is not None and found.fingerprint == first.fingerprint
        stored = [self._store.operation(append.ledger, operation.key) for operation in append.operations]
        return all(one == operation for one, operation in zip(stored, append.operations, strict=True))

    def _blame_stale(self, members: list[Member], waiting: list[Member], conflict: StreamConflict) -> None:
        """Fail the members whose versions do not follow what is stored, as few as it takes.

        Those who wait for the next transaction are failed too where what they bring is already taken: one look for
        all, not one refused transaction for each.
        """
        streams = sorted({tail.stream for member in (*members, *waiting) for tail in member.tails})
        last = self._store.versions(self._ledger, streams) if self._ledger else {}
        for member in waiting:
            taken = next((tail for tail in member.tails if tail.version <= last.get(tail.stream, 0)), None)
            if taken is not None:
                member.error = RecordTaken(taken.stream, taken.version)
        blamed = False
        for member in members:
            mine = dict(last)
            for tail in member.tails:
                if tail.version != mine.get(tail.stream, 0) + 1:
                    member.error = RecordTaken(tail.stream, tail.version)
                    blamed = True
                    break
                mine[tail.stream] = tail.version
            else:
                last = mine
        if not blamed:
            # The store changed its mind between the two answers: the one it named gives way.
            named = (conflict.stream, conflict.version)
            guilty = [m for m in members if any((t.stream, t.version) == named for t in m.tails)]
            _fail(guilty or members, RecordTaken(*named))

    def _blame_used(self, members: list[Member], taken: OperationTaken) -> None:
        """Fail the members whose idempotency key is already used."""
        ledger = self._ledger or ""
        guilty = [m for m in members if any(self._store.operation(ledger, done.key) for done in m.operations)]
        _fail(guilty or members, KeyTaken(*taken.args))


def _together(members: list[Member]) -> list[Member]:
    """The first members that fit in one transaction.

    One that was decided on a given head goes alone. One that repeats a (stream, version) or a key of another waits
    for that one's outcome.
    """
    if len(members) == 1:
        return members
    chosen: list[Member] = []
    claimed: set[object] = set()
    for member in members:
        if member.expected is not None or member.register is not None:
            return chosen or [member]
        mine: set[object] = {(tail.stream, tail.version) for tail in member.tails}
        mine.update(done.key for done in member.operations)
        if mine.isdisjoint(claimed):
            claimed |= mine
            chosen.append(member)
    return chosen


def _same(expected: Head, head: Head | None) -> bool:
    return head is not None and (head.seq, head.fingerprint) == (expected.seq, expected.fingerprint)


def _fail(members: list[Member], error: Exception) -> None:
    for member in members:
        member.error = error
