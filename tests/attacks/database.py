"""Attacks by whoever can write into the database, without any key. Each gives the first bad entry, 0 for none."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import psycopg

from api.jobs.registering import Registering
from ledger.domain.opening import OpenRegister
from ledger.kernel import entry
from ledger.shell.migrate import sqlite_path
from ledger.shell.store import Disclosure
from tests.attacks.scene import NAME, Scene, rows_attack
from tests.domain.world import PROFILE
from tests.jobs.server import Shop
from tests.shell import test_verification as known
from tests.shell.attacker import Place, Rows
from tests.shell.business import answered, invoice, opened

TABLES = ("entries", "seals", "disclosures", "heads", "operations", "checkpoints", "anchors", "ledgers")


def name_edited_with_a_look_alike(rows: Rows, at: Place) -> tuple[str, int]:
    """The same name to the eye: an accent as a letter of its own."""
    spot = next(spot for spot, one in enumerate(rows.shown) if one.path == "/client" and "Dupré".encode() in one.value)
    one = rows.shown[spot]
    rows.shown[spot] = replace(one, value=one.value.replace("é".encode(), "e\u0301".encode()))
    return "commitment", one.seq


def text_moved_across_a_field_border(rows: Rows, at: Place) -> tuple[str, int]:
    """The first letter of a text goes to the end of the one before it: the letters, read in a row, are the same."""
    spot = next(spot for spot, one in enumerate(rows.shown) if b'"postcode":"35000"' in one.value)
    one = rows.shown[spot]
    moved = one.value.replace(b'"city":"Rennes"', b'"city":"Renne"').replace(
        b'"postcode":"35000"', b'"postcode":"s35000"'
    )
    assert moved != one.value
    rows.shown[spot] = replace(one, value=moved)
    return "commitment", one.seq


def stream_and_type_moved_across_their_border(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.sent/1")
    line = rows.line(seq)
    rows.put(seq, stream=line.stream + "i", type=line.type[1:])
    return "column", seq


def disclosures_swapped_between_customers(rows: Rows, at: Place) -> tuple[str, int]:
    first, second = [spot for spot, one in enumerate(rows.shown) if one.path == "/client"][-2:]
    one, other = rows.shown[first], rows.shown[second]
    rows.shown[first] = Disclosure(one.seq, one.path, other.salt, other.value)
    rows.shown[second] = Disclosure(other.seq, other.path, one.salt, one.value)
    return "commitment", min(one.seq, other.seq)


def head_cut(rows: Rows, at: Place) -> tuple[str, int]:
    """Everything up to the end of the second seal."""
    last = rows.seals[1].last
    del rows.lines[:last]
    del rows.seals[:2]
    rows.shown = [one for one in rows.shown if one.seq > last]
    return "deleted", 1


def entry_replayed(rows: Rows, at: Place) -> tuple[str, int]:
    """A payment once more at the end, numbered and linked as it should be; no key to seal it."""
    seq, again = rows.lines[-1].seq + 1, rows.line(rows.at("payment.received/1"))
    parsed = entry.parse(again.line)
    tail = entry.entry_tail(again.stream, 99, again.type, parsed.actor, parsed.body, parsed.salt)
    line, fingerprint = entry.link(
        at.ledger, seq, rows.lines[-1].fingerprint, entry.parse(rows.lines[-1].line).at, tail
    )
    rows.lines.append(again._replace(seq=seq, version=99, line=line, fingerprint=fingerprint))
    seals, rows.seals = rows.seals, list(rows.seals)
    rows.end()
    rows.seals = seals
    return "unsealed", seq


def append_replayed(rows: Rows, at: Place) -> tuple[str, int]:
    """A whole append once more, entry and seal as they were, at the end."""
    seq, first = rows.lines[-1].seq + 1, rows.seals[rows.seal_of(rows.at("quote.viewed/1"))]
    line = rows.line(first.last)
    rows.lines.append(line._replace(seq=seq, version=99))
    rows.seals.append(replace(first, first=seq, last=seq))
    rows.head = replace(rows.head, seq=seq) if rows.head else None
    return "inserted", line.seq


def deletion_behind_a_purge(rows: Rows, at: Place) -> tuple[str, int]:
    """An invoice emptied as a purge leaves it, names and all; no entry says that anything was purged."""
    seq = rows.at("invoice.issued/1", -1)
    rows.put(seq, line=b"")
    rows.shown = [one for one in rows.shown if one.seq != seq]
    return "deleted", seq


def all_names_of_an_invoice(rows: Rows, at: Place) -> tuple[str, int]:
    """The names under an invoice gone as an erasure leaves them; no entry says that anything was erased."""
    seq = rows.at("invoice.issued/1", -1)
    rows.shown = [one for one in rows.shown if one.seq != seq]
    return "disclosure_lost", seq


false_purge = rows_attack(deletion_behind_a_purge)
false_erasure = rows_attack(all_names_of_an_invoice)
edit_hashed = rows_attack(known.edited_byte)
edit_hashed_and_column = rows_attack(known.edited_byte_and_its_fingerprint)
edit_last = rows_attack(known.edited_last_entry)
edit_column = rows_attack(known.edited_stream_column)
edit_directory = rows_attack(known.kind_in_the_directory)
edit_head_row = rows_attack(known.register_altered)
edit_disclosure = rows_attack(known.disclosure_edited)
lose_disclosure = rows_attack(known.disclosure_lost)
delete_middle = rows_attack(known.deleted_entry)
insert = rows_attack(known.inserted_entry)
swap = rows_attack(known.swapped_entries)
relink = rows_attack(known.linked_again_without_the_key)
seal_with_own_key = rows_attack(known.sealed_with_another_key)
strip_seal = rows_attack(known.missing_seal)
foreign_entry = rows_attack(known.entry_of_another_ledger)
other_format = rows_attack(known.unknown_format)
doubled_member = rows_attack(known.doubled_member)
look_alike = rows_attack(name_edited_with_a_look_alike)
border = rows_attack(text_moved_across_a_field_border)
column_border = rows_attack(stream_and_type_moved_across_their_border)
swap_disclosures = rows_attack(disclosures_swapped_between_customers)
cut_head = rows_attack(head_cut)
cut_tail = rows_attack(known.tail_cut)
replay_entry = rows_attack(entry_replayed)
replay_append = rows_attack(append_replayed)


def look_alike_type(scene: Scene) -> int:
    """An invoice's type with a Cyrillic letter, so that nobody who looks for invoices meets it; linked again."""
    rows = scene.copy()
    seq = rows.at("invoice.issued/1", -1)
    other = "invoi\u0441e.issued/1"
    rows.edit(seq, b'"invoice.issued/1"', f'"{other}"'.encode(), column=True)
    rows.put(seq, type=other)
    scene.write(rows)
    return seq


