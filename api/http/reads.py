"""Reading a ledger: states by id, lists, entries, seals, the head."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

import orjson

from api.http.access import READ, enter, identify
from api.http.call import JSON, Answer, Call, answer_json, whole
from api.http.plain import plain
from api.http.problems import Header, Problem
from api.http.routes.reads import ReadRoute
from ledger.shell.purged import purged
from ledger.shell.store import Disclosure, Line, Store

PAGE: Final = 100
LARGEST_PAGE: Final = 1000
MOST_SEQ: Final = 2**53 - 1

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""A random id."""
STREAM: Final = re.compile(r"[a-z][a-z_]{0,31}:(self|" + UUID.pattern + ")")
"""A stream's name."""


class StateHandler:
    """Answers the GET of one thing's state."""

    def __init__(self, route: ReadRoute) -> None:
        self._route = route

    async def __call__(self, call: Call) -> Answer:
        """Read the state as of the last entry."""
        ledger = await enter(call, READ)
        call.query(())
        route = self._route
        identifier = "self" if route.parameter is None else call.params[route.parameter]
        if route.parameter is not None and not UUID.fullmatch(identifier):
            raise Problem("NOT_FOUND")
        context = call.context
        found = await context.blocking(context.service.state, ledger, route.kind, identifier)
        if found is None:
            raise Problem("NOT_FOUND")
        return answer_json({"id": identifier, "stream": route.kind.stream(identifier), "state": plain(found)})


class ListHandler:
    """Answers a page of the things of one kind, in the order in which they came into being."""

    def __init__(self, route: ReadRoute) -> None:
        self._route = route

    async def __call__(self, call: Call) -> Answer:
        """Read one page."""
        ledger = await enter(call, READ)
        query = call.query(("after", "limit"))
        after, limit = page_of(query)
        return await call.context.blocking(self._page, call.context.store, ledger, after, limit)

    def _page(self, store: Store, ledger: str, after: int, limit: int) -> Answer:
        lines = list(islice(store.lines(ledger, after, limit=limit, types=self._route.begun_by), limit))
        # Only a stream's first entry brings a thing into being: a payment that was announced is later received.
        first = [line for line in lines if line.version == 1 and line.line]
        private = _by_seq(store.disclosures_of(ledger, [line.seq for line in first]))
        items = [_item(line, private.get(line.seq, ())) for line in first]
        return answer_page(items, lines[-1].seq if len(lines) == limit else None)


async def entries(call: Call) -> Answer:
    """Answer entries in order, each as its exact bytes; a stream's own with `stream`."""
    ledger = await enter(call, READ)
    query = call.query(("after", "limit", "stream", "private"))
    after, limit = page_of(query)
    stream = query.get("stream")
    if stream is not None and not STREAM.fullmatch(stream):
        raise Problem("PARAMETER_INVALID", "query stream", reason="stream")
    return await call.context.blocking(
        _entries, call.context.store, ledger, after, limit, stream, flag(query, "private")
    )


def _entries(store: Store, ledger: str, after: int, limit: int, stream: str | None, private: bool) -> Answer:
    if stream is None:
        lines = list(islice(store.lines(ledger, after, limit=limit), limit))
    else:
        lines = [line for line in store.stream(ledger, stream) if line.seq > after][:limit]
    shown = _by_seq(store.disclosures_of(ledger, [line.seq for line in lines])) if private else {}
    items = []
    for line in lines:
        item: dict[str, Any] = {"fingerprint": line.fingerprint, "line": orjson.Fragment(line.line or b"null")}
        if private:
            item["disclosures"] = [
                {"path": each.path, "salt": each.salt, "value": orjson.Fragment(each.value)}
                for each in shown.get(line.seq, ())
            ]
        items.append(item)
    return answer_page(items, lines[-1].seq if len(lines) == limit else None)


async def entry(call: Call) -> Answer:
    """Answer one entry: its exact bytes, as a line of an export without its line end."""
    ledger = await enter(call, READ)
    call.query(())
    text = call.params["seq"]
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or text.startswith("0"):
        raise Problem("NOT_FOUND")
    seq = int(text)

    def read() -> Line | None:
        return next(iter(call.context.store.lines(ledger, seq - 1, seq)), None)

    line = await call.context.blocking(read)
    if line is None:
        raise Problem("NOT_FOUND")
    if not line.line:
        raise purged(call.context.store, ledger, line)
    return Answer(200, line.line, JSON, ((b"etag", f'"{line.fingerprint}"'.encode()),))


