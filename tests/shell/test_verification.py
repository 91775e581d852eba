"""`sceau verify` against somebody who writes into the database: every attack is found, and its first bad entry named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.kernel import canonical, checkpoint, entry, merkle, note, seal
from ledger.kernel.note import LocalNoteSigner
from ledger.shell.store import Disclosure, LedgerRow, SealRow
from ledger.shell.verification import Verified, verify_ledger
from tests.kernel.build import NOTE_KEY, OTHER_KEY
from tests.shell.attacker import Place, Rows, place
from tests.stores.servers import Server


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def sound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A real ledger of a sale and some invoices, played once for each kind of store."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        with server.database() as url:
            made = place(url, folder)
            yield made
            made.store.close()
    else:
        made = place("memory:" if request.param == "memory" else f"sqlite:///{folder / 'sceau.db'}", folder)
        yield made
        made.store.close()


@pytest.fixture
def there(sound: Place) -> Iterator[Place]:
    """The same, for a test that may alter it."""
    yield sound
    sound.write(sound.sound)


def verdict(there: Place, *, notes: tuple[bytes, ...] = (), pin: str | None = None, keys: bool = True) -> Verified:
    return verify_ledger(there.url, there.store, there.keys if keys else None, there.ledger, pin=pin, notes=notes)


def found(verified: Verified) -> list[tuple[str, int]]:
    assert not verified.ok
    return [(finding.code, finding.seq) for finding in verified.verdict.findings]


def first_bad(verified: Verified) -> int:
    return min((seq for _, seq in found(verified) if seq), default=0)


def test_a_sale_played_by_the_real_service_verifies(there: Place) -> None:
    verified = verdict(there)
    assert verified.verdict.findings == ()
    assert (verified.ok, verified.trust) == (True, "key_store")
    assert verified.verdict.entries == verified.verdict.proven_until == len(there.sound.lines) > 36


def test_rows_put_back_as_they_were_verify(there: Place) -> None:
    there.write(there.copy())
    assert verdict(there).ok


# --- without the key

Attack = Callable[[Rows, Place], tuple[str, int]]
"""Alters the rows; the finding that must be there, and the first entry that must be named."""


def edited_byte(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("payment.received/1")
    rows.edit(seq, b'"amount_cents":', b'"amount_cents":1')
    return "altered", seq


def edited_byte_and_its_fingerprint(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("payment.received/1")
    rows.edit(seq, b'"amount_cents":', b'"amount_cents":1', column=True)
    return "altered", seq


def edited_last_entry(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.lines[-1].seq
    rows.edit(seq, b'"salt":"', b'"salt":"', column=True)
    line = rows.line(seq).line.replace(b'"actor":"system"', b'"actor":"user:eve"')
    rows.put(seq, line=line, fingerprint=entry.fingerprint(line))
    rows.end()
    return "seal_head", rows.seals[-1].first


def edited_stream_column(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.sent/1")
    rows.put(seq, stream="invoice:11111111-1111-4111-8111-111111111111")
    return "column", seq


def edited_type_column(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.sent/1")
    rows.put(seq, type="invoice.viewed/1")
    return "column", seq


def edited_version_column(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.sent/1")
    rows.put(seq, version=77)
    return "column", seq


def edited_fingerprint_column(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.sent/1")
    rows.put(seq, fingerprint="ab" * 32)
    return "column", seq


def deleted_entry(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("quote.viewed/1")
    del rows.lines[seq - 1]
    return "deleted", seq


def deleted_first_entry(rows: Rows, at: Place) -> tuple[str, int]:
    del rows.lines[0]
    return "deleted", 1


def deleted_all_entries(rows: Rows, at: Place) -> tuple[str, int]:
    rows.lines.clear()
    return "deleted", 1


def deleted_everything_but_the_directory(rows: Rows, at: Place) -> tuple[str, int]:
    rows.lines.clear()
    rows.seals.clear()
    rows.shown.clear()
    rows.head = None
    return "deleted", 1


def inserted_entry(rows: Rows, at: Place) -> tuple[str, int]:
    """An entry of one's own between two, everything after it numbered and linked again."""
    seq = rows.at("quote.viewed/1")
    row = rows.line(seq)
    for later in rows.lines[seq - 1 :]:
        line = later.line.replace(b'"seq":%d,' % later.seq, b'"seq":%d,' % (later.seq + 1))
        rows.put(later.seq, seq=later.seq + 1, line=line)
        break
    return _moved(rows, seq, row.stream)


