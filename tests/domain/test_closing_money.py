"""Money at its edges in closures: given a sale that turns back, when its days close, then these are the sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.domain.commands.payments import CorrectMeans, RefundPayment, ReversePayment
from ledger.domain.commands.sales import CreditInvoice, InvoiceDeposit, IssueFinalInvoice, IssueInvoice
from ledger.domain.events.payments import Allocation
from ledger.domain.events.periods import AdvanceTotals, PeriodClosed
from ledger.domain.tally import Tally
from ledger.domain.types import MAX_CENTS
from tests.domain.closing import pass_to
from tests.domain.sales import QUOTE_ID, goods, quote, quote_state, share, signed
from tests.domain.test_tally import for_deposit, only, receive
from tests.domain.world import CONSUMER, PROFILE, FixedWorld, opened

DAY_1, DAY_2, DAY_3, DAY_4 = (date(2026, 11, day) for day in (23, 24, 25, 26))
ZERO = AdvanceTotals(**dict.fromkeys(AdvanceTotals.__dataclass_fields__, 0))


def free(*days: PeriodClosed) -> int:
    """What is held of advances and free, by the page's own words."""
    total: dict[str, int] = {
        name: sum(getattr(day.advances, name) for day in days) for name in AdvanceTotals.__dataclass_fields__
    }
    held = total["received_cents"] - total["refunded_cents"] - total["reversed_cents"] - total["moved_cents"]
    return held - total["applied_cents"] - total["forfeited_cents"] + total["released_cents"]


def final_invoice(world: FixedWorld) -> tuple[str, str]:
    """A quote of 1 700.00 with a deposit of 510.00 that is invoiced, paid and deducted; deposit and final invoice."""
    signed(world, quote(schedule=(share(3000, kind="acompte"),)))
    (deposit,) = [link.deposit for link in quote_state(world).deposits]
    world.play(InvoiceDeposit(deposit=deposit))
    receive(world, 51_000, for_deposit(deposit, 51_000))
    return deposit, str(world.play(IssueFinalInvoice(quote=QUOTE_ID))["invoice"])


def test_a_final_invoice_credited_whole_gives_its_deposit_back_and_its_turnover_once() -> None:
    world = opened(DAY_1)
    deposit, invoice = final_invoice(world)
    first = only(pass_to(world, DAY_2))
    assert (first.gross_cents, free(first)) == (170_000, 0)
    world.play(CreditInvoice(invoice=invoice, cause="cancellation"))
    second = only(pass_to(world, DAY_3))
    assert (second.gross_cents, second.credit_notes, second.deposit_credit_notes) == (-170_000, 1, 0)
    assert second.advances == replace(ZERO, released_cents=51_000)
    assert (second.perpetual_cents, second.perpetual_absolute_cents) == (0, 340_000)
    assert free(first, second) == 51_000
    world.play(RefundPayment(means="credit_transfer", amount_cents=51_000, about=deposit, about_kind="deposit"))
    third = only(pass_to(world, DAY_4))
    assert third.advances == replace(ZERO, refunded_cents=51_000)
    assert free(first, second, third) == 0
    assert third.means[0].refunded_cents == 51_000
    assert third.gross_cents == 0


def test_a_deposit_that_bounces_after_its_final_invoice_is_less_held_and_no_less_turnover() -> None:
    world = opened(DAY_1)
    signed(world, quote(schedule=(share(3000, kind="acompte"),)))
    (deposit,) = [link.deposit for link in quote_state(world).deposits]
    payment = receive(world, 51_000, for_deposit(deposit, 51_000))
    world.play(IssueFinalInvoice(quote=QUOTE_ID))
    first = only(pass_to(world, DAY_2))
    world.play(ReversePayment(payment=payment, cause="chargeback"))
    second = only(pass_to(world, DAY_3))
    assert (first.gross_cents, second.gross_cents, second.perpetual_cents) == (170_000, 0, 170_000)
    assert second.means[0].reversed_cents == 51_000
    assert second.advances.reversed_cents == 51_000
    assert free(first, second) == -51_000 + second.advances.released_cents


def test_what_was_paid_too_much_and_given_back_is_money_alone() -> None:
    world = opened(DAY_1)
    invoice = world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("100"),)))["invoice"]
    payment = receive(world, 20_000, Allocation(about=invoice, about_kind="invoice", amount_cents=12_000))
    first = only(pass_to(world, DAY_2))
    world.play(RefundPayment(means="credit_transfer", amount_cents=8_000, payment=payment))
    second = only(pass_to(world, DAY_3))
    assert (first.means[0].received_cents, second.means[0].refunded_cents) == (20_000, 8_000)
    assert first.advances == second.advances == ZERO
    assert (second.gross_cents, second.absolute_cents, second.perpetual_cents) == (0, 0, first.perpetual_cents)


