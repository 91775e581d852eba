"""Webhook secrets at rest: closed in the ledger's vault (`api/vault.py`), each under its endpoint.

A copy of the database signs nothing and reads no secret.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import orjson

from api.vault import Vault
from ledger.kernel.entry import format_at
from ledger.shell.keys import KeyStore

_PURPOSE: Final = "webhook"


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
    return Vault(keys, ledger).close(_PURPOSE, endpoint, orjson.dumps([asdict(one) for one in held]))


def open_(keys: KeyStore, ledger: str, endpoint: str, data: bytes) -> tuple[Held, ...]:
    """Decrypt an endpoint's secrets.

    Raises:
        KeyMissing: the key is not the one they were encrypted under, or not here.
    """
    return tuple(Held(**one) for one in orjson.loads(Vault(keys, ledger).open(_PURPOSE, endpoint, data)))
