"""LISEZMOI.txt: what the archive is and how to check it by hand, in French (BOI-TVA-DECLA-30-10-30 §230).

The text is `notice_fr.txt`; lines that begin with `#$` are commands, and a test runs them all.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from archive.sealed.tables.columns import CLEAR

_TEXT: Final = Path(__file__).resolve().with_name("notice_fr.txt")
_PLACE: Final = re.compile(r"\{\{([a-z_]+)\}\}")
_KINDS: Final = {"live": "réel", "training": "MODE ÉCOLE: rien de réel", "register": "registre des registres"}


def text(manifest: dict[str, Any], name: str, documents: int) -> bytes:
    """Fill the notice in for one archive, from what its manifest says."""
    period, private = manifest["period"], manifest["private"]
    facts = {
        "archive_key": manifest["archive_key"],
        "count": manifest["last"] - manifest["first"] + 1,
        "documents": documents,
        "first": manifest["first"],
        "from_fr": _french(period["from_on"]),
        "genesis": manifest["genesis"],
        "head": manifest["head"],
        "kind_fr": _KINDS[manifest["kind"]],
        "last": manifest["last"],
        "ledger": manifest["ledger"],
        "name": name,
        "perimeter": manifest["perimeter"][:16],
        "private_iv": private["iv"],
        "private_name": private["name"],
        "private_plain": private["plain_sha256"],
        "private_sha": private["sha256"],
        "seal_prev": manifest["seals"]["prev"],
        "siren": manifest["siren"],
        "software": manifest["software"],
        "tables": "\n".join(f"  tables/{table.name}.csv\n      {table.french}" for table in CLEAR),
        "to_fr": _french(period["to_on"]),
        "year": period["to_on"][:4],
        "zip_name": private["name"].replace(".private.enc", ".zip"),
    }
    return _PLACE.sub(lambda found: str(facts[found[1]]), _template()).encode()


@cache
def _template() -> str:
    return _TEXT.read_text(encoding="utf-8")


def _french(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"
