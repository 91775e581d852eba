"""Secrets at rest: encrypted under a key of the key folder, and bound to what they are for.

A copy of the database reads none of them. Each ledger has a key of its own (`vault.pem` in its key folder), the server
one for what belongs to no ledger (`server.pem` beside those folders): users' TOTP secrets, for one. Keys are made at
first use. From a key one subkey per purpose is derived (HKDF, RFC 5869), and a sealed secret opens only under the
ledger, purpose and name it was closed with, so that a row copied elsewhere opens nothing.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from threading import Lock
from typing import Final, Self

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.shell.errors import KeyMissing
from ledger.shell.keys import KeyStore

_FILE: Final = "vault.pem"
_VERSION: Final = b"\x01"
_NONCE: Final = 12
_SERVER: Final = "server"


class Vault:
    """Closes and opens the secrets of one ledger, or of the server. Safe for threads and for several processes."""

    def __init__(self, keys: KeyStore, ledger: str | None) -> None:
        """Take the key folder and a ledger's id; None: the server's own secrets."""
        self._keys = keys
        self._ledger = ledger
        self._lock = Lock()
        self._key: bytes | None = None  # PKCS#8 is slow to open on purpose: once in a vault's life

    @classmethod
    def of_server(cls, keys: KeyStore) -> Self:
        """Give the vault of what belongs to no ledger."""
        return cls(keys, None)

    def close(self, purpose: str, name: str, plain: bytes) -> bytes:
        """Encrypt a secret: AES-256-GCM under a random nonce; 29 bytes longer than `plain`.

        Args:
            purpose: what kind of secret it is, such as `totp`.
            name: whose or which: the id of the row it is kept in.
            plain: the secret.

        Raises:
            KeyMissing: the ledger's keys or their passphrase are not here.
        """
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._subkey(purpose, make=True)).encrypt(nonce, plain, self._bound(purpose, name))
        return _VERSION + nonce + sealed

    def open(self, purpose: str, name: str, sealed: bytes) -> bytes:
        """Decrypt what `close` gave for the same ledger, purpose and name.

        Raises:
            KeyMissing: the key is not here, or is not the one it was encrypted under; or the secret was changed or
                is another one's.
        """
        if sealed[:1] == _VERSION:
            nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
            with suppress(InvalidTag, ValueError):
                return AESGCM(self._subkey(purpose, make=False)).decrypt(nonce, rest, self._bound(purpose, name))
        # Neither name nor cause: a name may be a person's, and a library's message may hold what it tried.
        raise KeyMissing(f"the {purpose} secret does not open under the key that is here")

    def subkey(self, purpose: str) -> bytes:
        """Give 32 bytes that only this ledger's key makes, for a keyed hash; the same in every process.

        Raises:
            KeyMissing: the ledger's keys or their passphrase are not here.
        """
        return self._subkey(f"subkey/{purpose}", make=True)

    def _subkey(self, purpose: str, *, make: bool) -> bytes:
        info = f"sceau-vault/1\n{purpose}".encode()
        return HKDF(SHA256(), length=32, salt=None, info=info).derive(self._master(make))

    def _master(self, make: bool) -> bytes:
        with self._lock:
            if self._key is None:
                self._key = self._ledger_key(self._ledger, make) if self._ledger else self._server_key(make)
            return self._key

    def _server_key(self, make: bool) -> bytes:
        return _raw(self._keys.server_key(make=make), "server.pem")

    def _ledger_key(self, ledger: str, make: bool) -> bytes:
        key = self._keys.other_key(ledger, _FILE)
        if key is None and make:
            self._keys.facts(ledger)  # KeyMissing where the ledger's keys are not
            with suppress(FileExistsError):  # another process made it just now
                fresh = X25519PrivateKey.from_private_bytes(secrets.token_bytes(32))
                self._keys.keep_other_key(ledger, _FILE, fresh)
            key = self._keys.other_key(ledger, _FILE)
        return _raw(key, _FILE)

    def _bound(self, purpose: str, name: str) -> bytes:
        return orjson.dumps(["sceau-vault/1", self._ledger or _SERVER, purpose, name])


def _raw(key: object, file: str) -> bytes:
    """Give the 32 bytes in the container of an X25519 key: PKCS#8 has no form for a bare secret."""
    if not isinstance(key, X25519PrivateKey):
        raise KeyMissing(f"{file} is not in the key folder, or is no key of a vault")
    return key.private_bytes_raw()
