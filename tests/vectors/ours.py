"""What our kernel answers to a vector's operation: the counterpart of `tests/second/verifier.py`."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from ledger.kernel import audit, canonical, chain, checkpoint, commitment, entry, key_change, merkle, seal, segment
from ledger.kernel.errors import Malformed


def raw(given: dict[str, Any]) -> bytes:
    if "repeat" in given:  # a long text, told shortly
        return str(given["before"] + given["repeat"] * given["times"] + given["after"]).encode()
    return bytes.fromhex(given["hex"]) if "hex" in given else str(given["text"]).encode()


def answer(op: str, given: dict[str, Any]) -> dict[str, Any]:
    """The output; `Malformed` with the code of a refusal."""
    return OPERATIONS[op](given)


def _encode(given: dict[str, Any]) -> dict[str, Any]:
    data = canonical.encode(json.loads(given["json"]))
    return {"text": data.decode(), "sha256": hashlib.sha256(data).hexdigest()}


def _decode(given: dict[str, Any]) -> dict[str, Any]:
    value = canonical.decode(raw(given))
    assert canonical.encode(value) == raw(given)
    return {"sha256": hashlib.sha256(raw(given)).hexdigest()}


def _parse(given: dict[str, Any]) -> dict[str, Any]:
    line = raw(given)
    parsed = entry.parse(line)
    return {"fingerprint": parsed.fingerprint, "id_of_this_entry": entry.ledger_id(line[line.index(b'"entry":') :])}


def _link(given: dict[str, Any]) -> dict[str, Any]:
    said, own = given["chain"], given["entry"]
    tail = entry.entry_tail(own["stream"], own["version"], own["type"], own["actor"], own["body"], own["salt"])
    line, fingerprint = entry.link(said["ledger"], said["seq"], said["prev"], said["at"], tail)
    return {"line": line.decode(), "fingerprint": fingerprint}


def _links(given: dict[str, Any]) -> dict[str, Any]:
    found = chain.check_links(line.encode() for line in given["lines"])
    return {"entries": found.entries, "head": found.head, "broken_at": found.broken_at}


def _seal(given: dict[str, Any]) -> dict[str, Any]:
    text, signature, key = given["text"].encode(), bytes.fromhex(given["signature"]), base64.b64decode(given["key"])
    said = seal.parse(text)
    good = seal.verify(text, signature, key)
    if said.key != seal.key_id(key):
        raise Malformed("wrong_key")
    if not good:
        raise Malformed("seal")
    return {"digest": seal.seal_digest(text, signature), "first": said.first, "last": said.last}


def _key_change(given: dict[str, Any]) -> dict[str, Any]:
    said = key_change.parse(given["text"].encode())
    change = key_change.KeyChange(
        base64.b64decode(given["new_key"]),
        base64.b64decode(given["new_signature"]),
        given["authorised_by"],
        base64.b64decode(given["authorising_key"]),
        base64.b64decode(given["authorising_signature"]),
    )
    fault = key_change.check(said, change, given["current"], given["recovery"])
    if fault is not None:
        raise Malformed(fault)
    return {"new": said.new}


def _root(given: dict[str, Any]) -> dict[str, Any]:
    leaves = [hashlib.sha256(str(n).encode()).digest() for n in range(given["leaves"])]
    assert merkle.root(leaves) == merkle.Tree(leaves).root()
    return {"root": merkle.root(leaves).hex()}


def _inclusion(given: dict[str, Any]) -> dict[str, Any]:
    path, root = [bytes.fromhex(node) for node in given["path"]], bytes.fromhex(given["root"])
    if not merkle.verify_inclusion(bytes.fromhex(given["leaf"]), given["index"], given["size"], path, root):
        raise Malformed("inclusion")
    return {}


def _consistency(given: dict[str, Any]) -> dict[str, Any]:
    path, root = [bytes.fromhex(node) for node in given["path"]], bytes.fromhex(given["root"])
    if not merkle.verify_consistency(given["old"], bytes.fromhex(given["old_root"]), given["size"], root, path):
        raise Malformed("consistency")
    return {}


def _checkpoint(given: dict[str, Any]) -> dict[str, Any]:
    key = checkpoint.parse_vkey(given["vkey"])
    head = checkpoint.open_checkpoint(raw(given), key)
    stamped = checkpoint.imprint(raw(given), key).hex()
    return {"origin": head.origin, "size": head.size, "root": head.root.hex(), "imprint": stamped}


def _cosignature(given: dict[str, Any]) -> dict[str, Any]:
    return {"time": checkpoint.cosignature_time(raw(given), checkpoint.parse_vkey(given["vkey"]))}


def _proof(given: dict[str, Any]) -> dict[str, Any]:
    leaf = bytes.fromhex(given["leaf"]) if "leaf" in given else None
    head = checkpoint.verify_proof(raw(given), checkpoint.parse_vkey(given["vkey"]), leaf)
    return {"index": checkpoint.parse_proof(raw(given)).index, "size": head.size}


def _commitment(given: dict[str, Any]) -> dict[str, Any]:
    if not commitment.check(given["digest"], given["ledger"], given["path"], given["salt"], given["value"].encode()):
        raise Malformed("commitment")
    return {}


class _Seal:
    def __init__(self, text: bytes, signature: bytes) -> None:
        said = seal.parse(text)
        self.first, self.last, self.text, self.signature = said.first, said.last, text, signature


def _ledger(given: dict[str, Any]) -> dict[str, Any]:
    lines = [line.encode() for line in given["lines"]]
    opened = audit.opening(lines[0])
    outside = audit.Outside(genesis=given["genesis"])
    plan = audit.plan_for(opened, outside, [base64.b64decode(given["key"])])
    seals = [_Seal(row["text"].encode(), bytes.fromhex(row["signature"])) for row in given["seals"]]
    verdict = audit.audit(segment.bare(lines), seals, None, plan, opened, outside)
    if not verdict.ok:
        raise Malformed(verdict.findings[0].code)
    root = merkle.root(hashlib.sha256(line).digest() for line in lines)
    return {"head": verdict.head_fingerprint, "root": root.hex()}


OPERATIONS = {
    "canonical.encode": _encode,
    "canonical.decode": _decode,
    "entry.parse": _parse,
    "entry.link": _link,
    "chain.links": _links,
    "seal.verify": _seal,
    "key.check": _key_change,
    "merkle.root": _root,
    "merkle.inclusion": _inclusion,
    "merkle.consistency": _consistency,
    "checkpoint.open": _checkpoint,
    "checkpoint.cosignature": _cosignature,
    "proof.verify": _proof,
    "commitment.check": _commitment,
    "ledger.check": _ledger,
}
