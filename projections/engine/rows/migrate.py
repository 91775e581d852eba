"""PostgreSQL tables for rows, by numbered files of their own: they are not the ledgers' and may be dropped.

A store's own migrations never wait for these, and the role of the application may do everything with rows: nothing in
them is evidence.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import psycopg
from psycopg import sql

from ledger.shell.errors import SchemaMismatch, Unavailable

MIGRATIONS: Final = ("0001_rows.sql",)
_TABLE: Final = """CREATE TABLE IF NOT EXISTS projection_migrations (
  number integer NOT NULL PRIMARY KEY,
  name   text    NOT NULL,
  digest text    NOT NULL
)"""
GRANTS: Final = (
    ("projection_migrations", "SELECT"),
    ("projection_builds", "SELECT, INSERT, UPDATE, DELETE"),
    ("projection_rows", "SELECT, INSERT, UPDATE, DELETE"),
)
"""What the application's role may do."""
_CITUS: Final = (
    "SELECT create_distributed_table('projection_builds', 'ledger_id')",
    "SELECT create_distributed_table('projection_rows', 'ledger_id', colocate_with => 'projection_builds')",
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, 64 hex."""
        return sha256(self.text.encode()).hexdigest()


def migrate_rows(url: str, *, app_role: str | None = None) -> list[str]:
    """Apply what is missing to the database at `url`, and return the names of the files that were.

    A file of SQLite and memory make their own tables: nothing is done for them.

    Raises:
        SchemaMismatch: the tables are a newer version's. Unavailable: the database cannot be reached.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        return []
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            done = apply(connection)
            if app_role is not None:
                _grant(connection, app_role)
    except psycopg.OperationalError as error:
        raise Unavailable(error.sqlstate or "no answer") from error
    return done


def apply(connection: psycopg.Connection[Any]) -> list[str]:
    """Apply what is missing over a connection; the names of the files that were.

    Raises:
        SchemaMismatch: see `migrate_rows`. psycopg.Error: this role may not make tables.
    """
    todo = missing(connection)
    if not todo:
        return []
    # Two migrators at once: IF NOT EXISTS looks before it locks; the table is there now.
    with suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject):
        connection.execute(_TABLE)
    return [one.name for one in todo if _apply(connection, one)]


def missing(connection: psycopg.Connection[Any]) -> list[Migration]:
    """Give the files that were not applied.

    Raises:
        SchemaMismatch: one was applied that this version does not know, or another text of one it knows.
    """
    known = {one.number: one for one in _migrations()}
    there = connection.execute("SELECT to_regclass('projection_migrations')").fetchone()
    if there is None or there[0] is None:
        return list(known.values())
    rows = connection.execute("SELECT number, name, digest FROM projection_migrations").fetchall()
    for number, name, digest in rows:
        if number not in known or known[number].digest != digest:
            raise SchemaMismatch(f"tables of projections were made by another version ({name})")
    done = {row[0] for row in rows}
    return [one for number, one in known.items() if number not in done]


def _migrations() -> tuple[Migration, ...]:
    folder = files("projections.engine.migrations") / "postgresql"
    return tuple(Migration(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in MIGRATIONS)


def _apply(connection: psycopg.Connection[Any], migration: Migration) -> bool:
    """Apply one file; False if another migrator, for which the key made us wait, already had."""
    with connection.transaction():
        mine = connection.execute(
            "INSERT INTO projection_migrations VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (migration.number, migration.name, migration.digest),
        )
        if mine.rowcount == 0:
            return False
        connection.execute(sql.SQL(migration.text))
        if connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'").fetchone() is not None:
            for statement in _CITUS:
                connection.execute(sql.SQL(statement))
    return True


def _grant(connection: psycopg.Connection[Any], role: str) -> None:
    with connection.transaction():
        for table, rights in GRANTS:
            connection.execute(
                sql.SQL("GRANT {rights} ON {table} TO {role}").format(
                    rights=sql.SQL(rights), table=sql.Identifier(table), role=sql.Identifier(role)
                )
            )
