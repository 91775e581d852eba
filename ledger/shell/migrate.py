"""Tables of a store: made and brought up to date by numbered SQL files, each applied once, in its own transaction.

What was applied is kept with the file's SHA-256, so a file edited after its release is found. `docs/decisions/` says
why a released file is never edited.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import psycopg
from psycopg import sql

from ledger.shell.errors import SchemaMismatch, Unavailable
from ledger.shell.stores.sqlite import connect as connect_sqlite

MIGRATIONS = (
    "0001_ledgers.sql",
    "0002_append_only.sql",
    "0003_side.sql",
    "0004_anchors.sql",
    "0005_purge.sql",
    "0006_webhooks.sql",
)
"""The files of each dialect, in order: the same names in both, one story told twice."""

OPTIONAL = ("optional_links.sql", "optional_citus.sql")
"""PostgreSQL files applied on request only."""

_TABLE = """CREATE TABLE IF NOT EXISTS schema_migrations (
  number integer NOT NULL PRIMARY KEY,
  name   text    NOT NULL,
  digest text    NOT NULL
)"""

# What the application's role may do. What is of the chain or proves it: never UPDATE, DELETE or TRUNCATE.
GRANTS = (
    ("schema_migrations", "SELECT"),
    ("ledgers", "SELECT, INSERT"),
    ("heads", "SELECT, INSERT, UPDATE"),
    ("entries", "SELECT, INSERT"),
    ("seals", "SELECT, INSERT"),
    ("disclosures", "SELECT, INSERT"),
    ("operations", "SELECT, INSERT"),
    ("tracking", "SELECT, INSERT, UPDATE"),
    ("checkpoints", "SELECT, INSERT"),
    ("anchors", "SELECT, INSERT"),
    ("purges", "SELECT"),
    ("erased", "SELECT"),
    ("leases", "SELECT, INSERT, UPDATE, DELETE"),
    ("drafts", "SELECT, INSERT, UPDATE, DELETE"),
    ("access_keys", "SELECT, INSERT, UPDATE"),
    ("access_grants", "SELECT, INSERT, UPDATE, DELETE"),
    ("webhook_endpoints", "SELECT, INSERT, UPDATE, DELETE"),
    ("webhook_tries", "SELECT, INSERT, DELETE"),
    ("webhook_dead_letters", "SELECT, INSERT, UPDATE, DELETE"),
)

FUNCTIONS = ("sceau_purge(uuid, bigint, bigint[])", "sceau_erase(uuid, bigint, bigint[], text[])")
"""What takes something away after an entry that says so (docs/decisions/purge.md); the application may call it."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file of one dialect."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, 64 hex."""
        return sha256(self.text.encode()).hexdigest()


def migrations(dialect: str) -> tuple[Migration, ...]:
    """The files of `sqlite` or `postgresql`, in order."""
    return tuple(Migration(int(name[:4]), name, _text(dialect, name)) for name in MIGRATIONS)


def migrate(url: str, *, upto: int | None = None, app_role: str | None = None, check_links: bool = False) -> list[str]:
    """Apply what is missing to the store at `url`, and return the names of the files that were.

    Args:
        url: `memory:` (nothing to do), `sqlite:///path` or `postgresql://...`.
        upto: stop after this number; for tests of the step that follows.
        app_role: PostgreSQL only: an existing role, granted what the application needs and nothing more.
        check_links: PostgreSQL only: also make the database refuse entries that are not linked.

    Raises:
        SchemaMismatch: the store was migrated by a newer version, or by a file that is not ours.
        Unavailable: the store cannot be reached.
    """
    if url.startswith("memory:"):
        return []
    if url.startswith("sqlite:"):
        return _migrate_sqlite(sqlite_path(url), upto)
    return _migrate_postgresql(url, upto, app_role, check_links)


def missing(dialect: str, applied: list[tuple[int, str, str]]) -> list[Migration]:
    """The migrations of a dialect that are not in `applied` (number, name, digest).

    Raises:
        SchemaMismatch: `applied` holds a number or a digest this version does not know.
    """
    known = {migration.number: migration for migration in migrations(dialect)}
    for number, name, digest in applied:
        if number not in known:
            raise SchemaMismatch(f"the store was migrated by a newer version ({name})")
        if known[number].digest != digest:
            raise SchemaMismatch(f"{name} is not the file that was applied")
    done = {number for number, _, _ in applied}
    return [migration for number, migration in known.items() if number not in done]


def sqlite_path(url: str) -> Path:
    """The file of `sqlite:///relative/path` or `sqlite:////absolute/path`.

    Raises:
        ValueError: the URL names no file.
    """
    path = url.removeprefix("sqlite:///")
    if path == url or not path:
        raise ValueError("a SQLite store is sqlite:///path/to/file")
    return Path(path)


def _text(dialect: str, name: str) -> str:
    return (files("ledger.shell.migrations") / dialect / name).read_text(encoding="utf-8")


def _migrate_sqlite(path: Path, upto: int | None) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = connect_sqlite(path)
    except sqlite3.DatabaseError as error:  # the file is there and is none of SQLite's
        raise Unavailable(error.sqlite_errorname) from error
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_TABLE)
        todo = missing("sqlite", applied_sqlite(connection))
        todo = [migration for migration in todo if upto is None or migration.number <= upto]
        for migration in todo:
            for statement in statements(migration.text):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, ?)", (migration.number, migration.name, migration.digest)
            )
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise Unavailable(error.sqlite_errorname) from error
    finally:
        connection.close()
    return [migration.name for migration in todo]


def applied_sqlite(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """What was applied to a SQLite file; nothing for a file that was never migrated."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations'").fetchone()
    return connection.execute("SELECT number, name, digest FROM schema_migrations").fetchall() if known else []


def statements(text: str) -> list[str]:
    """A SQLite file's statements, a trigger's body kept whole."""
    found: list[str] = []
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found


def _migrate_postgresql(url: str, upto: int | None, app_role: str | None, check_links: bool) -> list[str]:
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
        connection.execute(_TABLE)
    except (
        psycopg.errors.UniqueViolation,
        psycopg.errors.DuplicateTable,
        psycopg.errors.DuplicateObject,
    ):
        # Two migrators at once: IF NOT EXISTS looks before it locks. The table is there now.
        connection.execute(_TABLE)


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
        connection.execute(sql.SQL(_text("postgresql", name)))
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
