"""Invoices, credit notes, notes for consumers, recurring billing."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import (
    Discount,
    EventRecord,
    Line,
    Party,
    RateSplit,
    Texts,
    Totals,
    VatRow,
    record,
)
from ledger.domain.events.periods import PeriodKind
from ledger.domain.types import (
    Cents,
    Channel,
    Code,
    Count,
    Country,
    Currency,
    CustomerKind,
    Day,
    Days,
    DocumentNumber,
    Flag,
    NonNegativeCents,
    Position,
    PositiveCents,
    PriceBasis,
    Reference,
    SupplyPlace,
    Uuid,
)

InvoiceKind = Literal["ordinary", "deposit", "progress", "final", "recurring"]


@record
class Prepaid:
    """One deposit deducted from a final invoice: what was paid, by which document, with its VAT per rate."""

    deposit: Uuid
    number: DocumentNumber | None = None  # of its invoice, receipt or request
    issued_on: Day | None = None
    paid_on: Day
    amount_cents: PositiveCents
    interest_cents: NonNegativeCents = 0
    split: tuple[RateSplit, ...] = ()


@record
class Preceding:
    """An earlier document that this one refers to, specifically and unequivocally (CGI 289 I-5)."""

    invoice: Uuid
    number: DocumentNumber
    issued_on: Day


@record
class InvoiceIssued(EventRecord):
    """An invoice was issued: numbered, dated, whole."""

    TYPE: ClassVar[str] = "invoice.issued/1"
    STREAM: ClassVar[str] = "invoice"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    kind: InvoiceKind
    type_code: Literal["380", "386"]
    series: Uuid
    n: Position
    number: DocumentNumber
    issued_on: Day
    till: Code
    issuer_version: Position
    customer: Uuid | None = None
    customer_kind: CustomerKind
    customer_country: Country = "FR"
    currency: Currency
    basis: PriceBasis
    supply_place: SupplyPlace
    channel: Channel = "premises"
    supplied_on: Day | None = None
    period_start: Day | None = None
    period_end: Day | None = None
    lines: tuple[Line, ...]
    discount: Discount | None = None
    vat: tuple[VatRow, ...]
    totals: Totals
    prepaid: tuple[Prepaid, ...] = ()
    due_cents: Cents  # gross less prepaid and interest: what remains to be paid
    due_on: Day
    early_discount_bp: Count | None = None
    early_discount_days: Days | None = None
    late_penalty_bp: Count | None = None  # business customers only; a public one's is CCP R2192-31
    recovery_indemnity_cents: NonNegativeCents = 0  # 40 EUR, business and public customers only (D441-5, CCP D2192-35)
    vat_on: Literal["receipt", "delivery", "debit", "mixed", "none"]
    quote: Uuid | None = None
    deposit: Uuid | None = None
    subscription: Uuid | None = None
    preceding: tuple[Preceding, ...] = ()
    mentions: tuple[Code, ...] = ()
    frame: Code | None = None  # BT-23, `B1` ... `M8`
    order_reference: Reference | None = None
    reference: Reference | None = None  # the number another system gave it
    client: Party | None = None
    texts: Texts | None = None


@record
class CreditNoteIssued(EventRecord):
    """A credit note (avoir) undid an invoice, wholly or in part, by amounts above zero that count as minus."""

    TYPE: ClassVar[str] = "credit_note.issued/1"
    STREAM: ClassVar[str] = "credit_note"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    type_code: Literal["381", "503"]
    series: Uuid
    n: Position
    number: DocumentNumber
    issued_on: Day
    till: Code
    issuer_version: Position
    customer: Uuid | None = None
    customer_kind: CustomerKind
    customer_country: Country = "FR"
    currency: Currency
    basis: PriceBasis
    supply_place: SupplyPlace
    preceding: tuple[Preceding, ...]
    whole: Flag
    lines: tuple[Line, ...]
    credited_ranks: tuple[Position, ...] = ()  # of the invoice's lines, one per line here
    vat: tuple[VatRow, ...]
    totals: Totals
    settles_cents: NonNegativeCents  # taken off what was still due on the invoice
    refund_cents: NonNegativeCents  # to be paid back to the client
    cause: Literal["cancellation", "return", "error", "discount", "withdrawal", "forfeit", "bad_debt", "other"]
    corrects_closed: PeriodKind | None = None  # the widest closed period that the invoice is of
    mentions: tuple[Code, ...] = ()
    reference: Reference | None = None
    client: Party | None = None
    texts: Texts | None = None


@record
class LineCredit:
    """How much of one line of an invoice a credit note undid."""

    rank: Position
    quantity: str
    amount_cents: Cents
    net_cents: Cents


@record
class InvoiceCredited(EventRecord):
    """In the invoice's stream: a credit note undid it, wholly or in part."""

    TYPE: ClassVar[str] = "invoice.credited/1"
    STREAM: ClassVar[str] = "invoice"
    credit_note: Uuid
    number: DocumentNumber
    whole: Flag
    gross_cents: PositiveCents
    settles_cents: NonNegativeCents
    refund_cents: NonNegativeCents
    lines: tuple[LineCredit, ...] = ()
    vat: tuple[VatRow, ...] = ()  # what was undone per rate, so that all credits give the invoice back to the cent


@record
class InvoiceReplaced(EventRecord):
    """In the credited invoice's stream: the invoice that takes its place."""

    TYPE: ClassVar[str] = "invoice.replaced/1"
    STREAM: ClassVar[str] = "invoice"
    by: Uuid
    number: DocumentNumber


