"""Payments as facts: announced, received, allocated, refunded, reversed."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import EventRecord, Flagged, Party, RateSplit, record
from ledger.domain.types import (
    Cents,
    Code,
    Currency,
    Day,
    Digest,
    Flag,
    Instant,
    Means,
    NonNegativeCents,
    PositiveCents,
    ProviderReference,
    Reference,
    Uuid,
)

PayableKind = Literal["deposit", "invoice"]


@record
class Allocation:
    """How much of a payment settles which document."""

    about: Uuid
    about_kind: PayableKind
    amount_cents: PositiveCents


@record
class PaymentAnnounced(EventRecord):
    """The client says that money is on its way; nothing is paid until somebody received it."""

    TYPE: ClassVar[str] = "payment.announced/1"
    STREAM: ClassVar[str] = "payment"
    means: Means
    currency: Currency
    amount_cents: PositiveCents
    about: Uuid | None = None
    about_kind: PayableKind | None = None
    announced_on: Day
    reference: Reference | None = None


@record
class PaymentReceived(EventRecord):
    """Money came in."""

    TYPE: ClassVar[str] = "payment.received/1"
    STREAM: ClassVar[str] = "payment"
    PRIVATE: ClassVar[tuple[str, ...]] = ("payer",)
    means: Means
    currency: Currency
    amount_cents: PositiveCents
    received_on: Day  # value date: drives VAT, journals and reporting
    till: Code
    customer: Uuid | None = None
    allocations: tuple[Allocation, ...] = ()
    unallocated_cents: NonNegativeCents = 0
    flags: tuple[Flagged, ...] = ()
    cash_reason: Code | None = None  # why cash above the ceiling was taken (C. mon. fin. D112-3)
    reference: Reference | None = None
    provider: Code | None = None
    provider_reference: ProviderReference | None = None
    statement: Digest | None = None  # of the bank statement file
    payer: Party | None = None


@record
class PaymentAllocated(EventRecord):
    """Money received before was put to documents, or taken off them again."""

    TYPE: ClassVar[str] = "payment.allocated/1"
    STREAM: ClassVar[str] = "payment"
    allocations: tuple[Allocation, ...] = ()
    freed: tuple[Allocation, ...] = ()
    unallocated_cents: NonNegativeCents
    flags: tuple[Flagged, ...] = ()


@record
class PaymentReversed(EventRecord):
    """Money thought received did not stay: unpaid cheque, rejected debit, chargeback, wrong entry."""

    TYPE: ClassVar[str] = "payment.reversed/1"
    STREAM: ClassVar[str] = "payment"
    cause: Literal["unpaid", "rejected", "chargeback", "entry_error"]
    means: Means  # of the payment, as a closure reads no past one
    currency: Currency
    amount_cents: PositiveCents
    reversed_on: Day
    freed: tuple[Allocation, ...] = ()
    flags: tuple[Flagged, ...] = ()
    reference: Reference | None = None


@record
class PaymentFailed(EventRecord):
    """An expected or announced payment did not come."""

    TYPE: ClassVar[str] = "payment.failed/1"
    STREAM: ClassVar[str] = "payment"
    cause: Literal["declined", "expired", "abandoned", "not_received"]
    reference: Reference | None = None


@record
class MeansCorrected(EventRecord):
    """The means of a payment was recorded wrongly; the money is the same."""

    TYPE: ClassVar[str] = "payment.means_corrected/1"
    STREAM: ClassVar[str] = "payment"
    means_before: Means
    means: Means
    currency: Currency
    amount_cents: NonNegativeCents  # what was received and not reversed


@record
class PaymentReceipted(EventRecord):
    """In the payment's stream: a numbered receipt was issued for a part or the whole of it."""

    TYPE: ClassVar[str] = "payment.receipted/1"
    STREAM: ClassVar[str] = "payment"
    receipt: Uuid
    amount_cents: PositiveCents


@record
class RefundPaid(EventRecord):
    """Money went back to the client."""

    TYPE: ClassVar[str] = "refund.paid/1"
    STREAM: ClassVar[str] = "refund"
    PRIVATE: ClassVar[tuple[str, ...]] = ("payee",)
    means: Means
    currency: Currency
    amount_cents: PositiveCents
    indemnity_cents: NonNegativeCents = 0  # part that is the second half of doubled arrhes
    unplaced_cents: NonNegativeCents = 0  # part that no document and no payment called for
    paid_on: Day
    till: Code
    customer: Uuid | None = None
    payment: Uuid | None = None
    about: Uuid | None = None
    about_kind: Literal["deposit", "invoice", "credit_note", "payment"] | None = None
    split: tuple[RateSplit, ...] = ()
    flags: tuple[Flagged, ...] = ()
    reference: Reference | None = None
    provider: Code | None = None
    provider_reference: ProviderReference | None = None
    payee: Party | None = None


@record
class PaymentRefunded(EventRecord):
    """In the payment's stream: a part or the whole of it went back."""

    TYPE: ClassVar[str] = "payment.refunded/1"
    STREAM: ClassVar[str] = "payment"
    refund: Uuid
    amount_cents: PositiveCents
    freed: tuple[Allocation, ...] = ()
    unallocated_cents: NonNegativeCents


