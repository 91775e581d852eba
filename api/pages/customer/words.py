"""Words of the customer's pages that are chosen by a code: kinds of paper, states, why money is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.pages.frame.visit import Visit

FILES: Final[Mapping[str, tuple[str, str]]] = {
    "quote": ("Devis", "Quote"),
    "deposit_request": ("Demande d'acompte ou d'arrhes", "Deposit request"),
    "deposit_invoice": ("Facture d'acompte", "Deposit invoice"),
    "invoice": ("Facture", "Invoice"),
    "credit_note": ("Avoir", "Credit note"),
    "receipt": ("Reçu", "Receipt"),
    "evidence": ("Dossier de preuve de signature", "Signature evidence file"),
    "file": ("Document à signer", "Document to be signed"),
    "attachment": ("Fichier joint", "Attached file"),
}
ADVANCES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "arrhes": (
        "Arrhes",
        "Deposit (arrhes)",
        "Ce sont des arrhes : vous pouvez encore renoncer, en les perdant ; si l'entreprise renonce, elle vous rend"
        " le double.",
        "These are arrhes: you may still give up the contract by losing them; if the business gives up, it returns"
        " twice the amount.",
    ),
    "acompte": (
        "Acompte",
        "Deposit (acompte)",
        "C'est un acompte : une première partie du prix. Le contrat est ferme pour vous comme pour l'entreprise.",
        "This is an acompte: a first part of the price. The contract is binding on you and on the business.",
    ),
}
"""Title in French and English; what it is, in a sentence (C. conso L214-1; C. civ. 1590)."""
STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "planned": ("À venir", "To come"),
    "asked": ("Demandé", "Asked for"),
    "part_paid": ("Payé en partie", "Partly paid"),
    "paid": ("Payé", "Paid"),
    "ended": ("Sans suite", "Ended"),
}
TRIGGERS: Final[Mapping[str, tuple[str, str]]] = {
    "signature": ("à la signature", "on signature"),
    "date": ("à la date prévue", "on the planned date"),
    "milestone": ("à l'étape prévue", "at the planned stage"),
    "delivery": ("à la livraison", "on delivery"),
    "deposit": ("demande de paiement", "payment request"),
    "invoice": ("solde, à la facture finale", "balance, with the final invoice"),
}
TONES: Final[Mapping[str, str]] = {"paid": "good", "part_paid": "warn", "asked": "info", "planned": "", "ended": ""}
REASONS: Final[tuple[tuple[str, str, str], ...]] = (
    ("", "Je préfère ne pas le dire", "I would rather not say"),
    ("price", "Le prix", "The price"),
    ("other_offer", "J'ai choisi une autre offre", "I chose another offer"),
    ("postponed", "Le projet est reporté", "The project is put off"),
    ("abandoned", "Le projet est abandonné", "The project is given up"),
    ("delay", "Les délais", "The time it takes"),
    ("other", "Autre raison", "Another reason"),
)


def of(table: Mapping[str, tuple[str, ...]], code: str, language: str) -> str:
    """Give the words for a code; the code itself for one without."""
    found = table.get(code)
    return code if found is None else found[1 if language == "en" else 0]


def advance_title(kind: str | None, language: str) -> str:
    """Name what is asked for in advance; a plain payment where it is neither."""
    if kind is None:
        return "Invoice" if language == "en" else "Facture"
    return ADVANCES[kind][1 if language == "en" else 0]


def advance_sentence(kind: str | None, language: str) -> str:
    """Say in a sentence what *arrhes* or an *acompte* are; nothing for an invoice."""
    return "" if kind is None else ADVANCES[kind][3 if language == "en" else 2]


def reasons(visit: Visit) -> list[tuple[str, str]]:
    """Give the reasons one may decline for, as a list to choose from."""
    return [(code, english if visit.language == "en" else french) for code, french, english in REASONS]
