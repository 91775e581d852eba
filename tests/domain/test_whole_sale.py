"""Whole sales in any order, and a second set of books that must agree after every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.payments import AllocatePayment, CorrectMeans, RecordPayment, RefundPayment, ReversePayment
from ledger.domain.commands.quotes import (
    AcceptWork,
    CancelQuote,
    IssueQuote,
    RecordDelivery,
    ReviseQuote,
    WithdrawQuote,
)
from ledger.domain.commands.sales import (
    CancelDeposit,
    ChargePenalty,
    CreditInvoice,
    CreditLine,
    InvoiceDeposit,
    InvoiceSubscription,
    IssueFinalInvoice,
    IssueInvoice,
    IssueNote,
    IssueProgressInvoice,
    IssueReceipt,
    PauseSubscription,
    RequestDeposit,
    SettleDeposit,
    StartSubscription,
    StopSubscription,
    WriteOffInvoice,
)
from ledger.domain.decision import Decision
from ledger.domain.events.common import Discount
from ledger.domain.events.payments import Allocation
from ledger.domain.refusals import Refusal
from tests.domain.books import Books
from tests.domain.closing import pass_to
from tests.domain.sales import quote_state, sign
from tests.domain.world import BUSINESS, CONSUMER, FOREIGNER, PROFILE, PUBLIC, FixedWorld, opened

SECRET = "Escalier de Mélusine"
SECRETS = (SECRET, "Roseau", "Tilleul", "Fougère", "Peeters", "roseau.test")

CENTS = st.sampled_from((1, 2, 3, 99, 999, 2_500, 33_333)) | st.integers(1, 200_000)
SHARES = st.sampled_from((1, 999, 3000, 3333, 5000, 10_000))
RATES = st.sampled_from((2000, 1000, 550, 210))
CUSTOMERS = st.sampled_from((CONSUMER, CONSUMER, BUSINESS, PUBLIC, FOREIGNER))
BASES = st.sampled_from(("net", "gross"))
CHANNELS = st.sampled_from(("premises", "premises", "distance", "off_premises"))
PRICES = st.sampled_from(("9.99", "1.02", "0.005", "33.333333", "1000", "0.01", "0")) | st.integers(1, 5_000).map(str)
QUANTITIES = st.sampled_from(("1", "3", "0.5", "7.25", "0.333333", "0"))
DISCOUNTS = st.none() | st.builds(Discount, share_bp=SHARES) | st.builds(Discount, amount_cents=st.integers(0, 50))
INSTALMENTS = st.lists(
    st.builds(
        InstalmentInput,
        kind=st.sampled_from((None, "arrhes", "acompte")),
        share_bp=st.sampled_from((1000, 3333, 4000)),
        trigger=st.sampled_from(("signature", "signature", "delivery")),
    ),
    max_size=2,
).map(tuple)
ANY = st.integers(0, 1_000_000)
"""Picks one of what there is."""


def lines(rates: bool) -> st.SearchStrategy[tuple[LineInput, ...]]:
    line = st.builds(
        LineInput,
        label=st.just(SECRET),
        quantity=QUANTITIES,
        unit_price=PRICES,
        rate_bp=RATES if rates else st.none(),
        nature=st.sampled_from(("goods", "services")),
        discount=DISCOUNTS,
    )
    return st.lists(line, min_size=1, max_size=4).map(tuple)


def with_choices(of: Sequence[LineInput], options: int) -> tuple[LineInput, ...]:
    """Turn some lines into an option and a pair of variants."""
    made = list(of)
    if options & 1:
        made.append(replace(of[0], choice="option"))
    if options & 2:
        made += [replace(each, choice="variant", choice_group="bois") for each in (of[0], of[-1])]
    return tuple(made)


class Sale(RuleBasedStateMachine):
    """One business and its clients."""

    def __init__(self) -> None:
        super().__init__()
        self.sale: FixedWorld = opened()
        self.books = Books(SECRETS)
        self.quotes: list[str] = []
        self.subscriptions: list[str] = []
        self.rates = True
        self.refused: list[str] = []

    @initialize(
        regime=st.sampled_from(("normal_monthly", "normal_monthly", "franchise")),
        debits=st.booleans(),
        discount=st.sampled_from((None, None, 200)),
    )
    def open_shop(self, regime: Any, debits: bool, discount: int | None) -> None:
        franchise = regime == "franchise"
        profile = replace(
            PROFILE, vat_regime=regime, debits_option=debits and not franchise, early_discount_bp=discount
        )
        self.sale = opened(profile=profile)
        self.rates = not franchise

    def ask(self, command: Command) -> dict[str, Any]:
        """Carry a command out; a refusal leaves nothing and says why."""
        before = len(self.sale.log)
        outcome = self.sale.when(command)
        assert len(self.sale.log) == before
        if isinstance(outcome, Refusal):
            assert outcome.words
            assert outcome.place == "" or outcome.place.startswith("/")
            self.refused.append(outcome.code)
            return {}
        assert isinstance(outcome, Decision)
        self.sale.given(*outcome.events)
        self.books.take(self.sale.log)
        return dict(outcome.result)

    def pick(self, of: Sequence[str], which: int) -> str:
        return of[which % len(of)] if of else "99999999-9999-4999-8999-999999999999"

    def an_invoice(self, which: int) -> str:
        return self.pick(tuple(self.books.invoices), which)

    def a_deposit(self, which: int) -> str:
        return self.pick(tuple(self.books.deposits), which)

    def a_payment(self, which: int) -> str:
        return self.pick(tuple(self.books.payments), which)

    def taxed(self, of: Sequence[LineInput]) -> tuple[LineInput, ...]:
        return tuple(of) if self.rates else tuple(replace(line, rate_bp=None) for line in of)

    # --- quotes

    @rule(
        customer=CUSTOMERS,
        basis=BASES,
        of=lines(rates=True),
        options=st.integers(0, 3),
        discount=DISCOUNTS,
        channel=CHANNELS,
        special=st.booleans(),
        schedule=INSTALMENTS,
        early=st.booleans(),
    )
    def sign_a_quote(
        self, customer: str, basis: Any, of: Any, options: int, discount: Any, channel: Any, special: bool,
        schedule: Any, early: bool,
    ) -> None:  # fmt: skip
        command = IssueQuote(
            customer=customer, basis=basis, channel=channel, lines=with_choices(self.taxed(of), options),
            discount=discount, special_order=special, schedule=schedule, duration_days=20,
            texts=TextsInput(title=SECRET, notes=SECRET, after_sales=SECRET),
        )  # fmt: skip
        made = self.ask(command)
        if not made:
            return
        self.quotes.append(made["quote"])
        if options == 3:
            members = {name: getattr(command, name) for name in REVISED}
            self.ask(ReviseQuote(quote=made["quote"], **{**members, "discount": None}))
        self.give_signature(made["quote"], options, len(of), early)

    def give_signature(self, quote: str, options: int, count: int, early: bool = False) -> None:
        chosen = []
        if options & 1:
            chosen.append(count + 1)
        if options & 2:
            chosen.append(count + 2 + (options & 1))
        self.ask(sign(self.sale, quote, chosen=tuple(chosen), early_start_requested=early, loss_acknowledged=early))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, of=lines(rates=True), less=st.booleans(), basis=BASES, schedule=INSTALMENTS)
    def change_a_contract(self, which: int, of: Any, less: bool, basis: Any, schedule: Any) -> None:
        quote = self.pick(self.quotes, which)
        if not self.quotes:
            return
        document = quote_state(self.sale, quote).current
        if less:
            of = tuple(replace(line, quantity="-0.25", discount=None) for line in of)
        made = self.ask(
            IssueQuote(
                customer=document.customer,
                channel=document.channel,
                basis=basis,
                lines=self.taxed(of),
                amends=quote,
                duration_days=5,
                schedule=schedule,
                texts=TextsInput(after_sales=SECRET),
            )
        )
        if made:
            self.quotes.append(made["quote"])
            self.give_signature(made["quote"], 0, len(of))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, by=st.sampled_from(("client", "issuer")))
    def cancel_a_contract(self, which: int, by: Any) -> None:
        self.ask(CancelQuote(quote=self.pick(self.quotes, which), by=by, words=SECRET))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, owed=st.sampled_from((0, 0, 1, 5_000)), late=st.booleans())
    def withdraw(self, which: int, owed: int, late: bool) -> None:
        quote = self.pick(self.quotes, which)
        self.ask(WithdrawQuote(quote=quote, by="form", owed_cents=owed, accept_late=late))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, complete=st.booleans())
    def deliver(self, which: int, complete: bool) -> None:
        about, on = self.pick(self.quotes, which), self.sale.today.isoformat()
        self.ask(RecordDelivery(about=about, about_kind="quote", on=on, complete=complete))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY)
    def accept(self, which: int) -> None:
        about, on = self.pick(self.quotes, which), self.sale.today.isoformat()
        self.ask(AcceptWork(about=about, about_kind="quote", on=on, reservations=SECRET))

    # --- deposits

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, share=SHARES | st.none(), cents=CENTS, kind=st.sampled_from((None, "arrhes", "acompte")))
    def ask_for_a_deposit(self, which: int, share: int | None, cents: int, kind: Any) -> None:
        amount = cents if share is None else None
        self.ask(RequestDeposit(quote=self.pick(self.quotes, which), share_bp=share, amount_cents=amount, kind=kind))

    @rule(customer=CUSTOMERS, cents=CENTS, rate=RATES, kind=st.sampled_from((None, "arrhes", "acompte")))
    def ask_for_money(self, customer: str, cents: int, rate: int, kind: Any) -> None:
        rate_bp = rate if self.rates else None
        self.ask(RequestDeposit(customer=customer, amount_cents=cents, rate_bp=rate_bp, kind=kind, title=SECRET))

    @precondition(lambda self: self.books.deposits)
    @rule(which=ANY)
    def invoice_a_deposit(self, which: int) -> None:
        self.ask(InvoiceDeposit(deposit=self.a_deposit(which)))

    @precondition(lambda self: self.books.deposits)
    @rule(which=ANY, outcome=st.sampled_from(("forfeit", "refund")), by=st.sampled_from(("client", "issuer")))
    def settle_a_deposit(self, which: int, outcome: Any, by: Any) -> None:
        self.ask(SettleDeposit(deposit=self.a_deposit(which), outcome=outcome, by=by))

    @precondition(lambda self: self.books.deposits)
    @rule(which=ANY)
    def take_a_request_back(self, which: int) -> None:
        self.ask(CancelDeposit(deposit=self.a_deposit(which)))

    @precondition(lambda self: self.books.payments)
    @rule(which=ANY, payment=ANY)
    def give_a_receipt(self, which: int, payment: int) -> None:
        deposit = self.a_deposit(which) if which % 2 else None
        self.ask(IssueReceipt(payment=self.a_payment(payment), deposit=deposit))

    # --- invoices

    @rule(customer=CUSTOMERS, basis=BASES, of=lines(rates=True), discount=DISCOUNTS)
    def invoice(self, customer: str, basis: Any, of: Any, discount: Any) -> None:
        texts = TextsInput(notes=SECRET)
        self.ask(IssueInvoice(customer=customer, basis=basis, lines=self.taxed(of), discount=discount, texts=texts))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, shares=st.lists(st.sampled_from((0, 2500, 3333, 10_000)), min_size=6, max_size=6))
    def invoice_progress(self, which: int, shares: list[int]) -> None:
        quote = self.pick(self.quotes, which)
        count = len(quote_state(self.sale, quote).counted) if self.quotes else 1
        self.ask(IssueProgressInvoice(quote=quote, performed_bp=tuple((shares * 4)[:count])))

    @precondition(lambda self: self.quotes)
    @rule(which=ANY, whole=st.booleans())
    def invoice_the_rest(self, which: int, whole: bool) -> None:
        quote = self.pick(self.quotes, which)
        self.ask(IssueInvoice(quote=quote) if whole else IssueFinalInvoice(quote=quote))

    @precondition(lambda self: self.books.invoices)
    @rule(
        which=ANY,
        rank=st.integers(1, 4),
        quantity=st.none() | st.sampled_from(("1", "0.5", "0.333333")),
        cents=st.none() | CENTS,
        cause=st.sampled_from(("return", "discount", "error", "bad_debt")),
    )
    def credit_a_part(self, which: int, rank: int, quantity: Any, cents: Any, cause: Any) -> None:
        line = CreditLine(rank=rank, quantity=None if cents else quantity, amount_cents=cents)
        self.ask(CreditInvoice(invoice=self.an_invoice(which), cause=cause, lines=(line,), notes=SECRET))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY, cause=st.sampled_from(("cancellation", "error", "bad_debt")))
    def credit_the_rest(self, which: int, cause: Any) -> None:
        self.ask(CreditInvoice(invoice=self.an_invoice(which), cause=cause))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY, of=lines(rates=True) | st.just(()))
    def replace_an_invoice(self, which: int, of: Any) -> None:
        replacement = IssueInvoice(lines=self.taxed(of))
        self.ask(CreditInvoice(invoice=self.an_invoice(which), cause="error", replacement=replacement))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY)
    def give_up(self, which: int) -> None:
        self.ask(WriteOffInvoice(invoice=self.an_invoice(which)))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY)
    def penalise(self, which: int) -> None:
        invoice = self.an_invoice(which)
        public = self.books.invoices[invoice].document.customer_kind == "public"
        self.ask(ChargePenalty(invoice=invoice, central_bank_bp=215 if public else None))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY)
    def give_a_note(self, which: int) -> None:
        on = self.sale.today.isoformat()
        self.ask(IssueNote(kind="services", invoice=self.an_invoice(which), performed_on=on))

    # --- recurring billing

    @rule(customer=CUSTOMERS, basis=BASES, of=lines(rates=True), discount=DISCOUNTS)
    def subscribe(self, customer: str, basis: Any, of: Any, discount: Any) -> None:
        made = self.ask(
            StartSubscription(
                customer=customer,
                basis=basis,
                every="month",
                lines=self.taxed(of),
                discount=discount,
                starts_on=self.sale.today.isoformat(),
                texts=TextsInput(title=SECRET),
            )
        )
        if made:
            self.subscriptions.append(made["subscription"])

    @precondition(lambda self: self.subscriptions)
    @rule(which=ANY)
    def bill(self, which: int) -> None:
        self.ask(InvoiceSubscription(subscription=self.pick(self.subscriptions, which)))

    @precondition(lambda self: self.subscriptions)
    @rule(which=ANY, paused=st.booleans(), stop=st.booleans())
    def pause(self, which: int, paused: bool, stop: bool) -> None:
        subscription = self.pick(self.subscriptions, which)
        self.ask(
            StopSubscription(subscription=subscription, by="client")
            if stop
            else PauseSubscription(subscription=subscription, paused=paused)
        )

    # --- money

    def parts(self, which: int, cents: int, exact: bool) -> tuple[Allocation, ...]:
        """One or two documents, and what is put to them: exactly what is due, or anything."""
        documents = [*self.books.deposits, *self.books.invoices]
        if not documents:
            return ()
        made = []
        for about in dict.fromkeys((self.pick(documents, which), self.pick(documents, which // 7))):
            deposit, invoice = self.books.deposits.get(about), self.books.invoices.get(about)
            due = deposit.asked.amount_cents if deposit else invoice.open if invoice else 0
            kind: Any = "deposit" if deposit else "invoice"
            made.append(Allocation(about=about, about_kind=kind, amount_cents=due if exact and due > 0 else cents))
        return tuple(made)

    @precondition(lambda self: self.books.deposits or self.books.invoices)
    @rule(which=ANY, cents=CENTS, exact=st.booleans(), more=st.sampled_from((0, 0, 1, 4_200)))
    def pay(self, which: int, cents: int, exact: bool, more: int) -> None:
        parts = self.parts(which, cents, exact)
        amount = sum(each.amount_cents for each in parts) + more
        if amount:
            self.ask(RecordPayment(means="cash" if more == 1 else "card", amount_cents=amount, allocations=parts))

    @precondition(lambda self: self.books.payments)
    @rule(which=ANY, document=ANY, cents=CENTS, exact=st.booleans(), free=st.booleans())
    def move(self, which: int, document: int, cents: int, exact: bool, free: bool) -> None:
        payment = self.a_payment(which)
        settles = self.books.payments[payment].settles if self.books.payments else {}
        freed = tuple(
            Allocation(
                about=about, about_kind="deposit" if about in self.books.deposits else "invoice", amount_cents=held
            )
            for about, held in settles.items()
            if held > 0
        )
        self.ask(
            AllocatePayment(
                payment=payment, free=freed[:1] if free else (), allocations=self.parts(document, cents, exact)[:1]
            )
        )

    @precondition(lambda self: self.books.payments)
    @rule(which=ANY, cents=st.none() | CENTS)
    def reverse(self, which: int, cents: int | None) -> None:
        self.ask(ReversePayment(payment=self.a_payment(which), cause="unpaid", amount_cents=cents))

    @precondition(lambda self: self.books.payments)
    @rule(which=ANY, cents=CENTS, kind=st.sampled_from(("deposit", "invoice", "credit_note", "payment", None)))
    def refund(self, which: int, cents: int, kind: Any) -> None:
        of: dict[Any, Sequence[str]] = {
            "deposit": tuple(self.books.deposits),
            "invoice": tuple(self.books.invoices),
            "credit_note": tuple(self.books.notes),
            "payment": tuple(self.books.payments),
        }
        about = None if kind is None else self.pick(of[kind], which)
        payment = self.a_payment(which) if which % 3 == 0 and kind != "payment" and self.books.payments else None
        self.ask(RefundPayment(means="card", amount_cents=cents, about=about, about_kind=kind, payment=payment))

    @rule(days=st.sampled_from((1, 8, 15, 31, 100)))
    def time_passes(self, days: int) -> None:
        pass_to(self.sale, self.sale.today + timedelta(days=days))
        self.books.take(self.sale.log)

    @precondition(lambda self: self.books.payments)
    @rule(which=ANY, means=st.sampled_from(("cash", "card", "cheque")))
    def correct_the_means(self, which: int, means: Any) -> None:
        self.ask(CorrectMeans(payment=self.a_payment(which), means=means))


REVISED = {
    "customer", "basis", "channel", "lines", "special_order", "schedule", "duration_days", "texts", "discount",
}  # fmt: skip

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

# Without the explain phase: before Python 3.12 it traces every line of every example, which doubles the time.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink]


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Sale,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=PHASES,
            suppress_health_check=CHECKS,
        ),
    )


def test_the_books_agree_with_every_sale() -> None:
    play(examples=200, steps=40)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_books_agree_with_every_sale_at_length() -> None:
    play(examples=1_000, steps=80)
