"""How a value is written in a cell: for a French spreadsheet, and exact for a program (docs/spec/archive-tables.md)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

BOM: Final = b"\xef\xbb\xbf"
END: Final = "\r\n"

_MOMENTS: Final = 100_000

# What needs neither quotation marks nor a guard, for quick.
_PLAIN: Final = re.compile(r"[A-Za-z0-9À-ɏ][^;\"\r\n]*").fullmatch
_GUARDED: Final = ("=", "+", "-", "@", "\t", "\r", "'")


def text(value: str | None) -> str:
    """Write a text; one that a spreadsheet would take for a formula gets an apostrophe before it, and so does one that
    begins with an apostrophe: whoever reads takes one away."""
    if value is None or value == "":
        return ""
    if _PLAIN(value):
        return value
    if value.startswith(_GUARDED):
        value = "'" + value
    if ";" in value or '"' in value or "\n" in value or "\r" in value:
        return '"' + value.replace('"', '""') + '"'
    return value


def cents(amount: int | None) -> str:
    """Write an amount in the hundredth part: -123456 is `-1234,56`."""
    if amount is None:
        return ""
    if amount >= 100:
        digits = str(amount)
        return f"{digits[:-2]},{digits[-2:]}"
    if amount < 0:
        return f"-{-amount // 100},{-amount % 100:02d}"
    return f"{amount // 100},{amount % 100:02d}"


def share(basis_points: int | None) -> str:
    """Write basis points as per cent: 550 is `5,50`."""
    return cents(basis_points)


def decimal(value: str | None) -> str:
    """Write an exact decimal with a comma."""
    return "" if value is None else value.replace(".", ",")


def flag(value: Any) -> str:
    """Write yes or no as 1 or 0."""
    return "1" if value else "0"


class Moments:
    """Local time to the minute of `chain.at` texts, in the ledger's zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._known: dict[bytes, str] = {}

    def __call__(self, minute: bytes) -> str:
        """Write `2026-11-22 10:30` for the first 16 bytes of `chain.at`, `2026-11-22T09:30`."""
        found = self._known.get(minute)
        if found is None:
            if len(self._known) > _MOMENTS:
                self._known.clear()
            moment = datetime.fromisoformat(minute.decode() + "+00:00").astimezone(self._zone)
            found = self._known[minute] = f"{moment:%Y-%m-%d %H:%M}"
        return found
