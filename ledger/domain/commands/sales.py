"""Commands about deposits, invoices, credit notes, recurring billing and notes."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command, LineInput, TextsInput
from ledger.domain.events.common import Discount, Party, record
from ledger.domain.types import (
    AdvanceKind,
    BasisPoints,
    Channel,
    Code,
    Day,
    Days,
    Flag,
    Position,
    PositiveCents,
    PriceBasis,
    Quantity,
    Reference,
    ShortText,
    Side,
    SupplyPlace,
    Uuid,
)


@record
class RequestDeposit(Command):
    """Ask for a deposit on a contract, or for a plain payment without a quote."""

    NAME: ClassVar[str] = "deposit.request"
    id: Uuid | None = None
    quote: Uuid | None = None
    instalment: Position | None = None
    customer: Uuid | None = None
    kind: AdvanceKind | None = None  # absent: the law's default
    special_order: Flag = False
    share_bp: BasisPoints | None = None
    amount_cents: PositiveCents | None = None
    rate_bp: BasisPoints | None = None  # without a quote: the rate of the supply paid for
    nature: Literal["goods", "services"] | None = None
    due_on: Day | None = None
    invoice_at: Literal["never", "request", "receipt"] | None = None
    title: ShortText | None = None


@record
class CancelDeposit(Command):
    """Take a deposit request back; money already received keeps its own fate."""

    NAME: ClassVar[str] = "deposit.cancel"
    deposit: Uuid
    by: Side = "issuer"
    reason: Code | None = None


@record
class InvoiceDeposit(Command):
    """Issue the deposit invoice (386) of a deposit."""

    NAME: ClassVar[str] = "deposit.invoice"
    id: Uuid | None = None
    deposit: Uuid
    series: Uuid | None = None


@record
class SettleDeposit(Command):
    """Settle the fate of a paid deposit of a cancelled contract or request: kept or to be given back."""

    NAME: ClassVar[str] = "deposit.settle"
    deposit: Uuid
    outcome: Literal["forfeit", "refund"]
    by: Side


@record
class IssueReceipt(Command):
    """Issue a numbered receipt for a payment."""

    NAME: ClassVar[str] = "receipt.issue"
    id: Uuid | None = None
    payment: Uuid
    deposit: Uuid | None = None
    series: Uuid | None = None


@record
class IssueInvoice(Command):
    """Issue an ordinary invoice, from its lines or from a signed quote."""

    NAME: ClassVar[str] = "invoice.issue"
    id: Uuid | None = None
    quote: Uuid | None = None  # lines, texts and customer come from the contract
    customer: Uuid | None = None  # absent: a consumer over the counter, when no mention of the client is due
    client: Party | None = None  # a client who is not registered
    basis: PriceBasis | None = None
    supply_place: SupplyPlace | None = None
    channel: Channel = "premises"
    lines: tuple[LineInput, ...] = ()
    discount: Discount | None = None
    texts: TextsInput = TextsInput()
    supplied_on: Day | None = None
    due_on: Day | None = None
    reduced_rate_justified: Flag = False
    client_unnamed: Flag = False  # the client objects to being named on what stands for the note (arrêté 83-50/A)
    order_reference: Reference | None = None
    reference: Reference | None = None
    series: Uuid | None = None


@record
class IssueProgressInvoice(Command):
    """Issue a progress invoice (situation): cumulative shares performed per line of the contract."""

    NAME: ClassVar[str] = "invoice.issue_progress"
    id: Uuid | None = None
    quote: Uuid
    performed_bp: tuple[BasisPoints, ...]  # one per line of the contract as signed; never less than before
    supplied_on: Day | None = None
    due_on: Day | None = None
    texts: TextsInput = TextsInput()
    series: Uuid | None = None


@record
class IssueFinalInvoice(Command):
    """Issue the final invoice of a contract: what is not yet invoiced, each paid deposit deducted once."""

    NAME: ClassVar[str] = "invoice.issue_final"
    id: Uuid | None = None
    quote: Uuid
    supplied_on: Day | None = None
    due_on: Day | None = None
    texts: TextsInput = TextsInput()
    series: Uuid | None = None


@record
class CreditLine:
    """How much of one line of the invoice is credited: a quantity or an amount in its price basis."""

    rank: Position
    quantity: Quantity | None = None
    amount_cents: PositiveCents | None = None


@record
class CreditInvoice(Command):
    """Issue a credit note for an invoice, whole or in part, and its replacement if asked, in one step."""

    NAME: ClassVar[str] = "invoice.credit"
    id: Uuid | None = None
    invoice: Uuid
    cause: Literal["cancellation", "return", "error", "discount", "withdrawal", "bad_debt", "other"]
    lines: tuple[CreditLine, ...] = ()  # none: the whole of what is left
    replacement: IssueInvoice | None = None
    notes: ShortText | None = None
    reference: Reference | None = None
    series: Uuid | None = None


@record
class SendInvoice(Command):
    """Record that an invoice was handed over."""

    NAME: ClassVar[str] = "invoice.send"
    invoice: Uuid
    by: Literal["email", "post", "hand", "link", "platform"]
    message: Uuid | None = None
    reference: Reference | None = None


@record
class ViewInvoice(Command):
    """Record that an invoice was opened."""

    NAME: ClassVar[str] = "invoice.view"
    invoice: Uuid
    by: Literal["client", "observer"] = "client"
    link: Uuid | None = None


@record
class DisputeInvoice(Command):
    """Record that the client contests an invoice, or that the matter is settled."""

    NAME: ClassVar[str] = "invoice.dispute"
    invoice: Uuid
    state: Literal["opened", "settled"]
    reason: Code | None = None
    words: ShortText | None = None


@record
class ChargePenalty(Command):
    """Claim late-payment penalties from a business or public customer."""

    NAME: ClassVar[str] = "invoice.charge_penalty"
    invoice: Uuid
    upto: Day | None = None
    central_bank_bp: BasisPoints | None = None  # public customers: ECB refinancing rate when lateness began


@record
class WriteOffInvoice(Command):
    """Give up what is still due as lost."""

    NAME: ClassVar[str] = "invoice.write_off"
    invoice: Uuid
    reason: Code | None = None


@record
class IssueNote(Command):
    """Give the consumer's note for services or building works."""

    NAME: ClassVar[str] = "note.issue"
    id: Uuid | None = None
    kind: Literal["services", "building_works"]
    quote: Uuid | None = None
    invoice: Uuid | None = None
    performed_on: Day
    lines: tuple[LineInput, ...] = ()
    basis: PriceBasis | None = None
    client: Party | None = None
    client_unnamed: Flag = False  # the client objects to being named (arrêté 83-50/A)
    texts: TextsInput = TextsInput()
    series: Uuid | None = None


