"""Objects of a PDF written out here, entered in reportlab's document under a name (ISO 32000-1, 7.3).

reportlab formats each entry of each dictionary by itself, a tenth of a millisecond an object; ours come ready.
"""

from __future__ import annotations

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFObject


class Written(PDFObject):
    """An object whose bytes are ready when the file is written."""

    __RefOnly__ = 1  # reportlab: an object of its own, only referred to from others

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    def format(self, document: Any) -> bytes:  # noqa: ARG002 - reportlab's signature
        """Give the bytes."""
        return self.data


def enter(document: Any, made: PDFObject, name: str) -> str:
    """Enter an object in a document; give the reference to it."""
    document.Reference(made, name)
    return f"{document.idToObjectNumberAndVersion[name][0]} 0 R"


def stream(data: bytes, entries: str = "", effort: int = 6) -> Written:
    """Make a compressed stream with further entries of its dictionary; `effort` is zlib's level."""
    return packed(zlib.compress(data, effort), entries)


def packed(data: bytes, entries: str = "") -> Written:
    """Make a stream of bytes that zlib has compressed."""
    head = f"<</Filter /FlateDecode /Length {len(data)} {entries}>>\nstream\n".encode("ascii")
    return Written(head + data + b"\nendstream\n")


def text_string(words: str) -> str:
    """Give a text string (7.9.2.2) in hexadecimal."""
    return "<FEFF" + words.encode("utf-16-be", "replace").hex().upper() + ">"
