"""Webhooks over HTTP: the owner's. A secret is in the answer that makes it, and in no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from api.http import schemas
from api.http.access import OWNER, enter
from api.http.body import read_object
from api.http.call import Answer, Call, answer_json, whole
from api.http.commands import REPEATED
from api.http.feed import types_of
from api.http.idempotency import key_of, under_way
from api.http.problems import Problem, Refused, invalid
from api.http.reads import LARGEST_PAGE, UUID, answer_page, page_of
from api.webhooks.endpoints import Endpoints, Made, NotJournalled, NotSo, Unknown, policy_of, shown
from api.webhooks.sending import Sender
from ledger.domain.events.common import record
from ledger.shell.hooks import Endpoint

T = TypeVar("T")

_COUNT: Final = {"type": "integer", "minimum": 0}
_MEMBERS: Final = {
    "id": schemas.UUID_TEXT,
    "url": {"type": "string", "description": "Without the values of its query."},
    "label": schemas.TEXT,
    "types": {"type": "array", "items": schemas.TEXT, "description": "None: every type."},
    "scheme": {"enum": ["v1", "v1a"]},
    "state": {"enum": ["active", "paused", "disabled"]},
    "created_at": schemas.INSTANT_TEXT,
    "seq": {**_COUNT, "description": "All entries up to here are delivered, given up or not wanted."},
    "pending": {**_COUNT, "description": "Entries after that, of every type."},
    "attempts": {**_COUNT, "description": "Tries in vain of the event after that."},
    "dead": {**_COUNT, "description": "Events given up."},
}
_MAYBE: Final = {
    "reason": {"type": "string", "description": "Why it is disabled."},
    "again_at": {"type": "string", "description": "When it is tried again."},
    "last_at": schemas.INSTANT_TEXT,
    "last_cause": {"type": "string", "description": "What came of the latest try."},
    "public_key": {"type": "string", "pattern": "^whpk_"},
}
ENDPOINT: Final = schemas.record(_MEMBERS, _MAYBE)
"""One endpoint."""
NEW_ENDPOINT: Final = schemas.record(
    _MEMBERS, {**_MAYBE, "secret": {"type": "string", "pattern": "^whsec_", "description": "Shown once."}}
)
"""One endpoint, with the secret made just now."""
DELIVERY: Final = schemas.record(
    {
        "seq": schemas.SEQ,
        "attempt": schemas.SEQ,
        "at": schemas.INSTANT_TEXT,
        "cause": schemas.TEXT,
        "milliseconds": _COUNT,
    },
    {"status": {"type": "integer"}},
)
"""One try."""
DEAD: Final = schemas.record(
    {
        "seq": schemas.SEQ,
        "type": schemas.TEXT,
        "at": schemas.INSTANT_TEXT,
        "attempts": schemas.SEQ,
        "cause": schemas.TEXT,
        "again": {"type": "boolean", "description": "It is to be sent once more."},
    },
    {"status": {"type": "integer"}},
)
"""One event that was given up."""
PINGED: Final = schemas.record(
    {"delivered": {"type": "boolean"}, "cause": schemas.TEXT, "milliseconds": _COUNT}, {"status": {"type": "integer"}}
)
"""What came of a test event."""

Url = Annotated[str, StringConstraints(strict=True, min_length=8, max_length=2000)]
Text = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\x00-\x1f\x7f]{0,100}$")]
Type = Annotated[str, StringConstraints(strict=True, max_length=64)]
Hours = Annotated[int, Field(strict=True, ge=0, le=168)]
Seq = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


@record
class NewWebhook:
    """An endpoint to be made: where to, which types (none: all), signed how, from which entry on (none: from now)."""

    url: Url
    types: tuple[Type, ...] = ()
    label: Text = ""
    scheme: Literal["v1", "v1a"] = "v1"
    after: Seq | None = None


@record
class NewWebhookSecret:
    """A new secret; the old one signs beside it for so many hours."""

    overlap_hours: Hours = 24


@record
class WebhookReplay:
    """What to send again: everything after an entry, in order; without `after`, the dead letters, once."""

    after: Seq | None = None


_NEW: TypeAdapter[NewWebhook] = TypeAdapter(NewWebhook)
_SECRET: TypeAdapter[NewWebhookSecret] = TypeAdapter(NewWebhookSecret)
_REPLAY: TypeAdapter[WebhookReplay] = TypeAdapter(WebhookReplay)


async def webhook_list(call: Call) -> Answer:
    """Answer the ledger's endpoints."""
    ledger = await enter(call, OWNER)
    call.query(())

    def read(endpoints: Endpoints) -> Answer:
        dead = call.context.side.hooks().count_dead()
        items = [
            shown(one, endpoints.pending(one), dead.get((ledger, one.endpoint), 0), endpoints.public(one))
            for one in endpoints.all(ledger)
        ]
        return answer_page(items, None)

    return await _do(call, read)


