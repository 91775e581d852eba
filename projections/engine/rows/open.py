"""From a URL to a row store."""

from __future__ import annotations

from pathlib import Path

from ledger.shell.migrate import sqlite_path
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.seam import RowStore
from projections.engine.rows.sqlite import SqliteRows


def rows_url(store_url: str) -> str:
    """Give where rows are kept by default: beside the store's SQLite file, in the same PostgreSQL database, in memory.

    Raises:
        ValueError: the URL names no file.
    """
    if store_url.startswith("sqlite:"):
        return f"sqlite:///{beside(sqlite_path(store_url))}"
    return store_url


def open_rows(url: str, *, pool_size: int = 4) -> RowStore:
    """Give the row store at `url`; nothing is opened or made before it is first used.

    Raises:
        ValueError: the URL is none.
    """
    if url == "memory:":
        return MemoryRows()
    if url.startswith("sqlite:"):
        return SqliteRows(sqlite_path(url))
    if url.startswith(("postgresql://", "postgres://")):
        from projections.engine.rows.postgres import PostgresRows  # its driver costs a tenth of a second to load

        return PostgresRows(url, pool_size=pool_size)
    raise ValueError("rows of projections are kept in memory:, sqlite:///path or postgresql://...")


def beside(path: Path) -> Path:
    """Give the file of rows beside a store's file."""
    return path.with_name(f"{path.name}.projections.db")
