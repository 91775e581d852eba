"""Dates, money, rates, quantities, units and countries in words, in French and English; exact, without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from projections.documents.paper import Language

NBSP: Final = "\u00a0"

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip

_SIGNS: Mapping[str, str] = {"EUR": "€", "GBP": "£", "USD": "$"}

UNITS: Mapping[str, tuple[str, str]] = {
    "C62": ("u", "unit"),
    "H87": ("pce", "piece"),
    "EA": ("u", "each"),
    "SET": ("ens.", "set"),
    "LS": ("forfait", "lump sum"),
    "HUR": ("h", "h"),
    "MIN": ("min", "min"),
    "DAY": ("j", "day"),
    "WEE": ("sem.", "week"),
    "MON": ("mois", "month"),
    "ANN": ("an", "year"),
    "MTR": ("m", "m"),
    "CMT": ("cm", "cm"),
    "MMT": ("mm", "mm"),
    "KMT": ("km", "km"),
    "MTK": ("m²", "m²"),
    "CMK": ("cm²", "cm²"),
    "MTQ": ("m³", "m³"),
    "LTR": ("l", "l"),
    "CLT": ("cl", "cl"),
    "MLT": ("ml", "ml"),
    "GRM": ("g", "g"),
    "KGM": ("kg", "kg"),
    "TNE": ("t", "t"),
    "KWH": ("kWh", "kWh"),
    "KWT": ("kW", "kW"),
    "WTT": ("W", "W"),
    "PR": ("paire", "pair"),
    "DZN": ("douz.", "doz."),
    "BX": ("boîte", "box"),
    "PK": ("paquet", "pack"),
    "RO": ("roul.", "roll"),
    "XBG": ("sac", "bag"),
    "BG": ("sac", "bag"),
    "XPX": ("pal.", "pallet"),
    "NAR": ("art.", "item"),
    "NMP": ("paquet", "pack"),
    "P1": ("%", "%"),
}
"""Units of UN/ECE Recommendation 20 in words; a unit that is not here prints its code."""

COUNTRIES: Mapping[str, tuple[str, str]] = {
    "AD": ("Andorre", "Andorra"),
    "AT": ("Autriche", "Austria"),
    "AU": ("Australie", "Australia"),
    "BE": ("Belgique", "Belgium"),
    "BG": ("Bulgarie", "Bulgaria"),
    "BL": ("Saint-Barthélemy", "Saint Barthélemy"),
    "BR": ("Brésil", "Brazil"),
    "CA": ("Canada", "Canada"),
    "CH": ("Suisse", "Switzerland"),
    "CN": ("Chine", "China"),
    "CY": ("Chypre", "Cyprus"),
    "CZ": ("Tchéquie", "Czechia"),
    "DE": ("Allemagne", "Germany"),
    "DK": ("Danemark", "Denmark"),
    "DZ": ("Algérie", "Algeria"),
    "EE": ("Estonie", "Estonia"),
    "ES": ("Espagne", "Spain"),
    "FI": ("Finlande", "Finland"),
    "FR": ("France", "France"),
    "GB": ("Royaume-Uni", "United Kingdom"),
    "GF": ("Guyane", "French Guiana"),
    "GP": ("Guadeloupe", "Guadeloupe"),
    "GR": ("Grèce", "Greece"),
    "HR": ("Croatie", "Croatia"),
    "HU": ("Hongrie", "Hungary"),
    "IE": ("Irlande", "Ireland"),
    "IN": ("Inde", "India"),
    "IS": ("Islande", "Iceland"),
    "IT": ("Italie", "Italy"),
    "JP": ("Japon", "Japan"),
    "LI": ("Liechtenstein", "Liechtenstein"),
    "LT": ("Lituanie", "Lithuania"),
    "LU": ("Luxembourg", "Luxembourg"),
    "LV": ("Lettonie", "Latvia"),
    "MA": ("Maroc", "Morocco"),
    "MC": ("Monaco", "Monaco"),
    "MF": ("Saint-Martin", "Saint Martin"),
    "MQ": ("Martinique", "Martinique"),
    "MT": ("Malte", "Malta"),
    "NC": ("Nouvelle-Calédonie", "New Caledonia"),
    "NL": ("Pays-Bas", "Netherlands"),
    "NO": ("Norvège", "Norway"),
    "PF": ("Polynésie française", "French Polynesia"),
    "PL": ("Pologne", "Poland"),
    "PM": ("Saint-Pierre-et-Miquelon", "Saint Pierre and Miquelon"),
    "PT": ("Portugal", "Portugal"),
    "RE": ("La Réunion", "Réunion"),
    "RO": ("Roumanie", "Romania"),
    "SE": ("Suède", "Sweden"),
    "SI": ("Slovénie", "Slovenia"),
    "SK": ("Slovaquie", "Slovakia"),
    "SM": ("Saint-Marin", "San Marino"),
    "SN": ("Sénégal", "Senegal"),
    "TN": ("Tunisie", "Tunisia"),
    "US": ("États-Unis", "United States"),
    "WF": ("Wallis-et-Futuna", "Wallis and Futuna"),
    "YT": ("Mayotte", "Mayotte"),
}
"""Countries in words; one that is not here prints its code."""


def _of(table: Mapping[str, tuple[str, str]], code: str, language: Language) -> str:
    pair = table.get(code)
    return code if pair is None else pair[0 if language == "fr" else 1]


def unit(code: str, language: Language) -> str:
    """Give the words of a unit code (UN/ECE Recommendation 20)."""
    return _of(UNITS, code, language)


def country(code: str, language: Language) -> str:
    """Give the name of a country (ISO 3166-1 alpha-2)."""
    return _of(COUNTRIES, code, language)


def day(value: date | str, language: Language = "fr") -> str:
    """Give a day: `23/11/2026`; in letters in English, where figures would be read two ways (`23 November 2026`)."""
    if language == "en":
        return long_day(value, language)
    on = value if isinstance(value, date) else date.fromisoformat(value)
    return f"{on.day:02d}/{on.month:02d}/{on.year:04d}"


def long_day(value: date | str, language: Language) -> str:
    """Give a day in letters: `23 novembre 2026`, `23 November 2026`."""
    on = value if isinstance(value, date) else date.fromisoformat(value)
    first = "1er" if language == "fr" and on.day == 1 else str(on.day)
    return f"{first}{NBSP}{_MONTHS[language][on.month - 1]}{NBSP}{on.year:04d}"


def moment(at: str, zone: str, language: Language = "fr") -> str:
    """Give a moment (`2026-11-23T08:00:00.000000Z`) in a time zone, to the second, with the zone's name."""
    local = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)} {local:%H:%M:%S} ({zone})"


