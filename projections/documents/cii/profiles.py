"""Which profile a paper needs: EN 16931, or the French extension where EN 16931 cannot say its VAT."""

from __future__ import annotations

from typing import Literal

from projections.documents.cii.codes import FRANCE
from projections.documents.paper import Paper

Profile = Literal["en16931", "extended-ctc-fr"]

GUIDELINES: dict[Profile, str] = {
    "en16931": "urn:cen.eu:en16931:2017",
    "extended-ctc-fr": "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
}
"""Specification identifier (BT-24) of each profile that we write."""


def is_french_business(paper: Paper) -> bool:
    """Say whether the rules of France for invoices between businesses (BR-FR) hold for a paper.

    They hold for a business or public body in France whose SIREN is known. Without it no platform reaches the customer;
    from the day it is mandatory (CGI ann. II 242 nonies A I 1°) the ledger refuses to issue without it.
    """
    buyer = paper.buyer
    return buyer is not None and buyer.kind != "consumer" and buyer.siren is not None and buyer_country(paper) in FRANCE


def buyer_country(paper: Paper) -> str:
    """Give the customer's country: of the address if there is one."""
    buyer = paper.buyer
    if buyer is None:
        return "FR"
    return buyer.address.country if buyer.address is not None else buyer.country


def profile_of(paper: Paper) -> Profile:
    """Say which profile a paper needs.

    EN 16931 has one breakdown per category without tax (BR-E-01 ...), and lets nothing stand beside O (BR-O-11).
    """
    categories = [row.category for row in paper.vat if row.category != "S"]
    distinct = len(set(categories))
    if "O" in categories and (distinct > 1 or len(paper.vat) > len(categories)):
        return "extended-ctc-fr"
    if distinct < len(categories) and is_french_business(paper):
        return "extended-ctc-fr"
    return "en16931"
