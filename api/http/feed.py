"""The event feed: a ledger's entries as CloudEvents 1.0, by cursor, with filters and a long poll.

The cursor is the seq up to which the reader has come, kept by the reader; the same cursor always gives the same events.
Private values stay out unless they are asked for: what a reader copies is beyond the reach of an erasure here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from api.http.access import READ, enter
from api.http.call import Answer, Call, whole
from api.http.problems import Problem
from api.http.reads import STREAM, UUID, disclosed, flag, page_of
from api.webhooks.events import BATCH, cloud_event
from ledger.domain.events import EVENT_TYPES
from ledger.domain.streams import STREAM_KINDS
from ledger.shell.store import Line, Store

MEDIA: Final = BATCH.encode()
LONGEST_WAIT: Final = 60
LOOKED_AT: Final = 5000
"""Entries that one request looks at for a customer's: the cursor tells how far it came."""
_LOOK_AGAIN_SECONDS: Final = 1.0  # another process's entries are seen by looking

_TYPES: Final = frozenset(each.TYPE for each in EVENT_TYPES)
KINDS: Final = tuple(sorted(each.prefix for each in STREAM_KINDS))
"""Every kind of stream."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a reader asks for; without anything said, all."""

    types: tuple[str, ...] = ()
    stream: str | None = None
    customer: str | None = None


async def events(call: Call) -> Answer:
    """Answer the events after a cursor; with `wait`, not before there is one or that many seconds are over."""
    ledger = await enter(call, READ)
    query = call.query(("after", "limit", "types", "kinds", "stream", "customer", "wait", "private"))
    after, limit = page_of(query)
    wanted = wanted_of(query)
    private = flag(query, "private")
    wait = whole(query, "wait", 0, LONGEST_WAIT)
    context = call.context
    public_url = context.settings.public_url
    until = asyncio.get_running_loop().time() + wait
    while True:
        appended = context.appended(ledger)  # before reading: what is appended meanwhile is not missed
        read = await context.blocking(_read, context.store, ledger, after, limit, wanted, private)
        left = until - asyncio.get_running_loop().time()
        if read.lines or left <= 0 or context.stopping.is_set():
            batch = [cloud_event(ledger, line, value, public_url) for line, value in read.lines]
            return _answer(call, batch, read.last, query)
        after = read.last
        if read.whole:
            await _sleep(context.stopping, appended, min(left, _LOOK_AGAIN_SECONDS))


def wanted_of(query: dict[str, str]) -> Wanted:
    """Read the filters of a query; several of them narrow it down together.

    Raises:
        Problem: `PARAMETER_INVALID`, for a type, kind, stream or customer that cannot be, or when nothing can match.
    """
    types = types_of(query.get("types"))
    if (text := query.get("kinds")) is not None:
        kinds = frozenset(text.split(","))
        if not kinds.issubset(KINDS):
            raise Problem("PARAMETER_INVALID", "query kinds", reason="unknown_kind")
        of_kinds = tuple(each.TYPE for each in EVENT_TYPES if each.STREAM in kinds)
        types = tuple(each for each in of_kinds if each in types) if types else of_kinds
        if not types:
            raise Problem("PARAMETER_INVALID", "query kinds", reason="nothing_matches")
    stream, customer = query.get("stream"), query.get("customer")
    if stream is not None and not STREAM.fullmatch(stream):
        raise Problem("PARAMETER_INVALID", "query stream", reason="stream")
    if customer is not None and not UUID.fullmatch(customer):
        raise Problem("PARAMETER_INVALID", "query customer", reason="uuid")
    return Wanted(types, stream, customer)


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


@dataclass(frozen=True, slots=True)
class _Read:
    lines: list[tuple[Line, dict[str, Any]]]
    last: int  # nothing that is wanted stands between these lines and here
    whole: bool  # it is the ledger's end


def _read(store: Store, ledger: str, after: int, limit: int, wanted: Wanted, private: bool) -> _Read:
    head = store.head(ledger)
    end = head.seq if head is not None else after  # before reading: what comes later is not passed over
    last = after
    found: list[Line] = []
    for looked, line in enumerate(_candidates(store, ledger, after, limit, wanted), 1):
        last = line.seq
        if wanted.customer is None or _names(line, wanted.customer):
            found.append(line)
        if len(found) == limit or looked == LOOKED_AT:
            break
    else:
        last = max(last, end)
    shown: dict[int, list[Any]] = {}
    if private:
        for each in store.disclosures_of(ledger, [line.seq for line in found]):
            shown.setdefault(each.seq, []).append(each)
    lines = [(line, disclosed(line, shown.get(line.seq, ()))) for line in found if line.line]
    return _Read(lines, last, last >= end)


def _candidates(store: Store, ledger: str, after: int, limit: int, wanted: Wanted) -> Iterator[Line]:
    if wanted.stream is not None:
        of_stream = (line for line in store.stream(ledger, wanted.stream) if line.seq > after)
        return (line for line in of_stream if not wanted.types or line.type in wanted.types)
    most = limit if wanted.customer is None else LOOKED_AT
    # One more than is taken, so that the end of the loop says whether there is more.
    return islice(store.lines(ledger, after, limit=most + 1, types=wanted.types), most + 1)


def _names(line: Line, customer: str) -> bool:
    """Whether an entry is of a customer: in his own stream, or his id in its body."""
    if line.stream == f"customer:{customer}":
        return True
    if customer.encode() not in line.line:
        return False
    return bool(orjson.loads(line.line)["entry"]["body"].get("customer") == customer)


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
