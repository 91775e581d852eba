"""API keys of a ledger: made, listed, given another role, taken away. Each change stands in the chain first.

A key given away wrongly is worse than a journal that says more than happened: so the entry is written before a role
takes effect, and whoever got no answer asks again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter, ValidationError

from api.http.access import LABEL_PATTERN, OWNER, Role, enter, identify, make_key
from api.http.body import read_object
from api.http.call import Answer, Call, answer_json
from api.http.commands import REPEATED
from api.http.idempotency import key_of, under_way
from api.http.instant import instant
from api.http.problems import Problem, Refused, invalid
from api.http.reads import answer_page
from ledger.domain.commands.parties import JournalAccess
from ledger.domain.events.common import record
from ledger.domain.refusals import Refusal
from ledger.shell.service import request_digest
from ledger.shell.side import AccessKey, Grant

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")

Label = Annotated[str, StringConstraints(strict=True, pattern=LABEL_PATTERN)]


@record
class NewKeyRequest:
    """A key to be made: what it is for (never a person's name), and its role."""

    label: Label
    role: Role


@record
class RoleRequest:
    """The role that a key is to have."""

    role: Role


_NEW: TypeAdapter[NewKeyRequest] = TypeAdapter(NewKeyRequest)
_ROLE: TypeAdapter[RoleRequest] = TypeAdapter(RoleRequest)


async def me(call: Call) -> Answer:
    """Answer whose key this is, and its role in each ledger."""
    identity = await identify(call)
    call.query(())
    return answer_json({"key": identity.key, "provisions": identity.provisions, "roles": dict(identity.roles)})


async def list_keys(call: Call) -> Answer:
    """Answer the keys that have a role in the ledger."""
    ledger = await enter(call, OWNER, provisioning=True)
    call.query(())
    return await call.context.blocking(_list, call, ledger)


def _list(call: Call, ledger: str) -> Answer:
    side = call.context.side
    grants = side.grants_of_ledger(ledger)  # before the keys: a key is there before it has a role
    known = {key.key: key for key in side.keys()}  # noqa: SIM118 - a method of the store's, no dict
    return answer_page([_shown(known[grant.key], grant.role) for grant in grants], None)


async def create_key(call: Call) -> Answer:
    """Make a key with a role in the ledger; its secret is in this answer and nowhere else, ever."""
    ledger = await enter(call, OWNER, provisioning=True)
    call.query(())
    key = key_of(call)
    members, _ = await read_object(call)
    try:
        request = _NEW.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None
    fresh = make_key(request.label, instant())
    if key is not None:
        name = sha256(f"sceau-key/1\n{ledger}\n{key}".encode()).hexdigest()[:16]
        fresh = replace(fresh, record=replace(fresh.record, key=name))
    with under_way(call, ledger, key):
        if not await call.context.blocking(call.context.side.create_key, fresh.record):
            return await _again(call, ledger, fresh.record, request)
        await _give(call, ledger, fresh.record.key, request.role, None if key is None else f"key:{fresh.record.key}")
    return answer_json({**_shown(fresh.record, request.role), "secret": fresh.token}, 201, _located(call, fresh.record))


async def _again(call: Call, ledger: str, record: AccessKey, request: NewKeyRequest) -> Answer:
    """Answer an idempotency key that made a key before: the same, but for the secret, which nobody has any more."""
    context = call.context
    known = {key.key: key for key in await context.blocking(context.side.keys)}
    earlier = known[record.key]
    if earlier.label != request.label:
        raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key")
    operation = f"key:{earlier.key}"
    done = await context.blocking(context.store.operation, ledger, operation)
    if done is None:  # what was cut short is taken up; a role changed or taken away since stays as it is
        await _give(call, ledger, earlier.key, request.role, operation)
    elif done.digest != request_digest(JournalAccess(subject=f"key:{earlier.key}", role=request.role)):
        raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key")
    return answer_json(_shown(earlier, request.role), 201, (*_located(call, earlier), REPEATED))


async def put_key(call: Call) -> Answer:
    """Give a key this role in the ledger: another one than it had, or its first here. One key may hold many ledgers."""
    ledger = await enter(call, OWNER, provisioning=True)
    call.query(())
    members, _ = await read_object(call)
    try:
        request = _ROLE.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None
    key = await _known(call)
    if request.role != "owner":
        await _keep_an_owner(call, ledger, key.key)
    await _give(call, ledger, key.key, request.role, None)
    return answer_json(_shown(key, request.role))


async def delete_key(call: Call) -> Answer:
    """Take a key's role in the ledger away; a key without any role left is revoked for good."""
    ledger = await enter(call, OWNER, provisioning=True)
    call.query(())
    key = await _known(call)
    context = call.context
    grants = await context.blocking(context.side.grants_of_ledger, ledger)
    if not any(grant.key == key.key for grant in grants):
        raise Problem("NOT_FOUND")
    await _keep_an_owner(call, ledger, key.key)
    await _journal(call, ledger, JournalAccess(subject=f"key:{key.key}"), None)
    await context.blocking(context.side.ungrant, ledger, key.key)
    if not key.provisions and not await context.blocking(context.side.grants_of_key, key.key):
        await context.blocking(context.side.revoke_key, key.key, instant())
    context.access.forget()
    return Answer(204, b"")


async def _known(call: Call) -> AccessKey:
    name = call.params["key"]
    if _KEY.fullmatch(name):
        for key in await call.context.blocking(call.context.side.keys):
            if key.key == name and key.revoked_at is None:
                return key
    raise Problem("NOT_FOUND")


async def _keep_an_owner(call: Call, ledger: str, key: str) -> None:
    grants = await call.context.blocking(call.context.side.grants_of_ledger, ledger)
    owners = {grant.key for grant in grants if grant.role == "owner"}
    if owners == {key}:
        raise Problem("LAST_OWNER")


async def _give(call: Call, ledger: str, key: str, role: Role, operation: str | None) -> None:
    """Write that a key has a role, then let it have it."""
    await _journal(call, ledger, JournalAccess(subject=f"key:{key}", role=role), operation)
    await call.context.blocking(call.context.side.grant, Grant(ledger, key, role))
    call.context.access.forget()


async def _journal(call: Call, ledger: str, command: JournalAccess, operation: str | None) -> None:
    outcome = await call.context.service.execute_async(ledger, command, actor=call.caller.actor, key=operation)
    if isinstance(outcome, Refusal):
        if outcome.code == "IDEMPOTENCY_MISMATCH":
            raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key")
        if outcome.code != "NOTHING_TO_CHANGE":
            raise Refused(outcome)
    call.context.wake(ledger)


def _shown(key: AccessKey, role: str) -> dict[str, Any]:
    return {"id": key.key, "label": key.label, "role": role, "created_at": key.created_at}


def _located(call: Call, key: AccessKey) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"location", f"/v1/ledgers/{call.ledger.name}/keys/{key.key}".encode()),)
