"""What can go wrong, one class for each thing that the caller does next. All are `ClientError`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


class ClientError(Exception):
    """Anything that this package raises of itself."""


class Unreachable(ClientError):  # noqa: N818 - the house names what happened
    """No answer came, after every try. A command may or may not have been carried out.

    Ask again with the same `idempotency_key`: it is carried out once, whichever it was.
    """

    def __init__(self, words: str, idempotency_key: str | None) -> None:
        super().__init__(words)
        self.idempotency_key = idempotency_key


class Unexpected(ClientError):  # noqa: N818 - the house names what happened
    """An answer that is none of Sceau's: something between answered, or the address is another server's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"an answer with status {status} that is not Sceau's")
        self.status = status


class ProblemError(ClientError):
    """The server's no (RFC 9457). `code` never changes; `detail` and `remedy` are words for people.

    Attributes:
        status: of HTTP.
        code: stable, such as `VAT_RATE_NOT_IN_FORCE`.
        detail: what is wrong, in the language asked for.
        law: the article, where a rule says no.
        place: a JSON Pointer into what was sent, or `query ...`, `header ...`.
        remedy: what to do next.
        reason: more exactly why, as a stable word.
        facts: the figures in the words.
        errors: every place of a body of the wrong shape.
        instance: what the server's log knows it by.
        retry_after_seconds: when to ask again, where that may help.
        idempotency_key: the key that was sent.
    """

    def __init__(
        self,
        status: int,
        members: Mapping[str, Any],
        retry_after_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        self.status = status
        self.code: str = str(members.get("code", ""))
        self.detail: str = str(members.get("detail", ""))
        self.law: str | None = members.get("law")
        self.place: str | None = members.get("place")
        self.remedy: str | None = members.get("remedy")
        self.reason: str | None = members.get("reason")
        self.facts: Mapping[str, Any] = members.get("facts", {})
        self.errors: Sequence[Mapping[str, str]] = members.get("errors", ())
        self.instance: str | None = members.get("instance")
        self.retry_after_seconds = retry_after_seconds
        self.idempotency_key = idempotency_key
        place = f" at {self.place}" if self.place else ""
        law = f" ({self.law})" if self.law else ""
        super().__init__(f"{self.code}{place}: {self.detail}{law}")


class Invalid(ProblemError):  # noqa: N818 - the house names what happened
    """What was sent is wrong, by its form or by a rule (400, 413, 415, 422): mend what `place` names."""


class NotAllowed(ProblemError):  # noqa: N818 - the house names what happened
    """No key, or a key whose role does not allow it (401, 403)."""


class NotFound(ProblemError):  # noqa: N818 - the house names what happened
    """There is nothing at that address for this key, or not any more (404, 410)."""


class Conflict(ProblemError):  # noqa: N818 - the house names what happened
    """The state of the ledger says no (409, 412, 428): read it again; it may say yes later."""


class NotNow(ProblemError):  # noqa: N818 - the house names what happened
    """Not now (408, 429, 503), after every try: ask again later with the same idempotency key."""


_BY_STATUS: Mapping[int, type[ProblemError]] = {
    400: Invalid, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 405: Invalid, 408: NotNow, 409: Conflict,
    410: NotFound, 412: Conflict, 413: Invalid, 415: Invalid, 416: Invalid, 422: Invalid, 428: Conflict, 429: NotNow,
    503: NotNow,
}  # fmt: skip


def error_of(
    status: int, media: str, body: bytes, retry_after_seconds: int | None, idempotency_key: str | None
) -> ClientError:
    """Make the error of an answer that is no success."""
    members: Any = None
    if media.partition(";")[0].strip() == "application/problem+json":
        try:
            members = json.loads(body)
        except (ValueError, RecursionError):
            members = None
    if not isinstance(members, dict):
        return Unexpected(status)
    return _BY_STATUS.get(status, ProblemError)(status, members, retry_after_seconds, idempotency_key)
