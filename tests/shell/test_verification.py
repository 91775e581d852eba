"""`sceau verify` against whoever writes into the database: every attack is found, and its first bad entry named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ledger.kernel import checkpoint, entry, merkle, note
from ledger.kernel.errors import Malformed
from ledger.kernel.note import LocalNoteSigner
from ledger.shell.errors import LedgerUnknown
from ledger.shell.store import Disclosure, LedgerRow, Line
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
    """An entry of one's own between two; what follows is numbered and linked again."""
    seq = rows.at("quote.viewed/1")
    first = rows.seals[rows.seal_of(seq)].first
    later = [
        row._replace(seq=row.seq + 1, line=row.line.replace(b'"seq":%d,' % row.seq, b'"seq":%d,' % (row.seq + 1), 1))
        for row in rows.lines[seq - 1 :]
    ]
    tail = entry.entry_tail(_OTHER, 1, "comment.noted/1", "system", {}, "ab" * 16)
    line, fingerprint = entry.link(at.ledger, seq, entry.NO_PREVIOUS, entry.parse(later[0].line).at, tail)
    rows.lines[seq - 1 :] = [Line(seq, fingerprint, _OTHER, 1, "comment.noted/1", line), *later]
    rows.relink(seq)
    return "seal_head", first


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
    return "head_mismatch", len(rows.lines)


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
    left = rows.seals[-1]
    rows.cut(rows.seals[-2].last)
    rows.seals.append(left)
    return "seal_head", rows.lines[-1].seq + 1


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
    return "column", len(rows.lines) - 1  # as its line says


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
    deleted_everything_but_the_directory, inserted_entry, swapped_entries, linked_again_without_the_key,
    sealed_with_another_key,
    missing_seal, missing_last_seal, no_seals, bad_signature, seal_that_is_none, seal_columns,
    key_change_by_the_new_key_alone, clock_set_back, disclosure_edited, disclosure_lost, all_disclosures_lost,
    disclosure_of_nothing, head_of_another_entry, head_behind, head_beyond, head_gone, head_time, head_seal,
    register_altered, register_of_garbage, tail_cut, tail_cut_and_its_seals_forgotten, seal_beyond_the_head,
    disclosure_beyond_the_head, entries_beyond_the_head, entry_far_beyond, entry_of_another_ledger, unknown_format,
    doubled_member, kind_in_the_directory,
)  # fmt: skip

ELSEWHERE = (deleted_first_entry, head_gone, disclosure_beyond_the_head)
"""What cannot be done to the lists in memory: they have no rows that a reader could miss."""


def attacked(there: Place, attack: Attack) -> tuple[str, int]:
    rows = there.copy()
    if there.kind == "memory" and attack in ELSEWHERE:
        pytest.skip("memory has no such row")
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


# --- with the key: what the seals cannot show


def by_rules(there: Place, notes: tuple[bytes, ...] = ()) -> Verified:
    """The verdict of somebody who has the identity and these checkpoints, and not the keys' own mark."""
    return verdict(there, keys=False, pin=there.genesis, notes=notes)


def renumbered(n: int) -> Callable[[dict[str, object]], None]:
    def change(body: dict[str, object]) -> None:
        body.update(n=n, number=f"F-{n:05d}")

    return change


def number_gap(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, renumbered(5))
    rows.recount()
    return "number_gap", seq


def number_double(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, renumbered(2))
    rows.recount()
    return "number_double", seq


def number_of_another_form(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, lambda body: body.update(number="X\u001b[2J"))
    return "number_form", seq


def number_dated_back(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, lambda body: body.update(issued_on="2020-01-01"))
    rows.recount()
    return "number_backdated", seq


def number_left_out(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, lambda body: [body.pop(name) for name in ("n", "number", "series")])
    rows.recount()
    return "body_schema", seq


def date_that_is_none(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, lambda body: body.update(issued_on="2026-W48"))
    rows.recount()
    return "body_schema", seq


