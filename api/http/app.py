"""The HTTP application and its server.

A FastAPI application over `Resource` routes made from one table; no middleware stands in the way. `serve` runs it
under uvicorn with uvloop and httptools, and drains on SIGTERM: long polls end, requests under way are answered, writers
finish what they took, and only then are store and keys closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from typing import Any, Final

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.compose import compose
from api.documents import Documents
from api.http import docs_page
from api.http.access import Access
from api.http.call import Answer, Call
from api.http.context import Context
from api.http.logs import Log, LoggerLines
from api.http.metrics import Metrics
from api.http.openapi import document
from api.http.resource import Handler, Resource
from api.http.routes.operation import Operation
from api.http.routes.table import operations
from api.jobs.scheduler import Scheduler
from api.jobs.start import scheduler_of
from api.pages.desk.menu import menu_of
from api.pages.doors import HouseDoors
from api.pages.frame.resource import nowhere
from api.pages.frame.seams import Doors
from api.pages.frame.templates import add_global
from api.pages.table import page_routes
from api.projecting import engine_of
from api.settings import Settings, SettingsError
from ledger.shell.public import tune_process
from ledger.shell.service import Service

_UNMATCHED: Final = "unmatched"
_BACKLOG: Final = 2048


class Application(FastAPI):
    """The FastAPI application of one service; `context` is what its handlers share.

    Its operations come from the table and answer every failure themselves, so that no middleware stands before them;
    who embeds Sceau may mount more beside them.
    """

    def __init__(
        self, settings: Settings, service: Service, log: Log, *, jobs: bool = False, doors: Doors | None = None
    ) -> None:
        super().__init__(
            title="Sceau",
            version=version("sceau"),
            openapi_url=None,  # ours is made from the table
            docs_url=None,  # FastAPI's loads scripts from elsewhere; ours loads nothing
            redoc_url=None,
            redirect_slashes=False,
            lifespan=self._lifespan,
        )
        side = service.store.side()
        self.context = Context(
            settings=settings,
            service=service,
            store=service.store,
            side=side,
            access=Access(side, settings.provisioning_key, time.monotonic),
            metrics=Metrics(),
            log=log,
            documents=Documents(service, settings),
            engine=engine_of(service, settings),
        )
        self._jobs = self._scheduler() if jobs else None
        self._table = operations()
        self._page: bytes | None = None
        self.router.routes.extend(self._routes(self._table))
        add_global("menu_of", menu_of)
        entry = doors or HouseDoors(service, self.context.people)
        self.router.routes.extend(page_routes(self.context, entry))
        self.router.default = Resource(self.context, _UNMATCHED, {}, nowhere(self.context, entry))

    def build_middleware_stack(self) -> ASGIApp:
        """Give the router alone: what a middleware would catch, `Resource` has answered."""
        return self.router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request, or the lifespan."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] == "http":
            # FastAPI's own road here reads the environment for a telemetry that we do not use, for every request.
            scope["app"] = self
            await self.router(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Give the OpenAPI 3.1 document, made from the table and the records."""
        return document(self._table, self.version)

    def _scheduler(self) -> Scheduler:
        context = self.context
        metrics = context.metrics
        return scheduler_of(
            context.service,
            context.settings,
            metrics.take_in_windows,
            documents=context.documents,
            told_of_documents=metrics.take_in_documents,
            told_of_webhooks=metrics.take_in_webhooks,
            engine=context.engine,
            told_of_projections=metrics.take_in_projections,
            post=context.post,
            told_of_messages=metrics.take_in_messages,
        )

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
        if self._page is None:
            self._page = orjson.dumps(await self.context.blocking(self.openapi))
        return Answer(200, self._page)

    async def _docs_page(self, _: Call) -> Answer:
        """Answer the page to read and try."""
        body = await self.context.blocking(docs_page.page, self._table)
        return Answer(200, body, b"text/html; charset=utf-8", ((b"content-security-policy", docs_page.policy()),))

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: ASGIApp) -> AsyncIterator[None]:
        self.context.log.line("info", "started")
        if self._jobs is not None:
            self._jobs.start()
        yield
        self.context.stopping.set()
        if self._jobs is not None:  # before the writers: what a job is about to write is written
            await asyncio.get_running_loop().run_in_executor(None, self._jobs.stop)
        await asyncio.get_running_loop().run_in_executor(None, self.context.service.stop)
        self.context.close()
        self.context.log.line("info", "stopped")


def create_app(
    settings: Settings,
    service: Service | None = None,
    *,
    log: Log | None = None,
    jobs: bool = False,
    doors: Doors | None = None,
) -> Application:
    """Make the application; without a service, one is composed from the settings and its store must be there.

    `doors` finds who comes in at its pages; by default the server's own users and links (docs/pages.md).
    With `jobs` it closes what has ended, makes checkpoints and places them, while it runs (docs/anchors.md). Stopping
    the application stops the service; whoever composed the service closes it.
    """
    return Application(settings, service or compose(settings), log or Log(settings.log_level), jobs=jobs, doors=doors)


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
            listening = sockets or self.servers[0].sockets
            self._ready(listening[0].getsockname()[1])

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
        proxy_headers=False,  # nothing here asks where a request came from
        timeout_graceful_shutdown=settings.drain_seconds,
        backlog=_BACKLOG,
    )
    return Server(config, app.context.stopping, ready)


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything else is opened: a server that cannot listen says so at once.

    Raises:
        SettingsError: the address is none of this machine's, or another program has it.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as failure:
        number = failure.errno
    if number == errno.EADDRINUSE:
        raise SettingsError("SCEAU_PORT", f"port {port} is taken by another program: stop it or choose another port")
    if number == errno.EACCES:
        raise SettingsError("SCEAU_PORT", f"port {port} is kept for the system: choose one above 1023")
    raise SettingsError("SCEAU_HOST", "this machine has no such address")


def serve(settings: Settings, *, ready: Callable[[int], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; every answered command is durable, and what was taken is finished before the end.

    To be called from the main thread.

    Raises:
        SettingsError: the address cannot be listened on.
        SchemaMismatch, UnsafeStore, Unavailable, ValueError: as `compose`.
    """
    taken = listen(settings.host, settings.port)
    log = Log(settings.log_level)
    logging.basicConfig(handlers=[LoggerLines(log)], level=logging.WARNING, force=True)
    service = compose(settings)
    # uvicorn puts these back after draining and raises the signal again, which would end the process before `close`.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        server = make_server(create_app(settings, service, log=log, jobs=True), ready)
        tune_process()
        server.run(sockets=[taken])
    finally:
        service.close()
        taken.close()
        log.flush()
