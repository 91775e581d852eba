"""What a verification makes of anchors: proven further, contradicted, lost, forged, promised and not there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli.anchor import anchor_file
from api.evidence import evidence_from
from api.jobs.anchoring import Anchoring
from api.jobs.checkpointing import take_checkpoint
from api.jobs.places import Places
from api.settings import Settings
from archive.anchors.evidence import anchor_of_file
from archive.anchors.timestamp import TimestampAnchor
from archive.anchors.witness import WitnessAnchor
from ledger.kernel.anchored import Anchored, Oldest, Promise, gaps, wrong_times
from ledger.kernel.audit import opening
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Malformed
from ledger.shell.anchored import Evidence, Proof, look_at_anchors
from ledger.shell.keys import KeyStore
from ledger.shell.store import AnchorRow, CheckpointRow
from ledger.shell.stores.open import open_store
from ledger.shell.verification import Verified, verify_ledger
from tests.anchors.authority import Authority
from tests.jobs.server import Moody, Shop, witness_of
from tests.shell.business import HandClock


@dataclass
class Scene:
    """A shop whose ledger was stamped and witnessed, in the present: a real authority's clock cannot be set."""

    shop: Shop
    ledger: str
    settings: Settings
    anchoring: Anchoring
    vkey: str

    @property
    def url(self) -> str:
        return f"sqlite:///{self.shop.folder / 'sceau.db'}"

    def anchor(self) -> int:
        size = take_checkpoint(self.shop.service, self.ledger, "asked").size
        assert all(one.cause is None for one in self.anchoring.place(self.ledger))
        return size

    def verify(self, settings: Settings | None = None, **more: Any) -> Verified:
        keys = KeyStore(self.shop.folder / "keys")
        store = open_store(self.url)
        evidence = evidence_from(settings or self.settings, store, self.ledger, **more)
        try:
            return verify_ledger(self.url, store, keys, self.ledger, evidence=evidence, processes=1)
        finally:
            store.close()

    def codes(self, settings: Settings | None = None, **more: Any) -> list[tuple[str, int]]:
        return [(one.code, one.seq) for one in self.verify(settings, **more).verdict.findings]

    def sql(self, *statements: str) -> None:
        with sqlite3.connect(self.shop.folder / "sceau.db") as database:
            for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement)


class Present(HandClock):
    """The present, or so many minutes from it."""

    def __init__(self, shift_minutes: int = 0) -> None:
        super().__init__(datetime.now(UTC) + timedelta(minutes=shift_minutes))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("tsa")) as made:
        yield made


@pytest.fixture
def there(tmp_path: Path, authority: Authority) -> Iterator[Scene]:
    store = open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True)
    shop = Shop(store, tmp_path, Present())
    ledger = shop.open()
    with witness_of(tmp_path / "w", shop.log_key(ledger)) as (url, vkey, _):
        shop.policy(ledger, timestamp=True, witnesses=(vkey,))
        settings = Settings(tsa_ca=str(authority.folder / "ca.pem"), witnesses=f"{url} {vkey}")
        places = Places(timestamp=TimestampAnchor(authority.url), witnesses={vkey: WitnessAnchor(url, vkey)})
        yield Scene(shop, ledger, settings, shop.anchoring(places), vkey)
    shop.service.close()


def test_anchors_say_how_far_each_promise_goes(there: Scene) -> None:
    assert there.verify().as_json()["anchored"] == {"timestamp": None, "witness": None}
    there.shop.sell(there.ledger, 2)
    size = there.anchor()
    there.shop.sell(there.ledger, 2)
    verified = there.verify()
    assert verified.ok, verified.verdict.findings
    sealed = verified.verdict.proven_until
    there.sql(f"DELETE FROM anchors WHERE size = {size} AND kind = 'witness'")
    lost = there.verify()
    assert (lost.ok, lost.verdict.proven_until) == (False, sealed)
    assert lost.anchored("timestamp") is not None
    stamp, cosignature = verified.anchored("timestamp"), verified.anchored("witness")
    assert stamp is not None
    assert cosignature is not None
    assert (stamp.checkpoint.size, stamp.trusted) == (cosignature.checkpoint.size, cosignature.trusted) == (size, True)
    assert verified.verdict.proven_until > size