@record
class InvoiceSent(EventRecord):
    """An invoice was handed to the client or to a platform."""

    TYPE: ClassVar[str] = "invoice.sent/1"
    STREAM: ClassVar[str] = "invoice"
    by: Literal["email", "post", "hand", "link", "platform"]
    message: Uuid | None = None
    reference: Reference | None = None


@record
class InvoiceViewed(EventRecord):
    """The client or an observer opened it."""

    TYPE: ClassVar[str] = "invoice.viewed/1"
    STREAM: ClassVar[str] = "invoice"
    by: Literal["client", "observer"]
    link: Uuid | None = None


@record
class InvoiceDelivered(EventRecord):
    """In the invoice's stream: goods were delivered or work accepted."""

    TYPE: ClassVar[str] = "invoice.delivered/1"
    STREAM: ClassVar[str] = "invoice"
    delivery: Uuid
    kind: Literal["delivery", "acceptance"]
    on: Day
    complete: Flag


@record
class InvoiceDisputed(EventRecord):
    """The client contests the invoice; reminders stop."""

    TYPE: ClassVar[str] = "invoice.disputed/1"
    STREAM: ClassVar[str] = "invoice"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    state: Literal["opened", "settled"]
    reason: Code | None = None
    texts: Texts | None = None


@record
class EarlyDiscountTaken(EventRecord):
    """The client paid early enough for the discount (escompte); a credit note or the accounts carry its VAT."""

    TYPE: ClassVar[str] = "invoice.early_discount_taken/1"
    STREAM: ClassVar[str] = "invoice"
    payment: Uuid
    amount_cents: PositiveCents
    split: tuple[RateSplit, ...] = ()


@record
class EarlyDiscountLost(EventRecord):
    """The money that had earned the early-payment discount did not stay: the discount falls with it."""

    TYPE: ClassVar[str] = "invoice.early_discount_lost/1"
    STREAM: ClassVar[str] = "invoice"
    payment: Uuid
    amount_cents: PositiveCents
    split: tuple[RateSplit, ...] = ()


@record
class PenaltyCharged(EventRecord):
    """Late-payment penalties and indemnity were claimed from a business or public customer (C. com. L441-10)."""

    TYPE: ClassVar[str] = "invoice.penalty_charged/1"
    STREAM: ClassVar[str] = "invoice"
    upto: Day
    days_late: Position
    rate_bp: Count
    penalty_cents: NonNegativeCents
    indemnity_cents: NonNegativeCents


@record
class WrittenOff(EventRecord):
    """What is still due was given up as lost (CGI 272; needs a rectifying document to recover VAT)."""

    TYPE: ClassVar[str] = "invoice.written_off/1"
    STREAM: ClassVar[str] = "invoice"
    amount_cents: PositiveCents
    reason: Code | None = None


@record
class NoteIssued(EventRecord):
    """A note for services or building works was given to a consumer (arrêté 83-50/A; former CGI 290 quinquies)."""

    TYPE: ClassVar[str] = "note.issued/1"
    STREAM: ClassVar[str] = "note"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    kind: Literal["services", "building_works"]
    series: Uuid
    n: Position
    number: DocumentNumber
    issued_on: Day
    issuer_version: Position
    quote: Uuid | None = None
    invoice: Uuid | None = None
    performed_on: Day
    currency: Currency
    lines: tuple[Line, ...] = ()
    vat: tuple[VatRow, ...] = ()
    totals: Totals
    client: Party | None = None
    texts: Texts | None = None


@record
class SubscriptionLine:
    """One line that recurs."""

    line: Line
    label_rank: Position


@record
class SubscriptionStarted(EventRecord):
    """Recurring billing began."""

    TYPE: ClassVar[str] = "subscription.started/1"
    STREAM: ClassVar[str] = "subscription"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    customer: Uuid | None = None
    customer_kind: CustomerKind
    customer_country: Country = "FR"
    quote: Uuid | None = None
    currency: Currency
    basis: PriceBasis
    supply_place: SupplyPlace
    every: Literal["week", "month", "quarter", "year"]
    billed: Literal["in_advance", "in_arrears"]
    starts_on: Day
    ends_on: Day | None = None
    lines: tuple[Line, ...]
    discount: Discount | None = None
    totals: Totals
    payment_days: Days
    client: Party | None = None
    texts: Texts | None = None


@record
class SubscriptionChanged(EventRecord):
    """Recurring billing goes on with other lines from a day on."""

    TYPE: ClassVar[str] = "subscription.changed/1"
    STREAM: ClassVar[str] = "subscription"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    from_on: Day
    lines: tuple[Line, ...]
    discount: Discount | None = None
    totals: Totals
    texts: Texts | None = None


@record
class SubscriptionPaused(EventRecord):
    """Recurring billing is suspended or goes on again."""

    TYPE: ClassVar[str] = "subscription.paused/1"
    STREAM: ClassVar[str] = "subscription"
    paused: Flag
    on: Day


@record
class SubscriptionStopped(EventRecord):
    """Recurring billing ended."""

    TYPE: ClassVar[str] = "subscription.stopped/1"
    STREAM: ClassVar[str] = "subscription"
    on: Day
    by: Literal["client", "issuer", "term"]


@record
class SubscriptionInvoiced(EventRecord):
    """One period of recurring billing was invoiced."""

    TYPE: ClassVar[str] = "subscription.invoiced/1"
    STREAM: ClassVar[str] = "subscription"
    invoice: Uuid
    period_start: Day
    period_end: Day
