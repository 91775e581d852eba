"""Endpoints of webhooks: made, listed, paused, given a new secret, sent back, tested. HTTP and command line call this.

Whoever receives events reads what is recorded: a new endpoint and its end are entries of the technical journal, as
for an API key, under the subject `webhook:<id>`. Its URL and secrets never are.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from api.settings import Settings
from api.webhooks import vault
from api.webhooks.addresses import Forbidden, Policy, target_of
from api.webhooks.events import STRUCTURED, ping_event
from api.webhooks.sending import Outcome, Sender
from api.webhooks.signing import Scheme, headers_of, new_secret, public_key
from ledger.domain.commands.parties import JournalAccess
from ledger.domain.events import EVENT_TYPES
from ledger.domain.refusals import Refusal
from ledger.kernel.entry import format_at
from ledger.shell.hooks import DeadLetter, Endpoint, Try
from ledger.shell.service import Service

MOST: Final = 16
"""Endpoints of one ledger."""
MOST_OVERLAP: Final = timedelta(days=7)
OVERLAP: Final = timedelta(days=1)
"""How long an old secret signs beside the new one, if nothing else is said."""
USER_AGENT: Final = "Sceau-Webhooks/1"

_TYPES: Final = frozenset(each.TYPE for each in EVENT_TYPES)
_LABEL: Final = re.compile(r"[^\x00-\x1f\x7f]{0,100}")


class NotSo(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """What was asked of an endpoint cannot be; `cause` is a stable word, `place` a member's name."""

    def __init__(self, place: str, cause: str) -> None:
        super().__init__(f"{place}: {cause}")
        self.place = place
        self.cause = cause