def test_what_nobody_outside_vouches_for_is_said_to_be_so(there: Scene) -> None:
    there.anchor()
    verified = there.verify(Settings())
    assert verified.ok, verified.verdict.findings
    told: Any = verified.as_json()["anchored"]
    assert [told[kind]["trusted"] for kind in ("timestamp", "witness")] == [False, False]


def test_a_proof_that_was_taken_away_or_swapped_is_missed(there: Scene) -> None:
    there.shop.sell(there.ledger)
    there.anchor()
    there.shop.sell(there.ledger)
    size = there.anchor()
    placed = [line.seq for line in there.shop.store.lines(there.ledger, size) if line.type == "anchor.placed/1"]
    there.sql(f"DELETE FROM anchors WHERE size = {size} AND kind = 'witness'")
    assert ("anchor_lost", placed[1]) in there.codes()
    there.sql(f"UPDATE anchors SET proof = (SELECT proof FROM anchors WHERE kind = 'timestamp' AND size < {size})"
              f" WHERE kind = 'timestamp' AND size = {size}")  # fmt: skip
    assert {("anchor_lost", placed[0]), ("timestamp", size)} <= set(there.codes())
    there.sql("DELETE FROM anchors", "DELETE FROM checkpoints")
    assert [code for code, _ in there.codes()].count("anchor_lost") == 4


def test_a_proof_that_does_not_hold_is_found(there: Scene) -> None:
    size = there.anchor()
    there.sql(f"UPDATE anchors SET proof = CAST(substr(proof, 1, length(proof) - 4) AS BLOB) WHERE size = {size}")
    assert {("timestamp", size), ("cosignature", size)} <= set(there.codes())


def test_a_stamp_of_an_unknown_authority_does_not_pass_for_a_known_one(there: Scene, tmp_path: Path) -> None:
    size = there.anchor()
    with Authority(tmp_path / "other") as other:
        settings = replace(there.settings, tsa_ca=str(other.folder / "ca.pem"))
        assert ("timestamp", size) in there.codes(settings)


def test_a_kept_checkpoint_of_another_history_is_found(there: Scene) -> None:
    there.shop.sell(there.ledger, 3)
    size = there.anchor()
    there.sql(f"UPDATE checkpoints SET root = zeroblob(32) WHERE size = {size}")
    assert ("column", size) in there.codes()
    there.sql("UPDATE checkpoints SET note = x'00'")
    assert ("checkpoint_foreign", size) in there.codes()


def test_a_tail_cut_below_a_checkpoint_is_found_by_what_is_kept_of_it(there: Scene) -> None:
    there.shop.sell(there.ledger, 3)
    size = there.anchor()
    there.sql(f"DELETE FROM entries WHERE seq >= {size}", f"DELETE FROM seals WHERE last_seq >= {size}")
    assert "behind_checkpoint" in [code for code, _ in there.codes()]


def test_an_anchor_given_as_a_file_counts_when_the_store_lost_all(there: Scene) -> None:
    there.shop.sell(there.ledger, 3)
    size = there.anchor()
    rows = list(there.shop.store.anchors(there.ledger))
    (checkpoint,) = there.shop.store.checkpoints(there.ledger)
    given = [anchor_of_file(anchor_file(row, checkpoint.note)) for row in rows]
    assert given == [(row, checkpoint.note) for row in rows]
    there.sql("DELETE FROM anchors", "DELETE FROM checkpoints")
    verified = there.verify(given=given)
    assert {one.code for one in verified.verdict.findings} == {"anchor_lost"}
    there.sql(f"DELETE FROM entries WHERE seq >= {size}", f"DELETE FROM seals WHERE last_seq >= {size}")
    assert "behind_checkpoint" in [code for code, _ in there.codes(given=given)]


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b'{"size":1}', b"\xff", b'{"at":"","kind":"","note":"%","place":"","proof":"","size":1}'],
)
def test_a_file_that_is_no_anchor_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed, match="anchor"):
        anchor_of_file(data)


