"""Sizes, distances and colours of the pages; in points (1/72 inch), from the page's lower left corner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MM: Final = 72 / 25.4
PAGE_WIDTH: Final = 595.28
PAGE_HEIGHT: Final = 841.89
MARGIN: Final = 18 * MM
LEFT: Final = MARGIN
RIGHT: Final = PAGE_WIDTH - MARGIN
WIDTH: Final = RIGHT - LEFT
TOP: Final = PAGE_HEIGHT - 13 * MM
"""Where the first page's head begins."""
BODY_TOP: Final = PAGE_HEIGHT - 23.5 * MM
"""Where the body of a page after the first begins, under the running head."""
BOTTOM: Final = 25 * MM
"""Where a page's body ends, above its foot."""
WINDOW_LEFT: Final = 110 * MM
SECOND: Final = WINDOW_LEFT + 2 * MM
"""Where the right half begins: title, customer, totals."""
WINDOW_TOP: Final = PAGE_HEIGHT - 45 * MM
WINDOW_BOTTOM: Final = PAGE_HEIGHT - 85 * MM
"""The window of a French DL or C5 envelope."""
BODY_SIZE: Final = 9.4
TABLE_SIZE: Final = 9.2
SMALL_SIZE: Final = 8.2
LEGAL_SIZE: Final = 7.6
FOOT_SIZE: Final = 7.0
DUE_SIZE: Final = 17.0
TITLE_SIZE: Final = 22.0
SMALLEST: Final = 7.0

Colour = str
"""A fill colour as a page's stream has it: `r g b`, each from 0 to 1."""


def colour(code: str) -> Colour:
    """Give `#rrggbb` as a stream has it."""
    return " ".join(f"{int(code[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))


def luminance(code: str) -> float:
    """Give the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours (WCAG 2.2): 4.5 is what small text needs."""
    lights = sorted((luminance(one), luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def mixed(code: str, with_: str, share: float) -> str:
    """Give `code` with a share of another colour in it."""
    pairs = ((int(code[at : at + 2], 16), int(with_[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


INK_CODE: Final = "#1b222c"
SOFT_CODE: Final = "#58626f"
INK: Final = colour(INK_CODE)
SOFT: Final = colour(SOFT_CODE)
RULE: Final = colour("#c9d0d8")
HAIR: Final = colour("#e2e6eb")
PALE: Final = colour("#f4f6f8")
WHITE: Final = colour("#ffffff")
GHOST: Final = colour("#ececec")
"""FACTICE and SIMULATION behind the text: seen at once, and any text over them stays readable."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The accent of one business: as it is for rules, dark enough for text, and a pale tint for a band."""

    accent: Colour
    text: Colour
    tint: Colour
    text_code: str
    tint_code: str


@lru_cache(maxsize=256)
def palette(accent: str) -> Palette:
    """Make the colours of an accent; its text colour has a contrast of 4.5 at least, on white and on the tint."""
    tint = mixed("#ffffff", accent, 0.09)
    text = accent
    while contrast(text, tint) < 4.5:
        text = mixed(text, "#000000", 0.12)
    return Palette(colour(accent), colour(text), colour(tint), text, tint)
