"""The ledger-wide facts that every decision may need: the small fold over all entries.

It is kept as canonical JSON in the head row, saved with each append, and recomputed by `sceau verify`. It holds no
personal data and grows with the number of series only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, replace
from datetime import date
from typing import Any

from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import LedgerClosed, LedgerOpened
from ledger.domain.events.parties import ProfileSet, SeriesClosed, SeriesOpened
from ledger.domain.events.periods import PeriodClosed, YearEndSet
from ledger.domain.events.quotes import QuoteRevised
from ledger.domain.numbering import Pattern, next_count, printed_number
from ledger.domain.periods import Periods
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.tally import MAX_SUM_CENTS, weight_brought, weight_of, weight_of_day
from ledger.kernel.frozen import frozen


@frozen
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


@frozen
class Numbered:
    """A number about to be taken: the series, the count in it and what is printed."""

    series: str
    n: int
    number: str


@frozen
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
    summed_cents: int = 0  # what no sum of the closed days passes, perpetual totals included
    open_cents: int = 0  # what no sum of the day that is open passes
    periods: Periods = Periods()
    series: Mapping[str, Series] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether a closure may no longer be able to write its sums."""
        return self.summed_cents + self.open_cents > MAX_SUM_CENTS

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
                summed_cents=weight_brought(event),
            )
        if isinstance(event, LedgerClosed):
            return replace(self, closed=True)
        if isinstance(event, PeriodClosed):
            periods = self.periods.evolve(event, self.year_start)
            if event.period != "day":  # a sum of days
                return replace(self, periods=periods)
            return replace(self, periods=periods, summed_cents=self.summed_cents + weight_of_day(event), open_cents=0)
        if isinstance(event, YearEndSet):
            periods = self.periods.evolve(event, event.year_start)
            return replace(self, periods=periods, year_start=event.year_start)
        weight = weight_of(event)
        return self._with(self.series, self.open_cents + weight) if weight else self

    def _numbered(self, series_id: str, event: EventRecord) -> Register:
        issued_on: str = event.issued_on  # type: ignore[attr-defined] # every numbered record has it; a test holds it
        n: int = event.n  # type: ignore[attr-defined] # the same
        return self.taken(series_id, n, issued_on, weight_of(event))

    def taken(self, series_id: str, n: int, issued_on: str, weight_cents: int = 0) -> Register:
        """Give the register after a document of that series, and of that weight, took the count `n` on that day."""
        year = int(issued_on[:4])
        one = self.series[series_id]
        # Written out: this runs for every numbered document, and dataclasses.replace costs four times as much.
        taken = Series(one.use, one.prefix, one.yearly, one.width, n + 1, one.first, year, issued_on, one.closed)
        return self._with({**self.series, series_id: taken}, self.open_cents + weight_cents)

    def _with(self, series: Mapping[str, Series], open_cents: int) -> Register:
        return Register(  # written out for the same reason; a test holds that no member is forgotten
            kind=self.kind,
            clock=self.clock,
            siren=self.siren,
            establishment=self.establishment,
            till=self.till,
            currency=self.currency,
            time_zone=self.time_zone,
            cut_off=self.cut_off,
            year_start=self.year_start,
            issuer_version=self.issuer_version,
            closed=self.closed,
            summed_cents=self.summed_cents,
            open_cents=open_cents,
            periods=self.periods,
            series=series,
        )

    def series_for(self, use: str) -> str | None:
        """Give the id of the first open series for a use."""
        return next((key for key, one in self.series.items() if one.use == use and not one.closed), None)

    def next_number(self, use: str, series: str | None, today: date) -> Numbered | Refusal:
        """Give the next number for a document issued today (CGI ann. II 242 nonies A I 7°)."""
        identifier = series if series is not None else self.series_for(use)
        one = self.series.get(identifier) if identifier is not None else None
        if identifier is None:
            return refuse("SERIES_MISSING")
        if one is None:
            return refuse("SERIES_UNKNOWN", "/series")
        if one.use != use:
            return refuse("SERIES_WRONG_USE", "/series")
        if one.closed:
            return refuse("SERIES_CLOSED", "/series")
        pattern = Pattern(one.prefix, one.yearly, one.width)
        last_on = date.fromisoformat(one.last_on) if one.last_on is not None else None
        n = next_count(pattern, one.first, one.next - 1 if last_on is not None else None, last_on, today, "/series")
        return n if isinstance(n, Refusal) else Numbered(identifier, n, printed_number(pattern, n, today))

    def to_json(self) -> dict[str, Any]:
        """Give the register as JSON."""
        plain = {name: getattr(self, name) for name in _MEMBERS if name not in ("series", "periods")}
        for name in ("summed_cents", "open_cents"):  # events that no command decided may have passed the bound
            plain[name] = min(plain[name], MAX_SUM_CENTS)
        if self.periods != _NO_PERIODS:
            plain["periods"] = self.periods.to_json()
        plain["series"] = {
            key: {name: getattr(one, name) for name in _SERIES_MEMBERS} for key, one in self.series.items()
        }
        return plain

    @staticmethod
    def from_json(plain: Mapping[str, Any]) -> Register:
        """Read a register back."""
        members = dict(plain)
        series = {key: Series(**one) for key, one in members.pop("series", {}).items()}
        periods = Periods(**members.pop("periods", {}))
        return Register(**members, periods=periods, series=series)


_NO_PERIODS = Periods()
_MEMBERS = tuple(member.name for member in fields(Register))
_SERIES_MEMBERS = tuple(member.name for member in fields(Series))