def grouped(digits: str, language: Language) -> str:
    """Group digits by three: a no-break space in French, a comma in English."""
    sign = NBSP if language == "fr" else ","
    head = len(digits) % 3
    parts = ([digits[:head]] if head else []) + [digits[at : at + 3] for at in range(head, len(digits), 3)]
    return sign.join(parts)


def cents(amount_cents: int, language: Language) -> str:
    """Give an amount without its currency: `-1 234,56`, `-1,234.56`."""
    whole, rest = divmod(abs(amount_cents), 100)
    point = "," if language == "fr" else "."
    return f"{'-' if amount_cents < 0 else ''}{grouped(str(whole), language)}{point}{rest:02d}"


def money(amount_cents: int, currency: str, language: Language) -> str:
    """Give an amount with its currency: `1 234,56 €`, `€1,234.56`; a currency without a sign by its code."""
    sign = _SIGNS.get(currency)
    if language == "fr" or sign is None:
        return f"{cents(amount_cents, language)}{NBSP}{sign or currency}"
    text = cents(amount_cents, language)
    return f"-{sign}{text[1:]}" if text.startswith("-") else f"{sign}{text}"


def decimal(text: str, language: Language) -> str:
    """Give an exact decimal (`-1234.5`) as people write it: `-1 234,5`, `-1,234.5`."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, tail = digits.partition(".")
    point = "," if language == "fr" else "."
    return f"{sign}{grouped(whole, language)}{point + tail if tail else ''}"


def percent(share_bp: int, language: Language) -> str:
    """Give basis points as a percentage: `5,5 %`, `5.5%`."""
    whole, rest = divmod(abs(share_bp), 100)
    tail = f"{rest:02d}".rstrip("0")
    point = "," if language == "fr" else "."
    text = f"{'-' if share_bp < 0 else ''}{whole}{point + tail if tail else ''}"
    return f"{text}{NBSP}%" if language == "fr" else f"{text}%"


def number(count: int, language: Language) -> str:
    """Give a count, grouped by three."""
    return f"{'-' if count < 0 else ''}{grouped(str(abs(count)), language)}"
