"""Random years: the domain's sale in any order, with late money, later deliveries and money nobody knows yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from ledger.domain.commands.common import Command, InstalmentInput, TextsInput
from ledger.domain.commands.payments import (
    AllocatePayment,
    RecordPayment,
    RecordPayout,
    RecordPayoutReturn,
    RefundPayment,
)
from ledger.domain.commands.quotes import CancelQuote, IssueQuote, RecordDelivery
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.payments import Allocation
from ledger.domain.events.periods import PeriodClosed
from projections.accounts.chart import shipped_chart
from projections.accounts.journals import Journals
from projections.accounts.years import years_of
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.book.reading import postings_recorded
from projections.business.documents import DOCUMENT, DOCUMENTS
from projections.business.incoming import INCOMING, PAYOUT
from projections.engine.contract import Body, Entry
from projections.ereporting.periods import Situation, Situations
from projections.vat.periods import Period, days_between, period_named
from projections.vat.reconcile import Closure, Reconciliation, open_days, reconcile
from projections.vat.returns import vat_return
from projections.vat.ties import documents_tie, ereporting_tie, journals_tie, payouts_tie
from tests.documents.selling import sources_of
from tests.domain.closing import pass_to
from tests.domain.test_whole_sale import ANY, BASES, CENTS, CHECKS, CUSTOMERS, PHASES, SECRET, lines
from tests.domain.test_whole_sale import Sale as AnySale
from tests.domain.world import BUSINESS, CONSUMER
from tests.projections.book.checking import provider_differences
from tests.projections.playing import Folded, entry_of

BACK = st.sampled_from((0, 0, 1, 9, 40))
SIDES = st.sampled_from(("client", "client", "issuer"))
PAYOUTS = st.integers(1, 4)
CURRENCIES = st.sampled_from((None, None, "USD"))
AHEAD = st.sampled_from((-20, -1, 0, 1, 14, 45))


class AnyYear(AnySale):
    """A business's year in any order; at its end every bridge of every period is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.days: list[str] = []
        self.ends: list[int] = []  # the last entry of each transaction

    def ask(self, command: Command) -> dict[str, Any]:
        made = super().ask(command)
        self.note()
        return made

    def note(self) -> None:
        """Note the day of what is new."""
        self.days += [self.sale.today.isoformat()] * (len(self.sale.log) - len(self.days))
        self.ends.append(len(self.days))

    def ago(self, days: int) -> str:
        return (self.sale.today - timedelta(days=days)).isoformat()

    @precondition(lambda self: self.books.deposits or self.books.invoices)
    @rule(which=ANY, cents=CENTS, back=BACK, provider=st.booleans())
    def pay_late_or_online(self, which: int, cents: int, back: int, provider: bool) -> None:
        parts = self.parts(which, cents, exact=True)
        amount = sum(each.amount_cents for each in parts)
        if amount:
            more: dict[str, Any] = {"provider": "checkout", "provider_reference": "ch-1"} if provider else {}
            self.ask(
                RecordPayment(
                    means="card", amount_cents=amount, allocations=parts, received_on=self.ago(back), **more
                )
            )  # fmt: skip

    @rule(cents=CENTS, back=BACK, currency=st.sampled_from((None, None, "USD")))
    def pay_for_nothing_known(self, cents: int, back: int, currency: str | None) -> None:
        self.ask(
            RecordPayment(means="credit_transfer", amount_cents=cents, currency=currency, received_on=self.ago(back))
        )

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY, cents=CENTS)
    def put_money_to_an_invoice(self, which: int, cents: int) -> None:
        free = [payment for payment, each in self.books.payments.items() if each.rest > 0]
        about = self.an_invoice(which)
        if not free:
            return
        payment = self.pick(free, which)
        amount = min(cents, self.books.payments[payment].rest, max(1, self.books.invoices[about].open))
        part = Allocation(about=about, about_kind="invoice", amount_cents=amount)
        self.ask(AllocatePayment(payment=payment, allocations=(part,)))

    @rule(customer=CUSTOMERS, basis=BASES, of=lines(rates=True), ahead=AHEAD)
    def invoice_for_a_day(self, customer: str, basis: Any, of: Any, ahead: int) -> None:
        on = self.ago(-ahead)
        self.ask(IssueInvoice(customer=customer, basis=basis, lines=self.taxed(of), supplied_on=on))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY, back=BACK, complete=st.booleans())
    def deliver_an_invoice(self, which: int, back: int, complete: bool) -> None:
        about = self.an_invoice(which)
        self.ask(RecordDelivery(about=about, about_kind="invoice", on=self.ago(back), complete=complete))

    @precondition(lambda self: self.books.payments)
    @rule(which=ANY, cents=CENTS, back=BACK, provider=st.booleans())
    def refund_late_or_online(self, which: int, cents: int, back: int, provider: bool) -> None:
        about = self.a_payment(which)
        more: dict[str, Any] = {"provider": "checkout", "provider_reference": "re-1"} if provider else {}
        self.ask(
            RefundPayment(
                means="cheque", amount_cents=cents, about=about, about_kind="payment", paid_on=self.ago(back), **more
            )
        )  # fmt: skip

    @rule(which=PAYOUTS, cents=CENTS, fee=CENTS, drawn=st.booleans(), back=BACK, currency=CURRENCIES)
    def a_provider_pays_out_or_draws(
        self, which: int, cents: int, fee: int, drawn: bool, back: int, currency: str | None
    ) -> None:
        self.ask(
            RecordPayout(
                provider="stripe", provider_reference=f"po_{which}", currency=currency,
                gross_cents=-cents if drawn else cents, fee_cents=fee, paid_on=self.ago(back),
            )
        )  # fmt: skip

    @rule(which=PAYOUTS, back=BACK)
    def a_payout_comes_back(self, which: int, back: int) -> None:
        asked = RecordPayoutReturn(provider="stripe", provider_reference=f"po_{which}", returned_on=self.ago(back))
        self.ask(asked)

    @rule(customer=st.sampled_from((CONSUMER, BUSINESS)), of=lines(rates=True), part=st.booleans(), by=SIDES)
    def give_a_contract_up(self, customer: str, of: Any, part: bool, by: Any) -> None:
        """Arrhes come, whole or in part, and one side gives up."""
        made = self.ask(
            IssueQuote(
                customer=customer, basis="net", channel="premises", lines=self.taxed(of), duration_days=20,
                schedule=(InstalmentInput(kind="arrhes", share_bp=3000),), texts=TextsInput(after_sales=SECRET),
            )
        )  # fmt: skip
        if not made:
            return
        self.quotes.append(made["quote"])
        before = set(self.books.deposits)
        self.give_signature(made["quote"], 0, len(of))
        for deposit in set(self.books.deposits) - before:
            amount = self.books.deposits[deposit].asked.amount_cents
            paid = amount // 2 if part else amount
            if paid:
                parts = (Allocation(about=deposit, about_kind="deposit", amount_cents=paid),)
                self.ask(RecordPayment(means="cheque", amount_cents=paid, allocations=parts))
        self.ask(CancelQuote(quote=made["quote"], by=by))

    @precondition(lambda self: self.books.invoices)
    @rule(which=ANY)
    def pay_early(self, which: int) -> None:
        """Two percent less than is due: a discount where the invoice offers one and is young."""
        about = self.an_invoice(which)
        paid = self.books.invoices[about].open * 98 // 100
        if paid > 0:
            parts = (Allocation(about=about, about_kind="invoice", amount_cents=paid),)
            self.ask(RecordPayment(means="credit_transfer", amount_cents=paid, allocations=parts))

    def teardown(self) -> None:
        self.note()
        pass_to(self.sale, self.sale.today + timedelta(days=1))
        self.note()
        look(self)


