"""Words, days and amounts as XML writes them."""

from __future__ import annotations

import re
from datetime import date

_SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def text(words: str) -> str:
    """Escape words; what XML 1.0 forbids, and line ends, become spaces; nothing at all becomes a dash.

    An empty element is an error everywhere (PEPPOL-EN16931-R008).
    """
    if _SPECIAL.search(words):
        words = _SPECIAL.sub(lambda found: _ESCAPES.get(found.group(), " "), words)
    return words.strip() or "-"


def paragraphs(words: str) -> str:
    """Escape words and keep their line ends."""
    return "\n".join([text(line) for line in words.splitlines() if line.strip()]) or "-"


def day(on: date) -> str:
    """Write a day as EN 16931 CII wants it, `YYYYMMDD` (format 102)."""
    return f"{on.year:04d}{on.month:02d}{on.day:02d}"


def date_time(name: str, on: date) -> str:
    """Write an element that holds a day."""
    return f'<ram:{name}><udt:DateTimeString format="102">{day(on)}</udt:DateTimeString></ram:{name}>'


def percent(rate_bp: int) -> str:
    """Write a rate or share as a percentage with two decimals: 550 -> `5.50` (BR-FR-16, BR-FR-DEC-04)."""
    return f"{rate_bp // 100}.{rate_bp % 100:02d}"
