"""The book of takings, against a recount of what payments say; and which columns the law wants."""

from __future__ import annotations

import pytest

from ledger.domain.commands.common import InstalmentInput
from ledger.domain.commands.payments import AllocatePayment, CorrectMeans, RecordPayment, RefundPayment, ReversePayment
from ledger.domain.commands.sales import CreditInvoice
from ledger.domain.events.deposits import DepositInvoiced
from ledger.domain.events.payments import Allocation, PaymentReceived, PaymentReversed, RefundPaid
from projections.business.takings import MANDATORY, RECEIPTS, RETAIL_SALE, TAKINGS_BOOK, TAKINGS_COLUMNS
from projections.business.takings_rows import TAKINGS
from tests.documents.sales import CASES, case
from tests.documents.selling import SOLE, Sale, a_quote, an_invoice, goods, pay, sign, works
from tests.domain.world import CONSUMER
from tests.projections.business.played import FixedDesk, ask, desk_of, every_figure_is_explained

EVERY_CASE = pytest.mark.parametrize("name", [name for name in CASES if name != "invoice_300_lines"])
WIDE = {"from_": "2020-01-01", "to": "2028-12-31"}
NAMES = {CONSUMER: "Camille Roseau"}


def franchise(*lines: object, **more: object) -> object:
    return an_invoice(*(lines or (goods("50", 0), works("30", 0))), id=None, supplied_on=None, **more)  # type: ignore[arg-type] # lines are lines


def issued(sale: Sale, *lines: object, **more: object) -> str:
    return str(sale.play(franchise(*lines, **more))["invoice"])  # type: ignore[arg-type] # a command


def book(desk: FixedDesk, **asked: str) -> list[dict[str, object]]:
    return [dict(row) for row in ask(desk, TAKINGS_BOOK, **{**WIDE, **asked}).rows]


@EVERY_CASE
def test_takings_add_up_to_the_money_that_came_less_what_went(name: str) -> None:
    sale = case(name)[0]
    expected = 0
    for each in sale.entries:
        event = each.event
        if isinstance(event, PaymentReceived):
            expected += event.amount_cents
        elif isinstance(event, PaymentReversed):
            expected -= event.amount_cents
        elif isinstance(event, RefundPaid):
            expected -= event.amount_cents - event.indemnity_cents
    desk = desk_of(sale, TAKINGS)
    for retail in ("detailed", "daily"):
        table = ask(desk, TAKINGS_BOOK, **WIDE, retail=retail)
        assert table.totals["amount_cents"] == expected
        for row in table.rows:
            parts = row["sales_cents"] + row["services_cents"] + row["unassigned_cents"]
            assert parts == row["amount_cents"]
    receipts = ask(desk, RECEIPTS, **WIDE, every="year")
    assert receipts.totals["gross_cents"] == expected


def test_the_columns_that_the_law_wants_are_there() -> None:
    names = {column.name for column in TAKINGS_COLUMNS}
    assert set(MANDATORY) <= names
    assert {"received_on", "amount_cents", "client", "cash", "document"} <= set(MANDATORY)


def test_a_taking_says_when_from_whom_how_and_for_which_document() -> None:
    sale = Sale(profile=SOLE)
    invoice = issued(sale)
    sale.later(3)
    pay(sale, invoice, "invoice", 8_000, "cash")
    (row,) = book(desk_of(sale, TAKINGS, names=NAMES))
    assert row["received_on"] == "2026-11-26"
    assert row["client"] == "Camille Roseau"
    assert row["document"] == "FA-00001" or str(row["document"]).endswith("00001")
    assert (row["means"], row["cash"]) == ("cash", True)
    assert (row["amount_cents"], row["sales_cents"], row["services_cents"]) == (8_000, 5_000, 3_000)
    assert row["nature"] == "mixed"


def test_a_customer_whose_name_is_gone_keeps_an_identity() -> None:
    sale = Sale(profile=SOLE)
    pay(sale, issued(sale), "invoice", 8_000)
    (row,) = book(desk_of(sale, TAKINGS))
    assert row["client"] == CONSUMER


def test_a_counter_sale_is_a_retail_sale() -> None:
    sale = Sale(profile=SOLE)
    pay(sale, issued(sale, goods("14.9", 0), customer=None), "invoice", 1_490, "cash")
    (row,) = book(desk_of(sale, TAKINGS))
    assert row["client"] == RETAIL_SALE


def test_small_retail_sales_of_a_day_may_be_one_line_and_76_euros_is_small() -> None:
    sale = Sale(profile=SOLE)
    for price in ("14.9", "76", "76.01", "20"):
        cents = round(float(price) * 100)
        pay(sale, issued(sale, goods(price, 0), customer=None), "invoice", cents, "cash")
    detailed, daily = (book(desk_of(sale, TAKINGS), retail=retail) for retail in ("detailed", "daily"))
    assert len(detailed) == 4
    assert [(row["amount_cents"], row["count"]) for row in daily] == [(11_090, 3), (7_601, 1)]
    assert " … " in str(daily[0]["document"])
    assert sum(int(str(row["amount_cents"])) for row in daily) == sum(int(str(row["amount_cents"])) for row in detailed)


