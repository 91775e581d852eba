"""Refusals about sealed archives, their keys and proofs."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

ARCHIVES: tuple[Kind, ...] = (
    Kind(
        "ARCHIVE_PERIOD_MALFORMED",
        None,
        "La période s'écrit AAAA-MM-JJ (un jour), AAAA-MM (un mois), AAAA (une année) ou AAAA-MM-JJ..AAAA-MM-JJ.",
        "The period is written YYYY-MM-DD (a day), YYYY-MM (a month), YYYY (a year) or YYYY-MM-DD..YYYY-MM-DD.",
    ),
    Kind(
        "ARCHIVE_PERIOD_TOO_LONG",
        "BOI-TVA-DECLA-30-10-30 §220",
        "Une archive couvre au plus un an: la période va d'un jour au même jour ou à un jour suivant, 366 jours au "
        "plus.",
        "An archive covers a year at most: the period runs from a day to the same or a later one, 366 days at most.",
    ),
    Kind(
        "ARCHIVE_PERIOD_OPEN",
        "BOI-TVA-DECLA-30-10-30 §220",
        "La période du {from_on} au {to_on} n'est pas close: on n'archive que ce qui ne changera plus. Clôturez-la "
        "d'abord.",
        "The period from {from_on} to {to_on} is not closed: only what will not change any more is archived. Close it "
        "first.",
        409,
    ),
    Kind(
        "ARCHIVE_EMPTY",
        None,
        "Rien n'a été enregistré du {from_on} au {to_on}: il n'y a rien à archiver.",
        "Nothing was recorded from {from_on} to {to_on}: there is nothing to archive.",
        409,
    ),
    Kind(
        "ARCHIVE_NAME_TAKEN",
        None,
        "Ce nom est celui du second fichier de l'archive: choisissez-en un autre.",
        "This name is that of the archive's second file: choose another one.",
    ),
    Kind(
        "ARCHIVE_UNKNOWN",
        None,
        "Le registre ne connaît pas cette archive: elle est d'un autre registre, ou n'a pas été faite ici.",
        "The ledger does not know this archive: it is another ledger's, or was not made here.",
        409,
    ),
    Kind(
        "ARCHIVE_NOT_WHOLE",
        "BOI-TVA-DECLA-30-10-30 §240",
        "La copie relue n'est pas intacte: recopiez l'archive d'origine. `sceau archive verify` dit ce qui manque.",
        "The copy that was read back is not whole: copy the archive again. `sceau archive verify` says what is wrong.",
        409,
    ),
    Kind(
        "ARCHIVE_KEY_ABSENT",
        None,
        "La clé de l'année {year} n'est pas ici: elle a été détruite, ou aucune archive n'a été faite.",
        "The key of {year} is not here: it was destroyed, or no archive was made.",
        409,
    ),
    Kind(
        "ARCHIVE_YEAR_OPEN",
        "C. com. L123-22",
        "L'exercice dans lequel finit l'année {year} n'est pas clos: sa clé ne peut pas être détruite.",
        "The financial year in which {year} ends is not closed: its key cannot be destroyed.",
        409,
    ),
    Kind(
        "ARCHIVE_KEY_KEPT",
        "C. com. L123-22",
        "Les noms des archives de {year} se conservent dix ans après la fin de l'exercice: leur clé ne peut être "
        "détruite qu'après le {until_on}.",
        "The names in the archives of {year} are kept ten years from the end of the financial year: their key can be "
        "destroyed after {until_on} only.",
        409,
    ),
    Kind(
        "DOCUMENT_UNKNOWN",
        None,
        "Aucun document de ce numéro ou de cet identifiant n'est dans le registre.",
        "No document of this number or id is in the ledger.",
        409,
    ),
)
"""Archives, their keys, and proofs of documents."""