def look(year: AnyYear) -> None:
    """Hold every bridge of the whole, of each month, of the years, and of days that cut across."""
    entries = [
        entry_of(one)._replace(day=year.days[one.seq - 1]) for one in sources_of(year.sale)._entries
    ]  # fmt: skip
    book = tuple(postings_recorded(Folded(BOOK, entries)))
    closed = [
        Closure(seq, emit.event) for seq, emit in enumerate(year.sale.log, 1) if isinstance(emit.event, PeriodClosed)
    ]
    assert not provider_differences(entries, book)
    hold(book, closed, entries, year.ends[len(year.ends) * 2 // 3])


def tied(
    book: Sequence[Posting],
    closed: Sequence[Closure],
    period: Period,
    entries: Sequence[Entry],
    upto: int | None = None,
    with_ties: bool = True,
    documents: Sequence[tuple[str, Body]] = (),
    payouts: Sequence[Body] = (),
) -> Reconciliation:
    """Reconcile, with the ties of others or without, as of an entry: the last if none is said."""
    upto = len(entries) if upto is None else upto
    known = max((each.closed.last_seq for each in closed if each.seq <= upto), default=0)
    firm = firm_of(entries)
    years = years_of("01-01", entries[0].day, (each for each in entries[:upto] if each.stream == "period:self"))

    def recorded(first: int, last: int) -> list[Posting]:
        return [each for each in book if first <= each.seq <= last]

    journals = Journals(recorded, shipped_chart(), years, "EUR", upto, max(each.day for each in entries[:upto]))
    ties = [journals_tie(journals), ereporting_tie(firm)] if with_ties else []
    if documents:
        ties += [documents_tie(documents), payouts_tie(payouts)]
    return reconcile(
        lambda: book,
        closed,
        period,
        currency="EUR",
        regime=firm.known[-1].regime,
        upto_seq=upto,
        unclosed=open_days(entries[known:upto], "EUR"),
        ties=ties,
    )


def firm_of(entries: Sequence[Entry]) -> Situations:
    """What the profile says."""
    body = next(each.body for each in reversed(entries) if each.type == "issuer.profile_set/1")
    debits = bool(body.get("debits_option", False))
    return Situations((Situation("2000-01-01", body["vat_regime"], "micro", debits),))


def documents_of(entries: Sequence[Entry]) -> list[tuple[str, Body]]:
    """The rows of documents that entries add up to, by stream."""
    return [(row.key, row.body) for row in Folded(DOCUMENTS, entries).rows(DOCUMENT)]


def payouts_of(entries: Sequence[Entry]) -> list[Body]:
    """The rows of payouts that entries add up to."""
    return [row.body for row in Folded(INCOMING, entries).rows(PAYOUT)]


def hold(book: Sequence[Posting], closed: Sequence[Closure], entries: Sequence[Entry], upto: int) -> None:
    """Look at the bridges of many periods, and at both as of `upto`, an entry that ends a transaction."""
    documents, payouts = documents_of(entries), payouts_of(entries)
    for period in periods(book, [each.day for each in entries]):
        made = tied(book, closed, period, entries, documents=documents, payouts=payouts)
        wrong = [each for each in made.bridges if not each.holds]
        assert not wrong, (period, wrong)
    earlier = tuple(each for each in book if each.seq <= upto)
    made = tied(book, closed, days_between("2000-01-01", "2099-12-31"), entries, upto)
    assert made.holds, [each for each in made.bridges if not each.holds]
    regime = firm_of(entries).known[-1].regime
    for period in periods(book, [each.day for each in entries]):
        asked: dict[str, Any] = {"regime": regime, "currency": "EUR", "declared_on": period.to_on}
        assert vat_return(book, period, upto_seq=upto, **asked) == vat_return(earlier, period, upto_seq=upto, **asked)
        full = vat_return(book, period, upto_seq=len(entries), **asked)
        assert full == vat_return(tuple(reversed(book)), period, upto_seq=len(entries), **asked)


def periods(book: Sequence[Posting], days: Sequence[str]) -> list[Period]:
    """The whole, every month in which something is recorded or counts, its year, ten days across each month's end."""
    known = sorted({*days, *(each.on for each in book)})
    found = [days_between("2000-01-01", "2099-12-31"), days_between(days[0], days[-1])]
    months = sorted({day[:7] for day in known})
    for name in (*months, *sorted({day[:4] for day in known})):
        period = period_named(name)
        assert period is not None
        found.append(period)
    for name in months:
        first = date.fromisoformat(f"{name}-01")
        found.append(days_between((first - timedelta(days=5)).isoformat(), (first + timedelta(days=4)).isoformat()))
    return found


def play(examples: int, steps: int) -> None:
    """Run random years."""
    run_state_machine_as_test(
        AnyYear,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES, suppress_health_check=CHECKS
        ),
    )
