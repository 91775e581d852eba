"""What one document says: the record between the entries it is made from and the page or file it becomes.

`builders/` makes a `Paper` from entries and disclosures, purely; `pages/` lays it out; `cii.py` writes its machine-read
data. Words for people are already in the paper's language; codes that machines read stand beside them. Amounts are
whole hundredths of `currency`, rates and shares basis points, quantities and unit prices exact decimal strings, as in
the entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

DocumentKind = Literal[
    "quote",
    "deposit_request",
    "deposit_invoice",
    "invoice",
    "credit_note",
    "note",
    "receipt",
    "payment_request",
    "reminder",
    "statement",
    "evidence",
    "attestation",
    "closure_report",
]
Language = Literal["fr", "en"]
FACTURX_KINDS: frozenset[DocumentKind] = frozenset({"invoice", "deposit_invoice", "credit_note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Which entry the document stands for. `address` is what the QR code opens, when the business publishes proofs.

    `recorded_at` is the entry's own moment (UTC, `chain.at`); `recorded_words` says it for people, in the zone.
    """

    ledger: str
    seq: int
    fingerprint: str
    recorded_at: str
    address: str | None = None
    recorded_words: str | None = None

    @property
    def short(self) -> str:
        """The first 64 bits of the fingerprint in four groups, for people to compare."""
        return " ".join(self.fingerprint[at : at + 4] for at in range(0, 16, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Postal:
    """A postal address; `country` is ISO 3166-1 alpha-2, `country_name` in the paper's language."""

    lines: tuple[str, ...]
    postcode: str | None
    city: str
    country: str
    country_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """The issuer as printed. `legal_form` is the entry's code, `form_words` the words (`SARL au capital de ...`).

    `name` holds `EI` already where the law wants it beside the name (C. com. R526-27).
    """

    name: str
    trade_name: str | None
    address: Postal
    siren: str
    siret: str | None
    vat_number: str | None
    legal_form: str
    form_words: str | None
    trade_register: str | None
    sole_trader: bool
    email: str | None
    phone: str | None
    website: str | None
    iban: str | None
    bic: str | None
    footer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """The customer as printed; an erased customer has the name that the page shows in its place, and nothing else."""

    name: str
    kind: Literal["consumer", "business", "public"]
    address: Postal | None = None
    delivery: Postal | None = None
    siren: str | None = None
    vat_number: str | None = None
    email: str | None = None
    phone: str | None = None
    contact: str | None = None
    order_reference: str | None = None
    erased: bool = False
    country: str = "FR"
    """The entry's `customer_country`: stands for the address where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """How the business wants its papers to look. `accent` is `#rrggbb`; `logo` the bytes of a PNG or JPEG file."""

    accent: str = "#1f4e79"
    logo: bytes | None = None
    logo_type: Literal["image/png", "image/jpeg"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A discount: its share, its amount, or both when the amount is known; in the document's price basis."""

    amount_cents: int
    share_bp: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One line. `amount_cents` is in the price basis after the line's discount, `net_cents` without tax after all."""

    rank: int
    label: str
    item: str | None
    nature: Literal["goods", "services"]
    purpose: str
    quantity: str
    unit: str
    unit_words: str
    unit_price: str
    discount: Reduction | None
    category: str
    rate_bp: int
    exemption: str | None
    amount_cents: int
    net_cents: int
    choice: Literal["option", "variant"] | None = None
    choice_group: str | None = None
    chosen: bool | None = None
    performed_bp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVat:
    """One VAT category and rate; `reason` says in words why a category bears no tax."""

    category: str
    rate_bp: int
    exemption: str | None
    reason: str | None
    base_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSplit:
    """A gross amount's part at one rate."""

    category: str
    rate_bp: int
    net_cents: int
    vat_cents: int
    gross_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPrepaid:
    """One deposit deducted: `words` name it (`Acompte FA-2026-0003 du 12/03/2026`), `split` gives its VAT per rate.

    `interest_cents` is deducted on top of `amount_cents` (C. conso L214-2).
    """

    words: str
    number: str | None
    issued_on: date | None
    paid_on: date
    amount_cents: int
    interest_cents: int
    split: tuple[PaperSplit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPreceding:
    """An earlier invoice that this one refers to (CGI 289 I-5)."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperInstalment:
    """One planned payment: `words` say which and when."""

    words: str
    kind: Literal["arrhes", "acompte"]
    amount_cents: int
    share_bp: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked to be paid, and how. `reference` is the structured reference of the credit transfer."""

    amount_cents: int
    due_on: date | None
    payable_from: date | None = None
    reference: str | None = None
    iban: str | None = None
    bic: str | None = None
    beneficiary: str | None = None
    address: str | None = None
    when: str | None = None
    """When it is to be paid, in words, where the days alone would mislead (overdue, or not payable before a day)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and its value, in words: the small facts at a document's head, or of a section."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence that the law or the issuer wants on the page. `code` is the mention's; `law` its article, if any."""

    code: str
    words: str
    law: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of words: figures are already formatted; `align` has one letter a column, `l` or `r`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str
    widths: tuple[int, ...]
    """Relative widths."""
    total: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page with its heading: paragraphs, then facts, then a table, each if there are any."""

    heading: str | None = None
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    grid: Grid | None = None
    code: str | None = None
    """What the section is, for tests and for layout (`terms`, `notes`, `performance_place`, `withdrawal_form`, ...)."""
    own_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One signature on a document: who, when, how; never a level it does not have."""

    name: str
    side: Literal["client", "issuer", "third"]
    at: str
    method: str
    level: Literal["simple", "advanced", "qualified"]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything one document says, whatever it is laid out as.

    `title` is the kind in words (`Facture`, `Facture d'acompte`, `Devis`), `subject` the issuer's own title of it.
    `heads` are the facts beside the title (number and date are not among them). `sections_before` and `sections_after`
    stand before and after the lines and totals; documents without lines (letters, statements, evidence) have sections
    only. `statements` are the legal sentences under the totals.
    """

    kind: DocumentKind
    language: Language
    title: str
    number: str | None
    issued_on: date
    proof: Proof
    seller: Seller
    brand: Brand
    buyer: Buyer | None = None
    subject: str | None = None
    version: int | None = None
    copy: int | None = None
    training: bool = False
    currency: str = "EUR"
    basis: Literal["net", "gross"] = "net"
    heads: tuple[Fact, ...] = ()
    lines: tuple[PaperLine, ...] = ()
    discount: Reduction | None = None
    vat: tuple[PaperVat, ...] = ()
    net_cents: int | None = None
    vat_cents: int | None = None
    gross_cents: int | None = None
    prepaid: tuple[PaperPrepaid, ...] = ()
    due_cents: int | None = None
    ask: Ask | None = None
    schedule: tuple[PaperInstalment, ...] = ()
    preceding: tuple[PaperPreceding, ...] = ()
    statements: tuple[Statement, ...] = ()
    sections_before: tuple[Section, ...] = ()
    sections_after: tuple[Section, ...] = ()
    signatures: tuple[Signed, ...] = ()
    signature_boxes: tuple[str, ...] = ()
    """Where a paper copy is signed: one heading a box (`Bon pour accord, le client`)."""
    # what only machines read
    type_code: str | None = None
    frame: str | None = None
    supplied_on: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    quote_number: str | None = None
    order_reference: str | None = None
    vat_on: str | None = None
    supply_place: str | None = None
    late_penalty_bp: int | None = None
    recovery_indemnity_cents: int = 0
    early_discount_bp: int | None = None
    early_discount_days: int | None = None
    settles_cents: int | None = None
    refund_cents: int | None = None
    mentions: tuple[str, ...] = field(default=())
    salt: str | None = None
    """Made of the salts of the entry's disclosures; part of the file's identifier: its digest gives no name back."""
