"""What this copy of the software is, and what the law asks of it on a day: one answer for every road.

BOI-TVA-DECLA-30-10-30 §270 to 340: name, version whose first number is the major one, fingerprint of the fiscal
perimeter. §310: whoever changes the code becomes its editor; only the fingerprint tells whether somebody did.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.domain.regimes.fr.certification import CHANGES, PROOF_WORDS, law_on
from ledger.domain.regimes.fr.dated import Dated
from ledger.shell.perimeter import libraries, licence, major_minor, perimeter, perimeter_files, release, software

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FORMAT: Final = 1
"""The version of the entry's format (`chain.v`)."""

EDITOR_WORDS: Final = (
    "L'éditeur est celui qui détient le code source et en maîtrise le paramétrage ; pour un logiciel libre, la "
    "dernière personne qui l'a modifié (BOI-TVA-DECLA-30-10-30 §300 et §310). Qui modifie un fichier du périmètre en "
    "change l'empreinte et devient l'éditeur de sa version : l'attestation ou le certificat d'un autre ne la couvre "
    "plus."
)
DEVELOPMENT_WORDS: Final = (
    "Version de développement (majeure 0) : le périmètre peut changer d'une version mineure à l'autre. Seule "
    "l'empreinte identifie ce logiciel, et chaque empreinte demande sa propre preuve."
)
MAJOR_WORDS: Final = (
    "Le premier nombre est la version majeure : il change chaque fois que le périmètre fiscal change, et demande alors "
    "une nouvelle preuve (§315 à §340). Les nombres suivants sont des versions mineures."
)
NO_LICENCE_WORDS: Final = "Aucune licence n'est déclarée dans cette distribution : demandez vos droits à l'éditeur."


def day_in_france(now: datetime) -> date:
    """Give the day in Paris at a moment: the law's dates are French days."""
    return now.astimezone(ZoneInfo("Europe/Paris")).date()


def today_in_france() -> date:
    """Give the day in Paris by the machine's clock, where no ledger's clock is at hand."""
    return day_in_france(datetime.now(UTC))


def day_of(text: str) -> date | None:
    """Read `YYYY-MM-DD`, or None: the other forms of ISO 8601 (weeks, no hyphens) are not taken."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def about(on: date, *, files: bool = False) -> dict[str, Any]:
    """Say what this software is and which law holds on a day, as JSON; `files` lists the perimeter's."""
    known = major_minor(release())
    answer: dict[str, Any] = {
        "name": "sceau",
        "software": software(),
        "version": release(),
        "version_words": MAJOR_WORDS if known and known[0] else DEVELOPMENT_WORDS,
        "format": FORMAT,
        "perimeter": {"fingerprint": perimeter(), "count": len(perimeter_files())},
        "libraries": libraries(),
        "editor_words": EDITOR_WORDS,
        "law": _law(on),
    }
    if known is not None:
        answer |= {"major": known[0], "minor": known[1]}
    if licence() is not None:
        answer["licence"] = licence()
    if files:
        answer["perimeter"]["files"] = [{"path": each.path, "sha256": each.sha256} for each in perimeter_files()]
    return answer


def _law(on: date) -> dict[str, Any]:
    law = law_on(on)
    return {
        "on": on.isoformat(),
        "article": [_row(row) for row in law.article],
        "doctrine": [_row(row) for row in law.doctrine],
        "proofs": [{**_row(row), "words": PROOF_WORDS[row.value]} for row in law.proofs],
        "notes": [_row(row) for row in law.notes],
        "changes": [each.isoformat() for each in CHANGES],
    }


def _row(row: Dated[str]) -> dict[str, str]:
    told = {"value": row.value, "law": row.law, "source": row.source}
    if row.since is not None:
        told["since"] = row.since.isoformat()
    if row.until is not None:
        told["until"] = row.until.isoformat()
    return told
