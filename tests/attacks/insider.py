"""Attacks by whoever has the database and every key: also the real software, run over a backup of both.

Each gives the first bad entry; where nothing at hand can show it, the last entry that still holds.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from api.jobs.checkpointing import take_checkpoint
from archive.anchors.anchor import AnchorFailure, Target
from archive.anchors.witness import WitnessAnchor
from archive.creation import Made, create
from archive.purge import purge
from ledger.domain.commands.common import LineInput
from ledger.domain.opening import OpenLedger
from ledger.domain.refusals import Refusal
from ledger.kernel import audit, entry, key_change
from ledger.kernel.entry import parse_at
from ledger.kernel.merkle import EMPTY_ROOT
from ledger.kernel.seal import LocalSigner
from ledger.shell.checkpoints import consistency, verifier_key
from ledger.shell.errors import BehindMark
from ledger.shell.keys import KeyStore
from ledger.shell.migrate import sqlite_path
from ledger.shell.store import Line, SealRow
from ledger.shell.stores.open import open_store
from tests.attacks.scene import NAME, Scene, build, rows_attack
from tests.jobs.server import witness_of
from tests.shell import test_verification as known
from tests.shell.attacker import Place, Rows
from tests.shell.business import PASSPHRASE, HandClock, answered, invoice, opened, profile, refused, service_over

OTHER_PRICE = (LineInput(label="Pose d'une porte", unit_price="24", nature="services"),)
_STREAM = "comment:44444444-4444-4444-8444-444444444444"
_INVENTED = "ab" * 32  # the manifest of no archive


def go_back(scene: Scene, state: str, *, keys: bool = True) -> None:
    """Put a backup of the database in place, and of keys and mark if asked."""
    scene.store.close()
    kept = scene.folder / state
    database = sqlite_path(scene.url)
    for old in database.parent.glob(database.name + "*"):
        old.unlink()
    shutil.copy(kept / "sceau.db", database)
    if keys:
        shutil.rmtree(scene.keys.root)
        shutil.copytree(kept / "keys", scene.keys.root)
        scene.keys = KeyStore(scene.keys.root, PASSPHRASE)
    scene.store = open_store(scene.url)


def sell_otherwise(scene: Scene, count: int) -> None:
    """Go on with the real software and the real key from where the store stands now."""
    head = scene.store.head(scene.ledger)
    assert head is not None
    scene.clock = HandClock(parse_at(head.at))
    service = scene.serve()
    try:
        for _ in range(count):
            answered(service.execute(scene.ledger, invoice(lines=OTHER_PRICE)))
            scene.clock.pass_by(timedelta(minutes=1))
    finally:
        service.close()


def rewrite_all(scene: Scene) -> int:
    """Another history from the first day on: less was sold. Keys and mark go back with the database."""
    go_back(scene, "opened")
    sell_otherwise(scene, len(scene.sound.lines) + 5)
    return 1


def rewrite_all_unseen(scene: Scene) -> int:
    rewrite_all(scene)
    return 0


def rewrite_after_the_anchor(scene: Scene) -> int:
    """Another history of what came after the last anchor."""
    go_back(scene, "anchored")
    sell_otherwise(scene, 5)
    return scene.size


def restore_database(scene: Scene) -> int:
    """An old backup of the database alone."""
    go_back(scene, "anchored", keys=False)
    head = scene.store.head(scene.ledger)
    assert head is not None
    return head.seq + 1


def restore_database_before_the_anchor(scene: Scene) -> int:
    """An old backup of database, keys and mark together, older than the anchors."""
    go_back(scene, "opened")
    head = scene.store.head(scene.ledger)
    assert head is not None
    return head.seq + 1


def restore_all_unseen(scene: Scene) -> int:
    """An old backup of database, keys and mark together, taken after the anchors."""
    go_back(scene, "anchored")
    return scene.size


def restore_all_with_nothing_outside(scene: Scene) -> int:
    go_back(scene, "opened")
    return 0


def tail_cut_unseen(scene: Scene) -> int:
    """The end cut off cleanly, and nobody has mark or checkpoint."""
    rows = scene.copy()
    known.tail_cut(rows, scene)
    scene.write(rows)
    return 0


def mark_forged(scene: Scene) -> int:
    """The end cut off, and the mark taken away so that it does not tell."""
    rows = scene.copy()
    known.tail_cut(rows, scene)
    scene.write(rows)
    (scene.keys.root / scene.ledger / "mark").unlink()
    return 0


def fork(scene: Scene) -> int:
    """Two histories of one length after the backup, each with a signed checkpoint for one auditor."""
    notes = []
    for auditor, price in (("first", 24), ("second", 25)):
        go_back(scene, "anchored")
        head = scene.store.head(scene.ledger)
        assert head is not None
        scene.clock = HandClock(parse_at(head.at))
        service = scene.serve()
        try:
            for _ in range(4):
                lines = (replace(OTHER_PRICE[0], unit_price=str(price)),)
                answered(service.execute(scene.ledger, invoice(lines=lines)))
            take_checkpoint(service, scene.ledger, "asked")
        finally:
            service.close()
        kept = scene.store.last_checkpoint(scene.ledger)
        assert kept is not None
        note = scene.keys.root.parent / f"{auditor}-auditor.txt"
        note.write_bytes(kept.note)
        notes.append(note)
    scene.extra = notes
    return scene.size + 1


def fork_shown_to_one(scene: Scene) -> int:
    """The same, and the auditor who was shown the first history checks the second."""
    seq = fork(scene)
    scene.extra = scene.extra[:1]
    return seq


def witness_asked_for_a_fork(scene: Scene) -> str:
    """The witness that saw the anchored tree is asked to cosign another one of that length."""
    go_back(scene, "opened")
    sell_otherwise(scene, scene.size + 3)
    service = scene.serve()
    try:
        size = take_checkpoint(service, scene.ledger, "asked").size
    finally:
        service.close()
    store = open_store(scene.url)
    kept = store.last_checkpoint(scene.ledger, size)
    first = audit.opening(next(store.lines(scene.ledger, 0, 1)).line)
    assert kept is not None
    key = verifier_key(first)
    shutil.copytree(scene.folder / "witness", scene.keys.root.parent / "witness")
    target = Target(scene.ledger, kept.note, key, lambda old: consistency(store, scene.ledger, old, kept.size), 0)
    try:
        with witness_of(scene.keys.root.parent / "witness", key) as (url, vkey, _):
            WitnessAnchor(url, vkey).put(target)
    except AnchorFailure as failure:
        return failure.cause
    finally:
        store.close()
    return "cosigned"


def go_on_behind_the_mark(scene: Scene) -> str:
    """An old database under the present mark, and the software asked to go on."""
    go_back(scene, "anchored", keys=False)
    service = scene.serve()
    try:
        service.execute(scene.ledger, invoice())
    except BehindMark:
        return "closed for good"
    finally:
        service.close()
    return "sealed"


def look_alike_ledger(scene: Scene) -> str:
    """A ledger whose name looks like the first one's: a Cyrillic letter."""
    service = scene.serve()
    try:
        return refused(service.open_ledger(OpenLedger(name="\u0430telier", profile=profile())))
    finally:
        service.close()


