"""Figures as people read them: money, rates, quantities and dates, in French and in English. No binary fraction."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from projections.documents.pages.text import FIXED, NARROW
from projections.documents.paper import Language
from projections.documents.words.formats import long_day

MINUS: Final = "\u2212"
_BEFORE: Final = {"EUR": "€", "USD": "$", "GBP": "£"}


def _grouped(digits: str, mark: str) -> str:
    first = len(digits) % 3
    parts = [digits[:first]] if first else []
    return mark.join(parts + [digits[at : at + 3] for at in range(first, len(digits), 3)])


def decimal(value: str, language: Language, places: int = 0) -> str:
    """Give an exact decimal string with grouped thousands, at least `places` decimals and no other trailing zero."""
    sign = MINUS if value.startswith("-") else ""
    whole, _, rest = value.lstrip("+-").partition(".")
    rest = rest.rstrip("0").ljust(places, "0")
    mark, point = (NARROW, ",") if language == "fr" else (",", ".")
    return sign + _grouped(whole.lstrip("0") or "0", mark) + (point + rest if rest else "")


def amount(cents: int, language: Language) -> str:
    """Give an amount without its currency: `1 234,56`."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return decimal(f"{sign}{cents // 100}.{cents % 100:02d}", language, 2)


def money(cents: int, currency: str, language: Language) -> str:
    """Give an amount with its currency: `1 234,56 €`, `€1,234.56`."""
    return _with_currency(amount(cents, language), currency, language)


def price(value: str, currency: str, language: Language) -> str:
    """Give an exact unit price with its currency, as many decimals as it has and at least two."""
    return _with_currency(decimal(value, language, 2), currency, language)


def _with_currency(figures: str, currency: str, language: Language) -> str:
    if language == "fr":
        return f"{figures}{FIXED}{_BEFORE.get(currency, currency)}"
    sign = MINUS if figures.startswith(MINUS) else ""
    if currency in _BEFORE:
        return f"{sign}{_BEFORE[currency]}{figures.lstrip(MINUS)}"
    return f"{sign}{currency}{FIXED}{figures.lstrip(MINUS)}"


def percent(basis_points: int, language: Language) -> str:
    """Give a share: `5,5 %` in French, `5.5%` in English."""
    sign, points = ("-", -basis_points) if basis_points < 0 else ("", basis_points)
    figures = decimal(f"{sign}{points // 100}.{points % 100:02d}", language)
    return f"{figures}{FIXED}%" if language == "fr" else f"{figures}%"


def day(on: date, language: Language = "fr") -> str:
    """Give a date: `12/03/2026`; in letters in English, where figures would be read two ways (`12 March 2026`)."""
    if language == "en":
        return long_day(on, language)
    return f"{on.day:02d}/{on.month:02d}/{on.year:04d}"


def instant(at: str, language: Language) -> str:
    """Give an entry's time of record, an ISO 8601 instant, to the second: UTC is what the entry says."""
    try:
        read = datetime.fromisoformat(at)
    except ValueError:
        return at
    if read.tzinfo is None:
        return at
    utc = read.astimezone(UTC)
    joint = " à " if language == "fr" else " at "
    return f"{day(utc.date(), language)}{joint}{utc:%H:%M:%S}{FIXED}UTC"