def test_a_chargeback_of_a_closed_year_counts_in_the_open_day_and_no_closure_changes() -> None:
    world = opened(date(2026, 12, 30))
    invoice = world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("100"),)))["invoice"]
    payment = receive(world, 12_000, Allocation(about=invoice, about_kind="invoice", amount_cents=12_000))
    before = pass_to(world, date(2027, 2, 2))
    assert [each.period for each in before] == ["day", "month", "year", "month"]
    world.play(ReversePayment(payment=payment, cause="chargeback"))
    assert world.all_of(PeriodClosed) == tuple(before)
    day = only(pass_to(world, date(2027, 2, 3)))
    assert (day.means[0].reversed_cents, day.gross_cents, day.year_gross_cents) == (12_000, 0, 0)
    assert day.perpetual_cents == 12_000


def test_means_corrected_in_a_later_month_move_in_that_month() -> None:
    world = opened(date(2026, 11, 30))
    payment = receive(world, 12_000)
    november = pass_to(world, date(2026, 12, 1))[-1]
    world.play(CorrectMeans(payment=payment, means="cash"))
    world.play(CorrectMeans(payment=payment, means="cheque"))
    december = pass_to(world, date(2027, 1, 1))[-2]
    assert (november.period, december.period) == ("month", "month")
    assert [(row.means, row.received_cents) for row in november.means] == [("credit_transfer", 12_000)]
    rows = {row.means: (row.received_cents, row.moved_in_cents, row.moved_out_cents) for row in december.means}
    assert rows == {"credit_transfer": (0, 0, 12_000), "cash": (0, 12_000, 12_000), "cheque": (0, 12_000, 0)}
    year = world.last(PeriodClosed)
    said = {row.means: row.received_cents + row.moved_in_cents - row.moved_out_cents for row in year.means}
    assert said == {"credit_transfer": 0, "cash": 0, "cheque": 12_000}


def test_under_the_franchise_turnover_has_no_tax() -> None:
    world = opened(DAY_1, profile=replace(PROFILE, vat_regime="franchise"))
    world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("100", rate_bp=0),)))
    day = only(pass_to(world, DAY_2))
    assert (day.net_cents, day.vat_cents, day.gross_cents) == (10_000, 0, 10_000)
    assert [(row.rate_bp, row.base_cents, row.vat_cents) for row in day.rates] == [(0, 10_000, 0)]


@pytest.mark.parametrize(
    ("place", "rate_bp", "vat_cents"), [("FR-20R", 210, 210), ("FR-20R", 1000, 1_000), ("RE", 850, 850)]
)
def test_rates_of_corsica_and_overseas_have_rows_of_their_own(place: Any, rate_bp: int, vat_cents: int) -> None:
    world = opened(DAY_1)
    line = goods("100", rate_bp)
    world.play(
        IssueInvoice(customer=CONSUMER, basis="net", supply_place=place, reduced_rate_justified=True, lines=(line,))
    )
    world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("100"),)))
    day = only(pass_to(world, DAY_2))
    assert {(row.rate_bp, row.base_cents, row.vat_cents) for row in day.rates} == {
        (rate_bp, 10_000, vat_cents), (2000, 10_000, 2_000),
    }  # fmt: skip


def test_a_day_of_returns_alone_takes_turnover_below_nothing() -> None:
    world = opened(date(2026, 12, 31))
    invoice = world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("100"),)))["invoice"]
    pass_to(world, date(2027, 1, 1))
    world.play(CreditInvoice(invoice=invoice, cause="return"))
    day = only(pass_to(world, date(2027, 1, 2)))
    assert (day.net_cents, day.vat_cents, day.gross_cents, day.absolute_cents) == (-10_000, -2_000, -12_000, 12_000)
    assert (day.year_gross_cents, day.perpetual_cents, day.perpetual_absolute_cents) == (-12_000, 0, 24_000)
    pass_to(world, date(2028, 1, 1))
    year = world.last(PeriodClosed)
    assert (year.period, year.gross_cents, year.year_gross_cents) == ("year", -12_000, -12_000)


def test_the_largest_amounts_are_summed_to_the_cent() -> None:
    tally = Tally("EUR")
    body = {
        "type_code": "380", "series": None, "number": "",
        "vat": [{"category": "S", "rate_bp": 2000, "base_cents": MAX_CENTS - 1, "vat_cents": 0}],
    }  # fmt: skip
    for _ in range(900):
        tally.add("invoice.issued/1", body)
    sums = tally.sums()
    assert sums["gross_cents"] == sums["absolute_cents"] == 900 * (MAX_CENTS - 1) < 2**53
