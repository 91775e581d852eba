"""Where a webhook may go: an address that anybody could reach, looked up once and connected to as it was looked up.

Whoever may register a webhook makes this server send requests. Without these rules it could be made to reach what only
it can reach: its own services, its neighbours, the metadata of its cloud (server-side request forgery).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Resolver: TypeAlias = Callable[[str, int], list[str]]
"""Gives the numeric addresses of a host and port; raises OSError."""

_LONGEST: Final = 2000
_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NEVER: Final = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # public in form, the host of a virtual machine in fact (Azure)
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
"""IANA's special-purpose registries (RFC 6890), written out: `is_global` differs between versions of Python."""


class Forbidden(ValueError):  # noqa: N818 - the house names what happened, not "Error"
    """An address that no webhook goes to; `cause` is a stable word for logs and answers."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator allows beyond https to public addresses."""

    private: bool = False
    http: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An endpoint's URL, taken apart."""

    tls: bool
    host: str
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        """The `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


def target_of(url: str, policy: Policy) -> Target:
    """Take a URL apart and look at all that can be seen without asking anybody.

    Raises:
        Forbidden: `url` (no http or https address, a password in it, characters that none has), `http`, `private`.
    """
    if len(url) > _LONGEST or not url.isascii() or any(letter <= " " or letter == "\x7f" for letter in url):
        raise Forbidden("url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden("url") from None
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment or "\\" in url:
        raise Forbidden("url")
    if port == 0 or "%" in host or not (_NAME.fullmatch(host) or _numeric(host)):
        raise Forbidden("url")
    tls = parts.scheme == "https"
    if not tls and not policy.http:
        raise Forbidden("http")
    literal = _numeric(host)
    if literal is not None:
        _check(literal, policy)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(tls, host.rstrip(".") if literal is None else host, port or (443 if tls else 80), path)


def look_up(target: Target, policy: Policy, resolver: Resolver) -> str:
    """Give the numeric address to connect to: the first of those that the name has, all of them allowed.

    A name with one allowed and one forbidden address is a trick: it is refused whole.

    Raises:
        Forbidden: `private`.
        OSError: the name has no address.
    """
    found = resolver(target.host, target.port)
    if not found:
        raise OSError("no address")
    for text in found:
        _check(ip_address(text.partition("%")[0]), policy)
    return found[0]


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses, as Python's sockets do."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet could reach this address; what is wrapped in an IPv6 one is unwrapped first."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped
        if inside is None and address in _NAT64:
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
    return not any(address in network for network in _NEVER if network.version == address.version)


def _check(address: Address, policy: Policy) -> None:
    if not policy.private and not is_public(address):
        raise Forbidden("private")


def _numeric(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