def test_hostile_rows_are_found_and_break_nothing(there: Scene) -> None:
    there.shop.sell(there.ledger)
    there.anchor()
    store = there.shop.store
    store.keep_checkpoint(there.ledger, CheckpointRow(2**40, b"", b"x", b"\xff"))
    store.keep_anchor(there.ledger, AnchorRow(-5, "timestamp", "x", "never", b""))
    store.keep_anchor(there.ledger, AnchorRow(2**40, "witness", "x" * 500, "", b"\x00" * 1000))
    codes = {code for code, _ in there.codes()}
    assert codes == {"checkpoint_foreign"}
    there.sql("DROP TABLE anchors")
    assert ("unreadable", 0) in there.codes()


# Times


@pytest.mark.parametrize(("shift", "code"), [(-60, "backdated"), (60, "postdated"), (3, ""), (-3, "")])
def test_a_clock_that_the_authority_does_not_share_is_found(
    tmp_path: Path, authority: Authority, shift: int, code: str
) -> None:
    shop = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path, Present(shift))
    ledger = shop.open(timestamp=True)
    places = Places(timestamp=TimestampAnchor(authority.url))
    scene = Scene(shop, ledger, Settings(tsa_ca=str(authority.folder / "ca.pem")), shop.anchoring(places), "")
    shop.sell(ledger)
    size = scene.anchor()
    shop.sell(ledger)
    first = next(line.seq for line in shop.store.lines(ledger, size) if line.type == "invoice.issued/1")
    wrong = {"backdated": [("backdated", first)], "postdated": [("postdated", 1)], "": []}[code]
    assert scene.codes() == wrong
    shop.service.close()


def test_an_authority_that_was_away_for_hours_makes_nobody_look_backdated(there: Scene) -> None:
    away, there.anchoring = there.anchoring, there.shop.anchoring(Places(timestamp=Moody(cause="unreachable")))
    there.shop.clock.step(timedelta(hours=-3))
    there.shop.clock.passed -= timedelta(hours=3)
    take_checkpoint(there.shop.service, there.ledger, "timer")
    there.anchoring.place(there.ledger)
    there.shop.sell(there.ledger)
    there.shop.later(180)
    there.anchoring = away
    assert all(one.cause is None for one in there.anchoring.place(there.ledger, at_once=True))
    there.shop.sell(there.ledger)
    assert there.codes() == []


def moments(*minutes: int) -> Callable[[int], datetime | None]:
    start = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    known = {seq: start + timedelta(minutes=minute) for seq, minute in enumerate(minutes, 1)}
    return known.get


def at(minute: int) -> datetime:
    found = moments(minute)(1)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("stamp", "found"),
    [
        (Anchored(3, at(2)), []),
        (Anchored(3, at(14)), []),  # entry 4 came at 10: within the tolerance of 5 minutes
        (Anchored(3, at(16)), [("backdated", 4)]),
        (Anchored(5, at(100)), []),
        (Anchored(4, at(5)), []),
        (Anchored(5, at(4)), [("postdated", 4)]),
        (Anchored(5, at(-6)), [("postdated", 1)]),
        (Anchored(4, at(-6)), [("postdated", 1)]),
    ],
)
def test_moments_and_stamps_must_agree(stamp: Anchored, found: list[tuple[str, int]]) -> None:
    at_of = moments(0, 1, 2, 10, 11)
    assert [(one.code, one.seq) for one in wrong_times([stamp], at_of, oldest_of(at_of, set()))] == found


def test_the_talk_of_checkpoints_is_not_backdated() -> None:
    at_of = moments(0, 1, 2, 10, 11)
    assert not list(wrong_times([Anchored(3, at(60))], at_of, oldest_of(at_of, {4, 5})))


