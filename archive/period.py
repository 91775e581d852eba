"""Which days an archive covers, in words and as entries (docs/spec/archive.md rules 4 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import orjson

from ledger.domain.events.periods import PeriodClosed
from ledger.domain.refusals import Refusal, refuse
from ledger.kernel.errors import Break
from ledger.shell.store import Store

CLOSURES: Final = "period:self"
"""The stream of all closures (docs/closures.md)."""
LONGEST_DAYS: Final = 366

Kind = Literal["day", "month", "year", "range"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The days of an archive, both included."""

    kind: Kind
    from_on: date
    to_on: date

    @property
    def label(self) -> str:
        """The period in the name of a file: `2026-11-05`, `2026-11`, `2026`, `2026-04-01_2027-03-31`."""
        if self.from_on == self.to_on:
            return self.to_on.isoformat()
        if self.kind == "month":  # the ledger's first one may be short
            return f"{self.to_on:%Y-%m}"
        calendar = (self.to_on.month, self.to_on.day) == (12, 31) and self.from_on.year == self.to_on.year
        if calendar and (self.kind == "year" or (self.from_on.month, self.from_on.day) == (1, 1)):
            return f"{self.to_on.year:04d}"
        return f"{self.from_on}_{self.to_on}"


@dataclass(frozen=True, slots=True)
class Closure:
    """What of a `period.closed/1` entry an archive goes by."""

    seq: int
    kind: str
    from_on: str
    to_on: str
    first_seq: int
    entries: int


@dataclass(frozen=True, slots=True)
class Range:
    """The entries of an archive, both included."""

    period: Period
    first: int
    last: int


def parse_period(text: str) -> Period | Refusal:
    """Read `2010-12-05`, `2010-12`, `2010` or `2010-04-01..2011-03-31`; refused when it is none or too long."""
    start, separator, end = text.partition("..")
    try:
        if separator:
            days = date.fromisoformat(_of(_DAY, start)), date.fromisoformat(_of(_DAY, end))
        elif _DAY.fullmatch(text):
            days = (date.fromisoformat(text),) * 2
        elif _MONTH.fullmatch(text):
            days = _month(date.fromisoformat(f"{text}-01"))
        else:
            days = date.fromisoformat(f"{_of(_YEAR, text)}-01-01"), date.fromisoformat(f"{text}-12-31")
    except (ValueError, OverflowError):
        return refuse("ARCHIVE_PERIOD_MALFORMED", "/period")
    if not timedelta(0) <= days[1] - days[0] < timedelta(LONGEST_DAYS):
        return refuse("ARCHIVE_PERIOD_TOO_LONG", "/period")
    one = "day" if days[0] == days[1] else "month" if days == _month(days[0]) else "range"
    return Period(one, *days)  # type: ignore[arg-type] # one of the four kinds


def resolve(store: Store, ledger: str, period: Period) -> Range | Refusal:
    """Find the entries of a closed period.

    A financial year is told from other ranges by its closure, which then gives the days: a first year may be short.
    """
    days: list[Closure] = []
    whole: Closure | None = None
    asked = period.from_on.isoformat(), period.to_on.isoformat()
    last_on = ""
    for closure in closures(store, ledger):
        last_on = max(last_on, closure.to_on)
        if _is_whole(closure, period):
            whole = closure
        if closure.kind == "day" and asked[0] <= closure.from_on and closure.to_on <= asked[1]:
            days.append(closure)
    if whole is not None:
        kind: Kind = "year" if whole.kind == "year" else "month" if whole.kind == "month" else "day"
        period = Period(kind, date.fromisoformat(whole.from_on), date.fromisoformat(whole.to_on))
        days = [one for one in days if one.from_on >= whole.from_on]
    elif period.kind in ("day", "month") or last_on < asked[1]:
        if last_on >= asked[1]:  # the days have passed and nothing was in them
            return refuse("ARCHIVE_EMPTY", "/period", from_on=period.from_on, to_on=period.to_on)
        return refuse("ARCHIVE_PERIOD_OPEN", "/period", from_on=period.from_on, to_on=period.to_on)
    if not days:
        return refuse("ARCHIVE_EMPTY", "/period", from_on=period.from_on, to_on=period.to_on)
    first = min(one.first_seq for one in (days[0], whole) if one is not None)
    return Range(period, _seal_at(store, ledger, first)[0], _seal_at(store, ledger, (whole or days[-1]).seq)[1])


def closures(store: Store, ledger: str) -> Iterator[Closure]:
    """Give every closure, in order."""
    for line in store.stream(ledger, CLOSURES):
        if line.type == PeriodClosed.TYPE:
            body = orjson.loads(line.line)["entry"]["body"]
            yield Closure(line.seq, body["period"], body["from_on"], body["to_on"], body["first_seq"], body["entries"])


def _is_whole(closure: Closure, period: Period) -> bool:
    """Whether this very closure closes the period that was asked for.

    A calendar year names the financial year that ends with it; a month cut by the ledger's first day is that month.
    """
    if period.kind == "day":
        return closure.kind == "day" and closure.from_on == period.from_on.isoformat()
    if closure.to_on != period.to_on.isoformat() or closure.from_on < period.from_on.isoformat():
        return False
    if period.kind == "month":
        return closure.kind == "month"
    exact = closure.from_on == period.from_on.isoformat()
    return closure.kind == "year" or (closure.kind == "month" and exact)


def _seal_at(store: Store, ledger: str, seq: int) -> tuple[int, int]:
    """Give the first and last entry of the seal over `seq`: a range begins and ends with seals."""
    row = next(iter(store.seals(ledger, seq - 1)), None)
    if row is None or row.first > seq:
        raise Break("unsealed", "an entry has no seal: run `sceau verify`", seq)
    return row.first, row.last


def _month(day: date) -> tuple[date, date]:
    following = (day.replace(day=1) + timedelta(32)).replace(day=1)
    return day.replace(day=1), following - timedelta(1)


def _of(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError("not a day")
    return text
