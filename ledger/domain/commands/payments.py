"""Commands about money received and given back."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command
from ledger.domain.events.common import Party, record
from ledger.domain.events.payments import Allocation, PayableKind
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


@record
class AnnouncePayment(Command):
    """Record that the client says money is on its way."""

    NAME: ClassVar[str] = "payment.announce"
    id: Uuid | None = None
    means: Means
    amount_cents: PositiveCents
    about: Uuid | None = None
    about_kind: PayableKind | None = None
    reference: Reference | None = None


@record
class RecordPayment(Command):
    """Record money received; a fact is never refused, only flagged."""

    NAME: ClassVar[str] = "payment.record"
    id: Uuid | None = None
    announced: Uuid | None = None  # the announcement it answers
    means: Means
    amount_cents: PositiveCents
    currency: Currency | None = None
    received_on: Day | None = None
    customer: Uuid | None = None
    allocations: tuple[Allocation, ...] = ()
    reference: Reference | None = None
    provider: Code | None = None
    provider_reference: ProviderReference | None = None
    statement: Digest | None = None
    payer: Party | None = None
    cash_reason: Code | None = None  # why cash above the ceiling was taken


@record
class AllocatePayment(Command):
    """Put money received to documents, or take it off them."""

    NAME: ClassVar[str] = "payment.allocate"
    payment: Uuid
    allocations: tuple[Allocation, ...] = ()
    free: tuple[Allocation, ...] = ()


@record
class ReversePayment(Command):
    """Record that money thought received did not stay."""

    NAME: ClassVar[str] = "payment.reverse"
    payment: Uuid
    cause: Literal["unpaid", "rejected", "chargeback", "entry_error"]
    amount_cents: PositiveCents | None = None
    reversed_on: Day | None = None
    reference: Reference | None = None


@record
class FailPayment(Command):
    """Record that an announced payment did not come."""

    NAME: ClassVar[str] = "payment.fail"
    payment: Uuid
    cause: Literal["declined", "expired", "abandoned", "not_received"]
    reference: Reference | None = None


@record
class CorrectMeans(Command):
    """Correct the means of a payment; the money is the same."""

    NAME: ClassVar[str] = "payment.correct_means"
    payment: Uuid
    means: Means


@record
class RefundPayment(Command):
    """Record money given back: for a credit note, a deposit, or what was paid too much."""

    NAME: ClassVar[str] = "payment.refund"
    id: Uuid | None = None
    means: Means
    amount_cents: PositiveCents
    indemnity_cents: NonNegativeCents = 0
    payment: Uuid | None = None
    about: Uuid | None = None
    about_kind: Literal["deposit", "invoice", "credit_note", "payment"] | None = None
    paid_on: Day | None = None
    reference: Reference | None = None
    provider: Code | None = None
    provider_reference: ProviderReference | None = None
    payee: Party | None = None


@record
class ImportStatement(Command):
    """Record that a bank statement's file was read, and how many of its lines were matched.

    The stream's id is made from the file's digest (`ledger.domain.streams.statement.statement_id`); the payments that
    lines became are recorded by `payment.record`, each under an id made from its line.
    """

    NAME: ClassVar[str] = "statement.import"
    digest: Digest  # SHA-256 of the file
    statement_reference: Reference  # the bank's own id of the first statement in it
    entries: NonNegativeCents  # lines
    matched: NonNegativeCents  # of them recorded as payments or reversals, now or before
    ambiguous: NonNegativeCents  # of them left to a person
    from_on: Day | None = None
    to_on: Day | None = None


@record
class OpenOnlinePayment(Command):
    """Record that a payment provider was asked to collect an amount."""

    NAME: ClassVar[str] = "online_payment.open"
    id: Uuid | None = None
    provider: Code
    provider_reference: ProviderReference
    about: Uuid
    about_kind: PayableKind
    amount_cents: PositiveCents
    test_mode: Flag = False
    expires_at: Instant | None = None


@record
class EndOnlinePayment(Command):
    """Record how a payment provider's collection ended."""

    NAME: ClassVar[str] = "online_payment.end"
    online_payment: Uuid
    outcome: Literal["paid", "failed", "expired", "cancelled"]
    payment: Uuid | None = None
    reason: Code | None = None


@record
class OpenChargeback(Command):
    """Record that the client's bank contests a card payment; what it paid stays paid until that is decided."""

    NAME: ClassVar[str] = "chargeback.open"
    payment: Uuid
    amount_cents: PositiveCents
    provider_reference: ProviderReference  # the provider's id of the contest
    respond_by: Day | None = None  # the business answers the provider at the latest on this day


@record
class CloseChargeback(Command):
    """Record how a contest was decided; a lost one reverses the payment."""

    NAME: ClassVar[str] = "chargeback.close"
    payment: Uuid
    outcome: Literal["won", "lost"]
    decided_on: Day | None = None


@record
class RecordPayout(Command):
    """Record that a payment provider paid what it had collected to the business's account, less its fees.

    Gross less fees below zero is money that the provider drew from that account. The stream's id is made from the
    provider and its reference (`ledger.domain.streams.provider.payout_id`), so that one payout is recorded once.
    """

    NAME: ClassVar[str] = "provider.record_payout"
    provider: Code
    provider_reference: ProviderReference
    currency: Currency | None = None
    gross_cents: Cents  # collected, less what was given back and taken back: below zero where that was more
    fee_cents: NonNegativeCents = 0  # the bank gets the rest, or pays it where it is below zero
    paid_on: Day | None = None


@record
class RecordPayoutReturn(Command):
    """Record that a payout failed or was drawn back after it was paid, once: the money stands at the provider again."""

    NAME: ClassVar[str] = "provider.record_payout_return"
    provider: Code
    provider_reference: ProviderReference  # of the payout
    returned_on: Day | None = None
