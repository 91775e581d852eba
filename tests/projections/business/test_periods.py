"""Turnover and money by period, against closures and against a recount straight from the events."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from ledger.domain.commands.payments import CorrectMeans, RefundPayment, ReversePayment
from ledger.domain.commands.sales import CreditInvoice
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.payments import PaymentReceived
from ledger.domain.events.periods import PeriodClosed
from projections.business.periods import PAYMENTS, PERIODS, REVENUE
from projections.business.spans import spans
from tests.documents.sales import CASES, case
from tests.documents.selling import Sale, an_invoice, goods, pay, works
from tests.domain.world import BUSINESS, CONSUMER
from tests.projections.business.played import ask, desk_of, every_figure_is_explained

EVERY_CASE = pytest.mark.parametrize("name", [name for name in CASES if name != "invoice_300_lines"])
WIDE = {"from_": "2026-01-01", "to": "2028-12-31"}


def a_year() -> Sale:
    """Invoices of two rates and kinds over some months, one credited, one paid, one payment reversed."""
    sale = Sale()
    for month, cents in enumerate((100, 220, 340), 1):
        sale.on(date(2027, month, 5))
        kind = BUSINESS if month == 2 else CONSUMER
        issued = sale.play(
            an_invoice(works(str(cents), 2000), goods(str(cents)), id=None, customer=kind, supplied_on=None)
        )
        paid = pay(sale, issued["invoice"], "invoice", 5_000, "card" if month < 3 else "cash")
        sale.later(9)
        if month == 1:
            sale.play(CreditInvoice(invoice=issued["invoice"], cause="cancellation"))
            sale.play(RefundPayment(payment=paid, amount_cents=2_000, means="card"))
        if month == 2:
            sale.play(ReversePayment(payment=paid, cause="unpaid"))
        if month == 3:
            sale.play(CorrectMeans(payment=paid, means="cheque"))
    return sale.on("2027-05-02")


@EVERY_CASE
def test_turnover_is_what_invoices_less_credit_notes_say(name: str) -> None:
    sale = case(name)[0]
    desk = desk_of(sale, PERIODS)
    expected: Counter[str] = Counter()
    for each in sale.entries:
        event = each.event
        if isinstance(event, InvoiceIssued) and event.type_code == "380":
            expected["net_cents"] += event.totals.net_cents
            expected["vat_cents"] += event.totals.vat_cents
        if isinstance(event, CreditNoteIssued) and event.type_code == "381":
            expected["net_cents"] -= event.totals.net_cents
            expected["vat_cents"] -= event.totals.vat_cents
    for by in ("none", "rate", "nature", "customer_kind", "place"):
        table = ask(desk, REVENUE, **WIDE, every="year", by=by)
        assert table.totals["net_cents"] == expected["net_cents"]
        assert table.totals["vat_cents"] == expected["vat_cents"]
        assert table.totals["gross_cents"] == sum(row["gross_cents"] for row in table.rows)


def test_turnover_by_month_is_that_of_the_closures() -> None:
    sale = a_year()
    desk = desk_of(sale, PERIODS)
    closed = {
        each.event.from_on[:7]: each.event
        for each in sale.entries
        if isinstance(each.event, PeriodClosed) and each.event.period == "month"
    }
    table = ask(desk, REVENUE, from_="2027-01-01", to="2027-04-30")
    assert len(table.rows) == 4
    for row in table.rows:
        assert row["net_cents"] == closed[row["period"]].net_cents
        assert row["vat_cents"] == closed[row["period"]].vat_cents
    assert any(row["net_cents"] for row in table.rows)


def test_turnover_by_rate_is_that_of_the_closures() -> None:
    sale = a_year()
    table = ask(desk_of(sale, PERIODS), REVENUE, from_="2027-01-01", to="2027-04-30", by="rate")
    sums: Counter[tuple[str, str, str]] = Counter()
    for each in sale.entries:
        if isinstance(each.event, PeriodClosed) and each.event.period == "month":
            for rate in each.event.rates:
                sums[each.event.from_on[:7], f"{rate.category}-{rate.rate_bp}", "net"] += rate.base_cents
    made = {(row["period"], row["rate"], "net"): row["net_cents"] for row in table.rows}
    assert {key: value for key, value in sums.items() if value} == {key: value for key, value in made.items() if value}


def test_money_by_recording_day_is_that_of_the_closures() -> None:
    sale = a_year()
    desk = desk_of(sale, PERIODS)
    table = ask(desk, PAYMENTS, from_="2027-01-01", to="2027-04-30", counted_on="recorded")
    expected = {
        (each.event.from_on[:7], row.means): row
        for each in sale.entries
        if isinstance(each.event, PeriodClosed) and each.event.period == "month"
        for row in each.event.means
    }
    assert len(table.rows) == len(expected) > 3
    for row in table.rows:
        mine = expected[row["period"], row["means"]]
        for what in ("received", "refunded", "reversed", "moved_in", "moved_out"):
            assert row[f"{what}_cents"] == getattr(mine, f"{what}_cents")


@EVERY_CASE
def test_money_by_value_day_is_what_payments_say(name: str) -> None:
    sale = case(name)[0]
    table = ask(desk_of(sale, PERIODS), PAYMENTS, **WIDE, every="day")
    expected: Counter[tuple[str, str]] = Counter()
    for each in sale.entries:
        if isinstance(each.event, PaymentReceived):
            expected[each.event.received_on, each.event.means] += each.event.amount_cents
    assert {
        (row["period"], row["means"]): row["received_cents"] for row in table.rows if row["received_cents"]
    } == expected


def test_every_figure_leads_to_its_entries() -> None:
    desk = desk_of(a_year(), PERIODS)
    for by in ("none", "rate", "nature", "customer_kind", "place"):
        assert every_figure_is_explained(desk, REVENUE, from_="2027-01-01", to="2027-04-30", by=by) > 5
    for counted_on in ("value", "recorded"):
        assert every_figure_is_explained(desk, PAYMENTS, from_="2027-01-01", to="2027-04-30", counted_on=counted_on) > 5


def test_the_chart_shows_what_the_table_says() -> None:
    table = ask(desk_of(a_year(), PERIODS), REVENUE, from_="2027-01-01", to="2027-04-30", by="nature")
    assert table.chart is not None
    assert table.chart.labels == ("2027-01", "2027-02", "2027-03", "2027-04")
    for words, nature in (("Biens", "goods"), ("Services", "services")):
        (series,) = (each for each in table.chart.series if each.words.fr == words)
        shown = {row["period"]: row["net_cents"] for row in table.rows if row["nature"] == nature}
        assert series.values == tuple(shown.get(each, 0) for each in table.chart.labels)


def test_a_ledger_without_sales_has_empty_periods() -> None:
    table = ask(desk_of(Sale(), PERIODS), REVENUE)
    assert len(table.rows) == 12
    assert table.totals == {"net_cents": 0, "vat_cents": 0, "gross_cents": 0}
    assert ask(desk_of(Sale(), PERIODS), PAYMENTS).rows == ()


def test_days_that_end_before_they_begin_are_no_period() -> None:
    table = ask(desk_of(a_year(), PERIODS), REVENUE, from_="2027-03-01", to="2027-02-01")
    assert table.rows == ()


@pytest.mark.parametrize(
    ("every", "labels"),
    [
        ("day", ("2026-12-31", "2027-01-01")),
        ("week", ("2026-W53",)),
        ("month", ("2026-12", "2027-01")),
        ("quarter", ("2026-Q4", "2027-Q1")),
        ("year", ("2026", "2027")),
        ("financial_year", ("2026-10-01",)),
    ],
)
def test_days_are_put_into_periods(every: str, labels: tuple[str, ...]) -> None:
    made = spans(date(2026, 12, 31), date(2027, 1, 1), every, "10-01")
    assert tuple(each.label for each in made) == labels
    assert made[0].first == "2026-12-31"
    assert made[-1].last == "2027-01-01"
