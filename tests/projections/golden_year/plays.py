"""The thirty sales of docs/projections/golden-year.md as commands, played through the real service day by day.

Each sale is a generator: what it yields is the day on which it goes on. The player takes the sale whose day comes
first, sets the clock to it, and notes which entries the sale's commands wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.commands.payments import (
    AllocatePayment,
    CorrectMeans,
    RecordPayment,
    RefundPayment,
    ReversePayment,
)
from ledger.domain.commands.quotes import CancelQuote, IssueQuote, SignQuote
from ledger.domain.commands.sales import (
    CreditInvoice,
    CreditLine,
    IssueFinalInvoice,
    IssueInvoice,
    IssueProgressInvoice,
    SettleDeposit,
    WriteOffInvoice,
)
from ledger.domain.events.common import Address, Party
from ledger.domain.events.payments import Allocation
from ledger.domain.events.signatures import Evidence
from ledger.domain.opening import OpenLedger
from ledger.shell.calls import Answer
from ledger.shell.opening import Opened
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from tests.shell.business import HandClock, profile, service_over

OPENED_ON = "2026-01-05"
Steps = Generator[str, None, None]


@dataclass
class Year:
    """One ledger and the sales played in it; `sale_of` names the sale that wrote an entry."""

    service: Service
    clock: HandClock
    ledger: str
    customers: dict[str, str] = field(default_factory=dict)
    sale_of: dict[int, int] = field(default_factory=dict)
    playing: int = 0

    def ask(self, command: Command) -> Answer:
        """Carry a command out."""
        outcome = self.service.execute(self.ledger, command, actor="user:owner")
        assert isinstance(outcome, Answer), outcome
        for one in outcome.entries:
            self.sale_of[one.seq] = self.playing
        return outcome

    def set_to(self, day: str) -> None:
        """Move the clock to nine o'clock (UTC) of a day; it never goes back."""
        wanted = datetime.combine(date.fromisoformat(day), time(9), UTC)
        self.clock.pass_by(max(wanted - self.clock.wall, timedelta()))

    # ---- what sales are made of

    def invoice(self, *lines: LineInput, customer: str = "consumer", **more: Any) -> str:
        command = IssueInvoice(customer=self.customers[customer], lines=lines, **{"basis": "net", **more})
        return str(self.ask(command).result["invoice"])

    def pay(self, means: Any, cents: int, about: str | None = None, kind: Any = "invoice", **more: Any) -> str:
        allocations = (Allocation(about=about, about_kind=kind, amount_cents=cents),) if about is not None else ()
        command = RecordPayment(means=means, amount_cents=cents, allocations=allocations, **more)
        return str(self.ask(command).result["payment"])

    def refund(self, means: Any, cents: int, about: str, kind: Any, **more: Any) -> None:
        self.ask(RefundPayment(means=means, amount_cents=cents, about=about, about_kind=kind, **more))

    def credit(self, invoice: str, cause: Any, *lines: CreditLine) -> str:
        return str(self.ask(CreditInvoice(invoice=invoice, cause=cause, lines=lines)).result["credit_note"])

    def sign(
        self,
        *lines: LineInput,
        customer: str = "consumer",
        kind: Any = None,
        share_bp: int = 0,
        special_order: bool = False,
    ) -> tuple[str, str]:
        """Issue a quote and have it signed on the spot; its id and that of its deposit."""
        schedule = (InstalmentInput(kind=kind, share_bp=share_bp),) if share_bp else ()
        issued = self.ask(
            IssueQuote(
                customer=self.customers[customer], basis="net", channel="premises", lines=lines,
                special_order=special_order, schedule=schedule, duration_days=20, reduced_rate_justified=True,
                texts=TextsInput(after_sales="Garantie légale de conformité : deux ans"),
            )
        )  # fmt: skip
        quote = str(issued.result["quote"])
        shown = next(one.fingerprint for one in issued.entries if one.stream == f"quote:{quote}")
        evidence = Evidence(name_typed="Camille Roseau", consent_text="Lu et approuvé, bon pour accord")
        signed = self.ask(
            SignQuote(
                quote=quote, document_version=1, fingerprint=shown, reduced_rate_stated=True, evidence=evidence
            )
        )  # fmt: skip
        deposits = signed.result["deposits"]
        return quote, str(deposits[0]) if deposits else ""

    def final(self, quote: str) -> str:
        return str(self.ask(IssueFinalInvoice(quote=quote)).result["invoice"])


