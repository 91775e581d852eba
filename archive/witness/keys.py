"""A witness's key: Ed25519 in a PKCS#8 file, made with the state at the first start and never without it."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from archive.witness.state import State, StateError
from ledger.kernel.note import COSIGNATURE_V1, LocalNoteSigner, VerifierKey


def open_witness(name: str, key: Path, state: Path, passphrase: bytes | None = None) -> tuple[LocalNoteSigner, State]:
    """Open a witness's key and state; make both when neither is there.

    Raises:
        StateError: one of them is there without the other, they do not belong together, or the key cannot be read.
        ValueError: the name has a space or a `+`.
    """
    if key.exists() != state.exists():
        there, gone = (key, state) if key.exists() else (state, key)
        raise StateError(f"{there} is there and {gone} is not: a witness that lost its memory must not go on")
    create = not key.exists()
    private = Ed25519PrivateKey.generate() if create else _read(key, passphrase)
    signer = LocalNoteSigner(name, private)
    opened = State(state, str(verifier_key(signer)), create=create)
    if create:
        try:
            _write(key, private, passphrase)
        except OSError as error:
            opened.close()
            state.unlink()  # it has seen nothing yet
            raise StateError(f"{key} cannot be written") from error
    return signer, opened


def verifier_key(signer: LocalNoteSigner) -> VerifierKey:
    """Give the key that opens this witness's cosignatures."""
    return VerifierKey(signer.name, COSIGNATURE_V1, signer.public)


def _read(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    try:
        found = load_pem_private_key(path.read_bytes(), passphrase)
    except (OSError, ValueError, TypeError) as error:
        raise StateError(f"{path} is no key, or its passphrase is another one") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise StateError(f"{path} is not an Ed25519 key")
    return found


def _write(path: Path, key: Ed25519PrivateKey, passphrase: bytes | None) -> None:
    how: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)
