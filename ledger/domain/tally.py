"""What the entries of a period add up to: a fold over bodies, and its sums over longer periods.

Turnover counts a final invoice whole and a deposit invoice never (BOI-TVA-DECLA-30-10-30 §170); credit notes are minus.
Deposits and money have counters of their own. docs/closures.md says what counts where. A body may have been written by
somebody else: `add` believes no type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.common import EventRecord
from ledger.domain.events.deposits import DepositApplied, DepositForfeited, DepositReleased
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.payments import (
    DepositPaid,
    DepositUnpaid,
    MeansCorrected,
    PaymentReceived,
    PaymentReversed,
    RefundPaid,
)
from ledger.domain.events.periods import AdvanceTotals, MeansTotal, PeriodClosed, RateTotal, SeriesRange
from ledger.domain.events.quotes import QuoteRevised
from ledger.kernel.errors import Malformed

Body = Mapping[str, Any]

_ADVANCES: Final = tuple(each.name for each in fields(AdvanceTotals))
_MEANS: Final = tuple(each.name for each in fields(MeansTotal) if each.name.endswith("_cents"))
_UNPAID: Final = {"refunded": "refunded_cents", "reversed": "reversed_cents", "moved": "moved_cents"}


class Tally:
    """The sums of a period: `add` entries in order, or `merge` the sums of shorter periods in order."""

    __slots__ = (
        "absolute_cents",
        "advances",
        "brought_absolute_cents",
        "brought_cents",
        "credit_notes",
        "currency",
        "deposit_credit_notes",
        "deposit_invoices",
        "invoices",
        "means",
        "rates",
        "series",
        "weight_cents",
    )

    def __init__(self, currency: str = "") -> None:
        """Begin with nothing; money in another currency than `currency` is counted apart."""
        self.currency = currency
        self.invoices = 0
        self.credit_notes = 0
        self.deposit_invoices = 0
        self.deposit_credit_notes = 0
        self.absolute_cents = 0
        self.brought_cents = 0
        self.brought_absolute_cents = 0
        self.rates: dict[tuple[str, int], list[int]] = {}
        self.means: dict[tuple[str, str], dict[str, int]] = {}
        self.advances = dict.fromkeys(_ADVANCES, 0)
        self.series: dict[str, tuple[str, str, int]] = {}
        self.weight_cents = 0  # no sum here passes it, whatever its sign

    def add(self, type_name: str, body: Body) -> None:
        """Add one entry of a type of `COUNTED`.

        Raises:
            Malformed: the body is not of its schema; the sums are then worth nothing.
        """
        try:
            read = _READERS.get(type_name)
            if read is not None:
                read(self, body)
            if type_name in NUMBERED:
                self._number(body)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Malformed("body_schema", type_name) from None

    def absorb(self, other: Tally) -> None:
        """Add the sums of entries that come after these."""
        self.invoices += other.invoices
        self.credit_notes += other.credit_notes
        self.deposit_invoices += other.deposit_invoices
        self.deposit_credit_notes += other.deposit_credit_notes
        self.absolute_cents += other.absolute_cents
        self.brought_cents += other.brought_cents
        self.brought_absolute_cents += other.brought_absolute_cents
        self.weight_cents += other.weight_cents
        for (category, rate_bp), (base, vat) in other.rates.items():
            self._rate(category, rate_bp, base, vat)
        for key, sums in other.means.items():
            mine = self.means.setdefault(key, dict.fromkeys(_MEANS, 0))
            for name, cents in sums.items():
                mine[name] += cents
        for name, cents in other.advances.items():
            self.advances[name] += cents
        for series, (first, last, count) in other.series.items():
            begun, _, before = self.series.get(series, (first, "", 0))
            self.series[series] = (begun, last, before + count)

    def merge(self, closed: PeriodClosed) -> None:
        """Add the sums of a shorter period, the next in order."""
        self.invoices += closed.invoices
        self.credit_notes += closed.credit_notes
        self.deposit_invoices += closed.deposit_invoices
        self.deposit_credit_notes += closed.deposit_credit_notes
        self.absolute_cents += closed.absolute_cents
        for rate in closed.rates:
            self._rate(rate.category, rate.rate_bp, rate.base_cents, rate.vat_cents)
        for row in closed.means:
            mine = self._money(row.means, row.currency or self.currency)
            for name in _MEANS:
                mine[name] += getattr(row, name)
        for name in _ADVANCES:
            self.advances[name] += getattr(closed.advances, name)
        for one in closed.series:
            first, _, count = self.series.get(one.series, (one.first, "", 0))
            self.series[one.series] = (first, one.last, count + one.count)

    def sums(self) -> dict[str, Any]:
        """Give the members of `PeriodClosed` that are sums, in their one order."""
        net = sum(base for base, _ in self.rates.values())
        vat = sum(tax for _, tax in self.rates.values())
        return {
            "invoices": self.invoices,
            "credit_notes": self.credit_notes,
            "deposit_invoices": self.deposit_invoices,
            "deposit_credit_notes": self.deposit_credit_notes,
            "rates": tuple(
                RateTotal(category=category, rate_bp=rate_bp, base_cents=base, vat_cents=tax)  # type: ignore[arg-type] # one of an event
                for (category, rate_bp), (base, tax) in sorted(self.rates.items())
            ),
            "net_cents": net,
            "vat_cents": vat,
            "gross_cents": net + vat,
            "absolute_cents": self.absolute_cents,
            "means": tuple(
                MeansTotal(means=means, currency=currency or None, **sums)  # type: ignore[arg-type] # the same
                for (currency, means), sums in sorted(self.means.items())
            ),
            "advances": AdvanceTotals(**self.advances),
            "series": tuple(
                SeriesRange(series=series, first=first, last=last, count=count)
                for series, (first, last, count) in sorted(self.series.items())
            ),
        }

    # ---- documents

    def _opened(self, body: Body) -> None:
        self.currency = _text(body["currency"])
        continues = body.get("continues")
        if continues is not None:
            self.brought_cents += _whole(continues["perpetual_cents"])
            self.brought_absolute_cents += _whole(continues["perpetual_absolute_cents"])

    def _invoice(self, body: Body) -> None:
        if body["type_code"] == "386":
            self.deposit_invoices += 1
        else:
            self.invoices += 1
            self._turnover(body, 1)

    def _credit_note(self, body: Body) -> None:
        if body["type_code"] == "503":
            self.deposit_credit_notes += 1
        else:
            self.credit_notes += 1
            self._turnover(body, -1)

    def _turnover(self, body: Body, sign: int) -> None:
        gross = 0
        for row in body["vat"]:
            base, vat = _whole(row["base_cents"]), _whole(row["vat_cents"])
            self._rate(_text(row["category"]), _whole(row["rate_bp"]), sign * base, sign * vat)
            gross += base + vat
            self.weight_cents += abs(base) + abs(vat)
        self.absolute_cents += abs(gross)

    def _rate(self, category: str, rate_bp: int, base_cents: int, vat_cents: int) -> None:
        row = self.rates.setdefault((category, rate_bp), [0, 0])
        row[0] += base_cents
        row[1] += vat_cents

    def _number(self, body: Body) -> None:
        series = body.get("series")
        if series is None:
            return
        number = _text(body["number"])
        first, _, count = self.series.get(_text(series), (number, "", 0))
        self.series[series] = (first, number, count + 1)

    # ---- money

    def _received(self, body: Body) -> None:
        self._money(body["means"], body["currency"])["received_cents"] += self._weighed(body)

    def _refund(self, body: Body) -> None:
        self._money(body["means"], body["currency"])["refunded_cents"] += self._weighed(body)

    def _reversed(self, body: Body) -> None:
        self._money(body["means"], body["currency"])["reversed_cents"] += self._weighed(body)

    def _corrected(self, body: Body) -> None:
        amount = self._weighed(body)
        self._money(body["means_before"], body["currency"])["moved_out_cents"] += amount
        self._money(body["means"], body["currency"])["moved_in_cents"] += amount

    def _money(self, means: str, currency: str) -> dict[str, int]:
        key = ("" if currency == self.currency else _text(currency), _text(means))
        found = self.means.get(key)
        if found is None:
            found = self.means[key] = dict.fromkeys(_MEANS, 0)
        return found

    def _weighed(self, body: Body) -> int:
        amount = _whole(body["amount_cents"])
        self.weight_cents += abs(amount)
        return amount

    # ---- deposits

    def _paid(self, body: Body) -> None:
        self.advances["received_cents"] += self._weighed(body)

    def _unpaid(self, body: Body) -> None:
        self.advances[_UNPAID[body["cause"]]] += self._weighed(body)

    def _applied(self, body: Body) -> None:
        self.advances["applied_cents"] += self._weighed(body)

    def _released(self, body: Body) -> None:
        self.advances["released_cents"] += self._weighed(body)

    def _forfeited(self, body: Body) -> None:
        self.advances["forfeited_cents"] += self._weighed(body)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


_READERS: Final[Mapping[str, Callable[[Tally, Body], None]]] = {
    LedgerOpened.TYPE: Tally._opened,
    InvoiceIssued.TYPE: Tally._invoice,
    CreditNoteIssued.TYPE: Tally._credit_note,
    PaymentReceived.TYPE: Tally._received,
    RefundPaid.TYPE: Tally._refund,
    PaymentReversed.TYPE: Tally._reversed,
    MeansCorrected.TYPE: Tally._corrected,
    DepositPaid.TYPE: Tally._paid,
    DepositUnpaid.TYPE: Tally._unpaid,
    DepositApplied.TYPE: Tally._applied,
    DepositReleased.TYPE: Tally._released,
    DepositForfeited.TYPE: Tally._forfeited,
}

NUMBERED: Final = frozenset(
    each.TYPE
    for each in EVENT_TYPES
    if {"series", "n", "number"} <= {member.name for member in fields(each)} and each is not QuoteRevised
)
"""Types of entries that take a number of a series; a new version of a quote keeps its number."""
COUNTED: Final = NUMBERED | frozenset(_READERS)
"""Types of entries that count in a closure."""

MAX_SUM_CENTS: Final = 2**53 - 1
"""The largest sum that a closure can write."""


def weight_of(event: EventRecord) -> int:
    """Give what an event may add to any one sum of a closure, in cents: what `Tally.weight_cents` grows by."""
    weigh = _WEIGHTS.get(event.TYPE)
    return 0 if weigh is None else weigh(event)


def weight_of_day(closed: PeriodClosed) -> int:
    """Give the largest sum of one day's closure, in cents, whatever its sign."""
    sums = [closed.absolute_cents, closed.net_cents, closed.vat_cents, closed.gross_cents]
    for rate in closed.rates:
        sums += (rate.base_cents, rate.vat_cents)
    for row in closed.means:
        sums += [getattr(row, name) for name in _MEANS]
    sums += [getattr(closed.advances, name) for name in _ADVANCES]
    return max(map(abs, sums))


