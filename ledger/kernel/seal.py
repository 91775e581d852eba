"""The seal: a signed statement over a range of entries, chained to the seal before it.

Fixed by `docs/spec/seal.md`. ECDSA on P-256 with SHA-256, raw 64-byte r and s, s in the lower half; a local
key draws its nonce from the message (RFC 6979), so that the same text always has the same signature.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ledger.kernel.errors import Malformed

NO_SEAL: Final = "0" * 64
"""`prev` of the first seal."""

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # n of P-256, SP 800-186

_SCHEME: Final = ec.ECDSA(SHA256(), deterministic_signing=True)

_SHAPE: Final = re.compile(
    rb"sceau-seal/1\n"
    rb"ledger ([0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\n"
    rb"genesis ([0-9a-f]{64})\n"
    rb"first ([1-9][0-9]{0,15})\n"
    rb"last ([1-9][0-9]{0,15})\n"
    rb"head ([0-9a-f]{64})\n"
    rb"prev ([0-9a-f]{64})\n"
    rb"key ([0-9a-f]{64})\n"
)


class Seal(NamedTuple):
    """What a seal's text says; fingerprints and digests are 64 hex digits."""

    ledger: str
    genesis: str
    first: int
    last: int
    head: str
    prev: str
    key: str


class Signer(Protocol):
    """Who holds a P-256 key: a file read once, or a key service."""

    @property
    def key_id(self) -> str:
        """SHA-256 of `public_der`, 64 hex digits."""

    @property
    def public_der(self) -> bytes:
        """The SubjectPublicKeyInfo, 91 bytes (RFC 5480, uncompressed point)."""

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`: r and s, 32 bytes each, s at most half the order."""


class LocalSigner:
    """A signer whose key is in this process."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        """Take a P-256 private key.

        Raises:
            ValueError: the key is on another curve.
        """
        if not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("a seal key is on P-256")
        self._key = key
        self._public_der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._key_id = key_id(self._public_der)

    @property
    def key_id(self) -> str:
        """SHA-256 of `public_der`, 64 hex digits."""
        return self._key_id

    @property
    def public_der(self) -> bytes:
        """The SubjectPublicKeyInfo."""
        return self._public_der

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`, deterministic (RFC 6979), low s, raw 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(message, _SCHEME))
        return raw_signature(r, s)


def raw_signature(r: int, s: int) -> bytes:
    """r and s as 64 bytes, s brought into the lower half (both s and n - s verify; one form is kept)."""
    return r.to_bytes(32, "big") + min(s, _ORDER - s).to_bytes(32, "big")


def key_id(public_der: bytes) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, 64 hex digits."""
    return hashlib.sha256(public_der).hexdigest()


def seal_text(ledger: str, genesis: str, first: int, last: int, head: str, prev: str, key: str) -> bytes:
    """The eight lines that are signed; `prev` is `seal_digest` of the seal before, or `NO_SEAL`."""
    return (
        f"sceau-seal/1\nledger {ledger}\ngenesis {genesis}\nfirst {first}\nlast {last}\n"
        f"head {head}\nprev {prev}\nkey {key}\n"
    ).encode()


def parse(text: bytes) -> Seal:
    """What a seal's text says.

    Raises:
        Malformed: `seal_text` when a byte is not of the format, `seal_range` when `first` is after `last`.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise Malformed("seal_text")
    ledger, genesis, first, last, head, prev, key = match.groups()
    low, high = int(first), int(last)
    if not low <= high < 2**53:
        raise Malformed("seal_range")
    return Seal(ledger.decode(), genesis.decode(), low, high, head.decode(), prev.decode(), key.decode())


def seal_digest(text: bytes, signature: bytes) -> str:
    """SHA-256 of the text and its raw signature: what the next seal names as `prev`."""
    return hashlib.sha256(text + signature).hexdigest()


def verify(text: bytes, signature: bytes, public_der: bytes) -> bool:
    """Whether `signature` is this key's signature of `text`, in the one accepted form (64 bytes, low s).

    Raises:
        Malformed: `public_key` when `public_der` is not a P-256 SubjectPublicKeyInfo in its 91-byte form.
    """
    key = _public_key(public_der)
    if len(signature) != 64:
        return False
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    if not (1 <= r < _ORDER and 1 <= s <= _ORDER // 2):
        return False
    try:
        key.verify(encode_dss_signature(r, s), text, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _public_key(public_der: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(public_der)
    except (ValueError, UnsupportedAlgorithm):
        raise Malformed("public_key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Malformed("public_key")
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public_der:
        raise Malformed("public_key")  # another encoding of the same key would have another id
    return key
