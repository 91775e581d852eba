"""The PostgreSQL side of `migrate`: a page of its own, so that the driver is loaded only where there is a server."""

from __future__ import annotations

import psycopg
from psycopg import sql

from ledger.shell.errors import Unavailable
from ledger.shell.migrate import FUNCTIONS, GRANTS, TABLE, Migration, missing, text_of


def migrate_postgresql(url: str, upto: int | None, app_role: str | None, check_links: bool) -> list[str]:
    """Apply what is missing to a database; see `ledger.shell.migrate.migrate`."""
    done: list[str] = []
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            _make_table(connection)
            todo = missing("postgresql", applied_postgresql(connection))
            wanted = [migration for migration in todo if upto is None or migration.number <= upto]
            done.extend(migration.name for migration in wanted if _apply(connection, migration))
            if done and upto is None and _has_citus(connection):
                done.append(_run_optional(connection, "optional_citus.sql"))
            if check_links:
                done.append(_run_optional(connection, "optional_links.sql"))
            if app_role is not None:
                _grant(connection, app_role)
    except psycopg.OperationalError as error:
        raise Unavailable(error.sqlstate or "no answer") from error
    return done


def applied_postgresql(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[int, str, str]]:
    """What was applied to a PostgreSQL database; nothing for one that was never migrated."""
    known = connection.execute("SELECT to_regclass('schema_migrations')").fetchone()
    if known is None or known[0] is None:
        return []
    rows = connection.execute("SELECT number, name, digest FROM schema_migrations ORDER BY number").fetchall()
    return [(int(str(number)), str(name), str(digest)) for number, name, digest in rows]


def _make_table(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    try:
        connection.execute(TABLE)
    except (
        psycopg.errors.UniqueViolation,
        psycopg.errors.DuplicateTable,
        psycopg.errors.DuplicateObject,
    ):
        # Two migrators at once: IF NOT EXISTS looks before it locks. The table is there now.
        connection.execute(TABLE)


def _apply(connection: psycopg.Connection[tuple[object, ...]], migration: Migration) -> bool:
    """Apply one file; False if another migrator, for which the key made us wait, already had."""
    with connection.transaction():
        mine = connection.execute(
            "INSERT INTO schema_migrations VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (migration.number, migration.name, migration.digest),
        )
        if mine.rowcount == 0:
            return False
        connection.execute(sql.SQL(migration.text))
    return True


def _run_optional(connection: psycopg.Connection[tuple[object, ...]], name: str) -> str:
    with connection.transaction():
        connection.execute(sql.SQL(text_of("postgresql", name)))
    return name


def _has_citus(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    return connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'").fetchone() is not None


def _grant(connection: psycopg.Connection[tuple[object, ...]], role: str) -> None:
    with connection.transaction():
        for table, rights in GRANTS:
            connection.execute(
                sql.SQL("REVOKE ALL ON {table} FROM {role}").format(
                    table=sql.Identifier(table), role=sql.Identifier(role)
                )
            )
            connection.execute(
                sql.SQL("GRANT {rights} ON {table} TO {role}").format(
                    rights=sql.SQL(rights),
                    table=sql.Identifier(table),
                    role=sql.Identifier(role),
                )
            )
        for function in FUNCTIONS:
            connection.execute(
                sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), sql.Identifier(role))
            )
