"""The HTTP application and its server.

One `Router` of Starlette's over `Resource` applications; no middleware stands in the way of a command. `serve` runs it
under uvicorn with uvloop and httptools, and drains on SIGTERM: long polls end, requests under way are answered, writers
finish what they took, and only then are store and keys closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from typing import Final

import orjson
import uvicorn
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from api.compose import compose
from api.http import docs_page
from api.http.access import Access
from api.http.call import Answer, Call
from api.http.context import Context
from api.http.logs import Log
from api.http.metrics import Metrics
from api.http.openapi import document
from api.http.problems import Problem
from api.http.resource import Handler, Resource
from api.http.routes.operation import Operation
from api.http.routes.table import operations
from api.settings import Settings
from ledger.shell.service import Service

_UNMATCHED: Final = "unmatched"


class Application:
    """The ASGI application of one service; `context` is what its handlers share."""

    def __init__(self, settings: Settings, service: Service, log: Log) -> None:
        side = service.store.side()
        self.context = Context(
            settings=settings,
            service=service,
            store=service.store,
            side=side,
            access=Access(side, settings.provisioning_key, time.monotonic),
            metrics=Metrics(),
            log=log,
        )
        self._table = operations()
        self._openapi: bytes | None = None
        self._router = Router(
            [*self._routes(self._table)],
            redirect_slashes=False,
            default=Resource(self.context, _UNMATCHED, {}, _nowhere),
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request, or the lifespan."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        await self._router(scope, receive, send)

    def _routes(self, table: tuple[Operation, ...]) -> list[Route]:
        methods: dict[str, dict[str, Handler]] = {}
        for operation in table:
            methods.setdefault(operation.template, {})[operation.method] = operation.handler
        methods["/openapi.json"] = {"GET": self._openapi_page}
        methods["/docs"] = {"GET": self._docs_page}
        # The table's order: a fixed path (`/invoices/final`) stands before one that would take it for an id.
        return [Route(path, Resource(self.context, path, found)) for path, found in methods.items()]

    async def _openapi_page(self, _: Call) -> Answer:
        """Answer this page."""
        if self._openapi is None:
            page = await self.context.blocking(document, self._table, version("sceau"))
            self._openapi = orjson.dumps(page)
        return Answer(200, self._openapi)

    async def _docs_page(self, _: Call) -> Answer:
        """Answer the page to read and try."""
        body = await self.context.blocking(docs_page.page, self._table)
        return Answer(200, body, b"text/html; charset=utf-8", ((b"content-security-policy", docs_page.policy()),))

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: ASGIApp) -> AsyncIterator[None]:
        self.context.log.line("info", "started")
        yield
        self.context.stopping.set()
        await asyncio.get_running_loop().run_in_executor(None, self.context.service.stop)
        self.context.close()
        self.context.log.line("info", "stopped")


async def _nowhere(_: Call) -> Answer:
    raise Problem("ADDRESS_UNKNOWN")


def create_app(settings: Settings, service: Service | None = None, *, log: Log | None = None) -> Application:
    """Make the application; without a service, one is composed from the settings and its store must be there.

    Stopping the application stops the service; whoever composed the service closes it.
    """
    return Application(settings, service or compose(settings), log or Log(settings.log_level))


class Server(uvicorn.Server):
    """uvicorn, telling long polls that it is time to go before it waits for them."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event, ready: Callable[[int], None] | None) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say on which port."""
        await super().startup(sockets)
        if self._ready is not None and self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain and stop."""
        self._stopping.set()
        await super().shutdown(sockets)


def make_server(app: Application, ready: Callable[[int], None] | None = None) -> Server:
    """Make the server of an application; `ready` is called with the port when it listens."""
    settings = app.context.settings
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        backlog=2048,
    )
    return Server(config, app.context.stopping, ready)


def serve(settings: Settings, *, ready: Callable[[int], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; every answered command is durable, and what was taken is finished before the end.

    Raises:
        SchemaMismatch, UnsafeStore, Unavailable, ValueError: as `compose`.
    """
    service = compose(settings)
    try:
        make_server(create_app(settings, service), ready).run()
    finally:
        service.close()
