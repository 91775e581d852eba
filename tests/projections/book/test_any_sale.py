"""Sales in any order: the book balances and says what the ledger's states and closures say."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from ledger.domain import codec
from ledger.domain.commands.common import Command, InstalmentInput, TextsInput
from ledger.domain.commands.payments import RecordPayment, RefundPayment
from ledger.domain.commands.quotes import AcceptWork, IssueQuote, RecordDelivery
from ledger.domain.commands.sales import CreditInvoice, CreditLine, IssueFinalInvoice, IssueInvoice
from ledger.domain.events.payments import Allocation
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.streams.credit_note import CREDIT_NOTE
from ledger.domain.streams.deposit import DEPOSIT
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.book.reading import TABLE, postings_of, postings_recorded
from projections.engine.contract import Entry
from tests.domain.books import Books
from tests.domain.sales import sign
from tests.domain.test_whole_sale import ANY, CENTS, CHECKS, CUSTOMERS, PHASES, lines
from tests.domain.test_whole_sale import Sale as AnySale
from tests.domain.world import CONSUMER
from tests.projections.book.checking import balance_differences, closure_differences, state_differences
from tests.projections.playing import SALES, Folded, entries_of, played


class Known(Books):
    """The second set of books for what it knows of; that it agrees is `tests/domain/test_whole_sale.py`'s matter."""

    def _whole(self) -> None:
        pass


