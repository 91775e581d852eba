"""How far the rows of a ledger's projections are."""

from __future__ import annotations

from typing import Any, Final

from api.http.access import READ, enter
from api.http.call import Answer, Call, answer_json
from api.http.schemas import TEXT, record

_COUNT: Final = {"type": "integer", "minimum": 0}

PROJECTIONS: Final[dict[str, Any]] = record(
    {
        "projections": {
            "type": "array",
            "items": record(
                {
                    "projection": TEXT,
                    "version": {"type": "integer", "minimum": 1},
                    "position": {**_COUNT, "description": "The last entry that the rows know of."},
                    "entries": {**_COUNT, "description": "Entries recorded since."},
                    "seconds": {**_COUNT, "description": "The age of the oldest of them."},
                    "missing": {**_COUNT, "description": "Purged entries that the rows were made without."},
                },
                {"building": {**_COUNT, "description": "The position of rows being made to take over."}},
            ),
        }
    }
)
"""Position and lag of each projection."""


async def projections(call: Call) -> Answer:
    """Answer the position and lag of every projection; a report catches up first, whatever is said here."""
    ledger = await enter(call, READ)
    call.query(())
    found = await call.context.blocking(call.context.engine.lag, ledger)
    return answer_json({"projections": [one.as_json() for one in found]})
