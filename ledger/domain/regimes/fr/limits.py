"""Ceilings and thresholds: cash, the note for consumers, long-kept contracts, the platform for invoices."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.domain.regimes.fr.dated import Dated, in_force
from ledger.domain.types import CustomerKind, Means, Nature

FRENCH_TAX_TERRITORY = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT"})
"""Country codes whose residents have their tax domicile in France (CGI 4 B; overseas departments included)."""

FirmSize = Literal["micro", "sme", "mid", "large"]

_CASH = "C. mon. fin. art. L112-6 et D112-3"

CASH_CEILINGS: tuple[Dated[tuple[Means, bool, int]], ...] = (
    Dated(("cash", True, 100_000), date(2015, 9, 1), None, _CASH, "official"),
    Dated(("e_money", True, 300_000), date(2015, 9, 1), None, _CASH, "official"),
    Dated(("cash", False, 1_000_000), date(2015, 9, 1), None, _CASH, "official"),
    Dated(("e_money", False, 1_500_000), date(2015, 9, 1), None, _CASH, "official"),
)
"""Means, whether the debtor is bound as a resident, and the highest debt payable so, in cents.

The amounts were read in a copy of 2024; the day they began is recalled.
"""

NOTE_THRESHOLD_CENTS = 2_500
"""A service from this price on, tax included, calls for a note (arrêté 83-50/A art. 1; BOI quotes agree)."""

CONTRACT_KEEPING_CENTS = 12_000
"""An electronic contract with a consumer from this amount on is kept ten years (C. conso L213-1, D213-1)."""

ISSUING_DUTY: tuple[tuple[frozenset[str], date], ...] = (
    (frozenset({"mid", "large"}), date(2026, 9, 1)),
    (frozenset({"micro", "sme"}), date(2027, 9, 1)),
)
"""From when firms of a size issue domestic B2B invoices through a platform (BOI-TVA-DECLA-20-30-50 §10)."""


def cash_ceiling(means: Means, customer_kind: CustomerKind, tax_resident: str, on: date) -> int | None:
    """Give the highest debt, in cents, that may be paid by these means; None where no ceiling is set.

    The debt counts, not the payment: cutting it into parts changes nothing. A business is bound like a
    resident, wherever it is (D112-3: the higher ceiling is for non-residents who do not act for business
    needs).
    """
    bound = customer_kind != "consumer" or tax_resident in FRENCH_TAX_TERRITORY
    for row in in_force(CASH_CEILINGS, on):
        if row.value[:2] == (means, bound):
            return row.value[2]
    return None


def above_cash_ceiling(debt_cents: int, means: Means, customer_kind: CustomerKind, tax_resident: str, on: date) -> bool:
    """Tell whether a debt is too high for these means; the ceiling itself is allowed."""
    ceiling = cash_ceiling(means, customer_kind, tax_resident, on)
    return ceiling is not None and debt_cents > ceiling


def note_due(customer_kind: CustomerKind, nature: Nature, gross_cents: int) -> bool:
    """Tell whether a note must be given before payment: services to a consumer from 25.00 tax included."""
    return customer_kind == "consumer" and nature == "services" and gross_cents >= NOTE_THRESHOLD_CENTS


def works_note_due(customer_kind: CustomerKind, building_works: bool) -> bool:
    """Tell whether a note for building works is due: to a consumer, whatever the price (former CGI 290 quinquies)."""
    return customer_kind == "consumer" and building_works


def contract_kept_long(customer_kind: CustomerKind, electronic: bool, gross_cents: int) -> bool:
    """Tell whether a contract must be kept ten years for the consumer (C. conso L213-1)."""
    return customer_kind == "consumer" and electronic and gross_cents >= CONTRACT_KEEPING_CENTS


def platform_since(firm_size: FirmSize) -> date:
    """Give the day from which a firm of this size issues domestic B2B invoices through an approved platform."""
    return next(since for sizes, since in ISSUING_DUTY if firm_size in sizes)


def platform_required(firm_size: FirmSize, customer_kind: CustomerKind, customer_country: str, on: date) -> bool:
    """Tell whether an invoice must go through an approved platform: business, established in France, from the day.

    Public customers have their own portal and are not meant here; consumers never are.
    """
    domestic = customer_country in FRENCH_TAX_TERRITORY
    return customer_kind == "business" and domestic and on >= platform_since(firm_size)
