"""What a verification found, in words for who keeps the books; docs/verify.md says what to do of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.kernel.stretch import Finding

FRENCH: Final[Mapping[str, str]] = {
    "altered": "le contenu de cette écriture n'est pas celui qui a été enregistré",
    "link": "cette écriture en nomme une autre avant elle que celle qui s'y trouve",
    "deleted": "des écritures manquent, et rien ne dit pourquoi",
    "inserted": "une écriture a été ajoutée que rien n'annonce",
    "swapped": "une écriture se trouve après une plus récente",
    "other_ledger": "cette écriture est d'un autre registre",
    "purge_without_archive": "une purge nomme une archive qui n'a pas été relue avant elle",
    "archive_replaced": "l'archive donnée n'est pas celle que la purge nomme",
    "column": "une colonne de la base diffère du contenu qu'elle répète",
    "clock_back": "enregistrée avant celle qui la précède : ce logiciel ne l'écrit jamais",
    "version_gap": "il manque une version à un document",
    "version_order": "les versions d'un document ne se suivent pas",
    "index_order": "l'index de la base n'est pas celui de ses écritures",
    "index_mismatch": "l'index de la base n'est pas celui de ses écritures",
    "unknown_v": "un format que cette version ne connaît pas : la vérification s'arrête là",
    "unreadable": "la base ne peut pas rendre ce qui est écrit là",
    "opening": "l'écriture 1 n'est pas celle qui ouvre un registre",
    "opened_again": "une écriture prétend ouvrir le registre une seconde fois",
    "seal": "un sceau n'est pas celui de la clé du registre",
    "seal_head": "les écritures scellées ne sont pas celles qui sont là",
    "seal_chain": "un sceau ne nomme pas celui d'avant : l'un a été remplacé ou manque",
    "unsealed": "aucun sceau ne couvre ces écritures",
    "wrong_key": "scellée par une clé qui n'était pas en vigueur",
    "key_missing": "la clé publique des sceaux n'est pas là",
    "key_discontinuity": "un changement de clé que ni l'ancienne ni celle de secours n'a signé",
    "key_suspect": "écrite alors que d'autres connaissaient la clé, sans point de contrôle gardé ailleurs",
    "commitment": "un nom ou un texte montré n'est pas celui auquel l'écriture s'engage",
    "disclosure_lost": "un nom ou un texte a disparu, et aucun effacement ne dit pourquoi",
    "erased_too_early": "des données ont été effacées avant la fin de leur conservation légale",
    "disclosure_stray": "un texte se trouve là qu'aucune écriture ne demande",
    "head_mismatch": "la fin notée du registre n'est pas celle de sa dernière écriture",
    "tail_cut": "des écritures scellées par cette machine ont disparu de la fin",
    "mark_mismatch": "la dernière écriture sortie est une autre maintenant",
    "mark_missing": "la marque qui se trouve avec les clés manque : une fin coupée ne se verrait pas",
    "ledger_missing": "un registre manque dans la base",
    "key_not_pinned": "rien d'extérieur n'a été donné à comparer",
    "pin_mismatch": "c'est un autre registre que celui qui avait été noté",
    "behind_checkpoint": "un point de contrôle couvre plus d'écritures : une ancienne sauvegarde a été remise",
    "rewritten": "ce ne sont pas les écritures que couvre le point de contrôle : elles ont été réécrites",
    "fork": "deux points de contrôle signés se contredisent",
    "not_compared": "la comparaison n'a pas pu être faite : voir les autres constats",
    "checkpoint_foreign": "le point de contrôle n'est pas signé par la clé de ce registre",
    "timestamp": "un horodatage ne tient pas",
    "cosignature": "la signature d'un témoin ne tient pas",
    "anchor_lost": "la preuve dont parle une écriture a disparu ou a changé",
    "anchor_gap": "des écritures ont attendu leur ancrage bien plus longtemps que prévu",
    "backdated": "une écriture se dit plus ancienne que l'horodatage ne le permet",
    "postdated": "une écriture se dit plus récente que l'horodatage ne le permet",
    "number_gap": "un numéro manque dans une série",
    "number_double": "un numéro a été donné deux fois",
}
"""What each code means; a code of a fault of form is not here and is said as one."""

_OF_FORM: Final = "cette ligne n'a pas la forme que ce logiciel écrit"


def finding_words(finding: Finding, language: str) -> str:
    """Say a finding: in English in the verifier's own words."""
    return finding.words if language != "fr" else FRENCH.get(finding.code, _OF_FORM)
