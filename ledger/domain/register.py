"""The ledger-wide facts that every decision may need: the small fold over all entries.

It is kept as canonical JSON in the head row, saved with each append, and recomputed by `sceau verify`. It holds no
personal data and grows with the number of series only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import LedgerClosed, LedgerOpened
from ledger.domain.events.parties import ProfileSet, SeriesClosed, SeriesOpened
from ledger.domain.events.quotes import QuoteRevised
from ledger.domain.refusals import Refusal, refuse


@dataclass(frozen=True, slots=True)
class Series:
    """One number series and where it stands; `next` is the count the next document takes."""

    use: str
    prefix: str
    yearly: bool
    width: int
    next: int
    first: int
    year: int | None = None  # of the last document, when the count restarts yearly
    last_on: str | None = None  # issue day of the last document
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number about to be taken: the series, the count in it and what is printed."""

    series: str
    n: int
    number: str


@dataclass(frozen=True, slots=True)
class Register:
    """The ledger-wide facts."""

    kind: str = ""  # live | training; empty before entry 1
    clock: str = "system"
    siren: str = ""
    establishment: str = ""
    till: str = ""
    currency: str = "EUR"
    time_zone: str = "Europe/Paris"
    cut_off: str = "00:00"
    year_start: str = "01-01"
    issuer_version: int = 0
    closed: bool = False
    series: Mapping[str, Series] = field(default_factory=dict)

    def evolve(self, stream: str, event: EventRecord) -> Register:
        """Give the register after one event; never refuses."""
        if isinstance(event, QuoteRevised):
            return self  # a version keeps the number of its quote and takes none
        series_id = getattr(event, "series", None)
        if type(series_id) is str and series_id in self.series:
            return self._numbered(series_id, event)
        if isinstance(event, ProfileSet):
            return replace(self, issuer_version=self.issuer_version + 1)
        if isinstance(event, SeriesOpened):
            opened = Series(event.use, event.prefix, event.yearly, event.width, event.first, event.first)
            return replace(self, series={**self.series, stream.partition(":")[2]: opened})
        if isinstance(event, SeriesClosed):
            identifier = stream.partition(":")[2]
            closed = replace(self.series[identifier], closed=True)
            return replace(self, series={**self.series, identifier: closed})
        if isinstance(event, LedgerOpened):
            return replace(
                self,
                kind=event.kind,
                clock=event.clock,
                siren=event.siren,
                establishment=event.establishment,
                till=event.till,
                currency=event.currency,
                time_zone=event.time_zone,
                cut_off=event.cut_off,
                year_start=event.year_start,
            )
        if isinstance(event, LedgerClosed):
            return replace(self, closed=True)
        return self

    def _numbered(self, series_id: str, event: EventRecord) -> Register:
        issued_on: str = event.issued_on  # type: ignore[attr-defined] # every numbered record has it; a test holds it
        n: int = event.n  # type: ignore[attr-defined] # the same
        return self.taken(series_id, n, issued_on)

    def taken(self, series_id: str, n: int, issued_on: str) -> Register:
        """Give the register after a document of that series took the count `n` on that day."""
        year = int(issued_on[:4])
        one = self.series[series_id]
        # Written out: this runs for every numbered document, and dataclasses.replace costs four times as much.
        taken = Series(one.use, one.prefix, one.yearly, one.width, n + 1, one.first, year, issued_on, one.closed)
        return self._with_series({**self.series, series_id: taken})

    def _with_series(self, series: Mapping[str, Series]) -> Register:
        made = object.__new__(Register)
        for name in Register.__slots__:
            object.__setattr__(made, name, getattr(self, name))
        object.__setattr__(made, "series", series)
        return made

    def series_for(self, use: str) -> str | None:
        """Give the id of the first open series for a use."""
        return next((key for key, one in self.series.items() if one.use == use and not one.closed), None)

    def next_number(self, use: str, series: str | None, today: date) -> Numbered | Refusal:
        """Give the next number for a document issued today (CGI ann. II 242 nonies A I 7°)."""
        identifier = series if series is not None else self.series_for(use)
        one = self.series.get(identifier) if identifier is not None else None
        if identifier is None or one is None or one.use != use or one.closed:
            return refuse("SERIES_UNKNOWN", "/series")
        if one.last_on is not None and today.isoformat() < one.last_on:
            return refuse("SERIES_NOT_CHRONOLOGICAL", "/series", last_on=one.last_on, given_on=today)
        n = one.first if one.yearly and one.year not in (None, today.year) else one.next
        year = f"{today.year}-" if one.yearly else ""
        return Numbered(identifier, n, f"{one.prefix}{year}{n:0{one.width}d}")

    def to_json(self) -> dict[str, Any]:
        """Give the register as JSON."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "series"}
        plain["series"] = {
            key: {name: getattr(one, name) for name in one.__slots__} for key, one in self.series.items()
        }
        return plain

    @staticmethod
    def from_json(plain: Mapping[str, Any]) -> Register:
        """Read a register back."""
        members = dict(plain)
        series = {key: Series(**one) for key, one in members.pop("series", {}).items()}
        return Register(**members, series=series)
