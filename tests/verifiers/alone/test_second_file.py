"""The file of names and texts, and a customer's proof."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Check, Samples, codes
from tests.verifiers.alone.insider import Insider, NoteKey


@pytest.fixture(scope="module")
def opened(kept: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second file of November, decrypted as archive.md rule 23 tells."""
    told = forge.manifest(kept.files())["private"]
    out = tmp_path_factory.mktemp("private") / "private.zip"
    source = kept.folder / told["name"]
    arguments = ["-d", "-aes-256-ctr", "-K", kept.year_key, "-iv", told["iv"], "-in", str(source), "-out", str(out)]
    subprocess.run(["openssl", "enc", *arguments], check=True, capture_output=True)
    return out


def test_names_are_checked_against_what_was_committed_to(kept: Samples, check: Check, opened: Path) -> None:
    verdict = check(kept.path("2026-11"), private=[str(opened)])
    assert verdict["ok"], verdict["findings"]
    assert not any("--private" in sentence for sentence in verdict["not_checked"])


def test_the_encrypted_file_is_recognised_and_not_opened(kept: Samples, check: Check) -> None:
    told = forge.manifest(kept.files())["private"]
    verdict = check(kept.path("2026-11"), private=[str(kept.folder / told["name"])])
    assert verdict["ok"]
    assert any("aes-256-ctr" in sentence for sentence in verdict["not_checked"])


def test_the_second_file_of_another_archive_is_found(kept: Samples, check: Check, opened: Path) -> None:
    assert codes(check(kept.path("2026-12"), private=[str(opened)])) == [("private", 0)]


def bent(kept: Samples, opened: Path, tmp_path: Path, change: Any) -> tuple[Path, Path]:
    """An archive and its second file, of which the disclosures were changed, both listed and signed again."""
    files = forge.read(opened)
    rows = [json.loads(line) for line in files["disclosures.jsonl"].splitlines()]
    change(rows)
    files["disclosures.jsonl"] = b"".join(forge.canonical(row) + b"\n" for row in rows)
    second = forge.write(tmp_path / "second.zip", forge.listed(files))
    digest = hashlib.sha256(second.read_bytes()).hexdigest()
    main = forge.with_manifest(kept.files(), lambda told: told["private"].update(plain_sha256=digest))
    return forge.write(tmp_path / "main.zip", forge.Signer().sign(main)), second


def test_a_name_changed_taken_away_or_added_is_found(kept: Samples, check: Check, opened: Path, tmp_path: Path) -> None:
    def changed(rows: list[Any]) -> None:
        rows[0]["value"]["name"] = "Somebody Else"

    def away(rows: list[Any]) -> None:
        del rows[1]

    def added(rows: list[Any]) -> None:
        rows.insert(1, {**rows[0], "path": rows[0]["path"] + "/extra"})

    for change, code in ((changed, "commitment"), (away, "disclosure_lost"), (added, "disclosure_stray")):
        main, second = bent(kept, opened, tmp_path, change)
        found = check(main, private=[str(second)])
        assert [one["code"] for one in found["findings"]] == [code], found["findings"]
        assert found["findings"][0]["seq"] > 0


def retabled(kept: Samples, opened: Path, tmp_path: Path, change: Any) -> tuple[Path, Path]:
    """An archive and its second file, of which the files were changed, both listed and signed again."""
    files = forge.read(opened)
    change(files)
    second = forge.write(tmp_path / "second.zip", forge.listed(files))
    digest = hashlib.sha256(second.read_bytes()).hexdigest()
    main = forge.with_manifest(kept.files(), lambda told: told["private"].update(plain_sha256=digest))
    return forge.write(tmp_path / "main.zip", forge.Signer().sign(main)), second


@pytest.mark.parametrize("name", ["customers", "texts"])
@pytest.mark.parametrize("what", ["edited", "cut", "added", "title", "gone"])
def test_a_table_of_names_that_the_disclosures_do_not_give_is_found(
    kept: Samples, check: Check, opened: Path, tmp_path: Path, name: str, what: str
) -> None:
    """Listed and signed as it should be: only the disclosures, made into rows again, can show it."""
    member = f"tables/{name}.csv"
    there = forge.read(opened)[member].split(b"\r\n")
    assert len(there) > 3
    seq = int(there[2].split(b";")[0])

    def change(files: forge.Files) -> None:
        rows = list(there)
        if what == "edited":
            rows[2] += b"x"
        elif what == "cut":
            del rows[2]
        elif what == "added":
            rows.insert(-1, rows[-2])
        elif what == "title":
            rows[0] += b";x"
        files[member] = b"\r\n".join(rows)
        if what == "gone":
            del files[member]

    main, second = retabled(kept, opened, tmp_path, change)
    found = check(main, private=[str(second)])["findings"]
    assert [one["code"] for one in found] == ["table"], found
    assert found[0]["place"] == f"second.zip/{member}"
    assert found[0]["seq"] == (seq if what in ("edited", "cut") else 0)
    if what in ("edited", "cut"):
        assert found[0]["words"].startswith("line 3 ")


