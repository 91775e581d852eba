"""Mailing what waits: once by whoever holds the claim, again until it is taken, given up in the end and told.

A claim is a row that says `sending` until a moment: two processes never send one message at once, and what a killed
process held is taken up when its claim lapses, with the same Message-ID. While the server is away one message at a
time asks whether it is back; the others wait without an entry each.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from api.documents import Documents
from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble, place_of
from api.messages.catalogue import BY_NAME
from api.messages.envelope import Envelope
from api.messages.mime import Enclosed, mail
from api.messages.post import Post
from api.messages.schedule import LIFE, delay, pause
from api.messages.smtp import Outcome, Sends
from api.rendering.errors import DocumentErased, DocumentRefused, DocumentUnknown, NotRendered
from api.rendering.subjects import Subject
from ledger.domain.commands.messages import RecordMessageFailed, RecordMessageSent
from ledger.domain.refusals import Refusal
from ledger.domain.streams.message import MESSAGE
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import SceauError
from ledger.shell.errors import Overloaded, StreamPurged
from ledger.shell.outbox import SERVER, Outgoing, State
from ledger.shell.service import Service

_LOG: Final = logging.getLogger("sceau.messages")
THREADS: Final = 4
"""Mails on their way at once."""
BATCH: Final = 50
ROUND_SECONDS: Final = 1.0
"""How long a round waits for its threads: what takes longer goes on beside the next."""
CLAIM: Final = timedelta(seconds=300)
"""Longer than one mail with its documents may take."""
AGAIN: Final = timedelta(seconds=60)
"""When what a ledger could not record now is tried again."""
KEPT: Final = timedelta(days=90)
"""How long a settled message is listed, and one that failed may be sent again; its entries stay."""
_PRUNE_EVERY: Final = timedelta(hours=6)


@dataclass(slots=True)
class Mailed:
    """What the job has done since the start, and how things stand, for metrics."""

    sent: int = 0
    failed: int = 0  # tries in vain
    given_up: int = 0
    waiting: int = 0
    away: bool = False  # the mail server did not answer lately


class Mailing:
    """Mails the messages of every ledger of a service."""

    def __init__(
        self,
        service: Service,
        post: Post,
        sends: Sends,
        clock: Callable[[], datetime],
        *,
        documents: Documents | None = None,
        told: Callable[[Mailed], None] | None = None,
        below: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        """Mail over `sends` what `post` queues.

        Args:
            service: whose ledgers.
            post: opens what is queued, and completes what was killed in between.
            sends: the mail server.
            clock: the present, UTC.
            documents: gives the files that go along.
            told: gets the figures after each round.
            below: a random whole number, for jitter.
        """
        self._service = service
        self._outbox = service.store.side().outbox()
        self._post = post
        self._sends = sends
        self._clock = clock
        self._documents = documents
        self._told = told
        self._below = below
        self._trouble = Trouble("messages")
        self._pool = ThreadPoolExecutor(THREADS, "sceau-mail")
        self._busy: dict[tuple[str, str], Future[None]] = {}
        self._lock = Lock()
        self._ended = False
        self._used = False  # connections may be open that no round has closed
        self._away_times = 0
        self._away_until: datetime | None = None
        self._pruned_at: datetime | None = None
        self.figures = Mailed()

    def run(self, still: Still) -> None:
        """One round: every message that is due gets a thread, unless it has one."""
        now = self._clock()
        with self._lock:
            self._busy = {key: work for key, work in self._busy.items() if not work.done()}
            resting = self._resting(now)
            asking = self._away_times > 0
        if not resting:
            due = self._outbox.due(format_at(now), BATCH)
            for row in due[:1] if asking else due:
                if not still():
                    break
                self._begin(row)
        wait(list(self._busy.values()), timeout=ROUND_SECONDS)
        self._rest()
        self._prune(now)
        self.figures.waiting = sum(self._outbox.counts().values())
        self.figures.away = self._away_times > 0
        if self._told is not None:
            self._told(self.figures)

    def hurry(self, ledger: str, message: str) -> None:
        """Send one message now, whatever else waits; called by the process that queued it."""
        row = self._outbox.get(ledger, message)
        if row is not None and row.state == "waiting":  # else somebody sends it already, or has
            self._begin(row)

    def end(self) -> None:
        """Let mails under way come to their end; begin no more."""
        with self._lock:
            self._ended = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._sends.rest()

    def _rest(self) -> None:
        """Close the round's connections, beside the next round: a goodbye may take its time."""
        with self._lock:
            over = self._used and not self._ended and all(work.done() for work in self._busy.values())
            if over:
                self._used = False
                self._pool.submit(self._sends.rest)

    # ---- one message

    def _begin(self, row: Outgoing) -> None:
        key = row.ledger, row.message
        with self._lock:
            if self._ended or (key in self._busy and not self._busy[key].done()):
                return
            self._used = True
            self._busy[key] = self._pool.submit(self._serve, row)

    def _serve(self, row: Outgoing) -> None:
        try:
            self._one(row)
        except SceauError as error:
            self._trouble.tell(row.ledger, error)
        except Exception as error:  # one message's trouble is not the others'
            _LOG.error("message %s of ledger %s: %s", row.message, row.ledger, place_of(error))
        else:
            self._trouble.over(row.ledger)

    def _one(self, row: Outgoing) -> None:
        claimed = self._claim(row)
        if claimed is None:
            return
        try:
            if row.state == "handed":
                self._record_sent(claimed)
                return
            if row.state == "prepared":  # its entry may not be there yet
                completed = self._post.complete(claimed)
                if isinstance(completed, Refusal) or completed.state != "waiting":
                    return
                claimed = self._claim(completed)
                if claimed is None:
                    return
            self._send(claimed)
        except BaseException:
            self._let_go(row.ledger, row.message)
            raise

    def _claim(self, row: Outgoing) -> Outgoing | None:
        state = row.state if row.state in ("handed", "prepared") else "sending"
        until = format_at(self._clock() + CLAIM)
        return self._put(replace(row, state=state, again_at=until), row.revision)

    def _let_go(self, ledger: str, message: str) -> None:
        """Give back what could not be dealt with now (the ledger takes no entry, a key is missing)."""
        held = self._outbox.get(ledger, message)
        if held is not None and held.state in ("sending", "handed", "prepared"):
            state = "waiting" if held.state == "sending" else held.state
            again = format_at(self._clock() + AGAIN)
            self._put(replace(held, state=state, again_at=again, last_cause="not_recorded"), held.revision)

    def _send(self, row: Outgoing) -> None:
        if row.ledger != SERVER:
            state = self._service.state(row.ledger, MESSAGE, row.message)
            if state is None or state.phase != "queued":  # somebody recorded its end by hand
                self._settle(row, "dropped", "closed")
                return
            if self._post.is_erased(row):
                self._settle(row, "dropped", "erased")
                return
        now = self._clock()
        if self._is_over(row, now):
            self._give_up(row, "expired")
            return
        until = self._away_until
        if until is not None and self._resting(now) and not BY_NAME[row.template].urgent:
            self._put(replace(row, state="waiting", again_at=format_at(until)), row.revision)
            return
        outcome = self._try(row, self._post.open(row))
        with self._lock:
            self._note(outcome, now)
        if outcome.fate == "taken":
            self._taken(row, outcome)
        elif outcome.fate == "refused":
            self._give_up(row, outcome.cause)
        else:
            self._later(row, outcome)

    def _try(self, row: Outgoing, envelope: Envelope) -> Outcome:
        try:
            files = self._files(row, envelope)
        except (DocumentErased, DocumentRefused, DocumentUnknown, StreamPurged):
            return Outcome("refused", "document_gone")
        except (NotRendered, Overloaded):
            return Outcome("later", "document_not_made")
        made = mail(envelope, row.message, row.ledger, self._sends.sender, parse_at(row.created_at), files)
        return self._sends.send(made, envelope.email)

    def _files(self, row: Outgoing, envelope: Envelope) -> list[Enclosed]:
        found: list[Enclosed] = []
        for one in envelope.attachments:
            if one.kind is None:
                found.append(Enclosed(one.name, one.media_type, one.data))
            elif self._documents is not None:
                subject = Subject(one.kind, one.about, one.seq)
                file = self._documents.file(row.ledger, subject, envelope.language)
                found.append(Enclosed(file.name, file.media_type, file.data))
        return found

    def _is_over(self, row: Outgoing, now: datetime) -> bool:
        ends = parse_at(row.expires_at) if row.expires_at else parse_at(row.created_at) + LIFE
        return now > ends

    def _resting(self, now: datetime) -> bool:
        return self._away_until is not None and now < self._away_until

    # ---- what came of it

    def _note(self, outcome: Outcome, now: datetime) -> None:
        """Remember whether the server is there at all."""
        if outcome.fate != "away":
            if outcome.cause != "document_not_made" and self._away_times:
                _LOG.warning("the mail server is there again")
                self._away_times, self._away_until = 0, None
            return
        if self._resting(now):
            return  # several were on their way when it went
        self._away_times += 1
        self._away_until = now + pause(self._away_times, self._below)
        if self._away_times == 1:
            _LOG.warning("the mail server is away: %s %s", outcome.cause, outcome.reply or "")

    def _taken(self, row: Outgoing, outcome: Outcome) -> None:
        now = format_at(self._clock())
        handed = replace(
            row, state="handed", digest=outcome.digest, last_at=now, last_cause="", attempts=row.attempts + 1
        )
        kept = self._put(handed, row.revision)
        with self._lock:
            self.figures.sent += 1
        if kept is not None:
            self._record_sent(kept)

    def _record_sent(self, row: Outgoing) -> None:
        if row.ledger != SERVER:
            command = RecordMessageSent(message=row.message, digest=row.digest or None)
            self._service.execute(row.ledger, command)  # refused when another process has said so
        self._settle(row, "sent", "")

    def _give_up(self, row: Outgoing, cause: str) -> None:
        with self._lock:
            self.figures.failed += 1
            self.figures.given_up += 1
        _LOG.warning("message %s of ledger %s is given up: %s", row.message, row.ledger, cause)
        self._record_failed(row, cause, final=True)
        self._settle(replace(row, attempts=row.attempts + 1), "failed", cause)

    def _later(self, row: Outgoing, outcome: Outcome) -> None:
        with self._lock:
            self.figures.failed += 1
        attempts, now = row.attempts + 1, self._clock()
        self._record_failed(row, outcome.cause, final=False)
        again = format_at(now + delay(attempts, self._below))
        self._put(
            replace(row, state="waiting", attempts=attempts, again_at=again, last_at=format_at(now),
                    last_cause=outcome.cause),
            row.revision,
        )  # fmt: skip

    def _record_failed(self, row: Outgoing, cause: str, *, final: bool) -> None:
        if row.ledger != SERVER:
            self._service.execute(row.ledger, RecordMessageFailed(message=row.message, cause=cause, final=final))

    def _settle(self, row: Outgoing, state: State, cause: str) -> None:
        """Close a message; its body goes, but for one that failed and may be sent again (`Post.again`)."""
        keeps = state == "failed" and cause != "expired" and not BY_NAME[row.template].secret
        now = format_at(self._clock())
        settled = replace(row, state=state, body=row.body if keeps else b"", last_cause=cause, last_at=now)
        self._put(settled, row.revision)

    def _put(self, changed: Outgoing, expected: int) -> Outgoing | None:
        """Keep a row as its next revision; None when somebody changed it meanwhile: theirs stands."""
        changed = replace(changed, revision=expected + 1)
        return changed if self._outbox.put(changed, expected) else None

    def _prune(self, now: datetime) -> None:
        if self._pruned_at is None or now - self._pruned_at > _PRUNE_EVERY:
            self._pruned_at = now
            self._outbox.prune(format_at(now - KEPT))