def goods(price: str, rate_bp: int = 2000, **more: Any) -> LineInput:
    return LineInput(label="Meuble", unit_price=price, rate_bp=rate_bp, nature="goods", **more)


def service(price: str, rate_bp: int | None = 2000, **more: Any) -> LineInput:
    return LineInput(label="Pose", unit_price=price, rate_bp=rate_bp, nature="services", **more)


# ---- the sales, one after the other as on the page


def sale_1(year: Year) -> Steps:
    yield "2026-01-06"
    year.pay("cash", 12_000, year.invoice(goods("100")))


def sale_2(year: Year) -> Steps:
    yield "2026-01-08"
    made = year.invoice(service("500"))
    yield "2026-02-10"
    year.pay("credit_transfer", 60_000, made)


def sale_3(year: Year) -> Steps:
    yield "2026-01-12"
    made = year.invoice(service("1000", 1000), service("500"), reduced_rate_justified=True)
    yield "2026-01-20"
    year.pay("card", 51_000, made)
    yield "2026-03-05"
    year.pay("credit_transfer", 119_000, made)


def sale_4(year: Year) -> Steps:
    yield "2026-01-15"
    year.pay("card", 36_000, year.invoice(goods("360", 550), basis="gross"))


def sale_5(year: Year) -> Steps:
    yield "2026-01-19"
    made = year.invoice(goods("800"), supplied_on="2026-02-03")
    yield "2026-02-20"
    year.pay("credit_transfer", 96_000, made)


def sale_6(year: Year) -> Steps:
    yield "2026-02-02"
    made = year.invoice(goods("300"), supplied_on="2026-03-02")
    yield "2026-02-04"
    year.pay("credit_transfer", 36_000, made)


def sale_7(year: Year) -> Steps:
    yield "2026-01-26"
    quote, deposit = year.sign(service("1000"), kind="acompte", share_bp=3000, special_order=True)
    yield "2026-02-05"
    year.pay("credit_transfer", 36_000, deposit, "deposit")
    yield "2026-03-10"
    made = year.final(quote)
    yield "2026-04-02"
    year.pay("credit_transfer", 84_000, made)


def sale_8(year: Year) -> Steps:
    yield "2026-02-09"
    lines = (service("1000", 1000), service("500"))
    quote, deposit = year.sign(*lines, customer="business", kind="acompte", share_bp=3000)
    yield "2026-02-12"
    year.pay("credit_transfer", 51_000, deposit, "deposit")
    yield "2026-02-26"
    made = year.final(quote)
    yield "2026-03-26"
    year.pay("credit_transfer", 119_000, made)


def sale_9(year: Year) -> Steps:
    yield "2026-02-23"
    quote, deposit = year.sign(service("2000"), share_bp=2500)
    yield "2026-03-03"
    year.pay("card", 60_000, deposit, "deposit")
    yield "2026-03-18"
    year.ask(CancelQuote(quote=quote, by="client"))


def sale_10(year: Year) -> Steps:
    yield "2026-02-24"
    quote, deposit = year.sign(goods("1000"), share_bp=2000)
    yield "2026-03-04"
    year.pay("credit_transfer", 24_000, deposit, "deposit")
    yield "2026-03-20"
    year.ask(CancelQuote(quote=quote, by="issuer"))
    yield "2026-03-25"
    year.refund("credit_transfer", 48_000, deposit, "deposit", indemnity_cents=24_000)


def sale_11(year: Year) -> Steps:
    yield "2026-04-07"
    made = year.invoice(service("400"))
    yield "2026-04-09"
    year.credit(made, "cancellation")


def sale_12(year: Year) -> Steps:
    yield "2026-04-08"
    made = year.invoice(goods("50", quantity="5"))
    year.pay("card", 30_000, made)
    yield "2026-04-20"
    note = year.credit(made, "return", CreditLine(rank=1, quantity="1"))
    yield "2026-04-22"
    year.refund("card", 6_000, note, "credit_note")


