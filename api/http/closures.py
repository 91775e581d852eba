"""Reading closures: the list in order, and one by its kind and last day."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from api.http.access import READ, enter
from api.http.call import Answer, Call, answer_json
from api.http.plain import plain
from api.http.problems import Problem
from api.http.reads import answer_page, page_of
from api.http.schemas import DIGEST_TEXT, FREE, SEQ, TEXT, record
from ledger.domain import codec
from ledger.domain.events.periods import PeriodClosed
from ledger.shell.closing import ClosedPeriod, closures, find_closure

NAME: Final = re.compile(r"(day|month|year)-([0-9]{4}-[0-9]{2}-[0-9]{2})")


def _schema() -> dict[str, Any]:
    """Describe a closure: its place in the chain, and the body of its entry."""
    members = codec.schema(PeriodClosed.TYPE)
    shown = {name: FREE if "$ref" in str(one) and "items" not in one else _plain(one) for name, one in
             members["properties"].items()}  # fmt: skip
    closure = {"type": "object", "properties": shown, "required": members["required"], "additionalProperties": False}
    return record({"id": TEXT, "seq": SEQ, "fingerprint": DIGEST_TEXT, "closure": closure})


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    """A list of rows is described as one of objects: their members are on the page of events."""
    return {"type": "array", "items": FREE} if "$ref" in str(one) else one


CLOSURE: Final = _schema()
"""The shape of a closure in an answer."""


async def closure_list(call: Call) -> Answer:
    """Answer a page of closures, oldest first."""
    ledger = await enter(call, READ)
    after, limit = page_of(call.query(("after", "limit")))

    def read() -> Answer:
        found = list(islice(closures(call.context.store, ledger, after), limit))
        return answer_page([told(one) for one in found], found[-1].version if len(found) == limit else None)

    return await call.context.blocking(read)


async def closure(call: Call) -> Answer:
    """Answer one closure."""
    ledger = await enter(call, READ)
    call.query(())
    named = NAME.fullmatch(call.params["closure"])
    if named is None:
        raise Problem("NOT_FOUND")
    kind: Any = named[1]
    found = await call.context.blocking(find_closure, call.context.store, ledger, kind, named[2])
    if found is None:
        raise Problem("NOT_FOUND")
    return answer_json(told(found))


def told(one: ClosedPeriod) -> dict[str, Any]:
    """Give a closure as JSON."""
    event = one.event
    return {
        "id": f"{event.period}-{event.to_on}",
        "seq": one.seq,
        "fingerprint": one.fingerprint,
        "closure": plain(event),
    }
