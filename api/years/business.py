"""What happens to the invented business: a shop, a workshop with quotes and deposits, work for firms, contracts.

Everything that a real year has is here at its plain rate: late payers, partial payments, returned goods, unpaid
cheques, deposits kept and given back doubled, facts learnt of days later, an invoice given up as lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from api.years import catalogue
from api.years.clock import Make, Result, Run, Step, Then, no_more
from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.payments import (
    CorrectMeans,
    RecordPayment,
    RefundPayment,
    ReversePayment,
)
from ledger.domain.commands.quotes import (
    AcceptWork,
    CancelQuote,
    DeclineQuote,
    ExpireQuote,
    IssueQuote,
    RecordDelivery,
    SendQuote,
    SignQuote,
    ViewQuote,
)
from ledger.domain.commands.sales import (
    CreditInvoice,
    CreditLine,
    DisputeInvoice,
    InvoiceSubscription,
    IssueFinalInvoice,
    IssueInvoice,
    IssueProgressInvoice,
    SendInvoice,
    StartSubscription,
    StopSubscription,
    WriteOffInvoice,
)
from ledger.domain.decision import StreamKind
from ledger.domain.events.common import Discount
from ledger.domain.events.payments import Allocation, PayableKind
from ledger.domain.events.signatures import Evidence
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE
from ledger.domain.types import Means

SHARES: Final = {"shop": 0.50, "works": 0.30, "firm": 0.15, "subscriber": 0.05}
"""Which part of all documents the stories of each kind make."""

DOCUMENTS: Final = {"shop": 1.03, "works": 3.1, "firm": 1.04, "subscriber": 20.0}
"""Roughly how many documents one story makes, by kind: quotes, deposit requests, receipts, invoices, credit notes."""

PLATFORMS_FROM: Final = date(2027, 9, 1)
"""From this day a small firm hands its invoices to other firms to an approved platform (law requirement 76)."""

_COUNTER_MEANS: Final[tuple[Means, ...]] = ("card", "card", "card", "card", "cash", "cheque")
_FIRM_MEANS: Final[tuple[Means, ...]] = ("credit_transfer", "credit_transfer", "credit_transfer", "cheque")


@dataclass(slots=True)
class Ledger:
    """What the story asks of the ledger besides commands: how a document stands, and an entry's fingerprint."""

    state: Callable[[StreamKind[Any], str], Any]
    fingerprint: Callable[[str, int], str]


