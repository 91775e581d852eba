"""The second file: what names people, in a ZIP of its own, encrypted under the year's key (rules 22 to 25)."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import BinaryIO, Final, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from ledger.shell.archive_keys import key_digest

FORMAT: Final = "sceau-archive-private/1"
SUFFIX: Final = ".private.enc"

_PIECE: Final = 1 << 20


class Sealed(NamedTuple):
    """What the manifest says of the second file."""

    iv: str
    key: str
    plain_sha256: str
    sha256: str
    size: int


def encrypt(plain: BinaryIO, out: BinaryIO, key: bytes) -> Sealed:
    """Encrypt a finished ZIP, from its beginning; the same bytes under the same key give the same file."""
    digest = _digest(plain)
    iv = hmac.digest(key, f"sceau-archive-iv/1\n{digest}".encode(), "sha256")[:16]
    cipher = Cipher(AES(key), CTR(iv)).encryptor()
    total, size = sha256(), 0
    plain.seek(0)
    while some := plain.read(_PIECE):
        data = cipher.update(some)
        total.update(data)
        size += len(data)
        out.write(data)
    return Sealed(iv.hex(), key_digest(key), digest, total.hexdigest(), size)


def decrypt(sealed: BinaryIO, out: BinaryIO, key: bytes, iv: str) -> str:
    """Decrypt; give the SHA-256 of what came out, to be compared: counter mode alone shows no change."""
    cipher = Cipher(AES(key), CTR(bytes.fromhex(iv))).decryptor()
    total = sha256()
    while some := sealed.read(_PIECE):
        data = cipher.update(some)
        total.update(data)
        out.write(data)
    return total.hexdigest()


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    total = sha256()
    while some := file.read(_PIECE):
        total.update(some)
    return total.hexdigest()
