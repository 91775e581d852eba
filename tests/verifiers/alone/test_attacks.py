"""Attacks on an archive, each caught by the verifier alone: which code, and at which entry first."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Check, Samples, codes


def first(found: list[tuple[str, int]]) -> tuple[str, int]:
    return found[0]


def test_what_nobody_touched_is_fine(kept: Samples, check: Check) -> None:
    for period in ("2026-11", "2026-12", "2026-11-25", "2026"):
        verdict = check(kept.path(period))
        assert verdict["ok"], (period, verdict["findings"])
        assert verdict["trust"] == "given"
        assert verdict["proven_until"] == verdict["last"] == verdict["head"]["seq"]
        assert verdict["seals_checked"] == verdict["seals"] > 0


def test_all_archives_of_a_ledger_fit_together(kept: Samples, check: Check) -> None:
    verdict = check(*(kept.path(period) for period in ("2026-12", "2026-11", "2026")), jobs=2)
    assert verdict["ok"], verdict["findings"]
    assert verdict["entries"] == verdict["last"]


def test_the_archive_key_pins_as_well_as_the_genesis(kept: Samples, check: Check) -> None:
    assert check(kept.path("2026-11"), genesis="", key=kept.archive_key)["ok"]
    found = check(kept.path("2026-11"), genesis="", key="ab" * 32)
    assert codes(found) == [("pin_mismatch", 0)]
    assert found["trust"] == "self"


def test_without_a_pin_nothing_is_proven(kept: Samples, check: Check) -> None:
    verdict = check(kept.path("2026-11"), genesis="")
    assert codes(verdict) == [("key_not_pinned", 0)]
    assert (verdict["trust"], verdict["proven_until"]) == ("self", 0)


def test_another_ledger_than_the_pinned_one_is_found(kept: Samples, check: Check) -> None:
    assert ("pin_mismatch", 0) in codes(check(kept.path("2026-11"), genesis="cd" * 32))


def write(tmp_path: Path, files: forge.Files) -> Path:
    return forge.write(tmp_path / "forged.zip", files)


def amount(tree: dict[str, Any]) -> None:
    tree["entry"]["body"]["totals"]["gross_cents"] += 1


def invoice_at(found: list[bytes]) -> int:
    return next(at for at, line in enumerate(found) if b'"type":"invoice.issued/1"' in line)


def test_an_edited_entry_is_altered(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    at = invoice_at(found)
    found[at] = forge.edited(found[at], amount)
    verdict = check(write(tmp_path, forge.listed(forge.with_lines(files, found))))
    assert ("altered", at + 1) in codes(verdict)
    assert verdict["proven_until"] <= at


def test_a_file_changed_beside_its_manifest_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    files["LISEZMOI.txt"] += b"bonjour\n"
    assert codes(check(write(tmp_path, files))) == [("file_changed", 0)]


def test_a_file_added_or_taken_away_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    assert codes(check(write(tmp_path, {**files, "extra.txt": b""}))) == [("file_unlisted", 0)]
    del files["LISEZMOI.txt"]
    assert codes(check(write(tmp_path, files))) == [("file_missing", 0)]


def test_a_deleted_entry_is_missing(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    at = invoice_at(found)
    del found[at]
    assert ("deleted", at + 1) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


def test_a_deleted_and_relinked_entry_is_found_by_the_seals(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    at = invoice_at(found)
    del found[at]
    changed = forge.Signer().sign(forge.with_lines(files, forge.relinked(found, at - 1)))
    verdict = check(write(tmp_path, changed))
    assert any(code in ("seal", "tree", "manifest", "deleted") for code, _ in codes(verdict))
    assert verdict["proven_until"] <= at


def test_an_inserted_entry_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    found.insert(10, found[9])
    assert ("inserted", 10) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


def test_two_swapped_entries_are_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    found[10], found[11] = found[11], found[10]
    verdict = check(write(tmp_path, forge.listed(forge.with_lines(files, found))))
    assert ("swapped", 11) in codes(verdict)
    assert not any(code == "deleted" for code, _ in codes(verdict))


def test_a_cut_tail_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)[:-3]
    assert ("deleted", 42) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


def test_a_cut_head_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files("2026-12")
    found = forge.lines(files)[2:]
    start = forge.manifest(files)["first"]
    assert ("deleted", start) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


def test_an_entry_of_another_ledger_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    other = "0" * 14 + "8" + "0" * 3
    found[5] = forge.edited(
        found[5], lambda tree: tree["chain"].update(ledger=f"00000000-0000-8{other[:3]}-8000-000000000000")
    )
    assert ("other_ledger", 6) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


def test_a_clock_set_back_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    found = forge.lines(files)
    found[20] = forge.edited(found[20], lambda tree: tree["chain"].update(at="2026-01-01T00:00:00.000000Z"))
    assert ("clock_back", 21) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("duplicate_member", b'"v":1}', b'"v":1,"v":1}'),
        ("not_canonical", b'"v":1}', b'"v": 1}'),
        ("float", b'"v":1}', b'"v":1.0}'),
        ("unknown_v", b'"v":1}', b'"v":2}'),
        ("not_canonical", b'"entry":{', b'"\\u0065ntry":{'),
        ("members", b'"v":1}', b'"v":1,"w":1}'),
        ("not_json", b'"v":1}', b'"v":01}'),
        ("not_utf8", b'"actor":"', b'"actor":"\xff'),
        ("bidi_control", b'"body":{', '"body":{"a":"\u202e",'.encode()),
        ("integer_range", b'"body":{', b'"body":{"a":9007199254740992,'),
        ("not_finite", b'"body":{', b'"body":{"a":NaN,'),
        ("surrogate", b'"body":{', b'"body":{"a":"\\ud800",'),
        ("actor", b'"actor":"', b'"actor":"Zoe Martin '),
        ("version", b',"version":', b',"version":-'),
    ],
)
def test_a_line_that_is_not_of_the_format_is_named(
    kept: Samples, check: Check, tmp_path: Path, code: str, old: bytes, new: bytes
) -> None:
    files = kept.files()
    found = forge.lines(files)
    found[8] = found[8].replace(old, new, 1)
    assert (code, 9) in codes(check(write(tmp_path, forge.listed(forge.with_lines(files, found)))))


def test_everything_signed_anew_with_another_key_is_found_by_the_pin(
    kept: Samples, check: Check, tmp_path: Path
) -> None:
    files = kept.files()
    path = write(tmp_path, forge.Signer().sign(files))
    assert codes(check(path, genesis="", key=kept.archive_key)) == [("pin_mismatch", 0)]
    verdict = check(path)
    assert verdict["ok"]  # the entries are the pinned ledger's; who made the file is said, and not vouched for
    assert verdict["archives"][0]["archive_key"] != kept.archive_key


def test_an_unsigned_archive_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    del files["manifest.p7s"]
    verdict = check(write(tmp_path, files))
    assert codes(verdict) == [("signature_missing", 0)]
    assert verdict["archives"][0]["signed"] is False


def test_a_manifest_changed_after_its_signature_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    changed = forge.with_manifest(kept.files(), lambda told: told.update(software="sceau 9"))
    assert codes(check(write(tmp_path, changed))) == [("signature", 0)]


def test_the_signature_of_another_archive_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = {**kept.files(), "manifest.p7s": kept.files("2026-12")["manifest.p7s"]}
    assert codes(check(write(tmp_path, files))) == [("signature", 0)]


@pytest.mark.parametrize("name", ["closure_totals", "closures", "documents", "journal", "lines", "payments", "vat"])
def test_a_table_that_is_not_what_the_entries_give_is_found(
    kept: Samples, check: Check, tmp_path: Path, name: str
) -> None:
    files = kept.files()
    table = files[f"tables/{name}.csv"]
    cut = table.rindex(b"\r\n", 0, len(table) - 2)
    digit = next(at for at in range(cut, len(table)) if table[at : at + 1].isdigit())
    changed = table[:digit] + bytes([table[digit] ^ 1]) + table[digit + 1 :]
    verdict = check(write(tmp_path, forge.Signer().sign({**files, f"tables/{name}.csv": changed})))
    assert [one["code"] for one in verdict["findings"]] == ["table"]
    assert verdict["findings"][0]["place"] == f"tables/{name}.csv"
    last = table.count(b"\n")
    assert f"line {last} " in verdict["findings"][0]["words"]


def test_rows_too_many_or_too_few_are_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    table = files["tables/payments.csv"]
    for changed in (table + b"x\r\n", table[: table.rindex(b"\r\n", 0, len(table) - 2) + 2], b"", b"titles\r\n"):
        verdict = check(write(tmp_path, forge.Signer().sign({**files, "tables/payments.csv": changed})))
        assert [one["code"] for one in verdict["findings"]] == ["table"], changed[:20]


def test_a_seal_changed_replaced_or_left_out_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files()
    seals = files["seals.jsonl"].split(b"\n")[:-1]

    def with_seals(changed: list[bytes]) -> list[tuple[str, int]]:
        signed = forge.Signer().sign({**files, "seals.jsonl": b"".join(line + b"\n" for line in changed)})
        return codes(check(write(tmp_path, signed)))

    def bent(line: bytes, **members: Any) -> bytes:
        return forge.canonical({**json.loads(line), **members})

    flipped = bent(seals[3], signature=json.loads(seals[4])["signature"])
    start = json.loads(seals[3])["first"]
    assert ("seal", start) in with_seals([*seals[:3], flipped, *seals[4:]])
    assert ("unsealed", start) in with_seals([*seals[:3], *seals[4:]])
    assert ("unsealed", json.loads(seals[-1])["first"]) in with_seals(seals[:-1])
    assert ("wrong_key", start) in with_seals([*seals[:3], bent(seals[3], key="ab" * 32), *seals[4:]])
    assert ("seal", start) in with_seals([*seals[:3], seals[3] + b" ", *seals[4:]])
    assert ("seal", json.loads(seals[2])["first"]) in with_seals([*seals[:3], seals[2], *seals[3:]])


def test_a_missing_public_key_is_said(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files("2026-12")
    assert b"\n" in files["seal-keys.jsonl"]
    verdict = check(write(tmp_path, forge.Signer().sign({**files, "seal-keys.jsonl": b""})))
    assert verdict["ok"]  # entry 1 and the key change carry the keys themselves


def test_a_false_key_change_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files("2026-12")
    found = forge.lines(files)
    at = next(at for at, line in enumerate(found) if b'"type":"key.changed/1"' in line)
    found[at] = forge.edited(found[at], lambda tree: tree["entry"]["body"].update(authorised_by="recovery"))
    changed = forge.with_lines(files, forge.relinked(found, at))
    verdict = check(write(tmp_path, forge.Signer().sign(changed)))
    seq = json.loads(found[at])["chain"]["seq"]
    assert ("key_discontinuity", seq) in codes(verdict)
    assert ("wrong_key", seq) in codes(verdict)
    assert verdict["proven_until"] < seq


def test_a_withheld_key_change_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    """The context of a later archive names every key change before it: here one is put there that never was."""
    files = kept.files("2026-12")
    changed = forge.with_manifest(files, lambda told: told["seals"].update(key="ab" * 32))
    assert ("manifest", 0) in codes(check(write(tmp_path, changed)))


@pytest.mark.parametrize("member", ["first", "last", "head", "prev", "kind", "siren", "genesis", "ledger"])
def test_a_manifest_that_says_otherwise_than_the_entries_is_found(
    kept: Samples, check: Check, tmp_path: Path, member: str
) -> None:
    other = {
        "first": 2, "last": 43, "head": "ab" * 32, "prev": "ab" * 32, "kind": "training", "siren": "000000000",
        "genesis": "ab" * 32, "ledger": "00000000-0000-8000-8000-000000000000",
    }  # fmt: skip
    changed = forge.with_manifest(kept.files("2026-12"), lambda told: told.update({member: other[member]}))
    verdict = check(write(tmp_path, forge.Signer().sign(changed)))
    assert not verdict["ok"]
    assert verdict["findings"][0]["place"]


def test_a_root_or_peak_that_is_not_that_of_the_entries_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    def root(told: dict[str, Any]) -> None:
        told["tree"]["root"] = "ab" * 32

    def peak(told: dict[str, Any]) -> None:
        told["tree"]["peaks"][0] = "ab" * 32

    for change in (root, peak):
        signed = forge.Signer().sign(forge.with_manifest(kept.files("2026-12"), change))
        assert ("tree", 0) in codes(check(write(tmp_path, signed)))


def test_a_checkpoint_or_context_of_another_ledger_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files("2026-12")
    note = files["checkpoint.txt"].decode().splitlines(keepends=True)
    flipped = "".join([*note[:-1], note[-1][:-10] + "AAAAAAAA=\n"])
    verdict = check(write(tmp_path, forge.Signer().sign({**files, "checkpoint.txt": flipped.encode()})))
    assert verdict["findings"][0]["code"] in ("checkpoint_signature", "checkpoint")
    other = forge.Signer().sign({**files, "context.jsonl": b"", "context-proofs.jsonl": b""})
    assert ("opening", 1) in codes(check(write(tmp_path, other)))
    proofs = forge.canonical({"proof": ["ab" * 32], "seq": 1}) + b"\n"
    assert ("inclusion", 1) in codes(
        check(write(tmp_path, forge.Signer().sign({**files, "context-proofs.jsonl": proofs})))
    )


def test_a_checkpoint_kept_elsewhere_shows_a_rewrite(kept: Samples, check: Check, tmp_path: Path) -> None:
    note = tmp_path / "kept.txt"
    note.write_bytes(kept.files("2026-11")["checkpoint.txt"])
    verdict = check(kept.path("2026"), checkpoints=[str(note)])
    assert verdict["ok"], verdict["findings"]
    assert verdict["unproven_after"] == forge.manifest(kept.files("2026-11"))["checkpoint"]["size"]
    text = note.read_text()
    lines = text.split("\n")
    lines[2] = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="
    note.write_text("\n".join(lines))
    found = [code for code, _ in codes(check(kept.path("2026"), checkpoints=[str(note)]))]
    assert "rewritten" in found
    assert "checkpoint_foreign" in found


def test_a_fingerprint_on_a_customers_document_is_compared(kept: Samples, check: Check) -> None:
    line = forge.lines(kept.files())[invoice_at(forge.lines(kept.files()))]
    body, chain = json.loads(line)["entry"]["body"], json.loads(line)["chain"]
    good = check(kept.path("2026-11"), document=(body["number"], hashlib.sha256(line).hexdigest()))
    assert good["ok"]
    assert good["unproven_after"] == chain["seq"]
    assert ("rewritten", chain["seq"]) in codes(check(kept.path("2026-11"), document=(body["number"], "ab" * 32)))
    assert codes(check(kept.path("2026-11"), document=("X-1", "ab" * 32))) == [("document_missing", 0)]


def test_two_histories_are_a_fork(kept: Samples, check: Check, tmp_path: Path) -> None:
    files = kept.files("2026-12")
    found = forge.lines(files)
    found[-1] = forge.edited(found[-1], lambda tree: tree["entry"].update(salt="ab" * 16))
    other = tmp_path / "other.zip"
    changed = forge.with_manifest(
        forge.with_lines(files, found), lambda told: told.update(head=hashlib.sha256(found[-1]).hexdigest())
    )
    forge.write(other, forge.Signer().sign(changed))
    assert any(code in ("fork", "archive_replaced") for code, _ in codes(check(kept.path("2026"), other)))


def test_a_replaced_archive_is_found_by_the_one_after(kept: Samples, check: Check, tmp_path: Path) -> None:
    again = tmp_path / "atelier-2026-11.zip"
    forge.write(
        again, forge.Signer().sign(forge.with_manifest(kept.files("2026-11"), lambda told: told.update(software="x")))
    )
    found = check(again, kept.path("2026-12"))
    assert ("archive_replaced", 0) in codes(found)


def test_archives_of_two_ledgers_do_not_pass_for_one(kept: Samples, check: Check, tmp_path: Path) -> None:
    changed = forge.with_manifest(kept.files("2026-12"), lambda told: told.update(genesis="ab" * 32))
    other = write(tmp_path, forge.Signer().sign(changed))
    assert "other_ledger" in [code for code, _ in codes(check(kept.path("2026-11"), other))]


def test_findings_of_one_archive_are_the_same_in_one_process_and_two(
    kept: Samples, check: Check, tmp_path: Path
) -> None:
    files = kept.files()
    found = forge.lines(files)
    del found[12]
    path = write(tmp_path, forge.listed(forge.with_lines(files, found)))
    assert check(path, jobs=1)["findings"] == check(path, jobs=2)["findings"]