# --- with the real key, row by row


def entry_1_again(rows: Rows, at: Place) -> tuple[str, int]:
    """The same opening at another moment: the id is made of what was opened, and stays; the identity does not."""
    first = rows.lines[0]
    parsed = entry.parse(first.line)
    tail = first.line[first.line.index(b'"entry":') :]
    line, fingerprint = entry.link(
        parsed.ledger, 1, entry.NO_PREVIOUS, parsed.at[:-2] + ("8Z" if parsed.at[-2] == "7" else "7Z"), tail
    )
    assert fingerprint != first.fingerprint
    rows.put(1, line=line, fingerprint=fingerprint)
    rows.relink(2)
    rows.reseal(at.key)
    return "pin_mismatch", 1


def closure_total(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("period.closed/1", 0)

    def change(body: dict[str, Any]) -> None:
        body["gross_cents"] -= 100

    rows.rewrite(seq, at.key, change)
    return "closure_totals", seq


def payment_again(rows: Rows, at: Place) -> tuple[str, int]:
    """A payment once more, as the next version of its stream, sealed with the real key."""
    line = rows.line(rows.at("payment.received/1"))
    version = max(one.version for one in rows.lines if one.stream == line.stream)
    return "", rows.append(at.key, line.stream, version + 1, line.type, dict(entry.parse(line.line).body))


def invoice_again(rows: Rows, at: Place) -> tuple[str, int]:
    """An invoice once more, under a stream of its own, sealed with the real key."""
    line = rows.line(rows.at("invoice.issued/1", -1))
    stream = "invoice:55555555-5555-4555-8555-555555555555"
    body = dict(entry.parse(line.line).body)
    seq = rows.append(at.key, stream, 1, line.type, body)
    rows.recount()
    return "number_double", seq


def invoice_again_backdated(rows: Rows, at: Place) -> tuple[str, int]:
    """An invoice once more, dated a day before: its number is taken, and older than the one before it."""
    line = rows.line(rows.at("invoice.issued/1", -1))
    body = dict(entry.parse(line.line).body)
    day = date.fromisoformat(str(body["issued_on"])) - timedelta(days=1)
    body["issued_on"] = day.isoformat()
    seq = rows.append(at.key, "invoice:88888888-8888-4888-8888-888888888888", 1, line.type, body)
    rows.recount()
    return "number_double", seq


def false_key_lost(rows: Rows, at: Place) -> tuple[str, int]:
    """A thief of the database says that the key was lost, with a recovery key of their own."""
    return _changed(rows, at, LocalSigner(ec.generate_private_key(ec.SECP256R1())), key_change.RECOVERY, thief=True)


def own_word(rows: Rows, at: Place) -> tuple[str, int]:
    """A thief of the database changes the key by a new key's word alone."""
    return _changed(rows, at, None, key_change.OUTGOING, thief=True)


def _changed(rows: Rows, at: Place, by: LocalSigner | None, authorised_by: str, *, thief: bool) -> tuple[str, int]:
    new = LocalSigner(ec.generate_private_key(ec.SECP256R1()))
    statement = key_change.Statement(
        at.ledger, at.genesis, key_change.SEAL, at.key.key_id, new.key_id, 0, EMPTY_ROOT.hex()
    )
    change = key_change.make(key_change.key_text(*statement), new, by or new, authorised_by)
    body = dict(key_change.body(statement, change)) | {"reason": "lost"}
    version = max(one.version for one in rows.lines if one.stream == "ledger:self") + 1
    seq = _add(rows, at, new, "ledger:self", version, key_change.TYPE, body)
    if thief:
        return "key_discontinuity", seq
    return "key_discontinuity", _add(rows, at, new, "ledger:self", version + 1, key_change.TYPE, body)


def _add(rows: Rows, at: Place, key: LocalSigner, stream: str, version: int, type_: str, body: Any) -> int:
    """One entry and its seal by this key; seals before it stay as they are."""
    last = rows.lines[-1]
    seq = last.seq + 1
    tail = entry.entry_tail(stream, version, type_, "system", body, f"{seq:032x}")
    line, fingerprint = entry.link(at.ledger, seq, last.fingerprint, entry.parse(last.line).at, tail)
    rows.lines.append(Line(seq, fingerprint, stream, version, type_, line))
    rows.seals.append(SealRow(seq, seq, b"", b""))
    rows.reseal(key, seq)
    return seq


def key_change_replayed(rows: Rows, at: Place) -> tuple[str, int]:
    """A true key change of this ledger, and the same once more when its outgoing key is no longer in force."""
    return _changed(rows, at, at.key, key_change.OUTGOING, thief=False)


def native_out_of_import(rows: Rows, at: Place) -> tuple[str, int]:
    """A document of other software, given as one of ours: an invoice without a number of ours."""
    line = rows.line(rows.at("invoice.issued/1", -1))
    body = dict(entry.parse(line.line).body) | {"number": "ANCIEN-0099", "n": 99}
    seq = rows.append(at.key, "invoice:66666666-6666-4666-8666-666666666666", 1, line.type, body)
    rows.recount()
    return "number_gap", seq


other_entry_1 = rows_attack(entry_1_again)
alter_closure = rows_attack(closure_total)
replay_invoice = rows_attack(invoice_again)
replay_invoice_backdated = rows_attack(invoice_again_backdated)
false_lost = rows_attack(false_key_lost)
own_key_change = rows_attack(own_word)
replay_key_change = rows_attack(key_change_replayed)
import_as_native = rows_attack(native_out_of_import)
clock_back = rows_attack(known.clock_set_back)
renumber = rows_attack(known.number_gap)


def replay_payment(scene: Scene) -> int:
    """Indistinguishable from a second payment that was typed in: what holds is what was anchored."""
    rows = scene.copy()
    payment_again(rows, scene)
    rows.recount()
    scene.write(rows)
    return scene.size


def purge_without_an_archive(scene: Scene) -> int:
    """An invoice emptied behind a purge entry whose archive no entry tells of."""
    rows = scene.copy()
    seq = rows.at("invoice.issued/1", -1)
    _emptied(rows, scene, seq, 1)
    scene.write(rows)
    return seq


def purge_of_an_invented_archive(scene: Scene) -> int:
    """The same, behind entries that tell of an archive and of a copy that was read back: nobody has ever seen it."""
    rows = scene.copy()
    seq = rows.at("invoice.issued/1", -1)
    made = {
        "documents": 1, "first_seq": seq, "format": "sceau-archive/1", "from_on": "2026-11-01", "last_seq": seq,
        "manifest": _INVENTED, "rank": 1, "seen": seq, "signature": "cd" * 32, "to_on": "2026-11-30",
    }  # fmt: skip
    rows.append(scene.key, "archive:self", 1, "archive.created/1", made)
    rows.append(scene.key, "archive:self", 2, "archive.verified/1", {"manifest": _INVENTED, "medium": "nas-1"})
    _emptied(rows, scene, seq, 3)
    scene.write(rows)
    return seq


def _emptied(rows: Rows, scene: Scene, seq: int, version: int) -> None:
    body = {"first_seq": seq, "last_seq": seq, "manifest": _INVENTED}
    rows.append(scene.key, "archive:self", version, "entries.purged/1", body)
    rows.put(seq, line=b"")
    rows.shown = [one for one in rows.shown if one.seq != seq]


def erasure_before_its_time(scene: Scene) -> int:
    """A name of today taken away behind an erasure entry: the commitment stays, what it stood for does not."""
    rows = scene.copy()
    seq = rows.at("invoice.issued/1", -1)
    erasure = _erased(rows, scene, seq, [one.path for one in rows.shown if one.seq == seq])
    scene.write(rows)
    return erasure


def erasure_in_advance(scene: Scene) -> int:
    """An erasure entry that lists what the next invoice will name, which is then taken away."""
    rows = scene.copy()
    line = rows.line(rows.at("invoice.issued/1", -1))
    paths = [one.path for one in rows.shown if one.seq == line.seq]
    seq = _erased(rows, scene, rows.lines[-1].seq + 2, paths) + 1
    body = dict(entry.parse(line.line).body)
    rows.append(scene.key, "invoice:77777777-7777-4777-8777-777777777777", 1, line.type, body)
    rows.recount()
    scene.write(rows)
    return seq


def _erased(rows: Rows, scene: Scene, seq: int, paths: Sequence[str]) -> int:
    body = {
        "ground": "retention_ended", "law": "C. com. L123-22",
        "places": [{"path": path, "seq": seq} for path in paths],
    }  # fmt: skip
    erasure = rows.append(scene.key, "erasure:self", 1, "data.erased/1", body)
    rows.shown = [one for one in rows.shown if one.seq != seq]
    return erasure


def purge_by_the_front_door(scene: Scene) -> str:
    """The software asked to purge by an archive that stands on this machine alone."""
    service = scene.serve()
    try:
        day = (scene.clock.wall - timedelta(days=1)).date().isoformat()
        made = create(service, scene.ledger, day, scene.keys.root.parent / "day.zip")
        assert isinstance(made, Made), made
        outcome = purge(service, scene.ledger, made.path, store_file=sqlite_path(scene.url))
        return outcome.code if isinstance(outcome, Refusal) else "purged"
    finally:
        service.close()


# --- whole ledgers in the place of this one


def impostor(scene: Scene, kind: str = "live") -> int:
    """A ledger of the same name with keys of its own, in the place of the store."""
    folder = scene.keys.root.parent / kind
    folder.mkdir()
    url = f"sqlite:///{folder / 'sceau.db'}"
    store = open_store(url, create=True)
    service = service_over(store, folder / "keys", HandClock(scene.clock.wall), delay=0)
    try:
        opened(service, NAME, kind=kind)
        for _ in range(3):
            answered(service.execute(NAME, invoice(), actor="user:ada"))
    finally:
        service.close()
    scene.store.close()
    scene.url, scene.store = url, open_store(url)
    return 1


def impostor_without_pin(scene: Scene) -> int:
    impostor(scene)
    return 0


def training_for_live(scene: Scene) -> int:
    return impostor(scene, "training")


def backdate(scene: Scene) -> int:
    """A machine whose clock was set back by an hour: what is recorded after a time stamp looks older than the stamp."""
    late = build(
        f"sqlite:///{scene.keys.root.parent / 'late.db'}", scene.keys.root.parent / "late", scene.authority, 60
    )
    scene.store.close()
    scene.url, scene.store, scene.genesis, scene.kept = late.url, late.store, late.genesis, late.kept
    return next(line.seq for line in late.sound.lines if line.seq > late.size and line.type == "invoice.issued/1")
