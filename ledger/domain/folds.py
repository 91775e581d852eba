"""The folds that `sceau verify` runs over one pass of a ledger: the register's recount and the closures'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ledger.domain import closing_recount, recount
from ledger.domain.periods import BusinessDays
from ledger.kernel.canonical import Json
from ledger.kernel.stretch import Finding, NotShown

TYPES: Final = recount.TYPES | closing_recount.TYPES
"""Types of entries that one of the folds asks for."""


class Both(NamedTuple):
    """What each fold needs of one entry, or None."""

    register: object
    closing: object


def select(seq: int, type_name: str, stream: str, body: Mapping[str, Json], at: str) -> Both:
    """Take from an entry what the folds need; safe to run in another process."""
    return Both(
        recount.select(seq, type_name, stream, body) if type_name in recount.TYPES else None,
        closing_recount.select(seq, type_name, stream, body, at) if type_name in closing_recount.TYPES else None,
    )


class Folds:
    """Both folds, fed together."""

    def __init__(self, days: BusinessDays | None) -> None:
        """Begin before entry 1 of a ledger whose days these are; None where entry 1 does not say."""
        self.register = recount.Recount()
        self.closing = closing_recount.ClosingRecount(days)

    def __call__(self, seq: int, fact: object) -> Iterable[Finding]:
        """Take the next fact in order."""
        if isinstance(fact, NotShown):
            self.register.hide(seq, fact.type)
            self.closing.hide(seq, fact.type)
            return ()
        if isinstance(fact, closing_recount.DayPart):
            return self.closing(seq, fact)
        return self._take(seq, fact) if isinstance(fact, Both) else ()

    def compare(self, kept: bytes, last: int) -> Iterable[Finding]:
        """Compare the register with the one that the head row keeps."""
        return self.register.compare(kept, last, self.closing.open_cents)

    def _take(self, seq: int, fact: Both) -> Iterator[Finding]:
        if fact.register is not None:
            yield from self.register(seq, fact.register)
        if fact.closing is not None:
            yield from self.closing(seq, fact.closing)
