"""Rate limits, shared between processes through the store: token buckets whose keys name nobody.

A bucket holds `capacity` tokens and gets one back every `seconds`. The store keeps one number a bucket, the moment at
which it is full again, so that taking is one statement (the generic cell rate algorithm, ITU-T I.371 annex A).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final

import orjson

from api.vault import Vault
from ledger.shell.people import PeopleStore

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_SLACK: Final = 300 * _SECOND
"""How far two processes' clocks may be apart."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be tried: `capacity` at once, then one every `seconds`."""

    name: str
    capacity: int
    seconds: int


SIGN_IN_BY_ACCOUNT: Final = Rate("sign_in.account", 10, 60)
SIGN_IN_BY_DEVICE: Final = Rate("sign_in.device", 10, 30)
SIGN_IN_BY_ADDRESS: Final = Rate("sign_in.address", 30, 10)
SECOND_FACTOR: Final = Rate("second_factor", 6, 60)
RESET_BY_ACCOUNT: Final = Rate("reset.account", 3, 1200)
RESET_BY_ADDRESS: Final = Rate("reset.address", 10, 120)
TOKEN_OPENED: Final = Rate("token.address", 20, 10)
LINK_OPENED: Final = Rate("link.address", 60, 2)
CODE_SENT: Final = Rate("code.sent", 5, 120)
CODE_TRIED: Final = Rate("code.tried", 10, 60)
INVITED: Final = Rate("invited", 20, 180)


class Limits:
    """The rate limits of one server. Safe for threads and for several processes."""

    def __init__(self, store: PeopleStore, vault: Vault, clock: Callable[[], datetime]) -> None:
        """Keep buckets in `store`, under keys hashed with a secret of the server's vault."""
        self._store = store
        self._vault = vault
        self._clock = clock
        self._secret: bytes | None = None

    def take(self, rate: Rate, *who: str) -> int:
        """Take one try; give 0, or the seconds until the next may be made.

        Args:
            rate: which kind of try.
            who: whose bucket it is: an account, an address (see `network_of`), a link.

        Raises:
            KeyMissing: the server's key does not open.
        """
        bucket, now, cost = self._bucket(rate, who), self._now(), rate.seconds * _SECOND
        if self._store.take(bucket, now, cost, rate.capacity, _SLACK):
            return 0
        full_at = self._store.full_at(bucket) or now
        wait = full_at - (rate.capacity - 1) * cost - now
        return max(1, -(-wait // _SECOND))

    def forget(self, rate: Rate, *who: str) -> None:
        """Give all tries back: this one was right."""
        self._store.forget_bucket(self._bucket(rate, who))

    def tidy(self) -> int:
        """Forget buckets that are full again; give how many."""
        return self._store.drop_full_buckets(self._now())

    def _bucket(self, rate: Rate, who: tuple[str, ...]) -> str:
        if self._secret is None:
            self._secret = self._vault.subkey("limits")
        return hmac.new(self._secret, orjson.dumps([rate.name, *who]), sha256).hexdigest()

    def _now(self) -> int:
        return (self._clock() - _EPOCH) // timedelta(microseconds=1)


def network_of(address: str) -> str:
    """Give what of a network address names one subscriber: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped is not None else found.exploded[:19]
    return str(found)
