"""What a picture says besides its pixels, taken out of it without drawing them again.

A phone writes into a photo where it was taken, when, and by which device; behind it, often a second photo or a film.
What stays is what shows the picture: its pixels byte for byte, its colours, which side is up. The rest is cut by what
it is not, so that a kind of segment nobody has heard of goes too (JPEG: ITU-T T.81 annex B; Exif: CIPA DC-008; PNG:
ISO/IEC 15948). Pure, and never more than the file itself in memory.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final, Literal
from zlib import crc32

_JPEG_START: Final = b"\xff\xd8"
_JPEG_END: Final = b"\xff\xd9"
_APP0, _APP1, _APP2, _APP14, _COMMENT, _SCAN = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE, 0xDA
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})
"""Huffman tables, quantisation tables, restart interval. Without arithmetic coding, which no browser shows."""
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Where a scan ends: its own bytes have 00 after FF, or a restart."""
_FILLING: Final = re.compile(rb"\xff+")
"""A marker may have any number of FF before it."""
_MOST_PARTS: Final = 20_000
"""More segments or chunks than any camera writes, and few enough to look at in an instant."""
_JFIF: Final = b"JFIF\x00"
_JFIF_LENGTH: Final = 14
_EXIF: Final = b"Exif\x00\x00"
_ICC: Final = b"ICC_PROFILE\x00"
_ADOBE: Final = b"Adobe"
_ADOBE_LENGTH: Final = 12

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"cICP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
    }
)
_PNG_MOVING: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})
_CHUNK_FRAME: Final = 12
"""Length, name and check sum of a PNG chunk."""

_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_TURNED: Final = range(2, 9)
"""What a picture may say of its orientation besides 1, which is how it lies in the file."""


class _Broken(Exception):  # noqa: N818 - the house names what happened, not "Error"
    """The file does not have the form of its kind."""


def without_metadata(data: bytes, kind: Literal["jpeg", "png"]) -> bytes | None:
    """Give a picture without what it says besides its pixels; None where the file is cut short or not of its form.

    Done twice it changes nothing more. Bytes after the picture's end are dropped.
    """
    try:
        return b"".join(_jpeg(data) if kind == "jpeg" else _png(data))
    except (_Broken, struct.error):  # the latter where the file ends within a number
        return None


# --- JPEG


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Give the parts that stay: first what it is, then its orientation, then tables, frame and scans as they stand."""
    if data[:2] != _JPEG_START:
        raise _Broken
    jfif, turned, rest = b"", 1, []
    frames = scans = 0
    for marker, start, end in _segments(data):
        content = data[start + 4 : end] if marker != _SCAN else b""
        if marker == _APP0 and not jfif and content.startswith(_JFIF) and len(content) >= _JFIF_LENGTH:
            jfif = _segment(_APP0, content[: _JFIF_LENGTH - 2] + b"\x00\x00")  # without its thumbnail
        elif marker == _APP1 and turned == 1 and content.startswith(_EXIF):
            turned = _orientation(content[len(_EXIF) :])
        elif _stays(marker, content):
            frames, scans = frames + (marker in _FRAMES), scans + (marker == _SCAN)
            rest.append(data[start:end])
    if frames != 1 or not scans:
        raise _Broken
    exif = _segment(_APP1, _EXIF + _exif(turned)) if turned in _TURNED else b""
    yield from (_JPEG_START, jfif, exif, *rest, _JPEG_END)


def _stays(marker: int, content: bytes) -> bool:
    """Say whether a segment shows the picture.

    Raises:
        _Broken: it is one that no photo for a screen has: another frame, a height told afterwards.
    """
    if marker in _FRAMES or marker in _TABLES or marker == _SCAN:
        return True
    if marker == _APP2:
        return content.startswith(_ICC)
    if marker == _APP14:  # says how the colours are to be read
        return content.startswith(_ADOBE) and len(content) == _ADOBE_LENGTH
    if _APP0 <= marker <= 0xEF or marker == _COMMENT:
        return False
    raise _Broken


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give marker, start and end of each segment up to the end of the picture; a scan with all its bytes."""
    at = 2
    for _ in range(_MOST_PARTS):
        filling = _FILLING.match(data, at)
        if filling is None or filling.end() >= len(data):
            raise _Broken
        at = filling.end() - 1
        marker = data[at + 1]
        if marker == 0xD9:
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise _Broken
        if marker == _SCAN:
            found = _NEXT_MARKER.search(data, end)
            if found is None:  # cut short
                raise _Broken
            end = found.start()
        yield marker, at, end
        at = end
    raise _Broken


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


# --- PNG


def _png(data: bytes) -> Iterator[bytes]:
    if not data.startswith(_PNG_START):
        raise _Broken
    turned, kept, names = 1, [], []
    for name, chunk in _chunks(data):
        if name == b"eXIf" and turned == 1:
            turned = _orientation(chunk[8:-4])
        if name in _PNG_KEPT:
            kept.append(chunk)
            names.append(name)
        elif name in _PNG_MOVING or not name[0] & 0x20:  # it moves, or cannot be shown without what we do not know
            raise _Broken
    if names[0] != b"IHDR" or names.count(b"IHDR") != 1 or b"IDAT" not in names or names[-1] != b"IEND":
        raise _Broken
    exif = (_chunk(b"eXIf", _exif(turned)),) if turned in _TURNED else ()
    yield from (_PNG_START, kept[0], *exif, *kept[1:])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give name and bytes of each chunk, up to the end of the picture; each is as its check sum says."""
    at = len(_PNG_START)
    for _ in range(_MOST_PARTS):
        (length,) = struct.unpack_from(">I", data, at)
        chunk = data[at : at + _CHUNK_FRAME + length]
        name = chunk[4:8]
        if len(chunk) != _CHUNK_FRAME + length or not name.isalpha():
            raise _Broken
        if crc32(memoryview(chunk)[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise _Broken
        yield name, chunk
        if name == b"IEND":
            return
        at += len(chunk)
    raise _Broken


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))


# --- which side is up


def _orientation(tiff: bytes) -> int:
    """Read the orientation, 1 to 8, out of Exif data; 1 where it says none, or nothing that can be read."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff)), 12):
            tag, form, values, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return value if form == _SHORT and values == 1 and value in _TURNED else 1
    except struct.error:  # it ends in the middle
        return 1
    return 1


def _exif(turned: int) -> bytes:
    """Write Exif data that say the orientation and nothing else."""
    return b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)
