"""A drawn signature as a browser sends it: a small PNG, looked at byte by byte and nothing more."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from typing import Final

from ledger.domain.refusals import Refusal, refuse

MOST_BYTES: Final = 262_144
MOST_SIDE: Final = 2_000
"""Pixels."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_URL: Final = "data:image/png;base64,"
_KEPT: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"pHYs", b"sBIT", b"cHRM", b"iCCP")
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PLACE: Final = "/drawing"


def read_drawing(url: str) -> bytes | Refusal:
    """Give the PNG of a `data:` URL of a canvas, or refuse what is none, is too large, or shows nothing.

    An image of one colour is a signature that was not drawn.
    """
    if len(url) > MOST_BYTES * 4 // 3 + 100:
        return refuse("DRAWING_TOO_LARGE", _PLACE)
    if not url.startswith(_URL):
        return refuse("DRAWING_INVALID", _PLACE)
    try:
        data = base64.b64decode(url[len(_URL) :], validate=True)
    except (binascii.Error, ValueError):
        return refuse("DRAWING_INVALID", _PLACE)
    if len(data) > MOST_BYTES:
        return refuse("DRAWING_TOO_LARGE", _PLACE)
    return data if _is_drawn(data) else refuse("DRAWING_INVALID", _PLACE)


def _is_drawn(data: bytes) -> bool:
    """Check a PNG whole: signature, chunks with their sums, size, and pixels that are not all alike (PNG 3rd ed.)."""
    if not data.startswith(_SIGNATURE):
        return False
    place, pixels, header = len(_SIGNATURE), b"", None
    while place + 12 <= len(data):
        (length,), kind = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(data) or kind not in _KEPT:
            return False
        if zlib.crc32(kind + body) != struct.unpack(">I", data[end - 4 : end])[0]:
            return False
        if (kind == b"IHDR") != (header is None):
            return False
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            pixels += body
        elif kind == b"IEND":
            return end == len(data) and header is not None and _has_ink(header, pixels)
        place = end
    return False


def _has_ink(header: bytes, pixels: bytes) -> bool:
    if len(header) != 13:
        return False
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    fine = depth == 8 and colour in _CHANNELS and not (compression or filtering or interlace)
    if not fine or not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        return False
    row = 1 + width * _CHANNELS[colour]
    unfolding = zlib.decompressobj()
    try:
        raw = unfolding.decompress(pixels, row * height + 1)
    except zlib.error:
        return False
    if len(raw) != row * height:
        return False
    # Filtered rows of one colour are all alike after the first: a real drawing leaves several kinds of row.
    return len({raw[at : at + row] for at in range(row, len(raw), row)}) > 2
