"""Checking that a webhook is Sceau's (Standard Webhooks 1.0): before its body is read, and on its very bytes."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

TOLERANCE_SECONDS: Final = 300
"""How old a webhook may be: one that was recorded and is sent again later by somebody else is refused."""


class Unverified(ValueError):  # noqa: N818 - the house names what happened
    """Not what it says it is: answer 400, and do nothing with it. `cause` is a stable word."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True)
class Verified:
    """A webhook that is Sceau's. Keep `id`: the same event may come twice, under the same one."""

    id: str
    event: dict[str, Any]


def verify_webhook(
    headers: Mapping[str, str],
    body: bytes,
    secrets: str | Sequence[str],
    *,
    now_seconds: int | None = None,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> Verified:
    """Check a webhook and give its event.

    Args:
        headers: as they came; names in any case.
        body: the bytes as they came, not parsed and written again.
        secrets: `whsec_...`, or the public key `whpk_...` (which needs the package `cryptography`); several during a
            rotation.
        now_seconds: the present, in seconds since 1970; by default the clock's.
        tolerance_seconds: how old or early it may be.

    Raises:
        Unverified: `headers`, `time`, `signature` or `body`.
    """
    found = {name.lower(): value for name, value in headers.items()}
    message, stamp = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    signatures = found.get("webhook-signature", "").split()
    if not message or not signatures or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise Unverified("headers")
    now = int(time.time()) if now_seconds is None else now_seconds
    if abs(now - int(stamp)) > tolerance_seconds:
        raise Unverified("time")
    content = f"{message}.{stamp}.".encode() + body
    wanted = (secrets,) if isinstance(secrets, str) else secrets
    # Every pair is looked at, so that the time taken tells nothing of which one fits.
    if True not in [_signed(secret, signature, content) for secret in wanted for signature in signatures[:8]]:
        raise Unverified("signature")
    try:
        event = json.loads(body)
    except ValueError:
        raise Unverified("body") from None
    if not isinstance(event, dict):
        raise Unverified("body")
    return Verified(message, event)


def _signed(secret: str, signature: str, content: bytes) -> bool:
    version, _, text = signature.partition(",")
    try:
        given = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    if version == "v1" and secret.startswith("whsec_"):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        return hmac.compare_digest(hmac.digest(key, content, sha256), given)
    if version == "v1a" and secret.startswith("whpk_"):
        return _signed_by_key(base64.b64decode(secret.removeprefix("whpk_")), given, content)
    return False


def _signed_by_key(key: bytes, signature: bytes, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except InvalidSignature:
        return False
    return True
