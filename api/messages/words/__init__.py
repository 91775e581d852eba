"""The ready-made words of every message, in French and English: template -> (subject, text)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from api.messages.words.english import ENGLISH
from api.messages.words.french import FRENCH
from projections.documents.words import tied

Pair = tuple[str, str]

_TAGS: Final = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})")


def _tied(text: str) -> str:
    """Put no-break spaces where French typography wants them, but not inside the template language."""
    return "".join(part if part.startswith("{") else tied(part) for part in _TAGS.split(text))


READY_MADE: Final[Mapping[str, Mapping[str, Pair]]] = {
    "fr": {name: (_tied(subject), _tied(text)) for name, (subject, text) in FRENCH.items()},
    "en": ENGLISH,
}
"""Language -> template -> (subject, text)."""

KINDS: Final[Mapping[str, Pair]] = {
    "quote": ("le devis", "the quote"),
    "deposit": ("la demande d'acompte", "the deposit request"),
    "arrhes": ("la demande d'arrhes", "the deposit request"),
    "invoice": ("la facture", "the invoice"),
    "deposit_invoice": ("la facture d'acompte", "the deposit invoice"),
    "credit_note": ("l'avoir", "the credit note"),
    "receipt": ("le reçu", "the receipt"),
    "signature": ("le document à signer", "the document to sign"),
    "contract": ("le contrat", "the contract"),
}
"""What a document is called: French, English."""

ADVANCES: Final[Mapping[str, tuple[Pair, Pair]]] = {
    "arrhes": (
        ("arrhes", "arrhes (a forfeitable deposit)"),
        (
            "Ce sont des arrhes : chacun peut encore renoncer. Si vous renoncez, elles restent à l'entreprise ; si elle"
            " renonce, elle vous en rend le double (article L214-1 du code de la consommation).",
            "This is a forfeitable deposit (arrhes): either side may still step back. If you do, the business keeps it;"
            " if the business does, it gives you back twice the sum (article L214-1 of the French consumer code).",
        ),
    ),
    "acompte": (
        ("acompte", "acompte (a part payment)"),
        (
            "C'est un acompte, premier paiement à valoir sur le prix : la commande est ferme pour chacun.",
            "This is a part payment (acompte) towards the price: the order binds both sides.",
        ),
    ),
}
"""Kind of deposit -> what it is called, and what it means in a sentence; each French, English."""

MEANS: Final[Mapping[str, Pair]] = {
    "cash": ("espèces", "cash"),
    "cheque": ("chèque", "cheque"),
    "card": ("carte bancaire", "card"),
    "credit_transfer": ("virement", "bank transfer"),
    "instant_transfer": ("virement instantané", "instant transfer"),
    "direct_debit": ("prélèvement", "direct debit"),
    "e_money": ("monnaie électronique", "electronic money"),
    "voucher": ("titre de paiement", "voucher"),
    "offset": ("compensation", "offset"),
    "other": ("autre moyen", "other means"),
}
"""Means of payment: French, English."""
