"""The JSON Schema of every event, as it is published: what the `data` of a CloudEvent of that type looks like.

One source: `events.schema.json`, made from the event records and carried by every archive. What is published differs in
form alone: each schema stands by itself, a private member may be its commitment, and null, which is never written, is
no alternative. A released type's schema never changes; `tests/webhooks/released_schemas.json` holds their digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any, Final

import orjson

from api.http import schemas
from api.http.call import JSON, Answer, Call, answer_json
from api.http.problems import Problem
from archive.sealed.schema import events as source
from ledger.domain.events import EVENT_TYPES

COMMITMENT: Final = {
    "type": "object",
    "description": "The commitment to a value that is kept beside the chain, or was erased.",
    "properties": {"$c": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
    "required": ["$c"],
    "additionalProperties": False,
}
_CACHED: Final = (b"cache-control", b"public, max-age=86400")

SCHEMA_ITEM: Final = schemas.record(
    {
        "type": {"type": "string", "description": "The event's type, its version included."},
        "name": schemas.TEXT,
        "version": {"type": "integer", "minimum": 1},
        "kind": {"type": "string", "description": "The kind of stream it stands in."},
        "words": schemas.TEXT,
        "private": {"type": "array", "items": schemas.TEXT},
        "schema": {"type": "string", "format": "uri-reference"},
        "digest": schemas.DIGEST_TEXT,
    }
)
"""One line of the list of schemas."""
SCHEMA: Final = {"type": "object", "description": "A JSON Schema (2020-12)."}


@cache
def published() -> Mapping[str, bytes]:
    """Give the schema of each event type, as the very bytes that are served."""
    found = orjson.loads(source())["events"]
    return {each.TYPE: _written(each.TYPE, found[each.TYPE]) for each in EVENT_TYPES}


def digest(type_name: str) -> str:
    """Give the SHA-256 of a type's schema, 64 hex."""
    return sha256(published()[type_name]).hexdigest()


async def schema_list(call: Call) -> Answer:
    """Answer every type of event there is, with where its schema is read."""
    call.query(())
    items = [
        {
            "type": each.TYPE,
            "name": each.TYPE.partition("/")[0],
            "version": int(each.TYPE.partition("/")[2]),
            "kind": each.STREAM,
            "words": (each.__doc__ or "").partition("\n")[0],
            "private": list(each.PRIVATE),
            "schema": f"/v1/schemas/events/{each.TYPE}",
            "digest": digest(each.TYPE),
        }
        for each in EVENT_TYPES
    ]
    return answer_json({"items": items}, headers=(_CACHED,))


async def schema(call: Call) -> Answer:
    """Answer one event's schema; anybody may keep it."""
    call.query(())
    name = f"{call.params['type']}/{call.params['version']}"
    found = published().get(name)
    if found is None:
        raise Problem("NOT_FOUND")
    tag = f'"{digest(name)}"'.encode()
    if call.header(b"if-none-match") == tag:
        return Answer(304, b"", JSON, (_CACHED, (b"etag", tag)))
    return Answer(200, found, b"application/schema+json", (_CACHED, (b"etag", tag)))


def _written(type_name: str, raw: dict[str, Any]) -> bytes:
    here = f"#/events/{type_name.replace('/', '~1')}/$defs/"
    whole: dict[str, Any] = _plain(raw, here)
    private = whole.pop("$private")
    for name in private:
        whole["properties"][name] = {"anyOf": [whole["properties"][name], COMMITMENT]}
    whole["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    whole["x-private"] = private
    whole["x-type"] = type_name
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any, here: str) -> Any:
    """Copy a schema: its references within itself, without null and without titles made of names."""
    if isinstance(value, list):
        return [_plain(each, here) for each in value]
    if not isinstance(value, dict):
        return value
    if "anyOf" in value:
        left = [each for each in value["anyOf"] if each != {"type": "null"}]
        if len(left) == 1 and len(left) < len(value["anyOf"]):
            value = {**{name: one for name, one in value.items() if name not in ("anyOf", "default")}, **left[0]}
    copied: dict[str, Any] = {}
    for name, one in value.items():
        if name == "$ref":
            copied[name] = "#/$defs/" + str(one).removeprefix(here)
        elif name in ("properties", "$defs"):  # members of these are names, no keywords
            copied[name] = {member: _plain(each, here) for member, each in one.items()}
        elif not (name == "default" and one is None) and not (name == "title" and isinstance(one, str)):
            copied[name] = _plain(one, here)
    return copied
