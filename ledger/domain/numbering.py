"""Number series: what is printed, which number is next, and what a series may not do.

A series is continuous and chronological (CGI ann. II art. 242 nonies A I 7°; BOI-TVA-DECLA-30-20-20-10). The
printed number is the prefix, the year and a hyphen if the series restarts yearly, and the count padded with
zeros. The State's portal takes at most 20 characters until December 2026 (external specifications B2B,
G1.05), so that is our limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ledger.domain.refusals import Refusal, refuse

MAX_NUMBER_LENGTH = 20
"""Most characters of a printed number."""

MAX_WIDTH = 12
"""Most zeros a count is padded to."""

_NUMBER = re.compile(r"[A-Za-z0-9+_/-]+(?: [A-Za-z0-9+_/-]+)*", re.ASCII)
_DIGIT = "0-9"


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a series prints its numbers: `prefix`, the year if `yearly`, the count on at least `width` digits."""

    prefix: str
    yearly: bool = False
    width: int = 5


def is_document_number(text: str) -> bool:
    """Tell whether a text may be the number of a document: charset, length, no stray space (G1.05)."""
    return len(text) <= MAX_NUMBER_LENGTH and _NUMBER.fullmatch(text) is not None


def printed_number(pattern: Pattern, n: int, issued_on: date) -> str:
    """Print a number: Pattern("F", yearly=True), 42, 22 November 2026 -> "F2026-00042"."""
    year = f"{issued_on:%Y}-" if pattern.yearly else ""
    return f"{pattern.prefix}{year}{n:0{pattern.width}d}"


def check_pattern(pattern: Pattern, first: int = 1, place: str = "") -> Refusal | None:
    """Refuse a pattern whose numbers would be refused: all counts of `width` digits must fit.

    `first` is the first count, from 0 (a series that goes on from another program may begin anywhere).
    """
    if not 1 <= pattern.width <= MAX_WIDTH or first < 0:
        return refuse("SERIES_PATTERN_INVALID", f"{place}/width" if first >= 0 else f"{place}/first")
    longest = printed_number(pattern, max(10**pattern.width - 1, first), date(2000, 1, 1))
    if not is_document_number(longest):
        return refuse("SERIES_PATTERN_INVALID", f"{place}/prefix")
    return None


def next_count(
    pattern: Pattern, first: int, last: int | None, last_on: date | None, issued_on: date, place: str = ""
) -> int | Refusal:
    """Give the count of the next document of a series.

    `last` and `last_on` are those of the last document issued, None for none. A yearly series restarts at
    `first` with the first document of a year. Refuses a date before the last one ("chronological") and a
    number too long.
    """
    if last_on is not None and issued_on < last_on:
        return refuse("SERIES_NOT_CHRONOLOGICAL", place, last_on=last_on, given_on=issued_on)
    restarts = pattern.yearly and last_on is not None and issued_on.year != last_on.year
    n = first if last is None or restarts else last + 1
    if len(printed_number(pattern, n, issued_on)) > MAX_NUMBER_LENGTH:
        return refuse("SERIES_EXHAUSTED", place)
    return n


def may_clash(one: Pattern, other: Pattern) -> bool:
    """Tell whether two series could ever print the same number; a number must be unique (242 nonies A I 7°)."""
    return any(
        first is not None and second is not None and all(map(_compatible, first, second))
        for length in range(1, MAX_NUMBER_LENGTH + 1)
        for first, second in ((_shape(one, length), _shape(other, length)),)
    )


def _shape(pattern: Pattern, length: int) -> list[str] | None:
    """Give what may stand at each place of a number of this length: a character or any digit."""
    head = [*pattern.prefix, *([_DIGIT] * 4 + ["-"] if pattern.yearly else [])]
    digits = length - len(head)
    return [*head, *[_DIGIT] * digits] if digits >= pattern.width else None


def _compatible(first: str, second: str) -> bool:
    if first == second:
        return True
    return (first == _DIGIT and second.isdecimal()) or (second == _DIGIT and first.isdecimal())
