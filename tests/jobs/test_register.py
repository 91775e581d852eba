"""The register of a server's ledgers: a whole missing ledger is seen, one anchor serves thousands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import orjson
import pytest

from api.evidence import evidence_from
from api.jobs.checkpointing import take_checkpoint
from api.jobs.integrity import integrity_of
from api.jobs.places import Places
from api.jobs.registering import Registering, compare, noted, register_of
from api.jobs.rounds import Upkeep
from api.settings import Settings
from archive.anchors.timestamp import TimestampAnchor
from ledger.domain.commands.parties import SetAnchorPolicy
from ledger.domain.events.ledger import AnchorPolicy
from ledger.domain.opening import OpenRegister
from ledger.kernel import audit
from ledger.shell.keys import KeyStore
from ledger.shell.opening import Opened
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger
from tests.anchors.authority import Authority
from tests.domain.world import PROFILE
from tests.jobs.server import Moody, Shop
from tests.shell.business import answered, invoice, refused, service_over


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(open_store(f"sqlite:///{tmp_path / 'sceau.db'}", create=True), tmp_path)
    yield made
    made.service.close()


def register(shop: Shop) -> str:
    outcome = shop.service.open_register(OpenRegister(siren=PROFILE.siren, anchors=AnchorPolicy(timestamp=True)))
    assert isinstance(outcome, Opened), outcome
    return outcome.row.ledger


def always() -> bool:
    return True


def test_a_register_is_a_ledger_that_takes_no_sale(shop: Shop) -> None:
    ledger = register(shop)
    assert shop.store.find("register") == register_of(shop.store)
    assert shop.types(ledger) == ["ledger.opened/1"]
    assert refused(shop.service.execute(ledger, invoice())) == "REGISTER_OF_LEDGERS"
    answered(shop.service.execute(ledger, SetAnchorPolicy(anchors=AnchorPolicy(interval_minutes=5))))
    assert refused(shop.service.open_register(OpenRegister(siren=PROFILE.siren, name="again"))) == "ALREADY_EXISTS"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"siren": "123456789"}, "SIREN_INVALID"),
        ({"name": "Not a name"}, "LEDGER_NAME_MALFORMED"),
        ({"anchors": AnchorPolicy(interval_minutes=0)}, "MEMBER_INVALID"),
        ({"time_zone": "Mars/Olympus"}, "MEMBER_INVALID"),
    ],
)
def test_a_register_that_could_not_be_lived_with_is_refused(shop: Shop, members: dict[str, object], code: str) -> None:
    command = OpenRegister(**({"siren": PROFILE.siren} | members))  # type: ignore[arg-type] # one of them is wrong
    assert refused(shop.service.open_register(command)) == code
    assert shop.store.ledgers() == []


def test_every_ledger_is_noted_once_and_again_at_each_checkpoint(shop: Shop) -> None:
    one, two = shop.open("one"), shop.open("two")
    ledger = register(shop)
    registering = Registering(shop.service)
    assert registering.run() == 2
    assert registering.run() == 0
    size = take_checkpoint(shop.service, one, "asked").size
    assert registering.run() == 1
    three = shop.open("three")
    assert registering.run() == 1
    known = noted(shop.store, ledger)[0]
    assert {name: entry.size for name, entry in known.items()} == {one: size, two: 0, three: 0}
    assert known[one].root == shop.store.last_checkpoint(one).root.hex()  # type: ignore[union-attr] # it was just made
    assert len({entry.stream for entry in known.values()}) == 3
    assert compare(shop.store, ledger) == []


def test_two_processes_note_a_ledger_once(shop: Shop) -> None:
    for number in range(3):
        shop.open(f"l{number}")
    ledger = register(shop)
    other = service_over(open_store(f"sqlite:///{shop.folder / 'sceau.db'}"), shop.folder / "keys", shop.clock)
    first, second = Registering(shop.service), Registering(other)
    assert first.run() == 3
    assert second.run() == 0
    shop.open("l3")
    assert second.run() == 1
    assert first.run() == 0
    assert shop.types(ledger).count("register.ledger_added/1") == 4
    other.close()


def test_two_processes_at_once_agree_on_a_ledger_in_the_end(shop: Shop) -> None:
    one = shop.open("one")
    ledger = register(shop)
    other = service_over(open_store(f"sqlite:///{shop.folder / 'sceau.db'}"), shop.folder / "keys", shop.clock)
    rivals = [Registering(shop.service), Registering(other)]
    gate = Barrier(2)
    failures: list[BaseException] = []

    def work(registering: Registering) -> None:
        try:
            gate.wait()
            registering.run()
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=work, args=(each,)) for each in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for each in rivals:
        size = take_checkpoint(shop.service, one, "asked").size
        shop.sell(one)
        assert each.run() == 1
        heads = [line for line in shop.store.lines(ledger) if line.type == "register.head_noted/1"]
        assert heads[-1].stream == noted(shop.store, ledger)[0][one].stream
        assert noted(shop.store, ledger)[0][one].size == size
    other.close()


def test_the_round_of_a_server_keeps_it_and_one_anchor_serves_all(shop: Shop) -> None:
    ledgers = [shop.open(f"l{number}") for number in range(4)]
    ledger = register(shop)
    upkeep = Upkeep(shop.service, shop.clock.now, Registering(shop.service))
    tsa = Moody(clock=shop.clock.now)
    anchoring = shop.anchoring(Places(timestamp=tsa))
    shop.later(60)
    for one in ledgers:
        shop.sell(one)
    upkeep.run(always)  # each ledger's timer, and the register notes them
    shop.later(60)
    upkeep.run(always)  # the register's own timer
    for row in shop.store.ledgers():
        anchoring.place(row.ledger)
    assert [target.ledger for target in tsa.got] == [ledger]
    covered = tsa.got[0].head.size
    bodies = [orjson.loads(line.line)["entry"]["body"] for line in shop.store.lines(ledger, 0, covered)
              if line.type == "register.head_noted/1"]  # fmt: skip
    assert {body["registered"] for body in bodies} == set(ledgers)
    before = shop.types(ledger)
    for _ in range(3):  # nothing happens: the register does not talk to itself
        shop.later(61)
        upkeep.run(always)
        anchoring.place(ledger)
    assert [kind for kind in shop.types(ledger)[len(before) :] if kind == "register.head_noted/1"] == []
    assert not any(kind == "period.closed/1" for kind in shop.types(ledger))


def test_the_register_verifies_like_any_ledger(shop: Shop) -> None:
    shop.open()
    ledger = register(shop)
    Registering(shop.service).run()
    take_checkpoint(shop.service, ledger, "asked")
    url = f"sqlite:///{shop.folder / 'sceau.db'}"
    verified = verify_ledger(url, shop.store, KeyStore(shop.folder / "keys"), ledger, processes=1)
    assert verified.ok, verified.verdict.findings
    assert verified.verdict.kind == "register"


def test_an_anchor_of_the_register_is_one_of_every_ledger_in_it(shop: Shop, tmp_path: Path) -> None:
    shop.clock.wall = datetime.now(UTC)  # a real authority's clock cannot be set
    one, two = shop.open("one"), shop.open("two")
    ledger = register(shop)
    registering = Registering(shop.service)
    with Authority(tmp_path / "tsa") as authority:
        anchoring = shop.anchoring(Places(timestamp=TimestampAnchor(authority.url)))
        shop.sell(one)
        sizes = {name: take_checkpoint(shop.service, name, "asked").size for name in (one, two)}
        registering.run()
        take_checkpoint(shop.service, ledger, "asked")
        assert [outcome.cause for outcome in anchoring.place(ledger)] == [None]
        # What is noted after the anchor does not count
        shop.sell(two)
        take_checkpoint(shop.service, two, "asked")
        registering.run()
        settings = Settings(tsa_ca=str(tmp_path / "tsa" / "ca.pem"))
    url = f"sqlite:///{shop.folder / 'sceau.db'}"
    for name, size in sizes.items():
        found = integrity_of(shop.service, name, shop.clock.now())
        assert found.windows.timestamp.last is not None
        assert (found.windows.timestamp.last.size, found.windows.timestamp.last.place) == (size, "register/tsa")
        assert found.windows.witness.last is None
        evidence = evidence_from(settings, shop.store, name, register=ledger)
        keys = KeyStore(shop.folder / "keys")
        verified = verify_ledger(url, shop.store, keys, name, evidence=evidence, processes=1)
        best = verified.anchored("timestamp")
        assert best is not None
        assert (best.checkpoint.size, best.place, best.trusted) == (size, "register/tsa", True)
    # When a ledger is rewritten with the keys, what the register had stamped contradicts it
    root = shop.store.last_checkpoint(one)
    assert root is not None
    attack(
        shop,
        f"DELETE FROM entries WHERE ledger_id = '{one}' AND seq >= {sizes[one]}",
        f"DELETE FROM seals WHERE ledger_id = '{one}' AND last_seq >= {sizes[one]}",
        f"DELETE FROM checkpoints WHERE ledger_id = '{one}'",
    )
    evidence = evidence_from(settings, shop.store, one, register=ledger)
    verified = verify_ledger(url, shop.store, None, one, evidence=evidence, processes=1)
    assert "behind_checkpoint" in {finding.code for finding in verified.verdict.findings}


def test_a_register_that_was_rewritten_vouches_for_nothing(shop: Shop, tmp_path: Path) -> None:
    one = shop.open("one")
    ledger = register(shop)
    with Authority(tmp_path / "tsa") as authority:
        take_checkpoint(shop.service, one, "asked")
        Registering(shop.service).run()
        take_checkpoint(shop.service, ledger, "asked")
        shop.anchoring(Places(timestamp=TimestampAnchor(authority.url))).place(ledger)
        settings = Settings(tsa_ca=str(tmp_path / "tsa" / "ca.pem"))
    opening_of = audit.opening(next(shop.store.lines(one, 0, 1)).line)
    assert evidence_from(settings, shop.store, one, register=ledger)(opening_of).proofs
    attack(shop, "UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'system', 'user:eve') AS BLOB)"
                 f" WHERE ledger_id = '{ledger}' AND seq = 2")  # fmt: skip
    assert evidence_from(settings, shop.store, one, register=ledger)(opening_of).proofs == ()


def attack(shop: Shop, *statements: str) -> None:
    with sqlite3.connect(shop.folder / "sceau.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)


def test_a_whole_ledger_that_is_gone_or_set_back_or_another_is_seen(shop: Shop) -> None:
    gone, back, other, sound = (shop.open(name) for name in ("gone", "back", "other", "sound"))
    ledger = register(shop)
    for one in (gone, back, other, sound):
        shop.sell(one)
        take_checkpoint(shop.service, one, "asked")
    Registering(shop.service).run()
    head = shop.store.head(back)
    assert head is not None
    for table in ("entries", "seals", "disclosures", "operations", "heads", "ledgers"):
        attack(shop, f"DELETE FROM {table} WHERE ledger_id = '{gone}'")
    attack(
        shop,
        f"DELETE FROM entries WHERE ledger_id = '{back}' AND seq > 3",
        f"UPDATE heads SET seq = 3 WHERE ledger_id = '{back}'",
        f"UPDATE entries SET fingerprint = '{'ab' * 32}' WHERE ledger_id = '{other}'",
    )
    found = {(one.ledger, one.code, one.seq) for one in compare(shop.store, ledger)}
    assert found == {
        (gone, "ledger_missing", head.seq - 1),
        (back, "ledger_behind_register", 4),
        (other, "ledger_differs", 1),
    }
