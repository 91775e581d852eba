"""The verifier's own arithmetic beside `cryptography`'s, and beside the golden vectors."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from archive.verifiers import verify
from tests.verifiers.alone.insider import P256_ORDER, NoteKey, SealKey

VECTORS = Path(__file__).parents[2] / "vectors"


def vectors(name: str, op: str) -> list[Any]:
    found = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["vectors"]
    return [pytest.param(one, id=one["name"]) for one in found if one["op"] == op]


def test_seals_verify_and_nothing_else_does() -> None:
    key = SealKey()
    for rank in range(20):
        message = secrets.token_bytes(rank * 7)
        good = key.sign(message)
        assert verify.seal_signed(key.public, message, good)
        assert not verify.seal_signed(key.public, message + b"x", good)
        high = good[:32] + (P256_ORDER - int.from_bytes(good[32:], "big")).to_bytes(32, "big")
        assert not verify.seal_signed(key.public, message, high)
        for bad in (good[:-1], good + b"\0", bytes(64), good[:32] + bytes(32), bytes(32) + good[32:], b"\xff" * 64):
            assert not verify.seal_signed(key.public, message, bad)


@pytest.mark.parametrize(("curve", "ours"), [(ec.SECP256R1(), verify.P256), (ec.SECP384R1(), verify.P384)])
def test_curves_are_those_of_the_standard(curve: ec.EllipticCurve, ours: verify.Curve) -> None:
    assert ours.holds(ours.g)
    for rank in range(6):
        key = ec.generate_private_key(curve)
        numbers = key.public_key().public_numbers()
        r, s = utils.decode_dss_signature(key.sign(b"%d" % rank, ec.ECDSA(hashes.SHA256())))
        digest = hashlib.sha256(b"%d" % rank).digest()
        assert ours.verify((numbers.x, numbers.y), digest, r, s)
        assert not ours.verify((numbers.x, numbers.y), digest, s, r)
        assert not ours.verify(ours.g, digest, r, s)
    assert not ours.verify(ours.g, bytes(32), 0, 1)
    assert not ours.verify(ours.g, bytes(32), 1, ours.n)


def test_sums_that_meet_themselves_are_right() -> None:
    """u1 G + u2 Q where Q is G, or its opposite: doubling and the point at infinity."""
    for scalar in (1, verify.P256.n - 1, 2, 16, 15):
        key = ec.derive_private_key(scalar, ec.SECP256R1())
        numbers = key.public_key().public_numbers()
        for message in (b"a", b"b", b"c"):
            r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
            assert verify.P256.verify((numbers.x, numbers.y), hashlib.sha256(message).digest(), r, s)


def test_ed25519_is_that_of_the_standard() -> None:
    for rank in range(10):
        key = NoteKey("x")
        message = secrets.token_bytes(rank)
        good = key.key.sign(message)
        assert verify.ED25519.verify(key.public, message, good)
        assert not verify.ED25519.verify(key.public, message + b"x", good)
        order = verify.ED25519.order
        high = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
        for bad in (high, good[:-1], bytes(64), b"\xff" * 64):
            assert not verify.ED25519.verify(key.public, message, bad)
    assert not verify.ED25519.verify(b"\xff" * 32, b"", bytes(64))
    rfc = ed25519.Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert (
        rfc.public_key().public_bytes_raw().hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert verify.ED25519.verify(rfc.public_key().public_bytes_raw(), b"", rfc.sign(b""))


@pytest.mark.parametrize(
    ("algorithm", "name"), [(hashes.SHA256(), "sha256"), (hashes.SHA384(), "sha384"), (hashes.SHA512(), "sha512")]
)
def test_rsa_is_that_of_the_standard(algorithm: hashes.HashAlgorithm, name: str) -> None:
    key = rsa.generate_private_key(65537, 2048)
    numbers, good = key.public_key().public_numbers(), key.sign(b"x", padding.PKCS1v15(), algorithm)
    digest = hashlib.new(name, b"x").digest()
    assert verify.rsa_signed(numbers.n, numbers.e, name, digest, good)
    assert not verify.rsa_signed(numbers.n, numbers.e, name, hashlib.new(name, b"y").digest(), good)
    assert not verify.rsa_signed(numbers.n, 1, name, digest, good)
    small = rsa.generate_private_key(65537, 1024)
    numbers = small.public_key().public_numbers()
    assert not verify.rsa_signed(
        numbers.n, numbers.e, "sha256", digest, small.sign(b"x", padding.PKCS1v15(), hashes.SHA256())
    )


def text_of(given: dict[str, Any]) -> bytes:
    if "repeat" in given:
        return str(given["before"] + given["repeat"] * given["times"] + given["after"]).encode()
    return bytes.fromhex(given["hex"]) if "hex" in given else str(given["text"]).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("vector", vectors("canonical", "canonical.decode"))
def test_canonical_vectors(vector: dict[str, Any]) -> None:
    code = None
    try:
        verify.decode(text_of(vector["input"]))
    except verify.Refused as refused:
        code = refused.code
    assert code == vector.get("code")


@pytest.mark.parametrize("vector", vectors("entry", "entry.parse"))
def test_entry_vectors(vector: dict[str, Any]) -> None:
    code, found = None, None
    try:
        found = verify.ledger_id(verify.parse_entry(text_of(vector["input"]))["entry"])
    except verify.Refused as refused:
        code = refused.code
    assert code == vector.get("code")
    if code is None:
        assert found == vector["output"]["id_of_this_entry"]


@pytest.mark.parametrize("vector", vectors("seal", "seal.verify"))
def test_seal_vectors(vector: dict[str, Any]) -> None:
    given = vector["input"]
    code = vector.get("code")
    if code in (None, "seal"):
        good = verify.seal_signed(
            base64.b64decode(given["key"]), given["text"].encode(), bytes.fromhex(given["signature"])
        )
        assert good is (code is None)
    elif code == "public_key":
        with pytest.raises(verify.Refused):
            verify.seal_point(base64.b64decode(given["key"]))


@pytest.mark.parametrize("vector", vectors("merkle", "merkle.root"))
def test_tree_vectors(vector: dict[str, Any]) -> None:
    frontier = verify.Frontier()
    for n in range(vector["input"]["leaves"]):
        frontier.add(0, verify.leaf_hash(hashlib.sha256(b"%d" % n).digest()))
    assert frontier.root().hex() == vector["output"]["root"]


@pytest.mark.parametrize("vector", vectors("merkle", "merkle.inclusion") + vectors("merkle", "merkle.consistency"))
def test_proof_vectors(vector: dict[str, Any]) -> None:
    given = vector["input"]
    path, root = [bytes.fromhex(node) for node in given["path"]], bytes.fromhex(given["root"])
    if vector["op"] == "merkle.inclusion":
        good = verify.included(bytes.fromhex(given["leaf"]), given["index"], given["size"], path, root)
    else:
        good = verify.consistent(given["old"], bytes.fromhex(given["old_root"]), given["size"], root, path)
    assert good is ("code" not in vector)


@pytest.mark.parametrize("vector", vectors("checkpoint", "checkpoint.open"))
def test_checkpoint_vectors(vector: dict[str, Any]) -> None:
    given = vector["input"]
    if vector.get("code") in ("vkey", "checkpoint_signature", "checkpoint_origin"):
        return  # the verifier makes its keys itself, from entry 1
    key = verify.parse_vkey(given["vkey"])
    try:
        note = verify.open_note(text_of(given))
    except verify.Refused as refused:
        assert vector.get("code") == refused.code  # noqa: PT017 - one table of good and bad
        return
    assert "code" not in vector
    assert note.signed(key)
    assert note.imprint(key).hex() == vector["output"]["imprint"]


@pytest.mark.parametrize("vector", vectors("key_change", "key.check"))
def test_key_change_vectors(vector: dict[str, Any]) -> None:
    """A vector gives the statement's text, an entry its members: they are taken back out of it."""
    given = vector["input"]
    rows = [row.split(" ", 1) for row in given["text"].split("\n")]
    said = dict(row for row in rows if len(row) == 2)
    if vector.get("code") == "key_text" or set(said) != {"ledger", "genesis", "role", "old", "new", "size", "root"}:
        return
    keys = verify.Keys.__new__(verify.Keys)
    keys.ledger, keys.genesis, keys.origin = said["ledger"], said["genesis"], "x"
    keys.current = {"seal": "", "recovery": given["recovery"], "checkpoint": "", said["role"]: given["current"]}
    keys.seals, keys.publics, keys.checkpoints, keys.suspect = [], {}, [], []
    if said["role"] != "recovery":
        keys.current["recovery"] = given["recovery"]
    body = {
        "role": said["role"], "old_key": said["old"], "new_key": said["new"], "size": int(said["size"]),
        "root": said["root"], "authorised_by": given["authorised_by"], "new_public_key": given["new_key"],
        "authorising_public_key": given["authorising_key"], "signature_new": given["new_signature"],
        "signature_authorising": given["authorising_signature"],
    }  # fmt: skip
    assert keys.change(9, body) is ("code" not in vector)
