"""Checkpoints reach their places; a place that fails is tried again, told of seldom, and holds nobody up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.jobs.anchoring import told_failures
from api.jobs.checkpointing import take_checkpoint
from api.jobs.integrity import in_words, integrity_of
from api.jobs.places import Places, places_from
from api.jobs.rounds import Placing, Unanchored
from api.settings import Settings, SettingsError
from archive.anchors.anchor import Placed, Target
from archive.anchors.stamps import check, load_roots
from archive.anchors.timestamp import TimestampAnchor
from archive.anchors.witness import WitnessAnchor
from ledger.domain.events.ledger import AnchorPolicy
from ledger.kernel.checkpoint import cosignature_time
from ledger.kernel.note import parse_vkey
from ledger.shell.stores.open import open_store
from tests.anchors.authority import Authority
from tests.jobs.server import Moody, Shop, witness_of


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path)
    yield made
    made.service.close()


def events(shop: Shop, ledger: str, kind: str) -> list[dict[str, Any]]:
    return [orjson.loads(line.line)["entry"]["body"] for line in shop.store.lines(ledger) if line.type == kind]


def always() -> bool:
    return True


def test_a_checkpoint_reaches_every_place_its_policy_wants(shop: Shop, tmp_path: Path) -> None:
    ledger = shop.open()
    with Authority(tmp_path / "tsa") as authority, witness_of(tmp_path / "w", shop.log_key(ledger)) as (url, vkey, _):
        roots = load_roots(authority.root)
        places = Places(
            timestamp=TimestampAnchor(authority.url, roots),
            directory=shop.directory(),
            witnesses={vkey: WitnessAnchor(url, vkey)},
        )
        shop.policy(ledger, timestamp=True, directory=True, witnesses=(vkey,))
        anchoring = shop.anchoring(places)
        assert anchoring.place(ledger) == []
        for _ in range(2):  # the second time with a proof from the first
            shop.sell(ledger, 3)
            row = take_checkpoint(shop.service, ledger, "asked")
            outcomes = anchoring.place(ledger)
            assert [(one.kind, one.cause, one.size) for one in outcomes] == [
                ("timestamp", None, row.size),
                ("witness", None, row.size),
                ("directory", None, row.size),
            ]
            assert anchoring.place(ledger) == []
        kept = {one.kind: one for one in shop.store.anchors(ledger, row.size - 1)}
        assert check(kept["timestamp"].proof, row.note, roots).trusted
        assert cosignature_time(kept["witness"].proof, parse_vkey(vkey)) == 1_795_000_000
        files = sorted(path.name for path in (shop.folder / "elsewhere" / ledger).iterdir())
        assert [name for name in files if name.startswith(f"{row.size:012d}")] == [
            f"{row.size:012d}.note",
            f"{row.size:012d}.tsa.tsr",
            f"{row.size:012d}.w1.example_sceau.cosigned",
        ]
        told = events(shop, ledger, "anchor.placed/1")
        assert len(told) == 6
        assert {(one["kind"], one["proof"]) for one in told if one["size"] == row.size} == {
            (kind, sha256(one.proof).hexdigest()) for kind, one in kept.items()
        }
    assert integrity_of(shop.service, ledger, shop.clock.now()).windows.witness.minutes == 0


def test_a_place_that_fails_is_left_longer_each_time_and_told_of_once_an_hour(shop: Shop) -> None:
    ledger = shop.open(timestamp=True)
    tsa = Moody(cause="refused")
    anchoring = shop.anchoring(Places(timestamp=tsa))
    take_checkpoint(shop.service, ledger, "asked")
    tried: list[int] = []
    for second in range(0, 3 * 3600, 10):
        before = tsa.tries
        anchoring.place(ledger)
        if tsa.tries > before:
            tried.append(second)
        shop.clock.pass_by(timedelta(seconds=10))
    gaps = [after - before for before, after in pairwise(tried)]
    assert gaps[:6] == [30, 60, 120, 240, 480, 960]
    assert max(gaps) <= 3600 + 10
    told = events(shop, ledger, "anchor.failed/1")
    assert told[0]["attempt"] == 1
    assert 2 <= len(told) <= 4
    assert told_failures(shop.store, ledger)["timestamp", "tsa"]["cause"] == "refused"
    tsa.cause = None
    shop.later(61)
    assert anchoring.place(ledger)[0].cause is None
    assert told_failures(shop.store, ledger) == {}


def test_a_restart_does_not_fill_the_ledger_with_failures(shop: Shop) -> None:
    ledger = shop.open(timestamp=True)
    take_checkpoint(shop.service, ledger, "asked")
    for _ in range(20):  # a process that starts, fails and ends
        shop.anchoring(Places(timestamp=Moody(cause="unreachable"))).place(ledger)
        shop.later(1)
    assert len(events(shop, ledger, "anchor.failed/1")) == 1


def test_a_place_that_is_away_is_asked_once_for_all_ledgers(shop: Shop) -> None:
    ledgers = [shop.open(f"l{number}", timestamp=True) for number in range(5)]
    for ledger in ledgers:
        take_checkpoint(shop.service, ledger, "asked")
    tsa = Moody(cause="unreachable")
    anchoring = shop.anchoring(Places(timestamp=tsa))
    for ledger in ledgers:
        anchoring.place(ledger)
    assert tsa.tries == 1
    tsa.cause = None
    shop.later(1)
    for ledger in ledgers:
        assert anchoring.place(ledger)[0].at is not None


def test_what_was_not_configured_is_said(shop: Shop) -> None:
    ledger = shop.open(timestamp=True, mail=True, witnesses=("w1.example+00000000+AAAA",))
    take_checkpoint(shop.service, ledger, "asked")
    outcomes = shop.anchoring(Places()).place(ledger)
    assert [(one.kind, one.place, one.cause) for one in outcomes] == [
        ("timestamp", "tsa", "not_configured"),
        ("witness", "unknown", "not_configured"),
        ("mail", "accountant", "not_configured"),
    ]


def test_a_folder_and_an_object_store_are_two_copies(shop: Shop) -> None:
    ledger = shop.open(directory=True)
    row = take_checkpoint(shop.service, ledger, "asked")
    objects = Moody("directory", "object-store", clock=shop.clock.now)
    both = shop.anchoring(Places(directory=shop.directory(), objects=objects)).place(ledger)
    assert [(one.kind, one.place, one.cause) for one in both] == [
        ("directory", "directory", None),
        ("directory", "object-store", None),
    ]
    assert [one.head.size for one in objects.got] == [row.size]
    assert integrity_of(shop.service, ledger, shop.clock.now()).windows.witness.minutes == 0
    alone = Places(objects=objects).wanted(AnchorPolicy(directory=True))
    assert [(one.place, one.anchor) for one in alone] == [("object-store", objects)]


def test_one_place_that_fails_does_not_hold_the_others_up(shop: Shop) -> None:
    ledger = shop.open(timestamp=True, directory=True)
    take_checkpoint(shop.service, ledger, "asked")
    places = Places(timestamp=Moody(cause="unreachable"), directory=shop.directory())
    assert [one.cause for one in shop.anchoring(places).place(ledger)] == ["unreachable", None]
    shop.sell(ledger)  # and invoicing goes on


def test_a_place_whose_code_fails_does_not_hold_the_others_up_either(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = shop.open(timestamp=True, directory=True)
    take_checkpoint(shop.service, ledger, "asked")

    class Broken(Moody):
        def put(self, target: Target) -> Placed:
            raise ZeroDivisionError

    outcomes = shop.anchoring(Places(timestamp=Broken(), directory=shop.directory())).place(ledger)
    assert [one.cause for one in outcomes] == ["failed", None]
    assert events(shop, ledger, "anchor.failed/1")[0]["cause"] == "failed"
    assert "ZeroDivisionError" in caplog.text


def test_a_machine_that_was_off_says_so_once(shop: Shop) -> None:
    ledger = shop.open(timestamp=True, directory=True, interval_minutes=60)
    tsa = Moody(clock=shop.clock.now)
    anchoring = shop.anchoring(Places(timestamp=tsa, directory=shop.directory()))
    take_checkpoint(shop.service, ledger, "asked")
    anchoring.place(ledger)
    shop.sell(ledger)
    shop.later(7 * 24 * 60)  # off for a week
    take_checkpoint(shop.service, ledger, "timer")
    anchoring.place(ledger)
    told = events(shop, ledger, "anchor.failed/1")
    assert [(one["kind"], one["cause"]) for one in told] == [("timestamp", "late")]
    assert told_failures(shop.store, ledger) == {}
    shop.sell(ledger)
    shop.later(30)
    take_checkpoint(shop.service, ledger, "timer")
    anchoring.place(ledger)
    assert len(events(shop, ledger, "anchor.failed/1")) == 1


def test_after_a_week_off_what_fails_then_is_told_too(shop: Shop) -> None:
    ledger = shop.open(timestamp=True, interval_minutes=60)
    shop.later(7 * 24 * 60)
    take_checkpoint(shop.service, ledger, "timer")
    shop.anchoring(Places(timestamp=Moody(cause="refused"))).place(ledger)
    assert [one["cause"] for one in events(shop, ledger, "anchor.failed/1")] == ["late", "refused"]


def test_a_policy_set_on_an_old_ledger_is_not_late(shop: Shop) -> None:
    ledger = shop.open()
    shop.later(7 * 24 * 60)
    shop.policy(ledger, timestamp=True)
    take_checkpoint(shop.service, ledger, "asked")
    shop.anchoring(Places(timestamp=Moody(clock=shop.clock.now))).place(ledger)
    assert events(shop, ledger, "anchor.failed/1") == []


def test_mail_goes_out_once_a_day_or_when_asked_for(shop: Shop) -> None:
    ledger = shop.open(mail=True)
    box = Moody("mail", "accountant", clock=shop.clock.now)
    anchoring = shop.anchoring(Places(mail=box))
    for _ in range(30):
        shop.sell(ledger)
        take_checkpoint(shop.service, ledger, "asked")
        anchoring.place(ledger)
        shop.later(60)
    assert len(box.got) == 2
    shop.sell(ledger)
    take_checkpoint(shop.service, ledger, "asked")
    anchoring.place(ledger, at_once=True)
    assert len(box.got) == 3


def test_both_windows_are_told_apart(shop: Shop) -> None:
    ledger = shop.open(timestamp=True, directory=True)
    shop.sell(ledger)
    tsa = Moody(clock=shop.clock.now)
    take_checkpoint(shop.service, ledger, "asked")
    shop.anchoring(Places(timestamp=tsa, directory=shop.directory())).place(ledger)
    first = integrity_of(shop.service, ledger, shop.clock.now())
    assert (first.windows.timestamp.minutes, first.windows.witness.minutes) == (0, 0)
    shop.sell(ledger)
    shop.later(40)
    take_checkpoint(shop.service, ledger, "asked")
    shop.anchoring(Places(timestamp=tsa, directory=Moody("directory", "directory", "unreachable"))).place(ledger)
    shop.sell(ledger)
    shop.later(20)
    found = integrity_of(shop.service, ledger, shop.clock.now())
    assert (found.windows.timestamp.minutes, found.windows.witness.minutes) == (20, 60)
    assert found.windows.timestamp.entries < found.windows.witness.entries
    told = found.as_json()
    assert told["unanchored"]["witness"]["kind"] == "directory"
    assert [(one["kind"], "failing" in one) for one in told["places"]] == [("directory", True), ("timestamp", False)]
    assert "20 minutes, since timestamp tsa" in in_words(found.windows.timestamp)
    assert orjson.loads(orjson.dumps(told)) == told


def test_a_ledger_that_was_never_anchored_says_since_when(shop: Shop) -> None:
    ledger = shop.open()
    shop.later(90)
    window = integrity_of(shop.service, ledger, shop.clock.now()).windows.witness
    assert (window.minutes, window.last) == (90, None)
    assert "since entry 1" in in_words(window)


def test_the_widest_windows_are_told_for_metrics(shop: Shop) -> None:
    one, two = shop.open("one", timestamp=True), shop.open("two")
    take_checkpoint(shop.service, one, "asked")
    shop.later(30)
    found: list[Unanchored] = []
    anchoring = shop.anchoring(Places(timestamp=Moody(clock=shop.clock.now)))
    Placing(shop.service, anchoring, shop.clock.now, found.append).run(always)
    (widest,) = found
    assert widest.timestamp_minutes == widest.witness_minutes == 30
    head = shop.store.head(two)
    assert head is not None
    assert widest.timestamp_entries == head.seq


# Settings


def test_settings_become_places(tmp_path: Path, shop: Shop) -> None:
    ledger = shop.open()
    with witness_of(tmp_path / "w", shop.log_key(ledger)) as (url, vkey, _), Authority(tmp_path / "tsa") as authority:
        settings = Settings.from_environment(
            {
                "SCEAU_TSA_URL": authority.url,
                "SCEAU_TSA_CA": str(tmp_path / "tsa" / "ca.pem"),
                "SCEAU_WITNESSES": f"{url}/ {vkey} , ",
                "SCEAU_SMTP_URL": "smtps://u:p@mail.example",
                "SCEAU_SMTP_FROM": "a@b.example",
                "SCEAU_ANCHOR_MAIL": "c@d.example",
                "SCEAU_ANCHOR_DIRECTORY": str(tmp_path),
            }
        )
        places = places_from(settings, shop.clock.now)
        shop.policy(ledger, timestamp=True, witnesses=(vkey,), directory=True)
        take_checkpoint(shop.service, ledger, "asked")
        assert [one.cause for one in shop.anchoring(places).place(ledger)] == [None, None, None]
    assert places.mail is not None
    assert "smtps" not in repr(settings)
    assert "d.example" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SCEAU_TSA_URL": "tsa.example"}, "SCEAU_TSA_URL"),
        ({"SCEAU_TSA_URL": "https://tsa.example", "SCEAU_TSA_CA": "/nowhere"}, "SCEAU_TSA_CA"),
        ({"SCEAU_WITNESSES": "https://w.example"}, "SCEAU_WITNESSES"),
        ({"SCEAU_WITNESSES": "https://w.example w.example+00000000+AAAA"}, "SCEAU_WITNESSES"),
        ({"SCEAU_ANCHOR_PUT_URL": "https://secret.example/"}, "SCEAU_ANCHOR_PUT_URL"),
        ({"SCEAU_SMTP_URL": "smtps://h", "SCEAU_ANCHOR_MAIL": "secret@b"}, "SCEAU_SMTP_FROM"),
        ({"SCEAU_SMTP": "x", "SCEAU_SMTP_FROM": "a@b", "SCEAU_ANCHOR_MAIL": "secret@b"}, "SCEAU_SMTP"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(shop: Shop, variables: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as wrong:
        places_from(Settings.from_environment(variables), shop.clock.now)
    assert "secret" not in str(wrong.value)
