"""The request of `add-checkpoint`, for both ends (docs/spec/witness.md)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Final, NamedTuple

from ledger.kernel.errors import Malformed

MAX_BYTES: Final = 65_536
_MAX_PROOF: Final = 63
_MOST_SIZE: Final = 2**53


class Request(NamedTuple):
    """What a log asks to be cosigned."""

    old: int  # size of the last checkpoint that this witness cosigned
    proof: tuple[bytes, ...]  # 32 bytes each
    note: bytes


def request_body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Give the body of a request."""
    lines = [f"old {old}\n", *(base64.b64encode(node).decode() + "\n" for node in proof), "\n"]
    return "".join(lines).encode() + note


def parse_request(body: bytes) -> Request:
    """Read a body; the note is not looked into.

    Raises:
        Malformed: `request`.
    """
    head, separator, note = body.partition(b"\n\n")
    if len(body) > MAX_BYTES or not separator or not note:
        raise Malformed("request")
    first, *rest = head.split(b"\n")
    if len(rest) > _MAX_PROOF:
        raise Malformed("request", "proof")
    if not first.startswith(b"old "):
        raise Malformed("request", "size")
    return Request(parse_size(first[4:]), _hashes(rest), note)


def parse_size(text: bytes) -> int:
    """Read a size in decimal, without leading zero.

    Raises:
        Malformed: `request`.
    """
    if not text.isdigit() or len(text) > 16 or (text[:1] == b"0" and text != b"0"):
        raise Malformed("request", "size")
    size = int(text)
    if size >= _MOST_SIZE:
        raise Malformed("request", "size")
    return size


def _hashes(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for line in lines:
        try:
            node = base64.b64decode(line, validate=True)
        except (binascii.Error, ValueError):
            raise Malformed("request", "proof") from None
        if len(node) != 32 or base64.b64encode(node) != line:
            raise Malformed("request", "proof")
        found.append(node)
    return tuple(found)
