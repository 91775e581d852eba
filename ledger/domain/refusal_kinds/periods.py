"""Refusals about closures and the financial year."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

PERIODS: tuple[Kind, ...] = (
    Kind(
        "PERIOD_NOT_ENDED",
        "BOI-TVA-DECLA-30-10-30 §170",
        "Cette période se termine le {ends_on} : elle ne peut être clôturée qu'ensuite.",
        "This period ends on {ends_on}: it can be closed after that day only.",
        409,
    ),
    Kind(
        "PERIOD_CLOSED",
        "BOI-TVA-DECLA-30-10-30 §170",
        "Ce jour est passé ou sa période est clôturée : l'exercice se termine aujourd'hui au plus tôt.",
        "That day has passed or its period is closed: the financial year ends today at the earliest.",
        409,
    ),
    Kind(
        "YEAR_TOO_LONG",
        "C. com. art. L123-12",
        "Un exercice dure vingt-quatre mois au plus : celui-ci se termine le {last_on} au plus tard.",
        "A financial year lasts twenty-four months at most: this one ends on {last_on} at the latest.",
    ),
)
"""Days, months and financial years."""
