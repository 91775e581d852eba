"""The issuer, its settings and number series; its customers."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.events.common import Address, EventRecord, Party, record
from ledger.domain.types import (
    AdvanceKind,
    Base64,
    BasisPoints,
    Code,
    Colour,
    Count,
    Country,
    CustomerKind,
    Day,
    Days,
    DaysFrom,
    Digest,
    Flag,
    LongText,
    PositiveCents,
    PriceBasis,
    ShortText,
    Siren,
    Siret,
    SupplyPlace,
    Uuid,
    VatRegime,
)

SeriesUse = Literal["quote", "invoice", "deposit_invoice", "credit_note", "receipt", "note", "payment_request"]


@record
class Insurance:
    """Professional or decennial insurance as printed (loi 2014-626 art. 22)."""

    insurer: ShortText
    contact: ShortText
    area: ShortText
    contract: ShortText | None = None


@record
class IssuerDetails:
    """The business as printed on its documents (private)."""

    name: ShortText
    trade_name: ShortText | None = None
    address: Address
    email: ShortText | None = None
    phone: ShortText | None = None
    website: ShortText | None = None
    capital: ShortText | None = None
    trade_register: ShortText | None = None  # RCS, Répertoire national des entreprises
    vat_number: ShortText | None = None
    insurance: Insurance | None = None
    mediator: LongText | None = None
    iban: ShortText | None = None
    bic: ShortText | None = None
    rge: ShortText | None = None
    guarantees: LongText | None = None
    terms: LongText | None = None
    footer: LongText | None = None


@record
class ProfileSet(EventRecord):
    """The issuer's profile as it stands from now on; documents name its version."""

    TYPE: ClassVar[str] = "issuer.profile_set/1"
    STREAM: ClassVar[str] = "issuer"
    PRIVATE: ClassVar[tuple[str, ...]] = ("details",)
    siren: Siren
    siret: Siret | None = None
    legal_form: Code
    sole_trader: Flag
    country: Country = "FR"
    vat_regime: VatRegime
    debits_option: Flag = False
    supply_place: SupplyPlace = "FR"
    price_basis: PriceBasis = "gross"
    trades: tuple[Code, ...] = ()  # building, repair, maintenance, home_equipment, personal_services, energy_renovation
    main_activity: Literal["goods", "services", "mixed"] = "services"
    firm_size: Literal["micro", "sme", "mid", "large"] = "micro"
    payment_days: Days = 30
    early_discount_bp: BasisPoints | None = None
    early_discount_days: Days = 8  # from the invoice's date
    late_penalty_bp: BasisPoints | None = None  # between professionals (C. com. L441-10)
    details: IssuerDetails | None = None


@record
class BrandSet(EventRecord):
    """How the issuer's documents look from now on; what was issued before keeps the look it had."""

    TYPE: ClassVar[str] = "issuer.brand_set/1"
    STREAM: ClassVar[str] = "issuer"
    PRIVATE: ClassVar[tuple[str, ...]] = ("logo_bytes",)
    accent: Colour | None = None
    logo: Digest | None = None  # SHA-256 of the file
    logo_type: Literal["image/png", "image/jpeg"] | None = None
    logo_bytes: Base64 | None = None  # the file; a logo may be a face or a name


@record
class SeriesOpened(EventRecord):
    """A number series: continuous and chronological (CGI ann. II 242 nonies A I 7°)."""

    TYPE: ClassVar[str] = "series.opened/1"
    STREAM: ClassVar[str] = "series"
    use: SeriesUse
    prefix: ShortText
    yearly: Flag = False  # the printed number carries the year and the count restarts with it
    width: Count = 5
    first: Count = 1
    justification: Code | None = None  # why there is more than one series for this use


@record
class SeriesClosed(EventRecord):
    """The series gives no further number."""

    TYPE: ClassVar[str] = "series.closed/1"
    STREAM: ClassVar[str] = "series"
    last: Count


@record
class DepositRule:
    """One line of the deposit policy: the first rule that matches a quote applies."""

    from_cents: Count = 0
    customer_kind: CustomerKind | None = None
    risk: Literal["low", "normal", "high"] | None = None
    kind: AdvanceKind | None = None  # the law's default when absent
    share_bp: BasisPoints | None = None
    amount_cents: PositiveCents | None = None
    due_days: Days = 0
    automatic: Flag = True  # asked for at signature
    invoice_at: Literal["never", "request", "receipt"] = "never"  # a deposit invoice (386)


@record
class DepositPolicySet(EventRecord):
    """The deposits that the business asks for, by amount, customer and risk."""

    TYPE: ClassVar[str] = "policy.deposits_set/1"
    STREAM: ClassVar[str] = "issuer"
    rules: tuple[DepositRule, ...]


@record
class ReminderStep:
    """One reminder of the policy, before (negative) or after the due date."""

    days: DaysFrom
    tone: Literal["friendly", "firm", "final"]
    to: Literal["client", "client_and_observers"] = "client"


@record
class ReminderPolicySet(EventRecord):
    """When reminders go out, in which tone, to whom."""

    TYPE: ClassVar[str] = "policy.reminders_set/1"
    STREAM: ClassVar[str] = "issuer"
    about: Literal["deposit", "invoice", "quote"]
    steps: tuple[ReminderStep, ...]


@record
class CustomerRegistered(EventRecord):
    """A customer became known."""

    TYPE: ClassVar[str] = "customer.registered/1"
    STREAM: ClassVar[str] = "customer"
    PRIVATE: ClassVar[tuple[str, ...]] = ("party",)
    kind: CustomerKind
    country: Country = "FR"
    tax_resident: Country = "FR"  # where a consumer is domiciled for tax (cash ceiling, C. mon. fin. D112-3)
    small_business: Flag = False  # up to five employees, outside its main activity (C. conso L221-3)
    risk: Literal["low", "normal", "high"] = "normal"
    payment_days: Days | None = None
    language: Literal["fr", "en"] = "fr"
    party: Party | None = None


@record
class CustomerUpdated(EventRecord):
    """A customer's details changed; what was issued before keeps what it said."""

    TYPE: ClassVar[str] = "customer.updated/1"
    STREAM: ClassVar[str] = "customer"
    PRIVATE: ClassVar[tuple[str, ...]] = ("party",)
    kind: CustomerKind
    country: Country = "FR"
    tax_resident: Country = "FR"
    small_business: Flag = False
    risk: Literal["low", "normal", "high"] = "normal"
    payment_days: Days | None = None
    language: Literal["fr", "en"] = "fr"
    party: Party | None = None


@record
class ObserverAdded(EventRecord):
    """Somebody may follow a document or a contract: see it, comment, get copies, nothing else."""

    TYPE: ClassVar[str] = "observer.added/1"
    STREAM: ClassVar[str] = "observer"
    PRIVATE: ClassVar[tuple[str, ...]] = ("party",)
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice", "signature"]
    party: Party | None = None


@record
class ObserverRemoved(EventRecord):
    """An observer may no longer follow."""

    TYPE: ClassVar[str] = "observer.removed/1"
    STREAM: ClassVar[str] = "observer"


@record
class ConsentRecorded(EventRecord):
    """A customer agreed or withdrew agreement to something (electronic invoices, messages)."""

    TYPE: ClassVar[str] = "customer.consent_recorded/1"
    STREAM: ClassVar[str] = "customer"
    subject: Literal["electronic_invoice", "messages"]
    given: Flag
    on: Day
