"""An RFC 3161 time stamp over a checkpoint: it proves that these entries existed by then, and nothing of uniqueness.

The proof is the whole TimeStampResp, with the authority's certificates: `openssl ts -verify -data NOTE -in PROOF
-CAfile ROOT` checks it, NOTE being the note with the log's own signature line alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cryptography import x509

from archive.anchors.anchor import AnchorFailure, Kind, Placed, Target, label
from archive.anchors.http import check_url, post
from archive.anchors.revocation import Lists
from archive.anchors.stamps import Refused, chain_of, check, request, with_lists
from ledger.kernel.errors import Malformed


class TimestampAnchor:
    """One time stamp authority."""

    kind: Kind = "timestamp"

    def __init__(
        self, url: str, roots: Sequence[x509.Certificate] = (), place: str = "tsa", timeout_seconds: float = 15.0
    ) -> None:
        """Ask the authority at `url`, whose root is among `roots`; without roots, a stamp is only held whole in itself.

        Raises:
            ValueError: the address is none.
        """
        self.place = label(place, "tsa")
        self._url = check_url(url)
        self._roots = tuple(roots)
        self._timeout = timeout_seconds
        self._lists = Lists()

    def put(self, target: Target) -> Placed:
        """See `Anchor`."""
        proof = request_stamp(self._url, target.own, self._roots, self._timeout)
        return Placed(check(proof, target.own, self._roots).at, self._listed(proof, target.own))

    def _listed(self, proof: bytes, data: bytes) -> bytes:
        """The stamp with what its authority says of revoked certificates; as it came, when that cannot be had.

        Addresses are those of a chain that leads to a root which was given: nobody else has us ask anywhere.

        Raises:
            AnchorFailure: the authority's certificate was revoked.
        """
        if not self._roots:
            return proof
        lists = self._lists.of(chain_of(proof, data, self._roots))
        try:
            made = with_lists(proof, lists)
            check(made, data, self._roots)
        except Malformed as fault:
            if fault.place == "revoked":
                raise AnchorFailure("bad_answer", fault.place) from fault
            return proof
        return made


def request_stamp(
    url: str, data: bytes, roots: Sequence[x509.Certificate] = (), timeout_seconds: float = 15.0
) -> bytes:
    """Have SHA-256 of `data` stamped; give the TimeStampResp, checked.

    Raises:
        AnchorFailure: no answer, a refusal, or a stamp that does not hold.
    """
    nonce = secrets.randbits(63)
    reply = post(url, request(data, nonce), "application/timestamp-query", timeout_seconds)
    if reply.status != 200:
        raise AnchorFailure("refused", str(reply.status))
    try:
        if check(reply.body, data, roots).nonce != nonce:
            raise AnchorFailure("bad_answer", "nonce")
    except Refused as no:
        raise AnchorFailure("refused", no.place) from no
    except Malformed as fault:
        raise AnchorFailure("bad_answer", fault.place) from fault
    return reply.body
