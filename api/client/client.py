"""The clients: blocking and asynchronous, over the same conversations."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, Final, Self

import httpx

from .core import Prepared, Request, Retries, Sleep, conversation, path_of
from .feed import WAIT_SECONDS, AsyncFeed, Feed
from .operations import LedgerCalls, RootCalls
from .operations_async import AsyncLedgerCalls, AsyncRootCalls

TIMEOUT_SECONDS: Final = 90.0
"""Longer than the longest long poll."""
_EVENTS: Final = "/v1/ledgers/{ledger}/events"


def _headers(key: str | None, language: str) -> dict[str, str]:
    headers = {"Accept-Language": language, "User-Agent": "sceau-client/1"}
    return headers if key is None else {**headers, "Authorization": f"Bearer {key}"}


class Client(RootCalls):
    """A client that waits for its answers. Safe for threads; close it, or use it in a `with` block."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        language: str = "fr",
        retries: Retries | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: httpx.Client | None = None,
    ) -> None:
        """Speak to the server at `url` with an API key.

        Args:
            url: without `/v1`.
            key: `sk_...`, or the provisioning key; none for what is anybody's.
            language: of problems: `fr` or `en`.
            retries: how often a request is sent again.
            timeout_seconds: of one try.
            http: an `httpx.Client` of your own (proxies, certificates); it is not closed here.
        """
        self._http = http or httpx.Client(timeout=timeout_seconds)
        self._own = http is None
        self._url = url.rstrip("/")
        self._headers = _headers(key, language)
        self._retries = retries or Retries()
        super().__init__(self.send)

    def ledger(self, name: str) -> Ledger:
        """Give the operations of one ledger, by its short name or id."""
        return Ledger(self, name)

    def send(self, request: Request) -> httpx.Response:
        """Hold one conversation.

        Raises:
            ClientError: see `errors`.
        """
        talk = conversation(request, self._retries)
        step = next(talk)
        try:
            while True:
                if isinstance(step, Sleep):
                    time.sleep(step.seconds)
                    step = talk.send(None)
                else:
                    step = talk.send(self._once(step))
        except StopIteration as ended:
            answer: httpx.Response = ended.value
            return answer

    def _once(self, sent: Prepared) -> httpx.Response | httpx.RequestError:
        try:
            return self._http.request(
                sent.method, self._url + sent.path, params=dict(sent.query), content=sent.content,
                headers={**self._headers, **sent.headers}, follow_redirects=False,
            )  # fmt: skip
        except httpx.RequestError as error:
            return error

    def close(self) -> None:
        """Close the connections."""
        if self._own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Ledger(LedgerCalls):
    """The operations of one ledger."""

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(client.send, name)
        self._client = client
        self.name = name

    def follow(
        self,
        after: int = 0,
        *,
        wait_seconds: int = WAIT_SECONDS,
        types: str | None = None,
        kinds: str | None = None,
        stream: str | None = None,
        customer: str | None = None,
        private: bool | None = None,
    ) -> Feed:
        """Give the ledger's events after a cursor, for ever; with `wait_seconds=0` until its present end."""
        filters: dict[str, Any] = {
            "types": types, "kinds": kinds, "stream": stream, "customer": customer, "private": private
        }  # fmt: skip
        return Feed(self._client.send, path_of(_EVENTS, ledger=self.name), after, wait_seconds, filters)


class AsyncClient(AsyncRootCalls):
    """A client for asyncio. Close it, or use it in an `async with` block."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        language: str = "fr",
        retries: Retries | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """Speak to the server at `url` with an API key; the arguments are those of `Client`."""
        self._http = http or httpx.AsyncClient(timeout=timeout_seconds)
        self._own = http is None
        self._url = url.rstrip("/")
        self._headers = _headers(key, language)
        self._retries = retries or Retries()
        super().__init__(self.send)

    def ledger(self, name: str) -> AsyncLedger:
        """Give the operations of one ledger, by its short name or id."""
        return AsyncLedger(self, name)

    async def send(self, request: Request) -> httpx.Response:
        """Hold one conversation.

        Raises:
            ClientError: see `errors`.
        """
        talk = conversation(request, self._retries)
        step = next(talk)
        try:
            while True:
                if isinstance(step, Sleep):
                    await asyncio.sleep(step.seconds)
                    step = talk.send(None)
                else:
                    step = talk.send(await self._once(step))
        except StopIteration as ended:
            answer: httpx.Response = ended.value
            return answer

    async def _once(self, sent: Prepared) -> httpx.Response | httpx.RequestError:
        try:
            return await self._http.request(
                sent.method, self._url + sent.path, params=dict(sent.query), content=sent.content,
                headers={**self._headers, **sent.headers}, follow_redirects=False,
            )  # fmt: skip
        except httpx.RequestError as error:
            return error

    async def close(self) -> None:
        """Close the connections."""
        if self._own:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class AsyncLedger(AsyncLedgerCalls):
    """The operations of one ledger."""

    def __init__(self, client: AsyncClient, name: str) -> None:
        super().__init__(client.send, name)
        self._client = client
        self.name = name

    def follow(
        self,
        after: int = 0,
        *,
        wait_seconds: int = WAIT_SECONDS,
        types: str | None = None,
        kinds: str | None = None,
        stream: str | None = None,
        customer: str | None = None,
        private: bool | None = None,
    ) -> AsyncFeed:
        """Give the ledger's events after a cursor, for ever; with `wait_seconds=0` until its present end."""
        filters: dict[str, Any] = {
            "types": types, "kinds": kinds, "stream": stream, "customer": customer, "private": private
        }  # fmt: skip
        return AsyncFeed(self._client.send, path_of(_EVENTS, ledger=self.name), after, wait_seconds, filters)
