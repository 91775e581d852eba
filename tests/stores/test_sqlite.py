"""The contract in a SQLite file, and what SQLite alone must do."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.shell.errors import InDoubt, SchemaMismatch, Unavailable
from ledger.shell.migrate import sqlite_path
from ledger.shell.store import AnchorRow, CheckpointRow
from ledger.shell.stores.open import open_store
from ledger.shell.stores.sqlite import SqliteStore, connect
from tests.stores.chains import SIGNER, Hand, stream_id
from tests.stores.checker import check_ledger
from tests.stores.contract import DurableStoreContract, Open


class TestSqliteStore(DurableStoreContract):
    @pytest.fixture
    def open_another(self, sqlite_url: str) -> Open:
        return lambda: open_store(sqlite_url, create=True)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqliteStore]:
    store = open_store(sqlite_url, create=True)
    assert isinstance(store, SqliteStore)
    yield store
    store.close()


@pytest.fixture
def hand(store: SqliteStore) -> Hand:
    hand = Hand()
    hand.open(store)
    hand.write(store, (stream_id(), 1), secret="Ada")
    store.keep_checkpoint(hand.ledger, CheckpointRow(2, b"r" * 32, b"f" * 32, b"note"))
    store.keep_anchor(hand.ledger, AnchorRow(2, "timestamp", "tsa", "2026-11-22T10:00:00Z", b"token"))
    return hand


@pytest.mark.parametrize("table", ["entries", "seals", "disclosures", "checkpoints", "anchors"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET ledger_id = ledger_id", "DELETE FROM {}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"],
)
def test_the_file_itself_refuses_to_change_what_is_written(
    store: SqliteStore, hand: Hand, sqlite_url: str, table: str, statement: str
) -> None:
    stranger = sqlite3.connect(sqlite_path(sqlite_url))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(statement.format(table))
    stranger.close()
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2


def test_an_entry_of_another_seq_cannot_take_a_version_by_replacement(
    store: SqliteStore, hand: Hand, sqlite_url: str
) -> None:
    stranger = sqlite3.connect(sqlite_path(sqlite_url))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(
            "INSERT OR REPLACE INTO entries SELECT ledger_id, 99, stream, version, type, fingerprint, line"
            " FROM entries WHERE seq = 2"
        )
    stranger.close()


def test_every_connection_is_durable(store: SqliteStore, sqlite_url: str) -> None:
    connection = connect(sqlite_path(sqlite_url))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


class _Breaking:
    """A connection whose next COMMIT fails, kept or not."""

    def __init__(self, real: sqlite3.Connection, *, kept: bool) -> None:
        self._real, self._kept = real, kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *params: Any) -> Any:
        if sql != "COMMIT":
            return self._real.execute(sql, *params)
        self._real.execute("COMMIT" if self._kept else "ROLLBACK")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC"
        raise error


@pytest.mark.parametrize("kept", [True, False])
def test_a_commit_whose_fsync_fails_is_in_doubt(store: SqliteStore, hand: Hand, kept: bool) -> None:
    store._writer = _Breaking(store._writer, kept=kept)  # type: ignore[assignment] # stands in for a failing disk
    append = hand.make([(stream_id(), 1)])
    with pytest.raises(InDoubt):
        store.append(append)
    assert (store.head(hand.ledger) == append.head) is kept
    if not kept:
        store.append(append)
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 3


def test_a_full_disk_keeps_nothing_of_the_append(sqlite_url: str) -> None:
    # In a process of its own: the limit on file size holds for all that a process writes.
    script = f"""
import resource, signal
from ledger.shell.errors import InDoubt, Unavailable
from ledger.shell.stores.open import open_store
from tests.stores.chains import SIGNER, Hand, stream_id
from tests.stores.checker import check_ledger
store = open_store({sqlite_url!r}, create=True)
hand = Hand()
hand.open(store)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY))
try:
    while True:
        hand.write(store, *[(stream_id(), 1) for _ in range(100)])
except (InDoubt, Unavailable):
    pass
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
full = len(hand.kept)
assert full > 100
assert check_ledger(store, hand.ledger, SIGNER.public_der) == full
hand.write(store, (stream_id(), 1))
assert check_ledger(store, hand.ledger, SIGNER.public_der) == full + 1
store.close()
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_file_that_is_not_there_is_not_made_by_chance(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        open_store(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_our_tables_is_refused(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE other (x)").connection.close()
    with pytest.raises(SchemaMismatch, match="sceau migrate"):
        open_store(f"sqlite:///{tmp_path / 'empty.db'}")


def test_a_file_locked_by_another_process_is_unavailable(store: SqliteStore, hand: Hand, sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._writer.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(Unavailable):
        hand.again().write(store, (stream_id(), 1))
    other.execute("ROLLBACK")
    other.close()
    hand.write(store, (stream_id(), 1))
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 3