@record
class StartSubscription(Command):
    """Begin recurring billing."""

    NAME: ClassVar[str] = "subscription.start"
    id: Uuid | None = None
    customer: Uuid
    quote: Uuid | None = None
    basis: PriceBasis | None = None
    supply_place: SupplyPlace | None = None
    every: Literal["week", "month", "quarter", "year"]
    billed: Literal["in_advance", "in_arrears"] = "in_advance"
    starts_on: Day
    ends_on: Day | None = None
    lines: tuple[LineInput, ...]
    discount: Discount | None = None
    texts: TextsInput = TextsInput()
    payment_days: Days | None = None


@record
class ChangeSubscription(Command):
    """Change the lines of recurring billing from a day on."""

    NAME: ClassVar[str] = "subscription.change"
    subscription: Uuid
    from_on: Day
    lines: tuple[LineInput, ...]
    discount: Discount | None = None
    texts: TextsInput = TextsInput()


@record
class PauseSubscription(Command):
    """Suspend recurring billing, or let it go on."""

    NAME: ClassVar[str] = "subscription.pause"
    subscription: Uuid
    paused: Flag
    on: Day | None = None


@record
class StopSubscription(Command):
    """End recurring billing."""

    NAME: ClassVar[str] = "subscription.stop"
    subscription: Uuid
    on: Day | None = None
    by: Literal["client", "issuer"]


@record
class InvoiceSubscription(Command):
    """Issue the invoice of the next period of recurring billing that is due."""

    NAME: ClassVar[str] = "subscription.invoice"
    id: Uuid | None = None
    subscription: Uuid
    series: Uuid | None = None
