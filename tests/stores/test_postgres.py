"""The contract on a real PostgreSQL server, and what PostgreSQL alone must do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ledger.shell.errors import HeadMoved, InDoubt, SchemaMismatch, StoreFailure, Unavailable, UnsafeStore
from ledger.shell.migrate import migrate
from ledger.shell.store import Line, Store
from ledger.shell.stores.open import open_store
from tests.stores.chains import SIGNER, Hand, stream_id
from tests.stores.checker import check_ledger
from tests.stores.contract import DurableStoreContract, Open
from tests.stores.proxy import Proxy
from tests.stores.servers import Server

pytestmark = pytest.mark.postgres

TABLES: tuple[LiteralString, ...] = ("entries", "seals", "disclosures", "checkpoints", "anchors")
CHANGES: tuple[LiteralString, ...] = (
    "UPDATE {} SET ledger_id = ledger_id",
    "DELETE FROM {}",
    "TRUNCATE {}",
)


class TestPostgresStore(DurableStoreContract):
    @pytest.fixture
    def open_another(self, postgres_url: str) -> Open:
        return lambda: open_store(postgres_url, pool_size=4)


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    store = open_store(postgres_url, pool_size=4)
    yield store
    store.close()


@pytest.fixture
def hand(store: Store) -> Hand:
    hand = Hand()
    hand.open(store)
    hand.write(store, (stream_id(), 1), secret="Ada")
    return hand


# What the database itself refuses


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_even_the_owner_cannot_change_what_is_written(
    store: Store, hand: Hand, postgres_url: str, table: LiteralString, change: LiteralString
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute(sql.SQL(change).format(sql.Identifier(table)))
        owner.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute(sql.SQL(change).format(sql.Identifier(table)))
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2


def test_the_application_role_can_do_all_that_a_store_does(postgres_server: Server, postgres_url: str) -> None:
    with postgres_server.role(postgres_url) as (role, url):
        migrate(postgres_url, app_role=role)
        store = open_store(url)
        hand = Hand()
        hand.open(store)
        hand.write(store, (stream_id(), 1), secret="Ada", operations=[("k", b"{}")])
        assert store.track(hand.ledger, "journal", 1)
        assert store.side().drafts(hand.ledger) == []
        assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2
        store.close()


def test_the_application_role_can_neither_change_nor_disarm(
    store: Store, hand: Hand, postgres_server: Server, postgres_url: str
) -> None:
    with postgres_server.role(postgres_url) as (role, url):
        migrate(postgres_url, app_role=role)
        with psycopg.connect(url, autocommit=True) as application:
            for table in (*TABLES, "operations"):
                for change in (*CHANGES, "ALTER TABLE {} DISABLE TRIGGER ALL", "DROP TABLE {}"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"permission denied|must be owner"):
                        application.execute(sql.SQL(change).format(sql.Identifier(table)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute("DELETE FROM ledgers")
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 2


# Links, checked by the database


@pytest.fixture
def linked_store(postgres_url: str) -> Iterator[Store]:
    assert migrate(postgres_url, check_links=True) == ["optional_links.sql"]
    store = open_store(postgres_url)
    yield store
    store.close()


def test_linked_entries_pass_the_database_check(linked_store: Store) -> None:
    hand = Hand()
    hand.open(linked_store)
    hand.write(linked_store, *[(stream_id(), 1) for _ in range(300)])
    hand.write(linked_store, (stream_id(), 1))
    assert check_ledger(linked_store, hand.ledger, SIGNER.public_der) == 302


def _swap(lines: list[Line]) -> list[Line]:
    first, second = lines
    return [
        Line(first.seq, first.fingerprint, first.stream, 1, first.type, second.line),
        Line(second.seq, second.fingerprint, second.stream, 1, second.type, first.line),
    ]


def _unlink_inside(lines: list[Line]) -> list[Line]:
    return [Line(lines[0].seq, "ab" * 32, lines[0].stream, 1, lines[0].type, lines[0].line), lines[1]]


def _unlink_first(lines: list[Line]) -> list[Line]:
    line = lines[0].line.replace(lines[0].line[101:165], b"c" * 64)
    return [Line(lines[0].seq, lines[0].fingerprint, lines[0].stream, 1, lines[0].type, line), lines[1]]


def _gap_inside(lines: list[Line]) -> list[Line]:
    return [lines[0], Line(lines[1].seq + 1, *_rest(lines[1]))]


def _gap_before(lines: list[Line]) -> list[Line]:
    return [Line(line.seq + 1, *_rest(line)) for line in lines]


def _cut_short(lines: list[Line]) -> list[Line]:
    return [Line(lines[0].seq, lines[0].fingerprint, lines[0].stream, 1, lines[0].type, b""), lines[1]]


def _rest(line: Line) -> tuple[str, str, int, str, bytes]:
    return line.fingerprint, line.stream, line.version, line.type, line.line


@pytest.mark.parametrize(
    "fault", [_swap, _unlink_inside, _unlink_first, _gap_inside, _gap_before, _cut_short], ids=lambda f: f.__name__
)
def test_the_database_refuses_entries_that_are_not_linked(
    linked_store: Store, postgres_url: str, fault: Callable[[list[Line]], list[Line]]
) -> None:
    hand = Hand()
    hand.open(linked_store)
    lines = fault(list(hand.make([(stream_id(), 1), (stream_id(), 1)]).lines))
    with psycopg.connect(postgres_url, autocommit=True) as writer, pytest.raises(psycopg.errors.IntegrityError):
        writer.execute(
            "INSERT INTO entries (ledger_id, seq, fingerprint, stream, version, type, line)"
            " VALUES (%s, %s, %s, %s, 1, %s, %s), (%s, %s, %s, %s, 1, %s, %s)",
            [
                value
                for e in lines
                for value in (hand.ledger, e.seq, bytes.fromhex(e.fingerprint), e.stream, e.type, e.line)
            ],
        )
    assert check_ledger(linked_store, hand.ledger, SIGNER.public_der) == 1


# Connections that break around COMMIT


@pytest.fixture
def proxy(postgres_server: Server) -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        # A signature stands in every append and in no other message.
        proxy = Proxy(Path(folder), postgres_server.socket, b"sceau-seal/1")
        yield proxy
        proxy.close()


@pytest.fixture
def broken_store(proxy: Proxy, postgres_url: str) -> Iterator[Store]:
    database = conninfo_to_dict(postgres_url)["dbname"]
    store = open_store(proxy.url.format(database=database), pool_size=2)
    yield store
    store.close()


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_connection_lost_around_commit_is_in_doubt(
    proxy: Proxy, broken_store: Store, store: Store, hand: Hand, lost: str
) -> None:
    append = hand.make([(stream_id(), 1)])
    proxy.lose = lost
    with pytest.raises(InDoubt):
        broken_store.append(append)
    assert proxy.lost == 1
    kept = lost == "answer"
    assert (store.head(hand.ledger) == append.head) is kept
    if kept:
        with pytest.raises(HeadMoved):
            broken_store.append(append)
    else:
        broken_store.append(append)
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 3


def test_a_killed_session_is_in_doubt_and_the_next_append_works(store: Store, hand: Hand, postgres_url: str) -> None:
    # A session holds the head; ours waits for it, and is ended by an administrator meanwhile.
    append = hand.make([(stream_id(), 1)])
    with psycopg.connect(postgres_url) as holder, psycopg.connect(postgres_url, autocommit=True) as admin:
        holder.execute("SELECT 1 FROM heads FOR UPDATE")
        caught: list[BaseException] = []

        def wait() -> None:
            try:
                store.append(append)
            except StoreFailure as error:
                caught.append(error)

        thread = Thread(target=wait)
        thread.start()
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while thread.is_alive():
            admin.execute(ended)
            thread.join(0.01)
    assert [type(error) for error in caught] == [InDoubt]
    store.append(append)
    assert check_ledger(store, hand.ledger, SIGNER.public_der) == 3


def test_a_commit_that_warns_is_in_doubt(store: Store, hand: Hand, postgres_url: str) -> None:
    # The warning of an interrupted wait for a synchronous standby, raised here by a trigger at COMMIT.
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE WARNING 'might not have been replicated'; RETURN NULL; END $$"
        )
        owner.execute(
            "CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON seals DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION warn()"
        )
    append = hand.make([(stream_id(), 1)])
    with pytest.raises(InDoubt):
        store.append(append)
    assert store.head(hand.ledger) == append.head


# Settings


def test_a_server_that_may_lose_what_it_acknowledges_is_refused(postgres_url: str) -> None:
    with pytest.raises(UnsafeStore):
        open_store(f"{postgres_url}&options=-csynchronous_commit%3Doff")


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        open_store(f"postgresql://nobody@/none?host={tmp_path}")


def test_a_database_without_our_tables_is_refused(empty_postgres_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="sceau migrate"):
        open_store(empty_postgres_url)


def test_the_head_row_is_updated_in_place(store: Store, hand: Hand, postgres_url: str) -> None:
    for _ in range(200):
        hand.write(store, (stream_id(), 1))
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("SELECT pg_stat_force_next_flush()")
        for session in range(50):  # each session of the pool reports in its own time, at the latest when it ends
            if session == 0:
                store.close()
            row = admin.execute(
                "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'heads'"
            ).fetchone()
            if row and row[0] >= 200:
                break
        assert row is not None
        assert row[1] >= 0.9 * row[0] > 0