@record
class Settlement(EventRecord):
    """Money put to one document, in that document's stream."""

    payment: Uuid
    amount_cents: PositiveCents
    means: Means
    received_on: Day


@record
class DepositPaid(Settlement):
    """In the deposit's stream: money came in for it."""

    TYPE: ClassVar[str] = "deposit.paid/1"
    STREAM: ClassVar[str] = "deposit"
    split: tuple[RateSplit, ...] = ()


@record
class InvoicePaid(Settlement):
    """In the invoice's stream: money came in for it."""

    TYPE: ClassVar[str] = "invoice.paid/1"
    STREAM: ClassVar[str] = "invoice"
    split: tuple[RateSplit, ...] = ()


@record
class Unsettlement(EventRecord):
    """Money put to one document was taken off it again, in that document's stream."""

    payment: Uuid
    amount_cents: PositiveCents
    on: Day
    cause: Literal["reversed", "refunded", "moved"]
    split: tuple[RateSplit, ...] = ()


@record
class DepositUnpaid(Unsettlement):
    """In the deposit's stream: money for it was taken off again."""

    TYPE: ClassVar[str] = "deposit.unpaid/1"
    STREAM: ClassVar[str] = "deposit"
    amount_cents: NonNegativeCents  # zero where only the indemnity was paid
    indemnity_cents: NonNegativeCents = 0  # given back on top: the second half of doubled arrhes


@record
class InvoiceUnpaid(Unsettlement):
    """In the invoice's stream: money for it was taken off again."""

    TYPE: ClassVar[str] = "invoice.unpaid/1"
    STREAM: ClassVar[str] = "invoice"


@record
class CreditNoteRefunded(EventRecord):
    """In the credit note's stream: money went back for it."""

    TYPE: ClassVar[str] = "credit_note.refunded/1"
    STREAM: ClassVar[str] = "credit_note"
    refund: Uuid
    amount_cents: PositiveCents
    paid_on: Day


@record
class OnlinePaymentOpened(EventRecord):
    """A payment provider was asked to collect an amount."""

    TYPE: ClassVar[str] = "online_payment.opened/1"
    STREAM: ClassVar[str] = "online_payment"
    provider: Code
    provider_reference: ProviderReference
    about: Uuid
    about_kind: PayableKind
    currency: Currency
    amount_cents: PositiveCents
    test_mode: Flag = False
    expires_at: Instant | None = None


@record
class OnlinePaymentEnded(EventRecord):
    """A payment provider's collection came to an end."""

    TYPE: ClassVar[str] = "online_payment.ended/1"
    STREAM: ClassVar[str] = "online_payment"
    outcome: Literal["paid", "failed", "expired", "cancelled"]
    payment: Uuid | None = None
    reason: Code | None = None


@record
class ChargebackOpened(EventRecord):
    """The client's bank contests a card payment."""

    TYPE: ClassVar[str] = "chargeback.opened/1"
    STREAM: ClassVar[str] = "payment"
    amount_cents: PositiveCents
    provider_reference: ProviderReference
    respond_by: Day | None = None


@record
class ChargebackClosed(EventRecord):
    """A contested card payment was decided."""

    TYPE: ClassVar[str] = "chargeback.closed/1"
    STREAM: ClassVar[str] = "payment"
    outcome: Literal["won", "lost"]


@record
class StatementImported(EventRecord):
    """A bank statement file was read (ISO 20022 camt.053 or camt.054)."""

    TYPE: ClassVar[str] = "statement.imported/1"
    STREAM: ClassVar[str] = "statement"
    digest: Digest
    statement_reference: Reference
    entries: NonNegativeCents
    matched: NonNegativeCents
    ambiguous: NonNegativeCents
    from_on: Day | None = None
    to_on: Day | None = None


@record
class ProviderPaidOut(EventRecord):
    """A payment provider paid what it had collected to the business's account, less its fees.

    Gross less fees is what the bank account shows. It is below zero where the provider drew money from that account,
    because what it gave back and its fees were more than what it had collected.
    """

    TYPE: ClassVar[str] = "provider.paid_out/1"
    STREAM: ClassVar[str] = "provider"
    provider: Code
    provider_reference: ProviderReference
    currency: Currency
    gross_cents: Cents  # collected, less what was given back and taken back: below zero where that was more
    fee_cents: NonNegativeCents
    paid_on: Day


@record
class ProviderPayoutReturned(EventRecord):
    """A payout failed or was drawn back after it was paid: what had reached the bank stands at the provider again.

    The same of one that was drawn from the bank: its amount is below zero, and the bank account has it again.
    """

    TYPE: ClassVar[str] = "provider.payout_returned/1"
    STREAM: ClassVar[str] = "provider"
    provider: Code
    provider_reference: ProviderReference
    currency: Currency
    amount_cents: Cents  # gross less fees of the payout; the provider keeps its fees
    returned_on: Day
