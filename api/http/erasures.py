"""Erasure over HTTP: of one customer, or of all that is due (docs/retention.md)."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter, ValidationError

from api.http.access import OWNER, enter
from api.http.body import read_object
from api.http.call import Answer, Call, answer_json
from api.http.idempotency import key_of
from api.http.problems import Refused, invalid
from api.http.schemas import SEQ
from api.http.schemas import record as schema_of
from archive.erasure import erase, erase_due
from ledger.domain.events.common import record
from ledger.domain.refusals import Refusal
from ledger.domain.types import Uuid

ERASURE: Final = schema_of(
    {
        "persons": {"type": "integer", "minimum": 0},
        "values": {"type": "integer", "minimum": 0},
        "entries": {"type": "array", "items": SEQ, "description": "The entries that list what was erased."},
    }
)
"""What was erased, in an answer."""


@record
class NewErasure:
    """Whose data; without a customer, everything whose time is over today."""

    customer: Uuid | None = None


_NEW: TypeAdapter[NewErasure] = TypeAdapter(NewErasure)


async def make(call: Call) -> Answer:
    """Erase; before its time it is refused, and the refusal is an entry. Asked again, it finds nothing left."""
    ledger = await enter(call, OWNER)
    call.query(())
    key_of(call)  # refused when malformed; asked again, the act itself does nothing twice
    members, _ = await read_object(call)
    try:
        asked = _NEW.validate_python(members)
    except ValidationError as error:
        raise invalid(error) from None
    answer = await call.context.blocking(_make, call, ledger, asked)
    call.context.wake(ledger)
    return answer


def _make(call: Call, ledger: str, asked: NewErasure) -> Answer:
    service, actor = call.context.service, f"key:{call.caller.key}"
    if asked.customer is None:
        done = erase_due(service, ledger, actor=actor)
    else:
        found = erase(service, ledger, asked.customer, actor=actor)
        if isinstance(found, Refusal):
            raise Refused(found)
        done = found
    return answer_json({"persons": done.persons, "values": done.places, "entries": list(done.entries)})
