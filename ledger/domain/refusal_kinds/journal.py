"""Refusals about the technical journal, copies, erasure and the ledger's own life."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

JOURNAL: tuple[Kind, ...] = (
    Kind(
        "COPY_OF_NOTHING",
        "BOI-TVA-DECLA-30-10-30 §130",
        "Un duplicata suppose un original remis.",
        "A duplicate needs an original that was handed over.",
        409,
    ),
    Kind(
        "OPERATOR_MISSING",
        "BOI-TVA-DECLA-30-10-30 §150",
        "En mode école, l'opérateur doit être identifié.",
        "In training mode the operator must be identified.",
    ),
    Kind(
        "LEDGER_NAME_MALFORMED",
        None,
        "Le nom court s'écrit en minuscules, chiffres et tirets, 63 caractères au plus, et ne commence pas par "
        "un tiret.",
        "The short name is lower-case letters, digits and hyphens, at most 63, not beginning with a hyphen.",
    ),
    Kind(
        "CUT_OFF_MALFORMED",
        "BOI-TVA-DECLA-30-10-30 §170",
        "L'heure à laquelle la journée se termine s'écrit HH:MM, de 00:00 à 23:59.",
        "The time at which a day ends is written HH:MM, from 00:00 to 23:59.",
    ),
    Kind(
        "YEAR_START_MALFORMED",
        "BOI-TVA-DECLA-30-10-30 §170",
        "Le premier jour de l'exercice s'écrit MM-JJ et existe chaque année (pas le 29 février).",
        "The first day of the financial year is written MM-DD and exists every year (not 29 February).",
    ),
)
"""The technical journal and the life of the ledger."""
