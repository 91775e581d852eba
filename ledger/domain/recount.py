"""Recounts the register from the entries: every series without gap or double, and the head row's register as it should be.

The kernel's audit knows no invoice; this is the fold it is given by `sceau verify`. Law: CGI ann. II art. 242 nonies A
I 7° (one continuous chronological sequence).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Final, NamedTuple

from ledger.domain import codec
from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.ledger import LedgerClosed, LedgerOpened
from ledger.domain.events.parties import ProfileSet, SeriesClosed, SeriesOpened
from ledger.domain.events.quotes import QuoteRevised
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register
from ledger.kernel import canonical
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed
from ledger.kernel.segment import Finding

NUMBERED: Final = frozenset(
    each.TYPE
    for each in EVENT_TYPES
    if {"series", "n", "number", "issued_on"} <= {member.name for member in fields(each)} and each is not QuoteRevised
)
"""Types of events that take a number of a series; a new version of a quote keeps its number."""
_FACTS: Final = frozenset(each.TYPE for each in (LedgerOpened, LedgerClosed, ProfileSet, SeriesOpened, SeriesClosed))
TYPES: Final = NUMBERED | _FACTS
"""Types of events that the register depends on."""


class Taken(NamedTuple):
    """A document's place in its series."""

    series: str
    n: int
    number: str
    issued_on: str


class Fact(NamedTuple):
    """An entry that changes the register otherwise."""

    type: str
    stream: str
    body: Mapping[str, Json]


def select(seq: int, type_name: str, stream: str, body: Mapping[str, Json]) -> Taken | Fact | None:
    """Take from an entry what the recount needs; safe to run in another process."""
    del seq
    if type_name in NUMBERED:
        series, n, number, on = (body.get(name) for name in ("series", "n", "number", "issued_on"))
        if isinstance(series, str) and isinstance(n, int) and isinstance(number, str) and isinstance(on, str):
            return Taken(series, n, number, on)
        return None
    return Fact(type_name, stream, body)


class Recount:
    """The register as the entries make it, and what is wrong with the numbers on the way."""

    def __init__(self) -> None:
        self.register = Register()

    def __call__(self, seq: int, fact: object) -> Iterable[Finding]:
        """Take the next fact in order."""
        if isinstance(fact, Taken):
            return self._taken(seq, fact)
        if isinstance(fact, Fact):
            try:
                event = codec.decode(fact.type, fact.body, {})
            except Malformed as fault:
                return (Finding("body_schema", seq, f"not of its schema at {fault.place}"),)
            self.register = self.register.evolve(fact.stream, event)
        return ()

    def compare(self, kept: bytes, last: int) -> Iterable[Finding]:
        """Compare with the register that the head row keeps."""
        if canonical.encode(self.register.to_json()) != kept:
            return (Finding("register_mismatch", last, "the head row's counters are not those of the entries"),)
        return ()

    def _taken(self, seq: int, fact: Taken) -> Iterable[Finding]:
        series = self.register.series.get(fact.series)
        if series is None:
            return (Finding("series_unknown", seq, "its number is of a series that was not opened"),)
        findings: list[Finding] = []
        try:
            expected = self.register.next_number(series.use, fact.series, date.fromisoformat(fact.issued_on))
        except ValueError:
            return (Finding("body_schema", seq, "its date is none"),)
        if isinstance(expected, Refusal):
            code = "number_backdated" if expected.code == "SERIES_NOT_CHRONOLOGICAL" else "series_closed"
            findings.append(Finding(code, seq, f"number {fact.number} stands against its series"))
        elif fact.n > expected.n:
            findings.append(Finding("number_gap", seq, f"{fact.number} where {expected.number} was due"))
        elif fact.n < expected.n:
            findings.append(Finding("number_double", seq, f"{fact.number} was given before; {expected.number} was due"))
        elif fact.number != expected.number:
            findings.append(Finding("number_form", seq, f"{fact.number} is not how its series writes {fact.n}"))
        self.register = self.register.taken(fact.series, fact.n, fact.issued_on)
        return findings
