"""Reading a request's body: size, type, and JSON without ambiguity."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from api.http.call import Call
from api.http.problems import Problem

MAX_DEPTH = 32
"""How deep a body may be nested; an entry's body may not be deeper either (`docs/spec/entry.md`)."""


class Gone(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The client went away before the body was whole: there is nobody to answer, and nothing was done."""


class _Refused(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """JSON that is well formed and refused all the same."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused("duplicate_member")
    return members


def _no_fraction(_: str) -> NoReturn:
    raise _Refused("float")


def _no_constant(_: str) -> NoReturn:
    raise _Refused("not_finite")


_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")

# orjson keeps one of two members of the same name and turns huge integers into floats; the library's own parser, with
# these hooks, refuses both and costs 8 us more on an invoice.
_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_no_fraction, parse_constant=_no_constant)


async def read_bytes(call: Call) -> bytes:
    """Read the whole body.

    Raises:
        Problem: `BODY_TOO_LARGE`.
        Gone: the client went away.
    """
    limit = call.context.settings.body_bytes
    declared = call.header(b"content-length")
    if declared is not None and declared.isdigit() and (len(declared) > 12 or int(declared) > limit):
        raise Problem("BODY_TOO_LARGE", headers=((b"connection", b"close"),))
    parts: list[bytes] = []
    size = 0
    while True:
        message = await call.receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise Problem("BODY_TOO_LARGE", headers=((b"connection", b"close"),))
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def read_object(call: Call, *, may_be_empty: bool = False) -> tuple[dict[str, Any], bytes]:
    """Read the body as one JSON object; give its members and its bytes.

    `may_be_empty`: no body at all stands for an object without members.

    Raises:
        Problem: `CONTENT_TYPE_UNSUPPORTED`, `BODY_TOO_LARGE`, `BODY_NOT_JSON`, `REQUEST_INVALID`.
        Gone: the client went away.
    """
    if may_be_empty and call.header(b"content-type") is None:
        data = await read_bytes(call)
        if not data:
            return {}, data
        raise Problem("CONTENT_TYPE_UNSUPPORTED")
    if not _is_json(call.header(b"content-type")) or call.header(b"content-encoding") not in (None, b"identity"):
        raise Problem("CONTENT_TYPE_UNSUPPORTED")
    data = await read_bytes(call)
    value = parse(data)
    if type(value) is not dict:
        raise Problem("REQUEST_INVALID", "", errors=[{"place": "", "code": "MEMBER_INVALID", "reason": "dict_type"}])
    return value, data


def parse(data: bytes) -> Any:
    """Parse JSON strictly: UTF-8, no byte order mark, no member twice, no float, no lone surrogate, not too deep.

    Raises:
        Problem: `BODY_NOT_JSON`, its reason saying which.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Problem("BODY_NOT_JSON", reason="not_utf8") from None
    try:
        value = _DECODER.decode(text)
    except _Refused as refused:
        raise Problem("BODY_NOT_JSON", reason=str(refused)) from None
    except RecursionError:
        raise Problem("BODY_NOT_JSON", reason="too_deep") from None
    except ValueError:  # also int()'s own limit of 4,300 digits
        raise Problem("BODY_NOT_JSON", reason="not_json") from None
    if text.count("{") + text.count("[") > MAX_DEPTH and _too_deep(value, MAX_DEPTH):
        raise Problem("BODY_NOT_JSON", reason="too_deep")
    if _SURROGATE_ESCAPE.search(text) is not None and _has_surrogate(value):
        raise Problem("BODY_NOT_JSON", reason="surrogate")
    return value


def _is_json(content_type: bytes | None) -> bool:
    if content_type == b"application/json":
        return True
    if content_type is None:
        return False
    kind, _, parameter = content_type.lower().partition(b";")
    charset = parameter.replace(b" ", b"").replace(b'"', b"")
    return kind.strip() == b"application/json" and charset in (b"", b"charset=utf-8", b"charset=utf8")


def _too_deep(value: Any, depth: int) -> bool:
    if type(value) is dict:
        members = value.values()
    elif type(value) is list:
        members = value  # type: ignore[assignment] # only iterated: dict_values or list
    else:
        return False
    return depth <= 0 or any(_too_deep(member, depth - 1) for member in members)


def _has_surrogate(value: Any) -> bool:
    if type(value) is str:
        return not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)
    if type(value) is dict:
        return any(_has_surrogate(key) or _has_surrogate(member) for key, member in value.items())
    return type(value) is list and any(map(_has_surrogate, value))