def sale_13(year: Year) -> Steps:
    yield "2026-04-10"
    made = year.invoice(service("600"))
    yield "2026-04-15"
    year.pay("card", 72_000, made)
    yield "2026-05-05"
    note = year.credit(made, "error", CreditLine(rank=1, amount_cents=10_000))
    yield "2026-05-12"
    year.refund("credit_transfer", 12_000, note, "credit_note")


def sale_14(year: Year) -> Steps:
    yield "2026-05-06"
    made = year.invoice(service("250"))
    yield "2026-05-07"
    cheque = year.pay("cheque", 30_000, made)
    yield "2026-05-21"
    year.ask(ReversePayment(payment=cheque, cause="unpaid"))
    yield "2026-06-03"
    year.pay("card", 30_000, made)


def sale_15(year: Year) -> Steps:
    yield "2026-05-11"
    made = year.invoice(service("1000"), customer="business")
    yield "2026-05-15"
    year.pay("credit_transfer", 117_600, made)
    yield "2026-05-29"
    year.credit(made, "discount", CreditLine(rank=1, amount_cents=2_000))


def sale_16(year: Year) -> Steps:
    yield "2026-06-02"
    made = year.invoice(service("150"))
    yield "2026-09-30"
    year.ask(WriteOffInvoice(invoice=made))
    yield "2026-10-05"
    year.credit(made, "bad_debt")


def sale_17(year: Year) -> Steps:
    yield "2026-06-08"
    made = year.invoice(goods("200", 550))
    yield "2026-06-10"
    cheque = year.pay("cheque", 22_100, made)
    yield "2026-06-15"
    year.refund("credit_transfer", 1_000, cheque, "payment")


def sale_18(year: Year) -> Steps:
    yield "2026-06-25"
    made = year.invoice(service("100"))
    yield "2026-07-03"
    year.pay("credit_transfer", 12_000, made, received_on="2026-06-29")


def sale_19(year: Year) -> Steps:
    yield "2026-07-06"
    made = year.invoice(service("2000", 0, category="AE", exemption="VATEX-EU-AE"), customer="business")
    yield "2026-08-06"
    year.pay("credit_transfer", 200_000, made)


def sale_20(year: Year) -> Steps:
    yield "2026-07-09"
    made = year.invoice(service("300", 0, category="E", exemption="VATEX-FR-CGI261-4"))
    year.pay("cash", 30_000, made)


def sale_21(year: Year) -> Steps:
    yield "2026-07-10"
    quote, _ = year.sign(service("2000", 1000), customer="business")
    yield "2026-07-13"
    first = year.ask(IssueProgressInvoice(quote=quote, performed_bp=(4000,))).result["invoice"]
    yield "2026-07-30"
    year.pay("credit_transfer", 88_000, str(first))
    yield "2026-08-20"
    made = year.final(quote)
    yield "2026-09-01"
    year.pay("credit_transfer", 132_000, made)


def sale_22(year: Year) -> Steps:
    yield "2026-08-03"
    made = year.invoice(goods("300"), service("200"))
    yield "2026-08-12"
    year.pay("card", 30_000, made)
    yield "2026-09-08"
    year.pay("credit_transfer", 30_000, made)


def sale_23(year: Year) -> Steps:
    yield "2026-08-05"
    made = year.invoice(goods("50"))
    year.pay("cash", 2_000, made)
    year.pay("card", 4_000, made)


def sale_24(year: Year) -> Steps:
    yield "2026-08-06"
    quote, deposit = year.sign(service("500", 1000), kind="acompte", share_bp=2000, special_order=True)
    yield "2026-08-10"
    year.pay("credit_transfer", 11_000, deposit, "deposit")
    yield "2026-08-24"
    year.ask(CancelQuote(quote=quote, by="client"))
    year.ask(SettleDeposit(deposit=deposit, outcome="refund", by="client"))
    year.refund("credit_transfer", 11_000, deposit, "deposit")


def sale_25(year: Year) -> Steps:
    yield "2026-01-09"
    quote, deposit = year.sign(service("1000"), share_bp=2500)
    yield "2026-01-13"
    year.pay("card", 30_000, deposit, "deposit")
    yield "2026-06-15"
    made = year.final(quote)
    yield "2026-06-29"
    year.pay("credit_transfer", 89_655, made)


