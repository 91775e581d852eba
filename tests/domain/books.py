"""A second set of books: every sum of a sale recounted from its events alone, without the product's states.

`Books.take` reads events in order and complains, by AssertionError, about the first one that does not add up. It shares
no arithmetic with the product: VAT is worked out with fractions, rounded half up (CIBS L131-2).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.domain import codec
from ledger.domain.decision import Emit
from ledger.domain.events.common import EventRecord, Line, RateSplit, Totals, VatRow
from ledger.domain.events.deposits import (
    DepositApplied,
    DepositForfeited,
    DepositReleased,
    DepositRequested,
)
from ledger.domain.events.invoices import (
    CreditNoteIssued,
    EarlyDiscountLost,
    EarlyDiscountTaken,
    InvoiceCredited,
    InvoiceIssued,
    NoteIssued,
    WrittenOff,
)
from ledger.domain.events.payments import (
    CreditNoteRefunded,
    DepositPaid,
    DepositUnpaid,
    InvoicePaid,
    InvoiceUnpaid,
    PaymentAllocated,
    PaymentReceived,
    PaymentRefunded,
    PaymentReversed,
    RefundPaid,
)
from ledger.domain.events.quotes import QuoteAmended, QuoteDocument, QuoteRevised, QuoteSigned, QuoteWithdrawn
from tests.domain.takings import Takings

Rate = tuple[str, int, str]


def half_up(amount: Fraction) -> int:
    """Round to the nearest cent, a half counting as one on the absolute value."""
    whole = int(abs(amount) + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def rate_of(row: Line | VatRow | RateSplit) -> Rate:
    return (row.category, row.rate_bp, row.exemption or "")


@dataclass
class Payment:
    """Money that came in, and where it is."""

    amount: int = 0
    away: int = 0  # reversed or given back
    settles: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rest: int = 0


@dataclass
class Deposit:
    """Money asked for in advance."""

    asked: DepositRequested
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by payment
    uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by invoice
    kept: int = 0
    short: int = 0  # money that was reversed after an invoice had deducted it


@dataclass
class Invoice:
    """An invoice, and what became of it."""

    document: InvoiceIssued
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    settled: int = 0
    refunds: int = 0
    gone: int = 0  # money reversed by the bank, or put to another document
    given_up: int = 0
    left: dict[Rate, tuple[int, int]] = field(default_factory=dict)
    whole: bool = False

    @property
    def open(self) -> int:
        if self.document.kind == "deposit":
            return 0
        return self.document.due_cents - sum(self.paid.values()) - self.settled - self.given_up

    @property
    def stands(self) -> int:
        return sum(base + vat for base, vat in self.left.values())


class Books:
    """The books of one ledger."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self.secrets = tuple(secrets)
        self.payments: dict[str, Payment] = defaultdict(Payment)
        self.deposits: dict[str, Deposit] = {}
        self.invoices: dict[str, Invoice] = {}
        self.notes: dict[str, CreditNoteIssued] = {}
        self.given_back: dict[str, int] = defaultdict(int)  # by credit note
        self.refunds: dict[str, list[int]] = defaultdict(lambda: [0, 0])  # asked, found in payments
        self.contracts: dict[str, int] = defaultdict(int)
        self.withdrawn: set[str] = set()
        self.original: dict[str, str] = {}  # by change order
        self.series: dict[str, tuple[int, str]] = {}
        self.numbers: set[str] = set()
        self.takings = Takings()
        self._read = 0

    def take(self, log: Sequence[Emit]) -> None:
        """Read what is new, in order; then look at the whole."""
        for emit in log[self._read :]:
            self._entry(emit)
        self._read = len(log)
        self._whole()

    def _entry(self, emit: Emit) -> None:
        identifier, event = emit.stream.partition(":")[2], emit.event
        self._private(event)
        self._number(event)
        self.takings.take(identifier, event)
        if isinstance(event, QuoteDocument | InvoiceIssued | CreditNoteIssued | NoteIssued):
            adds_up(event)
        for kind, read in self._READERS:
            if isinstance(event, kind):
                read(self, identifier, event)

    # --- what every entry must respect

    def _private(self, event: EventRecord) -> None:
        body = json.dumps(codec.encode(event)[0], ensure_ascii=False)
        assert not [secret for secret in self.secrets if secret in body], f"{event.TYPE} shows what is private"

    def _number(self, event: EventRecord) -> None:
        series, number = getattr(event, "series", None), getattr(event, "number", None)
        if series is None or number is None or isinstance(event, QuoteRevised):
            return
        n: int = event.n  # type: ignore[attr-defined] # what has a series has it
        on: str = event.issued_on  # type: ignore[attr-defined] # as above
        last, last_on = self.series.get(series, (0, ""))
        assert n == last + 1, "a series has a gap or a double"
        assert on >= last_on, "a series is not chronological"
        assert number not in self.numbers, "two documents bear one number"
        assert len(number) <= 20
        self.series[series] = (n, on)
        self.numbers.add(number)

    # --- contracts

    def _quoted(self, quote: str, event: QuoteDocument) -> None:
        if event.amends is not None:
            self.original[quote] = event.amends

    def _signed(self, quote: str, event: QuoteSigned) -> None:
        rows_add_up(event.vat, event.totals)
        if quote not in self.original:
            self.contracts[quote] += event.totals.gross_cents
        assert sum(each.amount_cents for each in event.schedule) <= max(0, event.totals.gross_cents)

    def _amended(self, quote: str, event: QuoteAmended) -> None:
        assert event.net_cents + event.vat_cents == event.gross_cents
        self.contracts[quote] += event.gross_cents

    def _withdrawn(self, quote: str, event: QuoteWithdrawn) -> None:
        self.withdrawn |= {quote, self.original.get(quote, quote)}

    # --- money

    def _received(self, payment: str, event: PaymentReceived) -> None:
        one = self.payments[payment] = Payment(event.amount_cents)
        for part in event.allocations:
            one.settles[part.about] += part.amount_cents
        one.rest = event.unallocated_cents

    def _allocated(self, payment: str, event: PaymentAllocated) -> None:
        one = self.payments[payment]
        for part in event.freed:
            one.settles[part.about] -= part.amount_cents
        for part in event.allocations:
            one.settles[part.about] += part.amount_cents
        one.rest = event.unallocated_cents

    def _reversed(self, payment: str, event: PaymentReversed) -> None:
        one = self.payments[payment]
        one.away += event.amount_cents
        for part in event.freed:
            one.settles[part.about] -= part.amount_cents
        one.rest -= event.amount_cents - sum(part.amount_cents for part in event.freed)

    def _refunded(self, payment: str, event: PaymentRefunded) -> None:
        one = self.payments[payment]
        one.away += event.amount_cents
        for part in event.freed:
            one.settles[part.about] -= part.amount_cents
        one.rest = event.unallocated_cents
        self.refunds[event.refund][1] += event.amount_cents

    def _refund(self, refund: str, event: RefundPaid) -> None:
        self.refunds[refund][0] += event.amount_cents - event.indemnity_cents
        assert all(each.net_cents + each.vat_cents == each.gross_cents for each in event.split)

    # --- deposits

    def _requested(self, deposit: str, event: DepositRequested) -> None:
        self.deposits[deposit] = Deposit(event)
        split_adds_up(event.split, event.amount_cents)

    def _deposit_paid(self, deposit: str, event: DepositPaid) -> None:
        self.deposits[deposit].held[event.payment] += event.amount_cents
        split_adds_up(event.split, event.amount_cents)

    def _deposit_unpaid(self, deposit: str, event: DepositUnpaid) -> None:
        one = self.deposits[deposit]
        one.held[event.payment] -= event.amount_cents
        split_adds_up(event.split, event.amount_cents)
        if event.cause == "reversed":
            one.short = max(0, sum(one.uses.values()) + one.kept - sum(one.held.values()))

    def _applied(self, deposit: str, event: DepositApplied) -> None:
        one = self.deposits[deposit]
        assert event.invoice not in one.uses, "one invoice deducts a deposit twice"
        one.uses[event.invoice] = event.amount_cents
        assert sum(one.uses.values()) + one.kept <= sum(one.held.values()), "more is deducted than is held"
        (named,) = (each for each in self.invoices[event.invoice].document.prepaid if each.deposit == deposit)
        assert (named.amount_cents, named.interest_cents) == (event.amount_cents, event.interest_cents)
        split_adds_up(named.split, named.amount_cents)

    def _released(self, deposit: str, event: DepositReleased) -> None:
        one = self.deposits[deposit]
        one.uses[event.invoice] -= event.amount_cents
        assert one.uses[event.invoice] >= 0, "more is freed than was deducted"
        if not one.uses[event.invoice]:
            del one.uses[event.invoice]

    def _forfeited(self, deposit: str, event: DepositForfeited) -> None:
        one = self.deposits[deposit]
        assert one.asked.kind == "arrhes", "only arrhes are kept"
        one.kept += event.amount_cents
        split_adds_up(event.split, event.amount_cents)
        assert event.vat_corrected_cents == sum(each.vat_cents for each in event.split)
        assert sum(one.uses.values()) + one.kept <= sum(one.held.values())

    # --- invoices and credit notes

    def _issued(self, invoice: str, event: InvoiceIssued) -> None:
        self.invoices[invoice] = Invoice(event, left={rate_of(r): (r.base_cents, r.vat_cents) for r in event.vat})
        if event.kind == "deposit":
            assert event.deposit is not None
            assert self.deposits[event.deposit].asked.kind == "acompte", "arrhes are outside VAT"
            assert event.due_cents >= 0
            return
        off = sum(each.amount_cents + each.interest_cents for each in event.prepaid)
        assert event.due_cents == event.totals.gross_cents - off >= 0
        assert event.due_on >= event.issued_on
        if event.customer_kind == "consumer":
            assert event.late_penalty_bp is None
            assert event.recovery_indemnity_cents == 0

    def _invoice_paid(self, invoice: str, event: InvoicePaid) -> None:
        self.invoices[invoice].paid[event.payment] += event.amount_cents

    def _invoice_unpaid(self, invoice: str, event: InvoiceUnpaid) -> None:
        one = self.invoices[invoice]
        one.paid[event.payment] -= event.amount_cents
        if event.cause in {"reversed", "moved"}:
            one.gone += event.amount_cents
        assert one.paid[event.payment] >= 0

    def _discount(self, invoice: str, event: EarlyDiscountTaken | WrittenOff) -> None:
        self.invoices[invoice].given_up += event.amount_cents

    def _discount_lost(self, invoice: str, event: EarlyDiscountLost) -> None:
        self.invoices[invoice].given_up -= event.amount_cents

    def _note(self, note: str, event: CreditNoteIssued) -> None:
        self.notes[note] = event
        (named,) = event.preceding
        document = self.invoices[named.invoice].document
        assert (named.number, named.issued_on) == (document.number, document.issued_on)
        assert event.type_code == ("503" if document.type_code == "386" else "381")
        assert event.settles_cents + event.refund_cents <= event.totals.gross_cents

    def _credited(self, invoice: str, event: InvoiceCredited) -> None:
        one, note = self.invoices[invoice], self.notes[event.credit_note]
        assert event.vat == note.vat
        assert event.gross_cents == note.totals.gross_cents
        assert not one.whole, "an invoice is credited beyond the whole"
        for row in event.vat:
            base, vat = one.left[rate_of(row)]
            one.left[rate_of(row)] = (base - row.base_cents, vat - row.vat_cents)
        for row in one.document.vat:
            base, vat = one.left[rate_of(row)]
            within(base, row.base_cents)
            within(vat, row.vat_cents)
        one.whole = event.whole
        assert not event.whole or not any(base or vat for base, vat in one.left.values())
        one.settled += event.settles_cents
        one.refunds += event.refund_cents
        if one.document.kind != "deposit":
            received = sum(one.paid.values()) + sum(each.amount_cents for each in one.document.prepaid)
            # What was to be refunded before the money went elsewhere stays due; a credit adds within what is there.
            assert one.refunds <= received + one.gone
            assert not event.refund_cents or one.refunds <= received

    def _note_refunded(self, note: str, event: CreditNoteRefunded) -> None:
        self.given_back[note] += event.amount_cents
        assert self.given_back[note] <= self.notes[note].refund_cents

    # --- the whole

    def _whole(self) -> None:
        for one in self.payments.values():
            settles = sum(one.settles.values())
            assert one.amount == one.away + settles + one.rest, "money is lost or made"
            assert min(one.away, one.rest, *one.settles.values(), 0) >= 0
        for identifier, deposit in self.deposits.items():
            assert min((*deposit.held.values(), 0)) >= 0
            gone = sum(deposit.uses.values()) + deposit.kept
            assert gone <= sum(deposit.held.values()) + deposit.short
            for payment, cents in deposit.held.items():
                assert self.payments[payment].settles[identifier] == cents
            assert sum(deposit.held.values()) <= deposit.asked.amount_cents
        for invoice in self.invoices.values():
            assert invoice.open >= 0, "less than nothing is due"
        for refund, (asked, found) in self.refunds.items():
            assert found <= asked, f"refund {refund} takes more out of payments than it gives back"
        self._contracts()

    def _contracts(self) -> None:
        invoiced: dict[str, int] = defaultdict(int)
        for invoice in self.invoices.values():
            if invoice.document.quote is not None and invoice.document.kind != "deposit":
                quote = invoice.document.quote
                invoiced[self.original.get(quote, quote)] += invoice.stands
        for contract, cents in invoiced.items():
            if contract in self.withdrawn:
                continue  # a withdrawal undoes the contract first and its invoices after
            assert cents <= max(0, self.contracts[contract]), "more is invoiced than the contract is worth"

    _READERS: tuple[tuple[Any, Any], ...] = (
        (QuoteDocument, _quoted),
        (QuoteSigned, _signed),
        (QuoteAmended, _amended),
        (QuoteWithdrawn, _withdrawn),
        (PaymentReceived, _received),
        (PaymentAllocated, _allocated),
        (PaymentReversed, _reversed),
        (PaymentRefunded, _refunded),
        (RefundPaid, _refund),
        (DepositRequested, _requested),
        (DepositPaid, _deposit_paid),
        (DepositUnpaid, _deposit_unpaid),
        (DepositApplied, _applied),
        (DepositReleased, _released),
        (DepositForfeited, _forfeited),
        (InvoiceIssued, _issued),
        (InvoicePaid, _invoice_paid),
        (InvoiceUnpaid, _invoice_unpaid),
        ((EarlyDiscountTaken, WrittenOff), _discount),
        (EarlyDiscountLost, _discount_lost),
        (CreditNoteIssued, _note),
        (InvoiceCredited, _credited),
        (CreditNoteRefunded, _note_refunded),
    )


