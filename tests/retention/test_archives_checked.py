"""Purges and erasures as the two shipped verifiers see them, from archives alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import reading
from archive.creation import Made
from archive.erasure import STREAM, erase
from archive.reading import Confirmed, confirm
from archive.verifiers import verify
from ledger.domain.events.periods import ArchiveVerified, DataErased, EntriesPurged, ErasedPlace
from ledger.domain.streams.customer import CUSTOMER
from ledger.shell.mapper import Event
from ledger.shell.purged import ARCHIVE_STREAM
from tests.archive.samples import Sample, sample, sell
from tests.retention.scene import another_medium, copied, purged
from tests.retention.test_erasure import customer, quote
from tests.verifiers.browser import Page, browser
from tests.verifiers.test_verify_html import checked

Judge = Callable[..., dict[str, Any]]
NOBODY_S = "ab" * 32


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as one:
        yield one


@pytest.fixture(params=["verify.py", "verify.html"])
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Judge:
    """Give what one of the verifiers says of some archives, and of a second file."""

    def by_program(it: Sample, *archives: Path, private: Path | None = None) -> dict[str, Any]:
        words = [*map(str, archives), "--genesis", it.genesis, "--no-openssl", "--jobs", "1", "--lang", "en"]
        words += ["--private", str(private)] if private is not None else []
        told = verify.verify(verify.parse_options(words))
        return dict(json.loads(json.dumps({key: value for key, value in told.items() if key != "_shown"})))

    def by_page(it: Sample, *archives: Path, private: Path | None = None) -> dict[str, Any]:
        files = {path.name: path.read_bytes() for path in (*archives, *([] if private is None else [private]))}
        return checked(request.getfixturevalue("page"), tmp_path / "given", files, it.genesis)

    return by_program if request.param == "verify.py" else by_page


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Sample]:
    with sample(tmp_path / "ledger") as made:
        yield made


def found(verdict: dict[str, Any]) -> list[tuple[str, int]]:
    return [(one["code"], one["seq"]) for one in verdict["findings"]]


def tell(it: Sample, event: ArchiveVerified | EntriesPurged) -> int:
    """Write what the software would refuse to write."""
    version = it.store.versions(it.ledger, [ARCHIVE_STREAM]).get(ARCHIVE_STREAM, 0) + 1
    told = it.service.append(it.ledger, [Event(ARCHIVE_STREAM, version, event, "system")], actor="system")
    return told.entries[-1].seq


def said_of_purges(verdict: dict[str, Any]) -> list[str]:
    return [words for words in verdict["not_checked"] if "purge" in words]


def november_of(it: Sample) -> Made:
    """November, sold and archived; the clock stands in December."""
    sell(it)
    it.day(2026, 12, 1)
    return it.archive("2026-11")


def next_month(it: Sample) -> Made:
    """One more sale, and the month is over."""
    sell(it)
    now = it.clock.wall
    it.day(now.year + now.month // 12, now.month % 12 + 1, 1)
    return it.archive(f"{now:%Y-%m}")


def test_an_honest_purge_is_fine_with_the_archive_before_and_by_itself(it: Sample, judge: Judge) -> None:
    with another_medium() as medium:
        november = november_of(it)
        copy = copied(november, medium)
        assert isinstance(confirm(it.service, it.ledger, copy, "nas-1"), Confirmed)
        assert purged(it, copy).emptied > 0
        december = next_month(it)
        for archives in ([november.path, december.path], [december.path]):
            verdict = judge(it, *archives)
            assert (found(verdict), verdict["ok"]) == ([], True)
            assert said_of_purges(verdict) == []


def test_a_purge_of_an_archive_nobody_made_is_found_also_without_the_archive_before(it: Sample, judge: Judge) -> None:
    november = november_of(it)
    seq = tell(it, EntriesPurged(first_seq=november.first, last_seq=november.last, manifest=NOBODY_S))
    december = next_month(it)
    for archives in ([november.path, december.path], [december.path]):
        assert found(judge(it, *archives)) == [("purge_without_archive", seq)]


@pytest.mark.parametrize("what", ["never read back", "another range", "read back after"])
def test_a_purge_needs_its_very_archive_made_and_read_back_before(it: Sample, judge: Judge, what: str) -> None:
    november = november_of(it)
    if what == "another range":
        tell(it, ArchiveVerified(manifest=november.manifest, medium="nas-1"))
    last = november.last - (what == "another range")
    seq = tell(it, EntriesPurged(first_seq=november.first, last_seq=last, manifest=november.manifest))
    if what == "read back after":
        tell(it, ArchiveVerified(manifest=november.manifest, medium="nas-1"))
    assert found(judge(it, november.path, next_month(it).path)) == [("purge_without_archive", seq)]


def test_where_earlier_entries_would_tell_of_the_archive_the_verdict_says_that_it_was_not_checked(
    it: Sample, judge: Judge
) -> None:
    november = november_of(it)
    december = next_month(it)
    seq = tell(it, EntriesPurged(first_seq=november.first, last_seq=november.last, manifest=NOBODY_S))
    january = next_month(it)
    alone = judge(it, january.path)
    assert (found(alone), alone["ok"]) == ([], True)
    (words,) = said_of_purges(alone)
    assert str(seq) in words
    all_three = judge(it, november.path, december.path, january.path)
    assert found(all_three) == [("purge_without_archive", seq)]
    assert said_of_purges(all_three) == []


def opened(it: Sample, made: Made) -> Path:
    out = made.path.with_name(f"{made.path.stem}.names.zip")
    assert reading.open_private(it.service, made.private, out, made.path) is None
    return out


def test_an_erasure_that_speaks_of_earlier_entries_excuses_them(it: Sample, judge: Judge) -> None:
    who = customer(it)
    it.play(quote(who))
    assert erase(it.service, it.ledger, who)
    it.day(2026, 12, 1)
    made = it.archive("2026-11")
    verdict = judge(it, made.path, private=opened(it, made))
    assert (found(verdict), verdict["ok"]) == ([], True)


def test_an_erasure_written_in_advance_excuses_nothing(it: Sample, judge: Judge) -> None:
    head = it.store.head(it.ledger)
    assert head is not None
    place = ErasedPlace(seq=head.seq + 2, path="/party")
    erasure = DataErased(ground="asked", law="RGPD 17-1", places=(place,))
    by = it.service.append(it.ledger, [Event(STREAM, 1, erasure, "system")], actor="system").entries[-1].seq
    who = customer(it)
    (line,) = it.store.stream(it.ledger, f"{CUSTOMER.prefix}:{who}")
    assert (line.seq, by) == (place.seq, place.seq - 1)
    it.day(2026, 12, 1)
    with closing(sqlite3.connect(it.folder / "sample.db")) as database, database:  # the store itself would refuse
        guards = "SELECT name FROM sqlite_master WHERE tbl_name = 'disclosures' AND type = 'trigger'"
        for (trigger,) in database.execute(guards).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        assert database.execute("DELETE FROM disclosures WHERE seq = ?", (place.seq,)).rowcount == 1
    made = it.archive("2026-11")
    verdict = judge(it, made.path, private=opened(it, made))
    assert found(verdict) == [("disclosure_lost", place.seq)]


def test_an_erasure_before_its_time_is_found_over_archives_and_alone_said_not_to_be_checked(
    it: Sample, judge: Judge
) -> None:
    sell(it)
    sold = next(one.seq for one in it.store.lines(it.ledger, types=["invoice.issued/1"]))
    it.day(2026, 12, 1)
    november = it.archive("2026-11")
    erasure = DataErased(ground="asked", law="RGPD 17-1", places=(ErasedPlace(seq=sold, path="/client"),))
    by = it.service.append(it.ledger, [Event(STREAM, 1, erasure, "system")], actor="system").entries[-1].seq
    december = next_month(it)
    both = judge(it, november.path, december.path)
    (one,) = both["findings"]
    assert (one["code"], one["seq"]) == ("erased_too_early", by)
    assert one["words"] == f"what entry {sold} names was to be kept until 2036-12-31 (C. com. L123-22)"
    assert not any("erasure" in words for words in both["not_checked"])
    alone = judge(it, december.path)
    assert (found(alone), alone["ok"]) == ([], True)
    (words,) = [words for words in alone["not_checked"] if "erasure" in words]
    assert f"(entry {by})" in words
