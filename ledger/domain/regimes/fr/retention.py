"""How long what is recorded is kept: dated rows, and the day on which each ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ledger.domain.regimes.fr.dated import Dated, in_force
from ledger.domain.regimes.fr.deadlines import add_months

Kept = Literal["tax", "accounts", "contract", "prospect"]
CONTRACT_FROM_CENTS: Final = 12_000
"""C. conso D213-1: electronic contracts of 120 EUR or more are kept (the decree's present number is recalled)."""


@dataclass(frozen=True, slots=True)
class Keep:
    """One duty to keep: what, and how many years from its starting point."""

    kept: Kept
    years: int


RETENTION: Final[tuple[Dated[Keep], ...]] = (
    Dated(Keep("tax", 6), None, None, "LPF L102 B", "quoted"),  # from the last entry
    Dated(Keep("accounts", 10), None, None, "C. com. L123-22", "quoted"),  # from the end of the financial year
    Dated(Keep("contract", 10), date(2005, 2, 19), None, "C. conso L213-1", "recalled"),  # from performance
    Dated(Keep("prospect", 3), None, None, "RGPD 5-1-e (CNIL)", "recalled"),  # from the last contact
)
"""What is kept for how long. The longest of those that apply to a person's data counts."""


def kept_until(kept: Kept, since: date, on: date) -> tuple[date, str]:
    """Give the last day of a duty that began to run on `since`, by the law in force on a day; and the article."""
    row = next(row for row in in_force(RETENTION, on) if row.value.kept == kept)
    return add_months(since, 12 * row.value.years), row.law