async def seals(call: Call) -> Answer:
    """Answer seals in order: their text and signature, for who verifies elsewhere."""
    ledger = await enter(call, READ)
    after, limit = page_of(call.query(("after", "limit")))

    def read() -> Answer:
        rows = list(islice(call.context.store.seals(ledger, after), limit))
        items = [
            {
                "first": row.first,
                "last": row.last,
                "text": row.text.decode(),
                "signature": base64.b64encode(row.signature).decode(),
            }
            for row in rows
        ]
        return answer_page(items, rows[-1].last if len(rows) == limit else None)

    return await call.context.blocking(read)


async def head(call: Call) -> Answer:
    """Answer where the ledger ends: keep it, and a cut tail will be noticed."""
    ledger = await enter(call, READ)
    call.query(())
    found = await call.context.blocking(call.context.store.head, ledger)
    if found is None:
        raise Problem("LEDGER_UNKNOWN")
    return answer_json(
        {"ledger": ledger, "seq": found.seq, "fingerprint": found.fingerprint, "at": found.at, "seal": found.seal}
    )


async def ledger_list(call: Call) -> Answer:
    """Answer the ledgers of the key; of the provisioning key, all."""
    identity = await identify(call)
    call.query(())
    rows = await call.context.blocking(call.context.store.ledgers)
    items = [
        {"ledger": row.ledger, "name": row.name, "kind": row.kind}
        | ({"role": identity.roles[row.ledger]} if row.ledger in identity.roles else {})
        for row in rows
        if identity.provisions or row.ledger in identity.roles
    ]
    return answer_page(items, None)


async def ledger(call: Call) -> Answer:
    """Answer one ledger: who it is, its settings and number series, and where it ends."""
    identifier = await enter(call, READ, provisioning=True)
    call.query(())

    def read() -> dict[str, Any]:
        store = call.context.store
        found = store.head(identifier)
        first = next(iter(store.lines(identifier, 0, 1)), None)
        if found is None or first is None:
            raise Problem("LEDGER_UNKNOWN")
        return {
            "ledger": identifier,
            "name": call.ledger.name,
            "kind": call.ledger.kind,
            "genesis": first.fingerprint,
            "head": {"seq": found.seq, "fingerprint": found.fingerprint, "at": found.at},
            "register": orjson.Fragment(found.register),
        }

    return answer_json(await call.context.blocking(read))


def page_of(query: dict[str, str]) -> tuple[int, int]:
    """Give `after` and `limit` of a query.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    return whole(query, "after", 0, MOST_SEQ), whole(query, "limit", PAGE, LARGEST_PAGE, least=1)


def flag(query: dict[str, str], name: str) -> bool:
    """Give a yes or no of a query; absent is no.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    text = query.get(name, "false")
    if text not in {"true", "false"}:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="true_or_false")
    return text == "true"


def answer_page(items: Sequence[Any], following: int | str | None, headers: tuple[Header, ...] = ()) -> Answer:
    """Answer a page; `next` is what to send as `after` for what follows, and absent when nothing may follow."""
    page: dict[str, Any] = {"items": items}
    if following is not None:
        page["next"] = following
    return answer_json(page, headers=headers)


def disclosed(line: Line, private: Iterable[Disclosure]) -> dict[str, Any]:
    """Give an entry's two members, its private values put back in the place of their commitments where at hand."""
    value: dict[str, Any] = orjson.loads(line.line)
    body = value["entry"]["body"]
    for each in private:
        name = each.path.removeprefix("/")
        if name in body:
            body[name] = orjson.loads(each.value)
    return value


def _item(line: Line, private: Iterable[Disclosure]) -> dict[str, Any]:
    value = disclosed(line, private)
    return {
        "id": line.stream.partition(":")[2],
        "seq": line.seq,
        "recorded_at": value["chain"]["at"],
        "type": line.type,
        "body": value["entry"]["body"],
    }


def _by_seq(found: Iterable[Disclosure]) -> dict[int, list[Disclosure]]:
    by_seq: dict[int, list[Disclosure]] = {}
    for each in found:
        by_seq.setdefault(each.seq, []).append(each)
    return by_seq
