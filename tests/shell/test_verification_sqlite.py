"""`sceau verify` over a SQLite file whose very tables were made anew, and in several processes."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.kernel.audit import Outside, opening, plan_for
from ledger.shell import stretches, verification
from ledger.shell.errors import CheckFailed, StoreFailure
from ledger.shell.migrate import sqlite_path
from ledger.shell.store import Store
from ledger.shell.stores.open import open_store
from ledger.shell.stretches import Stretches
from ledger.shell.verification import Verified, verify_ledger
from tests.shell.attacker import Place, place, twin
from tests.shell.business import answered, invoice, service_over

SHORT = 8  # entries to a stretch here


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("sqlite")
    made = place(f"sqlite:///{folder / 'sceau.db'}", folder)
    yield made
    made.store.close()


@pytest.fixture
def there(played: Place, tmp_path: Path) -> Iterator[Place]:
    """A copy of the file and of its keys, for a test that may alter its tables."""
    with twin(played, tmp_path) as made:
        yield made


def verdict(there: Place, processes: int = 1) -> Verified:
    return verify_ledger(there.url, there.store, there.keys, there.ledger, processes=processes)


def codes(verified: Verified) -> list[tuple[str, int]]:
    assert not verified.ok
    return [(finding.code, finding.seq) for finding in verified.verdict.findings]


def attack(there: Place, *statements: str) -> None:
    with sqlite3.connect(sqlite_path(there.url), isolation_level=None) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
    database.close()


LOOSE = (  # the same table without its types, keys and rules
    "CREATE TABLE loose AS SELECT * FROM {table}",
    "DROP TABLE {table}",
    "ALTER TABLE loose RENAME TO {table}",
)


def loose(table: str) -> list[str]:
    return [statement.format(table=table) for statement in LOOSE]


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["UPDATE entries SET stream = CAST(x'ff' AS TEXT) WHERE seq = 12"], ("unreadable", 12)),
        (["UPDATE entries SET type = CAST(x'c328' AS TEXT) WHERE seq = 12"], ("unreadable", 12)),
        (["UPDATE entries SET fingerprint = CAST(x'ff' AS TEXT) WHERE seq IN (12, 20)"], ("unreadable", 12)),
        (["UPDATE disclosures SET salt = CAST(x'ff' AS TEXT) WHERE seq = 11"], ("unreadable", 11)),
        (["UPDATE heads SET at = CAST(x'ff' AS TEXT)"], ("unreadable", 39)),
        (["UPDATE ledgers SET name = CAST(x'ff' AS TEXT)"], ("column", 1)),
        (["UPDATE entries SET stream = CAST(x'ff' AS TEXT) WHERE seq = 1"], ("unreadable", 1)),
        ([*loose("entries"), "UPDATE entries SET line = 'text' WHERE seq = 12"], ("unreadable", 12)),
        ([*loose("entries"), "UPDATE entries SET line = NULL WHERE seq = 12"], ("unreadable", 12)),
        ([*loose("entries"), "UPDATE entries SET version = 'one' WHERE seq = 12"], ("column", 12)),
        ([*loose("entries"), "UPDATE entries SET stream = NULL, version = 1.5 WHERE seq = 12"], ("column", 12)),
        ([*loose("seals"), "UPDATE seals SET signature = 5 WHERE last_seq = 12"], ("unreadable", 12)),
        ([*loose("seals"), "UPDATE seals SET text = NULL WHERE last_seq = 12"], ("unreadable", 12)),
        ([*loose("disclosures"), "UPDATE disclosures SET value = 'text' WHERE seq = 11"], ("unreadable", 11)),
        ([*loose("disclosures"), "UPDATE disclosures SET path = NULL WHERE seq = 11"], ("disclosure_lost", 11)),
        ([*loose("heads"), "UPDATE heads SET register = 7"], ("unreadable", 39)),
        ([*loose("heads"), "UPDATE heads SET seq = 'last'"], ("unreadable", 39)),
        ([*loose("entries"), "UPDATE entries SET seq = 'twelve' WHERE seq = 12"], ("deleted", 12)),
    ],
)
def test_cells_that_cannot_be_read_or_are_of_another_type_are_findings(
    there: Place, statements: list[str], finding: tuple[str, int]
) -> None:
    attack(there, *statements)
    told = codes(verdict(there))
    assert finding in told
    assert min(seq for _, seq in told if seq) == finding[1], told


@pytest.mark.parametrize("table", ["entries", "seals", "disclosures", "heads"])
def test_a_table_that_is_gone_is_never_ok(there: Place, table: str) -> None:
    attack(there, f"DROP TABLE {table}")
    with suppress(StoreFailure):  # nothing can be said: a failure, which is no verdict
        codes(verdict(there))


def test_an_entry_kept_twice_for_one_reader_alone_is_found(there: Place) -> None:
    """A table without its keys may show the twin to whoever reads by stream, and not to whoever reads by number."""
    twin = "INSERT INTO entries SELECT ledger_id, seq, stream, 99, type, fingerprint, line FROM entries WHERE seq = 12"
    attack(there, *loose("entries"), twin)
    assert ("inserted", 12) in codes(verdict(there))


def test_a_file_whose_pages_were_damaged_is_never_ok(there: Place) -> None:
    there.store.close()
    path = sqlite_path(there.url)
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    sound = path.read_bytes()
    for page in range(1, len(sound) // 4096):
        path.write_bytes(sound[: page * 4096] + bytes(4096) + sound[(page + 1) * 4096 :])
        store = None
        try:
            store = open_store(there.url)
            verified = verify_ledger(there.url, store, there.keys, there.ledger)
        except StoreFailure:
            continue
        finally:
            if store is not None:
                store.close()
        if verified.ok:  # a page of another table, or of none
            assert store is not None
            assert _entries_are_sound(there, page)


def _entries_are_sound(there: Place, page: int) -> bool:
    """Whether everything a verdict speaks of can still be read as it was."""
    store = open_store(there.url)
    try:
        now = Place(there.url, store, there.keys, there.ledger, there.genesis)
        return now.sound == there.sound
    finally:
        store.close()


# --- several processes


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of a few entries, and other processes from the first on."""
    monkeypatch.setattr(stretches, "SEGMENT", SHORT)
    monkeypatch.setattr(stretches, "PARALLEL_FROM", 1)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_ledger_checked_in_stretches_gives_the_same_verdict(there: Place, processes: int) -> None:
    told: list[int] = []
    verified = verify_ledger(
        there.url, there.store, there.keys, there.ledger, processes=processes, progress=told.append
    )
    assert verified.verdict.findings == ()
    assert verified.ok
    assert told == [8, 16, 24, 32, 39]


