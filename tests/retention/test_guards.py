"""The database itself lets nothing go that no entry says: tried with plain SQL, as owner and as the application."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from ledger.shell.migrate import migrate
from ledger.shell.stores.open import open_store
from tests.stores.chains import Hand, stream_id
from tests.stores.servers import Server

FORGED = {"first_seq": 1, "last_seq": 2, "places": [{"path": "/client", "seq": 2}]}


def written(url: str) -> Hand:
    """Entries 1 to 3; the third looks like a purge and an erasure to who looks at its body alone."""
    store, hand = open_store(url, create=True), Hand()
    hand.open(store)
    hand.write(store, (stream_id("invoice"), 1), secret="Zoé")
    hand.write(store, (stream_id("invoice"), 1), body=FORGED)
    store.close()
    return hand


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    written(f"sqlite:///{tmp_path / 'sceau.db'}")
    database = sqlite3.connect(tmp_path / "sceau.db", isolation_level=None)
    yield database
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET line = x'' WHERE seq = 2",
        "UPDATE entries SET line = x'', fingerprint = 'ab' WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 2",
        "DELETE FROM disclosures",
        "UPDATE disclosures SET value = x''",
        "INSERT INTO purges SELECT ledger_id, 3, 1, 2 FROM ledgers",
        "INSERT INTO purges SELECT ledger_id, 9, 1, 2 FROM ledgers",
        "INSERT INTO erased SELECT ledger_id, 2, '/client', 3 FROM ledgers",
        "INSERT INTO erased SELECT ledger_id, 2, '/client', 9 FROM ledgers",
    ],
)
def test_a_file_lets_nothing_go(file: sqlite3.Connection, statement: str) -> None:
    before = file.execute("SELECT * FROM entries, disclosures").fetchall()
    with pytest.raises(sqlite3.IntegrityError):
        file.execute(statement)
    assert file.execute("SELECT * FROM entries, disclosures").fetchall() == before


@pytest.mark.parametrize("as_owner", [True, False])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET line = '' WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 2",
        "TRUNCATE entries",
        "DELETE FROM disclosures",
        "UPDATE disclosures SET value = ''",
        "INSERT INTO purges SELECT ledger_id, 3, 1, 2 FROM ledgers",
        "INSERT INTO erased SELECT ledger_id, 2, '/client', 3 FROM ledgers",
        "SELECT sceau_erase(ledger_id, 3, ARRAY[2]::bigint[], ARRAY['/client']) FROM ledgers",
        "SELECT sceau_purge(ledger_id, 3, ARRAY[2]::bigint[]) FROM ledgers",
    ],
)
def test_a_server_lets_nothing_go(postgres_server: Server, postgres_url: str, statement: str, as_owner: bool) -> None:
    hand = written(postgres_url)
    with postgres_server.role(postgres_url) as (role, url):
        migrate(postgres_url, app_role=role)
        with (
            psycopg.connect(postgres_url if as_owner else url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement.encode())
    store = open_store(postgres_url)
    assert list(store.lines(hand.ledger)) == hand.kept
    assert len(list(store.disclosures(hand.ledger))) == 1
    store.close()


def test_the_applications_role_purges_and_erases_what_entries_say(postgres_server: Server, postgres_url: str) -> None:
    hand = written(postgres_url)
    with postgres_server.role(postgres_url) as (role, url):
        migrate(postgres_url, app_role=role)
        store = open_store(url)
        says = {"first_seq": 1, "last_seq": 3, "manifest": "ab" * 32}
        by = hand.write(store, ("archive:self", 1), types=["entries.purged/1"], body=says).head.seq
        assert store.purge(hand.ledger, by, [3]) == 1
        by = hand.write(store, ("erasure:self", 1), types=["data.erased/1"], body=FORGED).head.seq
        assert store.erase(hand.ledger, by, [(2, "/client")]) == 1
        assert [bool(line.line) for line in store.lines(hand.ledger)] == [True, True, False, True, True]
        assert not store.reclaim()  # the tables are the owner's to compact
        store.close()


def test_nobody_else_may_call_the_functions(postgres_server: Server, postgres_url: str) -> None:
    hand = written(postgres_url)
    with (
        postgres_server.role(postgres_url) as (_, url),
        psycopg.connect(url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT sceau_purge(%s, 3, ARRAY[2]::bigint[])", (UUID(hand.ledger),))
