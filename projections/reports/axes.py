"""What stands along a chart's axes: round steps, short figures, labels of periods; all in integers.

Lengths are tenths of a pixel, so that a chart is drawn the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from ledger.domain.money import div_half_up
from ledger.kernel.frozen import frozen
from projections.documents.paper import Language
from projections.documents.words import formats
from projections.documents.words.formats import NBSP

Unit = Literal["cents", "count", "days", "bp"]

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_SCALES: Final = ((10**9, "Md", "bn"), (10**6, "M", "m"), (10**3, "k", "k"))
_PERIOD: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9])?|-Q[1-4]|-W[0-5][0-9])?")
_SMALLEST: Final[dict[str, int]] = {"cents": 100, "count": 1, "days": 1, "bp": 100}
"""The smallest step of an axis: one euro, one thing, one day, one percent."""


@frozen
class Axis:
    """The values that an axis marks: from `low` to `high`, every `step`; 0 is always among them."""

    low: int
    high: int
    step: int

    @property
    def marks(self) -> tuple[int, ...]:
        """The values marked, the lowest first."""
        return tuple(range(self.low, self.high + 1, self.step))

    def place(self, value: int, length: int) -> int:
        """Give how far along an axis of some length a value stands."""
        return div_half_up((value - self.low) * length, self.high - self.low)


def axis_for(values: Sequence[int], unit: Unit, most: int = 6, room_bp: int = 0) -> Axis:
    """Choose round steps (1, 2 or 5 times a power of ten) so that few marks hold all values and zero.

    `room_bp` is the share of the axis that must stay free beyond the outermost values, for what is written there.
    """
    low, high = min((0, *values)), max((0, *values))
    step = _SMALLEST[unit]
    for factor in _factors():
        step = _SMALLEST[unit] * factor
        if -(-high // step) + -(low // step) <= most:
            break
    top, bottom = -(-high // step) * step, low // step * step
    top = top if top > bottom else bottom + step
    room = (top - bottom) * room_bp
    top += step if high > 0 and (top - high) * 10_000 < room else 0
    bottom -= step if low < 0 and (low - bottom) * 10_000 < room else 0
    return Axis(bottom, top, step)


def _factors() -> Sequence[int]:
    return tuple(digit * 10**power for power in range(18) for digit in (1, 2, 5))


def short(value: int, unit: Unit, language: Language, currency: str = "EUR", beside: int = 0) -> str:
    """Write a value briefly: `12 k€`, `1,5 M€`, `35 j`, `20 %`.

    `beside` is the largest value that it stands beside: both are told in the same thousands or millions.
    """
    if unit == "bp":
        return formats.percent(value, language)
    if unit != "cents":
        text = _brief(value, 1, language, beside)
        return f"{text}{NBSP}{'j' if language == 'fr' else 'd'}" if unit == "days" else text
    text = _brief(value, 100, language, beside)
    sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency)
    if language == "fr" or sign is None:
        joined = text if text[-1:].isalpha() else f"{text}{NBSP}"
        return f"{joined}{sign or currency}"
    return f"-{sign}{text[1:]}" if text.startswith("-") else f"{sign}{text}"


def _brief(value: int, one: int, language: Language, beside: int) -> str:
    """Write `value / one`: whole below ten thousand, else with at most one decimal of thousands, millions ..."""
    size, sign = abs(value), "-" if value < 0 else ""
    largest = max(size, abs(beside))
    if not value:
        return "0"
    for over, french, english in _SCALES:
        if largest >= over * one and largest >= 10_000 * one:
            tenths = div_half_up(size * 10, over * one)
            whole, rest = divmod(tenths, 10)
            digits = f"{whole}.{rest}" if rest else str(whole)
            unit = f"{NBSP}{french}" if language == "fr" else english
            return f"{sign if tenths else ''}{formats.decimal(digits, language)}{unit}"
    whole = div_half_up(size, one)
    return f"{sign if whole else ''}{formats.grouped(str(whole), language)}"


def full(value: int, unit: Unit, language: Language, currency: str = "EUR") -> str:
    """Write a value in full, for who points at it or listens."""
    if unit == "cents":
        return formats.money(value, currency, language)
    if unit == "bp":
        return formats.percent(value, language)
    text = formats.number(value, language)
    if unit == "days":
        words = ("jour", "jours") if language == "fr" else ("day", "days")
        return f"{text} {words[abs(value) != 1]}"
    return text


# ---- labels of periods


def are_periods(labels: Sequence[str]) -> bool:
    """Tell whether every label names a period: a year, quarter, month, week or day."""
    return bool(labels) and all(_PERIOD.fullmatch(each) for each in labels)


def period(label: str, language: Language) -> tuple[str, str]:
    """Give a period in words, and the year that it is of: `("nov.", "2026")`; a year alone stands in the first."""
    year, _, rest = label.partition("-")
    if not rest:
        return year, ""
    if rest[0] == "Q":
        return (f"T{rest[1]}" if language == "fr" else rest), year
    if rest[0] == "W":
        return (f"S{rest[1:]}" if language == "fr" else rest), year
    month, _, day = rest.partition("-")
    name = _MONTHS[language][int(month) - 1]
    if not day:
        return name, year
    return (f"{int(day)} {name}" if language == "fr" else f"{name} {int(day)}"), year


def whole_period(label: str, language: Language) -> str:
    """Give a period in full: `nov. 2026`, `23/11/2026`."""
    if len(label) == 10 and language == "fr":
        return f"{label[8:]}/{label[5:7]}/{label[:4]}"
    return " ".join(part for part in period(label, language) if part)


def shown(labels: Sequence[str], room: int, least: int) -> tuple[int, ...]:
    """Choose which labels are written when they have `room` together and each needs `least`; months keep January."""
    count = len(labels)
    fits = max(1, room // least)
    every = -(-count // fits)
    if every <= 1:
        return tuple(range(count))
    if len(labels[0]) == 7 and labels[0][5] not in "QW":
        every = next((each for each in (2, 3, 6, 12) if each >= every), -(-every // 12) * 12)
        return tuple(rank for rank, label in enumerate(labels) if (int(label[5:7]) - 1) % min(every, 12) == 0)[
            :: max(1, every // 12)
        ]
    if len(labels[0]) == 7 and labels[0][5] == "Q":
        every = next((each for each in (2, 4) if each >= every), every)
        return tuple(rank for rank, label in enumerate(labels) if every > 4 or (int(label[6]) - 1) % every == 0)[
            :: max(1, every // 4)
        ]
    return tuple(range(0, count, every))
