"""The examples of docs/spec are those of the vectors, and its codes are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ledger.kernel import checkpoint, commitment, entry, key_change, seal
from tests.kernel.build import SEAL_KEY, ledger

ROOT = Path(__file__).parents[2]
PAGES = ("entry", "chain", "seal", "checkpoint", "commitment")


def page(name: str) -> str:
    return (ROOT / "docs" / "spec" / f"{name}.md").read_text(encoding="utf-8")


def blocks(name: str) -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)


def test_the_entry_of_the_page_has_the_fingerprint_of_the_page() -> None:
    line, fingerprint = blocks("entry")
    assert entry.parse(line.rstrip("\n").encode()).fingerprint == fingerprint.strip()


def test_the_chain_of_the_page_is_that_of_the_vectors() -> None:
    (block,) = blocks("chain")
    told = re.findall(r"([0-9a-f]{4})\.\.\.", block)
    assert told == ["0000", *(row.fingerprint[:4] for row in ledger(2).rows for _ in range(2))]


def test_the_seal_of_the_page_verifies() -> None:
    text, signature, change = blocks("seal")
    assert seal.parse(text.encode()).key == SEAL_KEY.key_id
    assert seal.verify(text.encode(), bytes.fromhex(signature), SEAL_KEY.public_der)
    assert key_change.parse(change.encode()).old == SEAL_KEY.key_id


def test_the_checkpoint_of_the_page_opens_with_the_key_of_the_page() -> None:
    note, vkey, imprint, proof = blocks("checkpoint")
    key = checkpoint.parse_vkey(vkey.strip())
    assert checkpoint.open_checkpoint(note.encode(), key).size == 12
    assert checkpoint.imprint(note.encode(), key).hex() == imprint.strip()
    assert proof.splitlines()[2:7] == next(
        vector["input"]["text"].splitlines()[2:7]
        for vector in vectors("checkpoint.json")
        if vector["op"] == "proof.verify"
    )


def test_the_commitment_of_the_page_is_the_digest_of_its_parts() -> None:
    (block,) = blocks("commitment")
    digest = re.search(r'"\$c":"([0-9a-f]{64})"', block)
    hashed = json.loads(block[block.index('["sceau-commit/1"') :])
    assert digest is not None
    assert commitment.commit(*hashed[1:]) == digest[1]


def vectors(name: str) -> list[dict[str, Any]]:
    found = json.loads((ROOT / "tests" / "vectors" / name).read_text(encoding="utf-8"))["vectors"]
    assert isinstance(found, list)
    return found


def test_every_code_of_a_vector_stands_on_a_page() -> None:
    told = set(re.findall(r"`([a-z0-9_]+)`", "".join(map(page, PAGES))))
    found = {
        vector["code"]
        for path in (ROOT / "tests" / "vectors").glob("*.json")
        for vector in vectors(path.name)
        if "code" in vector
    }
    assert found <= told


def test_every_finding_of_the_code_stands_in_the_table() -> None:
    table = set(re.findall(r"`([a-z_]+)`", page("chain").partition("## Findings")[2].partition("## Verdict")[0]))
    source = "".join(
        (ROOT / "ledger" / "kernel" / name).read_text(encoding="utf-8") for name in ("segment.py", "audit.py")
    )
    raised = set(re.findall(r'(?:found\(|Finding\()\s*"([a-z_]+)"', source))
    assert len(raised) > 20
    assert raised <= table


def test_every_code_of_the_kernel_stands_on_a_page() -> None:
    told = set(re.findall(r"`([a-z0-9_]+)`", "".join(map(page, PAGES))))
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ledger" / "kernel").glob("*.py"))
    raised = set(re.findall(r'Malformed\(\s*"([a-z0-9_]+)"', source))
    assert raised - told <= {"key_type", "type", "opening", "key_change"}, "of values and bodies, not of bytes"
