"""Following a ledger: its events one after the other, by long polls, from a cursor that the reader keeps."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Final

import httpx

from .core import Request, json_of
from .errors import Unexpected
from .models import CloudEvent

WAIT_SECONDS: Final = 30
PAGE: Final = 200
_WHOLE: Final = re.compile(r"[0-9]{1,16}")


class _Cursor:
    """How far a reader has come, and what it asks for next."""

    def __init__(self, path: str, after: int, wait_seconds: int, filters: dict[str, Any]) -> None:
        self.cursor = after
        """Keep it with what you made of the last event, and begin there the next time."""
        self._path = path
        self._wait = wait_seconds
        self._filters = filters

    def _request(self) -> Request:
        query = {**self._filters, "after": self.cursor, "limit": PAGE, "wait": self._wait or None}
        return Request("GET", self._path, query)

    def _taken(self, response: httpx.Response) -> Iterator[CloudEvent]:
        """Give the events of an answer, each with the cursor moved to it.

        Raises:
            Unexpected: it is no batch of events, or one that goes back.
        """
        batch = json_of(response)
        if not isinstance(batch, list):
            raise Unexpected(response.status_code)
        for event in batch:
            told = event.get("sequence") if isinstance(event, dict) else None
            if not isinstance(told, str) or not _WHOLE.fullmatch(told) or int(told) <= self.cursor:
                raise Unexpected(response.status_code)
            self.cursor = int(told)
            yield event

    def _ended(self, response: httpx.Response, came: int) -> bool:
        """Move to where the server has come; whether there is nothing more for now."""
        came_to = response.headers.get("sceau-after", "")
        moved = _WHOLE.fullmatch(came_to) is not None and int(came_to) > self.cursor
        if moved:
            self.cursor = int(came_to)
        return not came and not moved


class Feed(_Cursor):
    """The events of a ledger, in order. Iterating never ends by itself when it waits; without a wait, at the end."""

    def __init__(
        self,
        send: Callable[[Request], httpx.Response],
        path: str,
        after: int,
        wait_seconds: int,
        filters: dict[str, Any],
    ) -> None:
        super().__init__(path, after, wait_seconds, filters)
        self._send = send

    def __iter__(self) -> Iterator[CloudEvent]:
        """Give each event; `cursor` is at the event given while its reader works on it."""
        while True:
            response = self._send(self._request())
            came = 0
            for event in self._taken(response):
                came += 1
                yield event
            if self._ended(response, came) and not self._wait:
                return


class AsyncFeed(_Cursor):
    """The same, for `async for`."""

    def __init__(
        self,
        send: Callable[[Request], Awaitable[httpx.Response]],
        path: str,
        after: int,
        wait_seconds: int,
        filters: dict[str, Any],
    ) -> None:
        super().__init__(path, after, wait_seconds, filters)
        self._send = send

    async def __aiter__(self) -> AsyncIterator[CloudEvent]:
        """Give each event; `cursor` is at the event given while its reader works on it."""
        while True:
            response = await self._send(self._request())
            came = 0
            for event in self._taken(response):
                came += 1
                yield event
            if self._ended(response, came) and not self._wait:
                return
