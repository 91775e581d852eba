"""A ledger is rebuilt from its archives, all of it or nothing; behind its mark it is closed and a successor goes on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.creation import Made
from archive.restore import RestoredLedger, restore
from ledger.domain.refusals import Refusal
from ledger.kernel.errors import Malformed
from ledger.shell.errors import BehindMark
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger
from tests.archive.samples import Sample, sample, sell, sell_december, sell_november
from tests.retention.scene import refused
from tests.shell.business import HandClock, answered, invoice, opening, service_over


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Sample, list[Made]]]:
    """Two months archived; the ledger ends just after the second one's closure."""
    with sample(tmp_path / "old") as it:
        sell_november(it)
        first = it.archive("2026-11")
        sell_december(it)
        yield it, [first, it.archive("2026-12")]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'new.db'}"


def elsewhere(it: Sample, url: str, keys: Path | None = None) -> Service:
    return service_over(open_store(url, create=True), keys or it.folder / "other-keys", HandClock(it.clock.wall))


def done(outcome: RestoredLedger | Refusal) -> RestoredLedger:
    assert isinstance(outcome, RestoredLedger), outcome
    return outcome


def test_what_is_restored_is_the_same_to_the_byte_and_verifies(made: tuple[Sample, list[Made]], url: str) -> None:
    it, archives = made
    paths, private = [one.path for one in reversed(archives)], [one.private for one in archives]
    with elsewhere(it, url, it.folder / "keys") as service:
        new = restore(service, paths, private=private, pin=it.genesis, name="again")
        new = done(new)
        last = archives[-1].last
        assert (new.last, new.row.kind, new.repeated) == (last, "live", False)
        assert list(service.store.lines(it.ledger, 0, last)) == list(it.store.lines(it.ledger, 0, last))
        assert [s for s in service.store.seals(it.ledger) if s.last <= last] == [
            s for s in it.store.seals(it.ledger) if s.last <= last
        ]
        assert list(service.store.disclosures(it.ledger, 0, last)) == list(it.store.disclosures(it.ledger, 0, last))
        told = verify_ledger(url, service.store, None, it.ledger, pin=it.genesis)
        assert (told.verdict.findings, told.ok) == ((), True)
        checkpoints = [row for row in it.store.checkpoints(it.ledger) if row.size <= last]
        assert set(service.store.checkpoints(it.ledger)) <= set(checkpoints)
        again = done(restore(service, paths, private=private, pin=it.genesis))
        assert again.repeated


def test_without_its_keys_a_restored_ledger_is_only_read(made: tuple[Sample, list[Made]], url: str) -> None:
    it, archives = made
    with elsewhere(it, url) as service:
        new = done(restore(service, [one.path for one in archives], pin=it.genesis))
        assert (new.taking, new.row.name, new.names) == ("read_only", "atelier", 0)
        codes = {
            one.code for one in verify_ledger(url, service.store, None, it.ledger, pin=it.genesis).verdict.findings
        }
        assert codes == {"disclosure_lost"}


def test_behind_its_mark_it_is_closed_and_a_successor_invoices_at_once(
    made: tuple[Sample, list[Made]], url: str
) -> None:
    it, archives = made
    sell(it)  # sealed, and in no archive
    it.service.stop()
    with elsewhere(it, url, it.folder / "keys") as service:
        new = done(restore(service, [one.path for one in archives], private=[one.private for one in archives]))
        assert new.taking == "closed"
        with pytest.raises(BehindMark):
            service.execute(it.ledger, invoice())
        continues = service.successor(it.ledger, "behind_mark")
        assert (continues.seq, continues.genesis) == (archives[-1].last, it.genesis)
        assert continues.perpetual_cents > 0
        service.open_ledger(opening("atelier-2", continues=continues))
        result = answered(service.execute("atelier-2", invoice())).result
        assert result["number"] == "F-00001"
        successor = service.find("atelier-2").ledger
        assert verify_ledger(url, service.store, service.keys, successor).ok
        old = verify_ledger(url, service.store, service.keys, it.ledger)
        assert [one.code for one in old.verdict.findings] == ["tail_cut"]  # the break stays visible


