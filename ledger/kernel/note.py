"""Signed notes with Ed25519 (C2SP `signed-note`): a text, an empty line, signature lines.

Fixed by `docs/spec/checkpoint.md`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.kernel.errors import Malformed

ED25519: Final = 0x01
"""Signature type of a plain Ed25519 note signature."""

COSIGNATURE_V1: Final = 0x04
"""Signature type of a timestamped Ed25519 witness cosignature."""

MAX_SIGNATURES: Final = 100
MAX_BYTES: Final = 1_000_000

_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_NAME: Final = re.compile(r"[^\s+]+")


class Signature(NamedTuple):
    """One signature line: a key name, the four bytes of its key id, and what follows them."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A note's text (with its final newline) and its signature lines, none verified yet."""

    text: bytes
    signatures: tuple[Signature, ...]


class VerifierKey(NamedTuple):
    """A key whose signatures are known: name, signature type, 32 raw bytes of Ed25519."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || 0A || type || public key), first four bytes."""
        return note_key_id(self.name, self.algorithm, self.public)

    def __str__(self) -> str:
        """The vkey form: `name+hex id+base64(type || public key)`."""
        material = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


class NoteSigner(Protocol):
    """Who holds an Ed25519 key under a name."""

    @property
    def name(self) -> str:
        """The key name: for a checkpoint, the origin."""

    @property
    def public(self) -> bytes:
        """32 raw bytes of the public key (RFC 8032)."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 over `message`."""


class LocalNoteSigner:
    """A note signer whose key is in this process."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        """Take a name without space or `+`, and an Ed25519 private key.

        Raises:
            ValueError: the name is not one.
        """
        if _NAME.fullmatch(name) is None:
            raise ValueError("a key name has no space and no +")
        self._name = name
        self._key = key
        self._public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def name(self) -> str:
        """The key name."""
        return self._name

    @property
    def public(self) -> bytes:
        """32 raw bytes of the public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 over `message` (RFC 8032, deterministic)."""
        return self._key.sign(message)


def note_key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The four bytes that, with the name, tell a key: SHA-256(name || 0A || type || public key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def signature_line(name: str, key_id: bytes, signature: bytes) -> bytes:
    """One signature line with its newline."""
    return f"— {name} {base64.b64encode(key_id + signature).decode()}\n".encode()


def sign(text: bytes, signer: NoteSigner) -> bytes:
    """The signed note of `text`, which ends in a newline.

    Raises:
        Malformed: `note` when the text does not end in a newline or has a control character.
    """
    if not text.endswith(b"\n") or _CONTROL.search(_utf8(text)):
        raise Malformed("note")
    key_id = note_key_id(signer.name, ED25519, signer.public)
    return text + b"\n" + signature_line(signer.name, key_id, signer.sign(text))


def parse(note: bytes) -> Note:
    """The text and signature lines of a note; no signature is verified.

    Raises:
        Malformed: `note`, the place saying which part.
    """
    if len(note) > MAX_BYTES:
        raise Malformed("note", "size")
    if _CONTROL.search(_utf8(note)):
        raise Malformed("note", "control character")
    split = note.rfind(b"\n\n")
    if split < 0 or not note.endswith(b"\n"):
        raise Malformed("note", "signatures")
    lines = note[split + 2 :].split(b"\n")[:-1]
    if not 1 <= len(lines) <= MAX_SIGNATURES:
        raise Malformed("note", "signatures")
    return Note(note[: split + 1], tuple(_signature(line.decode()) for line in lines))


def verify(note: Note, key: VerifierKey) -> bool:
    """Whether `key` (type 0x01) signed the note; signatures of other keys are ignored.

    A line of this very key that does not verify makes the whole note false, wherever it stands.
    """
    found = False
    for line in note.signatures:
        if line.name == key.name and line.key_id == key.key_id:
            if key.algorithm != ED25519 or not verify_ed25519(key.public, line.signature, note.text):
                return False
            found = True
    return found


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the 64 bytes are this key's Ed25519 signature of `message` (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def parse_vkey(text: str) -> VerifierKey:
    """A verifier key from its vkey form.

    Raises:
        Malformed: `vkey`.
    """
    parts = text.split("+", 2)  # base64 may hold a plus, a name may not
    if len(parts) != 3:
        raise Malformed("vkey")
    name, key_id, encoded = parts
    material = _base64(encoded, "vkey")
    if _NAME.fullmatch(name) is None or len(material) != 33 or material[0] not in (ED25519, COSIGNATURE_V1):
        raise Malformed("vkey")
    key = VerifierKey(name, material[0], material[1:])
    if key.key_id.hex() != key_id:
        raise Malformed("vkey")
    return key


def find(note: Note, key: VerifierKey) -> Iterable[Signature]:
    """The note's lines that carry this key's name and id, unverified."""
    return (line for line in note.signatures if line.name == key.name and line.key_id == key.key_id)


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or _NAME.fullmatch(parts[1]) is None:
        raise Malformed("note", "signature line")
    data = _base64(parts[2], "note")
    if len(data) < 5:
        raise Malformed("note", "signature line")
    return Signature(parts[1], data[:4], data[4:])


def _base64(text: str, code: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(code, "base64") from None
    if base64.b64encode(data).decode() != text:  # stray bits in the last character: one byte form per value
        raise Malformed(code, "base64")
    return data


def _utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Malformed("note", "utf-8") from None
