"""E-reporting of ledgers that were really played, tied to the cent to the closures, which are made without the book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.payments import RecordPayment, RefundPayment, ReversePayment
from ledger.domain.commands.sales import CreditInvoice, IssueInvoice, RequestDeposit
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.parties import ProfileSet
from ledger.domain.events.payments import Allocation
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.refusals import Refusal
from projections.book.projection import BOOK
from projections.book.reading import postings
from projections.ereporting.checking import check_report
from projections.ereporting.due import BEGINNING, END, Figures, obligations
from projections.ereporting.history import EREPORTING, firm_of
from projections.ereporting.making import Asked, Firm, Made, make_report
from projections.ereporting.payments import moves_of, payments
from projections.ereporting.periods import Situations, calendar
from projections.ereporting.totals import totals_of
from projections.ereporting.transactions import transactions
from projections.ereporting.xml import Issuer, Sender
from tests.documents.sales import CASES
from tests.documents.selling import COMPANY, SOLE, Sale, goods, works
from tests.domain.world import BUSINESS, CONSUMER
from tests.projections.playing import Folded, entries_of, played

START = date(2027, 9, 1)


def book_of(sale: Sale) -> tuple[Folded, Situations]:
    entries = entries_of(sale)
    firm = firm_of(Folded(EREPORTING, entries))
    assert firm is not None
    return Folded(BOOK, entries), firm


def closed_days(sale: Sale) -> list[PeriodClosed]:
    return [one.event for one in sale.entries if isinstance(one.event, PeriodClosed) and one.event.period == "day"]


def identifier(kind: str, rank: int) -> str:
    return f"{kind * 8}-0000-4000-8000-{rank:012d}"


class Shop:
    """Somebody who sells to consumers, and does what a draw of numbers says."""

    def __init__(self, profile: ProfileSet, rates: Sequence[int]) -> None:
        self.sale = Sale(profile=profile, today=START)
        self.rates = rates
        self.invoices: list[str] = []
        self.deposits: list[str] = []
        self.payments: list[str] = []
        self._rank = 0

    def next_id(self, kind: str) -> str:
        self._rank += 1
        return identifier(kind, self._rank)

    def act(self, what: int, one: int, two: int) -> None:
        """Do one thing; what the rules refuse is left undone."""
        [self._invoice, self._invoice, self._pay, self._pay, self._deposit, self._credit, self._reverse, self._refund][
            what % 8
        ](one, two)

    def _play(self, command: Any) -> bool:
        if isinstance(self.sale.world.when(command), Refusal):
            return False
        self.sale.play(command)
        return True

    def _invoice(self, one: int, two: int) -> None:
        name = self.next_id("c")
        lines: tuple[LineInput, ...] = (
            works(f"{1 + one % 900}.{two % 99:02d}".rstrip("0").rstrip("."), self.rates[one % len(self.rates)]),
        )
        if two % 3 == 0:
            lines += (goods(str(1 + two % 400), self.rates[two % len(self.rates)]),)
        customer = BUSINESS if one % 7 == 0 else CONSUMER
        if self._play(IssueInvoice(id=name, customer=customer, basis="net", lines=lines, reduced_rate_justified=True)):
            self.invoices.append(name)

    def _pay(self, one: int, two: int) -> None:
        if not self.invoices:
            return
        about = self.invoices[one % len(self.invoices)]
        name, cents = self.next_id("e"), 1 + (one * 37 + two * 911) % 60_000
        on = (self.sale.world.today - timedelta(two % 9)).isoformat()
        command = RecordPayment(
            id=name,
            means="credit_transfer",
            amount_cents=cents,
            received_on=on,
            allocations=(Allocation(about=about, about_kind="invoice", amount_cents=cents),),
        )
        if self._play(command):
            self.payments.append(name)

    def _deposit(self, one: int, two: int) -> None:
        name, paid, cents = self.next_id("d"), self.next_id("e"), 100 + one % 50_000
        asked = RequestDeposit(
            id=name,
            customer=CONSUMER,
            amount_cents=cents,
            rate_bp=self.rates[two % len(self.rates)],
            nature="services" if two % 2 else "goods",
            title="Réservation",
        )
        if not self._play(asked):
            return
        money = RecordPayment(
            id=paid,
            means="card",
            amount_cents=cents,
            allocations=(Allocation(about=name, about_kind="deposit", amount_cents=cents),),
        )
        if self._play(money):
            self.payments.append(paid)

    def _credit(self, one: int, two: int) -> None:
        if self.invoices:
            about = self.invoices[one % len(self.invoices)]
            self._play(CreditInvoice(id=self.next_id("a"), invoice=about, cause="return"))

    def _reverse(self, one: int, two: int) -> None:
        if self.payments:
            self._play(ReversePayment(payment=self.payments[one % len(self.payments)], cause="unpaid"))

    def _refund(self, one: int, two: int) -> None:
        if self.payments:
            about = self.payments[one % len(self.payments)]
            self._play(RefundPayment(id=self.next_id("f"), means="card", amount_cents=1 + two * 13, payment=about))


ACTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 999), st.integers(0, 999), st.integers(0, 9)), max_size=30)


@pytest.mark.parametrize(
    ("profile", "rates"), [(COMPANY, (2000, 1000, 550)), (SOLE, (0,))], ids=["on_receipts", "franchise"]
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_reports_lead_back_to_the_closures_and_are_valid(
    profile: ProfileSet, rates: tuple[int, ...], acts: list[tuple[int, int, int, int]]
) -> None:
    shop = Shop(profile, rates)
    for what, one, two, days in acts:
        shop.sale.later(days % 4)
        shop.act(what, one, two)
    shop.sale.later(1)
    sale = shop.sale
    book, firm = book_of(sale)
    found = list(postings(book))
    business = _of_businesses(sale)
    closures = closed_days(sale)
    # 10.3 by period: the closures' turnover of those days, less what was sold to businesses
    for period in calendar(firm, "10.3", START, sale.world.today - timedelta(1)):
        first, last = period.from_on.isoformat(), period.to_on.isoformat()
        totals = totals_of(found, firm, first, last)
        closed = [one for one in closures if first <= one.to_on <= last]
        others = [business[one.to_on] for one in closed if one.to_on in business]
        assert totals.base_cents == sum(one.net_cents for one in closed) - sum(net for net, _ in others)
        assert totals.vat_cents == sum(one.vat_cents for one in closed) - sum(vat for _, vat in others)
        assert sum(totals.left_out_cents.values()) == sum(net for net, _ in others)
    # 10.4: what fell due by money for services of consumers, day by day but for what was taken from days before
    due = _fell_due(found, firm)
    whole = totals_of(found, firm, BEGINNING, END)
    assert whole.paid_cents - whole.unplaced_cents == sum(due.values())
    assert whole.unplaced_cents == 0, "all money that went back had come in"
    paid = payments(moves_of(found, firm.debits_on))
    assert all(line.cents >= 0 for line in paid.lines)
    _make_all(sale, book, firm)


def _of_businesses(sale: Sale) -> dict[str, tuple[int, int]]:
    """Turnover and VAT of businesses by day, from the documents themselves."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in sale.entries:
        event = one.event
        if isinstance(event, InvoiceIssued | CreditNoteIssued) and event.customer_kind == "business":
            sign = 1 if isinstance(event, InvoiceIssued) else -1
            net, vat = found[event.issued_on]
            found[event.issued_on] = (
                net + sign * event.totals.net_cents,
                vat + sign * event.totals.vat_cents,
            )
    return found