def _moved(rows: Rows, seq: int, stream: str) -> tuple[str, int]:
    tail = entry.entry_tail("quote:22222222-2222-4222-8222-222222222222", 1, "quote.viewed/1", "system", {}, "ab" * 16)
    lines = []
    for row in rows.lines:
        if row.line.find(b'"seq":%d,' % row.seq) < 0 or row.seq < seq:
            lines.append(row)
    parsed = entry.parse(rows.lines[seq - 2].line)
    line, fingerprint = entry.link(parsed.ledger, seq, rows.lines[seq - 2].fingerprint, parsed.at, tail)
    made = rows.lines[0]._replace(
        seq=seq, fingerprint=fingerprint, stream="quote:22222222-2222-4222-8222-222222222222", version=1,
        type="quote.viewed/1", line=line,
    )
    after = [row for row in rows.lines if row.seq > seq or row in rows.lines[seq - 1 : seq]]
    rows.lines[:] = [*rows.lines[: seq - 1], made, *[
        row._replace(seq=place) for place, row in enumerate(after, seq + 1)
    ]]
    rows.relink(seq + 1)
    return "seal_head", rows.seals[rows.seal_of(seq)].first


def swapped_entries(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("quote.sent/1")
    one, other = rows.line(seq), rows.line(seq + 1)
    rows.lines[seq - 1], rows.lines[seq] = other._replace(seq=seq), one._replace(seq=seq + 1)
    return "column", seq


def linked_again_without_the_key(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1")
    rows.edit(seq, b'"gross_cents":', b'"gross_cents":1', column=True)
    rows.relink(seq + 1)
    return "seal_head", rows.seals[rows.seal_of(seq)].first


def sealed_with_another_key(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1")
    first = rows.seals[rows.seal_of(seq)].first
    rows.edit(seq, b'"gross_cents":', b'"gross_cents":1', column=True)
    rows.relink(seq + 1)
    rows.reseal(OTHER_KEY, seq)
    return "wrong_key", first


def missing_seal(rows: Rows, at: Place) -> tuple[str, int]:
    place = rows.seal_of(rows.at("quote.sent/1"))
    first = rows.seals[place].first
    del rows.seals[place]
    return "unsealed", first


def missing_last_seal(rows: Rows, at: Place) -> tuple[str, int]:
    first = rows.seals[-1].first
    del rows.seals[-1]
    return "unsealed", first


def no_seals(rows: Rows, at: Place) -> tuple[str, int]:
    rows.seals.clear()
    return "unsealed", 1


def bad_signature(rows: Rows, at: Place) -> tuple[str, int]:
    row = rows.seals[4]
    rows.seals[4] = replace(row, signature=OTHER_KEY.sign(row.text))
    return "seal", row.first


def seal_that_is_none(rows: Rows, at: Place) -> tuple[str, int]:
    row = rows.seals[4]
    rows.seals[4] = replace(row, text=b"\xff\x00 hello", signature=b"")
    return "seal", row.first


def seal_columns(rows: Rows, at: Place) -> tuple[str, int]:
    row = rows.seals[4]
    rows.seals[4] = replace(row, first=row.first - 1)
    return "column", row.first - 1


def key_change_by_the_new_key_alone(rows: Rows, at: Place) -> tuple[str, int]:
    body = {
        "role": "seal", "old_key": at.key.key_id, "new_key": OTHER_KEY.key_id, "authorised_by": "outgoing",
        "new_public_key": "", "authorising_public_key": "", "size": 0, "root": merkle.EMPTY_ROOT.hex(),
        "signature_new": "", "signature_authorising": "", "reason": "routine",
    }  # fmt: skip
    seq = rows.append(OTHER_KEY, "ledger:self", 2, "key.changed/1", body)
    return "key_discontinuity", seq


def clock_set_back(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.append(at.key, _OTHER, 1, "comment.noted/1", {}, at="2020-01-01T00:00:00.000000Z")
    return "clock_back", seq


def disclosure_edited(rows: Rows, at: Place) -> tuple[str, int]:
    place = next(place for place, row in enumerate(rows.shown) if row.path == "/client")
    rows.shown[place] = replace(rows.shown[place], value=b'{"name":"Somebody else"}')
    return "commitment", rows.shown[place].seq


def disclosure_lost(rows: Rows, at: Place) -> tuple[str, int]:
    return "disclosure_lost", rows.shown.pop(3).seq


def all_disclosures_lost(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.shown[0].seq
    rows.shown.clear()
    return "disclosure_lost", seq


def disclosure_of_nothing(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("quote.viewed/1")
    rows.shown.append(Disclosure(seq, "/client", "ab" * 16, b'"x"'))
    return "disclosure_stray", seq


def head_of_another_entry(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, fingerprint="ab" * 32)
    return "head_mismatch", rows.head.seq


def head_behind(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, seq=20, fingerprint=rows.line(20).fingerprint)
    return "head_mismatch", 21


def head_beyond(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, seq=2**62)
    return "head_mismatch", len(rows.lines) + 1


def head_gone(rows: Rows, at: Place) -> tuple[str, int]:
    rows.head = None
    return "head_mismatch", 0 if at.kind == "memory" else len(rows.lines)


def head_time(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, at="2031-01-01T00:00:00.000000Z")
    return "head_mismatch", rows.head.seq


def head_seal(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, seal="cd" * 32)
    return "head_mismatch", rows.head.seq


def register_altered(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, register=rows.head.register.replace(b'"next":', b'"next":1', 1))
    return "register_mismatch", rows.head.seq


def register_of_garbage(rows: Rows, at: Place) -> tuple[str, int]:
    assert rows.head is not None
    rows.head = replace(rows.head, register=b"\x00\xff{")
    return "register_mismatch", rows.head.seq


def tail_cut(rows: Rows, at: Place) -> tuple[str, int]:
    rows.cut(rows.seals[-2].last)
    return "tail_cut", rows.lines[-1].seq + 1


def tail_cut_and_its_seals_forgotten(rows: Rows, at: Place) -> tuple[str, int]:
    last = rows.seals[-2].last
    del rows.lines[last:]
    rows.head = replace(rows.head, seq=last, fingerprint=rows.lines[-1].fingerprint) if rows.head else None
    return "tail_cut", last + 1


def seal_beyond_the_head(rows: Rows, at: Place) -> tuple[str, int]:
    last = rows.lines[-1].seq
    rows.seals.append(replace(rows.seals[-1], first=last + 5, last=last + 9))
    return "seal_head", last + 1


def disclosure_beyond_the_head(rows: Rows, at: Place) -> tuple[str, int]:
    last = rows.lines[-1].seq
    rows.shown.append(Disclosure(last + 3, "/client", "ab" * 16, b'"x"'))
    return "disclosure_stray", last + 1


def entries_beyond_the_head(rows: Rows, at: Place) -> tuple[str, int]:
    head = rows.head
    seq = rows.append(OTHER_KEY, _OTHER, 1, "comment.noted/1", {})
    rows.seals.pop()
    rows.head = head
    return "head_mismatch", seq


def entry_far_beyond(rows: Rows, at: Place) -> tuple[str, int]:
    rows.lines.append(rows.lines[-1]._replace(seq=2**61, stream=_OTHER, version=1))
    return "column", len(rows.lines) - 1 + 1


def entry_of_another_ledger(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("quote.viewed/1")
    line = rows.line(seq).line.replace(at.ledger.encode(), b"12345678-1234-8234-8234-123456789abc")
    rows.put(seq, line=line, fingerprint=entry.fingerprint(line))
    return "other_ledger", seq


def unknown_format(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("quote.viewed/1")
    rows.edit(seq, b',"v":1}', b',"v":2}', column=True)
    return "unknown_v", seq


def doubled_member(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("payment.received/1")
    rows.edit(seq, b'"body":{', b'"body":{"amount_cents":1,', column=True)
    return "duplicate_member", seq


def kind_in_the_directory(rows: Rows, at: Place) -> tuple[str, int]:
    row = rows.directory
    rows.directory = LedgerRow(row.ledger, row.name, "training" if row.kind == "live" else "live")
    return "column", 1


_OTHER = "comment:33333333-3333-4333-8333-333333333333"
WITHOUT_KEY: tuple[Attack, ...] = (
    edited_byte, edited_byte_and_its_fingerprint, edited_last_entry, edited_stream_column, edited_type_column,
    edited_version_column, edited_fingerprint_column, deleted_entry, deleted_first_entry, deleted_all_entries,
    deleted_everything_but_the_directory, swapped_entries, linked_again_without_the_key, sealed_with_another_key,
    missing_seal, missing_last_seal, no_seals, bad_signature, seal_that_is_none, seal_columns,
    key_change_by_the_new_key_alone, clock_set_back, disclosure_edited, disclosure_lost, all_disclosures_lost,
    disclosure_of_nothing, head_of_another_entry, head_behind, head_beyond, head_gone, head_time, head_seal,
    register_altered, register_of_garbage, tail_cut, tail_cut_and_its_seals_forgotten, seal_beyond_the_head,
    disclosure_beyond_the_head, entries_beyond_the_head, entry_far_beyond, entry_of_another_ledger, unknown_format,
    doubled_member, kind_in_the_directory,
)  # fmt: skip


def attacked(there: Place, attack: Attack) -> tuple[str, int]:
    rows = there.copy()
    expected = attack(rows, there)
    there.write(rows)
    return expected


def named(attack: Attack) -> str:
    return getattr(attack, "__name__", "")


@pytest.mark.parametrize("attack", WITHOUT_KEY, ids=named)
def test_what_is_altered_in_the_store_is_found_and_its_first_entry_named(there: Place, attack: Attack) -> None:
    code, seq = attacked(there, attack)
    verified = verdict(there)
    assert code in [one for one, _ in found(verified)], found(verified)
    assert first_bad(verified) == seq, found(verified)
    assert verified.verdict.proven_until < max(seq, 1)
