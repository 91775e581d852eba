"""What two processes do at the same time is told once: the other one is first, at the worst moment, every time."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.jobs.checkpointing import take_checkpoint
from archive.creation import Made
from archive.erasure import Erased, erase
from archive.purge import Purged, purge
from archive.restore import RestoredLedger, restore
from archive.year_keys import destroy
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.events.common import Address, Party
from ledger.domain.events.ledger import TaskOpened
from ledger.shell.journal import journal, journal_decided
from ledger.shell.keys import KeyStore
from ledger.shell.service import Service
from ledger.shell.stores.open import open_store
from tests.archive.samples import Sample, sample, sell, sell_november
from tests.retention.scene import another_medium, archived, store_file
from tests.shell.business import HandClock, service_over

ZOE = Party(name="Zoé Lefèvre", address=Address(lines=("3 rue de l'Orme",), postcode="35000", city="Rennes"))
MOMENTS = ["before the version is read", "before the append"]
"""An append that looked first would double at the first moment, one that does not look again at the second."""


@pytest.fixture(params=MOMENTS)
def meanwhile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Let another do something, once, at such a moment of what is done next with a service."""

    def arrange(service: Service, stream: str, other: Callable[[], Any]) -> list[Any]:
        did: list[Any] = []
        versions, append = service.store.versions, service.append

        def once() -> None:
            if not did:
                did.append(None)
                did[0] = other()

        def at_version(ledger: str, streams: Any) -> Any:
            if stream in streams:
                once()
            return versions(ledger, streams)

        def at_append(*given: Any, **named: Any) -> Any:
            once()
            return append(*given, **named)

        if request.param == MOMENTS[0]:
            monkeypatch.setattr(service.store, "versions", at_version)
        else:
            monkeypatch.setattr(service, "append", at_append)
        return did

    return arrange


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Sample]:
    with sample(tmp_path) as made:
        yield made


def told(it: Sample, kind: str) -> list[dict[str, Any]]:
    return [orjson.loads(one.line)["entry"]["body"] for one in it.store.lines(it.ledger, types=[kind])]


def test_an_archive_is_recorded_once(it: Sample, tmp_path: Path, meanwhile: Callable[..., list[Any]]) -> None:
    sell_november(it)
    it.archive("2026-11-23")  # keys and certificate are there
    (tmp_path / "other").mkdir()
    did = meanwhile(it.service, "archive:self", lambda: it.archive("2026-11", out=tmp_path / "other" / "a.zip"))
    mine = it.archive("2026-11")
    (other,) = did
    assert isinstance(other, Made)
    assert (other.repeated, mine.repeated) == (False, True)
    assert (other.manifest, other.seq) == (mine.manifest, mine.seq)
    assert [one["rank"] for one in told(it, "archive.created/1")] == [1, 2]


def test_an_archive_of_another_period_takes_the_next_rank(
    it: Sample, tmp_path: Path, meanwhile: Callable[..., list[Any]]
) -> None:
    sell_november(it)
    it.archive("2026-11-23")
    meanwhile(it.service, "archive:self", lambda: it.archive("2026-11-25"))
    assert not it.archive("2026-11").repeated
    assert [one["rank"] for one in told(it, "archive.created/1")] == [1, 2, 3]


def test_a_purge_is_told_once(tmp_path: Path, meanwhile: Callable[..., list[Any]]) -> None:
    with another_medium() as medium, archived(tmp_path, medium) as (it, copy):

        def purge_it() -> Any:
            return purge(it.service, it.ledger, copy, store_file=store_file(it))

        did = meanwhile(it.service, "archive:self", purge_it)
        mine, other = purge_it(), did[0]
        assert isinstance(mine, Purged)
        assert isinstance(other, Purged)
        assert (mine.seq, mine.emptied) == (other.seq, 0)
        assert len(told(it, "entries.purged/1")) == 1