class BookedSale(AnySale):
    """The domain's sale in any order, with the book after every command."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Known()
        self.book = Folded(BOOK)
        self.found: list[Posting] = []

    def ask(self, command: Command) -> dict[str, Any]:
        made = super().ask(command)
        self.follow()
        return made

    def follow(self) -> None:
        """Apply what is new, and look at the whole."""
        before, day = len(self.found), self.sale.today.isoformat()
        kept = self.book.tables[TABLE]  # in the order of the ledger, as it is filled
        rows = len(kept)
        for seq, emit in enumerate(self.sale.log[self.book.position :], self.book.position + 1):
            body = codec.encode(emit.event)[0]
            self.book.apply(Entry(seq, f"{day}T09:00:00.000000Z", day, "", emit.stream, 1, emit.event.TYPE, "", body))
        self.found += [each for row in islice(kept.values(), rows, None) for each in postings_of(row)]
        assert balance_differences(self.found[before:]) == []
        assert state_differences(self.sale, self.found) == []

    # --- what the domain's own sale does not do

    @rule(customer=CUSTOMERS, of=lines(rates=True), days=st.integers(-40, 40))
    def invoice_for_a_day(self, customer: str, of: Any, days: int) -> None:
        on = (self.sale.today + timedelta(days=days)).isoformat()
        self.ask(IssueInvoice(customer=customer, basis="net", lines=self.taxed(of), supplied_on=on))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY, days=st.sampled_from((0, 0, 3, 20, 60)), complete=st.booleans(), accept=st.booleans())
    def deliver_an_invoice(self, which: int, days: int, complete: bool, accept: bool) -> None:
        about, on = self.an_invoice(which), (self.sale.today - timedelta(days=days)).isoformat()
        if accept:
            self.ask(AcceptWork(about=about, about_kind="invoice", on=on))
        else:
            self.ask(RecordDelivery(about=about, about_kind="invoice", on=on, complete=complete))

    @precondition(lambda self: self.books.deposits or self.books.invoices)
    @rule(which=ANY, cents=CENTS, days=st.sampled_from((0, 2, 30)), provider=st.sampled_from((None, "stripe")))
    def pay_late_told(self, which: int, cents: int, days: int, provider: str | None) -> None:
        parts = self.parts(which, cents, exact=cents % 2 == 0)
        amount, on = sum(each.amount_cents for each in parts) + 7, self.sale.today - timedelta(days=days)
        self.ask(
            RecordPayment(
                means="card", amount_cents=amount, allocations=parts, received_on=on.isoformat(), provider=provider
            )
        )

    @rule(of=lines(rates=True), share=st.sampled_from((1000, 3333)), paid=st.integers(0, 4), rank=st.none() | ANY)
    def sell_and_credit(self, of: Any, share: int, paid: int, rank: int | None) -> None:
        """A contract with a deposit, its final invoice paid by quarters, and a credit of one line or of all."""
        made = self.ask(
            IssueQuote(
                customer=CONSUMER, basis="net", channel="premises", lines=self.taxed(of), duration_days=5,
                special_order=True, schedule=(InstalmentInput(share_bp=share, trigger="signature"),),
                texts=TextsInput(after_sales="Un an"),
            )
        )  # fmt: skip
        if not made:
            return
        for deposit in self.ask(sign(self.sale, made["quote"])).get("deposits", ()):
            self.settle(deposit, "deposit", self.books.deposits[deposit].asked.amount_cents)
        final = self.ask(IssueFinalInvoice(quote=made["quote"]))
        if not final:
            return
        self.settle(final["invoice"], "invoice", final["due_cents"] * paid // 4)
        taken = () if rank is None else (CreditLine(rank=rank % len(of) + 1),)
        self.ask(CreditInvoice(invoice=final["invoice"], cause="return", lines=taken))

    def settle(self, about: str, kind: Any, cents: int) -> None:
        if cents > 0:
            part = Allocation(about=about, about_kind=kind, amount_cents=cents)
            self.ask(RecordPayment(means="card", amount_cents=cents, allocations=(part,)))

    @rule(cents=CENTS)
    def pay_in_another_currency(self, cents: int) -> None:
        self.ask(RecordPayment(means="card", amount_cents=cents, currency="CHF"))

    @precondition(lambda self: self.books.deposits)
    @rule(which=ANY, extra=st.sampled_from((0, 0, 1, 500)), provider=st.sampled_from((None, "stripe")))
    def give_back_what_is_owed(self, which: int, extra: int, provider: str | None) -> None:
        deposit = self.a_deposit(which)
        state = self.sale.state(DEPOSIT, deposit)
        if state is None:
            return
        owed, indemnity = state.to_refund_cents, state.indemnity_due_cents
        if owed + indemnity + extra:
            self.ask(
                RefundPayment(
                    means="credit_transfer", amount_cents=owed + indemnity + extra, indemnity_cents=indemnity,
                    about=deposit, about_kind="deposit", provider=provider,
                )
            )  # fmt: skip

    @precondition(lambda self: self.books.notes)
    @rule(which=ANY, payment=ANY, named=st.booleans(), less=st.sampled_from((0, 0, 1, 333)))
    def give_back_what_a_note_promised(self, which: int, payment: int, named: bool, less: int) -> None:
        note = self.pick(tuple(self.books.notes), which)
        state = self.sale.state(CREDIT_NOTE, note)
        if state is not None and state.open_cents > less:
            self.ask(
                RefundPayment(
                    means="credit_transfer", amount_cents=state.open_cents - less, about=note, about_kind="credit_note",
                    payment=self.a_payment(payment) if named and self.books.payments else None,
                )
            )  # fmt: skip

    def teardown(self) -> None:
        self.follow()
        assert closure_differences(self.sale.all_of(PeriodClosed), self.found) == []


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        BookedSale,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES, suppress_health_check=CHECKS
        ),
    )


def test_the_book_agrees_with_sales_in_any_order() -> None:
    play(examples=25, steps=40)


@pytest.mark.parametrize("name", SALES)
def test_the_book_agrees_with_every_played_sale(name: str) -> None:
    sale = played(name)
    found = list(postings_recorded(Folded(BOOK, entries_of(sale))))
    assert balance_differences(found) == []
    assert state_differences(sale.world, found) == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_book_agrees_with_sales_in_any_order_at_length() -> None:
    play(examples=800, steps=80)
