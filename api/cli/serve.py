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
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="default SCEAU_PORT, else 8000; 0 takes any free one")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Serve JSON over HTTP, until Ctrl-C or SIGTERM.

    Requests under way are answered before the end; the log goes to standard error, one JSON object a line.
    """
    given = settings(store)
    serve_forever(replace(given, host=host or given.host, port=given.port if port is None else port))


def serve_forever(given: Settings) -> None:
    """Run the server in this process."""
    from api.http.app import serve as run

    def ready(port: int) -> None:
        host = f"[{given.host}]" if ":" in given.host else given.host
        output.aside(f"serving {given.store_shown} on http://{host}:{port} (documentation at /docs); Ctrl-C stops")

    if given.passphrase is None:
        output.aside("no SCEAU_KEY_PASSPHRASE: training ledgers can be written, live ones only read")
    run(given, ready=ready)
