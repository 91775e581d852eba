"""French and English: the templates' own words are French, `words/en/*.po` says them in English.

The catalogues are read when a server starts, so that nothing has to be compiled. Legal terms keep their French name
where English has none (docs/glossary.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
CATALOGUES: Final = Path(__file__).resolve().parents[1] / "words" / "en"
_LOCALES: Final[Mapping[str, str]] = {"fr": "fr_FR", "en": "en_GB"}
_BEFORE_MARK: Final = re.compile(r" (?=[:;!?»])|(?<=«) ")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@lru_cache(maxsize=1)
def english() -> Mapping[str, str | tuple[str, ...]]:
    """Read every English catalogue: French words to English ones, or to (singular, plural)."""
    found: dict[str, str | tuple[str, ...]] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string and not message.fuzzy:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    found[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return found


@lru_cache(maxsize=4096)
def spaced(words: str) -> str:
    """Put the spaces that no line may break at where French has them: before `: ; ! ? »`, after `«`."""
    return _BEFORE_MARK.sub("\u00a0", words)


def say(language: str, words: str) -> str:
    """Say French words in a language; in French where the catalogue lacks them."""
    if language == "fr":
        return spaced(words)
    found = english().get(words, words)
    return found if isinstance(found, str) else found[0]


def count(language: str, one: str, many: str, n: int) -> str:
    """Say French words about a number of things: French takes the singular up to 1, English for 1 alone."""
    if language == "fr":
        return spaced(one if abs(n) < 2 else many)
    found = english().get(one, (one, many))
    both = (found, found) if isinstance(found, str) else found
    return both[0] if n == 1 else both[-1]


def money(language: str, cents: int | None, currency: str = "EUR") -> str:
    """Write an amount of integer cents: `1 234,56 €`, `€1,234.56`; a dash for none."""
    if cents is None:
        return "–"
    return format_currency(Decimal(cents).scaleb(-2), currency, locale=_LOCALES[language])


def number(language: str, value: int | str) -> str:
    """Write a whole number, or a decimal text as entries keep it."""
    return format_decimal(Decimal(value), format="#,##0.######", locale=_LOCALES[language])


def percent(language: str, basis_points: int) -> str:
    """Write a rate in basis points: `5,5 %`."""
    form = "#,##0.##%" if language == "en" else "#,##0.##\u202f%"
    return format_percent(Decimal(basis_points).scaleb(-4), format=form, locale=_LOCALES[language])


def day(language: str, value: str | date | None, form: str = "long") -> str:
    """Write a day: `22 novembre 2026`; `short` gives `22/11/2026`. What is no day is given back as it is."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        if not _DAY.match(value):
            return value
        value = date.fromisoformat(value[:10])
    pattern = "dd/MM/yyyy" if form == "short" else form
    return _first(language, format_date(value, format=pattern, locale=_LOCALES[language]))


def moment(language: str, value: str | datetime | None, zone: str = "Europe/Paris") -> str:
    """Write an instant of an entry in a ledger's time zone, to the minute."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    pattern = "d MMMM yyyy 'à' HH:mm" if language == "fr" else "d MMMM yyyy 'at' HH:mm"
    return _first(language, format_datetime(value, format=pattern, tzinfo=ZoneInfo(zone), locale=_LOCALES[language]))


def _first(language: str, text: str) -> str:
    """Write the first of a month as French does: `1er janvier`."""
    return f"1er{text[1:]}" if language == "fr" and text.startswith("1 ") else text
