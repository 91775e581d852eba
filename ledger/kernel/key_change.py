"""The change of a ledger's key: a statement signed by the new key and by the outgoing or the recovery key.

Fixed by `docs/spec/seal.md`. Anything else than these two signatures is `key_discontinuity`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from ledger.kernel import note, seal
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed

TYPE: Final = "key.changed/1"
"""The type of the entry whose body carries the change."""

OUTGOING: Final = "outgoing"
RECOVERY: Final = "recovery"

SEAL: Final = "seal"
CHECKPOINT: Final = "checkpoint"

_SHAPE: Final = re.compile(
    rb"sceau-key/1\n"
    rb"ledger ([0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\n"
    rb"genesis ([0-9a-f]{64})\n"
    rb"role (seal|recovery|checkpoint)\n"
    rb"old ([0-9a-f]{64})\n"
    rb"new ([0-9a-f]{64})\n"
    rb"size (0|[1-9][0-9]{0,15})\n"
    rb"root ([0-9a-f]{64})\n"
)
_ED25519_SPKI: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410 section 4, before the 32 raw bytes


class KeyHolder(Protocol):
    """Who holds a key that signs statements: a `seal.Signer`, or an Ed25519 key with its SubjectPublicKeyInfo."""

    @property
    def public_der(self) -> bytes:
        """The SubjectPublicKeyInfo."""

    def sign(self, message: bytes) -> bytes:
        """64 raw bytes over `message`."""


class Statement(NamedTuple):
    """What a key change says.

    Keys are ids (SHA-256 of the SubjectPublicKeyInfo); `size` and `root` (64 hex) are of the last checkpoint.
    """

    ledger: str
    genesis: str
    role: str
    old: str
    new: str
    size: int
    root: str


class KeyChange(NamedTuple):
    """The two public keys (SubjectPublicKeyInfo) and raw signatures that make a statement valid."""

    new_key: bytes
    new_signature: bytes
    authorised_by: str
    authorising_key: bytes
    authorising_signature: bytes


def key_text(ledger: str, genesis: str, role: str, old: str, new: str, size: int, root: str) -> bytes:
    """The eight lines that both keys sign; without a checkpoint yet, size 0 and the root of the empty tree.

    `role` stands in the statement so that a signature given for one key is of no use for another.
    """
    return (
        f"sceau-key/1\nledger {ledger}\ngenesis {genesis}\nrole {role}\nold {old}\nnew {new}\n"
        f"size {size}\nroot {root}\n"
    ).encode()


def parse(text: bytes) -> Statement:
    """What the statement says.

    Raises:
        Malformed: `key_text`.
    """
    match = _SHAPE.fullmatch(text)
    if match is None or int(match[6]) >= 2**53:
        raise Malformed("key_text")
    ledger, genesis, role, old, new, size, root = (group.decode() for group in match.groups())
    return Statement(ledger, genesis, role, old, new, int(size), root)


def ed25519_spki(public: bytes) -> bytes:
    """The SubjectPublicKeyInfo of 32 raw bytes of Ed25519 (RFC 8410): how a checkpoint key is named here."""
    return _ED25519_SPKI + public


def make(statement: bytes, new: KeyHolder, authorising: KeyHolder, authorised_by: str) -> KeyChange:
    """The change, signed by the new key and by `authorising` (`OUTGOING` or `RECOVERY`)."""
    return KeyChange(
        new.public_der, new.sign(statement), authorised_by, authorising.public_der, authorising.sign(statement)
    )


def body(statement: Statement, change: KeyChange) -> dict[str, Json]:
    """The members of the `key.changed/1` entry that carry the change; binary ones are standard base64.

    The event adds `reason` and, after a compromise, `suspect_from`.
    """
    return {
        "authorised_by": change.authorised_by,
        "authorising_public_key": _encode(change.authorising_key),
        "new_key": statement.new,
        "new_public_key": _encode(change.new_key),
        "old_key": statement.old,
        "role": statement.role,
        "root": statement.root,
        "signature_authorising": _encode(change.authorising_signature),
        "signature_new": _encode(change.new_signature),
        "size": statement.size,
    }


def from_body(ledger: str, genesis: str, members: Mapping[str, Json]) -> tuple[Statement, KeyChange]:
    """The statement and its signatures, from the body of a `key.changed/1` entry of this ledger.

    Raises:
        Malformed: `key_change`, the place saying which member, or `key_text`.
    """
    size = members.get("size")
    if type(size) is not int:
        raise Malformed("key_change", "/size")
    role, old, new = (_text(members, name) for name in ("role", "old_key", "new_key"))
    by = _text(members, "authorised_by")
    if by not in (OUTGOING, RECOVERY):
        raise Malformed("key_change", "/authorised_by")
    statement = parse(key_text(ledger, genesis, role, old, new, size, _text(members, "root")))
    return statement, KeyChange(
        _decode(members, "new_public_key"),
        _decode(members, "signature_new"),
        by,
        _decode(members, "authorising_public_key"),
        _decode(members, "signature_authorising"),
    )


def check(statement: Statement, change: KeyChange, current: str, recovery: str) -> str | None:
    """Why the change is not valid, or None: the word follows the finding `key_discontinuity`.

    `current` is the id of the key in force for the statement's role, `recovery` that of the recovery key in
    force.
    """
    if statement.old != current:
        return "old_key"
    if statement.new != seal.key_id(change.new_key) or statement.new in (current, recovery):
        return "new_key"
    if seal.key_id(change.authorising_key) != (current if change.authorised_by == OUTGOING else recovery):
        return "authorising_key"
    text = key_text(*statement)
    try:
        if not _verify(text, change.new_signature, change.new_key, statement.role == CHECKPOINT):
            return "new_signature"
        ed25519 = statement.role == CHECKPOINT and change.authorised_by == OUTGOING
        if not _verify(text, change.authorising_signature, change.authorising_key, ed25519):
            return "authorising_signature"
    except Malformed as fault:
        return fault.code
    return None


def _verify(text: bytes, signature: bytes, public_der: bytes, ed25519: bool) -> bool:
    if not ed25519:
        return seal.verify(text, signature, public_der)
    if len(public_der) != 44 or not public_der.startswith(_ED25519_SPKI):
        raise Malformed("public_key")
    return note.verify_ed25519(public_der[12:], signature, text)


def _text(members: Mapping[str, Json], name: str) -> str:
    text = members.get(name)
    if not isinstance(text, str) or not text.isascii():
        raise Malformed("key_change", f"/{name}")
    return text


def _decode(members: Mapping[str, Json], name: str) -> bytes:
    text = _text(members, name)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("key_change", f"/{name}") from None
    if _encode(data) != text:
        raise Malformed("key_change", f"/{name}")
    return data


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
