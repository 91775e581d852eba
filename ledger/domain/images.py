"""What a small picture file says of itself: its type and size, read from its first bytes without drawing it.

Enough to refuse what is no PNG or JPEG, and what would take much memory to draw: a file of some kilobytes may unfold to
gigabytes (PNG: ISO/IEC 15948; JPEG: ITU-T T.81 annex B).
"""

from __future__ import annotations

import struct
from typing import Final, Literal, NamedTuple

MOST_BYTES: Final = 256 * 1024
"""The longest file of a logo."""
MOST_SIDE: Final = 4096
"""The most pixels of a side."""
MOST_PIXELS: Final = 4_000_000
"""The most pixels of all."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PNG_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_JPEG_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


class Picture(NamedTuple):
    """A file's type and its size in pixels."""

    media_type: Literal["image/png", "image/jpeg"]
    width: int
    height: int

    @property
    def fits(self) -> bool:
        """Whether it may be drawn on a page."""
        return 0 < self.width <= MOST_SIDE and 0 < self.height <= MOST_SIDE and self.width * self.height <= MOST_PIXELS


def picture(data: bytes) -> Picture | None:
    """Read the type and size of a PNG or JPEG file; None for anything else, and for a file cut short."""
    return _png(data) or _jpeg(data)


def _png(data: bytes) -> Picture | None:
    if data[:8] != _PNG or data[8:16] != b"\x00\x00\x00\rIHDR" or data[-12:] != _PNG_END:
        return None
    width, height, depth, colour, packing, filtering, interlace = struct.unpack_from(">IIBBBBB", data, 16)
    if depth not in _PNG_DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        return None
    return Picture("image/png", width, height)


def _jpeg(data: bytes) -> Picture | None:
    """Walk the segments up to the frame header; one or three components: four are for presses, not for screens."""
    if data[:3] != b"\xff\xd8\xff" or data[-2:] != b"\xff\xd9":
        return None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _JPEG_ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _JPEG_FRAMES:
            if length < 8 or at + 10 > len(data):
                return None
            depth, height, width, components = struct.unpack_from(">BHHB", data, at + 4)
            return Picture("image/jpeg", width, height) if depth == 8 and components in (1, 3) else None
        if marker == 0xDA or length < 2:  # the picture itself, before any frame header
            return None
        at += 2 + length
    return None