def test_the_successor_takes_over_perpetual_totals_of_the_last_closure(made: tuple[Sample, list[Made]]) -> None:
    it, _ = made
    bodies = [json.loads(line.line)["entry"]["body"] for line in it.store.stream(it.ledger, "period:self")]
    continues = it.service.successor(it.ledger, "moved")
    assert continues.perpetual_cents == bodies[-1]["perpetual_cents"]
    assert continues.perpetual_absolute_cents == bodies[-1]["perpetual_absolute_cents"]
    sell(it)
    more = it.service.successor(it.ledger, "moved")
    assert more.perpetual_cents == continues.perpetual_cents + 43_900  # what no closure counts yet


def test_a_gap_is_refused_with_the_entries_that_are_missing(made: tuple[Sample, list[Made]]) -> None:
    it, archives = made
    with elsewhere(it, "memory:") as service:
        outcome = restore(service, [archives[1].path])
        assert refused(outcome) == "RESTORE_GAP"
        assert dict(outcome.facts)["first_seq"] == 1  # type: ignore[union-attr] # a refusal, asserted above
        assert service.store.ledgers() == []


def test_archives_of_two_ledgers_are_refused(made: tuple[Sample, list[Made]], tmp_path: Path) -> None:
    it, archives = made
    with sample(tmp_path / "other", kind="training") as other:
        sell_november_in_training(other)
        stranger = other.archive("2026-11")
    with elsewhere(it, "memory:") as service:
        assert refused(restore(service, [archives[0].path, stranger.path])) == "RESTORE_OTHER_LEDGER"
        assert done(restore(service, [stranger.path], name="practice")).row.kind == "training"
        assert refused(restore(service, [archives[0].path], name="practice")) == "RESTORE_NOT_EMPTY"


def sell_november_in_training(it: Sample) -> None:
    it.service.execute(it.ledger, invoice(), actor="cli:test")
    it.day(2026, 12, 1)


def test_an_archive_that_was_edited_restores_nothing(made: tuple[Sample, list[Made]], tmp_path: Path) -> None:
    it, archives = made
    edited = tmp_path / "edited.zip"
    with zipfile.ZipFile(archives[0].path) as old, zipfile.ZipFile(edited, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, data.replace(b"43900", b"43901") if info.filename.startswith("entries/") else data)
    with elsewhere(it, "memory:") as service:
        assert refused(restore(service, [edited, archives[1].path])) == "RESTORE_NOT_WHOLE"
        assert refused(restore(service, [archives[0].path], pin="ab" * 32)) == "RESTORE_NOT_WHOLE"
        assert service.store.ledgers() == []
        assert list(service.store.lines(it.ledger)) == []


def test_a_second_file_of_another_archive_or_altered_is_refused(
    made: tuple[Sample, list[Made]], tmp_path: Path
) -> None:
    it, archives = made
    altered = tmp_path / "altered.enc"
    altered.write_bytes(archives[0].private.read_bytes()[:-1] + b"\0")
    with elsewhere(it, "memory:", it.folder / "keys") as service:
        for wrong in (altered, archives[1].private):
            with pytest.raises(Malformed):
                restore(service, [archives[0].path], private=[wrong])
        assert service.store.ledgers() == []


def test_a_name_that_is_taken_or_none_at_all_is_refused(made: tuple[Sample, list[Made]]) -> None:
    it, archives = made
    with elsewhere(it, "memory:") as service:
        service.open_ledger(opening("atelier"))
        paths = [one.path for one in archives]
        assert refused(restore(service, paths)) == "RESTORE_NOT_EMPTY"
        assert refused(restore(service, paths, name="../x")) == "MEMBER_INVALID"
        assert done(restore(service, paths, name="atelier-old")).row.name == "atelier-old"


def test_rows_that_stand_in_the_way_are_not_taken_for_the_archives(made: tuple[Sample, list[Made]]) -> None:
    it, archives = made
    first, *rest = it.store.lines(it.ledger, 0, 3)
    with elsewhere(it, "memory:") as service:
        service.store.stage(it.ledger, [first, rest[0]._replace(line=rest[0].line.replace(b"a", b"b", 1))], (), ())
        assert refused(restore(service, [one.path for one in archives])) == "RESTORE_NOT_WHOLE"
        assert service.store.ledgers() == []
