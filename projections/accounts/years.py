"""Financial years as accounting dates them, from entry 1 and what the ledger says of its periods.

Pure: the same entries up to a seq give the same years, so that a file regenerated at that seq has the same dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from ledger.domain.events.periods import PeriodClosed, YearEndSet
from ledger.domain.periods import year_end
from ledger.kernel.frozen import frozen
from projections.engine.contract import Entry

_DAY: Final = timedelta(days=1)


@frozen
class Year:
    """A financial year, `first_on` and `last_on` included; `last_seq` once it is closed."""

    first_on: str
    last_on: str
    last_seq: int | None = None

    def has(self, day: str) -> bool:
        """Whether a day lies in it."""
        return self.first_on <= day <= self.last_on


class Years:
    """The financial years of a ledger, the closed ones and those to come."""

    def __init__(self, known: tuple[Year, ...], year_start: str) -> None:
        """Keep the years that are known, oldest first; `year_start` (MM-DD) gives those after them."""
        self._known = list(known)
        self._year_start = year_start

    @property
    def first(self) -> Year:
        """The year in which the ledger was opened."""
        return self._known[0]

    def of(self, day: str) -> Year:
        """Give the year that a business day lies in; the first for a day before it."""
        while day > self._known[-1].last_on:
            first = day_after(self._known[-1].last_on)
            self._known.append(Year(first, year_end(first, self._year_start)))
        for year in reversed(self._known):
            if day >= year.first_on:
                return year
        return self._known[0]

    def known(self, upto_day: str) -> list[Year]:
        """Give the years that have begun by a day, oldest first."""
        self.of(upto_day)
        return [year for year in self._known if year.first_on <= upto_day]

    def before(self, year: Year) -> Year | None:
        """Give the year before one of these, if there is one."""
        found = [known for known in self._known if known.last_on < year.first_on]
        return found[-1] if found else None

    def after(self, year: Year) -> Year:
        """Give the year that follows."""
        return self.of(day_after(year.last_on))

    def ending(self, named: str, latest: str) -> Year | None:
        """Give the year that ends in a calendar year (`2026`) or on a day (`2026-12-31`), if it began by `latest`.

        Where two end in one calendar year, the last of them is meant; the other is named by its day.
        """
        found = [year for year in self.known(latest) if year.last_on.startswith(named)]
        return found[-1] if found and len(named) in (4, 10) else None


def years_of(year_start: str, opened_on: str, entries: Iterable[Entry]) -> Years:
    """Fold the entries of the stream `period:self` (others are passed over), in order of seq.

    The first year begins on the declared first day, even when the ledger was opened later: what is recorded then may
    have happened before (docs/decisions/journals.md).

    Args:
        year_start: the first day of a financial year as entry 1 declares it, MM-DD.
        opened_on: the business day of entry 1.
        entries: as far as they are to count.
    """
    start = year_start
    known: list[Year] = []
    current = Year(_year_began(opened_on, start), year_end(opened_on, start))
    for entry in entries:
        body: Any = entry.body
        if entry.type == YearEndSet.TYPE:
            start = body["year_start"]
            current = Year(current.first_on, body["ends_on"])
        elif entry.type == PeriodClosed.TYPE and body["period"] == "year":
            known.append(Year(current.first_on, body["to_on"], body["last_seq"]))
            first = day_after(body["to_on"])
            current = Year(first, year_end(first, start))
    return Years((*known, current), start)


def _year_began(day: str, year_start: str) -> str:
    """Give the last declared first day of a year up to a day."""
    here = f"{day[:4]}-{year_start}"
    return here if here <= day else f"{int(day[:4]) - 1:04d}-{year_start}"


def day_after(day: str) -> str:
    """Give the day that follows."""
    return (date.fromisoformat(day) + _DAY).isoformat()
