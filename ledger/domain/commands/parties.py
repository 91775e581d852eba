"""Commands about the issuer, its settings, its number series and its customers; and the technical journal."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.domain.commands.common import Command
from ledger.domain.events.common import Party, record
from ledger.domain.events.ledger import AnchorPolicy
from ledger.domain.events.parties import DepositRule, IssuerDetails, ReminderStep, SeriesUse
from ledger.domain.types import (
    Actor,
    Base64,
    BasisPoints,
    Cents,
    Code,
    Colour,
    Count,
    Country,
    CustomerKind,
    Day,
    Days,
    Digest,
    Flag,
    Instant,
    PriceBasis,
    ShortText,
    Siren,
    Siret,
    SupplyPlace,
    Uuid,
    VatRegime,
)


@record
class SetProfile(Command):
    """Set the issuer's profile from now on."""

    NAME: ClassVar[str] = "issuer.set_profile"
    siren: Siren
    siret: Siret | None = None
    legal_form: Code
    sole_trader: Flag = False
    country: Country = "FR"
    vat_regime: VatRegime
    debits_option: Flag = False
    supply_place: SupplyPlace = "FR"
    price_basis: PriceBasis = "gross"
    trades: tuple[Code, ...] = ()
    main_activity: Literal["goods", "services", "mixed"] = "services"
    firm_size: Literal["micro", "sme", "mid", "large"] = "micro"
    payment_days: Days = 30
    early_discount_bp: BasisPoints | None = None
    early_discount_days: Days = 8  # from the invoice's date
    late_penalty_bp: BasisPoints | None = None
    details: IssuerDetails


@record
class SetBrand(Command):
    """Set how the issuer's documents look from now on; a member left out is taken away."""

    NAME: ClassVar[str] = "issuer.set_brand"
    accent: Colour | None = None
    logo: Base64 | None = None  # a PNG or JPEG file of at most 256 KiB and 4 million pixels


@record
class OpenSeries(Command):
    """Open a number series."""

    NAME: ClassVar[str] = "series.open"
    id: Uuid | None = None
    use: SeriesUse
    prefix: ShortText
    yearly: Flag = False
    width: Count = 5
    first: Count = 1
    justification: Code | None = None


@record
class CloseSeries(Command):
    """Close a number series for good."""

    NAME: ClassVar[str] = "series.close"
    series: Uuid


@record
class SetDepositPolicy(Command):
    """Set the deposits that are asked for, by amount, customer and risk."""

    NAME: ClassVar[str] = "policy.set_deposits"
    rules: tuple[DepositRule, ...]


@record
class SetReminderPolicy(Command):
    """Set when reminders go out."""

    NAME: ClassVar[str] = "policy.set_reminders"
    about: Literal["deposit", "invoice", "quote"]
    steps: tuple[ReminderStep, ...]


@record
class SetAnchorPolicy(Command):
    """Set where and how often checkpoints are anchored."""

    NAME: ClassVar[str] = "anchor.set_policy"
    anchors: AnchorPolicy


@record
class RegisterCustomer(Command):
    """Register a customer."""

    NAME: ClassVar[str] = "customer.register"
    id: Uuid | None = None
    kind: CustomerKind
    country: Country = "FR"
    tax_resident: Country = "FR"
    small_business: Flag = False
    risk: Literal["low", "normal", "high"] = "normal"
    payment_days: Days | None = None
    language: Literal["fr", "en"] = "fr"
    party: Party


@record
class UpdateCustomer(Command):
    """Replace a customer's details; documents already issued keep what they say."""

    NAME: ClassVar[str] = "customer.update"
    customer: Uuid
    kind: CustomerKind
    country: Country = "FR"
    tax_resident: Country = "FR"
    small_business: Flag = False
    risk: Literal["low", "normal", "high"] = "normal"
    payment_days: Days | None = None
    language: Literal["fr", "en"] = "fr"
    party: Party


@record
class RecordConsent(Command):
    """Record that a customer agreed, or no longer agrees, to something."""

    NAME: ClassVar[str] = "customer.record_consent"
    customer: Uuid
    subject: Literal["electronic_invoice", "messages"]
    given: Flag
    on: Day | None = None


@record
class AddObserver(Command):
    """Let somebody follow a document."""

    NAME: ClassVar[str] = "observer.add"
    id: Uuid | None = None
    about: Uuid
    about_kind: Literal["quote", "deposit", "invoice", "signature"]
    party: Party


@record
class RemoveObserver(Command):
    """Let an observer follow no longer."""

    NAME: ClassVar[str] = "observer.remove"
    observer: Uuid


@record
class JournalSignIn(Command):
    """Journal that somebody signed in."""

    NAME: ClassVar[str] = "journal.sign_in"
    subject: Actor
    method: Literal["password_totp", "password_recovery", "password", "api_key", "link", "command_line"]
    role: Literal["owner", "operator", "accountant", "auditor"]


@record
class JournalSignOut(Command):
    """Journal that a session ended."""

    NAME: ClassVar[str] = "journal.sign_out"
    subject: Actor
    cause: Literal["asked", "expired", "revoked"]


@record
class JournalSignInFailure(Command):
    """Journal failed sign-ins."""

    NAME: ClassVar[str] = "journal.sign_in_failure"
    subject: Actor | None = None
    method: Literal["password_totp", "password_recovery", "password", "api_key", "link", "command_line"]
    count: Count = 1


@record
class JournalAccess(Command):
    """Journal that a user or API key was given a role, or lost it (role absent)."""

    NAME: ClassVar[str] = "journal.access"
    subject: Actor
    role: Literal["owner", "operator", "accountant", "auditor"] | None = None
    until: Instant | None = None


@record
class JournalSoftware(Command):
    """Journal that another version of the software writes from here on."""

    NAME: ClassVar[str] = "journal.software"
    software: ShortText
    perimeter: Digest
    major: Flag


@record
class JournalIntegrityFailure(Command):
    """Journal that a verification found something wrong."""

    NAME: ClassVar[str] = "journal.integrity_failure"
    finding: Code
    at_seq: Count | None = None
    count: Count = 1


@record
class IssueAttestation(Command):
    """Record that the editor's individual attestation was made out to this ledger's business.

    `software` and `perimeter` are those that write the ledger now: nothing else can be attested here.
    """

    NAME: ClassVar[str] = "attestation.issue"
    software: ShortText
    perimeter: Digest
    document: Digest  # SHA-256 of the document
    embedded_salt: ShortText | None = None  # random, inside the document


@record
class CountDrawer(Command):
    """Record a count of the cash drawer."""

    NAME: ClassVar[str] = "drawer.count"
    till: Code
    counted_cents: Cents
    expected_cents: Cents
    notes: ShortText | None = None


@record
class CloseTask(Command):
    """Say that a task was done, or set it aside."""

    NAME: ClassVar[str] = "task.close"
    task: Uuid
    outcome: Literal["done", "set_aside"]
    reason: Code | None = None
