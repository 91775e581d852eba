"""What counts in a closure, and where: given a sale, when its days close, then these are the totals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.domain import codec
from ledger.domain.commands.payments import CorrectMeans, RecordPayment, RefundPayment, ReversePayment
from ledger.domain.commands.quotes import CancelQuote
from ledger.domain.commands.sales import CreditInvoice, InvoiceDeposit, IssueFinalInvoice, IssueInvoice, SettleDeposit
from ledger.domain.events import EVENT_TYPES
from ledger.domain.events.ledger import HistoryDocumentImported
from ledger.domain.events.payments import Allocation
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.recount import NUMBERED as RECOUNTED
from ledger.domain.streams.period import PERIOD, Closed, of_tail
from ledger.domain.tally import COUNTED, NUMBERED, Tally
from ledger.kernel.errors import Malformed
from tests.domain.closing import pass_to
from tests.domain.sales import QUOTE_ID, goods, quote, quote_state, share, signed
from tests.domain.world import CONSUMER, FixedWorld, opened, training

DAY_1, DAY_2, DAY_3 = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def only(closures: list[PeriodClosed]) -> PeriodClosed:
    (found,) = closures
    return found


def receive(world: FixedWorld, cents: int, *allocations: Allocation, **more: Any) -> str:
    command = RecordPayment(means="credit_transfer", amount_cents=cents, allocations=allocations, **more)
    return str(world.play(command)["payment"])


def for_deposit(deposit: str, cents: int) -> Allocation:
    return Allocation(about=deposit, about_kind="deposit", amount_cents=cents)


def test_a_deposit_and_its_final_invoice_count_once_in_turnover() -> None:
    """1 700.00 TTC: 510.00 invoiced and paid as a deposit on the first day, the final invoice on the second."""
    world = opened(DAY_1)
    signed(world, quote(schedule=(share(3000, kind="acompte"),)))
    (deposit,) = [link.deposit for link in quote_state(world).deposits]
    world.play(InvoiceDeposit(deposit=deposit))
    receive(world, 51_000, for_deposit(deposit, 51_000))
    first = only(pass_to(world, DAY_2))
    assert (first.gross_cents, first.invoices, first.deposit_invoices) == (0, 0, 1)
    assert (first.advances.received_cents, first.advances.applied_cents) == (51_000, 0)
    assert first.means[0].received_cents == 51_000
    assert [one.first[:3] for one in first.series if one.first.startswith("FA")] == ["FA-"]
    world.play(IssueFinalInvoice(quote=QUOTE_ID))
    second = only(pass_to(world, DAY_3))
    assert (second.gross_cents, second.invoices, second.deposit_invoices) == (170_000, 1, 0)
    assert {(row.rate_bp, row.base_cents, row.vat_cents) for row in second.rates} == {
        (1000, 100_000, 10_000), (2000, 50_000, 10_000),
    }  # fmt: skip
    assert second.advances.applied_cents == 51_000
    assert (second.means, second.perpetual_cents) == ((), 170_000)


def test_the_credit_note_of_a_deposit_invoice_is_no_turnover() -> None:
    world = opened(DAY_1)
    signed(world, quote(schedule=(share(3000, kind="acompte"),)))
    (deposit,) = [link.deposit for link in quote_state(world).deposits]
    invoice = world.play(InvoiceDeposit(deposit=deposit))["invoice"]
    world.play(CreditInvoice(invoice=invoice, cause="cancellation"))
    day = only(pass_to(world, DAY_2))
    assert (day.deposit_invoices, day.deposit_credit_notes, day.credit_notes, day.absolute_cents) == (1, 1, 0, 0)


def test_arrhes_kept_are_counted_apart_from_turnover() -> None:
    world = opened(DAY_1)
    signed(world, quote(schedule=(share(3000, kind="arrhes"),)))
    (deposit,) = [link.deposit for link in quote_state(world).deposits]
    receive(world, 51_000, for_deposit(deposit, 51_000))
    world.play(CancelQuote(quote=QUOTE_ID, by="client"))
    day = only(pass_to(world, DAY_2))
    assert (day.advances.received_cents, day.advances.forfeited_cents, day.gross_cents) == (51_000, 51_000, 0)


def test_deposits_that_go_back_leave_by_their_own_door() -> None:
    world = opened(DAY_1)
    signed(world, quote(schedule=(share(3000, kind="acompte"),)))
    (deposit,) = [link.deposit for link in quote_state(world).deposits]
    payment = receive(world, 51_000, for_deposit(deposit, 51_000))
    pass_to(world, DAY_2)
    world.play(ReversePayment(payment=payment, cause="unpaid", amount_cents=1_000))
    world.play(SettleDeposit(deposit=deposit, outcome="refund", by="issuer"))
    world.play(RefundPayment(means="cheque", amount_cents=50_000, about=deposit, about_kind="deposit"))
    day = only(pass_to(world, DAY_3))
    assert (day.advances.reversed_cents, day.advances.refunded_cents) == (1_000, 50_000)
    rows = {row.means: row for row in day.means}
    assert rows["credit_transfer"].reversed_cents == 1_000
    assert rows["cheque"].refunded_cents == 50_000


def test_means_are_corrected_in_the_period_of_the_correction_and_the_past_closure_stands() -> None:
    world = opened(DAY_1)
    payment = receive(world, 12_000)
    first = only(pass_to(world, DAY_2))
    world.play(CorrectMeans(payment=payment, means="cash"))
    second = only(pass_to(world, DAY_3))
    assert world.all_of(PeriodClosed)[0] == first
    rows = {row.means: (row.received_cents, row.moved_in_cents, row.moved_out_cents) for row in second.means}
    assert rows == {"credit_transfer": (0, 0, 12_000), "cash": (0, 12_000, 0)}


def test_money_of_another_currency_has_rows_of_its_own() -> None:
    world = opened(DAY_1)
    receive(world, 5_000)
    receive(world, 7_000, currency="CHF")
    day = only(pass_to(world, DAY_2))
    assert [(row.currency, row.received_cents) for row in day.means] == [(None, 5_000), ("CHF", 7_000)]
    later = pass_to(world, date(2026, 12, 1))
    assert later[-1].means == day.means, "the month keeps them apart too"


def test_perpetual_totals_pass_through_months_and_years_and_are_never_reset() -> None:
    world = opened(DAY_1)
    taken = 0
    for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 2, 29), date(2029, 3, 1)):
        world.play(IssueInvoice(customer=CONSUMER, lines=(goods("100"),)))
        taken += 10_000
        pass_to(world, day)
        assert world.last(PeriodClosed).perpetual_cents == taken
    years = [each for each in world.all_of(PeriodClosed) if each.period == "year"]
    assert [each.gross_cents for each in years] == [each.year_gross_cents for each in years]
    assert sum(each.gross_cents for each in years) == taken == years[-1].perpetual_cents


def test_the_totals_of_a_training_ledger_say_so() -> None:
    world = training(DAY_1)
    assert only(pass_to(world, DAY_2)).training


def test_documents_of_another_software_count_nowhere() -> None:
    assert HistoryDocumentImported.TYPE not in COUNTED


def test_whatever_bears_a_number_is_counted() -> None:
    assert NUMBERED == RECOUNTED
    assert {each.TYPE for each in EVENT_TYPES} >= COUNTED


def test_a_body_that_is_not_of_its_schema_is_told_not_summed() -> None:
    world = opened(DAY_1)
    world.play(IssueInvoice(customer=CONSUMER, lines=(goods("100"),)))
    body = codec.encode(world.log[-1].event)[0]
    kind = world.log[-1].event.TYPE
    for wrong in ({**body, "vat": None}, {**body, "vat": [{"base_cents": True}]}, {**body, "number": 7}, {}):
        with pytest.raises(Malformed):
            Tally("EUR").add(kind, wrong)


def test_the_sums_of_a_month_are_those_of_its_days_added() -> None:
    world = opened(DAY_1)
    for step in range(2, 7):
        world.play(IssueInvoice(customer=CONSUMER, lines=(goods("100"), goods("1", 550))))
        receive(world, 100 * step)
        pass_to(world, date(2026, 11, 22 + step))
    pass_to(world, date(2026, 12, 1))
    days = [each for each in world.all_of(PeriodClosed) if each.period == "day"]
    month = world.all_of(PeriodClosed)[-1]
    whole = Tally("EUR")
    for day in days:
        whole.merge(day)
    sums = whole.sums()
    assert {name: getattr(month, name) for name in sums} == sums
    assert month.invoices == 5
    assert next(one for one in month.series if one.first == "F-00001").last == "F-00005"


def test_the_state_read_from_the_end_is_that_of_the_whole_stream() -> None:
    world = opened(DAY_1)
    for day in (date(2026, 12, 5), date(2027, 1, 3), date(2027, 1, 4), date(2028, 1, 2), date(2028, 1, 9)):
        receive(world, 100)
        pass_to(world, day)
        whole = world.state(PERIOD, "self")
        assert whole is not None
        stream: Any = world.events("period:self")
        backwards = [Closed(version, event) for version, event in enumerate(stream, 1)][::-1]
        assert of_tail(len(backwards), iter(backwards)) == whole