def test_money_on_account_is_a_taking_and_finds_its_nature_later_on_its_own_day() -> None:
    sale = Sale(profile=SOLE)
    payment = sale.play(RecordPayment(means="card", amount_cents=8_000, customer=CONSUMER))["payment"]
    (row,) = book(desk_of(sale, TAKINGS))
    assert (row["nature"], row["unassigned_cents"]) == ("unassigned", 8_000)
    sale.later(5)
    invoice = issued(sale)
    sale.play(
        AllocatePayment(
            payment=payment, allocations=(Allocation(about=invoice, about_kind="invoice", amount_cents=8_000),)
        )
    )
    (row,) = book(desk_of(sale, TAKINGS))
    assert (row["received_on"], row["recorded_on"]) == ("2026-11-23", "2026-11-23")
    assert (row["sales_cents"], row["services_cents"], row["unassigned_cents"]) == (5_000, 3_000, 0)
    sale.play(
        AllocatePayment(payment=payment, free=(Allocation(about=invoice, about_kind="invoice", amount_cents=8_000),))
    )
    (row,) = book(desk_of(sale, TAKINGS))
    assert (row["sales_cents"], row["services_cents"], row["unassigned_cents"]) == (0, 0, 8_000)


def test_money_that_did_not_stay_is_a_line_of_its_own_of_the_same_nature() -> None:
    sale = Sale(profile=SOLE)
    payment = pay(sale, issued(sale), "invoice", 8_000, "cheque")
    sale.later(10)
    sale.play(ReversePayment(payment=payment, cause="unpaid"))
    received, reversed_ = book(desk_of(sale, TAKINGS, names=NAMES))
    assert reversed_["received_on"] == "2026-12-03"
    for name in ("amount_cents", "sales_cents", "services_cents", "unassigned_cents"):
        assert reversed_[name] == -int(str(received[name]))
    assert reversed_["client"] == "Camille Roseau"


def test_money_given_back_is_a_line_of_its_own() -> None:
    sale = Sale(profile=SOLE)
    invoice = issued(sale)
    pay(sale, invoice, "invoice", 8_000)
    note = sale.play(CreditInvoice(invoice=invoice, cause="return"))["credit_note"]
    sale.play(RefundPayment(about=note, about_kind="credit_note", amount_cents=8_000, means="credit_transfer"))
    rows = book(desk_of(sale, TAKINGS, names=NAMES))
    assert [row["amount_cents"] for row in rows] == [8_000, -8_000]
    assert [row["sales_cents"] for row in rows] == [5_000, -5_000]
    assert rows[1]["what"] == "refunded"


def test_a_corrected_means_is_shown_and_names_the_correction() -> None:
    sale = Sale(profile=SOLE)
    payment = pay(sale, issued(sale), "invoice", 8_000, "cash")
    sale.play(CorrectMeans(payment=payment, means="card"))
    desk = desk_of(sale, TAKINGS)
    (row,) = book(desk)
    assert (row["means"], row["cash"]) == ("card", False)
    assert desk.entries[-1].seq in TAKINGS_BOOK.explain(desk, {}, str(row["key"]), "means")


def test_a_deposit_is_a_taking_on_the_day_it_comes() -> None:
    sale = Sale(profile=SOLE)
    sale.play(
        a_quote(
            goods("500", 0),
            works("500", 0),
            special_order=True,
            reduced_rate_justified=False,
            schedule=(InstalmentInput(kind="acompte", share_bp=3000, trigger="signature"),),
        )
    )
    (deposit,) = sign(sale, reduced_rate_stated=False)["deposits"]
    pay(sale, deposit, "deposit", 30_000)
    assert not any(isinstance(each.event, DepositInvoiced) for each in sale.entries)
    (row,) = book(desk_of(sale, TAKINGS))
    assert (row["sales_cents"], row["services_cents"]) == (15_000, 15_000)


def test_takings_with_vat_are_told_without_it_too() -> None:
    sale = Sale()
    pay(sale, issued(sale, goods("100", 2000), works("100", 1000), reduced_rate_justified=True), "invoice", 23_000)
    (row,) = ask(desk_of(sale, TAKINGS), RECEIPTS, **WIDE, every="year").rows[6:7]
    assert (row["net_sales_cents"], row["net_services_cents"], row["gross_cents"]) == (10_000, 10_000, 23_000)


def test_services_are_of_the_activity_that_is_asked_for() -> None:
    sale = Sale(profile=SOLE)
    pay(sale, issued(sale), "invoice", 8_000)
    desk = desk_of(sale, TAKINGS)
    bic = ask(desk, RECEIPTS, **WIDE).totals
    bnc = ask(desk, RECEIPTS, **WIDE, services_are="bnc").totals
    assert (bic["bic_sales_cents"], bic["bic_services_cents"], bic["bnc_cents"]) == (5_000, 3_000, 0)
    assert (bnc["bic_sales_cents"], bnc["bic_services_cents"], bnc["bnc_cents"]) == (5_000, 0, 3_000)


def test_every_figure_leads_to_its_entries() -> None:
    sale = Sale(profile=SOLE)
    for price in ("14.9", "60", "500"):
        pay(sale, issued(sale, goods(price, 0)), "invoice", 1_490, "card")
    payment = sale.play(RecordPayment(means="card", amount_cents=8_000, customer=CONSUMER))["payment"]
    sale.play(ReversePayment(payment=payment, cause="entry_error", amount_cents=3_000))
    desk = desk_of(sale, TAKINGS)
    assert every_figure_is_explained(desk, TAKINGS_BOOK, **WIDE) > 5
    assert every_figure_is_explained(desk, TAKINGS_BOOK, **WIDE, retail="daily") > 3
    for services_are in ("bic", "bnc"):
        assert every_figure_is_explained(desk, RECEIPTS, **WIDE, services_are=services_are) >= 3


@EVERY_CASE
def test_the_sums_of_a_day_are_those_of_its_rows(name: str) -> None:
    view = desk_of(case(name)[0], TAKINGS).view("takings")
    for day in view.rows("day"):
        rows = list(view.rows("taking", sort_from=day.key, sort_to=day.key))
        for part in day.body:
            assert day.body[part] == sum(row.body[part] for row in rows if row.body["own"])
