"""Second factors: authenticator codes (TOTP, RFC 6238) and recovery codes. Pure: secrets and times are given."""

from __future__ import annotations

import hmac
import io
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp
import segno

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
"""How many steps a phone's clock may be off, each way (RFC 6238 section 5.2)."""
SECRET_BYTES: Final = 20
"""As long as the hash (RFC 4226 section 4, R6)."""
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that reads as a digit."""
_READ_AS: Final = str.maketrans("ilo", "110")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs: to be scanned, or typed."""

    secret: str = field(repr=False)  # base 32
    uri: str = field(repr=False)  # otpauth://
    svg: str = field(repr=False)  # the QR code, to stand in a page


def enrolment(secret: bytes, email: str, issuer: str) -> Enrolment:
    """Give what an authenticator needs to know."""
    text = base32(secret)
    uri = pyotp.TOTP(text).provisioning_uri(name=email, issuer_name=issuer)
    out = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        out, kind="svg", scale=5, border=4, xmldecl=False, svgns=True, nl=False, omitsize=True, light="#fff"
    )
    return Enrolment(text, uri, out.getvalue().decode())


def base32(secret: bytes) -> str:
    """Write a secret as authenticators take it (RFC 4648 section 6), without padding."""
    return b32encode(secret).decode().rstrip("=")


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """Give the time step that a code is of, later than `after`; None for a code that is not of now.

    Every candidate is compared, and in constant time.
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    totp, current = pyotp.TOTP(base32(secret)), int(now.timestamp()) // STEP_SECONDS
    found: int | None = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        same = hmac.compare_digest(totp.generate_otp(step), typed)
        if same and step > after:
            found = step
    return found


def recovery_code(random: bytes) -> str:
    """Write ten random bytes as a recovery code: four groups of four."""
    number = int.from_bytes(random, "big")
    letters = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def is_recovery_code(code: str) -> bool:
    """Whether what was typed has the form of a recovery code."""
    return _typed(code) is not None


def recovery_hash(secret: bytes, user: str, code: str) -> str | None:
    """Give what is kept of a recovery code: a hash under a key of the key folder; None for what is no such code."""
    typed = _typed(code)
    return None if typed is None else hmac.new(secret, f"{user}\n{typed}".encode(), sha256).hexdigest()


def _typed(code: str) -> str | None:
    typed = "".join(code.casefold().split()).replace("-", "").translate(_READ_AS)
    return typed if len(typed) == 16 and set(typed) <= set(_ALPHABET) else None
