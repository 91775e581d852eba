"""Secrets and signatures of webhooks, as Standard Webhooks 1.0 has them.

The signed content is `{webhook-id}.{webhook-timestamp}.{body}`. `v1` is HMAC-SHA256 under a secret that both sides
hold (`whsec_` and base64); `v1a` is Ed25519, whose public half (`whpk_`) is all that the receiver needs.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Scheme: TypeAlias = Literal["v1", "v1a"]

SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
_BYTES: Final = 32


def new_secret(scheme: Scheme) -> str:
    """Make a secret: 32 random bytes for HMAC, or an Ed25519 private key."""
    if scheme == "v1":
        return SECRET + _text(secrets.token_bytes(_BYTES))
    return PRIVATE + _text(Ed25519PrivateKey.generate().private_bytes_raw())


def public_key(secret: str) -> str | None:
    """Give the public half of an Ed25519 secret, `whpk_...`; None for one of HMAC, which has none."""
    if not secret.startswith(PRIVATE):
        return None
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(PRIVATE)))
    return PUBLIC + _text(key.public_key().public_bytes_raw())


def headers_of(secrets_: Sequence[str], message: str, at: datetime, body: bytes) -> dict[str, str]:
    """Give the three headers of one try: the same id for each, the time of this one, a signature under each secret.

    Raises:
        ValueError: an id with a full stop could be taken for another message.
    """
    if "." in message:
        raise ValueError("the id of a message has no full stop")
    stamp = str(int(at.timestamp()))
    content = f"{message}.{stamp}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_sign(secret, content) for secret in secrets_),
    }


def _sign(secret: str, content: bytes) -> str:
    if secret.startswith(SECRET):
        key = base64.b64decode(secret.removeprefix(SECRET))
        return "v1," + _text(hmac.digest(key, content, sha256))
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(PRIVATE)))
    return "v1a," + _text(private.sign(content))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
