"""Recounts the register from the entries: every series without gap or double, and the head row's register.

The kernel's audit knows no invoice; this is the fold it is given by `sceau verify`. Law: CGI ann. II art. 242 nonies A
I 7° (one continuous chronological sequence). What it reads was perhaps written by somebody with the key: nothing in a
body is believed, and nothing in it stops the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from datetime import date
from typing import Final, NamedTuple

from ledger.domain import codec
from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import LedgerClosed, LedgerOpened
from ledger.domain.events.parties import ProfileSet, SeriesClosed, SeriesOpened
from ledger.domain.events.periods import PeriodClosed, YearEndSet
from ledger.domain.events.quotes import QuoteRevised
from ledger.domain.numbering import MAX_WIDTH, Pattern, check_pattern, may_clash, printed_number
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register, Series
from ledger.kernel import canonical
from ledger.kernel.canonical import Json
from ledger.kernel.errors import Malformed
from ledger.kernel.stretch import Finding

NUMBERED: Final = frozenset(
    each.TYPE
    for each in EVENT_TYPES
    if {"series", "n", "number", "issued_on"} <= {member.name for member in fields(each)} and each is not QuoteRevised
)
"""Types of events that take a number of a series; a new version of a quote keeps its number."""
_UNNUMBERED: Final = frozenset(
    each.TYPE
    for each in EVENT_TYPES
    if each.TYPE in NUMBERED and all(one.default is not MISSING for one in fields(each) if one.name == "number")
)
"""Types of events that may go without a number (deposit requests)."""
_FACTS: Final = frozenset(
    each.TYPE for each in (LedgerOpened, LedgerClosed, ProfileSet, SeriesOpened, SeriesClosed, PeriodClosed, YearEndSet)
)
TYPES: Final = NUMBERED | _FACTS
"""Types of events that the register depends on."""

CODES: Final = frozenset(
    {
        "body_schema",
        "number_backdated",
        "number_double",
        "number_form",
        "number_gap",
        "opened_again",
        "register_mismatch",
        "series_clash",
        "series_closed",
        "series_reopened",
        "series_unknown",
    }
)
"""Codes of the findings made here; `docs/verify.md` says what each means."""


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


class Misshapen(NamedTuple):
    """A document whose number cannot be read."""

    place: str


def select(seq: int, type_name: str, stream: str, body: Mapping[str, Json]) -> Taken | Fact | Misshapen | None:
    """Take from an entry what the recount needs; safe to run in another process."""
    del seq
    if type_name not in NUMBERED:
        return Fact(type_name, stream, body)
    series, n, number, on = (body.get(name) for name in ("series", "n", "number", "issued_on"))
    if type(series) is str and type(n) is int and type(number) is str and type(on) is str:
        return Taken(series, n, number, on)
    if type_name in _UNNUMBERED and not {"series", "n", "number"} & body.keys():
        return None
    return Misshapen("/number")


class Recount:
    """The register as the entries make it, and what is wrong with the numbers on the way."""

    def __init__(self) -> None:
        self.register = Register()
        self._hidden: list[int] = []  # seqs of numbered entries, since the last closed day, whose lines a purge took
        self._ended: dict[tuple[str, int], int] = {}  # of a yearly series and a year that is over: its next count
        self._skipped: dict[int, int] = {}  # seq of a number that was not the next one -> how many were left out

    def __call__(self, seq: int, fact: object) -> Iterable[Finding]:
        """Take the next fact in order."""
        if isinstance(fact, Taken):
            return self._taken(seq, fact)
        if isinstance(fact, Misshapen):
            return (Finding("body_schema", seq, f"not of its schema at {fact.place}"),)
        if isinstance(fact, Fact):
            return self._fact(seq, fact)
        return ()

    def hide(self, seq: int, type_name: str) -> None:
        """Take an entry whose line is gone: its number is one that the closure of its day counts."""
        if type_name in NUMBERED:
            self._hidden.append(seq)

    def _close_day(self, seq: int, said: PeriodClosed) -> Iterable[Finding]:
        """Go on behind the numbers that are not shown, as far as a kept closure says how many there were."""
        of_day = [each for each in self._hidden if said.first_seq <= each <= said.last_seq]
        self._hidden = [each for each in self._hidden if each > said.last_seq]
        left = len(of_day) - sum(self._skipped.pop(each) for each in [*self._skipped] if each <= said.last_seq)
        on = _day(said.to_on)
        for one in said.series if of_day and on is not None else ():
            series = self.register.series.get(one.series)
            if series is None or on is None:
                continue
            pattern = Pattern(series.prefix, series.yearly, series.width)
            digits = one.last[len(printed_number(pattern, 0, on)) - series.width :]
            last = int(digits) if digits.isdecimal() and len(digits) <= MAX_WIDTH else -1
            before = series.next - 1 if series.last_on is not None else series.first - 1
            if series.yearly and series.year not in (None, on.year):
                before = series.first - 1
            if last != before:
                left -= last - before
                if last < before or left < 0 or printed_number(pattern, last, on) != one.last:
                    return (Finding("number_gap", seq, "a closed day counts other numbers than its entries take"),)
                self.register = self.register.taken(one.series, last, said.to_on)
        return ()

    def compare(self, kept: bytes, last: int, open_cents: int = 0) -> Iterable[Finding]:
        """Compare with the register that the head row keeps; `open_cents` is what the open day's entries weigh."""
        try:
            same = canonical.encode(replace(self.register, open_cents=open_cents).to_json()) == kept
        except Malformed:  # counts out of every range, from bodies found wrong above
            same = False
        if not same:
            return (Finding("register_mismatch", last, "the head row's counters are not those of the entries"),)
        return ()

    def _fact(self, seq: int, fact: Fact) -> Iterable[Finding]:
        try:
            event = codec.decode(fact.type, fact.body, {})
        except Malformed as fault:
            return (Finding("body_schema", seq, f"not of its schema at {fault.place}"),)
        if isinstance(event, PeriodClosed) and event.period == "day" and self._hidden:
            missed = tuple(self._close_day(seq, event))
            if missed:
                return missed
        finding = self._against_the_rules(seq, fact.stream.partition(":")[2], event)
        if finding is None or finding.code == "series_clash":
            try:
                self.register = self.register.evolve(fact.stream, event)
            except (ValueError, OverflowError):  # a day that no calendar has
                return (Finding("body_schema", seq, "it names a day that is not of the calendar"),)
        return () if finding is None else (finding,)

    def _against_the_rules(self, seq: int, identifier: str, event: EventRecord) -> Finding | None:
        """Find what no command would have written: only somebody with the key could."""
        series = self.register.series
        if isinstance(event, LedgerOpened) and self.register.kind:
            return Finding("opened_again", seq, "only entry 1 opens a ledger")
        if isinstance(event, SeriesClosed) and identifier not in series:
            return Finding("series_unknown", seq, "it closes a series that was not opened")
        if isinstance(event, SeriesOpened):
            if identifier in series:
                return Finding("series_reopened", seq, "the series was opened before: its count would start again")
            pattern = Pattern(event.prefix, event.yearly, event.width)
            if check_pattern(pattern, event.first, "") is not None:
                return Finding("body_schema", seq, "no number can be printed in this series")
            if any(may_clash(pattern, Pattern(one.prefix, one.yearly, one.width)) for one in series.values()):
                return Finding("series_clash", seq, "another series prints the same numbers")
        return None

    def _taken(self, seq: int, fact: Taken) -> Iterable[Finding]:
        series = self.register.series.get(fact.series)
        if series is None:
            return (Finding("series_unknown", seq, "its number is of a series that was not opened"),)
        day = _day(fact.issued_on)
        if day is None or fact.n < 1:
            return (Finding("body_schema", seq, f"not of its schema at {'/issued_on' if day is None else '/n'}"),)
        findings = tuple(self._against_series(seq, fact, series, day))
        if series.yearly and series.year not in (None, day.year):
            self._ended.setdefault((fact.series, series.year or 0), series.next)
        self.register = self.register.taken(fact.series, fact.n, fact.issued_on)
        return findings

    def _against_series(self, seq: int, fact: Taken, series: Series, day: date) -> Iterator[Finding]:
        number = _shown(fact.number)
        expected = self.register.next_number(series.use, fact.series, day)
        pattern = Pattern(series.prefix, series.yearly, series.width)
        if isinstance(expected, Refusal):
            yield _refused(expected.code, seq, number)
            if self._was_given(fact.series, fact.n, day) or self._was_printed(fact, pattern, day):
                yield Finding("number_double", seq, f"{number} was given before")
        elif fact.n > expected.n:
            if fact.n - expected.n <= len(self._hidden) - sum(self._skipped.values()):
                self._skipped[seq] = fact.n - expected.n  # those are not shown; the closure of the day counts them
                if fact.number != printed_number(pattern, fact.n, day):
                    yield Finding("number_form", seq, f"{number} is not how its series writes a number")
            else:
                yield Finding("number_gap", seq, f"{number} where {expected.number} was due")
        elif fact.n < expected.n:
            yield Finding("number_double", seq, f"{number} was given before; {expected.number} was due")
        elif fact.number != expected.number:
            yield Finding("number_form", seq, f"{number} where its series writes {expected.number}")
            if self._was_printed(fact, pattern, day):
                yield Finding("number_double", seq, f"{number} was given before; {expected.number} was due")

    def _was_given(self, identifier: str, n: int, day: date) -> bool:
        """Whether a series has given this count, in the year of that day if it begins again each year."""
        series = self.register.series[identifier]
        if series.last_on is None:
            return False
        following = series.next
        if series.yearly and series.year != day.year:
            following = self._ended.get((identifier, day.year), 0)
        return series.first <= n < following

    def _was_printed(self, fact: Taken, pattern: Pattern, day: date) -> bool:
        """Whether what is printed is the number of another count, which was given."""
        digits = fact.number[len(printed_number(pattern, 0, day)) - pattern.width :]
        if not digits.isascii() or not digits.isdecimal() or len(digits) > MAX_WIDTH:
            return False
        n = int(digits)
        return fact.number == printed_number(pattern, n, day) and self._was_given(fact.series, n, day)


def _refused(code: str, seq: int, number: str) -> Finding:
    """Say why the next number of a series could not have been taken."""
    if code == "SERIES_NOT_CHRONOLOGICAL":
        return Finding("number_backdated", seq, f"{number} is dated before the number that precedes it")
    if code == "SERIES_EXHAUSTED":
        return Finding("number_form", seq, f"{number} where its series can write no further number")
    return Finding("series_closed", seq, f"{number} was given after its series was closed")


def _day(text: str) -> date | None:
    """Read a calendar day in its one form; Python reads others, which would not sort."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _shown(number: str) -> str:
    """Write a number that may be anything so that it fits in a sentence."""
    short = number if len(number) <= 40 else number[:40] + "..."
    return "".join(one if one.isprintable() else "?" for one in short)