def _fell_due(found: Sequence[Any], firm: Situations) -> dict[str, int]:
    """Money with tax for services of consumers, from the moves' other side: what left `vat_waiting` or was advanced."""
    due: dict[str, int] = defaultdict(int)
    moves: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for each in found:
        moves[each.seq, each.move].append(each)
    for lines in moves.values():
        sold = any(each.account == "sales" for each in lines)
        for each in lines:
            if each.customer_kind == "business" or each.nature != "services":
                continue
            if each.account in ("vat_waiting", "vat_on_advances") and not sold:
                due[each.on] += each.amount_cents + each.base_cents
            elif each.account == "vat_collected" and sold:
                due[each.on] -= each.amount_cents + each.base_cents
    return due


def _make_all(sale: Sale, book: Folded, firm: Situations) -> None:
    figures = Figures(lambda first, last: postings(book, on_from=first, on_to=last), firm, len(sale.entries))
    today = sale.world.today + timedelta(70)
    who = Firm(firm, "live", "EUR", Issuer("123456782", "Atelier Exemple"), today)
    for one in obligations(figures, firm, (), today=today, opened_on=START):
        asked = Asked(one.flow, one.period.from_on, sale.world.now, Sender("0001", "Plateforme Exemple"))
        made = make_report(figures, who, (), asked)
        assert isinstance(made, Made), made
        assert check_report(made.xml) == ()
        assert made.rows == one.lines


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_played_sale_is_reported_whole_or_left_out_by_name(name: str) -> None:
    sale = played(name)
    book, firm = book_of(sale)
    found = list(postings(book))
    turnover: dict[bool, int] = defaultdict(int)
    vat = 0
    for one in sale.entries:
        event = one.event
        if isinstance(event, InvoiceIssued | CreditNoteIssued) and event.type_code not in ("386", "503"):
            sign = 1 if isinstance(event, InvoiceIssued) else -1
            turnover[event.customer_kind == "consumer"] += sign * event.totals.net_cents
            vat += sign * event.totals.vat_cents if event.customer_kind == "consumer" else 0
    made = transactions(found, BEGINNING, END)
    assert sum(line.base_cents for line in made.lines) == turnover[True]
    assert sum(line.vat_cents for line in made.lines) == vat
    assert sum(made.left_out.values()) == turnover[False]
    assert all(line.cents >= 0 for line in payments(moves_of(found, firm.debits_on)).lines)


@settings(max_examples=15, deadline=None)
@given(acts=ACTS)
def test_a_firm_on_debits_has_no_payments_to_report(acts: list[tuple[int, int, int, int]]) -> None:
    shop = Shop(replace(COMPANY, debits_option=True), (2000, 1000))
    for what, one, two, days in acts:
        shop.sale.later(days % 4)
        shop.act(what, one, two)
    book, firm = book_of(shop.sale)
    assert payments(moves_of(postings(book), firm.debits_on)).lines == ()
