"""What a row of the attack table is made of, and the words that the page uses for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

Attacker = Literal["database", "insider", "archive", "archive_insider", "customer", "reader"]
ATTACKERS: Final[dict[Attacker, str]] = {
    "database": "somebody who can write into the database, and has no key",
    "insider": "somebody who has the database and every key, as the owner of the machine has",
    "archive": "somebody who holds an archive and can write another one",
    "archive_insider": "somebody who has every key, and hands archives out",
    "customer": "a customer, or whoever holds a customer's document",
    "reader": "somebody who reads a proof, an archive or an entry, and wants to know what it does not show",
}

EvidenceName = Literal[
    "none", "pin", "archive_key", "mark", "checkpoint", "anchors", "register", "keys", "other_archive", "print",
    "private", "proof",
]  # fmt: skip
EVIDENCE: Final[dict[EvidenceName, str]] = {
    "none": "nothing: the ledger vouches for itself",
    "pin": "the ledger's identity (fingerprint of entry 1), noted elsewhere",
    "archive_key": "the fingerprint of the archive's signing key, noted elsewhere",
    "mark": "the high-water mark beside the keys",
    "checkpoint": "a checkpoint kept elsewhere",
    "anchors": "time stamp and cosignature kept elsewhere, with the authority's root and the witness's key",
    "register": "the register of the server's ledgers",
    "keys": "the folder of keys, which names every ledger it sealed",
    "other_archive": "the archive before or after",
    "print": "number and fingerprint printed on a customer's document",
    "private": "the second file, with the names",
    "proof": "a customer's proof",
}

Verifier = Literal["sqlite", "postgresql", "memory", "verify.py", "verify.html"]
VERIFIERS: Final[dict[Verifier, str]] = {
    "sqlite": "`sceau verify` on SQLite",
    "postgresql": "`sceau verify` on PostgreSQL",
    "memory": "the same check on the store in memory",
    "verify.py": "`verify.py`",
    "verify.html": "`verify.html` in a browser",
}
STORES: Final[tuple[Verifier, ...]] = ("sqlite", "postgresql", "memory")
ON_DISK: Final[tuple[Verifier, ...]] = ("sqlite", "postgresql")
BOTH: Final[tuple[Verifier, ...]] = ("verify.py", "verify.html")

Outcome = Literal["found", "unproven", "not_shown", "refused", "nothing_learned"]
OUTCOMES: Final[dict[Outcome, str]] = {
    "found": "the verdict is not OK, has these findings, and names this place as the first bad one",
    "unproven": "nothing at hand can show it, and the verdict says so: proven against the insider only up to the place "
    "named, not after it",
    "not_shown": "fingerprint, seal and tree still hold; the verdict says that the detail of these entries is not "
    "here, and which archive must show it",
    "refused": "the software does not let it happen; what it answers is given",
    "nothing_learned": "every guess that can be made is wrong, and the same guess with the secret salt is right",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One attack: who does what, what the defender holds, what must come out, and where it is tried."""

    name: str  # of the row, unique
    attacker: Attacker
    done: str  # what is done, in words
    do: Callable[..., Any]
    evidence: tuple[EvidenceName, ...]
    where: tuple[Verifier, ...]
    finds: tuple[str, ...] = ()
    first: str = ""  # the first bad place, in words; with "unproven", the last one that still holds
    outcome: Outcome = "found"

    @property
    def on_stores(self) -> tuple[Verifier, ...]:
        """The kinds of store it is tried on."""
        return tuple(each for each in self.where if each in STORES)

    @property
    def on_archives(self) -> tuple[Verifier, ...]:
        """The verifiers of archives it is tried on."""
        return tuple(each for each in self.where if each in BOTH)
