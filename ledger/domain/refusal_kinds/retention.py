"""Refusals about what is taken away or brought back: purge, erasure, restore."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

RETENTION: tuple[Kind, ...] = (
    Kind(
        "STREAM_PURGED",
        "BOI-TVA-DECLA-30-10-30 §260",
        "Le détail de cette pièce a quitté le registre (entrée {seq}): il est dans l'archive {manifest}. Rien ne s'y "
        "ajoute plus; un encaissement s'enregistre sans affectation.",
        "The detail of this document has left the ledger (entry {seq}): it is in archive {manifest}. Nothing is added "
        "to it any more; money for it is recorded without allocation.",
        409,
    ),
    Kind(
        "PURGE_NO_ARCHIVE",
        "BOI-TVA-DECLA-30-10-30 §260",
        "Pas de purge sans archive vérifiée: celle-ci n'a pas été relue entière sur un autre support. Faites "
        "`sceau archive confirm` sur la copie.",
        "No purge without a verified archive: this one was not read back whole on another medium. Run `sceau archive "
        "confirm` on the copy.",
        409,
    ),
    Kind(
        "PURGE_ARCHIVE_DIFFERS",
        "BOI-TVA-DECLA-30-10-30 §260",
        "L'archive présentée n'est pas celle que le registre a faite, ou elle n'est plus entière: rien n'est purgé.",
        "The archive given is not the one that the ledger made, or is no longer whole: nothing is purged.",
        409,
    ),
    Kind(
        "PURGE_NAMES_MISSING",
        "BOI-TVA-DECLA-30-10-30 §260",
        "Le second fichier de l'archive (les noms) n'est pas à côté d'elle: la purge les emporterait.",
        "The archive's second file (the names) is not beside it: a purge would take them away.",
        409,
    ),
    Kind(
        "PURGE_SAME_MEDIUM",
        "BOI-TVA-DECLA-30-10-30 §260",
        "Cette archive est sur le même support que le registre: présentez la copie d'un autre support.",
        "This archive is on the same medium as the ledger: give the copy on another medium.",
        409,
    ),
    Kind(
        "ERASURE_TOO_EARLY",
        "LPF art. L102 B ; C. com. art. L123-22 ; RGPD art. 17-3-b",
        "Ces données se conservent jusqu'au {kept_until} ({ground}): l'effacement peut être demandé à partir du "
        "lendemain.",
        "These data are kept until {kept_until} ({ground}): erasure can be asked for from the day after.",
        409,
    ),
    Kind(
        "ERASURE_NOTHING",
        None,
        "Il n'y a plus rien à effacer.",
        "There is nothing left to erase.",
        409,
    ),
    Kind(
        "RESTORE_NOT_WHOLE",
        None,
        "Une archive n'est pas entière, n'est pas de ce registre ou contredit une autre: rien n'est rétabli. `sceau "
        "archive verify` dit ce qui manque.",
        "An archive is not whole, is not this ledger's or contradicts another: nothing is restored. `sceau archive "
        "verify` says what is wrong.",
        409,
    ),
    Kind(
        "RESTORE_GAP",
        None,
        "Il manque les entrées {first_seq} à {last_seq}: ajoutez l'archive qui les contient.",
        "Entries {first_seq} to {last_seq} are missing: add the archive that holds them.",
        409,
    ),
    Kind(
        "RESTORE_OTHER_LEDGER",
        None,
        "Ces archives ne sont pas toutes du même registre.",
        "These archives are not all of one ledger.",
        409,
    ),
    Kind(
        "RESTORE_NOT_EMPTY",
        None,
        "Ce registre, ou un autre de ce nom, est déjà dans cette base: rien n'est rétabli par-dessus.",
        "This ledger, or another of this name, is in this store already: nothing is restored over it.",
        409,
    ),
)
"""Purge, erasure, restore."""
