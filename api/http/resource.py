"""One address and its methods, as an ASGI application: the frame around every handler.

Whatever a handler raises is answered as a problem here; counted and logged here; nothing of a request enters the log.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from starlette.types import Receive, Scope, Send

from api.http.body import Gone
from api.http.call import Answer, Call
from api.http.context import Context
from api.http.problems import MEDIA as PROBLEM
from api.http.problems import Problem, Refused, from_failure, refusal_body, retry_headers
from ledger.domain.refusals import Refusal

Handler = Callable[[Call], Awaitable[Answer]]

_SERVER_FAULT = 500
_NOT_THERE = frozenset({404, 410})


class Resource:
    """The methods of one route; `template` is how logs and metrics name it."""

    def __init__(
        self, context: Context, template: str, methods: Mapping[str, Handler], otherwise: Handler | None = None
    ) -> None:
        self._context = context
        self._template = template
        self._methods = dict(methods)
        self._otherwise = otherwise
        if "GET" in self._methods:
            self._methods["HEAD"] = self._methods["GET"]
        self._allow = ", ".join(sorted(self._methods)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        context = self._context
        method: str = scope["method"]
        call = Call(context, scope, receive, _instance())
        context.metrics.under_way.inc()
        try:
            answer = await self._answer(call, method)
            await _send(send, answer, head=method == "HEAD")
        except Gone:
            return
        finally:
            context.metrics.under_way.dec()
        seconds = time.perf_counter() - started
        known = method if method in self._methods else "other"
        context.metrics.observe(known, self._template, answer.status, seconds)
        level = "info" if answer.status < 400 else "warning" if answer.status < _SERVER_FAULT else "error"
        if context.log.wants(level):
            context.log.line(
                level,
                "request",
                method=known,
                route=self._template,
                status=answer.status,
                ms=round(seconds * 1000, 3),
                bytes_out=len(answer.body),
                instance=call.instance,
                **({"code": call.outcome} if call.outcome else {}),
            )

    async def _answer(self, call: Call, method: str) -> Answer:
        try:
            handler = self._methods.get(method, self._otherwise)
            if handler is None:
                raise Problem("METHOD_NOT_ALLOWED", headers=((b"allow", self._allow),))
            return await handler(call)
        except Gone:
            raise
        except Exception as failure:
            return self._failed(call, failure)

    def _failed(self, call: Call, failure: Exception) -> Answer:
        problem = from_failure(failure)
        if problem is None:
            self._context.log.fault("fault", failure, route=self._template, instance=call.instance)
            problem = Problem("INTERNAL")
        elif not _askers_own(problem) and not isinstance(failure, (Problem, Refused)):
            self._context.log.fault("failure", failure, route=self._template, instance=call.instance)
        if isinstance(problem, Refusal):
            return refused(call, problem)
        call.outcome = problem.code
        self._context.metrics.refusals.labels(problem.code).inc()
        language = call.language
        headers = (*_language_headers(language), *problem.headers)
        return Answer(problem.status, problem.body(language, call.instance), PROBLEM, headers)


def refused(call: Call, refusal: Refusal) -> Answer:
    """Answer a rule's no."""
    call.outcome = refusal.code
    call.context.metrics.refusals.labels(refusal.code).inc()
    language = call.language
    body = refusal_body(refusal, language, call.instance)
    return Answer(refusal.status, body, PROBLEM, (*_language_headers(language), *retry_headers(refusal)))


def _language_headers(language: str) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"content-language", language.encode()), (b"vary", b"accept-language"))


# No secret: an instance only ties a problem to a log line. os.urandom would give the interpreter's lock away in the
# middle of each request, and wait for the writers to give it back.
_RANDOM = random.Random()  # noqa: S311 - no secret


def _instance() -> str:
    """Make a random UUID, version 4, as a URN (RFC 9562)."""
    bits = _RANDOM.getrandbits(128) & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62
    text = f"{bits:032x}"
    return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_PIECE_BYTES: Final = 1 << 18


_NO_STORE: Final = (b"cache-control", b"no-store")


async def _send(send: Send, answer: Answer, *, head: bool) -> None:
    try:
        await _send_whole(send, answer, head=head)
    finally:
        if answer.passing and answer.file is not None:
            answer.file.unlink(missing_ok=True)


async def _send_whole(send: Send, answer: Answer, *, head: bool) -> None:
    headers = [
        (b"content-type", answer.media),
        (b"content-length", b"%d" % (len(answer.body) if answer.file is None else answer.file.stat().st_size)),
        _NO_STORE,
        (b"x-content-type-options", b"nosniff"),
        *answer.headers,
    ]
    if answer.status in (204, 304):  # neither has content, nor says how long it would be
        headers = headers[2:]
    if any(name == b"cache-control" for name, _ in answer.headers):
        headers.remove(_NO_STORE)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.file is not None and not head:
        await _send_file(send, answer.file)
        return
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


async def _send_file(send: Send, path: Path) -> None:
    """Send a file in pieces: as much of it is in memory as the client has not taken yet."""
    loop = asyncio.get_running_loop()
    with path.open("rb") as file:
        while some := await loop.run_in_executor(None, file.read, _PIECE_BYTES):
            await send({"type": "http.response.body", "body": some, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _askers_own(problem: Problem | Refusal) -> bool:
    """Say whether a failure is the asker's alone, a refusal or what is not there; others are ours to look at."""
    return isinstance(problem, Refusal) or problem.status in _NOT_THERE