def number_of_no_series(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.at("invoice.issued/1", 2)
    rows.rewrite(seq, at.key, lambda body: body.update(series="44444444-4444-4444-8444-444444444444"))
    rows.recount()
    return "series_unknown", seq


def series_opened_again(rows: Rows, at: Place) -> tuple[str, int]:
    opened = rows.line(rows.at("series.opened/1"))
    seq = rows.append(at.key, opened.stream, 2, opened.type, dict(entry.parse(opened.line).body))
    return "series_reopened", seq


def series_that_prints_the_same(rows: Rows, at: Place) -> tuple[str, int]:
    opened = rows.line(rows.at("series.opened/1"))
    other = "series:55555555-5555-4555-8555-555555555555"
    seq = rows.append(at.key, other, 1, opened.type, dict(entry.parse(opened.line).body))
    rows.recount()
    return "series_clash", seq


def series_closed_that_is_none(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.append(at.key, "series:55555555-5555-4555-8555-555555555555", 1, "series.closed/1", {"last": 1})
    return "series_unknown", seq


def ledger_opened_again(rows: Rows, at: Place) -> tuple[str, int]:
    seq = rows.append(at.key, "ledger:self", 2, "ledger.opened/1", dict(entry.parse(rows.lines[0].line).body))
    return "opened_again", seq


def version_left_out(rows: Rows, at: Place) -> tuple[str, int]:
    return "version_gap", rows.append(at.key, _OTHER, 2, "comment.noted/1", {})


def body_that_is_of_no_schema(rows: Rows, at: Place) -> tuple[str, int]:
    return "body_schema", rows.append(at.key, "issuer:self", 2, "issuer.profile_set/1", {"siren": 5})


WITH_KEY: tuple[Attack, ...] = (
    number_gap, number_double, number_of_another_form, number_dated_back, number_left_out, date_that_is_none,
    number_of_no_series, series_opened_again, series_that_prints_the_same, series_closed_that_is_none,
    ledger_opened_again, version_left_out, body_that_is_of_no_schema,
)  # fmt: skip


@pytest.mark.parametrize("attack", WITH_KEY, ids=named)
def test_what_the_holder_of_the_key_wrote_against_the_rules_is_found(there: Place, attack: Attack) -> None:
    code, seq = attacked(there, attack)
    verified = by_rules(there)
    assert code in [one for one, _ in found(verified)], found(verified)
    assert first_bad(verified) == seq, found(verified)
    assert all(each.words.isprintable() for each in verified.verdict.findings)


def rewrite(there: Place) -> int:
    """Another amount in an invoice, with everything that follows linked and sealed by the real key."""
    rows = there.copy()
    seq = rows.at("invoice.issued/1", 1)
    rows.rewrite(seq, there.key, lambda body: body.update(reference="another"))
    there.write(rows)
    return seq


def signed(there: Place, size: int, root: bytes | None = None) -> bytes:
    """A checkpoint as the ledger's own key signs it."""
    leaves = [bytes.fromhex(row.fingerprint) for row in there.sound.lines[:size]]
    signer = there.keys.checkpoint_signer(there.keys.facts(there.ledger))
    return checkpoint.sign_checkpoint(size, merkle.root(leaves) if root is None else root, signer)


def test_a_rewrite_with_the_real_key_is_found_against_the_mark_and_nothing_else_here(there: Place) -> None:
    rewrite(there)
    assert by_rules(there).ok, "without anything from outside, the holder of the key can rewrite"
    assert found(verdict(there)) == [("mark_mismatch", len(there.sound.lines))] * 2  # the entry, and its seal


def test_a_rewrite_with_the_real_key_is_found_against_a_checkpoint_kept_elsewhere(there: Place) -> None:
    size = len(there.sound.lines)
    kept = signed(there, 20), signed(there, size)
    assert by_rules(there, kept).ok
    rewrite(there)
    verified = by_rules(there, kept)
    assert found(verified) == [("rewritten", 21)]
    assert verified.verdict.proven_until == 20


def test_a_restored_backup_is_found_against_a_checkpoint_kept_elsewhere(there: Place) -> None:
    kept = signed(there, len(there.sound.lines))
    rows = there.copy()
    rows.cut(rows.seals[-2].last)
    there.write(rows)
    assert by_rules(there).ok, "an old backup is a sound ledger"
    assert found(by_rules(there, (kept,))) == [("behind_checkpoint", rows.lines[-1].seq + 1)]


def test_a_fork_is_found_in_two_checkpoints(there: Place) -> None:
    kept = signed(there, 20), signed(there, 30), signed(there, 30, bytes(32))
    assert found(by_rules(there, kept)) == [("fork", 31)]


def test_a_checkpoint_of_another_key_is_found_and_one_that_is_none_is_refused(there: Place) -> None:
    facts = there.keys.facts(there.ledger)
    signer = LocalNoteSigner(checkpoint.origin(facts.origin, there.ledger), NOTE_KEY)
    foreign = checkpoint.sign_checkpoint(20, bytes(32), signer)
    assert found(by_rules(there, (foreign,))) == [("checkpoint_foreign", 0)]
    for broken in (b"", b"hello", note.sign(b"no checkpoint\n", signer)):
        with pytest.raises(Malformed):
            by_rules(there, (broken,))


# --- what is known from outside


def test_without_pin_or_keys_the_ledger_only_vouches_for_itself(there: Place) -> None:
    verified = verdict(there, keys=False)
    assert (found(verified), verified.trust) == ([("key_not_pinned", 0)], "self")
    assert verified.verdict.proven_until == 0


def test_another_identity_than_the_given_one_is_found(there: Place) -> None:
    verified = verdict(there, pin="ab" * 32)
    assert (found(verified), verified.trust) == ([("pin_mismatch", 1)], "self")


def test_a_mark_that_is_gone_is_found(there: Place) -> None:
    mark = there.keys.root / there.ledger / "mark"
    away = mark.rename(mark.with_name("away"))
    try:
        assert found(verdict(there)) == [("mark_missing", 0)]
    finally:
        away.rename(mark)


def test_an_unknown_ledger_is_a_failure(there: Place) -> None:
    with pytest.raises(LedgerUnknown):
        verify_ledger(there.url, there.store, None, "99999999-9999-8999-8999-999999999999")


# --- bytes of any kind

GARBAGE: tuple[bytes, ...] = (
    b"", b"\x00", b"\xff\xfe\x00\x01", b"null", b"[" * 70_000, b'{"chain":' * 5_000, b"9" * 5_000, b'"\\ud800"',
    b'{"chain":{"at":"2026-11-22T09:30:00.123456Z","ledger":1,"prev":null,"seq":1e400,"v":1},"entry":[]}',
    b'{"chain":{"v":99999999999999999999999999999}}', b" " * 2_000_000, "{\u202e}".encode(),
)  # fmt: skip


def garbage_line(rows: Rows, bad: bytes) -> None:
    rows.put(12, line=bad)


def garbage_line_and_digest(rows: Rows, bad: bytes) -> None:
    rows.put(12, line=bad, fingerprint=entry.fingerprint(bad))


def garbage_entry_1(rows: Rows, bad: bytes) -> None:
    rows.put(1, line=bad, fingerprint=entry.fingerprint(bad))


def garbage_body(rows: Rows, bad: bytes) -> None:
    line = rows.line(12).line
    start, end = line.index(b'"body":') + 7, line.rindex(b',"salt":')
    rows.put(12, line=line[:start] + bad + line[end:])


def garbage_last_line(rows: Rows, bad: bytes) -> None:
    rows.put(rows.lines[-1].seq, line=bad)


def garbage_seal(rows: Rows, bad: bytes) -> None:
    rows.seals[3] = replace(rows.seals[3], text=bad)


def garbage_signature(rows: Rows, bad: bytes) -> None:
    rows.seals[3] = replace(rows.seals[3], signature=bad)


def garbage_disclosure(rows: Rows, bad: bytes) -> None:
    rows.shown[3] = replace(rows.shown[3], value=bad)


def garbage_salt(rows: Rows, bad: bytes) -> None:
    rows.shown[3] = replace(rows.shown[3], salt=bad[:100].hex())


def garbage_path(rows: Rows, bad: bytes) -> None:
    path = bad[:100].decode("latin-1").replace("\x00", "~")
    rows.shown[3] = replace(rows.shown[3], path=path or "x")


def garbage_register(rows: Rows, bad: bytes) -> None:
    assert rows.head is not None
    rows.head = replace(rows.head, register=bad)


SPOTS: tuple[Callable[[Rows, bytes], None], ...] = (
    garbage_line, garbage_line_and_digest, garbage_entry_1, garbage_body, garbage_last_line, garbage_seal,
    garbage_signature, garbage_disclosure, garbage_salt, garbage_path, garbage_register,
)  # fmt: skip


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot.__name__)
def test_bytes_of_any_kind_are_findings(there: Place, spot: Callable[[Rows, bytes], None]) -> None:
    for bad in GARBAGE:
        rows = there.copy()
        spot(rows, bad)
        there.write(rows)
        found(verdict(there))


@pytest.mark.parametrize("seq", [-(2**63) + 1, -1, 0, 2**53, 2**63 - 1])
def test_an_entry_seal_or_disclosure_numbered_out_of_range_is_found(there: Place, seq: int) -> None:
    if there.kind == "memory":
        pytest.skip("memory has no numbers but the lists' own")
    for part in ("entry", "seal", "disclosure"):
        rows = there.copy()
        if part == "entry":
            rows.lines.append(rows.lines[-1]._replace(seq=seq, stream=_OTHER, version=1))
        elif part == "seal":
            rows.seals.append(replace(rows.seals[-1], first=seq, last=seq))
        else:
            rows.shown.append(Disclosure(seq, "/client", "ab" * 16, b'"x"'))
        there.write(rows)
        found(verdict(there))


def test_any_one_byte_changed_anywhere_is_found(there: Place) -> None:
    if there.kind != "memory":
        pytest.skip("the same rows; memory is quick enough to try many")
    draw = Random(20261122)
    for _ in range(300):
        rows = there.copy()
        place, spot = draw.randrange(len(rows.lines)), draw.random()
        line = bytearray(rows.lines[place].line)
        line[int(spot * len(line))] ^= 1 << draw.randrange(8)
        rows.lines[place] = rows.lines[place]._replace(line=bytes(line))
        there.write(rows)
        found(verdict(there))
