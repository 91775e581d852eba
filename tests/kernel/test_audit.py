"""Every way a ledger can be altered, and the finding that names its first bad entry."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.kernel import audit, entry, key_change, merkle, seal, segment, stretch
from ledger.kernel.canonical import Json
from ledger.kernel.checkpoint import Checkpoint
from ledger.kernel.errors import Malformed
from tests.kernel.build import (
    OTHER_KEY,
    RECOVERY_KEY,
    SEAL_KEY,
    Disclosure,
    Ledger,
    Row,
    digest,
    ledger,
    opening_body,
    stream_id,
)


def codes(verdict: audit.Verdict) -> list[tuple[str, int]]:
    assert not verdict.ok
    return [(finding.code, finding.seq) for finding in verdict.findings]


def edit(row: Row, old: bytes, new: bytes) -> Row:
    assert row.line.count(old) == 1
    return replace(row, line=row.line.replace(old, new))


def cut_tail(made: Ledger) -> None:
    del made.rows[9:]
    del made.seals[3:]
    made.disclosures = [shown for shown in made.disclosures if shown.seq <= 9]


@pytest.mark.parametrize("columns", [True, False])
def test_a_sound_ledger_is_ok(columns: bool) -> None:
    made = ledger()
    verdict = made.verify(columns=columns, head=audit.Mark(12, made.rows[-1].fingerprint))
    assert verdict.as_json() == {
        "ok": True,
        "trust": "pinned",
        "kind": "training",
        "genesis": made.rows[0].fingerprint,
        "entries": 12,
        "head": {"seq": 12, "fingerprint": made.rows[-1].fingerprint},
        "seals": 4,
        "proven_until": 12,
        "not_shown": [],
        "findings": [],
    }


def test_a_ledger_that_vouches_for_itself_is_not_ok() -> None:
    verdict = ledger().verify(genesis=None)
    assert codes(verdict) == [("key_not_pinned", 0)]
    assert (verdict.trust, verdict.proven_until) == ("self", 0)


def test_another_ledger_than_the_pinned_one_is_found() -> None:
    assert codes(ledger().verify(genesis="ab" * 32)) == [("pin_mismatch", 1)]


@pytest.mark.parametrize("seq", range(2, 13))
@pytest.mark.parametrize("columns", [True, False])
def test_an_edited_byte_is_found_where_it_is(columns: bool, seq: int) -> None:
    made = ledger()
    made.rows[seq - 1] = edit(made.rows[seq - 1], b'"rate_bp":2000', b'"rate_bp":1000')
    verdict = made.verify(columns=columns)
    assert verdict.findings[0].seq <= seq
    if seq % 3:  # the entry after it names another fingerprint
        assert ("altered", seq) in codes(verdict)
    else:  # a seal does too
        assert ("seal_head", seq - 2 if seq > 3 else 1) in codes(verdict)
    assert verdict.proven_until < seq


def test_a_broken_byte_is_named_by_its_fault() -> None:
    made = ledger()
    made.rows[4] = edit(made.rows[4], b'"rate_bp":2000', b'"rate_bp":2e33')
    assert codes(made.verify())[:2] == [("float", 5), ("altered", 5)]


@pytest.mark.parametrize("columns", [True, False])
def test_an_edited_entry_with_its_fingerprint_column_is_found(columns: bool) -> None:
    made = ledger()
    row = edit(made.rows[3], b'"rate_bp":2000', b'"rate_bp":1000')
    made.rows[3] = replace(row, fingerprint=entry.fingerprint(row.line))
    assert codes(made.verify(columns=columns)) == [("altered", 4)]


@pytest.mark.parametrize("columns", [True, False])
@pytest.mark.parametrize("seq", [2, 5, 6, 7])
def test_a_deleted_entry_is_found(columns: bool, seq: int) -> None:
    made = ledger()
    del made.rows[seq - 1]
    assert ("deleted", seq) in codes(made.verify(columns=columns))


def test_a_deleted_first_entry_is_no_ledger() -> None:
    made = ledger()
    with pytest.raises(Malformed, match="opening"):
        audit.opening(made.rows[1].line)


def test_a_damaged_first_entry_gives_a_verdict_all_the_same() -> None:
    with pytest.raises(Malformed) as told:
        audit.opening(ledger().rows[0].line[:-1])
    assert codes(audit.no_ledger(told.value)) == [("not_json", 1)]


@pytest.mark.parametrize("columns", [True, False])
def test_an_inserted_entry_is_found(columns: bool) -> None:
    made = ledger()
    twin = edit(made.rows[5], b'"rate_bp":2000', b'"rate_bp":1000')
    made.rows.insert(5, replace(twin, fingerprint=entry.fingerprint(twin.line)))
    assert ("inserted", 6) in codes(made.verify(columns=columns))


@pytest.mark.parametrize("columns", [True, False])
def test_swapped_entries_are_found(columns: bool) -> None:
    made = ledger()
    made.rows[4], made.rows[5] = made.rows[5], made.rows[4]
    found = codes(made.verify(columns=columns))
    assert ("swapped", 5) in found
    assert "deleted" not in [code for code, _ in found]


@pytest.mark.parametrize("columns", [True, False])
def test_a_chain_linked_again_after_an_edit_is_found_by_its_seal(columns: bool) -> None:
    made = ledger()
    row = edit(made.rows[4], b'"rate_bp":2000', b'"rate_bp":1000')
    made.rows[4] = replace(row, fingerprint=entry.fingerprint(row.line))
    made.relink(6)
    verdict = made.verify(columns=columns)
    assert codes(verdict) == [("seal_head", 4), ("seal_head", 7), ("seal_head", 10)]
    assert verdict.proven_until == 3


def test_a_link_that_names_another_entry_is_found() -> None:
    made = ledger()
    row = made.rows[4]
    line = row.line.replace(made.rows[3].fingerprint.encode(), b"ab" * 32)
    made.rows[4] = replace(row, line=line, fingerprint=entry.fingerprint(line))
    assert codes(made.verify(columns=False))[0] == ("link", 5)


@pytest.mark.parametrize(
    "change",
    [{"stream": stream_id("quote", 1)}, {"version": 9}, {"type": "invoice.other/1"}, {"seq": 40}],
)
def test_a_column_that_differs_from_its_line_is_found(change: dict[str, object]) -> None:
    made = ledger()
    made.rows[6] = replace(made.rows[6], **change)  # type: ignore[arg-type]  # one column of its own type
    assert codes(made.verify()) == [("column", 7)]


@pytest.mark.parametrize("seq", [5, 12])
def test_a_fingerprint_column_that_is_not_the_digest_is_found(seq: int) -> None:
    made = ledger()
    made.rows[seq - 1] = replace(made.rows[seq - 1], fingerprint="ab" * 32)
    assert codes(made.verify()) == [("column", seq)]


def test_a_seal_of_another_key_is_found() -> None:
    made = ledger(6)
    made.add(stream_id("invoice", 1), "invoice.noted/1", {})
    made.key = OTHER_KEY
    made.seal()
    verdict = made.verify()
    assert codes(verdict) == [("wrong_key", 7)]
    assert verdict.proven_until == 6


def test_a_seal_whose_signature_is_not_its_keys_is_found() -> None:
    made = ledger()
    row = made.seals[1]
    made.seals[1] = replace(row, signature=OTHER_KEY.sign(row.text))
    assert codes(made.verify()) == [("seal", 4), ("seal_chain", 7)]


def test_a_missing_seal_leaves_its_range_unsealed() -> None:
    made = ledger()
    del made.seals[1]
    verdict = made.verify()
    assert codes(verdict) == [("unsealed", 4)]
    assert verdict.proven_until == 3


def test_entries_after_the_last_seal_are_unsealed() -> None:
    made = ledger()
    del made.seals[-1]
    assert codes(made.verify()) == [("unsealed", 10)]


def test_a_seal_that_does_not_name_the_one_before_is_found() -> None:
    made = ledger(3)
    made.add(stream_id("invoice", 1), "invoice.noted/1", {})
    row = made.rows[-1]
    text = seal.seal_text(made.ledger, made.genesis, 4, 4, row.fingerprint, "cd" * 32, SEAL_KEY.key_id)
    made.seals.append(replace(made.seals[0], first=4, last=4, text=text, signature=SEAL_KEY.sign(text)))
    assert codes(made.verify()) == [("seal_chain", 4)]


def test_seal_columns_that_differ_from_their_text_are_found() -> None:
    made = ledger()
    made.seals[2] = replace(made.seals[2], first=8)
    assert ("column", 8) in codes(made.verify())


def test_a_clock_going_back_is_found() -> None:
    made = ledger(6)
    made.now -= timedelta(seconds=1)
    made.add(stream_id("invoice", 1), "invoice.noted/1", {})
    made.seal()
    assert codes(made.verify()) == [("clock_back", 7)]


def test_a_disclosure_that_is_not_what_was_committed_to_is_found() -> None:
    made = ledger()
    shown = made.disclosures[1]
    made.disclosures[1] = replace(shown, value=b'{"name":"Mallory"}')
    assert codes(made.verify()) == [("commitment", shown.seq)]


def test_a_disclosure_that_is_not_canonical_is_found() -> None:
    made = ledger()
    made.disclosures[0] = replace(made.disclosures[0], value=b'{"name": "x"}')
    assert codes(made.verify()) == [("commitment", 3)]


def test_a_lost_disclosure_is_found() -> None:
    made = ledger()
    lost = made.disclosures.pop(0)
    assert codes(made.verify()) == [("disclosure_lost", lost.seq)]
    assert made.verify(disclosed=False).ok


def test_an_erased_disclosure_is_not_lost() -> None:
    made = ledger(9)
    lost = made.disclosures.pop(0)
    body = {"ground": "asked", "law": "RGPD art. 17", "places": [{"seq": lost.seq, "path": lost.path}]}
    made.add("erasure:self", stretch.ERASED, body)  # type: ignore[arg-type]  # dict is invariant
    made.seal()
    assert made.verify().ok


def test_nothing_is_erased_in_advance() -> None:
    made = ledger(9)
    seq = made.disclosures[-1].seq + 2
    places = [{"seq": seq, "path": "/client"}]
    body = {"ground": "asked", "law": "RGPD art. 17", "places": places}
    made.add("erasure:self", stretch.ERASED, body)  # type: ignore[arg-type]  # as above
    made.add(stream_id("invoice", 9), "invoice.noted/1", {"client": {"$c": "ab" * 32}})
    made.seal()
    assert codes(made.verify()) == [("disclosure_lost", made.rows[-1].seq)]


def purged(*told: str, manifest: str = "ab" * 32, upto: int = 5) -> list[tuple[str, int]]:
    """What is found where the line of entry 5 is gone behind a purge, after what these entries tell of an archive."""
    made = ledger(9)
    bodies: dict[str, dict[str, Json]] = {
        "made": {"first_seq": 2, "last_seq": upto, "manifest": "ab" * 32},
        "confirmed": {"manifest": "ab" * 32},
        "purged": {"first_seq": 2, "last_seq": 5, "manifest": manifest},
    }
    types = {"made": stretch.ARCHIVED, "confirmed": stretch.CONFIRMED, "purged": stretch.PURGED}
    for name in told:
        made.add("archive:self", types[name], bodies[name])
    made.seal()
    made.rows[4] = replace(made.rows[4], line=b"")
    made.disclosures[:] = [one for one in made.disclosures if one.seq != 5]
    return [(finding.code, finding.seq) for finding in made.verify().findings]


def test_a_purge_of_a_confirmed_archive_explains_a_line_that_is_gone() -> None:
    assert purged("made", "confirmed", "purged") == []
    assert purged("purged", "made", "confirmed", "purged") == [("purge_without_archive", 10)]


@pytest.mark.parametrize("told", [(), ("made",), ("confirmed",)])
def test_a_purge_of_an_archive_that_nothing_tells_of_explains_nothing(told: tuple[str, ...]) -> None:
    by = 10 + len(told)
    assert purged(*told, "purged") == [("deleted", 5), ("purge_without_archive", by)]


def test_an_archive_that_is_told_of_after_the_purge_does_not_explain_it() -> None:
    assert purged("purged", "made", "confirmed") == [("deleted", 5), ("purge_without_archive", 10)]
    assert purged("made", "purged", "confirmed") == [("deleted", 5), ("purge_without_archive", 11)]


def test_another_archive_or_another_range_does_not_explain_a_purge() -> None:
    found = [("deleted", 5), ("purge_without_archive", 12)]
    assert purged("made", "confirmed", "purged", manifest="cd" * 32) == found
    assert purged("made", "confirmed", "purged", upto=6) == found


def test_a_disclosure_that_nothing_asks_for_is_found() -> None:
    made = ledger()
    made.disclosures.insert(0, Disclosure(2, "/client", "ab" * 16, b'"x"'))
    assert codes(made.verify()) == [("disclosure_stray", 2)]


def test_a_commitment_out_of_shape_is_found() -> None:
    made = ledger(3)
    made.add(stream_id("invoice", 9), "invoice.noted/1", {"client": {"$c": "ab" * 32, "name": "x"}})
    made.seal()
    assert codes(made.verify()) == [("commitment", 4)]


def test_a_head_row_that_is_not_of_the_last_entry_is_found() -> None:
    made = ledger()
    assert codes(made.verify(head=audit.Mark(12, "ab" * 32))) == [("head_mismatch", 12)]
    assert codes(made.verify(head=audit.Mark(15, "ab" * 32))) == [("head_mismatch", 13)]


def test_a_cut_tail_is_found_against_the_mark() -> None:
    made = ledger()
    mark = audit.Mark(12, made.rows[-1].fingerprint)
    assert made.verify(mark=mark).ok
    cut_tail(made)
    assert codes(made.verify(mark=mark)) == [("tail_cut", 10)]


def test_a_cut_tail_whose_seals_were_forgotten_is_found_without_a_mark() -> None:
    made = ledger()
    del made.rows[9:]
    assert ("seal_head", 10) in codes(made.verify())


def test_another_entry_than_the_one_marked_is_found() -> None:
    assert codes(ledger().verify(mark=audit.Mark(7, "ab" * 32))) == [("mark_mismatch", 7)]


@pytest.mark.parametrize(("version", "seq"), [(3, 13), (1, 13)])
@pytest.mark.parametrize("summed", [True, False])
def test_a_gap_or_double_in_a_stream_is_found(version: int, seq: int, summed: bool) -> None:
    made = ledger()
    stream = stream_id("quote", 7)
    made.versions[stream] = 0
    made.add(stream, "quote.noted/1", {})
    made.versions[stream] = version - 1
    made.add(stream, "quote.noted/1", {})
    made.seal()
    index = sorted((row.stream, row.version, row.seq) for row in made.rows)
    verdict = made.verify(versions_key=b"k" * 32, index=index) if summed else made.verify()
    assert codes(verdict) == [("version_gap", seq + 1)]


def test_versions_out_of_order_are_found() -> None:
    made = ledger()
    stream = stream_id("quote", 7)
    made.versions[stream] = 1
    made.add(stream, "quote.noted/1", {})
    made.versions[stream] = 0
    made.add(stream, "quote.noted/1", {})
    made.seal()
    index = sorted((row.stream, row.version, row.seq) for row in made.rows)
    assert codes(made.verify(versions_key=b"k" * 32, index=index)) == [("version_order", 13)]
    assert ("version_gap", 13) in codes(made.verify())


def test_an_index_that_lies_is_found() -> None:
    made = ledger()
    index = sorted((row.stream, row.version, row.seq) for row in made.rows)
    assert made.verify(versions_key=b"k" * 32, index=index).ok
    assert codes(made.verify(versions_key=b"k" * 32, index=index[:-1])) == [("index_mismatch", 0)]
    doubled = sorted([*index, index[-1]])
    assert ("index_mismatch", 0) in codes(made.verify(versions_key=b"k" * 32, index=doubled))
    assert ("index_order", index[0][2]) in codes(made.verify(versions_key=b"k" * 32, index=[*index[1:], index[0]]))


def test_a_versions_sum_without_an_index_is_an_error() -> None:
    with pytest.raises(ValueError, match="index"):
        ledger().verify(versions_key=b"k" * 32)


def test_an_unknown_format_stops_the_audit() -> None:
    made = ledger()
    made.rows[7] = edit(made.rows[7], b'"v":1}', b'"v":2}')
    verdict = made.verify()
    assert codes(verdict) == [("unknown_v", 8)]
    assert verdict.proven_until <= 6


def test_an_entry_of_another_ledger_is_found() -> None:
    made = ledger()
    other = Ledger()
    other.add("ledger:self", audit.OPENED, {**opening_body(), "till": "2"})
    made.rows[6] = edit(made.rows[6], made.ledger.encode(), other.ledger.encode())
    assert ("other_ledger", 7) in codes(made.verify())


def test_a_ledger_id_that_is_not_that_of_entry_1_is_refused() -> None:
    made = ledger(1)
    with pytest.raises(Malformed, match="ledger"):
        audit.opening(made.rows[0].line.replace(made.ledger.encode(), b"12345678-1234-8234-8234-123456789abc"))


# Checkpoints kept elsewhere: what even the holder of the key cannot do unseen.


def test_a_checkpoint_kept_elsewhere_agrees_with_a_sound_ledger() -> None:
    made = ledger()
    heads = tuple(Checkpoint("sceau.example", size, made.root(size)) for size in (0, 1, 5, 12))
    assert made.verify(checkpoints=heads).ok


def test_a_rewrite_with_the_real_key_is_found_against_a_checkpoint() -> None:
    made = ledger()
    heads = (Checkpoint("sceau.example", 3, made.root(3)), Checkpoint("sceau.example", 9, made.root(9)))
    row = edit(made.rows[4], b'"rate_bp":2000', b'"rate_bp":1000')
    made.rows[4] = replace(row, fingerprint=entry.fingerprint(row.line))
    made.relink(6)
    made.reseal()
    assert made.verify().ok, "without anything from outside, the holder of the key can rewrite"
    verdict = made.verify(checkpoints=heads)
    assert codes(verdict) == [("rewritten", 4)]
    assert verdict.proven_until == 3


def test_a_restored_backup_is_found_against_a_checkpoint() -> None:
    made = ledger()
    head = Checkpoint("sceau.example", 12, made.root(12))
    cut_tail(made)
    assert codes(made.verify(checkpoints=(head,))) == [("behind_checkpoint", 10)]


def test_a_fork_is_found_in_two_checkpoints() -> None:
    made = ledger()
    heads = (
        Checkpoint("sceau.example", 6, made.root(6)),
        Checkpoint("sceau.example", 9, made.root(9)),
        Checkpoint("sceau.example", 9, bytes(32)),
    )
    assert ("fork", 10) in codes(made.verify(checkpoints=heads))


# Keys.


def change_key(made: Ledger, new: seal.LocalSigner, by: seal.LocalSigner, said: str, **members: object) -> None:
    text = key_change.key_text(
        made.ledger, made.genesis, "seal", made.key.key_id, new.key_id, 0, merkle.EMPTY_ROOT.hex()
    )
    change = key_change.make(text, new, by, said)
    body = {**key_change.body(key_change.parse(text), change), "reason": "routine", **members}
    made.add("ledger:self", key_change.TYPE, body)  # type: ignore[arg-type]  # the test may break a member
    made.key = new
    made.seal()


@pytest.mark.parametrize(("by", "said"), [(SEAL_KEY, "outgoing"), (RECOVERY_KEY, "recovery")])
def test_a_key_change_signed_by_the_outgoing_or_the_recovery_key_is_followed(by: seal.LocalSigner, said: str) -> None:
    made = ledger(6)
    change_key(made, OTHER_KEY, by, said)
    made.add(stream_id("invoice", 1), "invoice.noted/1", {})
    made.seal()
    verdict = made.verify()
    assert verdict.ok
    assert verdict.proven_until == 8


def test_a_key_change_that_only_the_new_key_signed_is_a_discontinuity() -> None:
    made = ledger(6)
    change_key(made, OTHER_KEY, OTHER_KEY, "outgoing")
    assert codes(made.verify()) == [("key_discontinuity", 7), ("wrong_key", 7)]


def test_the_outgoing_key_seals_nothing_after_the_change() -> None:
    made = ledger(6)
    change_key(made, OTHER_KEY, SEAL_KEY, "outgoing")
    made.key = SEAL_KEY
    made.add(stream_id("invoice", 1), "invoice.noted/1", {})
    made.seal()
    assert codes(made.verify()) == [("wrong_key", 8)]


def test_entries_written_while_the_key_was_known_to_others_are_suspect() -> None:
    made = ledger(6)
    change_key(made, OTHER_KEY, RECOVERY_KEY, "recovery", suspect_from=3, reason="compromised")
    assert codes(made.verify()) == [("key_suspect", 3)]
    anchored = (Checkpoint("sceau.example", 5, made.root(5)),)
    assert codes(made.verify(checkpoints=anchored)) == [("key_suspect", 6)]
    anchored = (Checkpoint("sceau.example", 7, made.root(7)),)
    assert made.verify(checkpoints=anchored).ok


def test_seals_whose_public_key_is_not_at_hand_prove_nothing() -> None:
    made = ledger(3)
    opened = audit.opening(made.rows[0].line)
    outside = audit.Outside(genesis=made.genesis)
    plan = audit.plan_for(opened, outside, [])
    verdict = audit.audit(segment.stored(made.rows), made.seals, None, plan, opened, outside)
    assert codes(verdict) == [("key_missing", 1)]
    assert verdict.proven_until == 0


# Stretches.


def in_stretches(made: Ledger, size: int) -> audit.Verdict:
    """The same audit in stretches of `size` (a power of two), each pickled as if it came from another process."""
    opened = audit.opening(made.rows[0].line)
    outside = audit.Outside(
        genesis=made.genesis,
        mark=audit.Mark(9, made.rows[8].fingerprint) if len(made.rows) > 8 else None,
        checkpoints=tuple(Checkpoint("sceau.example", n, made.root(n)) for n in (3, 4, 11)),
    )
    plan = pickle.loads(pickle.dumps(audit.plan_for(opened, outside, [SEAL_KEY.public_der])))
    run = audit.Audit(plan, opened, outside)
    for start in range(0, 12, size):
        rows = [row for row in made.rows if start < row.seq <= start + size]
        seals = [row for row in made.seals if start < row.last <= start + size]
        shown = [row for row in made.disclosures if start < row.seq <= start + size]
        part = segment.check_segment(
            segment.stored(rows), start + 1, plan, segment.Source(seals), segment.Source(shown), drain=True
        )
        run.join(pickle.loads(pickle.dumps(part)))
    return run.close(audit.Mark(12, made.rows[-1].fingerprint))


@pytest.mark.parametrize("size", [1, 2, 4, 8, 16])
def test_stretches_checked_apart_join_to_the_same_verdict(size: int) -> None:
    verdict = in_stretches(ledger(), size)
    assert verdict.ok, verdict.findings
    assert verdict.entries == 12


@pytest.mark.parametrize("size", [1, 2, 4, 8])
@pytest.mark.parametrize("seq", range(2, 12))
def test_a_fault_at_the_edge_of_a_stretch_is_found(size: int, seq: int) -> None:
    made = ledger()
    made.rows[seq - 1] = edit(made.rows[seq - 1], b'"rate_bp":2000', b'"rate_bp":1000')
    assert ("altered", seq) in codes(in_stretches(made, size))
    made = ledger()
    del made.rows[seq - 1]
    assert ("deleted", seq) in codes(in_stretches(made, size))


def test_a_fold_of_the_caller_adds_its_findings() -> None:
    made = ledger()
    opened = audit.opening(made.rows[0].line)
    outside = audit.Outside(genesis=made.genesis)
    plan = replace(
        audit.plan_for(opened, outside, [SEAL_KEY.public_der]),
        select=lambda seq, type_, stream, body, at: body["n"],
        select_types=frozenset({"invoice.noted/1"}),
    )
    seen: list[object] = []

    def fold(seq: int, fact: object) -> list[stretch.Finding]:
        seen.append(fact)
        return [stretch.Finding("number_gap", seq, "a number is missing")] if fact == 5 else []

    verdict = audit.audit(segment.stored(made.rows), made.seals, made.disclosures, plan, opened, outside, fold=fold)
    assert seen == list(range(2, 13))
    assert codes(verdict) == [("number_gap", 5)]


def test_progress_is_told() -> None:
    made = ledger()
    opened = audit.opening(made.rows[0].line)
    outside = audit.Outside(genesis=made.genesis)
    plan = audit.plan_for(opened, outside, [SEAL_KEY.public_der])
    told: list[int] = []
    audit.audit(segment.stored(made.rows), made.seals, None, plan, opened, outside, progress=told.append)
    assert told == [12]


def test_a_ledger_that_is_all_wrong_does_not_fill_the_memory() -> None:
    made = ledger(3)
    opened = audit.opening(made.rows[0].line)
    outside = audit.Outside()
    plan = audit.plan_for(opened, outside, [])
    rows = segment.bare([made.rows[0].line, *(digest(str(n)).encode() for n in range(3000))])
    verdict = audit.audit(rows, (), None, plan, opened, outside)
    assert len(verdict.findings) == stretch.MAX_FINDINGS
    assert {finding.code for finding in verdict.findings} == {"not_json"}
