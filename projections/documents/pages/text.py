"""Words made fit to be printed: cleaned, given the spaces of their language, cut into lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Final
from unicodedata import category, normalize

from projections.documents.pages.faces import Face, face
from projections.documents.paper import Language, Paper

NARROW: Final = "\u202f"
"""The narrow no-break space: inside French figures, before `;`, `!`, `?`."""
FIXED: Final = "\u00a0"
"""The no-break space."""
_DROPPED: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufe00-\ufe0f\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Control characters, invisible and bidirectional ones, variation selectors, halves of surrogate pairs."""
_HIGH: Final = re.compile(r"(?<=[\w)»€%’\]])[ \u00a0\u202f]+([;!?])(?!\w)")
_COLON: Final = re.compile(r"(?<=[\w)»€%’\]])[ \u00a0\u202f]+:(?=\s|$)")
_OPEN: Final = re.compile(r"«[ \u00a0\u202f]*")
_CLOSE: Final = re.compile(r"[ \u00a0\u202f]*»")
_APOSTROPHE: Final = re.compile(r"(?<=\w)'(?=\w)")
_COUNTED: Final = re.compile(r"(?<=\d) (?=[a-zà-ÿ]{2,15}\b)")
"""A number and the word that it counts: a line does not end with the number."""
_TIED: Final = re.compile(r"(?<=\d) (?=(?:€|%|[kcm]?m[²³]?\b|kg\b|h\b|EUR\b|\d{2,3}\b))")
_POSTCODE: Final = re.compile(r"\b(\d{5}) (?=[A-ZÀ-Þ])")
"""A French postcode and its town."""
_PHONE: Final = re.compile(r"(?<![\w.,])(?:\+\d{1,3}|0)[ \d]*(?: \d{2,3}){3,4}\b")
"""A telephone number: its groups stay on one line."""
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?\b")
"""An account number in groups of four."""
_NUMBER: Final = re.compile(r"\b(n°|art\.|articles?|L\.|R\.|D\.|p\.|M\.|Mme|no\.) (?=[\dLRDA-Z])")
_CODES: Final = re.compile(r"\b(C\.) (conso|com|civ|assur|ass|trav|env|mon)(\.?) (?=art|[LRD]\.? ?\d)")
_SPACES: Final = re.compile(r"[ \t\u2000-\u200a\u205f\u3000]+")


@lru_cache(maxsize=4096)
def clean(words: str) -> str:
    """Drop what has no shape on paper and compose what has two forms (NFC); line ends are `\\n`."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    words = words.replace("\t", " ")
    if words.isascii() and words.isprintable():
        return words
    return _DROPPED.sub("", normalize("NFC", words)).replace("\u2011", "-")


@lru_cache(maxsize=4096)
def typeset(words: str, language: Language) -> str:
    """Give words as a typesetter would: apostrophes, and spaces that do not break where the language wants them."""
    words = _APOSTROPHE.sub("’", clean(words))
    words = _NUMBER.sub(rf"\1{FIXED}", words)
    words = _CODES.sub(rf"\1{FIXED}\2\3{FIXED}", words)
    words = _IBAN.sub(_without_breaks, _PHONE.sub(_without_breaks, words))
    words = _POSTCODE.sub(rf"\1{FIXED}", words)
    words = _COUNTED.sub(FIXED, _TIED.sub(FIXED, words))
    if language == "fr":
        words = _HIGH.sub(rf"{NARROW}\1", words)
        words = _COLON.sub(f"{FIXED}:", words)
        words = _OPEN.sub(f"«{FIXED}", words)
        words = _CLOSE.sub(f"{FIXED}»", words)
    return words


def _without_breaks(found: re.Match[str]) -> str:
    return found[0].replace(" ", FIXED)


def wrap(words: str, width: float, style: str, size: float) -> tuple[str, ...]:
    """Cut words into lines no wider than `width` points; an empty text has one empty line.

    A line that ends where words are parted keeps a space at its end: it takes no place, and words that are copied or
    read aloud do not run together.
    """
    return _wrap(words, round(width, 2), style, size)


@lru_cache(maxsize=4096)
def _wrap(words: str, width: float, style: str, size: float) -> tuple[str, ...]:
    chosen, room = face(style), width * 1000 / size
    first, *more = words.split("\n")
    lines = list(_lines(first, room, chosen))
    for paragraph in more:
        lines[-1] += " "
        lines += _lines(paragraph, room, chosen)
    return tuple(lines)


def _lines(paragraph: str, room: float, chosen: Face) -> Iterator[str]:
    advance = chosen.advances
    if sum(map(advance.__getitem__, paragraph)) <= room:
        yield paragraph.rstrip(" \t")
        return
    space = advance[" "]
    line, length = "", 0.0
    for word in _SPACES.split(paragraph.strip(" \t")):
        wide = sum(map(advance.__getitem__, word))
        if line and length + space + wide <= room:
            line, length = f"{line} {word}", length + space + wide
            continue
        if line:
            yield line + " "
        *whole, line = _pieces(word, room, chosen) if wide > room else [word]
        yield from whole
        length = sum(map(advance.__getitem__, line))
    yield line


def _pieces(word: str, room: float, chosen: Face) -> list[str]:
    """Cut a word that is wider than its column: after a joint (`-/@._`) in its last third if there is one."""
    advance, pieces, start, length = chosen.advances, [], 0, 0
    for at, letter in enumerate(word):
        length += advance[letter]
        if length > room and at > start:
            joint = max(word.rfind(mark, start, at) for mark in "-/@._,") + 1
            cut = joint if joint > start + (at - start) * 2 // 3 else at
            while cut > start + 1 and category(word[cut])[0] == "M":
                cut -= 1
            pieces.append(word[start:cut])
            start, length = cut, sum(map(advance.__getitem__, word[cut : at + 1]))
    return [*pieces, word[start:]]


def lacking(paper: Paper) -> tuple[str, ...]:
    """Give the characters of a paper that its pages show as an open box, in order of code point."""
    found: list[str] = []
    _gather(paper, found)
    words = "".join(found)
    if words.isascii():
        return ()
    met = set(words) - _known()
    return tuple(sorted(set(clean("".join(sorted(met)))) - _known())) if met else ()


@cache
def _known() -> frozenset[str]:
    return face("regular").letters | {"\n", "\t"}


def _gather(value: object, found: list[str]) -> None:
    """Add every text of a record, or of what it holds, to a list."""
    kind: Any = type(value)
    if kind is str:
        found.append(str(value))
    elif kind is tuple:
        for one in value:  # type: ignore[attr-defined] # its type was just looked at
            _gather(one, found)
    elif kind not in _PLAIN:
        _gather(_fields(kind)(value), found)


_PLAIN: Final = frozenset({int, bool, bytes, date, type(None)})


@cache
def _fields(kind: Any) -> Callable[[object], object]:
    return attrgetter(*(field.name for field in fields(kind)))
