"""Parts that several commands share."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import Discount, record
from ledger.domain.types import (
    AdvanceKind,
    BasisPoints,
    Code,
    Day,
    Days,
    LongText,
    Nature,
    PositiveCents,
    Price,
    Quantity,
    ShortText,
    UnitCode,
    VatCategory,
)


@record
class Command:
    """What somebody asks of a ledger: the base of every command."""

    NAME: ClassVar[str] = ""


@record
class LineInput:
    """One line as the business types it; the price is HT or TTC as the document's price basis says."""

    label: ShortText
    quantity: Quantity = "1"
    unit: UnitCode = "C62"
    unit_price: Price
    rate_bp: BasisPoints | None = None  # absent: the standard rate of the place of supply, or none under franchise
    category: VatCategory | None = None
    exemption: Code | None = None
    nature: Nature
    purpose: Literal["item", "labour_hourly", "labour_flat", "travel", "material", "charge"] = "item"
    item: Code | None = None
    discount: Discount | None = None
    choice: Literal["option", "variant"] | None = None
    choice_group: Code | None = None


@record
class TextsInput:
    """A document's free words besides the labels of its lines."""

    title: ShortText | None = None
    notes: LongText | None = None
    terms: LongText | None = None
    price_revision: LongText | None = None
    waste: LongText | None = None
    after_sales: LongText | None = None
    performance_place: LongText | None = None
    reduced_rate_statement: LongText | None = None
    works_description: LongText | None = None


@record
class InstalmentInput:
    """One planned payment: a share of the total or an amount, never both."""

    kind: AdvanceKind | None = None  # absent: the law's default
    share_bp: BasisPoints | None = None
    amount_cents: PositiveCents | None = None
    trigger: Literal["signature", "date", "milestone", "delivery"] = "signature"
    due_on: Day | None = None
    due_days: Days | None = None
    milestone: Code | None = None
    milestone_name: ShortText | None = None  # in words, for people; private
