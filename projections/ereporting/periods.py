"""The calendar of a firm's transmissions: periods and due days by the VAT regime that each month began with.

A month belongs to the regime in force on its first day; a change within it counts from the next month. Two months of
the franchise make one period when the first is odd (January, March ...); a month that stands alone makes its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ledger.domain.regimes.fr.ereporting import (
    RHYTHMS,
    STARTS,
    FirmSize,
    Flow,
    ReportPeriod,
    Rhythm,
    month_end,
    one_month,
    ten_days,
    two_months,
)
from ledger.domain.types import VatRegime
from ledger.kernel.frozen import frozen


@frozen
class Situation:
    """What a profile says for e-reporting, from a business day on."""

    since: str
    regime: VatRegime
    firm_size: FirmSize
    debits_option: bool


@frozen
class Situations:
    """A firm's situations, oldest first; the first one also counts for what was before it."""

    known: tuple[Situation, ...]

    def on(self, day: str) -> Situation:
        """Give the situation of a day.

        Raises:
            IndexError: none is known.
        """
        found = self.known[0]
        for each in self.known[1:]:
            if each.since > day:
                break
            found = each
        return found

    @property
    def start_on(self) -> date:
        """The day from which the firm reports, by the size that its last profile names."""
        return STARTS[self.known[-1].firm_size].value

    def debits_on(self, day: str) -> bool:
        """Tell whether VAT on services is paid on debits on a day (then no payment data is due)."""
        return self.on(day).debits_option


def situations(rows: Sequence[Situation]) -> Situations:
    """Give situations in order, the last of each day only."""
    kept: dict[str, Situation] = {}
    for each in sorted(rows, key=lambda one: one.since):  # stable: of one day the last recorded stands last
        kept[each.since] = each
    return Situations(tuple(kept.values()))


def calendar(firm: Situations, flow: Flow, first: date, last: date) -> Iterator[ReportPeriod]:
    """Give the periods that hold a day from `first` to `last`, in order; they meet without gap or overlap."""
    month = first.replace(day=1)
    if month.month % 2 == 0:  # a period of two months may have begun in the month before
        month = (month - timedelta(days=1)).replace(day=1)
    while month <= last:
        made, month = _of_month(firm, flow, month)
        for each in made:
            if each.to_on >= first and each.from_on <= last:
                yield each


def _of_month(firm: Situations, flow: Flow, month: date) -> tuple[tuple[ReportPeriod, ...], date]:
    """Give the periods that begin in a month, and the first day after them."""
    after = month_end(month) + timedelta(days=1)
    rhythm = _rhythm(firm, flow, month)
    if rhythm == "ten_days":
        return ten_days(month), after
    if rhythm == "month":
        return (one_month(month),), after
    if month.month % 2 == 1 and _rhythm(firm, flow, after) == "two_months":
        return (two_months(month, after),), month_end(after) + timedelta(days=1)
    return (two_months(month, month),), after


def _rhythm(firm: Situations, flow: Flow, month: date) -> Rhythm:
    return RHYTHMS[firm.on(month.isoformat()).regime, flow].value


def period_of(firm: Situations, flow: Flow, day: date) -> ReportPeriod:
    """Give the period that holds a day."""
    return next(calendar(firm, flow, day, day))
