"""One request as a conversation that knows no network: what to send, what to make of what came, how long to wait.

The same conversation is held by a blocking and by an asynchronous client. A command carries an idempotency key, made
here unless one is given: that is why it may be sent again when its answer was lost.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import quote

import httpx

from .errors import ClientError, ProblemError, Unexpected, Unreachable, error_of

RETRIED_STATUSES: Final = frozenset({408, 429, 502, 503, 504})
RETRIED_CODES: Final = frozenset({"IDEMPOTENCY_IN_PROGRESS"})


@dataclass(frozen=True)
class Retries:
    """How often and how patiently a request is sent again."""

    tries: int = 4
    first_wait_seconds: float = 0.25
    longest_wait_seconds: float = 20.0

    def wait_seconds(self, attempt: int, asked_seconds: int | None) -> float:
        """Give how long to wait after an attempt, from 1: what the server asks for, or twice as long each time."""
        own = self.first_wait_seconds * 4 ** (attempt - 1)
        return min(float(asked_seconds) if asked_seconds is not None else own, self.longest_wait_seconds)


@dataclass(frozen=True)
class Download:
    """A file: its bytes, its media type and the other headers (lower-case names)."""

    content: bytes
    media: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """One operation's request."""

    method: str
    path: str
    query: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: Any = None  # JSON, or bytes with `media`
    media: str = "application/json"
    key: str | None = None

    def prepared(self) -> Prepared:
        """Give what goes over the network; a POST without a key gets one."""
        headers = {name: value for name, value in self.headers.items() if value is not None}
        content: bytes | None = None
        if self.body is not None:
            headers["Content-Type"] = self.media
            content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        key = self.key
        if self.method == "POST":
            key = key or str(uuid.uuid4())
            headers["Idempotency-Key"] = key
        query = {name: _text(value) for name, value in self.query.items() if value is not None}
        return Prepared(self.method, self.path, query, headers, content, key)


@dataclass(frozen=True)
class Prepared:
    """A request as it is sent, each time the same."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes | None
    key: str | None


@dataclass(frozen=True)
class Sleep:
    """To wait, before the request is sent again."""

    seconds: float


Page = TypeVar("Page")
Came: TypeAlias = httpx.Response | httpx.RequestError | None
Conversation: TypeAlias = Generator[Prepared | Sleep, Came, httpx.Response]


def conversation(request: Request, retries: Retries) -> Conversation:
    """Hold one: yields what to send or how long to wait, takes what came, returns the answer.

    Raises:
        ClientError: no answer after every try, or an answer that says no.
    """
    prepared = request.prepared()
    lost = False
    guarded = "If-Match" in prepared.headers  # sent twice, the second time would say that it has changed
    for attempt in range(1, retries.tries + 1):
        came = yield prepared
        asked: int | None = None
        failure: ClientError
        if isinstance(came, httpx.Response):
            if came.status_code < 300 or came.status_code == 304:
                return came
            if lost and request.method == "DELETE" and came.status_code == 404:
                return came  # the try whose answer was lost has done it
            asked = _seconds(came.headers.get("retry-after"))
            media = came.headers.get("content-type", "")
            failure = error_of(came.status_code, media, came.content, asked, prepared.key)
            if not _passes(failure):
                raise failure
        else:
            failure = Unreachable(f"no answer: {type(came).__name__}", prepared.key)
            lost = True
            if guarded and not isinstance(came, httpx.ConnectError):
                raise failure from came
        if attempt == retries.tries:
            raise failure
        yield Sleep(retries.wait_seconds(attempt, asked))
    raise AssertionError("a request is tried once at least")


def path_of(template: str, **parts: str | int) -> str:
    """Fill in an address; what is filled in can never lead to another one."""
    safe = {name: quote(str(part), safe="") for name, part in parts.items()}
    if any(part in ("", ".", "..") for part in safe.values()):
        raise ValueError("a part of an address is empty")
    return template.format(**safe)


def json_of(response: httpx.Response) -> Any:
    """Give an answer's JSON; None where it has no body.

    Raises:
        Unexpected: it is none.
    """
    if not response.content:
        return None
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise Unexpected(response.status_code) from None


def page_of(page: Page, after: int | str | None) -> Page:
    """Give a page of a list that was asked for from `after`.

    Raises:
        Unexpected: it is no page, or leads back to itself, for ever.
    """
    told: Any = page
    if not isinstance(told, dict) or not isinstance(told.get("items"), list):
        raise Unexpected(200)
    if "next" in told and told["next"] == after:
        raise Unexpected(200)
    return page


def download_of(response: httpx.Response) -> Download:
    """Give an answer's file."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Download(response.content, headers.get("content-type", ""), headers)


def _passes(failure: ClientError) -> bool:
    """Whether the same request may succeed in a moment."""
    if isinstance(failure, ProblemError):
        return failure.status in RETRIED_STATUSES or failure.code in RETRIED_CODES
    return isinstance(failure, Unexpected) and failure.status in RETRIED_STATUSES


def _seconds(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else None


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
