"""Invoices over HTTP, one worker, 64 connections that each wait for their answer; beside FastAPI alone.

Server and client are processes of their own, so that the client is not the limit. The peer is a FastAPI application
that reads a JSON object and answers one, under the same uvicorn: what a Python server costs before it does anything.
The same server with groups of one call shows what group commit is worth.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from api.bench.ground import NAME, Ground, ground, sqlite
from api.bench.postgres import Server
from api.bench.rows import Row, compared, interleaved_any, least, measured, most
from api.bench.sale import BODY
from api.bench.sizes import Sizes
from api.http.access import make_key
from ledger.kernel.entry import format_at
from ledger.shell.side import Grant

CONNECTIONS = 64


class Answered(NamedTuple):
    """What the client counted."""

    per_second: float
    p99_ms: float
    failures: int


def rows(sizes: Sizes, server: Server | None) -> Iterator[Row]:
    """Measure the server's rows, on PostgreSQL if there is one."""
    where = "SQLite" if server is None else "PostgreSQL"
    with ExitStack() as stack:
        urls = [stack.enter_context(sqlite() if server is None else server.database()) for _ in range(2)]
        grouped, single = (stack.enter_context(ground(url)) for url in urls)
        tokens = [_token(one) for one in (grouped, single)]
        invoices = f"/v1/ledgers/{NAME}/invoices"
        ports = (
            stack.enter_context(serving("sceau", grouped.url, str(grouped.keys), "256")),
            stack.enter_context(serving("sceau", single.url, str(single.keys), "1")),
            stack.enter_context(serving("fastapi")),
        )
        few = max(sizes.http_requests // 8, CONNECTIONS)
        runs = (
            lambda: _ask(ports[0], invoices, tokens[0], sizes.http_requests),
            lambda: _ask(ports[1], invoices, tokens[1], few),
            lambda: _ask(ports[2], "/", "", sizes.http_requests),
        )
        interleaved_any(1, *runs)
        ours, alone, peer = interleaved_any(sizes.repeats, *runs)
    rates = [one.per_second for one in ours]
    yield compared(
        f"invoices over HTTP, {where}, one worker, 64 connections; beside FastAPI alone",
        *(rates, "invoices/s", [one.per_second for one in peer]),
        least(2500, "value"),
    )
    yield measured(f"invoices over HTTP, {where}, p99", [one.p99_ms for one in ours], "ms")
    yield compared(
        f"invoices over HTTP, {where}, group commit; beside one transaction per request",
        *(rates, "invoices/s", [one.per_second for one in alone]),
        least(2.5),
    )
    failures = [float(one.failures) for one in (*ours, *alone)]
    yield measured("requests not answered 201", [sum(failures)], "requests", most(0, "value"))


def _token(ours: Ground) -> str:
    """Make an operator's key of the ledger, and let the servers have it to themselves."""
    made = make_key("bench", format_at(datetime.now(UTC)))
    side = ours.store.side()
    side.create_key(made.record)
    side.grant(Grant(ours.ledger, made.record.key, "operator"))
    ours.service.stop()
    return made.token


@contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """A server in another process; its port."""
    command = [sys.executable, "-m", "api.bench.server", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_home()) as process:  # noqa: S603 - ours
        try:
            line = process.stdout.readline() if process.stdout is not None else b""
            if not line.strip().isdigit():
                raise OSError(f"the {arguments[0]} server did not start")
            yield int(line)
        finally:
            process.terminate()
            process.wait(60)


def _ask(port: int, path: str, token: str, requests: int) -> Answered:
    """Let the client ask, and read its count."""
    call = {
        "port": port,
        "path": path,
        "token": token,
        "body": orjson.dumps(BODY).decode(),
        "requests": requests,
        "connections": CONNECTIONS,
    }
    command: Sequence[str] = [sys.executable, "-m", "api.bench.client"]
    done = subprocess.run(command, input=orjson.dumps(call), capture_output=True, check=True, cwd=_home())  # noqa: S603 - ours
    return Answered(**orjson.loads(done.stdout))


def _home() -> Path:
    """Where `api` is imported from, for the other processes."""
    return Path(__file__).parents[2]
