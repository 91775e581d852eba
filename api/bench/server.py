"""A server under measure, in a process of its own: `python -m api.bench.server sceau URL KEYS GROUP_CALLS | fastapi`.

It writes its port to standard output when it listens, and stops on SIGTERM.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from api.http.app import create_app, make_server
from api.settings import Settings
from ledger.shell.keys import KeyStore
from ledger.shell.public import tune_process
from ledger.shell.service import Service
from ledger.shell.service import Settings as ServiceSettings
from ledger.shell.stores.open import open_store
from ledger.shell.writer import WriterSettings


def sceau(url: str, keys: str, group_calls: str) -> None:
    """Serve as `sceau serve` does, with groups of at most so many calls."""
    settings = Settings(store=url, keys=keys, port=0)
    writer = WriterSettings(group_calls=int(group_calls))
    with Service(open_store(url), KeyStore(Path(keys)), ServiceSettings(writer=writer)) as service:
        server = make_server(create_app(settings, service), _say)
        tune_process()
        server.run()


def fastapi() -> None:
    """Serve a FastAPI application that reads a JSON object and answers one."""
    app = FastAPI()

    @app.post("/", status_code=201)
    async def answer(body: dict[str, Any]) -> JSONResponse:
        return JSONResponse({"lines": len(body["lines"])}, 201)

    config = uvicorn.Config(app, port=0, loop="uvloop", http="httptools", access_log=False, log_config=None)
    asyncio.run(_listen(uvicorn.Server(config)))


async def _listen(server: uvicorn.Server) -> None:
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    _say(server.servers[0].sockets[0].getsockname()[1])
    await task


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "sceau":
        sceau(*sys.argv[2:])
    else:
        fastapi()
