"""`sceau serve`: the HTTP API."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from api.cli import output
from api.cli.common import StoreOption, service, settings
from api.people.access import people_of
from api.people.records import Letter
from api.settings import Settings
from ledger.kernel.errors import SceauError


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
        if first is not None:
            address = f"{given.public_url or f'http://{host}:{port}'}{first.path}"
            output.aside(f"nobody can sign in yet: {address} creates the first owner, once, within 24 hours")

    first = _first_letter(given)
    if given.passphrase is None:
        output.aside("no SCEAU_KEY_PASSPHRASE: training ledgers can be written, live ones only read")
    run(given, ready=ready)


def _first_letter(given: Settings) -> Letter | None:
    """Make the link of the first run, where nobody can sign in; what is wrong with the store is said by the server."""
    if given.store.startswith("memory:"):  # each opening is a store of its own: its link would lead nowhere
        return None
    try:
        with service(given) as opened:
            return people_of(opened).first_letter()
    except (SceauError, ValueError, OSError):
        return None
