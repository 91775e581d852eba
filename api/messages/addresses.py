"""Mail addresses: looked at before anything is queued, written as mail servers want them.

A domain of other letters (`café.example`) is written in ASCII (IDNA 2008); a name before the @ that is not ASCII needs
a server that speaks SMTPUTF8 (RFC 6531), which the sending finds out.
"""

from __future__ import annotations

import re
from typing import Final

import idna

_MOST: Final = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
_MOST_LOCAL: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


def mail_address(text: str) -> str | None:
    """Give an address as it is used, its domain in ASCII and small letters; None for what is no address.

    One address, without a display name, comments, quotes or an address of a machine by number.
    """
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or not address.isprintable() or not _LOCAL.fullmatch(local) or len(local.encode()) > _MOST_LOCAL:
        return None
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return None
    if not _DOMAIN.fullmatch(ascii_domain):
        return None
    found = f"{local}@{ascii_domain}"
    return found if len(found.encode()) <= _MOST else None


def masked(address: str) -> str:
    """Give what may be shown of an address to whoever reads the outbox: `l...@client.example`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}...@{domain}" if at else ""
