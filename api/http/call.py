"""One request and its answer, as handlers see them: thin records over ASGI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from api.http.problems import Header, Language, Problem, language_of

if TYPE_CHECKING:
    from api.http.access import Identity
    from api.http.context import Context
    from ledger.shell.store import LedgerRow

JSON = b"application/json"
_LONGEST_QUERY = 4096


@dataclass(slots=True)
class Answer:
    """What goes back: status, bytes, their media type and further headers."""

    status: int
    body: bytes
    media: bytes = JSON
    headers: tuple[Header, ...] = ()
    file: Path | None = None  # sent in pieces, in place of `body`
    passing: bool = False  # the file was made for this answer: it is removed once that is over


class Call:
    """One request. `identity` and `row` are set once the caller may enter the ledger."""

    __slots__ = ("context", "identity", "instance", "outcome", "receive", "row", "scope")

    def __init__(self, context: Context, scope: Scope, receive: Receive, instance: str) -> None:
        self.context = context
        self.scope = scope
        self.receive = receive
        self.instance = instance
        self.outcome = ""  # the code of a refusal or problem, for metrics and logs
        self.identity: Identity | None = None
        self.row: LedgerRow | None = None

    @property
    def params(self) -> Mapping[str, str]:
        """The parts of the path that the route names."""
        params: Mapping[str, str] = self.scope["path_params"]
        return params

    @property
    def ledger(self) -> LedgerRow:
        """The ledger that the caller has entered."""
        if self.row is None:
            raise AssertionError("no ledger was entered")
        return self.row

    @property
    def caller(self) -> Identity:
        """Who asks."""
        if self.identity is None:
            raise AssertionError("nobody was identified")
        return self.identity

    @property
    def language(self) -> Language:
        """The language of words in the answer."""
        return language_of(self.header(b"accept-language"))

    def header(self, name: bytes) -> bytes | None:
        """Give a header's value by its lower-case name; the first, when it was sent twice."""
        for key, value in self.scope["headers"]:
            if key == name:
                found: bytes = value
                return found
        return None

    def once(self, name: bytes) -> bytes | None:
        """Give a header's value that must not be sent twice.

        Raises:
            Problem: `PARAMETER_INVALID`.
        """
        values: list[bytes] = [value for key, value in self.scope["headers"] if key == name]
        if len(values) > 1:
            raise Problem("PARAMETER_INVALID", f"header {name.decode()}", reason="twice")
        return values[0] if values else None

    def query(self, known: Iterable[str]) -> dict[str, str]:
        """Give the parameters of the query; each must be known and stand once.

        Raises:
            Problem: `PARAMETER_INVALID`.
        """
        raw: bytes = self.scope["query_string"]
        if not raw:
            return {}
        if len(raw) > _LONGEST_QUERY:
            raise Problem("PARAMETER_INVALID", "query", reason="too_long")
        try:
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
        except (UnicodeError, ValueError):
            raise Problem("PARAMETER_INVALID", "query", reason="encoding") from None
        found = dict(pairs)
        names = frozenset(known)
        for name, value in pairs:
            if name not in names:
                raise Problem("PARAMETER_INVALID", "query", reason="unknown_parameter")
            if "\x00" in value:
                raise Problem("PARAMETER_INVALID", f"query {name}", reason="character")
        if len(found) != len(pairs):
            raise Problem("PARAMETER_INVALID", "query", reason="twice")
        return found


def whole(query: Mapping[str, str], name: str, default: int, most: int, least: int = 0) -> int:
    """Give a whole number of the query, within its limits.

    Raises:
        Problem: `PARAMETER_INVALID`.
    """
    text = query.get(name)
    if text is None:
        return default
    # Sixteen digits hold 2^53; more never reach int(), nor do Unicode's other digits.
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or not least <= int(text) <= most:
        raise Problem("PARAMETER_INVALID", f"query {name}", reason="whole_number")
    return int(text)


def answer_json(value: Any, status: int = 200, headers: tuple[Header, ...] = ()) -> Answer:
    """Answer a value as JSON."""
    return Answer(status, orjson.dumps(value), JSON, headers)
