"""Refusals about rendered documents and their copies."""

from __future__ import annotations

from ledger.domain.refusal_kinds.kind import RefusalKind as Kind

DOCUMENTS: tuple[Kind, ...] = (
    Kind(
        "DOCUMENT_DIFFERS",
        "CGI art. 286 I 3° bis",
        "Ce document, refait par le même logiciel, n'a pas les mêmes octets que celui qui a été enregistré pour "
        "l'écriture {seq} (empreinte {recorded}…) : il n'est pas remis. Faites vérifier le registre et l'installation.",
        "Made again by the same software, this document does not have the bytes recorded for entry {seq} "
        "(digest {recorded}...): it is not handed out. Have the ledger and the installation checked.",
        409,
    ),
    Kind(
        "SEALED_OF_NOTHING",
        None,
        "Ce cachet porte sur un fichier que le registre ne connaît pas.",
        "This seal is on a file that the ledger does not know.",
        409,
    ),
)
"""Rendered documents."""
