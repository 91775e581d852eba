"""Walks a whole ledger and says whether it is one: it knows the format and the store's seam, and nothing of the writer.

Standard library only, but for the seal's signature. Every finding is an AssertionError with words.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ledger.shell.store import Disclosure, SealRow, Store

NUMBERED = {
    "quote.issued/1": "quote",
    "deposit.requested/1": "payment_request",
    "invoice.issued/1": "invoice",
    "credit_note.issued/1": "credit_note",
    "receipt.issued/1": "receipt",
    "note.issued/1": "note",
}


@dataclass
class Walk:
    """What stands in the ledger."""

    entries: int = 0
    fingerprints: list[str] = field(default_factory=lambda: ["0" * 64])  # by seq
    types: list[str] = field(default_factory=lambda: [""])
    ats: list[str] = field(default_factory=lambda: [""])
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # series -> counts
    printed: dict[str, int] = field(default_factory=dict)  # printed number -> seq
    paid: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))  # payment -> what


def walk(store: Store, ledger: str, key: ec.EllipticCurvePublicKey | None = None) -> Walk:
    """Check everything that can be checked from the store alone; `key` adds the signatures of the seals."""
    found = Walk()
    versions: dict[str, int] = defaultdict(int)
    commitments: dict[tuple[int, str], str] = {}
    allocated: dict[str, list[tuple[str, int]]] = {}
    for line in store.lines(ledger):
        _entry(found, line.line, line.fingerprint, ledger)
        entry = json.loads(line.line)["entry"]
        assert (entry["stream"], entry["version"], entry["type"]) == (line.stream, line.version, line.type)
        versions[line.stream] += 1
        assert line.version == versions[line.stream], f"entry {line.seq}: {line.stream} has a gap or a double"
        _commitments(commitments, line.seq, entry["body"])
        _business(found, allocated, line.seq, entry)
    assert found.entries, "there is no entry"
    _settled(found, allocated)
    _head(store, ledger, found)
    _seals(list(store.seals(ledger)), found, ledger, key)
    _disclosures(store.disclosures(ledger), commitments, ledger)
    for series, counts in found.numbers.items():
        assert counts == list(range(1, len(counts) + 1)), f"series {series} has a gap or a double: {counts}"
    return found


def holds(found: Walk, acknowledged: Mapping[str, list[tuple[int, str]]]) -> None:
    """Check that everything acknowledged (key -> its entries as seq and fingerprint) stands in the ledger."""
    for key, entries in acknowledged.items():
        for seq, fingerprint in entries:
            assert seq <= found.entries, f"{key}: entry {seq} was acknowledged and is lost"
            assert found.fingerprints[seq] == fingerprint, f"{key}: entry {seq} was acknowledged and is another now"


def _entry(found: Walk, line: bytes, fingerprint: str, ledger: str) -> None:
    seq = found.entries + 1
    chain = json.loads(line)["chain"]
    assert chain["seq"] == seq, f"entry {seq} is missing"
    assert chain["prev"] == found.fingerprints[-1], f"entry {seq} does not follow {seq - 1}"
    assert chain["ledger"] == ledger
    assert chain["at"] >= found.ats[-1], f"entry {seq}: the clock went back"
    assert hashlib.sha256(line).hexdigest() == fingerprint
    found.entries = seq
    found.fingerprints.append(fingerprint)
    found.ats.append(chain["at"])
    found.types.append(json.loads(line)["entry"]["type"])


def _commitments(commitments: dict[tuple[int, str], str], seq: int, body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if isinstance(value, dict) and set(value) == {"$c"}:
            commitments[seq, f"/{name}"] = value["$c"]


def _business(found: Walk, allocated: dict[str, list[tuple[str, int]]], seq: int, entry: Mapping[str, Any]) -> None:
    body = entry["body"]
    if entry["type"] in NUMBERED:
        found.numbers[body["series"]].append(body["n"])
        assert body["number"] not in found.printed, f"number {body['number']} stands twice"
        found.printed[body["number"]] = seq
    if entry["type"] == "payment.received/1":
        allocated[entry["stream"]] = [(a["about"], a["amount_cents"]) for a in body.get("allocations", ())]
    if entry["type"] in ("invoice.paid/1", "deposit.paid/1"):
        target = entry["stream"].partition(":")[2]
        found.paid["payment:" + body["payment"]].append((target, body["amount_cents"]))


def _settled(found: Walk, allocated: Mapping[str, list[tuple[str, int]]]) -> None:
    for stream, wanted in allocated.items():
        assert sorted(found.paid[stream]) == sorted(wanted), f"{stream} is half there"


def _head(store: Store, ledger: str, found: Walk) -> None:
    head = store.head(ledger)
    assert head is not None
    assert (head.seq, head.fingerprint, head.at) == (found.entries, found.fingerprints[-1], found.ats[-1])
    register = json.loads(head.register)
    for series, state in register["series"].items():
        count = len(found.numbers.get(series, ()))
        assert state["next"] == count + 1, f"the register's counter of {series} does not follow its documents"


def _seals(seals: list[SealRow], found: Walk, ledger: str, key: ec.EllipticCurvePublicKey | None) -> None:
    last, digest = 0, "0" * 64
    for seal in seals:
        lines = seal.text.decode().split("\n")
        said = dict(line.split(" ", 1) for line in lines[1:-1])
        assert lines[0] == "sceau-seal/1"
        assert int(said["first"]) == seal.first == last + 1, f"no seal over entry {last + 1}"
        assert int(said["last"]) == seal.last <= found.entries, f"a seal over entry {seal.last}, which is not there"
        assert said["head"] == found.fingerprints[seal.last]
        assert (said["prev"], said["ledger"], said["genesis"]) == (digest, ledger, found.fingerprints[1])
        if key is not None:
            r, s = int.from_bytes(seal.signature[:32], "big"), int.from_bytes(seal.signature[32:], "big")
            key.verify(encode_dss_signature(r, s), seal.text, ec.ECDSA(SHA256()))
        last, digest = seal.last, hashlib.sha256(seal.text + seal.signature).hexdigest()
    assert last == found.entries, f"entries after {last} are under no seal"


def _disclosures(rows: Any, commitments: dict[tuple[int, str], str], ledger: str) -> None:
    row: Disclosure
    for row in rows:
        value = json.loads(row.value)
        said = json.dumps(
            ["sceau-commit/1", ledger, row.path, row.salt, value],
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )
        digest = commitments.pop((row.seq, row.path), None)
        assert digest == hashlib.sha256(said.encode()).hexdigest(), f"disclosure {row.seq}{row.path} is of no entry"
    assert not commitments, f"commitments without what they stand for: {sorted(commitments)[:3]}"