async def webhook(call: Call) -> Answer:
    """Answer one endpoint, and how it fares."""
    ledger = await enter(call, OWNER)
    call.query(())
    return await _do(call, lambda endpoints: _shown(call, endpoints, endpoints.one(ledger, _name(call))))


async def create(call: Call) -> Answer:
    """Make an endpoint; its secret is in this answer and nowhere else."""
    ledger = await enter(call, OWNER)
    call.query(())
    key = key_of(call)
    asked = await _asked(call, _NEW)
    types = types_of_body(asked.types)

    def make(endpoints: Endpoints) -> Answer:
        made = endpoints.add(
            ledger, asked.url, types=types, label=asked.label, scheme=asked.scheme, after=asked.after,
            actor=call.caller.actor, key=key,
        )  # fmt: skip
        return _made(call, endpoints, made, 201)

    with under_way(call, ledger, key):
        answer = await _do(call, make)
    call.context.wake(ledger)
    return answer


async def remove(call: Call) -> Answer:
    """Remove an endpoint."""
    ledger = await enter(call, OWNER)
    call.query(())

    def act(endpoints: Endpoints) -> Answer:
        endpoints.remove(ledger, _name(call), actor=call.caller.actor)
        return Answer(204, b"")

    answer = await _do(call, act)
    call.context.wake(ledger)
    return answer


async def pause(call: Call) -> Answer:
    """Send nothing more until it is resumed."""
    return await _act(call, lambda endpoints, ledger, name: endpoints.pause(ledger, name))


async def resume(call: Call) -> Answer:
    """Go on where it stopped."""
    return await _act(call, lambda endpoints, ledger, name: endpoints.resume(ledger, name))


async def rotate(call: Call) -> Answer:
    """Make a new secret. Asked twice it makes two, the older of which still signs."""
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed
    asked = await _asked(call, _SECRET, may_be_empty=True)
    overlap = timedelta(hours=asked.overlap_hours)
    return await _do(
        call,
        lambda endpoints: _made(call, endpoints, endpoints.rotate(ledger, _name(call), overlap), 200),
    )


async def replay(call: Call) -> Answer:
    """Send again."""
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed; asked twice, it goes back to the same place
    asked = await _asked(call, _REPLAY, may_be_empty=True)

    def act(endpoints: Endpoints) -> Answer:
        name = _name(call)
        if asked.after is None:
            endpoints.again(ledger, name)
        else:
            endpoints.replay(ledger, name, asked.after)
        return _shown(call, endpoints, endpoints.one(ledger, name))

    return await _do(call, act)


async def ping(call: Call) -> Answer:
    """Send a test event now, and answer what came of it."""
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed

    def act(endpoints: Endpoints) -> Answer:
        outcome = endpoints.ping(ledger, _name(call))
        told: dict[str, Any] = {
            "delivered": outcome.delivered, "cause": outcome.cause, "milliseconds": outcome.milliseconds
        }  # fmt: skip
        return answer_json(told | ({"status": outcome.status} if outcome.status else {}))

    return await _do(call, act, outside=True)


