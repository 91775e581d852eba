"""Sales in any order: turnover, money, takings and deals say what the ledger's own states and events say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued
from ledger.domain.events.payments import PaymentReceived, PaymentReversed, RefundPaid
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.payment import PAYMENT
from ledger.domain.streams.quote import QUOTE
from projections.business.deals import DEALS
from projections.business.durations import DSO, DURATIONS, LATE_DEPOSITS
from projections.business.periods import PAYMENTS, PERIODS, REVENUE
from projections.business.pipeline import PIPELINE
from projections.business.recurring import RECURRING, SUBSCRIPTIONS
from projections.business.takings import RECEIPTS, TAKINGS_BOOK
from projections.business.takings_rows import TAKINGS
from projections.engine.contract import Entry
from tests.documents.selling import sources_of
from tests.domain.test_whole_sale import CHECKS, PHASES
from tests.domain.test_whole_sale import Sale as AnySale
from tests.domain.world import FixedWorld
from tests.projections.business.played import FixedDesk, Rows, ask, every_figure_is_explained
from tests.projections.playing import entry_of

WIDE = {"from_": "2020-01-01", "to": "2040-12-31"}


def turnover(world: FixedWorld, desk: FixedDesk) -> None:
    net = sum(each.totals.net_cents for each in world.all_of(InvoiceIssued) if each.type_code == "380")
    net -= sum(each.totals.net_cents for each in world.all_of(CreditNoteIssued) if each.type_code == "381")
    for by in ("none", "rate", "nature", "customer_kind"):
        assert ask(desk, REVENUE, **WIDE, every="year", by=by).totals["net_cents"] == net


def money(world: FixedWorld, desk: FixedDesk) -> None:
    came: Counter[str] = Counter()
    for received in world.all_of(PaymentReceived):
        came["received"] += received.amount_cents
    for refund in world.all_of(RefundPaid):
        came["refunded"] += refund.amount_cents
        came["indemnity"] += refund.indemnity_cents
    for back in world.all_of(PaymentReversed):
        came["reversed"] += back.amount_cents
    totals = ask(desk, PAYMENTS, **WIDE, every="year").totals
    assert totals["received_cents"] == came["received"]
    assert totals["net_cents"] == came["received"] - came["refunded"] - came["reversed"]
    book = ask(desk, TAKINGS_BOOK, **WIDE)
    assert book.totals["amount_cents"] == totals["net_cents"] + came["indemnity"]
    assert ask(desk, RECEIPTS, **WIDE, every="year").totals["gross_cents"] == book.totals["amount_cents"]


def natures(world: FixedWorld, desk: FixedDesk) -> None:
    """What a payment still has unassigned, reversals taken off, is what its state has unallocated (before refunds)."""
    gone = world.all_of(RefundPaid)
    sums: Counter[str] = Counter()
    for row in desk.view("takings").rows("taking"):
        if row.body["what"] != "refunded":
            sums[row.key.partition(".")[0]] += row.body["unassigned"]
    for payment, unassigned in sums.items():
        state = world.state(PAYMENT, payment)
        assert state is not None
        if not gone:
            assert unassigned == state.unallocated_cents, payment


def deals(world: FixedWorld, desk: FixedDesk) -> None:
    view = desk.view("deals")
    for row in view.rows("invoice"):
        invoice = world.state(INVOICE, row.key)
        assert invoice is not None
        assert row.body["open"] == invoice.open_cents, row.key
    for row in view.rows("deposit"):
        deposit = world.state(DEPOSIT, row.key)
        assert deposit is not None
        came = sum(each.amount_cents for each in deposit.payments)
        assert row.body["paid"] == came - sum(each.amount_cents for each in deposit.refunds), row.key
    for row in view.rows("quote"):
        quote = world.state(QUOTE, row.key)
        assert quote is not None
        assert ("signed" in row.body["steps"]) == (quote.contract is not None)
        opens = sum(each.body["open"] for each in view.rows("invoice") if each.body["quote"] == row.key)
        assert row.body["open"] == opens
    owed = sum(row.body["asked"] - row.body["credited"] - row.body["settled"] for row in view.rows("credit"))
    assert owed == sum(row.body["open"] for row in view.rows("invoice"))


def desk_over(world: FixedWorld, entries: Sequence[Entry]) -> FixedDesk:
    views = {each.name: Rows(each, entries) for each in (PERIODS, DEALS, TAKINGS, SUBSCRIPTIONS)}
    return FixedDesk(entries, views, world.today)


class ReportedSale(AnySale):
    """The domain's sale in any order, at whose end the reports are compared with it."""

    def teardown(self) -> None:
        world = self.sale
        desk = desk_over(world, [entry_of(one) for one in sources_of(world)._entries])
        turnover(world, desk)
        money(world, desk)
        natures(world, desk)
        deals(world, desk)
        for report in (REVENUE, PAYMENTS, RECEIPTS, PIPELINE, DSO, LATE_DEPOSITS, DURATIONS, RECURRING):
            every_figure_is_explained(desk, report, from_="2026-01-01", to="2028-12-31")


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        ReportedSale,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES, suppress_health_check=CHECKS
        ),
    )


def test_reports_agree_with_sales_in_any_order() -> None:
    play(examples=25, steps=40)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_reports_agree_with_sales_in_any_order_at_length() -> None:
    play(examples=400, steps=80)