def sale_26(year: Year) -> Steps:
    yield "2026-09-10"
    money = year.pay("card", 20_000, customer=year.customers["consumer"])
    yield "2026-09-15"
    made = year.invoice(service("150"))
    part = Allocation(about=made, about_kind="invoice", amount_cents=18_000)
    year.ask(AllocatePayment(payment=money, allocations=(part,)))


def sale_27(year: Year) -> Steps:
    yield "2026-09-21"
    year.pay("card", 10_800, year.invoice(service("90")), provider="checkout", provider_reference="ch-1")


def sale_28(year: Year) -> Steps:
    yield "2026-10-06"
    money = year.pay("cash", 4_800, year.invoice(goods("40")))
    yield "2026-10-07"
    year.ask(CorrectMeans(payment=money, means="card"))


def sale_29(year: Year) -> Steps:
    yield "2026-02-02"
    quote, deposit = year.sign(service("1000"), kind="acompte", share_bp=3000, special_order=True)
    yield "2026-02-06"
    year.pay("credit_transfer", 36_000, deposit, "deposit")
    yield "2026-03-02"
    made = year.final(quote)
    yield "2026-04-20"
    year.pay("credit_transfer", 84_000, made)


def sale_30(year: Year) -> Steps:
    yield "2026-02-02"
    quote, deposit = year.sign(service("300", None), share_bp=3000)
    yield "2026-02-06"
    year.pay("cash", 9_000, deposit, "deposit")
    yield "2026-03-02"
    made = year.final(quote)
    yield "2026-04-20"
    year.pay("credit_transfer", 21_000, made)


Sale = Callable[[Year], Steps]

MAIN: dict[int, Sale] = {
    1: sale_1, 2: sale_2, 3: sale_3, 4: sale_4, 5: sale_5, 6: sale_6, 7: sale_7, 8: sale_8, 9: sale_9, 10: sale_10,
    11: sale_11, 12: sale_12, 13: sale_13, 14: sale_14, 15: sale_15, 16: sale_16, 17: sale_17, 18: sale_18,
    19: sale_19, 20: sale_20, 21: sale_21, 22: sale_22, 23: sale_23, 24: sale_24, 25: sale_25, 26: sale_26,
    27: sale_27, 28: sale_28,
}  # fmt: skip
DEBITS: dict[int, Sale] = {29: sale_29}
FRANCHISE: dict[int, Sale] = {30: sale_30}


def play(keys: Path, sales: dict[int, Sale], **members: Any) -> Year:
    """Open a ledger on 5 January, play sales in the order of their days, and close the year on 4 January."""
    clock = HandClock(datetime.combine(date.fromisoformat(OPENED_ON), time(9), UTC))
    service_ = service_over(MemoryStore(), keys, clock)
    issuer = replace(profile(), vat_regime="normal_monthly", early_discount_bp=200)
    made = service_.open_ledger(OpenLedger(name="golden", profile=replace(issuer, **members)))
    assert isinstance(made, Opened), made
    year = Year(service_, clock, made.row.ledger)
    year.customers = {kind: str(year.ask(command).result["customer"]) for kind, command in CUSTOMERS.items()}
    waiting: list[tuple[str, int, Steps]] = []
    for number, sale in sales.items():
        steps = sale(year)
        heappush(waiting, (next(steps), number, steps))
    while waiting:
        day, number, steps = heappop(waiting)
        year.set_to(day)
        year.playing = number
        following = next(steps, None)
        if following is not None:
            heappush(waiting, (following, number, steps))
    year.set_to("2027-01-04")
    year.service.close_due(year.ledger)
    return year


_HOME = Address(lines=("8 quai du Lierre",), postcode="35000", city="Rennes")

CUSTOMERS = {
    "consumer": RegisterCustomer(kind="consumer", party=Party(name="Camille Roseau", address=_HOME)),
    "business": RegisterCustomer(
        kind="business",
        payment_days=30,
        party=Party(name="Imprimerie Tilleul SARL", address=_HOME, siren="987654324", vat_number="FR14987654324"),
    ),
}