async def deliveries(call: Call) -> Answer:
    """Answer the latest tries, newest first."""
    ledger = await enter(call, OWNER)
    limit = whole(call.query(("limit",)), "limit", 100, LARGEST_PAGE, least=1)

    def read(endpoints: Endpoints) -> Answer:
        items = [
            {"seq": one.seq, "attempt": one.attempt, "at": one.at, "cause": one.cause, "milliseconds": one.milliseconds}
            | ({"status": one.status} if one.status else {})
            for one in endpoints.tries(ledger, _name(call), limit)
        ]
        return answer_page(items, None)

    return await _do(call, read)


async def dead_letters(call: Call) -> Answer:
    """Answer the events that were given up, in order."""
    ledger = await enter(call, OWNER)
    after, limit = page_of(call.query(("after", "limit")))

    def read(endpoints: Endpoints) -> Answer:
        found = endpoints.dead(ledger, _name(call), after, limit)
        items = [
            {
                "seq": one.seq, "type": one.type, "at": one.at, "attempts": one.attempts, "cause": one.cause,
                "again": one.again,
            } | ({"status": one.status} if one.status else {})
            for one in found
        ]  # fmt: skip
        return answer_page(items, found[-1].seq if len(found) == limit else None)

    return await _do(call, read)


def types_of_body(types: tuple[str, ...]) -> tuple[str, ...]:
    """Check the event types of a body.

    Raises:
        Problem: `WEBHOOK_INVALID`, for a type that there is not.
    """
    try:
        return types_of(",".join(types)) if types else ()
    except Problem:
        raise Problem("WEBHOOK_INVALID", "/types", reason="unknown_type") from None


async def _act(call: Call, act: Callable[[Endpoints, str, str], Endpoint]) -> Answer:
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed; asked twice, nothing more happens
    await _asked(call, _NOTHING, may_be_empty=True)
    return await _do(call, lambda endpoints: _shown(call, endpoints, act(endpoints, ledger, _name(call))))


@record
class NothingMore:
    """A body without a member."""


_NOTHING: TypeAdapter[NothingMore] = TypeAdapter(NothingMore)


def _name(call: Call) -> str:
    name = call.params["webhook"]
    if not UUID.fullmatch(name):
        raise Problem("NOT_FOUND")
    return name


async def _asked(call: Call, adapter: TypeAdapter[T], *, may_be_empty: bool = False) -> T:
    members, _ = await read_object(call, may_be_empty=may_be_empty)
    try:
        return adapter.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None


async def _do(call: Call, work: Callable[[Endpoints], Answer], *, outside: bool = False) -> Answer:
    """Do it beside the event loop; what waits for somebody `outside` takes no thread from who reads the store."""
    context = call.context

    def run() -> Answer:
        endpoints = Endpoints(context.service, Sender(policy_of(context.settings)), context.service.clock.now)
        try:
            return work(endpoints)
        except Unknown:
            raise Problem("NOT_FOUND") from None
        except NotJournalled as refused:
            raise Refused(refused.refusal) from None
        except NotSo as wrong:
            if wrong.cause == "key_used":
                raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key") from None
            if wrong.cause == "too_many":
                raise Problem("WEBHOOKS_TOO_MANY") from None
            raise Problem("WEBHOOK_INVALID", f"/{wrong.place}", reason=wrong.cause) from None

    return await asyncio.to_thread(run) if outside else await context.blocking(run)


def _shown(call: Call, endpoints: Endpoints, one: Endpoint, more: dict[str, Any] | None = None) -> Answer:
    return answer_json(_members(call, endpoints, one) | (more or {}))


def _made(call: Call, endpoints: Endpoints, made: Made, status: int) -> Answer:
    members = _members(call, endpoints, made.endpoint)
    if made.secret is not None:
        members["secret"] = made.secret
    if made.public is not None:
        members["public_key"] = made.public
    location = f"/v1/ledgers/{call.ledger.name}/webhooks/{made.endpoint.endpoint}".encode()
    headers = ((b"location", location),) if status == 201 else ()
    return answer_json(members, status, (*headers, REPEATED) if made.again else headers)


def _members(call: Call, endpoints: Endpoints, one: Endpoint) -> dict[str, Any]:
    dead = call.context.side.hooks().count_dead().get((one.ledger, one.endpoint), 0)
    return shown(one, endpoints.pending(one), dead, endpoints.public(one))
