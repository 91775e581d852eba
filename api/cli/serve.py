"""`sceau serve`: the HTTP API."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import StoreOption, settings
from api.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="where to listen; default SCEAU_HOST, else 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="default SCEAU_PORT, else 8000; 0 takes any free one")] = None,
    store: StoreOption = None,
) -> None:
    """Serve JSON over HTTP under /v1 until a signal asks to stop; what is under way is answered first."""
    given = settings(store)
    serve_forever(replace(given, host=host or given.host, port=given.port if port is None else port))


def serve_forever(given: Settings) -> None:
    """Run the server in this process."""
    from api.http.app import serve as run

    output.aside(f"serving {given.store} on http://{given.host}:{given.port} (documentation at /docs); Ctrl-C stops")
    run(given)
