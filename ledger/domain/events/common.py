"""Parts that several events share."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeVar, dataclass_transform

from pydantic import ConfigDict

from ledger.domain.types import (
    AdvanceKind,
    BasisPoints,
    Cents,
    Code,
    Country,
    Day,
    Days,
    Flag,
    LongText,
    Nature,
    NonNegativeCents,
    Price,
    Quantity,
    ShortText,
    Siren,
    UnitCode,
    VatCategory,
)
from ledger.kernel.frozen import frozen

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a frozen, slotted, keyword-only dataclass whose JSON form refuses unknown members."""
    made = frozen(kw_only=True)(cls)
    made.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined] # pydantic reads it there
    return made


@record
class EventRecord:
    """What happened, in one stream: the base of every event."""

    TYPE: ClassVar[str] = ""
    STREAM: ClassVar[str] = ""  # the kind of stream it stands in
    PRIVATE: ClassVar[tuple[str, ...]] = ()  # top-level members kept beside the chain, by commitment


@record
class Address:
    """A postal address (private)."""

    lines: tuple[ShortText, ...]
    postcode: ShortText | None = None
    city: ShortText
    country: Country = "FR"


@record
class Party:
    """A person or business as printed on a document (private)."""

    name: ShortText
    address: Address | None = None
    delivery_address: Address | None = None
    siren: Siren | None = None
    vat_number: ShortText | None = None
    email: ShortText | None = None
    phone: ShortText | None = None
    contact: ShortText | None = None
    order_reference: ShortText | None = None


@record
class Discount:
    """A price reduction: a share or an amount in the document's price basis, never both."""

    share_bp: BasisPoints | None = None
    amount_cents: NonNegativeCents | None = None
    reason: Code | None = None


@record
class Line:
    """One line's figures; its label stands in the document's private texts at the same rank.

    `unit_price` is HT or TTC as the document's price basis says. `amount_cents` is quantity x unit price less the
    line's discount, in that basis; `net_cents` is the line's HT after all discounts.
    """

    item: Code | None = None
    nature: Nature
    purpose: Literal["item", "labour_hourly", "labour_flat", "travel", "material", "charge"] = "item"
    quantity: Quantity
    unit: UnitCode = "C62"
    unit_price: Price
    discount: Discount | None = None
    category: VatCategory
    rate_bp: BasisPoints
    exemption: Code | None = None  # VATEX code
    amount_cents: Cents
    net_cents: Cents
    choice: Literal["option", "variant"] | None = None  # quotes: not counted unless chosen
    choice_group: Code | None = None  # quotes: of one group of variants exactly one is chosen
    performed_bp: BasisPoints | None = None  # progress invoices: cumulative share performed


@record
class VatRow:
    """One VAT category and rate of a document: base x rate = VAT, half-up (CIBS L131-2; EN 16931 BG-23)."""

    category: VatCategory
    rate_bp: BasisPoints
    exemption: Code | None = None
    base_cents: Cents
    vat_cents: Cents
    goods_base_cents: Cents
    goods_vat_cents: Cents


@record
class Totals:
    """A document's totals: net (HT), VAT, gross (TTC), and the discounts already taken off, in the price basis."""

    net_cents: Cents
    vat_cents: Cents
    gross_cents: Cents
    discount_cents: NonNegativeCents = 0


@record
class MilestoneName:
    """What a business calls a milestone of a quote's schedule."""

    milestone: Code
    name: ShortText


@record
class Texts:
    """A document's free words (private)."""

    title: ShortText | None = None
    lines: tuple[ShortText, ...] = ()
    notes: LongText | None = None
    terms: LongText | None = None
    price_revision: LongText | None = None
    waste: LongText | None = None
    after_sales: LongText | None = None
    performance_place: LongText | None = None
    reduced_rate_statement: LongText | None = None
    works_description: LongText | None = None
    attachments: tuple[ShortText, ...] | None = None  # names of a quote's attached files, by rank
    milestones: tuple[MilestoneName, ...] | None = None  # of a quote's schedule, where they have one


@record
class Instalment:
    """One planned payment of a contract before its final invoice."""

    kind: AdvanceKind
    amount_cents: NonNegativeCents  # of a share: as the lines stand; 0 only while every line awaits a choice
    share_bp: BasisPoints | None = None
    trigger: Literal["signature", "date", "milestone", "delivery"]
    due_on: Day | None = None
    due_days: Days | None = None  # days after the trigger
    milestone: Code | None = None
    automatic: Flag = True  # asked for as soon as its trigger comes, without anybody's act
    invoice_at: Literal["never", "request", "receipt"] = "never"  # a deposit invoice (386)


@record
class RateSplit:
    """A gross amount's part at one VAT rate."""

    category: VatCategory
    rate_bp: BasisPoints
    exemption: Code | None = None
    net_cents: Cents
    vat_cents: Cents
    gross_cents: Cents
    goods_gross_cents: Cents


@record
class Flagged:
    """A rule that the recorded fact did not respect, and what the law asks next."""

    code: Code
    remedy: Code | None = None
