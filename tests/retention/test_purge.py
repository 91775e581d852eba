"""A purge takes detail away after a verified archive, and nothing else; the chain holds across the gap."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from archive.purge import purge
from archive.reading import Confirmed, confirm
from archive.standing_in import StandingIn
from ledger.kernel.stretch import KEPT
from ledger.shell.store import Store
from ledger.shell.verification import Verified, verify_ledger
from tests.archive.samples import Sample, sell
from tests.retention.scene import another_medium, archived, copied, found, purged, refused, store_file, verified
from tests.shell.business import payment


@pytest.fixture
def medium() -> Iterator[Path]:
    with another_medium() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path, medium: Path) -> Iterator[tuple[Sample, Path]]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with archived(tmp_path, medium, url) as made:
        yield made


def test_the_lines_of_an_archived_month_go_and_the_ledger_verifies(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    before = list(it.store.lines(it.ledger))
    done = purged(it, copy)
    assert done.emptied > 10
    for old, new in zip(before, it.store.lines(it.ledger), strict=False):
        assert new == old or new == old._replace(line=b"")
        kind = old.stream.partition(":")[0]
        assert new.line or (done.first <= old.seq <= done.last and kind not in KEPT)
    told = verified(it)
    assert told.verdict.findings == ()
    assert told.ok
    (hidden,) = told.verdict.not_shown
    assert (hidden.manifest, hidden.entries) == (done.manifest, done.emptied)
    assert done.first <= hidden.first <= hidden.last <= done.last
    for each in it.store.disclosures(it.ledger):
        assert next(it.store.lines(it.ledger, each.seq - 1, each.seq)).line


def test_an_unpaid_invoice_stays_and_is_paid_later(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    purged(it, copy)
    unpaid = next(line for line in it.store.lines(it.ledger, types=["invoice.issued/1"]) if line.line)
    it.play(payment(unpaid.stream.partition(":")[2]))
    sell(it)
    assert found(it) == []


def test_a_purged_document_takes_nothing_more_and_its_archive_is_named(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    done = purged(it, copy)
    gone = next(line for line in it.store.lines(it.ledger, types=["invoice.issued/1"]) if not line.line)
    outcome = it.service.execute(it.ledger, payment(gone.stream.partition(":")[2]))
    assert refused(outcome) == "STREAM_PURGED"
    assert done.manifest in outcome.words  # type: ignore[union-attr] # a refusal, asserted above
    sell(it)  # and the writer goes on


def test_a_purge_run_again_changes_nothing(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    first = purged(it, copy)
    lines = list(it.store.lines(it.ledger))
    again = purged(it, copy)
    assert (again.seq, again.emptied) == (first.seq, 0)
    assert list(it.store.lines(it.ledger)) == lines


def test_readers_of_the_library_pass_over_what_is_gone(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    purged(it, copy)
    read = [event.seq for event in it.service.entries(it.ledger)]
    assert read == [line.seq for line in it.store.lines(it.ledger) if line.line]


def test_periods_go_on_closing_after_a_purge(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    purged(it, copy)
    it.day(2027, 1, 4)
    assert found(it) == []


def test_no_purge_without_an_archive_confirmed_elsewhere(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, _):
        made = it.archive("2026-11-24")
        copy = copied(made, medium)
        assert refused(purge(it.service, it.ledger, copy, store_file=store_file(it))) == "PURGE_NO_ARCHIVE"
        assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
        assert refused(purge(it.service, it.ledger, made.path, store_file=store_file(it))) == "PURGE_SAME_MEDIUM"
        (medium / made.private.name).unlink()
        assert refused(purge(it.service, it.ledger, copy, store_file=store_file(it))) == "PURGE_NAMES_MISSING"
        (medium / made.private.name).write_bytes(b"x" + made.private.read_bytes()[1:])
        assert refused(purge(it.service, it.ledger, copy, store_file=store_file(it))) == "PURGE_ARCHIVE_DIFFERS"
        assert all(line.line for line in it.store.lines(it.ledger))


def test_an_altered_copy_lets_nothing_go(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        data = bytearray(copy.read_bytes())
        data[len(data) // 2] ^= 1
        copy.write_bytes(data)
        assert refused(purge(it.service, it.ledger, copy, store_file=store_file(it))) == "PURGE_ARCHIVE_DIFFERS"
        assert all(line.line for line in it.store.lines(it.ledger))


def test_another_ledgers_archive_lets_nothing_go(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path / "one", medium) as (_, copy), archived(tmp_path / "two", medium / "..") as (it, _):
        assert refused(purge(it.service, it.ledger, copy, store_file=store_file(it))) == "PURGE_ARCHIVE_DIFFERS"


def test_a_line_emptied_without_a_purge_is_deleted(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        done = purged(it, copy)
        sell(it)
        beyond = next(iter(it.store.lines(it.ledger, done.seq, types=["invoice.issued/1"])))
        _alter(it, "UPDATE entries SET line = x'' WHERE seq = ?", beyond.seq)
        assert ("deleted", beyond.seq) in found(it)


@pytest.mark.parametrize("type_name", ["period.closed/1", "issuer.profile_set/1", "archive.created/1"])
def test_a_kept_line_emptied_in_a_purged_range_is_deleted(tmp_path: Path, medium: Path, type_name: str) -> None:
    with archived(tmp_path, medium) as (it, copy):
        purged(it, copy)
        kept = next(iter(it.store.lines(it.ledger, types=[type_name])))
        _alter(it, "UPDATE entries SET line = x'' WHERE seq = ?", kept.seq)
        assert ("deleted", kept.seq) in found(it)


def test_a_fingerprint_altered_where_nothing_is_shown_is_found(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        purged(it, copy)
        lines = list(it.store.lines(it.ledger))
        at = next(n for n, (a, b) in enumerate(pairwise(lines)) if not a.line and not b.line)
        _alter(it, "UPDATE entries SET fingerprint = printf('%064d', 7) WHERE seq = ?", lines[at].seq)
        codes = {code for code, _ in found(it)}
        assert codes & {"closure_totals", "seal_head"}, codes


def test_the_bytes_of_purged_names_leave_the_file(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        purged(it, copy)
        assert it.store.reclaim()
        unpaid = sum(bytes("Dupré", "utf-8") in each.value for each in it.store.disclosures(it.ledger))
        held = (tmp_path / "sample.db").read_bytes()
        assert held.count("Dupré".encode()) == unpaid
        assert "Dupré".encode() not in (tmp_path / "sample.db-wal").read_bytes()


def _alter(it: Sample, statement: str, seq: int) -> None:
    with sqlite3.connect(it.folder / "sample.db", isolation_level=None) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement, (seq,))
    database.close()


def test_a_purged_period_is_not_archived_again(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        purged(it, copy)
        assert refused(it.asked("2026-11", replace=True)) == "STREAM_PURGED"
        it.day(2027, 1, 4)
        assert it.archive("2026-12").first <= it.archive("2026-12", replace=True).first


# With the archive in hand


def standing(it: Sample, copy: Path) -> tuple[Verified, list[tuple[str, int]]]:
    lent = StandingIn(it.store, it.ledger, [copy])
    told = verify_ledger(
        "memory:", cast(Store, lent), it.service.keys, it.ledger, processes=1, more=lent.told
    )  # fmt: skip
    return told, [(one.code, one.seq) for one in told.verdict.findings]


def test_with_the_archive_every_entry_is_checked_again(scene: tuple[Sample, Path]) -> None:
    it, copy = scene
    before = verified(it).verdict
    purged(it, copy)
    told, findings = standing(it, copy)
    assert (findings, told.ok, told.verdict.not_shown) == ([], True, ())
    assert told.verdict.entries == before.entries + 1


def test_an_archive_that_another_took_the_place_of_is_told(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        done = purged(it, copy)
        told, findings = standing(it, copied_with(copy, b'"software":"sceau', b'"software":"SCEAU'))
        assert ("archive_replaced", done.first) in findings
        assert not told.ok


def test_an_archives_line_that_is_not_the_recorded_one_is_told(tmp_path: Path, medium: Path) -> None:
    with archived(tmp_path, medium) as (it, copy):
        purged(it, copy)
        gone = next(line for line in it.store.lines(it.ledger, types=["invoice.issued/1"]) if not line.line)
        wrong = copied_with(copy, b'"gross_cents":43900', b'"gross_cents":43901', "entries")
        assert ("altered", gone.seq) in standing(it, wrong)[1]


def copied_with(archive: Path, old: bytes, new: bytes, folder: str = "manifest.json") -> Path:
    """The same archive with other bytes in its manifest or its entries: an outsider's work."""
    path = archive.with_name(f"with-{archive.name}")
    with zipfile.ZipFile(archive) as given, zipfile.ZipFile(path, "w") as out:
        for info in given.infolist():
            data = given.read(info)
            if info.filename.startswith(folder):
                assert old in data
                data = data.replace(old, new)
            out.writestr(info, data)
    return path
