"""Delivering events to webhooks: in order for each endpoint, again until it is taken, given up in the end and told.

One thread at a time works for an endpoint, over all processes, by a lease of its own: what hangs at one holds up no
other. What is delivered is kept before the next is sent; who is killed in between sends that one again, under the
same `webhook-id`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from threading import Event, Lock
from typing import Final

import orjson

from api.jobs.scheduler import Still
from api.jobs.trouble import Trouble
from api.webhooks import vault
from api.webhooks.endpoints import send
from api.webhooks.events import cloud_event
from api.webhooks.schedule import OF_THE_EVENT, delay
from api.webhooks.sending import Outcome, Sender
from archive.anchors.anchor import rfc3339
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import SceauError
from ledger.shell.hooks import DeadLetter, Endpoint, Try
from ledger.shell.service import Service
from ledger.shell.store import Line

_LOG: Final = logging.getLogger("sceau.webhooks")
THREADS: Final = 8
"""Endpoints served at once."""
BATCH: Final = 100
TURN: Final = timedelta(seconds=10)
"""How long one endpoint's deliveries go on before another's turn."""
ROUND_SECONDS: Final = 1.0
"""How long a round waits for its threads: what takes longer goes on beside the next."""
LEASE: Final = timedelta(seconds=90)
"""Longer than one request with its lookup may take, whenever it was last prolonged."""
PROLONGED: Final = timedelta(seconds=5)
"""How long a lease is taken for granted."""
_KEEP_EVERY: Final = 1000
"""Entries passed over, as nobody wants their type, before that is kept."""


@dataclass(slots=True)
class Delivered:
    """What the job has done since the start, and how things stand, for metrics."""

    delivered: int = 0
    failed: int = 0
    failing: int = 0  # endpoints whose next event was tried in vain, or that are disabled
    dead: int = 0
    behind: int = 0  # entries, of the endpoint that is furthest behind


class Delivering:
    """Delivers the events of every ledger of a service."""

    def __init__(
        self,
        service: Service,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        public_url: str | None = None,
        told: Callable[[Delivered], None] | None = None,
        below: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        """Deliver with `sender`.

        Args:
            service: whose ledgers.
            sender: what sends, and says what may be reached.
            clock: the present, UTC.
            public_url: where anybody reaches this server, for `dataschema`.
            told: gets the figures after each round.
            below: a random whole number, for jitter.
        """
        self._service = service
        self._side = service.store.side()
        self._hooks = self._side.hooks()
        self._sender = sender
        self._clock = clock
        self._public_url = public_url
        self._told = told
        self._below = below
        self._holder = secrets.token_hex(8)
        self._trouble = Trouble("webhooks")
        self._pool = ThreadPoolExecutor(THREADS, "sceau-webhook")
        self._busy: dict[str, Future[None]] = {}
        self._quiet: dict[str, tuple[int, int]] = {}  # by endpoint: its revision, and the head with nothing left
        self._held: dict[str, tuple[bytes, tuple[vault.Held, ...]]] = {}  # by endpoint: encrypted, opened
        self._ending = Event()
        self._lock = Lock()
        self.figures = Delivered()

    def run(self, still: Still) -> None:
        """One round: every endpoint that has something due gets a thread, unless it has one."""
        endpoints = self._hooks.endpoints()
        self._busy = {name: work for name, work in self._busy.items() if not work.done()}
        for one in endpoints:
            if not still():
                break
            if one.endpoint not in self._busy and self._is_due(one):
                self._busy[one.endpoint] = self._pool.submit(self._serve, one, still)
        wait(self._busy.values(), timeout=ROUND_SECONDS)
        self._count(self._hooks.endpoints() if endpoints else [])

    def end(self) -> None:
        """Let requests under way come to their end; begin no more."""
        self._ending.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _is_due(self, one: Endpoint) -> bool:
        if one.state != "active":
            return False
        if one.again_at and parse_at(one.again_at) > self._clock():
            return False
        head = self._service.store.head(one.ledger)
        return head is not None and self._quiet.get(one.endpoint) != (one.revision, head.seq)

    def _serve(self, one: Endpoint, still: Still) -> None:
        """Deliver to one endpoint for a while, while it holds its lease."""
        name = f"webhooks.{one.endpoint}"
        try:
            if not self._hold(name):
                return
            try:
                self._deliver(one, self._holding(name, still))
            finally:
                self._side.drop_lease(name, self._holder)
        except SceauError as error:
            self._trouble.tell(one.endpoint, error)
        except Exception as error:  # one endpoint's trouble is not the others'
            _LOG.error("webhook %s: %s", one.endpoint, type(error).__name__, exc_info=True)
        else:
            self._trouble.over(one.endpoint)

    def _deliver(self, one: Endpoint, still: Still) -> None:
        found = self._hooks.endpoint(one.ledger, one.endpoint)  # another process may have gone on meanwhile
        if found is None or not self._is_due(found):
            return
        until = self._clock() + TURN
        head = self._service.store.head(one.ledger)
        following: Endpoint | None = self._dead_again(found, still)
        while following is not None and head is not None:
            lines = list(islice(self._service.store.lines(
                one.ledger, following.seq, head.seq, limit=BATCH, types=following.types), BATCH))  # fmt: skip
            if not lines:
                self._rest(following, head.seq)
                return
            for line in lines:
                if following is None or not still() or self._clock() >= until:
                    return
                following = self._one(following, line)
            head = self._service.store.head(one.ledger)

    def _one(self, one: Endpoint, line: Line) -> Endpoint | None:
        """Try one event once; give the endpoint as it is kept then, None when no more is to be sent now."""
        if not line.line:  # purged: there is nothing to send
            return self._put(replace(one, seq=line.seq, attempts=0, again_at=""), one)
        outcome, attempt = self._send(one, line), one.attempts + 1
        now = self._clock()
        moment = format_at(now)
        self._hooks.tried(
            one.ledger, one.endpoint,
            Try(line.seq, attempt, moment, outcome.status, outcome.cause, outcome.milliseconds),
        )  # fmt: skip
        tried = replace(one, last_at=moment, last_cause=outcome.cause)
        if outcome.delivered:
            with self._lock:
                self.figures.delivered += 1
            if one.attempts:
                self._hooks.bury(one.ledger, one.endpoint, line.seq, line.seq)  # if it was killed while giving up
            return self._put(replace(tried, seq=line.seq, attempts=0, again_at=""), one)
        with self._lock:
            self.figures.failed += 1
        return self._failed(one, replace(tried, attempts=attempt), line, outcome, now)

    def _failed(self, one: Endpoint, tried: Endpoint, line: Line, outcome: Outcome, now: datetime) -> Endpoint | None:
        if tried.attempts == 1:
            _LOG.warning("webhook %s: entry %d not delivered, %s", one.endpoint, line.seq, outcome.cause)
        if outcome.status == 410:
            self._put(replace(tried, state="disabled", reason="gone", attempts=0, again_at=""), one)
            _LOG.warning("webhook %s is disabled: the endpoint says that it is gone", one.endpoint)
            return None
        again = delay(tried.attempts, outcome, self._below)
        if again is not None:
            self._put(replace(tried, again_at=format_at(now + again)), one)
            return None
        letter = DeadLetter(line.seq, line.type, format_at(now), tried.attempts, outcome.status, outcome.cause)
        self._hooks.give_up(one.ledger, one.endpoint, letter)
        _LOG.warning("webhook %s: entry %d is given up, %s", one.endpoint, line.seq, outcome.cause)
        passed = replace(tried, seq=line.seq, attempts=0, again_at="")
        if outcome.status in OF_THE_EVENT:
            return self._put(passed, one)
        self._put(replace(passed, state="disabled", reason=outcome.cause), one)
        _LOG.warning("webhook %s is disabled: it took nothing in the whole time of retries", one.endpoint)
        return None

    def _dead_again(self, one: Endpoint, still: Still) -> Endpoint | None:
        """Send dead letters that were asked for, once each; one that fails is as dead as before."""
        after = 0
        while letters := self._hooks.dead(one.ledger, one.endpoint, after):
            for letter in letters:
                after = letter.seq
                if not letter.again:
                    continue
                if not still():
                    return None
                line = next(iter(self._service.store.lines(one.ledger, letter.seq - 1, letter.seq)), None)
                if line is None or not line.line:
                    self._hooks.bury(one.ledger, one.endpoint, letter.seq, letter.seq)
                    continue
                outcome = self._send(one, line)
                attempts, moment = letter.attempts + 1, format_at(self._clock())
                self._hooks.tried(
                    one.ledger, one.endpoint,
                    Try(line.seq, attempts, moment, outcome.status, outcome.cause, outcome.milliseconds),
                )  # fmt: skip
                if outcome.delivered:
                    self._hooks.bury(one.ledger, one.endpoint, letter.seq, letter.seq)
                else:
                    again = replace(letter, at=moment, attempts=attempts, status=outcome.status, cause=outcome.cause,
                                    again=False)  # fmt: skip
                    self._hooks.give_up(one.ledger, one.endpoint, again)
        return one

    def _send(self, one: Endpoint, line: Line) -> Outcome:
        event = cloud_event(one.ledger, line, orjson.loads(line.line), self._public_url)
        message, body = f"{one.ledger}:{line.seq}", orjson.dumps(event)
        return send(self._sender, one.url, self._secrets(one), message, body, self._clock())

    def _secrets(self, one: Endpoint) -> tuple[vault.Held, ...]:
        """Open an endpoint's secrets: once for all its deliveries, as the key they are under is slow to open."""
        closed, held = self._held.get(one.endpoint, (b"", ()))
        if closed != one.secrets:
            held = vault.open_(self._service.keys, one.ledger, one.endpoint, one.secrets)
            self._held[one.endpoint] = one.secrets, held
        return held

    def _put(self, changed: Endpoint, before: Endpoint) -> Endpoint | None:
        """Keep what came of a try; None when somebody changed the endpoint meanwhile: theirs stands."""
        changed = replace(changed, revision=before.revision + 1)
        return changed if self._hooks.put(changed, before.revision) else None

    def _rest(self, one: Endpoint, head: int) -> None:
        """Note that nothing up to the head is left; keep it now and then, so that a restart does not look far back."""
        kept: Endpoint | None = one
        if head - one.seq >= _KEEP_EVERY:
            kept = self._put(replace(one, seq=head), one)
        if kept is not None:
            self._quiet[one.endpoint] = kept.revision, head

    def _holding(self, name: str, still: Still) -> Still:
        """Give what is asked before each request: it prolongs both leases, but not for every one of a hundred."""
        asked = self._clock()

        def holds() -> bool:
            nonlocal asked
            if self._ending.is_set():
                return False
            if self._clock() - asked < PROLONGED:
                return True
            asked = self._clock()
            return still() and self._hold(name)

        return holds

    def _hold(self, name: str) -> bool:
        now = self._clock()
        return self._side.take_lease(name, self._holder, rfc3339(now), rfc3339(now + LEASE), rfc3339(now + 2 * LEASE))

    def _count(self, endpoints: list[Endpoint]) -> None:
        figures = self.figures
        figures.failing = sum(1 for one in endpoints if one.attempts or one.state == "disabled")
        figures.dead = sum(self._hooks.count_dead().values())
        heads = {ledger: self._service.store.head(ledger) for ledger in {one.ledger for one in endpoints}}
        behind = [0]
        for one in endpoints:
            head = heads[one.ledger]
            if one.state == "active" and head is not None and self._quiet.get(one.endpoint) != (one.revision, head.seq):
                behind.append(head.seq - one.seq)
        figures.behind = max(behind)
        if self._told is not None:
            self._told(figures)
