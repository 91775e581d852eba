"""Seals and key changes: what the vectors do not show."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.kernel import key_change, seal
from ledger.kernel.errors import Malformed
from tests.kernel.build import NOTE_KEY, OTHER_KEY, RECOVERY_KEY, SEAL_KEY
from tests.second import verifier

LEDGER = "c6a12145-79c1-814c-a429-e531e5364f9c"
TEXT = seal.seal_text(LEDGER, "ab" * 32, 1, 3, "cd" * 32, seal.NO_SEAL, SEAL_KEY.key_id)


def test_a_seal_says_what_was_written() -> None:
    assert seal.parse(TEXT) == (LEDGER, "ab" * 32, 1, 3, "cd" * 32, "0" * 64, SEAL_KEY.key_id)


def test_a_local_key_signs_the_same_text_the_same_way() -> None:
    assert SEAL_KEY.sign(TEXT) == SEAL_KEY.sign(TEXT)


def test_the_nonce_is_that_of_rfc_6979() -> None:
    # RFC 6979 appendix A.2.5, curve P-256, SHA-256, message "sample"; its s is in the upper half.
    key = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    signature = seal.LocalSigner(ec.derive_private_key(key, ec.SECP256R1())).sign(b"sample")
    assert signature[:32].hex() == "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    s = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    assert int.from_bytes(signature[32:], "big") == verifier.N - s


def test_s_is_always_in_the_lower_half() -> None:
    for number in range(64):
        signature = OTHER_KEY.sign(str(number).encode())
        assert int.from_bytes(signature[32:], "big") <= verifier.N // 2
        assert seal.verify(str(number).encode(), signature, OTHER_KEY.public_der)
        assert verifier.ecdsa(OTHER_KEY.public_der, str(number).encode(), signature)


def test_the_digest_covers_text_and_signature() -> None:
    signature = SEAL_KEY.sign(TEXT)
    assert seal.seal_digest(TEXT, signature) == hashlib.sha256(TEXT + signature).hexdigest()


def test_the_key_id_is_the_digest_of_the_public_key() -> None:
    assert len(SEAL_KEY.public_der) == 91
    assert SEAL_KEY.key_id == hashlib.sha256(SEAL_KEY.public_der).hexdigest()


def test_a_key_of_another_curve_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(ValueError, match="P-256"):
        seal.LocalSigner(other)
    der = other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Malformed, match="public_key"):
        seal.verify(TEXT, SEAL_KEY.sign(TEXT), der)


def test_another_encoding_of_the_same_key_is_refused() -> None:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), SEAL_KEY.public_der[26:])
    short = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + key.public_bytes(
        Encoding.X962, PublicFormat.CompressedPoint
    )
    with pytest.raises(Malformed, match="public_key"):
        seal.verify(TEXT, SEAL_KEY.sign(TEXT), short)


# Key change.


class NoteHolder:
    """An Ed25519 key as a holder of statements."""

    def __init__(self, key: ed25519.Ed25519PrivateKey) -> None:
        self.key = key
        self.public_der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


OLD_NOTE = NoteHolder(NOTE_KEY)
NEW_NOTE = NoteHolder(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))


def statement(role: str, old: str, new: str) -> bytes:
    return key_change.key_text(LEDGER, "ab" * 32, role, old, new, 0, "cd" * 32)


def test_an_ed25519_key_is_named_by_its_subject_public_key_info() -> None:
    raw = NOTE_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert key_change.ed25519_spki(raw) == OLD_NOTE.public_der


@pytest.mark.parametrize(("by", "said"), [(OLD_NOTE, "outgoing"), (RECOVERY_KEY, "recovery")])
def test_a_checkpoint_key_is_changed_by_its_own_or_the_recovery_key(by: key_change.KeyHolder, said: str) -> None:
    old, new = seal.key_id(OLD_NOTE.public_der), seal.key_id(NEW_NOTE.public_der)
    text = statement("checkpoint", old, new)
    change = key_change.make(text, NEW_NOTE, by, said)
    assert key_change.check(key_change.parse(text), change, old, RECOVERY_KEY.key_id) is None


def test_a_checkpoint_key_is_not_a_seal_key() -> None:
    text = statement("seal", SEAL_KEY.key_id, seal.key_id(NEW_NOTE.public_der))
    change = key_change.make(text, NEW_NOTE, SEAL_KEY, "outgoing")
    assert key_change.check(key_change.parse(text), change, SEAL_KEY.key_id, RECOVERY_KEY.key_id) == "public_key"


def test_a_body_gives_its_statement_back() -> None:
    text = statement("seal", SEAL_KEY.key_id, OTHER_KEY.key_id)
    change = key_change.make(text, OTHER_KEY, SEAL_KEY, "outgoing")
    body = {**key_change.body(key_change.parse(text), change), "reason": "routine"}
    assert key_change.from_body(LEDGER, "ab" * 32, body) == (key_change.parse(text), change)


@pytest.mark.parametrize(
    "change",
    [
        {"size": "0"},
        {"root": "AB" * 32},
        {"role": "tls"},
        {"old_key": None},
        {"authorised_by": "nobody"},
        {"new_public_key": "?"},
        {"signature_new": "AAB="},
        {"signature_authorising": 7},
    ],
)
def test_a_body_out_of_shape_is_refused(change: dict[str, object]) -> None:
    text = statement("seal", SEAL_KEY.key_id, OTHER_KEY.key_id)
    body = key_change.body(key_change.parse(text), key_change.make(text, OTHER_KEY, SEAL_KEY, "outgoing"))
    with pytest.raises(Malformed, match=r"key_change|key_text"):
        key_change.from_body(LEDGER, "ab" * 32, {**body, **change})  # type: ignore[dict-item]  # the fault under test