def proof(insider: Insider, seq: int, size: int, **members: Any) -> dict[str, Any]:
    note = insider.checkpoint(size)

    def one(index: int) -> str:
        path = inclusion(insider.leaves[:size], index)
        hashes = "".join(base64.b64encode(node).decode() + "\n" for node in path)
        line = base64.b64encode(insider.lines[index]).decode()
        return f"c2sp.org/tlog-proof@v1\nextra {line}\nindex {index}\n{hashes}\n{note}"

    made = {"anchors": [], "disclosures": [], "document": one(seq - 1), "format": "sceau-proof/1", "opening": one(0)}
    return {**made, **members}


def inclusion(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*inclusion(leaves[:half], index), forge.root(leaves[half:])]
    return [*inclusion(leaves[half:], index - half), forge.root(leaves[:half])]


def write(tmp_path: Path, made: dict[str, Any]) -> Path:
    path = tmp_path / "F-1.proof.json"
    path.write_bytes(forge.canonical(made) + b"\n")
    return path


def test_a_customers_proof_shows_one_document(kept: Samples, check: Check, tmp_path: Path) -> None:
    witness = NoteKey("w1.example/sceau", 4)
    insider = Insider([witness.vkey])
    insider.write(kept.files())
    size = len(insider.leaves)
    for seq in (2, 9, 21, size):
        verdict = check(write(tmp_path, proof(insider, seq, size)), genesis=insider.genesis)
        assert verdict["ok"], verdict["findings"]
        assert verdict["head"] == {"seq": seq, "fingerprint": insider.leaves[seq - 1].hex()}
    note = insider.checkpoint(size)
    text = note.rpartition("\n\n")[0] + "\n"
    cosigned = base64.b64encode((note + witness.cosign(text, 1_800_000_000)).encode()).decode()
    anchor = {
        "at": "x",
        "kind": "witness",
        "note": base64.b64encode(note.encode()).decode(),
        "place": "w1",
        "proof": cosigned,
        "size": size,
    }
    verdict = check(write(tmp_path, proof(insider, 9, size, anchors=[anchor])), genesis=insider.genesis)
    assert verdict["ok"], verdict["findings"]
    assert verdict["anchors"][0]["by"] == "w1.example/sceau"


def test_a_proof_of_something_else_is_found(kept: Samples, check: Check, tmp_path: Path) -> None:
    insider, other = Insider(), Insider()
    insider.write(kept.files())
    other.write(kept.files())
    good, strange = proof(insider, 9, 30), proof(other, 9, 30)

    def judged(made: dict[str, Any], genesis: str = insider.genesis) -> list[str]:
        return [code for code, _ in codes(check(write(tmp_path, made), genesis=genesis))]

    assert judged(good) == []
    assert judged(good, "") == ["key_not_pinned"]
    assert judged(strange) == ["pin_mismatch"]
    assert "proof" in judged({**good, "opening": strange["opening"]})
    assert "inclusion" in judged({**good, "document": good["document"].replace("index 8", "index 9")})
    assert "proof" in judged({**good, "document": good["document"].replace("extra ", "extra")})
    assert judged({**good, "disclosures": [{"path": "/client", "salt": "ab" * 16, "value": "x"}]})[0] in (
        "commitment",
        "disclosure_stray",
    )
    insider.note.key = other.note.key
    assert "checkpoint_signature" in judged(proof(insider, 9, 30))
    for broken in (b"", b"{}\n", b"[]\n", b"{}", b"\xff\n", forge.canonical({**good, "document": 1}) + b"\n"):
        path = tmp_path / "b.proof.json"
        path.write_bytes(broken)
        assert check(path, genesis=insider.genesis)["findings"][0]["code"] in ("proof", "not_utf8")