def oldest_of(at_of: Callable[[int], datetime | None], talk: set[int]) -> Callable[[int], Oldest | None]:
    def oldest(after: int) -> Oldest | None:
        for seq in range(after + 1, 10):
            moment = at_of(seq)
            if moment is not None and seq not in talk:
                return Oldest(seq, moment)
        return None

    return oldest


@pytest.mark.parametrize(
    ("anchors", "talk", "excused", "found"),
    [
        ([], set(), False, [1]),
        ([], set(), True, []),
        ([Anchored(3, at(60))], set(), False, [4]),
        ([Anchored(3, at(60)), Anchored(5, at(500))], set(), False, []),
        ([Anchored(3, at(60)), Anchored(6, at(620))], set(), False, [4]),
        ([Anchored(5, at(200))], set(), False, [1]),
        ([Anchored(3, at(60))], {4, 5, 6}, False, []),
        ([Anchored(6, at(620))], set(), False, [1]),
    ],
)
def test_a_promise_not_kept_is_a_gap(anchors: list[Anchored], talk: set[int], excused: bool, found: list[int]) -> None:
    at_of = moments(0, 1, 2, 480, 481, 600)
    last = at_of(6)
    assert last is not None
    head = Oldest(6, last)
    told = gaps("time stamp", [Promise(1, 6, 30)], anchors, oldest_of(at_of, talk), lambda *_: excused, head)
    assert [one.seq for one in told if one.code == "anchor_gap"] == found


def test_nothing_promised_is_no_gap() -> None:
    at_of = moments(0, 500, 1000)
    last = at_of(3)
    assert last is not None
    assert not list(gaps("x", [], [], oldest_of(at_of, set()), lambda *_: False, Oldest(3, last)))
    later = list(gaps("x", [Promise(3, 3, 30)], [], oldest_of(at_of, set()), lambda *_: False, Oldest(3, last)))
    assert later == []


def test_a_gap_in_a_real_ledger_is_found_unless_the_failure_was_told(tmp_path: Path) -> None:
    shop = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path)
    ledger = shop.open(timestamp=True, interval_minutes=60)
    there = Scene(shop, ledger, Settings(), shop.anchoring(Places(timestamp=Moody(cause="refused"))), "")
    shop.later(400)
    shop.sell(ledger)
    assert there.codes() == [("anchor_gap", 1)]
    take_checkpoint(shop.service, ledger, "asked")
    there.anchoring.place(ledger)
    assert there.codes() == []
    shop.service.close()


def test_a_failure_told_of_excuses_the_late_stamp_of_its_checkpoint_and_a_week_off_is_no_gap(tmp_path: Path) -> None:
    shop = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path)
    ledger = shop.open(timestamp=True, interval_minutes=60)
    first = opening(next(shop.store.lines(ledger, 0, 1)).line)
    assert first is not None
    tsa = Moody(cause="refused", clock=shop.clock.now)
    anchoring = shop.anchoring(Places(timestamp=tsa))
    proofs: list[Proof] = []

    def found() -> list[str]:
        head = shop.store.head(ledger)
        assert head is not None
        return [one.code for one in look_at_anchors(shop.store, ledger, first, Evidence(tuple(proofs)), head.seq)]

    def placed() -> None:
        (outcome,) = anchoring.place(ledger)
        row = shop.store.last_checkpoint(ledger)
        assert row is not None
        assert outcome.cause is None
        proofs.append(Proof(Checkpoint("", row.size, row.root), shop.clock.now(), "timestamp", "tsa", True))

    shop.later(60)
    take_checkpoint(shop.service, ledger, "timer")
    anchoring.place(ledger)  # in time, and it failed: told of after the checkpoint it is about
    tsa.cause = None
    shop.later(240)
    placed()
    assert found() == []
    shop.sell(ledger)
    shop.later(7 * 24 * 60)
    take_checkpoint(shop.service, ledger, "timer")
    tsa.cause = None
    placed()
    assert found() == []
    shop.service.close()
