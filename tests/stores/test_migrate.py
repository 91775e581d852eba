"""Migrations: numbered, recorded, tried on a ledger written by the version before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import psycopg
import pytest

from ledger.shell import migrate as migrations_page
from ledger.shell.errors import SchemaMismatch
from ledger.shell.migrate import MIGRATIONS, OPTIONAL, migrate, migrations, missing, sqlite_path
from ledger.shell.stores.open import open_store
from ledger.shell.stores.postgres import PostgresStore
from ledger.shell.stores.sqlite import SqliteStore, connect
from tests.stores.chains import SIGNER, Hand, stream_id
from tests.stores.checker import check_ledger

DIALECTS = ("sqlite", "postgresql")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "empty_postgres_url"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_file_is_left_off_the_list(dialect: str) -> None:
    folder = files("ledger.shell.migrations") / dialect
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    assert found == sorted([*MIGRATIONS, *(OPTIONAL if dialect == "postgresql" else ())])
    assert [migration.number for migration in migrations(dialect)] == list(range(1, len(MIGRATIONS) + 1))


def test_each_file_is_applied_once(empty_url: str) -> None:
    assert migrate(empty_url) == list(MIGRATIONS)
    assert migrate(empty_url) == []
    open_store(empty_url).close()


def test_a_store_in_memory_needs_none() -> None:
    assert migrate("memory:") == []


@pytest.mark.parametrize("number", range(2, len(MIGRATIONS) + 1))
def test_a_ledger_written_by_the_version_before_keeps_every_byte(
    empty_url: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a store that the version before made and wrote to: it knew of no later file.
    with monkeypatch.context() as before:
        before.setattr(migrations_page, "MIGRATIONS", MIGRATIONS[: number - 1])
        migrate(empty_url)
        store = open_store(empty_url)
        hand = Hand()
        hand.open(store)
        hand.write(store, (stream_id(), 1), (stream_id(), 1), secret="Ada", operations=[("k", b"{}")])
        told = _everything(store, hand.ledger)
        store.close()
    # When the next file is applied
    assert migrate(empty_url, upto=number) == [MIGRATIONS[number - 1]]
    # Then nothing changed, and the ledger goes on.
    with monkeypatch.context() as now:
        now.setattr(migrations_page, "MIGRATIONS", MIGRATIONS[:number])
        store = open_store(empty_url)
        assert _everything(store, hand.ledger) == told
        hand.write(store, (stream_id(), 1))
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 4
        store.close()


def _everything(store: object, ledger: str) -> tuple[object, ...]:
    assert isinstance(store, (SqliteStore, PostgresStore))
    return (
        store.ledgers(),
        store.head(ledger),
        list(store.lines(ledger)),
        list(store.seals(ledger)),
        list(store.disclosures(ledger)),
        store.operation(ledger, "k"),
    )


def test_a_store_half_migrated_is_not_opened(empty_url: str) -> None:
    migrate(empty_url, upto=1)
    with pytest.raises(SchemaMismatch, match=r"0002_append_only\.sql"):
        open_store(empty_url)
    open_store(empty_url, create=True).close()


@pytest.mark.parametrize("change", ["number = 9999", "digest = 'edited'"])
def test_a_migration_that_is_not_ours_is_found(empty_url: str, change: str) -> None:
    migrate(empty_url)
    statement = f"UPDATE schema_migrations SET {change} WHERE number = 2"
    if empty_url.startswith("sqlite"):
        connection = connect(sqlite_path(empty_url))
        connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(empty_url, autocommit=True) as admin:
            admin.execute(statement.encode())
    with pytest.raises(SchemaMismatch):
        open_store(empty_url)
    with pytest.raises(SchemaMismatch):
        migrate(empty_url)


def test_a_digest_that_differs_is_named() -> None:
    with pytest.raises(SchemaMismatch, match="is not the file that was applied"):
        missing("sqlite", [(1, "0001_ledgers.sql", "00")])


def test_two_migrators_at_once_apply_each_file_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = [name for names in pool.map(migrate, [empty_url] * 4) for name in names]
    assert sorted(applied) == sorted(MIGRATIONS)


@pytest.mark.parametrize("url", ["", "mysql://x", "sqlite:", "sqlite:///", "sqlite://x", "memory:x"])
def test_a_url_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        open_store(url)