def within(left: int, whole: int) -> None:
    """What is left of an amount lies between nothing and the whole of it."""
    assert 0 <= left <= whole or whole <= left <= 0, "credit notes exceed the invoice at a rate"


def split_adds_up(split: Iterable[RateSplit], amount: int) -> None:
    parts = tuple(split)
    assert sum(each.gross_cents for each in parts) == amount
    for each in parts:
        assert each.net_cents + each.vat_cents == each.gross_cents


def rows_add_up(rows: Sequence[VatRow], totals: Totals) -> None:
    assert totals.net_cents == sum(row.base_cents for row in rows)
    assert totals.vat_cents == sum(row.vat_cents for row in rows)
    assert totals.gross_cents == totals.net_cents + totals.vat_cents
    assert len({rate_of(row) for row in rows}) == len(rows)


def adds_up(document: Any) -> None:
    """Lines add up to their rate and rates to the document; each rate bears its own VAT."""
    rows_add_up(document.vat, document.totals)
    lines = [line for line in document.lines if line.choice is None]
    for row in document.vat:
        mine = [line for line in lines if rate_of(line) == rate_of(row)]
        assert sum(line.net_cents for line in mine) == row.base_cents
        goods = sum(line.net_cents for line in mine if line.nature == "goods")
        if not isinstance(document, CreditNoteIssued):
            assert row.goods_base_cents == goods or getattr(document, "kind", "") in ("progress", "final", "deposit")
        if row.rate_bp == 0:
            assert row.vat_cents == 0
        elif whole(document):
            gross = row.base_cents + row.vat_cents
            if getattr(document, "basis", "net") == "net":
                assert row.vat_cents == half_up(Fraction(row.base_cents * row.rate_bp, 10_000))
            else:
                assert row.base_cents == half_up(Fraction(gross * 10_000, 10_000 + row.rate_bp))
    for line in lines:
        assert rate_of(line) in {rate_of(row) for row in document.vat} or line.net_cents == 0


def whole(document: Any) -> bool:
    """Whether a document is priced by itself; parts of another take their VAT from what is left of it."""
    if isinstance(document, InvoiceIssued):
        return document.kind in ("ordinary", "recurring") and document.quote is None
    return isinstance(document, QuoteDocument)