@pytest.mark.usefixtures("short")
def test_faults_in_several_stretches_are_found_by_other_processes(there: Place) -> None:
    rows = there.copy()
    rows.edit(21, b'"amount_cents":', b'"amount_cents":1')
    del rows.lines[7]
    lost = rows.shown.pop()
    rows.seals[-2] = replace(rows.seals[-2], signature=bytes(64))
    there.write(rows)
    told = codes(verdict(there, processes=2))
    assert {("deleted", 8), ("altered", 21), ("disclosure_lost", lost.seq), ("seal", 38)} <= set(told)
    assert told == codes(verdict(there))


@pytest.mark.usefixtures("short")
def test_a_version_left_out_is_found_by_the_index_another_process_walks(there: Place) -> None:
    rows = there.copy()
    stream = "comment:33333333-3333-4333-8333-333333333333"
    seq = rows.append(there.key, stream, 2, "comment.noted/1", {})
    there.write(rows)
    verified = verify_ledger(there.url, there.store, None, there.ledger, pin=there.genesis, processes=2)
    assert codes(verified) == [("version_gap", seq)]


class Watched:
    """A store that tells which seals and disclosures were asked of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seals_given: list[int] = []
        self.shown_given: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def seals(self, ledger: str, after: int = 0) -> Iterator[object]:
        for row in self._store.seals(ledger, after):
            self.seals_given.append(row.last)
            yield row

    def disclosures(self, ledger: str, after: int = 0, upto: int | None = None) -> Iterator[object]:
        for row in self._store.disclosures(ledger, after, upto):
            self.shown_given.append(row.seq)
            yield row


def test_a_stretch_reads_its_own_seals_and_disclosures_and_one_seal_more(there: Place) -> None:
    opened = opening(there.sound.lines[0].line)
    watched = Watched(there.store)
    plan = plan_for(opened, Outside(genesis=there.genesis), [])
    stretches.check_stretch(watched, there.ledger, 11, 20, plan)  # type: ignore[arg-type] # the rest is the store's
    assert watched.seals_given == [11, 12, 13, 20, 22]
    assert set(watched.shown_given) == {11, 14, 16, 19}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _break() -> None:
    raise ValueError("a secret value")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("fault", "words"), [(_die, "ended"), (_break, "ValueError")])
def test_a_worker_that_dies_or_fails_is_a_failure_and_no_verdict(
    there: Place, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None], words: str
) -> None:
    class Broken(Stretches):
        def _submit(self, work, *given):  # type: ignore[no-untyped-def] # as its base's
            return super()._submit(fault)

    monkeypatch.setattr(verification, "Stretches", Broken)
    with pytest.raises(CheckFailed, match=words) as raised:
        verdict(there, processes=2)
    assert "secret" not in str(raised.value)


def test_a_store_that_does_not_answer_is_a_failure_and_no_verdict(there: Place) -> None:
    there.store.close()
    with pytest.raises(StoreFailure):
        verdict(there)


def test_a_ledger_that_is_written_to_meanwhile_is_not_taken_for_altered(there: Place) -> None:
    """Every question to the store is answered after one more invoice was issued."""
    service = service_over(open_store(there.url), there.keys.root)

    class Growing:
        def __getattr__(self, name: str) -> object:
            if name in ("head", "lines", "rows", "seals", "disclosures", "index"):
                answered(service.execute(there.ledger, invoice()))
            return getattr(there.store, name)

    try:
        verified = verify_ledger(there.url, Growing(), there.keys, there.ledger)  # type: ignore[arg-type] # as above
        assert verified.verdict.findings == ()
        assert verified.ok
        head = there.store.head(there.ledger)
        assert head is not None
        assert head.seq > verified.verdict.head_seq
    finally:
        service.close()