def fits(closed: PeriodClosed) -> bool:
    """Tell whether every sum of a closure can be written."""
    carried = (closed.year_gross_cents, closed.perpetual_cents, closed.perpetual_absolute_cents)
    return max(weight_of_day(closed), *map(abs, carried)) <= MAX_SUM_CENTS


def weight_brought(opened: LedgerOpened) -> int:
    """Give what the perpetual totals begin with, in cents, whatever its sign."""
    before = opened.continues
    return 0 if before is None else max(abs(before.perpetual_cents), abs(before.perpetual_absolute_cents))


def _weight_of_invoice(event: Any) -> int:
    return 0 if event.type_code == "386" else _weight_of_rows(event)


def _weight_of_credit_note(event: Any) -> int:
    return 0 if event.type_code == "503" else _weight_of_rows(event)


def _weight_of_rows(event: Any) -> int:
    return sum(abs(row.base_cents) + abs(row.vat_cents) for row in event.vat)


def _weight_of_money(event: Any) -> int:
    amount: int = event.amount_cents
    return abs(amount)


_WEIGHTS: Final[Mapping[str, Callable[[Any], int]]] = {
    **{type_name: _weight_of_money for type_name in _READERS if type_name != LedgerOpened.TYPE},
    InvoiceIssued.TYPE: _weight_of_invoice,
    CreditNoteIssued.TYPE: _weight_of_credit_note,
}
