"""Reconciliation over HTTP: every total tied to the others, with a residue of 0 or what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from api.http import schemas
from api.http.access import READ, enter
from api.http.call import Answer, Call, answer_json
from api.http.problems import Problem
from api.http.routes.operation import Parameter
from api.reconciling import MOST_ENTRIES, period_asked, reconciled, reconciled_json
from ledger.domain.days import FIRST_DAY, LAST_DAY

_WORDS: Final = schemas.record({"fr": schemas.TEXT, "en": schemas.TEXT})
_CENTS: Final = {"type": "array", "items": {"type": "integer"}}
_STEP: Final = schemas.record(
    {"name": schemas.TEXT, "words": _WORDS, "cents": _CENTS, "entries": {"type": "array", "items": schemas.SEQ}},
    {"more": {"type": "integer", "minimum": 1, "description": "Entries behind it that are not told here."}},
)
RECONCILIATION: Final = schemas.record(
    {
        "from_on": schemas.TEXT,
        "to_on": schemas.TEXT,
        "upto_seq": {"type": "integer", "minimum": 0},
        "closed_seq": {"type": "integer", "minimum": 0, "description": "The last entry that a closure covers."},
        "currency": schemas.TEXT,
        "holds": {"type": "boolean", "description": "Every residue is 0."},
        "missing": {"type": "integer", "minimum": 0, "description": "Purged entries that the book knows nothing of."},
        "bridges": {
            "type": "array",
            "items": schemas.record(
                {
                    "name": schemas.TEXT,
                    "words": _WORDS,
                    "key": {"type": "array", "items": schemas.TEXT},
                    "columns": {"type": "array", "items": schemas.TEXT},
                    "column_words": {"type": "array", "items": _WORDS},
                    "start": _STEP,
                    "steps": {"type": "array", "items": _STEP},
                    "end": _STEP,
                    "residue": _CENTS,
                    "holds": {"type": "boolean"},
                }
            ),
        },
    }
)
"""The bridges of a period: `start` plus `steps` is `end`, in cents by column."""

_DAY: Final = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
PARAMETERS: Final = (
    Parameter("from", "The first day; the ledger's first without it.", _DAY),
    Parameter("to", "The last day; today without it.", _DAY),
    Parameter(
        "entries",
        "Entries told of each step at most.",
        {"type": "integer", "minimum": 0, "maximum": MOST_ENTRIES, "default": 100},
    ),
)


async def reconciliation(call: Call) -> Answer:
    """Answer the bridges of a period, as of the ledger's end."""
    ledger = await enter(call, READ)
    query = call.query(("from", "to", "entries"))
    from_on, to_on, most = _day(query, "from"), _day(query, "to"), _most(query)

    def read() -> Answer:
        service, engine = call.context.service, call.context.engine
        row = service.find(ledger)
        try:
            period = period_asked(service, row, from_on, to_on)
        except ValueError:
            raise Problem("PARAMETER_INVALID", "query from", reason="order") from None
        return answer_json(reconciled_json(reconciled(service, engine, row, period), most))

    return await call.context.blocking(read)


def _day(query: Mapping[str, str], name: str) -> str | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text or not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError
        return text
    except ValueError:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="day") from None


def _most(query: Mapping[str, Any]) -> int:
    text = query.get("entries", "100")
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) > MOST_ENTRIES:
        raise Problem("PARAMETER_INVALID", "query entries", reason="whole_number")
    return int(text)