@dataclass(slots=True)
class Business:
    """The stories, begun day by day; `chance` is seeded, so that the same seed gives the same years."""

    run: Run
    ledger: Ledger
    chance: Random
    _consumers: list[str] = field(default_factory=list)
    _firms: list[str] = field(default_factory=list)
    _registered: int = 0

    def open_for(self, day: date, stories: dict[str, float]) -> None:
        """Begin this day's stories: how many of each kind on average."""
        if day.weekday() == 6:
            return
        begin: dict[str, Callable[[datetime], Iterable[Step]]] = {
            "shop": self._shop,
            "works": self._works,
            "firm": self._firm,
            "subscriber": self._subscriber,
        }
        for kind, average in stories.items():
            count = int(average) + (self.chance.random() < average % 1)
            for _ in range(count):
                self.run.plan(begin[kind](self._hour(day)))

    def _hour(self, day: date) -> datetime:
        return self.run.moment(day, self.chance.randint(8, 18), self.chance.randint(0, 59), self.chance.randint(0, 59))

    def _later(self, at: datetime, low: int, high: int) -> datetime:
        return self._hour((at + timedelta(days=self.chance.randint(low, high))).date())

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    # ---- customers

    def _with_customer(self, at: datetime, known: list[str], then: Callable[[str, datetime], Iterable[Step]],
                       *, firm: bool) -> Iterable[Step]:  # fmt: skip
        """Take a known customer, or register one first."""
        if known and self._happens(0.45):
            return then(self.chance.choice(known), at)
        self._registered += 1
        invent = catalogue.business if firm else catalogue.consumer
        command = RegisterCustomer(kind="business" if firm else "consumer", party=invent(self.chance, self._registered))

        def registered(result: Result, when: datetime) -> Iterable[Step]:
            known.append(result["customer"])
            return then(result["customer"], when)

        return (_step(at, command, registered),)

    # ---- the shop

    def _shop(self, at: datetime) -> Iterable[Step]:
        if self._happens(0.7):
            return (self._sale(at, None),)
        return self._with_customer(at, self._consumers, lambda who, when: (self._sale(when, who),), firm=False)

    def _sale(self, at: datetime, customer: str | None) -> Step:
        lines = catalogue.basket(self.chance)
        ordered = customer is not None and self._happens(0.08)  # paid today, delivered later
        command = IssueInvoice(customer=customer, basis="gross", lines=lines)
        means = self.chance.choice(_COUNTER_MEANS)

        def sold(result: Result, when: datetime) -> Iterable[Step]:
            invoice = result["invoice"]
            yield self._pay(when, invoice, "invoice", result["due_cents"], means, self._after_counter(means))
            if ordered:
                on = self._later(when, 2, 20)
                yield _step(on, RecordDelivery(about=invoice, about_kind="invoice", on=on.date().isoformat()))
            if self._happens(0.03):
                yield from self._returned(when, invoice, lines)

        return _step(at, command, sold)

    def _after_counter(self, means: Means) -> Then:
        def paid(result: Result, when: datetime) -> Iterable[Step]:
            payment = result["payment"]
            if means == "cheque" and self._happens(0.03):
                yield _step(self._later(when, 5, 12), ReversePayment(payment=payment, cause="unpaid"))
            elif self._happens(0.002):
                yield _step(self._later(when, 0, 1), CorrectMeans(payment=payment, means=_other(means)))

        return paid

    def _returned(self, at: datetime, invoice: str, lines: tuple[LineInput, ...]) -> Iterable[Step]:
        whole = self._happens(0.4)
        rank = self.chance.randint(1, len(lines))

        def credit() -> Command | None:
            state = self.ledger.state(INVOICE, invoice)
            if state is None or state.open_cents:
                return None  # not paid: nothing to bring back
            part = () if whole else (CreditLine(rank=rank, quantity="1"),)
            return CreditInvoice(invoice=invoice, cause="return", lines=part)

        return (Step(self._later(at, 1, 20), credit, self._give_back),)

    def _give_back(self, result: Result, at: datetime) -> Iterable[Step]:
        owed = result["refund_cents"]
        if owed:
            note = result["credit_note"]
            yield _step(
                self._later(at, 0, 6),
                RefundPayment(means="card", amount_cents=owed, about=note, about_kind="credit_note"),
            )

    # ---- money

    def _pay(self, at: datetime, about: str, kind: PayableKind, cents: int, means: Means,
             then: Then = no_more) -> Step:  # fmt: skip
        """Pay an amount for a document, or what of it is still open by then; now and then learnt of days later."""
        late = self._happens(0.01)
        days = self.chance.randint(2, 6)

        def make() -> Command | None:
            state: Any = self.ledger.state(INVOICE if kind == "invoice" else DEPOSIT, about)
            left = state.open_cents if kind == "invoice" else state.to_pay_cents
            amount = min(cents, left)
            if amount <= 0:
                return None
            value_date = (at.date() - timedelta(days=days)).isoformat() if late and means != "cash" else None
            part = Allocation(about=about, about_kind=kind, amount_cents=amount)
            return RecordPayment(means=means, amount_cents=amount, received_on=value_date, allocations=(part,))

        return Step(at, make, then)

    # ---- works on a quote

    def _works(self, at: datetime) -> Iterable[Step]:
        return self._with_customer(at, self._consumers, lambda who, when: (self._quote(when, who),), firm=False)

    def _quote(self, at: datetime, customer: str) -> Step:
        special = self._happens(0.55)
        kind = "acompte" if special else "arrhes"
        shares = (3000,) if self._happens(0.7) else (2000, 2000)
        schedule = tuple(
            InstalmentInput(
                kind=kind if rank == 0 else "acompte",  # type: ignore[arg-type] # one of the two words
                share_bp=share,
                trigger="signature" if rank == 0 else "date",
                due_on=None if rank == 0 else (at.date() + timedelta(days=45)).isoformat(),
                due_days=8 if rank == 0 else None,
            )
            for rank, share in enumerate(shares)
        )
        command = IssueQuote(
            customer=customer,
            basis="net",
            channel="premises",
            special_order=special,
            trades=("building",),
            lines=catalogue.works(self.chance),
            discount=Discount(share_bp=500, reason="fidelite") if self._happens(0.1) else None,
            reduced_rate_justified=True,
            texts=TextsInput(
                title="Parquet",
                performance_place="Au domicile du client.",
                waste="Déchets de chantier repris et portés en déchèterie professionnelle, inclus.",
                reduced_rate_statement="Local d'habitation achevé depuis plus de deux ans.",
                price_revision="Prix ferme et non révisable.",
                after_sales="Reprise des désordres signalés dans l'année.",
                works_description="Pose de parquet et de plinthes.",
            ),
            duration_days=self.chance.randint(1, 6),
            schedule=schedule,
        )
        return _step(at, command, self._offered)

    def _offered(self, result: Result, at: datetime) -> Iterable[Step]:
        quote = result["quote"]
        yield _step(at, SendQuote(quote=quote, by="email"))
        fate = self.chance.random()
        if fate < 0.12:
            expiry = self._hour(at.date() + timedelta(days=32))
            yield _step(expiry, ExpireQuote(quote=quote))
            return
        seen = self._later(at, 0, 6)
        yield _step(seen, ViewQuote(quote=quote))
        if fate < 0.3:
            yield _step(self._later(seen, 1, 15), DeclineQuote(quote=quote, reason="price"))
            return

        def sign() -> Command | None:
            return SignQuote(
                quote=quote,
                document_version=1,
                fingerprint=self.ledger.fingerprint(f"quote:{quote}", 1),
                method="typed",
                reduced_rate_stated=True,
                evidence=Evidence(name_typed="Lu et approuvé", consent_text="J'accepte ce devis et ses conditions."),
            )

        def signed(answer: Result, when: datetime) -> Iterable[Step]:
            return self._contract(quote, answer, when)

        yield Step(self._later(seen, 0, 12), sign, signed)

    def _contract(self, quote: str, result: Result, at: datetime) -> Iterable[Step]:
        deposits = list(zip(result["deposits"], result["deposit_cents"], strict=True))
        paid_by = at
        for deposit, cents in deposits:
            on = self._later(at, 0, 9) if self._happens(0.85) else self._later(at, 10, 40)
            paid_by = max(paid_by, on)
            yield self._pay(on, deposit, "deposit", cents, self.chance.choice(_FIRM_MEANS))
        fate = self.chance.random()
        if fate < 0.08:
            by = "client" if fate < 0.05 else "issuer"
            given_up = _step(
                self._later(paid_by, 1, 20),
                CancelQuote(quote=quote, by=by),  # type: ignore[arg-type] # one of the two sides
                lambda _, when: self._after_giving_up([each for each, _ in deposits], when),
            )
            yield given_up
            return
        done = self._later(paid_by, 8, 70)
        if self._happens(0.15):
            yield _step(
                self._later(paid_by, 3, 7),
                _progress(self.ledger, quote, self.chance.choice((2500, 4000, 5000))),
                self._invoiced_at_home,
            )
        yield _step(
            done,
            AcceptWork(about=quote, about_kind="quote", on=done.date().isoformat()),
            lambda _, when: (_step(self._later(when, 0, 9), IssueFinalInvoice(quote=quote), self._invoiced_at_home),),
        )

    def _after_giving_up(self, deposits: list[str], at: datetime) -> Iterable[Step]:
        for deposit in deposits:

            def back(deposit: str = deposit) -> Command | None:
                state = self.ledger.state(DEPOSIT, deposit)
                owed, indemnity = state.to_refund_cents, state.indemnity_due_cents
                if owed + indemnity <= 0:
                    return None
                return RefundPayment(
                    means="credit_transfer",
                    amount_cents=owed + indemnity,
                    indemnity_cents=indemnity,
                    about=deposit,
                    about_kind="deposit",
                )

            yield Step(self._later(at, 1, 12), back)

    def _invoiced_at_home(self, result: Result, at: datetime) -> Iterable[Step]:
        invoice, due = result["invoice"], result["due_cents"]
        yield _step(at, SendInvoice(invoice=invoice, by="email"))
        yield from self._settled(invoice, due, at, on_time=0.8)

    # ---- work for firms

    def _firm(self, at: datetime) -> Iterable[Step]:
        return self._with_customer(at, self._firms, lambda who, when: (self._assignment(when, who),), firm=True)

    def _assignment(self, at: datetime, customer: str) -> Step:
        command = IssueInvoice(
            customer=customer, basis="net", channel="distance", lines=catalogue.assignment(self.chance)
        )

        def invoiced(result: Result, when: datetime) -> Iterable[Step]:
            invoice, due = result["invoice"], result["due_cents"]
            yield _step(when, SendInvoice(invoice=invoice, by="platform" if when.date() >= PLATFORMS_FROM else "email"))
            if self._happens(0.01):
                yield _step(
                    self._later(when, 20, 40), DisputeInvoice(invoice=invoice, state="opened", reason="quality")
                )
                yield Step(self._later(when, 41, 60), self._rebate(invoice), self._give_back)
            if self._happens(0.006):
                yield Step(self._later(when, 300, 380), self._give_up(invoice))
                return
            yield from self._settled(invoice, due, when, on_time=0.65)

        return _step(at, command, invoiced)

    def _rebate(self, invoice: str) -> Make:
        def make() -> Command | None:
            state = self.ledger.state(INVOICE, invoice)
            return CreditInvoice(invoice=invoice, cause="discount", lines=(CreditLine(rank=1, amount_cents=1_000),)) \
                if state is not None and state.gross_cents > 10_000 else None  # fmt: skip

        return make

    def _give_up(self, invoice: str) -> Make:
        def make() -> Command | None:
            return WriteOffInvoice(invoice=invoice, reason="insolvent") \
                if self.ledger.state(INVOICE, invoice).open_cents else None  # fmt: skip

        return make

    def _settled(self, invoice: str, due: int, at: datetime, *, on_time: float) -> Iterable[Step]:
        if due <= 0:
            return
        means = self.chance.choice(_FIRM_MEANS)
        first = self._later(at, 2, 28) if self._happens(on_time) else self._later(at, 32, 110)
        if self._happens(0.12) and due > 10_000:
            yield self._pay(first, invoice, "invoice", due // 2, means)
            yield self._pay(self._later(first, 10, 40), invoice, "invoice", due, means)
        elif self._happens(0.01):
            yield self._overpaid(first, invoice, due, means)
        else:
            yield self._pay(first, invoice, "invoice", due, means)

    def _overpaid(self, at: datetime, invoice: str, due: int, means: Means) -> Step:
        """Pay ten euros too much; they go back later."""
        extra = 1_000

        def make() -> Command | None:
            left = min(due, self.ledger.state(INVOICE, invoice).open_cents)
            part = Allocation(about=invoice, about_kind="invoice", amount_cents=left)
            return RecordPayment(means=means, amount_cents=left + extra, allocations=(part,)) if left > 0 else None

        def back(result: Result, when: datetime) -> Iterable[Step]:
            payment, held = result["payment"], result["unallocated_cents"]
            if held:
                refund = RefundPayment(means=means, amount_cents=held, payment=payment)
                yield _step(self._later(when, 3, 20), refund)

        return Step(at, make, back)

    # ---- contracts that recur

    def _subscriber(self, at: datetime) -> Iterable[Step]:
        if at.day > 28:  # every month has the day on which a contract begins
            at += timedelta(days=4)
        return self._with_customer(at, self._consumers, lambda who, when: (self._subscribe(when, who),), firm=False)

    def _subscribe(self, at: datetime, customer: str) -> Step:
        command = StartSubscription(
            customer=customer,
            basis="gross",
            every="month",
            starts_on=at.date().isoformat(),
            lines=catalogue.contract(self.chance),
        )
        months = min(48, 6 + int(self.chance.expovariate(1 / 24)))
        return _step(at, command, lambda result, when: (self._period(result["subscription"], when, months),))

    def _period(self, subscription: str, at: datetime, months: int) -> Step:
        def billed(result: Result, when: datetime) -> Iterable[Step]:
            debit = self._later(when, 3, 6)
            yield self._pay(debit, result["invoice"], "invoice", result["due_cents"], "direct_debit", self._debited)
            following = self._hour(_next_month(at.date()))
            if months > 1:
                yield self._period(subscription, following, months - 1)
            else:
                yield _step(following, StopSubscription(subscription=subscription, by="client"))

        return _step(at, InvoiceSubscription(subscription=subscription), billed)

    def _debited(self, result: Result, at: datetime) -> Iterable[Step]:
        if self._happens(0.02):
            yield _step(self._later(at, 2, 5), ReversePayment(payment=result["payment"], cause="rejected"))


def _step(at: datetime, command: Command | Make, then: Then = no_more) -> Step:
    return Step(at, command if callable(command) else lambda: command, then)


def _other(means: Means) -> Means:
    return "cash" if means == "card" else "card"


def _next_month(day: date) -> date:
    first = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=min(day.day, 28) - 1)


def _progress(ledger: Ledger, quote: str, share_bp: int) -> Make:
    def make() -> Command | None:
        state = ledger.state(QUOTE, quote)
        return IssueProgressInvoice(quote=quote, performed_bp=(share_bp,) * len(state.current.lines))

    return make
