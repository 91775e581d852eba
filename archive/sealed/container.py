"""The ZIP container of docs/spec/archive.md rules 1 to 3: one byte form, nothing that two readers could read two ways.

Members are given already packed (`spool.py`), so that their headers are whole before their bytes: no data descriptor is
needed. Written by hand, as the library's writer fills in the time, the flags and the extra fields in its own way
(APPNOTE.TXT 6.3.10 sections 4.3.7 to 4.3.16).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from typing import BinaryIO, Final, NamedTuple

STORED: Final = 0
DEFLATED: Final = 8
MAX_MEMBER_BYTES: Final = 1 << 31

_NAME: Final = re.compile(r"(?!\.\.?(?:/|$))[A-Za-z0-9._-]+(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._-]+)*")
_DATE: Final = 0x0021  # 1980-01-01, the first day of MS-DOS; the time is 0
_PLAIN: Final = 20  # version needed: deflate
_ZIP64: Final = 45
_UNIX: Final = 3 << 8
_FILE: Final = 0o100644 << 16
_COPY_BYTES: Final = 1 << 20
_FULL: Final = 0xFFFFFFFF

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END64: Final = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR: Final = struct.Struct("<4sIQI")
_END: Final = struct.Struct("<4sHHHHIIH")


class Packed(NamedTuple):
    """One member ready to be placed: its header's figures, and where its packed bytes lie."""

    name: str
    method: int
    crc: int
    packed_bytes: int
    bytes: int
    sha256: str
    file: BinaryIO
    offset: int


def write_zip(out: BinaryIO, members: Iterable[Packed], told: Callable[[int], None] | None = None) -> int:
    """Write the container from where `out` stands, which must be byte 0; give its length in bytes.

    `told` hears how many bytes have been written.

    Raises:
        ValueError: a name is not of the format or comes twice, or a member is longer than 2^31 bytes.
    """
    central: list[bytes] = []
    names: set[str] = set()
    at = 0
    for member in members:
        _check(member, names)
        name = member.name.encode("ascii")
        at_header = at
        figures = (member.crc, member.packed_bytes, member.bytes)
        out.write(_LOCAL.pack(b"PK\x03\x04", _PLAIN, 0, member.method, 0, _DATE, *figures, len(name), 0))
        out.write(name)
        at += _LOCAL.size + len(name)
        _copy(member, out)
        at += member.packed_bytes
        central.append(_entry(member, name, at_header))
        if told is not None:
            told(at)
    start = at
    for entry in central:
        out.write(entry)
        at += len(entry)
    ending = _ending(len(central), start, at - start)
    out.write(ending)
    return at + len(ending)


def _check(member: Packed, names: set[str]) -> None:
    if _NAME.fullmatch(member.name) is None or len(member.name) > 200:
        raise ValueError(f"not a name of an archive: {member.name!r}")
    if member.name in names:
        raise ValueError(f"twice in the archive: {member.name}")
    if member.bytes > MAX_MEMBER_BYTES or member.packed_bytes > MAX_MEMBER_BYTES:
        raise ValueError(f"too long for an archive: {member.name}")
    names.add(member.name)


def _entry(member: Packed, name: bytes, offset: int) -> bytes:
    far = offset >= _FULL
    extra = struct.pack("<HHQ", 1, 8, offset) if far else b""
    needed = _ZIP64 if far else _PLAIN
    figures = (member.crc, member.packed_bytes, member.bytes)
    head = (b"PK\x01\x02", _UNIX | needed, needed, 0, member.method, 0, _DATE, *figures, len(name), len(extra))
    return _CENTRAL.pack(*head, 0, 0, 0, _FILE, _FULL if far else offset) + name + extra


def _ending(count: int, start: int, length: int) -> bytes:
    wide = count >= 0xFFFF or start >= _FULL or length >= _FULL
    end = _END.pack(
        b"PK\x05\x06", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), min(length, _FULL), min(start, _FULL), 0
    )
    if not wide:
        return end
    record = _END64.pack(b"PK\x06\x06", 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, length, start)
    return record + _LOCATOR.pack(b"PK\x06\x07", 0, start + length, 1) + end


def _copy(member: Packed, out: BinaryIO) -> None:
    member.file.seek(member.offset)
    left = member.packed_bytes
    while left:
        some = member.file.read(min(left, _COPY_BYTES))
        if not some:
            raise OSError(f"{member.name} was cut short while the archive was put together")
        out.write(some)
        left -= len(some)
