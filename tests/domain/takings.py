"""What each period took, recounted from its events by other means than the product's: for closures to agree with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ledger.domain.events.common import EventRecord
from ledger.domain.events.deposits import DepositApplied, DepositForfeited, DepositReleased
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.payments import (
    DepositPaid,
    DepositUnpaid,
    MeansCorrected,
    PaymentReceived,
    PaymentReversed,
    RefundPaid,
)
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.events.quotes import QuoteRevised

Entry = tuple[str, EventRecord]


class Takings:
    """The events of the open day, month and year, and of all time; checks each closure as it comes."""

    def __init__(self) -> None:
        self.since: dict[str, list[Entry]] = {"day": [], "month": [], "year": [], "ever": []}
        self.means: dict[str, str] = {}  # of each payment, as it was when the entry was read
        self.before: dict[int, str] = {}  # means of the payment at the time of an entry, by its identity
        self.ranks: Counter[str] = Counter()
        self.closed_to = ""

    def take(self, identifier: str, event: EventRecord) -> None:
        """Read one event, in order."""
        if isinstance(event, PeriodClosed):
            self._closed(event)
            return
        day = getattr(event, "issued_on", None)
        assert day is None or day > self.closed_to, "a document is dated in a closed period"
        if isinstance(event, PaymentReceived):
            self.means[identifier] = event.means
        if isinstance(event, PaymentReversed | MeansCorrected):
            self.before[id(event)] = self.means[identifier]
        if isinstance(event, MeansCorrected):
            self.means[identifier] = event.means
        self.since["day"].append((identifier, event))

    def _closed(self, closed: PeriodClosed) -> None:
        of = self.since[closed.period]
        longer = {"day": "month", "month": "year", "year": None}[closed.period]
        if longer is not None:
            self.since[longer] += of
        self.since[closed.period] = []
        if closed.period == "day":
            self.since["ever"] += of
            self.closed_to = closed.to_on
        self.ranks[closed.period] += 1
        assert closed.rank == self.ranks[closed.period]
        self._sums(closed, of)
        assert closed.perpetual_cents == turnover(self.since["ever"])
        assert closed.perpetual_absolute_cents == absolute(self.since["ever"])
        open_year = of if closed.period == "year" else self.since["year"] + self.since["month"]
        assert closed.year_gross_cents == turnover(open_year)

    def _sums(self, closed: PeriodClosed, of: Sequence[Entry]) -> None:
        events = [event for _, event in of]
        invoices = [each for each in events if isinstance(each, InvoiceIssued)]
        notes = [each for each in events if isinstance(each, CreditNoteIssued)]
        kinds = Counter([*(each.type_code for each in invoices), *(each.type_code for each in notes)])
        assert (closed.invoices, closed.deposit_invoices) == (kinds["380"], kinds["386"])
        assert (closed.credit_notes, closed.deposit_credit_notes) == (kinds["381"], kinds["503"])
        assert closed.gross_cents == turnover(of) == closed.net_cents + closed.vat_cents
        assert closed.absolute_cents == absolute(of)
        self._rates(closed, invoices, notes)
        self._advances(closed, events)
        self._means(closed, events)
        numbers = [each for each in events if getattr(each, "number", None) and not isinstance(each, QuoteRevised)]
        assert sum(one.count for one in closed.series) == len([each for each in numbers if hasattr(each, "series")])
        for one in closed.series:
            mine = [each.number for each in numbers if getattr(each, "series", None) == one.series]  # type: ignore[attr-defined] # numbered
            assert (one.first, one.last) == (mine[0], mine[-1])

    def _rates(self, closed: PeriodClosed, invoices: Sequence[Any], notes: Sequence[Any]) -> None:
        found: Counter[tuple[str, int, str]] = Counter()
        signed = [(each, 1) for each in invoices if each.type_code == "380"]
        signed += [(each, -1) for each in notes if each.type_code == "381"]
        for document, sign in signed:
            for row in document.vat:
                found[row.category, row.rate_bp, "base"] += sign * row.base_cents
                found[row.category, row.rate_bp, "vat"] += sign * row.vat_cents
        said: Counter[tuple[str, int, str]] = Counter()
        for rate in closed.rates:
            said[rate.category, rate.rate_bp, "base"] = rate.base_cents
            said[rate.category, rate.rate_bp, "vat"] = rate.vat_cents
        assert said == found

    def _advances(self, closed: PeriodClosed, events: Sequence[EventRecord]) -> None:
        def of(kind: type[Any], **members: str) -> int:
            chosen = [each for each in events if isinstance(each, kind)]
            return sum(e.amount_cents for e in chosen if all(getattr(e, n) == v for n, v in members.items()))

        said = closed.advances
        assert said.received_cents == of(DepositPaid)
        assert said.applied_cents == of(DepositApplied)
        assert said.released_cents == of(DepositReleased)
        assert said.forfeited_cents == of(DepositForfeited)
        assert said.refunded_cents == of(DepositUnpaid, cause="refunded")
        assert said.reversed_cents == of(DepositUnpaid, cause="reversed")
        assert said.moved_cents == of(DepositUnpaid, cause="moved")

    def _means(self, closed: PeriodClosed, events: Sequence[EventRecord]) -> None:
        found: Counter[tuple[str, str]] = Counter()
        for event in events:
            if isinstance(event, PaymentReceived):
                found[event.means, "received"] += event.amount_cents
            elif isinstance(event, RefundPaid):
                found[event.means, "refunded"] += event.amount_cents
            elif isinstance(event, PaymentReversed):
                found[self.before[id(event)], "reversed"] += event.amount_cents
            elif isinstance(event, MeansCorrected):
                found[self.before[id(event)], "moved_out"] += event.amount_cents
                found[event.means, "moved_in"] += event.amount_cents
        said: Counter[tuple[str, str]] = Counter()
        for row in closed.means:
            for name in ("received", "refunded", "reversed", "moved_in", "moved_out"):
                said[row.means, name] += getattr(row, f"{name}_cents")
        assert +said == +found


def turnover(of: Sequence[Entry]) -> int:
    """What was invoiced less what was credited, deposit invoices and their credit notes left out."""
    return sum(sign * gross for sign, gross in _signed(of))


def absolute(of: Sequence[Entry]) -> int:
    """The same without signs."""
    return sum(abs(gross) for _, gross in _signed(of))


def _signed(of: Sequence[Entry]) -> list[tuple[int, int]]:
    found = []
    for _, event in of:
        if isinstance(event, InvoiceIssued) and event.kind != "deposit":
            found.append((1, event.totals.gross_cents))
        elif isinstance(event, CreditNoteIssued) and event.type_code == "381":
            found.append((-1, event.totals.gross_cents))
    return found
