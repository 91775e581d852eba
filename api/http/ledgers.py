"""Opening a ledger over HTTP: by the provisioning key, with an owner key for the business in the answer, once."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from api.http.access import make_key, provisioner
from api.http.body import read_object
from api.http.call import JSON, Answer, Call
from api.http.commands import REPEATED
from api.http.idempotency import key_of, under_way
from api.http.instant import instant
from api.http.problems import Problem, invalid
from api.http.resource import refused
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import Refusal
from ledger.shell.side import AccessKey, Grant, Side

_ADAPTER: TypeAdapter[OpenLedger] = TypeAdapter(OpenLedger)
_PROVISIONING_SCOPE = ""  # no ledger has this id


async def open_ledger(call: Call) -> Answer:
    """Open a ledger; the owner key in the answer is never shown again, not even to the same idempotency key."""
    await provisioner(call)
    call.query(())
    key = key_of(call)
    members, data = await read_object(call)
    try:
        command = _ADAPTER.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None
    with under_way(call, _PROVISIONING_SCOPE, key):
        return await call.context.blocking(_open, call, command, key, sha256(data).hexdigest())


def _open(call: Call, command: OpenLedger, key: str | None, digest: str) -> Answer:
    context = call.context
    side = context.side
    fresh = make_key(f"owner {digest[:32]}", instant())
    if key is not None:
        fresh = replace(fresh, record=replace(fresh.record, key=_key_id(key)))
        earlier = next((each for each in side.keys() if each.key == fresh.record.key), None)  # noqa: SIM118 - no dict
        if earlier is not None:
            return _again(call, side, command, earlier, digest)
    opened = context.service.open_ledger(command, actor=call.caller.actor)
    if isinstance(opened, Refusal):
        return refused(call, opened)
    row = opened.row
    side.create_key(fresh.record)
    side.grant(Grant(row.ledger, fresh.record.key, "owner"))
    context.access.forget()
    shown = {"id": fresh.record.key, "role": "owner", "secret": fresh.token}
    return _answer(row.ledger, row.name, row.kind, opened.genesis, shown, repeated=False)


def _again(call: Call, side: Side, command: OpenLedger, earlier: AccessKey, digest: str) -> Answer:
    """Answer an idempotency key that opened a ledger before."""
    row = call.context.store.find(command.name)
    owns = row is not None and any(grant.key == earlier.key for grant in side.grants_of_ledger(row.ledger))
    if row is None or not owns or earlier.label != f"owner {digest[:32]}":
        raise Problem("IDEMPOTENCY_MISMATCH", "header idempotency-key")
    first = next(iter(call.context.store.lines(row.ledger, 0, 1)))
    return _answer(
        row.ledger, row.name, row.kind, first.fingerprint, {"id": earlier.key, "role": "owner"}, repeated=True
    )


def _answer(ledger: str, name: str, kind: str, genesis: str, key: dict[str, Any], *, repeated: bool) -> Answer:
    body = orjson.dumps({"ledger": ledger, "name": name, "kind": kind, "genesis": genesis, "key": key})
    location = (b"location", f"/v1/ledgers/{name}".encode())
    return Answer(201, body, JSON, (location, REPEATED) if repeated else (location,))


def _key_id(idempotency_key: str) -> str:
    return sha256(b"sceau-opening/1\n" + idempotency_key.encode()).hexdigest()[:16]
