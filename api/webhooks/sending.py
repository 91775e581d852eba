"""One request to an endpoint, bounded in every direction: time, bytes, where it goes.

The status is the answer; a body is never read, so that neither a huge one nor a compressed bomb is of any effect. No
redirect is followed, no proxy of the environment is used, the certificate is checked against the name in the URL.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Final, NamedTuple

from api.webhooks.addresses import Forbidden, Policy, Resolver, Target, look_up, system_resolver, target_of

TIMEOUT_SECONDS: Final = 15.0
"""From the lookup's end to the status: what Standard Webhooks recommends at least."""
_LONGEST_WAIT: Final = 24 * 3600
_SECONDS: Final = re.compile(r"[0-9]{1,9}")

_LOG: Final = logging.getLogger("sceau.webhooks")


class Outcome(NamedTuple):
    """What came of a request."""

    status: int  # 0: no answer
    cause: str  # `delivered`, or a stable word for what went wrong
    milliseconds: int
    retry_after: int = 0  # seconds the endpoint asked for

    @property
    def delivered(self) -> bool:
        """Whether the endpoint took it: any status from 200 to 299."""
        return 200 <= self.status <= 299


PUBLIC_ONLY: Final = Policy()
"""https to public addresses: what holds where the operator says nothing."""


@cache
def system_trust() -> ssl.SSLContext:
    """Give what checks certificates against the roots that this machine trusts."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends requests under one policy."""

    policy: Policy = PUBLIC_ONLY
    resolver: Resolver = system_resolver
    timeout_seconds: float = TIMEOUT_SECONDS
    tls: Callable[[], ssl.SSLContext] = system_trust

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a body; whatever goes wrong is an outcome, never raised."""
        started = time.monotonic()

        def ended(status: int, cause: str, retry_after: int = 0) -> Outcome:
            return Outcome(status, cause, int((time.monotonic() - started) * 1000), retry_after)

        try:
            target = target_of(url, self.policy)
            address = look_up(target, self.policy, self.resolver)
        except Forbidden as forbidden:
            return ended(0, f"forbidden_{forbidden.cause}")
        except (OSError, UnicodeError):
            return ended(0, "name_unknown")
        connection = _connection(target, address, self.timeout_seconds, self.tls)
        guard = Timer(self.timeout_seconds, connection.cut)
        guard.daemon = True
        guard.start()
        try:
            connection.request("POST", target.path, body, {**headers, "Host": target.authority})
            answer = connection.getresponse()
        except ssl.SSLCertVerificationError:
            return ended(0, "timeout" if connection.was_cut else "certificate")
        except (OSError, HTTPException, ValueError) as error:
            if connection.was_cut or isinstance(error, TimeoutError):
                return ended(0, "timeout")
            return ended(0, "tls" if isinstance(error, ssl.SSLError) else "connection")
        else:
            if connection.was_cut:  # in the middle of the head, which then seems to end there
                return ended(0, "timeout")
            wait = answer.headers.get("Retry-After", "")
            retry = min(int(wait), _LONGEST_WAIT) if _SECONDS.fullmatch(wait) else 0
            return ended(answer.status, _cause(answer.status), retry)
        finally:
            guard.cancel()
            connection.close()


def _cause(status: int) -> str:
    if 200 <= status <= 299:
        return "delivered"
    if 300 <= status <= 399:
        return "redirect"
    return {410: "gone", 429: "throttled"}.get(status, "refused" if 400 <= status <= 499 else "server_error")


class _Cut:
    """What every connection here has: one deadline for all of it, however slowly the other side drips."""

    sock: socket.socket | None
    raw: socket.socket | None = None
    was_cut = False

    def still(self) -> None:
        """Raise `TimeoutError` when the deadline passed while there was nothing yet to cut."""
        if self.was_cut:
            raise TimeoutError

    def cut(self) -> None:
        """End what is under way, from another thread."""
        self.was_cut = True
        for each in (self.raw, self.sock):
            if each is not None:
                try:
                    socket.socket.shutdown(each, socket.SHUT_RDWR)  # not `SSLSocket`'s own: another thread reads
                except OSError:
                    _LOG.debug("a connection was closed before it was cut")


class _Plain(_Cut, HTTPConnection):
    def __init__(self, target: Target, address: str, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        """Connect to the address that was looked up, whatever the name has become since."""
        self.raw = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        self.still()


class _Tls(_Cut, HTTPSConnection):
    def __init__(self, target: Target, address: str, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=timeout, context=context)
        self._address = address
        self._tls = context

    def connect(self) -> None:
        """Connect to the address that was looked up, and check the certificate of the name."""
        self.raw = socket.create_connection((self._address, self.port), self.timeout)
        self.still()
        self.sock = self._tls.wrap_socket(self.raw, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()  # only now, so that it can be cut


def _connection(target: Target, address: str, timeout: float, tls: Callable[[], ssl.SSLContext]) -> _Plain | _Tls:
    if target.tls:
        return _Tls(target, address, timeout, tls())
    return _Plain(target, address, timeout)
