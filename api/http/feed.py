"""The event feed: a ledger's entries as CloudEvents 1.0, by cursor, with a long poll.

The cursor is the seq of the last event read, kept by the reader; the same cursor always gives the same events. Private
values stay out unless they are asked for: what a reader copies is beyond the reach of an erasure here.
"""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from api.http.access import READ, enter
from api.http.call import Answer, Call, whole
from api.http.problems import Problem
from api.http.reads import disclosed, flag, page_of
from ledger.domain.events import EVENT_TYPES
from ledger.shell.store import Line, Store

MEDIA: Final = b"application/cloudevents-batch+json"
LONGEST_WAIT: Final = 60
_LOOK_AGAIN_SECONDS: Final = 1.0  # another process's entries are seen by looking

_TYPES: Final = frozenset(each.TYPE for each in EVENT_TYPES)


async def events(call: Call) -> Answer:
    """Answer the events after a cursor; with `wait`, not before there is one or that many seconds are over."""
    ledger = await enter(call, READ)
    query = call.query(("after", "limit", "types", "wait", "private"))
    after, limit = page_of(query)
    types = types_of(query.get("types"))
    private = flag(query, "private")
    wait = whole(query, "wait", 0, LONGEST_WAIT)
    context = call.context
    until = asyncio.get_running_loop().time() + wait
    while True:
        appended = context.appended(ledger)  # before reading: what is appended meanwhile is not missed
        batch, last = await context.blocking(_read, context.store, ledger, after, limit, types, private)
        left = until - asyncio.get_running_loop().time()
        if batch or left <= 0 or context.stopping.is_set():
            return _answer(call, batch, last, query)
        await _sleep(context.stopping, appended, min(left, _LOOK_AGAIN_SECONDS))


def types_of(text: str | None) -> tuple[str, ...]:
    """Give the event types of a comma-separated list.

    Raises:
        Problem: `PARAMETER_INVALID`, for a type that there is not.
    """
    if text is None:
        return ()
    types = tuple(dict.fromkeys(text.split(",")))
    if not _TYPES.issuperset(types):
        raise Problem("PARAMETER_INVALID", "query types", reason="unknown_type")
    return types


def cloud_event(ledger: str, line: Line, value: dict[str, Any]) -> dict[str, Any]:
    """Write one entry as a CloudEvent (1.0.2, JSON format), with its chain's facts as extension attributes."""
    entry = value["entry"]
    return {
        "specversion": "1.0",
        "id": line.fingerprint,
        "source": f"/v1/ledgers/{ledger}",
        "type": line.type,
        "subject": line.stream,
        "time": value["chain"]["at"],
        "datacontenttype": "application/json",
        "data": entry["body"],
        "sequence": f"{line.seq:016d}",
        "streamversion": line.version,
        "actor": entry["actor"],
    }


def _read(
    store: Store, ledger: str, after: int, limit: int, types: tuple[str, ...], private: bool
) -> tuple[list[dict[str, Any]], int]:
    lines = list(islice(store.lines(ledger, after, limit=limit, types=types), limit))
    shown: dict[int, list[Any]] = {}
    if private:
        for each in store.disclosures_of(ledger, [line.seq for line in lines]):
            shown.setdefault(each.seq, []).append(each)
    batch = [cloud_event(ledger, line, disclosed(line, shown.get(line.seq, ()))) for line in lines if line.line]
    return batch, lines[-1].seq if lines else after


def _answer(call: Call, batch: list[dict[str, Any]], last: int, query: dict[str, str]) -> Answer:
    following = urlencode({**query, "after": str(last)})
    link = f'</v1/ledgers/{call.ledger.name}/events?{following}>; rel="next"'
    headers = ((b"link", link.encode("ascii")), (b"sceau-after", b"%d" % last))
    return Answer(200, orjson.dumps(batch), MEDIA, headers)


async def _sleep(stopping: asyncio.Event, appended: asyncio.Event, seconds: float) -> None:
    """Sleep until either is set, or the time is over."""
    waits = [asyncio.ensure_future(stopping.wait()), asyncio.ensure_future(appended.wait())]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
