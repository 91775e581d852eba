"""The words of documents, in French and English: tables of pairs, and how figures are written among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

from projections.documents.paper import Language
from projections.documents.words import formats
from projections.documents.words.content import CONTENT
from projections.documents.words.legal import LEGAL
from projections.documents.words.letters import LETTERS

TABLES: Final[tuple[Mapping[str, tuple[str, str]], ...]] = (CONTENT, LEGAL, LETTERS)
"""Every table of words: key -> (French, English)."""

_TIED: Final = re.compile(r" (?=[:;!?»€%°])|(?<=«) |(?<=n°) |(?<=art\.) (?=[A-Z0-9])|(?<=\bL\.) (?=[0-9])")
"""Where French does not break a line: before high punctuation, inside guillemets, inside an article's number."""


def tied(text: str) -> str:
    """Put no-break spaces where French typography wants them."""
    return _TIED.sub(formats.NBSP, text)


@cache
def _table(language: Language) -> Mapping[str, str]:
    whole: dict[str, str] = {}
    for table in TABLES:
        for key, (french, english) in table.items():
            whole[key] = tied(french) if language == "fr" else english
    return whole


class Words:
    """The words of one language: `words("due_on")`, and figures written its way. Cheap to make."""

    __slots__ = ("_table", "currency", "language", "zone")

    def __init__(self, language: Language, currency: str = "EUR", zone: str = "Europe/Paris") -> None:
        """Speak `language`; amounts are in `currency`, moments are told in `zone`."""
        self.language: Language = language
        self.currency = currency
        self.zone = zone
        self._table = _table(language)

    def __call__(self, key: str, **facts: str) -> str:
        """Give the words of a key, its `{facts}` filled in.

        Raises:
            KeyError: there is no such key, or a fact is missing.
        """
        text = self._table[key]
        return text.format_map(facts) if facts else text

    def has(self, key: str) -> bool:
        """Tell whether there are words of this key."""
        return key in self._table

    def money(self, amount_cents: int, currency: str | None = None) -> str:
        """See `formats.money`."""
        return formats.money(amount_cents, currency or self.currency, self.language)

    def day(self, value: date | str) -> str:
        """See `formats.day`."""
        return formats.day(value, self.language)

    def long_day(self, value: date | str) -> str:
        """See `formats.long_day`."""
        return formats.long_day(value, self.language)

    def moment(self, at: str) -> str:
        """See `formats.moment`."""
        return formats.moment(at, self.zone, self.language)

    def percent(self, share_bp: int) -> str:
        """See `formats.percent`."""
        return formats.percent(share_bp, self.language)

    def decimal(self, text: str) -> str:
        """See `formats.decimal`."""
        return formats.decimal(text, self.language)

    def number(self, count: int) -> str:
        """See `formats.number`."""
        return formats.number(count, self.language)

    def unit(self, code: str) -> str:
        """See `formats.unit`."""
        return formats.unit(code, self.language)

    def country(self, code: str) -> str:
        """See `formats.country`."""
        return formats.country(code, self.language)
