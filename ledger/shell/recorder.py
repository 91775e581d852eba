"""The library's `ApplicationRecorder` over a `Store`: one recorder per ledger, any number over one store.

Writing goes through `ledger.shell.appender`, in shared transactions; reading returns stored events and notifications
that carry the entry's line and its disclosures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from threading import Condition
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, NotSupportedError, StoredEvent, Subscription

from ledger.kernel.seal import Signer
from ledger.shell.appender import Appender, Done, Mark, Member, Opening
from ledger.shell.groups import Group
from ledger.shell.lines import LineCodec, TailCodec
from ledger.shell.mapper import LineEvent, LineNotification
from ledger.shell.purged import purged
from ledger.shell.store import Disclosure, Head, Line, Store
from ledger.shell.subscription import PollingSubscription

_MOST_MEMBERS = 64
_COMMITMENT = b'{"$c":"'


class LedgerRecorder(ApplicationRecorder):
    """Records one ledger. Methods may be called from several threads."""

    def __init__(
        self,
        store: Store,
        ledger: str | None,
        signer: Signer,
        *,
        clock: Callable[[], datetime],
        codec: LineCodec | None = None,
        opening: Opening | None = None,
        mark: Mark | None = None,
        seal_every_entry: bool = False,
        patience_seconds: float = 0.0003,
    ) -> None:
        """Record `ledger`, or, when it is None, the one that `opening` names and the first insert opens.

        Raises:
            ValueError: neither a ledger nor an opening was given.
        """
        self.store = store
        self.hint = Condition()
        """Notified after each insert of this recorder: a hint to readers, who poll all the same."""
        self._codec: LineCodec = codec or TailCodec()
        self._appender = Appender(store, ledger, signer, clock, opening, mark, seal_every_entry)
        self._group = Group(self._run, patience_seconds=patience_seconds, most=_MOST_MEMBERS)

    @property
    def ledger(self) -> str | None:
        """The ledger's id; None until it is opened."""
        return self._appender.ledger

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        at: str | None = None,
        expected: Head | None = None,
        operations: Sequence[Done] = (),
        register: bytes | None = None,
        tracking: object = None,
        **kwargs: Any,
    ) -> Sequence[int]:
        """Link, seal and keep these events in one transaction; their seqs.

        Args:
            stored_events: what `EventMapper` made, or what the codec accepts.
            at: `chain.at`; by default the clock's. Never before the previous entry's, whatever is asked.
            expected: the head these events were decided on. Given, a head that moved is the caller's to hear of;
                not given, the events are linked to whatever the head is.
            operations: idempotency keys to keep in the same transaction.
            register: the head row's new register; by default it is left as it is.
            tracking: the library passes it; only None is taken.

        Raises:
            HeadMoved: `expected` was given and is no more the head: re-read, decide again.
            RecordTaken: a (stream, version) is taken or would leave a gap; an `IntegrityError` to the library.
            KeyTaken: an idempotency key is already used; answer from the store.
            StoreAway: nothing was kept; try again later. OutcomeUnknown: it may have been; look before retrying.
            Malformed: the events are not of the format.
            NotSupportedError: tracking was asked for with events, or an argument this recorder does not know.
        """
        if tracking is not None or kwargs:
            raise NotSupportedError(f"not kept with events: {', '.join(['tracking', *kwargs])}")
        if not stored_events and not operations:
            return []
        tails = [self._codec.tail(event) for event in stored_events]
        member = Member(tails, at, expected, operations, register)
        self._group.submit(member)
        if member.error is not None:
            raise member.error
        return list(range(member.first, member.first + len(tails)))

    @property
    def written(self) -> Sequence[Line]:
        """The entries of the last transaction that was kept, as they were written."""
        return self._appender.written

    def head(self) -> Head | None:
        """The head as this recorder knows it, read from the store if it knows none; another process may be ahead."""
        return self._appender.head()

    def forget_head(self) -> None:
        """Read the head from the store at the next need."""
        self._appender.forget_head()

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[LineEvent]:
        """One stream's events, with their disclosures.

        Raises:
            StreamPurged: the line of one of them left the store.
        """
        ledger = self.ledger
        if ledger is None:
            return []
        version = self._codec.version
        lines = list(
            self.store.stream(
                ledger,
                self._codec.stream(originator_id),
                gt=None if gt is None else version(gt),
                lte=None if lte is None else version(lte),
                desc=desc,
                limit=limit,
            )
        )
        gone = next((line for line in lines if not line.line), None)
        if gone is not None:
            raise purged(self.store, ledger, gone)
        private = self._private(ledger, lines)
        tell = self._codec.tell
        return [
            LineEvent(*tell(line), line.seq, line.fingerprint, line.line, private.get(line.seq, ())) for line in lines
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[LineNotification]:
        """Entries in order of seq, with their disclosures; of `topics` alone if given; those purged are left out."""
        ledger = self.ledger
        if ledger is None:
            return []
        after = (start or 0) - (1 if inclusive_of_start and start else 0)
        found = self.store.lines(ledger, after, stop, None if topics else limit, self._codec.types(topics))
        tell = self._codec.tell
        if topics:
            told = ((line, what) for line in found if line.line and (what := tell(line)).topic in topics)
            chosen = list(islice(told, limit))
        else:
            lines = list(found)
            if not all(line.line for line in lines):  # read on behind those that were purged
                more = self.store.lines(ledger, after, stop)
                lines = list(islice((line for line in more if line.line), limit))
            chosen = [(line, tell(line)) for line in lines]
        private = self._private(ledger, [line for line, _ in chosen])
        return [
            LineNotification(*what, line.seq, line.fingerprint, line.line, private.get(line.seq, ()))
            for line, what in chosen
        ]

    def max_notification_id(self) -> int | None:
        """The seq of the last entry in the store, or None if there is none."""
        ledger = self.ledger
        head = self.store.head(ledger) if ledger else None
        return head.seq if head else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Entries with seq > gt, then those still to come; it polls, and this recorder's own inserts wake it."""
        return PollingSubscription(self, gt=gt, topics=topics)

    def _private(self, ledger: str, lines: Iterable[Line]) -> dict[int, tuple[Disclosure, ...]]:
        seqs = [line.seq for line in lines if _COMMITMENT in line.line]
        found: dict[int, tuple[Disclosure, ...]] = {}
        for one in self.store.disclosures_of(ledger, seqs) if seqs else ():
            found[one.seq] = (*found.get(one.seq, ()), one)
        return found

    def _run(self, members: list[Member]) -> None:
        """In one thread at a time: the group's leader."""
        self._appender.commit(members)
        with self.hint:
            self.hint.notify_all()
