"""How money came, by the bank transaction code of ISO 20022 (domain, family, sub-family).

External code sets BankTransactionDomain1Code, ...Family1Code, ...SubFamily1Code: RECALLED; a code that is not here is
a credit transfer, which is what most lines of a French account are.
"""

from __future__ import annotations

from typing import Final

from ledger.domain.types import Means

FAMILIES: Final[dict[str, Means]] = {
    "RCDT": "credit_transfer",  # received credit transfers
    "ICDT": "credit_transfer",  # issued
    "RRCT": "instant_transfer",  # received real-time
    "IRCT": "instant_transfer",
    "RDDT": "direct_debit",
    "IDDT": "direct_debit",  # issued: the debits that the business collects
    "RCHQ": "cheque",
    "ICHQ": "cheque",
    "CCRD": "card",
    "MCRD": "card",  # merchant card transactions
    "CNTR": "cash",  # at the counter
}
"""Means by family, within the domain PMNT."""


def means_of(code: tuple[str, str, str]) -> Means:
    """Give the means of a line from its (domain, family, sub-family)."""
    domain, family, _ = code
    return FAMILIES.get(family, "credit_transfer") if domain == "PMNT" else "credit_transfer"
