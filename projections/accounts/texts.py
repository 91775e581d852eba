"""Texts and amounts as exchange files take them: one line, no separator, the characters that an encoding has.

Nothing is lost silently and nothing raises: a character that an encoding lacks is written with its nearest letters
(`ł` l, `Ⅳ` IV, `’` an apostrophe), and where there are none, by its number (`[U+4E2D]`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

Encoding = Literal["iso8859-15", "utf-8", "cp1252", "ascii"]
"""Python's names of the encodings that files are written in."""

_UNFIT: Final = re.compile(r"[\t|\x00-\x1f\x7f-\x9f\u00a0\u202f\u2007\u2028\u2029\ufeff]|[\ud800-\udfff]")
_SPACES: Final = re.compile(r" {2,}")

_NEAREST: Final = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": ",", "‛": "'", "“": '"', "”": '"', "„": '"', "′": "'", "″": '"', "–": "-", "—": "-",
        "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "…": "...", "•": "-", "€": "EUR", "£": "GBP", "¥": "JPY",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
        "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th",
        "ð": "d", "×": "x", "÷": "/", "«": '"', "»": '"', "‹": "'", "›": "'", "°": "o", "·": ".", "¿": "?", "¡": "!",
    }
)  # fmt: skip


@lru_cache(maxsize=65_536)
def one_line(text: str, encoding: Encoding = "utf-8") -> str:
    """Give a text as one line without tab, `|`, control characters or odd spaces, in what an encoding has.

    LPF art. A47 A-1 and the administration's own tool: fields are not quoted, so no field may hold a separator.
    """
    if _UNFIT.search(text):
        text = _UNFIT.sub(_fit, text)
    if not text.isascii() and encoding != "utf-8":
        text = unicodedata.normalize("NFC", text)
        text = "".join(each if _has(encoding, each) else _nearest(each, encoding) for each in text)
    return _SPACES.sub(" ", text).strip(" ")


def amount(cents: int) -> str:
    """Write an amount with a decimal comma and no thousands separator; the sign, if any, comes first."""
    if cents < 0:
        return "-" + amount(-cents)
    return f"{cents // 100},{cents % 100:02d}"


@lru_cache(maxsize=4096)
def compact_day(day: str) -> str:
    """Write a day as AAAAMMJJ."""
    return day[:4] + day[5:7] + day[8:10]


def _fit(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]" if 0xD800 <= ord(found[0]) <= 0xDFFF else " "


def _has(encoding: Encoding, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _nearest(character: str, encoding: Encoding) -> str:
    if unicodedata.combining(character):
        return ""  # a mark on the letter before it, which stays
    return _letters(character, encoding) or f"[U+{ord(character):04X}]"


def _letters(character: str, encoding: Encoding) -> str:
    """Take a character apart, one mark at a time, until the encoding has what is left; empty where it never does."""
    if _has(encoding, character):
        return character
    near = character.translate(_NEAREST)
    if near != character and all(_has(encoding, each) for each in near):
        return near
    parts = [int(part, 16) for part in unicodedata.decomposition(character).split() if not part.startswith("<")]
    letters = [chr(part) for part in parts if not unicodedata.combining(chr(part))]
    made = [_letters(letter, encoding) for letter in letters]
    found = "".join(made)
    return found if all(made) and found.strip() and not _UNFIT.search(found) else ""
