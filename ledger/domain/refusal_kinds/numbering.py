"""Refusals about number series and printed numbers."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

NUMBERING: tuple[Kind, ...] = (
    Kind(
        "SERIES_UNKNOWN",
        "CGI ann. II art. 242 nonies A I 7°",
        "Cette série de numéros n'existe pas.",
        "This number series does not exist.",
    ),
    Kind(
        "SERIES_MISSING",
        "CGI ann. II art. 242 nonies A I 7°",
        "Ouvrez d'abord une série de numéros pour ce type de document.",
        "Open a number series for this kind of document first.",
        409,
    ),
    Kind(
        "SERIES_CLOSED",
        "CGI ann. II art. 242 nonies A I 7°",
        "Cette série est close et ne donne plus de numéro.",
        "This series is closed and gives no further number.",
        409,
    ),
    Kind(
        "SERIES_WRONG_USE",
        "CGI ann. II art. 242 nonies A I 7°",
        "Cette série sert à d'autres documents.",
        "This series is used for other documents.",
    ),
    Kind(
        "SERIES_PREFIX_TAKEN",
        "CGI ann. II art. 242 nonies A I 7°",
        "Une autre série donnerait les mêmes numéros : choisissez un autre préfixe.",
        "Another series would print the same numbers: choose another prefix.",
        409,
    ),
    Kind(
        "SERIES_NEEDS_JUSTIFICATION",
        "CGI ann. II art. 242 nonies A I 7° ; BOI-TVA-DECLA-30-20-20-10 §70 à 140",
        "Une seconde série pour le même usage doit être justifiée (site, type de client…).",
        "A second series for the same use must be justified (site, kind of customer...).",
    ),
    Kind(
        "SERIES_PATTERN_INVALID",
        "Spécifications externes B2B, G1.05",
        "Ce format de numéro est refusé : au plus 20 caractères parmi A-Z a-z 0-9 espace + _ / -, sans "
        "espace au "
        "début, à la fin, ni double.",
        "This number pattern is refused: at most 20 characters of A-Z a-z 0-9 space + _ / -, no leading, "
        "trailing or "
        "double space.",
    ),
    Kind(
        "SERIES_EXHAUSTED",
        "Spécifications externes B2B, G1.05",
        "Le prochain numéro dépasserait 20 caractères : ouvrez une nouvelle série.",
        "The next number would be longer than 20 characters: open a new series.",
        409,
    ),
    Kind(
        "SERIES_NOT_CHRONOLOGICAL",
        "CGI ann. II art. 242 nonies A I 7°",
        "La série est chronologique : le dernier document est daté du {last_on}, celui-ci ne peut l'être du "
        "{given_on}.",
        "The series is chronological: its last document is dated {last_on}, this one cannot be dated {given_on}.",
        409,
    ),
)
"""Number series."""
