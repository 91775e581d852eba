"""The contract of row stores over each of them, and what each alone must do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ledger.shell.errors import SchemaMismatch, Unavailable
from projections.engine.errors import RowsDamaged
from projections.engine.rows.memory import MemoryRows
from projections.engine.rows.migrate import migrate_rows
from projections.engine.rows.open import open_rows, rows_url
from projections.engine.rows.postgres import PostgresRows
from projections.engine.rows.sqlite import SqliteRows
from tests.projections.engine.contract import LEDGER, Open, RowStoreContract, begun, live, put, save
from tests.stores.servers import Server


class TestMemoryRows(RowStoreContract):
    @pytest.fixture
    def open_another(self) -> Open:
        rows = MemoryRows()
        return lambda: rows


class TestSqliteRows(RowStoreContract):
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "sceau.db.projections.db"

    @pytest.fixture
    def open_another(self, path: Path) -> Open:
        return lambda: SqliteRows(path)

    def test_rows_outlive_the_process(self, open_another: Open, rows: SqliteRows) -> None:
        live(rows, put("a", 1))
        again = open_another()
        assert [build.state for build in again.builds(LEDGER)] == ["live"]
        again.close()

    def test_nothing_is_made_before_it_is_needed(self, path: Path, rows: SqliteRows) -> None:
        assert rows.builds(LEDGER) == []
        assert not path.exists()
        begun(rows)
        assert path.exists()

    def test_the_file_may_be_deleted_at_any_time(self, path: Path, rows: SqliteRows) -> None:
        live(rows, put("a", 1))
        for file in path.parent.glob("sceau.db.projections.db*"):
            file.unlink()
        assert rows.builds(LEDGER) == []
        begun(rows)
        assert len(SqliteRows(path).builds(LEDGER)) == 1

    def test_a_folder_that_cannot_be_made_is_told_as_such(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file")
        rows = SqliteRows(tmp_path / "taken" / "rows.db")
        with pytest.raises(Unavailable):
            begun(rows)
        rows.close()

    def test_a_damaged_file_is_told_and_what_to_do(self, path: Path, rows: SqliteRows) -> None:
        path.write_bytes(b"no database at all, " * 400)
        with pytest.raises(RowsDamaged, match="delete it"):
            rows.builds(LEDGER)
        path.unlink()
        assert rows.builds(LEDGER) == []

    def test_tables_of_an_older_form_are_made_anew(self, path: Path, rows: SqliteRows) -> None:
        live(rows, put("a", 1))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 0")
        again = SqliteRows(path)
        assert again.builds(LEDGER) == []
        again.close()

    def test_tables_of_a_newer_form_are_left_alone(self, path: Path, rows: SqliteRows) -> None:
        live(rows, put("a", 1))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        again = SqliteRows(path)
        with pytest.raises(SchemaMismatch):
            again.builds(LEDGER)
        again.close()

    def test_a_full_disk_keeps_nothing_and_goes_on_with_room(self, rows: SqliteRows) -> None:
        build = begun(rows)
        with rows._connection() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        many = [put(f"{n:05d}", "x" * 100) for n in range(5_000)]
        with pytest.raises(Unavailable):
            rows.save(LEDGER, [save(build, 5, *many)], "2026-11-22T09:30:00Z")
        assert rows.builds(LEDGER) == [build]
        assert rows.save(LEDGER, [save(build, 5, *many)], "2026-11-22T09:30:00Z")


@pytest.mark.postgres
class TestPostgresRows(RowStoreContract):
    @pytest.fixture
    def open_another(self, postgres_url: str) -> Open:
        return lambda: PostgresRows(postgres_url, pool_size=2)

    def test_tables_are_made_where_the_role_may(self, empty_postgres_url: str) -> None:
        rows = PostgresRows(empty_postgres_url)
        assert rows.builds(LEDGER) == []
        rows.close()
        assert migrate_rows(empty_postgres_url) == []

    def test_a_role_that_may_not_make_them_is_told_what_to_do(
        self, postgres_server: Server, empty_postgres_url: str
    ) -> None:
        with postgres_server.role(empty_postgres_url) as (_, url):
            rows = PostgresRows(url)
            with pytest.raises(SchemaMismatch, match="sceau migrate"):
                rows.builds(LEDGER)
            rows.close()

    def test_the_role_of_the_application_may_do_all_that_rows_need(
        self, postgres_server: Server, empty_postgres_url: str
    ) -> None:
        with postgres_server.role(empty_postgres_url) as (name, url):
            assert migrate_rows(empty_postgres_url, app_role=name) == ["0001_rows.sql"]
            rows = PostgresRows(url)
            build = live(rows, put("a", 1))
            rows.drop(LEDGER, build)
            rows.sweep(LEDGER)
            rows.close()

    def test_tables_of_another_version_are_left_alone(self, postgres_url: str) -> None:
        migrate_rows(postgres_url)
        with psycopg.connect(postgres_url) as connection:
            connection.execute("INSERT INTO projection_migrations VALUES (99, '0099_later.sql', 'x')")
        rows = PostgresRows(postgres_url)
        with pytest.raises(SchemaMismatch):
            rows.builds(LEDGER)
        rows.close()

    def test_tables_may_be_dropped_while_it_runs(self, postgres_url: str) -> None:
        rows = PostgresRows(postgres_url)
        live(rows, put("a", 1))
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            for table in ("projection_migrations", "projection_builds", "projection_rows"):
                connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(table)))
        with pytest.raises(SchemaMismatch):
            rows.builds(LEDGER)
        assert rows.builds(LEDGER) == []
        rows.close()

    def test_a_server_that_is_away_is_told_as_such(self, tmp_path: Path) -> None:
        rows = PostgresRows(f"postgresql:///sceau?host={tmp_path}")
        with pytest.raises(Unavailable):
            rows.builds(LEDGER)
        rows.close()


def test_rows_are_kept_beside_the_store() -> None:
    assert rows_url("sqlite:///var/sceau.db") == "sqlite:///var/sceau.db.projections.db"
    assert rows_url("sqlite:////srv/sceau.db") == "sqlite:////srv/sceau.db.projections.db"
    assert rows_url("postgresql://u@h/db") == "postgresql://u@h/db"
    assert rows_url("memory:") == "memory:"


def test_a_url_is_shown_without_its_secrets() -> None:
    assert open_rows("postgresql://u:geheim@h/db?password=x").shown == "postgresql://h/db"
    with pytest.raises(ValueError, match="memory:"):
        open_rows("mysql://h/db")
