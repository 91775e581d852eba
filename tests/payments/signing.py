"""Signing as Stripe signs its messages."""

from __future__ import annotations

import hashlib
import hmac


def sign(secret: str, payload: bytes, at: int) -> str:
    """Give the `Stripe-Signature` header of a message."""
    made = hmac.new(secret.encode(), b"%d.%s" % (at, payload), hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"