def test_the_destruction_of_a_year_s_key_is_told_once(it: Sample, meanwhile: Callable[..., list[Any]]) -> None:
    sell_november(it)
    it.archive("2026-11")
    it.day(2027, 1, 4)

    def destroy_it() -> Any:
        return destroy(it.service, it.ledger, 2026, date(2037, 1, 1))

    did = meanwhile(it.service, "archive:self", destroy_it)
    assert destroy_it() == did[0]
    assert isinstance(did[0], int)
    assert len(told(it, "archive.key_destroyed/1")) == 1


def test_a_value_is_listed_by_one_erasure(it: Sample, meanwhile: Callable[..., list[Any]]) -> None:
    who = str(it.play(RegisterCustomer(kind="consumer", party=ZOE))["customer"])

    def erase_it() -> Any:
        return erase(it.service, it.ledger, who)

    did = meanwhile(it.service, "erasure:self", erase_it)
    mine, other = erase_it(), did[0]
    assert isinstance(mine, Erased)
    assert isinstance(other, Erased)
    assert (mine.places, mine.entries) == (0, ())
    places = Counter((one["seq"], one["path"]) for body in told(it, "data.erased/1") for one in body["places"])
    assert len(places) == other.places > 0
    assert set(places.values()) == {1}


def test_a_rebuilding_is_told_once(tmp_path: Path, meanwhile: Callable[..., list[Any]]) -> None:
    with sample(tmp_path / "old") as it:
        sell(it)
        keys = shutil.copytree(it.folder / "keys", tmp_path / "keys")  # kept before the archive's last entry
        it.day(2026, 12, 1)
        made = it.archive("2026-11")
        store = open_store(f"sqlite:///{tmp_path / 'new.db'}", create=True)
        with service_over(store, keys, HandClock(it.clock.wall)) as service:

            def restore_it() -> Any:
                return restore(service, [made.path], pin=it.genesis)

            did = meanwhile(service, "archive:self", restore_it)
            mine, other = restore_it(), did[0]
            assert isinstance(mine, RestoredLedger)
            assert isinstance(other, RestoredLedger)
            assert (mine.taking, other.taking) == ("open", "open")
            assert len(list(store.lines(it.ledger, types=["archive.restored/1"]))) == 1


def test_a_checkpoint_is_told_once(it: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    sell_november(it)
    keep, did = it.store.keep_checkpoint, list[Any]()

    def second(*given: Any) -> bool:
        if not did:
            did.append(None)
            did[0] = take_checkpoint(it.service, it.ledger, "asked")
        return keep(*given)

    monkeypatch.setattr(it.store, "keep_checkpoint", second)
    mine = take_checkpoint(it.service, it.ledger, "asked")
    assert mine.size == did[0].size
    assert [one["size"] for one in told(it, "checkpoint.made/1")] == [mine.size]


def test_what_another_says_of_something_else_is_written_after(it: Sample) -> None:
    """The conflict costs a second look, and nothing is lost."""
    stream, looked = "task:00000000-0000-4000-8000-00000000abcd", list[int]()

    def decide() -> TaskOpened:
        looked.append(sum(1 for _ in it.store.stream(it.ledger, stream)))
        if len(looked) == 1:
            journal(it.service, it.ledger, [(stream, TaskOpened(code="OTHER"))])
        return TaskOpened(code="MINE")

    seq, before = journal_decided(it.service, it.ledger, stream, decide)
    assert (looked, before) == ([0, 1], False)
    lines = list(it.store.stream(it.ledger, stream))
    assert [line.version for line in lines] == [1, 2]
    assert lines[-1].seq == seq


def test_keys_are_asked_of_no_one_who_has_nothing_to_say(it: Sample, tmp_path: Path) -> None:
    sell_november(it)
    made = it.archive("2026-11")
    with Service(open_store(f"sqlite:///{it.folder / 'sample.db'}"), KeyStore(tmp_path / "none")) as blind:
        assert journal_decided(blind, it.ledger, "archive:self", lambda: made.seq) == (made.seq, True)
