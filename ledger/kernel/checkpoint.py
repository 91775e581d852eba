"""Checkpoints: a signed note over a tree's size and root (C2SP `tlog-checkpoint`), and proofs under it.

Fixed by `docs/spec/checkpoint.md`. No extension line is written or accepted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger.kernel import merkle, note
from ledger.kernel.errors import Malformed
from ledger.kernel.note import LocalNoteSigner, Note, NoteSigner, VerifierKey, parse_vkey

__all__ = [
    "Checkpoint",
    "LocalNoteSigner",
    "NoteSigner",
    "Proof",
    "VerifierKey",
    "checkpoint_text",
    "cosign",
    "cosignature_time",
    "imprint",
    "open_checkpoint",
    "origin",
    "parse_proof",
    "parse_text",
    "parse_vkey",
    "proof_text",
    "sign_checkpoint",
    "verify_proof",
]

_TEXT: Final = re.compile(r"([^\s+]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")
_PROOF: Final = re.compile(
    rb"c2sp\.org/tlog-proof@v1\n"
    rb"(?:extra ([A-Za-z0-9+/]+={0,2})\n)?"
    rb"index (0|[1-9][0-9]{0,15})\n"
    rb"((?:[A-Za-z0-9+/]{43}=\n){0,63})"
    rb"\n"
)
_HEADER: Final = b"cosignature/v1\n"


class Checkpoint(NamedTuple):
    """A tree head: origin, number of leaves, 32 raw bytes of the root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """A `tlog-proof@v1`: extra data (not authenticated), index, path, and the checkpoint note verbatim."""

    extra: bytes
    index: int
    path: tuple[bytes, ...]
    note: bytes


def origin(prefix: str, ledger: str) -> str:
    """The origin of a ledger's checkpoints, which is also the key name: `<prefix>/<ledger>`."""
    return f"{prefix}/{ledger}"


def checkpoint_text(origin: str, size: int, root: bytes) -> bytes:
    """The three lines that are signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def parse_text(text: bytes) -> Checkpoint:
    """The tree head that a note's text says.

    Raises:
        Malformed: `checkpoint`; extension lines are refused.
    """
    try:
        match = _TEXT.fullmatch(text.decode())
    except UnicodeDecodeError:
        match = None
    if match is None or int(match[2]) >= 2**53:
        raise Malformed("checkpoint")
    return Checkpoint(match[1], int(match[2]), _hash(match[3]))


def sign_checkpoint(size: int, root: bytes, signer: NoteSigner) -> bytes:
    """The checkpoint note of a tree; the signer's name is the origin."""
    return note.sign(checkpoint_text(signer.name, size, root), signer)


def open_checkpoint(data: bytes, key: VerifierKey) -> Checkpoint:
    """The tree head of a note that `key` signed and whose origin is the key's name.

    Raises:
        Malformed: `note`, `checkpoint`, `checkpoint_origin`, or `checkpoint_signature` when the key's
        signature is
            missing or wrong.
    """
    parsed = note.parse(data)
    if not note.verify(parsed, key):
        raise Malformed("checkpoint_signature")
    head = parse_text(parsed.text)
    if head.origin != key.name:
        raise Malformed("checkpoint_origin")
    return head


def imprint(data: bytes, key: VerifierKey) -> bytes:
    """What a time stamp covers: SHA-256 of the note's text, the empty line and the log's own signature line.

    Cosignatures come later and are left out, so that a note keeps its imprint.

    Raises:
        Malformed: as `open_checkpoint`.
    """
    open_checkpoint(data, key)
    parsed = note.parse(data)
    line = next(iter(note.find(parsed, key)))
    return hashlib.sha256(parsed.text + b"\n" + note.signature_line(*line)).digest()


def cosign(data: bytes, witness: NoteSigner, unix_time: int) -> bytes:
    """The note with a witness's cosignature line added (C2SP `tlog-cosignature`, Ed25519)."""
    parsed = note.parse(data)
    key_id = note.note_key_id(witness.name, note.COSIGNATURE_V1, witness.public)
    signature = witness.sign(_cosigned(parsed, unix_time))
    return data + note.signature_line(witness.name, key_id, unix_time.to_bytes(8, "big") + signature)


def cosignature_time(data: bytes, witness: VerifierKey) -> int | None:
    """The POSIX time at which `witness` (a key of type 0x04) saw this checkpoint, None if it did not sign.

    Raises:
        Malformed: `note`, or `cosignature` when a line of this very key does not verify.
    """
    parsed = note.parse(data)
    times = []
    for line in note.find(parsed, witness):
        moment = int.from_bytes(line.signature[:8], "big")
        if len(line.signature) != 72 or moment >= 2**63:
            raise Malformed("cosignature")
        if not note.verify_ed25519(witness.public, line.signature[8:], _cosigned(parsed, moment)):
            raise Malformed("cosignature")
        times.append(moment)
    return max(times, default=None)


def proof_text(index: int, path: list[bytes] | tuple[bytes, ...], checkpoint: bytes, extra: bytes = b"") -> bytes:
    """A `tlog-proof@v1`: for a customer, `extra` is the entry's line."""
    lines = ["c2sp.org/tlog-proof@v1\n"]
    if extra:
        lines.append(f"extra {base64.b64encode(extra).decode()}\n")
    lines.append(f"index {index}\n")
    lines.extend(base64.b64encode(node).decode() + "\n" for node in path)
    return "".join(lines).encode() + b"\n" + checkpoint


def parse_proof(data: bytes) -> Proof:
    """The parts of a `tlog-proof@v1`; nothing is verified.

    Raises:
        Malformed: `proof`.
    """
    match = _PROOF.match(data)
    if match is None or len(data) == match.end():
        raise Malformed("proof")
    path = tuple(_hash(line.decode(), "proof") for line in match[3].split(b"\n")[:-1])
    return Proof(_extra(match[1] or b""), int(match[2]), path, data[match.end() :])


def verify_proof(data: bytes, key: VerifierKey, leaf: bytes | None = None) -> Checkpoint:
    """The checkpoint under which the proof's entry stands.

    `leaf` is the 32 raw bytes of the fingerprint; without it, the fingerprint of `extra` (the entry's line)
    is taken.

    Raises:
        Malformed: as `parse_proof` and `open_checkpoint`, and `inclusion` when the path does not lead to the
        root.
    """
    proof = parse_proof(data)
    head = open_checkpoint(proof.note, key)
    data = hashlib.sha256(proof.extra).digest() if leaf is None else leaf
    if not merkle.verify_inclusion(data, proof.index, head.size, proof.path, head.root):
        raise Malformed("inclusion")
    return head


def _cosigned(parsed: Note, unix_time: int) -> bytes:
    return _HEADER + f"time {unix_time}\n".encode() + parsed.text


def _hash(text: str, code: str = "checkpoint") -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Malformed(code, "base64")
    return data


def _extra(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("proof", "base64") from None
    if base64.b64encode(data) != text:
        raise Malformed("proof", "base64")
    return data