def clock_back_by_hand(scene: Scene) -> int:
    """The time of an entry set back by a year, and what follows linked again."""
    rows = scene.copy()
    seq = rows.at("invoice.issued/1", -1)
    at = entry.parse(rows.line(seq).line).at
    rows.edit(seq, at.encode(), (str(int(at[:4]) - 1) + at[4:]).encode(), column=True)
    rows.relink(seq + 1) if seq < len(rows.lines) else rows.end()
    scene.write(rows)
    return seq


def drop_triggers_and_edit(scene: Scene) -> int:
    """Take the triggers down, edit, put them up again."""
    seq = scene.sound.at("payment.received/1")
    if scene.kind == "sqlite":
        with sqlite3.connect(sqlite_path(scene.url), isolation_level=None) as database:
            kept = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in kept:
                database.execute(f"DROP TRIGGER {name}")
            database.execute(
                "UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), '\"amount_cents\":', '\"amount_cents\":9')"
                " AS BLOB) WHERE seq = ?", (seq,)
            )  # fmt: skip
            for _, sql in kept:
                database.execute(sql)
        database.close()
        return seq
    with psycopg.connect(scene.url) as connection:
        connection.execute("ALTER TABLE entries DISABLE TRIGGER USER")
        connection.execute(
            "UPDATE entries SET line = convert_to(replace(convert_from(line, 'UTF8'), '\"amount_cents\":',"
            " '\"amount_cents\":9'), 'UTF8') WHERE seq = %s", (seq,)
        )  # fmt: skip
        connection.execute("ALTER TABLE entries ENABLE TRIGGER USER")
        connection.execute("ALTER TABLE entries ENABLE ALWAYS TRIGGER append_only")
    return seq


