"""A witness's cosignature (C2SP `tlog-witness`, `tlog-cosignature`): the one anchor that refuses a second history."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.anchors.anchor import AnchorFailure, Kind, Placed, Target, label
from archive.anchors.http import Reply, check_url, post
from archive.witness.request import parse_size, request_body
from ledger.kernel.checkpoint import cosignature_time
from ledger.kernel.errors import Malformed
from ledger.kernel.note import COSIGNATURE_V1, VerifierKey, find, parse, parse_vkey, signature_line

_TRIES = 3


class WitnessAnchor:
    """One witness, by its submission address and its verifier key."""

    kind: Kind = "witness"

    def __init__(self, url: str, vkey: str, timeout_seconds: float = 10.0) -> None:
        """Ask the witness at `url`, whose key is `vkey`.

        Raises:
            ValueError: the address or the key is none.
        """
        self.vkey = vkey
        self._url = check_url(url.rstrip("/")) + "/add-checkpoint"
        self._key = witness_key(vkey)
        self._timeout = timeout_seconds

    @property
    def place(self) -> str:
        """The witness's name, or its key id."""
        return witness_label(self.vkey)

    def put(self, target: Target) -> Placed:
        """See `Anchor`: the witness says how far it has come, and gets the proof from there."""
        head = target.head
        old = min(target.since, head.size)
        for _ in range(_TRIES):
            proof = target.consistency(old) if 0 < old < head.size else ()
            reply = post(self._url, request_body(old, proof, target.own), "text/plain", self._timeout)
            if reply.status == 200:
                return self._cosigned(target, reply)
            if reply.status != 409:
                raise AnchorFailure("refused", str(reply.status))
            known = _size(reply)
            if known == old or known > head.size:
                raise AnchorFailure("conflict", f"the witness has seen another history of {known} entries")
            old = known
        raise AnchorFailure("conflict", "the witness moves faster than we can follow")

    def _cosigned(self, target: Target, reply: Reply) -> Placed:
        try:
            cosigned = target.own + reply.body
            moment = cosignature_time(cosigned, self._key)
        except Malformed as fault:
            raise AnchorFailure("bad_answer", str(fault)) from fault
        if moment is None or moment >= 2**37:
            raise AnchorFailure("bad_answer", "no cosignature of this witness")
        return Placed(datetime.fromtimestamp(moment, UTC), _only(target.own, cosigned, self._key))


def witness_key(vkey: str) -> VerifierKey:
    """Read the verifier key of a witness.

    Raises:
        ValueError: it is none.
    """
    try:
        key = parse_vkey(vkey)
    except Malformed:
        raise ValueError("a witness's verifier key is needed") from None
    if key.algorithm != COSIGNATURE_V1:
        raise ValueError("this is the key of a log, not of a witness")
    return key


def witness_label(vkey: str) -> str:
    """Give the label of a witness: its name, or its key id.

    Raises:
        ValueError: it is no verifier key of a witness.
    """
    key = witness_key(vkey)
    return label(key.name, key.key_id.hex())


def _size(reply: Reply) -> int:
    try:
        return parse_size(reply.body.removesuffix(b"\n"))
    except Malformed:
        raise AnchorFailure("bad_answer", "409 without a size") from None


def _only(own: bytes, cosigned: bytes, key: VerifierKey) -> bytes:
    """The note with this witness's lines alone; others are unknown to us and ignored."""
    return own + b"".join(signature_line(*line) for line in find(parse(cosigned), key))
