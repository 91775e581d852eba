"""What stands on every page: the running head, the foot, and FACTICE and SIMULATION behind a training paper."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Final

from projections.documents.pages.faces import face
from projections.documents.pages.ink import Ink
from projections.documents.pages.setting import Setting, fitted
from projections.documents.pages.style import (
    FOOT_SIZE,
    GHOST,
    HAIR,
    INK,
    LEFT,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    SMALL_SIZE,
    SOFT,
    WIDTH,
)
from projections.documents.pages.text import FIXED, wrap

_MOST_LINES: Final = 9
_NUMBER_ROOM: Final = 52.0
"""What the number of the page takes at the right of the foot."""
_TURN: Final = (cos(radians(52)), sin(radians(52)))


def behind(setting: Setting, ink: Ink) -> None:
    """Draw what lies under the text of a training paper."""
    if not setting.paper.training:
        return
    for words, across, up in zip(setting.say.training, (-62.0, 62.0), (50.0, -50.0), strict=True):
        ink.turned(PAGE_WIDTH / 2 + across, PAGE_HEIGHT / 2 + up, words, size=112, fill=GHOST, turn=_TURN)


def running_head(setting: Setting, ink: Ink) -> None:
    """Draw the head of a page after the first."""
    paper, say = setting.paper, setting.say
    parts = [setting.t(paper.title) + (f" {say.number.format(paper.number)}" if paper.number else "")]
    if paper.copy is not None:
        parts.append(say.copy.format(paper.copy))
    if paper.training:
        parts.append(", ".join(say.training))
    right = " · ".join(parts)
    base = PAGE_HEIGHT - 16 * MM
    right = right.replace("\n", " ")
    size = fitted(right, WIDTH * 0.62, "semibold", SMALL_SIZE, FOOT_SIZE)
    right = cut(right, WIDTH * 0.7, "semibold", size)
    ink.right(RIGHT, base, right, size=size, style="semibold", fill=INK)
    left = cut(
        setting.t(paper.seller.trade_name or paper.seller.name),
        WIDTH - face("semibold").width(right, size) - 14,
        "regular",
        SMALL_SIZE,
    )
    ink.text(LEFT, base, left, size=SMALL_SIZE, fill=SOFT)
    ink.rule(LEFT, base - 6, RIGHT, setting.palette.accent, 0.8)


def foot_lines(setting: Setting) -> tuple[str, ...]:
    """Give the lines of the foot: the issuer's legal line, then its own words, as far as a foot may go."""
    seller, say = setting.paper.seller, setting.say
    parts = [seller.name]
    if seller.form_words:
        parts.append(seller.form_words)
    elif seller.sole_trader:
        parts.append(say.sole_trader)
    parts.append(f"{say.siret} {_siret(seller.siret)}" if seller.siret else f"{say.siren} {_siret(seller.siren)}")
    if seller.trade_register:
        parts.append(seller.trade_register)
    if seller.vat_number:
        parts.append(f"{say.vat_number} {seller.vat_number}")
    address = seller.address
    parts.append(", ".join([*address.lines, FIXED.join(part for part in (address.postcode, address.city) if part)]))
    lines = _in_parts([setting.t(part) for part in parts], WIDTH - _NUMBER_ROOM)
    if seller.footer:
        lines += wrap(setting.t(seller.footer), WIDTH - _NUMBER_ROOM, "regular", FOOT_SIZE)
    return lines[:_MOST_LINES]


def _in_parts(parts: list[str], width: float) -> tuple[str, ...]:
    """Fill lines with parts that stay whole: a line ends between two, as an address or a number is read in one go."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and face("regular").width(longer, FOOT_SIZE) <= width:
            lines[-1] = longer
            continue
        if lines:
            lines[-1] += " "
        lines += wrap(part, width, "regular", FOOT_SIZE)
    return tuple(lines)


def footer_left_over(setting: Setting) -> bool:
    """Say whether the foot cannot hold all of the issuer's own words, which then stand among the legal sentences."""
    return len(foot_lines(setting)) == _MOST_LINES


def _siret(number: str) -> str:
    groups = (number[:3], number[3:6], number[6:9], number[9:])
    return FIXED.join(part for part in groups if part)


def foot(setting: Setting, ink: Ink, lines: tuple[str, ...], page: int, pages: int) -> None:
    """Draw the foot of a page."""
    step = FOOT_SIZE * 1.24
    top = 10 * MM + step * len(lines)
    ink.rule(LEFT, top + 4, RIGHT, HAIR, 0.8)
    base = top - FOOT_SIZE * 0.8
    number = setting.say.page.format(page, pages)
    ink.right(RIGHT, base, number, size=SMALL_SIZE, style="semibold", fill=SOFT)
    for line in lines:
        ink.text(LEFT, base, line, size=FOOT_SIZE, fill=SOFT)
        base -= step


def foot_top(lines: tuple[str, ...]) -> float:
    """Give the height under which the body may not go."""
    return 10 * MM + FOOT_SIZE * 1.24 * len(lines) + 14


def cut(words: str, width: float, style: str, size: float) -> str:
    """Give a line that fits: a longer one ends with an ellipsis."""
    chosen, words = face(style), words.replace("\n", " ")
    if chosen.width(words, size) <= width:
        return words
    while words and chosen.width(words + "…", size) > width:
        words = words[:-1]
    return words.rstrip() + "…"
