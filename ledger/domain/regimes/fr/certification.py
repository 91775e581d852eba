"""The law on cash-receipt software by date: which article binds, and which proof of conformity it admits.

Dated, because both move: the article leaves the CGI for the CIBS on 1 January 2027, and the editor's attestation was
taken away in 2025 and given back in 2026. `sceau about` shows what holds on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.domain.regimes.fr.dated import Dated, in_force
from ledger.domain.regimes.fr.statements import OLD_REFERENCES_VALID_UNTIL, REFERENCES

ARTICLE: Final = REFERENCES["isca"]
"""The article that binds cash-receipt software to inalterability, security, conservation and archiving."""

DOCTRINE: Final[tuple[Dated[str], ...]] = (
    Dated("BOI-TVA-DECLA-30-10-30", None, None, "BOI-TVA-DECLA-30-10-30 (25/03/2026)", "quoted"),
)
"""The administration's reading of it."""

PROOFS: Final[tuple[Dated[str], ...]] = (
    Dated("certificate", date(2018, 1, 1), date(2026, 12, 31), "CGI art. 286 I 3° bis", "quoted"),
    Dated("attestation", date(2018, 1, 1), date(2025, 2, 15), "CGI art. 286 I 3° bis", "recalled"),
    Dated("attestation_in_transition", date(2025, 2, 16), date(2026, 2, 20), "Loi 2025-127 art. 43", "quoted"),
    Dated("attestation", date(2026, 2, 21), date(2026, 12, 31), "Loi 2026-103 art. 125", "quoted"),
    Dated("by_decree_not_published", date(2027, 1, 1), None, "CIBS art. L. 216-40", "official"),
)
"""Which proof is admitted. The transition of 2025 was to last until 31 August 2026; the law of 2026 overtook it."""

PROOF_WORDS: Final[dict[str, str]] = {
    "certificate": "certificat d'un organisme accrédité",
    "attestation": "attestation individuelle de l'éditeur",
    "attestation_in_transition": "attestation individuelle de l'éditeur, à titre transitoire",
    "by_decree_not_published": "preuve à fixer par décret ; aucun décret publié au 22 novembre 2026",
}
"""The same in words."""

NOTES: Final[tuple[Dated[str], ...]] = (
    Dated(
        "L'article L80 O du LPF, dans sa rédaction de juin 2026, ne nomme que le certificat.",
        date(2026, 6, 27),
        None,
        "Loi 2026-534 art. 87",
        "quoted",
    ),
    Dated(
        "Les archives se restituent dans un format répondant aux normes de l'administration ; aucune n'est publiée.",
        date(2026, 6, 27),
        None,
        "Loi 2026-534 art. 87",
        "quoted",
    ),
    Dated(
        "Les références au CGI restent valables.",
        date(2027, 1, 1),
        OLD_REFERENCES_VALID_UNTIL,
        "Ord. 2025-1247 et 2026-671",
        "quoted",
    ),
)
"""What else a reader of the law of that day should know."""


@dataclass(frozen=True, slots=True)
class LawOn:
    """The law on one day: each row with its article and how surely we know it."""

    on: date
    article: tuple[Dated[str], ...]
    doctrine: tuple[Dated[str], ...]
    proofs: tuple[Dated[str], ...]
    notes: tuple[Dated[str], ...]

    @property
    def attestation_admitted(self) -> bool:
        """Whether the editor's own attestation proves anything on that day."""
        return any(row.value.startswith("attestation") for row in self.proofs)


def law_on(on: date) -> LawOn:
    """Give the law that binds cash-receipt software on a day."""
    return LawOn(on, *(in_force(table, on) for table in (ARTICLE, DOCTRINE, PROOFS, NOTES)))


CHANGES: Final[tuple[date, ...]] = tuple(
    sorted({row.since for table in (ARTICLE, DOCTRINE, PROOFS, NOTES) for row in table if row.since is not None})
)
"""The days on which something of this begins."""
