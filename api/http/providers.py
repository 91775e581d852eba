"""Payment providers over HTTP: the owner's accounts with them, and the door at which a provider tells what happened.

That door takes no key of ours: the provider's signature over the bytes that came is what opens it. Nothing of its body
is kept or logged.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

from pydantic import StringConstraints, TypeAdapter, ValidationError

from api.http import schemas
from api.http.access import OWNER, enter
from api.http.body import read_bytes, read_object
from api.http.call import Answer, Call, answer_json
from api.http.idempotency import key_of
from api.http.problems import Problem, Refused, invalid
from api.http.reads import answer_page
from api.payments.reconciling import reconcile
from ledger.domain.events.common import record
from ledger.domain.refusals import Refusal
from ledger.shell.collections import Account

LONGEST: Final = 262_144
"""Bytes of a provider's message, at most; Stripe's are a few thousand."""

ACCOUNT: Final = schemas.record(
    {
        "provider": schemas.TEXT,
        "test_mode": {"type": "boolean"},
        "ways": {"type": "array", "items": schemas.TEXT, "description": "What customers are offered."},
        "account_known": {
            "type": "boolean",
            "description": "Whether the provider told which account the keys are of: where it did not, other keys of"
            " the same account are not found in other ledgers.",
        },
        "created_at": schemas.INSTANT_TEXT,
        "open": {"type": "integer", "minimum": 0, "description": "Collections that have not ended."},
        "events_path": {"type": "string", "description": "Where the provider tells what happened."},
    }
)
"""One account; its keys are in no answer."""
RECONCILED: Final = schemas.record(
    {
        "looked_at": {"type": "integer", "minimum": 0, "description": "Things that the provider was asked about."},
        "open": {"type": "integer", "minimum": 0, "description": "Collections that have not ended."},
        "troubles": {"type": "array", "items": schemas.TEXT},
    }
)
"""What came of asking a provider."""
MESSAGE: Final = {"type": "object", "description": "A message in the provider's own form."}
TAKEN: Final = schemas.record(
    {"looked_at": {"type": "integer", "minimum": 0, "description": "What it was about; 0: nothing of ours."}}
)
"""A message was taken."""

Secret = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=300)]
Name = Annotated[str, StringConstraints(strict=True, max_length=32)]


@record
class NewProvider:
    """A provider's keys, in place of those before; they are encrypted, and in no answer."""

    provider: Name
    secret_key: Secret
    webhook_secret: Secret
    ways: tuple[Name, ...] = ("card",)

    def __repr__(self) -> str:
        return "NewProvider()"


_NEW: TypeAdapter[NewProvider] = TypeAdapter(NewProvider)


async def provider_list(call: Call) -> Answer:
    """Answer the ledger's accounts with payment providers."""
    ledger = await enter(call, OWNER)
    call.query(())
    accounts = call.context.collecting.accounts
    return await call.context.blocking(lambda: answer_page([_shown(call, each) for each in accounts.all(ledger)], None))


async def add(call: Call) -> Answer:
    """Keep a provider's keys; asked twice, the same is kept."""
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed
    members, _ = await read_object(call)
    try:
        asked = _NEW.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None

    def act() -> Answer:
        outcome = call.context.collecting.accounts.add(
            ledger, asked.provider, asked.secret_key, asked.webhook_secret, ways=asked.ways, actor=call.caller.actor
        )
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        return answer_json(_shown(call, outcome))

    answer = await asyncio.to_thread(act)  # it asks the provider whose keys they are: see `reconciliation`
    call.context.wake(ledger)
    return answer


async def remove(call: Call) -> Answer:
    """Forget a provider's keys."""
    ledger = await enter(call, OWNER)
    call.query(())

    def act() -> Answer:
        accounts = call.context.collecting.accounts
        if accounts.one(ledger, call.params["provider"]) is None:
            raise Problem("NOT_FOUND")
        refused = accounts.remove(ledger, call.params["provider"], actor=call.caller.actor)
        if refused is not None:
            raise Refused(refused)
        return Answer(204, b"")

    answer = await call.context.blocking(act)
    call.context.wake(ledger)
    return answer


async def reconciliation(call: Call) -> Answer:
    """Ask a provider now what became of open collections, and which messages there were."""
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed; asked twice, nothing is recorded twice
    await read_object(call, may_be_empty=True)

    def act() -> Answer:
        collecting = call.context.collecting
        if collecting.accounts.one(ledger, call.params["provider"]) is None:
            raise Problem("NOT_FOUND")
        found = reconcile(collecting, ledger, call.params["provider"])
        return answer_json({"looked_at": found.looked_at, "open": found.open, "troubles": list(found.troubles)})

    answer = await asyncio.to_thread(act)  # it waits for somebody outside: it takes no thread from who reads
    call.context.wake(ledger)
    return answer


async def events(call: Call) -> Answer:
    """Take a provider's message, signed by it; what it is about is asked of the provider, and recorded."""
    call.query(())
    body = await read_bytes(call, LONGEST)
    row = await call.context.find(call.params["ledger"])
    if row is None:
        raise Problem("NOT_FOUND")
    ledger, provider = row.ledger, call.params["provider"]
    signature = call.once(b"stripe-signature")
    text = signature.decode("latin-1") if signature is not None else None
    looked_at = await asyncio.to_thread(call.context.collecting.told, ledger, provider, body, text)
    if looked_at is None:
        raise Problem("NOT_FOUND")
    call.context.wake(ledger)
    return answer_json({"looked_at": looked_at})


def _shown(call: Call, one: Account) -> dict[str, Any]:
    standing = call.context.collecting.standing(one.ledger)
    return {
        "provider": one.provider,
        "test_mode": one.test_mode,
        "ways": list(one.ways),
        "account_known": one.account_known,
        "created_at": one.created_at,
        "open": sum(each.provider == one.provider for each in standing),
        "events_path": f"/v1/ledgers/{call.ledger.name}/providers/{one.provider}/events",
    }
