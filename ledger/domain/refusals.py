"""Refusals: a rule says no, and says which, by what law, where, and in words a craftsman understands.

A refusal is a value that `decide` returns; nothing is raised. Every kind stands in `REFUSALS`, a written-out
tuple. `docs/law/fr.md` names the code of each rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Final

from ledger.domain.money import euros_en, euros_fr, percent_fr, percent_text
from ledger.domain.refusal_kinds.archives import ARCHIVES
from ledger.domain.refusal_kinds.deposits import DEPOSITS
from ledger.domain.refusal_kinds.documents import DOCUMENTS
from ledger.domain.refusal_kinds.ereporting import EREPORTING
from ledger.domain.refusal_kinds.general import GENERAL
from ledger.domain.refusal_kinds.history import HISTORY
from ledger.domain.refusal_kinds.invoices import INVOICES
from ledger.domain.refusal_kinds.journal import JOURNAL
from ledger.domain.refusal_kinds.kind import RefusalKind, Status
from ledger.domain.refusal_kinds.messages import MESSAGES
from ledger.domain.refusal_kinds.numbering import NUMBERING
from ledger.domain.refusal_kinds.parties import PARTIES
from ledger.domain.refusal_kinds.payments import PAYMENTS
from ledger.domain.refusal_kinds.periods import PERIODS
from ledger.domain.refusal_kinds.quotes import QUOTES
from ledger.domain.refusal_kinds.retention import RETENTION
from ledger.domain.refusal_kinds.signatures import SIGNATURES

REFUSALS: tuple[RefusalKind, ...] = (
    *GENERAL,
    *PARTIES,
    *NUMBERING,
    *QUOTES,
    *SIGNATURES,
    *DEPOSITS,
    *INVOICES,
    *PAYMENTS,
    *PERIODS,
    *MESSAGES,
    *JOURNAL,
    *DOCUMENTS,
    *ARCHIVES,
    *RETENTION,
    *HISTORY,
    *EREPORTING,
)
"""Every kind of refusal there is."""

REFUSAL_KINDS: Mapping[str, RefusalKind] = {kind.code: kind for kind in REFUSALS}
"""The same, by code."""

Fact = str | int | date
"""What may fill the words of a refusal: codes, numbers of documents, amounts, dates; never personal data."""


TOO_MANY: Final = 429
"""The status of a refusal for too many tries in a short time (RFC 6585 section 4)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no.

    `code` is stable; `law` the article or None; `place` a JSON Pointer into the command ("" for the whole);
    `words` are French, for the craftsman, `words_en` the same in English; `status` is the HTTP answer (409,
    422 or 429); `facts` are the figures in the words, for programs (dates as ISO text).
    """

    code: str
    law: str | None
    place: str
    words: str
    words_en: str
    status: Status
    facts: tuple[tuple[str, str | int], ...] = ()

    @property
    def retry_after_seconds(self) -> int:
        """When to try again, of a refusal for too many tries (429); 0 of any other."""
        return int(dict(self.facts).get("wait_seconds", 1)) if self.status == TOO_MANY else 0


def refuse(code: str, place: str = "", **facts: Fact) -> Refusal:
    """Make the refusal of this code, its words filled with the facts.

    A fact named `..._cents` (int) is printed as euros, `..._bp` (int) as a percentage, a date as a date; one named
    `<fact>_en` stands in the place of `<fact>` in the English words.
    Raises KeyError if the code is not in the table or a fact its words need is missing: both are our mistake,
    and `tests/domain/test_refusals.py` looks for them in the source.
    """
    kind = REFUSAL_KINDS[code]
    return Refusal(
        code=kind.code,
        law=kind.law,
        place=place,
        words=kind.words_fr.format_map({name: _french(name, fact) for name, fact in facts.items()}),
        words_en=kind.words_en.format_map(
            {name: _english(name, facts.get(f"{name}_en", fact)) for name, fact in facts.items()}
        ),
        status=kind.status,
        facts=tuple((name, _plain(fact)) for name, fact in sorted(facts.items())),
    )


def facts_of(kind: RefusalKind) -> frozenset[str]:
    """Name the facts that the words of a kind ask for."""
    words = (*Formatter().parse(kind.words_fr), *Formatter().parse(kind.words_en))
    return frozenset(name for _, name, _, _ in words if name)


def _plain(fact: Fact) -> str | int:
    return fact.isoformat() if isinstance(fact, date) else fact


def _french(name: str, fact: Fact) -> str:
    if isinstance(fact, date):
        return f"{fact:%d/%m/%Y}"
    if isinstance(fact, int) and name.endswith("_cents"):
        return euros_fr(fact)
    if isinstance(fact, int) and name.endswith("_bp"):
        return percent_fr(fact)
    return str(fact)


def _english(name: str, fact: Fact) -> str:
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, int) and name.endswith("_cents"):
        return euros_en(fact)
    if isinstance(fact, int) and name.endswith("_bp"):
        return f"{percent_text(fact)} %"
    return str(fact)
