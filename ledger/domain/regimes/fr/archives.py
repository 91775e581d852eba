"""How long archives, and the keys to the names in them, are kept."""

from __future__ import annotations

from datetime import date
from typing import Final

ACCOUNTS_YEARS: Final = 10
"""C. com. L123-22: accounting documents are kept ten years from the end of the financial year."""


def keep_until(year_ended_on: date) -> date:
    """Give the last day on which what names people in the archives of a financial year is kept."""
    day = year_ended_on
    try:
        return day.replace(year=day.year + ACCOUNTS_YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year + ACCOUNTS_YEARS, month=2, day=28)