class NotJournalled(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The ledger does not take the entry that says so, as it is closed for instance: nothing was done."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Unknown(LookupError):  # noqa: N818 - the house names what happened, not "Error"
    """The ledger has no such endpoint."""


@dataclass(frozen=True, slots=True)
class Made:
    """An endpoint, and its secret if it was made just now: it is not shown again."""

    endpoint: Endpoint
    secret: str | None
    public: str | None
    again: bool = False  # an idempotency key made it before

    def __repr__(self) -> str:
        return f"Made({self.endpoint.endpoint})"


def policy_of(settings: Settings) -> Policy:
    """Give what the operator allows."""
    return Policy(private=settings.webhooks_private == "on", http=settings.webhooks_http == "on")


class Endpoints:
    """The endpoints of a service's ledgers. Methods may be called from several threads; each may block."""

    def __init__(self, service: Service, sender: Sender, clock: Callable[[], datetime]) -> None:
        """Keep endpoints beside the ledgers of `service`; `sender` sends test events and says what may be reached."""
        self._service = service
        self._hooks = service.store.side().hooks()
        self._sender = sender
        self._clock = clock

    def add(
        self,
        ledger: str,
        url: str,
        *,
        types: Sequence[str] = (),
        label: str = "",
        scheme: Scheme = "v1",
        after: int | None = None,
        actor: str,
        key: str | None = None,
    ) -> Made:
        """Make an endpoint. It gets what is recorded from now on, or from `after` on.

        Raises:
            NotSo: the URL, a type or the label cannot be; there are too many; the key was used for something else.
            NotJournalled: the ledger takes no entry.
            KeyMissing: the ledger's keys or their passphrase are not here.
        """
        self._check(url, types, label)
        name = _id_of(ledger, key) if key is not None else str(uuid.uuid4())
        wanted = tuple(dict.fromkeys(types))
        earlier = self._hooks.endpoint(ledger, name)
        if earlier is not None:
            return self._earlier(earlier, url, wanted, label, scheme)
        if len(self._hooks.endpoints(ledger)) >= MOST:
            raise NotSo("", "too_many")
        now, secret = format_at(self._clock()), new_secret(scheme)
        closed = vault.close(self._service.keys, ledger, name, (vault.Held(secret, now),))
        self._journal(ledger, JournalAccess(subject=f"webhook:{name}", role="auditor"), actor)
        head = self._service.store.head(ledger)
        start = after if after is not None else head.seq if head is not None else 0
        made = Endpoint(ledger, name, url, label, wanted, scheme, closed, now, seq=start)
        if not self._hooks.create(made):
            return self._earlier(self.one(ledger, name), url, wanted, label, scheme)
        return Made(made, secret if scheme == "v1" else None, public_key(secret))

    def all(self, ledger: str) -> list[Endpoint]:
        """Give a ledger's endpoints, the oldest first."""
        return self._hooks.endpoints(ledger)

    def one(self, ledger: str, endpoint: str) -> Endpoint:
        """Give one endpoint.

        Raises:
            Unknown: there is none.
        """
        found = self._hooks.endpoint(ledger, endpoint)
        if found is None:
            raise Unknown(endpoint)
        return found

    def public(self, endpoint: Endpoint) -> str | None:
        """Give the newest public key of an endpoint that is signed for with Ed25519; None for the others."""
        if endpoint.scheme != "v1a":
            return None
        return public_key(
            vault.open_(self._service.keys, endpoint.ledger, endpoint.endpoint, endpoint.secrets)[0].secret
        )

    def remove(self, ledger: str, endpoint: str, *, actor: str) -> None:
        """Remove an endpoint, and what is told of it.

        Raises:
            Unknown: there is none.
        """
        self.one(ledger, endpoint)
        self._hooks.delete(ledger, endpoint)
        with suppress(NotJournalled):  # a closed ledger's endpoint goes all the same
            self._journal(ledger, JournalAccess(subject=f"webhook:{endpoint}"), actor)

    def pause(self, ledger: str, endpoint: str) -> Endpoint:
        """Send nothing more until it is resumed; what is recorded meanwhile waits.

        Raises:
            Unknown: there is none.
        """
        return self._change(ledger, endpoint, lambda one: replace(one, state="paused", reason=""))

    def resume(self, ledger: str, endpoint: str) -> Endpoint:
        """Go on where it was paused or disabled, at once.

        Raises:
            Unknown: there is none.
        """
        return self._change(
            ledger, endpoint, lambda one: replace(one, state="active", reason="", attempts=0, again_at="")
        )

    def rotate(self, ledger: str, endpoint: str, overlap: timedelta = OVERLAP) -> Made:
        """Make a new secret; the old one signs beside it for `overlap`.

        Raises:
            Unknown: there is none.
            NotSo: an overlap below zero or above seven days.
            KeyMissing: the ledger's keys are not here.
        """
        if not timedelta() <= overlap <= MOST_OVERLAP:
            raise NotSo("overlap_hours", "out_of_range")
        scheme: Scheme = "v1a" if self.one(ledger, endpoint).scheme == "v1a" else "v1"
        secret = new_secret(scheme)
        now = self._clock()
        until, moment = format_at(now + overlap), format_at(now)

        def change(one: Endpoint) -> Endpoint:
            held = vault.open_(self._service.keys, ledger, endpoint, one.secrets)
            old = [replace(each, until=min(each.until or until, until)) for each in held]
            kept = (vault.Held(secret, moment), *(each for each in old if each.until is None or each.until > moment))
            return replace(one, secrets=vault.close(self._service.keys, ledger, endpoint, kept[:4]))

        return Made(self._change(ledger, endpoint, change), secret if scheme == "v1" else None, public_key(secret))

    def replay(self, ledger: str, endpoint: str, after: int) -> Endpoint:
        """Send everything after an entry again, in order; dead letters from there on are forgotten, and sent with it.

        Raises:
            Unknown: there is none.
            NotSo: the ledger does not reach that far.
        """
        head = self._service.store.head(ledger)
        if head is None or not 0 <= after <= head.seq:
            raise NotSo("after", "out_of_range")
        changed = self._change(ledger, endpoint, lambda one: replace(one, seq=after, attempts=0, again_at=""))
        self._hooks.bury(ledger, endpoint, after + 1)
        return changed

    def again(self, ledger: str, endpoint: str) -> int:
        """Have every dead letter sent once more; how many there are.

        Raises:
            Unknown: there is none.
        """
        found = self._hooks.ask_again(ledger, endpoint)
        self._change(ledger, endpoint, lambda one: one)  # its revision tells the job that there is something to do
        return found

    def tries(self, ledger: str, endpoint: str, limit: int = 100) -> list[Try]:
        """Give the latest tries, newest first.

        Raises:
            Unknown: there is no such endpoint.
        """
        self.one(ledger, endpoint)
        return self._hooks.tries(ledger, endpoint, limit)

    def dead(self, ledger: str, endpoint: str, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Give dead letters after an entry, in order.

        Raises:
            Unknown: there is no such endpoint.
        """
        self.one(ledger, endpoint)
        return self._hooks.dead(ledger, endpoint, after, limit)

    def ping(self, ledger: str, endpoint: str) -> Outcome:
        """Send a test event now, once; nothing of it is kept.

        Raises:
            Unknown: there is no such endpoint.
            KeyMissing: the ledger's keys are not here.
        """
        one = self.one(ledger, endpoint)
        now, token = self._clock(), secrets.token_hex(8)
        body = orjson.dumps(ping_event(ledger, endpoint, token, format_at(now)))
        held = vault.open_(self._service.keys, ledger, endpoint, one.secrets)
        return send(self._sender, one.url, held, f"{ledger}:ping-{token}", body, now)

    def pending(self, one: Endpoint) -> int:
        """Give how many entries are recorded after the last that is settled; of every type."""
        head = self._service.store.head(one.ledger)
        return max(0, head.seq - one.seq) if head is not None else 0

    def _check(self, url: str, types: Sequence[str], label: str) -> None:
        try:
            target_of(url, self._sender.policy)
        except Forbidden as forbidden:
            raise NotSo("url", forbidden.cause) from None
        if not _TYPES.issuperset(types):
            raise NotSo("types", "unknown_type")
        if _LABEL.fullmatch(label) is None:
            raise NotSo("label", "characters")

    def _earlier(self, one: Endpoint, url: str, types: tuple[str, ...], label: str, scheme: str) -> Made:
        if (one.url, one.types, one.label, one.scheme) != (url, types, label, scheme):
            raise NotSo("", "key_used")
        return Made(one, None, self.public(one), again=True)

    def _change(self, ledger: str, endpoint: str, change: Callable[[Endpoint], Endpoint]) -> Endpoint:
        while True:
            one = self.one(ledger, endpoint)
            changed = replace(change(one), revision=one.revision + 1)
            if self._hooks.put(changed, one.revision):
                return changed

    def _journal(self, ledger: str, command: JournalAccess, actor: str) -> None:
        outcome = self._service.execute(ledger, command, actor=actor)
        if isinstance(outcome, Refusal) and outcome.code != "NOTHING_TO_CHANGE":
            raise NotJournalled(outcome)


def send(sender: Sender, url: str, held: tuple[vault.Held, ...], message: str, body: bytes, now: datetime) -> Outcome:
    """Sign and send one message to an endpoint."""
    headers = headers_of(vault.in_force(held, now), message, now, body)
    return sender.post(url, body, {**headers, "Content-Type": STRUCTURED, "User-Agent": USER_AGENT})


def shown(one: Endpoint, pending: int, dead: int, public: str | None = None) -> dict[str, Any]:
    """Show an endpoint without its secret; a query in its URL may hold one, and is not shown."""
    parts = urlsplit(one.url)
    members: dict[str, Any] = {
        "id": one.endpoint,
        "url": f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?..." if parts.query else ""),
        "label": one.label,
        "types": list(one.types),
        "scheme": one.scheme,
        "state": one.state,
        "created_at": one.created_at,
        "seq": one.seq,
        "pending": pending,
        "attempts": one.attempts,
        "dead": dead,
    }
    optional = {"reason": one.reason, "again_at": one.again_at, "last_at": one.last_at, "last_cause": one.last_cause}
    members |= {name: value for name, value in optional.items() if value}
    return members if public is None else {**members, "public_key": public}


def _id_of(ledger: str, key: str) -> str:
    """Make an endpoint's id of the idempotency key that asks for it, in the form of a UUIDv4."""
    text = sha256(f"sceau-webhook/1\n{ledger}\n{key}".encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:32]}"
