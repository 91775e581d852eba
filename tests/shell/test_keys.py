"""Keys: encrypted at rest, never guessed at, held to the high-water mark, changed by an entry that two keys sign."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.events.ledger import KeyChanged
from ledger.domain.streams.ledger import LEDGER as LEDGER_KIND
from ledger.kernel import checkpoint, key_change, merkle, note, seal
from ledger.kernel.errors import Break
from ledger.shell.errors import BehindMark, KeyMissing, Unavailable
from ledger.shell.keys import KeyStore, passphrase_file, passphrase_from
from ledger.shell.mark import Mark, MarkFile
from ledger.shell.opening import Opened
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore, Shelf
from tests.faults.checker import walk
from tests.shell.business import answered, invoice, opened, opening, service_over

LEDGER = "0e2f7a54-1111-8222-8333-123456789abc"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_over(MemoryStore(), tmp_path / "keys") as service:
        yield service


def public(service: Service, ledger: str) -> ec.EllipticCurvePublicKey:
    (form,) = service.keys.public_keys(ledger).values()
    key = load_der_public_key(form)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


# ---- at rest


def test_keys_are_encrypted_and_their_owner_s_alone(service: Service) -> None:
    made = opened(service)
    folder = service.keys.root / made.row.ledger
    private = [*folder.glob("*.pem")]
    assert len(private) == 3
    for path in private:
        assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_recovery_key_is_written_once_where_it_is_asked_for(service: Service, tmp_path: Path) -> None:
    safe = tmp_path / "usb-stick.pem"
    made = service.open_ledger(opening(), recovery_file=str(safe))
    assert isinstance(made, Opened)
    ledger = service.find("atelier").ledger
    assert "recovery" not in " ".join(path.name for path in (service.keys.root / ledger).iterdir())
    assert service.keys.recovery_signer(safe).key_id == service.keys.facts(ledger).recovery_key
    with pytest.raises(FileExistsError):
        service.open_ledger(opening("other"), recovery_file=str(safe))


def test_a_live_ledger_is_not_opened_without_a_passphrase(tmp_path: Path) -> None:
    service = Service(MemoryStore(), KeyStore(tmp_path / "keys"))
    with pytest.raises(KeyMissing):
        service.open_ledger(opening())
    opened(service, "ecole", kind="training")
    answered(service.execute("ecole", invoice(), actor="user:apprentice"))
    service.close()


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="12"):
        KeyStore(tmp_path, b"hunter2")


def test_a_wrong_passphrase_is_told_and_never_shown(service: Service, tmp_path: Path) -> None:
    opened(service)
    wrong = Service(service.store, KeyStore(tmp_path / "keys", b"another secret"))
    with pytest.raises(KeyMissing) as told:
        wrong.execute("atelier", invoice())
    assert "another secret" not in repr(told.value)
    assert told.value.__cause__ is None
    wrong.stop()


def test_the_passphrase_comes_from_a_setting_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "run" / "passphrase"
    made = passphrase_file(file, create=True)
    assert len(made) >= 40
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert passphrase_from({"SCEAU_KEY_PASSPHRASE_FILE": str(file)}) == made == passphrase_file(file, create=True)
    assert passphrase_from({"SCEAU_KEY_PASSPHRASE": "said aloud, long"}) == b"said aloud, long"
    assert passphrase_from({}) is None
    with pytest.raises(KeyMissing):
        passphrase_from({"SCEAU_KEY_PASSPHRASE_FILE": str(tmp_path / "nowhere")})


def test_seals_verify_with_the_public_half_alone(service: Service) -> None:
    made = opened(service)
    answered(service.execute("atelier", invoice()))
    locked = KeyStore(service.keys.root)
    assert locked.facts(made.row.ledger).genesis == made.genesis
    walk(service.store, made.row.ledger, public(service, made.row.ledger))


def test_a_key_service_signs_in_place_of_the_file(service: Service) -> None:
    made = opened(service)
    asked: list[bytes] = []

    class Remote:
        """Another process that holds the key, as far as Sceau can tell."""

        def __init__(self, inner: seal.Signer) -> None:
            self._inner = inner
            self.key_id, self.public_der = inner.key_id, inner.public_der

        def sign(self, message: bytes) -> bytes:
            asked.append(message)
            return self._inner.sign(message)

    local = service.keys.seal_signer(made.row.ledger, next(iter(service.keys.public_keys(made.row.ledger))))
    remote = KeyStore(service.keys.root, load=lambda _: Remote(local))
    other = Service(service.store, remote)
    answered(other.execute("atelier", invoice()))
    assert len(asked) == 1
    assert asked[0].startswith(b"sceau-seal/1\n")
    other.stop()


# ---- the mark


marks = st.builds(
    Mark,
    st.just(LEDGER),
    st.integers(0, 2**53 - 1),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.integers(0, 2**53 - 1),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
)


@given(marks)
def test_a_mark_fits_its_slot_and_reads_back(mark: Mark) -> None:
    assert len(mark.encode()) == 512
    assert Mark.decode(mark.encode()) == mark


@given(marks, st.integers(0, 511), st.integers(1, 255))
def test_a_slot_with_one_wrong_byte_is_no_mark(mark: Mark, place: int, change: int) -> None:
    torn = bytearray(mark.encode())
    torn[place] ^= change
    assert Mark.decode(bytes(torn)) is None


def test_the_mark_outlives_a_torn_slot(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    MarkFile.create(path, Mark(LEDGER))
    file = MarkFile(path)
    file.raise_to(Mark(LEDGER, 5, "5" * 64, "5" * 64))
    file.sync()
    file.raise_to(Mark(LEDGER, 9, "9" * 64, "9" * 64))
    data = bytearray(path.read_bytes())
    data[100:140] = b"\0" * 40  # a power cut in the middle of the quick slot
    path.write_bytes(bytes(data))
    assert MarkFile(path).read().seq == 5


def test_a_mark_never_goes_down_whoever_writes(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    MarkFile.create(path, Mark(LEDGER))
    one, other = MarkFile(path), MarkFile(path)
    one.raise_to(Mark(LEDGER, 5, "5" * 64, "5" * 64))
    other.raise_to(Mark(LEDGER, 8, "8" * 64, "8" * 64, 3, "3" * 64))
    one.raise_to(Mark(LEDGER, 6, "6" * 64, "6" * 64))
    assert other.read() == Mark(LEDGER, 8, "8" * 64, "8" * 64, 3, "3" * 64)


def test_every_durable_write_leaves_one_slot_untouched(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    MarkFile.create(path, Mark(LEDGER))
    file = MarkFile(path)
    before = path.read_bytes()
    for seq in range(1, 6):
        file.raise_to(Mark(LEDGER, seq, "a" * 64, "b" * 64))
        file.sync()
        after = path.read_bytes()
        changed = [n for n in (1, 2) if before[512 * n : 512 * n + 512] != after[512 * n : 512 * n + 512]]
        assert len(changed) == 1
        before = after


def test_the_mark_stands_at_the_last_seal_before_anybody_is_answered(service: Service) -> None:
    made = opened(service)
    for _ in range(5):
        last = answered(service.execute("atelier", invoice())).entries[-1]
        mark = service.keys.mark(made.row.ledger)
        assert (mark.seq, mark.head) == (last.seq, last.fingerprint)


def test_a_crash_between_commit_and_mark_heals_at_the_next_start(tmp_path: Path) -> None:
    shelf = Shelf()
    first = service_over(MemoryStore(shelf), tmp_path / "keys")
    made = opened(first)
    first.stop()
    early = (tmp_path / "keys" / made.row.ledger / "mark").read_bytes()
    again = service_over(MemoryStore(shelf), tmp_path / "keys")
    for _ in range(4):
        answered(again.execute("atelier", invoice()))
    again.stop()
    (tmp_path / "keys" / made.row.ledger / "mark").write_bytes(early)
    third = service_over(MemoryStore(shelf), tmp_path / "keys")
    answered(third.execute("atelier", invoice()))
    found = walk(third.store, made.row.ledger)
    assert third.keys.mark(made.row.ledger).seq == found.entries
    third.close()


def test_a_lost_mark_stops_writing_until_a_person_vouches(service: Service, tmp_path: Path) -> None:
    made = opened(service)
    service.stop()
    (tmp_path / "keys" / made.row.ledger / "mark").unlink()
    second = service_over(service.store, tmp_path / "keys")
    with pytest.raises(KeyMissing):
        second.execute("atelier", invoice())
    assert second.state("atelier", LEDGER_KIND, "self") is not None
    second.keys.accept_head(made.row.ledger, service.store)
    answered(second.execute("atelier", invoice()))
    with pytest.raises(FileExistsError):
        second.keys.accept_head(made.row.ledger, service.store)
    second.stop()


def test_a_mark_that_cannot_be_written_stops_signing_until_it_can(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(service)
    answered(service.execute("atelier", invoice()))

    def full(self: MarkFile, mark: Mark) -> Mark:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(MarkFile, "raise_to", full)
        kept = answered(service.execute("atelier", invoice()))  # it was committed: it is answered for
        with pytest.raises(Unavailable):
            service.execute("atelier", invoice())
    assert answered(service.execute("atelier", invoice())).result["number"] == "F-00003"
    found = walk(service.store, made.row.ledger)
    assert found.fingerprints[kept.entries[0].seq] == kept.entries[0].fingerprint
    assert service.keys.mark(made.row.ledger).seq == found.entries


# ---- what the signer refuses


def test_the_signer_signs_nothing_but_what_follows_its_mark(service: Service) -> None:
    made = opened(service)
    answered(service.execute("atelier", invoice()))
    keys = service.keys.open(made.row.ledger, service.store)
    head = keys.catch_up(service.store)
    facts = keys.facts

    def text(first: int, prev: str, ledger: str = facts.ledger, key: str = keys.key_id) -> bytes:
        return seal.seal_text(ledger, facts.genesis, first, first, "a" * 64, prev, key)

    for wrong in (
        text(head.seq, head.seal),
        text(head.seq + 2, head.seal),
        text(head.seq + 1, "0" * 64),
        text(head.seq + 1, head.seal, LEDGER),
        text(head.seq + 1, head.seal, facts.ledger, "f" * 64),
    ):
        with pytest.raises(Break):
            keys.sign(wrong)
    first = keys.sign(text(head.seq + 1, head.seal))
    # a failed append may be signed anew, and a second seal of the same append follows the first
    assert keys.sign(text(head.seq + 1, head.seal)) == first
    digest = seal.seal_digest(text(head.seq + 1, head.seal), first)
    keys.sign(text(head.seq + 2, digest))


def test_a_checkpoint_extends_the_last_one_or_is_not_signed(service: Service) -> None:
    made = opened(service)
    answered(service.execute("atelier", invoice()))
    keys = service.keys.open(made.row.ledger, service.store)
    leaves = [bytes.fromhex(line.fingerprint) for line in service.store.lines(made.row.ledger)]
    tree = merkle.Tree(leaves)
    signed = keys.sign_checkpoint(4, tree.root(4))
    origin = checkpoint.origin(keys.facts.origin, made.row.ledger)
    named = note.parse_vkey(keys.facts.checkpoint_key)
    assert checkpoint.open_checkpoint(signed, note.VerifierKey(origin, note.ED25519, named.public)).size == 4
    with pytest.raises(Break):
        keys.sign_checkpoint(3, tree.root(3))
    with pytest.raises(Break):
        keys.sign_checkpoint(7, b"\1" * 32, tree.consistency(4, 7))
    with pytest.raises(Break):
        keys.sign_checkpoint(len(leaves) + 1, tree.root())
    keys.sign_checkpoint(7, tree.root(7), tree.consistency(4, 7))
    mark = service.keys.mark(made.row.ledger)
    assert (mark.size, mark.root, mark.seq) == (7, tree.root(7).hex(), len(leaves))


# ---- changing keys


def key_of_last_seal(service: Service, ledger: str) -> str:
    return seal.parse(list(service.store.seals(ledger))[-1].text).key


def check_change(service: Service, ledger: str, old: str) -> KeyChanged:
    """Check the last key change as the format says, from the entry alone."""
    line = list(service.store.lines(ledger, types=["key.changed/1"]))[-1]
    body = json.loads(line.line)["entry"]["body"]
    facts = service.keys.facts(ledger)
    statement, change = key_change.from_body(ledger, facts.genesis, body)
    assert key_change.check(statement, change, old, facts.recovery_key) is None
    record = list(service.entries(ledger, types=["key.changed/1"]))[-1].record
    assert isinstance(record, KeyChanged)
    return record


def test_a_routine_change_is_signed_by_both_keys_and_sealed_by_the_new_one(service: Service) -> None:
    made = opened(service)
    answered(service.execute("atelier", invoice()))
    old = key_of_last_seal(service, made.row.ledger)
    new = service.change_seal_key("atelier", "routine")
    assert key_of_last_seal(service, made.row.ledger) == new != old
    assert check_change(service, made.row.ledger, old).authorised_by == "outgoing"
    answered(service.execute("atelier", invoice()))  # the running writer takes the new key up
    assert key_of_last_seal(service, made.row.ledger) == new
    assert set(service.keys.public_keys(made.row.ledger)) == {old, new}
    assert [path.name for path in (service.keys.root / made.row.ledger).glob("seal-*.pem")] == [f"seal-{new[:16]}.pem"]
    walk(service.store, made.row.ledger)


def test_a_lost_key_is_replaced_by_the_recovery_key(service: Service, tmp_path: Path) -> None:
    made = opened(service)
    answered(service.execute("atelier", invoice()))
    service.stop()
    old = key_of_last_seal(service, made.row.ledger)
    safe = tmp_path / "safe.pem"
    shutil.move(made.recovery_file, safe)
    (service.keys.root / made.row.ledger / f"seal-{old[:16]}.pem").unlink()
    second = service_over(service.store, tmp_path / "keys")
    with pytest.raises(KeyMissing):
        second.execute("atelier", invoice())
    with pytest.raises(KeyMissing):
        second.change_seal_key("atelier", "lost")
    second.change_seal_key("atelier", "lost", recovery_file=safe, suspect_from=3)
    change = check_change(second, made.row.ledger, old)
    assert (change.authorised_by, change.reason, change.suspect_from) == ("recovery", "lost", 3)
    answered(second.execute("atelier", invoice()))
    walk(second.store, made.row.ledger)
    second.stop()


def test_a_stranger_s_key_authorises_nothing(service: Service, tmp_path: Path) -> None:
    made = opened(service)
    other = opened(service, "other")
    before = service.store.head(made.row.ledger)
    with pytest.raises(KeyMissing, match="authorise"):
        service.change_seal_key("atelier", "lost", recovery_file=other.recovery_file)
    assert service.store.head(made.row.ledger) == before
    assert len(list((service.keys.root / made.row.ledger).glob("seal-*.pem"))) == 1
    answered(service.execute("atelier", invoice()))


def test_a_new_recovery_key_is_authorised_by_the_old_one(service: Service, tmp_path: Path) -> None:
    made = opened(service)
    new = service.change_recovery_key("atelier", made.recovery_file, tmp_path / "new.pem")
    assert check_change(service, made.row.ledger, service.keys.facts(made.row.ledger).recovery_key).role == "recovery"
    assert service.keys.recovery_signer(tmp_path / "new.pem").key_id == new
    with pytest.raises(KeyMissing, match="authorise"):
        service.change_seal_key("atelier", "lost", recovery_file=made.recovery_file)
    service.change_seal_key("atelier", "lost", recovery_file=tmp_path / "new.pem")
    answered(service.execute("atelier", invoice()))
    walk(service.store, made.row.ledger)


def test_a_change_while_others_write_loses_nothing(tmp_path: Path) -> None:
    shelf = Shelf()
    with (
        service_over(MemoryStore(shelf), tmp_path / "keys") as one,
        service_over(MemoryStore(shelf), tmp_path / "keys") as other,
    ):
        made = opened(one)
        futures = []
        for round_ in range(4):
            futures += [each.submit("atelier", invoice()) for each in (one, other) for _ in range(10)]
            (one, other)[round_ % 2].change_seal_key("atelier", "routine")
        assert len({answered(each.result()).result["number"] for each in futures}) == 80
        walk(one.store, made.row.ledger)
        assert len(one.keys.public_keys(made.row.ledger)) == 5


# ---- behind the mark


def test_an_old_backup_closes_the_ledger_for_good(tmp_path: Path) -> None:
    url_shelf = Shelf()
    service = service_over(MemoryStore(url_shelf), tmp_path / "keys")
    made = opened(service)
    answered(service.execute("atelier", invoice()))
    backup = _copy(url_shelf)
    answered(service.execute("atelier", invoice()))
    service.stop()
    restored = service_over(MemoryStore(backup), tmp_path / "keys")
    with pytest.raises(BehindMark, match="old backup"):
        restored.execute("atelier", invoice())
    with pytest.raises(BehindMark):
        restored.execute("atelier", invoice())
    assert not restored.readiness("atelier").ready
    assert restored.state("atelier", LEDGER_KIND, "self") is not None
    restored.stop()
    right_again = service_over(MemoryStore(url_shelf), tmp_path / "keys")
    with pytest.raises(BehindMark):
        right_again.execute("atelier", invoice())
    right_again.stop()
    assert service.keys.closed(made.row.ledger) is not None


def test_a_backup_that_somebody_wrote_on_is_found_as_well(tmp_path: Path) -> None:
    shelf = Shelf()
    service = service_over(MemoryStore(shelf), tmp_path / "keys")
    made = opened(service)
    backup = _copy(shelf)
    shutil.copytree(tmp_path / "keys", tmp_path / "stolen")
    answered(service.execute("atelier", invoice()))
    service.stop()
    thief = service_over(MemoryStore(backup), tmp_path / "stolen")
    for _ in range(3):
        answered(thief.execute("atelier", invoice()))
    thief.stop()
    restored = service_over(MemoryStore(backup), tmp_path / "keys")
    with pytest.raises(BehindMark, match="not the one that was sealed"):
        restored.execute("atelier", invoice())
    restored.stop()
    walk(restored.store, made.row.ledger)


def test_another_ledger_under_the_same_id_is_a_break(service: Service, tmp_path: Path) -> None:
    made = opened(service)
    facts = service.keys.root / made.row.ledger / "ledger.json"
    facts.write_text(facts.read_text().replace(made.genesis, "f" * 64))
    second = service_over(service.store, tmp_path / "keys")
    with pytest.raises(Break, match="pins"):
        second.execute("atelier", invoice())
    second.stop()


def _copy(shelf: Shelf) -> Shelf:
    """A backup: the same bytes, in another place."""
    made = Shelf()
    made.directory = dict(shelf.directory)
    for ledger, kept in shelf.ledgers.items():
        made.ledgers[ledger] = type(kept)(
            kept.head,
            list(kept.lines),
            {stream: list(places) for stream, places in kept.streams.items()},
            list(kept.seals),
            dict(kept.disclosures),
            dict(kept.operations),
        )
    return made
