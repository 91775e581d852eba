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

from ledger.shell.errors import SchemaMismatch, Unavailable
from ledger.shell.stores.sqlite import connect as connect_sqlite

MIGRATIONS = (
    "0001_ledgers.sql",
    "0002_append_only.sql",
    "0003_side.sql",
    "0004_anchors.sql",
    "0005_purge.sql",
    "0006_webhooks.sql",
    "0007_people.sql",
    "0008_messages.sql",
    "0009_payments.sql",
    "0010_signing.sql",
    "0011_attached.sql",
    "0012_marks.sql",
)
"""The files of each dialect, in order: the same names in both, one story told twice."""

OPTIONAL = ("optional_links.sql", "optional_citus.sql")
"""PostgreSQL files applied on request only."""

TABLE = """CREATE TABLE IF NOT EXISTS schema_migrations (
  number integer NOT NULL PRIMARY KEY,
  name   text    NOT NULL,
  digest text    NOT NULL
)"""
"""What was applied, and its digest: in both dialects."""

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
    ("outbox", "SELECT, INSERT, UPDATE, DELETE"),
    ("message_templates", "SELECT, INSERT, UPDATE, DELETE"),
    ("message_settings", "SELECT, INSERT, UPDATE"),
    ("provider_accounts", "SELECT, INSERT, UPDATE, DELETE"),
    ("online_collections", "SELECT, INSERT, UPDATE, DELETE"),
    ("users", "SELECT, INSERT, UPDATE"),
    ("user_roles", "SELECT, INSERT, UPDATE, DELETE"),
    ("user_recovery_codes", "SELECT, INSERT, DELETE"),
    ("user_tokens", "SELECT, INSERT, DELETE"),
    ("user_sessions", "SELECT, INSERT, UPDATE, DELETE"),
    ("sign_in_failures", "SELECT, INSERT, UPDATE, DELETE"),
    ("rate_limits", "SELECT, INSERT, UPDATE, DELETE"),
    ("signing_codes", "SELECT, INSERT, UPDATE, DELETE"),
    ("signing_files", "SELECT, INSERT, DELETE"),
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
    return tuple(Migration(int(name[:4]), name, text_of(dialect, name)) for name in MIGRATIONS)


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
    from ledger.shell.migrate_postgresql import migrate_postgresql  # the driver costs a tenth of a second to load

    return migrate_postgresql(url, upto, app_role, check_links)


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


def text_of(dialect: str, name: str) -> str:
    """Give the text of one file of a dialect."""
    return (files("ledger.shell.migrations") / dialect / name).read_text(encoding="utf-8")


def _migrate_sqlite(path: Path, upto: int | None) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = connect_sqlite(path)
    except sqlite3.DatabaseError as error:  # the file is there and is none of SQLite's
        raise Unavailable(error.sqlite_errorname) from error
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(TABLE)
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
