"""Webhook secrets at rest: encrypted under a key of the ledger's key folder, and bound to their endpoint.

A copy of the database signs nothing and reads no secret. The key is 32 random bytes in the container of an X25519 key,
as PKCS#8 has no form for a bare secret; the folder keeps it under the passphrase like every other.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.kernel.entry import format_at
from ledger.shell.errors import KeyMissing
from ledger.shell.keys import KeyStore

_KEY: Final = "webhooks.pem"
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Held:
    """One secret of an endpoint; one that was rotated out signs beside its successor until `until`."""

    secret: str
    made_at: str
    until: str | None = None

    def __repr__(self) -> str:
        return "Held(...)"


def in_force(held: tuple[Held, ...], now: datetime) -> list[str]:
    """Give the secrets to sign with, the newest first."""
    moment = format_at(now)
    return [one.secret for one in held if one.until is None or one.until > moment]


def close(keys: KeyStore, ledger: str, endpoint: str, held: tuple[Held, ...]) -> bytes:
    """Encrypt an endpoint's secrets.

    Raises:
        KeyMissing: the ledger's keys or their passphrase are not here.
    """
    nonce = secrets.token_bytes(_NONCE)
    plain = orjson.dumps([asdict(one) for one in held])
    return nonce + AESGCM(_key(keys, ledger)).encrypt(nonce, plain, _bound(ledger, endpoint))


def open_(keys: KeyStore, ledger: str, endpoint: str, data: bytes) -> tuple[Held, ...]:
    """Decrypt an endpoint's secrets.

    Raises:
        KeyMissing: the key is not the one they were encrypted under, or not here.
    """
    try:
        plain = AESGCM(_key(keys, ledger)).decrypt(data[:_NONCE], data[_NONCE:], _bound(ledger, endpoint))
    except (InvalidTag, ValueError):
        raise KeyMissing(f"{_KEY} does not open the secrets of webhook {endpoint}") from None
    return tuple(Held(**one) for one in orjson.loads(plain))


def _bound(ledger: str, endpoint: str) -> bytes:
    return f"sceau-webhook/1\n{ledger}\n{endpoint}".encode()


def _key(keys: KeyStore, ledger: str) -> bytes:
    key = keys.other_key(ledger, _KEY)
    if key is None:
        keys.facts(ledger)  # KeyMissing where the ledger's keys are not
        with suppress(FileExistsError):  # another process made it just now
            keys.keep_other_key(ledger, _KEY, X25519PrivateKey.from_private_bytes(secrets.token_bytes(32)))
        key = keys.other_key(ledger, _KEY)
    if not isinstance(key, X25519PrivateKey):
        raise KeyMissing(f"{_KEY} is no key of webhooks")
    return key.private_bytes_raw()
