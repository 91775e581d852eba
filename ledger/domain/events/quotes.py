"""Quotes (devis), from the first version to the signed contract and its end."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import (
    Discount,
    EventRecord,
    Flagged,
    Instalment,
    Line,
    Party,
    Texts,
    Totals,
    VatRow,
    record,
)
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
    Digest,
    DocumentNumber,
    Flag,
    NonNegativeCents,
    Position,
    PriceBasis,
    Reference,
    Side,
    SignatureLevel,
    SupplyPlace,
    Uuid,
)

EarlyPaymentException = Literal["urgent_repair", "newspaper", "services_at_home", "home_party"]
"""The recorded exceptions to the seven-day ban (C. conso L221-10); only the first was read, see docs/law/fr.md."""


@record
class QuoteDocument(EventRecord):
    """One version of a quote, whole."""

    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    STREAM: ClassVar[str] = "quote"
    document_version: Position
    series: Uuid
    n: Position
    number: DocumentNumber
    issued_on: Day
    valid_until: Day
    issuer_version: Position
    customer: Uuid
    customer_kind: CustomerKind
    customer_country: Country = "FR"
    currency: Currency
    basis: PriceBasis
    supply_place: SupplyPlace
    channel: Channel
    online: Flag = False  # concluded through an on-line interface (withdrawal function, C. conso L221-21)
    special_order: Flag = False  # C. conso L214-3: no arrhes by default, no interest
    early_payment_exception: EarlyPaymentException | None = None
    withdrawal: Literal["applies", "bespoke", "urgent_repair", "outside"] = "outside"
    trades: tuple[Code, ...] = ()
    lines: tuple[Line, ...]
    discount: Discount | None = None
    vat: tuple[VatRow, ...]
    totals: Totals
    starts_on: Day | None = None
    duration_days: Days | None = None
    fee_cents: NonNegativeCents = 0  # 0: the quote is free
    schedule: tuple[Instalment, ...] = ()
    payment_days: Days = 0
    early_discount_bp: Count | None = None
    recurring: Literal["month", "quarter", "year"] | None = None
    amends: Uuid | None = None  # a change order (avenant) to that signed quote
    mentions: tuple[Code, ...] = ()
    attachments: tuple[Digest, ...] = ()
    reference: Reference | None = None
    client: Party | None = None
    texts: Texts | None = None


@record
class QuoteIssued(QuoteDocument):
    """A quote left the house: its first version."""

    TYPE: ClassVar[str] = "quote.issued/1"


@record
class QuoteRevised(QuoteDocument):
    """A quote was replaced by a new version, which must be signed anew."""

    TYPE: ClassVar[str] = "quote.revised/1"


@record
class QuoteSent(EventRecord):
    """A version was sent to the client."""

    TYPE: ClassVar[str] = "quote.sent/1"
    STREAM: ClassVar[str] = "quote"
    document_version: Position
    by: Literal["email", "post", "hand", "link"]
    message: Uuid | None = None


@record
class QuoteViewed(EventRecord):
    """The client or an observer opened a version."""

    TYPE: ClassVar[str] = "quote.viewed/1"
    STREAM: ClassVar[str] = "quote"
    document_version: Position
    by: Literal["client", "observer"]
    link: Uuid | None = None


@record
class QuoteSigned(EventRecord):
    """The last signatory signed: the contract is concluded on these figures."""

    TYPE: ClassVar[str] = "quote.signed/1"
    STREAM: ClassVar[str] = "quote"
    document_version: Position
    signature: Uuid
    signed_fingerprint: Digest  # of the entry of that version
    level: SignatureLevel
    concluded_on: Day
    chosen: tuple[Position, ...] = ()  # ranks of the chosen options and variants
    vat: tuple[VatRow, ...]
    totals: Totals
    schedule: tuple[Instalment, ...] = ()
    payment_from: Day | None = None  # first day on which payment may be taken (C. conso L221-10)
    withdrawal_until: Day | None = None  # last day of withdrawal, when it is known (C. conso L221-18)
    early_start_requested: Flag = False  # C. conso L221-25
    loss_acknowledged: Flag = False  # C. conso L221-28 1°
    reduced_rate_stated: Flag = False  # the client's statement for reduced VAT (LF 2025 art. 41)


@record
class QuoteDeclined(EventRecord):
    """The client said no."""

    TYPE: ClassVar[str] = "quote.declined/1"
    STREAM: ClassVar[str] = "quote"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    document_version: Position
    reason: Code | None = None
    texts: Texts | None = None


@record
class QuoteExpired(EventRecord):
    """The period of validity ended without a signature."""

    TYPE: ClassVar[str] = "quote.expired/1"
    STREAM: ClassVar[str] = "quote"
    document_version: Position
    valid_until: Day


@record
class QuoteCancelled(EventRecord):
    """A quote was taken back before signature, or a contract was cancelled by one side."""

    TYPE: ClassVar[str] = "quote.cancelled/1"
    STREAM: ClassVar[str] = "quote"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    by: Side
    after_signature: Flag
    reason: Code | None = None
    texts: Texts | None = None


@record
class QuoteWithdrawn(EventRecord):
    """The consumer withdrew within the legal period (C. conso L221-18): everything paid goes back, arrhes too."""

    TYPE: ClassVar[str] = "quote.withdrawn/1"
    STREAM: ClassVar[str] = "quote"
    notified_on: Day
    by: Literal["function", "form", "letter", "other"]
    late: Flag = False  # notified after the last day, and accepted by the issuer
    refund_cents: NonNegativeCents
    owed_cents: NonNegativeCents = 0  # pro rata of a service begun on request (C. conso L221-25)
    refund_due_on: Day


@record
class QuoteAmended(EventRecord):
    """A signed change order changes what the contract is worth."""

    TYPE: ClassVar[str] = "quote.amended/1"
    STREAM: ClassVar[str] = "quote"
    amendment: Uuid
    net_cents: Cents
    vat_cents: Cents
    gross_cents: Cents


@record
class MilestoneReached(EventRecord):
    """A milestone of the contract was reached."""

    TYPE: ClassVar[str] = "quote.milestone_reached/1"
    STREAM: ClassVar[str] = "quote"
    milestone: Code
    on: Day


@record
class QuoteInvoiced(EventRecord):
    """An invoice was issued for a part or the whole of the contract."""

    TYPE: ClassVar[str] = "quote.invoiced/1"
    STREAM: ClassVar[str] = "quote"
    invoice: Uuid
    kind: Literal["ordinary", "progress", "final"]
    gross_cents: Cents
    performed_bp: tuple[Count, ...] = ()  # progress: cumulative share per line


@record
class QuoteUninvoiced(EventRecord):
    """A credit note undid an invoice of the contract, wholly or in part."""

    TYPE: ClassVar[str] = "quote.uninvoiced/1"
    STREAM: ClassVar[str] = "quote"
    invoice: Uuid
    credit_note: Uuid
    gross_cents: Cents
    whole: Flag


@record
class DepositAttached(EventRecord):
    """A deposit request belongs to this contract."""

    TYPE: ClassVar[str] = "quote.deposit_requested/1"
    STREAM: ClassVar[str] = "quote"
    deposit: Uuid
    amount_cents: NonNegativeCents
    instalment: Position | None = None  # rank in the schedule


@record
class SignatureAttached(EventRecord):
    """Signatures were asked for on a version of this quote."""

    TYPE: ClassVar[str] = "quote.signature_requested/1"
    STREAM: ClassVar[str] = "quote"
    signature: Uuid
    document_version: Position


@record
class DeliveryRecorded(EventRecord):
    """Goods were delivered: VAT on goods, withdrawal and interest run from here."""

    TYPE: ClassVar[str] = "delivery.recorded/1"
    STREAM: ClassVar[str] = "delivery"
    about: Uuid
    about_kind: Literal["quote", "invoice"]
    on: Day
    lines: tuple[Position, ...] = ()  # ranks; empty: everything
    complete: Flag = True
    flags: tuple[Flagged, ...] = ()


@record
class WorkAccepted(EventRecord):
    """The client accepted the work (réception, C. civ. 1792-6), with or without reservations."""

    TYPE: ClassVar[str] = "work.accepted/1"
    STREAM: ClassVar[str] = "delivery"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts",)
    about: Uuid
    about_kind: Literal["quote", "invoice"]
    on: Day
    reservations: Flag = False
    flags: tuple[Flagged, ...] = ()
    texts: Texts | None = None


@record
class Delivered(EventRecord):
    """In the contract's or the invoice's stream: a delivery or acceptance concerns it."""

    TYPE: ClassVar[str] = "quote.delivered/1"
    STREAM: ClassVar[str] = "quote"
    delivery: Uuid
    kind: Literal["delivery", "acceptance"]
    on: Day
    complete: Flag
