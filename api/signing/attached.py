"""Files that go with a quote: what one is by its first bytes, the name it may have, what a quote may hold of them.

Pure: nothing is read or kept here (`files.Files` does). A PDF is looked at in a process of the pool besides (`pdf.py`)
and kept as it came; a photo is kept without what it says of place, day and device (`pictures.py`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal, TypeAlias

from api.signing.pictures import without_metadata
from ledger.domain.images import picture
from ledger.domain.refusals import Refusal, refuse

Kind: TypeAlias = Literal["pdf", "jpeg", "png"]
MEDIA: Final[dict[str, str]] = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
MOST_FILES: Final = 10
MOST_BYTES: Final = 10 << 20
MOST_TOGETHER_BYTES: Final = 25 << 20
MOST_MAILED_BYTES: Final = 7 << 20
"""Heavier files go as a link alone: many mail servers take no more than 10 MiB, a third of it lost to base64."""
MOST_PIXELS: Final = 100_000_000
_MOST_SIDE: Final = 30_000
_ENDINGS: Final = {"pdf": ("pdf",), "jpeg": ("jpg", "jpeg"), "png": ("png",)}
_LONGEST_NAME: Final = 100
_MILLION: Final = 1_000_000


def kind_of(data: bytes) -> Kind | Refusal:
    """Say what a file is, by its bytes and never by its name; a PDF is only begun to be looked at.

    A picture may have bytes of its camera's after its end (a second picture, a film): they are not kept (`as_kept`). A
    PNG that moves is refused: what is signed looks the same to everybody, always.
    """
    if len(data) > MOST_BYTES:
        return refuse("FILE_OVERSIZE", "/file", most=MOST_BYTES >> 20)
    if data.startswith(b"%PDF-"):
        return "pdf"
    kind: Literal["jpeg", "png"] = "png" if data.startswith(b"\x89PNG") else "jpeg"
    whole = without_metadata(data, kind)
    found = picture(whole) if whole is not None else None
    if found is None:
        return refuse("FILE_KIND", "/file")
    sides = (found.width, found.height)
    if not all(0 < side <= _MOST_SIDE for side in sides) or sides[0] * sides[1] > MOST_PIXELS:
        return refuse("FILE_PIXELS", "/file", most=MOST_PIXELS // _MILLION)
    return kind


def as_kept(data: bytes, kind: Kind) -> bytes | Refusal:
    """Give the bytes that are kept, hashed and signed: a PDF's as they are, a picture's without its metadata.

    A picture that cannot be read to its end is refused: what it hides could not be taken out.
    """
    if kind == "pdf":
        return data
    kept = without_metadata(data, kind)
    return refuse("FILE_KIND", "/file") if kept is None else kept


def name_of(sent: str, kind: Kind) -> str:
    """Make a name that can be shown and kept anywhere: without path or hidden signs, with the ending of what it is."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", sent)[-1])
    plain = "".join(" " if unicodedata.category(sign)[0] in "ZC" else sign for sign in last)
    stem = " ".join(plain.split()).lstrip(".")
    head, _, ending = stem.rpartition(".")
    if head and ending.lower() in _ENDINGS[kind]:
        stem = head
    return f"{stem[:_LONGEST_NAME].strip() or 'fichier'}.{_ENDINGS[kind][0]}"


def too_much(count: int, together_bytes: int) -> Refusal | None:
    """Refuse more files than a quote may hold, or heavier ones."""
    if count > MOST_FILES:
        return refuse("FILES_TOO_MANY", "/file", most=MOST_FILES)
    if together_bytes > MOST_TOGETHER_BYTES:
        return refuse("FILES_OVERSIZE", "/file", most=MOST_TOGETHER_BYTES >> 20)
    return None
