"""What the pages of the sale say of codes: French words, said in the visitor's language by `visit.say`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LINE_TYPES: Final[Mapping[str, tuple[str, str, str]]] = {
    "service": ("services", "item", "Prestation"),
    "labour_hourly": ("services", "labour_hourly", "Main-d'œuvre à l'heure"),
    "labour_flat": ("services", "labour_flat", "Main-d'œuvre au forfait"),
    "goods": ("goods", "item", "Marchandise"),
    "material": ("goods", "material", "Fournitures et matériaux"),
    "travel": ("services", "travel", "Déplacement"),
    "charge": ("services", "charge", "Frais"),
}
"""What a line is: its nature (goods or services), its purpose, and words."""

UNITS: Final[Mapping[str, str]] = {
    "C62": "unité", "HUR": "heure", "DAY": "jour", "LS": "forfait", "SET": "ensemble", "MTR": "m", "MTK": "m²",
    "MTQ": "m³", "KGM": "kg", "LTR": "l", "KMT": "km", "TNE": "t", "MON": "mois", "PR": "paire", "BX": "boîte",
}  # fmt: skip
"""Units of UN/ECE Recommendation 20 that a quote offers."""

RATES: Final = ("20", "10", "5,5", "2,1", "0")
"""Rates offered, in percent; any other that is in force may be typed."""

CHANNELS: Final[Mapping[str, tuple[str, str]]] = {
    "premises": (
        "Dans votre établissement",
        "Conclu chez vous : pas de délai de rétractation, l'acompte peut être demandé à la signature.",
    ),
    "distance": (
        "À distance",
        "Conclu en ligne, par courriel ou au téléphone : un particulier a 14 jours pour se rétracter.",
    ),
    "off_premises": (
        "Hors établissement",
        "Conclu chez le client : un particulier a 14 jours pour se rétracter, et rien ne se paie pendant 7 jours.",
    ),
}
"""How a contract is made (C. conso L221-1), and what that means."""

CHANNEL_LAW: Final = "C. conso art. L221-1, L221-10 et L221-18"

TRIGGERS: Final[Mapping[str, str]] = {
    "signature": "À la signature", "date": "À une date", "milestone": "À une étape", "delivery": "À la livraison",
}  # fmt: skip

KINDS_OF_ADVANCE: Final[Mapping[str, str]] = {
    "": "Selon la loi", "arrhes": "Arrhes", "acompte": "Acompte",
}  # fmt: skip

CUSTOMER_KINDS: Final[Mapping[str, str]] = {
    "consumer": "Particulier", "business": "Entreprise", "public": "Administration",
}  # fmt: skip

RISKS: Final[Mapping[str, str]] = {"low": "Faible", "normal": "Normal", "high": "Élevé"}

RECURRING: Final[Mapping[str, str]] = {
    "": "Non", "month": "Chaque mois", "quarter": "Chaque trimestre", "year": "Chaque année",
}  # fmt: skip

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "to_send": ("À envoyer", "warn"),
    "sent": ("Envoyé", "info"),
    "viewed": ("Consulté", "info"),
    "signed": ("Signé", "good"),
    "declined": ("Refusé", "bad"),
    "expired": ("Expiré", ""),
    "cancelled": ("Annulé", ""),
    "withdrawn": ("Rétracté", "bad"),
    "late": ("Validité passée", "warn"),
}
"""Where a quote stands, as its badge says it."""

LISTS: Final[Mapping[str, str]] = {
    "drafts": "Brouillons",
    "to_send": "À envoyer",
    "sent": "Envoyés",
    "signed": "Signés",
    "declined": "Refusés",
    "expired": "Expirés",
    "ended": "Annulés",
}
"""The lists of quotes, in order."""

SIGNATURE_PHASES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("En cours", "info"), "completed": ("Signé par tous", "good"), "cancelled": ("Arrêtée", ""),
}  # fmt: skip

ROLES_OF_FILES: Final[Mapping[str, str]] = {
    "contract": "Contrat", "purchase_order": "Bon de commande", "quote": "Devis", "other": "Autre document",
}  # fmt: skip

DOCUMENT_KINDS: Final[Mapping[str, str]] = {
    "quote": "Devis",
    "deposit_request": "Demande d'acompte",
    "deposit_invoice": "Facture d'acompte",
    "invoice": "Facture",
    "deposit_credit_note": "Avoir d'acompte",
    "credit_note": "Avoir",
    "note": "Note",
    "receipt": "Reçu",
    "subscription": "Abonnement",
}

DOCUMENT_STATES: Final[Mapping[str, str]] = {
    "open": "En attente", "signed": "Signé", "declined": "Refusé", "expired": "Expiré", "cancelled": "Annulé",
    "withdrawn": "Rétracté", "requested": "Demandé", "partly_paid": "Payé en partie", "paid": "Payé",
    "applied": "Déduit", "forfeited": "Conservé", "refund_due": "À rembourser", "refunded": "Remboursé",
    "by_deposit": "Payée par son acompte", "credited": "Annulée par un avoir", "replaced": "Remplacée",
    "part_paid": "Payée en partie", "written_off": "Passée en perte", "issued": "Émis", "active": "En cours",
    "paused": "Suspendu", "stopped": "Arrêté",
}  # fmt: skip
