"""Refusals about the documents of another software, and about attestations."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

HISTORY: tuple[Kind, ...] = (
    Kind(
        "HISTORY_ALREADY_IMPORTED",
        None,
        "Ce fichier est déjà repris en entier : {documents} documents. Rien n'a été ajouté.",
        "This file was imported to its end already: {documents} documents. Nothing was added.",
        409,
    ),
    Kind(
        "HISTORY_READ_OTHERWISE",
        None,
        "La reprise de ce fichier a commencé ({documents} documents) avec une autre lecture de ses colonnes : "
        "reprenez-la avec la même.",
        "The import of this file began ({documents} documents) with its columns read otherwise: go on with the same.",
        409,
    ),
    Kind(
        "HISTORY_ROW_TAKEN",
        None,
        "La ligne {row} ne suit pas celles qui sont déjà reprises : un document n'entre qu'une fois, dans l'ordre "
        "du fichier.",
        "Row {row} does not follow those taken in: a document enters once, in the order of the file.",
        409,
    ),
    Kind(
        "HISTORY_IN_FUTURE",
        None,
        "Le document de la ligne {row} est daté du {issued_on}, dans le futur.",
        "The document of row {row} is dated {issued_on}, in the future.",
    ),
    Kind(
        "HISTORY_TOTALS_DISAGREE",
        None,
        "À la ligne {row}, HT et TVA ne font pas le TTC.",
        "In row {row}, net and VAT do not make the gross.",
    ),
    Kind(
        "HISTORY_COUNT_DIFFERS",
        None,
        "La reprise compte {documents} documents, et la lecture du fichier un autre nombre : relancez-la.",
        "The import holds {documents} documents, and the reader of the file counted another number: run it again.",
        409,
    ),
    Kind(
        "ATTESTATION_OF_TRAINING",
        "BOI-TVA-DECLA-30-10-30 §150, §370",
        "Un registre d'essai ne s'atteste pas : l'attestation vaut pour le registre réel.",
        "A training ledger is not attested: the attestation is for the real one.",
        409,
    ),
    Kind(
        "ATTESTATION_NOT_ADMITTED",
        "CGI art. 286 I 3° bis ; CIBS art. L. 216-40",
        "Au {on}, la loi n'admet pas l'attestation de l'éditeur, ou le texte qui la réglerait n'est pas publié.",
        "On {on} the law does not admit the editor's attestation, or the text that would is not published.",
        409,
    ),
    Kind(
        "ATTESTATION_OF_ANOTHER_SOFTWARE",
        "BOI-TVA-DECLA-30-10-30 §315 à §370",
        "L'attestation doit porter sur la version et l'empreinte du logiciel qui écrit ce registre aujourd'hui.",
        "The attestation must be of the version and fingerprint of the software that writes this ledger today.",
        409,
    ),
)
"""History of another software, attestations."""
