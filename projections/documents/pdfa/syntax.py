"""The bytes of a PDF/A file: header, end, cross-reference tables, and the keywords around objects and streams.

pikepdf's validator trusts these to the writer that it is part of; a file that came from elsewhere, or that a seal was
added to, was written by others. Read here without any PDF library: ISO 19005-3 sections 6.1.2 to 6.1.4, 6.1.7.1 and
6.1.9.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from projections.documents.pdfa.finding import Found

MAX_REVISIONS: Final = 100
_HEADER: Final = re.compile(rb"%PDF-1\.[0-7](?:\r\n|\n|\r)")
_EOL: Final = (b"\n", b"\r")
_END: Final = re.compile(rb"startxref(?:\r\n|\n|\r)(\d{1,10})(?:\r\n|\n|\r)%%EOF(?:\r\n|\n|\r)?")
_XREF: Final = re.compile(rb"xref(?:\r\n|\n|\r)(?=\d)")
_SECTION: Final = re.compile(rb"(\d{1,8}) (\d{1,8})[ ]?(?:\r\n|\n|\r)")
_ENTRY: Final = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_PREV: Final = re.compile(rb"/Prev\s+(\d{1,10})")
_OBJECT: Final = re.compile(rb"(\d{1,8})[ \t](\d{1,5})[ \t]obj(?:\r\n|\n|\r)")
_STREAM: Final = re.compile(rb">>\s*stream(\r\n|\n|)")
_LENGTH: Final = re.compile(rb"/Length\s+(\d{1,10})(?!\s+\d+\s+R)")
_AFTER: Final = re.compile(rb"(?:\r\n|\n|\r)endstream\s*(?:\r\n|\n|\r)endobj(?:\r\n|\n|\r)")


def check_syntax(data: bytes, found: Found) -> bool:
    """Check the bytes of a file; False when its objects lie in object streams, whose places are not read here."""
    _check_header(data, found)
    tables = _tables(data, found)
    if tables is None:
        return False
    offsets = sorted({offset for table in tables for offset in table})
    for offset, after in pairwise([*offsets, len(data)]):
        _check_object(data, offset, after, found)
    return True


def revision_ends(data: bytes) -> list[int]:
    """Give where each revision of a file ends, its `%%EOF` and one end-of-line included."""
    return [match.end() for match in _END.finditer(data)][:MAX_REVISIONS]


def _check_header(data: bytes, found: Found) -> None:
    head = _HEADER.match(data)
    if head is None:
        found("6.1.2-1", "byte 0", "the file does not begin with %PDF-1.0 to 1.7 and an end of line")
        return
    at = head.end()
    if data[at : at + 1] != b"%" or len(data) < at + 5 or min(data[at + 1 : at + 5]) < 128:
        found("6.1.2-2", f"byte {at}", "no comment of four bytes above 127 after the header")
    ends = revision_ends(data)
    if not ends or ends[-1] != len(data):
        found("6.1.3-3", f"byte {ends[-1] if ends else len(data)}", "something follows the last %%EOF")


def _tables(data: bytes, found: Found) -> list[list[int]] | None:
    """Give the offsets of the objects of each cross-reference table, the last revision's first; None without tables."""
    last = data.rfind(b"startxref")
    match = _END.match(data, last) if last >= 0 else None
    if match is None:
        return []
    at, tables, seen = int(match[1]), [], set[int]()
    while at not in seen and len(seen) < MAX_REVISIONS:
        seen.add(at)
        if not data.startswith(b"xref", at):
            if re.match(rb"\d+ \d+ obj", data[at : at + 30]):
                return None
            found("6.1.4-2", f"byte {at}", "no cross-reference table where startxref points")
            break
        offsets, end = _table(data, at, found)
        tables.append(offsets)
        trailer = data[end : data.find(b"startxref", end)]
        previous = _PREV.search(trailer)
        if previous is None:
            break
        at = int(previous[1])
    return tables


def _table(data: bytes, at: int, found: Found) -> tuple[list[int], int]:
    start = _XREF.match(data, at)
    if start is None:
        found("6.1.4-2", f"byte {at}", "xref is not followed by one end of line and a section")
        return [], at
    offsets: list[int] = []
    end = start.end()
    while section := _SECTION.match(data, end):
        end = section.end()
        for _ in range(int(section[2])):
            entry = _ENTRY.match(data, end)
            if entry is None:
                found("6.1.4-1", f"byte {end}", "an entry of the cross-reference table is not of twenty bytes")
                return offsets, end
            if entry[3] == b"n":
                offsets.append(int(entry[1]))
            end = entry.end()
    if not data.startswith(b"trailer", end):
        found("6.1.4-1", f"byte {end}", "the cross-reference table is not followed by its trailer")
    return offsets, end


def _check_object(data: bytes, offset: int, after: int, found: Found) -> None:
    where = f"byte {offset}"
    head = _OBJECT.match(data, offset)
    if head is None or data[offset - 1 : offset] not in _EOL:
        found("6.1.9-1", where, "an object does not begin as it must: number, generation, obj, each after one space")
        return
    stream = _STREAM.search(data, head.end(), after)
    close = data.find(b"endobj", head.end(), after)
    if stream is not None and (close < 0 or stream.start() < close):
        _check_stream(data, head.end(), stream, found)
    elif close < 0 or data[close - 1 : close] not in _EOL or data[close + 6 : close + 7] not in _EOL:
        found("6.1.9-1", where, "endobj does not stand on a line of its own")


def _check_stream(data: bytes, start: int, stream: re.Match[bytes], found: Found) -> None:
    where = f"byte {stream.start()}"
    if not stream[1]:
        found("6.1.7.1-2", where, "stream is followed by neither CR LF nor LF")
        return
    length = _LENGTH.search(data, start, stream.start())
    if length is None:
        return  # an indirect length: pikepdf, told to recover nothing, has read it
    end = stream.end() + int(length[1])
    if not data[end : end + 20].lstrip(b"\r\n").startswith(b"endstream"):
        found("6.1.7.1-1", where, "/Length is not the number of bytes of the stream")
    elif _AFTER.match(data, end) is None:
        found("6.1.7.1-2", where, "endstream or endobj does not follow an end of line")
