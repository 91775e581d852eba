"""From a URL to a store."""

from __future__ import annotations

import sqlite3

from ledger.shell.errors import SchemaMismatch, StoreFailure, Unavailable
from ledger.shell.migrate import applied_sqlite, migrate, missing, sqlite_path
from ledger.shell.store import Store
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.sqlite import SqliteStore, connect


def open_store(url: str, *, create: bool = False, pool_size: int = 10) -> Store:
    """The store at `url`: `memory:`, `sqlite:///path` (`sqlite:////absolute/path`) or `postgresql://...`.

    Args:
        url: where the ledgers are kept; libpq's own parameters may follow a PostgreSQL URL (several hosts, TLS, ...).
        create: make what is missing (the file, its folder, the tables) and apply pending migrations first.
        pool_size: PostgreSQL only: how many connections the store may hold.

    Raises:
        SchemaMismatch: the tables are missing or of another version.
        UnsafeStore: the server acknowledges what it may lose.
        Unavailable: the store cannot be reached.
        ValueError: the URL is none of the three.
    """
    if url == "memory:":
        return MemoryStore()
    if create:
        migrate(url)
    if url.startswith("sqlite:"):
        return _open_sqlite(url)
    if url.startswith(("postgresql://", "postgres://")):
        from ledger.shell.stores.postgres import PostgresStore  # its driver costs a tenth of a second to load

        return PostgresStore(url, pool_size=pool_size)
    raise ValueError("a store is memory:, sqlite:///path or postgresql://...")


def _open_sqlite(url: str) -> Store:
    path = sqlite_path(url)
    if not path.exists():
        raise Unavailable("there is no such file: run `sceau migrate`")
    connection = connect(path)
    try:
        if todo := missing("sqlite", applied_sqlite(connection)):
            raise SchemaMismatch(f"{todo[0].name} is not applied: run `sceau migrate`")
    except sqlite3.Error as error:
        raise StoreFailure(getattr(error, "sqlite_errorname", type(error).__name__)) from error
    finally:
        connection.close()
    return SqliteStore(path)