def drop_and_recreate(scene: Scene) -> int:
    """The table of entries made anew without types, keys and triggers, an entry left out on the way."""
    seq = scene.sound.at("quote.viewed/1")
    if scene.kind == "sqlite":
        with scene.connected() as run:
            run("CREATE TABLE made_anew AS SELECT * FROM entries")
            run("DROP TABLE entries")
            run("ALTER TABLE made_anew RENAME TO entries")
            run(f"DELETE FROM entries WHERE seq = {seq}")
        return seq
    with psycopg.connect(scene.url) as connection:
        connection.execute("ALTER TABLE entries RENAME TO entries_before")
        connection.execute("CREATE TABLE entries AS SELECT * FROM entries_before")
        connection.execute("DELETE FROM entries WHERE seq = %s", (seq,))
    return seq


def strip_timestamp(scene: Scene) -> int:
    scene.sql("DELETE FROM anchors WHERE kind = 'timestamp'")
    return _placed(scene, b'"timestamp"')


def swap_timestamp(scene: Scene) -> int:
    """The stamp of another thing in place of the one that was given."""
    other = scene.authority.reply(scene.authority.query(b"another checkpoint"))
    with scene.connected() as run:
        run(f"UPDATE anchors SET proof = x'{other.hex()}' WHERE kind = 'timestamp'")
    return min(scene.size, _placed(scene, b'"timestamp"'))


def _placed(scene: Scene, kind: bytes) -> int:
    return next(line.seq for line in scene.sound.lines if line.type == "anchor.placed/1" and kind in line.line)


def delete_ledger_of_two(scene: Scene) -> int:
    """Two ledgers and their register; one ledger is taken out of every table."""
    shop = Shop(scene.store, scene.keys.root.parent, scene.clock)
    try:
        opened(shop.service, "second")
        gone = shop.service.find(NAME).ledger
        shop.service.open_register(OpenRegister(siren=PROFILE.siren))
        assert Registering(shop.service).run() == 3  # two ledgers, and where the first one stood
    finally:
        shop.service.stop()
    with scene.connected() as run:
        for table in TABLES:
            run(f"DELETE FROM {table} WHERE ledger_id = '{gone}'")
    return scene.size


def delete_ledger_that_keys_name(scene: Scene) -> int:
    """The same; who checks has the folder of keys alone."""
    delete_ledger_of_two(scene)
    return len(scene.sound.lines)


def write_over_an_entry(scene: Scene) -> str:
    """What the database itself answers to whoever does not know of triggers."""
    statements = (
        "UPDATE entries SET version = 2 WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 3",
        "DELETE FROM seals",
        "UPDATE disclosures SET value = value",
    )
    told = set()
    for statement in statements:
        try:
            if scene.kind == "sqlite":
                with sqlite3.connect(sqlite_path(scene.url)) as database:
                    database.execute(statement)
            else:
                with psycopg.connect(scene.url) as connection:
                    connection.execute(statement)
            told.add("nothing")
        except (sqlite3.Error, psycopg.Error) as error:
            told.add("append-only" if "append-only" in str(error) else str(error))
    return told.pop() if len(told) == 1 else str(told)


def idempotency_key_again(scene: Scene) -> str:
    """The same request sent again by whoever caught it on its way: no second invoice."""
    service = scene.serve()
    try:
        asked = invoice()
        first = answered(service.execute(scene.ledger, asked, key="caught-on-its-way"))
        again = answered(service.execute(scene.ledger, asked, key="caught-on-its-way"))
        new = again.entries != first.entries or again.result != first.result
        return "repeated" if again.repeated and not new else "written again"
    finally:
        service.close()
