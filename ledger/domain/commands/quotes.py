"""Commands about quotes, signatures and attachments."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command, InstalmentInput, LineInput, TextsInput
from ledger.domain.events.common import Discount, Party, record
from ledger.domain.events.quotes import EarlyPaymentException
from ledger.domain.events.signatures import Evidence
from ledger.domain.types import (
    BasisPoints,
    Channel,
    Code,
    Count,
    Day,
    Days,
    Digest,
    Flag,
    Instant,
    NonNegativeCents,
    Position,
    PriceBasis,
    Reference,
    ShortText,
    Side,
    SignatureLevel,
    SupplyPlace,
    Uuid,
)


@record
class QuoteInput(Command):
    """One version of a quote, whole, as the business asks for it."""

    customer: Uuid
    basis: PriceBasis | None = None  # absent: the issuer's
    supply_place: SupplyPlace | None = None
    channel: Channel
    online: Flag = False
    special_order: Flag = False
    urgent_repair: Flag = False  # asked for by the consumer at home (C. conso L221-10, L221-28 8°)
    early_payment_exception: EarlyPaymentException | None = None
    trades: tuple[Code, ...] | None = None  # absent: the issuer's
    lines: tuple[LineInput, ...]
    discount: Discount | None = None
    texts: TextsInput = TextsInput()
    valid_until: Day | None = None  # absent: 30 days
    starts_on: Day | None = None
    duration_days: Days | None = None
    fee_cents: NonNegativeCents = 0
    schedule: tuple[InstalmentInput, ...] | None = None  # absent: the deposit policy
    payment_days: Days | None = None
    early_discount_bp: BasisPoints | None = None
    recurring: Literal["month", "quarter", "year"] | None = None
    reduced_rate_justified: Flag = False  # dwelling over two years old: the client's statement is on the quote
    attachments: tuple[Digest, ...] = ()  # files that go with it: what is signed covers them
    attachment_names: tuple[ShortText, ...] = ()  # by rank; as many as there are files, or none
    reference: Reference | None = None
    series: Uuid | None = None


@record
class IssueQuote(QuoteInput):
    """Issue a quote: its first version, or a change order to a signed one."""

    NAME: ClassVar[str] = "quote.issue"
    id: Uuid | None = None
    amends: Uuid | None = None


@record
class ReviseQuote(QuoteInput):
    """Replace an unsigned quote by a new version."""

    NAME: ClassVar[str] = "quote.revise"
    quote: Uuid


@record
class SendQuote(Command):
    """Record that the current version was sent."""

    NAME: ClassVar[str] = "quote.send"
    quote: Uuid
    by: Literal["email", "post", "hand", "link"]
    message: Uuid | None = None


@record
class ViewQuote(Command):
    """Record that the current version was opened."""

    NAME: ClassVar[str] = "quote.view"
    quote: Uuid
    by: Literal["client", "observer"] = "client"
    link: Uuid | None = None


@record
class SignQuote(Command):
    """Record a signature given on the spot by the client alone: request and signature in one act."""

    NAME: ClassVar[str] = "quote.sign"
    quote: Uuid
    document_version: Position
    fingerprint: Digest  # of that version's entry, as shown
    method: Literal["drawn", "typed"] = "typed"
    chosen: tuple[Position, ...] = ()
    early_start_requested: Flag = False
    loss_acknowledged: Flag = False
    reduced_rate_stated: Flag = False
    evidence: Evidence


@record
class DeclineQuote(Command):
    """Record that the client said no."""

    NAME: ClassVar[str] = "quote.decline"
    quote: Uuid
    reason: Code | None = None
    words: ShortText | None = None


@record
class ExpireQuote(Command):
    """Record that the period of validity has ended."""

    NAME: ClassVar[str] = "quote.expire"
    quote: Uuid


@record
class CancelQuote(Command):
    """Take a quote back, or cancel a contract; deposits follow their kind."""

    NAME: ClassVar[str] = "quote.cancel"
    quote: Uuid
    by: Side
    reason: Code | None = None
    words: ShortText | None = None


@record
class WithdrawQuote(Command):
    """Record the consumer's withdrawal (C. conso L221-18)."""

    NAME: ClassVar[str] = "quote.withdraw"
    quote: Uuid
    notified_on: Day | None = None
    by: Literal["function", "form", "letter", "other"]
    owed_cents: NonNegativeCents = 0
    accept_late: Flag = False


