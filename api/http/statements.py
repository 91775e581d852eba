"""Bank statements over HTTP: what each line may be, and recording what is certain or chosen (docs/projections/bank.md).

The file is the body. Nothing of it is kept but what the payments say; who sends it twice records it once.
"""

from __future__ import annotations

import re
from typing import Any, Final

from api.bank import Bank, as_json
from api.http.access import BUSINESS, READ, enter
from api.http.body import read_bytes
from api.http.call import Answer, Call, answer_json
from api.http.idempotency import key_of
from api.http.problems import Problem, Refused
from api.http.reads import flag
from api.http.schemas import DIGEST_TEXT, TEXT, UUID4_TEXT
from api.http.schemas import record as schema_of
from ledger.domain.refusals import Refusal, refuse
from projections.bank.camt import MOST_BYTES
from projections.bank.errors import StatementUnreadable
from projections.bank.matching import VERDICTS

UPLOADS: Final = ("application/xml", "text/xml", "application/octet-stream")
FILE: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
CHOICES: Final = "^[1-9][0-9]{0,5}:[^,:]{1,20}(,[1-9][0-9]{0,5}:[^,:]{1,20})*$"
_CHOICES: Final = re.compile(CHOICES)
_COUNT: Final = {"type": "integer", "minimum": 0}
_DAY: Final = {"type": "string", "format": "date"}

_PART: Final = schema_of(
    {"about": UUID4_TEXT, "about_kind": {"enum": ["deposit", "invoice"]}, "number": TEXT, "amount_cents": _COUNT}
)
_STATEMENT: Final = schema_of(
    {"message": TEXT, "id": {"type": "string"}, "account": TEXT, "lines": _COUNT}, {"from_on": _DAY, "to_on": _DAY}
)
_LINE: Final = schema_of(
    {
        "line": {"type": "integer", "minimum": 1},
        "verdict": {"enum": list(VERDICTS)},
        "why": TEXT,
        "amount_cents": _COUNT,
        "currency": TEXT,
        "direction": {"enum": ["credit", "debit"]},
        "means": TEXT,
        "parts": {"type": "array", "items": _PART},
        "others": {"type": "array", "items": TEXT},
        "texts": {"type": "array", "items": TEXT},
        "structured": {"type": "array", "items": TEXT},
    },
    {
        "value_on": _DAY,
        "payment": UUID4_TEXT,
        "returns": UUID4_TEXT,
        "reason": TEXT,
        "payer": TEXT,
        "recorded": {"type": "boolean"},
        "flags": {"type": "array", "items": TEXT},
        "refusal": schema_of({"code": TEXT, "place": {"type": "string"}}),
    },
)
READING: Final = schema_of(
    {
        "digest": DIGEST_TEXT,
        "schema": {"enum": ["checked", "not_checked"]},
        "statements": {"type": "array", "items": _STATEMENT},
        "lines": {"type": "array", "items": _LINE},
    },
    {"statement": UUID4_TEXT},
)
"""A file, and what each of its lines is taken for."""


async def read(call: Call) -> Answer:
    """Answer what each line may be; nothing is recorded."""
    ledger = await enter(call, READ)
    key_of(call)  # refused when malformed; reading twice harms nothing
    chosen = _chosen(call.query(("choose",)).get("choose"))
    data = await _file(call)

    def make() -> Answer:
        found = _readable(lambda bank: bank.read(ledger, data, chosen), call)
        if isinstance(found, Refusal):
            raise Refused(found)
        return answer_json(as_json(found))

    async with call.context.statements:
        return await call.context.blocking(make)


async def apply(call: Call) -> Answer:
    """Record what is certain or chosen and, when asked, what is likely."""
    ledger = await enter(call, BUSINESS)
    key_of(call)  # refused when malformed; a line is recorded once by itself
    query = call.query(("choose", "likely"))
    chosen, likely = _chosen(query.get("choose")), flag(query, "likely")
    data = await _file(call)
    actor = f"key:{call.caller.key}"

    def make() -> Answer:
        done = _readable(lambda bank: bank.apply(ledger, data, actor=actor, likely=likely, chosen=chosen), call)
        if isinstance(done, Refusal):
            raise Refused(done)
        told = as_json(done.reading, done.recorded)
        return answer_json(told if done.statement is None else told | {"statement": done.statement})

    async with call.context.statements:
        answer = await call.context.blocking(make)
    call.context.wake(ledger)
    return answer


def _readable(make: Any, call: Call) -> Any:
    try:
        return make(Bank(call.context.service, call.context.engine))
    except StatementUnreadable as fault:
        return refuse("STATEMENT_UNREADABLE", "", fault=fault.fault, where=fault.place)


async def _file(call: Call) -> bytes:
    kind = (call.header(b"content-type") or b"").partition(b";")[0].strip().lower().decode("latin-1")
    if kind not in UPLOADS or call.header(b"content-encoding") not in (None, b"identity"):
        raise Problem("FILE_TYPE_UNSUPPORTED")
    return await read_bytes(call, min(MOST_BYTES, call.context.settings.documents_upload_bytes), "FILE_TOO_LARGE")


def _chosen(text: str | None) -> dict[int, str]:
    if text is None:
        return {}
    if not _CHOICES.fullmatch(text):
        raise Problem("PARAMETER_INVALID", "query choose", reason="line:number")
    return {int(rank): number for rank, _, number in (each.partition(":") for each in text.split(","))}
