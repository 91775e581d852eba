"""One bounded HTTP request with the standard library: a timeout, a limit on the answer, no redirect followed."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPException
from typing import IO, Any, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from archive.anchors.anchor import USER_AGENT, AnchorFailure
from archive.anchors.within import within

MAX_ANSWER: Final = 1 << 20


class Reply(NamedTuple):
    """An answer, whatever its status."""

    status: int
    body: bytes
    kind: str


class _Stay(HTTPRedirectHandler):
    """A redirect is an answer like any other: nothing is sent to a place nobody named."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> None:
        """Follow nothing."""


def post(url: str, body: bytes, kind: str, timeout_seconds: float) -> Reply:
    """Send a body and read the answer.

    Raises:
        AnchorFailure: `unreachable`; `bad_answer` when it is too long.
    """
    return send("POST", url, body, timeout_seconds, {"Content-Type": kind})


def send(
    method: str,
    url: str,
    body: bytes | None,
    timeout_seconds: float,
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MAX_ANSWER,
) -> Reply:
    """Send a request and read the answer, all within three times the timeout of a single read.

    Raises:
        AnchorFailure: `unreachable`; `bad_answer` when it is longer than `most_bytes`.
    """
    told = {"User-Agent": USER_AGENT, **(headers or {})}
    request = Request(url, body, told, method=method)  # noqa: S310 - `check_url` lets http and https alone in
    return within(3 * timeout_seconds, lambda: _ask(request, timeout_seconds, most_bytes))


def _ask(request: Request, timeout_seconds: float, most_bytes: int) -> Reply:
    try:
        with build_opener(_Stay).open(request, timeout=timeout_seconds) as answer:
            return _read(answer.status, answer, most_bytes)
    except HTTPError as error:
        with error:
            return _read(error.code, error, most_bytes)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise AnchorFailure("unreachable", type(error).__name__) from error


def check_url(url: str) -> str:
    """Give back a URL of http or https with a host.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an http or https address is needed")
    return url


def _read(status: int, answer: Any, most_bytes: int) -> Reply:
    try:
        body = answer.read(most_bytes + 1)
    except (HTTPException, OSError) as error:
        raise AnchorFailure("unreachable", type(error).__name__) from error
    if len(body) > most_bytes:
        raise AnchorFailure("bad_answer", "too long")
    return Reply(status, body, answer.headers.get_content_type())
