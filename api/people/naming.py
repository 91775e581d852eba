"""E-mail addresses and names of users: read, normalised, or refused. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST: Final = 254  # RFC 5321 section 4.5.3.1.3, without the brackets
_LONGEST_NAME: Final = 100


def normal_email(typed: str) -> str | None:
    """Give the one form of an address: lower case, its domain in ASCII; None for what is no address.

    A mailbox that tells upper from lower case is not known to exist; two users whom only that tells apart would be a
    trap (RFC 5321 section 2.4 lets the receiver decide).
    """
    local, at, domain = typed.strip().lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        return None
    found = f"{local}@{domain}"
    if not at or len(local) > 64 or len(found) > _LONGEST:
        return None
    return found if _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else None


def normal_name(typed: str) -> str | None:
    """Give a name without spaces around it; None for what is empty, too long or not on one line."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    return name if 0 < len(name) <= _LONGEST_NAME and name.isprintable() else None
