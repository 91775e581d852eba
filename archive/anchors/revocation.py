"""Which certificates of a time stamp authority were revoked: CRLs carried in the stamp, fetched when it is made.

They travel in the member `crls` of the stamp's SignedData (RFC 5652 section 5.1), which its signature does not cover:
`openssl ts -verify` goes on as before, and each list is believed by its own issuer's signature alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from archive.anchors.anchor import AnchorFailure
from archive.anchors.http import send

MOST_BYTES: Final = 1 << 18
"""Of one list: a longer one is left out, as every stamp carries it."""

_MOST_LISTS: Final = 4
_MOST_KEPT: Final = 32
_KEPT_SECONDS: Final = 3600.0
_TIMEOUT_SECONDS: Final = 3.0

_HARMLESS: Final = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)
"""RFC 3161 section 4 (1): revoked for one of these, earlier stamps remain valid; for another or none, no stamp does."""


class Lists:
    """Fetches CRLs, each at most once an hour, whether it was there or not. May be called from several threads."""

    def __init__(self, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        """Wait at most this long for one read."""
        self._timeout = timeout_seconds
        self._lock = Lock()
        self._kept: dict[str, tuple[float, bytes]] = {}

    def of(self, chain: Sequence[x509.Certificate]) -> list[bytes]:
        """Give the lists for a chain, signer first, in DER, those alone that its issuers signed; never raises."""
        found: list[bytes] = []
        for below, above in pairwise(chain):
            for url in _addresses(below):
                data = self._get(url)
                if data and data not in found and _list_of(data, above) is not None:
                    found.append(data)
                    break
        return found[:_MOST_LISTS]

    def _get(self, url: str) -> bytes:
        now = time.monotonic()
        with self._lock:
            at, data = self._kept.get(url, (0.0, b""))
            if url in self._kept and now - at < _KEPT_SECONDS:
                return data
        try:
            reply = send("GET", url, None, self._timeout, None, MOST_BYTES)
            data = reply.body if reply.status == 200 else b""
        except AnchorFailure:
            data = b""
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[url] = now, data
        return data


def revoked(chain: Sequence[x509.Certificate], lists: Iterable[bytes], at: datetime) -> bool:
    """Tell whether a list says that a certificate of the chain could not be relied on for a stamp of that moment.

    A list that its issuer did not sign, or that is none, says nothing: anybody could have put it there.
    """
    carried = list(lists)[: 2 * _MOST_LISTS]
    for below, above in pairwise(chain):
        for data in carried:
            signed = _list_of(data, above)
            if signed is not None and _says(signed, below, at):
                return True
    return False


def _says(signed: x509.CertificateRevocationList, certificate: x509.Certificate, at: datetime) -> bool:
    try:
        entry = signed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None:
            return False
        if entry.revocation_date_utc <= at:
            return True
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return reason not in _HARMLESS


def _list_of(data: bytes, issuer: x509.Certificate) -> x509.CertificateRevocationList | None:
    """Read a list, if this issuer signed it and it speaks of the issuer's own certificates."""
    try:
        read = x509.load_der_x509_crl(data)
        key = issuer.public_key()
        if read.issuer != issuer.subject or not read.is_signature_valid(key):  # type: ignore[arg-type] # others raise
            return None
        return None if any(_unknown(each) for each in read.extensions) else read
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return None


def _unknown(extension: x509.Extension[x509.ExtensionType]) -> bool:
    """A critical extension that is not understood here; of a part of the list it is, unless others' are in it."""
    value = extension.value
    if isinstance(value, x509.IssuingDistributionPoint):
        return value.indirect_crl or value.only_contains_attribute_certs
    return extension.critical


def _addresses(certificate: x509.Certificate) -> list[str]:
    """The http addresses of a certificate's lists; https would need a list of its own (RFC 5280 section 8)."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = (name for point in points for name in point.full_name or ())
    urls = (name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
    return [url for url in urls if _is_http(url)][:2]


def _is_http(name: str) -> bool:
    try:
        parts = urlsplit(name)
        return parts.scheme == "http" and bool(parts.hostname) and len(name) <= 500
    except ValueError:
        return False
