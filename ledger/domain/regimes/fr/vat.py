"""French VAT: rates by place of supply and day, the small-business exemption, and what a line may bear.

Rates follow the place of supply, not the seller's seat: metropolitan France (CGI 278 to 281 octies), Corsica
(CGI 297), Guadeloupe, Martinique and La Réunion (CGI 296 to 296 ter); Guyane and Mayotte have none (CGI 294).
Which rate a supply deserves is the seller's knowledge; here is only whether the rate exists there and then.
The list of rates that the State accepts in reports (G1.24) holds all of these.
"""

from __future__ import annotations

from datetime import date

from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.dated import Dated, in_force
from ledger.domain.types import CustomerKind, SupplyPlace, VatCategory

_2000 = date(2000, 4, 1)
_2012 = date(2012, 1, 1)
_2013_END = date(2013, 12, 31)
_2014 = date(2014, 1, 1)

# Rates before 2014 are kept for what was supplied then: a credit note bears the rate of its invoice.
_METROPOLITAN: tuple[Dated[int], ...] = (
    Dated(2000, _2014, None, "CGI art. 278", "official"),
    Dated(1000, _2014, None, "CGI art. 278 bis, 279, 279-0 bis", "official"),
    Dated(550, None, None, "CGI art. 278-0 bis, 278-0 bis A", "official"),
    Dated(210, None, None, "CGI art. 281 quater à 281 octies", "official"),
    Dated(1960, _2000, _2013_END, "CGI art. 278 (ancien)", "recalled"),
    Dated(700, _2012, _2013_END, "CGI art. 279 (ancien)", "recalled"),
)

_CORSICA: tuple[Dated[int], ...] = (
    *_METROPOLITAN,
    Dated(90, None, None, "CGI art. 297 I 1° et 5°", "official"),
    Dated(1300, _2014, None, "CGI art. 297 I 5°", "official"),
    Dated(800, None, _2013_END, "CGI art. 297 (ancien)", "recalled"),
)

_ANTILLES_REUNION: tuple[Dated[int], ...] = (
    Dated(850, None, None, "CGI art. 296", "official"),
    Dated(210, None, None, "CGI art. 296", "official"),
    Dated(175, None, None, "CGI art. 296 bis", "official"),
    Dated(105, None, None, "CGI art. 296 ter", "official"),
)

RATES: dict[SupplyPlace, tuple[Dated[int], ...]] = {
    "FR": _METROPOLITAN,
    "FR-20R": _CORSICA,
    "GP": _ANTILLES_REUNION,
    "MQ": _ANTILLES_REUNION,
    "RE": _ANTILLES_REUNION,
    "GF": (),
    "YT": (),
    "EU": (),
    "WORLD": (),
}
"""Rates in basis points by place of supply; abroad no French VAT is charged."""

PLACE_NAMES: dict[SupplyPlace, str] = {
    "FR": "France métropolitaine",
    "FR-20R": "Corse",
    "GP": "Guadeloupe",
    "MQ": "Martinique",
    "RE": "La Réunion",
    "GF": "Guyane",
    "YT": "Mayotte",
    "EU": "Union européenne",
    "WORLD": "hors Union européenne",
}
"""Names for people."""

EXCLUDED_DEPARTMENTS: tuple[SupplyPlace, ...] = ("GF", "YT")
"""Departments where VAT provisionally does not apply (CGI 294-1)."""

FRANCHISE_EXEMPTION = "VATEX-FR-FRANCHISE"
"""Exemption code of the small-business exemption (EN 16931, French extension)."""

EXCLUDED_EXEMPTION = "FR-CGI294"
"""Our exemption code for Guyane and Mayotte: the VATEX list has none."""

THRESHOLDS: tuple[Dated[tuple[str, int, int]], ...] = (
    Dated(("goods", 8_500_000, 9_350_000), date(2025, 1, 1), None, "CGI art. 293 B", "quoted"),
    Dated(("services", 3_750_000, 4_125_000), date(2025, 1, 1), None, "CGI art. 293 B", "quoted"),
)
"""Turnover below which the exemption holds, and the raised threshold, in cents, by main activity."""


def rates_at(place: SupplyPlace, on: date) -> tuple[int, ...]:
    """Give the VAT rates in force at a place on a day, in basis points, the highest (the standard rate) first."""
    return tuple(sorted((row.value for row in in_force(RATES[place], on)), reverse=True))


def default_treatment(place: SupplyPlace, franchise: bool, on: date) -> tuple[VatCategory, int, str | None]:
    """Give category, rate and exemption of a line that names none: the standard rate, or why there is none.

    A supply abroad has no default for a seller under the normal regime: it comes out as outside the scope
    ("O").
    """
    if franchise:
        return ("E", 0, FRANCHISE_EXEMPTION)
    if place in EXCLUDED_DEPARTMENTS:
        return ("E", 0, EXCLUDED_EXEMPTION)
    rates = rates_at(place, on)
    return ("S", rates[0], None) if rates else ("O", 0, None)


def check_vat(
    *,
    category: VatCategory,
    rate_bp: int,
    exemption: str | None,
    supply_place: SupplyPlace,
    franchise: bool,
    customer_kind: CustomerKind,
    on: date,
    place: str = "",
) -> Refusal | None:
    """Refuse a VAT treatment that the law does not know for this supply on this day.

    `on` is the day the tax falls due (supply or receipt), not the day of printing; `place` the JSON Pointer
    of the line. Any VAT mentioned is due (CGI 283-3), so a wrong rate is refused rather than printed.
    """
    if rate_bp > 0 and franchise:
        return refuse("VAT_UNDER_FRANCHISE", f"{place}/rate_bp")
    if rate_bp > 0 and supply_place in EXCLUDED_DEPARTMENTS:
        return refuse("VAT_IN_EXCLUDED_DEPARTMENT", f"{place}/rate_bp")
    if category == "AE" and customer_kind == "consumer":
        return refuse("REVERSE_CHARGE_FOR_CONSUMER", f"{place}/category")
    if (category == "S") != (rate_bp > 0):
        return refuse("VAT_CATEGORY_RATE", f"{place}/rate_bp", category=category, rate_bp=rate_bp)
    if category == "S" and rate_bp not in rates_at(supply_place, on):
        return refuse(
            "VAT_RATE_NOT_IN_FORCE",
            f"{place}/rate_bp",
            rate_bp=rate_bp,
            on=on,
            place_name=PLACE_NAMES[supply_place],
        )
    if category == "E" and not exemption:
        return refuse("VAT_EXEMPTION_REFERENCE_MISSING", f"{place}/exemption")
    return None