@record
class ReachMilestone(Command):
    """Record that a milestone of a contract was reached; its instalments are asked for."""

    NAME: ClassVar[str] = "quote.reach_milestone"
    quote: Uuid
    milestone: Code
    on: Day | None = None


@record
class RecordDelivery(Command):
    """Record a delivery of goods for a contract or an invoice."""

    NAME: ClassVar[str] = "delivery.record"
    id: Uuid | None = None
    about: Uuid
    about_kind: Literal["quote", "invoice"]
    on: Day
    lines: tuple[Position, ...] = ()
    complete: Flag = True


@record
class AcceptWork(Command):
    """Record the client's acceptance of the work (réception)."""

    NAME: ClassVar[str] = "work.accept"
    id: Uuid | None = None
    about: Uuid
    about_kind: Literal["quote", "invoice"]
    on: Day
    reservations: ShortText | None = None


@record
class SignatoryInput:
    """One who is to sign."""

    id: Uuid | None = None
    side: Literal["client", "issuer", "third"] = "client"
    method: Literal["drawn", "typed", "code", "certificate"] = "code"
    level: SignatureLevel = "simple"
    code_by: Literal["email", "sms", "none"] = "email"
    party: Party


@record
class RequestSignature(Command):
    """Ask for signatures on one version of a quote, or on any PDF by its digest."""

    NAME: ClassVar[str] = "signature.request"
    id: Uuid | None = None
    quote: Uuid | None = None
    file: Digest | None = None
    bytes: Count | None = None
    role: Literal["quote", "contract", "purchase_order", "other"] = "quote"
    attachments: tuple[Digest, ...] = ()
    signatories: tuple[SignatoryInput, ...]
    ordered: Flag = True
    expires_on: Day | None = None


@record
class RecordCodeSent(Command):
    """Record that a one-time code was sent."""

    NAME: ClassVar[str] = "signature.record_code_sent"
    signature: Uuid
    signatory: Uuid
    by: Literal["email", "sms"] = "email"
    expires_at: Instant
    message: Uuid | None = None


@record
class RecordCodeChecked(Command):
    """Record the outcome of an entered one-time code."""

    NAME: ClassVar[str] = "signature.record_code_checked"
    signature: Uuid
    signatory: Uuid
    outcome: Literal["right", "wrong", "expired", "blocked"]


@record
class GiveSignature(Command):
    """Record that one signatory signed exactly these bytes."""

    NAME: ClassVar[str] = "signature.give"
    signature: Uuid
    signatory: Uuid
    signed: Digest
    level: SignatureLevel = "simple"
    chosen: tuple[Position, ...] = ()
    early_start_requested: Flag = False
    loss_acknowledged: Flag = False
    reduced_rate_stated: Flag = False
    evidence: Evidence


@record
class RefuseSignature(Command):
    """Record that one signatory refused."""

    NAME: ClassVar[str] = "signature.refuse"
    signature: Uuid
    signatory: Uuid
    reason: Code | None = None
    words: ShortText | None = None


@record
class CancelSignature(Command):
    """Take a request for signatures back."""

    NAME: ClassVar[str] = "signature.cancel"
    signature: Uuid
    reason: Literal["expired", "asked"] = "asked"


@record
class AddAttachment(Command):
    """Attach a file by its digest."""

    NAME: ClassVar[str] = "attachment.add"
    id: Uuid | None = None
    about: Uuid | None = None
    digest: Digest
    bytes: Count
    media_type: ShortText
    title: ShortText | None = None
