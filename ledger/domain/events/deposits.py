"""Deposits: money asked for and received before the final invoice; and plain payment requests."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import EventRecord, Party, RateSplit, Texts, record
from ledger.domain.types import (
    AdvanceKind,
    Code,
    Country,
    Currency,
    CustomerKind,
    Day,
    DocumentNumber,
    Flag,
    NonNegativeCents,
    Position,
    PositiveCents,
    Reference,
    Side,
    SupplyPlace,
    Uuid,
)


@record
class DepositRequested(EventRecord):
    """Money was asked for in advance; a request is no invoice and stands outside the invoice series."""

    TYPE: ClassVar[str] = "deposit.requested/1"
    STREAM: ClassVar[str] = "deposit"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client", "texts")
    series: Uuid | None = None
    n: Position | None = None
    number: DocumentNumber | None = None
    issued_on: Day
    quote: Uuid | None = None
    instalment: Position | None = None
    customer: Uuid | None = None
    customer_kind: CustomerKind
    customer_country: Country = "FR"
    kind: AdvanceKind
    special_order: Flag = False
    currency: Currency
    amount_cents: PositiveCents
    split: tuple[RateSplit, ...] = ()
    supply_place: SupplyPlace = "FR"
    payable_from: Day | None = None  # the seven-day ban ends (C. conso L221-10)
    due_on: Day
    invoice_at: Literal["never", "request", "receipt"] = "never"
    automatic: Flag = False
    reference: Reference  # structured, printed on the request and looked for on bank statements
    client: Party | None = None
    texts: Texts | None = None


@record
class DepositInvoiced(EventRecord):
    """A deposit invoice (386) was issued for it."""

    TYPE: ClassVar[str] = "deposit.invoiced/1"
    STREAM: ClassVar[str] = "deposit"
    invoice: Uuid


@record
class DepositApplied(EventRecord):
    """A final invoice deducted what was paid."""

    TYPE: ClassVar[str] = "deposit.applied/1"
    STREAM: ClassVar[str] = "deposit"
    invoice: Uuid
    amount_cents: PositiveCents
    interest_cents: NonNegativeCents = 0  # C. conso L214-2, deducted from the balance


@record
class DepositReleased(EventRecord):
    """A credit note freed what an invoice had deducted: it can be deducted again."""

    TYPE: ClassVar[str] = "deposit.released/1"
    STREAM: ClassVar[str] = "deposit"
    invoice: Uuid
    credit_note: Uuid
    amount_cents: PositiveCents


@record
class DepositForfeited(EventRecord):
    """The consumer gave up: the arrhes are kept as an indemnity, outside VAT (CJEU C-277/05)."""

    TYPE: ClassVar[str] = "deposit.forfeited/1"
    STREAM: ClassVar[str] = "deposit"
    amount_cents: PositiveCents
    vat_corrected_cents: NonNegativeCents  # VAT that had become due and is corrected (CGI 272)
    split: tuple[RateSplit, ...] = ()


@record
class DepositRefundDue(EventRecord):
    """Money received in advance must go back, doubled when the trader gave up arrhes (C. conso L214-1)."""

    TYPE: ClassVar[str] = "deposit.refund_due/1"
    STREAM: ClassVar[str] = "deposit"
    cause: Literal["withdrawal", "trader_cancelled", "agreed", "overpaid", "ban"]
    paid_cents: NonNegativeCents
    indemnity_cents: NonNegativeCents = 0  # the second half of doubled arrhes
    interest_cents: NonNegativeCents = 0  # legal interest up to this day, added to what goes back (C. conso L214-2)
    due_on: Day | None = None


@record
class DepositCancelled(EventRecord):
    """The request was taken back; money already received keeps its own fate."""

    TYPE: ClassVar[str] = "deposit.cancelled/1"
    STREAM: ClassVar[str] = "deposit"
    by: Side
    cause: Literal["withdrawal", "contract_cancelled", "asked", "replaced", "invoiced"]
    reason: Code | None = None


@record
class ReceiptIssued(EventRecord):
    """A numbered receipt for money received (arrhes, or any payment)."""

    TYPE: ClassVar[str] = "receipt.issued/1"
    STREAM: ClassVar[str] = "receipt"
    PRIVATE: ClassVar[tuple[str, ...]] = ("client",)
    series: Uuid
    n: Position
    number: DocumentNumber
    issued_on: Day
    issuer_version: Position
    payment: Uuid
    deposit: Uuid | None = None
    kind: AdvanceKind | None = None
    currency: Currency
    amount_cents: PositiveCents
    split: tuple[RateSplit, ...] = ()
    client: Party | None = None


@record
class DepositReceipted(EventRecord):
    """A receipt was issued for money received on this deposit."""

    TYPE: ClassVar[str] = "deposit.receipted/1"
    STREAM: ClassVar[str] = "deposit"
    receipt: Uuid
    payment: Uuid
    amount_cents: PositiveCents
