"""Reading a request's body: size, type, and JSON without ambiguity."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any, Final

from api.http.call import Call
from api.http.problems import Problem
from api.strict_json import NotJson, parse

BODY_SECONDS: Final = 30.0
"""How long a body may take to arrive: a client that never ends its request holds nothing here for longer."""

_CLOSE: Final = ((b"connection", b"close"),)


class Gone(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The client went away before the body was whole: there is nobody to answer, and nothing was done."""


async def read_bytes(call: Call, limit: int | None = None, too_large: str = "BODY_TOO_LARGE") -> bytes:
    """Read the whole body, of at most `limit` bytes (the settings' by default).

    Raises:
        Problem: `too_large`, `BODY_TOO_SLOW`.
        Gone: the client went away.
    """
    limit = call.context.settings.body_bytes if limit is None else limit
    declared = call.header(b"content-length")
    if declared is not None and declared.isdigit() and (len(declared) > 12 or int(declared) > limit):
        raise Problem(too_large, headers=_CLOSE)
    arriving = _arrived(call, limit, too_large)
    try:
        waited_for = arriving.send(None)
    except StopIteration as arrived:  # nearly always: all is there, and a timeout would cost more than the reading
        whole: bytes = arrived.value
        return whole
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _resumed(arriving, waited_for)
    except TimeoutError:
        raise Problem("BODY_TOO_SLOW", headers=_CLOSE) from None


@types.coroutine
def _resumed(begun: Coroutine[Any, Any, bytes], waited_for: Any) -> Generator[Any, Any, bytes]:
    """Go on with a coroutine whose first step was taken by hand (PEP 380 says what `await` would do)."""
    while True:
        try:
            sent = yield waited_for
        except BaseException as thrown:
            step = partial(begun.throw, thrown)
        else:
            step = partial(begun.send, sent)
        try:
            waited_for = step()
        except StopIteration as arrived:
            whole: bytes = arrived.value
            return whole


async def _arrived(call: Call, limit: int, too_large: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await call.receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise Problem(too_large, headers=_CLOSE)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def read_object(call: Call, *, may_be_empty: bool = False) -> tuple[dict[str, Any], bytes]:
    """Read the body as one JSON object; give its members and its bytes.

    `may_be_empty`: no body at all stands for an object without members.

    Raises:
        Problem: `CONTENT_TYPE_UNSUPPORTED`, `BODY_TOO_LARGE`, `BODY_TOO_SLOW`, `BODY_NOT_JSON`, `REQUEST_INVALID`.
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
    try:
        value = parse(data)
    except NotJson as refused:
        raise Problem("BODY_NOT_JSON", reason=refused.reason) from None
    if type(value) is not dict:
        raise Problem("REQUEST_INVALID", "", errors=[{"place": "", "code": "MEMBER_INVALID", "reason": "dict_type"}])
    return value, data


def _is_json(content_type: bytes | None) -> bool:
    if content_type == b"application/json":
        return True
    if content_type is None:
        return False
    kind, _, parameter = content_type.lower().partition(b";")
    charset = parameter.replace(b" ", b"").replace(b'"', b"")
    return kind.strip() == b"application/json" and charset in (b"", b"charset=utf-8", b"charset=utf8")
