"""What a ledger's integrity rests on, and a checkpoint asked for; the full check is `verification`."""

from __future__ import annotations

from typing import Any, Final

from api.http.access import OWNER, READ, Role, enter
from api.http.call import Answer, Call, answer_json
from api.http.idempotency import key_of
from api.http.schemas import DIGEST_TEXT, FREE, INSTANT_TEXT, SEQ, TEXT, record
from api.jobs.checkpointing import take_checkpoint
from api.jobs.integrity import integrity_of

_COUNT: Final = {"type": "integer", "minimum": 0}

CHECKPOINT: Final = record(
    {"size": SEQ, "root": DIGEST_TEXT, "note": {"type": "string", "description": "A C2SP signed note."}}
)
"""A checkpoint as it is answered."""

_WINDOW: Final = record(
    {"entries": _COUNT, "minutes": _COUNT}, {"kind": TEXT, "place": TEXT, "at": INSTANT_TEXT, "size": SEQ}
)

INTEGRITY: Final[dict[str, Any]] = record(
    {
        "head": record({"seq": SEQ, "at": INSTANT_TEXT, "fingerprint": DIGEST_TEXT}),
        "checkpoint": {"oneOf": [CHECKPOINT, {"type": "null"}]},
        "unanchored": record({"timestamp": _WINDOW, "witness": _WINDOW}),
        "policy": FREE,
        "places": {
            "type": "array",
            "items": record(
                {"kind": TEXT, "place": TEXT},
                {
                    "placed": record({"size": SEQ, "at": INSTANT_TEXT}),
                    "failing": record({"cause": TEXT, "attempt": SEQ, "size": SEQ, "at": INSTANT_TEXT}),
                },
            ),
        },
    }
)
"""The state of a ledger's checkpoints and anchors."""

TAKERS: Final[frozenset[Role]] = OWNER | {"accountant", "auditor"}
"""Who may ask for a checkpoint: also those who keep it."""


async def integrity(call: Call) -> Answer:
    """Answer both windows, the last checkpoint, and every place."""
    ledger = await enter(call, READ)
    call.query(())
    service = call.context.service

    def read() -> Answer:
        return answer_json(integrity_of(service, ledger, service.clock.now(), call.context.register).as_json())

    return await call.context.blocking(read)


async def checkpoint(call: Call) -> Answer:
    """Sign a checkpoint over every entry now, and answer it to be kept elsewhere."""
    ledger = await enter(call, TAKERS)
    call.query(())
    key_of(call)  # refused when malformed; a second checkpoint of the same entries harms nothing
    row = await call.context.blocking(take, call, ledger)
    call.context.wake(ledger)
    return answer_json(row, 201)


def take(call: Call, ledger: str) -> dict[str, Any]:
    """Make it."""
    row = take_checkpoint(call.context.service, ledger, "asked", actor=call.caller.actor)
    return {"size": row.size, "root": row.root.hex(), "note": row.note.decode()}
