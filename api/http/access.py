"""Who asks, and what they may: API keys, their roles per ledger, and the provisioning key.

A key is shown once, when it is made; the store keeps its SHA-256 alone. The secret is 32 random bytes, so one plain
hash cannot be turned back. Another process's revocation is seen within `FRESH_SECONDS`, this process's at once.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal

from api.http.call import Call
from api.http.problems import Header, Problem
from ledger.shell.side import AccessKey, Grant, Side

Role = Literal["owner", "operator", "accountant", "auditor"]

OWNER: Final[frozenset[Role]] = frozenset({"owner"})
"""Settings, access and the technical journal."""
BUSINESS: Final[frozenset[Role]] = frozenset({"owner", "operator"})
"""The sale: quotes, invoices, payments, customers, drafts."""
READ: Final[frozenset[Role]] = frozenset({"owner", "operator", "accountant", "auditor"})
"""What is recorded."""

LABEL_PATTERN: Final = r"^[^\x00-\x1f\x7f]{1,100}$"
"""What a key may be labelled: one line, so that a list of keys is one."""

FRESH_SECONDS: Final = 5.0
_MOST_REMEMBERED: Final = 10_000
_CHALLENGE: Final[tuple[Header, ...]] = ((b"www-authenticate", b'Bearer realm="sceau"'),)


@dataclass(frozen=True, slots=True)
class Identity:
    """One key's holder: its id, whether it opens ledgers, and its role in each ledger by id."""

    key: str
    provisions: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """Who it is in an entry."""
        return f"key:{self.key}"


PROVISIONING: Final = Identity("provisioning", provisions=True)
"""The holder of the provisioning key of the settings."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `token` is what its holder sends, and is never seen again."""

    record: AccessKey
    token: str = field(repr=False)


def make_key(label: str, created_at: str, *, provisions: bool = False) -> NewKey:
    """Make a key; nothing is kept yet."""
    token = f"sk_{secrets.token_urlsafe(32)}"
    return NewKey(AccessKey(secrets.token_hex(8), digest_of(token), label, provisions, created_at, None), token)


def digest_of(token: str) -> str:
    """Give what the store keeps of a token: its SHA-256, 64 hex."""
    return sha256(token.encode()).hexdigest()


class Access:
    """Finds who asks. Only `identify` is called on the hot road, and it seldom asks the store."""

    def __init__(self, side: Side, provisioning_key: str | None, monotonic: Callable[[], float]) -> None:
        self._side = side
        self._provisioning = None if provisioning_key is None else digest_of(provisioning_key)
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, Identity]] = {}

    def remembered(self, digest: str) -> Identity | None:
        """Give the identity of a key looked up a moment ago."""
        found = self._remembered.get(digest)
        return found[1] if found is not None and found[0] > self._monotonic() else None

    def look_up(self, digest: str) -> Identity | None:
        """Ask the store whose key this is; None for an unknown or revoked one. May block."""
        if self._provisioning is not None and hmac.compare_digest(self._provisioning, digest):
            return PROVISIONING
        key = self._side.key_by_secret(digest)
        if key is None or key.revoked_at is not None or not hmac.compare_digest(key.secret, digest):
            return None
        identity = Identity(key.key, key.provisions, roles_of(self._side.grants_of_key(key.key)))
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[digest] = (self._monotonic() + FRESH_SECONDS, identity)
        return identity

    def forget(self) -> None:
        """Look every key up anew: grants have changed."""
        self._remembered.clear()


def roles_of(grants: list[Grant]) -> dict[str, Role]:
    """Give the roles that grants give, by ledger id."""
    return {grant.ledger: grant.role for grant in grants}  # type: ignore[misc] # only roles are ever granted


def token_of(call: Call) -> str:
    """Give the bearer token of a request (RFC 6750, 2.1).

    Raises:
        Problem: `KEY_REQUIRED`.
    """
    value = call.once(b"authorization")
    scheme, _, token = (value or b"").partition(b" ")
    token = token.strip()
    if scheme.lower() != b"bearer" or not token or len(token) > 500 or not token.isascii():
        raise Problem("KEY_REQUIRED", headers=_CHALLENGE)
    return token.decode("ascii")


async def identify(call: Call) -> Identity:
    """Find who asks.

    Raises:
        Problem: `KEY_REQUIRED`.
    """
    access = call.context.access
    digest = digest_of(token_of(call))
    identity = access.remembered(digest) or await call.context.blocking(access.look_up, digest)
    if identity is None:
        raise Problem("KEY_REQUIRED", headers=_CHALLENGE)
    call.identity = identity
    return identity


async def enter(call: Call, roles: frozenset[Role], *, provisioning: bool = False) -> str:
    """Let the caller into the ledger of the path, in one of the roles; give the ledger's id.

    `provisioning`: who opens ledgers may do this too. To anybody without a role, another's ledger does not exist.

    Raises:
        Problem: `KEY_REQUIRED`, `LEDGER_UNKNOWN`, `ROLE_INSUFFICIENT`.
    """
    identity = await identify(call)
    row = await call.context.find(call.params["ledger"])
    role = None if row is None else identity.roles.get(row.ledger)
    if row is None or (role is None and not identity.provisions):
        raise Problem("LEDGER_UNKNOWN")
    if role not in roles and not (provisioning and identity.provisions):
        raise Problem("ROLE_INSUFFICIENT")
    call.row = row
    return row.ledger


async def provisioner(call: Call) -> Identity:
    """Let only who may open ledgers pass.

    Raises:
        Problem: `KEY_REQUIRED`, `ROLE_INSUFFICIENT`.
    """
    identity = await identify(call)
    if not identity.provisions:
        raise Problem("ROLE_INSUFFICIENT")
    return identity
